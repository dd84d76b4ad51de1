"""Releases that give few people away on purpose, by name."""

from __future__ import annotations

import numpy as np

from dpsynth.attacks import controls
from dpsynth.attacks.base import Retrain
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes

PLANTED = {"copy_with_noise": 300, "synthesizer_without_noise": 120, "overfitted_sequence": 100}
"""People in a leak: few where counts or habits leak, so that each of them weighs much."""

MOST_PLANTED = max(PLANTED.values())

PARENTS = 3
"""Columns that the overfitted synthesizer conditions each column on."""


def planted_leak(name: str, leaked: Units, retrain: Retrain, rng: np.random.Generator) -> Codes:
    """A release made of the given people.

    Args:
        name: copy_with_noise: their rows, with 5 % of the cells drawn anew; synthesizer_without_noise: the release's
            mechanism on exact counts; overfitted_sequence: see `overfitted`.
        leaked: the people.
        retrain: the mechanism.
        rng: public randomness.
    """
    if leaked.rows == 0:
        return leaked.codes[:0]
    if name == "synthesizer_without_noise":
        return retrain(leaked, rng)
    return controls.noisy_copy(leaked, rng) if name == "copy_with_noise" else overfitted(leaked, rng)


def overfitted(leaked: Units, rng: np.random.Generator) -> Codes:
    """A sequential synthesizer with leaves of one record, as many rows as went in.

    Column after column, each row takes the cell of a random row that agrees with it in the last `PARENTS` columns.
    """
    rows, columns = leaked.codes.shape
    release = np.zeros_like(leaked.codes)
    for column in range(columns):
        before = slice(max(0, column - PARENTS), column)
        _, context = np.unique(
            np.concatenate([leaked.codes[:, before], release[:, before]]), axis=0, return_inverse=True
        )
        known, wanted = np.split(context.ravel(), 2)
        order = np.argsort(known, kind="stable")
        low = np.searchsorted(known[order], wanted)
        high = np.searchsorted(known[order], wanted, side="right")
        chosen = low + (rng.random(rows) * (high - low)).astype(np.int64)
        release[:, column] = leaked.codes[order[chosen], column]
    return release
