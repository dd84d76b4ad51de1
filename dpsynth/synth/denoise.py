"""Noisy one-way counts made plausible: post-processing, one column at a time.

An ordered column varies slowly but for spikes: translation-invariant Haar wavelets with a hard threshold keep the
spikes and average the rest. The threshold is the universal one, sigma sqrt(2 log levels), which pure noise rarely
passes. Sources: Coifman and Donoho (1995), Translation-invariant de-noising; Donoho and Johnstone (1994), Ideal
spatial adaptation by wavelet shrinkage.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]

LONG = 20
"""A column with more levels is smoothed: along its order, or over the levels that the noise hides."""
VISIBLE = 2.0
"""Levels without an order that are below this many standard deviations share evenly what the others leave."""


def denoise(counts: Floats, sigma: float, order: Ints | None, total: float) -> Floats:
    """Non-negative counts that add up to `total`.

    Args:
        counts: noisy counts, shape (levels,).
        sigma: standard deviation of the noise in each.
        order: codes of the levels that have an order, in that order; None: none has.
        total: what the result adds up to, above 0.
    """
    seen = counts.copy()
    if order is not None and len(order) > LONG:
        seen[order] = haar_threshold(counts[order], sigma * math.sqrt(2 * math.log(len(order))))
    elif order is None and len(counts) > LONG:
        hidden = counts < VISIBLE * sigma
        seen[hidden] = max(0.0, total - float(counts[~hidden].sum())) / max(1, int(hidden.sum()))
    return project_on_simplex(seen, total)


def haar_threshold(values: Floats, threshold: float) -> Floats:
    """Averages over all shifts of: Haar transform, coefficients up to `threshold` set to zero, inverse transform.

    The recursion over both shifts at every scale visits each coefficient of the stationary transform once:
    O(n log n) numbers. Beyond the end the values continue as zeros.
    """
    length = 1 << max(1, (len(values) - 1).bit_length())
    padded = np.zeros(length)
    padded[: len(values)] = values
    return _cycle_spin(padded[None, :], threshold)[0, : len(values)]


def _cycle_spin(rows: Floats, threshold: float) -> Floats:
    """Denoises each row of a table, shape (shifts so far, length), length a power of two."""
    if rows.shape[1] == 1:
        return rows
    both = np.concatenate([rows, np.roll(rows, -1, axis=1)])
    even, odd = both[:, 0::2], both[:, 1::2]
    smooth, detail = (even + odd) / math.sqrt(2), (even - odd) / math.sqrt(2)
    detail = np.where(np.abs(detail) > threshold, detail, 0.0)
    smooth = _cycle_spin(smooth, threshold)
    back = np.empty_like(both)
    back[:, 0::2], back[:, 1::2] = (smooth + detail) / math.sqrt(2), (smooth - detail) / math.sqrt(2)
    straight, shifted = np.split(back, 2)
    return np.asarray((straight + np.roll(shifted, 1, axis=1)) / 2)


def project_on_simplex(values: Floats, total: float) -> Floats:
    """The non-negative table with the given sum that is closest in L2.

    Source: Duchi, Shalev-Shwartz, Singer and Chandra (2008), ICML, algorithm 1.
    """
    falling = np.sort(values)[::-1]
    excess = (np.cumsum(falling) - total) / np.arange(1, len(falling) + 1)
    threshold = float(excess[np.flatnonzero(falling > excess)[-1]])
    return np.maximum(values - threshold, np.float64(0.0))
