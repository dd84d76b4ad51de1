"""The attack that asks: does somebody who knows a few events of a person find all others?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from dpsynth.attacks import base
from dpsynth.attacks.across.comparison import AcrossComparison, Answers
from dpsynth.attacks.across.events import events
from dpsynth.attacks.across.features import Floats, Sets, blocks, sets
from dpsynth.attacks.across.registry import register
from dpsynth.attacks.base import Settings
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family

KNOWN = 3
"""Events that the attacker knows; fewer of people who have not more."""


@register("known_events")
class KnownEvents(AcrossComparison):
    """Finds a person by a few events.

    The attacker knows three rows of a person, from whichever tables (two of somebody who has three, one of somebody who
    has two). He looks for synthetic people who have all of them. Where there is exactly one, he claims that it is this
    person, with all other rows; he is right if one more row of the person, drawn at random, is there too. That happens
    to held-out people as well, because what people have in common goes together; only what happens more often to
    members is re-identification.

    The guesser looks for the further row at a random synthetic person instead.

    Blind spots: rows that differ in any level; people with one row; dates, of which only the order of rows is in the
    release, and which `whole_person` uses.

    Source: few points tell a person from all others: Narayanan and Shmatikov (2008), IEEE S&P; de Montjoye et al.
    (2013), Scientific Reports 3, 1376; the comparison with held-out people is ours.
    """

    name: ClassVar[str] = "known_events"
    question: ClassVar[base.Family] = "reidentification"

    def answers(
        self, family: Family, targets: FamilyUnits, release: FamilyUnits, others: FamilyUnits, settings: Settings,
        rng: np.random.Generator,
    ) -> Answers:  # fmt: skip
        """A claim where one synthetic person alone has all known events."""
        (owner, label), (of_synthetic, synthetic) = events(family, (targets, release))
        order = np.lexsort((rng.random(len(owner)), owner))
        owner, label = owner[order], label[order]
        rows = np.bincount(owner, minlength=targets.size)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(rows) - rows, rows)
        known = np.minimum(KNOWN, rows - 1)
        first, more = place < known[owner], place <= known[owner]
        # The further row stands last, so that of equal rows it is the one with the highest number.
        asked_for, everything, theirs = sets(
            [(owner[first], label[first]), (owner[more], label[more]), (of_synthetic, synthetic)],
            [targets.size, targets.size, release.size],
        )
        asked = rows >= 2
        claimed, right, guessed = (np.zeros(targets.size, bool) for _ in range(3))
        by = np.full(targets.size, -1, np.int64)
        if release.size:
            transposed = csr_matrix(theirs.T)
            further = everything - asked_for
            for where in blocks(targets.size, release.size):
                have = (asked_for[where] @ transposed).toarray() >= np.maximum(known[where], 1)[:, None]
                claimed[where] = have.sum(axis=1) == 1
                by[where] = np.where(claimed[where], have.argmax(axis=1), -1)
            claimed &= asked
            by[~claimed] = -1
            anybody = rng.integers(0, release.size, targets.size)
            right = claimed & (_has(further, theirs, np.maximum(by, 0)) > 0)
            guessed = claimed & (_has(further, theirs, anybody) > 0)
        return Answers(asked, claimed, right, guessed, by)


def _has(wanted: Sets, theirs: Sets, whose: Indices) -> Floats:
    """How many of the wanted features a synthetic person has, one of them for each target, shape (targets,)."""
    return np.asarray(wanted.multiply(theirs[whose]).sum(axis=1)).ravel()
