"""Merging levels that the noise hides, and telling them apart again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.privacy.queries import Measurement
from dpsynth.synth.compression import RARE_BELOW, Column, compress, project_on_simplex

SIGMA = 2.0
counts = st.lists(st.one_of(st.floats(-10, 10), st.floats(10, 1e4)), min_size=1, max_size=30)


def column(values, total=None) -> Column:
    values = np.array(values, float)
    measured = Measurement(("a",), (None,), values, SIGMA, "one_way")
    [found] = compress([measured], float(values.sum()) if total is None else total)
    return found


@given(counts)
def test_levels_below_three_sigma_share_the_last_group(values) -> None:
    found = column(values)
    hidden = [code for code, v in enumerate(values) if v < RARE_BELOW * SIGMA]
    kept = [code for code in range(len(values)) if code not in hidden]
    if len(hidden) < 2:
        assert found.group == tuple(range(len(values))) and found.rare == ()
    else:
        assert found.rare == tuple(hidden)
        assert [found.group[code] for code in kept] == list(range(len(kept)))
        assert {found.group[code] for code in hidden} == {len(kept)}
    assert found.size == max(found.group) + 1 == len(set(found.group))


@given(counts, st.floats(-10, 1e4))
def test_masses_and_shares_are_probabilities(values, total) -> None:
    found = column(values, total)
    assert min(found.mass) >= 0 and sum(found.mass) == pytest.approx(1)
    assert found.group_mass().shape == (found.size,) and found.group_mass().sum() == pytest.approx(1)
    for group in range(found.size):
        members = [code for code, g in enumerate(found.group) if g == group]
        assert sum(found.share[code] for code in members) == pytest.approx(1)
    # Mass is group mass times share, up to groups without any mass.
    for code, group in enumerate(found.group):
        assert found.mass[code] == pytest.approx(found.group_mass()[group] * found.share[code])


@given(counts, st.integers(0, 60), st.integers(0, 5))
def test_expanded_levels_lie_in_their_group(values, n, seed) -> None:
    found = column(values)
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, found.size, n).astype(np.uint16)
    codes = found.expand(groups, rng)
    assert codes.dtype == np.uint16 and codes.shape == (n,)
    assert (np.array(found.group)[codes] == groups).all()


def test_expansion_keeps_shares_as_whole_numbers_can() -> None:
    found = column([100, 1, 2, 5, 0, -3])
    assert found.rare == (1, 2, 3, 4, 5)
    codes = found.expand(np.full(1000, found.size - 1, np.uint16), np.random.default_rng(0))
    drawn = np.bincount(codes, minlength=6)
    for code in found.rare:
        assert abs(drawn[code] - 1000 * found.share[code]) < 1
    assert drawn[5] == 0


def test_shares_are_kept_over_all_blocks() -> None:
    """Each block by itself would be off by one each time."""
    found, rng = column([100, 1, 2, 5, 0, -3]), np.random.default_rng(0)
    rare = np.full(7, found.size - 1, np.uint16)
    left = found.rare_counts(7 * 400, rng)
    together = np.bincount(np.concatenate([found.expand(rare, rng, left) for _ in range(400)]), minlength=6)
    alone = np.bincount(np.concatenate([found.expand(rare, rng) for _ in range(400)]), minlength=6)
    expected = 2800 * np.array([0, *(found.share[code] for code in found.rare)])
    assert np.abs(together - expected).max() < 1 and left.sum() == 0
    assert np.abs(alone - expected).max() > 2


def test_independent_levels_vary_like_independent_rows() -> None:
    found, rng = column([100, 3, 3, 3, 3]), np.random.default_rng(0)
    drawn = [found.rare_counts(100, rng, rounding=False) for _ in range(300)]
    assert np.var(drawn, axis=0) == pytest.approx(100 * 0.25 * 0.75, rel=0.35)


def test_expansion_is_in_no_order() -> None:
    """Systematic sampling over a permutation: levels do not follow the order of rows."""
    found = column([0.0] * 4, 100.0)
    codes = found.expand(np.zeros(4000, np.uint16), np.random.default_rng(0)).astype(float)
    assert abs(np.corrcoef(codes[1:], codes[:-1])[0, 1]) < 0.1
    assert abs(np.corrcoef(codes, np.arange(4000))[0, 1]) < 0.1


def test_single_expansions_have_the_right_probability() -> None:
    found = column([100, 3, 1, 4])
    rng = np.random.default_rng(1)
    drawn = np.bincount([int(found.expand(np.array([1], np.uint16), rng)[0]) for _ in range(4000)], minlength=4) / 4000
    assert drawn == pytest.approx([0, *[found.share[c] for c in (1, 2, 3)]], abs=0.04)


@pytest.mark.parametrize("values", [[0.0, 0.0, 0.0], [-5.0, -6.0], [1.0, 2.0, 5.0]])
def test_all_levels_rare(values) -> None:
    found = column(values)
    assert found.size == 1 and found.rare == tuple(range(len(values)))


@pytest.mark.parametrize("value", [-3.0, 0.0, 1e6])
def test_one_level(value: float) -> None:
    found = column([value])
    assert (found.group, found.share, found.mass) == ((0,), (1.0,), (1.0,))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0.5, 200))
def test_projection_is_the_closest_table(values, total) -> None:
    """The conditions of Karush, Kuhn and Tucker: positive cells are shifted by one number, the others are below it."""
    values = np.array(values)
    found = project_on_simplex(values, total)
    assert found.min() >= 0 and found.sum() == pytest.approx(total)
    shift = values - found
    positive = found > 1e-9
    assert np.ptp(shift[positive]) == pytest.approx(0, abs=1e-6)
    assert (values[~positive] <= shift[positive].max() + 1e-6).all()
