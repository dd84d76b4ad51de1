"""With which code a release was made."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "duckdb",
    "jinja2",
    "numpy",
    "opendp",
    "pandas",
    "pyarrow",
    "pydantic",
    "scikit-learn",
    "scipy",
    "sqlalchemy",
)


@cache
def code_digest() -> str:
    """SHA-256 over all files of the installed package, by relative path.

    Not over what is compiled from them: whether and when that is written is no change of the program, and a run that
    was begun before it was written must be able to go on.
    """
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda p: p.relative_to(root).as_posix()):
        inside = path.relative_to(root)
        if path.is_file() and "__pycache__" not in inside.parts:
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of everything that a release depends on."""
    from dpsynth import __version__

    found = {"dpsynth": __version__, "python": platform.python_version(), "platform": sys.platform}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed as a package"
    return found
