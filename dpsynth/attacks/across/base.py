"""What attacks on whole people see, and the result that those have in common that compare shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from dpsynth.attacks import base, controls, excess
from dpsynth.attacks.base import AttackResult, Control, Interval, Remark, Settings
from dpsynth.attacks.excess import Group
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family
from dpsynth.privacy.accountant import Guarantee


@dataclass(frozen=True)
class FamilyEvidence:
    """What one attack sees.

    Attributes:
        family: all views; public.
        members: people whose rows were trained on.
        reference: held-out people whose rows the attacker knows.
        control: held-out people whom the attacker tries to tell from members.
        synthetic: the release, synthetic people with their rows.
    """

    family: Family
    members: FamilyUnits
    reference: FamilyUnits
    control: FamilyUnits
    synthetic: FamilyUnits


class AcrossAttack(Protocol):
    """One way to attack whole people."""

    name: ClassVar[str]
    question: ClassVar[base.Family]

    def run(
        self,
        evidence: FamilyEvidence,
        surrogate: FamilyEvidence,
        guarantee: Guarantee,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """Attacks the release and its controls.

        Args:
            evidence: the real members, reference, control people and the release.
            surrogate: invented people in the same parts, and a release made of further invented people.
            guarantee: what the budget allows at most, of all tables together.
            settings: what the policy fixes; columns are named as in the views.
            rng: public randomness.
        """
        ...


@dataclass(frozen=True)
class Found:
    """The comparison that a result is about.

    Attributes:
        hit: flags of members and of held-out people.
        value, interval: the excess.
        effect: see `excess.excess`.
    """

    hit: Group
    value: float
    interval: Interval
    effect: float = 1.0

    @classmethod
    def of(cls, hit: Group, confidence: float, effect: float = 1.0) -> Found:
        """The excess of members."""
        return cls(hit, *excess.excess(*hit, confidence, effect), effect)


def result(
    attack: type[AcrossAttack] | AcrossAttack,
    statistic: str,
    found: Found,
    strata: dict[str, Group],
    bounded: frozenset[str],
    ceiling: float,
    checks: tuple[Control, ...],
    guarantee: Guarantee,
    settings: Settings,
) -> AttackResult:
    """An excess with its controls, rates and status.

    Args:
        attack: whose it is.
        statistic: what the value is.
        found: the comparison.
        strata: rates, by name; the first is the headline's.
        bounded: strata that are an event of one person and the release, so that the budget sets a ceiling.
        ceiling: of the value.
        checks: the known truths.
        guarantee: what the budget allows.
        settings: of the run.
    """
    confidence = settings.confidence
    detectable = excess.detectable(found.hit, confidence, found.effect)
    status = controls.status(found.value, found.interval, 0.0, ceiling, detectable, checks)
    if found.effect == 1.0:
        status = excess.status_with_rates(status, strata, guarantee, confidence, bounded)
    return AttackResult(
        attack=attack.name,
        family=attack.question,
        statistic=statistic,
        value=found.value,
        interval=found.interval,
        baseline=0.0,
        ceiling=ceiling,
        n_members=len(found.hit[0]),
        n_control=len(found.hit[1]),
        detectable=detectable,
        controls=checks,
        rates=excess.rates(strata, guarantee, confidence, bounded),
        status=status,
        remarks=(Remark(attack.name),),
    )
