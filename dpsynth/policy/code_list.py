"""Reads a code list: the levels of a category column that stand in a file of their own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dpsynth.policy.block import MAX_LEVELS
from dpsynth.policy.listed_columns import level_flaw
from dpsynth.policy.text_file import UnreadableError, read_text

MAX_BYTES = 32 * 1024 * 1024


class CodeListError(Exception):
    """What is wrong with a code list; the message names file and line."""


def read_code_list(path: Path, column: str) -> tuple[str, ...]:
    """Levels of a column: the first column of a comma-separated file in UTF-8, blank lines left out.

    A first line that reads `code` or the column's name is a header. Any other first line is a level: a header that
    is taken for a level does no harm, a level that is taken for a header would be lost.

    Raises:
        CodeListError: the file cannot be read, is empty, or lists a level twice.
    """
    try:
        text = read_text(path, MAX_BYTES)
    except UnreadableError as error:
        raise CodeListError(f"{path}: {error}") from None
    lines: dict[str, int] = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            where = f"{path}:{reader.line_num}"
            if not any(cell.strip() for cell in row):
                continue
            level = row[0].strip()
            if not lines and level.lower() in ("code", column.lower()):
                lines[""] = reader.line_num
                continue
            _check(level, where)
            if level in lines:
                raise CodeListError(
                    f"{where}: {level!r} stands twice, first in line {lines[level]}. Remove one of them."
                )
            lines[level] = reader.line_num
    except csv.Error as error:
        raise CodeListError(f"{path}:{reader.line_num}: this is not a comma-separated file: {error}.") from None
    lines.pop("", None)
    if not lines:
        raise CodeListError(f"{path}: the code list is empty. Write one code a line.")
    if len(lines) > MAX_LEVELS:
        raise CodeListError(f"{path}: the code list has {len(lines)} levels; at most {MAX_LEVELS} are allowed.")
    return tuple(lines)


def _check(level: str, where: str) -> None:
    if flaw := level_flaw(level):
        raise CodeListError(f"{where}: {flaw}")
    if ";" in level or "\t" in level:
        raise CodeListError(f"{where}: {level[:40]!r} holds a semicolon or a tab. Separate the columns by commas.")
