"""How far pairs of columns are from independence: noisy scores, asked once for all pairs.

The score of a pair is the distance between its table and the product of the *already measured* one-way tables, which
is a constant: L1 for plain counts, L2 for clipped ones, so that one unit moves it by at most its contribution bound.
(The distance to the product of the true margins would move by up to four times as much.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Protocol

import numpy as np

from dpsynth.domain.panel import YES
from dpsynth.privacy.queries import Clique, Measurer
from dpsynth.synth.base import Score, normalised
from dpsynth.synth.columns import group_numbers
from dpsynth.synth.denoise import Floats
from dpsynth.synth.design import Design, FirstLook

CERTAIN = 1.0
"""A pair whose dependence is below this many standard deviations of its score is left alone."""


class GroupModel(Protocol):
    """A model of merged columns, as far as it is compared with answers."""

    def table(self, clique: Clique) -> Floats:
        """Probabilities of the cells of a marginal over groups."""
        ...


def score_pairs(measurer: Measurer, design: Design, look: FirstLook) -> tuple[Score, ...]:
    """Scores all pairs that are small enough, in the order of the columns."""
    columns = look.by_name()
    pairs: list[Clique] = [
        (a, b)
        for a, b in combinations(design.task.names, 2)
        if columns[a].size * columns[b].size <= design.task.max_cells and (a, b) not in design.task.implied
    ]
    if not pairs:
        return ()
    variances = _one_way_variances(look)
    products = [np.outer(columns[a].group_mass(), columns[b].group_mass()) * look.rows for a, b in pairs]
    # The whole part is for all pairs of columns that are not implied, whether or not some are too large.
    budget = design.spend("selection")
    every = (p for p in combinations(design.task.names, 2) if p not in design.task.implied)
    weight: dict[Clique, float] = {p: design.task.weight(p) ** (2 / 3) for p in every}
    z = [math.sqrt(sum(weight.values()) / (budget * weight[p])) for p in pairs]
    scores = _ask(measurer, look, pairs, products, z, "selection")
    apart: dict[Clique, float] = {
        (a, b): _left(look, score, t, _product_noise(t, variances[a], variances[b]))
        for (a, b), t, (score, _) in zip(pairs, products, scores, strict=True)
    }
    found = []
    for (a, b), t, x, (score, floor) in zip(pairs, products, z, scores, strict=True):
        left = max(0.0, apart[a, b] - _of_presence((a, b), apart, look, design.task.presence))
        gain = left if left > floor or a in design.task.targets or b in design.task.targets else 0.0
        margins = tuple(tuple(columns[name].group_mass().tolist()) for name in (a, b))
        found.append(Score((a, b), score, look.bound.sigma(x, t.size), look.rows, gain, margins))
    return tuple(found)


def _of_presence(pair: Clique, apart: Mapping[Clique, float], look: FirstLook, presence: Mapping[str, str]) -> float:
    """How dependent a pair is because its columns have values only for those who are present, in L1 rows.

    Were the columns independent given who is present, their distance from independence were that of the two columns of
    presence; it is never less, because merging levels brings tables nearer to each other.
    """
    a, b = (presence.get(name, name) for name in pair)
    if (a, b) == pair:
        return 0.0
    if a == b:
        share = float(np.asarray(look.by_name()[a].mass)[YES])
        return 4 * share * (1 - share) * look.rows
    return apart.get((a, b), apart.get((b, a), 0.0))


def score_against(
    measurer: Measurer,
    design: Design,
    look: FirstLook,
    cliques: Sequence[Clique],
    model: GroupModel,
    mu_squared_each: float,
) -> list[float]:
    """How far marginals are from a model, in L1 rows, less what sampling explains; 0 if nothing is left.

    The model is post-processing of earlier answers, so it is a constant like any other.
    """
    if not cliques:
        return []
    targets = [model.table(c) * look.rows for c in cliques]
    scores = _ask(measurer, look, cliques, targets, [math.sqrt(1 / mu_squared_each)] * len(cliques), "again")
    return [
        left if (left := _left(look, score, t, np.zeros_like(t))) > floor else 0.0
        for (score, floor), t in zip(scores, targets, strict=True)
    ]


def dependence(model: GroupModel, pair: Clique, rows: float) -> float:
    """L1 distance of the model's own table of a pair from independence, in rows."""
    table = model.table(pair)
    return float(rows * np.abs(table - np.outer(table.sum(axis=1), table.sum(axis=0))).sum())


def _ask(
    measurer: Measurer,
    look: FirstLook,
    cliques: Sequence[Clique],
    targets: Sequence[Floats],
    z: Sequence[float],
    purpose: str,
) -> list[tuple[float, float]]:
    """For each marginal its noisy distance to a constant table, and what noise alone would let it exceed, in rows."""
    groups, clip = group_numbers(look.columns), look.bound.clips([t.size for t in targets])
    sigmas = [look.bound.sigma(x, t.size) for x, t in zip(z, targets, strict=True)]
    answers = measurer.distances(cliques, targets, sigmas, purpose, groups, clip)
    # A deviation in L2 is spread over cells like the table itself.
    spread = [1.0 if clip is None else _spread(t) for t in targets]
    return [(float(a), CERTAIN * s * w) for a, s, w in zip(answers, sigmas, spread, strict=True)]


def _left(look: FirstLook, score: float, target: Floats, noise: Floats) -> float:
    """What is left of a score after sampling and noise in the target, which add up in quadrature; in L1 rows.

    Args:
        look: tells whether scores are L1 (plain counts) or L2 (clipped ones).
        score: the noisy distance.
        target: what was compared with, in rows.
        noise: variance of the noise in each cell of the target.
    """
    seen = max(0.0, score)
    if look.bound.reach is None:
        explained = expected_distance(target) ** 2 + 2 / math.pi * float(np.sqrt(noise).sum()) ** 2
        return math.sqrt(max(0.0, seen**2 - explained))
    return _spread(target) * math.sqrt(max(0.0, seen**2 - float(target.sum()) - float(noise.sum())))


def _product_noise(product: Floats, var_a: Floats, var_b: Floats) -> Floats:
    """Variance of a product of noisy one-ways, to first order."""
    total = product.sum()
    share_a, share_b = product.sum(axis=1) / total, product.sum(axis=0) / total
    return np.asarray(var_a[:, None] * share_b[None, :] ** 2 + var_b[None, :] * share_a[:, None] ** 2)


def expected_distance(product: Floats) -> float:
    """L1 distance to expect between a table and its mean when the columns are independent: Poisson cells.

    Without it a pair with many cells would look dependent. A constant: it costs nothing.
    """
    return float(math.sqrt(2 / math.pi) * np.minimum(np.sqrt(product), product * math.sqrt(2 * math.pi)).sum())


def _spread(product: Floats) -> float:
    """L1 over L2 length of a deviation that follows the table: the root of its effective number of cells."""
    return float(math.sqrt(product.sum() ** 2 / (product**2).sum()))


def _one_way_variances(look: FirstLook) -> dict[str, Floats]:
    """Variance of the noise in each group of each column, in rows squared."""
    return {
        c.name: np.asarray(c.levels() * normalised(m, look.rows).sigma ** 2, np.float64)
        for c, m in zip(look.columns, look.one_ways, strict=True)
    }
