"""A file system of its own, of 100 MB, which only the superuser may make, and not everywhere."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

SIZE = "100m"


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A small disk at a folder, for a while."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def may_be_made() -> bool:
    """Whether one can be made here."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder)):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False
