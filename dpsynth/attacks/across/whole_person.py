"""Membership by the synthetic person most like a whole person."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from dpsynth.attacks import base, controls, statistics
from dpsynth.attacks.across import groups
from dpsynth.attacks.across.base import FamilyEvidence
from dpsynth.attacks.across.comparison import COPIED, MOST
from dpsynth.attacks.across.features import Floats, Likeness, of_everything
from dpsynth.attacks.across.registry import register
from dpsynth.attacks.base import AttackResult, Control, Remark, Settings
from dpsynth.attacks.membership import OPERATING_POINTS, operating_point
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.family import Family
from dpsynth.privacy.accountant import Guarantee
from dpsynth.utility.relations import cohort


@register("whole_person")
class WholePerson:
    """Who is in it, judged by the synthetic person with most in common.

    The attacker knows everything of a person: columns, rows in all tables, their order and the days between them. He
    looks for the synthetic person most like this (`features.Likeness`) and accuses those who have one very like. This
    finds copies of people, also where single rows are common and only their combination is not. It sees nothing of what
    counts give away; that people are far from the release does not make it private.

    Source: user-level attacks on several tables find more than attacks on rows: Ward et al. (2026), arXiv:2602.07126,
    whose embedding is learned; sets of rows need no training. Distance with held-out people: see `dcr`.
    """

    name: ClassVar[str] = "whole_person"
    question: ClassVar[base.Family] = "membership"

    def scores(self, family: Family, people: FamilyUnits, release: FamilyUnits) -> Floats:
        """Similarity to the most similar synthetic person, shape (people,)."""
        return Likeness(*of_everything(family, (people, release))).nearest()

    def run(
        self,
        evidence: FamilyEvidence,
        surrogate: FamilyEvidence,
        guarantee: Guarantee,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `AcrossAttack.run`."""
        confidence = settings.confidence
        members = cohort.some(evidence.members, MOST, rng)
        reference, control = (cohort.some(g, MOST // 2, rng) for g in (evidence.reference, evidence.control))
        everyone = cohort.together(members, reference, control)
        scores = self.scores(evidence.family, everyone, evidence.synthetic)
        inside, outside = scores[: members.size], scores[members.size :]
        value, interval = _estimate(inside, outside, confidence)
        detectable = statistics.detectable_auc(len(inside), len(outside), confidence)
        checks = (
            *self._copies(evidence, surrogate, settings, rng),
            _innocent("real", outside[: reference.size], outside[reference.size :], confidence),
            controls.permuted(inside, outside, lambda a, b: _estimate(a, b, confidence), 0.5, confidence, rng),
        )
        points = sorted({*OPERATING_POINTS, settings.false_positive_rate}, reverse=True)
        status = controls.status(value, interval, 0.5, guarantee.auc, detectable, checks)
        # Limits for all operating points at once (Bonferroni).
        strict = 1 - (1 - confidence) / len(points)
        at_limit = [operating_point(inside, outside, fpr, guarantee, strict) for fpr in points]
        if status != "invalid" and any(r.resolvable and r.members_interval.low > (r.ceiling or 1.0) for r in at_limit):
            status = "leak"
        return AttackResult(
            attack=self.name,
            family=self.question,
            statistic="auc",
            value=value,
            interval=interval,
            baseline=0.5,
            ceiling=guarantee.auc,
            n_members=len(inside),
            n_control=len(outside),
            detectable=detectable,
            controls=checks,
            rates=tuple(operating_point(inside, outside, fpr, guarantee, confidence) for fpr in points),
            status=status,
            remarks=(Remark(self.name),),
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
            inside, outside = (self.scores(family, group, copy) for group in (people, others))
            # Who went in unchanged is at 1, above all held-out people but those who equal somebody of the copy.
            same = float((outside == 1).mean()) if len(outside) else 0.0
            share = float(unchanged.mean()) if len(unchanged) else 0.0
            expected = 0.5 + max(0.0, share - same) / 2
            likely = statistics.power_of_auc(expected, len(inside), len(outside), confidence)
            value, interval = _estimate(inside, outside, confidence)
            found.append(controls.positive("people_with_noise", data, value, interval, likely, 0.5))
        strangers, others_held = (self.scores(family, group, copy) for group in (pretended, held))
        found.append(_innocent("surrogate", strangers, others_held, confidence))
        return found


def _estimate(members: Floats, control: Floats, confidence: float) -> tuple[float, base.Interval]:
    return statistics.auc(members, control), statistics.auc_interval(members, control, confidence)


def _innocent(data: controls.Data, pretended: Floats, control: Floats, confidence: float) -> Control:
    value, interval = _estimate(pretended, control, confidence)
    p = statistics.null_p_value(pretended, control)
    return controls.negative("held_out_as_members", data, value, interval, p)
