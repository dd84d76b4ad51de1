"""The plug-in point for attacks, and the only form in which an attack's result exists.

A number without baseline, control, interval and n cannot be built. All results on real members are internal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

Family = Literal["membership", "reidentification", "singling_out", "linkability", "inference"]
"""The question that an attack asks; the last three are the criteria of WP 216 (Article 29 Working Party, 2014)."""

Status = Literal["passed", "leak", "not_resolvable", "invalid"]
"""passed: the interval is not above the ceiling, and the test had power. leak: the lower limit is above the
ceiling. not_resolvable: too few people to say. invalid: a control failed, so the numbers mean nothing."""


@dataclass(frozen=True)
class Interval:
    """A two-sided confidence interval."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class Evidence:
    """What one attack sees.

    Attributes:
        domain: public domain.
        members: people whose rows were trained on.
        reference: held-out people whose rows the attacker knows.
        control: held-out people whom the attacker tries to tell from members.
        synthetic: the released rows, shape (rows, columns).

    Attacks may let reference and control people change places, so that all held-out people are targets, as long as
    nobody is in the reference for himself.
    """

    domain: Domain
    members: Units
    reference: Units
    control: Units
    synthetic: Codes


@dataclass(frozen=True)
class Control:
    """A known truth that the attack must get right.

    Attributes:
        name: e.g. copy_with_noise, synthesizer_without_noise, label_permutation, held_out_as_members.
        kind: a positive control leaks by construction, a negative one cannot.
        data: the people it was run on.
        value: the statistic.
        interval: its interval.
        power: probability to detect it, computed beforehand; None for negative controls.
        outcome: detected | missed (positive), quiet | alarm (negative).
    """

    name: str
    kind: Literal["positive", "negative"]
    data: Literal["real", "surrogate"]
    value: float
    interval: Interval
    power: float | None
    outcome: Literal["detected", "missed", "quiet", "alarm"]


@dataclass(frozen=True)
class Rate:
    """A share of people with its exact interval, at a named operating point or in a named group."""

    name: str
    members: float
    members_interval: Interval
    control: float
    control_interval: Interval
    n_members: int
    n_control: int
    ceiling: float | None
    p_value: float | None
    resolvable: bool


@dataclass(frozen=True)
class Remark:
    """A plain sentence for the report.

    Attributes:
        id: `remark.<id>` of the report's sentences; a plug-in may put a sentence of its own here.
        counts: whole numbers for the places of the sentence.
    """

    id: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AttackResult:
    """One attack on one release.

    Attributes:
        attack: registered name.
        family: see `Family`.
        statistic: what `value` is (auc, excess_share, ...).
        value, interval: the result.
        baseline: what a guesser without the release reaches.
        ceiling: what the budget allows at most; None where no ceiling follows from it.
        n_members, n_control: people on either side.
        detectable: the smallest value that this test would have found with 80 % probability.
        controls: the known truths.
        rates: operating points and strata.
        status: see `Status`.
        remarks: what the attack has to say about itself.
    """

    attack: str
    family: Family
    statistic: str
    value: float
    interval: Interval
    baseline: float
    ceiling: float | None
    n_members: int
    n_control: int
    detectable: float
    controls: tuple[Control, ...]
    rates: tuple[Rate, ...]
    status: Status
    remarks: tuple[Remark, ...]


Retrain = Callable[[Units, np.random.Generator], Codes]
"""Trains the release's mechanism WITHOUT noise on the given people and samples from it: an unprotected release, which
exists in memory, for positive controls and for weights that are learned beforehand. A `shadow_curator.Trainer` can also
make shadow releases, with the mechanism's noise."""


@dataclass(frozen=True)
class Settings:
    """What the policy fixes about attacks in advance.

    Attributes:
        confidence: of every interval.
        false_positive_rate: share of innocent people whom an attacker may accuse.
        near_attributes: in how many columns a near-exact row may differ.
        quasi_identifiers: columns that somebody may know of a person from elsewhere.
        secrets: columns that somebody may want to learn.
    """

    confidence: float
    false_positive_rate: float
    near_attributes: int
    quasi_identifiers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


class Attack(Protocol):
    """One way to attack a release.

    One that makes the release many times anew says so by a class attribute `shadows = True`: it is refused for
    mechanisms that train a critic.
    """

    name: ClassVar[str]
    family: ClassVar[Family]

    def run(
        self,
        evidence: Evidence,
        surrogate: Evidence,
        guarantee: Guarantee,
        retrain: Retrain,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """Attacks the release and its controls.

        Args:
            evidence: the real members, reference, control people and the release.
            surrogate: the same on data drawn from the policy alone, for controls whose power does not depend on the
                centre's holdout.
            guarantee: what the budget allows at most.
            retrain: builds unprotected releases for positive controls.
            settings: what the policy fixes.
            rng: public randomness.
        """
        ...
