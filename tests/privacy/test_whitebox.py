"""Is the claim true for this code? The whole measure step, with and without one person, replayed.

A mechanism is a function of the noisy answers. So its answers on one table can be replayed on the neighbouring table:
the same questions are asked, and what would have been exact there is recorded. That gives the likelihood ratio of every
run, hence the mu that an attacker who knows everything but the noise would see.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.data.units import Units
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import LATTICE, DiscreteGaussian
from dpsynth.privacy.units import Mu
from dpsynth.synth.aim import AIM
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.fixed import Fixed
from dpsynth.synth.independent import Independent
from dpsynth.synth.mst import MST
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise, RoundedGaussian

K = 3
BUDGET = Mu(1.0)
DOMAIN = tables.domain(2, 3, 2)
PERSON = [[1, 2, 1]] * K
OTHERS = [[[0, 0, 0]] * K, [[0, 1, 0]]]
"""Few and far apart: what one person changes is not lost in a crowd."""


class Recording:
    """Draws with another sampler and keeps what came in, what went out, and sigma."""

    name, private = "testing.recording", False

    def __init__(self, inner) -> None:
        self.inner, self.exact, self.noisy, self.sigmas = inner, [], [], []

    def add(self, values, sigma):
        self.exact.append(values)
        self.noisy.append(self.inner.add(values, sigma))
        self.sigmas.append(np.full(len(values), sigma))
        return self.noisy[-1]


class Replay:
    """Gives the answers of another run."""

    name, private = "testing.replay", False

    def __init__(self, answers) -> None:
        self.answers = iter(answers)

    def add(self, values, sigma):
        return next(self.answers)


def run(mechanism, units: Units, sampler, wrap=lambda c: c):
    recording = Recording(sampler)
    mechanism.measure(wrap(Curator(units, DOMAIN, K, Fraction(10**9), 10**9, recording)))
    return tuple(np.concatenate(part) / LATTICE for part in (recording.exact, recording.noisy)), recording


def shift(mechanism, here: Units, there: Units, sampler, wrap=lambda c: c):
    """Noise drawn here, difference of the exact answers (there minus here), and claimed sigma of every cell."""
    (exact, noisy), recording = run(mechanism, here, sampler, wrap)
    (other, _), _ = run(mechanism, there, Replay(recording.noisy), wrap)
    return noisy - exact, other - exact, np.concatenate(recording.sigmas)


def observed_mu(mechanism, sampler, runs: int, wrap=lambda c: c, others=OTHERS) -> float:
    """The separation of the log-likelihood ratio under the two tables, in its standard deviations."""
    without, member = tables.people(DOMAIN, others), tables.people(DOMAIN, [*others, PERSON])
    scores = []
    for here, there, sign in ((without, member, 1), (member, without, -1)):
        found = []
        for _ in range(runs):
            noise, difference, sigma = shift(mechanism, here, there, sampler, wrap)
            found.append(sign * ((noise * difference - difference**2 / 2) / sigma**2).sum())
        scores.append(np.array(found))
    return float((scores[1].mean() - scores[0].mean()) / np.sqrt((scores[0].var() + scores[1].var()) / 2))


def claimed_mu(mechanism) -> float:
    return compose(mechanism.event).mu.value


RUNS = 250
ROOM = 4.5 * np.sqrt(2 / RUNS) * 1.1
"""Standard errors of `observed_mu` near 1 that an honest mechanism is allowed."""

WISHES = {"marginals": (("a", "b"),), "targets": ("c",)}
PLAIN = Task(DOMAIN, K, **WISHES)
CLIPPED = Task(DOMAIN, K, clip=1.5, **WISHES)
AUTO = Task(DOMAIN, K, clip="auto", **WISHES)
CONFIGS = [
    (Independent(), PLAIN),
    (MST(), PLAIN),
    (MST(0.1, 0.8, 0.1), PLAIN),
    (MST(0.1, 0.1, 0.8), PLAIN),
    (CliqueTree(), PLAIN),
    (CliqueTree(0.1, 0.5, 0.4), CLIPPED),
    (CliqueTree(), AUTO),
    (AIM(), PLAIN),
    (AIM(), AUTO),
    (Fixed(), PLAIN),
    (Fixed(), CLIPPED),
]


def named(case) -> str:
    return f"{type(case[0]).__name__}-{case[1].clip}" if isinstance(case, tuple) else ""


@pytest.mark.parametrize("case", CONFIGS, ids=named)
def test_an_attacker_sees_no_more_than_is_claimed(case) -> None:
    config, task = case
    mechanism = config.calibrate(BUDGET, task)
    runs = 60 if isinstance(config, AIM) else RUNS  # it fits a model between its rounds
    found = observed_mu(mechanism, RoundedGaussian(np.random.default_rng(7)), runs)
    assert found <= claimed_mu(mechanism) + ROOM * np.sqrt(RUNS / runs)


def test_independent_spends_what_it_claims() -> None:
    """With all rows in one cell the bound is reached: no noise is wasted, and the test above has power."""
    mechanism = Independent().calibrate(BUDGET, Task(DOMAIN, K))
    assert observed_mu(mechanism, RoundedGaussian(np.random.default_rng(8)), RUNS) >= claimed_mu(mechanism) - ROOM


@pytest.mark.parametrize("config", [Independent(), MST(0.1, 0.1, 0.8)], ids=str)
def test_an_attacker_sees_no_more_with_the_real_sampler(config) -> None:
    mechanism = config.calibrate(BUDGET, Task(DOMAIN, K))
    assert observed_mu(mechanism, DiscreteGaussian(), 80) <= claimed_mu(mechanism) + 4.5 * np.sqrt(2 / 80) * 1.1


def per_run_shift(case, crowd, person, seed: int) -> tuple[Fraction, Fraction]:
    """Exact sum of (difference/sigma)^2 in one run, and what is claimed."""
    config, task = case
    mechanism = config.calibrate(BUDGET, task)
    here = tables.people(DOMAIN, crowd)
    there = tables.people(DOMAIN, crowd[:person] + crowd[person + 1 :])
    _, difference, sigma = shift(mechanism, here, there, RoundedGaussian(np.random.default_rng(seed)))
    total = sum((Fraction(d) / Fraction(s)) ** 2 for d, s in zip(difference.tolist(), sigma.tolist(), strict=True))
    return total, compose(mechanism.event).mu_squared


rows = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 1)).map(list)
crowds = st.lists(st.lists(rows, max_size=K), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(crowds, st.data(), st.sampled_from(CONFIGS))
def test_in_every_run_every_person_stays_below_the_claim(crowd, data, config) -> None:
    """Exact: whatever the noise was, whatever was asked, sum (difference/sigma)^2 <= mu^2."""
    person = data.draw(st.integers(0, len(crowd) - 1))
    total, claimed = per_run_shift(config, crowd, person, data.draw(st.integers(0, 99)))
    assert total <= claimed


# ------------------------------------------------------------------------------------------------------------ mutants


class HalfTheNoise:
    name, private = "mutant", False

    def __init__(self) -> None:
        self.inner = RoundedGaussian(np.random.default_rng(1))

    def add(self, values, sigma):
        return self.inner.add(values, sigma / 2)


def caught(mechanism, sampler, wrap=lambda c: c, others=OTHERS) -> bool:
    return observed_mu(mechanism, sampler, RUNS, wrap, others) > claimed_mu(mechanism) + ROOM


@pytest.mark.parametrize("config", [Independent(), MST(), CliqueTree()], ids=str)
def test_half_the_noise_is_caught(config) -> None:
    assert caught(config.calibrate(BUDGET, Task(DOMAIN, K)), HalfTheNoise())


@pytest.mark.parametrize("config", [Independent(), MST()], ids=str)
def test_forgetting_that_people_have_several_rows_is_caught(config) -> None:
    """Sensitivity 1 instead of k: noise for one row a person."""
    assert caught(config.calibrate(BUDGET, Task(DOMAIN, 1)), RoundedGaussian(np.random.default_rng(2)))


class TrueMargins:
    """Compares pairs with the product of the true one-ways instead of the noisy ones."""

    def __init__(self, curator: Curator) -> None:
        self.curator, self.rows_per_unit, self.measure = curator, curator.rows_per_unit, curator.measure

    def distances(self, cliques, targets, sigma, purpose, groups, clip):
        products = []
        for a, b in cliques:
            [table] = (t / LATTICE for t in self.curator._exact([(a, b)], groups, None))
            products.append(np.outer(table.sum(1), table.sum(0)) / max(1, table.sum()))
        return self.curator.distances(cliques, products, sigma, purpose, groups)


UNIFORM_CROWD = [[[0, 0, 0]] * K] * 60
"""Beside many equal rows, k different ones move the distance to the product of the true margins by nearly 4 k."""


def test_scores_against_true_margins_are_caught() -> None:
    mechanism = MST(0.1, 0.8, 0.1).calibrate(BUDGET, Task(DOMAIN, K))
    sampler = RoundedGaussian(np.random.default_rng(3))
    assert not caught(mechanism, sampler, others=UNIFORM_CROWD)
    assert caught(mechanism, sampler, TrueMargins, UNIFORM_CROWD)


def test_scores_against_true_margins_move_by_more_than_k() -> None:
    """The exact reason: such a score has sensitivity above k, the real one has not."""
    mechanism = MST().calibrate(Mu(12.0), Task(DOMAIN, K))
    without = tables.people(DOMAIN, UNIFORM_CROWD)
    member = tables.people(DOMAIN, [*UNIFORM_CROWD, PERSON])

    scores = len(set(DOMAIN.sizes.values()))  # the draw after the one-ways, which are drawn by their noise

    def largest(wrap) -> float:
        recording = Recording(NoNoise())
        mechanism.measure(wrap(Curator(without, DOMAIN, K, Fraction(10**9), 10**9, recording)))
        again = Recording(Replay(recording.noisy))
        mechanism.measure(wrap(Curator(member, DOMAIN, K, Fraction(10**9), 10**9, again)))
        return float(np.abs(recording.exact[scores] - again.exact[scores]).max() / LATTICE)

    assert largest(lambda c: c) <= K
    assert largest(TrueMargins) > 3 * K
