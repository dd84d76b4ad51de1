"""How alike the rows of one person are: the intraclass correlation."""

from __future__ import annotations

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.utility.relations.measures import Floats, Measure, Profile, Subject, itself, largest, rows_of
from dpsynth.utility.relations.series import Series, values


def alike(one: Series) -> Measure:
    """The intraclass correlation of a column: 0 for rows that know nothing of each other, 1 for equal ones.

    The estimator of the one-way analysis of variance for groups of unequal size (Donner 1986, International
    Statistical Review 54, 67-82): with mean squares B between people and W within them, (B - W) / (B + (k - 1) W),
    where k = (N - sum n_i^2 / N) / (people - 1). Only people with a row count.
    """

    def prepare(units: FamilyUnits) -> Profile:
        found = values(one, units)
        number = np.bincount(found.owner, minlength=units.size).astype(np.float64)
        mean = np.bincount(found.owner, weights=found.value, minlength=units.size) / np.maximum(number, 1)
        apart = (found.value - mean[found.owner]) ** 2
        inner = np.bincount(found.owner, weights=apart, minlength=units.size).astype(np.float64)
        has = number > 0

        def profile(weights: Floats) -> Floats:
            return np.array([correlation(weights[has], number[has], mean[has], inner[has])])

        return profile

    name = f"{one.rows.name}.{one.column}"
    return Measure(
        Subject("within", one.rows.name, (name,), (), one.within or ""),
        prepare,
        largest,
        itself,
        rows_of(one.rows.name),
    )


def correlation(weights: Floats, number: Floats, mean: Floats, inner: Floats) -> float:
    """The estimator from sums of each person; NaN where nobody has two rows, or all rows are equal.

    Args:
        weights: of each person, shape (people,).
        number: rows of each.
        mean: of each one's values.
        inner: sum of squared deviations of each one's values from their mean.
    """
    people, rows = weights.sum(), (weights * number).sum()
    if people <= 1 or rows <= people:
        return float("nan")
    centre = (weights * number * mean).sum() / rows
    between = (weights * number * (mean - centre) ** 2).sum() / (people - 1)
    within = (weights * inner).sum() / (rows - people)
    usual = (rows - (weights * number**2).sum() / rows) / (people - 1)
    below = between + (usual - 1) * within
    return float((between - within) / below) if below > 0 else float("nan")
