"""Sums over samples: their privacy loss against published figures, integrals in 30 digits, and other accountants."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent
from dp_accounting.rdp import RdpAccountant
from scipy.stats import norm

from dpsynth.privacy import events, noise, sampled_gaussian
from dpsynth.privacy.accountant import Guarantee, UnsupportedEventError, beyond, calibrate_steps, compose
from dpsynth.privacy.curves import gaussian_delta
from dpsynth.privacy.events import Composed, GaussianQueries, SampledGaussian, snap_rate
from dpsynth.privacy.units import Delta, Epsilon, Mu

NONE = Fraction(0)

TRAININGS = [
    # people, batch, sigma, steps, delta
    (50_000, 512, 1.0, 10_000, 1e-5),
    (50_000, 2048, 4.0, 5_000, 1e-6),
    (5_000, 512, 8.0, 2_000, 1e-6),
    (500_000, 4096, 1.0, 20_000, 1e-7),
    (50_000, 500, 5.0, 30_000, 1e-6),
]


def steps(number: int, rate: float, sigma: float) -> SampledGaussian:
    return SampledGaussian("critic", number, snap_rate(rate), sigma)


def by_renyi(part: SampledGaussian, delta: float) -> float:
    low, high = 0.0, 100.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sampled_gaussian.renyi_delta(NONE, (part,), middle) > delta else (low, middle)
    return high


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("people", "batch", "sigma", "number", "delta"), TRAININGS)
def test_epsilon_agrees_with_other_accountants(people, batch, sigma, number, delta) -> None:
    """Opacus' PRV accountant is another program for the same composition; Rényi divergences are a looser bound."""
    from opacus.accountants import PRVAccountant, RDPAccountant

    part = steps(number, batch / people, sigma)
    epsilon = compose(part).epsilon(Delta(delta)).value
    prv, rdp = PRVAccountant(), RDPAccountant()
    prv.history = rdp.history = [(sigma, part.rate, number)]
    assert prv.get_epsilon(delta) - 0.02 <= epsilon <= prv.get_epsilon(delta)
    assert epsilon <= by_renyi(part, delta) <= 1.005 * rdp.get_epsilon(delta)


@pytest.mark.parametrize(("rate", "sigma", "order"), [(0.04, 4.0, 1.1), (0.01, 0.7, 3.5), (0.3, 1.0, 8), (0.5, 0.4, 2)])
def test_renyi_divergence_against_an_integral_in_30_digits(rate, sigma, order) -> None:
    part = steps(7, rate, sigma)
    with mpmath.workdps(30):
        q = mpmath.mpf(part.rate)

        def ratio(z):
            return (1 - q) + q * mpmath.exp((2 * z - 1) / (2 * mpmath.mpf(sigma) ** 2))

        def one(power, density):
            ends = [x * sigma for x in range(-20, 21, 2)] + [order + x * sigma for x in range(-20, 21, 2)]
            return mpmath.quad(lambda z: density(z) * ratio(z) ** power, sorted(ends))

        forth = one(order, lambda z: mpmath.npdf(z, 0, sigma))
        back = one(1 - order, lambda z: mpmath.npdf(z, 0, sigma))
        exact = float(7 * mpmath.log(forth) / (order - 1) / order)
    found = sampled_gaussian.rho_at(part, order)
    assert exact <= found <= exact * (1 + 1e-5)
    assert back <= forth  # the other direction of neighbours has the smaller divergence


@pytest.mark.parametrize("order", [2, 3, 8, 32, 128])
@pytest.mark.parametrize(("rate", "sigma"), [(0.01, 1.0), (0.2, 3.0), (1.0, 2.0)])
def test_renyi_divergence_agrees_with_dp_accounting(order, rate, sigma) -> None:
    part = steps(50, rate, sigma)
    one = PoissonSampledDpEvent(part.rate, GaussianDpEvent(sigma))
    peer = RdpAccountant(orders=[order]).compose(SelfComposedDpEvent(one, 50))._rdp[0]
    assert sampled_gaussian.rho_at(part, order) == pytest.approx(peer / order, rel=1e-6)


def test_no_rho_but_that_of_sums_over_everybody_holds_at_all_orders() -> None:
    """Why the ledger charges one order: sampling gains nothing where orders are large."""
    part = steps(100, 0.01, 1.0)
    assert sampled_gaussian.rho_at(part, 4) < 0.03 * 50
    assert 0.99 * 50 < sampled_gaussian.rho_at(part, 2000) <= 50


def test_the_ends_of_the_noise_are_paid() -> None:
    """2^19 coordinates in each step, 2^-127 of the mass of each: in delta, on both ways, and in the curve."""
    part = steps(1000, 0.01, 1.0)
    found, ideal = compose(part), Guarantee(NONE, 0.0, 0.0, 0.0, (part,))
    assert found.eta == found.tail == 1000 * 2.0**-108 and found.log_ratio == 0.0
    coarse = Guarantee(NONE, 1e-3, 0.0, 1e-4, (part,))
    assert coarse.delta(Epsilon(1)).value == pytest.approx(ideal.delta(Epsilon(1)).value + (1 + math.e) * 1e-4)
    assert coarse.advantage == pytest.approx(ideal.advantage + 2e-3)


def test_epsilons_give_what_dp_accounting_gives() -> None:
    for part, mu_squared in ((steps(50, 0.1, 1.0), NONE), (steps(1, 0.5, 2.0), Fraction(1, 3))):
        epsilons = np.linspace(0, 9, 25)
        losses = sampled_gaussian._losses(mu_squared, (part,))
        one_by_one = [losses.get_delta_for_epsilon(x) for x in epsilons.tolist()]
        one_by_one = np.minimum(one_by_one, sampled_gaussian._by_renyi(mu_squared, (part,), epsilons))
        together = sampled_gaussian.deltas(mu_squared, (part,), epsilons)
        np.testing.assert_allclose(together, one_by_one, rtol=1e-9, atol=1e-10)


def test_everybody_in_every_sample_is_the_gaussian_mechanism() -> None:
    whole, exact = Guarantee(NONE, 0.0, 0.0, 0.0, (steps(16, 1.0, 4.0),)), Guarantee(Fraction(1), 0.0, 0.0, 0.0)
    for epsilon in (0.0, 0.5, 1.0, 3.0, 6.0):
        sampled = sampled_gaussian.delta(NONE, whole.sampled, epsilon)
        assert gaussian_delta(Mu(1), Epsilon(epsilon)) <= sampled <= gaussian_delta(Mu(1), Epsilon(epsilon)) + 1e-6
    for fpr in (0.0, 1e-3, 0.05, 0.5, 0.95, 1.0):
        assert exact.tpr(fpr) - 1e-9 <= whole.tpr(fpr) <= exact.tpr(fpr) + 1e-5
    assert exact.auc <= whole.auc <= exact.auc + 2e-4


@pytest.mark.parametrize("swapped", [False, True])
def test_no_test_of_one_step_beats_the_curve(swapped) -> None:
    """The most powerful tests of one step are thresholds, because the likelihood ratio grows with the outcome."""
    part, q = steps(1, 0.25, 0.6), 0.25
    guarantee, at = compose(part), np.linspace(-1.5, 2.5, 12)
    mixed = q * norm.sf(at, 1, 0.6) + (1 - q) * norm.sf(at, 0, 0.6)
    fpr, tpr = (1 - mixed, norm.cdf(at, 0, 0.6)) if swapped else (norm.sf(at, 0, 0.6), mixed)
    found = np.array([guarantee.tpr(x) for x in fpr])
    assert (found >= tpr - 1e-12).all()
    if not swapped:
        assert (found <= tpr + 0.06)[fpr < 0.1].all()  # further up the bound also covers the other direction


def test_marginals_and_critic_are_composed_before_they_are_converted() -> None:
    """Figures of one release: sums alone 1.944, marginals of rho 0.05 alone 1.368, together 2.448."""
    part, mu_squared = steps(4000, 2048 / 50_000, 6.0), Fraction(1, 10)
    query = GaussianQueries("one_way", 1, 10, 1.0, noise.snap_sigma(10**0.5), noise.LATTICE_BITS)
    alone, marginals, both = (compose(e) for e in (part, query, Composed((query, part))))
    delta = Delta(1e-6)
    assert alone.epsilon(delta).value == pytest.approx(1.944, abs=2e-3)
    assert marginals.epsilon(delta).value == pytest.approx(1.368, abs=2e-3)
    assert both.epsilon(delta).value == pytest.approx(2.448, abs=2e-3)
    assert both.mu_squared == query.mu_squared and both.sampled == (part,)
    assert both.eta == marginals.eta + beyond(part) > marginals.eta > 0
    assert float(query.mu_squared) == pytest.approx(float(mu_squared))


def test_the_lattice_of_other_queries_is_still_paid() -> None:
    part = steps(20, 0.1, 3.0)
    rough, ideal = (Guarantee(Fraction(1, 10), eta, sampled=(part,)) for eta in (1e-3, 0.0))
    assert rough.delta(Epsilon(1)).value == pytest.approx(ideal.delta(Epsilon(1)).value + (1 + math.e) * 1e-3)
    assert rough.tpr(0.1) > ideal.tpr(0.1) and rough.auc == pytest.approx(ideal.auc + 2e-3)


def test_a_guarantee_with_samples_has_no_mu_and_no_rho() -> None:
    """Who builds on mu alone would promise too much: it must hear of it."""
    guarantee = compose(steps(100, 0.1, 3.0))
    for ask in (lambda: guarantee.mu, lambda: guarantee.rho):
        with pytest.raises(UnsupportedEventError, match="samples"):
            ask()


@pytest.mark.parametrize(("epsilon", "delta", "mu_squared"), [(1.0, 1e-6, NONE), (2.0, 1e-5, Fraction(1, 10))])
def test_calibration_uses_up_the_budget_and_no_more(epsilon, delta, mu_squared) -> None:
    part = sampled_gaussian.calibrate(epsilon, delta, 0.05, 200, mu_squared)
    less = SampledGaussian("critic", 200, part.rate, part.sigma - sampled_gaussian.SIGMA_STEP)
    assert part.steps == 200 and part.rate == snap_rate(0.05)
    assert sampled_gaussian.delta(mu_squared, (part,), epsilon) <= delta
    assert sampled_gaussian.delta(mu_squared, (less,), epsilon) > delta


@pytest.mark.parametrize("epsilon", [0.5, 2.0])
def test_steps_get_what_all_other_queries_leave(epsilon) -> None:
    """With the lattice paid: never above the budget, and with 2^-10 less noise above it."""
    query = GaussianQueries("one_way", 4, 10**6, 1.0, noise.snap_sigma(20.0 / epsilon), noise.LATTICE_BITS)
    part = calibrate_steps(Epsilon(epsilon), Delta(1e-6), 0.05, 30, query)
    less = replace(part, sigma=part.sigma - 2 * sampled_gaussian.SIGMA_STEP)
    found, above = (compose(Composed((query, x))).delta(Epsilon(epsilon)).value for x in (part, less))
    assert found <= 1e-6 < above
    assert part.steps == 30 and part.rate == snap_rate(0.05)
    assert part.sigma > calibrate_steps(Epsilon(epsilon), Delta(1e-6), 0.05, 30).sigma


def test_what_cannot_be_calibrated_is_refused() -> None:
    with pytest.raises(UnsupportedEventError, match="together"):
        calibrate_steps(Epsilon(1), Delta(1e-6), 0.05, 100, steps(1, 0.1, 1.0))
    rough = GaussianQueries("one_way", 1, 10**16, 1.0, 0.125, noise.LATTICE_BITS)
    with pytest.raises(ValueError, match=r"lattice|Leave more"):
        calibrate_steps(Epsilon(1), Delta(1e-9), 0.05, 100, rough)


def test_calibration_says_when_nothing_is_left() -> None:
    with pytest.raises(ValueError, match="Leave more of the budget"):
        sampled_gaussian.calibrate(0.5, 1e-6, 0.05, 500, Fraction(1))


def test_more_steps_and_larger_samples_cost_more() -> None:
    at = [sampled_gaussian.delta(NONE, (steps(n, q, s),), 1.0) for n, q, s in ((100, 0.1, 2.0), (101, 0.1, 2.0))]
    assert at[0] < at[1] < sampled_gaussian.delta(NONE, (steps(101, 0.11, 2.0),), 1.0)
    assert sampled_gaussian.delta(NONE, (steps(100, 0.1, 2.1),), 1.0) < at[0]


def test_the_loss_distributions_are_loaded_only_for_samples() -> None:
    code = (
        "import sys\n"
        "from dpsynth.privacy.accountant import compose, Delta\n"
        "from dpsynth.privacy.events import GaussianQueries\n"
        "compose(GaussianQueries('x', 1, 1, 1.0, 2.0, 30)).epsilon(Delta(1e-6))\n"
        "assert 'dp_accounting' not in sys.modules and 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_event_survives_its_description() -> None:
    event = Composed((steps(3, 0.1, 2.5), GaussianQueries("x", 1, 5, 1.0, 1.0, 30)))
    assert events.from_json(events.to_json(event)) == event
    assert events.cells(event) == 5  # the lattice is no matter of sums over samples


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"steps": 1.0},
        {"rate": 0.1},
        {"rate": 1.5},
        {"rate": 0.0},
        {"sigma": 0.0},
        {"sigma": math.nan},
    ],
)
def test_events_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match="Expected"):
        SampledGaussian(**{"purpose": "x", "steps": 1, "rate": 0.5, "sigma": 1.0, **wrong})


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.1, 1e-11, math.nan])
def test_rates_that_cannot_be_drawn_are_refused(rate) -> None:
    with pytest.raises(ValueError, match="Expected"):
        snap_rate(rate)


@pytest.mark.parametrize("order", [1.0, 0.5, math.nan])
def test_orders_of_at_most_1_are_refused(order) -> None:
    with pytest.raises(ValueError, match="Expected"):
        sampled_gaussian.rho_at(steps(1, 0.5, 1.0), order)
