"""Groups of people with all their rows, in the form in which real ones are counted."""

from __future__ import annotations

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.data.units import Units
from dpsynth.domain.deriving import CodedFamily, view_of_people, view_of_rows
from dpsynth.domain.family import Family


def of_synthetic(family: Family, coded: CodedFamily) -> FamilyUnits:
    """The views of synthetic people."""
    people = view_of_people(family, coded)
    rows = {
        table.name: Units(view_of_rows(family, table, coded, people), coded.rows[table.name].owner, coded.size)
        for table in family.rows
    }
    return FamilyUnits(Units(people, np.arange(coded.size), coded.size), rows)


def some(units: FamilyUnits, most: int, rng: np.random.Generator) -> FamilyUnits:
    """At most `most` of the people, drawn at random."""
    if units.size <= most:
        return units
    people = np.sort(rng.choice(units.size, most, replace=False))
    return FamilyUnits(units.people.take(people), {name: own.take(people) for name, own in units.rows.items()})


def together(first: FamilyUnits, *others: FamilyUnits) -> FamilyUnits:
    """All people of several groups, those of the first group first."""
    groups = (first, *others)
    return FamilyUnits(
        _joined([g.people for g in groups]), {name: _joined([g.rows[name] for g in groups]) for name in first.rows}
    )


def _joined(parts: list[Units]) -> Units:
    before = np.cumsum([0, *(part.size for part in parts)])
    owner = [part.owner.astype(np.int64) + start for part, start in zip(parts, before, strict=False)]
    return Units(np.concatenate([part.codes for part in parts]), np.concatenate(owner), int(before[-1]))
