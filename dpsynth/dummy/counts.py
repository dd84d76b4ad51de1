"""How many rows a patient has: a law that is declared, cut off at what the policy allows."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import nbinom

from dpsynth.dummy.along import Weights
from dpsynth.policy.dummy import RowLaw

Counts = np.ndarray[Any, np.dtype[np.int64]]

USUAL = 5
"""Mean number of rows where nothing is declared."""

WITHOUT = 0.1
"""Share of patients without rows where nothing is declared."""


def usual(most: int, least: int) -> RowLaw:
    """The law where nothing is declared."""
    return RowLaw(none=WITHOUT if least == 0 else 0.0, mean=float(min(USUAL, max(1, (most + 1) / 2))))


def chances(law: RowLaw, most: int, least: int) -> Weights:
    """The chance of 0, 1, ... rows, up to `most`: none, or one and a negative binomial number, conditioned on `most`.

    Source of the law: the number of events of people whose rates follow a gamma distribution (Greenwood and Yule,
    1920). Its mean before the condition is `law.mean`, its shape `law.spread`.

    Args:
        law: what is declared.
        most: largest number of rows of one patient, at least 1.
        least: 1 where every patient has a row, else 0.
    """
    more = law.mean - 1.0
    further = nbinom.pmf(np.arange(most), law.spread, law.spread / (law.spread + more))
    none = law.none if least == 0 else 0.0
    return np.concatenate([[none], (1.0 - none) * further / further.sum()])


def draw(chance: Weights, patients: int, rng: np.random.Generator) -> Counts:
    """Numbers of rows, shape (patients,)."""
    total = np.cumsum(chance)
    found = np.searchsorted(total / total[-1], rng.random(patients), side="right")
    return np.asarray(np.minimum(found, len(chance) - 1), np.int64)
