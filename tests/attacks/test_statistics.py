import math

import numpy as np
import pytest
from scipy.stats import binom, binomtest, mannwhitneyu, norm

from dpsynth.attacks import statistics as st


def naive_auc(members, control):
    return float(np.mean([[(a > b) + (a == b) / 2 for b in control] for a in members]))


def naive_error(members, control):
    wins = np.array([[(a > b) + (a == b) / 2 for b in control] for a in members])
    return math.sqrt(wins.mean(1).var(ddof=1) / len(members) + wins.mean(0).var(ddof=1) / len(control))


@pytest.mark.parametrize("seed", range(5))
def test_auc_and_error_equal_the_double_loop(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 6, 30).astype(float), rng.integers(0, 5, 17).astype(float)
    assert st.auc(a, b) == pytest.approx(naive_auc(a, b), abs=1e-12)
    assert st.auc_error(a, b) == pytest.approx(naive_error(a, b), abs=1e-12)


def test_auc_by_hand():
    assert st.auc(np.array([1.0, 2.0]), np.array([1.0, 0.0])) == 0.875
    assert st.auc(np.array([]), np.array([1.0])) == 0.5


def test_values_of_jax_privacy():
    members, control = np.arange(100) + 9.5, np.arange(100.0)
    assert st.auc(members, control) == pytest.approx(naive_auc(members, control)) == pytest.approx(0.5905)
    # jax_privacy prints 0.595, the area under the curve's convex hull (attackers who toss coins between thresholds).
    assert st.hull_auc(members, control) == pytest.approx(0.595, abs=1e-12)
    assert (members > st.threshold(control, 0.01)).mean() == pytest.approx(0.11)


@pytest.mark.parametrize("seed", range(8))
def test_the_hull_is_the_best_of_all_pairs_of_thresholds(seed):
    rng = np.random.default_rng(seed)
    members, control = rng.integers(0, 7, 23).astype(float) + 0.5 * (seed % 2), rng.integers(0, 7, 16).astype(float)
    curve = [((control > t).mean(), (members > t).mean()) for t in np.arange(-1, 9, 0.5)]
    grid = np.linspace(0, 1, 16 * 50 + 1)
    best = [max(_between(a, b, f) for a in curve for b in curve if a[0] <= f <= b[0]) for f in grid]
    assert st.hull_auc(members, control) == pytest.approx(np.trapezoid(best, grid), abs=2e-3)
    assert st.hull_auc(members, control) >= st.auc(members, control) - 1e-12


def _between(a, b, f):
    return max(a[1], b[1]) if a[0] == b[0] else a[1] + (b[1] - a[1]) * (f - a[0]) / (b[0] - a[0])


def test_the_hull_is_total():
    assert st.hull_auc(np.zeros(0), np.ones(3)) == st.hull_auc(np.ones(3), np.zeros(0)) == 0.5
    assert st.hull_auc(np.ones(3), np.ones(2)) == 0.5
    assert st.hull_auc(np.ones(3), np.zeros(2)) == 1.0


def test_threshold_accuses_at_most_the_share_also_with_ties():
    for control in (np.zeros(50), np.repeat([0.0, 1.0], 25), np.arange(50.0)):
        for fpr in (0.0, 0.01, 0.1, 0.5, 1.0):
            assert (control > st.threshold(control, fpr)).mean() <= fpr
    assert st.threshold(np.arange(50.0), 0.1) == 44
    assert st.threshold(np.zeros(0), 0.1) == math.inf


def test_null_error_is_that_of_the_rank_sum_test_with_ties():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 4, 60).astype(float), rng.integers(0, 4, 40).astype(float)
    expected = mannwhitneyu(a, b, method="asymptotic", use_continuity=False).pvalue
    assert st.null_p_value(a, b) == pytest.approx(expected, rel=1e-9)
    assert st.null_p_value(np.ones(5), np.ones(5)) == 1.0


@pytest.mark.parametrize(("shift", "n", "m"), [(0.0, 200, 60), (0.5, 60, 60), (1.5, 60, 40)])
def test_auc_interval_covers(shift, n, m):
    from scipy.special import ndtr

    rng, truth, hits = np.random.default_rng(7), float(ndtr(shift / math.sqrt(2))), 0
    for _ in range(600):
        interval = st.auc_interval(rng.normal(shift, 1, n), rng.normal(0, 1, m), 0.95)
        hits += interval.low <= truth <= interval.high
    assert 0.925 <= hits / 600 <= 0.975


@pytest.mark.parametrize(("n", "m", "share"), [(5000, 300, 0.001), (5000, 300, 0.005), (1000, 1000, 0.002)])
def test_auc_interval_covers_where_nearly_all_scores_are_equal(n, m, share):
    """All outcomes: two values, no difference between the groups."""
    covered = 0.0
    for hits in range(60):
        weight = binom.pmf(hits, n, share)
        if weight < 1e-4:
            continue
        members = (np.arange(n) < hits).astype(float)
        for accused in range(12):
            interval = st.auc_interval(members, (np.arange(m) < accused).astype(float), 0.95)
            covered += weight * binom.pmf(accused, m, share) * (interval.low <= 0.5 <= interval.high)
    assert covered > 0.94


def test_auc_interval_of_two_values_ends_where_wilsons_does():
    """300 control people without a hit: half of Wilson's upper limit, up to its own curvature."""
    hits = st.auc_interval((np.arange(10**5) < 1000).astype(float), np.zeros(300), 0.95)
    wilson = st.wilson(0.0, 300, 0.95).high
    assert 0.505 - hits.low == pytest.approx(wilson / 2, rel=0.05)


def test_tied_pairs_by_the_double_loop():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, 20).astype(float), rng.integers(0, 4, 13).astype(float)
    assert st.tied(a, b) == pytest.approx(np.mean([[x == y for y in b] for x in a]))
    assert st.tied(a, np.zeros(0)) == st.tied(np.zeros(0), b) == 0.0
    without = np.arange(30.0), np.arange(20.0) + 0.5
    value, error = st.auc(*without), st.auc_error(*without)
    logit = math.log(value / (1 - value)) - norm.isf(0.025) * error / (value * (1 - value))
    assert st.auc_interval(*without, 0.95).low == pytest.approx(1 / (1 + math.exp(-logit)))


def test_auc_interval_without_spread_is_not_a_point():
    assert st.auc_interval(np.ones(50), np.zeros(20), 0.95).low < 0.9
    tied = st.auc_interval(np.zeros(50), np.zeros(20), 0.95)
    assert tied.low < 0.35 < 0.65 < tied.high
    assert st.auc_interval(np.zeros(0), np.zeros(3), 0.95).high == 1.0
    one = st.auc_interval(np.ones(1), np.arange(9.0), 0.95)
    assert one.low < 0.2


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (17, 400)])
def test_clopper_pearson_equals_scipy(hits, n):
    expected = binomtest(hits, n).proportion_ci(0.9, "exact")
    interval = st.clopper_pearson(hits, n, 0.9)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (17, 400)])
def test_wilson_equals_scipy(hits, n):
    expected = binomtest(hits, n).proportion_ci(0.95, "wilson")
    interval = st.wilson(hits / n, n, 0.95)
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_excess_interval_reproduces_newcombes_example():
    """Newcombe (1998), table II, (a) 56/70 - 48/80: 0.0524 to 0.3339; (g) 9/10 - 3/10: 0.1705 to 0.8090."""
    a, g = st.excess_interval(56, 70, 48, 80, 0.95), st.excess_interval(9, 10, 3, 10, 0.95)
    assert (a.low, a.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert (g.low, g.high) == pytest.approx((0.1705, 0.8090), abs=1e-4)


@pytest.mark.parametrize(("p", "q", "n", "m"), [(0.02, 0.01, 2000, 300), (0.3, 0.2, 100, 50), (0.01, 0.01, 3000, 590)])
def test_excess_interval_covers(p, q, n, m):
    rng = np.random.default_rng(3)
    low, high = st.excess_limits(rng.binomial(n, p, 4000), n, rng.binomial(m, q, 4000), m, 0.95)
    assert 0.93 <= ((low <= p - q) & (p - q <= high)).mean() <= 0.995


def test_fisher_by_hand():
    """3 of 4 against 0 of 4: only one table is as extreme, C(4,3)/C(8,3) = 4/56."""
    assert st.fisher(3, 4, 0, 4) == pytest.approx(4 / 56)
    assert st.fisher(0, 4, 3, 4) == pytest.approx(1.0)
    assert st.fisher(3, 4, 0, 4, two_sided=True) == pytest.approx(8 / 56)


def test_holm_by_hand():
    assert st.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert st.holm([]) == []
    assert st.holm([0.6, 0.7]) == pytest.approx([1.0, 1.0])


def test_detectable_auc_is_found_as_often_as_promised():
    rng, n, m = np.random.default_rng(5), 400, 80
    value = st.detectable_auc(n, m, 0.95)
    from scipy.special import ndtri

    shift = math.sqrt(2) * float(ndtri(value))
    found = [st.auc_interval(rng.normal(shift, 1, n), rng.normal(0, 1, m), 0.95).low > 0.5 for _ in range(500)]
    assert 0.75 <= np.mean(found) <= 0.86
    assert st.power_of_auc(value, n, m, 0.95) == pytest.approx(0.8, abs=1e-6)
    assert st.detectable_auc(0, 5, 0.95) == 1.0


def test_detectable_excess_is_found_as_often_as_promised():
    rng, n, m = np.random.default_rng(5), 2000, 400
    value = st.detectable_excess(n, 4, m, 0.95)
    base = 4.5 / 401
    low, _ = st.excess_limits(rng.binomial(n, base + value, 4000), n, rng.binomial(m, base, 4000), m, 0.95)
    assert 0.77 <= (low > 0).mean() <= 0.84
    assert st.detectable_excess(0, 0, 10, 0.95) == 1.0


def test_certifiable_epsilon_of_1000_and_1000():
    assert st.certifiable_epsilon(1000, 1000, 0.1) == pytest.approx(5.60, abs=0.005)
    assert st.certifiable_epsilon(0, 10, 0.1) == 0.0
