"""Descriptions of people ("age 90 to 94 and diagnosis G71"), and whom they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.domain.domain import Domain

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Indices = np.ndarray[Any, np.dtype[np.int64]]

MOST = 1000
"""Predicates that an attacker tries."""

DRAWS = 4000
"""Combinations of columns that he looks at for them."""

WIDEST = 4
"""Columns in one combination."""

Part = tuple[int, int, int]
"""A column, and its lowest and highest level."""

Predicate = tuple[Part, ...]


@dataclass(frozen=True)
class Holders:
    """Which predicate fits which person, as pairs without repetition.

    Attributes:
        predicate: number of the predicate, shape (pairs,).
        person: number of the person, shape (pairs,).
        predicates: how many there are.
        people: how many there are.
    """

    predicate: Indices
    person: Indices
    predicates: int
    people: int


def fits(predicate: Predicate, rows: Codes) -> Flags:
    """Whether it fits each row, shape (rows,)."""
    found = np.ones(len(rows), bool)
    for column, low, high in predicate:
        of_rows = rows[:, column]
        found &= of_rows == low if low == high else (of_rows >= low) & (of_rows <= high)
    return found


def holders(predicates: Sequence[Predicate], group: Units) -> Holders:
    """The people whom predicates fit: those of whom any row is fitted."""
    columns = np.asfortranarray(group.codes)
    people = [np.unique(group.owner[fits(p, columns)]).astype(np.int64) for p in predicates]
    number = np.repeat(np.arange(len(predicates)), [len(p) for p in people])
    return Holders(number, np.concatenate(people) if people else number, len(predicates), group.size)


def univariate(domain: Domain, release: Codes) -> list[Predicate]:
    """One column: a level that one row alone has, and the end of an order beyond which one row alone lies."""
    found: list[Predicate] = []
    for column, attribute in enumerate(domain.attributes):
        counts = np.bincount(release[:, column], minlength=attribute.size)
        found += [((column, level, level),) for level in np.flatnonzero(counts == 1).tolist()]
        found += [((column, low, high),) for low, high in _ends(attribute, counts)]
    return found


def _ends(attribute: Attribute, counts: Indices) -> list[tuple[int, int]]:
    """Ranges from either end of an order that hold one row, and more than that row's level."""
    ranked = [code for code in range(attribute.size) if code not in (attribute.missing, attribute.other)]
    if not attribute.ordered or not ranked:
        return []
    first, last = ranked[0], ranked[-1]
    occupied = [code for code in ranked if counts[code]]
    low = [(first, occupied[0])] if occupied and counts[occupied[0]] == 1 and occupied[0] > first else []
    return low + ([(occupied[-1], last)] if occupied and counts[occupied[-1]] == 1 and occupied[-1] < last else [])


def multivariate(release: Codes, most: int, rng: np.random.Generator) -> list[Predicate]:
    """Levels that one row alone combines, in 2 to `WIDEST` random columns around a random row; at most `most`."""
    rows, columns = release.shape
    if rows == 0 or columns < 2:
        return []
    table, found = np.asfortranarray(release), dict[Predicate, None]()
    for row in rng.integers(0, rows, DRAWS):
        if len(found) >= most:
            break
        chosen = sorted(rng.permutation(columns)[: rng.integers(2, min(WIDEST, columns) + 1)].tolist())
        predicate = tuple((c, int(release[row, c]), int(release[row, c])) for c in chosen)
        if int(fits(predicate, table).sum()) == 1:
            found[predicate] = None
    return list(found)


def from_release(domain: Domain, release: Codes, rng: np.random.Generator) -> tuple[list[Predicate], list[Predicate]]:
    """Predicates of one column and of several that fit exactly one synthetic row, `MOST` together."""
    single = univariate(domain, release)[:MOST]
    return single, multivariate(release, MOST - len(single), rng)


def from_domain(domain: Domain, number: int, rows: int, rng: np.random.Generator) -> list[Predicate]:
    """Predicates of somebody without the release: random levels of random columns.

    He takes so many columns that one of `rows` equally spread rows is fitted, the weight of a predicate that fits
    exactly one synthetic row.
    """
    sizes, found = [a.size for a in domain.attributes], []
    for _ in range(number if sizes else 0):
        chosen: list[Part] = []
        cells = 1
        for column in rng.permutation(len(sizes)).tolist():
            if cells >= rows and chosen:
                break
            level = int(rng.integers(0, sizes[column]))
            chosen.append((column, level, level))
            cells *= sizes[column]
        found.append(tuple(sorted(chosen)))
    return found
