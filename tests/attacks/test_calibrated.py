"""Attacks with reference people: their protocol, the leaks that they must see, and silence about fresh people."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from dpsynth.attacks import calibrated, classifier, combined, controls, people, planted, statistics
from dpsynth.attacks.base import Evidence, Remark, Settings
from dpsynth.attacks.calibrated import Calibrated, largest_of_rows, mean_of_rows
from dpsynth.attacks.classifier import Classifier
from dpsynth.attacks.combined import Combined
from dpsynth.attacks.coordinates import DIMENSIONS, Coordinates
from dpsynth.attacks.dcr_difference import DcrDifference
from dpsynth.attacks.domias import Domias
from dpsynth.attacks.gen_lra import GenLRA
from dpsynth.attacks.membership import Scores
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import AttackBehaviour, bootstrap, plain_domain

from .data import DOMAIN, GUARANTEE, SETTINGS, chain_of_pairs, chain_people, evidence

ALL = [Domias, GenLRA, Classifier, DcrDifference]


@pytest.fixture(autouse=True)
def few_shuffles(monkeypatch):
    monkeypatch.setattr(controls, "PERMUTATIONS", 30)


class TestDomias(AttackBehaviour):
    def attack(self):
        return Domias()


class TestGenLRA(AttackBehaviour):
    def attack(self):
        return GenLRA()


class TestClassifier(AttackBehaviour):
    @pytest.fixture(autouse=True)
    def few_trees(self, monkeypatch):
        monkeypatch.setattr(classifier, "TREES", 5)

    def attack(self):
        return Classifier()


class TestDcrDifference(AttackBehaviour):
    def attack(self):
        return DcrDifference()


class TestCombined(AttackBehaviour):
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch):
        monkeypatch.setattr(combined, "SHADOWS", combined.SHADOWS[:2])
        monkeypatch.setattr(classifier, "TREES", 5)

    def attack(self):
        return Combined()


def run(one, release=None, seed=0, guarantee=GUARANTEE, settings=SETTINGS, members=200):
    rng = np.random.default_rng(seed)
    real, surrogate = evidence(members, 300, rng), evidence(600, 400, rng)
    synthetic = real.synthetic if release is None else release(real.members, rng)
    return one.run(replace(real, synthetic=synthetic), surrogate, guarantee, chain_of_pairs, settings, rng)


@pytest.mark.parametrize("attack", ALL, ids=lambda a: a.name)
def test_a_copy_is_a_leak_and_other_people_are_none(attack):
    leak, fresh = run(attack(), bootstrap), run(attack(), guarantee=Guarantee(Fraction(2), 0.0), seed=1)
    assert leak.interval.low > 0.6
    assert fresh.interval.low < 0.5 + 0.02
    for result in (leak, fresh):
        assert {c.outcome for c in result.controls if c.kind == "negative"} == {"quiet"}, result
        assert all(c.outcome == "detected" for c in result.controls if c.kind == "positive"), result
    assert fresh.status == "passed"
    assert leak.status == ("leak" if leak.interval.low > leak.ceiling else "passed")


def test_nobody_of_the_reference_is_a_target():
    seen = evidence(80, 60, np.random.default_rng(0))
    scores = Domias().scores(seen, np.random.default_rng(0))
    assert len(scores.members) == 80
    assert len(scores.held_out) == scores.people.size - 80 == seen.control.size == 30


def test_scores_belong_to_the_people_that_are_named():
    """Judged by the level in the first column, so that a score says whose it is."""

    class FirstCode(Calibrated):
        name = "first"

        def judge(self, domain, targets, reference, synthetic, rng):
            return mean_of_rows(targets, targets.codes[:, 0].astype(float))

        def remark(self, *_):
            return Remark("x")

    seen = evidence(500, 60, np.random.default_rng(0))
    scores = FirstCode().scores(seen, np.random.default_rng(0))
    expected = mean_of_rows(scores.people, scores.people.codes[:, 0].astype(float))
    assert np.concatenate([scores.members, scores.held_out]).tolist() == expected.tolist()
    assert len(scores.members) == calibrated.MEMBERS_PER_CONTROL * 30
    everyone = {row.tobytes() for row in seen.members.codes}
    assert all(row.tobytes() in everyone for row in scores.people.take(np.arange(120)).codes)


def test_rows_of_targets_are_bounded(monkeypatch):
    monkeypatch.setattr(calibrated, "MOST_ROWS", 50)
    scores = Domias().scores(evidence(200, 100, np.random.default_rng(0)), np.random.default_rng(0))
    assert 40 <= scores.people.rows <= 50
    assert len(scores.members) == 4 * len(scores.held_out)


class Zeros(Domias):
    def scores(self, evidence, rng):
        good = super().scores(evidence, rng)
        zeros = (np.zeros(len(part)) for part in (good.members, good.reference, good.control))
        return Scores(*zeros, people=good.people)


class Reversed(Classifier):
    def scores(self, evidence, rng):
        good = super().scores(evidence, rng)
        return Scores(-good.members, -good.reference, -good.control, people=good.people)


class Peeking(DcrDifference):
    def scores(self, evidence, rng):
        good = super().scores(evidence, rng)
        return Scores(good.members + 1, good.reference + 1, good.control, people=good.people)


class Blind(GenLRA):
    """A judgement that knows nothing: then the rehearsal knows nothing either, and nothing is claimed."""

    def judge(self, domain, targets, reference, synthetic, rng):
        return rng.random(targets.size)


@pytest.mark.parametrize(
    ("broken", "status"), [(Zeros, "invalid"), (Reversed, "invalid"), (Peeking, "invalid"), (Blind, "not_resolvable")]
)
def test_a_broken_attack_is_never_reassuring(broken, status):
    assert run(broken()).status == status


def test_a_rehearsal_shares_nobody_with_its_control(monkeypatch):
    used = []

    def spy(name, leaked, retrain, rng):
        used.append(leaked)
        return leaked.codes

    monkeypatch.setattr(calibrated, "planted_leak", spy)
    numbered = Units(np.arange(600, dtype=np.uint16)[:, None], np.arange(600), 600)
    seen = Evidence(plain_domain(600), numbered, numbered, numbered, numbered.codes)
    thirds = (numbered.take(np.arange(first, first + 200)) for first in (0, 200, 400))
    surrogate = Evidence(seen.domain, *thirds, numbered.codes)
    Domias().known_truths(seen, surrogate, bootstrap, SETTINGS, np.random.default_rng(0))
    assert len(used) == 4
    for rehearsed, leaked in (used[:2], used[2:]):
        assert rehearsed.size == leaked.size > 90
        assert not set(rehearsed.codes[:, 0]) & set(leaked.codes[:, 0])


def test_an_overfitted_release_repeats_every_short_piece_of_a_row():
    people_ = chain_people(40, np.random.default_rng(0))
    release = planted.overfitted(people_, np.random.default_rng(1))
    assert release.shape == people_.codes.shape
    for column in range(3, 14):
        pieces = {row[column - 3 : column + 1].tobytes() for row in people_.codes}
        assert all(row[column - 3 : column + 1].tobytes() in pieces for row in release)
    whole = {row.tobytes() for row in people_.codes}
    assert 0 < sum(row.tobytes() not in whole for row in release) < len(release)
    first = np.array([np.bincount(codes[:, 0], minlength=8) for codes in (release, people_.codes)])
    assert abs(first[0] - first[1]).max() < 20


def test_leaks_of_nobody_are_empty():
    nobody = chain_people(0, np.random.default_rng(0))
    for name in planted.PLANTED:
        assert len(planted.planted_leak(name, nobody, bootstrap, np.random.default_rng(0))) == 0


def test_rows_become_a_person():
    people_ = Units(np.zeros((3, 1), np.uint16), np.array([0, 0, 2]), 3)
    assert mean_of_rows(people_, np.array([1.0, 3.0, -5.0])).tolist() == [2.0, 0.0, -5.0]
    assert largest_of_rows(people_, np.array([1.0, 3.0, -5.0])).tolist() == [3.0, -5.0, -5.0]


def test_coordinates_see_the_release_only_and_keep_distances():
    rng = np.random.default_rng(0)
    release, other = chain_people(200, rng).codes, chain_people(50, rng).codes
    place = Coordinates.of(DOMAIN, release, rng).place
    assert place(other).shape == (100, DIMENSIONS)
    small = plain_domain(4, 5, 3)
    codes = np.stack([rng.integers(0, n, 300) for n in (4, 5, 3)], axis=1).astype(np.uint16)
    placed = Coordinates.of(small, codes, rng).place(codes)
    assert placed.shape == (300, 3)
    ranks = codes / np.array([3, 4, 2])
    apart = ((ranks[:, None] - ranks) ** 2).sum(2)
    assert ((placed[:, None] - placed) ** 2).sum(2) == pytest.approx(apart, abs=1e-9)


def test_unordered_levels_and_special_ones_are_one_apart():
    from dpsynth.attacks.coordinates import _vectors

    (ordered,) = plain_domain(5).attributes
    special = _vectors(replace(ordered, missing=4), np.random.default_rng(0))
    assert special[:, 0].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1, 0.5])
    assert special[:, 1].tolist() == [0, 0, 0, 0, 1]
    hot = _vectors(replace(ordered, is_ordered=False), np.random.default_rng(0))
    assert ((hot[:, None] - hot) ** 2).sum(2) == pytest.approx(1 - np.eye(5))
    (many,) = plain_domain(2000).attributes
    vectors = _vectors(replace(many, is_ordered=False), np.random.default_rng(0))
    apart = ((vectors[:-1] - vectors[1:]) ** 2).sum(1)
    assert apart.mean() == pytest.approx(1, abs=0.05)


def test_weights_come_from_held_out_people_and_are_fixed_before_targets_are_seen(monkeypatch):
    given = []
    original = combined.learn

    def spy(domain, known, retrain, rng):
        given.append(known)
        return original(domain, known, retrain, rng)

    monkeypatch.setattr(combined, "learn", spy)
    monkeypatch.setattr(combined, "SHADOWS", ("synthesizer_without_noise",))
    rng = np.random.default_rng(0)
    for held_out, remark in ((480, "combined_held_out"), (60, "combined_made_up")):
        seen, surrogate = evidence(60, held_out, rng), evidence(60, 60, rng)
        result = Combined().run(seen, surrogate, GUARANTEE, chain_of_pairs, SETTINGS, rng)
        assert remark in [r.id for r in result.remarks]
        pool = seen.reference if held_out == 480 else people.join(surrogate.members, people.held_out(surrogate))
        assert given[-1].size == pool.size
        assert {row.tobytes() for row in given[-1].codes} == {row.tobytes() for row in pool.codes}


def test_learned_weights_follow_the_leak(monkeypatch):
    rng = np.random.default_rng(0)
    known = chain_people(300, rng)
    monkeypatch.setattr(combined, "SHADOWS", ("synthesizer_without_noise",) * 2)
    of_counts = combined.learn(DOMAIN, known, chain_of_pairs, rng)
    monkeypatch.setattr(combined, "SHADOWS", ("copy_with_noise",) * 2)
    of_copies = combined.learn(DOMAIN, known, chain_of_pairs, rng)
    assert combined.COMPONENTS[int(np.argmax(of_counts))] == "focal_outsider"
    assert combined.COMPONENTS[int(np.argmax(of_copies))] in ("classifier", "dcr_difference", "dcr")
    nobody = chain_people(0, rng)
    assert combined.learn(DOMAIN, nobody, chain_of_pairs, rng).tolist() == [1.0] * 6


def test_components_are_standard_and_the_score_is_their_weighted_sum():
    rng = np.random.default_rng(0)
    targets, reference, release = chain_people(80, rng), chain_people(60, rng), chain_people(70, rng).codes
    values = combined.components(DOMAIN, targets, reference, release, np.random.default_rng(1))
    assert values.shape == (80, len(combined.COMPONENTS))
    assert abs(values).max() <= combined.EXTREME
    assert values.mean(0) == pytest.approx(np.zeros(6), abs=0.05)
    weights = np.arange(6.0)
    judged = Combined(weights).judge(DOMAIN, targets, reference, release, np.random.default_rng(1))
    assert judged == pytest.approx(values @ weights)


def test_combined_sees_both_leaks_and_reports_groups():
    settings = Settings(0.95, 0.01, 1, quasi_identifiers=("c0", "c1", "c2"))
    result = run(Combined(), bootstrap, settings=settings)
    assert result.status == "leak"
    names = {c.name for c in result.controls if c.kind == "positive" and c.outcome == "detected"}
    assert names == {"copy_with_noise", "synthesizer_without_noise"}
    assert {c.outcome for c in result.controls if c.kind == "negative"} == {"quiet"}
    groups = [r.name for r in result.rates if not r.name.startswith("fpr_")]
    assert groups == ["everybody", "isolated", "rare_levels", "most_rows", "quasi_identifier_singletons"]
    everybody = next(r for r in result.rates if r.name == "everybody")
    assert everybody.p_value < 1e-6
    assert everybody.control <= 0.1 < everybody.members


def fresh_scores(attack, draws, rng):
    """Scores of pretended members and of others, of whom the release knows nobody, shapes (draws, 30)."""
    release, reference = chain_people(100, rng).codes, chain_people(40, rng)
    everyone = chain_people(draws * 60, rng)
    judged = attack.judge(DOMAIN, everyone, reference, release, rng).reshape(draws, 60)
    return judged[:, :30], judged[:, 30:]


@pytest.mark.parametrize("attack", ALL, ids=lambda a: a.name)
def test_intervals_hold_for_fresh_people(attack):
    rng = np.random.default_rng(5)
    values, errors, covered = [], [], 0
    for _ in range(3):  # releases and references
        for a, b in zip(*fresh_scores(attack(), 100, rng), strict=True):
            values.append(statistics.auc(a, b))
            errors.append(statistics.auc_error(a, b))
            interval = statistics.auc_interval(a, b, 0.95)
            covered += interval.low <= 0.5 <= interval.high
    assert covered / 300 >= 0.93
    # DeLong's error is a little too large for 30 people a side; too small it must not be.
    assert 0.8 < np.std(values) / np.mean(errors) < 1.08
    assert np.mean(values) == pytest.approx(0.5, abs=4 * np.std(values) / 300**0.5)
