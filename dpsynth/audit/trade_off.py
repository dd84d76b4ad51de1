"""Does what an attack achieved contradict a promise? A test of the whole trade-off curve, with no assumption on scores.

A promise says: whoever accuses a share a of those who are not in the data misses at least f(a) of those who are. From
counts of accusations in both worlds follow upper limits of both error rates (Clopper and Pearson (1934), exact). If the
corner of the two limits lies below f, the promise is false, up to the error of the limits. Testing the curve instead of
one (epsilon, delta) sees noise of half the size at epsilon 1 with 4,000 runs a world; a test at delta = 1e-5 alone does
not with 10,000.

Sources: Dong, Roth and Su (2022), arXiv:1905.02383 (trade-off functions); Nasr et al. (2023), arXiv:2302.07956 (GDP
audits); Jagielski, Ullman and Oprea (2020), arXiv:2006.07709 (Clopper-Pearson corners).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import beta

from dpsynth.privacy.accountant import Guarantee
from dpsynth.privacy.curves import gaussian_delta
from dpsynth.privacy.units import Epsilon, Mu

Scores = np.ndarray[Any, np.dtype[np.float64]]

ACCUSED = (0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9)
"""Claimed false-positive rates whose thresholds are tried, besides the one with equal errors and the proofs."""

PROOF = 1e300
"""A score beyond this is a proof (`Transcript` counts it as infinite)."""

CONFIDENCE = 0.95
"""Of the epsilon that an audit has shown."""

SMALLEST_P = 1e-15


@dataclass(frozen=True)
class Comparison:
    """What scores of both worlds say about a promise.

    Attributes:
        runs: runs in each world.
        claimed_mu: mu of the promise; for one that is not Gaussian, that of the lowest Gaussian curve which is nowhere
            below it at the shares of `ACCUSED` and where errors are equal.
        estimated_mu: difference of the mean scores over their pooled standard deviation; infinite for proofs.
        p_value: valid for "the promise holds": Bonferroni over all thresholds and both limits.
        shown_mu: mu below which no mechanism would have looked like this, with `CONFIDENCE`; at least 0.
        possible_mu: the same had the attack made no error at all: nothing above it can be shown with so few runs.
        shown_epsilon: what `shown_mu` means at the claim's delta. Where the promise is not Gaussian, whatever the
            mechanism is: e^epsilon is at least (1 - delta - missed) / accused, or that of the complements.
        possible_epsilon: the same of `possible_mu`.
    """

    runs: int
    claimed_mu: float
    estimated_mu: float
    p_value: float
    shown_mu: float
    possible_mu: float
    shown_epsilon: float
    possible_epsilon: float


def compare(without: Scores, present: Scores, guarantee: Guarantee, delta: float) -> Comparison:
    """Tests a promise.

    Thresholds are fixed before scores are seen, but for one, which the first half of the runs chooses and the second
    half tests: it catches separations that no theory foresees, such as noise that repeats.

    Args:
        without: log-likelihood ratios of runs without the person, shape (runs,).
        present: the same with the person, shape (runs,).
        guarantee: the promise.
        delta: at which epsilons are told.
    """
    errors = [_errors(without, present, t) for t in thresholds(guarantee)]
    half = min(len(without), len(present)) // 2
    if half:
        chosen = _best_threshold(without[:half], present[:half], guarantee)
        errors.append(_errors(without[half:], present[half:], chosen))
    level = (1 - CONFIDENCE) / (2 * len(errors))
    corners = [_limits(*e, level) for e in errors]
    runs = min(len(without), len(present))
    perfect = _limits(0, runs, 0, runs, level)
    shown, possible = max(0.0, *(_shown_mu(*c) for c in corners)), _shown_mu(*perfect)
    epsilons = epsilon_of(shown, delta), epsilon_of(possible, delta)
    if guarantee.sampled:
        epsilons = max(_shown_epsilon(*c, delta) for c in corners), _shown_epsilon(*perfect, delta)
    return Comparison(
        runs=runs,
        claimed_mu=claimed_mu(guarantee),
        estimated_mu=_estimate(without, present),
        p_value=_p_value(errors, guarantee),
        shown_mu=shown,
        possible_mu=possible,
        shown_epsilon=epsilons[0],
        possible_epsilon=epsilons[1],
    )


def thresholds(guarantee: Guarantee) -> list[float]:
    """Thresholds of the log-likelihood ratio, fixed by the claim: equal errors, `ACCUSED`, and proofs."""
    ideal = guarantee.ideal
    return [-PROOF, *(ideal.threshold(share) for share in (ideal.peak, *ACCUSED)), PROOF]


def claimed_mu(guarantee: Guarantee) -> float:
    """See `Comparison`."""
    if not guarantee.sampled:
        return guarantee.mu.value
    ideal = guarantee.ideal
    return max(_shown_mu(share, 1 - ideal.tpr(share)) for share in (ideal.peak, *ACCUSED))


def epsilon_of(mu: float, delta: float) -> float:
    """The epsilon at which a mu-GDP mechanism has this delta: what a mu means in the words of the policy."""
    if mu <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while gaussian_delta(Mu(mu), Epsilon(high)) > delta and high < 1e4:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if gaussian_delta(Mu(mu), Epsilon(middle)) > delta else (low, middle)
    return low


def _errors(without: Scores, present: Scores, threshold: float) -> tuple[int, int, int, int]:
    """Wrong accusations, of how many; misses, of how many."""
    return int((without > threshold).sum()), len(without), int((present <= threshold).sum()), len(present)


def _best_threshold(without: Scores, present: Scores, guarantee: Guarantee) -> float:
    """Where the estimated errors lie deepest below the promised curve, in standard errors."""
    candidates = np.unique(np.concatenate([without, present]))
    if len(candidates) > 400:
        candidates = np.quantile(candidates[np.isfinite(candidates)], np.linspace(0, 1, 400), method="lower")
    best, deepest = 0.0, -math.inf
    for t in candidates.tolist():
        accused, n, missed, m = _errors(without, present, t)
        fpr, fnr = (accused + 0.5) / (n + 1), (missed + 0.5) / (m + 1)
        error = math.sqrt(fpr * (1 - fpr) / n + fnr * (1 - fnr) / m)
        depth = (1 - guarantee.tpr(fpr) - fnr) / error
        if depth > deepest:
            best, deepest = t, depth
    return best


def _limits(accused: int, n: int, missed: int, m: int, alpha: float) -> tuple[float, float]:
    """Upper limits of both error rates, each wrong with probability `alpha`."""
    return (
        float(beta.isf(alpha, accused + 1, n - accused)) if accused < n else 1.0,
        float(beta.isf(alpha, missed + 1, m - missed)) if missed < m else 1.0,
    )


def _contradicts(errors: list[tuple[int, int, int, int]], guarantee: Guarantee, alpha: float) -> bool:
    each = alpha / (2 * len(errors))
    for one in errors:
        fpr, fnr = _limits(*one, each)
        if 1 - guarantee.tpr(fpr) > fnr:
            return True
    return False


def _p_value(errors: list[tuple[int, int, int, int]], guarantee: Guarantee) -> float:
    """The smallest level at which some corner contradicts the promise, from above; 1 if none does."""
    if not errors or not _contradicts(errors, guarantee, 1.0):
        return 1.0
    if _contradicts(errors, guarantee, SMALLEST_P):
        return SMALLEST_P
    low, high = math.log(SMALLEST_P), 0.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if _contradicts(errors, guarantee, math.exp(middle)) else (middle, high)
    return math.exp(high)


def _shown_mu(fpr: float, fnr: float) -> float:
    """The mu of the Gaussian curve through a corner."""
    if not (0 < fpr < 1 and 0 < fnr < 1):
        return 0.0
    return float(ndtri(1 - fpr) - ndtri(fnr))


def _shown_epsilon(fpr: float, fnr: float, delta: float) -> float:
    """The least epsilon with which any (epsilon, delta)-private mechanism can have a corner: from the definition."""
    ratios = [(1 - delta - b) / a for a, b in ((fpr, fnr), (fnr, fpr)) if a > 0]
    return math.log(max(1.0, *ratios)) if ratios else 0.0


def _estimate(without: Scores, present: Scores) -> float:
    if len(without) < 2 or len(present) < 2:
        return 0.0
    if not (np.isfinite(without).all() and np.isfinite(present).all()):
        return math.inf
    spread = math.sqrt((float(without.var(ddof=1)) + float(present.var(ddof=1))) / 2)
    gap = float(present.mean() - without.mean())
    return gap / spread if spread > 0 else (math.inf if gap > 0 else 0.0)
