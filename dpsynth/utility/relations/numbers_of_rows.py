"""How many rows people have, those without any among them, and how many a parent row has."""

from __future__ import annotations

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family, Rows
from dpsynth.utility.relations.measures import Floats, Measure, Profile, Subject, everybody, largest, rows_of, shares


def rows_of_people(rows: Rows) -> Measure:
    """The distribution function of the number of rows a person has; its number is the share of people without any."""

    def prepare(units: FamilyUnits) -> Profile:
        number = np.minimum(units.rows[rows.name].rows_per_unit, rows.at_most)

        def profile(weights: Floats) -> Floats:
            return np.cumsum(shares(number, weights, rows.at_most + 1))

        return profile

    return Measure(Subject("rows", rows.name), prepare, largest, lambda profile: float(profile[0]), everybody)


def rows_of_parents(family: Family, rows: Rows) -> Measure:
    """The distribution function of the number of rows a parent row has, in the policy's bins."""
    assert rows.parent is not None
    parent = family[rows.parent]
    place = parent.view.index(f"{parent.name}:rows of {rows.name}")

    def prepare(units: FamilyUnits) -> Profile:
        own = units.rows[parent.name]
        code, owner = own.codes[:, place].astype(np.int64), own.owner

        def profile(weights: Floats) -> Floats:
            return np.cumsum(shares(code, weights[owner], len(rows.counts.labels)))

        return profile

    subject = Subject("rows_of_parent", rows.name, (), rows.counts.labels)
    return Measure(subject, prepare, largest, lambda profile: float(profile[0]), rows_of(parent.name))


def in_bins(profile: Floats, rows: Rows) -> Floats:
    """Shares of people in the policy's bins of numbers of rows, from the profile of `rows_of_people`."""
    ends = np.array([*rows.counts.starts[1:], rows.counts.last + 1]) - 1
    return np.diff(profile[ends], prepend=0.0)
