"""Scores on numeric vectors against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gaussian_kde

from dpsynth.attacks import density, vectors
from dpsynth.attacks.density import kde_log_density


def cloud(n, d, seed):
    """Points of one correlated law; another seed is another draw."""
    shape, rng = np.random.default_rng(d), np.random.default_rng([seed, n])
    return rng.normal(size=(n, d)) @ (np.eye(d) + 0.5 * shape.normal(size=(d, d))) + 10 * shape.normal(size=d)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(10, 40), d=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_density_equals_scipy(n, d, seed):
    sample, points = cloud(n, d, seed), cloud(20, d, seed)
    expected = gaussian_kde(sample.T, "silverman").logpdf(points.T)
    assert kde_log_density(points, sample) == pytest.approx(expected, abs=1e-4)


def test_density_does_not_depend_on_units_up_to_their_volume():
    sample, points = cloud(50, 3, 0), cloud(20, 3, 1)
    scale = np.array([1e5, 1.0, 1e-3])
    scaled = kde_log_density(points * scale, sample * scale)
    assert scaled + np.log(scale).sum() == pytest.approx(kde_log_density(points, sample), abs=1e-6)


def test_density_in_blocks_is_the_same(monkeypatch):
    sample, points = cloud(30, 2, 0), cloud(25, 2, 1)
    whole = kde_log_density(points, sample)
    monkeypatch.setattr(density, "BLOCK_PAIRS", 70)
    assert kde_log_density(points, sample) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize(("n", "d"), [(0, 2), (1, 2), (2, 3), (5, 0), (3, 5)])
def test_density_is_total(n, d):
    sample = np.ones((n, d))
    for points in (np.ones((4, d)), np.zeros((0, d)), np.full((2, d), 1e9)):
        found = kde_log_density(points, sample)
        assert found.shape == (len(points),)
        assert np.isfinite(found).all()
    assert kde_log_density(np.ones((4, d)), np.zeros((0, d))).tolist() == [0.0] * 4


def refitted(points, reference, synthetic, k):
    """The published attack: a new estimate for every point."""
    scores = []
    for x in points:
        near = np.argsort(((synthetic - x) ** 2).sum(1), kind="stable")[:k]
        with_it = kde_log_density(synthetic[near], np.vstack([reference, x]))
        without = kde_log_density(synthetic[near], reference)
        scores.append((np.logaddexp(with_it, np.log(1e-20)) - np.logaddexp(without, np.log(1e-20))).sum())
    return np.array(scores)


@settings(max_examples=25, deadline=None)
@given(m=st.integers(10, 40), d=st.integers(1, 3), k=st.integers(1, 6), seed=st.integers(0, 10**6))
def test_the_rank_one_update_equals_a_refit(m, d, k, seed):
    reference, synthetic, points = cloud(m, d, seed), cloud(25, d, seed), cloud(10, d, seed)
    assert vectors.gen_lra(points, reference, synthetic, k) == pytest.approx(
        refitted(points, reference, synthetic, k), abs=1e-4
    )


def test_gen_lra_in_blocks_is_the_same(monkeypatch):
    reference, synthetic, points = cloud(12, 2, 0), cloud(20, 2, 0), cloud(15, 2, 0)
    whole = vectors.gen_lra(points, reference, synthetic, 3)
    monkeypatch.setattr(vectors, "BLOCK_PAIRS", 40)
    assert vectors.gen_lra(points, reference, synthetic, 3) == pytest.approx(whole, abs=1e-12)


def test_distances_and_shares_equal_the_double_loop():
    reference, synthetic, points = cloud(12, 2, 0), cloud(20, 2, 0), cloud(15, 2, 0)

    def away(x, rows):
        return np.sqrt(((rows - x) ** 2).sum(1))

    assert vectors.dcr(points, synthetic) == pytest.approx([-away(x, synthetic).min() for x in points])
    assert vectors.dcr_difference(points, reference, synthetic) == pytest.approx(
        [away(x, reference).min() - away(x, synthetic).min() for x in points]
    )
    pool = np.vstack([reference, synthetic])
    expected = [(np.argsort(away(x, pool))[:5] >= 12).mean() for x in points]
    assert vectors.dpi(points, reference, synthetic, 5) == pytest.approx(expected)
    ratio = kde_log_density(points, synthetic) - kde_log_density(points, reference)
    assert vectors.domias(points, reference, synthetic) == pytest.approx(ratio, abs=1e-6)
    assert vectors.density(points, synthetic) == pytest.approx(kde_log_density(points, synthetic))


@pytest.mark.parametrize("dimensions", [0, 2])
@pytest.mark.parametrize("sizes", [(0, 0, 0), (3, 0, 0), (3, 2, 0), (3, 0, 2), (3, 1, 1), (0, 5, 5), (3, 4, 4)])
def test_scores_are_total(sizes, dimensions):
    points, reference, synthetic = (np.ones((n, dimensions)) for n in sizes)
    for found in (
        vectors.dcr(points, synthetic),
        vectors.dcr_difference(points, reference, synthetic),
        vectors.density(points, synthetic),
        vectors.domias(points, reference, synthetic),
        vectors.dpi(points, reference, synthetic, 20),
        vectors.gen_lra(points, reference, synthetic, 5),
    ):
        assert found.shape == (sizes[0],)
        assert np.isfinite(found).all()
