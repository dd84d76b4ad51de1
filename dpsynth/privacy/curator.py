"""Holds the rows and the reservation; counts, adds noise, and gives noisy numbers only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.errors import BudgetError, DpsynthError
from dpsynth.privacy.events import Composed, GaussianQueries
from dpsynth.privacy.noise import LARGEST_INPUT, LATTICE, LATTICE_BITS, Sampler, snap_sigma
from dpsynth.privacy.queries import (
    EVERY_LEVEL,
    Clique,
    Counts,
    Groups,
    Measurement,
    Table,
    group_shape,
    marginal_counts,
)


class Curator:
    """The one place where real rows become noisy numbers.

    Every answer is charged before its noise is drawn, against a hard filter on the sum of mu^2 (Gaussian mechanisms
    under a fixed total compose adaptively. Source: Smith and Thakurta (2022), arXiv:2210.17520).

    Sensitivity. A row adds 1 to one cell of a marginal, so the k rows of one unit move it by at most k in L2 (all in
    one cell) and its L1 distance to a constant table by at most k. Merging levels before counting changes neither.
    Cutting off at LARGEST_INPUT, which keeps everything inside 64 bits, moves no two values apart.

    No row decides whether a question is answered: what is wrong with a question is found before rows are counted.

    Args:
        units: training people, at most rows_per_unit rows each.
        domain: public domain of the columns.
        rows_per_unit: the contribution bound, which is the sensitivity of every query.
        granted: the sum of mu^2 that was reserved.
        sampler: source of privacy noise.
    """

    def __init__(self, units: Units, domain: Domain, rows_per_unit: int, granted: Fraction, sampler: Sampler) -> None:
        if units.size and int(units.rows_per_unit.max(initial=0)) > rows_per_unit:
            raise DpsynthError("The contribution bound was not enforced. Nothing was measured.", charged=True)
        # One contiguous array a column: counting reads columns.
        self._columns = {name: np.ascontiguousarray(units.codes[:, i]) for i, name in enumerate(domain.names)}
        self._domain, self._sampler = domain, sampler
        self.rows_per_unit = rows_per_unit
        self._left = granted
        self._spent: list[GaussianQueries] = []

    @property
    def event(self) -> Composed:
        """Everything that was asked so far."""
        return Composed(tuple(self._spent))

    def measure(
        self, cliques: Sequence[Clique], sigma: float, purpose: str, groups: Groups = EVERY_LEVEL
    ) -> tuple[Measurement, ...]:
        """See `Measurer.measure`."""
        if not cliques:
            return ()
        sigma = snap_sigma(sigma)
        shapes = [group_shape(self._domain.sizes, clique, groups) for clique in cliques]
        cells = [math.prod(shape) for shape in shapes]
        self._charge(purpose, len(cliques), sum(cells), sigma)
        counts = np.concatenate([self._count(clique, groups).ravel() for clique in cliques])
        # Rounding to whole rows looks at the noisy number only.
        noisy = np.rint(self._sampler.add(counts * LATTICE, sigma) / LATTICE)
        total_sigma = math.sqrt(sigma**2 + 1 / 12)
        return tuple(
            Measurement(clique, tuple(groups.get(name) for name in clique), part.reshape(shape), total_sigma, purpose)
            for clique, part, shape in zip(cliques, np.split(noisy, np.cumsum(cells)[:-1]), shapes, strict=True)
        )

    def distances(
        self,
        cliques: Sequence[Clique],
        targets: Sequence[Table],
        sigma: float,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
    ) -> Table:
        """See `Measurer.distances`."""
        if not cliques:
            return np.zeros(0)
        sigma = snap_sigma(sigma)
        constants = [
            _on_lattice(target, group_shape(self._domain.sizes, clique, groups))
            for clique, target in zip(cliques, targets, strict=True)
        ]
        self._charge(purpose, len(cliques), len(cliques), sigma)
        exact = [
            _distance(self._count(clique, groups), constant)
            for clique, constant in zip(cliques, constants, strict=True)
        ]
        return self._sampler.add(np.array(exact, np.int64), sigma) / LATTICE

    def _count(self, clique: Clique, groups: Groups) -> Counts:
        return np.minimum(marginal_counts(self._columns, self._domain.sizes, clique, groups), LARGEST_INPUT)

    def _charge(self, purpose: str, queries: int, cells: int, sigma: float) -> None:
        event = GaussianQueries(purpose, queries, cells, float(self.rows_per_unit), sigma, LATTICE_BITS)
        if event.mu_squared > self._left:
            raise BudgetError(
                f"The query '{purpose}' asks for mu^2 = {float(event.mu_squared):.6g}, but only "
                f"{float(self._left):.6g} of the reservation is left. Nothing was drawn for it.",
                charged=True,
            )
        self._left -= event.mu_squared
        self._spent.append(event)


def _on_lattice(target: Table, shape: tuple[int, ...]) -> Counts:
    """A constant table as whole multiples of 2^-30.

    Raises:
        ValueError: it has another shape than the marginal (a larger one would count each row several times), or holds
            something that is not a number.
    """
    if np.shape(target) != shape or not np.isfinite(target).all():
        raise ValueError(f"Expected a table of numbers of shape {shape}, got shape {np.shape(target)}.")
    return np.rint(np.clip(target, -LARGEST_INPUT, LARGEST_INPUT) * LATTICE).astype(np.int64)


def _distance(counts: Counts, constant: Counts) -> int:
    """The L1 distance on the lattice, exact: from whole numbers its sensitivity is exactly rows_per_unit.

    A sum over many cells does not fit into 64 bits, so whole rows and fractions are added apart.
    """
    cells = np.abs(counts * LATTICE - constant)
    total = int((cells >> LATTICE_BITS).sum()) * LATTICE + int((cells & (LATTICE - 1)).sum())
    return min(total, LARGEST_INPUT * LATTICE)
