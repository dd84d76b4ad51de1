"""Exact distances between coded rows on the public domain, all pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def blocks(
    domain: Domain, targets: Codes, synthetic: Codes, columns: Sequence[int] | None = None
) -> Iterator[tuple[slice, Any]]:
    """Distances of a block of targets to all synthetic rows: which targets, and whole numbers of shape (block, rows).

    All pairs, nothing approximate: distance = sum over columns = (one-hot of the target) x (distances to the synthetic
    level), one matrix product. The distances of levels are rounded to multiples of 2^-23 x columns, so that every sum
    is a whole number below 2^24, which float32 adds without error: ties are ties. A Gower distance is the number over
    `scale`.

    Args:
        domain: public domain.
        targets: shape (targets, columns of the domain).
        synthetic: shape (rows, columns of the domain).
        columns: positions of the columns that count; all of them by default.
    """
    chosen_columns = range(len(domain.attributes)) if columns is None else columns
    if len(chosen_columns) == 0 or len(targets) == 0 or len(synthetic) == 0:
        return
    attributes = [domain.attributes[i] for i in chosen_columns]
    unit = (1 << 23) // len(attributes)
    start = np.concatenate([[0], np.cumsum([a.size for a in attributes])])
    away = np.empty((start[-1], len(synthetic)), np.float32)
    for i, (column, attribute) in enumerate(zip(chosen_columns, attributes, strict=True)):
        steps = np.rint(level_distances(attribute) * unit).astype(np.float32)
        away[start[i] : start[i + 1]] = steps[:, synthetic[:, column]]
    block = max(1, BLOCK_CELLS // len(synthetic))
    for low in range(0, len(targets), block):
        chosen = targets[low : low + block][:, list(chosen_columns)].astype(np.int64) + start[:-1]
        hot = np.zeros((len(chosen), start[-1]), np.float32)
        hot[np.arange(len(chosen))[:, None], chosen] = 1
        yield slice(low, low + len(chosen)), hot @ away


def scale(columns: int) -> int:
    """The number of `blocks` that stands for a Gower distance of 1."""
    return (1 << 23) // columns * columns


def nearest_two(domain: Domain, targets: Codes, synthetic: Codes) -> tuple[Floats, Floats]:
    """Gower distances of each target to its closest and second closest synthetic row, shapes (targets,).

    Exact, see `blocks`. Where there are fewer than two synthetic rows, the missing distances are 1.
    """
    columns = len(domain.attributes)
    first, second = np.ones(len(targets)), np.ones(len(targets))
    for where, distance in blocks(domain, targets, synthetic):
        rows, closest = np.arange(len(distance)), distance.argmin(axis=1)
        first[where] = distance[rows, closest] / scale(columns)
        distance[rows, closest] = np.inf
        after = distance.min(axis=1)
        second[where] = np.where(np.isfinite(after), after / scale(columns), 1.0)
    return first, second
