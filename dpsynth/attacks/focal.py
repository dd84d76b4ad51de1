"""Membership by the statistics that a release keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpsynth.attacks import controls, focal_points, people, power
from dpsynth.attacks.base import Control, Evidence, Remark, Retrain, Settings
from dpsynth.attacks.focal_points import PARTS, Floats
from dpsynth.attacks.membership import Membership, Scores
from dpsynth.attacks.people import Indices
from dpsynth.attacks.registry import register
from dpsynth.domain.attribute import Codes

SURROGATE_PEOPLE = 1500
"""People of the surrogate who are trained on, and as many who are not: few enough for a leak to be large."""

OUTSIDER_PEOPLE = 300
"""The same for the outsider, who has as many for reference and as many to tell apart."""


@register("focal")
class Focal(Membership):
    """Who is in it, judged by the statistics that the release keeps.

    The attacker knows that synthesizers of this kind keep the counts of some pairs of columns, finds these pairs in
    the release itself, and compares each count with what it would be without the person in question. He is an insider:
    he already has the rows of nine in ten participants and of nine in ten people of the same population who did not
    take part, and wants to know which of the others took part. That is less than differential privacy grants its
    adversary (who knows everybody else), so the budget's ceiling holds.

    Why an insider: with the held-out people alone as reference (300 people, see `Outsider`) their own sampling
    error hides the signal. Measured on the RAND Health Insurance Experiment (24 columns, 5,300 members, 590 held out,
    nothing protected, 12 random splits): log-ratios of all cliques with 1/n smoothing, outsider, AUC 0.51; variance
    weights and the tree's factorisation, outsider, 0.52 (interval +-0.034, seen in 2 of 12 splits); insider who knows
    half, 0.60; insider who knows nine tenths, 0.656 (+-0.023, seen in 12 of 12; 0.762 when the rows are rounded instead
    of drawn). Without leakage (release of other people) the insider's mean is 0.501 +- 0.001 and the spread of the AUC
    over DeLong's error 0.97 (300 splits). Members know one another, so their part of the error counts twice: with as
    many held-out people as members the measured ratio to DeLong's error is 1.24, which that explains (sqrt(1.5)).

    Blind spot: a few verbatim rows change no count much.

    Source: Golob et al. (2024), arXiv:2410.05506 (MAMA-MIA); Andrey, Le Bars and Tommasi (2025), TAMIS.
    """

    name = "focal"
    dependence = 2.0

    def scores(self, evidence: Evidence, rng: np.random.Generator) -> Scores:
        """Log-likelihood ratios of the insider, everybody as a target."""
        held = people.held_out(evidence)
        parts = max(1, min(PARTS, evidence.members.size, held.size))
        fold = np.concatenate([people.folds(evidence.members, parts, rng), people.folds(held, parts, rng)])
        members, others = focal_points.scores(
            evidence.domain, evidence.members, held, evidence.synthetic, fold, True, rng
        )
        members, others = among_members(members, others, fold)
        return Scores(members, others[: evidence.reference.size], others[evidence.reference.size :])

    def known_truths(
        self, evidence: Evidence, surrogate: Evidence, retrain: Retrain, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """The same synthesizer without its noise must be seen; people it was not trained on must not."""
        trained, untrained = self.invented(surrogate, rng)
        found = []
        cases: tuple[tuple[controls.Data, Evidence], ...] = (("real", evidence), ("surrogate", trained))
        for data, case in cases:
            leak = case.synthetic[:0] if case.members.rows == 0 else retrain(case.members, rng)
            expected = self.expected(case, leak, rng)
            leaky = replace(case, synthetic=leak)
            found.append(self.leaking("synthesizer_without_noise", data, leaky, expected, settings, rng))
        innocent = self.scores(replace(untrained, synthetic=leak), rng)
        found.append(self.innocent("surrogate", innocent.members, innocent.held_out, settings.confidence))
        return found

    def invented(self, surrogate: Evidence, rng: np.random.Generator) -> tuple[Evidence, Evidence]:
        """Surrogate people who are trained on, and as many who are not."""
        return people.surrogate_parts(surrogate, SURROGATE_PEOPLE, rng)

    def expected(self, evidence: Evidence, leak: Codes, rng: np.random.Generator) -> float:
        """A lower estimate of the AUC on a release without noise."""
        return power.auc_without_noise(evidence.domain, evidence.members, people.held_out(evidence), leak, rng)

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is compared."""
        return Remark("focal")


@register("focal_outsider")
class Outsider(Focal):
    """The same judgement by somebody who has no participant's record but the one in question.

    He has the reference people's rows and takes them for the population; members and control people are his targets.
    The control people are shuffled and cut in two for the negative control (one half against the other).

    Each score depends on the release, the reference and the target's own rows, so scores do not depend on one another
    and DeLong's error holds as it is. Cross-fitting reference and control would make the ratio to it 1.35 (measured on
    the RAND Health Insurance Experiment, see `Focal`), so nobody of the reference is a target.

    Few reference people hide the signal, so on real people the positive control has little power; on the surrogate,
    with as many reference people as people trained on, it has much.

    Source: see `Focal`.
    """

    name = "focal_outsider"
    dependence = 1.0

    def scores(self, evidence: Evidence, rng: np.random.Generator) -> Scores:
        """Log-likelihood ratios of members and control people, judged with the reference people only."""
        sizes = evidence.members.size, evidence.reference.size, evidence.control.size
        fold = np.repeat([0, 1, 0], sizes)
        if evidence.reference.size == 0:
            return Scores(*(np.zeros(n) for n in (sizes[0], sizes[2] // 2, sizes[2] - sizes[2] // 2)))
        members, others = focal_points.scores(
            evidence.domain, evidence.members, people.held_out(evidence), evidence.synthetic, fold, False, rng
        )
        targets = rng.permutation(others[evidence.reference.size :])
        return Scores(members, *np.split(targets, [len(targets) // 2]))

    def invented(self, surrogate: Evidence, rng: np.random.Generator) -> tuple[Evidence, Evidence]:
        """Four equal groups: trained, untrained, reference, control."""
        everyone = people.join(surrogate.members, surrogate.reference, surrogate.control)
        share = min(OUTSIDER_PEOPLE, everyone.size // 4)
        trained, untrained, reference, control = people.cut(everyone, [share] * 4, rng)
        empty = surrogate.synthetic[:0]
        return (
            Evidence(surrogate.domain, trained, reference, control, empty),
            Evidence(surrogate.domain, untrained, reference, control, empty),
        )

    def expected(self, evidence: Evidence, leak: Codes, rng: np.random.Generator) -> float:
        """A lower estimate of the AUC on a release without noise."""
        return power.outsider_auc_without_noise(evidence.domain, evidence.members, evidence.reference, leak, rng)

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is compared."""
        return Remark("focal_outsider")


def among_members(members: Floats, others: Floats, fold: Indices) -> tuple[Floats, Floats]:
    """Replaces a score by the share of the members of the same part who score lower (ties one half).

    The AUC of the result is the mean of the parts' AUCs. Raw scores of different parts are not comparable: a member is
    among the known members of all other parts and lowers there the scores of people who resemble him, while a held-out
    person is not. Within a part, members and held-out people are exchangeable if nothing leaks, so the mean is 1/2
    exactly (measured: 0.5000 +- 0.0008).
    """
    ranked = np.zeros(len(members)), np.zeros(len(others))
    of_member, of_other = fold[: len(members)], fold[len(members) :]
    for part in np.unique(fold):
        scale = np.sort(members[of_member == part])
        for scores, where, rank in ((members, of_member == part, ranked[0]), (others, of_other == part, ranked[1])):
            below = np.searchsorted(scale, scores[where]) + np.searchsorted(scale, scores[where], side="right")
            rank[where] = below / (2 * max(1, len(scale)))
    return ranked
