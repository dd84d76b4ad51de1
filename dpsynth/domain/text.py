"""Total conversions of an Arrow column to text, numbers and days: no cell can raise.

What cannot be read is null or NaN. That is a privacy property as much as a convenience: an error about a cell would
tell that the cell exists. Every result depends on its own cell alone, never on the other cells of the batch.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.policy.bins import EPOCH

Floats = np.ndarray[Any, np.dtype[np.float64]]

TEXT = pa.large_string()
"""The type of texts in here: 64-bit offsets, so that no batch is too long."""

_TICKS_PER_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def value_type(kind: pa.DataType) -> pa.DataType:
    """The type of the cells, whether or not they are dictionary-encoded."""
    return value_type(kind.value_type) if pa.types.is_dictionary(kind) else kind


def is_text(kind: pa.DataType) -> bool:
    """Whether cells of this type are text."""
    return value_type(kind) in (pa.string(), pa.large_string(), pa.string_view())


def is_number(kind: pa.DataType) -> bool:
    """Whether cells of this type are numbers."""
    kind = value_type(kind)
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_boolean(kind: pa.DataType) -> bool:
    """Whether cells of this type are true or false."""
    return bool(pa.types.is_boolean(value_type(kind)))


def is_moment(kind: pa.DataType) -> bool:
    """Whether cells of this type are days or points in time."""
    kind = value_type(kind)
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def is_empty(kind: pa.DataType) -> bool:
    """Whether a column of this type can hold nothing but nulls."""
    return bool(pa.types.is_null(value_type(kind)))


def plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The same cells in one array without a dictionary."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    while pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column


def canonical(texts: Iterable[str], *, fold: bool = False) -> list[str]:
    """Texts of the policy, spelled as `to_text` spells cells."""
    spelled = to_text(pa.array(list(texts), TEXT))
    return list((pc.utf8_lower(spelled) if fold else spelled).to_pylist())


def to_text(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Cells as trimmed text; whole numbers without ".0", not-a-number as null."""
    column = plain(column)
    if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
        return _by_distinct(column, _number_as_text, TEXT)
    texts = column.cast(TEXT)
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:  # a file may promise UTF-8 and not keep it
        raw = texts.cast(pa.large_binary()).to_pylist()
        texts = pa.array([None if cell is None else cell.decode("utf-8", "replace") for cell in raw], TEXT)
    return pc.utf8_trim_whitespace(texts)


def to_number(column: pa.Array | pa.ChunkedArray, missing: frozenset[str]) -> Floats:
    """Cells as float64; unreadable, missing and not-a-number cells are NaN."""
    column = plain(column)
    if is_number(column.type):
        numbers = _as_float64(column)
        for absent in missing:
            number = _read_number(absent)
            if number is not None:
                numbers[numbers == number] = np.nan
        return numbers
    if is_boolean(column.type):
        return _as_float64(column.cast(pa.int8()))
    texts = _without(to_text(column), missing)
    try:
        return _as_float64(texts)
    except pa.ArrowInvalid:  # some cell cannot be read: look at each
        return _as_float64(_by_distinct(texts, _read_number, pa.float64()))


def to_day(column: pa.Array | pa.ChunkedArray, missing: frozenset[str], form: str) -> Floats:
    """Cells as days since 1970-01-01; unreadable and missing cells are NaN.

    A point in time with a time zone counts as its day in UTC, because files keep nothing else of the zone.
    """
    column = plain(column)
    if not is_moment(column.type):
        return _as_float64(_by_distinct(_without(to_text(column), missing), _read_day(form), pa.float64()))
    if pa.types.is_date32(column.type):
        return _as_float64(column.cast(pa.int32()))
    unit = "ms" if pa.types.is_date64(column.type) else column.type.unit
    counts = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    absent = pc.is_null(column).to_numpy(zero_copy_only=False)
    return np.where(absent, np.nan, (counts // _TICKS_PER_DAY[unit]).astype(np.float64))


def _as_float64(column: pa.Array) -> Floats:
    return np.array(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _without(texts: pa.Array, missing: frozenset[str]) -> pa.Array:
    absent = pc.is_in(texts, pa.array(sorted(missing), TEXT))
    return pc.if_else(absent, pa.scalar(None, TEXT), texts)


def _by_distinct(column: pa.Array, convert: Callable[[Any], object], kind: pa.DataType) -> pa.Array:
    """Converts each distinct cell once."""
    if pa.types.is_decimal(column.type) and column.type.bit_width < 128:
        column = column.cast(pa.decimal128(38, column.type.scale))
    coded = column.dictionary_encode()
    values = [None if cell is None else convert(cell) for cell in coded.dictionary.to_pylist()]
    return pa.array(values, kind).take(coded.indices)


def _number_as_text(number: float | Decimal) -> str | None:
    if isinstance(number, Decimal):
        text = f"{number:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if math.isnan(number):
        return None
    return str(int(number)) if number.is_integer() else repr(number)


def _read_number(text: str) -> float | None:
    """A number as Arrow's parser reads it: no digit groups, no digits of other scripts."""
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _read_day(form: str) -> Callable[[str], float | None]:
    def read(text: str) -> float | None:
        try:
            moment = dt.datetime.strptime(text, form)
            if moment.tzinfo is not None:
                moment = moment.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            return None
        return float((moment.date() - EPOCH).days)

    return read
