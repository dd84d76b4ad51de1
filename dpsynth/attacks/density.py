"""Kernel density estimates on numeric vectors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

BLOCK_PAIRS = 4_000_000
"""Pairs of points held at once: 32 MB."""

RIDGE = 1e-9
"""Added to every variance, in units of that column's variance: keeps directions without spread invertible."""


def silverman(n: int, d: int) -> float:
    """Silverman's bandwidth for n points in d dimensions, in standard deviations of the sample."""
    return float((max(n, 1) * (d + 2) / 4) ** (-1 / (d + 4)))


@dataclass(frozen=True)
class Smoother:
    """A Gaussian kernel with Silverman's bandwidth for one sample.

    The kernel's covariance is the sample's, times (n (d + 2) / 4)^(-2/(d + 4)). Columns without spread, and samples of
    one point, count with variance 1.

    Source: Silverman (1986), Density Estimation for Statistics and Data Analysis, section 4.3.

    Attributes:
        inverse: maps differences of points to coordinates in which the kernel is a standard normal density, shape
            (d, d).
        log_peak: logarithm of the kernel at distance 0, in the points' own coordinates.
    """

    inverse: Floats
    log_peak: float

    @classmethod
    def of(cls, sample: Floats) -> Self:
        """The kernel for a sample, shape (n, d)."""
        n, d = sample.shape
        spread = sample.std(axis=0, ddof=1) if n > 1 else np.ones(d)
        scale = np.where(spread > 0, spread, 1.0)
        standard = (sample - sample.mean(axis=0)) / scale if n else sample
        shape = standard.T @ standard / (n - 1) if n > 1 else np.eye(d)
        shape[np.diag_indices(d)] += np.where(np.diag(shape) > 0, RIDGE, 1.0)
        root = np.linalg.cholesky(shape) * silverman(n, d)
        inverse = np.linalg.inv(root) / scale
        volume = float(np.log(np.diag(root)).sum() + np.log(scale).sum())
        return cls(inverse, -volume - d / 2 * math.log(2 * math.pi))

    def place(self, points: Floats) -> Floats:
        """Points in the kernel's coordinates, shape (points, d)."""
        return points @ self.inverse.T

    def log_density(self, points: Floats, sample: Floats) -> Floats:
        """Logarithm of the estimated density, shape (points,); both in the kernel's coordinates. 0 without a sample."""
        found = np.zeros(len(points))
        if len(sample) == 0:
            return found
        squares = (sample**2).sum(axis=1) / 2
        block = max(1, BLOCK_PAIRS // len(sample))
        for low in range(0, len(points), block):
            some = points[low : low + block]
            exponent = some @ sample.T
            exponent -= squares
            top = exponent.max(axis=1)
            exponent -= top[:, None]
            np.exp(exponent, out=exponent)
            found[low : low + block] = np.log(exponent.mean(axis=1)) + top - (some**2).sum(axis=1) / 2
        return found + self.log_peak


def kde_log_density(points: Floats, sample: Floats) -> Floats:
    """Logarithm of a Gaussian kernel density estimate with Silverman's bandwidth.

    Args:
        points: where, shape (points, d).
        sample: from what, shape (n, d).

    Returns:
        Shape (points,); 0 everywhere without a sample.
    """
    if len(sample) == 0:
        return np.zeros(len(points))
    middle, kernel = sample.mean(axis=0), Smoother.of(sample)
    # Centred first: distances are differences of squares, which would cancel far from the origin.
    return kernel.log_density(kernel.place(points - middle), kernel.place(sample - middle))
