from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from dpsynth.attacks import registry
from dpsynth.attacks.base import Evidence
from dpsynth.attacks.closest_record import ClosestRecord
from dpsynth.attacks.controls import CERTAIN
from dpsynth.attacks.focal import Focal, Outsider
from dpsynth.attacks.membership import Scores, operating_point
from dpsynth.attacks.nearest import Nearest, exposure
from dpsynth.attacks.run import attack
from dpsynth.data.units import Units
from dpsynth.errors import PolicyError
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import AttackBehaviour, bootstrap, plain_domain

from .data import GUARANTEE, SETTINGS, chain_of_pairs, chain_people, evidence, shuffled_columns


class TestFocal(AttackBehaviour):
    def attack(self):
        return Focal()


class TestOutsider(AttackBehaviour):
    def attack(self):
        return Outsider()


class TestClosestRecord(AttackBehaviour):
    def attack(self):
        return ClosestRecord()


class TestNearest(AttackBehaviour):
    def attack(self):
        return Nearest()


def run(one, release=None, seed=0, retrain=chain_of_pairs, guarantee=GUARANTEE):
    rng = np.random.default_rng(seed)
    real, surrogate = evidence(500, 300, rng), evidence(1100, 700, rng)
    synthetic = real.synthetic if release is None else release(real.members, rng)
    return one.run(replace(real, synthetic=synthetic), surrogate, guarantee, retrain, SETTINGS, rng)


def ninety_eight_per_cent_private(members: Units, rng: np.random.Generator):
    codes = chain_people(members.size, rng).codes
    codes[: len(codes) // 50] = members.codes[rng.permutation(members.rows)[: len(codes) // 50]]
    return codes


def by_name(result, name, data):
    (found,) = [c for c in result.controls if (c.name, c.data) == (name, data)]
    return found


@pytest.mark.parametrize("one", [Focal(), ClosestRecord(), Nearest()], ids=lambda a: a.name)
def test_a_release_of_other_people_passes(one):
    for seed in range(4):
        result = run(one, seed=seed)
        assert result.status == "passed", result
        assert result.interval.low <= result.baseline + 0.01
        for control in result.controls:
            if control.name != "one_percent_verbatim":  # for that one, 500 people are too few: see below
                assert control.outcome in ("detected", "quiet"), control
                assert control.power is None or control.power > 0.99


@pytest.mark.parametrize("one", [Focal(), ClosestRecord(), Nearest()], ids=lambda a: a.name)
def test_a_verbatim_copy_is_a_leak(one):
    result = run(one, bootstrap)
    assert result.status == "leak"
    assert result.interval.low > result.ceiling


def test_focal_sees_counts_that_the_other_two_are_blind_to():
    assert run(Focal(), chain_of_pairs, guarantee=Guarantee(Fraction(1, 100), 0.0)).status == "leak"
    assert run(ClosestRecord(), chain_of_pairs).status == "passed"
    assert run(Nearest(), chain_of_pairs).value < 0.02


def test_an_outsider_is_quiet_about_other_people_and_his_leak_is_found_on_the_surrogate():
    for seed in range(4):
        result = run(Outsider(), seed=seed)
        assert result.status == "passed", result
        surrogate = by_name(result, "synthesizer_without_noise", "surrogate")
        assert (surrogate.outcome, surrogate.power > 0.9) == ("detected", True)
        assert {c.outcome for c in result.controls if c.kind == "negative"} == {"quiet"}


def test_an_outsider_sees_less_than_an_insider():
    weak, strong = run(Outsider(), chain_of_pairs), run(Focal(), chain_of_pairs)
    assert 0.5 < weak.value < strong.value
    assert strong.remarks != weak.remarks, "each has its own result"


def test_nobody_of_the_outsiders_reference_is_a_target():
    result = run(Outsider())
    assert (result.n_members, result.n_control) == (500, 150)


def test_one_per_cent_verbatim_is_seen_among_enough_people():
    rng = np.random.default_rng(0)
    seen = evidence(4000, 600, rng)
    result = Nearest().run(seen, seen, GUARANTEE, chain_of_pairs, SETTINGS, rng)
    for data in ("real", "surrogate"):
        control = by_name(result, "one_percent_verbatim", data)
        assert (control.outcome, control.power > 0.95) == ("detected", True)
    assert result.status == "passed"


def test_only_nearest_sees_a_few_verbatim_rows():
    result = run(Nearest(), ninety_eight_per_cent_private)
    assert result.interval.low > 0
    assert result.rates[0].p_value < 0.01
    for one in (Focal(), ClosestRecord()):
        blind = run(one, ninety_eight_per_cent_private)
        assert blind.interval.low < 0.5 + 0.02
        assert blind.status == "passed"


class ZeroScores(Focal):
    def scores(self, evidence, rng):
        return Scores(*(np.zeros(g.size) for g in (evidence.members, evidence.reference, evidence.control)))


class ZeroDistances(ClosestRecord):
    def scores(self, evidence, rng):
        return Scores(*(np.zeros(g.size) for g in (evidence.members, evidence.reference, evidence.control)))


class NoHits(Nearest):
    def search(self, everyone, isolated, synthetic, differ):
        found = exposure(everyone, isolated, synthetic, differ)
        return replace(found, rare_near=np.zeros_like(found.rare_near))


class Reversed(Focal):
    def scores(self, evidence, rng):
        good = super().scores(evidence, rng)
        return Scores(-good.members, -good.reference, -good.control)


class Peeking(Focal):
    """Favours the first of the two held-out groups and the members: a slip in who is who."""

    def scores(self, evidence, rng):
        good = super().scores(evidence, rng)
        return Scores(good.members + 1, good.reference + 1, good.control)


class RowLevel(ClosestRecord):
    """The nearest row of all rows so far, not of the person: members, who come first, are scored differently."""

    def scores(self, evidence, rng):
        good = super().scores(evidence, rng)
        return Scores(np.maximum(good.members, np.median(good.members)), good.reference, good.control)


@pytest.mark.parametrize("broken", [ZeroScores, ZeroDistances, NoHits, Reversed, Peeking, RowLevel])
def test_a_broken_attack_is_invalid(broken):
    assert run(broken()).status == "invalid"


def test_a_synthesizer_that_keeps_columns_only_is_no_false_invalid():
    result = run(Focal(), retrain=shuffled_columns)
    assert result.status in ("passed", "not_resolvable")
    assert by_name(result, "synthesizer_without_noise", "surrogate").value > 0.5


def test_retrained_release_without_leak_does_not_invalidate():
    """The mechanism without noise may still carry nothing; then nothing was shown, and nothing is claimed."""
    result = run(Focal(), retrain=lambda people, rng: chain_people(people.size, rng).codes)
    for data in ("real", "surrogate"):
        control = by_name(result, "synthesizer_without_noise", data)
        assert (control.outcome, control.power < CERTAIN) == ("missed", True)
    assert result.status == "not_resolvable"


def test_a_tiny_ceiling_is_not_resolvable():
    assert run(Focal(), guarantee=Guarantee(Fraction(1, 10**6), 0.0)).status == "not_resolvable"


def test_operating_point_by_hand():
    """Of 20 control people at most 2 may be accused: above 17. Members 16..20 have three above it."""
    rate = operating_point(np.arange(16.0, 21.0), np.arange(20.0), 0.1, GUARANTEE, 0.95)
    assert (rate.members, rate.control, rate.n_members, rate.n_control) == (0.6, 0.1, 5, 20)
    assert rate.ceiling == GUARANTEE.tpr(rate.control_interval.high)
    assert not rate.resolvable


def test_resolvable_needs_a_hundred_people_above_the_threshold():
    scores = np.arange(1000.0)
    assert operating_point(scores, scores, 0.1, GUARANTEE, 0.95).resolvable
    assert not operating_point(scores, scores[:-1], 0.1, GUARANTEE, 0.95).resolvable


def test_few_exposed_people_are_a_leak_at_a_low_false_positive_rate():
    """One member in 30 stands out without doubt: the AUC hardly moves, the operating point does."""

    class Given(ClosestRecord):
        def scores(self, evidence, rng):
            if evidence.members.size != 1200:
                return super().scores(evidence, rng)
            fixed = np.random.default_rng(0).random(32000)
            fixed[:700] = 2.0
            return Scores(fixed[:20000], fixed[20000:26000], fixed[26000:])

    rng = np.random.default_rng(0)
    small = evidence(1200, 300, rng)
    result = Given().run(small, small, Guarantee(Fraction(1, 16), 0.0), chain_of_pairs, SETTINGS, rng)
    assert result.interval.low < result.ceiling
    assert result.status == "leak"


def test_exposure_by_hand():
    """Person 0's row is close to person 1's; person 2 is isolated and nearly in the release, person 3 exactly."""
    rows = np.array([[0, 0, 0], [0, 0, 1], [2, 2, 2], [4, 4, 4]], np.uint16)
    everyone = Units(rows, np.arange(4), 4)
    release = np.array([[0, 0, 0], [2, 2, 3], [4, 4, 4]], np.uint16)
    isolated = np.array([False, False, True, True])
    seen = exposure(everyone, isolated, release, 1)
    assert seen.rare.tolist() == [False, False, True, True]
    assert seen.exact.tolist() == [True, False, False, True]
    assert seen.near.tolist() == [True, True, True, True]
    assert seen.rare_exact.tolist() == [False, False, False, True]
    assert seen.rare_near.tolist() == [False, False, True, True]
    assert exposure(everyone, isolated, release, 0).near.tolist() == seen.exact.tolist()


def test_a_copy_of_common_rows_is_a_leak_although_nobody_is_rare():
    """Everybody has a twin on the same side: no row is isolated, and all of the members' rows are released."""
    rng, domain = np.random.default_rng(0), plain_domain(*[30] * 4)

    def twins(people):
        codes = np.repeat(rng.integers(0, 30, (people // 2, 4)), 2, axis=0).astype(np.uint16)
        return Units(codes, np.arange(people), people)

    groups = [twins(n) for n in (300, 100, 100)]
    invented = evidence(300, 200, rng)
    copied = Evidence(domain, *groups, groups[0].codes)
    result = Nearest().run(copied, invented, GUARANTEE, bootstrap, SETTINGS, rng)
    assert result.n_members < 30
    assert {r.name: r.members for r in result.rates}["all_exact"] == 1.0
    assert result.status == "leak"
    fresh = replace(copied, synthetic=twins(300).codes)
    assert Nearest().run(fresh, invented, GUARANTEE, bootstrap, SETTINGS, rng).status == "not_resolvable"


def test_dcr_by_hand():
    """A person is as close as the closest of the person's rows."""
    domain = plain_domain(5, 5)
    members = Units(np.array([[0, 0], [4, 4]], np.uint16), np.array([0, 0]), 1)
    reference = Units(np.array([[4, 3]], np.uint16), np.array([0]), 1)
    control = Units(np.array([[2, 2]], np.uint16), np.array([0]), 1)
    seen = Evidence(domain, members, reference, control, np.array([[4, 4]], np.uint16))
    scores = ClosestRecord().scores(seen, np.random.default_rng(0))
    assert scores.members.tolist() == [0.0]
    assert scores.reference.tolist() == pytest.approx([-0.125])
    assert scores.control.tolist() == pytest.approx([-0.5])


def test_dcr_does_not_depend_on_the_number_of_members():
    """The known fault of binary tests (more training rows than holdout rows look closer) is absent: fresh release."""
    rng = np.random.default_rng(0)
    values = []
    for _ in range(20):
        seen = evidence(400, 60, rng)
        scores = ClosestRecord().scores(seen, rng)
        assert len(scores.members) == 240
        values.append(np.mean(scores.members) - np.mean(scores.held_out))
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(20)


def test_attack_runs_the_named_ones_in_order_and_repeats():
    rng = np.random.default_rng(0)
    real, surrogate = evidence(100, 80, rng), evidence(60, 60, rng)

    def again():
        names = ("nearest", "focal")
        return attack(names, real, surrogate, GUARANTEE, chain_of_pairs, SETTINGS, np.random.default_rng(7))

    first = again()
    assert [r.attack for r in first] == ["nearest", "focal"]
    assert first == again()


def test_unknown_attack_is_named():
    seen = evidence(5, 5, np.random.default_rng(0))
    names = "classifier, combined, dcr, dcr_difference, domias, focal, focal_outsider, gen_lra, inference, "
    with pytest.raises(PolicyError, match=f"'oracle'; available are {names}"):
        attack(("focal", "oracle"), seen, seen, GUARANTEE, bootstrap, SETTINGS, np.random.default_rng(0))


def test_plug_ins_are_found_by_entry_point_and_cannot_replace_built_in_attacks(monkeypatch):
    class Point:
        def __init__(self, name):
            self.name = name

        def load(self):
            return ZeroScores

    monkeypatch.setattr(registry, "_REGISTRY", dict(registry.available()))
    monkeypatch.setattr(registry, "entry_points", lambda group: [Point("mine"), Point("focal")])
    assert registry.available()["mine"] is ZeroScores
    assert registry.available()["focal"] is Focal
    assert isinstance(registry.find("mine"), ZeroScores)


def test_settings_reach_the_search():
    rng = np.random.default_rng(0)
    seen = evidence(100, 60, rng)
    release = seen.members.codes.copy()
    release[:, 0] = (release[:, 0] + 1) % 8  # every row differs in exactly one column
    seen = replace(seen, synthetic=release)

    def share(near):
        settings = replace(SETTINGS, near_attributes=near)
        return Nearest().run(seen, seen, GUARANTEE, chain_of_pairs, settings, np.random.default_rng(0)).rates[0].members

    assert share(1) == 1.0
    assert share(0) < 0.1
