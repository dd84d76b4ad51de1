"""The fit equals a slow minimiser of the same objective, keeps its promises at the edges and never returns NaN."""

import itertools

import numpy as np
import pytest
from scipy import special

from dpsynth.synth.graphical import GraphicalModel, NoisyMarginal, estimate, fit
from dpsynth.synth.graphical.reconcile import estimate_total, reconcile

from .brute_force import (
    CLIQUE_SETS,
    SIZES,
    fit_explicitly,
    joint_of,
    marginal,
    measure,
    prior_weight,
    random_joint,
    spread,
)

N, SIGMA = 2000.0, 25.0


def independent(tables: list[NoisyMarginal], total: float) -> np.ndarray:
    """The product of one-way distributions, each fitted by the slow minimiser."""
    q = np.ones(tuple(SIZES.values())) / np.prod(list(SIZES.values()))
    for table in tables:
        if len(table.clique) == 1:
            size = {table.clique[0]: len(table.values)}
            uniform = np.full(len(table.values), 1 / len(table.values))
            alone = fit_explicitly(size, [table], total, [estimate.ONE_WAY_RECORDS], uniform)
            q *= spread(alone, table.clique, SIZES)
    return q / q.sum()


def measured(name: str, rng: np.random.Generator, sigma: float = SIGMA) -> tuple[np.ndarray, list[NoisyMarginal]]:
    joint = random_joint(SIZES, rng)
    return joint, measure(joint, CLIQUE_SETS[name], SIZES, N, sigma, rng)


@pytest.mark.parametrize("name", CLIQUE_SETS)
@pytest.mark.parametrize("sigma", [3.0, SIGMA, 300.0])
def test_equals_the_slow_minimiser(name: str, sigma: float, rng: np.random.Generator) -> None:
    _, measurements = measured(name, rng, sigma)
    total = estimate_total(measurements)
    tables = reconcile(SIZES, measurements, total)
    model = fit(SIZES, measurements, sweeps=2000, tol=1e-6)
    q = independent(tables, total)
    weights = [prior_weight(table, q, SIZES, total, 3000.0) for table in tables]
    slow = fit_explicitly(SIZES, tables, total, weights, q) if tables else 1 / 48
    np.testing.assert_allclose(joint_of(model), np.broadcast_to(slow, tuple(SIZES.values())), atol=2e-6)


def test_equals_the_slow_minimiser_with_structural_zeros(rng: np.random.Generator) -> None:
    _, measurements = measured("cyclic", rng)
    zeros = [(("b", "a"), np.array([[1, 0], [0, 0], [0, 1]], bool)), (("d", "c"), np.eye(2, 4, dtype=bool))]
    allowed = np.prod([1.0 - spread(mask, clique, SIZES) for clique, mask in zeros], axis=0)
    total = estimate_total(measurements)
    tables = reconcile(SIZES, measurements, total)
    q = independent(tables, total)
    weights = [prior_weight(table, q, SIZES, total, 3000.0) for table in tables]
    q = q * allowed / (q * allowed).sum()
    model = fit(SIZES, measurements, zeros=zeros, sweeps=2000, tol=1e-6)
    joint = joint_of(model)
    np.testing.assert_array_equal(joint > 0, allowed > 0)
    np.testing.assert_allclose(joint, fit_explicitly(SIZES, tables, total, weights, q), atol=2e-6)


def test_wright_omega() -> None:
    z = np.concatenate([np.linspace(-700, 700, 5001), np.linspace(-5, 5, 5001), [1e3, 1e8, 1e15, -1e4]])
    ours = np.exp(estimate.log_wright_omega(z))
    np.testing.assert_allclose(ours, special.wrightomega(z), rtol=2e-13)


def test_balancing_is_what_makes_ten_sweeps_enough(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    _, measurements = measured("cyclic", rng, 5.0)
    best = joint_of(fit(SIZES, measurements, sweeps=3000, tol=1e-7))

    def distance(sweeps: int) -> float:
        return float(np.abs(joint_of(fit(SIZES, measurements, sweeps=sweeps, tol=0.0)) - best).sum() / 2)

    balanced = distance(30)
    monkeypatch.setattr(estimate, "_balance", lambda trades: None)
    assert balanced < 1e-4 < distance(30)


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_tiny_sigma_matches_every_marginal(name: str, rng: np.random.Generator) -> None:
    joint = random_joint(SIZES, rng)
    measurements = measure(joint, CLIQUE_SETS[name], SIZES, N, 1e-9, rng)
    model = fit(SIZES, measurements)
    for m in measurements:
        np.testing.assert_allclose(model.marginal(m.clique), m.values / N, atol=1e-6)


def test_tiny_sigma_with_empty_cells(rng: np.random.Generator) -> None:
    exact = np.array([[600.0, 0.0, 0.0], [0.0, 400.0, 0.0]])
    other = np.array([[600.0, 0.0, 0.0, 0.0], [0.0, 100.0, 300.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    model = fit(SIZES, [NoisyMarginal(("a", "b"), exact, 1e-12), NoisyMarginal(("b", "c"), other, 1e-12)])
    np.testing.assert_allclose(model.marginal(("a", "b")), exact / 1000, atol=1e-6)
    np.testing.assert_allclose(model.marginal(("b", "c")), other / 1000, atol=1e-6)
    assert min(belief.min() for belief in model.beliefs) > 0
    # Records that the tables call impossible can still be conditioned on.
    np.testing.assert_allclose(model.condition({"b": 2}).marginal(("b",)), [0, 0, 1])


def test_reconcile_is_least_squares(rng: np.random.Generator) -> None:
    joint = random_joint(SIZES, rng)
    cliques = [("c", "a", "b"), ("b", "c"), ("c", "b"), ("d", "b"), ("a",), ("d",), ("b", "a")]
    noisy = [
        measure(joint, [c], SIZES, N, float(s), rng)[0] for c, s in zip(cliques, (3, 10, 20, 5, 1, 40, 7), strict=True)
    ]
    records = int(np.prod(list(SIZES.values())))

    def rows(clique: tuple[str, ...]) -> np.ndarray:
        shape = [SIZES[name] for name in clique]
        cell = spread(np.arange(np.prod(shape)).reshape(shape), clique, SIZES).ravel()
        return (cell[None, :] == np.arange(np.prod(shape))[:, None]).astype(float)

    total = 1234.0
    design = np.vstack([rows(m.clique) / m.sigma for m in noisy] + [1e4 * np.ones((1, records))])
    target = np.concatenate([m.values.ravel() / m.sigma for m in noisy] + [[1e4 * total]])
    solution = np.linalg.lstsq(design, target, rcond=None)[0]
    tables = reconcile(SIZES, noisy, total)
    assert [t.clique for t in tables] == [
        ("a",), ("b",), ("c",), ("d",), ("a", "b"), ("b", "c"), ("b", "d"), ("a", "b", "c"),
    ]  # fmt: skip
    for table in tables:
        np.testing.assert_allclose(table.values.ravel(), rows(table.clique) @ solution, rtol=1e-5, atol=1e-4)


def test_reconciled_sigma_of_a_one_way_table() -> None:
    pair, alone = NoisyMarginal(("a", "b"), np.ones((2, 3)), 2.0), NoisyMarginal(("a",), np.ones(2), 3.0)
    tables = {t.clique: t.sigma for t in reconcile(SIZES, [pair, alone], 5.0)}
    assert tables["a",] == pytest.approx((1 / (3 * 4) + 1 / 9) ** -0.5)
    assert tables["a", "b"] == pytest.approx(2.0)


def test_total_is_weighted_by_inverse_variance() -> None:
    one, two = NoisyMarginal(("a",), np.array([40.0, 60.0]), 1.0), NoisyMarginal(("b",), np.array([50.0, 40, 20]), 2.0)
    expected = (100 / 2 + 110 / 12) / (1 / 2 + 1 / 12)
    assert estimate_total([one, two]) == pytest.approx(expected)
    assert fit(SIZES, [one, two]).total == pytest.approx(expected)
    assert fit(SIZES, [one, two], total=77.0).total == 77.0


def test_a_measured_total_counts() -> None:
    table, alone = NoisyMarginal(("a",), np.array([40.0, 60.0]), 1.0), NoisyMarginal((), np.array(130.0), 1.0)
    model = fit(SIZES, [table, alone])
    assert model.total == pytest.approx((100 / 2 + 130) / (1 / 2 + 1))
    np.testing.assert_allclose(model.marginal(()), 1.0)


def test_fit_is_closer_to_the_truth_than_what_it_was_given(rng: np.random.Generator) -> None:
    ours, raw = [], []
    for _ in range(10):
        joint, measurements = measured("cyclic", rng, 40.0)
        model = fit(SIZES, measurements)
        for m in measurements:
            exact = marginal(joint, m.clique, SIZES)
            ours.append(np.abs(model.marginal(m.clique) - exact).sum())
            raw.append(np.abs(m.values / N - exact).sum())
    assert np.mean(ours) < 0.9 * np.mean(raw)


def test_weak_evidence_is_shrunk_to_independence(rng: np.random.Generator) -> None:
    joint, _ = measured("single", rng)
    exact = N * marginal(joint, ("a", "b"), SIZES)
    margins = [NoisyMarginal((name,), exact.sum(axis=1 - k), 1e-3) for k, name in enumerate("ab")]
    model = fit(SIZES, [*margins, NoisyMarginal(("a", "b"), exact, 1e6)])
    np.testing.assert_allclose(model.marginal(("a", "b")), np.outer(exact.sum(1), exact.sum(0)) / N**2, atol=1e-3)


def test_unmeasured_attributes_are_uniform_and_independent(rng: np.random.Generator) -> None:
    _, measurements = measured("single", rng)
    model = fit(SIZES, measurements)
    np.testing.assert_allclose(model.marginal(("b", "d")), 1 / 6)
    np.testing.assert_allclose(model.marginal(("c", "a")), model.marginal(("c",))[:, None] / [2, 2], rtol=1e-12)


def test_a_warm_start_ends_where_a_cold_one_does(rng: np.random.Generator) -> None:
    joint, measurements = measured("cyclic", rng)
    more = [*measurements, *measure(joint, [("b", "d")], SIZES, N, SIGMA, rng)]
    first = fit(SIZES, measurements, tol=1e-5)
    cold, warm = fit(SIZES, more, tol=1e-6, sweeps=3000), fit(SIZES, more, tol=1e-6, sweeps=3000, start=first)
    np.testing.assert_allclose(joint_of(warm), joint_of(cold), atol=1e-6)
    again = fit(SIZES, measurements, sweeps=1, start=first)
    np.testing.assert_allclose(joint_of(again), joint_of(first), atol=1e-5)


def all_tables(values: float, sigma: float, sizes: dict[str, int]) -> list[NoisyMarginal]:
    pairs = [(a, b) for a, b in itertools.combinations(sizes, 2)]
    return [NoisyMarginal(c, np.full([sizes[x] for x in c], values), sigma) for c in [*pairs, *[(x,) for x in sizes]]]


def assert_sound(model: GraphicalModel) -> None:
    assert model.total >= 1 and np.isfinite(model.total)
    for belief in model.beliefs:
        assert np.isfinite(belief).all() and (belief > 0).all()
        assert belief.sum() == pytest.approx(1)
    assert all(np.isfinite(potential).all() for potential in model.potentials.values())
    for a, b in itertools.combinations(model.sizes, 2):
        assert model.marginal((a, b)).sum() == pytest.approx(1)


@pytest.mark.parametrize("sigma", [1e-12, 1e-3, 1.0, 1e6, 1e150])
@pytest.mark.parametrize("values", [0.0, -7.0, -1e12, 1e-12, 1.0, 1e15])
def test_extreme_constants(values: float, sigma: float) -> None:
    model = fit(SIZES, all_tables(values, sigma, SIZES))
    assert_sound(model)
    np.testing.assert_allclose(model.marginal(("b", "c")), 1 / 12, rtol=1e-6)


@pytest.mark.parametrize("sigma", [1e-12, 1e-3, 1.0, 1e6])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("total", [None, -5.0, 0.0, 1.0])
def test_contradicting_and_negative_tables(
    sigma: float, scale: float, total: float | None, rng: np.random.Generator
) -> None:
    tables = [NoisyMarginal(m.clique, rng.normal(0, scale, m.values.shape), sigma) for m in all_tables(0, 1, SIZES)]
    assert_sound(fit(SIZES, tables, total))


def test_tables_of_very_different_precision(rng: np.random.Generator) -> None:
    joint = random_joint(SIZES, rng)
    exact = measure(joint, [("a", "b")], SIZES, N, 1e-9, rng)
    noisy = measure(joint, [("a",), ("b", "c"), ("a", "c")], SIZES, N, 500.0, rng)
    model = fit(SIZES, exact + noisy)
    assert_sound(model)
    np.testing.assert_allclose(model.marginal(("a", "b")), marginal(joint, ("a", "b"), SIZES), atol=1e-6)


def test_one_record() -> None:
    model = fit(SIZES, [NoisyMarginal(("a", "b"), np.array([[0.0, 1, 0], [0, 0, 0]]), 1e-9)])
    assert model.total == 1
    np.testing.assert_allclose(model.marginal(("a", "b"))[0, 1], 1, atol=1e-6)
    assert_sound(model)


def test_many_levels(rng: np.random.Generator) -> None:
    sizes = {"code": 2000, "sex": 2, "constant": 1}
    counts = rng.pareto(1.0, 2000)
    pair = np.outer(counts, [0.3, 0.7])
    tables = [NoisyMarginal(("code",), counts + rng.normal(0, 5, 2000), 5.0)]
    tables.append(NoisyMarginal(("sex", "code"), pair.T + rng.normal(0, 20, (2, 2000)), 20.0))
    assert_sound(fit(sizes, tables))


def test_no_measurements() -> None:
    model = fit(SIZES, [])
    assert_sound(model)
    np.testing.assert_allclose(joint_of(model), 1 / 48)


def test_zeros_on_an_attribute_and_their_consequences(rng: np.random.Generator) -> None:
    _, measurements = measured("tree", rng)
    only = np.array([[False, False, True], [True, True, True]])  # a = 1 never occurs, b = 2 never occurs
    model = fit(SIZES, measurements, zeros=[(("a", "b"), only)])
    assert model.marginal(("a",))[1] == 0.0
    assert model.marginal(("b", "c"))[2].max() == 0 and model.marginal(("b", "c"))[:2].min() > 0
    with pytest.raises(ValueError, match="no possible record"):
        fit(SIZES, measurements, zeros=[(("a", "b"), only), (("b",), np.array([True, True, False]))])


@pytest.mark.parametrize(
    ("clique", "values", "sigma", "message"),
    [
        (("a", "b"), np.ones((3, 2)), 1.0, "shape"),
        (("a",), np.array([1.0, np.nan]), 1.0, "finite"),
        (("a",), np.array([1.0, np.inf]), 1.0, "finite"),
        (("a",), np.ones(2), 0.0, "sigma"),
        (("a",), np.ones(2), np.nan, "sigma"),
        (("z",), np.ones(2), 1.0, "names"),
        (("a", "a"), np.ones((2, 2)), 1.0, "twice"),
    ],
)
def test_refuses_bad_tables(clique: tuple[str, ...], values: np.ndarray, sigma: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(SIZES, [NoisyMarginal(clique, values, sigma)])


def test_refuses_bad_arguments() -> None:
    with pytest.raises(ValueError, match="total"):
        fit(SIZES, [], total=float("nan"))
    with pytest.raises(ValueError, match="prior_records"):
        fit(SIZES, [], prior_records=0.0)
    with pytest.raises(ValueError, match="shape"):
        fit(SIZES, [], zeros=[(("a",), np.zeros(3, bool))])
