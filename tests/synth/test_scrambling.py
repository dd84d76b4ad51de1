"""Places are fair, spread evenly, and make no two columns go together."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.synth import columns, scrambling
from dpsynth.synth.columns import Column
from dpsynth.synth.graphical import NoisyMarginal, fit
from dpsynth.synth.scrambling import DEPTH, scrambled, sorted_by
from dpsynth.synth.tree_model import CompressedModel


@given(st.integers(0, 300), st.integers(0, 5))
def test_places_are_a_permutation(n: int, seed: int) -> None:
    assert sorted(scrambled(n, np.random.default_rng(seed)).tolist()) == list(range(n))


@pytest.mark.parametrize("n", [1, 2, 3, 8, 11, 37, 64])
def test_each_place_of_each_row_is_as_likely(n: int) -> None:
    rng, repeats = np.random.default_rng(0), 4000
    met = np.zeros((n, n))
    for _ in range(repeats):
        met[np.arange(n), scrambled(n, rng)] += 1
    assert (np.abs(met - repeats / n) < 5 * np.sqrt(repeats / n)).all()


@given(st.integers(1, 20), st.integers(0, 5))
def test_aligned_runs_have_a_row_in_each_part(runs: int, seed: int) -> None:
    n = runs << DEPTH
    place = scrambled(n, np.random.default_rng(seed))
    for k in range(DEPTH + 1):
        part = place * 2**k // n
        for start in range(0, n, 2**k):
            assert sorted(part[start : start + 2**k].tolist()) == list(range(2**k))


def departure(n: int, sizes: tuple[int, ...], rng: np.random.Generator) -> float:
    """Mean over pairs of chi squared over its degrees of freedom: columns of equally frequent levels, dealt in turn."""
    dealt, rows = [], rng.permutation(n)
    for size in sizes:
        codes = np.empty(n, np.uint16)
        codes[rows] = np.sort(np.arange(n) % size)[scrambling.scrambled(n, rng)]
        dealt.append(codes)
        rows = sorted_by(rows, codes)
    found = []
    for (a, one), (b, other) in itertools.combinations(zip(sizes, dealt, strict=True), 2):
        table = np.bincount(one.astype(int) * b + other, minlength=a * b)
        found.append(((table - n / (a * b)) ** 2).sum() / (n / (a * b)) / ((a - 1) * (b - 1)))
    return float(np.mean(found))


REGULAR = [(5670, (5, 21, 89)), (2310, (2, 21, 89)), (2268, (2, 21, 55)), (4096, (64, 32, 16)), (2048, (2, 2, 2))]
"""Columns that repeat regularly in each other's order; Fibonacci numbers are in step with the golden ratio."""


@pytest.mark.parametrize(("n", "sizes"), REGULAR)
def test_regular_orders_make_no_columns_go_together(n: int, sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    found = [departure(n, sizes, rng) for _ in range(60)]
    assert np.mean(found) < 1 + 4 * np.std(found) / np.sqrt(60)


def test_a_fixed_stride_would(monkeypatch: pytest.MonkeyPatch) -> None:
    def golden(n: int, rng: np.random.Generator) -> np.ndarray:
        stride = round(n * (5**0.5 - 1) / 2)
        stride += next(k for k in itertools.count() if np.gcd(stride + k, n) == 1)
        return (np.arange(n) * stride + rng.integers(n)) % n

    monkeypatch.setattr(scrambling, "scrambled", golden)
    rng = np.random.default_rng(0)
    assert max(departure(n, sizes, rng) for n, sizes in REGULAR) > 3


SHARES = {"a": (0.4, 0.3, 0.2, 0.1, 1.0), "b": (1.0, 0.6, 0.4), "c": (0.5, 0.3, 0.2, 0.25, 0.25, 0.25, 0.25)}
GROUPS = {"a": (0, 0, 0, 0, 1), "b": (0, 1, 1), "c": (0, 0, 0, 1, 1, 1, 1)}


@pytest.fixture
def model() -> CompressedModel:
    """Three merged columns; the groups of a and b, and of b and c depend on each other."""
    table = np.array([[400.0, 100.0], [100.0, 400.0]])
    graphical = fit(dict.fromkeys("abc", 2), [NoisyMarginal(pair, table, 1.0) for pair in (("a", "b"), ("b", "c"))])
    return CompressedModel(tuple(Column(n, GROUPS[n], SHARES[n], SHARES[n]) for n in "abc"), graphical)


def tabled(codes: np.ndarray) -> np.ndarray:
    flat = np.ravel_multi_index(tuple(codes.T.astype(int)), (5, 3, 7))
    return np.bincount(flat, minlength=105).reshape(5, 3, 7)


@pytest.mark.parametrize("block", [1 << 20, 17])
def test_expectations_of_all_columns_together_are_exact(model: CompressedModel, block: int) -> None:
    rng, n, repeats = np.random.default_rng(0), 50, 250
    drawn = [tabled(np.concatenate(list(model.blocks(n, rng, block=block)))) for _ in range(repeats)]
    expected = n * model.marginal(("a", "b", "c"))
    assert (np.abs(np.mean(drawn, axis=0) - expected) < 5 * np.sqrt(expected / repeats) + 1 / repeats).all()


def test_levels_meet_more_evenly_than_by_chance(model: CompressedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, n = np.random.default_rng(0), 2000

    def chi_squared() -> float:
        expected = n * model.marginal(("a", "b", "c"))
        return float(np.mean([((tabled(model.sample(n, rng)) - expected) ** 2 / expected).sum() for _ in range(40)]))

    evenly = chi_squared()
    monkeypatch.setattr(columns, "scrambled", lambda n, rng: rng.permutation(n))
    assert evenly < 0.6 * chi_squared()


def test_independent_rows_stay_independent(model: CompressedModel) -> None:
    rng, n = np.random.default_rng(0), 200
    drawn = [tabled(model.sample(n, rng, rounding=False)) for _ in range(500)]
    p = model.marginal(("a", "b", "c"))
    assert np.var(drawn, axis=0).sum() / (n * p * (1 - p)).sum() == pytest.approx(1, abs=0.1)


def test_rows_are_in_no_order(model: CompressedModel) -> None:
    for column in model.sample(4000, np.random.default_rng(0)).astype(float).T:
        assert abs(np.corrcoef(column, np.arange(4000))[0, 1]) < 0.08
        assert abs(np.corrcoef(column[1:], column[:-1])[0, 1]) < 0.08
