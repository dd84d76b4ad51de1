import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from dpsynth.attacks import statistics
from dpsynth.attacks.base import AttackResult, Interval, Rate
from dpsynth.attacks.excess import excess

PLACE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(PLACE))
    # Both set it for programs of their own.
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    yield
    for name in [n for n, m in sys.modules.items() if Path(getattr(m, "__file__", None) or ".").parent == PLACE]:
        del sys.modules[name]


def result(statistic, value, interval, n, m, rates=()) -> AttackResult:
    baseline = 0.5 if statistic == "auc" else 0.0
    return AttackResult(
        "a", "membership", statistic, value, interval, baseline, 0.6, n, m, 0.1, (), rates, "passed", "n"
    )


def of_shares(hits, n, control_hits, m) -> AttackResult:
    flags = np.arange(n) < hits, np.arange(m) < control_hits
    value, interval = excess(*flags, 0.95)
    rate = Rate("first", hits / n, interval, control_hits / m, interval, n, m, None, None, True)
    return result("excess_share", value, interval, n, m, (rate,))


def test_published_values_that_need_no_data_are_ours(capsys):
    import attacks

    values = attacks.external_values(None)
    assert len(values) == 3
    assert all(v.matches for v in values)
    assert not attacks.compared("x", 0.1006, 0.1, 5e-4).matches


def test_lower_limit_is_the_interval_at_another_confidence():
    import leaks

    rng = np.random.default_rng(0)
    scores = rng.normal(0.3, 1, 400), rng.normal(0, 1, 90)
    one = result("auc", statistics.auc(*scores), statistics.auc_interval(*scores, 0.95), 400, 90)
    assert leaks.lower_limit(one, 0.9999) == pytest.approx(statistics.auc_interval(*scores, 0.9999).low)
    apart = result("auc", 1.0, statistics.auc_interval(np.ones(40), np.zeros(9), 0.95), 40, 9)
    assert leaks.lower_limit(apart, 0.999) == statistics.wilson(1.0, 9, 0.999).low
    shares = of_shares(13, 200, 2, 150)
    assert leaks.lower_limit(shares, 0.99) == pytest.approx(statistics.excess_interval(13, 200, 2, 150, 0.99).low)


def test_caught_is_beyond_the_stricter_limit_and_decides_what_is_expected():
    import leaks

    weak, strong, none = (leaks.judged("x", of_shares(k, 500, 10, 500), 0.9999) for k in (26, 80, 10))
    assert weak.low > 0 > weak.limit and not weak.caught
    assert strong.caught and not none.caught
    release = leaks.Release("x", True, None, None, None, None)
    assert leaks.as_expected([release], [none, strong])
    assert not leaks.as_expected([release], [none, weak])
    assert not leaks.as_expected([replace(release, leaks=False)], [none, strong])
    assert leaks.as_expected([replace(release, leaks=None)], [none, strong])
    assert leaks.verdicts([release], [none, strong]) == {"x": ("a",)}
    table = leaks.markdown([strong, replace(none, attack="b"), replace(none, release="y")])
    assert table.splitlines()[2:] == [
        "| `a` | **0.140 [0.106, 0.176]** | 0.000 [-0.019, 0.019] |",
        "| `b` | 0.000 [-0.019, 0.019] |  |",
    ]


def test_a_copy_is_caught_and_fresh_people_are_not(monkeypatch):
    import leaks

    monkeypatch.setattr(leaks, "QUICK_PEOPLE", 500)
    rng = np.random.default_rng(0)
    study = leaks.study(None, True, rng)
    sizes = [getattr(study, part).size for part in ("members", "reference", "control", "fresh")]
    assert sizes == [337, 19, 19, 125]
    everybody = [getattr(study, part).codes for part in ("members", "fresh")]
    made = leaks.releases(study, True, rng)
    assert [r.name for r in made] == ["without noise", "noisy copy", "fresh people"]
    assert (made[1].members.codes is everybody[0]) and (made[2].members.codes is everybody[1])
    assert all(r.rows.shape == everybody[0].shape for r in made)
    assert 0.9 < (made[1].rows == everybody[0]).mean() < 1
    rows = leaks.leak_table(study, made[1:], ("dcr", "nearest"), rng)
    assert [(r.release, r.attack, r.caught) for r in rows] == [
        ("noisy copy", "dcr", True), ("noisy copy", "nearest", True),
        ("fresh people", "dcr", False), ("fresh people", "nearest", False),
    ]  # fmt: skip
    assert leaks.as_expected(made[1:], rows)


def test_attacks_of_the_table_exist_and_shadow_is_none_of_them():
    import leaks

    assert set(leaks.attacks(True)) < set(leaks.attacks(False))
    assert "shadow" not in leaks.attacks(False) and "combined" in leaks.attacks(False)
    assert len(leaks.attacks(False)) >= 13


def test_outcomes_of_shares_are_counted_out():
    import intervals

    row = intervals._one("wilson", 20, 0.1, lambda k, n, c: statistics.wilson(k / n, n, c), False)
    hits = np.random.default_rng(0).binomial(20, 0.1, 20_000)
    held = [i.low <= 0.1 <= i.high for i in (statistics.wilson(k / 20, 20, 0.95) for k in range(21))]
    assert row.coverage == pytest.approx(np.mean(np.array(held)[hits]), abs=0.01)
    assert row.coverage + row.below + row.above == pytest.approx(1)
    both = intervals._difference(50, 20, 0.1, 0.1)
    rng = np.random.default_rng(0)
    low, high = statistics.excess_limits(rng.binomial(50, 0.2, 20_000), 50, rng.binomial(20, 0.1, 20_000), 20, 0.95)
    assert both.coverage == pytest.approx(((low <= 0.1) & (high >= 0.1)).mean(), abs=0.01)


def test_the_area_of_rounded_scores_is_that_of_many_draws():
    import intervals

    rng = np.random.default_rng(0)
    drawn = statistics.auc(intervals._scores(0.5, 20_000, 1.0, rng), intervals._scores(0.0, 20_000, 1.0, rng))
    assert intervals._rounded_area(0.5, 1.0) == pytest.approx(drawn, abs=0.01)
    assert intervals._rounded_area(0.0, 1.0) == pytest.approx(0.5)
    assert intervals._rounded_area(0.5, 0.01) == pytest.approx(ndtr(0.5 / 2**0.5), abs=0.01)


def test_every_kind_of_interval_gives_rows():
    import intervals

    rng = np.random.default_rng(0)
    parts = intervals.thresholds(5, rng), intervals.precisions(5, rng), intervals.games(2, rng)
    rows = [row for part in parts for row in part]
    assert {"operating point", "excess precision", "game of focal", "game of singling_out"} <= {
        row.interval for row in rows
    }
    for row in rows:
        assert row.coverage + row.below + row.above == pytest.approx(1)
    found = [Interval(0.0, 0.4, 0.95), Interval(0.6, 0.9, 0.95), Interval(0.1, 0.8, 0.95), Interval(0.2, 0.7, 0.95)]
    row = intervals.drawn("x", "y", found, 0.5)
    assert (row.coverage, row.below, row.above) == (0.5, 0.25, 0.25)
