"""What a measure is: a profile of a group of people, a distance between two profiles, and one number that says most.

A profile is computed with a weight for each person: 0 and 1 choose people, whole numbers repeat them. One way of
counting thus serves the whole group, its parts and its bootstrap samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dpsynth.data.family import FamilyUnits

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Profile = Callable[[Floats], Floats]
"""Weights of people, shape (people,) -> profile; NaN where it is not defined."""

Kind = Literal[
    "rows", "rows_of_parent", "gap", "lag", "within", "transitions", "survival", "pair", "pair_of_person", "siblings"
]
"""rows: how many a person has. rows_of_parent: how many a parent row has. gap: days since the row before. lag:
correlation with an earlier row. within: of the rows of one person (ICC). transitions: from one row to the next.
survival: time to death or to the first row. pair: a column of the parent and one of the row. pair_of_person: a column
of the person and one of a row with another parent. siblings: what two tables say of one person."""


PAIRS: frozenset[Kind] = frozenset({"pair", "pair_of_person", "siblings"})
"""Kinds of which there are many; their mean counts."""


@dataclass(frozen=True)
class Subject:
    """What a measure is about.

    Attributes:
        kind: see `Kind`.
        table: whose rows.
        columns: TABLE.COLUMN names it looks at; empty for numbers of rows.
        levels: labels of the profile's cells, or of both sides of a square one; empty where it is one number.
        detail: lag 1 or 2; rows or people (what counts equally); the column within whose levels values are compared.
    """

    kind: Kind
    table: str
    columns: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Measure:
    """One thing that can be measured of every group of people.

    Attributes:
        subject: what it is about.
        prepare: a group -> its profile as a function of weights.
        apart: distance of two profiles.
        number: what a profile says in one number; NaN where it is not defined.
        cases: how many people or rows each cell of the profile is a share of: one number for all cells, or one for
            each.
    """

    subject: Subject
    prepare: Callable[[FamilyUnits], Profile]
    apart: Callable[[Floats, Floats], float]
    number: Callable[[Floats], float]
    cases: Callable[[FamilyUnits], Floats]


def total_variation(one: Floats, other: Floats) -> float:
    """Half the sum of the differences of two distributions."""
    return float(np.abs(one - other).sum() / 2)


def largest(one: Floats, other: Floats) -> float:
    """The largest difference of two curves: of distribution functions, the Kolmogorov–Smirnov distance."""
    return float(np.abs(one - other).max(initial=0.0))


def itself(profile: Floats) -> float:
    """A profile that is one number."""
    return float(profile[0])


def everybody(units: FamilyUnits) -> Floats:
    """Cases of a profile of people."""
    return np.array([float(units.size)])


def rows_of(table: str) -> Callable[[FamilyUnits], Floats]:
    """Cases of a profile of the rows of a table."""
    return lambda units: np.array([float(units.rows[table].rows)])


def shares(cells: Ints, weights: Floats, size: int) -> Floats:
    """Weighted shares of cells, shape (size,); NaN where nothing has weight.

    Args:
        cells: cell of each row.
        weights: of each row.
        size: number of cells.
    """
    found = np.bincount(cells, weights=weights, minlength=size).astype(np.float64)
    total = found.sum()
    return found / total if total > 0 else np.full(size, np.nan)
