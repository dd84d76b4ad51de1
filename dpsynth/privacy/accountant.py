"""From events to guarantees, by Gaussian differential privacy.

A composition of Gaussian queries is mu-GDP with mu^2 = sum (sensitivity/sigma)^2: no conversion is tighter. The noise
is discrete on a fine lattice, so each cell differs a little from the ideal. The difference enters the guarantee in two
ways, each summed over all cells: as a total variation (`noise.distance_to_gaussian`) and as a ratio of probabilities
(`noise.log_ratio_to_gaussian`). Both sums are valid for adaptive queries: whatever was answered before, the next cell's
noise has the bounded law, so the joint laws differ by at most the sums. A filter (`events.GaussianFilter`) is one
Gaussian of its total; its cells have at least the noise of the whole filter, and both bounds fall with the noise.

Sums over samples (`events.SampledGaussian`) are not mu-GDP for any mu of use; `sampled_gaussian` composes them with the
Gaussian of all other queries, and `curves` bounds the trade-off curve of the whole. Their noise ends where its random
bits do; what lies beyond is paid like the lattice, as if each sum had as many coordinates as a critic can have at most.

The Gaussian of all other queries stands for them also where the two kinds of questions alternate: an interaction that
is f-DP is post-processing of one draw from a pair with the trade-off curve f, so interactions compose as their pairs do
(Vadhan and Zhang (2023), arXiv:2207.08335).

Sources: Dong, Roth and Su (2022), arXiv:1905.02383 (GDP: Corollary 2.13, profile; Corollary 3.3, composition);
Bun and Steinke (2016), arXiv:1605.02065 and Canonne, Kamath and Steinke (2020), arXiv:2004.00010 (zCDP and its
conversion).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from dpsynth import _validate
from dpsynth.privacy import noise, sampled_gaussian
from dpsynth.privacy.critic import MOST_PARAMETERS
from dpsynth.privacy.curves import Curve, curve, gaussian_delta
from dpsynth.privacy.events import Composed, GaussianFilter, GaussianQueries, SampledGaussian, flatten
from dpsynth.privacy.randomness import BEYOND
from dpsynth.privacy.units import Delta, Epsilon, Mu, Rho


class UnsupportedEventError(TypeError):
    """The accountant does not know an event, so it says nothing rather than too little."""


@dataclass(frozen=True)
class Guarantee:
    """What is promised about one privacy unit, added or removed, or about some together.

    Everybody who asks what an attack can reach asks `delta`, `tpr`, `gain`, `advantage`, `precision` or `auc`: a purely
    Gaussian release answers in closed form, one with sums over samples by upper bounds. `mu` and `rho` exist for the
    first kind alone.

    Attributes:
        mu_squared: square of mu of the ideal Gaussian mechanism, exact; of sums over samples, nothing is in it.
        eta: bound on the total variation between the real and the ideal mechanism, in either world.
        log_ratio: bound on the absolute logarithm of the ratio of their probabilities, but for an event of probability
            `tail` in either world; infinite where nobody bounded it.
        tail: see `log_ratio`.
        sampled: the sums over samples, which have no lattice.
        people: units that are all in the data, or none of them.
    """

    mu_squared: Fraction
    eta: float
    log_ratio: float = math.inf
    tail: float = 1.0
    sampled: tuple[SampledGaussian, ...] = ()
    people: int = 1

    @property
    def ideal(self) -> Curve:
        """The trade-off curve of the ideal mechanism, or an upper bound."""
        return curve(self.mu_squared, self.sampled, self.people)

    @property
    def mu(self) -> Mu:
        """The mu of Gaussian differential privacy, without eta.

        Raises:
            UnsupportedEventError: there are sums over samples. The smallest mu that bounds them is that of sums over
                everybody, which says nothing; whoever needs one number should ask for epsilon, tpr or auc.
        """
        if self.sampled:
            raise UnsupportedEventError("Sums over samples have no mu of use: ask for epsilon, tpr or auc.")
        return Mu(self.people * math.sqrt(self.mu_squared))

    @property
    def rho(self) -> Rho:
        """The rho of zCDP. The discrete Gaussian satisfies it exactly (no eta): arXiv:2004.00010, Theorem 14.

        Raises:
            UnsupportedEventError: there are sums over samples. They are zCDP only with the rho of sums over everybody,
                because their Rényi divergence of order a grows like a/2 steps/sigma^2 for large a. `ledger` charges
                them at the one order that it needs.
        """
        if self.sampled:
            raise UnsupportedEventError("Sums over samples have no rho of use: the ledger charges them at one order.")
        return Rho(self.people**2 * float(self.mu_squared) / 2)

    def delta(self, epsilon: Epsilon) -> Delta:
        """The smallest delta for which this guarantee is (epsilon, delta)-differential privacy: the better of two.

        Let P, Q be the real mechanism on neighbours and P', Q' the ideal one, with profile d(eps).

        * By total variation: P(S) <= P'(S) + eta <= e^eps Q'(S) + d(eps) + eta <= e^eps (Q(S) + eta) + d(eps) + eta.
        * By ratio r = log_ratio and tail t: P(S) <= e^r P'(S) + t <= e^r (e^(eps-2r) Q'(S) + d(eps-2r)) + t, and
          Q'(S) <= e^r Q(S) + t, so delta = e^r d(eps-2r) + (1 + e^eps) t. Without it no lattice would do for a large
          epsilon, where the first bound pays e^eps eta.
        """
        growth, ideal = 1 + math.exp(min(epsilon.value, 700.0)), self._profile
        found = ideal(epsilon.value) + growth * self.eta
        nearer = epsilon.value - 2 * self.log_ratio
        if nearer >= 0:
            by_ratio = math.exp(self.log_ratio) * ideal(nearer) + growth * self.tail
            found = min(found, by_ratio)
        return Delta(min(1.0, found))

    def epsilon(self, delta: Delta) -> Epsilon:
        """The smallest epsilon at this delta, to 1e-12 and from above.

        Raises:
            ValueError: no epsilon reaches so small a delta.
        """
        low, high = 0.0, 0.0
        # In small steps: delta first falls with epsilon, and rises again where e^epsilon times eta or the tail rules.
        while self.delta(Epsilon(high)).value > delta.value:
            low, high = high, 1.05 * high + 0.05
            if high > 600:
                raise ValueError(f"Expected delta={delta.value!r} above what the noise lattice can promise.")
        while high - low > 1e-12 * max(1.0, high):
            middle = (low + high) / 2
            low, high = (middle, high) if self.delta(Epsilon(middle)).value > delta.value else (low, middle)
        return Epsilon(high)

    def _profile(self, epsilon: float) -> float:
        """The delta of the ideal mechanism."""
        if self.sampled and self.people == 1:  # nearer than what the curve's straight lines give
            return sampled_gaussian.delta(self.mu_squared, self.sampled, epsilon)
        return self.ideal.delta(epsilon)

    def tpr(self, fpr: float) -> float:
        """The largest share of members that any attack finds when it accuses a share `fpr` of non-members.

        Against the ideal mechanism the attack accuses at most fpr + eta and misses at most eta more than against the
        real one: if T is the ideal curve, it finds at most T(fpr + eta) + eta.
        """
        _validate.in_range(0.0, 1.0, fpr=fpr)
        return min(1.0, self.ideal.tpr(min(1.0, fpr + self.eta)) + self.eta)

    def gain(self, low: float, high: float) -> float:
        """The most by which an attack finds members more often than others, at any share of others in an interval.

        tpr(x) - x is concave and largest where x + eta is the ideal curve's peak.
        """
        shares = (low, high, min(max(self.ideal.peak - self.eta, low), high))
        return max(0.0, max(self.tpr(share) - share for share in shares))

    @property
    def advantage(self) -> float:
        """The most by which any attack finds members more often than others: the total variation."""
        return min(1.0, 1 - 2 * self.ideal.peak + 2 * self.eta)

    def precision(self, fpr: float, prior: float = 0.5) -> float:
        """The largest share of right accusations: what an attacker believes of those whom it accuses.

        Args:
            fpr: share of others who are accused.
            prior: share of members among all who could be accused.
        """
        _validate.in_range(0.0, 1.0, prior=prior)
        found, wrong = prior * self.tpr(fpr), (1 - prior) * fpr
        return found / (found + wrong) if found + wrong > 0 else prior

    def of_group(self, people: int) -> Guarantee:
        """What is promised about so many units together, all in the data or none (`curves.curve`).

        What `eta`, `log_ratio` and `tail` bound is the distance of the real mechanism from the ideal one on the same
        data, whoever is in them.

        Raises:
            ValueError: people is below 1.
        """
        if people < 1:
            raise ValueError(f"Expected people={people!r} of at least 1.")
        return replace(self, people=self.people * people)

    @property
    def auc(self) -> float:
        """The largest area under the ROC curve that any attack can reach: the integral of `tpr`."""
        return min(1.0, self.ideal.auc + 2 * self.eta)


def compose(event: object) -> Guarantee:
    """The guarantee of an event.

    Raises:
        UnsupportedEventError: an event, or a part of it, is unknown or not on the lattice.
    """
    mu_squared, eta, log_ratio, cells = Fraction(0), 0.0, 0.0, 0
    sampled = []
    for leaf in flatten(event):
        if isinstance(leaf, SampledGaussian):
            sampled.append(leaf)
            continue
        if not isinstance(leaf, GaussianQueries | GaussianFilter):
            raise UnsupportedEventError(f"No accounting for {type(leaf).__name__}.")
        sigma = _least_sigma(leaf)
        mu_squared += leaf.mu_squared
        eta += leaf.cells * noise.distance_to_gaussian(sigma)
        log_ratio += leaf.cells * noise.log_ratio_to_gaussian(sigma)
        cells += leaf.cells
    ends = sum((beyond(part) for part in sampled), 0.0)
    return Guarantee(mu_squared, eta + ends, log_ratio, cells * noise.TAIL + ends, tuple(sampled))


def beyond(part: SampledGaussian) -> float:
    """The probability that a number of the ideal noise of all steps lies where the real noise cannot.

    Apart from that, the real noise is the ideal one as far as numbers are real (`randomness.gaussian`), so this bounds
    the total variation between the two, and the ratio of their probabilities is 1 but for an event of this probability.
    """
    return part.steps * MOST_PARAMETERS * BEYOND


def _least_sigma(leaf: GaussianQueries | GaussianFilter) -> float:
    """The smallest sigma of a cell, on the lattice.

    For a filter: sigma_i is a multiple of 2^-30 that is at least sigma/sensitivity, hence at least the next multiple
    above it. Rounding the quotient to a floating number does not carry it over that multiple, which is one itself.
    """
    try:
        least = leaf.sigma / leaf.sensitivity if isinstance(leaf, GaussianFilter) else leaf.sigma
        sigma = noise.snap_sigma(least)
    except ValueError:
        raise UnsupportedEventError(f"No accounting for noise of sigma {least!r}: out of range.") from None
    if leaf.lattice_bits != noise.LATTICE_BITS or (isinstance(leaf, GaussianQueries) and sigma != leaf.sigma):
        raise UnsupportedEventError(f"No accounting for a sigma of {leaf.sigma!r} that is not on the lattice.")
    return sigma


SHARE_FOR_LATTICE = 1e-3
"""Share of delta that `calibrate` sets aside for the lattice and for rounding errors: thousands of times what a real
release needs, and no noise that anybody would notice."""


def calibrate(epsilon: Epsilon, delta: Delta) -> Mu:
    """The largest mu whose releases are (epsilon, delta)-differentially private, rounded down.

    `compose` computes the real effect of the lattice afterwards; whoever plans a release compares.

    Raises:
        ValueError: epsilon or delta is 0.
    """
    _validate.positive(epsilon=epsilon.value, delta=delta.value)
    target = delta.value * (1 - SHARE_FOR_LATTICE)
    low, high = 0.0, 64.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if gaussian_delta(Mu(middle), epsilon) <= target else (low, middle)
    return Mu(low)


def calibrate_steps(
    epsilon: Epsilon, delta: Delta, rate: float, steps: int, beside: object = None, purpose: str = "critic"
) -> SampledGaussian:
    """The least noise with which so many steps and everything else in a release cost at most (epsilon, delta).

    One loss distribution of the whole, before any data are opened: what is released beside the steps costs less this
    way than with a part of epsilon of its own. The lattice of the other queries and the ends of the noise are paid.

    Args:
        epsilon: of the whole release.
        delta: of the whole release.
        rate: share of people in each sample; rounded to what can be drawn exactly.
        steps: as many as will be taken.
        beside: event of everything else; None: nothing.
        purpose: of the steps.

    Raises:
        ValueError: no noise is enough, because everything else costs as much alone; or a number is out of range.
        UnsupportedEventError: there are other sums over samples, which would have to be calibrated together.
    """
    _validate.positive(epsilon=epsilon.value, delta=delta.value)
    others = compose(Composed(())) if beside is None else compose(beside)
    if others.sampled:
        raise UnsupportedEventError("Sums over samples are calibrated together or not at all.")
    # Solved for the ideal mechanism at what the better of the two bounds in `Guarantee.delta` leaves.
    ends, growth = beyond(SampledGaussian(purpose, steps, 1.0, 1.0)), 1 + math.exp(min(epsilon.value, 700.0))
    by_variation = delta.value - growth * (others.eta + ends)
    by_ratio = (delta.value - growth * (others.tail + ends)) * math.exp(-others.log_ratio)
    left = (epsilon.value, by_variation)
    if by_variation < delta.value * (1 - SHARE_FOR_LATTICE):
        left = max(left, (epsilon.value - 2 * others.log_ratio, by_ratio), key=lambda at: at[1])
    if min(left) <= 0:
        raise ValueError(f"The noise lattice of the other queries costs more than delta={delta.value!r}.")
    return sampled_gaussian.calibrate(*left, rate, steps, others.mu_squared, purpose)


def zcdp_epsilon(rho: Rho, delta: Delta) -> Epsilon:
    """The epsilon of rho-zCDP at delta, by the optimal conversion. Source: arXiv:2004.00010, Corollary 13.

    Any order gives a valid epsilon, so a search that misses the best one errs on the safe side.
    """
    _validate.positive(delta=delta.value)
    if rho.value == 0:
        return Epsilon(0.0)

    return renyi_epsilon(rho, zcdp_order(rho, delta), delta)


def zcdp_order(rho: Rho, delta: Delta) -> float:
    """The order of the Rényi divergence at which `zcdp_epsilon` converts; rho and delta above 0."""
    # Convex in the order on (1, inf): golden section over log(order - 1).
    low, high = math.log(1e-6), math.log(1e9)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(200):
        left, right = high - golden * (high - low), low + golden * (high - low)
        at_left, at_right = 1 + math.exp(left), 1 + math.exp(right)
        if _converted(rho.value, at_left, delta.value) < _converted(rho.value, at_right, delta.value):
            high = right
        else:
            low = left
    return 1 + math.exp((low + high) / 2)


def renyi_epsilon(rho: Rho, order: float, delta: Delta) -> Epsilon:
    """The epsilon at delta where the Rényi divergence of this one order is at most rho times the order.

    Source: arXiv:2004.00010, Proposition 12.
    """
    return Epsilon(max(0.0, _converted(rho.value, order, delta.value)))


def epsilon_added(order: float, delta: Delta) -> float:
    """What the conversion adds to rho times the order; can be below 0. Source: as `renyi_epsilon`."""
    a = order
    return (math.log(1 / delta.value) + (a - 1) * math.log1p(-1 / a) - math.log(a)) / (a - 1)


def _converted(rho: float, a: float, delta: float) -> float:
    return rho * a + epsilon_added(a, Delta(delta))


def zcdp_rho(epsilon: Epsilon, delta: Delta) -> Rho:
    """A rho whose zCDP implies (epsilon, delta): the largest, less a relative 1e-12 for rounding errors."""
    _validate.positive(epsilon=epsilon.value, delta=delta.value)
    low, high = 0.0, epsilon.value
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if zcdp_epsilon(Rho(middle), delta).value <= epsilon.value else (low, middle)
    return Rho(low * (1 - 1e-12))
