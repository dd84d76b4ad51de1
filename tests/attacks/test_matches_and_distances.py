import numpy as np
import pytest

from dpsynth.attacks import gower, matches
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.testing.attacks import plain_domain


def naive_near(rows, table, differ):
    return np.array([any((a != b).sum() <= differ for b in table) for a in rows], bool)


def naive_isolated(group, differ):
    return np.array(
        [
            not any(o != p and (a != b).sum() <= differ for b, o in zip(group.codes, group.owner))
            for a, p in zip(group.codes, group.owner)
        ],
        bool,
    )


@pytest.mark.parametrize("differ", [0, 1, 2, 5])
@pytest.mark.parametrize("seed", range(3))
def test_joins_equal_the_double_loop(seed, differ):
    rng = np.random.default_rng(seed)
    rows, table = rng.integers(0, 4, (60, 5)).astype(np.uint16), rng.integers(0, 4, (25, 5)).astype(np.uint16)
    assert (matches.near(rows, table, differ) == naive_near(rows, table, differ)).all()
    owner = np.sort(rng.integers(0, 25, 60))
    group = Units(rows, owner, 25)
    assert (matches.isolated(group, differ) == naive_isolated(group, differ)).all()


@pytest.mark.parametrize("differ", [0, 1])
def test_joins_are_right_when_all_hashes_collide(monkeypatch, differ):
    """Every level of every column gets the code 0, so that every pair is a hash hit and must be compared."""

    class Collisions:
        def integers(self, low, high, shape, dtype, endpoint):
            return np.zeros(shape, dtype)

    rng = np.random.default_rng(3)
    rows, table = rng.integers(0, 3, (40, 4)).astype(np.uint16), rng.integers(0, 3, (10, 4)).astype(np.uint16)
    group = Units(rows, np.arange(40) // 2, 20)
    expected = naive_near(rows, table, differ), naive_isolated(group, differ)
    monkeypatch.setattr(matches.np.random, "default_rng", lambda seed: Collisions())
    assert (matches.near(rows, table, differ) == expected[0]).all()
    assert (matches.isolated(group, differ) == expected[1]).all()


def test_four_rows_by_hand():
    rows = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 1], [2, 2, 2]], np.uint16)
    table = np.array([[0, 0, 0], [2, 2, 0]], np.uint16)
    assert matches.near(rows, table, 0).tolist() == [True, False, False, False]
    assert matches.near(rows, table, 1).tolist() == [True, True, False, True]
    group = Units(rows, np.array([0, 0, 1, 2]), 3)
    assert matches.isolated(group, 1).tolist() == [True, True, True, True]  # rows 0 and 1 belong to one person
    assert matches.isolated(Units(rows, np.arange(4), 4), 1).tolist() == [False, False, True, True]


def test_empty_sides():
    none = np.zeros((0, 3), np.uint16)
    assert matches.near(none, none, 1).shape == (0,)
    assert not matches.near(np.zeros((2, 3), np.uint16), none, 3).any()
    assert matches.isolated(Units(none, np.zeros(0, np.int64), 0), 1).shape == (0,)


def mixed_domain():
    def column(name, levels, ordered, missing=None, other=None):
        labels = tuple(str(i) for i in range(levels))
        return Category(name, labels, other, missing, (), frozenset(), {}, 0, is_ordered=ordered)

    return Domain((column("a", 5, True), column("b", 4, False), column("c", 7, True, 6), column("d", 4, True, 3, 2)))


def test_level_distances_by_hand():
    domain = mixed_domain()
    assert gower.level_distances(domain["a"])[0].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert gower.level_distances(domain["b"])[0].tolist() == [0, 1, 1, 1]
    assert gower.level_distances(domain["c"])[6].tolist() == [1, 1, 1, 1, 1, 1, 0]  # missing: equal to missing only
    assert gower.level_distances(domain["c"])[0, 5] == 1
    assert gower.level_distances(domain["d"]).tolist() == [[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]]


@pytest.mark.parametrize("seed", range(3))
def test_nearest_two_equal_the_double_loop(seed, monkeypatch):
    monkeypatch.setattr(gower, "BLOCK_CELLS", 200)
    rng, domain = np.random.default_rng(seed), mixed_domain()
    draw = [rng.integers(0, a.size, 70) for a in domain.attributes]
    codes = np.stack(draw, 1).astype(np.uint16)
    targets, table = codes[:30], codes[30:]
    tables = [gower.level_distances(a) for a in domain.attributes]
    full = np.array([[np.mean([t[x, y] for t, x, y in zip(tables, a, b)]) for b in table] for a in targets])
    first, second = gower.nearest_two(domain, targets, table)
    assert first == pytest.approx(np.sort(full, 1)[:, 0], abs=1e-6)
    assert second == pytest.approx(np.sort(full, 1)[:, 1], abs=1e-6)


def test_equal_sums_are_ties_whatever_the_order_of_columns():
    """1/3 in one column and 1/3 in another are the same distance to the last bit."""
    domain = plain_domain(4, 4, 4)
    targets = np.array([[0, 0, 0], [1, 1, 1]], np.uint16)
    first, _ = gower.nearest_two(domain, targets, np.array([[1, 0, 0], [1, 1, 2]], np.uint16))
    assert first[0] == first[1] == pytest.approx(1 / 9, abs=1e-6)


def test_fewer_than_two_synthetic_rows():
    domain = plain_domain(3)
    rows = np.array([[0], [2]], np.uint16)
    first, second = gower.nearest_two(domain, rows, rows[:1])
    assert (first.tolist(), second.tolist()) == ([0.0, 1.0], [1.0, 1.0])
    assert gower.nearest_two(domain, rows, rows[:0])[0].tolist() == [1.0, 1.0]
