"""What all attacks share that ask the same about members and about held-out people, one person a trial."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dpsynth.attacks import controls, excess, people, statistics
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Interval, Remark, Retrain, Settings
from dpsynth.attacks.excess import Flags, Group
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

MOST = 1000
"""People attacked on either side: each is compared with every synthetic row."""

COPIED = 500
"""People in a noisy copy."""


@dataclass(frozen=True)
class Targets:
    """One row of each person attacked, shapes (people, columns).

    Of a person with several rows the attacker asks about one, drawn at random: people are the trials.
    """

    members: Codes
    reference: Codes
    control: Codes

    @property
    def held_out(self) -> Codes:
        """Rows of the people who were never trained on."""
        return np.concatenate([self.reference, self.control])


@dataclass(frozen=True)
class Outcome:
    """About whom the attacker claimed something, and rightly, shapes (targets,). Right claims are claims."""

    claimed: Flags
    right: Flags

    def parts(self, first: int) -> tuple[Outcome, Outcome]:
        """The first targets, and the others."""
        return Outcome(self.claimed[:first], self.right[:first]), Outcome(self.claimed[first:], self.right[first:])


class Comparison(ABC):
    """An attack whose result is the share of right claims among members beyond that among held-out people."""

    name: ClassVar[str]
    family: ClassVar[Family]
    statistic: ClassVar[str] = "excess_share"
    headline: ClassVar[str]
    """The stratum that the result is about."""
    bounded: ClassVar[frozenset[str]]
    """Strata with a ceiling: those that are an event of one person and the release."""

    @abstractmethod
    def outcome(self, domain: Domain, targets: Codes, release: Codes, settings: Settings) -> Outcome:
        """Attacks each target, shape (targets, columns). Members and held-out people are treated alike."""

    @abstractmethod
    def certain(self, domain: Domain, rows: Codes, copied: Codes, copy: Codes, settings: Settings) -> Flags:
        """Targets about whom the claim must be right when a noisy copy is released, by construction, shape (targets,).

        Args:
            domain: public domain.
            rows: the targets' rows.
            copied: the same rows after the noise.
            copy: all rows of the copy.
            settings: of the run.
        """

    @abstractmethod
    def guesser(
        self, domain: Domain, targets: Targets, release: Codes, seen: Group, settings: Settings,
        rng: np.random.Generator,
    ) -> Group:  # fmt: skip
        """Flags of whom somebody guesses rightly who lacks what the attack uses; `seen` are the people claimed."""

    @abstractmethod
    def remark(self, settings: Settings) -> Remark:
        """One plain sentence for the report."""

    def trials(self, seen: Outcome) -> Flags:
        """The flags that are compared: everybody's, unless an attack judges its claims alone."""
        return seen.right

    def further(self, domain: Domain, members: Outcome, held: Outcome, settings: Settings) -> dict[str, Group]:
        """Further strata."""
        return {}

    def ceiling(self, control: Outcome, guarantee: Guarantee, confidence: float) -> float:
        """The largest excess that the budget allows."""
        right = statistics.clopper_pearson(int(control.right.sum()), len(control.right), confidence)
        return excess.largest(guarantee, right)

    def estimate(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> tuple[float, Interval]:
        """The excess and its interval alone."""
        targets = drawn(evidence, rng)
        hit = self._compare(evidence.domain, targets.members, targets.held_out, evidence.synthetic, settings)
        return excess.excess(*hit, settings.confidence)

    def run(
        self,
        evidence: Evidence,
        surrogate: Evidence,
        guarantee: Guarantee,
        retrain: Retrain,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `Attack.run`."""
        domain, confidence = evidence.domain, settings.confidence
        targets = drawn(evidence, rng)
        members, held = (
            self.outcome(domain, rows, evidence.synthetic, settings) for rows in (targets.members, targets.held_out)
        )
        reference, control = held.parts(len(targets.reference))
        hit = self.trials(members), self.trials(held)
        value, interval = excess.excess(*hit, confidence)
        guessed = self.guesser(domain, targets, evidence.synthetic, (members.claimed, held.claimed), settings, rng)
        strata = {self.headline: hit, **self.further(domain, members, held, settings), "guesser": guessed}
        invented, untrained = people.surrogate_parts(surrogate, COPIED, rng)
        checks = (
            *self._copies(evidence, invented, untrained, settings, rng),
            excess.innocent("real", self.trials(reference), self.trials(control), confidence),
            controls.permuted(*hit, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        ceiling = self.ceiling(held, guarantee, confidence)
        detectable = excess.detectable(hit, confidence)
        status = controls.status(value, interval, 0.0, ceiling, detectable, checks)
        return AttackResult(
            attack=self.name,
            family=self.family,
            statistic=self.statistic,
            value=value,
            interval=interval,
            baseline=0.0,
            ceiling=ceiling,
            n_members=len(hit[0]),
            n_control=len(hit[1]),
            detectable=detectable,
            controls=checks,
            rates=excess.rates(strata, guarantee, confidence, self.bounded),
            status=excess.status_with_rates(status, strata, guarantee, confidence, self.bounded),
            remarks=(self.remark(settings),),
        )

    def _copies(
        self, evidence: Evidence, invented: Evidence, untrained: Evidence, settings: Settings,
        rng: np.random.Generator,
    ) -> list[Control]:  # fmt: skip
        """A noisy copy must be seen, on real and on invented people; who was not copied must not be."""
        found, confidence = [], settings.confidence
        cases: tuple[tuple[controls.Data, Evidence], ...] = (("real", evidence), ("surrogate", invented))
        copy = invented.members.codes[:0]
        for data, case in cases:
            copied = people.draw(case.members, COPIED, rng)
            copy, asked = controls.noisy_copy(copied, rng), people.one_row(copied, rng)
            held = one_row_each(people.draw(people.held_out(case), COPIED, rng), rng)
            sides = self._compare(case.domain, copied.codes[asked], held, copy, settings)
            sure = self.certain(case.domain, copied.codes[asked], copy[asked], copy, settings)
            likely = power_of_copy(float(sure.mean()) if len(sure) else 0.0, *sides, confidence)
            found.append(controls.positive("copy_with_noise", data, *excess.excess(*sides, confidence), likely, 0.0))
        pretended, control = (one_row_each(g, rng) for g in (untrained.members, people.held_out(untrained)))
        innocent = self._compare(untrained.domain, pretended, control, copy, settings)
        found.append(excess.innocent("surrogate", *innocent, confidence))
        return found

    def _compare(self, domain: Domain, members: Codes, control: Codes, release: Codes, settings: Settings) -> Group:
        return (
            self.trials(self.outcome(domain, members, release, settings)),
            self.trials(self.outcome(domain, control, release, settings)),
        )


def power_of_copy(sure: float, members: Flags, control: Flags, confidence: float) -> float:
    """Power where a share `sure` of members is hit by construction and all others like control people.

    Of the members only their number enters.
    """
    chance = (int(control.sum()) + 0.5) / (len(control) + 1)
    return statistics.power_of_excess(sure * (1 - chance), chance, len(members), len(control), confidence)


def drawn(evidence: Evidence, rng: np.random.Generator) -> Targets:
    """At most `MOST` people on either side, and one row of each."""
    sides = (evidence.members, MOST), (evidence.reference, MOST // 2), (evidence.control, MOST // 2)
    return Targets(*(one_row_each(people.draw(group, most, rng), rng) for group, most in sides))


def one_row_each(group: Units, rng: np.random.Generator) -> Codes:
    """A random row of each person who has any, shape (people with rows, columns)."""
    return group.codes[people.one_row(group, rng)]


def unlinked(release: Codes, columns: tuple[int, ...], rng: np.random.Generator) -> Codes:
    """The release with these columns taken from other rows: each part is as it was, nothing links them."""
    apart = release.copy()
    apart[:, columns] = release[rng.permutation(len(release))][:, columns]
    return apart
