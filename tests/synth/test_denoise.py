"""One-way tables made plausible: slow versions, and what must survive."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.synth.denoise import LONG, denoise, haar_threshold, project_on_simplex

numbers = st.lists(st.floats(-1e3, 1e4), min_size=1, max_size=40)


def slow_haar(values: np.ndarray, threshold: float) -> np.ndarray:
    """Shift by every number of places, transform, cut, transform back, shift back; the mean of all."""
    n = 1 << max(1, (len(values) - 1).bit_length())
    padded = np.concatenate([values, np.zeros(n - len(values))])
    found = np.zeros(n)
    for shift in range(n):
        smooth, details = np.roll(padded, -shift), []
        while len(smooth) > 1:
            pairs = smooth.reshape(-1, 2)
            detail = (pairs[:, 0] - pairs[:, 1]) / math.sqrt(2)
            details.append(np.where(np.abs(detail) > threshold, detail, 0.0))
            smooth = pairs.sum(axis=1) / math.sqrt(2)
        for detail in reversed(details):
            smooth = (np.stack([smooth + detail, smooth - detail], axis=1) / math.sqrt(2)).ravel()
        found += np.roll(smooth, shift)
    return found[: len(values)] / n


@given(numbers, st.floats(0, 500))
def test_haar_equals_the_mean_over_all_shifts(values, threshold) -> None:
    values = np.array(values)
    assert haar_threshold(values, threshold) == pytest.approx(slow_haar(values, threshold), abs=1e-6)


@given(numbers, st.floats(1e-3, 1e5), st.floats(0.1, 100), st.sampled_from(["none", "all", "but the last"]))
def test_the_result_is_a_table_of_counts(values, total, sigma, ordering) -> None:
    values = np.array(values)
    order = {"none": None, "all": np.arange(len(values)), "but the last": np.arange(len(values) - 1)}[ordering]
    found = denoise(values, sigma, order, total)
    assert found.min() >= 0 and found.sum() == pytest.approx(total)


def test_exact_counts_stay_as_they_are() -> None:
    values = np.random.default_rng(1).integers(0, 1000, 60).astype(float)
    for order in (None, np.arange(60)):
        assert denoise(values, 1e-9, order, values.sum()) == pytest.approx(values, abs=1e-6)


def test_a_smooth_column_gains_and_a_spike_survives() -> None:
    rng = np.random.default_rng(2)
    truth = 1000 * np.exp(-((np.arange(100) - 50) ** 2) / 800)
    truth[70] += 5000
    raw, smoothed = [], []
    for _ in range(20):
        noisy = truth + rng.normal(0, 100, 100)
        raw.append(np.abs(project_on_simplex(noisy, truth.sum()) - truth).sum())
        found = denoise(noisy, 100, np.arange(100), truth.sum())
        smoothed.append(np.abs(found - truth).sum())
        assert found[70] > 4000
    assert np.mean(smoothed) < 0.75 * np.mean(raw)


def test_levels_that_noise_hides_share_what_is_left() -> None:
    values = np.concatenate([[5000.0, 3000.0], np.random.default_rng(3).normal(0, 50, LONG)])
    found = denoise(values, 50.0, None, 10_000.0)
    hidden = found[2:][values[2:] < 100]
    assert len(hidden) > LONG / 2 and np.ptp(hidden) < 1e-9 and hidden[0] > 0
    # A short list has no crowd to hide in.
    short = denoise(values[:LONG], 50.0, None, 10_000.0)
    assert np.ptp(short[2:]) > 0


@given(numbers, st.floats(1e-3, 1e6))
def test_projection_is_the_closest_point(values, total) -> None:
    """Against the conditions that characterise it: a common shift wherever the result is positive."""
    values = np.array(values)
    found = project_on_simplex(values, total)
    shift = values - found
    assert found.sum() == pytest.approx(total)
    scale = max(1.0, float(np.abs(values).max()), total)
    inside = shift[found > 0]
    assert np.ptp(inside) <= 1e-9 * scale
    assert (shift[found == 0] <= inside.mean() + 1e-9 * scale).all()
