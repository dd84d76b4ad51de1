"""The criteria of WP 216 and linkage with an identified file, as whole attacks."""

import time
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from scipy.stats import binom
from threadpoolctl import threadpool_limits

from dpsynth.attacks import comparison, excess, registry, singling_out
from dpsynth.attacks.base import Evidence, Settings
from dpsynth.attacks.comparison import Outcome
from dpsynth.attacks.controls import CELL_NOISE, CERTAIN
from dpsynth.attacks.inference import Inference
from dpsynth.attacks.isolation import SingledOut
from dpsynth.attacks.linkability import Linkability
from dpsynth.attacks.linkage import Linkage
from dpsynth.attacks.predicates import WIDEST
from dpsynth.attacks.singling_out import SinglingOut, described
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import AttackBehaviour, bootstrap, invented, plain_domain

from .data import SETTINGS, chain_of_pairs, evidence
from .games import DECLARED, a_fifth_verbatim, coverage, of_others, played

ATTACKS = (SinglingOut(), Linkability(), Linkage(), Inference())
BOTH = [(SinglingOut(), SETTINGS), *((one, settings) for one in ATTACKS[1:] for settings in (SETTINGS, DECLARED))]
IDS = [f"{one.name}-{'declared' if settings is DECLARED else 'undeclared'}" for one, settings in BOTH]
SMALL = Guarantee(Fraction(1, 16), 0.0)


class TestSinglingOut(AttackBehaviour):
    def attack(self):
        return SinglingOut()


class TestLinkability(AttackBehaviour):
    def attack(self):
        return Linkability()


class TestLinkage(AttackBehaviour):
    def attack(self):
        return Linkage()


class TestInference(AttackBehaviour):
    def attack(self):
        return Inference()


REAL = evidence(500, 300, np.random.default_rng(0))
COUNTS = chain_of_pairs(REAL.members, np.random.default_rng(1))


@cache
def run(one, release=None, settings=SETTINGS, seed=0, guarantee=SMALL):
    rng = np.random.default_rng(seed)
    real, surrogate = evidence(500, 300, rng), evidence(1100, 700, rng)
    synthetic = real.synthetic if release is None else release(real.members, rng)
    return one.run(replace(real, synthetic=synthetic), surrogate, guarantee, chain_of_pairs, settings, rng)


@pytest.mark.parametrize(("one", "settings"), BOTH, ids=IDS)
def test_a_copy_is_a_leak(one, settings):
    result = run(one, bootstrap, settings)
    assert result.status == "leak", result
    assert result.interval.low > 0
    assert result.value > result.detectable


@pytest.mark.parametrize(("one", "settings"), BOTH, ids=IDS)
def test_a_release_of_other_people_is_no_alarm(one, settings):
    for seed in range(2):
        result = run(one, settings=settings, seed=seed)
        assert result.status in ("passed", "not_resolvable"), result
        assert result.interval.low <= 0.01
        for control in result.controls:
            assert control.outcome in ("detected", "quiet"), control
            assert control.power is None or control.power > 0.9


def test_all_are_found_by_name_and_say_which_question_they_ask():
    families = {name: registry.available()[name].family for name in ("singling_out", "linkability", "inference")}
    assert families == {name: name for name in families}
    assert registry.available()["linkage"].family == "reidentification"


def test_a_leak_of_counts_is_not_what_these_attacks_see():
    for one, settings in BOTH:
        value, interval = one.estimate(replace(REAL, synthetic=COUNTS), settings, np.random.default_rng(0))
        assert value < 0.06
        assert interval.low < 0.03


class Mute(SinglingOut):
    def found(self, claims, members, held_out, rng):
        return SingledOut(np.zeros(members.size, bool), np.zeros(held_out.size, bool))


class SinglesOutMembersOnly(SinglingOut):
    """Whoever comes first stands out: a slip in who is who."""

    def found(self, claims, members, held_out, rng):
        found = super().found(claims, members, held_out, rng)
        return replace(found, members=np.ones(members.size, bool))


class NeverLinks(Linkability):
    def outcome(self, domain, targets, release, settings):
        return Outcome(np.ones(len(targets), bool), np.zeros(len(targets), bool))


class NeverRight(Linkage):
    def outcome(self, domain, targets, release, settings):
        seen = super().outcome(domain, targets, release, settings)
        return Outcome(seen.claimed, np.zeros_like(seen.right))


class NeighbourOf(Inference):
    """Always a neighbour of the most voted level, and that counts as wrong."""

    def outcome(self, domain, targets, release, settings):
        seen = super().outcome(domain, targets, release, settings)
        return Outcome(seen.claimed, seen.claimed & ~seen.right)


@pytest.mark.parametrize("broken", [Mute, SinglesOutMembersOnly, NeverLinks, NeverRight, NeighbourOf])
def test_a_broken_attack_is_invalid(broken):
    assert run(broken(), settings=DECLARED).status == "invalid"


@pytest.mark.parametrize("one", ATTACKS, ids=lambda a: a.name)
def test_power_is_computed_without_the_hits_of_those_who_were_copied(one):
    """Whatever the attack says about members, the computed power stays; only the held-out people's chance enters."""

    class Blind(type(one)):
        def found(self, claims, members, held_out, rng):
            return replace(super().found(claims, members, held_out, rng), members=np.zeros(members.size, bool))

        def _compare(self, domain, members, control, release, settings):
            hit = super()._compare(domain, members, control, release, settings)
            return np.zeros_like(hit[0]), hit[1]

    seeing, blind = run(one), run(Blind())
    powers = [[c.power for c in result.controls if c.kind == "positive"] for result in (seeing, blind)]
    assert powers[0] == powers[1]
    assert min(powers[0]) > CERTAIN
    assert blind.status == "invalid"


def test_the_computed_power_is_how_often_such_a_copy_is_seen():
    """A part of the members is hit for sure, the others as often as held-out people: 40 against 41, a fifth by chance."""
    rng, control, sure = np.random.default_rng(0), np.arange(41) < 8, 0.25
    chance = 8.5 / 42
    seen = np.mean(
        [
            excess.excess(rng.random(40) < sure + (1 - sure) * chance, rng.random(41) < chance, 0.95)[1].low > 0
            for _ in range(2000)
        ]
    )
    assert comparison.power_of_copy(sure, np.zeros(40, bool), control, 0.95) == pytest.approx(seen, abs=0.04)
    reached = singling_out.CAUTION * (1 - CELL_NOISE) ** WIDEST
    whose = np.arange(40) < round(40 * sure / reached)
    assert singling_out.power_of_copy(whose, control, 0.95) == pytest.approx(seen, abs=0.05)
    assert 0.3 < seen < 0.7


@pytest.mark.parametrize(("one", "settings"), BOTH, ids=IDS)
def test_rates_are_about_the_same_question(one, settings):
    result = run(one, bootstrap, settings)
    names = [r.name for r in result.rates]
    assert len(set(names)) == len(names)
    assert "guesser" in names
    guesser = next(r for r in result.rates if r.name == "guesser")
    assert guesser.ceiling is None
    head = result.rates[0]
    assert head.members - head.control == pytest.approx(result.value)
    assert guesser.members < head.members
    if one.family == "inference":
        secrets = settings.secrets or tuple(f"c{i}" for i in range(14))
        assert [n for n in names if n.startswith("secret_")] == [f"secret_{s}" for s in secrets]
        shares = {r.name: r for r in result.rates}
        assert shares["right_claim"].members == pytest.approx(head.members * shares["claimed"].members)


def test_the_baseline_of_knowledge_about_the_population_is_no_leak():
    """A secret that follows from what is known: everybody is right about everybody, members and others."""
    rng, domain = np.random.default_rng(0), plain_domain(4, 4, 4)
    groups = [invented(domain, n, rng, 1) for n in (500, 150, 150, 500)]
    for g in groups:
        g.codes[:, 2] = (g.codes[:, 0] + g.codes[:, 1]) % 4
    seen = Evidence(domain, *groups[:3], groups[3].codes)
    settings = Settings(0.95, 0.01, 1, ("c0", "c1"), ("c2",))
    result = Inference().run(seen, seen, SMALL, bootstrap, settings, rng)
    assert result.value == 0.0
    assert (result.rates[0].members, result.rates[0].control) == (1.0, 1.0)
    guesser = next(r for r in result.rates if r.name == "guesser")
    assert guesser.control == 1.0


def test_each_secret_has_its_own_rate_on_both_sides():
    """One secret that everybody is right about and one that nobody knows; 31 reference people, an odd number."""
    rng, domain = np.random.default_rng(0), plain_domain(4, 4, 40)
    groups = [invented(domain, n, rng, 1) for n in (500, 31, 269, 500)]
    for g in groups:
        g.codes[:, 1] = g.codes[:, 0]
        g.codes[:, 2] = rng.integers(0, 40, len(g.codes))
    seen = Evidence(domain, *groups[:3], groups[3].codes[:60])
    settings = Settings(0.95, 0.01, 1, ("c0",), ("c1", "c2"))
    rates = {r.name: r for r in Inference().run(seen, seen, SMALL, bootstrap, settings, rng).rates}
    easy = rates["secret_c1"]
    assert (easy.members, easy.control, easy.n_members, easy.n_control) == (1.0, 1.0, 250, 150)
    assert rates["secret_c2"].n_members == rates["secret_c2"].n_control == 0
    assert rates["guesser"].control == 1.0


def test_described_people_are_those_whose_copied_rows_were_used():
    copied = Units(np.zeros((4, 2), np.uint16), np.array([0, 0, 1, 2]), 3)
    copy = np.array([[0, 1], [2, 2], [2, 2], [3, 0]], np.uint16)
    assert described([((0, 0, 0),), ((0, 3, 3), (1, 0, 0))], copied, copy).tolist() == [True, False, True]
    assert described([], copied, copy).tolist() == [False] * 3


def test_to_be_singled_out_on_a_copy_needs_all_members_and_not_a_part():
    """Predicates in groups of equal size hardly see a copy; people told from all other members do."""
    rng = np.random.default_rng(0)
    seen = evidence(2000, 200, rng)
    seen = replace(seen, synthetic=seen.members.codes)
    result = SinglingOut().run(seen, seen, SMALL, bootstrap, SETTINGS, rng)
    rates = {r.name: r for r in result.rates}
    assert (rates["singled_out"].n_members, rates["singled_out"].n_control) == (2000, 200)
    assert rates["singled_out"].control < 0.02
    assert rates["singled_out"].members > 0.3
    assert rates["isolating"].members - rates["isolating"].control < 0.1


@pytest.mark.parametrize(("one", "settings"), BOTH, ids=IDS)
def test_intervals_cover(one, settings):
    """Some hundred games here; `python -m tests.attacks.games` plays a thousand of each."""
    draws = {"singling_out": 15, "inference": 30}.get(one.name, 60)
    for release in (of_others, a_fifth_verbatim):
        games = played(one, release, settings, draws)
        covered = coverage(games, 0.0 if release is of_others else games[:, 0].mean())
        assert binom.cdf(round(covered * draws), draws, 0.94) > 1e-3
    assert np.mean(games[:, 1] > 0) > 0.05, "and a fifth of verbatim rows is seen"


@pytest.mark.parametrize("one", ATTACKS, ids=lambda a: a.name)
def test_six_thousand_people_and_24_columns_take_seconds(one):
    rng, domain = np.random.default_rng(0), plain_domain(*([4, 8, 10, 16, 2, 6] * 4))
    groups = [invented(domain, n, rng, 1) for n in (5400, 300, 300)]
    twin = [invented(domain, n, rng, 1) for n in (1500, 400, 400)]
    real = Evidence(domain, *groups, invented(domain, 5400, rng, 1).codes)

    def seconds() -> float:
        started = time.process_time()
        with threadpool_limits(1):  # threads that wait for a busy core count as busy themselves
            one.run(real, Evidence(domain, *twin, twin[0].codes), SMALL, bootstrap, SETTINGS, rng)
        return time.process_time() - started

    assert any(seconds() < 4 for _ in range(3)), "CPU seconds are more where neighbours share the caches"
