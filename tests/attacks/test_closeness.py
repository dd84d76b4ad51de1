from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import brunnermunzel, norm

from dpsynth.attacks import closeness, statistics
from dpsynth.attacks.base import Evidence
from dpsynth.attacks.nearest import Nearest
from dpsynth.data.units import Units
from dpsynth.testing.attacks import plain_domain

from .data import GUARANTEE, SETTINGS, chain_of_pairs, evidence

SCORES = st.lists(st.integers(0, 6), min_size=0, max_size=25)


@given(SCORES, SCORES)
@settings(max_examples=200, deadline=None)
def test_brunner_munzel_equals_scipy_where_that_has_a_value_and_is_total(members, control):
    a, b = np.array(members, float), np.array(control, float)
    found = statistics.brunner_munzel(a, b)
    assert 0 <= found <= 1
    if min(len(a), len(b)) > 1 and statistics.auc_error(a, b) > 1e-9:
        assert found == pytest.approx(brunnermunzel(a, b, alternative="greater").pvalue, abs=1e-9)
    else:
        error = statistics.null_error(a, b) if min(len(a), len(b)) else 0.0
        assert found == pytest.approx(norm.sf((statistics.auc(a, b) - 0.5) / error) if error else 1.0)


def test_brunner_munzel_without_spread():
    low, high = np.zeros(12), np.ones(15)
    assert statistics.brunner_munzel(high, low) < 1e-4
    assert statistics.brunner_munzel(low, high) > 1 - 1e-4
    assert statistics.brunner_munzel(low, low) == 1.0
    assert statistics.brunner_munzel(low[:0], low) == 1.0


def test_brunner_munzel_keeps_its_level_with_ties_unequal_sizes_and_unequal_spread():
    """The law of the held-out people is wider, both have the same centre: the rank sum would fail here."""
    rng = np.random.default_rng(0)
    p = [statistics.brunner_munzel(np.rint(rng.normal(0, 1, 40)), np.rint(rng.normal(0, 4, 160))) for _ in range(2000)]
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 3 * (0.05 * 0.95 / 2000) ** 0.5 + 0.005


def by_hand(domain, members, held, synthetic):
    return Evidence(
        domain, members, Units(held, np.arange(len(held)), len(held)), members.take(np.zeros(0, int)), synthetic
    )


def test_distances_by_hand():
    """Distances along one column of 11 levels are tenths; a person has the smallest of the rows."""
    domain = plain_domain(11)
    synthetic = np.array([[0], [4], [10], [10]], np.uint16)
    members = Units(np.array([[1], [5], [10], [2]], np.uint16), np.array([0, 0, 1, 2]), 4)
    seen = by_hand(domain, members, np.array([[0], [7]], np.uint16), synthetic)
    found = closeness.distances(seen, np.random.default_rng(0))
    # Person 0: rows 1 (0.1, 0.3) and 5 (0.1, 0.5); person 1: (0, 0); person 2: (0.2, 0.2); person 3 has no row.
    assert found.closest[0] == pytest.approx([0.1, 0, 0.2, 1], abs=1e-6)
    assert found.ratio[0] == pytest.approx([0.2, 1, 1, 1], abs=1e-5)
    assert found.closest[1] == pytest.approx([0, 0.3], abs=1e-6)
    assert found.ratio[1] == pytest.approx([0, 1], abs=1e-5)
    assert found.half_as_far[0].tolist() == [True, False, False, False]
    closer, outstanding = closeness.rates(found, GUARANTEE, 0.95)
    # Pairs with 0 and 0.3: 0.1 loses and wins, 0 ties and wins, 0.2 loses and wins, 1 loses twice.
    assert closer.members == pytest.approx(3.5 / 8)
    # Pairs with 0 and 1: 0.2 loses and wins, 1 loses and ties, three times.
    assert outstanding.members == pytest.approx(2.5 / 8)
    assert (closer.control, outstanding.control) == pytest.approx((4.5 / 8, 5.5 / 8))
    assert (closer.n_members, closer.n_control, closer.ceiling) == (4, 2, GUARANTEE.auc)


def test_a_release_of_equal_rows_makes_nobody_stand_out():
    """Everything ties: one half, whatever the sizes of the groups."""
    domain = plain_domain(2)
    rows = np.zeros((40, 1), np.uint16)
    seen = by_hand(domain, Units(rows, np.arange(40), 40), rows[:7], rows)
    for rate in closeness.rates(closeness.distances(seen, np.random.default_rng(0)), GUARANTEE, 0.95):
        assert (rate.members, rate.control, rate.p_value) == (0.5, 0.5, 1.0)


def rates(release, seed=0):
    rng = np.random.default_rng(seed)
    real = evidence(500, 400, rng)
    found = Nearest().run(
        replace(real, synthetic=release(real, rng)), evidence(60, 60, rng), GUARANTEE, chain_of_pairs, SETTINGS, rng
    )
    return {rate.name: rate for rate in found.rates}


def test_copies_are_closer_and_stand_out():
    of_copy = rates(lambda real, rng: real.members.codes)
    for name in ("closer", "more_outstanding"):
        assert of_copy[name].members_interval.low > of_copy[name].ceiling
        assert of_copy[name].p_value < 1e-6


def test_members_of_no_release_are_not_closer():
    p_values = [rates(lambda real, rng: real.synthetic, seed)["closer"].p_value for seed in range(6)]
    assert 0.001 < min(p_values) < 0.9
    assert max(p_values) > 0.1
