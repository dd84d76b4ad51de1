"""The accountant against dp-accounting's PLD, closed forms in 50 digits, and published numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import dp_accounting
import mpmath
import numpy as np
import pytest
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from dpsynth.privacy import noise
from dpsynth.privacy.accountant import (
    Guarantee,
    UnsupportedEventError,
    calibrate,
    compose,
    zcdp_epsilon,
    zcdp_rho,
)
from dpsynth.privacy.curves import gaussian_delta
from dpsynth.privacy.events import Composed, GaussianFilter, GaussianQueries
from dpsynth.privacy.units import Delta, Epsilon, Mu, Rho
from dpsynth.synth.aim import AIM
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.independent import Independent
from dpsynth.synth.mst import MST
from dpsynth.synth.task import Task
from dpsynth.testing import tables

mpmath.mp.dps = 50


def query(queries: int, sensitivity: float, sigma: float, cells: int = 100) -> GaussianQueries:
    return GaussianQueries("test", queries, cells, sensitivity, noise.snap_sigma(sigma), noise.LATTICE_BITS)


COMPOSITIONS = [
    (Composed((query(1, 1, 4.225),)), 1e-6),
    (Composed((query(20, 1, 30.0), query(190, 1, 200.0), query(19, 1, 25.0))), 1e-5),
    (Composed((query(5, 3, 10.0), Composed((query(10, 3, 40.0), query(4, 3, 12.0))))), 1e-7),
    (Composed((query(100, 1, 100.0),)), 1e-9),
    (Composed((query(2, 1, 1.0), query(1, 1, 0.7))), 1e-4),
    (Composed((query(1, 5, 50.0), query(30, 5, 300.0), query(1, 5, 7.0))), 1e-8),
]


@pytest.mark.parametrize(("event", "delta"), COMPOSITIONS)
def test_epsilon_agrees_with_the_pld_accountant(event, delta) -> None:
    from dpsynth.privacy.events import flatten

    peer = PLDAccountant(dp_accounting.NeighboringRelation.ADD_OR_REMOVE_ONE)
    for leaf in flatten(event):
        one = dp_accounting.GaussianDpEvent(leaf.sigma / leaf.sensitivity)
        peer.compose(dp_accounting.SelfComposedDpEvent(one, leaf.queries))
    assert compose(event).epsilon(Delta(delta)).value == pytest.approx(peer.get_epsilon(delta), abs=1e-3)


def exact_delta(mu, epsilon):
    """The profile of mu-GDP in 50 digits."""
    mu, epsilon = mpmath.mpf(mu), mpmath.mpf(epsilon)

    def upper(x):
        return mpmath.erfc(-x / mpmath.sqrt(2)) / 2

    return upper(-epsilon / mu + mu / 2) - mpmath.exp(epsilon) * upper(-epsilon / mu - mu / 2)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 5.0), st.floats(0.0, 20.0))
def test_profile_of_the_gaussian(mu, epsilon) -> None:
    exact = float(exact_delta(mu, epsilon))
    assert gaussian_delta(Mu(mu), Epsilon(epsilon)) == pytest.approx(exact, rel=1e-8, abs=1e-18)


def test_calibration_of_the_known_example() -> None:
    assert 1 / calibrate(Epsilon(1), Delta(1e-6)).value == pytest.approx(4.225, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(math.log(0.01), math.log(20)).map(math.exp),
    st.floats(-12, -3).map(lambda x: 10**x),
    st.integers(1, 100),
    st.lists(st.integers(1, 60), min_size=1, max_size=12),
    st.sampled_from([Independent(), MST(), MST(0.2, 0.3, 0.5), CliqueTree(), AIM()]),
)
def test_a_plan_never_exceeds_its_budget(epsilon, delta, rows_per_unit, sizes, config) -> None:
    """From (epsilon, delta) to sigmas and back, checked in 50 digits against both bounds for the lattice."""
    mu = calibrate(Epsilon(epsilon), Delta(delta))
    mechanism = config.calibrate(mu, Task(tables.domain(*sizes), rows_per_unit))
    guarantee = compose(mechanism.event)
    assert guarantee.delta(Epsilon(epsilon)).value <= delta
    true_mu = mpmath.sqrt(mpmath.mpf(guarantee.mu_squared.numerator) / guarantee.mu_squared.denominator)
    loss = 1 + mpmath.exp(mpmath.mpf(epsilon))
    ratio = mpmath.mpf(guarantee.log_ratio)
    by_variation = exact_delta(true_mu, epsilon) + loss * guarantee.eta
    by_ratio = mpmath.exp(ratio) * exact_delta(true_mu, epsilon - 2 * ratio) + loss * guarantee.tail
    assert min(by_variation, by_ratio) <= delta
    assert exact_delta(true_mu, epsilon) > 0.95 * delta or guarantee.mu.value < 0.9999 * mu.value  # and wastes little
    assert guarantee.epsilon(Delta(delta)).value <= epsilon


def test_every_cell_counts_for_the_lattice() -> None:
    parts = (query(2, 1, 0.1, cells=70), query(1, 1, 3.0, cells=30))
    found = compose(Composed(parts))
    assert found.mu_squared == 2 / Fraction(parts[0].sigma) ** 2 + 1 / Fraction(parts[1].sigma) ** 2
    assert found.eta == pytest.approx(sum(p.cells * noise.distance_to_gaussian(p.sigma) for p in parts), abs=0)
    assert found.log_ratio == pytest.approx(sum(p.cells * noise.log_ratio_to_gaussian(p.sigma) for p in parts), abs=0)
    assert found.tail == pytest.approx(100 * noise.TAIL, abs=0)


@given(st.floats(1, 100), st.floats(0.2, 50), st.lists(st.floats(1, 9), min_size=1, max_size=6), st.floats(0.3, 1))
def test_a_filter_bounds_whatever_is_asked_under_it(sensitivity, ratio, parts, used) -> None:
    """Any queries of sensitivity at least 1 that a curator admits: mu, eta and ratio are at most those of the filter."""
    whole = GaussianFilter("test", 10 * len(parts), sensitivity, ratio * sensitivity, noise.LATTICE_BITS)
    sigmas = [noise.snap_sigma(own * ratio * math.sqrt(len(parts)) / used) for own in parts]
    asked = compose(Composed(tuple(query(1, own, s, 10) for own, s in zip(parts, sigmas, strict=True))))
    bound = compose(whole)
    assert bound.mu_squared == whole.mu_squared
    if asked.mu_squared <= bound.mu_squared:
        assert asked.eta <= bound.eta and asked.log_ratio <= bound.log_ratio and asked.tail <= bound.tail


def test_one_query_that_takes_the_whole_filter_has_its_bounds() -> None:
    """The bound is for the noise that is possible at worst, no less."""
    for sigma in (0.1, 1.0, 3.3):
        whole = GaussianFilter("test", 7, 1.0, noise.snap_sigma(sigma), noise.LATTICE_BITS)
        assert compose(whole) == compose(query(1, 1, sigma, 7))


def test_the_ratio_is_paid_on_both_sides() -> None:
    """delta = e^r d(eps - 2r) + (1 + e^eps) t: a wrong sign or factor shows."""
    rough = Guarantee(Fraction(1), 1.0, log_ratio=0.1, tail=1e-4)
    expected = math.exp(0.1) * gaussian_delta(Mu(1), Epsilon(0.8)) + (1 + math.e) * 1e-4
    assert rough.delta(Epsilon(1)).value == pytest.approx(expected)
    assert rough.delta(Epsilon(0.1)) == Delta(1.0)


def test_a_large_epsilon_can_be_planned() -> None:
    """By total variation alone, e^epsilon eta would exceed any delta."""
    mu = calibrate(Epsilon(60), Delta(1e-9))
    guarantee = compose(Independent().calibrate(mu, Task(tables.domain(*[20] * 26), 5)).event)
    assert guarantee.delta(Epsilon(60)).value <= 1e-9
    assert Guarantee(guarantee.mu_squared, guarantee.eta).delta(Epsilon(60)).value == 1.0


def test_epsilon_is_the_inverse_of_delta_from_above() -> None:
    for event, delta in COMPOSITIONS:
        guarantee = compose(event)
        epsilon = guarantee.epsilon(Delta(delta))
        assert guarantee.delta(epsilon).value <= delta
        assert guarantee.delta(Epsilon(epsilon.value - 1e-6)).value > delta
    assert compose(COMPOSITIONS[0][0]).epsilon(Delta(1.0)) == Epsilon(0)


def test_eta_alone_also_gives_an_epsilon_and_says_when_it_cannot() -> None:
    rough = Guarantee(Fraction(1), 1e-9)
    epsilon = rough.epsilon(Delta(1e-5))
    assert epsilon.value == pytest.approx(compose(query(1, 1, 1)).epsilon(Delta(1e-5)).value, abs=0.01)
    with pytest.raises(ValueError, match="lattice"):
        rough.epsilon(Delta(1e-10))


def test_eta_is_paid_twice_once_scaled() -> None:
    """delta = delta_GDP + (1 + e^eps) eta where nothing better is known: a wrong factor shows."""
    assert Guarantee(Fraction(1), 1e-3).delta(Epsilon(1)).value == pytest.approx(
        gaussian_delta(Mu(1), Epsilon(1)) + (1 + math.e) * 1e-3
    )


@pytest.mark.parametrize(
    ("epsilon", "auc", "tpr"), [(1, 0.575, 0.020), (2, 0.639, 0.034), (4, 0.743, 0.081), (8, 0.881, 0.25)]
)
def test_ceilings_of_attacks(epsilon, auc, tpr) -> None:
    mu = calibrate(Epsilon(epsilon), Delta(1e-5)).value
    guarantee = Guarantee(Fraction(mu) ** 2, 0.0)
    assert guarantee.auc == pytest.approx(auc, abs=6e-4)
    assert guarantee.tpr(0.01) == pytest.approx(tpr, abs=6e-4 if epsilon < 8 else 5e-3)


@given(st.floats(0, 1), st.floats(0.01, 4), st.sampled_from([0.0, 1e-6, 0.01]))
def test_trade_off_bounds_the_likelihood_ratio_attack(fpr, mu, eta) -> None:
    """The best attack on one Gaussian, with eta added on both sides, is never above the ceiling."""
    best = norm.cdf(norm.ppf(fpr) + mu)
    ceiling = Guarantee(Fraction(mu) ** 2, eta).tpr(fpr)
    assert min(1.0, best + eta) - 1e-12 <= ceiling <= 1
    if fpr + eta < 1:
        assert ceiling == pytest.approx(min(1.0, norm.cdf(norm.ppf(fpr + eta) + mu) + eta))


@pytest.mark.parametrize("people", [1, 2, 4])
@pytest.mark.parametrize("fpr", [0.001, 0.1])
def test_a_group_is_bounded_by_composing_the_ideal_trade_off(people, fpr) -> None:
    """f applied k times, each time to what the step before leaves; the distance to the lattice is paid once a world."""
    promise = Guarantee(Fraction(1, 5), 1e-9)
    step = Guarantee(Fraction(1, 5), 0.0)
    found = fpr + promise.eta
    for _ in range(people):
        found = step.tpr(found)
    assert promise.of_group(people).tpr(fpr) == pytest.approx(found + promise.eta, rel=1e-12)


def test_a_group_has_somebody_in_it() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Guarantee(Fraction(1), 0.0).of_group(0)


def test_auc_is_above_the_integral_of_tpr() -> None:
    guarantee = Guarantee(Fraction(1), 0.01)
    grid = np.linspace(0, 1, 2001)
    assert np.mean([guarantee.tpr(x) for x in grid]) <= guarantee.auc + 1e-3


# ------------------------------------------------------------------------------------------------------------- zCDP


@pytest.mark.parametrize(("epsilon", "rho"), [(1, 0.0172), (2, 0.0639), (5, 0.3501)])
def test_conversion_of_zcdp_at_a_known_delta(epsilon, rho) -> None:
    assert zcdp_rho(Epsilon(epsilon), Delta(1e-8)).value == pytest.approx(rho, abs=6e-5)


@pytest.mark.parametrize("rho", [1e-4, 0.01, 0.1, 0.5, 3.0])
@pytest.mark.parametrize("delta", [1e-9, 1e-5])
def test_conversion_of_zcdp_against_rdp_of_a_peer(rho, delta) -> None:
    orders = 1 + np.geomspace(0.01, 1e5, 20000)
    peer = RdpAccountant(orders=orders).compose(dp_accounting.ZCDpEvent(rho)).get_epsilon(delta)
    assert zcdp_epsilon(Rho(rho), Delta(delta)).value == pytest.approx(peer, rel=1e-4)


@settings(max_examples=80, deadline=None)
@given(st.floats(-9, 1.5).map(lambda x: 10**x), st.floats(-12, -2).map(lambda x: 10**x))
def test_conversion_errs_on_the_safe_side(rho, delta) -> None:
    """The epsilon found is valid in 50 digits at some order, and rho goes back without growing."""
    epsilon = zcdp_epsilon(Rho(rho), Delta(delta))
    if epsilon.value == 0:
        return
    center, width = 6.0, 16.0
    for _ in range(3):  # ever finer grids over log(order - 1)
        above = 1 + np.exp(center + np.linspace(-width, width, 10000))
        at = rho * above + (np.log(1 / delta) + (above - 1) * np.log1p(-1 / above) - np.log(above)) / (above - 1)
        center, width = float(np.log(above[at.argmin()] - 1)), width / 1000
    a, r, d = mpmath.mpf(above[at.argmin()]), mpmath.mpf(rho), mpmath.mpf(delta)
    exact = r * a + (mpmath.log(1 / d) + (a - 1) * mpmath.log(1 - 1 / a) - mpmath.log(a)) / (a - 1)
    assert exact * (1 - mpmath.mpf("1e-6")) <= epsilon.value <= exact * (1 + mpmath.mpf("1e-12"))
    assert zcdp_rho(epsilon, Delta(delta)).value <= rho * (1 + 1e-9)


def test_a_budget_is_kept_by_its_rho() -> None:
    for epsilon in (0.1, 1.0, 5.0, 100.0):
        for delta in (1e-9, 1e-5, 0.5):
            rho = zcdp_rho(Epsilon(epsilon), Delta(delta))
            assert zcdp_epsilon(rho, Delta(delta)).value <= epsilon


def test_the_zcdp_view_is_looser_than_gdp() -> None:
    for event, delta in COMPOSITIONS:
        guarantee = compose(event)
        assert zcdp_epsilon(guarantee.rho, Delta(delta)).value > guarantee.epsilon(Delta(delta)).value


# ------------------------------------------------------------------------------------------------------ fail closed


@pytest.mark.parametrize(
    "event",
    [
        "gaussian",
        dp_accounting.LaplaceDpEvent(1.0),
        Composed((query(1, 1, 1), object())),
        GaussianQueries("x", 1, 1, 1.0, 1.0, 20),
        GaussianQueries("x", 1, 1, 1.0, 1.0 + 2**-31, 30),
        GaussianQueries("x", 1, 1, 1.0, 0.05, 30),
        GaussianQueries("x", 1, 1, 1.0, 1e12, 30),
        GaussianFilter("x", 1, 1.0, 1.0, 20),
        GaussianFilter("x", 1, 1.0, 0.09, 30),
        GaussianFilter("x", 1, 20.0, 1.0, 30),
    ],
)
def test_what_the_accountant_does_not_know_is_an_error(event) -> None:
    with pytest.raises(UnsupportedEventError):
        compose(event)


def test_nothing_asked_is_nothing_lost() -> None:
    assert compose(Composed(())).delta(Epsilon(0)) == Delta(0)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 1e-6), (1.0, 0.0)])
def test_calibration_needs_a_budget(epsilon, delta) -> None:
    with pytest.raises(ValueError, match="> 0"):
        calibrate(Epsilon(epsilon), Delta(delta))
    with pytest.raises(ValueError, match="> 0"):
        zcdp_rho(Epsilon(epsilon), Delta(delta))
