"""What all attacks share that ask: was this person's data trained on?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from dpsynth.attacks import controls, statistics, strata
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Interval, Rate, Remark, Retrain, Settings
from dpsynth.attacks.focal_points import Floats
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee

OPERATING_POINTS = (0.1, 0.01, 0.001)
"""False-positive rates that are always reported, besides the policy's."""

RESOLVED = 100
"""Control people needed above a threshold: 100/FPR people in all."""


@dataclass(frozen=True)
class Scores:
    """A number per person, larger for those who look more like members.

    Attributes:
        members: shape (members,).
        reference: held-out people of the reference, shape (n,).
        control: held-out people of the control, shape (m,).
        people: all of them in this order, where groups of people are to be looked at; else None.
    """

    members: Floats
    reference: Floats
    control: Floats
    people: Units | None = field(default=None, kw_only=True)

    @property
    def held_out(self) -> Floats:
        """All held-out people."""
        return np.concatenate([self.reference, self.control])


class Membership(ABC):
    """An attack that gives each person a score; its result is the AUC of members against held-out people."""

    name: ClassVar[str]
    family: ClassVar[Family] = "membership"
    dependence: ClassVar[float] = 1.0
    """How far members' scores depend on one another, see `statistics.auc_error`."""
    groups: ClassVar[bool] = False
    """Whether rates in the groups of `strata` are part of the result; then `scores` says whose they are."""

    @abstractmethod
    def scores(self, evidence: Evidence, rng: np.random.Generator) -> Scores:
        """Scores of (a random part of) the people. Members and held-out people are treated alike."""

    @abstractmethod
    def known_truths(
        self, evidence: Evidence, surrogate: Evidence, retrain: Retrain, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """The attack's own controls: releases that leak in the way it is there to see."""

    @abstractmethod
    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """One plain sentence about what the attacker knew."""

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
        scores = self.scores(evidence, rng)
        members, control = scores.members, scores.held_out
        value, interval = self.estimate(members, control, confidence)
        ceiling = guarantee.auc
        detectable = statistics.detectable_auc(len(members), len(control), confidence)
        checks = (
            *self.known_truths(evidence, surrogate, retrain, settings, rng),
            self.innocent("real", scores.reference, scores.control, confidence),
            controls.permuted(members, control, lambda a, b: self.estimate(a, b, confidence), 0.5, confidence, rng),
        )
        points = sorted({*OPERATING_POINTS, settings.false_positive_rate}, reverse=True)
        named = self._strata(evidence, scores, settings)
        rates = _rates(points, named, members, control, guarantee, confidence)
        status = controls.status(value, interval, 0.5, ceiling, detectable, checks)
        # Limits for all operating points and groups at once (Bonferroni).
        strict = 1 - (1 - confidence) / len(rates)
        at_limit = _rates(points, named, members, control, guarantee, strict)
        if status != "invalid" and any(r.resolvable and r.members_interval.low > (r.ceiling or 1.0) for r in at_limit):
            status = "leak"
        return AttackResult(
            attack=self.name,
            family=self.family,
            statistic="auc",
            value=value,
            interval=interval,
            baseline=0.5,
            ceiling=ceiling,
            n_members=len(members),
            n_control=len(control),
            detectable=detectable,
            controls=checks,
            rates=rates,
            status=status,
            remarks=(self.remark(evidence, settings, rng),),
        )

    def _strata(self, evidence: Evidence, scores: Scores, settings: Settings) -> tuple[strata.Stratum, ...]:
        if not self.groups or scores.people is None:
            return ()
        return strata.strata(evidence, scores.people, len(scores.members), settings)

    def estimate(self, members: Floats, control: Floats, confidence: float) -> tuple[float, Interval]:
        """The AUC and its interval."""
        return statistics.auc(members, control), statistics.auc_interval(members, control, confidence, self.dependence)

    def leaking(
        self, name: str, data: controls.Data, evidence: Evidence, expected: float, settings: Settings,
        rng: np.random.Generator,
    ) -> Control:  # fmt: skip
        """A positive control.

        Args:
            name: of the control.
            data: whose people they are.
            evidence: with a release that leaks.
            expected: AUC that its construction implies at least.
            settings: of the run.
            rng: public randomness.
        """
        scores = self.scores(evidence, rng)
        sizes = len(scores.members), len(scores.held_out)
        value, interval = self.estimate(scores.members, scores.held_out, settings.confidence)
        likely = statistics.power_of_auc(expected, *sizes, settings.confidence)
        return controls.positive(name, data, value, interval, likely, 0.5)

    def innocent(self, data: controls.Data, pretended: Floats, control: Floats, confidence: float) -> Control:
        """A negative control: people who were never trained on, as if they had been."""
        value, interval = self.estimate(pretended, control, confidence)
        return controls.negative(
            "held_out_as_members", data, value, interval, statistics.null_p_value(pretended, control, self.dependence)
        )


def _rates(
    points: list[float], groups: tuple[strata.Stratum, ...], members: Floats, control: Floats, guarantee: Guarantee,
    confidence: float,
) -> tuple[Rate, ...]:  # fmt: skip
    at_points = tuple(operating_point(members, control, fpr, guarantee, confidence) for fpr in points)
    return at_points + strata.rates(groups, members, control, guarantee, confidence)


def operating_point(members: Floats, control: Floats, fpr: float, guarantee: Guarantee, confidence: float) -> Rate:
    """The share of members found when at most a share `fpr` of the held-out people is accused.

    The ceiling is what the budget allows at the upper limit of the true false-positive rate. The threshold is an order
    statistic of the control scores, whose true rate has the same Beta law as Clopper and Pearson's limits.
    """
    limit = statistics.threshold(control, fpr)
    found, accused = int((members > limit).sum()), int((control > limit).sum())
    n, m = len(members), len(control)
    of_control = statistics.clopper_pearson(accused, m, confidence)
    return Rate(
        name=f"fpr_{fpr:g}",
        members=found / n if n else 0.0,
        members_interval=statistics.clopper_pearson(found, n, confidence),
        control=accused / m if m else 0.0,
        control_interval=of_control,
        n_members=n,
        n_control=m,
        ceiling=guarantee.tpr(of_control.high),
        p_value=None,
        resolvable=min(n, m) * fpr >= RESOLVED,
    )
