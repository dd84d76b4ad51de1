"""What rows say about the rows after them: correlation with earlier values, transitions, days between."""

from __future__ import annotations

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.domain.deriving import starts
from dpsynth.domain.family import Rows
from dpsynth.utility.relations.measures import (
    Floats,
    Ints,
    Measure,
    Profile,
    Subject,
    itself,
    largest,
    rows_of,
    shares,
    total_variation,
)
from dpsynth.utility.relations.series import Series, values

MOST_LEVELS = 200
"""Largest list of which transitions are counted."""


def lag(one: Series, back: int) -> Measure:
    """Pearson's correlation of a value with the one `back` rows before, of the same person and level."""

    def prepare(units: FamilyUnits) -> Profile:
        found = values(one, units)
        now, before = pairs_back(found.owner, found.level, back)
        x, y, who = found.value[now], found.value[before], found.owner[now]

        def profile(weights: Floats) -> Floats:
            return np.array([weighted_correlation(x, y, weights[who])])

        return profile

    name = f"{one.rows.name}.{one.column}"
    columns = (name,) if one.within is None else (name, f"{one.rows.name}.{one.within}")
    return Measure(
        Subject("lag", one.rows.name, columns, (), str(back)), prepare, largest, itself, rows_of(one.rows.name)
    )


def pairs_back(owner: Ints, level: Ints, back: int) -> tuple[Ints, Ints]:
    """Numbers of the rows that have one `back` places before, of the same person and level, and of those."""
    order = np.lexsort((level, owner))  # stable: the order within a person and a level stays
    if len(order) <= back:
        return order[:0], order[:0]
    now, before = order[back:], order[:-back]
    same = (owner[now] == owner[before]) & (level[now] == level[before])
    return now[same], before[same]


def weighted_correlation(x: Floats, y: Floats, weights: Floats) -> float:
    """Pearson's correlation; NaN where one side does not vary."""
    total = weights.sum()
    if total <= 0:
        return float("nan")
    x, y = x - (weights * x).sum() / total, y - (weights * y).sum() / total
    below = (weights * x * x).sum() * (weights * y * y).sum()
    return float((weights * x * y).sum() / np.sqrt(below)) if below > 1e-18 else float("nan")


def transitions(rows: Rows) -> tuple[Measure, ...]:
    """From the level of a row to that of the person's next row, for the columns that the policy names as previous.

    The profile is the share of each pair of levels among all rows that have one before; its number is the share of
    rows that keep the level.
    """
    policy = rows.table.rows
    assert policy is not None
    named = [one.column for one in policy.previous if one.same is None]
    listed = [a.name for a in rows.codec.attributes if a.size <= MOST_LEVELS and not a.ordered]
    chosen = [name for name in named if rows.codec[name].size <= MOST_LEVELS] or listed
    return tuple(_transitions(rows, name) for name in dict.fromkeys(chosen))


def _transitions(rows: Rows, column: str) -> Measure:
    size = rows.codec[column].size
    place = rows.view.index(f"{rows.name}.{column}")

    def prepare(units: FamilyUnits) -> Profile:
        own = units.rows[rows.name]
        code = own.codes[:, place].astype(np.int64)
        owner = own.owner.astype(np.int64)
        later = np.flatnonzero(~starts(owner))
        cell, who = code[later - 1] * size + code[later], owner[later]

        def profile(weights: Floats) -> Floats:
            return shares(cell, weights[who], size * size)

        return profile

    def kept(profile: Floats) -> float:
        return float(np.trace(profile.reshape(size, size)))

    subject = Subject("transitions", rows.name, (f"{rows.name}.{column}",), rows.codec[column].levels)

    def later(units: FamilyUnits) -> Floats:
        own = units.rows[rows.name]
        return np.array([float((own.rows_per_unit - (own.rows_per_unit > 0)).sum())])

    return Measure(subject, prepare, total_variation, kept, later)


def gaps(rows: Rows) -> Measure:
    """The distribution function of the days since the row before, in their bins; its number is the mean of days.

    First rows of a person have none, and days are the middles of bins.
    """
    assert rows.gaps is not None
    size, place = len(rows.gaps.labels), rows.view.index(f"{rows.name}:gap")
    middle = (rows.gaps.edges[:-1] + rows.gaps.edges[1:] - 1) / 2

    def prepare(units: FamilyUnits) -> Profile:
        own = units.rows[rows.name]
        code = own.codes[:, place].astype(np.int64)
        known = code < size
        code, who = code[known], own.owner[known]

        def profile(weights: Floats) -> Floats:
            return np.cumsum(shares(code, weights[who], size))

        return profile

    def mean(profile: Floats) -> float:
        return float((np.diff(profile, prepend=0.0) * middle).sum())

    return Measure(Subject("gap", rows.name, (), rows.gaps.labels), prepare, largest, mean, rows_of(rows.name))
