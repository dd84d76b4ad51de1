"""How many rows people get: from bins to numbers, so that all of them together are as many as were measured.

Noise in bins that hold few people adds rows: a bin of 200 to 300 rows with three people too many is 750 rows more. The
total is one number and was measured by itself, so the numbers of rows lean until they meet it: inside every bin, and
inside every group of bins that the model cannot tell apart, k rows get the weight exp(lean k). The tail is such a
group, because bins below the noise are merged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import Ints
from dpsynth.domain.family import Bins
from dpsynth.synth.columns import Column
from dpsynth.synth.denoise import Floats

STEPS = 60
"""Halvings of the interval that is known to hold the lean."""
STEEPEST = 20.0
"""Largest lean, times the most rows of a person: a factor of e^20 between one row and the most."""


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
