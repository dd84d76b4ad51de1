"""Reads a map file: which level of one column leaves which levels of another, in a file of its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dpsynth.policy.text_file import UnreadableError, read_text

MAX_BYTES = 32 * 1024 * 1024

MAX_PAIRS = 1_000_000
"""Most pairs of one file."""

Pairs = tuple[tuple[str, str], ...]
"""Level of the deciding column, level of the decided one."""


class MapFileError(Exception):
    """What is wrong with a map file; the message names file and line."""


def read_map(path: Path, decides: str, decided: str) -> Pairs:
    """Pairs of levels: a comma-separated file of two columns in UTF-8 with a header line, blank lines left out.

    The header reads `from,to` or the names of the two columns, so that a file for other columns, or with its columns
    exchanged, is noticed. A level may stand in several lines: each allows one more level of the decided column.

    Raises:
        MapFileError: the file cannot be read, has another header, holds no pair, or holds one twice.
    """
    try:
        text = read_text(path, MAX_BYTES)
    except UnreadableError as error:
        raise MapFileError(f"{path}: {error}") from None
    lines: dict[tuple[str, str], int] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    has_header = False
    try:
        for row in reader:
            where = f"{path}:{reader.line_num}"
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not has_header:
                _check_header(cells, decides, decided, where)
                has_header = True
                continue
            if len(cells) != 2 or not all(cells):
                raise MapFileError(f"{where}: a line holds two levels that are not empty, separated by one comma.")
            pair = (cells[0], cells[1])
            if pair in lines:
                raise MapFileError(f"{where}: this pair stands twice, first in line {lines[pair]}. Remove one of them.")
            lines[pair] = reader.line_num
            if len(lines) > MAX_PAIRS:
                raise MapFileError(f"{where}: the file has more than {MAX_PAIRS} pairs. Use levels that are coarser.")
    except csv.Error as error:
        raise MapFileError(f"{path}:{reader.line_num}: this is not a comma-separated file: {error}.") from None
    if not lines:
        raise MapFileError(f"{path}: the file holds no pair. Write a header `from,to`, then one pair of levels a line.")
    return tuple(lines)


def _check_header(cells: list[str], decides: str, decided: str, where: str) -> None:
    if cells not in (["from", "to"], [decides, decided]):
        given, own = ",".join(cells)[:60], f"{decides},{decided}"
        raise MapFileError(f"{where}: the header reads {given!r}; allowed: 'from,to' or {own!r}. Write one of these.")
