"""Groups of people, and rates in them."""

from fractions import Fraction

import numpy as np
import pytest

from dpsynth.attacks import gower, statistics, strata
from dpsynth.attacks.base import Evidence, Remark, Settings
from dpsynth.attacks.strata import Stratum
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import plain_domain

from .data import DOMAIN, SETTINGS, chain_people, evidence

DOMAIN_2 = plain_domain(5, 5)
GUARANTEE = Guarantee(Fraction(1, 2), 0.0)


def units(*rows, owner=None):
    codes = np.array(rows, np.uint16).reshape(-1, 2)
    owner = np.arange(len(codes)) if owner is None else np.array(owner)
    return Units(codes, owner, int(owner.max(initial=-1)) + 1)


def test_singletons_by_hand():
    """Person 0 shares with the reference, 1 and 2 share with one another, 3 shares one row of two, 4 has nobody."""
    targets = units([0, 9 % 5], [1, 1], [1, 1], [2, 0], [0, 4], [3, 3], owner=[0, 1, 2, 3, 3, 4])
    reference = units([0, 4])
    assert strata.singletons(targets, reference, [0, 1]).tolist() == [False, False, False, True, True]
    assert strata.singletons(targets, reference, [1]).tolist() == [False, False, False, True, True]
    same = units([1, 2], [1, 2], owner=[0, 0])
    assert strata.singletons(same, reference, [0]).tolist() == [True], "a person's own rows are not somebody else's"
    assert strata.singletons(units(), reference, [0]).tolist() == []


def test_isolation_and_rarity_by_hand():
    reference = units([0, 0], [0, 0], [0, 0], [0, 0], [4, 4])
    seen = Evidence(DOMAIN_2, units(), reference, units(), units([0, 0], [0, 1], [4, 1]).codes)
    targets = units([0, 0], [4, 4], [4, 1], owner=[0, 0, 1])
    # Distances of (0, 0) to the five: 0 0 0 0 1; of (4, 4): 1 1 1 1 0; of (4, 1): 5/8 four times, and 3/8.
    assert strata.isolation(seen, targets) == pytest.approx([(0.2 + 0.8) / 2, 23 / 40])
    assert strata.rarest_level(seen, targets).tolist() == [0.0, 1.0]
    assert strata.rarest_level(seen, units()).tolist() == []


def test_mean_of_nearest_equals_the_double_loop():
    rng = np.random.default_rng(0)
    a, b = chain_people(20, rng).codes, chain_people(15, rng).codes
    apart = np.array([[np.abs(x.astype(int) - y).mean() / 7 for y in b] for x in a])
    assert gower.mean_of_nearest(DOMAIN, a, b, 3) == pytest.approx(np.sort(apart, axis=1)[:, :3].mean(1), abs=1e-5)
    assert gower.closest(DOMAIN, a, b) == pytest.approx(apart.min(1), abs=1e-5)
    assert gower.mean_of_nearest(DOMAIN, a, b[:1], 3) == pytest.approx((apart[:, 0] + 2) / 3, abs=1e-5)
    assert gower.mean_of_nearest(DOMAIN, a, b[:0], 3).tolist() == [1.0] * 40
    assert gower.closest(DOMAIN, a, b[:0]).tolist() == [1.0] * 40


def test_groups_do_not_know_who_is_a_member():
    seen = evidence(200, 100, np.random.default_rng(0))
    targets = chain_people(200, np.random.default_rng(1))
    settings = Settings(0.95, 0.01, 1, ("c0", "c3"))
    order = np.random.default_rng(2).permutation(200)
    for members in (200, 120, 0):
        groups = strata.strata(seen, targets, members, settings)
        mixed = strata.strata(seen, targets.take(order), members, settings)
        for group, other in zip(groups, mixed, strict=True):
            flags = np.concatenate([group.members, group.held_out])
            assert len(group.members) == members
            assert np.concatenate([other.members, other.held_out]).tolist() == flags[order].tolist(), group.name
    sizes = {g.name: int(g.members.sum()) for g in strata.strata(seen, targets, 200, settings)}
    assert sizes["everybody"] == sizes["most_rows"] == 200  # all have two rows
    assert sizes["isolated"] == 2
    assert 10 <= sizes["rare_levels"] < 200
    assert [g.name for g in strata.strata(seen, targets, 200, SETTINGS)] == list(sizes)[:4]


def test_rates_by_hand():
    """Threshold: one of ten held-out people lies above 8. Two of three members of the first group do."""
    members, held_out = np.array([9.5, 10.0, 1.0, 2.0]), np.arange(10.0)
    first = Stratum("first", np.array([1, 1, 1, 0], bool), np.array([0] * 9 + [1], bool))
    nobody = Stratum("nobody", np.zeros(4, bool), np.zeros(10, bool))
    found = strata.rates((first, nobody), members, held_out, GUARANTEE, 0.95)
    assert [(r.name, r.n_members, r.n_control) for r in found] == [("first", 3, 1), ("nobody", 0, 0)]
    assert (found[0].members, found[0].control) == (pytest.approx(2 / 3), 1.0)
    assert found[0].members_interval == statistics.clopper_pearson(2, 3, 0.95)
    assert found[0].p_value == statistics.holm([statistics.fisher(2, 3, 1, 1), 1.0])[0]
    assert (found[1].members, found[1].control, found[1].p_value) == (0.0, 0.0, 1.0)
    assert not found[0].resolvable and not found[1].resolvable
    assert strata.rates((), members, held_out, GUARANTEE, 0.95) == ()


def test_a_leak_in_a_small_group_is_found_there():
    rng = np.random.default_rng(0)
    members, held_out = rng.normal(size=4000), rng.normal(size=4000)
    some = np.arange(4000) < 200
    members[some] += 3
    groups = (Stratum("everybody", ~some | some, ~some | some), Stratum("some", some, some))
    everybody, group = strata.rates(groups, members, held_out, GUARANTEE, 0.95)
    assert group.resolvable
    assert group.members_interval.low > group.ceiling
    assert group.p_value < 1e-10
    assert everybody.members_interval.low < everybody.ceiling


def test_the_worst_group_is_named():
    rng = np.random.default_rng(0)
    members, held_out, some = rng.normal(size=400), rng.normal(size=400), np.arange(400) < 60
    members[some] += 3
    groups = (Stratum("everybody", some | ~some, some | ~some), Stratum("isolated", some, some))
    found = strata.rates(groups, members, held_out, GUARANTEE, 0.95)
    assert strata.worst(found) == (Remark("most_isolated", {"groups": 2}),)
    assert strata.worst(()) == ()
