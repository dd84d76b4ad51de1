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

MOST = 4000
"""Predicates that an attacker tries."""

WAYS = 600
"""Random choices of columns that he looks at for them; fewer where there are many rows."""

PLENTY = 4
"""Predicates are drawn from up to this many times as many, since some choices of columns give none."""

SORTED = 20_000_000
"""Rows sorted for them at most, but for a tenth of `WAYS`."""

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
    (column, low, high), *others = predicate
    found = _within(rows[:, column], low, high)
    for column, low, high in others:
        found &= _within(rows[:, column], low, high)
    return found


def _within(codes: Codes, low: int, high: int) -> Flags:
    return np.asarray(codes == low if low == high else (codes >= low) & (codes <= high))


def holders(predicates: Sequence[Predicate], group: Units) -> Holders:
    """The people whom predicates fit: those of whom any row is fitted."""
    columns, size = np.asfortranarray(group.codes), max(1, group.size)
    rows = [np.flatnonzero(fits(p, columns)) for p in predicates]
    number = np.repeat(np.arange(len(predicates)), [len(r) for r in rows])
    owner = group.owner[np.concatenate(rows)].astype(np.int64) if rows else number
    pair = np.unique(number * size + owner)
    return Holders(pair // size, pair % size, len(predicates), group.size)


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
    ranked = [code for code in range(attribute.size) if code not in attribute.unranked]
    if not attribute.ordered or not ranked:
        return []
    first, last = ranked[0], ranked[-1]
    occupied = [code for code in ranked if counts[code]]
    low = [(first, occupied[0])] if occupied and counts[occupied[0]] == 1 and occupied[0] > first else []
    return low + ([(occupied[-1], last)] if occupied and counts[occupied[-1]] == 1 and occupied[-1] < last else [])


def multivariate(domain: Domain, release: Codes, most: int, rng: np.random.Generator) -> list[Predicate]:
    """Levels that one row alone combines, in 2 to `WIDEST` random columns; at most `most`.

    For each choice of columns the rows that are alone in them are found at once, and a few of them taken at random.
    """
    rows, columns = release.shape
    if rows == 0 or columns < 2 or most <= 0:
        return []
    sizes, widest = [a.size for a in domain.attributes], min(WIDEST, columns)
    draws = min(WAYS, max(WAYS // 10, SORTED // rows))
    orders, widths = rng.permuted(np.tile(np.arange(columns), (draws, 1)), axis=1), rng.integers(2, widest + 1, draws)
    ways = sorted({tuple(sorted(order[:k])) for order, k in zip(orders.tolist(), widths.tolist(), strict=True)})
    found: list[tuple[tuple[int, ...], int]] = []
    for way in ways:
        alone = _alone(release, way, sizes)
        found += [(way, row) for row in rng.permutation(alone)[: 1 + PLENTY * most // len(ways)].tolist()]
    taken = [found[i] for i in np.sort(rng.permutation(len(found))[:most]).tolist()]
    return [tuple((c, int(release[row, c]), int(release[row, c])) for c in way) for way, row in taken]


def _alone(release: Codes, columns: Sequence[int], sizes: Sequence[int]) -> Indices:
    """Rows whose levels in these columns no other row combines."""
    label, cells = np.zeros(len(release), np.int64), 1
    for column in columns:
        if cells * sizes[column] > 2**62:
            label, cells = np.unique(label, return_inverse=True)[1], len(release)
        label, cells = label * sizes[column] + release[:, column], cells * sizes[column]
    order = np.argsort(label)
    new = np.concatenate([[True], np.diff(label[order]) != 0, [True]])
    return np.asarray(order[new[1:] & new[:-1]])


def from_release(domain: Domain, release: Codes, rng: np.random.Generator) -> tuple[list[Predicate], list[Predicate]]:
    """Predicates of one column and of several that fit exactly one synthetic row, `MOST` together."""
    single = univariate(domain, release)[:MOST]
    return single, multivariate(domain, release, MOST - len(single), rng)


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
