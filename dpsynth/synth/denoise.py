"""Noisy one-way counts made plausible: post-processing, one column at a time.

An ordered column varies slowly but for spikes: translation-invariant Haar wavelets keep the coefficients that stick out
of the noise and drop the rest. In a long list without an order the levels that do not stick out share evenly what the
others leave. What sticks out is what Benjamini and Hochberg discover, at each scale by itself: among many, mostly
empty numbers the bar is about sigma sqrt(2 log m), which pure noise rarely passes; it falls as more numbers pass. The
estimate that keeps what is discovered comes within a constant of the best possible whatever the share of empty numbers.

Sources: Coifman and Donoho (1995), Translation-invariant de-noising; Benjamini and Hochberg (1995), Controlling the
false discovery rate; Abramovich and Benjamini (1996), Adaptive thresholding of wavelet coefficients; Abramovich,
Benjamini, Donoho and Johnstone (2006), Adapting to unknown sparsity by controlling the false discovery rate.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

LONG = 20
"""A column without an order that has more levels lets those that the noise hides share what the others leave."""
PIECES = 25
"""When budgets are planned, a denoised column counts as if it were cut into so many pieces. From 16 to 36 the errors on
five tables differ by a hundredth."""
FALSE = 0.05
"""Share of false discoveries. From 0.02 to 0.1 the errors on five tables differ by a hundredth."""


def denoise(counts: Floats, sigma: float, order: Ints | None, total: float) -> Floats:
    """Non-negative counts that add up to `total`.

    Args:
        counts: noisy counts, shape (levels,).
        sigma: standard deviation of the noise in each.
        order: codes of the levels that have an order, in that order; None: none has.
        total: what the result adds up to, above 0.
    """
    seen = counts.copy()
    if order is not None and len(order) > 2:
        seen[order] = haar(counts[order], sigma)
    elif order is None and len(counts) > LONG:
        hidden = ~discovered([math.erfc(x) / 2 for x in (counts / (sigma * math.sqrt(2))).tolist()])
        seen[hidden] = max(0.0, total - float(counts[~hidden].sum())) / max(1, int(hidden.sum()))
    return project_on_simplex(seen, total)


def effective_cells(levels: int, ordered: bool) -> float:
    """How many raw cells are as far off, in L1, as the denoised counts of a column: public, for planning.

    With noise sigma in each of m levels, the sum of a piece of m / k levels is off by about sigma sqrt(m / k) and
    denoising spreads that over the piece. The k pieces together are off by k sigma sqrt(m / k) = sigma sqrt(k m), like
    sqrt(k m) raw cells. Few pieces stick out of much noise and many out of little; `PIECES` is in between.
    """
    return min(float(levels), math.sqrt(PIECES * levels)) if ordered or levels > LONG else float(levels)


def discovered(p: list[float]) -> Mask:
    """Which of the null hypotheses with these p-values are rejected, shape (p-values,): the step-up procedure.

    With k the largest number for which k p-values are at most FALSE k / m, these k are discoveries. Source: Benjamini
    and Hochberg (1995): if p-values are independent, the expected share of false discoveries is at most FALSE.
    """
    values = np.asarray(p, np.float64)
    within = np.flatnonzero(np.sort(values) <= FALSE * np.arange(1, len(values) + 1) / len(values))
    bar = FALSE * (int(within[-1]) + 1) / len(values) if len(within) else -1.0
    return np.asarray(values <= bar)


def haar(values: Floats, sigma: float) -> Floats:
    """Averages over all shifts of: Haar transform, coefficients that are no discoveries set to zero, inverse transform.

    Beyond the end the values are mirrored, and the whole goes round: no step is seen where there is none. The recursion
    over both shifts at every scale visits each coefficient of the stationary transform once: O(n log n) numbers.

    Args:
        values: noisy values, shape (levels,).
        sigma: standard deviation of the noise in each, hence in each coefficient.
    """
    length = 1 << (len(values) - 1).bit_length()
    there = np.concatenate([values, values[::-1]])[:length]
    return _cycle_spin(np.concatenate([there, there[::-1]])[None, :], sigma)[0, : len(values)]


def _cycle_spin(rows: Floats, sigma: float) -> Floats:
    """Denoises each row of a table, shape (shifts so far, length), length a power of two."""
    if rows.shape[1] == 1:
        return rows
    both = np.concatenate([rows, np.concatenate([rows[:, 1:], rows[:, :1]], axis=1)])
    even, odd = both[:, 0::2], both[:, 1::2]
    smooth, detail = (even + odd) / math.sqrt(2), (even - odd) / math.sqrt(2)
    sizes = (np.abs(detail) / (sigma * math.sqrt(2))).ravel()
    detail = np.where(discovered([math.erfc(x) for x in sizes.tolist()]).reshape(detail.shape), detail, 0.0)
    smooth = _cycle_spin(smooth, sigma)
    back = np.empty_like(both)
    back[:, 0::2], back[:, 1::2] = (smooth + detail) / math.sqrt(2), (smooth - detail) / math.sqrt(2)
    straight, shifted = np.split(back, 2)
    return np.asarray((straight + np.concatenate([shifted[:, -1:], shifted[:, :-1]], axis=1)) / 2)


def project_on_simplex(values: Floats, total: float) -> Floats:
    """The non-negative table with the given sum that is closest in L2.

    Source: Duchi, Shalev-Shwartz, Singer and Chandra (2008), ICML, algorithm 1.
    """
    falling = np.sort(values)[::-1]
    excess = (np.cumsum(falling) - total) / np.arange(1, len(falling) + 1)
    threshold = float(excess[np.flatnonzero(falling > excess)[-1]])
    return np.maximum(values - threshold, np.float64(0.0))
