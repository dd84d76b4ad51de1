"""The attack that asks: does the release have events that together fit nobody but one person?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from dpsynth.attacks import base, controls, excess, statistics
from dpsynth.attacks.across import groups
from dpsynth.attacks.across.base import FamilyEvidence, Found, result
from dpsynth.attacks.across.comparison import COPIED
from dpsynth.attacks.across.events import events
from dpsynth.attacks.across.features import Sets, sets
from dpsynth.attacks.across.registry import register
from dpsynth.attacks.base import AttackResult, Control, Settings
from dpsynth.attacks.isolation import SingledOut, singled_out
from dpsynth.attacks.people import Indices
from dpsynth.attacks.predicates import Holders
from dpsynth.attacks.singling_out import CAUTION
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family
from dpsynth.privacy.accountant import Guarantee
from dpsynth.utility.relations import cohort

CLAIMS = 3000
"""Sets of events that the attacker draws."""

WIDTHS = (2, 3, 4)
"""Events of a set."""

MOST_MEMBERS = 20_000
"""Members among whom a person must be alone."""

MOST = 1000
"""Held-out people."""

BLOCK = 500
"""Sets compared with all people at a time."""

INVENTED = 1500


@register("event_sets")
class EventSets:
    """Describes people by two to four events that one synthetic person alone has.

    The attacker has the release and nothing else. He draws two, three or four rows of a synthetic person, from any
    tables, keeps them if no other synthetic person has them all, and claims that exactly one person of the data has
    them. Such claims come true by chance, so each member is compared with held-out people in the same place, as in
    `singling_out`, whose statistic this is: a member is singled out if a set fits him and no other member, a held-out
    person if one fits him and none of the members but for one.

    Blind spots: sets that fit several synthetic people; rows that differ in any level.

    Source: Article 29 Working Party, WP 216 (2014); Cohen and Nissim (2020), PNAS 117, arXiv:1904.06009; unicity of
    sets of events: de Montjoye et al. (2013), Scientific Reports 3, 1376.
    """

    name: ClassVar[str] = "event_sets"
    question: ClassVar[base.Family] = "singling_out"

    def found(
        self, family: Family, members: FamilyUnits, held_out: FamilyUnits, release: FamilyUnits,
        rng: np.random.Generator,
    ) -> tuple[SingledOut, Indices]:  # fmt: skip
        """Who is singled out on either side, and the synthetic people whom the claims came from."""
        holders, sources = claimed(family, cohort.together(members, held_out), release, rng)
        return singled_out(holders, members.size, rng), sources

    def run(
        self,
        evidence: FamilyEvidence,
        surrogate: FamilyEvidence,
        guarantee: Guarantee,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `AcrossAttack.run`."""
        confidence, family = settings.confidence, evidence.family
        members = cohort.some(evidence.members, MOST_MEMBERS, rng)
        reference, control = (cohort.some(g, MOST // 2, rng) for g in (evidence.reference, evidence.control))
        seen, _ = self.found(family, members, cohort.together(reference, control), evidence.synthetic, rng)
        swapped, _ = self.found(family, reference, control, evidence.synthetic, rng)
        found = Found.of(seen.group, confidence, seen.effect)
        of_control = statistics.clopper_pearson(int(seen.held_out.sum()), len(seen.held_out), confidence)
        checks = (
            *self._copies(evidence, surrogate, settings, rng),
            excess.innocent("real", *swapped.group, confidence, swapped.effect),
            controls.permuted(*seen.group, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        strata = {"singled_out": seen.group}
        ceiling = excess.largest(guarantee, of_control)
        return result(self, "excess_share", found, strata, frozenset(strata), ceiling, checks, guarantee, settings)

    def _copies(
        self, evidence: FamilyEvidence, surrogate: FamilyEvidence, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """A noisy copy must be seen, on real and on invented people; who was not copied must not be."""
        family, confidence = evidence.family, settings.confidence
        copied, pretended, held = groups.surrogate_parts(surrogate, INVENTED, rng)
        copied = cohort.some(copied, COPIED, rng)
        of_real = cohort.some(evidence.members, COPIED, rng), cohort.some(groups.held_out(evidence), MOST, rng)
        cases: tuple[tuple[controls.Data, FamilyUnits, FamilyUnits], ...] = (
            ("real", *of_real),
            ("surrogate", copied, held),
        )
        checks = []
        for data, people, others in cases:
            copy, _ = groups.noisy_copy(family, people, rng)
            seen, sources = self.found(family, people, others, copy, rng)
            # A set fits the person it came from unless one of its rows was changed (see `singling_out`).
            described = len(np.unique(sources)) / max(1, people.size)
            chance = (int(seen.held_out.sum()) + 0.5) / (len(seen.held_out) + 1)
            reached = CAUTION * (1 - controls.CELL_NOISE) ** max(WIDTHS) * described * (1 - chance)
            worth = excess.worth(people.size, seen.effect)
            likely = statistics.power_of_excess(reached, chance, worth, len(seen.held_out), confidence)
            value = excess.excess(*seen.group, confidence, seen.effect)
            checks.append(controls.positive("people_with_noise", data, *value, likely, 0.0))
        innocent, _ = self.found(family, pretended, held, surrogate.synthetic, rng)
        checks.append(excess.innocent("surrogate", *innocent.group, confidence, innocent.effect))
        return checks


def claimed(
    family: Family, people: FamilyUnits, release: FamilyUnits, rng: np.random.Generator
) -> tuple[Holders, Indices]:
    """Sets of events that one synthetic person alone has, whom of the people they fit, and whose they are.

    Returns:
        Holders, and the synthetic person of each set, shape (sets,).
    """
    (owner, label), (of_synthetic, synthetic) = events(family, (people, release))
    order = np.lexsort((rng.random(len(of_synthetic)), of_synthetic))
    shuffled = synthetic[order]
    rows = np.bincount(of_synthetic, minlength=release.size)
    able = np.flatnonzero(rows >= min(WIDTHS))
    nobody = Holders(np.zeros(0, np.int64), np.zeros(0, np.int64), 0, people.size)
    if not len(able):
        return nobody, np.zeros(0, np.int64)
    source = able[rng.integers(0, len(able), CLAIMS)]
    width = np.minimum(rng.choice(WIDTHS, CLAIMS), rows[source])
    # A random window of the person's shuffled rows is a random set of them.
    start = np.floor(rng.random(CLAIMS) * (rows[source] - width + 1)).astype(np.int64)
    first = (np.cumsum(rows) - rows)[source] + start
    claim = np.repeat(np.arange(CLAIMS), width)
    place = np.arange(len(claim)) - np.repeat(np.cumsum(width) - width, width)
    chosen = shuffled[np.repeat(first, width) + place]
    asked, theirs, ours = sets(
        [(claim, chosen), (of_synthetic, synthetic), (owner, label)], [CLAIMS, release.size, people.size]
    )
    fits_synthetic = np.bincount(_fitting(asked, theirs, width)[0], minlength=CLAIMS)
    kept = np.flatnonzero(fits_synthetic == 1)
    which, whom = _fitting(asked[kept], ours, width[kept])
    return Holders(which, whom, len(kept), people.size), source[kept]


def _fitting(asked: Sets, people: Sets, width: Indices) -> tuple[Indices, Indices]:
    """Which sets fit which people, as pairs."""
    transposed = csr_matrix(people.T)
    which, whom = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start in range(0, asked.shape[0], BLOCK):
        both = csr_matrix(asked[start : start + BLOCK] @ transposed).tocoo()
        full = both.data >= width[start + both.row]
        which.append(both.row[full].astype(np.int64) + start)
        whom.append(both.col[full].astype(np.int64))
    return np.concatenate(which), np.concatenate(whom)
