"""Exact distances between coded rows on the public domain, all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.domain.domain import Domain

Floats = np.ndarray[Any, np.dtype[np.float64]]

BLOCK_CELLS = 20_000_000
"""Distances held at once: 80 MB."""


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


def nearest_two(domain: Domain, targets: Codes, synthetic: Codes) -> tuple[Floats, Floats]:
    """Gower distances of each target to its closest and second closest synthetic row, shapes (targets,).

    All pairs, nothing approximate: distance = sum over columns = (one-hot of the target) x (distances to the synthetic
    level), one matrix product. The distances of levels are rounded to multiples of 2^-23 x columns, so that every sum
    is a whole number below 2^24, which float32 adds without error: ties are ties.

    Where there are fewer than two synthetic rows, the missing distances are 1.
    """
    columns = len(domain.attributes)
    first, second = np.ones(len(targets)), np.ones(len(targets))
    if columns == 0 or len(targets) == 0 or len(synthetic) == 0:
        return first, second
    unit = (1 << 23) // columns
    start = np.concatenate([[0], np.cumsum([a.size for a in domain.attributes])])
    away = np.empty((start[-1], len(synthetic)), np.float32)
    for i, attribute in enumerate(domain.attributes):
        steps = np.rint(level_distances(attribute) * unit).astype(np.float32)
        away[start[i] : start[i + 1]] = steps[:, synthetic[:, i]]
    block = max(1, BLOCK_CELLS // len(synthetic))
    for low in range(0, len(targets), block):
        chosen = targets[low : low + block].astype(np.int64) + start[:-1]
        rows = np.arange(len(chosen))
        hot = np.zeros((len(chosen), start[-1]), np.float32)
        hot[rows[:, None], chosen] = 1
        distance = hot @ away
        closest = distance.argmin(axis=1)
        first[low : low + block] = distance[rows, closest]
        distance[rows, closest] = np.inf
        second[low : low + block] = distance.min(axis=1)
    scale = unit * columns
    return first / scale, np.where(np.isfinite(second), second / scale, 1.0)
