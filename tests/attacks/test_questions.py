"""Linkability, linkage and inference, each against loops over people and synthetic rows."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from dpsynth.attacks import excess, gower, guessers, knowledge, matches, people
from dpsynth.attacks.base import Interval
from dpsynth.attacks.comparison import Targets, unlinked
from dpsynth.attacks.inference import CONFIDENT, Inference
from dpsynth.attacks.knowledge import Question
from dpsynth.attacks.linkability import Linkability
from dpsynth.attacks.linkage import Linkage
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import SETTINGS, invented, plain_domain


def column(name, levels, ordered, missing=None):
    labels = tuple(str(i) for i in range(levels))
    return Category(name, labels, None, missing, (), frozenset(), {}, 0, is_ordered=ordered)


DOMAIN = Domain(
    (column("age", 9, True), column("sex", 2, False), column("site", 3, False), column("dose", 10, True, 9))
)
ROLES = replace(SETTINGS, quasi_identifiers=("age", "sex"), secrets=("dose",))


def rows(n, seed):
    """Rows with small numbers of levels, so that there are many ties."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(0, a.size, n) for a in DOMAIN.attributes], axis=1).astype(np.uint16)


def naive_nearest(target, release, columns):
    """All synthetic rows at the smallest Gower distance by these columns, in the declared whole numbers."""
    tables = [np.rint(gower.level_distances(a) * ((1 << 23) // len(columns))) for a in DOMAIN.attributes]
    away = [sum(tables[c][target[c], row[c]] for c in columns) for row in release]
    return {i for i, d in enumerate(away) if d == min(away)}


@pytest.mark.parametrize("settings", [SETTINGS, ROLES], ids=["undeclared", "declared"])
@pytest.mark.parametrize("seed", range(3))
def test_linkability_equals_the_double_loop(seed, settings, monkeypatch):
    monkeypatch.setattr(gower, "BLOCK_CELLS", 200)
    targets, release = rows(60, seed), rows(25, seed + 100)
    expected = [bool(naive_nearest(t, release, (0, 1)) & naive_nearest(t, release, (2, 3))) for t in targets]
    found = Linkability().outcome(DOMAIN, targets, release, settings)
    assert found.right.tolist() == expected
    assert found.claimed.all()
    assert 0 < sum(expected) < 60


@pytest.mark.parametrize("secrets", [("dose",), ("site", "dose")])
@pytest.mark.parametrize("seed", range(3))
def test_linkage_equals_the_double_loop(seed, secrets):
    targets, release = rows(80, seed), rows(20, seed + 100)
    targets[:10] = release[:10]
    equal = [[i for i, row in enumerate(release) if (row[:2] == t[:2]).all()] for t in targets]
    found = Linkage().outcome(DOMAIN, targets, release, replace(ROLES, secrets=secrets))
    assert found.claimed.tolist() == [len(e) == 1 for e in equal]
    asked = [DOMAIN.index(name) for name in secrets]
    right = [len(e) == 1 and all(release[e[0], c] == t[c] for c in asked) for e, t in zip(equal, targets, strict=True)]
    assert found.right.tolist() == right
    assert 0 < sum(right) < sum(found.claimed) < 80


@pytest.mark.parametrize("settings", [SETTINGS, ROLES], ids=["undeclared", "declared"])
@pytest.mark.parametrize("seed", range(3))
def test_inference_equals_the_double_loop(seed, settings):
    targets, release = rows(80, seed), rows(30, seed + 100)
    asked = [(3, (0, 1))] if settings is ROLES else [(s, tuple(c for c in range(4) if c != s)) for s in range(4)]
    claimed, right = [], []
    for i, target in enumerate(targets):
        secret, known = asked[i % len(asked)]
        levels = [int(release[k, secret]) for k in naive_nearest(target, release, known)]
        best = min(set(levels), key=lambda level: (-levels.count(level), level))
        claimed.append(levels.count(best) / len(levels) >= CONFIDENT)
        attribute, truth = DOMAIN.attributes[secret], int(target[secret])
        near = attribute.ordered and abs(best - truth) == 1 and attribute.missing not in (best, truth)
        right.append(claimed[-1] and (best == truth or near))
    found = Inference().outcome(DOMAIN, targets, release, settings)
    assert found.claimed.tolist() == claimed
    assert found.right.tolist() == right
    assert 0 < sum(right) < sum(claimed) < 80


def test_a_neighbouring_level_is_right_in_a_long_order_only():
    guess, truth = np.array([3, 3, 3, 8, 9]), np.array([3, 4, 5, 9, 9])
    assert guessers.close(column("a", 10, True, 9), guess, truth).tolist() == [True, True, False, False, True]
    assert guessers.close(column("a", 10, False), guess, truth).tolist() == [True, False, False, False, True]
    assert guessers.close(column("a", 8, True, 7), guess[:3], truth[:3]).tolist() == [True, False, False]


def test_nothing_to_link_or_to_ask_is_no_claim():
    narrow, empty = plain_domain(3), np.zeros((5, 0), np.uint16)
    for one in (Linkability(), Linkage(), Inference()):
        for domain, codes in ((narrow, rows(5, 0)[:, 2:3]), (plain_domain(), empty)):
            found = one.outcome(domain, codes, codes, SETTINGS)
            assert not found.right.any()
            assert not one.certain(domain, codes, codes, codes, SETTINGS).any()
        assert not one.outcome(DOMAIN, rows(5, 0), rows(5, 0)[:0], SETTINGS).right.any()


def test_roles_decide_what_is_known():
    unknown = replace(SETTINGS, quasi_identifiers=("age", "gone"), secrets=("gone",))
    assert knowledge.halves(DOMAIN, SETTINGS) == ((0, 1), (2, 3))
    assert knowledge.halves(DOMAIN, unknown) == ((0,), (1, 2, 3))
    assert knowledge.halves(DOMAIN, replace(SETTINGS, quasi_identifiers=DOMAIN.names)) == ((0, 1), (2, 3))
    assert knowledge.file_and_secrets(DOMAIN, SETTINGS) == ((0, 1), (2, 3))
    assert knowledge.file_and_secrets(DOMAIN, ROLES) == ((0, 1), (3,))
    assert knowledge.file_and_secrets(DOMAIN, replace(SETTINGS, secrets=("dose",))) == ((0, 1, 2), (3,))
    assert knowledge.file_and_secrets(DOMAIN, unknown) == ((0,), (1, 2, 3))
    assert knowledge.file_and_secrets(DOMAIN, replace(SETTINGS, secrets=DOMAIN.names)) == ((0, 1), (2, 3))
    both = replace(SETTINGS, quasi_identifiers=("age", "dose"), secrets=("dose",))
    assert knowledge.questions(DOMAIN, both) == (Question(3, (0,)),)
    assert knowledge.questions(DOMAIN, ROLES) == (Question(3, (0, 1)),)
    assert knowledge.questions(DOMAIN, unknown) == (Question(1, (0,)), Question(2, (0,)), Question(3, (0,)))
    assert knowledge.questions(DOMAIN, replace(SETTINGS, secrets=("dose",))) == (Question(3, (0, 1, 2)),)
    assert [q.secret for q in knowledge.questions(DOMAIN, SETTINGS)] == [0, 1, 2, 3]
    assert knowledge.questions(plain_domain(4), SETTINGS) == ()


@pytest.mark.parametrize("settings", [SETTINGS, ROLES], ids=["undeclared", "declared"])
@pytest.mark.parametrize("one", [Linkability(), Linkage(), Inference()], ids=lambda a: a.name)
def test_whoever_is_certain_by_construction_is_found(one, settings):
    rng = np.random.default_rng(0)
    before = np.concatenate([rows(70, 1), rows(30, 1)])
    copy = np.where(rng.random(before.shape) < 0.1, rows(100, 2), before).astype(np.uint16)
    asked = rng.permutation(100)[:60]
    sure = one.certain(DOMAIN, before[asked], copy[asked], copy, settings)
    assert 0 < sure.sum() < 60
    assert one.outcome(DOMAIN, before[asked], copy, settings).right[sure].all()


def test_sole_equals_the_loop(monkeypatch):
    table, wanted = rows(300, 0)[:, 1:3], rows(40, 1)[:, 1:3]
    table[:2] = [[7, 7], [8, 8]]
    wanted[:3] = [[8, 8], [9, 9], [7, 7]]

    def naive(row):
        same = [i for i, other in enumerate(table) if (other == row).all()]
        return same[0] if len(same) == 1 else -1

    expected = [naive(row) for row in wanted]
    assert matches.sole(wanted, table).tolist() == expected
    assert expected[:3] == [1, -1, 0]

    class Collisions:
        def integers(self, low, high, shape, dtype, endpoint):
            return np.zeros(shape, dtype)

    monkeypatch.setattr(matches.np.random, "default_rng", lambda seed: Collisions())
    assert matches.sole(wanted, table).tolist() == expected
    assert matches.sole(wanted, table[:0]).tolist() == [-1] * 40


def test_one_row_of_each_person_who_has_any():
    group = Units(rows(7, 0), np.array([0, 0, 0, 2, 3, 3, 5]), 6)
    seen = [people.one_row(group, np.random.default_rng(seed)) for seed in range(200)]
    assert all(group.owner[chosen].tolist() == [0, 2, 3, 5] for chosen in seen)
    counts = np.bincount(np.concatenate(seen), minlength=7)
    assert all(40 <= n <= 100 for n in counts[:3])
    assert len(people.one_row(Units(rows(0, 0), np.zeros(0, np.int64), 0), np.random.default_rng(0))) == 0


def test_unlinked_keeps_both_parts():
    release = rows(50, 0)
    apart = unlinked(release, (2, 3), np.random.default_rng(0))
    assert (apart[:, :2] == release[:, :2]).all()
    assert sorted(map(tuple, apart[:, 2:].tolist())) == sorted(map(tuple, release[:, 2:].tolist()))
    assert (apart != release).any()


def naive_votes(question, train, target):
    nearest = naive_nearest(target, train, question.known)
    levels = [int(train[i, question.secret]) for i in nearest]
    return min(set(levels), key=lambda level: (-levels.count(level), level))


def naive_likelihood(question, train, target):
    """Naive Bayes with counts that start at one, by hand."""
    size, scores = DOMAIN.attributes[question.secret].size, []
    for level in range(size):
        same = [row for row in train if row[question.secret] == level]
        score = np.log(len(same) + 1)
        for c in question.known:
            score += np.log((sum(row[c] == target[c] for row in same) + 1) / (len(same) + DOMAIN.attributes[c].size))
        scores.append(score)
    return scores


def test_guessers_equal_the_loops():
    question, train, targets = Question(3, (0, 2)), rows(50, 0), rows(30, 1)
    assert guessers.nearest(DOMAIN, question, train, targets).tolist() == [
        naive_votes(question, train, t) for t in targets
    ]
    for level, target in zip(guessers.naive_bayes(DOMAIN, question, train, targets), targets, strict=True):
        scores = naive_likelihood(question, train, target)
        assert scores[level] == pytest.approx(max(scores), abs=1e-12)
    most = np.bincount(train[:, 3]).argmax()
    assert guessers.commonest(DOMAIN, question, train, targets).tolist() == [most] * 30


def test_the_held_out_model_is_the_best_one_and_nobody_teaches_himself():
    """The secret is a copy of a known column that only the nearest rows tell: exclusive or of two columns."""
    domain, rng = plain_domain(2, 2, 2), np.random.default_rng(0)
    codes = rng.integers(0, 2, (200, 3)).astype(np.uint16)
    codes[:, 2] = codes[:, 0] ^ codes[:, 1]
    fold = np.arange(200) % 5
    held, others = guessers.held_out_model(domain, Question(2, (0, 1)), codes, fold, codes[:50])
    assert (held == codes[:, 2]).all()
    assert (others == codes[:50, 2]).all()
    unlike = rng.integers(0, 2, (200, 3)).astype(np.uint16)
    alone = np.stack([np.arange(200), rng.integers(0, 2, 200)], axis=1).astype(np.uint16)
    memory = guessers.held_out_model(plain_domain(200, 2), Question(1, (0,)), alone, fold, alone)
    assert (memory[0] == alone[:, 1]).mean() < 0.65, "a person's own row would tell the secret"
    assert len(guessers.held_out_model(domain, Question(2, (0,)), unlike[:0], fold[:0], unlike[:3])[1]) == 3


def test_the_guesser_of_inference_is_asked_about_the_same_people():
    targets = Targets(rows(90, 0), rows(40, 1), rows(50, 2))
    seen = np.arange(90) % 3 == 0, np.arange(90) % 2 == 0
    guessed = Inference().guesser(DOMAIN, targets, rows(20, 3), seen, ROLES, np.random.default_rng(0))
    assert [len(g) for g in guessed] == [30, 45]


GUARANTEE = Guarantee(Fraction(1, 4), 0.0)


def test_the_ceiling_of_a_precision_holds_for_the_best_attack_on_one_bit():
    """Claims by a threshold of the Gaussian mechanism: right above, wrong below another; no precision beats it."""
    for right, wrong in ((0.1, 0.2), (0.4, 0.4), (0.02, 0.5)):
        point = [Interval(x, x, 0.95) for x in (right, wrong)]
        bound = excess.largest_of_precision(GUARANTEE, *point)
        reached = ndtr(ndtri(right) + 0.5)
        avoided = 1 - ndtr(ndtri(1 - wrong) + 0.5)
        assert bound == pytest.approx(reached / (reached + avoided) - right / (right + wrong))
        assert 0 < bound < 1
    wide = excess.largest_of_precision(GUARANTEE, Interval(0.05, 0.2, 0.95), Interval(0.1, 0.3, 0.95))
    assert wide > excess.largest_of_precision(GUARANTEE, *(Interval(x, x, 0.95) for x in (0.1, 0.2)))
    nothing = Guarantee(Fraction(0), 0.0)
    assert excess.largest_of_precision(nothing, *(Interval(0.2, 0.2, 0.95),) * 2) == pytest.approx(0, abs=1e-12)
    assert excess.largest_of_precision(GUARANTEE, *(Interval(0.0, 0.0, 0.95),) * 2) == 0.0
    assert excess.largest_of_precision(GUARANTEE, *(Interval(0.0, 1.0, 0.95),) * 2) <= 1.0


@pytest.mark.parametrize("mu", [0.2, 1, 3, 6])
def test_ceilings_are_the_best_of_many_shares(mu):
    budget = Guarantee(Fraction(mu).limit_denominator(100) ** 2, 1e-9)
    for low, high in ((0.0, 0.004), (0.0, 1.0), (0.1, 0.2), (0.4, 0.9)):
        best = max(budget.tpr(x) - x for x in np.linspace(low, high, 4001))
        assert excess.largest(budget, Interval(low, high, 0.95)) == pytest.approx(best, abs=1e-5)
        assert excess.largest(budget, Interval(low, high, 0.95)) >= best - 1e-12
    for right, wrong in (((0.3, 0.4), (0.02, 0.05)), ((0.0, 0.01), (0.2, 0.3)), ((0.05, 0.08), (0.0, 0.004))):
        r, w = (np.linspace(*side, 300) for side in (right, wrong))
        found, missed = (np.array([budget.tpr(x) for x in side]) for side in (r, 1 - w))
        found, missed = found[:, None], np.maximum(0, 1 - missed)
        best = (found / (found + missed) - r[:, None] / (r[:, None] + w)).max()
        bound = excess.largest_of_precision(budget, *(Interval(*side, 0.95) for side in (right, wrong)))
        assert bound == pytest.approx(best, abs=2e-3)
        assert bound >= best - 1e-3


def test_without_claims_a_precision_has_no_ceiling_but_one():
    """r = 1e-30 and w = 1e-28, both within limits of people of whom nobody was claimed: precision 0.01 and 0.99."""
    found, missed = ndtr(ndtri(1e-30) + 1.0), ndtr(ndtri(1e-28) - 1.0)
    assert found / (found + missed) - 1 / 101 > 0.98
    nobody = Interval(0.0, 0.004, 0.95)
    assert excess.largest_of_precision(Guarantee(Fraction(1), 0.0), nobody, nobody) == 1.0


def test_rates_without_a_ceiling_are_named():
    flags = np.arange(40) < 10, np.arange(30) < 3
    bounded, free = excess.rates({"a": flags, "b": flags}, GUARANTEE, 0.95, frozenset({"a"}))
    assert bounded.ceiling == GUARANTEE.tpr(bounded.control_interval.high)
    assert free.ceiling is None
    assert free.resolvable
    assert excess.rates({"a": flags}, GUARANTEE, 0.95)[0].ceiling is not None


def test_a_rate_above_its_ceiling_is_a_leak_but_an_invalid_attack_stays_invalid():
    leaky, fine = (np.ones(300, bool), np.zeros(300, bool)), (np.zeros(300, bool), np.zeros(300, bool))
    only = frozenset({"a"})
    assert excess.status_with_rates("passed", {"a": leaky}, GUARANTEE, 0.95, only) == "leak"
    assert excess.status_with_rates("not_resolvable", {"a": leaky}, GUARANTEE, 0.95, only) == "leak"
    assert excess.status_with_rates("invalid", {"a": leaky}, GUARANTEE, 0.95, only) == "invalid"
    assert excess.status_with_rates("passed", {"a": fine, "b": leaky}, GUARANTEE, 0.95, only) == "passed"


def test_people_are_the_trials_however_many_rows_they_have():
    """One member with 3,000 rows is one trial."""
    rng, domain = np.random.default_rng(0), plain_domain(4, 3, 6)
    many = invented(domain, 1, rng, 1)
    many = Units(np.repeat(many.codes, 3000, axis=0), np.zeros(3000, np.int64), 1)
    members = people.join(many, invented(domain, 20, rng))
    assert len(members.codes[people.one_row(members, rng)]) == 21
