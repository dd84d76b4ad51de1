from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.attacks import disclosure
from dpsynth.attacks.base import Evidence, Settings
from dpsynth.attacks.small_cells import SmallCells, keys_and_targets, seen_in_cells
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import AttackBehaviour, bootstrap, plain_domain

from .data import DOMAIN, GUARANTEE, SETTINGS, chain_people, evidence

KNOWN = Settings(0.95, 0.01, 1, ("c0", "c1", "c2", "c5"), ("c3", "c9"))


class TestSmallCells(AttackBehaviour):
    def attack(self):
        return SmallCells()


def naive_measures(original, target, synthetic, synthetic_target):
    """Row by row, as the paper writes it."""
    d, s = Counter(map(tuple, original)), Counter(map(tuple, synthetic))
    in_d, in_s = defaultdict(set), defaultdict(set)
    for key, t in zip(map(tuple, original), target):
        in_d[key].add(t)
    for key, t in zip(map(tuple, synthetic), synthetic_target):
        in_s[key].add(t)

    def part(rows, says):
        return sum(map(says, rows)) / len(rows) if rows else 0.0

    ours, theirs = [(tuple(q), t) for q, t in zip(original, target)], [tuple(q) for q in synthetic]
    return (
        disclosure.Identity(
            part(ours, lambda r: d[r[0]] == 1),
            part(theirs, lambda q: s[q] == 1),
            part(ours, lambda r: d[r[0]] == 1 and s[r[0]] > 0),
            part(ours, lambda r: d[r[0]] == s[r[0]] == 1),
        ),
        disclosure.Attribution(
            part(ours, lambda r: len(in_d[r[0]]) == 1),
            part(theirs, lambda q: len(in_s[q]) == 1),
            part(ours, lambda r: s[r[0]] > 0),
            part(ours, lambda r: len(in_s[r[0]]) == 1),
            part(ours, lambda r: in_s[r[0]] == {r[1]}),
            part(ours, lambda r: in_s[r[0]] == {r[1]} and len(in_d[r[0]]) == 1),
        ),
    )


@st.composite
def originals_and_releases(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    keys, levels = draw(st.integers(0, 3)), draw(st.integers(1, 4))
    sizes = draw(st.tuples(st.integers(0, 30), st.integers(0, 30)))
    return tuple(rng.integers(0, levels, (n, keys + 1)).astype(np.uint16) for n in sizes)


@given(originals_and_releases())
@settings(max_examples=100, deadline=None)
def test_measures_equal_the_loop(tables):
    original, synthetic = tables
    who, what = naive_measures(original[:, 1:], original[:, 0], synthetic[:, 1:], synthetic[:, 0])
    found = disclosure.identity(original[:, 1:], synthetic[:, 1:])
    assert (found.uio, found.uis, found.uiois, found.repu) == pytest.approx((who.uio, who.uis, who.uiois, who.repu))
    seen = disclosure.attribution(original[:, 1:], original[:, 0], synthetic[:, 1:], synthetic[:, 0])
    assert vars(seen) == pytest.approx(vars(what))
    assert seen.disdio <= seen.disco <= seen.dis <= seen.in_synthetic


def test_measures_by_hand():
    """Cells A (2 rows, targets 0 and 1), B (1), C (1) against A (1), B (1), D (2, both 1)."""
    original, target = np.array([[0], [0], [1], [2]], np.uint16), np.array([0, 1, 1, 1], np.uint16)
    synthetic, other = np.array([[0], [1], [3], [3]], np.uint16), np.array([0, 1, 1, 1], np.uint16)
    who = disclosure.identity(original, synthetic)
    assert (who.uio, who.uis, who.uiois, who.repu) == (0.5, 0.5, 0.25, 0.25)
    what = disclosure.attribution(original, target, synthetic, other)
    assert (what.dorig, what.dsyn, what.in_synthetic, what.dis) == (0.5, 1.0, 0.75, 0.75)
    assert (what.disco, what.disdio) == (0.5, 0.25)


def naive_seen(everyone, synthetic, keys, targets):
    """Person by person."""
    alone, present, replicated = (np.zeros(everyone.size, bool) for _ in range(3))
    disclosed = np.zeros((len(targets), everyone.size), bool)
    for row, owner in zip(everyone.codes, everyone.owner):
        same = (everyone.codes[:, keys] == row[list(keys)]).all(axis=1)
        there = synthetic[(synthetic[:, keys] == row[list(keys)]).all(axis=1)]
        if set(everyone.owner[same]) == {owner}:
            alone[owner] = True
            present[owner] |= len(there) > 0
            replicated[owner] |= 0 < len(there) <= same.sum()
        for i, target in enumerate(targets):
            disclosed[i, owner] |= len(there) > 0 and set(there[:, target]) == {row[target]}
    return alone, present, replicated, disclosed


@given(st.integers(0, 2**32), st.integers(0, 25), st.integers(0, 25), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_what_is_seen_in_cells_equals_the_loop(seed, rows, released, levels):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 12))
    everyone = Units(rng.integers(0, levels, (rows, 4)).astype(np.uint16), np.sort(rng.integers(0, size, rows)), size)
    synthetic = rng.integers(0, levels, (released, 4)).astype(np.uint16)
    keys = tuple(sorted(rng.permutation(4)[: rng.integers(1, 4)].tolist()))
    targets = tuple(i for i in range(4) if i not in keys)
    seen = seen_in_cells(everyone, synthetic, keys, targets)
    for found, expected in zip(
        (seen.alone, seen.present, seen.replicated, seen.disclosed), naive_seen(everyone, synthetic, keys, targets)
    ):
        assert (found == expected).all()


def test_a_person_may_have_many_rows():
    """Ten thousand equal rows of one person are one person alone; of two people they are nobody."""
    rows, keys = np.zeros((10_000, 2), np.uint16), (0, 1)
    one, two = Units(rows, np.zeros(10_000, np.int64), 1), Units(rows, np.arange(10_000) // 5_000, 2)
    assert seen_in_cells(one, rows, keys, ()).replicated.tolist() == [True]
    assert seen_in_cells(one, np.concatenate([rows, rows[:1]]), keys, ()).replicated.tolist() == [False]
    assert seen_in_cells(two, rows[:1], keys, ()).alone.tolist() == [False, False]


def test_roles_make_keys_and_targets():
    domain, of = plain_domain(2, 2, 2, 2), lambda *roles: Settings(0.95, 0.01, 1, *roles)
    assert keys_and_targets(domain, of()) == ((0, 1, 2, 3), ())
    assert keys_and_targets(domain, of(("c1", "c2"))) == ((1, 2), (0, 3))
    assert keys_and_targets(domain, of((), ("c3",))) == ((0, 1, 2), (3,))
    assert keys_and_targets(domain, of(("c0", "c3"), ("c3", "c2"))) == ((0, 3), (2,))
    assert keys_and_targets(domain, of((), ("c0", "c1", "c2", "c3"))) == ((), (0, 1, 2, 3))


def run(one, release=None, seed=0, roles=KNOWN, people=(500, 300), guarantee=GUARANTEE):
    rng = np.random.default_rng(seed)
    real, surrogate = evidence(*people, rng), evidence(1100, 700, rng)
    synthetic = real.synthetic if release is None else release(real.members, rng)
    return one.run(replace(real, synthetic=synthetic), surrogate, guarantee, bootstrap, roles, rng)


@pytest.mark.parametrize("roles", [KNOWN, SETTINGS], ids=["declared", "undeclared"])
def test_a_release_of_other_people_passes(roles):
    for seed in range(4):
        result = run(SmallCells(), seed=seed, roles=roles)
        assert result.status == "passed", result
        assert result.interval.low <= 0.01
        for control in result.controls:
            if control.name == "verbatim_copy":
                assert (control.outcome, control.power > 0.99) == ("detected", True)
            if control.kind == "negative":
                assert control.outcome == "quiet"


@pytest.mark.parametrize("roles", [KNOWN, SETTINGS], ids=["declared", "undeclared"])
def test_a_verbatim_copy_is_a_leak(roles):
    result = run(SmallCells(), lambda members, rng: members.codes, roles=roles)
    assert result.status == "leak"
    assert result.interval.low > result.ceiling


def test_rates_name_each_secret_and_all_but_the_rate_among_those_alone_are_of_all_people():
    rates = {r.name: r for r in run(SmallCells()).rates}
    names = ["replicated_unique", "replicated_among_unique", "unique_and_present", "disclosed_c3", "disclosed_c9"]
    assert list(rates) == names
    assert rates.pop("replicated_among_unique").n_members < 500
    assert {r.n_members for r in rates.values()} == {500}
    assert {r.n_control for r in rates.values()} == {300}


def test_one_per_cent_verbatim_is_seen_among_enough_people():
    result = run(SmallCells(), people=(4000, 600), roles=SETTINGS)
    (control,) = [c for c in result.controls if (c.name, c.data) == ("one_percent_verbatim", "real")]
    assert (control.outcome, control.power > 0.95) == ("detected", True)


def test_one_per_cent_is_detected_at_least_as_often_as_its_power_says():
    """Among 700 to 3,000 people. Planted rows vary less than the binomial law of the power: there may be more."""
    detected, expected, variance = 0, 0.0, 0.0
    for seed in range(10):
        result = run(SmallCells(), seed=seed, people=(700 + 150 * seed, 300), roles=SETTINGS)
        (control,) = [c for c in result.controls if (c.name, c.data) == ("one_percent_verbatim", "real")]
        detected += control.outcome == "detected"
        expected += control.power
        variance += control.power * (1 - control.power)
    assert 3 < expected < 9.5
    assert detected >= expected - 3 * variance**0.5 - 0.5, (detected, expected)


def test_few_people_alone_are_a_leak_that_the_share_of_all_people_hides():
    """Keys with which three people in a hundred are alone: each of them is in the release."""
    rng = np.random.default_rng(0)
    domain = plain_domain(30, 30, 5)

    def crowd(people):
        codes = rng.integers(0, 4, (people, 3))
        rare = rng.random(people) < 0.03
        codes[rare, :2] = rng.integers(4, 30, (rare.sum(), 2))
        return Units(codes.astype(np.uint16), np.arange(people), people)

    real = Evidence(domain, crowd(3000), crowd(500), crowd(500), np.zeros((0, 3), np.uint16))
    real, twin = replace(real, synthetic=real.members.codes), replace(real, synthetic=crowd(3000).codes)
    result = SmallCells().run(
        real, twin, Guarantee(Fraction(1), 0.0), bootstrap, replace(SETTINGS, secrets=("c2",)), rng
    )
    assert result.interval.low < result.ceiling
    assert result.status == "leak"


def test_keys_with_which_nobody_is_alone_resolve_nothing():
    result = run(SmallCells(), roles=Settings(0.95, 0.01, 1, ("c0",), ("c3",)))
    assert (result.status, result.value) == ("not_resolvable", 0.0)


def test_a_secret_that_the_population_teaches_is_no_leak():
    """The secret follows from the key, for everybody: nearly all are disclosed, members no more than others."""
    rng = np.random.default_rng(0)
    groups = [chain_people(n, rng) for n in (600, 200, 200, 600)]
    for group in groups:
        group.codes[:, 9] = group.codes[:, 0]
    real = Evidence(DOMAIN, *groups[:3], groups[3].codes)
    result = SmallCells().run(real, evidence(600, 300, rng), GUARANTEE, bootstrap, KNOWN, rng)
    (rate,) = [r for r in result.rates if r.name == "disclosed_c9"]
    assert min(rate.members, rate.control) > 0.5
    assert rate.p_value > 0.001
    assert result.status == "passed"


class NoHits(SmallCells):
    def search(self, everyone, synthetic, keys, targets):
        seen = super().search(everyone, synthetic, keys, targets)
        return replace(seen, replicated=np.zeros_like(seen.replicated))


class Everybody(SmallCells):
    def search(self, everyone, synthetic, keys, targets):
        seen = super().search(everyone, synthetic, keys, targets)
        return replace(seen, replicated=np.ones_like(seen.replicated))


class Peeking(SmallCells):
    """Finds the first of the held-out groups whatever the release: a slip in who is who."""

    def search(self, everyone, synthetic, keys, targets):
        seen = super().search(everyone, synthetic, keys, targets)
        flags = seen.replicated.copy()
        flags[: everyone.size - 150] = True
        return replace(seen, replicated=flags)


@pytest.mark.parametrize("broken", [NoHits, Everybody, Peeking])
def test_a_broken_attack_is_invalid(broken):
    assert run(broken()).status == "invalid"
