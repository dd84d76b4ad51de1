"""What attacks on whole people share that ask each person one question, in the release and outside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dpsynth.attacks import base, controls, excess, statistics
from dpsynth.attacks.across import groups
from dpsynth.attacks.across.base import FamilyEvidence, Found, result
from dpsynth.attacks.base import AttackResult, Control, Settings
from dpsynth.attacks.comparison import power_of_copy
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family
from dpsynth.privacy.accountant import Guarantee
from dpsynth.utility.relations import cohort

MOST = 1000
"""People attacked on either side: each is compared with every synthetic person."""

COPIED = 1000
"""People in a noisy copy, and as many held-out ones."""


@dataclass(frozen=True)
class Answers:
    """What the attacker made of each person, shapes (people,).

    Attributes:
        asked: who has what the question is about.
        claimed: about whom he claimed something.
        right: about whom rightly.
        guessed: whom somebody guesses rightly, of those claimed, who lacks what the attack uses.
        by: the synthetic person on whom the claim rests; -1 if there is none, or several.
    """

    asked: Flags
    claimed: Flags
    right: Flags
    guessed: Flags
    by: Indices

    def part(self, where: slice) -> Answers:
        """Of some of the people."""
        return Answers(*(values[where] for values in self._all))

    def and_then(self, other: Answers) -> Answers:
        """Of these people, then of others."""
        return Answers(*(np.concatenate(both) for both in zip(self._all, other._all, strict=True)))

    @property
    def _all(self) -> tuple[np.ndarray[Any, Any], ...]:
        return self.asked, self.claimed, self.right, self.guessed, self.by


class AcrossComparison(ABC):
    """An attack whose result is the share of right claims among members beyond that among held-out people."""

    name: ClassVar[str]
    question: ClassVar[base.Family]
    statistic: ClassVar[str] = "excess_share"
    headline: ClassVar[str] = "right_claim"
    bounded: ClassVar[frozenset[str]] = frozenset({"right_claim", "claimed"})

    @abstractmethod
    def answers(
        self, family: Family, targets: FamilyUnits, release: FamilyUnits, others: FamilyUnits, settings: Settings,
        rng: np.random.Generator,
    ) -> Answers:  # fmt: skip
        """Attacks each target. Members and held-out people are treated alike.

        Args:
            family: all views.
            targets: the people.
            release: synthetic people.
            others: held-out people who are no targets, from whom a guesser may learn.
            settings: of the run.
            rng: decides what is asked of whom.
        """

    def trials(self, seen: Answers) -> Flags:
        """The flags that are compared: those of everybody who could be asked."""
        return seen.right[seen.asked]

    def sure(self, seen: Answers, unchanged: Flags) -> Flags:
        """About whom the claim must be right where the release is a copy, by construction, shape (trials,)."""
        own = unchanged & seen.claimed & (seen.by == np.arange(len(unchanged)))
        return np.asarray(own[seen.asked])

    def ceiling(self, control: Answers, guarantee: Guarantee, confidence: float) -> float:
        """The largest excess that the budget allows."""
        hits = self.trials(control)
        return excess.largest(guarantee, statistics.clopper_pearson(int(hits.sum()), len(hits), confidence))

    def strata(self, members: Answers, held: Answers) -> dict[str, Group]:
        """Rates, the headline first."""
        sides = members, held
        m, h = ((s.right[s.asked], s.claimed[s.asked], s.right[s.claimed], s.guessed[s.claimed]) for s in sides)
        names = ("right_claim", "claimed", "right_if_claimed", "guesser")
        found = dict(zip(names, zip(m, h, strict=True), strict=True))
        return {self.headline: found.pop(self.headline), **found}

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
        members = cohort.some(evidence.members, MOST, rng)
        reference, control = (cohort.some(g, MOST // 2, rng) for g in (evidence.reference, evidence.control))
        release = evidence.synthetic
        # A guesser learns from people who are not asked about.
        seen = self.answers(family, cohort.together(members, control), release, evidence.reference, settings, rng)
        of_reference = self.answers(family, reference, release, evidence.control, settings, rng)
        of_members, of_control = seen.part(slice(0, members.size)), seen.part(slice(members.size, None))
        of_held = of_reference.and_then(of_control)
        hit = self.trials(of_members), self.trials(of_held)
        checks = (
            *self._copies(evidence, surrogate, settings, rng),
            excess.innocent("real", self.trials(of_reference), self.trials(of_control), confidence),
            controls.permuted(*hit, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        return result(
            self,
            self.statistic,
            Found.of(hit, confidence),
            self.strata(of_members, of_held),
            self.bounded,
            self.ceiling(of_held, guarantee, confidence),
            checks,
            guarantee,
            settings,
        )

    def _copies(
        self, evidence: FamilyEvidence, surrogate: FamilyEvidence, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """A noisy copy must be seen, on real and on invented people; who was not copied must not be."""
        family, confidence = evidence.family, settings.confidence
        copied, pretended, held = groups.surrogate_parts(surrogate, COPIED, rng)
        of_real = cohort.some(evidence.members, COPIED, rng), cohort.some(groups.held_out(evidence), COPIED, rng)
        cases: tuple[tuple[controls.Data, FamilyUnits, FamilyUnits], ...] = (
            ("real", *of_real),
            ("surrogate", copied, held),
        )
        found, copy = [], copied
        for data, people, others in cases:
            copy, unchanged = groups.noisy_copy(family, people, rng)
            seen = self.answers(family, cohort.together(people, others), copy, others, settings, rng)
            first, second = seen.part(slice(0, people.size)), seen.part(slice(people.size, None))
            sides = self.trials(first), self.trials(second)
            sure = self.sure(first, unchanged)
            likely = power_of_copy(float(sure.mean()) if len(sure) else 0.0, *sides, confidence)
            found.append(controls.positive("people_with_noise", data, *excess.excess(*sides, confidence), likely, 0.0))
        seen = self.answers(family, cohort.together(pretended, held), copy, held, settings, rng)
        innocent = self.trials(seen.part(slice(0, pretended.size))), self.trials(seen.part(slice(pretended.size, None)))
        found.append(excess.innocent("surrogate", *innocent, confidence))
        return found
