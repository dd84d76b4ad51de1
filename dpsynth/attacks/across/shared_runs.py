"""The attack that asks: does the release have rows in a row that only one person has?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from dpsynth.attacks import base, controls, excess, statistics
from dpsynth.attacks.across import groups
from dpsynth.attacks.across.base import FamilyEvidence, Found, result
from dpsynth.attacks.across.features import labels, of_rows, windows
from dpsynth.attacks.across.registry import register
from dpsynth.attacks.base import AttackResult, Control, Settings
from dpsynth.attacks.excess import Flags
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.deriving import starts
from dpsynth.domain.family import Family
from dpsynth.privacy.accountant import Guarantee
from dpsynth.utility.relations import cohort

RUN = 5
"""Rows in a row that make a run: few enough for most people to have them, too many for chance to make them often."""
TIMED = 4
"""The same with the days between them."""
WHOLE = 3
"""Rows of a table that are a course of their own, if they are all."""

MOST_MEMBERS = 20_000
"""Members who are searched for; the search goes through all synthetic people."""

INVENTED = 1500
"""Invented people in each part."""


@dataclass(frozen=True)
class Exposure:
    """Who is found by runs, shapes (people,).

    Attributes:
        own: who has a run that no other person has.
        found: who has such a run that the release has too.
        own_timed, found_timed: the same with runs of rows and the days between them.
        own_table, found_table: the same with all rows of a table, where these are at least `WHOLE`.
    """

    own: Flags
    found: Flags
    own_timed: Flags
    found_timed: Flags
    own_table: Flags
    found_table: Flags


def exposure(family: Family, everyone: FamilyUnits, release: FamilyUnits) -> Exposure:
    """Searches everybody's runs among those of all synthetic people; exact, over all pairs."""
    flags = [np.zeros(everyone.size, bool) for _ in range(6)]
    for table in family.rows:
        owner, synthetic = (g.rows[table.name].owner.astype(np.int64) for g in (everyone, release))
        for i, (length, timed) in enumerate(((RUN, False), (TIMED, True))):
            ours, theirs = of_rows(family, (everyone, release), table, timed=timed)
            mine, runs = windows(owner, ours, length)
            _, others = windows(synthetic, theirs, length)
            label, released = labels([runs, others])
            alone = _alone(mine, label)
            flags[2 * i][mine[alone]] = True
            flags[2 * i + 1][mine[alone & np.isin(label, released)]] = True
        ours, theirs = of_rows(family, (everyone, release), table)
        whole, there = _whole(owner, ours), set(_whole(synthetic, theirs).values())
        counted = Counter(whole.values())
        for person, key in whole.items():
            flags[4][person] |= counted[key] == 1
            flags[5][person] |= counted[key] == 1 and key in there
    return Exposure(*flags)


def _alone(owner: Indices, label: Indices) -> Flags:
    """Whether only one person has a label, for each of its runs, shape (runs,)."""
    if not len(label):
        return np.zeros(0, bool)
    first, last = np.full(label.max() + 1, np.iinfo(np.int64).max), np.full(label.max() + 1, -1)
    np.minimum.at(first, label, owner)
    np.maximum.at(last, label, owner)
    return np.asarray(first[label] == last[label])


def _whole(owner: Indices, label: Indices) -> dict[int, bytes]:
    """All rows of each person with at least `WHOLE` of them, in their order."""
    at = np.flatnonzero(starts(owner)) if len(owner) else np.zeros(0, np.int64)
    ends = np.append(at[1:], len(owner))
    chosen = ends - at >= WHOLE
    pairs = zip(at[chosen].tolist(), ends[chosen].tolist(), strict=True)
    return {int(owner[a]): label[a:b].tobytes() for a, b in pairs}


@register("shared_runs")
class SharedRuns:
    """Finds people by rows in a row that nobody else has.

    The attacker knows all rows of a person, in their order. He looks for five rows in a row that no other real person
    has (judged among members and held-out people alike, so that it favours neither side), searches all synthetic people
    for them, and takes a hit as proof that the person took part. Held-out people are hit by chance. Runs of four rows
    with the days between them, and all rows of a table, are rates.

    Sees what averages hide: one synthetic person in a hundred copied from a real one, or the rows of one table alone.
    Blind to people with fewer than five rows in every table, to copies in another order, and to counts.

    Source: the search for rare records of `nearest`, with runs in the place of rows; Newcombe (1998) for the difference
    of shares.
    """

    name: ClassVar[str] = "shared_runs"
    question: ClassVar[base.Family] = "reidentification"

    def search(self, family: Family, everyone: FamilyUnits, release: FamilyUnits) -> Exposure:
        """See `exposure`."""
        return exposure(family, everyone, release)

    def run(
        self,
        evidence: FamilyEvidence,
        surrogate: FamilyEvidence,
        guarantee: Guarantee,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `AcrossAttack.run`."""
        evidence = replace(evidence, members=cohort.some(evidence.members, MOST_MEMBERS, rng))
        confidence, n = settings.confidence, evidence.members.size
        everyone = cohort.together(evidence.members, evidence.reference, evidence.control)
        seen = self.search(evidence.family, everyone, evidence.synthetic)
        found = Found.of(_split(seen.own, seen.found, n), confidence)
        strata = {
            "runs": found.hit,
            "timed_runs": _split(seen.own_timed, seen.found_timed, n),
            "whole_tables": _split(seen.own_table, seen.found_table, n),
            "all_runs": (seen.found[:n], seen.found[n:]),
        }
        of_control = statistics.clopper_pearson(int(found.hit[1].sum()), len(found.hit[1]), confidence)
        cut = n + evidence.reference.size
        checks = (
            *self._leaks(evidence, surrogate, settings, rng),
            excess.innocent("real", seen.found[n:cut][seen.own[n:cut]], seen.found[cut:][seen.own[cut:]], confidence),
            controls.permuted(*found.hit, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        ceiling = excess.largest(guarantee, of_control)
        bounded = frozenset(strata)
        return result(self, "excess_share", found, strata, bounded, ceiling, checks, guarantee, settings)

    def _leaks(
        self, evidence: FamilyEvidence, surrogate: FamilyEvidence, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """One synthetic person in a hundred, and all of them, replaced by real ones; and nobody replaced."""
        family, confidence = evidence.family, settings.confidence
        copied, pretended, held = groups.surrogate_parts(surrogate, INVENTED, rng)
        cases: tuple[tuple[controls.Data, FamilyUnits, FamilyUnits, FamilyUnits], ...] = (
            ("real", evidence.members, groups.held_out(evidence), evidence.synthetic),
            ("surrogate", copied, held, surrogate.synthetic),
        )
        checks = []
        for data, people, others, release in cases:
            everyone, n = cohort.together(people, others), people.size
            mixed, planted = groups.partial_leak(release, people, rng)
            noisy, unchanged = groups.noisy_copy(family, people, rng)
            leaks = ("one_percent_of_people", mixed, planted), ("people_with_noise", noisy, unchanged)
            for name, leak, surely in leaks:
                seen = self.search(family, everyone, leak)
                hit = _split(seen.own, seen.found, n)
                share = float(surely[seen.own[:n]].mean()) if len(hit[0]) else 0.0
                base_rate = (int(hit[1].sum()) + 0.5) / (len(hit[1]) + 1)
                likely = statistics.power_of_excess(
                    share * (1 - base_rate), base_rate, len(hit[0]), len(hit[1]), confidence
                )
                checks.append(controls.positive(name, data, *excess.excess(*hit, confidence), likely, 0.0))
        seen = self.search(family, cohort.together(pretended, held), surrogate.synthetic)
        innocent = _split(seen.own, seen.found, pretended.size)
        checks.append(excess.innocent("surrogate", *innocent, confidence))
        return checks


def _split(chosen: Flags, hit: Flags, members: int) -> tuple[Flags, Flags]:
    return hit[:members][chosen[:members]], hit[members:][chosen[members:]]
