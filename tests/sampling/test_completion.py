"""Cells that are drawn follow the exact conditional law of each row, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dpsynth.sampling.completion import completed
from tests.sampling.test_balance import GROUPS, joint, model


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize(("empty", "never"), [(("b",), {}), (("a", "d"), {"a": 2}), (("a", "b", "c", "d"), {"d": 0})])
def test_drawn_cells_follow_the_conditional_law(empty: tuple[str, ...], never: dict[str, int], zero: bool) -> None:
    found, n = model(zero), 20_000
    names, rng = list(GROUPS), np.random.default_rng(6)
    known = np.array([name not in empty for name in names])
    row = np.array([1, 2, 0, 1], np.uint16)
    codes = completed(found, np.tile(row, (n, 1)), np.tile(known, (n, 1)), never, rng)
    np.testing.assert_array_equal(codes[:, known], np.tile(row[known], (n, 1)))
    law = joint(found)[tuple(row[i] if known[i] else slice(None) for i in range(4))]
    for name, code in never.items():
        law.swapaxes(0, empty.index(name))[code] = 0.0
    law = law / law.sum()
    seen = np.zeros_like(law)
    np.add.at(seen, tuple(codes[:, ~known].T), 1)
    assert (seen[law == 0] == 0).all()
    assert stats.chisquare(seen[law > 0], n * law[law > 0]).pvalue > 0.001


def test_rows_with_different_empty_cells_go_their_own_ways() -> None:
    rng = np.random.default_rng(2)
    codes = np.stack([rng.integers(0, size, 500) for size in (4, 3, 2, 3)], axis=1).astype(np.uint16)
    known = rng.random(codes.shape) < 0.6
    before = codes.copy()
    found = completed(model(), codes, known, {}, rng)
    assert (found[known] == before[known]).all() and (codes == before).all()
    assert (found[~known] != before[~known]).any()
    assert (found < [4, 3, 2, 3]).all()
    assert completed(model(), codes[:0], known[:0], {}, rng).shape == (0, 4)


def test_impossible_rows_and_levels_raise_nothing() -> None:
    rng, found = np.random.default_rng(2), model(zero=True)
    impossible = np.tile(np.array([0, 2, 0, 0], np.uint16), (200, 1))  # group 0 of a never meets group 1 of b
    codes = completed(found, impossible, np.tile([True, True, False, False], (200, 1)), {}, rng)
    assert (codes[:, :2] == impossible[:, :2]).all() and (codes < [4, 3, 2, 3]).all()
    # A column that is nothing but the level that must not come out keeps it.
    certain = found.weighed({"c": np.array([1.0, 0.0])})
    codes = completed(certain, impossible, np.zeros((200, 4), bool), {"c": 0}, rng)
    assert (codes[:, 2] == 0).all()
