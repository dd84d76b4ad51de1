"""What an attack can reach at most: bounds of straight lines beside closed forms, groups, and the questions people ask."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom, norm

from dpsynth.privacy.accountant import Guarantee, compose
from dpsynth.privacy.curves import Bounded, curve
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.units import Delta, Epsilon

EVERYBODY = SampledGaussian("critic", 16, 1.0, 4.0)
"""Sums over everybody: the same as one Gaussian query of mu = 1."""
EXACT, LINES = Guarantee(Fraction(1), 0.0), Guarantee(Fraction(0), 0.0, 0.0, 0.0, (EVERYBODY,))
SHARES = np.concatenate([[0.0], np.geomspace(1e-4, 0.1, 12), np.linspace(0.15, 1, 12)])


@pytest.mark.parametrize("people", [1, 2, 4])
def test_lines_lie_on_or_just_above_the_gaussian(people) -> None:
    exact, lines = EXACT.of_group(people), LINES.of_group(people)
    for x in SHARES.tolist():
        assert exact.tpr(x) - 1e-12 <= lines.tpr(x) <= exact.tpr(x) + 1e-3
    assert exact.auc <= lines.auc <= exact.auc + 1e-3
    assert exact.advantage <= lines.advantage <= exact.advantage + 1e-3
    for low, high in ((0.0, 0.01), (0.05, 0.9), (0.6, 0.8), (0.3, 0.3)):
        assert exact.gain(low, high) - 1e-12 <= lines.gain(low, high) <= exact.gain(low, high) + 1e-3
    for share in (0.01, 0.1, 0.5, 0.9):
        assert lines.ideal.threshold(share) == pytest.approx(exact.ideal.threshold(share), abs=0.2)
    for epsilon in (0.0, 1.0, 4.0):
        assert exact.delta(Epsilon(epsilon)).value <= lines.delta(Epsilon(epsilon)).value
        assert lines.delta(Epsilon(epsilon)).value <= exact.delta(Epsilon(epsilon)).value + 1e-3


@pytest.mark.parametrize("guarantee", [EXACT, LINES, Guarantee(Fraction(1, 4), 1e-3), compose(EVERYBODY)], ids=str)
def test_what_follows_from_the_curve(guarantee) -> None:
    """Gain, advantage and precision against a fine grid of the curve itself."""
    grid = np.linspace(0, 1, 4001)
    found = np.array([guarantee.tpr(x) for x in grid.tolist()])
    assert guarantee.advantage == pytest.approx((found - grid).max(), abs=1e-6)
    assert guarantee.advantage >= (found - grid).max() - 1e-12
    for low, high in ((0, 400), (100, 3000), (2000, 4000), (7, 7)):
        best = (found - grid)[low : high + 1].max()
        assert guarantee.gain(grid[low], grid[high]) == pytest.approx(max(0.0, best), abs=1e-6)
    for prior in (0.5, 0.01):
        members, others = prior * guarantee.tpr(0.1), (1 - prior) * 0.1
        assert guarantee.precision(0.1, prior) == pytest.approx(members / (members + others))
    assert guarantee.precision(0.2, 0.0) == 0.0 and guarantee.precision(0.2, 1.0) == 1.0


def test_who_accuses_nobody_believes_what_it_believed() -> None:
    assert Guarantee(Fraction(0), 0.0).precision(0.0, 0.3) == 0.3
    assert Guarantee(Fraction(0), 0.0).advantage == 0.0


def test_a_curve_after_a_curve_is_their_composition() -> None:
    one = Bounded(np.array([0.0, 0.1, 0.6, 1.0]), np.array([0.05, 0.5, 0.9, 1.0]))
    two = Bounded(np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.7, 1.0]))
    both = one.after(two)
    grid = np.linspace(0, 1, 501)
    assert [both.tpr(x) for x in grid] == pytest.approx([one.tpr(two.tpr(x)) for x in grid], abs=1e-12)
    full = Bounded(np.array([0.0, 0.4, 1.0]), np.array([0.3, 1.0, 1.0]))
    again = full.after(full)
    assert [again.tpr(x) for x in grid] == pytest.approx([full.tpr(full.tpr(x)) for x in grid], abs=1e-12)


@pytest.mark.parametrize("swapped", [False, True])
def test_no_test_of_one_step_beats_the_curve_of_a_group(swapped) -> None:
    """Three people of one opinion, each in the sample or not: a mixture of Gaussians at 0, 1, 2 and 3."""
    part, people = SampledGaussian("critic", 1, snap_rate(0.25), 0.8), 3
    guarantee, at = compose(part).of_group(people), np.linspace(-2, 5, 40)
    weights = binom.pmf(np.arange(people + 1), people, 0.25)
    mixed = sum(w * norm.sf(at, k, 0.8) for k, w in enumerate(weights))
    fpr, tpr = (1 - mixed, norm.cdf(at, 0, 0.8)) if swapped else (norm.sf(at, 0, 0.8), mixed)
    found = np.array([guarantee.tpr(x) for x in fpr])
    assert (found >= tpr - 1e-12).all()
    assert guarantee.tpr(0.01) > compose(part).tpr(0.01)


def test_a_group_is_promised_less() -> None:
    part = SampledGaussian("critic", 200, snap_rate(0.05), 2.0)
    one, four = compose(part), compose(part).of_group(4)
    assert four.epsilon(Delta(1e-5)).value > 2 * one.epsilon(Delta(1e-5)).value
    assert four.of_group(2).tpr(0.01) == pytest.approx(one.of_group(8).tpr(0.01), abs=1e-12)
    assert curve(Fraction(1), (), 3).tpr(0.1) == pytest.approx(norm.cdf(norm.ppf(0.1) + 3))
