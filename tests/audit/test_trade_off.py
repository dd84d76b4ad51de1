"""The test of a promise: valid, total, and strong enough."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from dpsynth.audit import trade_off
from dpsynth.audit.trade_off import PROOF, compare, epsilon_of, thresholds
from dpsynth.privacy import accountant
from dpsynth.privacy.accountant import Guarantee, compose
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.units import Delta, Epsilon


def promise(epsilon: float, delta: float = 1e-5) -> Guarantee:
    return Guarantee(Fraction(accountant.calibrate(Epsilon(epsilon), Delta(delta)).value) ** 2, 0.0)


def scores(mu: float, runs: int, rng: np.random.Generator, scale: float = 1.0):
    """Exact log-likelihood ratios where the noise is `scale` times what the attacker believes."""
    noise = [rng.normal(0, scale * mu, runs) for _ in range(2)]
    return noise[0] - mu**2 / 2, noise[1] + mu**2 / 2


def test_a_true_promise_is_rarely_contradicted() -> None:
    """Valid at 5 %: at most 5 % of true promises, with room for chance; conservative, hence the one side."""
    rng, guarantee = np.random.default_rng(1), promise(4.0)
    p = [compare(*scores(guarantee.mu.value, 400, rng), guarantee, 1e-5).p_value for _ in range(200)]
    alarms = sum(x <= 0.05 for x in p)
    assert alarms <= binom.isf(0.001, len(p), 0.05)


@pytest.mark.parametrize(("epsilon", "runs"), [(1.0, 4000), (4.0, 1000)])
def test_half_the_noise_is_seen(epsilon: float, runs: int) -> None:
    """What a test at one delta misses with 10,000 runs at epsilon 1."""
    rng, guarantee = np.random.default_rng(2), promise(epsilon)
    found = compare(*scores(guarantee.mu.value, runs, rng, 0.5), guarantee, 1e-5)
    assert found.p_value < 1e-4
    assert found.estimated_mu == pytest.approx(2 * guarantee.mu.value, rel=0.15)
    assert guarantee.mu.value < found.shown_mu < 2 * guarantee.mu.value


def test_noise_that_repeats_is_seen_wherever_it_lies() -> None:
    """Two values, close together and far from every threshold that theory names: the split half finds the gap."""
    guarantee = promise(1.0)
    fixed = thresholds(guarantee)
    low = sorted(fixed)[3] + 1e-6
    found = compare(np.full(2000, low), np.full(2000, low + 1e-6), guarantee, 1e-5)
    assert not any(low < t < low + 1e-6 for t in fixed)
    assert found.p_value == trade_off.SMALLEST_P
    assert found.estimated_mu > 1e6


def test_rare_proofs_are_seen() -> None:
    """One in a hundred runs gives the person away for certain; the rest says nothing."""
    present = np.zeros(4000)
    present[:100] = math.inf
    found = compare(np.zeros(4000), present, promise(0.5), 1e-5)
    assert found.p_value < 0.001
    assert found.estimated_mu == math.inf


def test_a_proof_of_absence_counts_too() -> None:
    without = np.zeros(4000)
    without[:200] = -math.inf
    assert compare(without, np.zeros(4000), promise(0.5), 1e-5).p_value < 0.001


def test_nothing_is_shown_by_nothing() -> None:
    for n in (0, 1, 2, 3):
        found = compare(np.zeros(n), np.zeros(n), promise(1.0), 1e-5)
        assert found.p_value == 1.0 and found.shown_mu == 0.0 and found.estimated_mu == 0.0 and found.runs == n


def test_the_p_value_is_the_level_at_which_it_turns() -> None:
    rng, guarantee = np.random.default_rng(3), promise(4.0)
    without, present = scores(guarantee.mu.value, 2000, rng, 0.75)
    p = compare(without, present, guarantee, 1e-5).p_value
    errors = [trade_off._errors(without, present, t) for t in thresholds(guarantee)]
    half = 1000
    chosen = trade_off._best_threshold(without[:half], present[:half], guarantee)
    errors.append(trade_off._errors(without[half:], present[half:], chosen))
    assert trade_off._contradicts(errors, guarantee, p)
    assert not trade_off._contradicts(errors, guarantee, p * 0.999)


@given(st.integers(0, 50), st.integers(1, 50), st.floats(1e-6, 0.5))
def test_upper_limits_are_exact(errors: int, n: int, alpha: float) -> None:
    """At the limit, so few errors have probability alpha: the definition of Clopper and Pearson."""
    errors = min(errors, n)
    limit, _ = trade_off._limits(errors, n, 0, n, alpha)
    if errors == n:
        assert limit == 1.0
    else:
        assert binom.cdf(errors, n, limit) == pytest.approx(alpha, rel=1e-6)


@given(st.floats(0.05, 3.0))
def test_thresholds_have_their_claimed_rates(mu: float) -> None:
    fixed = thresholds(Guarantee(Fraction(mu) ** 2, 0.0))
    inner = fixed[1:-1]
    rates = norm.sf(inner, -(mu**2) / 2, mu)
    assert rates == pytest.approx([norm.cdf(-mu / 2), *trade_off.ACCUSED])
    assert fixed[0] == -PROOF and fixed[-1] == PROOF


def test_what_could_have_been_shown_grows_with_runs() -> None:
    """Perfect separation gives exactly `possible_mu`, or a little less for the halved threshold."""
    for runs in (20, 200, 2000):
        found = compare(np.full(runs, -5.0), np.full(runs, 5.0), promise(1.0), 1e-5)
        assert found.shown_mu == found.possible_mu and found.shown_epsilon == found.possible_epsilon
        assert found.possible_epsilon == epsilon_of(found.possible_mu, 1e-5)
    assert found.possible_epsilon > 20


# ------------------------------------------------------------------------------------------------ sums over samples

SUMS = SampledGaussian("critic", 20, snap_rate(0.25), 1.5)


def losses(runs: int, rng: np.random.Generator, scale: float = 1.0):
    """Log-likelihood ratios of the dominating pair, without and with the person, where the noise is `scale` times as
    large as claimed."""
    found = []
    for present in (0, 1):
        inside = rng.random((runs, SUMS.steps)) < SUMS.rate * present
        seen = inside + rng.normal(0, scale * SUMS.sigma, (runs, SUMS.steps))
        found.append(np.log1p(SUMS.rate * np.expm1((2 * seen - 1) / (2 * SUMS.sigma**2))).sum(1))
    return found


def test_a_true_promise_about_samples_is_not_contradicted_and_a_false_one_is() -> None:
    rng, guarantee = np.random.default_rng(7), compose(SUMS)
    honest = compare(*losses(4000, rng), guarantee, 1e-5)
    assert honest.p_value > 1e-3 and honest.shown_mu < honest.claimed_mu
    assert honest.shown_epsilon < guarantee.epsilon(Delta(1e-5)).value
    assert honest.estimated_mu == pytest.approx(honest.claimed_mu, rel=0.25)
    assert compare(*losses(4000, rng, 0.5), guarantee, 1e-5).p_value < 1e-6


def test_thresholds_of_samples_have_about_their_claimed_rates() -> None:
    """The slope of the curve is the likelihood ratio; the bound on the curve is near it in the middle."""
    without, _ = losses(100_000, np.random.default_rng(8))
    fixed = thresholds(compose(SUMS))[2:-1]
    assert [float((without > t).mean()) for t in fixed] == pytest.approx(trade_off.ACCUSED, rel=0.15, abs=0.01)


def test_an_epsilon_is_shown_whatever_the_mechanism_is() -> None:
    """By hand: at most 10 % accused wrongly, at most 20 % missed: e^epsilon is at least 0.8/0.1, or 0.9/0.2."""
    assert trade_off._shown_epsilon(0.1, 0.2, 0.0) == pytest.approx(math.log(8))
    assert trade_off._shown_epsilon(0.1, 0.2, 0.1) == pytest.approx(math.log(7))
    assert trade_off._shown_epsilon(0.6, 0.6, 0.1) == 0.0


@given(st.floats(0.1, 6.0))
def test_epsilon_of_inverts_the_profile(mu: float) -> None:
    epsilon = epsilon_of(mu, 1e-5)
    assert Guarantee(Fraction(mu) ** 2, 0.0).epsilon(Delta(1e-5)).value == pytest.approx(epsilon, abs=1e-6)
    assert epsilon_of(0.0, 1e-5) == 0.0
