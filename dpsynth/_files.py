"""Files are written whole or not at all: temp file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from dpsynth.errors import ResourceError

PRIVATE, PUBLIC = 0o600, 0o644
_UNFINISHED = ".part"


@contextmanager
def whole(path: Path, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """A file to write that gets its name when the block ends well; a crash leaves the old state.

    Raises:
        ResourceError: the disk refuses.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=_UNFINISHED, dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
        temporary = None
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def write_whole(path: Path, content: bytes | Callable[[BinaryIO], object], mode: int = PRIVATE) -> None:
    """Writes a file so that a crash leaves the old state or the new one.

    Raises:
        ResourceError: the disk refuses.
    """
    with whole(path, mode) as file:
        if callable(content):
            content(file)
        else:
            file.write(content)


def write_once(path: Path, content: bytes) -> None:
    """Writes a file that never changes again: it gets its name when all of it is on disk, and only if it is new.

    Until then it has no name at all, so that a crash leaves nothing that anybody could read; where the system knows no
    such files it has one that `remove_unfinished` removes.

    Raises:
        ResourceError: the disk refuses, or the file is there already.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _refused(path, error) from None
    try:
        _write_and_name(path, content, folder)
        os.fsync(folder)
    except FileExistsError:
        raise ResourceError(f"{path} is there already: another process works here. Let it finish.") from None
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        os.close(folder)


def _write_and_name(path: Path, content: bytes, folder: int) -> None:
    temporary: str | None = None
    try:
        descriptor = os.open(path.parent, os.O_WRONLY | os.O_TMPFILE, PRIVATE)
    except OSError:
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=_UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            # With a descriptor of a folder Python calls linkat, which follows this link to the file itself.
            os.link(temporary or f"/proc/self/fd/{descriptor}", path, src_dir_fd=folder, follow_symlinks=True)
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Makes a folder that is closed to others, or removes, unread, what a crash left half-written in it.

    Raises:
        ResourceError: the disk refuses.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f".*{_UNFINISHED}"):
            left.unlink()
    except OSError as error:
        raise _refused(folder, error) from None


def _refused(path: Path, error: OSError) -> ResourceError:
    return ResourceError(
        f"{path.name} could not be written to {path.parent}: {(error.strerror or 'the disk refuses').lower()}. "
        "Free space or choose another folder with --out."
    )


class Digested:
    """A file of somebody else's, for libraries that write to files; keeps the digest of what was written."""

    closed = False  # pyarrow asks

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of what was written, as hex."""
        return self._digest.hexdigest()

    def write(self, content: Any) -> int:
        """Digests and passes on."""
        self._digest.update(content)
        return self._file.write(content)

    def tell(self) -> int:
        """Bytes so far."""
        return self._file.tell()

    def flush(self) -> None:
        """Passes on."""
        self._file.flush()

    def close(self) -> None:
        """Whoever opened the file closes it."""


def write_json(path: Path, value: Any, mode: int = PRIVATE) -> None:
    """Writes indented JSON with sorted keys."""
    write_whole(path, indented_json(value), mode)


def indented_json(value: Any) -> bytes:
    """JSON for people: sorted keys, one value a line."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def canonical_json(value: Any) -> bytes:
    """The one byte form of a JSON value that is hashed and signed: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
