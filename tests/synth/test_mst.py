"""The two mechanisms without noise, the choice of the tree, and what they ask."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.units import Mu
from dpsynth.synth.independent import Independent, query_sigma
from dpsynth.synth.mst import MST, _expected_distance, maximum_spanning_forest
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

PRECISE = Mu(9.0)
"""So large a budget that no level is hidden by the noise that the mechanism believes in."""


def fitted(config, domain, units, k=1):
    mechanism = config.calibrate(PRECISE, domain, k)
    measured = mechanism.measure(Curator(units, domain, k, Fraction(10**9), 10**9, NoNoise()))
    return mechanism.fit(measured), measured


def exact(units, domain, clique):
    table = np.zeros([domain.sizes[n] for n in clique])
    np.add.at(table, tuple(units.codes[:, domain.index(n)] for n in clique), 1)
    return table / table.sum()


def chain(n: int = 3000):
    """Four columns: a copies b mostly, b copies c mostly, d stands alone."""
    domain, rng = tables.domain(3, 3, 3, 4), np.random.default_rng(3)
    c = rng.integers(0, 3, n)
    b = np.where(rng.random(n) < 0.8, c, rng.integers(0, 3, n))
    a = np.where(rng.random(n) < 0.8, b, rng.integers(0, 3, n))
    d = rng.integers(0, 4, n)
    return domain, tables.people(domain, [[[*row]] for row in np.stack([a, b, c, d], axis=1).tolist()])


@pytest.mark.parametrize("config", [Independent(), MST()])
def test_one_ways_match_without_noise(config) -> None:
    domain, units = chain()
    model, measured = fitted(config, domain, units)
    assert measured.total() == pytest.approx(units.rows)
    codes = model.sample(units.rows, np.random.default_rng(1))
    for name in domain.names:
        target = exact(units, domain, (name,))
        assert model.marginal((name,)) == pytest.approx(target, abs=2e-3)
        drawn = np.bincount(codes[:, domain.index(name)], minlength=len(target)) / len(codes)
        assert drawn == pytest.approx(target, abs=4e-3)


def test_the_tree_follows_the_dependence_and_its_pairs_match() -> None:
    domain, units = chain()
    model, measured = fitted(MST(), domain, units)
    tree = [m.clique for m in measured.marginals if len(m.clique) == 2]
    assert {("a", "b"), ("b", "c")} < set(tree) and len(tree) == 3
    for pair in tree:
        assert model.marginal(pair) == pytest.approx(exact(units, domain, pair), abs=6e-3)
    best = max(measured.scores, key=lambda s: s[1])[0]
    assert best in (("a", "b"), ("b", "c"))
    assert len(measured.scores) == 6
    # The pair that was not measured follows through the tree, as the data do.
    assert model.marginal(("a", "c")) == pytest.approx(exact(units, domain, ("a", "c")), abs=0.02)


def test_independent_forgets_pairs() -> None:
    domain, units = chain()
    model, measured = fitted(Independent(), domain, units)
    a, b = (exact(units, domain, (name,)) for name in "ab")
    assert model.marginal(("a", "b")) == pytest.approx(np.outer(a, b), abs=3e-3)
    assert [m.clique for m in measured.marginals] == [("a",), ("b",), ("c",), ("d",)]


def test_conditioning_is_exact() -> None:
    domain, units = chain()
    model, _ = fitted(MST(), domain, units)
    pair = model.marginal(("a", "b"))
    codes = model.sample(20000, np.random.default_rng(2), given={"b": 2})
    drawn = np.bincount(codes[:, 0], minlength=3) / len(codes)
    assert drawn == pytest.approx(pair[:, 2] / pair[:, 2].sum(), abs=0.01)


def test_conditioning_on_a_merged_level() -> None:
    """A rare level stands for its group: others follow the group, the level itself is fixed."""
    domain = tables.domain(6, 2)
    rows = [[[0, 0]]] * 300 + [[[1, 0]]] * 300 + [[[c, 1]] for c in (2, 3, 4, 5)]
    units = tables.people(domain, rows)
    mechanism = MST().calibrate(Mu(1.0), domain, 1)
    measured = mechanism.measure(Curator(units, domain, 1, Fraction(10), 10**9, NoNoise()))
    model = mechanism.fit(measured)
    assert model.columns[0].rare == (2, 3, 4, 5)
    codes = model.sample(50, np.random.default_rng(0), given={"a": 4})
    assert set(codes[:, 0].tolist()) == {4}


def test_rows_without_noise_are_counted_by_any_marginal() -> None:
    domain, units = chain(100)
    for config in (Independent(), MST()):
        _, measured = fitted(config, domain, units)
        assert {m.values.sum() for m in measured.marginals} == {100}
        assert measured.total() == pytest.approx(100)


def test_the_total_weighs_marginals_by_their_precision() -> None:
    """Sums of many cells are noisier: weights 1/(cells sigma^2)."""
    from dpsynth.privacy.queries import Measurement
    from dpsynth.synth.base import Measurements

    parts = [
        Measurement(("a",), (None,), np.full(2, 50.0), 1.0, "x"),
        Measurement(("b",), (None,), np.full(8, 20.0), 2.0, "x"),
    ]
    event = Independent().calibrate(Mu(1), tables.domain(2, 8), 1).event
    expected = (100 / 2 + 160 / 32) / (1 / 2 + 1 / 32)
    assert Measurements("x", tuple(parts), (), event).total() == pytest.approx(expected)


@pytest.mark.parametrize("mu", [0.01, 1.0, 5.0])
@pytest.mark.parametrize("k", [1, 7])
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_calibration_divides_the_budget_as_told(mu, k, columns) -> None:
    mechanism = MST(0.2, 0.3, 0.5).calibrate(Mu(mu), tables.domain(*[3] * columns), k)
    costs = {e.purpose: float(e.mu_squared) for e in mechanism.event.events}
    if columns == 1:
        assert costs == {"one_way": pytest.approx(mu**2, rel=1e-6)}
    else:
        shares = {"one_way": 0.2, "selection": 0.3, "pairs": 0.5}
        assert costs == {name: pytest.approx(share * mu**2, rel=1e-6) for name, share in shares.items()}
    assert all(e.sensitivity == k for e in mechanism.event.events)


def test_more_rows_a_person_need_as_much_more_noise() -> None:
    assert query_sigma(Mu(1), 0.5, 8, 6) == pytest.approx(6 * query_sigma(Mu(1), 0.5, 8, 1), rel=1e-8)
    assert query_sigma(Mu(1), 0.5, 8, 1) == pytest.approx(4)


def test_pairs_that_are_too_large_are_left_out_and_still_claimed() -> None:
    domain, units = chain(500)
    model, measured = fitted(MST(max_cells=9), domain, units)
    pairs = [m.clique for m in measured.marginals if len(m.clique) == 2]
    assert all("d" not in pair for pair in pairs) and len(pairs) == 2
    assert len(measured.scores) == 3
    event = MST(max_cells=9).calibrate(PRECISE, domain, 1).event
    assert event.events[1].queries == 6 and event.events[2].queries == 3 and event.events[2].cells == 27
    assert model.sample(10, np.random.default_rng(0)).shape == (10, 4)


def test_no_pair_is_small_enough() -> None:
    domain, units = chain(200)
    model, measured = fitted(MST(max_cells=4), domain, units)
    assert len(measured.marginals) == 4 and measured.scores == ()
    assert compose(MST(max_cells=4).calibrate(Mu(1), domain, 1).event).mu_squared <= Fraction(1) + Fraction(1, 10**6)
    assert model.sample(5, np.random.default_rng(0)).shape == (5, 4)


# ------------------------------------------------------------------------------------------------------------- the tree


def slow_forest_weight(names, edges, weights) -> float:
    """Best total weight over all maximal forests, by trying all subsets."""
    best, most = -np.inf, -1
    for chosen in product([0, 1], repeat=len(edges)):
        kept = [e for e, c in zip(edges, chosen, strict=True) if c]
        if is_forest(names, kept):
            weight = sum(w for w, c in zip(weights, chosen, strict=True) if c)
            if (len(kept), weight) > (most, best):
                most, best = len(kept), weight
    return best


def is_forest(names, edges) -> bool:
    part = {n: n for n in names}
    for a, b in edges:
        if part[a] == part[b]:
            return False
        old = part[a]
        part = {n: part[b] if p == old else p for n, p in part.items()}
    return True


@given(st.data(), st.integers(1, 5))
def test_the_forest_is_spanning_and_the_heaviest(data, size) -> None:
    """Also with negative weights and missing edges."""
    names = tuple("abcde"[:size])
    edges = [e for e in combinations(names, 2) if data.draw(st.booleans())]
    weights = data.draw(st.lists(st.integers(-5, 5).map(float), min_size=len(edges), max_size=len(edges)))
    found = maximum_spanning_forest(names, edges, weights)
    assert is_forest(names, found)
    weight = sum(weights[edges.index(e)] for e in found)
    assert weight == (slow_forest_weight(names, edges, weights) if edges else 0)


def test_ties_go_to_the_first() -> None:
    edges = [("a", "b"), ("b", "c"), ("a", "c")]
    assert maximum_spanning_forest(("a", "b", "c"), edges, [1.0, 1.0, 1.0]) == edges[:2]


@pytest.mark.parametrize("mean", [0.01, 0.3, 5.0, 400.0])
def test_expected_distance_of_a_poisson_cell(mean: float) -> None:
    drawn = np.abs(np.random.default_rng(1).poisson(mean, 200000) - mean).mean()
    assert _expected_distance(np.array([mean])) == pytest.approx(drawn, rel=0.25)
