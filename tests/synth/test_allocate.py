"""The closed forms against a numerical optimiser and against trying all subsets."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from dpsynth.synth.allocate import SHRUNK, best_set, filled, multipliers, worthwhile

loads = st.lists(st.floats(1, 1e4), min_size=1, max_size=5)


@given(loads, st.floats(1e-4, 10))
def test_the_budget_is_spent_and_never_exceeded(loads, budget) -> None:
    cost = (1 / multipliers(budget, loads) ** 2).sum()
    assert budget * (1 - 1e-9) < cost <= budget


@settings(max_examples=20, deadline=None)
@given(loads)
def test_no_other_division_has_less_noise(loads) -> None:
    m = np.array(loads)

    def noise(parts: np.ndarray) -> float:
        share = np.exp(parts) / np.exp(parts).sum()
        return float((m / np.sqrt(share)).sum())

    best = optimize.minimize(noise, np.zeros(len(m)), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    assert (m * multipliers(1.0, loads)).sum() <= best.fun * (1 + 1e-6)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 100), st.floats(1, 100)), min_size=1, max_size=7), st.floats(0.1, 1000))
def test_the_chosen_set_is_the_best_prefix(items, budget) -> None:
    """Of all sets that contain with a table every table of more gain for its cost."""
    gains, m = zip(*items, strict=True)
    chosen = worthwhile(gains, m, budget)

    def value(some) -> float:
        noise = (
            SHRUNK
            * math.sqrt(2 / math.pi)
            * sum(m[i] * z for i, z in zip(some, multipliers(budget, [m[i] for i in some]), strict=True))
        )
        return sum(gains[i] for i in some) - noise

    rank = sorted(range(len(m)), key=lambda i: -gains[i] / m[i] ** (2 / 3))
    best = max([0.0, *(value(rank[: k + 1]) for k in range(len(m)))])
    assert (value(chosen) if chosen else 0.0) == pytest.approx(best, rel=1e-6, abs=1e-9)


def test_nothing_is_worth_its_noise() -> None:
    assert worthwhile([1e-6, 1e-6], [100.0, 50.0], 1e-3) == []
    assert worthwhile([], [], 1.0) == []
    assert sorted(worthwhile([1e9] * 3, [1.0, 2.0, 3.0], 1.0)) == [0, 1, 2]


def test_every_pair_of_subsets() -> None:
    """On one small case the prefix is the best of all subsets."""
    gains, m, budget = [5.0, 4.0, 1.0, 0.2], [4.0, 9.0, 4.0, 25.0], 40.0

    def value(some) -> float:
        if not some:
            return 0.0
        z = multipliers(budget, [m[i] for i in some])
        return sum(gains[i] for i in some) - SHRUNK * math.sqrt(2 / math.pi) * sum(
            m[i] * x for i, x in zip(some, z, strict=True)
        )

    every = max((list(c) for k in range(5) for c in combinations(range(4), k)), key=value)
    assert sorted(worthwhile(gains, m, budget)) == sorted(every)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(1e-3, 10), st.floats(1, 1e4)), min_size=1, max_size=5), st.floats(1e-2, 10))
def test_no_other_filling_has_less_noise(items, budget) -> None:
    known, m = (np.array(column) for column in zip(*items, strict=True))
    more = filled(known, m, budget)
    assert (more >= 0).all() and more.sum() == pytest.approx(budget)

    def noise(parts: np.ndarray) -> float:
        share = np.exp(parts) / np.exp(parts).sum()
        return float((m / np.sqrt(known + budget * share)).sum())

    start = np.log(np.maximum(more, 1e-3 * budget))
    best = optimize.minimize(noise, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    assert (m / np.sqrt(known + more)).sum() <= best.fun * (1 + 1e-6)


def test_what_is_known_well_gets_nothing_more() -> None:
    assert filled(np.array([100.0, 0.1]), np.array([1.0, 1.0]), 1.0).tolist() == [0.0, 1.0]
    # With nothing known it is the closed form.
    m = np.array([3.0, 80.0, 1000.0])
    assert filled(np.zeros(3), m, 2.0) == pytest.approx(multipliers(2.0, m) ** -2)


def test_forced_marginals_take_their_part_of_the_budget() -> None:
    gains, m, budget = [50.0, 40.0], [4.0, 9.0], 40.0
    alone, value = best_set(gains, m, budget)
    assert alone == worthwhile(gains, m, budget)
    beside, less = best_set(gains, m, budget, [25.0])
    together = multipliers(budget, [*(m[i] for i in beside), 25.0])
    noise = SHRUNK * math.sqrt(2 / math.pi) * float(together @ [*(m[i] for i in beside), 25.0])
    assert less == pytest.approx(sum(gains[i] for i in beside) - noise) and less < value
    assert best_set(gains, m, 0.0) == ([], 0.0)
    assert best_set(gains, m, 0.0, [1.0])[1] == -math.inf
