"""Several tables as views that can be counted: one of people, and one of the rows of each other table.

The view of people has one row of each person: the released columns of the table of people and, for every other table,
how many rows the person has, when the first one is, and what all of them say together (the policy's summaries). The
view of a table's rows has its released columns and what a row may depend on: its place, the days since the row before,
values of earlier rows, columns of the parent, and the columns of the person. Everything here is public.

Columns of views are called TABLE.COLUMN, and derived ones TABLE:NAME.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from dpsynth.domain.attribute import Attribute, Category, Grid
from dpsynth.domain.domain import Domain
from dpsynth.errors import PolicyError
from dpsynth.policy import bins, graph
from dpsynth.policy.binned_columns import DateColumn
from dpsynth.policy.keys import Link
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.relations import Summary
from dpsynth.policy.tables import Table

NONE = "none"
LINKED = ("none", "some")
"""Whether a row refers to a row of another table."""
POSITIONS = ("1", "2 to 3", "4 and more")
"""Places of a row among those of its person."""


MOST_WITHIN = 30
"""Most levels of a code, and of a value, that are counted together: a model must hold them all."""


@dataclass(frozen=True)
class Bins:
    """Bins of whole numbers, each named by its first and last one.

    Attributes:
        starts: first number of each bin, ascending.
        last: last number of the last bin.
    """

    starts: tuple[int, ...]
    last: int

    @property
    def labels(self) -> tuple[str, ...]:
        """First and last number of each bin."""
        ends = [*(start - 1 for start in self.starts[1:]), self.last]
        return tuple(str(a) if a == b else f"{a} to {b}" for a, b in zip(self.starts, ends, strict=True))

    @cached_property
    def edges(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """First number of each bin, then the one after the last, shape (bins + 1,)."""
        return np.array([*self.starts, self.last + 1], np.int64)

    def of(self, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
        """The bin of each number; those outside are moved to the ends."""
        inside = np.clip(numbers, self.starts[0], self.last)
        return (np.searchsorted(self.edges[1:], inside, side="right")).astype(np.uint16)


def half_octaves(first: int, last: int) -> Bins:
    """Bins that grow with the size of the numbers: …, -2, -1, 0, 1, 2, 3, 4 to 5, 6 to 7, 8 to 11, 12 to 15, ….

    Args:
        first: smallest number.
        last: largest number.
    """
    ends = [1, 2, 3]
    step = 4
    while ends[-1] <= max(abs(first), abs(last)):
        ends += [step, step * 3 // 2]
        step *= 2
    starts = {0, first, *(e for e in ends), *(1 - e for e in ends)}
    return Bins(tuple(sorted(s for s in starts if first <= s <= last)), last)


@dataclass(frozen=True)
class WithinCode:
    """A value and the last one of the same code, each crossed with the code.

    Attributes:
        code: column of the codec.
        value: column of the codec, ordered.
        before: column of the view with the last value of the same code.
        crossed: code and value, code and last value: level c (m + 1) + v stands for code c and value v of m, where
            v = m is none.
    """

    code: str
    value: str
    before: str
    crossed: tuple[Category, Category]

    def pair(self, rows: Rows) -> tuple[str, str]:
        """The columns of code and value in the order of the view."""
        a, b = sorted((f"{rows.name}.{self.code}", f"{rows.name}.{self.value}"), key=rows.view.index)
        return a, b


@dataclass(frozen=True)
class Rows:
    """A table with several rows of a person.

    Attributes:
        name: of the table.
        table: its policy.
        parent: table whose rows these rows belong to; None: the person's own.
        codec: the released columns without the one that orders rows, under their names in the file.
        counts: bins of the number of rows of a person.
        per_parent: bins of the number of rows of a parent row; the same.
        gaps: bins of the days since the row before; None without an order.
        first: bins of the days from the index date to the first row; for children of people that have an order.
        dates_missing: whether a row may have no date.
        links: columns that refer to a row of another table of the same person, with that table.
        view: the view of the rows.
        drawn: columns of the view that say what a row is, in the order in which they are drawn; the others say on what
            it may depend.
        within: values that follow the last one of the same code.
    """

    name: str
    table: Table
    parent: str | None
    codec: Domain
    counts: Bins
    gaps: Bins | None
    first: Bins | None
    dates_missing: bool
    links: tuple[tuple[str, str], ...]
    view: Domain
    drawn: tuple[str, ...]
    within: tuple[WithinCode, ...] = ()

    @property
    def counted(self) -> Domain:
        """The view, and behind it columns of which only noisy counts of merged levels are made."""
        return Domain((*self.view.attributes, *(a for one in self.within for a in one.crossed)))

    @property
    def at_most(self) -> int:
        """Most rows of one person."""
        assert self.table.rows is not None
        return self.table.rows.at_most

    @property
    def clip(self) -> float | Literal["auto"]:
        """Where clipping begins."""
        assert self.table.rows is not None
        return self.table.rows.clip

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """What all rows of a person say together."""
        assert self.table.rows is not None
        return self.table.rows.summaries


@dataclass(frozen=True)
class Family:
    """All views of a policy.

    Attributes:
        people: name of the table of people; None: there is none, and people are known by their rows alone.
        codec: the released columns of the table of people, under their names in the file.
        rows: the other tables, each after its parent and the tables it links to.
        view: the view of people.
        index: date column from which first rows are counted.
        window: first and last day of the study; None without any order.
    """

    people: str | None
    codec: Domain
    rows: tuple[Rows, ...]
    view: Domain
    index: str | None
    window: tuple[int, int] | None

    def __getitem__(self, table: str) -> Rows:
        return next(rows for rows in self.rows if rows.name == table)

    def children(self, table: str) -> tuple[Rows, ...]:
        """The tables whose parent this table is."""
        return tuple(rows for rows in self.rows if rows.parent == table)

    @classmethod
    def from_policy(cls, loaded: LoadedPolicy) -> Family:
        """The views of a policy whose rows belong together.

        Raises:
            PolicyError: a bin holds no value.
        """
        tables, policy = loaded.policy.tables, loaded.policy
        root = policy.table
        people = policy.table_name if root.rows is None else None
        time = root.time
        window = None if time is None else (_day(time.window[0]), _day(time.window[1]))
        codec = Domain(()) if people is None else Domain.from_table(root, loaded.lists_of(people))
        own = [_named(a, f"{people}.{a.name}") for a in codec.attributes]
        index = None if time is None else time.index
        drafts = []
        for name in graph.order(tables):
            if name != people:
                drafts.append(_draft(name, tables[name], people, root, loaded.lists_of(name), index))
                _check_levels(loaded, drafts[-1])
        derived = [a for rows in drafts for a in _of_person(rows)]
        view = Domain((*own, *derived))
        rows = tuple(_with_view(draft, drafts, view, own) for draft in drafts)
        return cls(people, codec, rows, view, index, window)


def _draft(
    name: str, table: Table, people: str | None, root: Table, lists: Mapping[str, tuple[str, ...]], index: str | None
) -> Rows:
    """A table without its view."""
    assert table.rows is not None
    parent = None if table.parent in (None, people) else table.parent
    every = Domain.from_table(table, lists)
    codec = Domain(tuple(a for a in every.attributes if a.name != table.rows.order_by))
    gaps = first = None
    missing = False
    if table.rows.order_by is not None:
        declared = table.columns[table.rows.order_by]
        assert isinstance(declared, DateColumn)
        low, high = (_day(dt.date.fromisoformat(text)) for text in (declared.min, declared.max))
        gaps, missing = half_octaves(0, high - low), declared.nullable
        if parent is None:
            assert root.time is not None
            earliest = latest = _day(root.time.window[0])
            if index is not None:
                date = root.columns[index]
                assert isinstance(date, DateColumn)
                earliest, latest = (_day(dt.date.fromisoformat(text)) for text in (date.min, date.max))
            first = half_octaves(low - latest, high - earliest)
    counts = half_octaves(0, table.rows.at_most)
    links = tuple((column, link.references) for column, link in table.keys(Link).items())
    return Rows(name, table, parent, codec, counts, gaps, first, missing, links, Domain(()), ())


def _of_person(rows: Rows) -> list[Attribute]:
    """What a table adds to the view of people."""
    found = [listed(f"{rows.name}:rows", rows.counts.labels, ordered=True)]
    if rows.first is not None:
        labels = (*rows.first.labels, NONE)
        found.append(listed(f"{rows.name}:first", labels, ordered=True, missing=len(labels) - 1))
    return [*found, *(summary_attribute(rows, summary) for summary in rows.summaries)]


def summary_attribute(rows: Rows, summary: Summary) -> Category:
    """The column that a summary becomes."""
    name, attribute = f"{rows.name}:{summary.name}", rows.codec[summary.column]
    if summary.of == "ever":
        return listed(name, ("no", "yes"))
    labels = (*attribute.levels, NONE)
    return listed(name, labels, ordered=attribute.ordered, other=attribute.other, missing=len(labels) - 1)


def _with_view(rows: Rows, drafts: list[Rows], view: Domain, own: list[Attribute]) -> Rows:
    """The view of the rows of a table: what a row is, then on what it may depend."""
    policy = rows.table.rows
    assert policy is not None
    drawn: list[Attribute] = []
    if rows.gaps is not None:
        labels = (*rows.gaps.labels, "first", *(("missing",) if rows.dates_missing else ()))
        first, missing = len(rows.gaps.labels), len(rows.gaps.labels) + 1
        drawn.append(
            listed(
                f"{rows.name}:gap", labels, ordered=True, other=first, missing=missing if rows.dates_missing else None
            )
        )
    drawn += [_named(a, f"{rows.name}.{a.name}") for a in rows.codec.attributes]
    drawn += [listed(f"{rows.name}:link {column}", LINKED) for column, _ in rows.links]
    drawn += [
        listed(f"{rows.name}:rows of {child.name}", child.counts.labels, ordered=True)
        for child in drafts
        if child.parent == rows.name
    ]
    given: list[Attribute] = []
    if policy.order_by is not None:
        given.append(listed(f"{rows.name}:position", POSITIONS, ordered=True))
    for previous in policy.previous:
        attribute = rows.codec[previous.column]
        labels = (*attribute.levels, NONE)
        given.append(
            listed(
                f"{rows.name}:{previous.name}",
                labels,
                ordered=attribute.ordered,
                other=attribute.other,
                missing=len(labels) - 1,
            )
        )
    context = set(policy.context) if policy.context is not None else None
    if rows.parent is not None:
        parent = next(draft for draft in drafts if draft.name == rows.parent)
        given += [
            _named(a, f"{parent.name}.{a.name}")
            for a in parent.codec.attributes
            if context is None or a.name in context
        ]
        given += [a for a in own if context is None]
    else:
        given += [a for a in own if context is None or a.name.split(".", 1)[1] in context]
    # Of the person: how many rows, and what they say together; when the first one was, the order tells.
    mine = [a for a in view.attributes if a.name.startswith(f"{rows.name}:") and a.name != f"{rows.name}:first"]
    drawn_names = tuple(a.name for a in drawn)
    return replace(rows, view=Domain((*drawn, *given, *mine)), drawn=drawn_names, within=_within(rows))


def _within(rows: Rows) -> tuple[WithinCode, ...]:
    """Ordered values that follow the last one of the same code, where code and value have few levels."""
    policy, found = rows.table.rows, []
    assert policy is not None
    for one in policy.previous:
        if one.same is None or not rows.codec[one.column].ordered:
            continue
        codes, values = rows.codec[one.same], (*rows.codec[one.column].levels, NONE)
        if max(codes.size, len(values)) > MOST_WITHIN:
            continue
        labels = tuple(f"{code}: {value}" for code in codes.levels for value in values)
        now, last = (listed(f"{rows.name}:{name} by {one.same}", labels) for name in (one.column, one.name))
        found.append(WithinCode(one.same, one.column, f"{rows.name}:{one.name}", (now, last)))
    return tuple(found)


def listed(
    name: str, levels: tuple[str, ...], *, ordered: bool = False, other: int | None = None, missing: int | None = None
) -> Category:
    """A derived column: levels that no cell is ever compared with."""
    return Category(
        name=name,
        levels=levels,
        other=other,
        missing=missing,
        edges=(),
        absent_texts=frozenset(),
        spellings={},
        fallback=0,
        is_ordered=ordered,
    )


def level_label(level: str | int | bool) -> str:
    """A level as the domain prints it."""
    return str(level).lower() if isinstance(level, bool) else str(level)


def _check_levels(loaded: LoadedPolicy, rows: Rows) -> None:
    """Refuses summaries of levels that a column does not have.

    Raises:
        PolicyError: there is no such level.
    """
    for i, summary in enumerate(rows.summaries):
        for level in summary.levels or ():
            if level_label(level) not in rows.codec[summary.column].code_of:
                place = ("tables", rows.name, "rows", "summaries", i, "levels")
                raise PolicyError(
                    f"{loaded.at(*place)}: tables.{rows.name}.rows.summaries[{i}].levels has {level_label(level)!r}, "
                    f"which is no level of {summary.column}. Name levels as the domain prints them."
                )


def _named(attribute: Attribute, name: str) -> Attribute:
    """The same attribute under another name."""
    assert isinstance(attribute, Category | Grid)
    return replace(attribute, name=name)


def _day(date: dt.date) -> int:
    return (date - bins.EPOCH).days
