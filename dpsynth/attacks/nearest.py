"""The attack that asks: is a rare person's row in the release, or nearly so?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dpsynth.attacks import closeness, controls, excess, matches, people, statistics
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Remark, Retrain, Settings
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.privacy.accountant import Guarantee

SURROGATE_PEOPLE = 1500

JUDGED = frozenset({"rare_near", "rare_exact", "all_near", "all_exact"})
"""Groups in which a rate above its ceiling is a leak. Distances decide nothing, see `closeness`."""


@dataclass(frozen=True)
class Exposure:
    """Who is rare, and whose rows are in the release.

    Attributes:
        rare: whether the person has a row that is isolated among all people, shape (people,).
        rare_exact: whether an isolated row of the person equals a synthetic row.
        rare_near: whether one differs from a synthetic row in at most r columns.
        exact: whether any row of the person equals a synthetic row.
        near: whether any row differs in at most r columns.
    """

    rare: Flags
    rare_exact: Flags
    rare_near: Flags
    exact: Flags
    near: Flags


def exposure(everyone: Units, isolated: Flags, synthetic: Codes, differ: int) -> Exposure:
    """Searches each row among all synthetic rows.

    Args:
        everyone: the people.
        isolated: rows that no other person nearly shares, shape (rows,).
        synthetic: the release.
        differ: r, the largest number of columns in which a near match differs.
    """
    exact = matches.near(everyone.codes, synthetic, 0)
    near = matches.near(everyone.codes, synthetic, differ) if differ else exact

    def some(rows: Flags) -> Flags:
        return np.asarray(everyone.sum(rows.astype(np.float64)) > 0)

    return Exposure(some(isolated), some(exact & isolated), some(near & isolated), some(exact), some(near))


@register("nearest")
class Nearest:
    """Finds people by a row that nobody else has.

    The attacker knows all about a person, a rare one: nobody else has a row that differs in fewer than two columns. He
    searches the release for that row, or for one that differs in at most r columns, and takes a hit as proof that the
    person took part. Held-out people are hit by chance; what members are hit more often than they is re-identification.
    Rarity is judged among all real people, members and held-out people alike, so that it cannot favour either side;
    duplicates of common records are innocuous and shown only as strata of their own, which are a leak above what the
    budget allows.

    Sees what averages hide: one per cent of verbatim rows in an otherwise private release. Blind to leakage through
    counts, and to copies with more than r changed columns.

    The search is exact over all pairs. Source: the holdout comparison of Platzer and Reutterer (2021), Frontiers in Big
    Data 4, on rare records and with intervals; Newcombe (1998) for the difference of shares.
    """

    name: ClassVar[str] = "nearest"
    family: ClassVar[Family] = "reidentification"

    def search(self, everyone: Units, isolated: Flags, synthetic: Codes, differ: int) -> Exposure:
        """See `exposure`."""
        return exposure(everyone, isolated, synthetic, differ)

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
        confidence, n = settings.confidence, evidence.members.size
        everyone = people.join(evidence.members, evidence.reference, evidence.control)
        isolated = matches.isolated(everyone, max(1, settings.near_attributes))
        seen = self.search(everyone, isolated, evidence.synthetic, settings.near_attributes)
        hit = _split(seen.rare, seen.rare_near, n)
        value, interval = excess.excess(*hit, confidence)
        standing = closeness.distances(evidence, rng)
        strata = {
            "rare_near": hit,
            "rare_exact": _split(seen.rare, seen.rare_exact, n),
            "all_near": _split(np.ones_like(seen.near), seen.near, n),
            "all_exact": _split(np.ones_like(seen.exact), seen.exact, n),
            "nearest_half_as_far": standing.half_as_far,
        }
        rates = (*excess.rates(strata, guarantee, confidence), *closeness.rates(standing, guarantee, confidence))
        ceiling = excess.largest(guarantee, rates[0].control_interval)
        detectable = excess.detectable(hit, confidence)
        base = (int(hit[1].sum()) + 0.5) / (len(hit[1]) + 1)
        invented, untrained = people.surrogate_parts(surrogate, SURROGATE_PEOPLE, rng)
        first = seen.rare_near[n:][: evidence.reference.size], seen.rare_near[n:][evidence.reference.size :]
        rare = seen.rare[n:][: evidence.reference.size], seen.rare[n:][evidence.reference.size :]
        checks = (
            *self._leaks("real", evidence, evidence.synthetic, base, settings, rng),
            *self._leaks("surrogate", invented, surrogate.synthetic, None, settings, rng),
            excess.innocent("real", first[0][rare[0]], first[1][rare[1]], confidence),
            self._untrained(untrained, surrogate.synthetic, settings),
            controls.permuted(*hit, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        status = controls.status(value, interval, 0.0, ceiling, detectable, checks)
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
            rates=rates,
            status=excess.status_with_rates(status, strata, guarantee, confidence, JUDGED),
            remarks=(_remark(settings.near_attributes),),
        )

    def _leaks(
        self, data: controls.Data, evidence: Evidence, release: Codes, base: float | None, settings: Settings,
        rng: np.random.Generator,
    ) -> list[Control]:  # fmt: skip
        """Positive controls: a copy with noise, and one per cent verbatim rows in the release."""
        members, n = evidence.members, evidence.members.size
        everyone = people.join(members, evidence.reference, evidence.control)
        isolated = matches.isolated(everyone, max(1, settings.near_attributes))
        copy = controls.noisy_copy(members, rng)
        kept = (members.codes != copy).sum(axis=1) <= settings.near_attributes
        mixed, source = controls.partial_leak(release, members, rng)
        verbatim = np.isin(np.arange(members.rows), source)
        found = []
        for name, leak, planted in (("copy_with_noise", copy, kept), ("one_percent_verbatim", mixed, verbatim)):
            seen = self.search(everyone, isolated, leak, settings.near_attributes)
            hit = _split(seen.rare, seen.rare_near, n)
            exposed = members.sum((planted & isolated[: members.rows]).astype(np.float64)) > 0
            share = float(exposed[seen.rare[:n]].mean()) if len(hit[0]) else 0.0
            chance = (int(hit[1].sum()) + 0.5) / (len(hit[1]) + 1) if base is None else base
            likely = statistics.power_of_excess(
                min(share * (1 - chance), 1 - chance), chance, len(hit[0]), len(hit[1]), settings.confidence
            )
            found.append(controls.positive(name, data, *excess.excess(*hit, settings.confidence), likely, 0.0))
        return found

    def _untrained(self, evidence: Evidence, release: Codes, settings: Settings) -> Control:
        """Negative control: two random groups of invented people, whoever of them the release was made from."""
        n = evidence.members.size
        everyone = people.join(evidence.members, evidence.reference, evidence.control)
        isolated = matches.isolated(everyone, max(1, settings.near_attributes))
        seen = self.search(everyone, isolated, release, settings.near_attributes)
        return excess.innocent("surrogate", *_split(seen.rare, seen.rare_near, n), settings.confidence)


def _split(chosen: Flags, hit: Flags, members: int) -> Group:
    return hit[:members][chosen[:members]], hit[members:][chosen[members:]]


def _remark(columns: int) -> Remark:
    return Remark({0: "nearest_exact", 1: "nearest_one"}.get(columns, "nearest_several"), {"columns": columns})
