"""The attack that asks: does the release join what two tables say of one person?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import ClassVar

import numpy as np

from dpsynth.attacks import base
from dpsynth.attacks.across.comparison import AcrossComparison, Answers
from dpsynth.attacks.across.features import Likeness, Sets, of_people, of_table
from dpsynth.attacks.across.registry import register
from dpsynth.attacks.base import Settings
from dpsynth.attacks.excess import Flags
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.data.units import Units
from dpsynth.domain.deriving import places
from dpsynth.domain.family import Family


@register("linked_tables")
class LinkedTables(AcrossComparison):
    """Links what two tables say of a person through the release.

    The attacker has two files without names in common: of each person the rows of one table, and those of another (or
    the columns of the person). For a pair of entries he looks for the synthetic people most alike by the one, and for
    those most alike by the other; where somebody is among both he says: the same person. Each person is asked about one
    pair of tables, all pairs in turn; where there is but one table and nothing else, about the earlier and the later
    half of the rows. All ties count. That tables go together in the population links held-out people as well.

    The guesser has the release with the second table shuffled between synthetic people.

    Blind spots: links within one table; copies of which both parts changed so much that other people are nearer;
    people without rows in one of the two.

    Source: Article 29 Working Party, WP 216 (2014); Giomi et al. (2023), PoPETs, arXiv:2211.10459 (nearest neighbours
    by two sets of columns), here by sets of rows.
    """

    name: ClassVar[str] = "linked_tables"
    question: ClassVar[base.Family] = "linkability"
    headline: ClassVar[str] = "linked"
    bounded: ClassVar[frozenset[str]] = frozenset({"linked"})

    def answers(
        self, family: Family, targets: FamilyUnits, release: FamilyUnits, others: FamilyUnits, settings: Settings,
        rng: np.random.Generator,
    ) -> Answers:  # fmt: skip
        """Linked if a synthetic person is most alike by both parts."""
        size = targets.size
        asked, right, guessed = (np.zeros(size, bool) for _ in range(3))
        pairs = list(combinations(_parts(family, (targets, release)), 2))
        apart = rng.permutation(release.size)
        for turn, ((one, has_one), (other, has_other)) in enumerate(pairs):
            whom = np.arange(turn, size, len(pairs))
            both = has_one[whom] & has_other[whom]
            asked[whom] = both
            by_one, by_other = (Likeness(part[0][whom], part[1]) for part in (one, other))
            right[whom] = both & linked(by_one, by_other)
            shuffled = Likeness(other[0][whom], other[1][apart])
            guessed[whom] = both & linked(by_one, shuffled)
        return Answers(asked, asked, right, guessed, np.full(size, -1, np.int64))

    def sure(self, seen: Answers, unchanged: Flags) -> Flags:
        """Of whom nothing changed is as alike as can be by both parts."""
        return unchanged[seen.asked]

    def strata(self, members: Answers, held: Answers) -> dict[str, tuple[Flags, Flags]]:
        """How many were linked, and by the guesser."""
        return {
            "linked": (self.trials(members), self.trials(held)),
            "guesser": (members.guessed[members.asked], held.guessed[held.asked]),
        }


def linked(one: Likeness, other: Likeness) -> Flags:
    """Whether a synthetic person is among the most alike by both, shape (people,)."""
    found = np.zeros(one.targets.shape[0], bool)
    if not one.synthetic.shape[0]:
        return found
    for (where, first), (_, second) in zip(one.blocks(), other.blocks(), strict=True):
        nearest = first == first.max(axis=1, keepdims=True)
        nearest &= second == second.max(axis=1, keepdims=True)
        found[where] = nearest.any(axis=1)
    return found


def _parts(family: Family, groups: Sequence[FamilyUnits]) -> list[tuple[list[Sets], Flags]]:
    """What may be in separate files: sets of each group, and which people of the first have it."""
    parts = [of_people(family, groups)] if len(family.codec.names) else []
    parts += [of_table(family, groups, table) for table in family.rows]
    if len(parts) == 1 and family.rows:
        halves = [_half(family, groups, late=late) for late in (False, True)]
        parts = [of_table(family, half, family.rows[0]) for half in halves]
    return [(part, np.asarray(part[0].sum(axis=1)).ravel() > 0) for part in parts]


def _half(family: Family, groups: Sequence[FamilyUnits], *, late: bool) -> list[FamilyUnits]:
    """The earlier or the later half of everybody's rows of the only table."""
    name = family.rows[0].name
    found = []
    for group in groups:
        units = group.rows[name]
        owner = units.owner.astype(np.int64)
        second = places(owner) * 2 >= units.rows_per_unit[owner]
        rows: Indices = np.flatnonzero(second == late)
        found.append(FamilyUnits(group.people, {name: Units(units.codes[rows], units.owner[rows], units.size)}))
    return found
