"""Membership scores on numeric vectors, as their papers define them.

For points as they are, without people, columns or levels: what published values can be compared with. All scores are
larger for those who look more like members. Shapes: points (p, d), reference (m, d), synthetic (n, d), scores (p,).
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from dpsynth.attacks.density import BLOCK_PAIRS, Floats, Smoother, kde_log_density, silverman

FLOOR = 1e-20
"""Added to densities before they divide or are compared, as in the published implementations. Where densities are
smaller than that in the units of the columns, scores depend on the units."""


def dcr(points: Floats, synthetic: Floats) -> Floats:
    """Minus the Euclidean distance to the closest synthetic row; 0 without one.

    Source: Chen et al. (2020), GAN-Leaks, CCS, arXiv:1909.03935.
    """
    return -_closest(points, synthetic)


def dcr_difference(points: Floats, reference: Floats, synthetic: Floats) -> Floats:
    """Distance to the closest reference row minus distance to the closest synthetic row.

    Source: Chen et al. (2020), calibrated.
    """
    return _closest(points, reference) - _closest(points, synthetic)


def density(points: Floats, synthetic: Floats) -> Floats:
    """Log-density of the synthetic rows: how typical a point is, which is not membership."""
    return kde_log_density(points, synthetic)


def domias(points: Floats, reference: Floats, synthetic: Floats) -> Floats:
    """Logarithm of p_S / (p_R + 1e-20), two kernel density estimates.

    Source: van Breugel et al. (2023), AISTATS, arXiv:2302.12580.
    """
    return kde_log_density(points, synthetic) - _floored(kde_log_density(points, reference))


def dpi(points: Floats, reference: Floats, synthetic: Floats, k: int) -> Floats:
    """Share of synthetic rows among the k nearest rows of reference and release together.

    Source: Ward, Wang and Cheng (2024), Data Plagiarism Index, arXiv:2406.13012.
    """
    pool = np.concatenate([reference, synthetic])
    k = min(k, len(pool))
    if k == 0 or points.shape[1] == 0:
        return np.zeros(len(points))
    _, near = cKDTree(pool).query(points, k=np.arange(1, k + 1))
    return np.asarray((near >= len(reference)).mean(axis=1))


def gen_lra(points: Floats, reference: Floats, synthetic: Floats, k: int) -> Floats:
    """How much likelier a point makes the k synthetic rows nearest to it.

    The likelihood of the rows is that under a kernel density estimate of the reference, with and without the point.
    No estimate is made anew: with u the distance of a point from the mean of m others, their covariance C becomes
    (m - 1)/m C + u u'/(m + 1), a rank-one update, under which all distances follow from those before (Sherman and
    Morrison (1950), Annals of Mathematical Statistics 21). The result equals the published attack, which refits.

    Source: Ward et al. (2025), Gen-LRA.
    """
    k, m = min(k, len(synthetic)), len(reference)
    if k == 0 or m < 2 or points.shape[1] == 0:
        return np.zeros(len(points))
    _, near = cKDTree(synthetic).query(points, k=np.arange(1, k + 1))
    kernel, middle = Smoother.of(reference), reference.mean(axis=0)
    placed, rows, known = (kernel.place(p - middle) for p in (points, synthetic, reference))
    log_f = np.zeros(len(synthetic))
    used = np.unique(near)
    log_f[used] = kernel.log_density(rows[used], known)
    scores = np.zeros(len(points))
    block = max(1, BLOCK_PAIRS // (k * m))
    for low in range(0, len(points), block):
        some = slice(low, low + block)
        after = _density_with(placed[some], rows[near[some]], known, kernel.log_peak)
        scores[some] = (_floored(after) - _floored(log_f[near[some]])).sum(axis=1)
    return scores


def _floored(log_density: Floats) -> Floats:
    return np.logaddexp(log_density, np.log(FLOOR))


def _density_with(added: Floats, rows: Floats, known: Floats, log_peak: float) -> Floats:
    """Log-density at rows (p, k, d) of m known points and one added point (p, d) each, shape (p, k).

    All in the coordinates of the kernel of the known points.
    """
    (m, d), k = known.shape, rows.shape[1]
    before, bandwidth = (silverman(n, d) ** 2 for n in (m, m + 1))
    wider = bandwidth / before * (m - 1) / m
    stretch = before * m / ((m + 1) * (m - 1))
    length = 1 + stretch * (added**2).sum(axis=1)
    share = stretch / length
    along, along_known = (rows * added[:, None, :]).sum(axis=2), added @ known.T
    flat = rows.reshape(-1, d)
    apart = (flat**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2 * (flat @ known.T)
    apart = apart.reshape(-1, k, m) - share[:, None, None] * (along[:, :, None] - along_known[:, None, :]) ** 2
    to_added = rows - added[:, None, :]
    own = (to_added**2).sum(axis=2) - share[:, None] * (to_added * added[:, None, :]).sum(axis=2) ** 2
    apart /= -2 * wider
    own /= -2 * wider
    top = np.maximum(apart.max(axis=2), own)
    total = np.exp(apart - top[:, :, None]).sum(axis=2) + np.exp(own - top)
    volume = (d * np.log(wider) + np.log(length)) / 2
    return np.asarray(np.log(total / (m + 1)) + top + log_peak - volume[:, None])


def _closest(points: Floats, rows: Floats) -> Floats:
    if rows.size == 0:
        return np.zeros(len(points))
    return np.asarray(cKDTree(rows).query(points)[0])
