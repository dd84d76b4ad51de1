"""What a mechanism did to the data, completely: enough to write an accountant without reading the mechanism.

An event says which noise was added to which sensitivity, never what came out. Neighbouring data sets differ by one
privacy unit with all rows, added or removed. Promise: an event class is never removed and never changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dpsynth import _validate


@dataclass(frozen=True)
class GaussianQueries:
    """At most `queries` vector queries, each with independent Gaussian noise in each cell.

    Adaptive: each query may depend on the noisy answers before it, of this event and of earlier ones, and the asker may
    stop early. Sensitivity, sigma, and the two numbers may not: they are fixed before the first answer. That is what
    makes the composition a composition of fixed mu: mu^2 adds up over adaptively chosen mechanisms as long as each is
    mu_i-GDP whatever came before (Dong, Roth and Su (2022), arXiv:1905.02383, Theorem 3.2 and Corollary 3.3), and a
    query that is not asked is 0-GDP.

    Attributes:
        purpose: what the queries were for (one_way, selection, pairs, utility).
        queries: number of vector queries.
        cells: number of noisy cells in all queries together.
        sensitivity: largest L2 distance that one privacy unit can move one query.
        sigma: standard deviation of the noise in each cell, a multiple of 2^-30.
        lattice_bits: the noise is a discrete Gaussian on multiples of 2^-lattice_bits.
    """

    purpose: str
    queries: int
    cells: int
    sensitivity: float
    sigma: float
    lattice_bits: int

    def __post_init__(self) -> None:
        for name in ("queries", "cells", "lattice_bits"):
            if type(getattr(self, name)) is not int:
                raise ValueError(f"Expected {name}={getattr(self, name)!r} to be a whole number.")
        _validate.positive(queries=self.queries, cells=self.cells, sensitivity=self.sensitivity, sigma=self.sigma)

    @property
    def mu_squared(self) -> Fraction:
        """Square of mu in Gaussian differential privacy, exact."""
        return self.queries * (Fraction(self.sensitivity) / Fraction(self.sigma)) ** 2


@dataclass(frozen=True)
class GaussianFilter:
    """Any number of vector queries with Gaussian noise, together at most as revealing as one of `sensitivity/sigma`.

    Fully adaptive: the asker chooses number, marginals and noise of the queries from earlier noisy answers. Whoever
    answers refuses each query i that would break sum_i (sensitivity_i/sigma_i)^2 <= (sensitivity/sigma)^2, or `cells`.
    Under such a filter Gaussian mechanisms are together mu-GDP with mu = sensitivity/sigma, although the parts were not
    fixed in advance. Source: Smith and Thakurta (2022), arXiv:2210.17520. Likewise for zCDP with rho = mu^2/2, which
    the ledger adds up. Source: Whitehouse, Ramdas, Rogers and Wu (2023), arXiv:2203.05481.

    The lattice. Every query has sensitivity_i >= 1, and noise of sigma_i on multiples of 2^-lattice_bits, both in one
    unit: a row, or a whole contribution where contributions are clipped. Under the filter sigma_i/sensitivity_i >=
    sigma/sensitivity, hence sigma_i >= sigma/sensitivity. Bounds that fall with the noise are therefore at most `cells`
    times their value at sigma/sensitivity.

    Attributes:
        purpose: what the queries were for.
        cells: largest number of noisy cells in all queries together.
        sensitivity: see above; 1.0 where the queries are in units of one contribution.
        sigma: see above; noise that is never drawn itself, so that it need not be a multiple of 2^-30.
        lattice_bits: the noise is a discrete Gaussian on multiples of 2^-lattice_bits.
    """

    purpose: str
    cells: int
    sensitivity: float
    sigma: float
    lattice_bits: int

    def __post_init__(self) -> None:
        for name in ("cells", "lattice_bits"):
            if type(getattr(self, name)) is not int:
                raise ValueError(f"Expected {name}={getattr(self, name)!r} to be a whole number.")
        _validate.positive(cells=self.cells, sensitivity=self.sensitivity, sigma=self.sigma)

    @property
    def mu_squared(self) -> Fraction:
        """Square of mu in Gaussian differential privacy, exact."""
        return (Fraction(self.sensitivity) / Fraction(self.sigma)) ** 2


RATE_BITS = 32
"""Sampling rates are multiples of 2^-32, so that the rate that is drawn is exactly the rate that is accounted for."""


@dataclass(frozen=True)
class SampledGaussian:
    """At most `steps` vector sums over Poisson samples of people, each with Gaussian noise in each coordinate.

    In every step each person is in the sample with probability `rate`, independently of everybody else and of all
    other steps, and adds a vector of L2 norm at most 1 (whatever is clipped is kept in units of the clip). The noise
    has standard deviation `sigma` in each coordinate. Sample, size of the sample and who was in it stay secret.

    Adaptive like `GaussianQueries`: what is added up may depend on all earlier noisy answers, and the asker may stop
    early; rate, sigma and the number of steps are fixed before the first answer. The sample is never cut off, so the
    event does not depend on how many people there are.

    Source: Abadi et al. (2016), arXiv:1607.00133.

    Attributes:
        purpose: what the sums were for (critic).
        steps: number of sums.
        rate: probability of a person to be in a sample, a multiple of 2^-32; 1: no sampling.
        sigma: standard deviation of the noise, in units of the clip.
    """

    purpose: str
    steps: int
    rate: float
    sigma: float

    def __post_init__(self) -> None:
        if type(self.steps) is not int:
            raise ValueError(f"Expected steps={self.steps!r} to be a whole number.")
        _validate.positive(steps=self.steps, rate=self.rate, sigma=self.sigma)
        if self.rate > 1 or not (self.rate * 2**RATE_BITS).is_integer():
            raise ValueError(f"Expected rate={self.rate!r} to be a multiple of 2^-{RATE_BITS} of at most 1.")


def snap_rate(rate: float) -> float:
    """The nearest sampling rate that can be drawn exactly.

    Raises:
        ValueError: the rate is not in (0, 1], or so small that it would be 0.
    """
    _validate.in_range(0.0, 1.0, rate=rate)
    _validate.positive(rate=round(rate * 2**RATE_BITS))
    return float(round(rate * 2.0**RATE_BITS) / 2.0**RATE_BITS)


@dataclass(frozen=True)
class Composed:
    """Events one after another on the same data. Each may depend on the answers to those before it."""

    events: tuple[Event, ...]


Event = GaussianQueries | GaussianFilter | SampledGaussian | Composed


def flatten(event: object) -> tuple[object, ...]:
    """The elementary events, in order."""
    if isinstance(event, Composed):
        return tuple(leaf for part in event.events for leaf in flatten(part))
    return (event,)


def cells(event: Event) -> int:
    """The largest number of noisy cells on the lattice, which bounds how much the lattice can matter."""
    return sum(leaf.cells for leaf in flatten(event) if isinstance(leaf, GaussianQueries | GaussianFilter))


def to_json(event: Event) -> dict[str, Any]:
    """A plain description for ledger, manifest and report.

    Raises:
        ValueError: not an event.
    """
    if isinstance(event, Composed):
        return {"event": "Composed", "events": [to_json(e) for e in event.events]}
    if not isinstance(event, GaussianQueries | GaussianFilter | SampledGaussian):
        raise ValueError(f"Expected an event, got {type(event).__name__}.")
    return {"event": type(event).__name__, **vars(event)}


def from_json(value: dict[str, Any]) -> Event:
    """The inverse of `to_json`.

    Raises:
        ValueError: an event that this version does not know.
    """
    try:
        fields = {k: v for k, v in value.items() if k != "event"}
        match value["event"]:
            case "Composed":
                return Composed(tuple(from_json(e) for e in fields.pop("events")))
            case "GaussianQueries":
                return GaussianQueries(**fields)
            case "GaussianFilter":
                return GaussianFilter(**fields)
            case "SampledGaussian":
                return SampledGaussian(**fields)
    except (AttributeError, KeyError, TypeError, OverflowError):
        raise ValueError("Expected the description of an event.") from None
    known = "'Composed', 'GaussianFilter', 'GaussianQueries', 'SampledGaussian'"
    raise ValueError(f"Expected event to be one of {known}, got {value['event']!r}.")
