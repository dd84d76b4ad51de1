"""Exact distances between coded rows on the public domain, all pairs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.domain.domain import Domain

Floats = np.ndarray[Any, np.dtype[np.float64]]
Steps = np.ndarray[Any, np.dtype[np.uint32]]
"""Distances as whole numbers of steps."""

JOINT = 4096
"""Joint levels of a bundle of columns at most: the distances of one target to all of them stay in a core's cache."""

BLOCK_CELLS = 20_000_000
"""Distances held at once: 80 MB."""

BLOCK_TARGETS = 64
"""Targets whose tables are made at once."""

FEW = 100_000_000
"""Pairs of rows below which numpy is faster than loading numba, which takes half a second."""


def level_distances(attribute: Attribute) -> Floats:
    """Distance between two levels of a column, in [0, 1], shape (levels, levels).

    Ordered columns: difference of ranks over the largest one. Otherwise, and for `missing` and `other` in any column,
    0 for the same level and 1 for another. Source: Gower (1971), Biometrics 27.
    """
    apart = 1.0 - np.eye(attribute.size)
    if attribute.ordered:
        special = {attribute.missing, attribute.other}
        ranked = np.array([code for code in range(attribute.size) if code not in special], np.int64)
        if len(ranked) > 1:
            rank = np.arange(len(ranked)) / (len(ranked) - 1)
            apart[np.ix_(ranked, ranked)] = np.abs(rank[:, None] - rank[None, :])
    return apart


def nearest(domain: Domain, targets: Codes, table: Codes, k: int) -> Floats:
    """Gower distances of each target to its k closest rows of the table, ascending, shape (targets, k).

    All pairs, nothing approximate. Columns are packed into bundles of at most `JOINT` joint levels; the distances of a
    target to all joint levels of a bundle are written down once, and then each pair of rows costs one look-up a bundle.
    The distances of levels are rounded to multiples of 1/(columns x unit) with unit = 2^23 // columns, so that every
    sum is a whole number: ties are ties, whatever the order of the columns. Of equal rows of the table k are enough.

    Where the table has fewer than k rows, the missing distances are 1.

    Args:
        domain: public domain of the columns.
        targets: shape (n, columns).
        table: shape (m, columns).
        k: number of neighbours, at least 1.
    """
    columns = len(domain.attributes)
    if columns == 0 or len(targets) == 0 or len(table) == 0:
        return np.ones((len(targets), k))
    unit = (1 << 23) // columns
    apart = [np.rint(level_distances(a) * unit).astype(np.uint32) for a in domain.attributes]
    bundles = _bundles(domain)
    cells = _some_of_each(np.stack([_joint(table, domain, bundle) for bundle in bundles]), k)
    closest = np.full((len(targets), k), columns * unit, np.uint32)
    compiled = len(targets) * cells.shape[1] > FEW
    block = BLOCK_TARGETS if compiled else max(1, min(BLOCK_TARGETS, BLOCK_CELLS // cells.shape[1]))
    for low in range(0, len(targets), block):
        tables = [_to_joint_levels(targets[low : low + block], bundle, apart) for bundle in bundles]
        _search(tables, cells, closest[low : low + block], compiled=compiled)
    return np.asarray(closest / (unit * columns))


def nearest_two(domain: Domain, targets: Codes, synthetic: Codes) -> tuple[Floats, Floats]:
    """Distances of each target to its closest and second closest synthetic row, shapes (targets,); see `nearest`."""
    both = nearest(domain, targets, synthetic, 2)
    return both[:, 0], both[:, 1]


def _bundles(domain: Domain) -> list[list[int]]:
    """Columns packed first-fit, largest first; a column with more than `JOINT` levels stays alone."""
    sizes = [attribute.size for attribute in domain.attributes]
    packed: list[list[int]] = []
    for column in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        for bundle in packed:
            if math.prod(sizes[i] for i in bundle) * sizes[column] <= JOINT:
                bundle.append(column)
                break
        else:
            packed.append([column])
    return packed


def _joint(rows: Codes, domain: Domain, bundle: list[int]) -> Codes:
    """The joint level of each row in a bundle, shape (rows,)."""
    cell = np.zeros(len(rows), np.uint16)
    for column in bundle:
        cell = cell * np.uint16(domain.attributes[column].size) + rows[:, column]
    return cell


def _some_of_each(cells: Codes, most: int) -> Codes:
    """At most so many of all equal rows, shape (bundles, rows that are left)."""
    cells = cells[:, np.lexsort(cells)]
    new = np.ones(cells.shape[1], bool)
    new[1:] = (cells[:, 1:] != cells[:, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    place = np.arange(cells.shape[1]) - np.repeat(first, np.diff(first, append=cells.shape[1]))
    return np.ascontiguousarray(cells[:, place < most])


def _to_joint_levels(targets: Codes, bundle: list[int], apart: list[Steps]) -> Steps:
    """Distances of each target to each joint level of a bundle, shape (targets, joint levels)."""
    sums = np.zeros((len(targets), 1), np.uint32)
    for column in bundle:
        sums = (sums[:, :, None] + apart[column][targets[:, column]][:, None, :]).reshape(len(targets), -1)
    return sums


def _search(tables: list[Steps], cells: Codes, closest: Steps, *, compiled: bool) -> None:
    """Fills in the smallest distances of some targets, shape (targets, k)."""
    if compiled:
        from dpsynth.attacks import kernels

        start = np.cumsum([0, *(t.shape[1] for t in tables)])
        kernels.closest(cells, np.concatenate(tables, axis=1), start, closest)
        return
    total = np.zeros((len(closest), cells.shape[1]), np.uint32)
    for away, cell in zip(tables, cells, strict=True):
        total += away[:, cell]
    some = min(closest.shape[1], total.shape[1])
    closest[:, :some] = np.sort(np.partition(total, some - 1, axis=1)[:, :some], axis=1)
