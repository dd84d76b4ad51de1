"""How the rows of one of several tables become whole numbers, which sort by person and contents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.data.grouping import Grouping
from dpsynth.data.holdout import People, Words, people
from dpsynth.data.open import Progress, read_batches, subkey
from dpsynth.data.packing import Packing
from dpsynth.data.source import Paced, TableSource
from dpsynth.domain import text
from dpsynth.domain.deriving import NO_DAY
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.policy import bins
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.tables import Table

MIDDLE = 2**40
"""Added to days, so that they sort as whole numbers without a sign."""


class TableReading:
    """How one table is read: which columns, and how a row becomes whole numbers.

    Words of a row: the day that puts it in order, its own key, its parent's key, the keys of links, the packed codes.
    """

    def __init__(self, loaded: LoadedPolicy, family: Family, name: str) -> None:
        self.name, self.table = name, loaded.policy.tables[name]
        root = name == family.people
        self.codec = family.codec if root else family[name].codec
        self.packing = Packing(tuple(a.size for a in self.codec.attributes))
        self.dated = family.index if root else self.table.order_by
        self.own = next(iter(self.table.keys(RowKey)), None)
        self.parent = next(iter(self.table.keys(ParentKey)), None)
        self.links = tuple(self.table.keys(Link))
        self.keys = tuple(column for column in (self.own, self.parent, *self.links) if column is not None)
        self.head = 3 + len(self.links)
        self.absent = frozenset(t.strip() for t in self.table.missing_values)
        # What the file stores: every date as a date, also where it is kept as a number of days.
        self.stored = _stored(self.table, loaded.lists_of(name))

    def read(
        self, source: TableSource, key: bytes, tell: Progress, spill: Path | None, memory: str
    ) -> tuple[Words, int]:
        """Rows with an id, sorted by person and words, shape (rows, 3 + words): digests, words, how often.

        Also the number of rows that were read.
        """
        rows = 0
        chunks: list[Words] = []
        with Grouping(self.head + len(self.packing.groups), spill, memory) as grouping:
            for batch in read_batches(self.table, (self.table.unit_key, *self.keys, *self.stored.names), source):
                rows += batch.num_rows
                self._add(batch, key, grouping)
                if isinstance(source, Paced):
                    tell(min(1.0, source.fraction()))
            chunks += grouping.sorted()
        tell(1.0)
        nothing = np.zeros((0, 3 + self.head + len(self.packing.groups)), np.uint64)
        return np.concatenate([nothing, *chunks]), rows

    def _add(self, batch: pa.RecordBatch, key: bytes, grouping: Grouping) -> None:
        """Encodes a batch; neither cells nor ids live longer than this call."""
        declared = self.table.columns[self.table.unit_key]
        assert isinstance(declared, UnitKey)
        person = people(batch.column(self.table.unit_key), subkey(key, b"ids"), declared.normalise, self.absent)
        days = self._days(batch)
        codes = self.codec.encode({name: self._cells(batch, name) for name in self.codec.names})
        head = np.stack([days, *(self._key(batch, name, key) for name in (self.own, self.parent, *self.links))], axis=1)
        packed = self.packing.pack(codes) if len(self.codec.names) else np.zeros((batch.num_rows, 1), np.uint64)
        known = person.known
        grouping.add(person.high[known], person.low[known], np.concatenate([head, packed], axis=1)[known])

    def _days(self, batch: pa.RecordBatch) -> Words:
        """The day of each row, moved so that it has no sign; the largest number where there is none."""
        if self.dated is None:
            return np.full(batch.num_rows, NO_DAY, np.uint64)
        declared = self.table.columns[self.dated]
        assert isinstance(declared, DateColumn)
        days = text.to_day(batch.column(self.dated), self.absent, declared.format)
        low, high = (_day(limit) for limit in (declared.min, declared.max))
        absent = np.isnan(days)
        days = np.clip(np.where(absent, low, days), low, high)
        if declared.missing_as is not None:
            days[absent] = _day(declared.missing_as)
            absent = np.zeros(len(days), bool)
        return np.where(absent, np.uint64(NO_DAY), (days.astype(np.int64) + MIDDLE).astype(np.uint64))

    def _key(self, batch: pa.RecordBatch, column: str | None, key: bytes) -> Words:
        """A key as a number above 0; 0 where there is none."""
        if column is None:
            return np.zeros(batch.num_rows, np.uint64)
        found: People = people(batch.column(column), subkey(key, b"rows"), "strip", self.absent)
        return np.where(found.known, np.maximum(found.high, np.uint64(1)), np.uint64(0))

    def _cells(self, batch: pa.RecordBatch, name: str) -> pa.Array:
        """The cells of a column; days since the other date where it is an offset."""
        declared = self.table.columns[name]
        if not isinstance(declared, OffsetColumn):
            return batch.column(name)
        other = self.table.columns[declared.from_]
        assert isinstance(other, DateColumn)
        days = text.to_day(batch.column(name), self.absent, declared.format)
        since = days - text.to_day(batch.column(declared.from_), self.absent, other.format)
        return pa.array(since, mask=np.isnan(since))


def _stored(table: Table, lists: Mapping[str, tuple[str, ...]]) -> Domain:
    """The released columns as the file holds them: a date where days are kept."""
    moved = {
        name: DateColumn(
            type="date", min="1900-01-01", max="2100-01-01", bins="year", format=column.format, nullable=True,
            source=column.source,
        )
        for name, column in table.modelled.items()
        if isinstance(column, OffsetColumn)
    }  # fmt: skip
    return Domain.from_table(table.model_copy(update={"columns": table.columns | moved}), lists)


def _day(date: str) -> int:
    return (dt.date.fromisoformat(date) - bins.EPOCH).days
