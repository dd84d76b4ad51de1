"""Cells as the delivery writes them: words of the code book, forms of dates, missing codes, physical types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.domain.attribute import Attribute, Category, Grid
from dpsynth.dummy.cells import Cell, Index
from dpsynth.dummy.plan import TablePlan
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn, RealColumn
from dpsynth.policy.bins import EPOCH
from dpsynth.policy.listed_columns import BooleanColumn, CategoryColumn

FIRST_NUMBER = 999_000_000_001
"""Where keys that are numbers begin: no real numbering starts so high."""


def key(rows: Index, prefix: str, *, numbers: bool) -> pa.Array:
    """Keys of rows that are counted from 0 over all blocks; null for -1."""
    absent = rows < 0
    if numbers:
        return pa.array(rows + FIRST_NUMBER, pa.int64(), mask=absent)
    counted = pc.utf8_lpad(pa.array(rows + 1, pa.int64(), mask=absent).cast(pa.string()), 9, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), counted, "-")


def as_text(table: TablePlan, name: str, cell: Cell, rng: np.random.Generator) -> pa.Array:
    """Cells of a text file; missing ones are written with the words that the policy lists, each as often."""
    texts = _present(table, name, cell, rng).cast(pa.string())
    return _with_missing(texts, cell, list(table.words[name]), rng)


def as_typed(table: TablePlan, name: str, cell: Cell, rng: np.random.Generator) -> pa.Array:
    """Cells of a typed file: numbers, days, booleans or text; missing ones are null, or codes where numbers fit."""
    declared, values = table.table.columns[name], _present(table, name, cell, rng)
    if isinstance(declared, DateColumn | OffsetColumn):
        return pa.array(cell.values.astype(np.int32), pa.date32(), mask=cell.absent)
    if isinstance(declared, BooleanColumn) and declared.true_values[0] == "true":
        return pa.array(cell.values == 1, pa.bool_(), mask=cell.absent)
    fitting: list[str | float | int | None] = [word for word in table.words[name] if word]
    if not pa.types.is_string(values.type):
        fitting = [n for n in map(_number, table.words[name]) if n is not None]
        fitting = [n for n in fitting if pa.types.is_floating(values.type) or float(n or 0).is_integer()]
    return _with_missing(values, cell, [None, *fitting], rng)


def of_dropped(table: TablePlan, name: str, rows: int, rng: np.random.Generator) -> pa.Array:
    """Cells of a column that is never read: as `dummy` describes them, else none."""
    likeness = table.likeness[name]
    if name in table.codes:
        cells = table.codes[name].draw(rows, rng)
    elif likeness.values is not None:
        cells = pa.array([str(v) for v in likeness.values]).take(
            pa.array(rng.integers(len(likeness.values), size=rows))
        )
    elif likeness.numbers is not None:
        cells = pa.array(rng.integers(likeness.numbers[0], likeness.numbers[1] + 1, rows)).cast(pa.string())
    else:
        return pa.nulls(rows, pa.string())
    absent = rng.random(rows) < (likeness.missing or 0.0)
    return pc.if_else(pa.array(absent), pa.scalar(None, cells.type), cells)


def _with_missing(
    values: pa.Array, cell: Cell, words: Sequence[str | float | int | None], rng: np.random.Generator
) -> pa.Array:
    if not cell.absent.any() or not words:
        return values
    chosen = pa.array(words, values.type).take(pa.array(rng.integers(len(words), size=len(values))))
    return pc.if_else(pa.array(cell.absent), chosen, values)


def _number(word: str) -> float | int | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number if np.isfinite(number) else None


def _present(table: TablePlan, name: str, cell: Cell, rng: np.random.Generator) -> pa.Array:
    """The cells as if none were missing."""
    declared, attribute = table.table.columns[name], table.domain[name]
    match declared:
        case CategoryColumn():
            return _levels(table, attribute, declared, cell, rng)
        case BooleanColumn():
            words = pa.array([str(declared.false_values[0]), str(declared.true_values[0]), None])
            return words.take(pa.array(np.minimum(cell.values, 2)))
        case DateColumn() | OffsetColumn():
            return _by_distinct(cell.values, lambda day: (EPOCH + dt.timedelta(days=day)).strftime(declared.format))
        case RealColumn() if declared.decimals:
            assert isinstance(attribute, Grid)
            return pa.array(cell.values / 10**declared.decimals)
        case _:
            return pa.array(cell.values)


def _levels(
    table: TablePlan, attribute: Attribute, declared: CategoryColumn, cell: Cell, rng: np.random.Generator
) -> pa.Array:
    assert isinstance(attribute, Category)
    texts = pa.array(attribute.levels, pa.string()).take(pa.array(cell.values))
    other = cell.values == attribute.other if attribute.other is not None else np.zeros(len(cell.values), bool)
    if other.any() and attribute.name in table.codes:
        # What is outside the list has the form of a code; one that is in the list by chance stays "other".
        codes = table.codes[attribute.name].draw(len(texts), rng)
        outside = ~pc.is_in(codes, pa.array(list(attribute.spellings), pa.string())).to_numpy(zero_copy_only=False)
        return pc.if_else(pa.array(other & outside), codes, texts)
    if not other.any() and declared.domain is not None and all(isinstance(level, int) for level in declared.domain):
        return pc.if_else(pa.array(cell.absent), pa.scalar(None, pa.string()), texts).cast(pa.int64())
    return texts


def _by_distinct(values: Index, write: Callable[[int], str]) -> pa.Array:
    distinct, place = np.unique(values, return_inverse=True)
    return pa.array([write(int(value)) for value in distinct], pa.string()).take(pa.array(place))
