"""Trade-off curves of ideal mechanisms: the most that any attack on one unit can reach.

A curve T gives the largest share T(x) of members that an attack finds which accuses a share x of others: 1 - f(x) for
the trade-off function f of Dong, Roth and Su (2022), arXiv:1905.02383. It is concave and symmetric: (x, T(x)) and
(1 - T(x), 1 - x) both lie on it, because presence and absence may change places. So T(x) - x is largest, and the
likelihood ratio 1, where T(x) = 1 - x (`peak`).

Gaussian queries have a curve in closed form. With sums over samples it is bounded from above by straight lines, each of
them valid: T(x) <= e^eps x + delta(eps), and likewise for the complements, with deltas that are
too large rather than too small (`sampled_gaussian.delta`). Whatever is read off such a curve is an upper bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from dpsynth.privacy import sampled_gaussian
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.sampled_gaussian import Floats
from dpsynth.privacy.units import Epsilon, Mu

LINES = 400
"""Epsilons at which a curve is bounded. Any number is valid; more come closer to it."""


class Curve(Protocol):
    """The most that can be reached against an ideal mechanism. Everything is exact or an upper bound."""

    @property
    def peak(self) -> float:
        """The share of others at which an attack gains most: T(peak) = 1 - peak."""
        ...

    @property
    def auc(self) -> float:
        """The integral of the curve."""
        ...

    def tpr(self, fpr: float) -> float:
        """T(fpr)."""
        ...

    def threshold(self, fpr: float) -> float:
        """The logarithm of the likelihood ratio above which the best such attack accuses: that of the slope of T."""
        ...

    def delta(self, epsilon: float) -> float:
        """The delta at an epsilon of at least 0."""
        ...


@dataclass(frozen=True)
class Gaussian:
    """The curve of mu-GDP: T(x) = Phi(Phi^-1(x) + mu)."""

    mu: float

    @property
    def peak(self) -> float:
        """See `Curve.peak`."""
        return float(ndtr(-self.mu / 2))

    @property
    def auc(self) -> float:
        """See `Curve.auc`."""
        return float(ndtr(self.mu / math.sqrt(2)))

    def tpr(self, fpr: float) -> float:
        """See `Curve.tpr`."""
        return float(ndtr(ndtri(fpr) + self.mu)) if fpr > 0 else 0.0

    def threshold(self, fpr: float) -> float:
        """See `Curve.threshold`."""
        return self.mu * float(ndtri(1 - fpr)) - self.mu**2 / 2

    def delta(self, epsilon: float) -> float:
        """See `Curve.delta`."""
        return gaussian_delta(Mu(self.mu), Epsilon(epsilon))


@dataclass(frozen=True)
class Bounded:
    """A concave curve of straight pieces, an upper bound.

    Attributes:
        fpr: where pieces meet, ascending from 0 to 1.
        found: the curve there, the same shape.
    """

    fpr: Floats
    found: Floats

    @property
    def peak(self) -> float:
        """See `Curve.peak`."""
        return float(np.interp(1.0, self.fpr + self.found, self.fpr)) if self.found[0] < 1 else 0.0

    @property
    def auc(self) -> float:
        """See `Curve.auc`."""
        return float(min(1.0, np.trapezoid(self.found, self.fpr)))

    def tpr(self, fpr: float) -> float:
        """See `Curve.tpr`."""
        return float(np.interp(fpr, self.fpr, self.found))

    def threshold(self, fpr: float) -> float:
        """See `Curve.threshold`."""
        piece = int(np.clip(np.searchsorted(self.fpr, fpr, "right"), 1, len(self.fpr) - 1))
        rise = float(self.found[piece] - self.found[piece - 1])
        return math.log(rise / float(self.fpr[piece] - self.fpr[piece - 1])) if rise > 0 else -math.inf

    def delta(self, epsilon: float) -> float:
        """See `Curve.delta`: the largest T(x) - e^eps x lies where pieces meet."""
        return float(max(0.0, (self.found - math.exp(min(epsilon, 700.0)) * self.fpr).max()))

    def after(self, other: Bounded) -> Bounded:
        """The curve of x -> T(other(x)), concave again."""
        rising = other.found < 1
        last = int(np.argmin(rising)) if not rising.all() else len(rising) - 1
        bends = np.interp(self.fpr, other.found[: last + 1], other.fpr[: last + 1])
        reached = self.fpr >= other.found[0]
        fpr = np.unique(np.concatenate([other.fpr, bends[reached]]))
        # A rounded place may lie beside the bend, where the chord is below the curve; so little more is above it.
        return Bounded(fpr, np.minimum(1.0, np.interp(np.interp(fpr, other.fpr, other.found), self.fpr, self.found)))


@lru_cache(maxsize=32)
def curve(mu_squared: Fraction, sampled: tuple[SampledGaussian, ...] = (), people: int = 1) -> Curve:
    """The curve of Gaussian queries of mu^2, together with sums over samples.

    Args:
        mu_squared: of the Gaussian queries.
        sampled: sums over samples.
        people: units that are in the data together or not at all. One after the other joins, so that T is applied as
            many times: arXiv:1905.02383, Theorem 2.14. For Gaussian queries this is k mu-GDP.
    """
    if not sampled:
        return Gaussian(math.sqrt(mu_squared) * people)
    one = _bounded(mu_squared, sampled)
    found = one
    for _ in range(people - 1):
        found = found.after(one)
    return found


def gaussian_delta(mu: Mu, epsilon: Epsilon) -> float:
    """delta(eps) = Phi(-eps/mu + mu/2) - e^eps Phi(-eps/mu - mu/2). Source: arXiv:1905.02383, Corollary 2.13."""
    if mu.value == 0:
        return 0.0
    a, b = -epsilon.value / mu.value + mu.value / 2, -epsilon.value / mu.value - mu.value / 2
    # In logarithms: e^eps overflows long before the product does.
    return float(max(0.0, math.exp(log_ndtr(a)) - math.exp(epsilon.value + log_ndtr(b))))


def _bounded(mu_squared: Fraction, sampled: tuple[SampledGaussian, ...]) -> Bounded:
    """The lowest of the lines of `LINES` epsilons."""
    top = 1.0
    while sampled_gaussian.delta(mu_squared, sampled, top) > 10 * sampled_gaussian.ROUNDING and top < 500:
        top *= 1.25
    epsilons = np.linspace(0, top, LINES)
    deltas = sampled_gaussian.deltas(mu_squared, sampled, epsilons)
    growth = np.exp(epsilons)
    # From the steepest to the flattest, and the line that no share exceeds.
    slopes = np.concatenate([growth[::-1], 1 / growth, [0.0]])
    heights = np.concatenate([deltas[::-1], 1 - (1 - deltas) / growth, [1.0]])
    kept: list[int] = []
    starts: list[float] = []
    for i, (slope, height) in enumerate(zip(slopes.tolist(), heights.tolist(), strict=True)):
        start = 0.0
        while kept:
            steeper = kept[-1]
            if slope == slopes[steeper]:
                start = starts[-1] if height < heights[steeper] else math.inf
            else:
                start = (height - heights[steeper]) / (slopes[steeper] - slope)
            if start > starts[-1]:
                break
            kept.pop()
            starts.pop()
            start = 0.0
        if start < 1:
            kept.append(i)
            starts.append(start)
    fpr = np.array([*starts, 1.0])
    return Bounded(fpr, np.minimum(1.0, np.append(slopes[kept] * starts + heights[kept], 1.0)))
