"""The attack that asks: does the release describe somebody so that nobody else fits? (WP 216, singling out)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dpsynth.attacks import controls, excess, people, predicates, statistics
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Interval, Rate, Retrain, Settings
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.predicates import Holders, Predicate
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

Indices = np.ndarray[Any, np.dtype[np.int64]]

MOST_MEMBERS = 4000
"""Members among whom a person must be alone, for the rate of people singled out."""

MOST = 1000
"""People on either side among whom predicates are tried."""

COPIED = 500
"""People in a noisy copy."""

INVENTED = 1500
"""Invented people who are trained on; a third as many are held out."""

CAUTION = 0.7
"""The part of the ideal share of isolating predicates that a noisy copy is counted on for."""

SINGLED_OUT = "singled_out"
"""The stratum of people; all others are strata of predicates."""


@dataclass(frozen=True)
class Isolation:
    """What predicates isolate in two groups of as many people.

    Attributes:
        members: whether each predicate fits exactly one person of the first group, shape (predicates,).
        control: the same in the second group.
        trials: how many independent predicates they are worth.
    """

    members: Flags
    control: Flags
    trials: float

    def part(self, chosen: Flags) -> Isolation:
        """Some of the predicates, worth as much each."""
        worth = self.trials * chosen.sum() / max(1, len(chosen))
        return Isolation(self.members[chosen], self.control[chosen], float(worth))

    def excess(self, confidence: float) -> tuple[float, Interval]:
        """Share that isolates in the first group beyond the second, by Newcombe; 0 without predicates."""
        if len(self.members) == 0:
            return 0.0, Interval(-1.0, 1.0, confidence)
        p, q = float(self.members.mean()), float(self.control.mean())
        return p - q, statistics.share_difference(p, self.trials, q, self.trials, confidence)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Hits and trials of either group, as if predicates were independent."""
        n = round(self.trials)
        p, q = (float(side.mean()) if len(side) else 0.0 for side in (self.members, self.control))
        return round(p * n), n, round(q * n), n


def isolation(held: Holders, first: Indices, second: Indices) -> Isolation:
    """Which predicates fit exactly one person of each group.

    Predicates that isolate the same person are one event and not several. By Kish's design effect, the sum of c^2 over
    the sum of c where c is how many predicates isolate a person, k predicates are worth k / effect independent ones.
    Source: Kish (1965), Survey Sampling, section 8.2.

    Args:
        held: which predicate fits which person.
        first: people of the first group.
        second: people of the second group.
    """
    sides, clusters = [], []
    for group in (first, second):
        inside = np.zeros(held.people, bool)
        inside[group] = True
        pairs = inside[held.person]
        alone = np.bincount(held.predicate[pairs], minlength=held.predicates) == 1
        sides.append(alone)
        clusters.append(np.bincount(held.person[pairs & alone[held.predicate]]))
    c = np.concatenate(clusters).astype(np.float64)
    effect = float((c**2).sum() / c.sum()) if c.sum() else 1.0
    return Isolation(sides[0], sides[1], held.predicates / effect)


@register("singling_out")
class SinglingOut:
    """Describes people by what one synthetic row alone has.

    The attacker has the release and nothing else. He collects predicates that fit exactly one synthetic row: levels
    that occur once, the ends of an order beyond which one row lies, and levels that one row alone combines in 2 to 4
    random columns. Of each he claims that it fits exactly one person of the data.

    Such claims come true by chance: a predicate that fits a person with probability w isolates somebody among n with
    probability n w (1 - w)^(n - 1), up to 37 per cent at w = 1/n. So the same predicates are tried on as many held-out
    people, and only the excess counts. Both groups have the same size, because n matters; the members are a random
    part where there are more of them than held-out people. The excess is a difference of shares and not the ratio
    (r - c) / (1 - c), because the interval of a difference covers and that of the ratio has no meaning for r < c. A
    predicate that fits any row of a person fits the person. The guesser draws predicates from the domain alone, of the
    weight that predicates of the release have.

    Predicates are the trials, not people, so the budget sets no ceiling for their share. It does for people: a member
    is singled out if a predicate fits him and no other member; a held-out person, if one fits him and no member (but
    for one, left out at random, so that both have as many others). That is an event of one person and the release, and
    the rate of such people is a leak where it is above its ceiling.

    Blind spots: predicates that fit several synthetic rows; a release with few levels, where no predicate fits one row
    alone; a random part of the members dilutes the excess, the rate of people does not.

    Source: Article 29 Working Party, WP 216 (2014); Cohen and Nissim (2020), PNAS 117, arXiv:1904.06009 (isolation
    and its baseline); Giomi et al. (2023), arXiv:2211.10459 (predicates from synthetic rows).
    """

    name: ClassVar[str] = "singling_out"
    family: ClassVar[Family] = "singling_out"

    def claims(self, domain: Domain, release: Codes, rng: np.random.Generator) -> tuple[list[Predicate], ...]:
        """Predicates of one column, and of several."""
        return predicates.from_release(domain, release, rng)

    def isolate(self, held: Holders, first: Indices, second: Indices) -> Isolation:
        """See `isolation`."""
        return isolation(held, first, second)

    def estimate(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> tuple[float, Interval]:
        """The excess and its interval alone."""
        single, several = self.claims(evidence.domain, evidence.synthetic, rng)
        groups = _people(evidence, rng)
        seen = predicates.holders([*single, *several], people.join(*groups))
        chosen = _equal(groups[0].size, groups[1].size + groups[2].size, rng)
        return self.isolate(seen, *chosen).excess(settings.confidence)

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
        domain, release, confidence = evidence.domain, evidence.synthetic, settings.confidence
        single, several = self.claims(domain, release, rng)
        members, reference, control = _people(evidence, rng)
        everyone, claims = people.join(members, reference, control), [*single, *several]
        seen = predicates.holders(claims, everyone)
        groups = _equal(members.size, reference.size + control.size, rng)
        found = self.isolate(seen, *groups)
        value, interval = found.excess(confidence)
        guesses = predicates.from_domain(domain, len(claims), len(release), rng)
        guessed = self.isolate(predicates.holders(guesses, everyone), *groups)
        one = np.arange(len(claims)) < len(single)
        persons = {SINGLED_OUT: singled_out(seen, members.size, rng)}
        by_predicate = {
            "isolating": found,
            "isolating_by_one_column": found.part(one),
            "isolating_by_several_columns": found.part(~one),
            "guesser": guessed,
        }
        hits, n, control_hits, m = found.counts
        detectable = statistics.detectable_excess(n, control_hits, m, confidence)
        checks = (
            *self._copies(evidence, surrogate, settings, rng),
            self._innocent("real", seen, *_equal(reference.size, control.size, rng, members.size), confidence),
            controls.permuted(
                *groups, lambda a, b: self.isolate(seen, a, b).excess(confidence), 0.0, confidence, rng
            ),
        )
        status = controls.status(value, interval, 0.0, None, detectable, checks)
        bounded = frozenset({SINGLED_OUT})
        return AttackResult(
            attack=self.name,
            family=self.family,
            statistic="excess_precision",
            value=value,
            interval=interval,
            baseline=0.0,
            ceiling=None,
            n_members=len(groups[0]),
            n_control=len(groups[1]),
            detectable=detectable,
            controls=checks,
            rates=(
                *(_rate(name, part, confidence) for name, part in by_predicate.items()),
                *excess.rates(persons, guarantee, confidence),
            ),
            status=excess.status_with_rates(status, persons, guarantee, confidence, bounded),
            note=(
                f"Share of {len(claims)} descriptions taken from the release that fit exactly one of {len(groups[0])} "
                "people in the data, beyond the share that fit exactly one of as many people outside it."
            ),
        )

    def _copies(
        self, evidence: Evidence, surrogate: Evidence, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """A noisy copy must be seen, on real and on invented people; who was not copied must not be."""
        found, confidence = [], settings.confidence
        invented, untrained = people.surrogate_parts(surrogate, INVENTED, rng)
        cases: tuple[tuple[controls.Data, Evidence], ...] = (("real", evidence), ("surrogate", invented))
        claims: list[Predicate] = []
        for data, case in cases:
            held = people.draw(people.held_out(case), COPIED, rng)
            copied = people.draw(case.members, held.size, rng)
            single, several = self.claims(case.domain, controls.noisy_copy(copied, rng), rng)
            claims = [*single, *several]
            seen = predicates.holders(claims, people.join(copied, held))
            isolated = self.isolate(seen, *_equal(copied.size, held.size, rng))
            likely = _power(isolated, copied.size, confidence)
            found.append(controls.positive("copy_with_noise", data, *isolated.excess(confidence), likely, 0.0))
        held = people.draw(people.held_out(untrained), COPIED, rng)
        seen = predicates.holders(claims, people.join(untrained.members, held))
        found.append(self._innocent("surrogate", seen, *_equal(untrained.members.size, held.size, rng), confidence))
        return found

    def _innocent(
        self, data: controls.Data, seen: Holders, first: Indices, second: Indices, confidence: float
    ) -> Control:
        """Negative control: people who were never trained on, as if they had been."""
        isolated = self.isolate(seen, first, second)
        p = statistics.fisher(*isolated.counts, two_sided=True)
        return controls.negative("held_out_as_members", data, *isolated.excess(confidence), p)


def singled_out(held: Holders, members: int, rng: np.random.Generator) -> Group:
    """Members whom a predicate tells from all other members, and held-out people whom one tells from all members.

    Members come first among the people. For held-out people a random member is left out, so that everybody is told
    from the same number of others.
    """
    inside = held.person < members
    fitted = np.bincount(held.predicate[inside], minlength=held.predicates)
    left_out = held.person == (int(rng.integers(0, members)) if members else -1)
    of_others = fitted - np.bincount(held.predicate[left_out], minlength=held.predicates)
    alone = np.where(inside, fitted[held.predicate] == 1, of_others[held.predicate] == 0)
    found = np.zeros(held.people, bool)
    found[held.person[alone]] = True
    return found[:members], found[members:]


def _people(evidence: Evidence, rng: np.random.Generator) -> tuple[Units, Units, Units]:
    """Members, reference and control people, as many as are looked at."""
    sides = (evidence.members, MOST_MEMBERS), (evidence.reference, MOST // 2), (evidence.control, MOST // 2)
    members, reference, control = (people.draw(group, most, rng) for group, most in sides)
    return members, reference, control


def _equal(first: int, second: int, rng: np.random.Generator, start: int = 0) -> tuple[Indices, Indices]:
    """As many people of either of two groups, that are numbered from `start` on one after the other."""
    size = min(first, second)
    one, other = (np.sort(rng.permutation(n)[:size]) for n in (first, second))
    return one + start, other + start + first


def _power(isolated: Isolation, group: int, confidence: float) -> float:
    """Power on a noisy copy. Of the group that was copied only its size enters.

    A predicate that fits one row of the copy fits the row's person unless one of its cells was changed, and nobody else
    who was copied unless by a change, for which `CAUTION` takes off. People copied bound the number of trials.
    """
    trials = min(group, len(isolated.control))
    chance = (int(isolated.control.sum()) + 0.5) / (len(isolated.control) + 1)
    reached = CAUTION * (1 - controls.CELL_NOISE) ** predicates.WIDEST
    return statistics.power_of_excess(max(0.0, reached - chance), chance, trials, trials, confidence)


def _rate(name: str, found: Isolation, confidence: float) -> Rate:
    """A share of predicates, with Wilson's intervals for the trials that they are worth."""
    hits, n, control_hits, m = found.counts
    shares = [float(side.mean()) if len(side) else 0.0 for side in (found.members, found.control)]
    limits = [statistics.wilson(share, found.trials, confidence) for share in shares]
    return Rate(
        name=name,
        members=shares[0],
        members_interval=limits[0],
        control=shares[1],
        control_interval=limits[1],
        n_members=len(found.members),
        n_control=len(found.control),
        ceiling=None,
        p_value=statistics.fisher(hits, n, control_hits, m),
        resolvable=statistics.detectable_excess(n, control_hits, m, confidence) < 1,
    )
