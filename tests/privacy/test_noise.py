"""The sampler is the discrete Gaussian that the accountant assumes, and the two bounds on its distance hold."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dpsynth.privacy import noise
from dpsynth.privacy.noise import LARGEST_INPUT, LATTICE, DiscreteGaussian, snap_sigma
from dpsynth.testing.samplers import RoundedGaussian

ALPHA = 1e-6
"""False alarms of a statistical test."""


def draws(sigma: float, number: int) -> np.ndarray:
    return DiscreteGaussian(threads=2).add(np.zeros(number, np.int64), sigma)


def test_moments() -> None:
    sigma, number = 2.5, 6000
    z = draws(sigma, number) / LATTICE / sigma
    assert abs(z.mean()) < 5 / number**0.5
    assert abs(z.var() - 1) < 5 * (2 / number) ** 0.5
    assert abs(stats.skew(z)) < 5 * (6 / number) ** 0.5
    assert abs(stats.kurtosis(z)) < 5 * (24 / number) ** 0.5


def test_shape_against_the_normal_law() -> None:
    assert stats.kstest(draws(0.7, 4000) / LATTICE / 0.7, "norm").pvalue > ALPHA


def discrete_gaussian(scale: float, reach: int) -> np.ndarray:
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * scale**2))
    return weights / weights.sum()


@pytest.mark.parametrize("scale", [0.5, 1.7, 4.0])
def test_on_the_lattice_it_is_the_discrete_gaussian(scale: float) -> None:
    """Chi-square against exp(-k^2/2s^2), on a lattice so coarse that every cell is seen."""
    number, reach = 12000, 40
    z = np.array(noise._measurement(scale)([0] * number))
    counts = np.bincount(z + reach, minlength=2 * reach + 1)
    expected = number * discrete_gaussian(scale, reach)
    large = expected >= 5
    counts = np.append(counts[large], counts[~large].sum())
    expected = np.append(expected[large], expected[~large].sum())
    assert stats.chisquare(counts, expected * counts.sum() / expected.sum()).pvalue > ALPHA
    wrong = number * discrete_gaussian(scale * 1.1, reach)[large]
    assert stats.chisquare(counts[:-1], wrong * counts[:-1].sum() / wrong.sum()).pvalue < ALPHA  # the test has power


def test_tails_reach_where_they_should() -> None:
    z = np.abs(draws(1.0, 8000)) / LATTICE
    for cut in (2.0, 3.0):
        expected = 8000 * 2 * stats.norm.sf(cut)
        assert stats.poisson.sf(int((z > cut).sum()) - 1, expected) > ALPHA
        assert stats.poisson.cdf(int((z > cut).sum()), expected) > ALPHA


def test_the_noise_lives_on_the_whole_lattice() -> None:
    assert len(np.unique(draws(1.0, 200) % 64)) > 40


def test_the_stand_in_has_the_same_law() -> None:
    real, fast = draws(1.5, 4000), RoundedGaussian(np.random.default_rng(1)).add(np.zeros(4000, np.int64), 1.5)
    assert stats.ks_2samp(real, fast).pvalue > ALPHA


def test_two_draws_differ() -> None:
    assert (draws(1.0, 50) != draws(1.0, 50)).any()
    assert len(set(draws(1.0, 1500).tolist())) == 1500  # the two threads do not share a stream


def test_values_are_kept_in_order() -> None:
    values = np.arange(2000, dtype=np.int64) * 1000 * LATTICE
    assert (np.rint(DiscreteGaussian().add(values, 0.5) / LATTICE / 1000) == np.arange(2000)).all()


def test_large_counts_survive() -> None:
    """A sampler of 32 bits would saturate at 2 rows."""
    values = np.array([LARGEST_INPUT * LATTICE, -LARGEST_INPUT * LATTICE, 5 * LATTICE], np.int64)
    noisy = DiscreteGaussian().add(values, 1.0) / LATTICE
    assert np.abs(noisy - [LARGEST_INPUT, -LARGEST_INPUT, 5]).max() < 10


def test_a_sampler_of_32_bits_would_be_noticed() -> None:
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i32")), dp.l2_distance(T="f64")
    saturated = np.array(dp.m.make_gaussian(*space, scale=1.0 * LATTICE)([2**31 - 1] * 20))
    assert (np.abs(saturated) <= 2**31).all()
    assert (saturated == 2**31 - 1).any()


def test_opendp_takes_the_scale_without_rounding() -> None:
    """Its privacy map is the exact rational rho, rounded up by at most one float."""
    for sigma in (0.1, 1 / 3, 3.0, 12345.678):
        scale = snap_sigma(sigma) * LATTICE
        exact = (Fraction(LATTICE) / Fraction(scale)) ** 2 / 2
        found = Fraction(noise._measurement(scale).map(float(LATTICE)))
        assert exact <= found <= exact * (1 + Fraction(1, 2**51))


@pytest.mark.parametrize("value", [LARGEST_INPUT * LATTICE + 1, -(2**63)])
def test_too_large_inputs_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="inputs"):
        DiscreteGaussian().add(np.array([value], np.int64), 1.0)


def test_nothing_in_nothing_out() -> None:
    assert DiscreteGaussian().add(np.zeros(0, np.int64), 1.0).shape == (0,)


@given(st.floats(0.1, 2.0**28))
def test_sigma_snaps_up_to_the_lattice(sigma: float) -> None:
    snapped = snap_sigma(sigma)
    assert 0 <= Fraction(snapped) - Fraction(sigma) < Fraction(1, LATTICE)
    assert (Fraction(snapped) * LATTICE).denominator == 1
    assert snap_sigma(snapped) == snapped
    assert Fraction(snapped * LATTICE) == Fraction(snapped) * LATTICE


@pytest.mark.parametrize("sigma", [0.0999999, 0.0, -1.0, float("nan"), float("inf"), 2.0**28 + 1])
def test_sigma_out_of_range_is_refused(sigma: float) -> None:
    with pytest.raises(ValueError, match="sigma"):
        snap_sigma(sigma)


# -------------------------------------------------------------------------------- distance to the rounded Gaussian


def laws(s: float, reach: int):
    """Discrete Gaussian and rounded Gaussian on -reach..reach, in 60 digits."""
    mpmath.mp.dps = 60
    s = mpmath.mpf(s)
    phi = [mpmath.npdf(k, 0, s) for k in range(reach + 1)]
    z = phi[0] + 2 * mpmath.fsum(mpmath.npdf(k, 0, s) for k in range(1, int(40 * s) + 2))

    def cell(k):
        a, b = (mpmath.mpf(k) + h for h in (mpmath.mpf(-0.5), mpmath.mpf(0.5)))
        return (mpmath.erfc(a / s / mpmath.sqrt(2)) - mpmath.erfc(b / s / mpmath.sqrt(2))) / 2

    return [p / z for p in phi], [cell(k) for k in range(reach + 1)]


@pytest.fixture
def lattice_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The formulas with s = sigma, where the distance is large enough to be summed up."""
    monkeypatch.setattr(noise, "LATTICE", 1)
    monkeypatch.setattr(noise, "snap_sigma", lambda sigma: sigma)


@pytest.mark.parametrize("s", [0.4, 0.6, 1.0, 1.5, 3.0, 8.0])
def test_total_variation_is_below_its_bound(lattice_of_one, s: float) -> None:
    p, q = laws(s, int(14 * s) + 4)
    distance = (abs(p[0] - q[0]) + 2 * sum(abs(a - b) for a, b in zip(p[1:], q[1:], strict=True))) / 2
    bound = noise.distance_to_gaussian(s)
    assert distance <= bound
    if s >= 3:
        assert bound < 1.9 * distance  # and of the right size


def test_total_variation_leads_with_a_known_constant() -> None:
    s = LATTICE * 1.0
    assert noise.distance_to_gaussian(1.0) * s**2 == pytest.approx(0.02017, rel=1e-3)


@pytest.mark.parametrize("s", [0.4, 1.0, 2.0, 5.0])
def test_log_ratio_is_below_its_bound(lattice_of_one, s: float) -> None:
    p, q = laws(s, int(noise.FURTHEST * s))
    worst = max(abs(mpmath.log(a / b)) for a, b in zip(p, q, strict=True))
    assert worst <= noise.log_ratio_to_gaussian(s)
    assert noise.log_ratio_to_gaussian(s) < 4 * worst or s < 5  # and of the right size


def test_tail_is_below_its_bound() -> None:
    mpmath.mp.dps = 250
    for s in (1.0, 3.0):
        reach = int(noise.FURTHEST * s)
        z = mpmath.fsum(mpmath.exp(-(mpmath.mpf(k) ** 2) / (2 * s**2)) for k in range(-reach * 2, reach * 2 + 1))
        far = range(reach + 1, reach * 2)
        assert 2 * mpmath.fsum(mpmath.exp(-(mpmath.mpf(k) ** 2) / (2 * s**2)) for k in far) / z < noise.TAIL
    # The rounded Gaussian leaves 30 s where the continuous one leaves 30 s - 1/2; the real s is above 10^8.
    assert mpmath.erfc((mpmath.mpf(30) - mpmath.mpf("1e-8")) / mpmath.sqrt(2)) < noise.TAIL


# ------------------------------------------------------------------------------------------------------------ no seed


def names(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            found.add(node.arg)
        if isinstance(node, ast.keyword) and node.arg:
            found.add(node.arg)
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        if isinstance(node, ast.Name):
            found.add(node.id)
    return found


def test_privacy_noise_cannot_be_repeated() -> None:
    """No seed, no numpy generator and no `random` anywhere in the room that draws noise."""
    forbidden = {"seed", "random_state", "default_rng", "Generator", "RandomState", "random", "rng"}
    folder = Path(noise.__file__).parent
    for path in folder.glob("*.py"):
        assert not names(ast.parse(path.read_text())) & forbidden, path
    assert names(ast.parse("def f(seed=1): np.random.default_rng(seed)")) & forbidden  # the test sees a breach
