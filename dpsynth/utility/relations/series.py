"""Columns whose values can be compared along the rows of a person, as numbers.

A value is the middle of its bin, or the place of its level in an ordered list. Where the policy names a column within
whose levels a value belongs to the one before (`previous: {column: value, same: code}`), values are taken as deviations
from the mean of their level, in its standard deviations: otherwise milligrams of one test would be held against grams
of another. Rows without a number take no part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.domain.attribute import Attribute, Grid
from dpsynth.domain.family import Family, Rows
from dpsynth.utility.relations.measures import Floats, Ints


@dataclass(frozen=True)
class Series:
    """A column with an order of its own.

    Attributes:
        rows: its table.
        column: its name.
        within: column within whose levels values are compared; None: all.
    """

    rows: Rows
    column: str
    within: str | None


@dataclass(frozen=True)
class Values:
    """Numbers of the rows that have one, person by person in their order.

    Attributes:
        owner: person of each.
        value: the numbers.
        level: level of the column within which they are compared; 0 without one.
    """

    owner: Ints
    value: Floats
    level: Ints


def series(family: Family) -> tuple[Series, ...]:
    """All columns of all tables whose levels are numbers or have an order."""
    found = []
    for rows in family.rows:
        policy = rows.table.rows
        assert policy is not None
        same = {one.column: one.same for one in policy.previous if one.same is not None}
        found += [Series(rows, a.name, same.get(a.name)) for a in rows.codec.attributes if a.ordered]
    return tuple(found)


def numbers_of(attribute: Attribute) -> Floats:
    """A number for each level, shape (levels,); NaN for what is missing or outside the list."""
    if isinstance(attribute, Grid):
        return attribute.midpoints()
    place = np.arange(attribute.size, dtype=np.float64)
    place[[code for code in (attribute.missing, attribute.other) if code is not None]] = np.nan
    return place


def values(one: Series, units: FamilyUnits) -> Values:
    """The numbers of a group of people."""
    own, view = units.rows[one.rows.name], one.rows.view
    value = numbers_of(one.rows.codec[one.column])[own.codes[:, view.index(f"{one.rows.name}.{one.column}")]]
    level = np.zeros(len(value), np.int64)
    if one.within is not None:
        level = own.codes[:, view.index(f"{one.rows.name}.{one.within}")].astype(np.int64)
    known = ~np.isnan(value)
    owner, value, level = own.owner[known].astype(np.int64), value[known], level[known]
    if one.within is None or not len(value):
        return Values(owner, value, level)
    count = np.bincount(level)
    mean = np.bincount(level, weights=value) / np.maximum(count, 1)
    spread = np.sqrt(np.bincount(level, weights=(value - mean[level]) ** 2) / np.maximum(count, 1))
    varies = spread[level] > 1e-9
    owner, level = owner[varies], level[varies]
    return Values(owner, (value[varies] - mean[level]) / spread[level], level)
