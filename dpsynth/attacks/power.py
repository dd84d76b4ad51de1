"""How surely a positive control must be seen, from its construction alone: no score of an attack enters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.stats import norm

from dpsynth.attacks.focal_points import PARTS, Columns, cells, mean_cluster, tree
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain

Floats = np.ndarray[Any, np.dtype[np.float64]]

CAUTION = 0.7
"""The part of the ideal mu that is counted on."""

CARRIED = 1.5
"""A marginal counts as carried by a release up to this mean squared gap per cell, in units of sampling noise."""


def auc_without_noise(
    domain: Domain, trained: Units, held_out: Units, release: Codes, rng: np.random.Generator
) -> float:
    """A lower estimate of the insider's AUC on a release whose marginals were not protected.

    With exact marginals a person's score is Gaussian with mu^2 = sum over tables of the squared rows of the
    person in a cell, over the variance of that cell's count (`focal_points.scores`). Averaged over people, a
    table with k occupied cells gives (k - 1) x rows a person x clustering / V, with V = N clustering (1 + N/M) +
    T^2/S for N unknown rows, M rows of reference, T trained and S synthetic rows; pairs of the tree add up,
    columns are taken off once per extra edge; AUC = Phi(mu/sqrt 2). Tables that the release does not carry,
    judged by comparing it with the training rows themselves, count nothing, those that it follows in part
    (`followed`) count in part, and `CAUTION` takes off what small cells blur. Measured on the RAND Health
    Insurance Experiment (24 columns; 300, 1,000, 5,200 people trained on, 600 held out): `clique_tree` planned
    for epsilon 1, estimate 0.65, 0.59, 0.53, reached 0.77, 0.67, 0.58; for epsilon 20, estimate 0.59, 0.57, 0.54,
    reached 0.71, 0.72, 0.70. Without `followed` a smooth table that was merged or never measured looked carried
    (a sampler that rounds is close to any sample of it), and on hospital encounters the control was missed at a
    power of 1.
    """
    parts = min(PARTS, trained.size, held_out.size)
    if parts < 2 or trained.rows == 0 or len(release) == 0:
        return 0.5
    reference = (trained.rows + held_out.rows) * (1 - 1 / parts)
    return _auc(domain, trained, held_out, release, (trained.rows / parts, reference), rng)


def outsider_auc_without_noise(
    domain: Domain, trained: Units, reference: Units, release: Codes, rng: np.random.Generator
) -> float:
    """The same for somebody who knows nobody of those trained on: all of their rows are unknown."""
    if trained.rows == 0 or reference.rows == 0 or len(release) == 0:
        return 0.5
    return _auc(domain, trained, reference, release, (trained.rows, reference.rows), rng)


def _auc(
    domain: Domain, trained: Units, others: Units, release: Codes, sizes: tuple[float, float], rng: np.random.Generator
) -> float:
    def information(*columns: int) -> float:
        return _information(domain, trained, others, release, columns, sizes)

    single = [information(i) for i in range(len(domain.attributes))]
    squared, edges = sum(single), tree(domain, release, rng)
    degree = np.bincount(np.array(edges, int).ravel(), minlength=len(single))
    for i, j in edges:
        # The score takes the columns off whether or not the release carries the pair, each of them once at most.
        least = -single[i] / degree[i] - single[j] / degree[j]
        squared += max(least, information(i, j) - single[i] - single[j])
    return float(norm.cdf(CAUTION * math.sqrt(max(0.0, squared) / 2)))


def _information(
    domain: Domain, trained: Units, others: Units, release: Codes, columns: Columns, sizes: tuple[float, float]
) -> float:
    """The squared mu of one table; sizes are the rows unknown to the attacker and those of the reference."""
    (cell, outside, drawn), number = cells(domain, columns, trained.codes, others.codes, release)
    before, held, after = (np.bincount(c, minlength=number).astype(float) for c in (cell, outside, drawn))
    rows, drawn_rows = trained.rows, len(release)
    expected = before * (drawn_rows / rows)
    occupied = expected > 0
    gap = float(((after - expected)[occupied] ** 2 / expected[occupied]).mean()) + float(after[~occupied].sum())
    if gap > CARRIED:
        return 0.0
    clustering = mean_cluster(trained.owner, cell, number)
    unknown, reference = sizes
    variance = unknown * clustering * (1 + unknown / reference) + rows**2 / drawn_rows
    ideal = float((occupied.sum() - 1) * (rows / trained.size) * clustering / variance)
    return ideal * followed(before, held, after) ** 2


def followed(before: Floats, held: Floats, after: Floats) -> float:
    """How far a release surely goes from what everybody's counts are to those of the people trained on, in [0, 1].

    A release may have the population's table and none of the chance in who was trained on: because it measured another
    table, or merged levels. With b, e and a the shares of a cell among people trained on, among all people and in the
    release, it is the slope of a - e on b - e, cells weighted by 1/e, less two standard errors.

    Args:
        before: counts of the people trained on, shape (cells,).
        held: of people who were not, shape (cells,).
        after: of the release, shape (cells,).
    """
    pooled = before + held
    some = pooled > 0
    if not held.sum() or not before.sum() or not after.sum():
        return 0.0
    b, e, a = (counts[some] / counts.sum() for counts in (before, pooled, after))
    scale = float(((b - e) ** 2 / e).sum())
    if scale <= 0:
        return 0.0
    slope = float(((b - e) * (a - e) / e).sum()) / scale
    error = math.sqrt(float((((b - e) * (a - e - slope * (b - e)) / e) ** 2).sum())) / scale
    return min(1.0, max(0.0, slope - 2 * error))


def auc_of_copy(people: Units, copy: Codes, matched: float) -> float:
    """A lower estimate of the AUC of any distance on a noisy copy.

    A person of whom a row went in without any change is at distance 0, closer than all control people but those who
    equal a row of the copy: AUC >= 1/2 + (q - matched)/2 for a share q of such people, if distances say nothing about
    all others.

    Args:
        people: who was copied.
        copy: their rows after the noise, in the same order.
        matched: share of control people of whom a row equals a row of the copy.
    """
    if people.size == 0:
        return 0.5
    unchanged = (people.codes == copy).all(axis=1)
    return 0.5 + max(0.0, float((people.sum(unchanged.astype(float)) > 0).mean()) - matched) / 2
