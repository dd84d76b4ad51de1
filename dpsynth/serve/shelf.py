"""What lies in the folder of reports: found by listing, read without following a link, never written.

A name that somebody asks for is looked up among the names that were found; it is never joined to a path. Folders and
files are opened one below the other with O_NOFOLLOW, so that a link that is put there later leads nowhere either.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Key = tuple[str, str]
"""Names of a policy and of a run of it; the second is empty for a bundle that lies in the folder by itself."""
Edition = Literal["internal", "public"]

EDITIONS: tuple[Edition, ...] = ("internal", "public")
LARGEST = 64 * 2**20
"""Bytes of the largest file that is read."""

_STEP = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_REPORT = re.compile(r"report\.([a-z]{2,3})\.html")
_PLAIN = {"internal": ("facts.json",), "public": ("facts.json", "manifest.json")}
_PARTS = frozenset(("run.json", "internal", "public", "measured", "model"))


@dataclass(frozen=True)
class Place:
    """A run, or a bundle by itself.

    Attributes:
        key: its names.
        root: the folder of reports.
        files: name (`run.json`, `public/facts.json`, …) -> the folders and the file below the root that lead there.
        is_run: whether anything of a run is in it.
        failures: whether notes about a failure lie inside; they may hold real values and are never shown.
    """

    key: Key
    root: Path
    files: Mapping[str, tuple[str, ...]]
    is_run: bool
    failures: bool = False

    @property
    def folder(self) -> Path:
        """The folder of the run, or of the bundle."""
        return self.root.joinpath(*filter(None, self.key))

    @property
    def bundle(self) -> Path:
        """What may leave."""
        return self.folder / "public" if self.key[1] else self.folder

    def languages(self, edition: Edition) -> tuple[str, ...]:
        """In which languages an edition is there; English first."""
        found = (_REPORT.fullmatch(name.removeprefix(f"{edition}/")) for name in self.files if name.startswith(edition))
        return tuple(sorted((m[1] for m in found if m), key=lambda code: (code != "en", code)))

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            KeyError: no such file was found when the folder was listed.
            OSError: it cannot be read, is too large, or is no plain file any more.
        """
        *folders, file = self.files[name]
        with _opened(self.root, folders) as folder:
            descriptor = os.open(file, _STEP | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as stream:
                facts = os.fstat(descriptor)
                if not stat.S_ISREG(facts.st_mode) or facts.st_size > LARGEST:
                    raise OSError(f"not a file of at most {LARGEST} bytes")
                return stream.read(LARGEST + 1)


def places(root: Path) -> dict[Key, Place]:
    """Every run and every bundle in the folder of reports, in the order of their names.

    Hidden names and links (`latest` is one) are left out.

    Raises:
        OSError: the folder cannot be listed.
    """
    found: dict[Key, Place] = {}
    for name in _listed(root, ())[0]:
        folders, files = _closed_is_empty(root, (name,))
        if "manifest.json" in files:
            found[name, ""] = Place((name, ""), root, _known(files, "public", (name,)), True)
        else:
            found |= {(name, run): _run(root, name, run) for run in folders}
    return found


def _run(root: Path, policy: str, run: str) -> Place:
    folders, files = _closed_is_empty(root, (policy, run))
    known: dict[str, tuple[str, ...]] = {"run.json": (policy, run, "run.json")} if "run.json" in files else {}
    failures = False
    for edition in EDITIONS:
        if edition in folders:
            parts = (policy, run, edition)
            inside = _closed_is_empty(root, parts)[1]
            known |= _known(inside, edition, parts)
            failures = failures or any(name.startswith("failure") for name in inside)
    return Place((policy, run), root, known, not _PARTS.isdisjoint((*folders, *files)), failures)


def _known(files: list[str], edition: Edition, parts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    wanted = (name for name in files if name in _PLAIN[edition] or _REPORT.fullmatch(name))
    return {f"{edition}/{name}": (*parts, name) for name in wanted}


def _closed_is_empty(root: Path, parts: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """What `_listed` finds; nothing in a folder that is closed to us or has just gone."""
    try:
        return _listed(root, parts)
    except OSError:
        return [], []


def _listed(root: Path, parts: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Names of the folders and of the files in a folder, sorted; no links and nothing hidden."""
    with _opened(root, parts) as folder, os.scandir(folder) as scanned:
        entries = sorted((e for e in scanned if not e.name.startswith(".")), key=lambda e: e.name)
        folders = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        return folders, [e.name for e in entries if e.is_file(follow_symlinks=False)]


@contextmanager
def _opened(root: Path, parts: tuple[str, ...] | list[str]) -> Iterator[int]:
    """A descriptor of a folder below the root, reached step by step without following a link."""
    descriptor = os.open(
        root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    )  # the root itself may be a link: it was given
    try:
        for part in parts:
            deeper = os.open(part, _STEP | os.O_DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = deeper
        yield descriptor
    finally:
        os.close(descriptor)
