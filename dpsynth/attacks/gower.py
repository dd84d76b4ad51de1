"""Exact distances between coded rows on the public domain, all pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.domain.domain import Domain

Floats = np.ndarray[Any, np.dtype[np.float64]]
Singles = np.ndarray[Any, np.dtype[np.float32]]
Steps = np.ndarray[Any, np.dtype[np.uint32]]
"""Distances as whole numbers of steps; see `scale`."""

JOINT = 4096
"""Joint levels of a bundle of columns at most: the distances of one target to all of them stay in a core's cache."""

BLOCK_CELLS = 20_000_000
"""Distances held at once: 80 MB."""

BLOCK_TARGETS = 64
"""Targets whose tables are written down at once for the compiled search."""

FEW = 100_000_000
"""Pairs of rows below which numpy is faster than loading numba, which takes half a second."""


def level_distances(attribute: Attribute) -> Floats:
    """Distance between two levels of a column, in [0, 1], shape (levels, levels).

    Ordered columns: difference of ranks over the largest one. Otherwise, and for `missing` and `other` in any column,
    0 for the same level and 1 for another. Source: Gower (1971), Biometrics 27.
    """
    apart, ranked = 1.0 - np.eye(attribute.size), ranked_levels(attribute)
    if attribute.ordered and len(ranked) > 1:
        rank = np.arange(len(ranked)) / (len(ranked) - 1)
        apart[np.ix_(ranked, ranked)] = np.abs(rank[:, None] - rank[None, :])
    return apart


def ranked_levels(attribute: Attribute) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Codes of the levels that are values: neither `missing` nor `other` nor `absent`."""
    return np.array([code for code in range(attribute.size) if code not in attribute.unranked], np.int64)


def scale(columns: int) -> int:
    """Steps of a Gower distance of 1.

    The distances of levels are rounded to whole steps, so that sums over columns are exact: ties are ties, whatever the
    order of the columns.
    """
    return (1 << 23) // columns * columns


def blocks(
    domain: Domain, targets: Codes, synthetic: Codes, columns: Sequence[int] | None = None
) -> Iterator[tuple[slice, Singles]]:
    """Distances of a block of targets to all synthetic rows: which targets, and steps of shape (block, rows).

    All pairs, nothing approximate: distance = sum over columns = (one-hot of the target) x (distances to the synthetic
    level), one matrix product. Every sum is a whole number below 2^24, which float32 adds without error. Where there
    is no column or no row on either side there is no block.

    Args:
        domain: public domain.
        targets: shape (targets, columns of the domain).
        synthetic: shape (rows, columns of the domain).
        columns: positions of the columns that count; all of them by default.
    """
    counted = _counted(domain, columns)
    if len(counted) == 0 or len(targets) == 0 or len(synthetic) == 0:
        return
    apart = _steps(domain, counted)
    start = np.cumsum([0, *map(len, apart)])
    away = np.empty((start[-1], len(synthetic)), np.float32)
    for i, column in enumerate(counted):
        away[start[i] : start[i + 1]] = apart[i].astype(np.float32)[:, synthetic[:, column]]
    block = max(1, BLOCK_CELLS // len(synthetic))
    for low in range(0, len(targets), block):
        chosen = targets[low : low + block][:, counted].astype(np.int64) + start[:-1]
        hot = np.zeros((len(chosen), start[-1]), np.float32)
        hot[np.arange(len(chosen))[:, None], chosen] = 1
        yield slice(low, low + len(chosen)), hot @ away


def nearest(domain: Domain, targets: Codes, table: Codes, k: int, columns: Sequence[int] | None = None) -> Floats:
    """Gower distances of each target to its k closest rows of a table, ascending, shape (targets, k).

    All pairs, nothing approximate. Where the table has fewer than k rows, the missing distances are 1.

    Args:
        domain: public domain.
        targets: shape (targets, columns of the domain).
        table: shape (rows, columns of the domain).
        k: number of neighbours, at least 1.
        columns: positions of the columns that count; all of them by default.
    """
    counted, some = _counted(domain, columns), min(k, len(table))
    found = np.ones((len(targets), k))
    if len(counted) == 0 or len(targets) == 0 or len(table) == 0:
        return found
    if len(targets) * len(table) > FEW:
        return np.asarray(_looked_up(domain, targets, table, k, counted) / scale(len(counted)))
    for part, distance in blocks(domain, targets, table, counted):
        smallest = np.sort(np.partition(distance, some - 1, axis=1)[:, :some], axis=1)
        found[part, :some] = smallest.astype(np.float64) / scale(len(counted))
    return found


def nearest_two(domain: Domain, targets: Codes, synthetic: Codes) -> tuple[Floats, Floats]:
    """Distances of each target to its closest and second closest synthetic row, shapes (targets,); see `nearest`."""
    both = nearest(domain, targets, synthetic, 2)
    return both[:, 0], both[:, 1]


def closest(domain: Domain, targets: Codes, table: Codes) -> Floats:
    """Distance of each target to the closest row, shape (targets,); see `nearest`."""
    return np.asarray(nearest(domain, targets, table, 1)[:, 0])


def mean_of_nearest(domain: Domain, targets: Codes, table: Codes, k: int) -> Floats:
    """Mean distance of each target to its k closest rows, shape (targets,); see `nearest`."""
    return np.asarray(nearest(domain, targets, table, k).mean(axis=1))


def _counted(domain: Domain, columns: Sequence[int] | None) -> list[int]:
    return list(range(len(domain.attributes)) if columns is None else columns)


def _steps(domain: Domain, columns: list[int]) -> list[Steps]:
    """Distances between the levels of each column, in steps."""
    unit = scale(len(columns)) // len(columns)
    return [np.rint(level_distances(domain.attributes[column]) * unit).astype(np.uint32) for column in columns]


def _looked_up(domain: Domain, targets: Codes, table: Codes, k: int, columns: list[int]) -> Steps:
    """The k smallest distances in steps, compiled, in memory that does not grow with the number of targets.

    The steps from a target to all joint levels of a bundle of columns are written down once; then a pair of rows costs
    one look-up a bundle.

    Raises:
        ValueError: a code is no level of its column; the compiled loop checks no index.
    """
    from dpsynth.attacks import kernels

    if any(int(table[:, column].max()) >= domain.attributes[column].size for column in columns):
        raise ValueError("Expected codes of levels that the domain has.")
    sizes = [domain.attributes[column].size for column in columns]
    bundles, apart = _bundles(sizes), _steps(domain, columns)
    cells = _some_of_each(np.stack([_cell(table[:, columns], sizes, bundle) for bundle in bundles]), k)
    start = np.cumsum([0, *(math.prod(sizes[i] for i in bundle) for bundle in bundles)])
    found = np.full((len(targets), k), scale(len(columns)), np.uint32)
    for low in range(0, len(targets), BLOCK_TARGETS):
        chosen = targets[low : low + BLOCK_TARGETS][:, columns]
        away = np.concatenate([_to_joint_levels(chosen, apart, bundle) for bundle in bundles], axis=1)
        kernels.closest(cells, away, start, found[low : low + BLOCK_TARGETS])
    return found


def _bundles(sizes: list[int]) -> list[list[int]]:
    """Columns packed first-fit, largest first; one with more than `JOINT` levels stays alone."""
    packed: list[list[int]] = []
    for column in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        for bundle in packed:
            if math.prod(sizes[i] for i in bundle) * sizes[column] <= JOINT:
                bundle.append(column)
                break
        else:
            packed.append([column])
    return packed


def _cell(rows: Codes, sizes: list[int], bundle: list[int]) -> Codes:
    """The joint level of each row in a bundle, shape (rows,)."""
    cell = np.zeros(len(rows), np.uint16)
    for column in bundle:
        cell = cell * np.uint16(sizes[column] % 2**16) + rows[:, column]  # 2^16 levels stay alone, where cell is 0
    return cell


def _to_joint_levels(targets: Codes, apart: list[Steps], bundle: list[int]) -> Steps:
    """Steps from each target to each joint level of a bundle, shape (targets, joint levels)."""
    sums = np.zeros((len(targets), 1), np.uint32)
    for column in bundle:
        sums = (sums[:, :, None] + apart[column][targets[:, column]][:, None, :]).reshape(len(targets), -1)
    return sums


def _some_of_each(cells: Codes, most: int) -> Codes:
    """At most so many of all equal rows, shape (bundles, rows that are left)."""
    cells = cells[:, np.lexsort(cells)]
    new = np.ones(cells.shape[1], bool)
    new[1:] = (cells[:, 1:] != cells[:, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    place = np.arange(cells.shape[1]) - np.repeat(first, np.diff(first, append=cells.shape[1]))
    return np.ascontiguousarray(cells[:, place < most])
