"""Shadow releases: the release's mechanism, with noise, on the same people with and without one of them.

A shadow differs from the next only in its noise and in one person. So rows are counted once for each table, and every
shadow gets the cached counts, the person's own cells if the person is in, and fresh noise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.attacks import people
from dpsynth.attacks.controls import UnprotectedCurator, UnprotectedMeasurement
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy import accountant
from dpsynth.privacy.queries import (
    EVERY_LEVEL,
    Clique,
    Each,
    Groups,
    Table,
    averaged,
    clip_for_each,
    for_each,
)
from dpsynth.synth.base import Mechanism
from dpsynth.synth.network.gan import GANMechanism

MOST_CLIPPED = 5000
"""Clipped tables kept at once. They depend on how levels are merged, hence on the noise of each shadow."""

MakeShadow = Callable[[bool, np.random.Generator], Codes]
"""A release with the target in it, or without."""


class ShadowMeasurement(UnprotectedMeasurement):
    """A marginal with public randomness for noise, which protects nobody. Guarded like an unprotected one."""

    __slots__ = ()

    def __init__(
        self, clique: Clique, groups: Groups, values: Table, sigma: float, purpose: str, clip: float | None
    ) -> None:
        super().__init__(clique, groups, values, sigma, purpose, clip)
        self.sigma = sigma

    def scaled(self, factor: float) -> ShadowMeasurement:
        """The same answer times a factor."""
        groups = {name: g for name, g in zip(self.clique, self.groups, strict=True) if g is not None}
        return ShadowMeasurement(
            self.clique, groups, self.values * factor, self.sigma * factor, self.purpose, self.clip
        )

    def averaged(self, other: UnprotectedMeasurement) -> ShadowMeasurement:
        """The mean with another answer to the same question, weighted by inverse variance."""
        groups = {name: g for name, g in zip(self.clique, self.groups, strict=True) if g is not None}
        return ShadowMeasurement(self.clique, groups, *averaged(self, other), self.purpose, self.clip)

    def __repr__(self) -> str:
        return f"ShadowMeasurement({self.clique!r})"


class CountedOnce:
    """Exact tables of a group of people, each counted at its first use. Plain tables are kept over all levels.

    Args:
        units: the people.
        domain: public domain.
        rows_per_unit: the contribution bound.
    """

    def __init__(self, units: Units, domain: Domain, rows_per_unit: int) -> None:
        self._exact = UnprotectedCurator(units, domain, rows_per_unit)
        self._plain: dict[Clique, Table] = {}
        self._clipped: dict[Any, Table] = {}
        self._sizes: dict[tuple[int, ...], Table] = {}
        self.rows_per_unit = rows_per_unit

    def tables(self, cliques: Sequence[Clique], groups: Groups, clip: Each | None) -> list[Table]:
        """Exact marginals, as `UnprotectedCurator.measure` gives them."""
        if clip is not None:
            bounds = clip_for_each(clip, len(cliques))
            return [self._clipped_table(c, groups, bound) for c, bound in zip(cliques, bounds, strict=True)]
        new = [c for c in dict.fromkeys(cliques) if c not in self._plain]
        for one in self._exact.measure(new, 1.0, ""):
            self._plain[one.clique] = one.values
        return [merged(self._plain[c], c, groups) for c in cliques]

    def _clipped_table(self, clique: Clique, groups: Groups, bound: float) -> Table:
        key = clique, tuple(groups.get(name) for name in clique), bound
        if key not in self._clipped:
            if len(self._clipped) >= MOST_CLIPPED:
                self._clipped.clear()
            self._clipped[key] = self._exact.measure([clique], 1.0, "", groups, bound)[0].values
        return self._clipped[key]

    def unit_sizes(self, upper: Sequence[int]) -> Table:
        """Exact numbers of people by their number of rows."""
        key = tuple(upper)
        if key not in self._sizes:
            self._sizes[key] = self._exact.unit_sizes(upper, 1.0, "")
        return self._sizes[key]


def merged(table: Table, clique: Clique, groups: Groups) -> Table:
    """A table with its levels merged."""
    for axis, name in enumerate(clique):
        if name in groups:
            number = np.asarray(groups[name])
            hot = np.zeros((len(number), int(number.max()) + 1))
            hot[np.arange(len(number)), number] = 1
            table = np.moveaxis(np.tensordot(table, hot, (axis, 0)), -1, axis)
    return table


class ShadowCurator:
    """Answers a mechanism's queries from counted tables with fresh noise. Implements `Measurer`.

    The noise is numpy's and comes from public randomness: it imitates the release for an attacker, and nothing that
    comes of it may leave the attack. Nothing is charged.

    Args:
        counted: groups of people whose tables add up, the target among them or not.
        rng: public randomness.
    """

    def __init__(self, counted: Sequence[CountedOnce], rng: np.random.Generator) -> None:
        self._counted, self._rng = tuple(counted), rng
        self.rows_per_unit = self._counted[0].rows_per_unit

    def measure(
        self, cliques: Sequence[Clique], sigma: Each, purpose: str, groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Noisy marginals as `ShadowMeasurement`. A fit must treat them as such, hence the return type."""
        sigmas = for_each(sigma, len(cliques))
        bounds = (None,) * len(cliques) if clip is None else clip_for_each(clip, len(cliques))
        answers = []
        for clique, table, s, bound in zip(cliques, self._sum(cliques, groups, clip), sigmas, bounds, strict=True):
            noisy = table + self._rng.normal(0, s, table.shape)
            values = np.rint(noisy) if bound is None else noisy
            answers.append(ShadowMeasurement(clique, groups, values, s, purpose, bound))
        return tuple(answers)

    def distances(
        self, cliques: Sequence[Clique], targets: Sequence[Table], sigma: Each, purpose: str,
        groups: Groups = EVERY_LEVEL, clip: Each | None = None,
    ) -> Table:  # fmt: skip
        """Noisy distances between the marginals and constant tables, shape (cliques,)."""
        order = 1 if clip is None else 2
        pairs = zip(self._sum(cliques, groups, clip), targets, strict=True)
        exact = np.array([np.linalg.norm((t - target).ravel(), order) for t, target in pairs], dtype=np.float64)
        return np.asarray(exact + self._rng.normal(0, 1, len(exact)) * np.array(for_each(sigma, len(cliques))))

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """Noisy numbers of people by their number of rows."""
        exact = np.sum([one.unit_sizes(upper) for one in self._counted], axis=0)
        return np.asarray(exact + self._rng.normal(0, sigma, exact.shape))

    def _sum(self, cliques: Sequence[Clique], groups: Groups, clip: Each | None) -> list[Table]:
        parts = [one.tables(cliques, groups, clip) for one in self._counted]
        return [np.sum(tables, axis=0) for tables in zip(*parts, strict=True)]


@dataclass(frozen=True)
class Trainer:
    """The release's mechanism, for attacks: without its noise, and as shadows. A `Retrain`.

    Attributes:
        mechanism: calibrated, as it was for the release.
        domain: public domain.
        rows_per_unit: the contribution bound.
    """

    mechanism: Mechanism
    domain: Domain
    rows_per_unit: int

    def __call__(self, units: Units, rng: np.random.Generator) -> Codes:
        """See `Retrain`: without noise."""
        mechanism = self.mechanism.without_noise() if isinstance(self.mechanism, GANMechanism) else self.mechanism
        sampled = accountant.compose(mechanism.event).sampled
        unprotected = UnprotectedCurator(units, self.domain, self.rows_per_unit, sampled)
        model = mechanism.fit(mechanism.measure(unprotected))
        return model.sample(max(1, units.rows), rng)

    def shadows(self, others: Units, target: Units) -> MakeShadow:
        """Releases of the others, with and without the target, with noise; always as many rows as the others have.

        Raises:
            ValueError: the mechanism trains on samples of people, of which no counted table knows anything.
        """
        if accountant.compose(self.mechanism.event).sampled:
            raise ValueError(f"{self.mechanism.name} trains on samples of people: no shadows can be made of tables.")
        of_others, of_target = (CountedOnce(group, self.domain, self.rows_per_unit) for group in (others, target))

        def make(inside: bool, rng: np.random.Generator) -> Codes:
            curator = ShadowCurator([of_others, of_target] if inside else [of_others], rng)
            model = self.mechanism.fit(self.mechanism.measure(curator))
            return model.sample(max(1, others.rows), rng)

        return make


def without_noise(retrain: Callable[[Units, np.random.Generator], Codes], others: Units, target: Units) -> MakeShadow:
    """Shadows from a mechanism of which no more is known than how to train it without noise."""
    both = people.join(others, target)
    return lambda inside, rng: retrain(both if inside else others, rng)
