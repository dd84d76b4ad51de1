"""The attack that asks: does the release describe somebody so that nobody else fits?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from dpsynth.attacks import controls, excess, people, predicates, statistics
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Interval, Rate, Remark, Retrain, Settings
from dpsynth.attacks.excess import Flags
from dpsynth.attacks.isolation import SingledOut, equal_groups, isolation, singled_out
from dpsynth.attacks.predicates import Predicate
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

MOST_MEMBERS = 20_000
"""Members among whom a person must be alone."""

MOST = 1000
"""Held-out people."""

COPIED = 500
"""People in a noisy copy, and as many held-out people."""

INVENTED = 1500
"""Invented people who are trained on; a third as many are held out."""

CAUTION = 0.5
"""The part of the predicates from a noisy copy that fitted their source before the noise and is counted on."""


@register("singling_out")
class SinglingOut:
    """Describes people by what one synthetic row alone has.

    The attacker has the release and nothing else. He collects predicates that fit exactly one synthetic row: levels
    that occur once, the ends of an order beyond which one row lies, and levels that one row alone combines in 2 to 4
    random columns. Of each he claims that it fits exactly one person of the data. A predicate that fits any row of a
    person fits the person.

    Such claims come true by chance: a predicate that fits a person with probability w isolates somebody among n with
    probability n w (1 - w)^(n - 1), up to 37 per cent at w = 1/n. So each person is compared with outsiders in the
    same place: a member is singled out if a predicate fits him and none of the other members, a held-out person if one
    fits him and none of the members (but for one, left out at random, so that both have as many others). Without
    leakage both happen equally often, whatever the weights of the predicates are. To be singled out is an event of one
    person and the release, given all others, so the budget bounds it. The result is the difference of both shares, and
    not the ratio (r - c) / (1 - c), which has no meaning for r < c.

    The same claims with predicates as trials (does it fit exactly one of as many members as there are held-out people,
    and exactly one of these?) are rates, beside those of a guesser who draws predicates of the same weight from the
    domain. They are not the result: where members outnumber held-out people, most members whom the predicates describe
    are not among those drawn. On rows of members drawn with replacement (5,400 members, 600 held out, 24 columns)
    predicates isolated 15 per cent of the time among members and 17 among held-out people, because what is alone in a
    copy is what members happen to have rarely; of the people, 22 and 0 per cent were singled out.

    Blind spots: predicates that fit several synthetic rows; a release with few levels, where none fits one row alone;
    a person who is described rightly but together with another member.

    Source: Article 29 Working Party, WP 216 (2014); Cohen and Nissim (2020), PNAS 117, arXiv:1904.06009 (isolation
    and its baseline); Giomi et al. (2023), PoPETs, arXiv:2211.10459 (predicates from synthetic rows).
    """

    name: ClassVar[str] = "singling_out"
    family: ClassVar[Family] = "singling_out"

    def claims(self, domain: Domain, release: Codes, rng: np.random.Generator) -> tuple[list[Predicate], ...]:
        """Predicates of one column, and of several."""
        return predicates.from_release(domain, release, rng)

    def found(self, claims: list[Predicate], members: Units, held_out: Units, rng: np.random.Generator) -> SingledOut:
        """Who is singled out, on either side."""
        return singled_out(predicates.holders(claims, people.join(members, held_out)), members.size, rng)

    def estimate(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> tuple[float, Interval]:
        """The excess and its interval alone."""
        single, several = self.claims(evidence.domain, evidence.synthetic, rng)
        members, reference, control = _people(evidence, rng)
        seen = self.found([*single, *several], members, people.join(reference, control), rng)
        return excess.excess(*seen.group, settings.confidence, seen.effect)

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
        confidence = settings.confidence
        single, several = self.claims(evidence.domain, evidence.synthetic, rng)
        members, reference, control = _people(evidence, rng)
        seen = self.found([*single, *several], members, people.join(reference, control), rng)
        hit = seen.group
        value, interval = excess.excess(*hit, confidence, seen.effect)
        rates = excess.rates({"singled_out": hit}, guarantee, confidence)
        ceiling = excess.largest(guarantee, rates[0].control_interval)
        detectable = excess.detectable(hit, confidence, seen.effect)
        swapped = self.found([*single, *several], reference, control, rng)
        checks = (
            *self._copies(evidence, surrogate, settings, rng),
            excess.innocent("real", *swapped.group, confidence, swapped.effect),
            controls.permuted(*hit, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        return AttackResult(
            attack=self.name,
            family=self.family,
            statistic="excess_share",
            value=value,
            interval=interval,
            baseline=0.0,
            ceiling=ceiling,
            n_members=len(hit[0]),
            n_control=len(hit[1]),
            detectable=detectable,
            controls=checks,
            rates=rates + self._by_predicate(evidence, single, several, confidence, rng),
            status=controls.status(value, interval, 0.0, ceiling, detectable, checks),
            remarks=(Remark("singling_out"),),
        )

    def _by_predicate(
        self, evidence: Evidence, single: list[Predicate], several: list[Predicate], confidence: float,
        rng: np.random.Generator,
    ) -> tuple[Rate, ...]:  # fmt: skip
        """How often predicates isolate in groups of equal size, the guesser's as well."""
        held_out = people.draw(people.held_out(evidence), MOST, rng)
        members = people.draw(evidence.members, held_out.size, rng)
        groups, everyone = equal_groups(members.size, held_out.size, rng), people.join(members, held_out)
        claims = [*single, *several]
        seen = isolation(predicates.holders(claims, everyone), *groups)
        guesses = predicates.from_domain(evidence.domain, len(claims), len(evidence.synthetic), rng)
        guessed = isolation(predicates.holders(guesses, everyone), *groups)
        of_one = np.arange(len(claims)) < len(single)
        parts = {
            "isolating": seen,
            "isolating_one_column": seen.part(of_one),
            "isolating_several_columns": seen.part(~of_one),
            "guesser": guessed,
        }
        return tuple(part.rate(name, confidence) for name, part in parts.items())

    def _copies(
        self, evidence: Evidence, surrogate: Evidence, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """A noisy copy must be seen, on real and on invented people; who was not copied must not be."""
        found, confidence = [], settings.confidence
        invented, untrained = people.surrogate_parts(surrogate, INVENTED, rng)
        cases: tuple[tuple[controls.Data, Evidence], ...] = (("real", evidence), ("surrogate", invented))
        claims: list[Predicate] = []
        for data, case in cases:
            copied = people.draw(case.members, COPIED, rng)
            held_out = people.draw(people.held_out(case), COPIED, rng)
            copy = controls.noisy_copy(copied, rng)
            single, several = self.claims(case.domain, copy, rng)
            claims = [*single, *several]
            seen = self.found(claims, copied, held_out, rng)
            likely = power_of_copy(described(claims, copied, copy), seen.held_out, confidence, seen.effect)
            reached = excess.excess(*seen.group, confidence, seen.effect)
            found.append(controls.positive("copy_with_noise", data, *reached, likely, 0.0))
        pretended, held_out = (
            people.draw(group, COPIED, rng) for group in (untrained.members, people.held_out(untrained))
        )
        innocent = self.found(claims, pretended, held_out, rng)
        found.append(excess.innocent("surrogate", *innocent.group, confidence, innocent.effect))
        return found


def described(claims: list[Predicate], copied: Units, copy: Codes) -> Flags:
    """Whose rows in the copy the predicates were taken from, shape (people,)."""
    whose = np.zeros(copied.size, bool)
    for predicate in claims:
        whose[copied.owner[predicates.fits(predicate, copy)]] = True
    return whose


def power_of_copy(described: Flags, control: Flags, confidence: float, effect: float = 1.0) -> float:
    """Power on a noisy copy, by construction.

    A predicate that fits one row of the copy fits that row's person unless one of its cells was changed, and nobody
    else who was copied unless a cell of theirs was, for which `CAUTION` takes off. Everybody else who was copied is
    singled out as often as held-out people. Of the attack itself only the chance of held-out people and the dependence
    of members enter.
    """
    chance = (int(control.sum()) + 0.5) / (len(control) + 1)
    share = float(described.mean()) if len(described) else 0.0
    reached = CAUTION * (1 - controls.CELL_NOISE) ** predicates.WIDEST * share
    members = excess.worth(len(described), effect)
    return statistics.power_of_excess(reached * (1 - chance), chance, members, len(control), confidence)


def _people(evidence: Evidence, rng: np.random.Generator) -> tuple[Units, Units, Units]:
    """Members, reference and control people, as many as are looked at."""
    sides = (evidence.members, MOST_MEMBERS), (evidence.reference, MOST // 2), (evidence.control, MOST // 2)
    members, reference, control = (people.draw(group, most, rng) for group, most in sides)
    return members, reference, control
