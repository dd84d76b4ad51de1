"""Whether synthetic tables hold together: keys, references, dates, bounds, lists. Looks at synthetic rows alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.domain.attribute import Attribute, Category
from dpsynth.domain.deriving import NO_DAY, Ints
from dpsynth.domain.family import Family
from dpsynth.policy import bins
from dpsynth.policy.binned_columns import DateColumn, IntegerColumn, OffsetColumn, RealColumn
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.tables import Table

Rule = Literal["keys", "references", "order", "window", "bound", "values"]
RULES: tuple[Rule, ...] = ("keys", "references", "order", "window", "bound", "values")
"""keys: every own key is there once. references: every person, parent and linked row exists, and belongs to the same
person. order: no row before its parent's date, dates of a person rise from row to row. window: inside the study window,
not before birth nor after death. bound: nobody has more rows than the policy allows. values: every cell is in its list
or between its bounds."""

Bools = np.ndarray[Any, np.dtype[np.bool_]]

_SPAN = 2**24
"""More days than any two dates are apart."""


@dataclass(frozen=True)
class Check:
    """How many rows of a table keep a rule.

    Attributes:
        table: its name.
        rule: see `Rule`.
        rows: rows that were looked at.
        broken: rows that break it.
    """

    table: str
    rule: Rule
    rows: int
    broken: int


def checks(family: Family, tables: Mapping[str, Table], made: Mapping[str, pa.Table]) -> tuple[Check, ...]:
    """All rules that the policy gives for each table.

    Args:
        family: all views.
        tables: of the policy.
        made: synthetic tables with their keys, as they leave.
    """
    found = []
    for name, table in tables.items():
        for rule, broken in _Tables(family, tables, made).of(name, table).items():
            found.append(Check(name, rule, made[name].num_rows, int(broken.sum())))
    return tuple(found)


class _Tables:
    """The synthetic tables, and which of their rows break a rule."""

    def __init__(self, family: Family, tables: Mapping[str, Table], made: Mapping[str, pa.Table]) -> None:
        self.family, self.tables, self.made = family, tables, made

    def of(self, name: str, table: Table) -> dict[Rule, Bools]:
        """Rule -> whether each row breaks it; only rules that the table can break."""
        made = self.made[name]
        rules: dict[Rule, Callable[[str, Table, pa.Table], Bools | None]] = {
            "keys": self._keys,
            "references": self._references,
            "order": self._order,
            "window": self._window,
            "bound": self._bound,
            "values": self._values,
        }
        found = {rule: check(name, table, made) for rule, check in rules.items()}
        return {rule: broken for rule, broken in found.items() if broken is not None}

    def _keys(self, name: str, table: Table, made: pa.Table) -> Bools | None:
        own = table.unit_key if name == self.family.people else next(iter(table.keys(RowKey)), None)
        if own is None:
            return None
        place = _numbers(made[own], made[own])
        return (place < 0) | (np.bincount(place[place >= 0], minlength=made.num_rows + 1)[place] > 1)

    def _references(self, name: str, table: Table, made: pa.Table) -> Bools | None:
        people = self.family.people
        if name == people:
            return None
        person = made[table.unit_key]
        broken = _nulls(person)
        if people is not None:
            broken = broken | (_numbers(person, self.made[people][self.tables[people].unit_key]) < 0)
        targets = [(column, table.parent) for column in table.keys(ParentKey)]
        targets += [(column, link.references) for column, link in table.keys(Link).items()]
        for column, target in targets:
            assert target is not None
            own = next(iter(self.tables[target].keys(RowKey)))
            place = _numbers(made[column], self.made[target][own])
            theirs = self.made[target][self.tables[target].unit_key]
            other = _numbers(theirs, person)[place] != _numbers(person, person) if len(theirs) else place < 0
            unset = _nulls(made[column]) if column in table.keys(Link) else np.zeros(made.num_rows, bool)
            broken = broken | (~unset & ((place < 0) | other))
        return broken

    def _order(self, name: str, table: Table, made: pa.Table) -> Bools | None:
        if name == self.family.people or table.order_by is None:
            return None
        day = _days(made[table.order_by])
        key = next(iter(table.keys(ParentKey)), None)
        if key is None:
            return _falls(_numbers(made[table.unit_key], made[table.unit_key]), day)
        assert table.parent is not None
        above = self.tables[table.parent]
        place = _numbers(made[key], self.made[table.parent][next(iter(above.keys(RowKey)))])
        broken = _falls(place, day)
        if above.order_by is not None and len(self.made[table.parent]):
            since = _days(self.made[table.parent][above.order_by])[place]
            broken |= (place >= 0) & (since != NO_DAY) & (day < since)
        return broken

    def _window(self, name: str, table: Table, made: pa.Table) -> Bools | None:
        if name == self.family.people or table.order_by is None or self.family.window is None:
            return None
        day = _days(made[table.order_by])
        first, last = (np.full(made.num_rows, end, np.int64) for end in self.family.window)
        if self.family.people is not None:
            root, people = self.tables[self.family.people], self.made[self.family.people]
            place = _numbers(made[table.unit_key], people[root.unit_key])
            time = root.time
            if time is not None and time.birth is not None and len(people):
                born = _days(people[time.birth])[place]
                first = np.where(born == NO_DAY, first, np.maximum(first, born))
            if time is not None and time.death is not None and len(people):
                last = np.minimum(last, _days(people[time.death])[place])
        return np.asarray((day != NO_DAY) & ((day < first) | (day > last)))

    def _bound(self, name: str, table: Table, made: pa.Table) -> Bools | None:
        if name == self.family.people:
            return None
        person = _numbers(made[table.unit_key], made[table.unit_key])
        number = np.bincount(person[person >= 0], minlength=made.num_rows + 1)[person]
        return np.asarray(number > self.family[name].at_most)

    def _values(self, name: str, table: Table, made: pa.Table) -> Bools:
        codec = self.family.codec if name == self.family.people else self.family[name].codec
        broken = np.zeros(made.num_rows, bool)
        for column in table.modelled:
            attribute = codec[column] if column in codec.names else None
            broken |= _outside(table, column, attribute, made)
        return broken


def _outside(table: Table, column: str, attribute: Attribute | None, made: pa.Table) -> Bools:
    """Cells that are no level of a list, outside the bounds, or missing where nothing may be missing."""
    declared, cells = table.columns[column], made[column]
    absent = _nulls(cells)
    nullable = attribute.missing is not None if attribute is not None else bool(getattr(declared, "nullable", False))
    if isinstance(attribute, Category):
        levels = [x == "true" if attribute.boolean else x for x in attribute.levels]
        found = pc.is_in(cells, pa.array(levels, pa.bool_() if attribute.boolean else pa.string()))
        known = np.asarray(found.fill_null(False))
    elif isinstance(declared, DateColumn):
        low, high = ((dt.date.fromisoformat(text) - bins.EPOCH).days for text in (declared.min, declared.max))
        day = _days(cells)
        known = (day >= low) & (day <= high)
    elif isinstance(declared, OffsetColumn):
        since, day = _days(made[declared.from_]), _days(cells)
        apart = np.where((since == NO_DAY) | absent, 0, day) - np.where((since == NO_DAY) | absent, 0, since)
        known = (since != NO_DAY) & (apart >= declared.min) & (apart <= declared.max)
    else:
        assert isinstance(declared, IntegerColumn | RealColumn)
        number = cells.cast(pa.float64()).fill_null(0.0).to_numpy()
        known = (number >= declared.min) & (number <= declared.max)
    unset = nullable or (isinstance(declared, OffsetColumn) and _nullable(table, declared.from_))
    return np.where(absent, not unset, ~known)


def _nullable(table: Table, column: str) -> bool:
    return bool(getattr(table.columns[column], "nullable", False))


def _falls(group: Ints, day: Ints) -> Bools:
    """Whether a row is earlier than a row before it of the same group; rows without a date take no part."""
    run = np.cumsum(np.concatenate([np.zeros(min(1, len(group)), np.int64), group[1:] != group[:-1]]))
    dated = day != NO_DAY
    key = run * _SPAN + np.where(dated, day + _SPAN // 2, 0)
    broken = np.zeros(len(day), bool)
    broken[1:] = dated[1:] & (np.maximum.accumulate(key)[:-1] > key[1:])
    return broken


def _numbers(cells: pa.ChunkedArray, keys: pa.ChunkedArray) -> Ints:
    """The place of the first equal key for each cell, -1 where there is none, shape (rows,)."""
    place = pc.index_in(cells, value_set=keys.combine_chunks())
    found = np.asarray(place.fill_null(-1)).astype(np.int64)
    return np.where(_nulls(cells), -1, found)


def _nulls(cells: pa.ChunkedArray) -> Bools:
    return np.asarray(cells.is_null())


def _days(cells: pa.ChunkedArray) -> Ints:
    """Days since 1970-01-01; NO_DAY where there is none."""
    days = np.asarray(cells.cast(pa.int32()).fill_null(0)).astype(np.int64)
    return np.where(_nulls(cells), NO_DAY, days)
