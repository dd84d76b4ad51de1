"""Merging levels, and telling them apart again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.domain.attribute import Category
from dpsynth.synth.columns import (
    FULL,
    MOST,
    Column,
    group_numbers,
    merge_levels,
    number_of_groups,
    one_group_a_level,
    order,
)

SIGMA = 2.0
counts = st.lists(st.one_of(st.floats(-10, 10), st.floats(10, 1e4)), min_size=1, max_size=60)


def attribute(size: int, *, ordered: bool = False, other: int | None = None, missing: int | None = None) -> Category:
    levels = tuple(f"l{i}" for i in range(size))
    return Category("x", levels, other, missing, (), frozenset(), {}, 0, is_ordered=ordered)


def merged(values, groups=6, *, ordered=False, classes=None, keep=False, other=None, missing=None) -> Column:
    values = np.array(values, float)
    a = attribute(len(values), ordered=ordered, other=other, missing=missing)
    return merge_levels(a, values, SIGMA, max(1.0, float(values.sum())), groups, classes, keep=keep)


@given(counts, st.booleans(), st.integers(2, 20), st.data())
def test_groups_are_numbered_without_gaps_and_respect_classes(values, ordered, groups, data) -> None:
    classes = data.draw(st.none() | st.lists(st.integers(0, 2), min_size=len(values), max_size=len(values)))
    found = merged(values, groups, ordered=ordered, classes=classes)
    assert set(found.group) == set(range(found.size))
    if classes is not None and len(values) > 2:
        for g in range(found.size):
            assert len({c for c, of in zip(classes, found.group, strict=True) if of == g}) == 1
    if not found.merged:
        assert found.group == tuple(range(len(values))), "nobody is asked to sort the levels"


def test_levels_that_only_rules_tell_apart_keep_their_order() -> None:
    assert merged([60, 30, 10], 20, classes=[0, 1, 0]).group == (0, 1, 2)


@given(counts, st.booleans(), st.integers(2, 20))
def test_masses_and_shares_are_probabilities(values, ordered, groups) -> None:
    found = merged(values, groups, ordered=ordered)
    assert min(found.mass) >= 0 and sum(found.mass) == pytest.approx(1)
    assert found.group_mass().sum() == pytest.approx(1)
    for g in range(found.size):
        members = [code for code, of in enumerate(found.group) if of == g]
        assert sum(found.share[code] for code in members) == pytest.approx(1)
    for code, g in enumerate(found.group):
        assert found.mass[code] == pytest.approx(found.group_mass()[g] * found.share[code])


@given(counts, st.integers(2, 20))
def test_ordered_groups_are_intervals(values, groups) -> None:
    found = merged(values, groups, ordered=True)
    assert list(found.group) == sorted(found.group)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300), st.booleans(), st.integers(4, 40))
def test_no_column_gets_more_groups_than_the_plan_was_made_for(values, ordered, groups) -> None:
    assert merged(values, groups, ordered=ordered).size <= MOST
    assert merged(values, groups, ordered=ordered, keep=True).size <= MOST


def test_a_column_that_keeps_its_levels_keeps_all_of_them() -> None:
    values = np.array([1000.0] + [1.0] * 99)
    assert one_group_a_level(attribute(100), values, SIGMA, float(values.sum())).size == 100


def test_missing_and_other_are_no_part_of_the_order() -> None:
    values = [100.0] * 20
    a = attribute(20, ordered=True, other=18, missing=19)
    assert order(a).tolist() == list(range(18))
    found = merged(values, 4, ordered=True, other=18, missing=19)
    assert found.group.count(found.group[19]) == 1 and found.group.count(found.group[18]) == 1
    assert order(attribute(3)) is None


def test_heavy_levels_stay_alone_and_the_light_rest_keeps_several_groups() -> None:
    """A column that is nearly always zero: 92 % in one level, the rest over 99."""
    values = [92_000.0] + [8000 / 99] * 99
    found = merged(values, 11, ordered=True)
    assert found.group.count(0) == 1
    assert found.size == 1 + round(0.08 ** (1 / 3) * 11)


def test_small_levels_of_an_unordered_column_share_a_group() -> None:
    found = merged([5000.0, 4000.0, 900.0, 20.0, 30.0, 10.0], 6)
    assert found.group == (0, 1, 2, 3, 3, 3)
    assert found.merged and group_numbers([found]) == {"x": found.group}


def test_two_levels_and_kept_levels_are_never_merged() -> None:
    assert merged([9999.0, 1.0]).group == (0, 1)
    values = [1000.0] + [1.0] * (FULL - 1)
    assert merged(values).merged
    assert merged(values, keep=True).size == FULL
    assert merged([*values, 1.0], keep=True).merged
    assert group_numbers([merged([5.0, 5.0])]) == {}


@given(st.floats(1, 1e9), st.floats(0.1, 1e6))
def test_more_rows_and_less_noise_give_more_groups(rows, sigma) -> None:
    assert 4 <= number_of_groups(rows, sigma) <= number_of_groups(8 * rows, sigma) <= 40


@given(counts, st.integers(0, 60), st.integers(0, 5), st.booleans())
def test_expanded_levels_lie_in_their_group(values, n, seed, ordered) -> None:
    found = merged(values, ordered=ordered)
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, found.size, n).astype(np.uint16)
    codes = found.expand(groups, rng)
    assert codes.dtype == np.uint16 and codes.shape == (n,)
    assert (np.array(found.group)[codes] == groups).all()


def test_expanded_counts_are_shares_up_to_one() -> None:
    found = merged([5000.0, 40.0, 30.0, 20.0, 10.0])
    assert found.group == (0, 1, 1, 1, 1)
    for n in (1, 7, 1000):
        codes = found.expand(np.ones(n, np.uint16), np.random.default_rng(n))
        drawn = np.bincount(codes, minlength=5)
        assert np.abs(drawn - n * np.array([0, *found.share[1:]])).max() < 1 + 1e-9


def test_shares_are_kept_over_all_blocks() -> None:
    """Each block by itself would be off by one each time."""
    found, rng = merged([5000.0, 40.0, 30.0, 20.0, 10.0]), np.random.default_rng(0)
    rare = np.ones(7, np.uint16)
    left = found.level_counts(np.array([0, 7 * 400]), rng)
    together = np.bincount(np.concatenate([found.expand(rare, rng, left) for _ in range(400)]), minlength=5)
    alone = np.bincount(np.concatenate([found.expand(rare, rng) for _ in range(400)]), minlength=5)
    expected = 2800 * np.array([0, *found.share[1:]])
    assert np.abs(together - expected).max() < 1 and left.sum() == 0
    assert np.abs(alone - expected).max() > 2


def test_independent_levels_vary_like_independent_rows() -> None:
    found, rng = merged([5000.0, 25.0, 25.0, 25.0, 25.0]), np.random.default_rng(0)
    drawn = [found.level_counts(np.array([0, 100]), rng, rounding=False)[1:] for _ in range(300)]
    assert np.var(drawn, axis=0) == pytest.approx(100 * 0.25 * 0.75, rel=0.35)


def test_expansion_is_in_no_order() -> None:
    found = merged([5000.0, 25.0, 25.0, 25.0, 25.0])
    codes = found.expand(np.ones(4000, np.uint16), np.random.default_rng(0)).astype(float)
    assert abs(np.corrcoef(codes[1:], codes[:-1])[0, 1]) < 0.1
    assert abs(np.corrcoef(codes, np.arange(4000))[0, 1]) < 0.1
