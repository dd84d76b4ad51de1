"""What the rows of one person say together and about each other: derived codes, person by person.

Every number depends on the rows of its own person alone, so that adding or removing anybody moves nobody else's.
Everything is total: any codes, any days, people without rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.domain.attribute import Codes, Grid
from dpsynth.domain.family import POSITIONS, Family, Rows, level_label
from dpsynth.policy.relations import Summary

Ints = np.ndarray[Any, np.dtype[np.int64]]

NO_DAY = np.iinfo(np.int64).max
"""The day of a row without a date: such rows stand last."""


@dataclass(frozen=True)
class Coded:
    """Rows of a table of a family as codes.

    Attributes:
        codes: of the columns of the codec, shape (rows, columns).
        owner: person of each row, shape (rows,), ascending; within a person in their order.
        day: days since 1970-01-01 of each row, or NO_DAY, shape (rows,); all NO_DAY without an order.
        parent: number of the parent row of each row in its table, shape (rows,); empty where the parent is the person.
        links: whether each row refers to a row of another table, shape (rows, links): codes of LINKED.
    """

    codes: Codes
    owner: Ints
    day: Ints
    parent: Ints
    links: Codes


@dataclass(frozen=True)
class CodedFamily:
    """All tables as codes.

    Attributes:
        size: number of people.
        people: codes of the table of people, shape (people, columns).
        index: day from which first rows are counted, shape (people,).
        rows: the other tables.
    """

    size: int
    people: Codes
    index: Ints
    rows: Mapping[str, Coded]


def view_of_people(family: Family, coded: CodedFamily) -> Codes:
    """Codes of the view of people, shape (people, columns)."""
    columns = [coded.people[:, i] for i in range(coded.people.shape[1])]
    for rows in family.rows:
        own = coded.rows[rows.name]
        columns.append(rows.counts.of(np.bincount(own.owner, minlength=coded.size)))
        if rows.first is not None:
            columns.append(_first_days(rows, own, coded))
        columns += [summarised(rows, summary, own, coded.size) for summary in rows.summaries]
    return np.stack(columns).astype(np.uint16).T if columns else np.zeros((coded.size, 0), np.uint16)


def view_of_rows(family: Family, rows: Rows, coded: CodedFamily, people: Codes) -> Codes:
    """Codes of a table's rows as they are counted, shape (rows, columns): those of `Rows.counted`.

    Args:
        family: all views.
        rows: the table.
        coded: all tables.
        people: the view of people.
    """
    own = coded.rows[rows.name]
    columns: list[np.ndarray[Any, Any]] = []
    if rows.gaps is not None:
        columns.append(gaps(rows, own, None if rows.parent is None else coded.rows[rows.parent]))
    columns += [own.codes[:, i] for i in range(own.codes.shape[1])]
    columns += [own.links[:, i] for i in range(len(rows.links))]
    for child in family.children(rows.name):
        columns.append(child.counts.of(np.bincount(coded.rows[child.name].parent, minlength=len(own.owner))))
    policy = rows.table.rows
    assert policy is not None
    if policy.order_by is not None:
        columns.append(position(own.owner))
    for previous in policy.previous:
        values, none = own.codes[:, rows.codec.index(previous.column)], rows.codec[previous.column].size
        by = None if previous.same is None else own.codes[:, rows.codec.index(previous.same)]
        columns.append(before(own.owner, values, none, by))
    place = {name: i for i, name in enumerate(family.view.names)}
    for name in rows.view.names[len(columns) :]:
        if name in place:
            columns.append(people[own.owner, place[name]])
        else:
            table, column = name.split(".", 1)
            columns.append(coded.rows[table].codes[own.parent, family[table].codec.index(column)])
    for of in rows.within:
        code = own.codes[:, rows.codec.index(of.code)].astype(np.int64) * (rows.codec[of.value].size + 1)
        columns += [code + own.codes[:, rows.codec.index(of.value)], code + columns[rows.view.index(of.before)]]
    return np.stack(columns).astype(np.uint16).T


def starts(owner: Ints) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether a row is the first one of its person, shape (rows,)."""
    first = np.ones(len(owner), bool)
    first[1:] = owner[1:] != owner[:-1]
    return first


def position(owner: Ints) -> Codes:
    """First, one of the next two, or later: codes of POSITIONS, shape (rows,)."""
    return position_of(places(owner))


def position_of(place: Ints) -> Codes:
    """Codes of POSITIONS for places 0, 1, 2, …, shape (rows,)."""
    return np.where(place == 0, 0, np.where(place < 3, 1, len(POSITIONS) - 1)).astype(np.uint16)


def places(owner: Ints) -> Ints:
    """0, 1, 2, … among the rows of the person, shape (rows,)."""
    numbers = np.arange(len(owner))
    return numbers - np.maximum.accumulate(np.where(starts(owner), numbers, 0))


def gaps(rows: Rows, own: Coded, parent: Coded | None) -> Codes:
    """Days since the row before, as codes, shape (rows,).

    Children of people: the first row of a person has the level `first`. Other children: days since the row before of
    the same parent row, and since the parent's date for the first of them.
    """
    assert rows.gaps is not None
    first_code, missing = len(rows.gaps.labels), len(rows.gaps.labels) + 1
    day_before = np.empty_like(own.day)
    day_before[1:] = own.day[:-1]
    if parent is None:
        first = starts(own.owner)
        alone = first
    else:
        first = starts(own.parent)
        day_before[first] = parent.day[own.parent[first]]
        alone = np.zeros(len(first), bool)
    day_before[alone] = 0
    unknown = (own.day == NO_DAY) | (day_before == NO_DAY)
    days = np.where(unknown | alone, 0, own.day - np.where(unknown, 0, day_before))
    codes = rows.gaps.of(days)
    codes[alone | (unknown & ~(own.day == NO_DAY))] = first_code  # nothing before it has a date
    if rows.dates_missing:
        codes[own.day == NO_DAY] = missing
    return codes


def before(owner: Ints, values: Codes, none: int, by: Codes | None = None) -> Codes:
    """The value of the row before of the same person, shape (rows,); `none` where there is none.

    Args:
        owner: person of each row, ascending.
        values: codes.
        none: code for rows without an earlier one.
        by: the last earlier row with the same code in `by`, instead of the row before.
    """
    found = np.full(len(values), none, np.uint16)
    if len(values) < 2:
        return found
    if by is None:
        found[1:] = np.where(starts(owner)[1:], none, values[:-1])
        return found
    order = np.lexsort((by, owner))  # stable: the order within a person and a level stays
    same = (owner[order][1:] == owner[order][:-1]) & (by[order][1:] == by[order][:-1])
    sorted_values = values[order]
    found[order[1:]] = np.where(same, sorted_values[:-1], none)
    return found


def summarised(rows: Rows, summary: Summary, own: Coded, people: int) -> Codes:
    """A summary of each person's rows, as codes, shape (people,)."""
    attribute, codes = rows.codec[summary.column], own.codes[:, rows.codec.index(summary.column)]
    none = attribute.size
    match summary.of:
        case "ever":
            found = np.zeros(people, np.uint16)
            wanted = [attribute.code_of[level_label(level)] for level in summary.levels or ()]
            found[own.owner[np.isin(codes, wanted)]] = 1
            return found
        case "mean":
            assert isinstance(attribute, Grid)
            return _means(attribute, codes, own.owner, people)
        case "mode":
            return _modes(codes, own.owner, none, people)
        case "first":
            found = np.full(people, none, np.uint16)
            at = starts(own.owner)
            found[own.owner[at]] = codes[at]
            return found
        case "last":
            found = np.full(people, none, np.uint16)
            found[own.owner] = codes  # the last one that is written stays
            return found


def _means(attribute: Grid, codes: Codes, owner: Ints, people: int) -> Codes:
    """The level that holds the mean of the levels' midpoints; `none` where no row has a number."""
    value = attribute.midpoints()[codes]
    known = ~np.isnan(value)
    count = np.bincount(owner[known], minlength=people)
    total = np.bincount(owner[known], weights=value[known], minlength=people)
    level = attribute.encode(pa.array(total / np.maximum(count, 1)))
    return np.where(count > 0, level, attribute.size).astype(np.uint16)


def _modes(codes: Codes, owner: Ints, none: int, people: int) -> Codes:
    """The most frequent code of each person, the smallest of several."""
    found = np.full(people, none, np.uint16)
    key, count = np.unique(owner * (none + 1) + codes.astype(np.int64), return_counts=True)
    who, code = key // (none + 1), key % (none + 1)
    order = np.lexsort((-code, count, who))  # the last of each person: most frequent, then smallest
    found[who[order]] = code[order].astype(np.uint16)
    return found


def _first_days(rows: Rows, own: Coded, coded: CodedFamily) -> Codes:
    """Days from the index date to the first row, as codes; `none` where no row has a date."""
    assert rows.first is not None
    found = np.full(coded.size, len(rows.first.labels), np.uint16)
    at = starts(own.owner) & (own.day != NO_DAY)
    who = own.owner[at]
    found[who] = rows.first.of(own.day[at] - coded.index[who])
    return found
