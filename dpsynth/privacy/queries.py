"""What a mechanism may ask about real rows, and the noisy answers it gets.

A mechanism passes queries and noise scales; it never sees a row. `Measurer` is the only door, and `curator.Curator`
is the implementation that guards real people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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

Each = float | Sequence[float]
"""One number for all cliques, or one for each."""

EVERY_LEVEL: Groups = MappingProxyType({})


@dataclass(frozen=True)
class Measurement:
    """A noisy marginal.

    Attributes:
        clique: the columns.
        groups: for each column the group number of each level, or None where levels are not merged.
        values: noisy counts of rows, shape = levels (or groups) of the columns; may be negative.
        sigma: standard deviation of the noise in one cell, in rows, rounding included.
        purpose: what it was measured for.
        clip: the L2 norm, in rows, to which each unit's own histogram was scaled down where it was larger; None: plain
            counts of rows.
    """

    clique: Clique
    groups: tuple[tuple[int, ...] | None, ...]
    values: Table
    sigma: float
    purpose: str
    clip: float | None = None

    def scaled(self, factor: float) -> Measurement:
        """The same answer times a factor."""
        return replace(self, values=self.values * factor, sigma=self.sigma * factor)

    def floor(self, total: float) -> float:
        """Expected total variation distance of a table that is exactly right from this answer about `total` rows.

        E|N(0, sigma^2)| = sigma sqrt(2/pi) in each cell.
        """
        return 0.5 * math.sqrt(2 / math.pi) * self.sigma * self.values.size / total

    def averaged(self, other: Measurement) -> Measurement:
        """The mean with another answer to the same question, weighted by inverse variance."""
        values, sigma = averaged(self, other)
        return replace(self, values=values, sigma=sigma)


class Answer(Protocol):
    """Numbers and the standard deviation of the noise in each."""

    @property
    def values(self) -> Table:
        """The numbers."""
        ...

    @property
    def sigma(self) -> float:
        """The standard deviation."""
        ...


def averaged(a: Answer, b: Answer) -> tuple[Table, float]:
    """The mean of two answers to one question, weighted by inverse variance, and its standard deviation."""
    share = b.sigma**2 / (a.sigma**2 + b.sigma**2)
    return share * a.values + (1 - share) * b.values, math.sqrt(share) * a.sigma


class Measurer(Protocol):
    """Answers queries about the rows of training people, with noise.

    Attributes:
        rows_per_unit: largest number of rows of one privacy unit; the sensitivity of plain counts.
    """

    rows_per_unit: int

    def measure(
        self,
        cliques: Sequence[Clique],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Measurement, ...]:
        """Noisy marginals.

        Without `clip`, plain counts in whole rows: one unit moves each marginal by at most rows_per_unit in L2, and
        the cost of each is mu^2 = (rows_per_unit/sigma)^2.

        With a clip of C rows, every unit's own histogram h over the marginal is scaled by min(1, C/||h||_2) before
        histograms are added. One unit then moves the marginal by at most C, at a cost of (C/sigma)^2. The curator
        works in units of C, where the sensitivity is 1 whatever C is, so that C may depend on earlier noisy answers.
        Source of clipped contributions: Abadi et al. (2016), arXiv:1607.00133.

        Args:
            cliques: the marginals; the empty clique is the number of rows.
            sigma: noise in each cell, in rows: one number, or one for each clique.
            purpose: name for the ledger and the report.
            groups: levels to merge before counting and clipping.
            clip: C, at least 1: one number, or one for each clique. A public or a noisy number.

        Raises:
            ValueError: a sigma or clip is out of range, or there is not one for each clique.
        """
        ...

    def distances(
        self,
        cliques: Sequence[Clique],
        targets: Sequence[Table],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> Table:
        """Noisy distances in rows between the marginals and constant tables, shape (cliques,).

        The targets must be constants or post-processing of earlier answers, each of the shape of its marginal.
        Without `clip`, L1 distances of plain counts: a row is in one cell, so it moves each distance by at most 1, and
        one unit by at most rows_per_unit. With a clip of C rows, L2 distances of clipped histograms, which one unit
        moves by at most C. Arguments, costs and errors are those of `measure`.
        """
        ...

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """Noisy numbers of units by their number of rows, shape (len(upper) + 1,).

        A unit counts 1 in one bin, so it moves the numbers by at most 1 in L2.

        Args:
            upper: last number of rows of each bin but the last, ascending. Bins are 1 .. upper[0], upper[0] + 1 ..
                upper[1], and so on; the last one is open. Units without rows are in none.
            sigma: noise in each bin, in units.
            purpose: name for the ledger and the report.

        Raises:
            ValueError: sigma is out of range, or the bins do not ascend from 1.
        """
        ...


def for_each(value: Each, cliques: int) -> tuple[float, ...]:
    """One number for each clique, from one for all or from one for each.

    Raises:
        ValueError: it is neither.
    """
    numbers = np.asarray(value, np.float64)
    if numbers.shape not in ((), (cliques,)):
        raise ValueError(f"Expected one number or {cliques}, got shape {numbers.shape}.")
    return tuple(np.broadcast_to(numbers, cliques).tolist())


def clip_for_each(clip: Each, cliques: int) -> tuple[float, ...]:
    """The bound of each clique's histograms, in rows.

    Raises:
        ValueError: one is below 1 (a single row has the norm 1) or not a number, or there is not one for each.
    """
    bounds = for_each(clip, cliques)
    if not all(1 <= bound < math.inf for bound in bounds):
        raise ValueError(f"Expected every clip to be at least 1 row and finite, got {clip!r}.")
    return bounds


def size_bins(upper: Sequence[int]) -> Counts:
    """The upper ends of bins of unit sizes.

    Raises:
        ValueError: they do not ascend from 1.
    """
    ends = np.asarray(upper, np.int64).reshape(-1)
    if (np.diff(ends, prepend=0) < 1).any():
        raise ValueError(f"Expected upper ends that ascend from 1, got {list(upper)}.")
    return ends


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
