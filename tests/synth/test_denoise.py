"""One-way tables made plausible: slow versions, and what must survive."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.synth.denoise import FALSE, LONG, PIECES, denoise, discovered, effective_cells, haar, project_on_simplex

numbers = st.lists(st.floats(-1e3, 1e4), min_size=1, max_size=40)


def slow_discovered(p: list[float]) -> list[bool]:
    """The step-up procedure word by word: from the largest p-value down, until one is small enough for its rank."""
    ranked = sorted(range(len(p)), key=lambda i: p[i])
    for k in range(len(p), 0, -1):
        if p[ranked[k - 1]] <= FALSE * k / len(p):
            return [i in ranked[:k] for i in range(len(p))]
    return [False] * len(p)


def slow_haar(values: np.ndarray, sigma: float) -> np.ndarray:
    """Which coefficients count, from sums of neighbours; then shift by every number of places, transform, cut,
    transform back, shift back; the mean of all."""
    half = 1 << (len(values) - 1).bit_length()
    there = [*values, *values[::-1]][:half]
    whole = np.array([*there, *there[::-1]])
    n = len(whole)
    kept = {}
    for scale in range(1, n.bit_length()):
        width = 1 << (scale - 1)
        twice = np.concatenate([whole, whole])
        sums = np.array([twice[k : k + width].sum() - twice[k + width : k + 2 * width].sum() for k in range(n)])
        p = [math.erfc(abs(s) / math.sqrt(2 * width) / sigma / math.sqrt(2)) for s in sums]
        kept[scale] = slow_discovered(p)
    found = np.zeros(n)
    for shift in range(n):
        smooth, details = np.roll(whole, -shift), []
        for scale in range(1, n.bit_length()):
            pairs = smooth.reshape(-1, 2)
            detail = (pairs[:, 0] - pairs[:, 1]) / math.sqrt(2)
            counts = [kept[scale][(shift + k * 2**scale) % n] for k in range(len(detail))]
            details.append(np.where(counts, detail, 0.0))
            smooth = pairs.sum(axis=1) / math.sqrt(2)
        for detail in reversed(details):
            smooth = (np.stack([smooth + detail, smooth - detail], axis=1) / math.sqrt(2)).ravel()
        found += np.roll(smooth, shift)
    return found[: len(values)] / n


@given(
    st.lists(
        st.sampled_from([0.0, 1e-9, 0.001, 0.004, 0.01, 0.02, 0.04, 0.05, 0.3, 1.0]) | st.floats(0, 1), max_size=30
    )
)
def test_discoveries_are_those_of_the_step_up_procedure(p) -> None:
    # Which of equal p-values come first is left open, and does not matter.
    assert discovered(p).tolist() == slow_discovered(p)


def test_hardly_anything_is_discovered_in_noise_and_what_is_there_is_found() -> None:
    rng = np.random.default_rng(4)
    false = 0
    for _ in range(2000):
        p = rng.random(50)
        false += discovered(p.tolist()).any()
        p[:20] = 1e-6 * rng.random(20)
        assert discovered(p.tolist())[:20].all()
    # Of nulls alone every discovery is false: exactly FALSE of the tries have any.
    assert false / 2000 == pytest.approx(FALSE, abs=4 * math.sqrt(FALSE / 2000))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-1000, 10_000).map(float), min_size=1, max_size=24), st.floats(1, 3000))
def test_haar_equals_the_mean_over_all_shifts(values, sigma) -> None:
    values = np.array(values)
    assert haar(values, sigma) == pytest.approx(slow_haar(values, sigma), abs=1e-6)


def test_a_level_column_becomes_level_and_no_step_is_seen_at_its_ends() -> None:
    """Noise alone leaves a column flat, at whatever height and however long it is."""
    rng = np.random.default_rng(5)
    for levels in (3, 17, 85, 100):
        flat = [np.ptp(haar(rng.normal(10_000, 10, levels), 10.0)) < 1e-6 for _ in range(100)]
        scales = math.log2(levels) + 1
        assert np.mean(flat) > 1 - 2.5 * FALSE * scales
    # Beside an empty end the first level would be dragged down.
    assert haar(np.full(85, 10_000.0), 10.0) == pytest.approx(np.full(85, 10_000.0))


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
    assert np.mean(smoothed) < 0.6 * np.mean(raw)


def test_levels_that_noise_hides_share_what_is_left() -> None:
    values = np.concatenate([[5000.0, 3000.0], np.random.default_rng(3).normal(0, 50, LONG)])
    found = denoise(values, 50.0, None, 10_000.0)
    hidden = found[2:][values[2:] < 100]
    assert len(hidden) > LONG / 2 and np.ptp(hidden) < 1e-9 and hidden[0] > 0
    # A short list has no crowd to hide in.
    short = denoise(values[:LONG], 50.0, None, 10_000.0)
    assert np.ptp(short[2:]) > 0


def test_in_a_long_list_many_levels_lower_the_bar() -> None:
    """A level of three standard deviations is taken for noise when it is the only one, and seen when half are large."""
    alone = np.zeros(200)
    alone[0] = 300.0
    assert np.ptp(denoise(alone, 100.0, None, 300.0)) < 1e-9
    crowd = alone + np.where(np.arange(200) % 2, 5000.0, 0.0)
    found = denoise(crowd, 100.0, None, crowd.sum())
    assert found[0] > found[2] + 200


@pytest.mark.parametrize("levels", [4 * PIECES, 16 * PIECES])
def test_effective_cells_are_what_is_left_of_even_pieces(levels) -> None:
    """Exactly so when whoever denoises knows the pieces; who has to find them pays for the edges, but not twice."""
    rng, order = np.random.default_rng(6), np.arange(levels)
    truth = np.repeat(np.where(np.arange(PIECES) % 2, 2e5, 1e5), levels // PIECES)
    told, found = [], []
    for _ in range(40):
        noisy = truth + rng.normal(0, 100, levels)
        means = np.repeat(noisy.reshape(PIECES, -1).mean(axis=1), levels // PIECES)
        told.append(np.abs(means - truth).sum())
        found.append(np.abs(denoise(noisy, 100, order, truth.sum()) - truth).sum())
    expected = effective_cells(levels, True) * 100 * math.sqrt(2 / math.pi)
    assert np.mean(told) == pytest.approx(expected, rel=0.1)
    assert expected < np.mean(found) < 2 * expected


@given(st.integers(1, 10_000), st.booleans())
def test_effective_cells_never_exceed_the_levels(levels, ordered) -> None:
    found = effective_cells(levels, ordered)
    assert 1 <= found <= levels
    assert effective_cells(levels + 1, ordered) >= found or not ordered  # a list is taken as it is up to LONG
    if levels <= PIECES:
        assert found == levels


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
