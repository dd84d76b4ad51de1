"""Exact distances between coded rows on the public domain, all pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.domain.domain import Domain

Floats = np.ndarray[Any, np.dtype[np.float64]]
Singles = np.ndarray[Any, np.dtype[np.float32]]

BLOCK_CELLS = 20_000_000
"""Distances held at once: 80 MB."""


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
    """Codes of the levels that are values: neither `missing` nor `other`."""
    special = {attribute.missing, attribute.other}
    return np.array([code for code in range(attribute.size) if code not in special], np.int64)


def nearest_two(domain: Domain, targets: Codes, synthetic: Codes) -> tuple[Floats, Floats]:
    """Gower distances of each target to its closest and second closest synthetic row, shapes (targets,).

    All pairs, nothing approximate: distance = sum over columns = (one-hot of the target) x (distances to the synthetic
    level), one matrix product. The distances of levels are rounded to multiples of 2^-23 x columns, so that every sum
    is a whole number below 2^24, which float32 adds without error: ties are ties.

    Where there are fewer than two synthetic rows, the missing distances are 1.
    """
    first, second = np.ones(len(targets)), np.ones(len(targets))
    for block, distance, scale in _distances(domain, targets, synthetic):
        rows = np.arange(len(distance))
        closest = distance.argmin(axis=1)
        first[block] = distance[rows, closest].astype(np.float64) / scale
        distance[rows, closest] = np.inf
        again = distance.min(axis=1).astype(np.float64) / scale
        second[block] = np.where(np.isfinite(again), again, 1.0)
    return first, second


def closest(domain: Domain, targets: Codes, rows: Codes) -> Floats:
    """Gower distance of each target to the closest row, shape (targets,); 1 where there is none."""
    found = np.ones(len(targets))
    for block, distance, scale in _distances(domain, targets, rows):
        found[block] = distance.min(axis=1).astype(np.float64) / scale
    return found


def mean_of_nearest(domain: Domain, targets: Codes, rows: Codes, nearest: int) -> Floats:
    """Mean Gower distance of each target to its nearest rows, shape (targets,); missing rows are 1 away."""
    found = np.ones(len(targets))
    for block, distance, scale in _distances(domain, targets, rows):
        k = min(nearest, len(rows))
        sums = np.partition(distance, k - 1, axis=1)[:, :k].sum(axis=1, dtype=np.float64) / scale
        found[block] = (sums + nearest - k) / nearest
    return found


def _distances(domain: Domain, targets: Codes, rows: Codes) -> Iterator[tuple[slice, Singles, int]]:
    """Blocks of targets, their distances to all rows in whole steps, shape (block, rows), and the steps of 1."""
    columns = len(domain.attributes)
    if columns == 0 or len(targets) == 0 or len(rows) == 0:
        return
    unit = (1 << 23) // columns
    start = np.concatenate([[0], np.cumsum([a.size for a in domain.attributes])])
    away = np.empty((start[-1], len(rows)), np.float32)
    for i, attribute in enumerate(domain.attributes):
        steps = np.rint(level_distances(attribute) * unit).astype(np.float32)
        away[start[i] : start[i + 1]] = steps[:, rows[:, i]]
    block = max(1, BLOCK_CELLS // len(rows))
    for low in range(0, len(targets), block):
        chosen = targets[low : low + block].astype(np.int64) + start[:-1]
        hot = np.zeros((len(chosen), start[-1]), np.float32)
        hot[np.arange(len(chosen))[:, None], chosen] = 1
        yield slice(low, low + block), hot @ away, unit * columns
