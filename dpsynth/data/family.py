"""Opens several tables: structure first, then `opened`, then rows, which leave as codes of bounded people.

Whose row it is stands in the row itself, so nobody's rows depend on anybody else's. Rows without an id, of people who
are not in the table of people, or of parent rows that the person does not have, take no part; of two rows of the table
of people, or of two parent rows with one key, the first in the order of their contents counts. Nothing of it is told.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.data.bounding import MOST_COPIES, bounded
from dpsynth.data.grouping import Grouping
from dpsynth.data.holdout import People, Words, people, sides
from dpsynth.data.open import Progress, Steps, check_structure, read_batches, subkey
from dpsynth.data.packing import Packing
from dpsynth.data.source import Opened, Paced, Selective, TableSource
from dpsynth.data.units import Units
from dpsynth.domain import text
from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import NO_DAY, Coded, CodedFamily, Ints, view_of_people, view_of_rows
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family, Rows
from dpsynth.policy import bins
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.tables import Table

_MIDDLE = 2**40
"""Added to days, so that they sort as whole numbers without a sign."""


@dataclass(frozen=True)
class FamilyUnits:
    """A group of people with their rows in all tables.

    Attributes:
        people: the view of people; one row each.
        rows: table -> the view of its rows, owners being the rows of `people`.
    """

    people: Units
    rows: Mapping[str, Units]

    @property
    def size(self) -> int:
        """Number of people."""
        return self.people.size


@dataclass(frozen=True)
class BoundedFamily:
    """Real rows of several tables, encoded, split by person and bounded.

    Attributes:
        train: people whose rows are measured.
        reference: held out; what an attacker may know about the population.
        control: held out; people against whom members are compared.
        commitment: HMAC-SHA256 over everything read, as hex; its key never leaves the centre.
        notes: what the steward should know, exact and internal: TABLE.rows_read, TABLE.rows_left_out (not fields as
            the header line has them), TABLE.rows_without_person (without an id, a person or a parent, or a second row
            where one belongs), TABLE.rows_cut (over the bound).
    """

    train: FamilyUnits
    reference: FamilyUnits
    control: FamilyUnits
    commitment: str
    notes: Mapping[str, int] = field(default_factory=dict)


def open_family(
    loaded: LoadedPolicy,
    family: Family,
    sources: Mapping[str, TableSource],
    key: bytes,
    opened: Opened,
    progress: Progress | None = None,
    *,
    spill: Path | None = None,
    memory: str = "2GB",
) -> BoundedFamily:
    """Reads, joins, splits and bounds the tables of a policy.

    Args:
        loaded: the policy.
        family: its views.
        sources: where the rows of each table are.
        key: secret key of the population, at least 16 bytes.
        opened: called exactly once, after the structure of all tables was checked and before any row is read.
        progress: told how far it is.
        spill: folder inside the centre for what sorting does not fit into memory; None: none is written.
        memory: limit of the sorting, in DuckDB's notation.

    Raises:
        SourceError: a table is not as declared (before `opened`), or vanished or broke while being read.
        ResourceError: neither memory nor the spill folder has room.
        ValueError: the key is too short.
    """
    if len(key) < 16:
        raise ValueError(f"Expected a key of at least 16 bytes, got {len(key)}.")
    readings = _checked(loaded, family, sources)
    steps = Steps(progress)
    steps.reach(0.0)
    opened()
    seal = hmac.new(subkey(key, b"commitment"), digestmod="sha256")
    read: dict[str, Words] = {}
    notes: dict[str, int] = {}
    for i, reading in enumerate(readings):

        def tell(part: float, done: int = i) -> None:
            steps.reach(0.9 * (done + part) / len(readings))

        words, number = reading.read(sources[reading.name], key, tell, spill, memory)
        head = json.dumps([reading.name, list(reading.codec.names), [a.size for a in reading.codec.attributes]])
        seal.update(len(head.encode()).to_bytes(8, "big") + head.encode() + len(words).to_bytes(8, "big"))
        seal.update(words.astype(">u8").tobytes())
        read[reading.name] = words
        source = sources[reading.name]
        left_out = source.left_out if isinstance(source, Selective) else 0
        notes |= {f"{reading.name}.rows_read": number + left_out, f"{reading.name}.rows_left_out": left_out}
    coded, digests, keep = _join({r.name: r for r in readings}, family, read, subkey(key, b"bounding"), notes)
    whole = _views(family, coded, keep)
    in_control, in_reference = sides(digests, loaded.policy.source.holdout)
    control, reference = int(in_control.sum()), int(in_reference.sum())
    steps.reach(1.0)
    # People stand in the order of their digests, whose first half decides the side.
    return BoundedFamily(
        train=_part(whole, control + reference, len(digests)),
        reference=_part(whole, control, control + reference),
        control=_part(whole, 0, control),
        commitment=seal.hexdigest(),
        notes=notes,
    )


def check_structures(loaded: LoadedPolicy, family: Family, sources: Mapping[str, TableSource]) -> None:
    """Compares the structure of all tables with the policy; reads no row.

    Raises:
        SourceError: a table is not as declared.
    """
    _checked(loaded, family, sources)


def _checked(loaded: LoadedPolicy, family: Family, sources: Mapping[str, TableSource]) -> list[_Reading]:
    readings = [_Reading(loaded, family, name) for name in _names(family)]
    for reading in readings:
        check_structure(reading.table, reading.stored, sources[reading.name].schema(), reading.keys)
    return readings


def _names(family: Family) -> list[str]:
    return [*([] if family.people is None else [family.people]), *(rows.name for rows in family.rows)]


class _Reading:
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
        return np.where(absent, np.uint64(NO_DAY), (days.astype(np.int64) + _MIDDLE).astype(np.uint64))

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


def _join(
    readings: Mapping[str, _Reading], family: Family, read: Mapping[str, Words], key: bytes, notes: dict[str, int]
) -> tuple[CodedFamily, Words, dict[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """Finds each row's person and parent. Also the first half of the people's digests, and which rows stay."""
    if family.people is None:
        words = read[family.rows[0].name]
        first = _first_of(words[:, :2])
        known, codes, index = words[first, :2], np.zeros((int(first.sum()), 0), np.uint16), None
    else:
        words = read[family.people]
        first = _first_of(words[:, :2])
        known = words[first, :2]
        codes = readings[family.people].packing.unpack(words[first, 5:-1])
        index = words[first, 2] if family.index is not None else None
        _note(notes, family.people, len(known))
    start = NO_DAY if family.window is None else family.window[0]
    days = np.full(len(known), start, np.int64)
    if index is not None:
        days = np.where(index == np.uint64(NO_DAY), start, index.astype(np.int64) - _MIDDLE)
    digests = _as_bytes(known)
    tables: dict[str, Coded] = {}
    keys: dict[str, Words] = {}
    keep: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}
    for rows in family.rows:
        parent = None if rows.parent is None else (tables[rows.parent], keys[rows.parent])
        tables[rows.name], keys[rows.name], keep[rows.name] = _rows(
            rows,
            readings[rows.name],
            read[rows.name],
            digests,
            parent,
            [(tables[t], keys[t]) for _, t in rows.links],
            key,
        )
        taken = len(tables[rows.name].owner)
        _note(notes, rows.name, taken)
        notes[f"{rows.name}.rows_cut"] = taken - int(keep[rows.name].sum())
    return CodedFamily(len(known), codes, days, tables), known[:, 0], keep


def _note(notes: dict[str, int], table: str, taken: int) -> None:
    """How many rows of a table found no person or no parent."""
    notes[f"{table}.rows_without_person"] = notes[f"{table}.rows_read"] - notes[f"{table}.rows_left_out"] - taken


def _rows(
    rows: Rows,
    reading: _Reading,
    words: Words,
    digests: np.ndarray[Any, Any],
    parent: tuple[Coded, Words] | None,
    linked: Sequence[tuple[Coded, Words]],
    key: bytes,
) -> tuple[Coded, Words, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Rows with their person and parent, the rows' own keys, and which of them stay under the bound."""
    mine = _as_bytes(words[:, :2])
    place = np.minimum(np.searchsorted(digests, mine), max(0, len(digests) - 1))
    found = digests[place] == mine if len(digests) else np.zeros(len(mine), bool)
    parents = np.zeros(len(words), np.int64)
    if parent is not None:
        parents, has = _parents(place, words[:, 4], *parent)
        found &= has
    words, place, parents = words[found], place[found], parents[found]
    # Which rows stay depends on the rows of that person and the key alone.
    staying = bounded(words, rows.at_most, key)
    copies = np.minimum(words[:, -1].astype(np.int64), max(rows.at_most, MOST_COPIES))
    repeated = np.repeat(np.arange(len(words)), copies)
    number = np.arange(len(repeated)) - np.repeat(np.cumsum(copies) - copies, copies)
    stay = number < staying[repeated]
    words, owner, parents = words[repeated], place[repeated].astype(np.int64), parents[repeated]
    if parent is not None:
        order = np.lexsort((parents, owner))  # stable: rows of one parent stay in their order
        words, owner, parents, stay = words[order], owner[order], parents[order], stay[order]
    day = np.where(words[:, 2] == np.uint64(NO_DAY), NO_DAY, words[:, 2].astype(np.int64) - _MIDDLE)
    packed = words[:, 2 + reading.head : -1]
    codes = reading.packing.unpack(packed) if len(rows.codec.names) else np.zeros((len(words), 0), np.uint16)
    links = np.zeros((len(words), len(linked)), np.uint16)
    for i, (target, own) in enumerate(linked):
        links[:, i] = _parents(owner, words[:, 5 + i], target, own)[1]
    return Coded(codes, owner, day, parents if parent is not None else parents[:0], links), words[:, 3], stay


def _parents(place: Ints, wanted: Words, parent: Coded, own: Words) -> tuple[Ints, np.ndarray[Any, np.dtype[np.bool_]]]:
    """The parent row of each row, looked for among the rows of the same person; and whether there is one."""
    named = np.flatnonzero(own != 0)
    order = named[np.lexsort((named, own[named], parent.owner[named]))]
    pairs = np.empty(len(order), [("owner", np.int64), ("key", np.uint64)])
    pairs["owner"], pairs["key"] = parent.owner[order], own[order]
    asked = np.empty(len(place), pairs.dtype)
    asked["owner"], asked["key"] = place, wanted
    if not len(pairs):
        return np.zeros(len(place), np.int64), np.zeros(len(place), bool)
    at = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    return order[at], (pairs[at] == asked) & (wanted != 0)


def _views(family: Family, coded: CodedFamily, keep: Mapping[str, np.ndarray[Any, np.dtype[np.bool_]]]) -> FamilyUnits:
    """The views of everybody; rows over the bound say what they say of others, and are left out."""
    of_people = view_of_people(family, coded)
    rows = {}
    for table in family.rows:
        codes, stay = view_of_rows(family, table, coded, of_people), keep[table.name]
        rows[table.name] = Units(np.asfortranarray(codes[stay]), coded.rows[table.name].owner[stay], coded.size)
    return FamilyUnits(Units(of_people, np.arange(coded.size), coded.size), rows)


def _part(whole: FamilyUnits, start: int, stop: int) -> FamilyUnits:
    """The people with these numbers."""

    def cut(units: Units) -> Units:
        first, last = (int(i) for i in np.searchsorted(units.owner, [start, stop]))
        return Units(units.codes[first:last], units.owner[first:last] - start, stop - start)

    return FamilyUnits(cut(whole.people), {name: cut(units) for name, units in whole.rows.items()})


def _first_of(digests: Words) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether a row is the first of its person, shape (rows,)."""
    first = np.ones(len(digests), bool)
    first[1:] = (digests[1:] != digests[:-1]).any(axis=1)
    return first


def _as_bytes(digests: Words) -> np.ndarray[Any, Any]:
    """Digests of shape (rows, 2) as 16 bytes each, which sort like them."""
    return np.ascontiguousarray(digests.astype(">u8")).view("S16").reshape(-1)


def _day(date: str) -> int:
    import datetime as dt

    return (dt.date.fromisoformat(date) - bins.EPOCH).days


__all__ = ["BoundedFamily", "Codes", "FamilyUnits", "check_structures", "open_family"]
