"""Reads a public table: a catalogue that holds nobody's data, whose keys are the levels of columns."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dpsynth.policy.block import MAX_LEVELS
from dpsynth.policy.listed_columns import level_flaw
from dpsynth.policy.text_file import UnreadableError, read_text

MAX_BYTES = 32 * 1024 * 1024


class PublicTableError(Exception):
    """What is wrong with a public table; the message names file and line."""


def read_public_table(path: Path, key: str) -> tuple[str, tuple[str, ...]]:
    """The text of a comma-separated file in UTF-8 with a header line, and its keys in their order.

    Raises:
        PublicTableError: the file cannot be read, has no such column, no line, or a key twice.
    """
    try:
        text = read_text(path, MAX_BYTES)
    except UnreadableError as error:
        raise PublicTableError(f"{path}: {error}") from None
    lines: dict[str, int] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    place: int | None = None
    width = 0
    try:
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if not any(cell.strip() for cell in row):
                continue
            if place is None:
                header = [cell.strip() for cell in row]
                if header.count(key) != 1:
                    raise PublicTableError(
                        f"{where}: the header names {', '.join(header)[:200]!r}; {key!r} must stand there once. "
                        "Correct key, or the file."
                    )
                place, width = header.index(key), len(row)
                continue
            if len(row) != width:
                raise PublicTableError(f"{where}: this line has {len(row)} cells, the header {width}. Correct it.")
            level = row[place].strip()
            if flaw := level_flaw(level):
                raise PublicTableError(f"{where}: {flaw}")
            if level in lines:
                raise PublicTableError(f"{where}: the key {level!r} stands twice, first in line {lines[level]}.")
            lines[level] = reader.line_num
    except csv.Error as error:
        raise PublicTableError(f"{path}:{reader.line_num}: this is not a comma-separated file: {error}.") from None
    if not lines:
        raise PublicTableError(f"{path}: the table holds no key. Write a header line, then one row a line.")
    if len(lines) > MAX_LEVELS:
        raise PublicTableError(f"{path}: the table has {len(lines)} keys; at most {MAX_LEVELS} are allowed.")
    return text, tuple(lines)
