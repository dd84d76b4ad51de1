"""The discrete Gaussian on a fine lattice, from OpenDP and the operating system's random generator.

Numbers that get noise are integer multiples of 2^-30 (the lattice). OpenDP's exact sampler adds a discrete Gaussian of
scale sigma on that lattice. The lattice is so fine that the discrete Gaussian is, up to what `distance_to_gaussian` and
`log_ratio_to_gaussian` bound, the continuous Gaussian rounded to the lattice, which is post-processing of the Gaussian
mechanism. That is what lets the accountant use Gaussian differential privacy.

Privacy noise cannot be repeated: nothing here takes a state of a random generator.

Sources: Canonne, Kamath and Steinke (2020), arXiv:2004.00010 (discrete Gaussian, exact sampling, zCDP);
Dong, Roth and Su (2022), arXiv:1905.02383 (Gaussian differential privacy).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Protocol

import numpy as np

from dpsynth.errors import ResourceError

LATTICE_BITS = 30
LATTICE = 1 << LATTICE_BITS
SMALLEST_SIGMA = 0.1
"""Below this the lattice would be no cover for the difference between the discrete and the continuous Gaussian."""
LARGEST_SIGMA = float(1 << 28)
"""Eight times this, on the lattice, still fits into 64 bits beside the largest input."""
LARGEST_INPUT = 1 << 27
"""Largest count: 2^27 on the lattice is 2^57, which leaves room for noise in 64 bits."""

Lattice = np.ndarray[Any, np.dtype[np.int64]]
"""Numbers as multiples of 2^-30."""


class Sampler(Protocol):
    """Adds privacy noise."""

    name: str
    private: bool

    def add(self, values: Lattice, sigma: float) -> Lattice:
        """Values plus independent noise of standard deviation sigma (in the unit of the numbers, not the lattice)."""
        ...


def snap_sigma(sigma: float) -> float:
    """The smallest multiple of 2^-30 that is at least sigma: an exact binary fraction, so that accounting is exact.

    Exact, because multiplying a floating number by 2^30 changes its exponent only, and the ceiling of a floating number
    is one.

    Raises:
        ValueError: sigma is out of range.
    """
    if not SMALLEST_SIGMA <= sigma <= LARGEST_SIGMA:
        raise ValueError(f"Expected {SMALLEST_SIGMA} <= sigma={sigma!r} <= {LARGEST_SIGMA:.0f}.")
    return math.ceil(sigma * LATTICE) / LATTICE


class DiscreteGaussian:
    """OpenDP's exact discrete Gaussian. Cells are drawn in threads: OpenDP releases the interpreter lock."""

    name = "opendp.discrete_gaussian"
    private = True

    def __init__(self, threads: int = 2) -> None:
        self.threads = threads

    def ready(self) -> None:
        """Loads OpenDP and draws once, so that a broken installation shows before data are opened.

        Raises:
            ResourceError: OpenDP does not work here.
        """
        try:
            self.add(np.zeros(1, np.int64), 1.0)
        except Exception as error:
            raise ResourceError(
                f"OpenDP, which draws the noise, does not work here ({type(error).__name__}). Install opendp again, or "
                "allow the process more memory."
            ) from None

    def add(self, values: Lattice, sigma: float) -> Lattice:
        """See `Sampler.add`. A sum that does not fit into 64 bits stays at their end, which is post-processing.

        Raises:
            ValueError: a value is too large for the lattice (whoever counts must cut it off before), or sigma is out of
                range.
        """
        # Not np.abs, which leaves the most negative integer negative.
        if len(values) and not -LARGEST_INPUT * LATTICE <= values.min() <= values.max() <= LARGEST_INPUT * LATTICE:
            raise ValueError(f"Expected inputs of at most {LARGEST_INPUT} in size.")
        draw = _measurement(snap_sigma(sigma) * LATTICE)
        parts = [part.tolist() for part in np.array_split(values, self.threads if len(values) > 512 else 1)]
        if len(parts) == 1:
            return np.array(draw(parts[0]), dtype=np.int64).reshape(-1)
        with ThreadPoolExecutor(self.threads) as pool:
            return np.array([v for part in pool.map(draw, parts) for v in part], dtype=np.int64)


@cache
def _measurement(scale: float) -> Callable[[list[int]], list[int]]:
    from opendp.domains import atom_domain, vector_domain
    from opendp.measurements import make_gaussian
    from opendp.metrics import l2_distance
    from opendp.mod import enable_features

    enable_features("contrib")
    # 64 bits are essential: OpenDP's default for Python integers is 32 bits wide and saturates. For integers OpenDP
    # turns the scale into a rational number without rounding: the sampler's parameter is exactly the accountant's.
    draw: Callable[[list[int]], list[int]] = make_gaussian(
        vector_domain(atom_domain(T="i64")), l2_distance(T="f64"), scale=scale
    )
    return draw


def distance_to_gaussian(sigma: float) -> float:
    """Upper bound on the total variation between one cell's noise and the lattice-rounded continuous Gaussian.

    With s = sigma 2^30, phi the density of N(0, s^2), P(k) = phi(k)/Z the discrete Gaussian and
    Q(k) = integral of phi over [k-1/2, k+1/2]:

    * sum |P - Q| <= sum |phi(k) - Q(k)| + |Z - 1|, because sum |P(k) - phi(k)| = |1/Z - 1| Z.
    * Q(k) - phi(k) = phi''(k)/24 + r(k), with sum |r| <= (int |phi''''| + int |phi'''''|)/1920 (Taylor; the supremum
      over a cell exceeds the cell's mean by at most the variation in it).
    * sum |phi''| <= int |phi''| + int |phi'''|, for the same reason.
    * int |phi^(j)| = E|He_j(N)|/s^j, with E|He_2| = 4 phi_1(1) and E|He_j| <= sqrt(j!) (Cauchy-Schwarz).
    * 0 <= Z - 1 = 2 sum_{j>=1} exp(-2 pi^2 s^2 j^2) (Poisson summation), which is below 10^-100 for s >= 4.

    Total variation is half the sum. The leading term is 0.02017/s^2.
    """
    s = snap_sigma(sigma) * LATTICE
    second = 4 * math.exp(-0.5) / math.sqrt(2 * math.pi) / s**2 + math.sqrt(6) / s**3
    rest = (math.sqrt(24) / s**4 + math.sqrt(120) / s**5) / 1920
    return 0.5 * (second / 24 + rest + _normalisation(s))


FURTHEST = 30.0
"""Standard deviations up to which `log_ratio_to_gaussian` holds."""
TAIL = 1e-194
"""Bound on the probability that one cell's noise is further out, under either law: at most 2 exp(-30^2/2), because both
are sub-Gaussian (arXiv:2004.00010), with room for the half step of the rounding."""


def log_ratio_to_gaussian(sigma: float) -> float:
    """Upper bound on |log P(k)/Q(k)| for |k| <= 30 s, in the notation of `distance_to_gaussian`.

    Folding the two halves of the cell onto each other gives
    Q(k)/phi(k) = integral over [-1/2, 1/2] of exp(-x^2/2s^2) cosh(kx/s^2) dx. With 1 <= cosh y <= exp(y^2/2) this lies
    between exp(-1/8s^2) and exp(k^2/8s^4) <= exp(30^2/8s^2); and P(k)/phi(k) = 1/Z with 0 <= log Z <= Z - 1.
    """
    s = snap_sigma(sigma) * LATTICE
    return FURTHEST**2 / (8 * s**2) + _normalisation(s)


def _normalisation(s: float) -> float:
    """Upper bound on Z - 1; the cut at 6 keeps it above the smallest floating number."""
    return 4 * math.exp(-2 * math.pi**2 * min(s, 6.0) ** 2)
