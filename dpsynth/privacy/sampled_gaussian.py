"""What sums over Poisson samples reveal: privacy loss distributions, and Rényi divergences to check them.

One step is dominated by the pair P = (1-q) N(0, sigma^2) + q N(1, sigma^2) against Q = N(0, sigma^2), and by (Q, P) for
the other direction of neighbours (Zhu, Dong and Wang (2022), arXiv:2106.08567, Theorem 11). Steps, and the Gaussian of
all other queries of the release, compose as products of their pairs, whatever each made of the answers before it (the
same, Theorem 10).

* `delta` composes the privacy loss distributions of the pairs with dp-accounting, which puts them on a grid so that
  delta is too large rather than too small (Doroshenko et al. (2022), arXiv:2207.04380). It is imported when the first
  sampled sum is accounted for and not before.
* `rho_at` integrates the Rényi divergence of one order. Only (P, Q) needs it: its divergence is the larger one
  (Mironov, Talwar and Zhang (2019), arXiv:1908.10530). A whole curve of orders gives a second, looser delta.
  Both bounds are valid, and the smaller one is promised. The central limit theorem is no bound and is not used.

All of this is for sums and noise of real numbers. `randomness` says what the computer does instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import logsumexp

from dpsynth import _validate
from dpsynth.privacy.events import SampledGaussian, snap_rate

Floats = np.ndarray[Any, np.dtype[np.float64]]
Profile = Callable[[Fraction, tuple[SampledGaussian, ...], float], float]
"""delta of mu^2, sums over samples, and epsilon."""

INTERVAL = 1e-4
"""Losses are multiples of this."""
ROUNDING = 1e-12
"""What the Fourier transforms of dp-accounting may lose in delta, with room: against the exact profile of 10,000
composed Gaussians they lose less than 2e-13."""
ORDERS = (1.1, 1.25, 1.5, 1.75, *np.arange(2.0, 16.0, 0.5).tolist(), *np.geomspace(16, 512, 31).tolist())
"""Orders of the curve. Any choice is valid; more come closer to the best."""
SMALLEST_SIGMA = 0.1
"""With less noise than this the gain by sampling is not computed."""
SIGMA_STEP = 2**-10
"""Calibrated noise is a multiple of this."""


def rho_at(part: SampledGaussian, order: float) -> float:
    """The Rényi divergence of all steps, of an order above 1, divided by the order; an upper bound.

    exp((a-1) D_a) is the mean of ((1-q) + q exp((2z-1)/2 sigma^2))^a over z ~ N(0, sigma^2). The integrand is analytic
    and falls like a Gaussian on both sides, so the trapezoid rule converges faster than any power of its step; what is
    added covers the rounding. Sampling never hurts, so the divergence without it is a bound as well.

    Raises:
        ValueError: the order is not a number above 1.
    """
    _validate.positive(order_above_1=order - 1)
    without = part.steps / (2 * part.sigma**2)
    if part.rate == 1 or part.sigma < SMALLEST_SIGMA:
        return without
    step = min(part.sigma, 8 * part.sigma**2) / 32
    z = np.arange(-14 * part.sigma, order + 14 * part.sigma + step, step)
    q, variance = part.rate, part.sigma**2
    ratio = np.logaddexp(math.log1p(-q), math.log(q) + (2 * z - 1) / (2 * variance))
    moment = logsumexp(order * ratio - z**2 / (2 * variance)) + math.log(step / (part.sigma * math.sqrt(2 * math.pi)))
    divergence = (max(0.0, float(moment)) + 1e-11) / (order - 1) * (1 + 1e-9)
    return min(without, part.steps * divergence / order)


def delta(mu_squared: Fraction, parts: tuple[SampledGaussian, ...], epsilon: float) -> float:
    """The delta at epsilon >= 0 of Gaussian queries of mu^2 together with sums over samples: an upper bound."""
    return float(deltas(mu_squared, parts, np.array([epsilon]))[0])


def deltas(mu_squared: Fraction, parts: tuple[SampledGaussian, ...], epsilons: Floats) -> Floats:
    """The same at several epsilons."""
    by_loss = np.maximum(*(_profile(side, epsilons) for side in _sides(mu_squared, parts)))
    return np.asarray(np.minimum(by_loss + ROUNDING, _by_renyi(mu_squared, parts, epsilons)))


def _profile(side: tuple[Floats, Floats, Floats], epsilons: Floats) -> Floats:
    """The mean of max(0, 1 - e^(eps - loss)) over a distribution of losses."""
    losses, upper, lower = side
    at = np.searchsorted(losses, epsilons, "right")
    # Sums of n numbers round by less than n 2^-52 of themselves.
    return np.asarray(np.maximum(0.0, upper[at] * (1 + len(losses) * 2.0**-51) - np.exp(epsilons) * lower[at]))


@lru_cache(maxsize=16)
def _sides(mu_squared: Fraction, parts: tuple[SampledGaussian, ...]) -> tuple[tuple[Floats, Floats, Floats], ...]:
    """For both directions of neighbours: losses, ascending, and from each of them on the sums of p and of p e^-loss.

    What dp-accounting adds up anew for each epsilon.
    """
    found = []
    whole = _losses(mu_squared, parts)
    for pmf in (whole._pmf_remove.to_dense_pmf(), whole._pmf_add.to_dense_pmf()):
        losses = (np.arange(len(pmf._probs)) + pmf._lower_loss) * pmf._discretization
        shrunk = pmf._probs * np.exp(-np.maximum(losses, 0.0))  # no epsilon is below 0
        upper, lower = (np.append(np.cumsum(p[::-1])[::-1], 0.0) for p in (pmf._probs, shrunk))
        found.append((losses, upper + pmf._infinity_mass, lower))
    return tuple(found)


def renyi_delta(mu_squared: Fraction, parts: tuple[SampledGaussian, ...], epsilon: float) -> float:
    """The delta at epsilon from Rényi divergences alone: larger, and from nothing but one integral an order.

    Source: Canonne, Kamath and Steinke (2020), arXiv:2004.00010, Proposition 12.
    """
    return float(_by_renyi(mu_squared, parts, np.array([epsilon]))[0])


def _by_renyi(mu_squared: Fraction, parts: tuple[SampledGaussian, ...], epsilons: Floats) -> Floats:
    orders = np.array(ORDERS)
    cost = orders * _curve(mu_squared, parts) - epsilons[:, None]
    exponent = (orders - 1) * cost + orders * np.log1p(-1 / orders) - np.log(orders - 1)
    return np.asarray(np.exp(np.minimum(0.0, exponent)).min(1))


def nearly(epsilon: float, delta_: float, rate: float, steps: int, purpose: str = "critic") -> SampledGaussian:
    """The least noise by Rényi divergences alone: enough, some percent too much, and known in a moment.

    Raises:
        ValueError: as `calibrate`.
    """
    _validate.positive(epsilon=epsilon, delta=delta_)
    units = _by_orders(epsilon, delta_, snap_rate(rate), steps)
    if units is None:
        raise ValueError(f"No noise makes {steps} sums over samples cost less than {epsilon=} at delta={delta_!r}.")
    return SampledGaussian(purpose, steps, snap_rate(rate), units * SIGMA_STEP)


def calibrate(
    epsilon: float, delta_: float, rate: float, steps: int, mu_squared: Fraction = Fraction(0), purpose: str = "critic"
) -> SampledGaussian:
    """The least noise with which so many steps, after Gaussian queries of mu^2, cost at most (epsilon, delta).

    Of public numbers only: known before any data are opened. Rounded up to a multiple of 2^-10.

    Raises:
        ValueError: no noise is enough, because the Gaussian queries alone cost as much; or a number is out of range.
    """
    _validate.positive(epsilon=epsilon, delta=delta_)
    exact = snap_rate(rate)

    def excess(units: int) -> float:
        return _excess(delta, epsilon, delta_, exact, steps, mu_squared, units)

    # By Rényi divergences first: nearly as good, and a hundred times faster. But where the Gaussian queries take most
    # of the budget, what these divergences give away is more than what is left.
    high = _by_orders(epsilon, delta_, exact, steps, mu_squared)
    if high is not None:
        return SampledGaussian(purpose, steps, exact, _least(9 * high // 10, high, excess) * SIGMA_STEP)
    high = _enough(excess)
    if high is None:
        raise ValueError(
            f"No noise makes {steps} sums over samples cost less than epsilon={epsilon!r} at delta={delta_!r} "
            f"beside Gaussian queries of mu^2 = {float(mu_squared):.6g}. Leave more of the budget to the sums."
        )
    return SampledGaussian(purpose, steps, exact, _least(high // 2, high, excess) * SIGMA_STEP)


def _by_orders(
    epsilon: float, delta_: float, rate: float, steps: int, mu_squared: Fraction = Fraction(0)
) -> int | None:
    """The least noise that Rényi divergences allow, in units of `SIGMA_STEP`; None: they allow none."""

    def excess(units: int) -> float:
        return _excess(renyi_delta, epsilon, delta_, rate, steps, mu_squared, units)

    high = _enough(excess)
    return None if high is None else _least(high // 2, high, excess)


def _enough(excess: Callable[[int], float]) -> int | None:
    """Some noise whose excess is not above 0, in units of `SIGMA_STEP`, less than twice the least; None: none is."""
    high = round(1 / SIGMA_STEP)
    while excess(high) > 0:
        high *= 2
        if high * SIGMA_STEP > 2**20:
            return None
    return high


def _excess(
    by: Profile, epsilon: float, delta_: float, rate: float, steps: int, mu_squared: Fraction, units: int
) -> float:
    """The logarithm of how far delta is above its limit with so much noise."""
    part = SampledGaussian("", steps, rate, units * SIGMA_STEP)
    return math.log(max(by(mu_squared, (part,), epsilon), 1e-300) / delta_)


def _least(low: int, high: int, excess: Callable[[int], float]) -> int:
    """The least number of at least 1 whose excess is not above 0; excess falls, and that of `high` is not above 0.

    By interpolation: after two or three values it looks at the two neighbours of the answer.
    """
    low = max(1, low)
    at_low, at_high = excess(low), excess(high)
    while at_low <= 0 and low > 1:
        low, high, at_high = max(1, 9 * low // 10), low, at_low
        at_low = excess(low)
    if at_low <= 0:
        return low
    while high - low > 1:
        guess = low + round((high - low) * at_low / (at_low - at_high))
        middle = min(max(guess, low + 1), high - 1)
        if (at := excess(middle)) > 0:
            low, at_low = middle, at
        else:
            high, at_high = middle, at
    return high


def _losses(mu_squared: Fraction, parts: tuple[SampledGaussian, ...]) -> Any:
    """The privacy loss distribution of the whole, for both directions of neighbours."""
    from dp_accounting.pld import privacy_loss_distribution as losses

    whole = losses.identity(value_discretization_interval=INTERVAL)
    for part in parts:
        one = losses.from_gaussian_mechanism(
            part.sigma, value_discretization_interval=INTERVAL, sampling_prob=part.rate
        )
        whole = whole.compose(one.self_compose(part.steps))
    if mu_squared:
        sigma = 1 / math.sqrt(mu_squared) * (1 - 1e-12)
        whole = whole.compose(losses.from_gaussian_mechanism(sigma, value_discretization_interval=INTERVAL))
    return whole


@lru_cache(maxsize=64)
def _curve(mu_squared: Fraction, parts: tuple[SampledGaussian, ...]) -> Floats:
    return np.array([float(mu_squared) / 2 + sum(rho_at(part, order) for part in parts) for order in ORDERS])
