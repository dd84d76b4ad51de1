"""Exact marginals of many cliques: plain counts of rows, and histograms clipped for each unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dpsynth.privacy.noise import LATTICE, Lattice
from dpsynth.privacy.queries import Clique, Counts, Groups, group_shape, marginal_counts

Columns = Mapping[str, np.ndarray[Any, np.dtype[np.uint16]]]
"""Codes of each column, shape (rows,)."""

Owners = np.ndarray[Any, np.dtype[np.integer[Any]]]
"""The unit of each row, ascending."""

ONE_CONTRIBUTION = LATTICE * (1 - 2.0**-50)
"""The norm that a clipped histogram may have, on the lattice, less room for rounding.

Why no norm exceeds 2^30: a cell is floor(h * fl(ONE_CONTRIBUTION / max(C, fl(sqrt(n))))) with n = sum of h^2. The
conversion of n, the root, the quotient and the product each err by a factor of at most 1 + 2^-53, so what is rounded
down is below h 2^30 / max(C, ||h||). Then the norm of the cells is at most 2^30 ||h|| / max(C, ||h||) <= 2^30.
"""


def plain(columns: Columns, sizes: Mapping[str, int], cliques: Sequence[Clique], groups: Groups) -> list[Counts]:
    """Rows per cell of each marginal."""
    return [marginal_counts(columns, sizes, clique, groups) for clique in cliques]


def clipped(
    columns: Columns,
    owner: Owners,
    sizes: Mapping[str, int],
    cliques: Sequence[Clique],
    groups: Groups,
    clips: Sequence[float],
) -> list[Lattice]:
    """Sums over units of min(1/C, 1/||h||_2) h, h a unit's own histogram: in units of C, as multiples of 2^-30.

    Each unit's numbers are rounded toward zero, so that its part has an L2 norm of at most 2^30, exactly. Sums of
    integers are exact (64 bits hold 2^33 units).

    Args:
        columns: codes of each column, shape (rows,).
        owner: the unit of each row, shape (rows,), ascending.
        sizes: levels of each column.
        cliques: the marginals.
        groups: levels to merge, before clipping.
        clips: C of each marginal, in rows, at least 1.
    """
    return [_clipped(columns, owner, sizes, q, groups, c) for q, c in zip(cliques, clips, strict=True)]


def _clipped(
    columns: Columns, owner: Owners, sizes: Mapping[str, int], clique: Clique, groups: Groups, clip: float
) -> Lattice:
    shape = group_shape(sizes, clique, groups)
    cells = math.prod(shape)
    key = owner.astype(np.int64) * cells + cell_numbers(columns, len(owner), shape, clique, groups)
    key, height = np.unique(key, return_counts=True)
    unit = key // cells
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    squares = np.add.reduceat(height**2, starts) if len(starts) else height
    scale = ONE_CONTRIBUTION / np.maximum(clip, np.sqrt(squares))
    part = (height * np.repeat(scale, np.diff(starts, append=len(unit)))).astype(np.int64)
    total = np.zeros(cells, np.int64)
    np.add.at(total, key % cells, part)
    return total.reshape(shape)


def cell_numbers(columns: Columns, rows: int, shape: tuple[int, ...], clique: Clique, groups: Groups) -> Counts:
    """The cell of each row in the raveled marginal, shape (rows,)."""
    cell = np.zeros(rows, np.int64)
    for name, size in zip(clique, shape, strict=True):
        codes = columns[name].astype(np.int64)
        cell = cell * size + (np.asarray(groups[name], np.int64)[codes] if name in groups else codes)
    return cell


def sizes(unit_rows: Counts, upper: Counts) -> Counts:
    """Units by their number of rows: 1 .. upper[0], upper[0] + 1 .. upper[1], and so on, the last bin open."""
    some = unit_rows[unit_rows > 0]
    return np.bincount(np.searchsorted(upper, some), minlength=len(upper) + 1)
