"""Groups of whole people: cut and copied. Public randomness only."""

from __future__ import annotations

import numpy as np

from dpsynth.attacks import controls
from dpsynth.attacks.across.base import FamilyEvidence
from dpsynth.attacks.excess import Flags
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.data.units import Units
from dpsynth.domain.family import Family, Rows
from dpsynth.utility.relations.cohort import together


def take(group: FamilyUnits, chosen: Indices) -> FamilyUnits:
    """The chosen people (distinct numbers) with all their rows, renumbered in the given order."""
    return FamilyUnits(group.people.take(chosen), {name: units.take(chosen) for name, units in group.rows.items()})


def held_out(evidence: FamilyEvidence) -> FamilyUnits:
    """Everybody who was never trained on: the reference people, then the control people."""
    return together(evidence.reference, evidence.control)


def surrogate_parts(
    surrogate: FamilyEvidence, most: int, rng: np.random.Generator
) -> tuple[FamilyUnits, FamilyUnits, FamilyUnits]:
    """Invented people: some to copy, as many to pretend of, and as many held out."""
    everyone = together(surrogate.members, surrogate.reference, surrogate.control)
    order = rng.permutation(everyone.size)
    size = min(most, everyone.size // 3)
    copied, pretended, held = (take(everyone, np.sort(order[i * size : (i + 1) * size])) for i in range(3))
    return copied, pretended, held


def columns_of(rows: Rows, *, timed: bool = False) -> list[int]:
    """Columns of a table's view that say what a row is; with the days since the row before, or without."""
    own = [rows.view.index(name) for name in rows.drawn if timed or name.startswith(f"{rows.name}.")]
    return own or [rows.view.index(name) for name in rows.drawn]


def noisy_copy(family: Family, group: FamilyUnits, rng: np.random.Generator) -> tuple[FamilyUnits, Flags]:
    """The people themselves: each cell of the person, and each whole row, with probability `CELL_NOISE` drawn anew.

    Whole rows, because of a person with many rows hardly any would keep all cells.

    Returns:
        The copy, and of whom all went in unchanged, shape (people,).
    """
    same = np.ones(group.size, bool)
    codes = group.people.codes.copy()
    for column in range(len(family.codec.names)):
        chosen = np.flatnonzero(rng.random(group.size) < controls.CELL_NOISE)
        codes[chosen, column] = group.people.codes[rng.integers(0, max(1, group.size), len(chosen)), column]
    same &= (codes == group.people.codes).all(axis=1)
    copied = {}
    for table in family.rows:
        units = group.rows[table.name]
        chosen = np.flatnonzero(rng.random(units.rows) < controls.CELL_NOISE)
        rows = units.codes.copy()
        rows[chosen] = units.codes[rng.integers(0, max(1, units.rows), len(chosen))]
        drawn = [table.view.index(name) for name in table.drawn]
        changed = (rows[chosen][:, drawn] != units.codes[chosen][:, drawn]).any(axis=1)
        same[units.owner[chosen[changed]]] = False
        copied[table.name] = Units(rows, units.owner, units.size)
    return FamilyUnits(Units(codes, group.people.owner, group.size), copied), same


def partial_leak(release: FamilyUnits, group: FamilyUnits, rng: np.random.Generator) -> tuple[FamilyUnits, Flags]:
    """The release with a share `VERBATIM` of its people (at least one) replaced by people of the group, rows and all.

    Returns:
        The release, and who went in, shape (people,).
    """
    leaked = min(release.size, group.size, max(1, round(controls.VERBATIM * release.size)))
    chosen = np.sort(rng.permutation(group.size)[:leaked])
    planted = np.zeros(group.size, bool)
    planted[chosen] = True
    kept = np.sort(rng.permutation(release.size)[leaked:])
    return together(take(release, kept), take(group, chosen)), planted
