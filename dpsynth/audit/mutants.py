"""Mistakes that were made in real tools, one at a time. An audit that does not catch all of them proves nothing.

Sources of the mistakes: Annamalai, Ganev and De Cristofaro (2024), arXiv:2405.10994 (domains read from the data, seeds,
sensitivities of published generators); Tramèr et al. (2022), arXiv:2202.12219 (noise of the wrong scale).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from dpsynth.audit.route import Route
from dpsynth.audit.setting import Setting
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Attribute, Category, Grid, grid
from dpsynth.domain.domain import Domain
from dpsynth.privacy import accountant, counting, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import LATTICE, DiscreteGaussian, Lattice, Sampler
from dpsynth.privacy.queries import EVERY_LEVEL, Clique, Each, Groups, Measurement, Measurer, Table
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Mechanism


class _Halved:
    """Noise of half the size that is claimed."""

    name = "mutant.half_noise"
    private = False

    def __init__(self) -> None:
        self._inner = DiscreteGaussian(threads=1)

    def add(self, values: Lattice, sigma: float) -> Lattice:
        return self._inner.add(values, sigma / 2)


class _Seeded:
    """The same noise in every run."""

    name = "mutant.fixed_seed"
    private = False

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def add(self, values: Lattice, sigma: float) -> Lattice:
        noise: Lattice = np.rint(self._rng.normal(0, sigma * LATTICE, values.shape)).astype(np.int64)
        return values + noise


@dataclass(frozen=True)
class HalfNoise(Route):
    """Noise of half the standard deviation."""

    name: str = "half_noise"
    sampler: Sampler = field(default_factory=_Halved)


@dataclass(frozen=True)
class FixedSeed(Route):
    """A seeded generator."""

    name: str = "fixed_seed"

    def measurer(self, setting: Setting, domain: Domain, units: Units, mechanism: Mechanism) -> Measurer:
        """A curator whose noise begins anew, and the same, in every run."""
        return replace(Route(), sampler=_Seeded()).measurer(setting, domain, units, mechanism)


@dataclass(frozen=True)
class DomainFromData(Route):
    """Levels that nobody has are left out, and numbers end where the largest one is."""

    name: str = "domain_from_data"

    def domain(self, setting: Setting, raw: pa.Table) -> Domain:
        """The declared domain, cut down to what occurs."""
        codes = setting.domain.encode({name: raw.column(name) for name in setting.domain.names})
        return Domain(
            tuple(_cut(a, sorted({0, *codes[:, i].tolist()})) for i, a in enumerate(setting.domain.attributes))
        )


def _cut(attribute: Attribute, seen: list[int]) -> Attribute:
    missing = attribute.missing in seen
    if isinstance(attribute, Grid):
        last = max(code for code in seen if code != attribute.missing)
        return grid(
            attribute.name, attribute.cuts[: last + 2], (), decimals=attribute.decimals, nullable=missing,
            fill=attribute.cuts[0], absent_texts=attribute.absent_texts, form=attribute.form,
        )  # fmt: skip
    assert isinstance(attribute, Category)
    new = {old: code for code, old in enumerate(seen)}
    return replace(
        attribute,
        levels=tuple(attribute.levels[code] for code in seen),
        other=new.get(-1 if attribute.other is None else attribute.other),
        missing=new.get(-1 if attribute.missing is None else attribute.missing),
        spellings={text: new[code] for text, code in attribute.spellings.items() if code in new},
        fallback=new.get(attribute.fallback, 0),
    )


class _Unchecked(Curator):
    """A curator that does not look at how many rows a person has, and charges as if it had."""

    def __init__(self, units: Units, domain: Domain, claimed: int, mechanism: Mechanism, sampler: Sampler) -> None:
        most = max(claimed, int(units.rows_per_unit.max(initial=0)))
        granted = accountant.compose(mechanism.event).mu_squared
        super().__init__(units, domain, most, granted, events.cells(mechanism.event), sampler)
        self.rows_per_unit = claimed


@dataclass(frozen=True)
class UnboundedRows(Route):
    """Nobody's rows are cut."""

    name: str = "unbounded_rows"
    case: str = "many_rows"

    def units(self, setting: Setting, domain: Domain, raw: pa.Table, key: bytes) -> Units:
        """All rows of everybody."""
        every = setting.contribution.model_copy(update={"max_rows_per_unit": raw.num_rows + 1})
        return super().units(replace(setting, contribution=every), domain, raw, key)

    def measurer(self, setting: Setting, domain: Domain, units: Units, mechanism: Mechanism) -> Measurer:
        """Claims the policy's bound all the same."""
        return _Unchecked(units, domain, setting.contribution.max_rows_per_unit, mechanism, self.sampler)


@dataclass(frozen=True)
class RowLevel(Route):
    """Noise for one row, although people have several."""

    name: str = "row_level_sensitivity"

    def mechanism(self, setting: Setting, domain: Domain, budget: Mu) -> Mechanism:
        """Calibrated for one row."""
        task = replace(setting.task(domain), rows_per_unit=1, clip=None)
        return setting.synthesizer.calibrate(budget, task)

    def measurer(self, setting: Setting, domain: Domain, units: Units, mechanism: Mechanism) -> Measurer:
        """Charges for one row."""
        return _Unchecked(units, domain, 1, mechanism, self.sampler)


class _Twice(Curator):
    """Answers with the mean of two answers, and charges one."""

    def measure(
        self, cliques: Sequence[Clique], sigma: Each, purpose: str, groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Measurement, ...]:  # fmt: skip
        left = self._left, self._cells_left
        first = super().measure(cliques, sigma, purpose, groups, clip)
        self._left, self._cells_left = left
        second = super().measure(cliques, sigma, purpose, groups, clip)
        return tuple(replace(a, values=(a.values + b.values) / 2) for a, b in zip(first, second, strict=True))

    def distances(
        self, cliques: Sequence[Clique], targets: Sequence[Table], sigma: Each, purpose: str,
        groups: Groups = EVERY_LEVEL, clip: Each | None = None,
    ) -> Table:  # fmt: skip
        left = self._left, self._cells_left
        first = super().distances(cliques, targets, sigma, purpose, groups, clip)
        self._left, self._cells_left = left
        return (first + super().distances(cliques, targets, sigma, purpose, groups, clip)) / 2


@dataclass(frozen=True)
class MeasuredTwice(Route):
    """Every marginal is measured twice and paid once."""

    name: str = "measured_twice"

    def measurer(self, setting: Setting, domain: Domain, units: Units, mechanism: Mechanism) -> Measurer:
        """See `_Twice`."""
        granted = accountant.compose(mechanism.event).mu_squared
        most = setting.contribution.max_rows_per_unit
        return _Twice(units, domain, most, granted, events.cells(mechanism.event), self.sampler)


class _ClippedTooLate(Curator):
    """Clips the sum of all histograms to what it could be at most, instead of each person's."""

    def _exact(self, cliques: Sequence[Clique], groups: Groups, bounds: Sequence[float] | None) -> list[Lattice]:
        if bounds is None:
            return super()._exact(cliques, groups, bounds)
        rows = counting.plain(self._columns, self._domain.sizes, cliques, groups)
        most = LATTICE * max(1, len(self._unit_rows))
        parts = [table * LATTICE / bound for table, bound in zip(rows, bounds, strict=True)]
        return [np.rint(p * min(1.0, most / max(1.0, float(np.sqrt((p**2).sum()))))).astype(np.int64) for p in parts]


@dataclass(frozen=True)
class ClippedAfterSumming(Route):
    """The contribution clip is applied after summing."""

    name: str = "clip_after_summing"
    clips: bool = True

    def measurer(self, setting: Setting, domain: Domain, units: Units, mechanism: Mechanism) -> Measurer:
        """See `_ClippedTooLate`."""
        granted = accountant.compose(mechanism.event).mu_squared
        most = setting.contribution.max_rows_per_unit
        return _ClippedTooLate(units, domain, most, granted, events.cells(mechanism.event), self.sampler)


MUTANTS: tuple[Route, ...] = (
    HalfNoise(),
    DomainFromData(),
    FixedSeed(),
    UnboundedRows(),
    RowLevel(),
    MeasuredTwice(),
    ClippedAfterSumming(),
)
