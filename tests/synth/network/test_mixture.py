"""Mixtures of products: marginals, conditions, rules and even sampling, against enumeration."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from dpsynth.synth.network.mixture import CHUNK, Mixture

SIZES = {"a": 3, "b": 2, "c": 4}


def mixture(points: int = 5, zeros=(), seed: int = 0) -> Mixture:
    rng = np.random.default_rng(seed)
    shares = np.concatenate([rng.dirichlet(np.ones(n) / 2, points) for n in SIZES.values()], axis=1)
    return Mixture(SIZES, shares.astype(np.float32), zeros)


def joint(m: Mixture) -> np.ndarray:
    parts = [m.columns[name] for name in SIZES]
    return np.einsum("ka,kb,kc->abc", *parts) / len(m.shares)


def rows_of(m: Mixture, n: int, **how) -> np.ndarray:
    return np.concatenate(list(m.draw(n, np.random.default_rng(3), **how).blocks))


def table(rows: np.ndarray) -> np.ndarray:
    counts = np.zeros(tuple(SIZES.values()))
    np.add.at(counts, tuple(rows.T), 1)
    return counts / len(rows)


def test_marginals_are_sums_over_the_points() -> None:
    m = mixture()
    for clique, axes in ((("a",), (1, 2)), (("c", "a"), (1,)), (("b", "c", "a"), ())):
        whole = joint(m).sum(axis=axes)
        order = [sorted(clique).index(name) for name in clique]
        np.testing.assert_allclose(m.marginal(clique), whole.transpose(order), atol=1e-7)


@pytest.mark.parametrize("rounding", [True, False])
def test_rows_follow_the_joint_law(rounding: bool) -> None:
    m, n = mixture(), 60_000
    assert n > CHUNK
    np.testing.assert_allclose(table(rows_of(m, n, rounding=rounding)), joint(m), atol=5 * (0.25 / n) ** 0.5)


def test_a_condition_reweighs_the_points() -> None:
    m, n = mixture(), 60_000
    wanted = joint(m)[:, 1] / joint(m)[:, 1].sum()
    rows = rows_of(m, n, given={"b": 1})
    assert (rows[:, 1] == 1).all()
    np.testing.assert_allclose(table(rows)[:, 1], wanted, atol=5 * (0.25 / n) ** 0.5)


def test_even_rows_scatter_less() -> None:
    """Pairs of an even sample are at least twice as near to their probabilities, in squares."""
    m, n = mixture(64), 4096
    errors = {}
    for rounding in (True, False):
        found = table(rows_of(m, n, rounding=rounding))
        pairs = [np.square(found.sum(axis=2 - i) - joint(m).sum(axis=2 - i)).sum() for i in range(2)]
        errors[rounding] = sum(pairs)
    assert errors[True] < errors[False] / 2


def test_no_row_breaks_a_rule_and_the_rest_keeps_its_shares() -> None:
    mask = np.zeros((3, 4), bool)
    mask[0, 1:], mask[1, 0] = True, True
    level = np.array([True, False])
    m = mixture(zeros=((("a", "c"), mask), (("b",), level)))
    rows = rows_of(m, 20_000)
    assert not mask[rows[:, 0], rows[:, 2]].any() and (rows[:, 1] == 1).all()
    assert (m.marginal(("c", "a"))[mask.T] == 0).all() and np.isclose(m.marginal(("c", "a")).sum(), 1)
    # The column that is drawn first is free of the other's rule, as long as that one has a group left.
    assert {tuple(r) for r in rows[:, [0, 2]].tolist()} == {
        (a, c) for a in range(3) for c in range(4) if not mask[a, c]
    }


def test_where_only_impossible_groups_have_shares_a_possible_one_is_drawn() -> None:
    shares = np.zeros((1, 9), np.float32)
    shares[0, [0, 3, 5]] = 1  # a0, b0, c0
    mask = np.zeros((3, 4), bool)
    mask[0, 0] = True
    rows = rows_of(Mixture(SIZES, shares, ((("a", "c"), mask),)), 500)
    assert not mask[rows[:, 0], rows[:, 2]].any()


def test_impossible_conditions_are_refused_at_once() -> None:
    mask = np.ones((3, 4), bool)
    mask[1] = False
    m = mixture(zeros=((("a", "c"), mask),))
    with pytest.raises(ValueError, match="no row"):
        m.draw(5, np.random.default_rng(0), given={"a": 0})
    shares = np.tile(np.array([1, 0, 0, 1, 0, 1, 0, 0, 0], np.float32), (2, 1))
    with pytest.raises(ValueError, match="no row"):
        Mixture(SIZES, shares).draw(5, np.random.default_rng(0), given={"a": 1})


def test_groups_without_a_share_are_never_drawn() -> None:
    shares = np.tile(np.array([0, 1, 0, 0, 1, 0, 0.5, 0.5, 0], np.float32), (3, 1))
    for rounding in (True, False):
        rows = rows_of(Mixture(SIZES, shares), 5000, rounding=rounding)
        assert set(rows[:, 0]) == {1} and set(rows[:, 1]) == {1} and set(rows[:, 2]) == {1, 2}


def test_blocks_and_files_change_nothing() -> None:
    mask = np.zeros((3, 4), bool)
    mask[2, 2] = True
    m = mixture(zeros=((("a", "c"), mask),))
    again = Mixture.from_arrays(m.to_arrays())
    assert (rows_of(m, 300) == rows_of(again, 300)).all()
    assert [len(b) for b in m.draw(70, np.random.default_rng(0), block=30).blocks] == [30, 30, 10]
    with pytest.raises(ValueError, match="no table"):
        Mixture.from_arrays({**m.to_arrays(), "shares": m.shares[:, :-1]})


def test_every_pair_of_columns_is_even() -> None:
    """Also far down the sequence: 30 fair coins, all pairs within a few rows of a quarter."""
    many = Mixture({f"x{i}": 2 for i in range(30)}, np.full((1, 60), 0.5, np.float32))
    rows = np.concatenate(list(many.draw(1 << 12, np.random.default_rng(1)).blocks)).astype(int)
    worst = max(abs((rows[:, i] & rows[:, j]).sum() - 1024) for i, j in combinations(range(30), 2))
    assert worst < 1024**0.5
