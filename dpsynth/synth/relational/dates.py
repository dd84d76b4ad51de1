"""Days of people: what stands in the table of people, and between which days their rows may lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import NO_DAY, Ints
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.policy import bins
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.tables import Table
from dpsynth.synth.relational.sequences import Spans


@dataclass(frozen=True)
class People:
    """The table of people with its days.

    Attributes:
        cells: released columns, without keys.
        index: day from which first rows are counted, shape (people,).
        spans: table -> when rows may lie; for tables with an order.
    """

    cells: pa.Table
    index: Ints
    spans: Mapping[str, Spans]


def dated_cells(
    table: Table, codec: Domain, codes: Codes, days: Mapping[str, Ints], latest: Ints | None, rng: np.random.Generator
) -> pa.Table:
    """Cells of a table; an offset is written as the date that it leads to.

    Args:
        table: the policy.
        codec: the coded columns.
        codes: their codes, shape (rows, columns).
        days: date columns that are no coded columns, NO_DAY where there is none.
        latest: last possible day of each row's offsets; None: no limit.
        rng: public randomness.
    """
    cells: dict[str, pa.Array] = {}
    known = dict(days)
    for name, declared in table.modelled.items():
        if isinstance(declared, OffsetColumn):
            continue
        cells[name] = _date(known[name]) if name in known else codec[name].decode(codes[:, codec.index(name)], rng)
        if isinstance(declared, DateColumn):
            known[name] = day_numbers(cells[name])
    for name, declared in table.modelled.items():
        if not isinstance(declared, OffsetColumn):
            continue
        offset = codec[name].decode(codes[:, codec.index(name)], rng)
        since = known[declared.from_]
        absent = np.asarray(offset.is_null()) | (since == NO_DAY)
        day = np.where(absent, 0, since) + offset.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        if latest is not None:
            day = np.minimum(day, np.maximum(latest, np.where(absent, day, since)))
        cells[name] = _date(np.where(absent, NO_DAY, day))
    return pa.table({name: cells[name] for name in table.modelled}) if cells else pa.table({})


def dated_people(family: Family, tables: Mapping[str, Table], codes: Codes, rng: np.random.Generator) -> People:
    """Cells and days of people.

    Args:
        family: all views.
        tables: of the policy.
        codes: of the table of people, shape (people, columns).
        rng: public randomness.
    """
    size = len(codes)
    if family.window is None:
        start, end = 0, 0
    else:
        start, end = family.window
    first, last = np.full(size, start, np.int64), np.full(size, end, np.int64)
    index, cells = first.copy(), pa.table({})
    if family.people is not None:
        root = tables[family.people]
        cells = dated_cells(root, family.codec, codes, {}, None, rng)
        time = root.time
        if time is not None and time.index is not None:
            day = day_numbers(cells[time.index])
            index = np.where(day == NO_DAY, start, day)
        if time is not None and time.birth is not None:
            day = day_numbers(cells[time.birth])
            first = np.maximum(first, np.where(day == NO_DAY, first, day))
        if time is not None and time.death is not None:
            last = np.minimum(last, day_numbers(cells[time.death]))
    spans = {}
    for rows in family.rows:
        if rows.table.order_by is not None:
            declared = rows.table.columns[rows.table.order_by]
            assert isinstance(declared, DateColumn)
            low, high = ((dt.date.fromisoformat(text) - bins.EPOCH).days for text in (declared.min, declared.max))
            spans[rows.name] = Spans(np.maximum(first, low), np.minimum(last, high))
    return People(cells, index, spans)


def day_numbers(column: pa.Array | pa.ChunkedArray) -> Ints:
    """Days since 1970-01-01; NO_DAY where there is no date."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    days = column.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(np.asarray(column.is_null()), NO_DAY, days)


def _date(days: Ints) -> pa.Array:
    absent = days == NO_DAY
    return pa.array(np.where(absent, 0, days).astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())
