"""The way from a raw table to noisy answers: encode, bound, ask. The product's own, step by step.

Each step is the one that a release takes (`run/pipeline.py`); a mutant (`mutants.py`) makes a mistake in one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from dpsynth.audit.setting import Setting
from dpsynth.data.memory import FrameSource
from dpsynth.data.open import open_source
from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import DiscreteGaussian, Sampler
from dpsynth.privacy.queries import Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Mechanism


@dataclass(frozen=True)
class Route:
    """The product's way.

    Attributes:
        name: `product`, or the mutant's name.
        sampler: privacy noise.
        case: the person whom the mutant hurts most.
        clips: whether the mistake shows only where contributions are clipped.
    """

    name: str = "product"
    sampler: Sampler = field(default_factory=lambda: DiscreteGaussian(threads=1))
    case: str = "nobody_like_it"
    clips: bool = False

    def domain(self, setting: Setting, raw: pa.Table) -> Domain:
        """Which values can occur: declared, whatever the table holds."""
        return setting.domain

    def units(self, setting: Setting, domain: Domain, raw: pa.Table, key: bytes) -> Units:
        """The people who are trained on, encoded and bounded."""
        source = open_source(
            setting.table, setting.source, setting.contribution, domain, FrameSource(raw), key, lambda: None,
            panel=setting.panel,
        )  # fmt: skip
        return source.train

    def mechanism(self, setting: Setting, domain: Domain, budget: Mu) -> Mechanism:
        """The calibrated mechanism."""
        return setting.synthesizer.calibrate(budget, setting.task(domain))

    def measurer(self, setting: Setting, domain: Domain, units: Units, mechanism: Mechanism) -> Measurer:
        """Who answers the mechanism's questions."""
        promised = accountant.compose(mechanism.event)
        return Curator(
            units,
            domain,
            setting.contribution.max_rows_per_unit,
            promised.mu_squared,
            events.cells(mechanism.event),
            self.sampler,
            promised.sampled,
        )
