"""One-ways counted again, from the budget of the pairs: how much, and which.

Where noise hides most dependence, pairs explain less than what more precise one-ways are worth, and where it does not,
one-ways are precise already. So the division is made after one-ways and scores are known. It weighs the L1 errors of
all pairs together:

* measured pairs take away their gains and add their noise (`allocate.best_set`);
* a pair has the errors of both its one-ways. That of one column under noise sigma is e sigma sqrt(2/pi), like e raw
  cells. What e is after denoising follows from the first count by a parametric bootstrap: take the denoised counts for
  the truth, add noise, denoise again, and see how far that leads away. A column whose denoising found much detail gets
  more than one that looks smooth. What lies hidden in the noise does not show, so e comes out rather low.

Everything here is a function of noisy answers and public numbers. What a second count costs comes out of a part of the
budget that is fixed beforehand, so the mechanism costs what it would cost without.

Source of the bootstrap: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

import numpy as np

from dpsynth.domain.attribute import Attribute
from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.synth.allocate import best_set, filled
from dpsynth.synth.base import normalised
from dpsynth.synth.bound import measure
from dpsynth.synth.columns import order
from dpsynth.synth.denoise import LONG, Floats, denoise
from dpsynth.synth.design import LEAST_AGAIN, Design, FirstLook, loads

SHOWS = 0.4
"""Part of a one-way's error that a pair shows: its errors partly cancel, and measured pairs make one-ways more precise.
From 0.3 to 0.55 the errors on seven tables differ by a hundredth."""
TENTHS = 10
"""The budget of the pairs is divided in tenths."""
FEWEST_CELLS = 2.0
"""No column is less far off than so many raw cells."""


def share_of_one_ways(design: Design, look: FirstLook, gains: Mapping[Clique, float]) -> float:
    """Which part of the pairs' budget counts columns again: 0, 0.1, ..., 1.

    Args:
        design: task and budget.
        look: the first look.
        gains: L1 rows that measuring each candidate pair would explain, times its weight.
    """
    budget, first, forced = design.spend("pairs"), design.spend("one_way"), loads(design, look, design.task.always)
    noise = math.sqrt(2 / math.pi) * float((one_way_loads(design, look) * design.one_way_multipliers).sum())
    weights = loads(design, look, list(gains))

    def value(tenths: int) -> float:
        for_pairs = budget * (1 - tenths / TENTHS)
        explained = best_set(list(gains.values()), weights, for_pairs, forced)[1]
        return explained - noise / math.sqrt(1 + (budget - for_pairs) / first)

    return max(range(TENTHS + 1), key=value) / TENTHS


def count_again(measurer: Measurer, design: Design, look: FirstLook, mu_squared: float) -> tuple[Measurement, ...]:
    """Measures columns again that are worth it, with a division of the budget that knows their first counts."""
    known = design.one_way_multipliers**-2.0
    weights = one_way_loads(design, look)
    chosen = np.flatnonzero(filled(known, weights, mu_squared) >= LEAST_AGAIN * known)
    if not len(chosen):
        # So little for so many that none would get a tenth: the one that needs it most.
        chosen = np.array([int(filled(known, weights, mu_squared).argmax())])
    more = filled(known[chosen], weights[chosen], mu_squared)
    names, sizes = design.task.names, list(design.task.sizes.values())
    return measure(
        measurer,
        look.bound,
        [(names[i],) for i in chosen],
        (more**-0.5).tolist(),
        "pairs",
        [sizes[i] for i in chosen],
        {},
    )


def one_way_loads(design: Design, look: FirstLook) -> Floats:
    """What noise in each one-way does to all pairs, in L1 rows over sqrt(2/pi), for a noise multiplier of 1."""
    task = design.task
    weight = dict.fromkeys(task.names, 0.0)
    for a, b in combinations(task.names, 2):
        weight[a] += task.weight((a, b))
        weight[b] += task.weight((a, b))
    answers = [normalised(m, look.rows) for m in look.one_ways]
    found = [
        SHOWS * weight[a.name] * cells_after_denoising(a, np.asarray(c.mass) * look.rows, m.sigma) * m.sigma / z
        for a, c, m, z in zip(task.domain.attributes, look.columns, answers, design.one_way_multipliers, strict=True)
    ]
    return np.asarray(found, np.float64)


def cells_after_denoising(attribute: Attribute, taken: Floats, sigma: float) -> float:
    """How many raw cells are as far off, in L1, as the denoised counts of a column; see the head of this file.

    Args:
        attribute: the column.
        taken: its denoised counts, shape (levels,).
        sigma: standard deviation of the noise that each had before.
    """
    if not attribute.ordered and attribute.size <= LONG:
        return max(FEWEST_CELLS, float(attribute.size))
    # Always the same draws: the same answers lead to the same questions.
    noise = np.random.default_rng(0).normal(0.0, sigma, attribute.size)
    off = float(np.abs(denoise(taken + noise, sigma, order(attribute), float(taken.sum())) - taken).sum())
    return max(FEWEST_CELLS, off / (sigma * math.sqrt(2 / math.pi)))
