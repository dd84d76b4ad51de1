"""Reads a text file of limited size."""

from __future__ import annotations

from pathlib import Path


class UnreadableError(Exception):
    """Why a file cannot be read as text, and what to do."""


def read_text(path: Path, max_bytes: int) -> str:
    """The text of a UTF-8 file without its byte order mark; line ends stay as they are.

    Raises:
        UnreadableError: there is no such file, or it is not text of that size.
    """
    try:
        if path.is_dir():
            raise UnreadableError("this is a directory. Name a file.")
        if path.exists() and not path.is_file():
            raise UnreadableError("this is not a regular file. Name a file.")
        with path.open("rb") as file:
            raw = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise UnreadableError("there is no such file. Check the path.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path is not valid"
        raise UnreadableError(f"the file cannot be read ({reason}). Check the path and the permissions.") from None
    if len(raw) > max_bytes:
        raise UnreadableError(f"the file is larger than {max_bytes // 1024**2} MiB. Is this the right file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"line {line} is not UTF-8. Save the file as UTF-8.") from None
