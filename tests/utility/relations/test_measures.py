"""Every measure against a slow, obvious version of itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import ks_2samp
from scipy.stats.contingency import association

from dpsynth.domain.family import Family
from dpsynth.utility.relations import cohort, evaluate, numbers_of_rows, survival, ties, two_sample
from dpsynth.utility.relations.order import pairs_back, weighted_correlation
from dpsynth.utility.relations.series import series, values
from dpsynth.utility.relations.within_person import alike
from tests.utility.relations import invented


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    return invented.policy(tmp_path_factory.mktemp("policy"))


@pytest.fixture(scope="module")
def family(loaded) -> Family:
    return Family.from_policy(loaded)


@pytest.fixture(scope="module")
def some(family: Family):
    return invented.units(family, 60, 5, own=0.4, before=0.5, group=0.3)


def test_a_weight_repeats_a_person(loaded, family, some) -> None:
    """The one thing on which bootstrap samples, halves and whole groups rest, for all measures."""
    weights = np.random.default_rng(1).integers(0, 4, some.size)
    people = [cohort.FamilyUnits(some.people.take(np.array([i])), {n: u.take(np.array([i])) for n, u in some.rows.items()}) for i in np.repeat(np.arange(some.size), weights)]  # fmt: skip
    repeated = cohort.together(*people)
    for measure in evaluate.measures(family, loaded.policy.tables):
        if measure.subject.kind in ("within", "lag"):
            continue  # values are centred in their own group: below
        weighted, slow = measure.prepare(some)(weights.astype(float)), measure.prepare(repeated)(np.ones(repeated.size))
        np.testing.assert_allclose(weighted, slow, err_msg=str(measure.subject))


def slow_survival(days: list[float], happened: list[bool], grid: list[float]) -> list[float]:
    found, share = [], 1.0
    for day in grid:
        there = sum(d >= day for d in days)
        events = sum(d == day and h for d, h in zip(days, happened, strict=True))
        share *= 1 - events / there if there else 1.0
        found.append(share)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_survival_is_the_product_limit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    grid = np.array([1.0, 4.0, 5.0, 9.0])
    happened = rng.random(30) < 0.5
    days = np.where(happened, rng.choice(grid, 30), rng.integers(0, 12, 30)).astype(float)
    place = np.where(happened, np.searchsorted(grid, days), np.searchsorted(grid, days, side="right"))
    found = survival.curve(place, happened, np.ones(30), 4)
    np.testing.assert_allclose(found, slow_survival(days.tolist(), happened.tolist(), grid.tolist()))


def test_survival_of_a_textbook() -> None:
    """Remission of leukaemia under 6-MP (Freireich 1963; Kalbfleisch and Prentice 2002, table 1.2 with its curve)."""
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    left = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    grid = np.unique(np.array(events, float))
    place = [*np.searchsorted(grid, events), *np.searchsorted(grid, left, side="right")]
    happened = np.array([True] * len(events) + [False] * len(left))
    found = survival.curve(np.array(place), happened, np.ones(21), len(grid))
    np.testing.assert_allclose(found, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=5e-4)
    assert survival.restricted_mean(np.array([2.0, 4.0]), np.array([0.5, 0.25]), 10.0) == pytest.approx(2 + 1 + 1.5)


def test_death_ends_follow_up_of_the_first_row(loaded, family) -> None:
    """Whoever dies before a first row leaves; whoever lives without one is followed to the end of the window."""
    drawn = invented.draw(family, 200, 3)
    people = cohort.of_synthetic(family, drawn)
    labs = next(
        m for m in survival.times(family, loaded.policy.tables) if m.subject.table == "labs" and not m.subject.columns
    )
    found = labs.prepare(people)(np.ones(200))
    grid = [float(day) for day in labs.subject.levels]
    first, died = family.view.index("labs:first"), family.codec["died"]
    rows = family["labs"].first
    assert rows is not None
    middles = [(a + b - 1) / 2 for a, b in pairwise(rows.edges)]
    days, happened = [], []
    for person in people.people.codes:
        entry = family.codec["entry"].midpoints()[person[1]]  # type: ignore[attr-defined]
        end = 17897 + 1825 - entry
        if person[2] != died.missing:
            end = min(end, died.midpoints()[person[2]])  # type: ignore[attr-defined]
        event = max(0.0, middles[person[first]]) if person[first] < len(middles) else None
        happened.append(event is not None and event <= end)
        days.append(event if event is not None and event <= end else end)
    np.testing.assert_allclose(found, slow_survival(days, happened, grid))


def slow_alike(groups: list[list[float]]) -> float:
    """The table of the analysis of variance, with k as Donner 1986 writes it."""
    groups = [g for g in groups if g]
    rows, people = sum(map(len, groups)), len(groups)
    centre = sum(map(sum, groups)) / rows
    between = sum(len(g) * (np.mean(g) - centre) ** 2 for g in groups) / (people - 1)
    within = sum(sum((x - np.mean(g)) ** 2 for x in g) for g in groups) / (rows - people)
    k = (rows - sum(len(g) ** 2 for g in groups) / rows) / (people - 1)
    return float((between - within) / (between + (k - 1) * within))


def test_likeness_within_people_is_the_analysis_of_variance(family, some) -> None:
    value = next(one for one in series(family) if one.column == "value")
    assert value.within == "code"
    found = values(value, some)
    groups: list[list[float]] = [[] for _ in range(some.size)]
    for owner, x in zip(found.owner, found.value, strict=True):
        groups[owner].append(float(x))
    assert alike(value).prepare(some)(np.ones(some.size))[0] == pytest.approx(slow_alike(groups))
    weights = np.random.default_rng(2).integers(0, 3, some.size)
    repeated = [g for g, w in zip(groups, weights, strict=True) for _ in range(w)]
    assert alike(value).prepare(some)(weights.astype(float))[0] == pytest.approx(slow_alike(repeated))


def test_values_are_compared_within_their_level(family, some) -> None:
    value = next(one for one in series(family) if one.column == "value")
    found = values(value, some)
    for level in range(3):
        mine = found.value[found.level == level]
        assert mine.mean() == pytest.approx(0) and mine.std() == pytest.approx(1)


@pytest.mark.parametrize("back", [1, 2])
def test_earlier_rows_of_the_same_level(back: int) -> None:
    rng = np.random.default_rng(back)
    owner, level = np.sort(rng.integers(0, 9, 80)), rng.integers(0, 3, 80)
    now, before = pairs_back(owner, level, back)
    slow = []
    for i in range(80):
        earlier = [j for j in range(i) if owner[j] == owner[i] and level[j] == level[i]]
        if len(earlier) >= back:
            slow.append((i, earlier[-back]))
    assert sorted(zip(now.tolist(), before.tolist(), strict=True)) == slow


def test_weighted_correlation_repeats_rows() -> None:
    rng = np.random.default_rng(3)
    x, y, w = rng.normal(size=20), rng.normal(size=20), rng.integers(0, 4, 20)
    slow = np.corrcoef(np.repeat(x, w), np.repeat(y, w))[0, 1]
    assert weighted_correlation(x, y, w.astype(float)) == pytest.approx(slow)
    assert np.isnan(weighted_correlation(np.ones(5), np.arange(5.0), np.ones(5)))


def test_numbers_of_rows_are_at_the_kolmogorov_smirnov_distance(family, some) -> None:
    other = invented.units(family, 90, 6)
    measure = numbers_of_rows.rows_of_people(family["labs"])
    profiles = [measure.prepare(u)(np.ones(u.size)) for u in (some, other)]
    counts = [u.rows["labs"].rows_per_unit for u in (some, other)]
    assert measure.apart(*profiles) == pytest.approx(ks_2samp(*counts).statistic)
    assert measure.number(profiles[0]) == pytest.approx((counts[0] == 0).mean())
    bins = numbers_of_rows.in_bins(profiles[0], family["labs"])
    slow = np.bincount(family["labs"].counts.of(counts[0]), minlength=len(bins)) / some.size
    np.testing.assert_allclose(bins, slow, atol=1e-12)


def test_association_is_cramers(family, some) -> None:
    tie = next(m for m in ties.ties(family) if m.subject.columns == ("patients.group", "labs.code"))
    labs = some.rows["labs"]
    table = np.zeros((4, 4))
    for owner, code in zip(labs.owner, labs.codes[:, family["labs"].view.index("labs.code")], strict=True):
        table[some.people.codes[owner, 0], code] += 1
    table = table[:3, :3]
    found = tie.number(tie.prepare(some)(np.ones(some.size)))
    assert found == pytest.approx(association(table.astype(int), method="cramer"))


def test_people_can_count_the_same(family, some) -> None:
    tie = [m for m in ties.ties(family) if m.subject.columns == ("patients.group", "labs.code")][1]
    assert tie.subject.detail == "people"
    labs, table = some.rows["labs"], np.zeros((4, 4))
    for owner, code in zip(labs.owner, labs.codes[:, family["labs"].view.index("labs.code")], strict=True):
        table[some.people.codes[owner, 0], code] += 1 / labs.rows_per_unit[owner]
    np.testing.assert_allclose(tie.prepare(some)(np.ones(some.size)).reshape(4, 4), table / table.sum())


def test_the_area_under_the_curve_counts_pairs() -> None:
    rng = np.random.default_rng(4)
    high, low = rng.integers(0, 6, 25).astype(float), rng.integers(0, 5, 40).astype(float)
    wins = [[(h > x) + 0.5 * (h == x) for x in low] for h in high]
    auc, sd = two_sample.area(high, low)
    assert auc == pytest.approx(np.mean(wins))
    spread = np.var(np.mean(wins, axis=1), ddof=1) / 25 + np.var(np.mean(wins, axis=0), ddof=1) / 40
    assert sd == pytest.approx(np.sqrt(spread))


def test_features_are_what_the_rows_of_a_person_say(family, some) -> None:
    names, found = two_sample.features(family, some)
    labs = some.rows["labs"]
    value = family["labs"].codec["value"].midpoints()  # type: ignore[attr-defined]
    for person in range(0, some.size, 7):
        mine = labs.codes[labs.owner == person]
        of = {(n.of, n.column, n.level): x for n, x in zip(names, found[person], strict=True)}
        assert of["rows", "labs", ""] == len(mine)
        assert of["different", "labs.code", ""] == len(set(mine[:, family["labs"].view.index("labs.code")]))
        assert of["own", "patients.group", "a"] == (some.people.codes[person, 0] == 0)
        if len(mine):
            assert of["mean", "labs.value", ""] == pytest.approx(
                np.mean(value[mine[:, family["labs"].view.index("labs.value")]])
            )
        else:
            assert np.isnan(of["mean", "labs.value", ""])
