"""The mechanisms without noise, what they choose, what they ask, and what they promise whatever the answers."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.data.units import Units
from dpsynth.domain import rules
from dpsynth.errors import PolicyError
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.units import Mu
from dpsynth.synth.aim import AIM
from dpsynth.synth.association import expected_distance
from dpsynth.synth.base import Measurements, configure
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.fixed import Fixed
from dpsynth.synth.independent import Independent
from dpsynth.synth.mst import MST
from dpsynth.synth.structure import maximum_spanning_forest
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise, RoundedGaussian
from dpsynth.testing.synthesizers import Witness

PRECISE = Mu(9.0)
"""So large a budget that the noise that a mechanism believes in hides little."""

ADAPTIVE = [MST(), CliqueTree(), AIM()]
ALL = [Independent(), Fixed(), *ADAPTIVE]


def name(config) -> str:
    return type(config).__name__


def task(domain, k=1, **wishes) -> Task:
    """With marginals for `fixed`, which asks for nothing else."""
    return Task(domain, k, **{"marginals": tuple(combinations(domain.names, 2))[:2], **wishes})


def measured_by(config, wanted: Task, units, budget=PRECISE, sampler=None):
    mechanism = config.calibrate(budget, wanted)
    curator = Curator(
        units,
        wanted.domain,
        wanted.rows_per_unit,
        compose(mechanism.event).mu_squared,
        cells(mechanism.event),
        sampler or NoNoise(),
    )
    witness = Witness(curator)
    return mechanism, mechanism.measure(witness), witness


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


# ------------------------------------------------------------------------------------------------------- without noise


@pytest.mark.parametrize("config", ALL, ids=name)
def test_every_measured_marginal_is_matched_without_noise(config) -> None:
    domain, units = chain()
    mechanism, measured, _ = measured_by(config, task(domain), units)
    assert measured.total() == pytest.approx(units.rows)
    precise = replace(measured, marginals=tuple(replace(m, sigma=1e-4) for m in measured.marginals))
    model = mechanism.fit(precise)
    for m in precise.marginals:
        assert model.marginal(m.clique) == pytest.approx(exact(units, domain, m.clique), abs=1e-6)


@pytest.mark.parametrize("config", ALL, ids=name)
def test_sampled_one_ways_follow_the_counts(config) -> None:
    domain, units = chain()
    mechanism, measured, _ = measured_by(config, task(domain), units)
    codes = mechanism.fit(measured).sample(units.rows, np.random.default_rng(1))
    for column in domain.names:
        drawn = np.bincount(codes[:, domain.index(column)], minlength=domain.sizes[column]) / len(codes)
        assert drawn == pytest.approx(exact(units, domain, (column,)), abs=4e-3)


@pytest.mark.parametrize("config", ADAPTIVE, ids=name)
def test_what_is_measured_follows_the_dependence(config) -> None:
    domain, units = chain()
    mechanism, measured, _ = measured_by(config, task(domain), units)
    pairs = {m.clique for m in measured.marginals if len(m.clique) == 2}
    assert {("a", "b"), ("b", "c")} <= pairs
    model = mechanism.fit(measured)
    for pair in pairs:
        assert model.marginal(pair) == pytest.approx(exact(units, domain, pair), abs=6e-3)
    scores = {s.clique: s.gain for s in measured.scores}
    assert len(scores) == 6 and max(scores, key=scores.get) in (("a", "b"), ("b", "c"))
    # A pair that was not measured follows through the tree, as the data do.
    assert model.marginal(("a", "c")) == pytest.approx(exact(units, domain, ("a", "c")), abs=0.02)


def test_independent_forgets_pairs() -> None:
    domain, units = chain()
    mechanism, measured, _ = measured_by(Independent(), task(domain), units)
    a, b = (exact(units, domain, (column,)) for column in "ab")
    assert mechanism.fit(measured).marginal(("a", "b")) == pytest.approx(np.outer(a, b), abs=3e-3)
    assert [m.clique for m in measured.marginals] == [("a",), ("b",), ("c",), ("d",)]


def test_conditioning_is_exact() -> None:
    domain, units = chain()
    mechanism, measured, _ = measured_by(CliqueTree(), task(domain), units)
    model = mechanism.fit(measured)
    pair = model.marginal(("a", "b"))
    codes = model.sample(20000, np.random.default_rng(2), given={"b": 2})
    drawn = np.bincount(codes[:, 0], minlength=3) / len(codes)
    assert drawn == pytest.approx(pair[:, 2] / pair[:, 2].sum(), abs=0.01)


def test_conditioning_on_a_merged_level() -> None:
    """A rare level stands for its group: others follow the group, the level itself is fixed."""
    domain = tables.domain(6, 2)
    rows = [[[0, 0]]] * 3000 + [[[1, 0]]] * 3000 + [[[c, 1]] for c in (2, 3, 4, 5)]
    mechanism, measured, _ = measured_by(MST(), task(domain), tables.people(domain, rows), Mu(1.0))
    model = mechanism.fit(measured)
    assert model.columns[0].group == (0, 1, 2, 2, 2, 2)
    assert set(model.sample(50, np.random.default_rng(0), given={"a": 4})[:, 0].tolist()) == {4}


def test_the_total_weighs_marginals_by_their_precision() -> None:
    """Sums of many cells are noisier: weights 1/(cells sigma^2)."""
    from dpsynth.privacy.queries import Measurement

    parts = [
        Measurement(("a",), (None,), np.full(2, 50.0), 1.0, "x"),
        Measurement(("b",), (None,), np.full(8, 20.0), 2.0, "x"),
    ]
    event = Independent().calibrate(Mu(1), Task(tables.domain(2, 8))).event
    expected = (100 / 2 + 160 / 32) / (1 / 2 + 1 / 32)
    assert Measurements("x", tuple(parts), (), event).total() == pytest.approx(expected)


# ------------------------------------------------------------------------------------------------------------ the cost


@pytest.mark.parametrize("config", ALL, ids=name)
@pytest.mark.parametrize(("k", "clip"), [(1, None), (7, None), (7, 2.0), (7, "auto")])
@pytest.mark.parametrize("columns", [1, 2, 5])
def test_the_event_is_what_was_asked(config, k, clip, columns) -> None:
    """Added up by a witness from the noise scales of every question; nothing is left over, nothing is exceeded."""
    domain = tables.domain(*[3] * columns)
    units = tables.crowd(domain, 400, k, np.random.default_rng(columns))
    wanted = task(domain, k, clip=clip, must_include=(("a",),) if columns == 1 else (("a", "b"),))
    for budget in (Mu(0.05), Mu(3.0)):
        mechanism, _, witness = measured_by(config, wanted, units, budget, RoundedGaussian(np.random.default_rng(5)))
        claimed = compose(mechanism.event).mu_squared
        assert claimed <= Fraction(budget.value) ** 2 * (1 + Fraction(1, 10**9))
        assert witness.mu_squared <= claimed
        assert float(witness.mu_squared) == pytest.approx(float(claimed), rel=1e-5)
        assert witness.cells <= cells(mechanism.event)


@pytest.mark.parametrize("config", ADAPTIVE, ids=name)
def test_no_data_make_a_mechanism_ask_for_more_cells_than_it_claims(config) -> None:
    """Many even levels, which are merged least, much budget, and a workload of large tables."""
    domain, rng = tables.domain(90, 70, 2, 2, 50), np.random.default_rng(4)
    codes = np.stack([rng.integers(0, s, 4000) for s in domain.sizes.values()], axis=1)
    codes[:, 1] = codes[:, 0] % 70
    units = tables.people(domain, [[row] for row in codes.tolist()])
    wanted = task(domain, workload=((("c", "d", "e"), 3.0), (("a", "c", "d"), 2.0)), must_include=(("c", "d"),))
    _, _, witness = measured_by(config, wanted, units, Mu(6.0), RoundedGaussian(rng))
    assert witness.cells > 300


def test_a_long_ordered_column_gets_the_budget_of_what_denoising_leaves() -> None:
    """Costs go like (effective cells)^(2/3), whatever the counts are; a short list counts as it is."""
    domain = replace(
        (plain := tables.domain(100, 16, 16)),
        attributes=(replace(plain.attributes[0], is_ordered=True), *plain.attributes[1:]),
    )
    multipliers = Independent().calibrate(Mu(0.5), Task(domain)).design.one_way_multipliers
    costs = 1 / multipliers**2
    assert costs.sum() == pytest.approx(0.25, rel=1e-6)
    assert costs[0] / costs[1] == pytest.approx((5 * math.sqrt(100) / 16) ** (2 / 3))
    assert costs[1] == costs[2]


def test_fixed_measures_levels_as_they_stand() -> None:
    domain = tables.domain(60, 3)
    units = tables.crowd(domain, 500, 1, np.random.default_rng(1))
    _, measured, _ = measured_by(Fixed(), Task(domain, marginals=(("a", "b"),)), units, Mu(0.1))
    assert measured.marginals[-1].values.shape == (60, 3)


@pytest.mark.parametrize("config", ALL, ids=name)
def test_the_plan_shows_the_whole_budget(config) -> None:
    for clip in (None, 2.0):
        mechanism = config.calibrate(Mu(0.7), task(tables.domain(3, 4, 5), 3, clip=clip))
        assert sum(p.share for p in mechanism.plan) == pytest.approx(1.0)
        assert all(p.sigma > 0 and p.queries > 0 and p.cells > 0 for p in mechanism.plan)


@pytest.mark.parametrize("config", ADAPTIVE, ids=name)
def test_weights_that_would_need_too_much_noise_are_refused_before_data_are_opened(config) -> None:
    domain = tables.domain(5, 5, 5, 5)
    uneven = task(domain, 4, workload=((("a", "b"), 1e6), (("c", "d"), 1e-6)))
    config.calibrate(Mu(0.5), uneven)
    with pytest.raises(ValueError, match="Expected 0.1 <= sigma"):
        config.calibrate(Mu(1e-5), uneven)
    # Clipped counts are drawn in units of the clip: the largest person does not matter.
    config.calibrate(Mu(0.01), task(domain, 100_000, clip=3.0))


def test_halving_a_sigma_is_noticed() -> None:
    """The mutant that asks with half the noise breaks the curator's filter."""
    from dpsynth.errors import BudgetError

    class Half:
        def __init__(self, inner):
            self.inner, self.rows_per_unit = inner, inner.rows_per_unit

        def measure(self, cliques, sigma, purpose, *rest):
            return self.inner.measure(cliques, np.asarray(sigma) / (2 if purpose == "pairs" else 1), purpose, *rest)

        def __getattr__(self, key):
            return getattr(self.inner, key)

    domain, units = chain(300)
    for config in ADAPTIVE:
        mechanism = config.calibrate(Mu(1.0), task(domain))
        curator = Curator(units, domain, 1, compose(mechanism.event).mu_squared, cells(mechanism.event), NoNoise())
        with pytest.raises(BudgetError):
            mechanism.measure(Half(curator))


# ---------------------------------------------------------------------------------------------------------- the wishes


@pytest.mark.parametrize("config", [MST(), CliqueTree(), AIM()], ids=name)
def test_must_include_is_always_measured(config) -> None:
    domain, units = chain(500)
    _, measured, _ = measured_by(
        config, task(domain, must_include=(("a", "c", "d"),)), units, Mu(0.3), RoundedGaussian(np.random.default_rng(1))
    )
    assert ("a", "c", "d") in {m.clique for m in measured.marginals}


def test_a_rare_target_survives() -> None:
    """An outcome of one row in a hundred that one column decides: lost among other pairs, kept as a target."""
    domain, rng = tables.domain(*[4] * 7, 2), np.random.default_rng(5)
    n = 20_000
    codes = np.zeros((n, 8), np.int64)
    codes[:, 0] = rng.integers(0, 4, n)
    for i in range(1, 7):
        codes[:, i] = np.where(rng.random(n) < 0.5, codes[:, i - 1], rng.integers(0, 4, n))
    codes[:, 7] = (codes[:, 3] == 2) & (rng.random(n) < 0.04)
    units = tables.people(domain, [[row] for row in codes.tolist()])

    def found(targets) -> float:
        ratios = []
        for seed in range(3):
            mechanism, measured, _ = measured_by(
                CliqueTree(),
                task(domain, targets=targets),
                units,
                Mu(0.06),
                RoundedGaussian(np.random.default_rng(seed)),
            )
            rows = mechanism.fit(measured).sample(n, np.random.default_rng(seed))
            hit = rows[:, 7] == 1
            ratios.append(float((rows[hit, 3] == 2).mean()) if hit.any() else 0.25)
        return float(np.mean(ratios))

    assert found(("h",)) > found(()) + 0.1 > 0.3


def test_aim_serves_a_declared_workload() -> None:
    domain, units = chain(3000)
    wanted = task(domain, workload=((("a", "b", "c"), 5.0),))
    _, measured, _ = measured_by(AIM(), wanted, units, Mu(2.0), RoundedGaussian(np.random.default_rng(1)))
    asked = {m.clique for m in measured.marginals}
    assert ("a", "b", "c") in asked or {("a", "b"), ("b", "c")} <= asked
    assert wanted.weight(("a", "b")) > wanted.weight(("a", "d"))


def test_fixed_asks_what_is_declared_and_nothing_else() -> None:
    domain, units = chain(300)
    wanted = Task(domain, marginals=(("d", "a"), ("b",)), must_include=(("a", "c"),))
    _, measured, _ = measured_by(Fixed(), wanted, units)
    assert [m.clique for m in measured.marginals] == [("a",), ("b",), ("c",), ("d",), ("a", "d"), ("a", "c")]


@pytest.mark.parametrize("config", ALL, ids=name)
def test_rules_hold_in_every_row(config) -> None:
    """Impossible combinations and a column that decides another, at little noise and at much; also where data break them."""
    domain, rng = tables.domain(6, 3, 4), np.random.default_rng(2)
    decided = np.ones((6, 3), bool)
    decided[np.arange(6), np.arange(6) // 2] = False  # a decides b
    impossible = np.zeros((3, 4), bool)
    impossible[0, 3] = impossible[2, 0] = True
    zeros = ((("a", "b"), decided), (("b", "c"), impossible))
    codes = np.stack([rng.integers(0, s, 900) for s in (6, 3, 4)], axis=1)  # breaks every rule
    units = tables.people(domain, [[row] for row in codes.tolist()])
    for budget in (Mu(0.02), Mu(5.0)):
        wanted = task(domain, zeros=zeros, marginals=(("a", "c"),))
        mechanism, measured, _ = measured_by(config, wanted, units, budget, RoundedGaussian(np.random.default_rng(3)))
        rows = mechanism.fit(measured).sample(3000, np.random.default_rng(4))
        assert not rules.violations(rows, domain, zeros).any()
        assert len(np.unique(rows[:, 0])) > 1


def test_what_no_model_could_hold_is_refused_before_data_are_opened() -> None:
    domain = tables.domain(40, 40, 40, 40)
    with pytest.raises(PolicyError, match="must_include has a, b, c, d, a table of up to 2560000 cells"):
        CliqueTree().calibrate(Mu(1.0), Task(domain, must_include=(("a", "b", "c", "d"),)))
    with pytest.raises(PolicyError, match="need a model of up to"):
        pairs = tuple(combinations(tables.domain(*[40] * 6).names, 2))
        Fixed().calibrate(Mu(1.0), Task(tables.domain(*[40] * 6), marginals=pairs))


def test_rules_that_contradict_each_other_are_refused_before_data_are_opened() -> None:
    """No pair of them does: a = b, b = c, a != c."""
    domain, same = tables.domain(2, 2, 2), np.eye(2, dtype=bool)
    zeros = ((("a", "b"), ~same), (("b", "c"), ~same), (("a", "c"), same))
    for config in ALL:
        with pytest.raises(PolicyError, match="contradict each other"):
            config.calibrate(Mu(1.0), task(domain, zeros=zeros))
        config.calibrate(Mu(1.0), task(domain, zeros=zeros[:2]))


def test_a_single_column_in_must_include_changes_nothing() -> None:
    domain, units = chain(300)
    for config in ALL:
        mechanism, measured, _ = measured_by(config, task(domain, must_include=(("b",),)), units)
        without = measured_by(config, task(domain), units)[1]
        assert [(m.clique, m.sigma) for m in measured.marginals] == [(m.clique, m.sigma) for m in without.marginals]
        mechanism.fit(measured)


def test_pairs_that_are_too_large_are_left_out() -> None:
    domain, units = chain(500)
    for config in ADAPTIVE:
        mechanism, measured, _ = measured_by(config, task(domain, max_cells=9), units)
        pairs = [m.clique for m in measured.marginals if len(m.clique) == 2]
        assert pairs and all("d" not in pair for pair in pairs) and len(measured.scores) == 3
        none, nothing, _ = measured_by(config, task(domain, max_cells=4), units)
        assert {m.clique for m in nothing.marginals} == {(n,) for n in domain.names} and nothing.scores == ()
        assert none.fit(nothing).sample(5, np.random.default_rng(0)).shape == (5, 4)


def test_the_model_keeps_to_its_size() -> None:
    domain, units = chain(3000)
    for limit in (27, 60, 10**6):
        mechanism, measured, _ = measured_by(CliqueTree(), task(domain, max_model_cells=limit), units)
        assert mechanism.fit(measured).graphical.tree.cells <= max(limit, 30)  # a tree of pairs


@pytest.mark.parametrize(
    ("mechanism", "parts"),
    [
        ("mst", "one_way, selection and pairs"),
        ("clique_tree", "one_way, selection and pairs"),
        ("aim", "one_way, selection and rounds"),
    ],
)
def test_a_split_names_the_parts_of_the_mechanism(mechanism, parts) -> None:
    with pytest.raises(PolicyError, match=parts):
        configure(Synthesis(mechanism=mechanism, split={"one_way": 0.5, "magic": 0.5}))


# ------------------------------------------------------------------------------------------------------------- clipping


def test_clipped_counts_find_the_total_and_the_shares() -> None:
    """Sick people have more rows and other codes: shares per row must not become shares per person."""
    domain, rng = tables.domain(4, 3), np.random.default_rng(8)
    people = []
    for _ in range(4000):
        sick = rng.random() < 0.2
        number = min(30, 1 + rng.poisson(9 if sick else 1))
        people.append(
            [
                [int(rng.choice(4, p=[0.1, 0.1, 0.2, 0.6] if sick else [0.5, 0.3, 0.1, 0.1])), int(rng.integers(0, 3))]
                for _ in range(number)
            ]
        )
    units = tables.people(domain, people)
    truth = exact(units, domain, ("a",))
    for clip in ("auto", 8.0):
        mechanism, measured, _ = measured_by(
            CliqueTree(), task(domain, 30, clip=clip), units, Mu(1.0), RoundedGaussian(np.random.default_rng(1))
        )
        assert measured.total() == pytest.approx(units.rows, rel=0.05)
        assert 0 <= measured.lost < 0.5
        model = mechanism.fit(measured)
        assert 0.5 * np.abs(model.marginal(("a",)) - truth).sum() < 0.06
        assert measured.one_way("a").values.sum() == pytest.approx(measured.total())
        assert all(m.clip is not None and m.clip < 30 for m in measured.marginals if m.clique)


def test_the_share_of_rows_beyond_the_clip_is_what_people_hold() -> None:
    domain, people = tables.domain(3, 4), 300
    codes = np.random.default_rng(0).integers(0, 3, (16 * people, 2)).astype(np.uint16)
    units = Units(codes, np.repeat(np.arange(people), 16), people)
    _, measured, _ = measured_by(CliqueTree(), task(domain, 16, clip=4.0), units)
    # All are in the bin of 13 to 16 rows, whose typical number is their geometric mean.
    typical = math.sqrt(13 * 16)
    assert measured.lost == pytest.approx((typical - 4) / typical)


def test_clipping_begins_earlier_in_long_lists() -> None:
    """Noise in many cells costs more than what a lower clip hides; with little noise it does not, nor in small tables."""
    domain, rng = tables.domain(1200, 400, 4, 3), np.random.default_rng(2)
    rows = rng.integers(1, 9, 3000)
    owner = np.repeat(np.arange(3000), rows)
    codes = np.stack([rng.integers(0, s, rows.sum()) for s in domain.sizes.values()], axis=1).astype(np.uint16)
    units = Units(codes, owner, 3000)
    found = {}
    for budget in (0.3, 9.0):
        noisy = RoundedGaussian(np.random.default_rng(1))
        _, measured, _ = measured_by(Independent(), task(domain, 8, clip="auto"), units, Mu(budget), noisy)
        found[budget] = {m.clique[0]: m.clip for m in measured.marginals if m.clique}
    lower, typical = found[0.3], found[9.0]
    assert lower["a"] < lower["b"] <= lower["c"] ** 0.9 and lower["d"] > 1
    assert typical["a"] == typical["b"] == pytest.approx(8**0.65)
    fixed = measured_by(Independent(), task(domain, 8, clip=3.0), units)[1]
    assert {m.clip for m in fixed.marginals if m.clique} == {3.0}


def test_clipping_needs_less_noise_than_the_largest_person() -> None:
    domain = tables.domain(5, 5, 5)
    rng = np.random.default_rng(1)
    units = tables.crowd(domain, 2000, 3, rng)
    noise = {}
    for clip in (None, "auto"):
        _, measured, _ = measured_by(CliqueTree(), task(domain, 40, clip=clip), units, Mu(1.0), RoundedGaussian(rng))
        noise[clip] = measured.one_way("a").sigma
    assert noise["auto"] < noise[None] / 5


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


def test_ties_go_to_the_first_and_joined_columns_need_no_edge() -> None:
    edges = [("a", "b"), ("b", "c"), ("a", "c")]
    assert maximum_spanning_forest(("a", "b", "c"), edges, [1.0, 1.0, 1.0]) == edges[:2]
    assert maximum_spanning_forest(("a", "b", "c"), edges, [1.0, 1.0, 1.0], (("a", "c"),)) == edges[:1]


@pytest.mark.parametrize("mean", [0.01, 0.3, 5.0, 400.0])
def test_expected_distance_of_a_poisson_cell(mean: float) -> None:
    drawn = np.abs(np.random.default_rng(1).poisson(mean, 200000) - mean).mean()
    assert expected_distance(np.array([mean])) == pytest.approx(drawn, rel=0.25)
