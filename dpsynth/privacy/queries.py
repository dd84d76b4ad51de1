"""What a mechanism may ask about real rows, and the noisy answers it gets.

A mechanism passes queries and noise scales; it never sees a row. `Measurer` is the only door, and `curator.Curator`
is the implementation that guards real people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

Clique = tuple[str, ...]
"""Names of the columns of a marginal."""

Table = np.ndarray[Any, np.dtype[np.float64]]
"""Counts of a marginal; one axis per column of its clique."""

Counts = np.ndarray[Any, np.dtype[np.int64]]
"""Exact counts: inside the curator and the internal evaluation only."""

Groups = Mapping[str, tuple[int, ...]]
"""Column -> group number of each of its levels. Columns that are not named keep their levels. Merging levels before
counting moves no unit's rows apart, so it leaves every sensitivity as it is."""

EVERY_LEVEL: Groups = MappingProxyType({})


@dataclass(frozen=True)
class Measurement:
    """A noisy marginal.

    Attributes:
        clique: the columns.
        groups: for each column the group number of each level, or None where levels are not merged.
        values: noisy counts of rows, shape = levels (or groups) of the columns; may be negative.
        sigma: standard deviation of the noise in one cell, rounding included.
        purpose: what it was measured for.
    """

    clique: Clique
    groups: tuple[tuple[int, ...] | None, ...]
    values: Table
    sigma: float
    purpose: str


class Measurer(Protocol):
    """Answers queries about the rows of training people, with noise.

    Attributes:
        rows_per_unit: largest number of rows of one privacy unit; the sensitivity of every query below.
    """

    rows_per_unit: int

    def measure(
        self, cliques: Sequence[Clique], sigma: float, purpose: str, groups: Groups = EVERY_LEVEL
    ) -> tuple[Measurement, ...]:
        """Noisy marginals. One unit moves each by at most rows_per_unit in L2.

        Args:
            cliques: the marginals.
            sigma: noise in each cell, in rows.
            purpose: name for the ledger and the report.
            groups: levels to merge before counting.
        """
        ...

    def distances(
        self,
        cliques: Sequence[Clique],
        targets: Sequence[Table],
        sigma: float,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
    ) -> Table:
        """Noisy L1 distances between the marginals and constant tables, shape (cliques,).

        The targets must be constants or post-processing of earlier answers, each of the shape of its marginal. A row
        is in one cell, so it moves each distance by at most 1, and one unit by at most rows_per_unit.
        """
        ...


def marginal_counts(
    columns: Mapping[str, np.ndarray[Any, np.dtype[np.uint16]]],
    sizes: Mapping[str, int],
    clique: Clique,
    groups: Groups,
) -> Counts:
    """Rows per cell, exact.

    Args:
        columns: codes of each column, shape (rows,).
        sizes: levels of each column.
        clique: the columns to cross; may be empty.
        groups: levels to merge.
    """
    rows = len(next(iter(columns.values()))) if columns else 0
    cell, shape = np.zeros(rows, np.int64), group_shape(sizes, clique, groups)
    for name, size in zip(clique, shape, strict=True):
        codes = columns[name].astype(np.int64)
        cell = cell * size + (np.asarray(groups[name], np.int64)[codes] if name in groups else codes)
    return np.bincount(cell, minlength=math.prod(shape)).reshape(shape)


def group_shape(sizes: Mapping[str, int], clique: Clique, groups: Groups) -> tuple[int, ...]:
    """The shape of a marginal after merging.

    Raises:
        ValueError: an unknown column, or groups that do not give every level a group. Found out before any row is
            counted, so that no row decides whether the question is answered.
    """
    shape = []
    for name in clique:
        if name not in sizes:
            raise ValueError(f"Expected {name!r} to be one of the columns.")
        if name in groups and (len(groups[name]) != sizes[name] or min(groups[name]) < 0):
            raise ValueError(f"Expected a group number for each of the {sizes[name]} levels of {name!r}.")
        shape.append(max(groups[name]) + 1 if name in groups else sizes[name])
    return tuple(shape)
