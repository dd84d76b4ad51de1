"""Holds the rows and the reservation; counts, adds noise, and gives noisy numbers only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.errors import BudgetError, DpsynthError
from dpsynth.privacy import counting, randomness
from dpsynth.privacy.critic import Critic, Tensor, check
from dpsynth.privacy.events import Composed, GaussianQueries, SampledGaussian
from dpsynth.privacy.journal import Journal, Question, Unkept
from dpsynth.privacy.noise import LARGEST_INPUT, LATTICE, LATTICE_BITS, Lattice, Sampler, snap_sigma
from dpsynth.privacy.queries import (
    EVERY_LEVEL,
    Clique,
    Each,
    Groups,
    Measurement,
    Table,
    clip_for_each,
    for_each,
    group_shape,
    size_bins,
)
from dpsynth.privacy.randomness import SYSTEM_BITS, Bits

UNKEPT = Unkept()


class Curator:
    """The one place where real rows become noisy numbers.

    Every answer is charged before its noise is drawn, against a hard filter on the sum of mu^2 and on the number of
    noisy cells, which bounds what the lattice can add. So every question may depend on all noisy answers before it, in
    what it asks and in its noise (Source: Smith and Thakurta (2022), arXiv:2210.17520).

    Sensitivity. A row adds 1 to one cell of a marginal, so the k rows of one unit move it by at most k in L2 (all in
    one cell) and its L1 distance to a constant table by at most k. Merging levels before counting changes neither.
    A clipped histogram moves a sum by at most its bound C in L2, hence the L2 distance of the sum to a constant table
    by at most C. Everything clipped is kept in units of C, where that is exactly 1 (`counting.clipped`). Cutting off
    at LARGEST_INPUT, which keeps everything inside 64 bits, moves no two values apart.

    Gradients. A row adds a vector of norm at most 1, in units of the clip, to the sum over a sample (`gradients`), so
    that with one row a unit the sum moves by at most 1. Steps are not drawn from mu^2: each purpose has its own
    reservation of steps with one rate and one sigma, which no other question can use up. Steps and other questions may
    alternate (`accountant`).

    No row decides whether a question is answered: what is wrong with a question is found before rows are counted.

    Args:
        units: training people, at most rows_per_unit rows each.
        domain: public domain of the columns.
        rows_per_unit: the contribution bound, which is the sensitivity of plain counts.
        granted: the sum of mu^2 that was reserved for Gaussian queries.
        cells: the number of noisy cells that the reservation was computed for.
        sampler: source of privacy noise.
        sampled: the steps that were reserved for sums over samples; one reservation a purpose.
        bits: source of samples and of noise for sums over samples.
        journal: where answers go before anybody uses them. A recorded answer is charged here like a new one, because
            it was drawn from the same reservation.
    """

    def __init__(
        self,
        units: Units,
        domain: Domain,
        rows_per_unit: int,
        granted: Fraction,
        cells: int,
        sampler: Sampler,
        sampled: Sequence[SampledGaussian] = (),
        bits: Bits = SYSTEM_BITS,
        journal: Journal = UNKEPT,
    ) -> None:
        self._reserved = {event.purpose: event for event in sampled}
        self._steps = dict.fromkeys(self._reserved, 0)
        if len(self._reserved) < len(sampled) or (sampled and rows_per_unit != 1):
            raise ValueError("Expected one row a unit and one reservation a purpose for sums over samples.")
        self._bits, self._journal = bits, journal
        scattered = bool((units.owner[1:] < units.owner[:-1]).any())
        if scattered or (units.size and int(units.rows_per_unit.max(initial=0)) > rows_per_unit):
            raise DpsynthError("The contribution bound was not enforced. Nothing was measured.", charged=True)
        # One contiguous array a column: counting reads columns.
        self._columns = {name: np.ascontiguousarray(units.codes[:, i]) for i, name in enumerate(domain.names)}
        self._owner, self._unit_rows = units.owner, units.rows_per_unit
        self._domain, self._sampler = domain, sampler
        self.rows_per_unit = rows_per_unit
        self._left, self._cells_left = granted, cells
        self._spent: list[GaussianQueries] = []
        ends = np.cumsum([0, *domain.sizes.values()])
        self._first_level, self._levels = ends[:-1], int(ends[-1])

    @property
    def event(self) -> Composed:
        """Everything that was asked so far."""
        steps = [replace(self._reserved[name], steps=asked) for name, asked in self._steps.items() if asked]
        return Composed((*self._spent, *steps))

    def measure(
        self,
        cliques: Sequence[Clique],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Measurement, ...]:
        """See `Measurer.measure`."""
        if not cliques:
            return ()
        bounds = None if clip is None else clip_for_each(clip, len(cliques))
        sigmas = _in_units(sigma, bounds, len(cliques))
        cells = [math.prod(group_shape(self._domain.sizes, clique, groups)) for clique in cliques]
        self._charge(purpose, float(self.rows_per_unit) if bounds is None else 1.0, sigmas, cells)
        question = _question("measure", purpose, sigmas, cliques=cliques, groups=groups, clips=bounds)
        noisy = self._journal.answer(question, lambda: self._noisy(self._exact(cliques, groups, bounds), sigmas))
        answers = []
        for i, (clique, values) in enumerate(zip(cliques, noisy, strict=True)):
            merged = tuple(groups.get(name) for name in clique)
            if bounds is None:
                # Rounding to whole rows looks at the noisy number only.
                total_sigma = math.sqrt(sigmas[i] ** 2 + 1 / 12)
                answers.append(Measurement(clique, merged, np.rint(values), total_sigma, purpose))
            else:
                answers.append(
                    Measurement(clique, merged, values * bounds[i], sigmas[i] * bounds[i], purpose, bounds[i])
                )
        return tuple(answers)

    def distances(
        self,
        cliques: Sequence[Clique],
        targets: Sequence[Table],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> Table:
        """See `Measurer.distances`."""
        if not cliques:
            return np.zeros(0)
        bounds = None if clip is None else clip_for_each(clip, len(cliques))
        units = (1.0,) * len(cliques) if bounds is None else bounds
        sigmas = _in_units(sigma, bounds, len(cliques))
        constants = [
            _on_lattice(target, unit, group_shape(self._domain.sizes, clique, groups))
            for clique, target, unit in zip(cliques, targets, units, strict=True)
        ]
        self._charge(purpose, float(self.rows_per_unit) if bounds is None else 1.0, sigmas, [1] * len(cliques))
        distance = _l1 if bounds is None else _l2

        def draw() -> list[Table]:
            exact = [distance(t, c) for t, c in zip(self._exact(cliques, groups, bounds), constants, strict=True)]
            return self._noisy([np.array([number], np.int64) for number in exact], sigmas)

        question = _question(
            "distances", purpose, sigmas, cliques=cliques, groups=groups, clips=bounds, targets=constants
        )
        return np.concatenate(self._journal.answer(question, draw)) * np.array(units, np.float64)

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """See `Measurer.unit_sizes`."""
        ends, sigma = size_bins(upper), snap_sigma(sigma)
        self._charge(purpose, 1.0, [sigma], [len(ends) + 1])

        def draw() -> list[Table]:
            units = counting.sizes(self._unit_rows, ends)
            return self._noisy([np.minimum(units, LARGEST_INPUT) * LATTICE], [sigma])

        return self._journal.answer(_question("unit_sizes", purpose, [sigma], ends=ends), draw)[0]

    def gradient(self, critic: Critic, clip: float, capacity: int, purpose: str) -> Tensor:
        """See `GradientMeasurer.gradient`."""
        import torch

        from dpsynth.privacy import gradients

        check(critic, self._levels, clip, capacity)
        self._charge_step(purpose)
        event, like = self._reserved[purpose], critic.parameters

        def draw() -> list[Table]:
            chosen = randomness.sample(self._bits, len(self._owner), event.rate)
            total = torch.zeros(len(like), dtype=torch.float64, device=like.device)
            for who, real in zip(*randomness.places(self._bits, chosen, capacity), strict=True):
                table = torch.from_numpy(self._inputs(who)).to(like.device)
                total += gradients.clipped_sum(critic, table, torch.from_numpy(real).to(like.device), clip)
            noise = torch.from_numpy(randomness.gaussian(self._bits, len(like), event.sigma)).to(like.device)
            return [gradients.in_numbers(gradients.rounded(total, clip) + noise, clip, like).cpu().numpy()]

        weights = like.detach().cpu().numpy()
        asked = {"widths": critic.widths, "loss": critic.loss, "weights": weights, "clip": clip, "capacity": capacity}
        question = _question("gradient", purpose, [event.sigma], rate=event.rate, **asked)
        return torch.from_numpy(self._journal.answer(question, draw)[0]).to(like.device)

    def _inputs(self, who: randomness.Indices) -> randomness.Indices:
        """Numbers of the levels of these rows among all levels, shape (rows, columns); without anybody, the first."""
        columns = [c[who] if len(c) else np.zeros(len(who), np.uint16) for c in self._columns.values()]
        return np.asarray(np.stack(columns, axis=1).astype(np.int64) + self._first_level)

    def _charge_step(self, purpose: str) -> None:
        reserved = self._reserved.get(purpose)
        if reserved is None or self._steps[purpose] >= reserved.steps:
            raise BudgetError(
                f"The sum '{purpose}' asks for step {self._steps.get(purpose, 0) + 1}, but "
                f"{reserved.steps if reserved else 0} were reserved. Nothing was drawn for it.",
                charged=True,
            )
        self._steps[purpose] += 1

    def _exact(self, cliques: Sequence[Clique], groups: Groups, bounds: Sequence[float] | None) -> list[Lattice]:
        """Exact marginals on the lattice, in rows or in units of the bounds."""
        columns, sizes = self._columns, self._domain.sizes
        if bounds is None:
            rows = counting.plain(columns, sizes, cliques, groups)
            return [np.minimum(table, LARGEST_INPUT) * LATTICE for table in rows]
        parts = counting.clipped(columns, self._owner, sizes, cliques, groups, bounds)
        return [np.minimum(table, LARGEST_INPUT * LATTICE) for table in parts]

    def _noisy(self, exact: Sequence[Lattice], sigmas: Sequence[float]) -> list[Table]:
        """Adds noise, one draw for all cells of the same sigma; in the units of `exact`, shapes kept."""
        noisy: list[Any] = [None] * len(exact)
        for sigma in dict.fromkeys(sigmas):
            chosen = [i for i, other in enumerate(sigmas) if other == sigma]
            drawn = self._sampler.add(np.concatenate([exact[i].ravel() for i in chosen]), sigma) / LATTICE
            parts = np.split(drawn, np.cumsum([exact[i].size for i in chosen])[:-1])
            for i, part in zip(chosen, parts, strict=True):
                noisy[i] = part.reshape(exact[i].shape)
        return noisy

    def _charge(self, purpose: str, sensitivity: float, sigmas: Sequence[float], cells: Sequence[int]) -> None:
        """Charges queries, all or none: one event for those of the same sigma."""
        asked = []
        for sigma in dict.fromkeys(sigmas):
            own = [number for number, other in zip(cells, sigmas, strict=True) if other == sigma]
            asked.append(GaussianQueries(purpose, len(own), sum(own), sensitivity, sigma, LATTICE_BITS))
        mu_squared = sum((event.mu_squared for event in asked), Fraction(0))
        if mu_squared > self._left or sum(cells) > self._cells_left:
            raise BudgetError(
                f"The query '{purpose}' asks for mu^2 = {float(mu_squared):.6g} and {sum(cells)} noisy numbers, but "
                f"only {float(self._left):.6g} and {self._cells_left} of the reservation are left. Nothing was drawn "
                "for it.",
                charged=True,
            )
        self._left -= mu_squared
        self._cells_left -= sum(cells)
        self._spent += asked


def _question(kind: str, purpose: str, sigmas: Sequence[float], **asked: Any) -> Question:
    """A question as the journal knows it: everything that the answer depends on but rows and noise."""
    return {"kind": kind, "purpose": purpose, "sigmas": sigmas, **asked}


def _in_units(sigma: Each, bounds: Sequence[float] | None, cliques: int) -> list[float]:
    """The noise of each query on the lattice: in rows, or in units of its bound."""
    units = (1.0,) * cliques if bounds is None else bounds
    return [snap_sigma(s / unit) for s, unit in zip(for_each(sigma, cliques), units, strict=True)]


def _on_lattice(target: Table, unit: float, shape: tuple[int, ...]) -> Lattice:
    """A constant table, given in rows, as whole multiples of 2^-30 of a unit.

    Raises:
        ValueError: it has another shape than the marginal (a larger one would count each row several times), or holds
            something that is not a number.
    """
    if np.shape(target) != shape or not np.isfinite(target).all():
        raise ValueError(f"Expected a table of numbers of shape {shape}, got shape {np.shape(target)}.")
    return np.rint(np.clip(target / unit, -LARGEST_INPUT, LARGEST_INPUT) * LATTICE).astype(np.int64)


def _l1(table: Lattice, constant: Lattice) -> int:
    """The L1 distance on the lattice, exact: from whole numbers its sensitivity is exactly rows_per_unit.

    A sum over many cells does not fit into 64 bits, so whole rows and fractions are added apart.
    """
    cells = np.abs(table - constant)
    total = int((cells >> LATTICE_BITS).sum()) * LATTICE + int((cells & (LATTICE - 1)).sum())
    return min(total, LARGEST_INPUT * LATTICE)


def _l2(table: Lattice, constant: Lattice) -> int:
    """The L2 distance on the lattice, rounded down.

    Its sensitivity is exactly 2^30, which is 1. A unit moves the table by at most 2^30 in L2, so the real distances a
    and b, with and without it, differ by at most 2^30. From a <= b + 2^30 follows floor(a) <= floor(b + 2^30) =
    floor(b) + 2^30, because 2^30 is whole. The square is an exact sum of Python's integers: in 64 bits it would wrap,
    in floating numbers it would round.
    """
    square = sum(cell * cell for cell in (table - constant).ravel().tolist())
    return min(math.isqrt(square), LARGEST_INPUT * LATTICE)
