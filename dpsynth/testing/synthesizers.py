"""What every synthesizer must do, whatever its algorithm.

    class TestMine(SynthesizerSuite):
        def synthesizer(self) -> Synthesizer:
            return Mine()

Source of the idea: the abstract behaviour suites of dp-accounting, which every accountant's test subclasses.
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.errors import BudgetError
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.critic import Critic, GradientMeasurer, Tensor
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.noise import snap_sigma
from dpsynth.privacy.queries import EVERY_LEVEL, Clique, Each, Groups, Measurement, Measurer, Table, for_each
from dpsynth.privacy.units import Mu
from dpsynth.synth import model_file
from dpsynth.synth.base import Measurements, Mechanism, Synthesizer
from dpsynth.synth.task import Promise, Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import RoundedGaussian

BUDGET = Mu(1.0)


class Witness:
    """A measurer that passes questions on and adds up itself what they cost. It offers nothing else to a mechanism.

    Attributes:
        mu_squared: sum of (sensitivity/sigma)^2 over all queries, from the sigmas asked for. The sensitivity is
            rows_per_unit for plain counts, the clip for clipped ones, and 1 for sizes of units.
        cells: noisy cells in all answers.
        steps: sums over samples that were asked for.
    """

    def __init__(self, inner: Measurer) -> None:
        self._inner = inner
        self.rows_per_unit = inner.rows_per_unit
        self.mu_squared, self.cells, self.steps = Fraction(0), 0, 0

    def measure(
        self,
        cliques: Sequence[Clique],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Measurement, ...]:
        """See `Measurer.measure`."""
        answers = self._inner.measure(cliques, sigma, purpose, groups, clip)
        self._note(len(cliques), sum(m.values.size for m in answers), sigma, clip)
        return answers

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
        answers = self._inner.distances(cliques, targets, sigma, purpose, groups, clip)
        self._note(len(cliques), len(answers), sigma, clip)
        return answers

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """See `Measurer.unit_sizes`."""
        answers = self._inner.unit_sizes(upper, sigma, purpose)
        self._note(1, len(answers), sigma, 1.0)
        return answers

    def gradient(self, critic: Critic, clip: float, capacity: int, purpose: str) -> Tensor:
        """See `GradientMeasurer.gradient`."""
        self.steps += 1
        return cast(GradientMeasurer, self._inner).gradient(critic, clip, capacity, purpose)

    def _note(self, queries: int, cells: int, sigma: Each, clip: Each | None) -> None:
        for s, bound in zip(for_each(sigma, queries), for_each(1.0 if clip is None else clip, queries), strict=True):
            sensitivity = self.rows_per_unit if clip is None else 1
            self.mu_squared += (Fraction(sensitivity) / Fraction(snap_sigma(s / bound))) ** 2
        self.cells += cells


class SynthesizerSuite(ABC):
    """Subclass it in a test module and say how to build the synthesizer."""

    rows_per_unit = 3

    @abstractmethod
    def synthesizer(self) -> Synthesizer:
        """A synthesizer with settings that suit small domains."""

    def cases(self) -> list[tuple[Domain, Units]]:
        """Domains with people: ordinary, nobody, one person, one column, one level, one of everything."""
        rng = np.random.default_rng(11)
        plain, narrow, flat = tables.domain(3, 4, 2, 5), tables.domain(6), tables.domain(1, 3, 1)
        return [
            (plain, tables.crowd(plain, 300, self.rows_per_unit, rng)),
            (plain, tables.people(plain, [])),
            (plain, tables.people(plain, [[[2, 3, 1, 4]]])),
            (narrow, tables.crowd(narrow, 100, self.rows_per_unit, rng)),
            (flat, tables.crowd(flat, 100, self.rows_per_unit, rng)),
            (tables.domain(1), tables.people(tables.domain(1), [[[0]]])),
        ]

    def task(self, domain: Domain) -> Task:
        """What the mechanism has to model."""
        return Task(domain, self.rows_per_unit)

    def mechanism(self, domain: Domain) -> Mechanism:
        """Calibrated to the budget of this suite."""
        return self.synthesizer().calibrate(BUDGET, self.task(domain))

    def measure(self, mechanism: Mechanism, domain: Domain, units: Units) -> tuple[Measurements, Witness]:
        """Measures with a stand-in for the noise, under exactly the claimed grant."""
        guarantee, most = compose(mechanism.event), cells(mechanism.event)
        sampler = RoundedGaussian(np.random.default_rng(5))
        curator = Curator(units, domain, self.rows_per_unit, guarantee.mu_squared, most, sampler, guarantee.sampled)
        witness = Witness(curator)
        return mechanism.measure(witness), witness

    def test_the_claimed_cost_fits_the_budget(self) -> None:
        """`calibrate` spends the budget, up to what rounding of sigma takes, and not more."""
        for domain, _ in self.cases():
            cost = compose(self.mechanism(domain).event)
            if not cost.sampled:
                assert 0.99 < float(cost.mu_squared) <= 1 + 1e-6
                continue
            promise = self.task(domain).promise or Promise.of(BUDGET)
            assert 0.9 < cost.delta(promise.epsilon).value / promise.delta.value <= 1

    def test_what_is_asked_costs_at_most_what_is_claimed(self) -> None:
        """The event bounds what a witness adds up, and the number of noisy cells."""
        for domain, units in self.cases():
            mechanism = self.mechanism(domain)
            measured, witness = self.measure(mechanism, domain, units)
            assert witness.mu_squared <= compose(mechanism.event).mu_squared
            assert witness.cells <= cells(mechanism.event)
            assert witness.steps == sum(part.steps for part in compose(mechanism.event).sampled)
            assert measured.event == mechanism.event

    def test_nothing_is_claimed_that_is_not_asked(self) -> None:
        """On the ordinary domain the event is what a witness adds up. Override it where less may be asked."""
        domain, units = self.cases()[0]
        mechanism = self.mechanism(domain)
        asked, claimed = self.measure(mechanism, domain, units)[1].mu_squared, compose(mechanism.event).mu_squared
        # Sigmas are rounded up, one by one.
        assert claimed * (1 - Fraction(1, 10**5)) <= asked <= claimed

    def test_the_plan_is_the_event(self) -> None:
        """What the steward is shown before a run adds up to what is charged."""
        for domain, _ in self.cases():
            mechanism = self.mechanism(domain)
            # Sums over samples are on no lattice: they count by steps, with noise in units of the clip.
            steps = {(part.purpose, part.steps, part.sigma) for part in compose(mechanism.event).sampled}
            assert steps == {(q.purpose, q.queries, q.sigma) for q in mechanism.plan if not q.cells}
            planned = sum(q.queries * (self.rows_per_unit / q.sigma) ** 2 for q in mechanism.plan if q.cells)
            assert np.isclose(planned, float(compose(mechanism.event).mu_squared))
            assert np.isclose(sum(q.share for q in mechanism.plan), 1.0)

    def test_a_smaller_grant_is_refused(self) -> None:
        """The curator stops a mechanism that asks for more than was reserved."""
        domain, units = self.cases()[0]
        mechanism = self.mechanism(domain)
        asked = self.measure(mechanism, domain, units)[1]
        for granted, most in (
            (asked.mu_squared * Fraction(999, 1000), asked.cells),
            (asked.mu_squared, asked.cells - 1),
        ):
            sampler = RoundedGaussian(np.random.default_rng(5))
            sampled = compose(mechanism.event).sampled
            curator = Curator(units, domain, self.rows_per_unit, granted, most, sampler, sampled)
            try:
                mechanism.measure(curator)
            except BudgetError:
                continue
            raise AssertionError("the mechanism got more than was granted")

    def test_calibration_does_not_remember(self) -> None:
        """Two calibrations are alike, and measuring changes neither."""
        domain, units = self.cases()[0]
        first, second = self.mechanism(domain), self.mechanism(domain)
        self.measure(first, domain, units)
        assert first.event == second.event
        assert first.plan == second.plan

    def test_samples_have_the_shape_of_the_domain(self) -> None:
        """Any number of rows, any data: codes of the domain."""
        for domain, units in self.cases():
            mechanism = self.mechanism(domain)
            model = mechanism.fit(self.measure(mechanism, domain, units)[0])
            for n in (0, 1, 57):
                for rounding in (True, False):
                    codes = model.sample(n, np.random.default_rng(1), rounding=rounding)
                    assert codes.shape == (n, len(domain.names))
                    assert codes.dtype == np.uint16
                    assert (codes < np.array(list(domain.sizes.values()))).all()

    def test_blocks_are_rows_of_a_sample(self) -> None:
        """As many rows, as large blocks as asked; in one block they are the sample, under conditions too."""
        for domain, units in self.cases():
            mechanism = self.mechanism(domain)
            model = mechanism.fit(self.measure(mechanism, domain, units)[0])
            fixed = {domain.names[0]: 0}
            for rounding in (True, False):
                blocks = list(model.blocks(57, np.random.default_rng(1), rounding=rounding, given=fixed, block=20))
                assert [block.shape for block in blocks] == [(n, len(domain.names)) for n in (20, 20, 17)]
                assert all((block < np.array(list(domain.sizes.values()))).all() for block in blocks)
                assert all((block[:, 0] == 0).all() for block in blocks)
                [whole] = model.blocks(57, np.random.default_rng(1), rounding=rounding)
                assert (whole == model.sample(57, np.random.default_rng(1), rounding=rounding)).all()

    def test_marginals_are_probabilities(self) -> None:
        """Of the right shape, also across columns that were not measured together."""
        for domain, units in self.cases():
            mechanism = self.mechanism(domain)
            model = mechanism.fit(self.measure(mechanism, domain, units)[0])
            for clique in [(name,) for name in domain.names] + [domain.names[::-1][:2]]:
                table = model.marginal(clique)
                assert table.shape == tuple(domain.sizes[name] for name in clique)
                assert (table >= 0).all()
                assert np.isclose(table.sum(), 1.0)

    def test_given_fixes_levels(self) -> None:
        """Every row has the given code; what is not in the domain is refused."""
        domain, units = self.cases()[0]
        mechanism = self.mechanism(domain)
        model = mechanism.fit(self.measure(mechanism, domain, units)[0])
        for name, size in domain.sizes.items():
            for code in range(size):
                codes = model.sample(20, np.random.default_rng(1), given={name: code})
                assert codes.shape == (20, len(domain.names))
                assert (codes[:, domain.index(name)] == code).all()
        for wrong in ({"nobody": 0}, {domain.names[0]: 3}, {domain.names[0]: -1}):
            try:
                model.sample(5, np.random.default_rng(1), given=wrong)
            except ValueError:
                continue
            raise AssertionError(f"{wrong} was accepted")

    def test_sampling_depends_on_the_generator_alone(self) -> None:
        """The same public randomness gives the same rows."""
        domain, units = self.cases()[0]
        mechanism = self.mechanism(domain)
        model = mechanism.fit(self.measure(mechanism, domain, units)[0])
        first, second = (model.sample(40, np.random.default_rng(9)) for _ in range(2))
        assert (first == second).all()

    def test_measurements_and_model_survive_a_file(self) -> None:
        """Fitting from the file gives the same model; the model from the file gives the same rows."""
        for domain, units in self.cases():
            mechanism = self.mechanism(domain)
            measured, _ = self.measure(mechanism, domain, units)
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place)
                model_file.save_measurements(folder, measured)
                again = model_file.load_measurements(folder, measured.mechanism)
                _same_measurements(again, measured)
                model, refitted = mechanism.fit(measured), mechanism.fit(again)
                assert all((refitted.to_arrays()[k] == v).all() for k, v in model.to_arrays().items())
                path = folder / "models" / f"{mechanism.name}.npz"
                model_file.save_model(path, model)
                loaded = model_file.load_model(path)
            rows = [m.sample(30, np.random.default_rng(3)) for m in (model, loaded)]
            assert (rows[0] == rows[1]).all()


def _same_measurements(a: Measurements, b: Measurements) -> None:
    assert (a.mechanism, a.scores, a.event) == (b.mechanism, b.scores, b.event)
    for left, right in zip(a.marginals, b.marginals, strict=True):
        assert (left.clique, left.groups, left.sigma, left.purpose) == (
            right.clique,
            right.groups,
            right.sigma,
            right.purpose,
        )
        assert (left.values == right.values).all()
