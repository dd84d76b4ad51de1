from collections import Counter

import numpy as np
import pytest

from dpsynth.attacks import isolation, predicates
from dpsynth.attacks.predicates import Holders
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.testing.attacks import invented, plain_domain

DOMAIN = plain_domain(4, 3, 6, 5)


def some(people, seed, rows=3):
    return invented(DOMAIN, people, np.random.default_rng(seed), rows)


def naive_fits(predicate, row):
    return all(low <= row[column] <= high for column, low, high in predicate)


def naive_who(predicate, group):
    return {int(o) for row, o in zip(group.codes, group.owner, strict=True) if naive_fits(predicate, row)}


def test_holders_equal_the_loop_over_rows_and_people():
    group, rng = some(40, 0), np.random.default_rng(1)
    claims = predicates.from_domain(DOMAIN, 30, 20, rng) + [((2, 1, 3),), ((0, 0, 2), (1, 1, 1))]
    held = predicates.holders(claims, group)
    pairs = {(k, person) for k, claim in enumerate(claims) for person in naive_who(claim, group)}
    assert sorted(zip(held.predicate.tolist(), held.person.tolist(), strict=True)) == sorted(pairs)
    assert (held.predicates, held.people) == (32, 40)


def test_no_predicates_and_nobody():
    assert predicates.holders([], some(3, 0)).person.tolist() == []
    nobody = Units(some(3, 0).codes[:0], np.zeros(0, np.int64), 0)
    assert predicates.holders([((0, 1, 1),)], nobody).person.tolist() == []


@pytest.mark.parametrize("seed", range(4))
def test_claims_fit_exactly_one_row_and_are_different(seed):
    release = some(30, seed).codes
    single, several = predicates.from_release(DOMAIN, release, np.random.default_rng(seed))
    assert len(set(single + several)) == len(single + several)
    for claim in single + several:
        assert sum(naive_fits(claim, row) for row in release) == 1
    assert all(len(claim) == 1 for claim in single)
    assert {len(claim) for claim in several} <= {2, 3, 4}
    assert all(low == high for claim in several for _, low, high in claim)


def test_every_combination_that_one_row_has_is_found_where_there_are_few():
    release = np.array([[0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 0]], np.uint16)
    several = predicates.multivariate(plain_domain(2, 2, 1), release, 100, np.random.default_rng(0))
    expected = [((0, a, a), (1, b, b)) for (a, b), n in Counter(map(tuple, release[:, :2].tolist())).items() if n == 1]
    assert {claim for claim in several if len(claim) == 2 and claim[1][0] == 1} == set(expected)
    assert predicates.multivariate(plain_domain(2, 2, 1), release, 2, np.random.default_rng(0)).__len__() == 2


def test_predicates_of_one_column_by_hand():
    """Column a: level 4 occurs once, and is the upper end. Column b has no order. Missing (6) is no end of c."""

    def column(name, levels, ordered, missing=None):
        labels = tuple(str(i) for i in range(levels))
        return Category(name, labels, None, missing, (), frozenset(), {}, 0, is_ordered=ordered)

    domain = Domain((column("a", 6, True), column("b", 3, False), column("c", 7, True, 6)))
    release = np.array([[2, 0, 3], [2, 1, 3], [4, 1, 6]], np.uint16)
    assert predicates.univariate(domain, release) == [((0, 4, 4),), ((0, 4, 5),), ((1, 0, 0),), ((2, 6, 6),)]
    assert predicates.univariate(domain, release[:0]) == []
    one = predicates.univariate(domain, release[:1])
    assert one == [((0, 2, 2),), ((0, 0, 2),), ((0, 2, 5),), ((1, 0, 0),), ((2, 3, 3),), ((2, 0, 3),), ((2, 3, 5),)]


def test_guesses_have_the_weight_of_one_row_in_the_release():
    sizes = {i: a.size for i, a in enumerate(DOMAIN.attributes)}
    for guess in predicates.from_domain(DOMAIN, 50, 20, np.random.default_rng(0)):
        cells = [sizes[column] for column, _, _ in guess]
        assert all(0 <= low == high < sizes[column] for column, low, high in guess)
        assert np.prod(cells) >= 20 > np.prod(cells) / max(cells)
    everything = predicates.from_domain(DOMAIN, 5, 10**9, np.random.default_rng(0))
    assert all(len(guess) == 4 for guess in everything)
    assert predicates.from_domain(plain_domain(), 5, 10, np.random.default_rng(0)) == []


def as_holders(table):
    """From a table of predicates x people."""
    predicate, person = np.nonzero(table)
    return Holders(predicate, person, *table.shape)


@pytest.mark.parametrize("seed", range(4))
def test_singled_out_equals_the_loop_over_people(seed):
    rng = np.random.default_rng(seed)
    table, members = rng.random((25, 30)) < 0.06, 20
    left_out = int(np.random.default_rng(7).integers(0, members))

    def alone(person):
        others = [i for i in range(members) if i != (person if person < members else left_out)]
        return any(row[person] and not row[others].any() for row in table)

    found = isolation.singled_out(as_holders(table), members, np.random.default_rng(7))
    assert found.members.tolist() == [alone(i) for i in range(members)]
    assert found.held_out.tolist() == [alone(i) for i in range(members, 30)]
    assert 0 < found.members.sum() < members

    def alone_without(person, other):
        others = [i for i in range(members) if i not in (person, other)]
        return any(row[person] and not row[others].any() for row in table)

    losers = [i for i in range(members) if not alone(i)]
    pairs = [(a, b) for a in losers for b in losers if a < b and alone_without(a, b) and alone_without(b, a)]
    first = sum(map(alone, range(members)))
    assert found.effect == pytest.approx(1 + 2 * len(pairs) / (first * (1 - first / members)))


def test_species_have_the_variance_of_good_and_esty():
    """Every person is of one of 60 kinds, and each kind is a predicate: Esty's f1 and f2 count kinds seen once, twice."""
    rng, n, m = np.random.default_rng(0), 60, 40
    values, variances, pairs = [], [], 0
    for _ in range(1500):
        kinds = rng.integers(0, 60, n + m)
        found = isolation.singled_out(Holders(kinds, np.arange(n + m), 60, n + m), n, rng)
        p, q, times = found.members.mean(), found.held_out.mean(), np.bincount(kinds[:n], minlength=60)
        f1, f2 = (times == 1).sum(), (times == 2).sum()
        pairs += f2
        assert found.effect * p * (1 - p) * n == pytest.approx(f1 * (1 - f1 / n) + 2 * f2)
        values.append(p - q)
        variances.append(found.effect * p * (1 - p) / n + q * (1 - q) / m)
    assert pairs > 1500 * 5
    assert np.mean(values) == pytest.approx(0, abs=0.01)
    assert np.std(values) == pytest.approx(np.mean(variances) ** 0.5, rel=0.06)


def test_singled_out_among_nobody():
    nobody = isolation.singled_out(as_holders(np.ones((2, 3), bool)), 0, np.random.default_rng(0))
    assert (nobody.members.tolist(), nobody.held_out.tolist(), nobody.effect) == ([], [True, True, True], 1.0)


@pytest.mark.parametrize("seed", range(4))
def test_isolation_equals_the_loop_over_predicates(seed):
    rng = np.random.default_rng(seed)
    table = rng.random((25, 30)) < 0.08
    first, second = np.arange(3, 13), np.arange(15, 25)
    found = isolation.isolation(as_holders(table), first, second)
    assert found.members.tolist() == [row[first].sum() == 1 for row in table]
    assert found.control.tolist() == [row[second].sum() == 1 for row in table]
    clusters = [
        sum(row[person] and row[group].sum() == 1 for row in table) for group in (first, second) for person in group
    ]
    assert found.trials == pytest.approx(25 * sum(clusters) / sum(c * c for c in clusters))


def test_predicates_about_one_person_are_worth_one_trial():
    table = np.zeros((40, 4), bool)
    table[:, 0] = True
    found = isolation.isolation(as_holders(table), np.array([0, 1]), np.array([2, 3]))
    assert found.trials == 1.0
    rate = found.rate("isolating", 0.95)
    assert (rate.members, rate.control, rate.ceiling) == (1.0, 0.0, None)
    assert rate.members_interval.low < 0.3
    half = found.part(np.arange(40) < 20)
    assert (len(half.members), half.trials) == (20, 0.5)


def test_as_many_people_of_either_group():
    first, second = isolation.equal_groups(10, 4, np.random.default_rng(0))
    assert second.tolist() == [10, 11, 12, 13]
    assert len(set(first.tolist())) == 4
    assert first.max() < 10


def test_isolation_by_chance_has_cohen_and_nissims_rate():
    """Predicates that fit each of n people with probability w isolate with probability n w (1 - w)^(n - 1)."""
    rng, n, w = np.random.default_rng(0), 50, 0.02
    found = isolation.isolation(as_holders(rng.random((4000, 2 * n)) < w), np.arange(n), np.arange(n, 2 * n))
    expected = n * w * (1 - w) ** (n - 1)
    assert found.members.mean() == pytest.approx(expected, abs=0.03)
    assert found.control.mean() == pytest.approx(expected, abs=0.03)
