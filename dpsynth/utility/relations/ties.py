"""What belongs together across tables: columns of people and of their rows, and what two tables say of one person."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from typing import Literal

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.domain.attribute import Codes
from dpsynth.domain.family import Family, Rows
from dpsynth.utility.relations.measures import (
    Floats,
    Kind,
    Measure,
    Profile,
    Subject,
    everybody,
    rows_of,
    shares,
    total_variation,
)

MOST_CELLS = 5000
"""Pairs with more cells are left out: hardly anybody would be in any of them."""
MOST_PAIRS = 40
"""Pairs of each kind and table: the first in the order of the policy."""

Weighted = Literal["rows", "people"]


def ties(family: Family) -> tuple[Measure, ...]:
    """All pairs that are looked at: parent and row, person and row of another parent, two tables of one person.

    The first two twice: each row counts the same, so that people with many rows count most; or each person counts the
    same, whose rows share that weight.
    """
    found: list[Measure] = []
    for rows in family.rows:
        own = [f"{rows.name}.{a.name}" for a in rows.codec.attributes]
        people = [] if family.people is None else [f"{family.people}.{a.name}" for a in family.codec.attributes]
        above = [n for n in rows.view.names[len(rows.drawn) :] if rows.parent and n.startswith(f"{rows.parent}.")]
        near, far = (people, []) if rows.parent is None else (above, people)
        for kind, names in (("pair", near), ("pair_of_person", far)):
            chosen = [p for p in product(names, own) if _size(family, rows, p) <= MOST_CELLS][:MOST_PAIRS]
            found += [_pair(family, rows, kind, p, by) for p in chosen for by in ("rows", "people")]  # type: ignore[arg-type]
    return (*found, *_siblings(family))


def association(table: Floats) -> float:
    """Cramér's V of a table of shares, 0 (independent) to 1; NaN where one side has a single level.

    Cramér 1946, Mathematical Methods of Statistics, chapter 21. Not corrected for the size of the sample: a few
    people show more than there is, the same for real and for synthetic ones.
    """
    table = table[np.ix_(table.sum(axis=1) > 0, table.sum(axis=0) > 0)]
    if min(table.shape) < 2 or np.isnan(table).any():
        return float("nan")
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    return float(np.sqrt(((table - expected) ** 2 / expected).sum() / (min(table.shape) - 1)))


def _size(family: Family, rows: Rows, pair: tuple[str, str]) -> int:
    return _levels(family, rows, pair[0]) * rows.view.sizes[pair[1]]


def _levels(family: Family, rows: Rows, name: str) -> int:
    return (rows.view if name in rows.view.names else family.view).sizes[name]


def _pair(family: Family, rows: Rows, kind: Kind, pair: tuple[str, str], weighted: Weighted) -> Measure:
    shape = _levels(family, rows, pair[0]), rows.view.sizes[pair[1]]
    place, above = rows.view.index(pair[1]), rows.view.names.index(pair[0]) if pair[0] in rows.view.names else None

    def prepare(units: FamilyUnits) -> Profile:
        own = units.rows[rows.name]
        if above is None:
            parent: Codes = units.people.codes[own.owner, family.view.index(pair[0])]
        else:
            parent = own.codes[:, above]
        cell = parent.astype(np.int64) * shape[1] + own.codes[:, place]
        share = 1 / np.maximum(own.rows_per_unit, 1)[own.owner] if weighted == "people" else np.ones(own.rows)

        def profile(weights: Floats) -> Floats:
            return shares(cell, weights[own.owner] * share, shape[0] * shape[1])

        return profile

    return Measure(
        Subject(kind, rows.name, pair, (), weighted), prepare, total_variation, _associated(shape), rows_of(rows.name)
    )


def _siblings(family: Family) -> list[Measure]:
    """Number of rows, first day and summaries of one table with those of another, person by person."""
    found: list[Measure] = []
    for one, other in combinations(family.rows, 2):
        said = [[n for n in family.view.names if n.startswith(f"{rows.name}:")] for rows in (one, other)]
        pairs = [p for p in product(*said) if family.view.cells(p) <= MOST_CELLS]
        found += [_sibling(family, one.name, (p[0], p[1])) for p in pairs[:MOST_PAIRS]]
    return found


def _sibling(family: Family, table: str, pair: tuple[str, str]) -> Measure:
    shape = family.view.sizes[pair[0]], family.view.sizes[pair[1]]
    places = [family.view.index(name) for name in pair]

    def prepare(units: FamilyUnits) -> Profile:
        first, second = (units.people.codes[:, place].astype(np.int64) for place in places)
        cell = first * shape[1] + second

        def profile(weights: Floats) -> Floats:
            return shares(cell, weights, shape[0] * shape[1])

        return profile

    return Measure(
        Subject("siblings", table, pair, (), "people"), prepare, total_variation, _associated(shape), everybody
    )


def _associated(shape: tuple[int, int]) -> Callable[[Floats], float]:
    return lambda profile: association(profile.reshape(shape))
