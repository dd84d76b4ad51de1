"""A weighed model is the joint distribution times the weights; weights of rows undo it; what noise hides is left alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from dpsynth.privacy.events import Composed
from dpsynth.privacy.queries import Measurement
from dpsynth.sampling.balance import balanced, conditioned, noise, too_small
from dpsynth.synth.base import Measurements
from dpsynth.synth.columns import Column
from dpsynth.synth.graphical import GraphicalModel, JunctionTree
from dpsynth.synth.graphical.message_passing import calibrate
from dpsynth.synth.tree_model import CompressedModel
from dpsynth.testing import tables

GROUPS = {"a": (0, 1, 1, 2), "b": (0, 0, 1), "c": (0, 1), "d": (0, 1, 1)}
SHARES = {"a": (1.0, 0.25, 0.75, 1.0), "b": (0.9, 0.1, 1.0), "c": (1.0, 1.0), "d": (1.0, 0.5, 0.5)}
DOMAIN = tables.domain(4, 3, 2, 3)
CLIQUES = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]


def model(zero: bool = False) -> CompressedModel:
    """Levels in groups, on a cycle of pairs; with `zero`, group 0 of a never meets group 1 of b."""
    rng = np.random.default_rng(7)
    sizes = {name: max(group) + 1 for name, group in GROUPS.items()}
    tree = JunctionTree.build(sizes, CLIQUES)
    potentials = [rng.random(tree.shape(clique)) ** 2 for clique in tree.cliques]
    if zero:
        at = next(i for i, clique in enumerate(tree.cliques) if {"a", "b"} <= set(clique))
        place = [0 if n == "a" else 1 if n == "b" else slice(None) for n in tree.cliques[at]]
        potentials[at][tuple(place)] = 0.0
    columns = []
    for name, group in GROUPS.items():
        held = np.array(SHARES[name]) / len(set(group))
        columns.append(Column(name, group, SHARES[name], tuple(held.tolist())))
    return CompressedModel(tuple(columns), GraphicalModel(tree, 1.0, tuple(calibrate(tree, potentials))))


def joint(found: CompressedModel) -> np.ndarray:
    """Probability of every combination of levels, the slow way: group by group, times shares."""
    groups = found.groups.marginal(tuple(GROUPS))
    full = np.zeros(tuple(DOMAIN.sizes.values()))
    for cell in np.ndindex(*full.shape):
        at = tuple(c.group[code] for c, code in zip(found.columns, cell, strict=True))
        full[cell] = groups[at] * np.prod([c.share[code] for c, code in zip(found.columns, cell, strict=True)])
    return full


@pytest.mark.parametrize("zero", [False, True])
def test_weighing_is_multiplying(zero: bool) -> None:
    before, rng = model(zero), np.random.default_rng(1)
    weights = {"a": rng.random(4), "d": np.array([0.0, 2.0, 0.5])}
    expected = joint(before) * weights["a"][:, None, None, None] * weights["d"]
    np.testing.assert_allclose(joint(before.weighed(weights)), expected / expected.sum(), atol=1e-12)
    assert joint(before).sum() == pytest.approx(1)
    with pytest.raises(ValueError):
        before.weighed({"a": np.zeros(4)})
    with pytest.raises(ValueError, match="'x'"):
        before.weighed({"x": np.ones(4)})


@pytest.mark.parametrize("given", [{}, {"a": 2}, {"b": 1, "d": 2}])
def test_conditions_are_slices(given: dict[str, int]) -> None:
    before = model()
    found, likely = conditioned(before, given)
    index = tuple(slice(given[n], given[n] + 1) if n in given else slice(None) for n in GROUPS)
    expected = np.zeros(joint(before).shape)
    expected[index] = joint(before)[index]
    assert likely == pytest.approx(expected.sum())
    np.testing.assert_allclose(joint(found), expected / expected.sum(), atol=1e-12)


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize(("column", "given", "kept"), [("a", {}, set()), ("a", {"b": 2}, {3}), ("d", {"a": 1}, {0})])
def test_weights_give_every_marginal_back(column: str, given: dict[str, int], kept: set[int], zero: bool) -> None:
    before = model(zero)
    plain, _ = conditioned(before, given)
    found = balanced(before, column, given, kept)
    share, even = plain.marginal((column,)), found.model.marginal((column,))
    free = [i for i in range(len(share)) if i not in kept and share[i] > 0]
    np.testing.assert_allclose(even[free], even[free[0]])  # as many of each
    np.testing.assert_allclose(even[list(kept)], share[list(kept)])
    axis = list(GROUPS).index(column)
    weights = found.weights.reshape([-1 if i == axis else 1 for i in range(4)])
    np.testing.assert_allclose(joint(found.model) * weights, joint(plain), atol=1e-12)
    assert (joint(found.model)[joint(plain) == 0] == 0).all()  # what cannot be stays so


def test_nothing_to_balance_is_refused() -> None:
    with pytest.raises(ValueError, match="keeps its share"):
        balanced(model(), "c", {}, {0, 1})


def test_drawn_rows_follow_the_balanced_law_and_their_weights_the_models() -> None:
    before = model(zero=True)
    found = balanced(before, "a", {"c": 1})
    n = 60_000
    codes = found.model.sample(n, np.random.default_rng(11), rounding=False)
    expected = joint(found.model)
    seen = np.zeros_like(expected)
    np.add.at(seen, tuple(codes.T), 1)
    assert (seen[expected == 0] == 0).all() and (codes[:, 2] == 1).all()
    possible = expected > 0
    assert stats.chisquare(seen[possible], n * expected[possible]).pvalue > 0.001
    # The other way round: the test can tell the balanced law from the model's.
    plain = joint(conditioned(before, {"c": 1})[0])
    assert stats.chisquare(seen[possible], n * plain[possible] / plain.sum()).pvalue < 1e-9
    weights = found.weights[codes[:, 0]]
    assert weights.mean() == pytest.approx(1, abs=0.02)
    for pair in combinations(range(4), 2):
        others = tuple(i for i in range(4) if i not in pair)
        back = np.zeros(expected.sum(axis=others).shape)
        np.add.at(back, tuple(codes[:, list(pair)].T), weights / n)
        np.testing.assert_allclose(back, plain.sum(axis=others), atol=0.01)


def test_with_rounding_every_level_has_as_many_rows_as_it_should() -> None:
    found = balanced(model(), "a", {})
    codes = found.model.sample(1000, np.random.default_rng(2))
    assert np.abs(np.bincount(codes[:, 0], minlength=4) - 250).max() <= 2


def marginal(clique: tuple[str, ...], values: np.ndarray, sigma: float) -> Measurement:
    return Measurement(clique, tuple(None for _ in clique), np.asarray(values, np.float64), sigma, "x")


def measured(*marginals: Measurement) -> Measurements:
    return Measurements("x", marginals, (), Composed(()))


def test_a_group_is_small_when_its_rows_do_not_reach_three_deviations() -> None:
    found, rows = model(), 1000.0
    share = found.marginal(("a",))
    least = sorted(share * rows)[1]
    asked = measured(marginal(("a",), share * rows, least / 3 * 1.001), marginal(("b",), np.full(3, rows / 3), 1e-9))
    small = too_small(found, asked, DOMAIN, {}, "a")
    assert {s.level for s in small} == {f"a{i}" for i in np.argsort(share)[:2]}
    assert all(s.rows < s.least and s.least == pytest.approx(least, rel=0.01) for s in small)
    assert too_small(found, asked, DOMAIN, {}) == ()
    (whole,) = too_small(found, asked, DOMAIN, {"a": int(np.argmin(share))})
    assert whole.level == f"a=a{np.argmin(share)}" and whole.rows == pytest.approx(share.min() * rows, rel=0.01)


def test_noise_of_a_group_is_that_of_the_best_table_that_holds_it() -> None:
    flat = np.ones((4, 3))
    asked = measured(
        marginal(("a",), np.ones(4), 5.0), marginal(("b",), np.ones(3), 7.0), marginal(("a", "b"), flat, 2.0)
    )
    assert noise(asked, {"a"}) == pytest.approx(2 * 3**0.5)  # three cells of the pair are better than the one-way
    assert noise(asked, {"a", "b"}) == 2.0
    assert noise(asked, {"b"}) == pytest.approx(4.0)
    alone = measured(marginal(("a",), np.ones(4), 5.0), marginal(("b",), np.ones(3), 7.0))
    assert noise(alone, {"a", "b"}) == 7.0
