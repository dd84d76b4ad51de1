"""All rows of people, in all tables, as events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dpsynth.attacks.across.features import of_rows
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family


def events(family: Family, groups: Sequence[FamilyUnits]) -> list[tuple[Indices, Indices]]:
    """Owner and label of every row of every table; labels are equal where table and released columns are.

    Returns:
        For each group two arrays of shape (rows,), ordered by owner.
    """
    owners: list[list[Indices]] = [[] for _ in groups]
    found: list[list[Indices]] = [[] for _ in groups]
    first = 0
    for table in family.rows:
        parts = of_rows(family, groups, table)
        for i, (group, label) in enumerate(zip(groups, parts, strict=True)):
            owners[i].append(group.rows[table.name].owner.astype(np.int64))
            found[i].append(label + first)
        first += max((int(label.max(initial=-1)) for label in parts), default=-1) + 1
    merged = []
    for whose, said in zip(owners, found, strict=True):
        who, what = np.concatenate(whose), np.concatenate(said)
        order = np.argsort(who, kind="stable")
        merged.append((who[order], what[order]))
    return merged
