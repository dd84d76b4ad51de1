"""How many rows people get: from bins to numbers, so that all of them together are as many as were measured.

Noise in bins that hold few people adds rows: a bin of 200 to 300 rows with three people too many is 750 rows more. The
total is one number and was measured by itself, so the numbers of rows lean until they meet it: inside every bin, and
inside every group of bins that the model cannot tell apart, k rows get the weight exp(lean k). The tail is such a
group, because bins below the noise are merged.

Where there are few people, noise alone may fill the bins, and no lean inside them reaches the total. Then the whole
model is weighed by exp(tilt k): of all distributions with this total it is the nearest to what was fitted (Csiszar
(1975), I-divergence geometry of probability distributions and minimization problems). And where noise left no bin
on one side of the total, a share of people get a bin from that side instead of their own: mostly no rows at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import Ints
from dpsynth.domain.family import Bins
from dpsynth.synth.columns import Column
from dpsynth.synth.denoise import Floats
from dpsynth.synth.tree_model import CompressedModel

STEPS = 60
"""Halvings of the interval that is known to hold the lean or the tilt."""
STEEPEST = 20.0
"""Largest lean, times the most rows of a person: a factor of e^20 between one row and the most."""
STEEPEST_TILT = 50.0
"""Largest tilt: a factor of e^50 for one row more, so that nobody is left but at one end."""
CLOSE = 1e-3
"""A mean that is off by less than this part of it is met."""


@dataclass(frozen=True)
class Law:
    """From the bins of a model to numbers of rows.

    Attributes:
        lean: how numbers inside a bin lean.
        instead: the bin that some get in the place of their own.
        share: of those who get it.
    """

    lean: float
    instead: int = 0
    share: float = 0.0

    def moved(self, codes: Codes, rng: np.random.Generator) -> Codes:
        """The bins as they are used, shape (rows,)."""
        if not self.share:
            return codes
        return np.where(rng.random(len(codes)) < self.share, np.uint16(self.instead), codes)


@dataclass(frozen=True)
class Met:
    """A model whose numbers of rows meet a mean.

    Attributes:
        model: the distribution.
        law: from its bins to numbers.
        mean: rows of a person or parent row: the wanted ones, or as near to them as the policy's bounds let them be.
    """

    model: CompressedModel
    law: Law
    mean: float


def meeting(bins: Bins, model: CompressedModel, name: str, wanted: float) -> Met:
    """A model changed as little as its numbers of rows need to have this mean.

    Args:
        bins: of the numbers of rows.
        model: of a view with such numbers.
        name: their column.
        wanted: the mean, not negative.
    """
    by_group = np.asarray(model.table((name,)))
    lean, column = leaning(bins, model.column(name), by_group, wanted)
    model = replace(model, columns=tuple(column if c.name == name else c for c in model.columns))
    rows = np.array([float(np.dot(*weights(bins, code, lean))) for code in range(len(bins.labels))])
    mass = by_group[list(column.group)] * np.asarray(column.share)
    if abs(float(mass @ rows) - wanted) > CLOSE * wanted:
        weight = _tilting(mass, rows, wanted)
        model, mass = model.weighed({name: weight}), mass * weight / float(mass @ weight)
    mean = float(mass @ rows)
    if abs(mean - wanted) <= CLOSE * wanted:
        return Met(model, Law(lean), mean)
    # Twice as many as wanted, so that some keep what they have.
    instead = 0 if mean > wanted else min(int(np.searchsorted(rows, 2 * wanted)), len(rows) - 1)
    if (rows[instead] - mean) * (wanted - mean) <= 0:
        return Met(model, Law(lean), mean)
    share = min(1.0, (wanted - mean) / (float(rows[instead]) - mean))
    return Met(model, Law(lean, instead, share), mean + share * (float(rows[instead]) - mean))


def _tilting(mass: Floats, rows: Floats, wanted: float) -> Floats:
    """Weights exp(tilt k) of levels, the largest 1, with which their mean comes nearest to a mean."""

    def weight(tilt: float) -> Floats:
        log = np.where(mass > 0, tilt * rows, -np.inf)
        return np.asarray(np.exp(log - log.max()), np.float64)

    low, high = -STEEPEST_TILT, STEEPEST_TILT
    for _ in range(STEPS):
        tilt = (low + high) / 2
        now = mass * weight(tilt)
        low, high = (tilt, high) if now @ rows < wanted * now.sum() else (low, tilt)
    return weight((low + high) / 2)


def weights(bins: Bins, code: int, lean: float) -> tuple[Ints, Floats]:
    """Numbers of a bin, and the probability of each: falling like 1/k, times exp(lean k)."""
    numbers = np.arange(bins.edges[code], bins.edges[code + 1])
    log = lean * numbers - np.log(np.maximum(numbers, 1))
    mass = np.exp(log - log.max())
    return numbers, np.asarray(mass / mass.sum(), np.float64)


def leaning_numbers(bins: Bins, codes: Codes, lean: float, rng: np.random.Generator) -> Ints:
    """A number in the bin of each code, shape (rows,)."""
    numbers = np.zeros(len(codes), np.int64)
    for code in np.unique(codes).tolist():
        here = np.flatnonzero(codes == code)
        values, mass = weights(bins, code, lean)
        numbers[here] = rng.choice(values, len(here), p=mass)
    return numbers


def leaning(bins: Bins, column: Column, by_group: Floats, mean: float) -> tuple[float, Column]:
    """The lean for which people have so many rows in the mean, and the column whose levels lean with it.

    Args:
        bins: of the numbers of rows.
        column: how the bins are merged.
        by_group: share of people in each group of bins.
        mean: wanted rows of a person; as near to it as the groups allow.
    """
    most = STEEPEST / max(1, bins.last)
    low, high = -most, most
    for _ in range(STEPS):
        lean = (low + high) / 2
        low, high = (lean, high) if _mean(bins, column, by_group, lean) < mean else (low, lean)
    lean = (low + high) / 2
    return lean, _leaned(bins, column, lean)


def _leaned(bins: Bins, column: Column, lean: float) -> Column:
    """The same groups; inside them, bins with more rows count more where the lean is above 0."""
    plain = [_normaliser(bins, code, 0.0) for code in range(len(column.share))]
    tilt = np.array([_normaliser(bins, code, lean) - plain[code] for code in range(len(column.share))])
    share = np.asarray(column.share) * np.exp(tilt - tilt.max())
    held = np.bincount(column.group, weights=share)[list(column.group)]
    even = 1 / np.bincount(column.group)[list(column.group)]
    return replace(column, share=tuple(np.where(held > 0, share / np.where(held > 0, held, 1), even).tolist()))


def _normaliser(bins: Bins, code: int, lean: float) -> float:
    """Logarithm of the mass of a bin."""
    numbers = np.arange(bins.edges[code], bins.edges[code + 1])
    log = lean * numbers - np.log(np.maximum(numbers, 1))
    return float(log.max() + math.log(np.exp(log - log.max()).sum()))


def _mean(bins: Bins, column: Column, by_group: Sequence[float] | Floats, lean: float) -> float:
    leaned = _leaned(bins, column, lean)
    total = 0.0
    for code, (group, share) in enumerate(zip(leaned.group, leaned.share, strict=True)):
        numbers, mass = weights(bins, code, lean)
        total += by_group[group] * share * float(numbers @ mass)
    return total
