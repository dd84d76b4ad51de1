"""All one-way marginals and nothing else: the baseline that any other synthesizer must beat."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from dpsynth.domain.domain import Domain
from dpsynth.policy.schema import Synthesis
from dpsynth.privacy.events import Composed, Event, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.queries import Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, Planned, synthesizer
from dpsynth.synth.compression import compress
from dpsynth.synth.graphical import NoisyMarginal, fit
from dpsynth.synth.tree_model import CompressedModel


@synthesizer("independent")
@dataclass(frozen=True)
class Independent:
    """Settings: none."""

    name: ClassVar[str] = "independent"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> Independent:
        """Takes nothing from the policy."""
        return cls()

    def calibrate(self, budget: Mu, domain: Domain, rows_per_unit: int) -> IndependentMechanism:
        """All columns get the same noise."""
        return IndependentMechanism(domain, rows_per_unit, query_sigma(budget, 1.0, len(domain.names), rows_per_unit))


@dataclass(frozen=True)
class IndependentMechanism:
    """One Gaussian query for each column."""

    domain: Domain
    rows_per_unit: int
    sigma: float
    name: ClassVar[str] = "independent"

    @property
    def event(self) -> Event:
        """What `measure` costs."""
        return Composed((one_way_event(self.domain, self.rows_per_unit, self.sigma),))

    @property
    def plan(self) -> tuple[Planned, ...]:
        """What will be asked."""
        cells = sum(self.domain.sizes.values())
        return (Planned("one_way", len(self.domain.names), cells, self.sigma, 1.0),)

    def measure(self, measurer: Measurer) -> Measurements:
        """Measures every column."""
        marginals = measurer.measure([(name,) for name in self.domain.names], self.sigma, "one_way")
        return Measurements(self.name, tuple(marginals), (), self.event)

    def fit(self, measured: Measurements) -> CompressedModel:
        """A product of one-way marginals."""
        return fit_compressed(measured)


def query_sigma(budget: Mu, share: float, queries: int, rows_per_unit: int) -> float:
    """Noise of `queries` queries that together take a share of mu^2: mu^2 share = queries (rows_per_unit/sigma)^2."""
    return snap_sigma(rows_per_unit * math.sqrt(queries / share) / budget.value)


def one_way_event(domain: Domain, rows_per_unit: int, sigma: float) -> GaussianQueries:
    """The event of measuring every column once."""
    cells = sum(domain.sizes.values())
    return GaussianQueries("one_way", len(domain.names), cells, float(rows_per_unit), sigma, LATTICE_BITS)


def fit_compressed(measured: Measurements) -> CompressedModel:
    """Fits a graphical model over compressed columns to everything that was measured."""
    one_ways = [m for m in measured.marginals if len(m.clique) == 1]
    total = max(1.0, measured.total())
    columns = compress(one_ways, total)
    sizes: Mapping[str, int] = {c.name: c.size for c in columns}
    singles = [NoisyMarginal(m.clique, c.group_mass() * total, m.sigma) for m, c in zip(one_ways, columns, strict=True)]
    larger = [NoisyMarginal(m.clique, m.values, m.sigma) for m in measured.marginals if len(m.clique) > 1]
    return CompressedModel(columns, fit(sizes, [*singles, *larger], total))
