"""Samples have exactly the declared rate, places are uniform, and the noise is Gaussian to its tails."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import mpmath
import numpy as np
import pytest
from scipy import stats

from dpsynth.privacy import randomness
from dpsynth.privacy.events import snap_rate
from dpsynth.privacy.randomness import SYSTEM_BITS, gaussian, places, sample

ALPHA = 1e-6
"""False alarms of a statistical test."""


class Given:
    """Bits that were written down."""

    name, private = "testing.given", False

    def __init__(self, words) -> None:
        self.left = np.array(words, np.uint64)

    def words(self, number):
        found, self.left = self.left[:number], self.left[number:]
        return found


@pytest.mark.parametrize("rate", [2**-32, 0.25, 0.3, 1 - 2**-32, 1.0])
def test_exactly_the_bits_below_the_rate_are_in(rate) -> None:
    """A person is in for rate 2^32 of the 2^32 equally likely numbers, no more and no less."""
    rate = snap_rate(rate)
    edge = round(rate * 2**32)
    halves = np.array([0, edge - 1, min(edge, 2**32 - 1), 2**32 - 1], np.uint32)
    chosen = sample(Given(halves.view(np.uint64)), 4, rate)
    assert chosen.tolist() == [i for i, half in enumerate(halves.tolist()) if half < edge]


def test_everybody_is_in_as_often_as_declared_and_on_their_own() -> None:
    people, draws, rate = 40, 4000, snap_rate(0.3)
    inside = np.zeros((draws, people), bool)
    for row in inside:
        row[sample(SYSTEM_BITS, people, rate)] = True
    hits, spread = inside.sum(0), draws * rate * (1 - rate)
    assert stats.chi2.sf(((hits - draws * rate) ** 2 / spread).sum(), people) > ALPHA
    sizes = inside.sum(1)
    expected = stats.binom.pmf(np.arange(people + 1), people, rate) * draws
    common = expected >= 5
    seen = np.bincount(sizes, minlength=people + 1)
    counts, ideal = ([*x[common], x[~common].sum()] for x in (seen, expected))
    assert stats.chisquare(counts, ideal, sum_check=False).pvalue > ALPHA  # sizes of samples are binomial
    together = np.corrcoef(inside.T.astype(float))[np.triu_indices(people, 1)]
    assert stats.chi2.sf((together**2).sum() * draws, len(together)) > ALPHA
    after = (inside[1:].astype(float) - rate) * (inside[:-1] - rate)
    assert abs(after.mean()) < 5 * rate * (1 - rate) / np.sqrt(after.size)


def test_nobody_and_odd_numbers_of_people() -> None:
    assert sample(SYSTEM_BITS, 0, 0.5).tolist() == []
    assert sample(SYSTEM_BITS, 1, 1.0).tolist() == [0] and sample(SYSTEM_BITS, 3, 1.0).tolist() == [0, 1, 2]


def test_everybody_chosen_has_one_place_and_nobody_is_cut_off() -> None:
    for number, capacity, tables in ((0, 4, 1), (3, 4, 1), (4, 4, 1), (5, 4, 2), (9, 4, 3)):
        who, real = places(SYSTEM_BITS, np.arange(number) + 7, capacity)
        assert who.shape == real.shape == (tables, capacity)
        assert sorted(who[real].tolist()) == list(range(7, 7 + number))
        assert (who[~real] == 0).all()


def test_places_are_uniform() -> None:
    seen = np.zeros((3, 5))
    for _ in range(2000):
        who, real = places(SYSTEM_BITS, np.arange(3), 5)
        for person in range(3):
            seen[person] += real[0] & (who[0] == person)
    assert (seen.sum(1) == 2000).all()
    assert min(stats.chisquare(row).pvalue for row in seen) > ALPHA


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_one_person_more_moves_at_most_one_row(number: int) -> None:
    """The laws of both samples go together: the person takes an empty place, or another's, who takes the empty one."""
    capacity, more = 2, number + 1
    room = capacity * -(-more // capacity)
    rng = np.random.default_rng(0)

    def drawn(people: int) -> list[tuple[int, ...]]:
        each = (places(SYSTEM_BITS, np.arange(1, people + 1), capacity)[0].ravel() for _ in range(6000))
        return [tuple(np.pad(who, (0, room - len(who))).tolist()) for who in each]

    coupled = []
    for who in drawn(number):
        after = np.array(who)
        empty = rng.choice(np.flatnonzero(after[room - capacity :] == 0)) + room - capacity
        place = rng.choice([*np.flatnonzero(after), empty])
        after[empty] = after[place]
        after[place] = more
        coupled.append(tuple(after.tolist()))
    seen = [Counter(coupled), Counter(drawn(more))]
    table = np.array([[law[kind] for kind in sorted(seen[0] | seen[1])] for law in seen])
    assert table.shape[1] < 2 or stats.chi2_contingency(table).pvalue > ALPHA


def test_equal_keys_are_drawn_again() -> None:
    who, _ = places(Given([5, 5, 1, 30, 20, 10]), np.array([8, 9]), 3)
    assert who.tolist() == [[0, 9, 8]]


def test_noise_is_gaussian() -> None:
    z = gaussian(SYSTEM_BITS, 400_000, 0.7) / 2**24 / 0.7
    assert abs(z.mean()) < 5 / len(z) ** 0.5
    assert abs(z.std() - 1) < 5 / (2 * len(z)) ** 0.5
    assert stats.kstest(z[:100_000], "norm").pvalue > ALPHA
    assert abs((z[1:] * z[:-1]).mean()) < 5 / len(z) ** 0.5
    for cut in (3.0, 4.0):
        assert stats.binomtest(int((np.abs(z) > cut).sum()), len(z), 2 * stats.norm.sf(cut)).pvalue > ALPHA


def test_tails_are_as_fine_as_the_middle() -> None:
    """The least probability of 128 bits, on both sides, and the step across 0."""
    low, high = gaussian(Given([0, 1, 0, 0]), 2, 1.0) / 2**24
    assert low == -high == pytest.approx(-stats.norm.ppf(2.0**-129), abs=1e-6)
    near = gaussian(Given([2**64 - 2, 2**64 - 1]), 2, 1.0)
    assert near.tolist() == [0, 0]


@pytest.mark.parametrize("first", [0, 1, 1000, 2**53 - 1, 2**53, 2**60, 2**63 - 1])
def test_the_noise_is_the_quantile_of_its_digits(first) -> None:
    """In 60 digits; the second word is looked at only where the first holds fewer digits than a floating number."""
    for second in (0, 2**40, 2**64 - 1):
        bits = Given([2 * first + 1, second])
        found = float(gaussian(bits, 1, 2.0)[0]) / 2**25
        assert len(bits.left) == (first >= 2**53)
        with mpmath.workdps(60):
            tail = (mpmath.mpf(first) * 2**64 + second) / 2**128 if first < 2**53 else mpmath.mpf(first) / 2**64
            tail += mpmath.mpf(2) ** (-129 if first < 2**53 else -65)
            assert mpmath.erfc(-found / mpmath.sqrt(2)) / 2 == pytest.approx(tail, rel=2e-6)


def test_no_point_of_the_grid_near_the_body_is_out_of_reach() -> None:
    """At 9 sigma, where 64 bits have a gap of thousands of points, neighbouring numbers of 128 bits meet one point."""
    where = stats.norm.cdf(-9.0) * 2.0**128
    first, second = divmod(int(where), 2**64)
    one, other = (gaussian(Given([2 * first + 1, second + i]), 1, 1.0)[0] for i in (0, 2**20))
    assert one == other < -8.9 * 2**24


def test_noise_is_whole_numbers() -> None:
    z = gaussian(SYSTEM_BITS, 1000, 3.0)
    assert (z == np.rint(z)).all() and len(np.unique(z % 64)) == 64


def test_two_draws_differ() -> None:
    assert len(set(np.concatenate([gaussian(SYSTEM_BITS, 500, 1.0) for _ in range(2)]).tolist())) == 1000


def test_nothing_takes_a_seed() -> None:
    """Neither the file nor the generator knows a word for a state that could be repeated."""
    tree = ast.parse(Path(randomness.__file__).read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert not names & {"seed", "random", "default_rng", "Generator", "manual_seed", "rng"}
    assert SYSTEM_BITS.private and "urandom" in names
