"""The attack that asks: does the release tell a secret of one row of somebody whose other rows are known?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dpsynth.attacks import base, excess, guessers, statistics
from dpsynth.attacks.across.comparison import AcrossComparison, Answers
from dpsynth.attacks.across.features import Floats, Likeness, labels, of_everything
from dpsynth.attacks.across.groups import columns_of
from dpsynth.attacks.across.registry import register
from dpsynth.attacks.base import Settings
from dpsynth.attacks.excess import Flags
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.data.units import Units
from dpsynth.domain.deriving import starts
from dpsynth.domain.family import Family, Rows
from dpsynth.privacy.accountant import Guarantee

CONFIDENT = 0.8
"""He claims a secret if at least this share of the rows of the most similar people agree on it."""


@register("row_secret")
class RowSecret(AcrossComparison):
    """Infers a secret of one row from the synthetic people most like the person.

    The attacker knows everything of a person but one level of one row: the person's columns, all other rows in all
    tables, and the other columns of that row. Among the synthetic rows with these other columns he looks at those of
    the synthetic people most like the person, and claims the secret on which four in five of them agree; otherwise he
    says nothing. Secrets are the sensitive columns of tables with several rows (without declared ones: all columns), in
    turn; the row is drawn at random. In a column with a long order the neighbouring level is right as well.

    The result is the precision of claims about members minus that of claims about held-out people. The guesser claims
    the commonest level among rows of other held-out people with the same other columns.

    Blind spots: secrets of people without rows; what no single synthetic person gives away.

    Source: Article 29 Working Party, WP 216 (2014); Giomi et al. (2023), arXiv:2211.10459; precision and coverage
    against what other people teach: Francis and Wagner (2025), arXiv:2507.01710.
    """

    name: ClassVar[str] = "row_secret"
    question: ClassVar[base.Family] = "inference"
    statistic: ClassVar[str] = "excess_precision"
    headline: ClassVar[str] = "right_if_claimed"

    def trials(self, seen: Answers) -> Flags:
        """Claims alone."""
        return seen.right[seen.claimed]

    def sure(self, seen: Answers, unchanged: Flags) -> Flags:
        """Claims that rest on the person's own copy."""
        return np.asarray((unchanged & (seen.by == np.arange(len(unchanged))))[seen.claimed])

    def ceiling(self, control: Answers, guarantee: Guarantee, confidence: float) -> float:
        """That of a precision."""
        asked = int(control.asked.sum())
        right, wrong = (int(f[control.asked].sum()) for f in (control.right, control.claimed & ~control.right))
        limits = (statistics.clopper_pearson(k, asked, confidence) for k in (right, wrong))
        return excess.largest_of_precision(guarantee, *limits)

    def answers(
        self, family: Family, targets: FamilyUnits, release: FamilyUnits, others: FamilyUnits, settings: Settings,
        rng: np.random.Generator,
    ) -> Answers:  # fmt: skip
        """Claims about one level of one row of each person."""
        size = targets.size
        asked, claimed, right, guessed = (np.zeros(size, bool) for _ in range(4))
        by = np.full(size, -1, np.int64)
        questions = secrets(family, settings)
        for turn, (table, column) in enumerate(questions):
            row = _row_of_each(targets.rows[table.name], turn, len(questions), rng)
            who = targets.rows[table.name].owner[row].astype(np.int64)
            asked[who] = True
            if not len(who) or not release.size:
                continue
            known, theirs, held = _known(table, column, (targets, release, others))
            rows, outside = Answering.of(theirs, release, table, column), Answering.of(held, others, table, column)
            truth = targets.rows[table.name].codes[row, column].astype(np.int64)
            won, share, common = np.zeros(len(who), np.int64), np.zeros(len(who)), np.zeros(len(who), np.int64)
            rest, synthetic = of_everything(family, (_without(targets, table.name, row), release))
            for where, block in Likeness(rest[who], synthetic).blocks():
                for i, alike in enumerate(block, where.start):
                    won[i], share[i], by[who[i]] = rows.most_alike(int(known[row[i]]), alike)
                    common[i] = outside.commonest(int(known[row[i]]))
            attribute = table.view.attributes[column]
            claimed[who] = share >= CONFIDENT
            right[who] = claimed[who] & guessers.close(attribute, won, truth)
            guessed[who] = claimed[who] & guessers.close(attribute, common, truth)
        return Answers(asked, claimed, right, guessed, by)


@dataclass(frozen=True)
class Answering:
    """Rows that may tell a secret, in the order of what is known.

    Attributes:
        known: label of the other columns, ascending, shape (rows,).
        secret: level, shape (rows,).
        owner: whose row, shape (rows,).
        size: number of levels.
    """

    known: Indices
    secret: Indices
    owner: Indices
    size: int

    @classmethod
    def of(cls, known: Indices, group: FamilyUnits, table: Rows, column: int) -> Answering:
        """The rows of a table."""
        units, order = group.rows[table.name], np.argsort(known, kind="stable")
        secret = units.codes[order, column].astype(np.int64)
        return cls(known[order], secret, units.owner[order].astype(np.int64), table.view.attributes[column].size)

    def most_alike(self, known: int, alike: Floats) -> tuple[int, float, int]:
        """The level on which most rows of the most similar people agree, their share, and whose all are if they do."""
        where = self._with(known)
        owner = self.owner[where]
        if not len(owner):
            return 0, 0.0, -1
        of_rows = alike[owner]
        nearest = of_rows == of_rows.max()
        votes = np.bincount(self.secret[where][nearest], minlength=self.size)
        people = np.unique(owner[nearest])
        agreed = votes.max() == votes.sum()
        return (
            int(votes.argmax()),
            float(votes.max() / votes.sum()),
            int(people[0]) if agreed and len(people) == 1 else -1,
        )

    def commonest(self, known: int) -> int:
        """The commonest level among rows with the same known columns; among all rows if there are none."""
        secret = self.secret[self._with(known)]
        return int(np.bincount(secret if len(secret) else self.secret, minlength=self.size).argmax())

    def _with(self, known: int) -> slice:
        return slice(*(int(np.searchsorted(self.known, known, side=side)) for side in ("left", "right")))


def secrets(family: Family, settings: Settings) -> list[tuple[Rows, int]]:
    """Tables and columns of their views that may be asked about: the sensitive ones; without any, all."""
    every = [
        (table, table.view.index(f"{table.name}.{a.name}")) for table in family.rows for a in table.codec.attributes
    ]
    chosen = [(table, column) for table, column in every if table.view.names[column] in settings.secrets]
    return chosen or every


def _row_of_each(units: Units, turn: int, turns: int, rng: np.random.Generator) -> Indices:
    """A random row of every `turns`-th person who has any, shape (people with rows,)."""
    order = np.lexsort((rng.random(units.rows), units.owner))
    first = order[starts(units.owner[order].astype(np.int64))]
    return np.asarray(first[units.owner[first] % turns == turn])


def _without(group: FamilyUnits, table: str, rows: Indices) -> FamilyUnits:
    """The same people without these rows of a table."""
    units, kept = group.rows[table], np.ones(group.rows[table].rows, bool)
    kept[rows] = False
    return FamilyUnits(group.people, {**group.rows, table: Units(units.codes[kept], units.owner[kept], units.size)})


def _known(table: Rows, column: int, groups: Sequence[FamilyUnits]) -> list[Indices]:
    """What the other columns of each row say, as a number; 0 where there are none."""
    columns = [c for c in columns_of(table) if c != column]
    return labels([group.rows[table.name].codes[:, columns] for group in groups])
