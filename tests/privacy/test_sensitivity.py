"""Remove any person: no exact number moves by more than what is charged, in whole numbers of the lattice."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.privacy import counting
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import LATTICE
from dpsynth.privacy.queries import group_shape
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

K = 10_000
DOMAIN = tables.domain(2, 3, 4)
CLIQUES = [(), ("a",), ("c",), ("a", "b"), ("c", "a"), ("a", "b", "c"), ("c", "b", "a")]
GROUPS = [{}, {"c": (0, 1, 1, 1), "b": (0, 0, 0)}]
CLIPS = [1.0, 1.7, 3.0, 50.0, 1e6]


class Recorder(NoNoise):
    def __init__(self) -> None:
        self.seen = []

    def add(self, values, sigma):
        self.seen.append(values.tolist())
        return values


def asked(crowd, groups, clip, shift):
    """Every kind of question, one at a time: exact answers, and the sensitivity that each was charged with."""
    recorder = Recorder()
    curator = Curator(tables.people(DOMAIN, crowd), DOMAIN, K, 10**9, 10**9, recorder)
    for clique in CLIQUES:
        target = np.full(group_shape(DOMAIN.sizes, clique, groups), shift)
        curator.measure([clique], 1e6, "x", groups)
        curator.distances([clique], [target], 1e6, "x", groups)
        curator.measure([clique], 1e6, "x", groups, clip=clip)
        curator.distances([clique], [target], 1e6, "x", groups, clip=clip)
    curator.unit_sizes((1, 3, 100), 1e6, "x")
    curator.unit_sizes((), 1e6, "x")
    return recorder.seen, [event.sensitivity for event in curator.event.events]


def stays_below(crowd, person, groups, clip, shift) -> bool:
    """Whether no answer moves further than it was charged for, and no plain count further than the person's rows."""
    before, declared = asked(crowd, groups, clip, shift)
    after, _ = asked(crowd[:person] + crowd[person + 1 :], groups, clip, shift)
    for x, y, sensitivity in zip(before, after, declared, strict=True):
        moved = sum((a - b) ** 2 for a, b in zip(x, y, strict=True))
        own = len(crowd[person]) if sensitivity == K else 1
        if moved > (own * LATTICE) ** 2 or own > sensitivity:
            return False
    return True


row = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)).map(list)
spread = [[i % 2, i % 3, i % 4] for i in range(24)]
person = st.one_of(
    st.lists(row, max_size=6),
    st.tuples(row, st.integers(1, 40)).map(lambda one: [one[0]] * one[1]),
    st.sampled_from([spread, [[0, 0, 0]] * K, [[1, 2, i % 4] for i in range(K)]]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(person, min_size=1, max_size=5), st.data(), st.sampled_from(GROUPS), st.sampled_from(CLIPS),
    st.floats(-5, 60),
)  # fmt: skip
def test_no_person_moves_an_answer_further_than_is_charged(crowd, data, groups, clip, shift) -> None:
    assert stays_below(crowd, data.draw(st.integers(0, len(crowd) - 1)), groups, clip, shift)


def test_the_sensitivity_of_clipped_histograms_is_nearly_reached() -> None:
    """A unit at its bound fills it up to one step of the lattice: no noise is wasted."""
    [answer] = Curator(tables.people(DOMAIN, [[[0, 0, 0]] * 9]), DOMAIN, K, 10**9, 10**9, NoNoise()).measure(
        [("a", "b")], 1.0, "x", clip=4.0
    )
    assert 4 * (1 - 2**-29) < np.linalg.norm(answer.values) <= 4


# ------------------------------------------------------------------------------------------------------------- oracle


def one_unit(rows, clique, groups, clip, rounded=math.floor, bound=counting.ONE_CONTRIBUTION):
    """A person's own clipped histogram, cell by cell."""
    height = {}
    for codes in rows:
        cell = tuple(groups[n][codes[DOMAIN.index(n)]] if n in groups else codes[DOMAIN.index(n)] for n in clique)
        height[cell] = height.get(cell, 0) + 1
    norm = math.sqrt(sum(h * h for h in height.values()))
    return {cell: rounded(h * (bound / max(clip, norm))) for cell, h in height.items()}


def slow(crowd, clique, groups, clip, **how):
    table = np.zeros(group_shape(DOMAIN.sizes, clique, groups), np.int64)
    for rows in crowd:
        for cell, part in one_unit(rows, clique, groups, clip, **how).items():
            table[cell] += part
    return table


def inputs(crowd):
    units = tables.people(DOMAIN, crowd)
    return {n: units.codes[:, i].copy() for i, n in enumerate(DOMAIN.names)}, units.owner, DOMAIN.sizes


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.lists(row, max_size=6), st.just(spread)), max_size=6),
    st.sampled_from(GROUPS),
    st.sampled_from(CLIPS),
)
def test_clipped_histograms_against_one_person_at_a_time(crowd, groups, clip) -> None:
    found = counting.clipped(*inputs(crowd), CLIQUES, groups, [clip] * len(CLIQUES))
    for clique, table in zip(CLIQUES, found, strict=True):
        assert (table == slow(crowd, clique, groups, clip)).all()
        assert table.shape == group_shape(DOMAIN.sizes, clique, groups)


@settings(max_examples=200, deadline=None)
@given(st.lists(row, min_size=1, max_size=40), st.floats(1, 50))
def test_a_part_is_the_true_one_rounded_toward_zero(rows, clip) -> None:
    """Against exact roots of whole numbers: never above, at most one step below, and no norm above 2^30."""
    [found] = counting.clipped(*inputs([rows]), [("a", "b", "c")], {}, [clip])
    heights = Counter(map(tuple, rows))
    square = max(Fraction(clip) ** 2, sum(h * h for h in heights.values()))
    assert sum(part**2 for part in found.ravel().tolist()) <= LATTICE**2
    for cell, part in np.ndenumerate(found):
        true = math.isqrt(math.floor((LATTICE * heights[cell]) ** 2 / square))
        assert true - 1 <= part <= true


# ------------------------------------------------------------------------------------------------------------ mutants


def sums(crowd_of):
    """A stand-in for `counting.clipped` from a function of all rows of the table, person by person."""

    def clipped(columns, owner, sizes, cliques, groups, clips):
        rows = np.stack([columns[n] for n in DOMAIN.names], axis=1).tolist() if len(owner) else []
        crowd = [[r for r, o in zip(rows, owner, strict=True) if o == i] for i in range(max(owner, default=-1) + 1)]
        return [crowd_of(crowd, q, groups, c) for q, c in zip(cliques, clips, strict=True)]

    return clipped


def unclipped(crowd, clique, groups, clip):
    return slow([[r] for rows in crowd for r in rows], clique, groups, clip)


def clipped_after_summing(crowd, clique, groups, clip):
    return slow([[r for rows in crowd for r in rows]], clique, groups, clip)


def rounded_up(crowd, clique, groups, clip):
    return slow(crowd, clique, groups, clip, rounded=math.ceil, bound=LATTICE)


def rounded_to_nearest(crowd, clique, groups, clip):
    return slow(crowd, clique, groups, clip, rounded=round, bound=LATTICE)


EXAMPLES = [
    ([[[0, 0, 0], [1, 1, 1]]], 0, 1.0),
    ([[[0, 0, 0]] * 5, [[1, 2, 3]]], 0, 1.7),
    ([[[0, 0, 0]] * 3, [[1, 1, 1], [0, 0, 2]], spread], 1, 1.0),
    ([[[0, 0, 0]], [[1, 2, 3]] * 40], 1, 3.0),
    ([spread, [[0, 1, 2]]], 0, 1.0),
]


@pytest.mark.parametrize("mutant", [unclipped, clipped_after_summing, rounded_up, rounded_to_nearest])
def test_mutants_are_caught(mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(stays_below(crowd, who, {}, clip, 0.0) for crowd, who, clip in EXAMPLES)
    monkeypatch.setattr(counting, "clipped", sums(mutant))
    assert not all(stays_below(crowd, who, {}, clip, 0.0) for crowd, who, clip in EXAMPLES)


def test_the_stand_in_of_the_mutants_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is caught is the mutation, not the way in which it was put in."""
    monkeypatch.setattr(counting, "clipped", sums(slow))
    assert all(stays_below(crowd, who, {}, clip, 0.0) for crowd, who, clip in EXAMPLES)
