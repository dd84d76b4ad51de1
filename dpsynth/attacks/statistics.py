"""Statistics of two groups of people: intervals, tests, power. The unit is always a person, never a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import beta, fisher_exact, norm, rankdata, t

from dpsynth.attacks.base import Interval

Floats = np.ndarray[Any, np.dtype[np.float64]]

POWER = 0.8
"""The probability with which `detectable_*` is found."""


def auc(members: Floats, control: Floats) -> float:
    """P(member scores higher) + P(tie)/2, by mid-ranks; 1/2 if a group is empty.

    Source: Hanley and McNeil (1982), Radiology 143.

    Args:
        members: a score per member, shape (n,).
        control: a score per held-out person, shape (m,).
    """
    n, m = len(members), len(control)
    if n == 0 or m == 0:
        return 0.5
    ranks = rankdata(np.concatenate([members, control]))
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def hull_auc(members: Floats, control: Floats) -> float:
    """Area under the convex hull of the ROC curve: attackers may toss coins between thresholds; 1/2 without people.

    At least `auc`, and optimistic on few people: to compare with tools that print it, not for results.

    Source: Fawcett (2006), Pattern Recognition Letters 27.
    """
    if len(members) == 0 or len(control) == 0:
        return 0.5
    limits = np.unique(np.concatenate([members, control]))[::-1]
    accused = np.searchsorted(np.sort(-control), -limits, side="right") / len(control)
    found = np.searchsorted(np.sort(-members), -limits, side="right") / len(members)
    hull = [(0.0, 0.0)]
    for x, y in zip(accused.tolist(), found.tolist(), strict=True):
        while len(hull) > 1 and _below(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    return float(np.trapezoid([y for _, y in hull], [x for x, _ in hull]))


def _below(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether b is not above the line from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])


def auc_error(members: Floats, control: Floats, dependence: float = 1.0) -> float:
    """Standard error of the AUC; a group of one person counts with the largest possible variance.

    Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44; by ranks: Sun and Xu (2014), IEEE SPL 21.

    Args:
        members: scores, shape (n,).
        control: scores, shape (m,).
        dependence: how many times the members' part of the variance counts. Where each member's score is made with the
            other members, every pair of members enters twice: 2 (Hoeffding (1948), Annals 19, degenerate kernel).
    """
    n, m = len(members), len(control)
    if n == 0 or m == 0:
        return 0.5
    ranks = rankdata(np.concatenate([members, control]))
    of_member = (ranks[:n] - rankdata(members)) / m
    of_control = 1 - (ranks[n:] - rankdata(control)) / n
    return math.sqrt(dependence * _mean_variance(of_member) + _mean_variance(of_control))


def _mean_variance(parts: Floats) -> float:
    return float(parts.var(ddof=1)) / len(parts) if len(parts) > 1 else 0.25


def auc_interval(members: Floats, control: Floats, confidence: float, dependence: float = 1.0) -> Interval:
    """Two-sided interval of the AUC on the logit scale; [0, 1] if a group is empty.

    Where nearly all scores are equal, as those of distances on a table with few levels, DeLong's error rests on the few
    that are not, and one of the groups may have shown none by chance. So each group's part counts more people, whose
    score is above or below all others: z^2 of them, times the share of pairs that are tied. With scores of two values,
    of which a group has only one, this is Wilson's limit, and the interval is conservative (98 to 100 % instead of 95
    where all but one in a hundred are equal). Without ties it is DeLong's interval.

    Without any spread (complete separation, or all scores equal) the interval is Wilson's for the smaller group.

    Source: Pepe (2003), section 5.2.4 (logit); Wilson (1927), JASA 22; for two groups:
    Newcombe (1998), Statistics in Medicine 17, 873.
    """
    n, m = len(members), len(control)
    if n == 0 or m == 0:
        return Interval(0.0, 1.0, confidence)
    value, error, z = auc(members, control), auc_error(members, control, dependence), _quantile(confidence)
    if error < 1e-9 or not 0 < value < 1:
        return wilson(value, min(n, m), confidence)
    more = z * z * tied(members, control)
    error = math.hypot(error, math.sqrt(more * (dependence / n**2 + 1 / m**2)) / 2)
    centre, spread = math.log(value / (1 - value)), z * error / (value * (1 - value))
    return Interval(_logistic(centre - spread), _logistic(centre + spread), confidence)


def tied(members: Floats, control: Floats) -> float:
    """Share of pairs of a member and a control person with equal scores; 0 if a group is empty."""
    if len(members) == 0 or len(control) == 0:
        return 0.0
    ordered = np.sort(control)
    below, upto = (np.searchsorted(ordered, members, side=side) for side in ("left", "right"))
    return float((upto - below).mean() / len(control))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _quantile(confidence: float) -> float:
    return float(norm.isf((1 - confidence) / 2))


def null_error(members: Floats, control: Floats) -> float:
    """Standard error of the AUC when the labels mean nothing, given the scores with their ties.

    Source: Lehmann (1975), Nonparametrics, section 1.4 (Wilcoxon's rank sum with ties).
    """
    n, m = len(members), len(control)
    if n == 0 or m == 0:
        return 0.5
    _, ties = np.unique(np.concatenate([members, control]), return_counts=True)
    total = n + m
    correction = float((ties.astype(float) ** 3 - ties).sum()) / (total * (total - 1))
    return math.sqrt(max(0.0, (total + 1 - correction) / (12 * n * m)))


def null_p_value(members: Floats, control: Floats, dependence: float = 1.0) -> float:
    """Two-sided p-value of "the labels mean nothing", by the normal approximation of the rank sum.

    `dependence` is that of `auc_error`.
    """
    n, m, error = len(members), len(control), null_error(members, control)
    if error == 0 or n == 0 or m == 0:
        return 1.0
    error *= math.sqrt((dependence / n + 1 / m) / (1 / n + 1 / m))
    return float(2 * norm.sf(abs(auc(members, control) - 0.5) / error))


def brunner_munzel(members: Floats, control: Floats) -> float:
    """One-sided p-value of "members do not score higher", P(higher) + P(tie)/2 <= 1/2, without equal variances.

    Without any spread of the placements (complete separation, all scores equal) and for groups of one person it is that
    of the rank sum. Source: Brunner and Munzel (2000), Biometrical Journal 42.

    Args:
        members: a score per member, shape (n,).
        control: a score per held-out person, shape (m,).
    """
    n, m = len(members), len(control)
    if n == 0 or m == 0:
        return 1.0
    beyond = auc(members, control) - 0.5
    ranks = rankdata(np.concatenate([members, control]))
    parts = ranks[:n] - rankdata(members), ranks[n:] - rankdata(control)
    a, b = (
        float(part.var(ddof=1)) / (k * k * len(part)) if len(part) > 1 else 0.0
        for part, k in zip(parts, (m, n), strict=True)
    )
    if min(n, m) == 1 or a + b < 1e-18:
        error = null_error(members, control)
        return float(norm.sf(beyond / error)) if error > 0 else 1.0
    freedom = (a + b) ** 2 / (a * a / (n - 1) + b * b / (m - 1))
    return float(t.sf(beyond / math.sqrt(a + b), freedom))


def detectable_auc(members: int, control: int, confidence: float) -> float:
    """The smallest AUC whose lower limit exceeds 1/2 with probability `POWER`; 1 if there is nobody."""
    if members == 0 or control == 0:
        return 1.0
    error = math.sqrt((members + control + 1) / (12 * members * control))
    return min(1.0, 0.5 + (_quantile(confidence) + float(norm.ppf(POWER))) * error)


def power_of_auc(value: float, members: int, control: int, confidence: float) -> float:
    """Probability that the lower limit exceeds 1/2 when the true AUC is `value`."""
    if members == 0 or control == 0:
        return 0.0
    error = math.sqrt((members + control + 1) / (12 * members * control))
    return float(norm.cdf((value - 0.5) / error - _quantile(confidence)))


def clopper_pearson(hits: int, n: int, confidence: float) -> Interval:
    """Exact two-sided interval of a share; [0, 1] if n is 0. Source: Clopper and Pearson (1934), Biometrika 26."""
    if n == 0:
        return Interval(0.0, 1.0, confidence)
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    high = float(beta.isf(tail, hits + 1, n - hits)) if hits < n else 1.0
    return Interval(low, high, confidence)


def wilson(share: float, n: float, confidence: float) -> Interval:
    """Score interval of a share. Source: Wilson (1927), JASA 22."""
    low, high = _wilson(np.asarray(share, float), n, _quantile(confidence))
    return Interval(min(float(low), share), max(float(high), share), confidence)


def _wilson(share: Floats, n: float, z: float) -> tuple[Floats, Floats]:
    if n == 0:
        return np.zeros_like(share), np.ones_like(share)
    middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return np.clip((middle - half) / scale, 0, 1), np.clip((middle + half) / scale, 0, 1)


def excess_interval(hits: float, n: float, control_hits: float, m: float, confidence: float) -> Interval:
    """Interval of a difference of two shares, hits/n - control_hits/m; [-1, 1] if a group is empty.

    Numbers need not be whole: dependent people are worth fewer independent ones.

    Of 95 % intervals 94.7 to 96.4 % hold the truth where a tenth or more of the control people are hit, and 95.2 to
    97.7 % where one in a hundred is. Where hardly anybody is hit by chance it is conservative (96.9 to 100 %): no lower
    limit of a share is below 0, so on that side nothing is missed. With few control hits the misses are mostly upper
    limits that are too low (at most 3.8 %); lower limits above the truth, which would accuse a release, are rarer than
    promised. See `benchmarks/intervals.py`.

    Source: Newcombe (1998), Statistics in Medicine 17, 873 (method 10, hybrid of Wilson's limits).
    """
    low, high = excess_limits(np.array([hits]), n, np.array([control_hits]), m, confidence)
    return Interval(float(low[0]), float(high[0]), confidence)


def excess_limits(
    hits: np.ndarray[Any, Any], n: float, control_hits: np.ndarray[Any, Any], m: float, confidence: float
) -> tuple[Floats, Floats]:
    """`excess_interval` for many pairs of counts at once, shapes (k,) -> (k,), (k,)."""
    if n == 0 or m == 0:
        return np.full(len(hits), -1.0), np.full(len(hits), 1.0)
    z, p, q = _quantile(confidence), hits / n, control_hits / m
    (p_low, p_high), (q_low, q_high) = _wilson(p, n, z), _wilson(q, m, z)
    low = p - q - np.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = p - q + np.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return np.clip(low, -1, 1), np.clip(high, -1, 1)


def fisher(hits: int, n: int, control_hits: int, m: int, *, two_sided: bool = False) -> float:
    """Exact p-value that members are hit more often (or, two-sided, otherwise) than control people.

    Source: Fisher (1935), The Design of Experiments; conditional on the total number of hits.
    """
    table = [[hits, n - hits], [control_hits, m - control_hits]]
    return float(fisher_exact(table, alternative="two-sided" if two_sided else "greater")[1])


def detectable_excess(n: int, control_hits: int, m: int, confidence: float) -> float:
    """The smallest excess share that `excess_interval` finds with probability `POWER`; 1 if there is nobody.

    The control share is taken as (hits + 1/2)/(m + 1).
    """
    if n == 0 or m == 0:
        return 1.0
    base = (control_hits + 0.5) / (m + 1)
    low, high = 0.0, 1.0 - base
    if power_of_excess(high, base, n, m, confidence) < POWER:
        return 1.0
    while high - low > 1e-5:
        middle = (low + high) / 2
        low, high = (low, middle) if power_of_excess(middle, base, n, m, confidence) >= POWER else (middle, high)
    return high


def power_of_excess(excess: float, base: float, n: int, m: int, confidence: float) -> float:
    """Probability that the lower limit of `excess_interval` is above 0.

    Args:
        excess: true excess share among members.
        base: true share among control people.
        n: number of members.
        m: number of control people.
        confidence: of the interval.
    """
    if n == 0 or m == 0:
        return 0.0
    levels = (np.arange(64) + 0.5) / 64
    # Quantiles of both binomials instead of random draws: no seed, and smooth in the excess.
    hits = _binomial(levels, n, min(1.0, base + excess))
    control_hits = _binomial(levels, m, base)
    low, _ = excess_limits(np.repeat(hits, 64), n, np.tile(control_hits, 64), m, confidence)
    return float((low > 0).mean())


def _binomial(levels: Floats, n: int, share: float) -> np.ndarray[Any, Any]:
    from scipy.stats import binom

    return np.asarray(binom.ppf(levels, n, share))


def threshold(control: Floats, fpr: float) -> float:
    """The score above which at most a share `fpr` of the control people lie; infinity if there is nobody."""
    if len(control) == 0:
        return math.inf
    allowed = math.floor(fpr * len(control) + 1e-9)
    if allowed >= len(control):
        return -math.inf
    return float(np.partition(control, len(control) - allowed - 1)[len(control) - allowed - 1])


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for the family-wise error. Source: Holm (1979), Scandinavian Journal of Statistics 6."""
    adjusted, largest = [1.0] * len(p_values), 0.0
    for position, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(p_values) - position) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def certifiable_epsilon(members: int, control: int, alpha: float) -> float:
    """The largest lower bound on epsilon (delta = 0) that an attack without any error could certify.

    Each of the two error rates takes a two-sided Clopper-Pearson interval at level 1 - alpha/2.
    Source: Jagielski, Ullman and Oprea (2020), arXiv:2006.07709.
    """
    if members == 0 or control == 0:
        return 0.0
    found = clopper_pearson(members, members, 1 - alpha / 2).low
    accused = clopper_pearson(0, control, 1 - alpha / 2).high
    return max(0.0, math.log(found / accused))
