"""Membership by the statistics that a release keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpsynth.attacks import controls, focal_points, people, power
from dpsynth.attacks.base import Control, Evidence, Retrain, Settings
from dpsynth.attacks.focal_points import PARTS, Floats
from dpsynth.attacks.membership import Membership, Scores
from dpsynth.attacks.people import Indices
from dpsynth.attacks.registry import register

SURROGATE_PEOPLE = 1500
"""People of the surrogate who are trained on, and as many who are not: few enough for a leak to be large."""


@register("focal")
class Focal(Membership):
    """Who is in it, judged by the statistics that the release keeps.

    The attacker knows that synthesizers of this kind keep the counts of some pairs of columns, finds these pairs in
    the release itself, and compares each count with what it would be without the person in question. He is an insider:
    he already has the rows of nine in ten participants and of nine in ten people of the same population who did not
    take part, and wants to know which of the others took part. That is less than differential privacy grants its
    adversary (who knows everybody else), so the budget's ceiling holds.

    Why an insider: with the held-out people alone as reference (300 people, the outsider) the reference's own sampling
    error hides the signal. Measured on the RAND Health Insurance Experiment (24 columns, 5,300 members, 590 held out,
    nothing protected, 12 random splits): log-ratios of all cliques with 1/n smoothing, outsider, AUC 0.51; variance
    weights and the tree's factorisation, outsider, 0.52 (interval +-0.034, seen in 2 of 12 splits); insider who knows
    half, 0.60; insider who knows nine tenths, 0.656 (+-0.023, seen in 12 of 12; 0.762 when the rows are rounded instead
    of drawn). Without leakage (release of other people) the insider's mean is 0.501 +- 0.001 and the spread of the AUC
    over DeLong's error 0.97 (300 splits). Members know one another, so their part of the error counts twice: with as
    many held-out people as members the measured ratio to DeLong's error is 1.24, which that explains (sqrt(1.5)).
    Cross-fitting the outsider as well would make his ratio 1.35, so he has the control people as targets only.

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

    def outsider(self, evidence: Evidence, rng: np.random.Generator) -> Scores:
        """The same by somebody who knows the reference people only, and has members and control people as targets."""
        sizes = evidence.members.size, evidence.reference.size, evidence.control.size
        fold = np.repeat([0, 1, 0], sizes)
        members, others = focal_points.scores(
            evidence.domain, evidence.members, people.held_out(evidence), evidence.synthetic, fold, False, rng
        )
        return Scores(members, others[:0], others[evidence.reference.size :])

    def known_truths(
        self, evidence: Evidence, surrogate: Evidence, retrain: Retrain, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """The same synthesizer without its noise must be seen; people it was not trained on must not."""
        trained, untrained = people.surrogate_parts(surrogate, SURROGATE_PEOPLE, rng)
        found = []
        cases: tuple[tuple[controls.Data, Evidence], ...] = (("real", evidence), ("surrogate", trained))
        for data, case in cases:
            leak = case.synthetic[:0] if case.members.rows == 0 else retrain(case.members, rng)
            expected = power.auc_without_noise(case.domain, case.members, people.held_out(case), leak, rng)
            leaky = replace(case, synthetic=leak)
            found.append(self.leaking("synthesizer_without_noise", data, leaky, expected, settings, rng))
        innocent = self.scores(replace(untrained, synthetic=leak), rng)
        found.append(self.innocent("surrogate", innocent.members, innocent.held_out, settings.confidence))
        return found

    def note(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> str:
        """What the insider knew, and how far an outsider gets."""
        scores = self.outsider(evidence, rng)
        value, interval = self.estimate(scores.members, scores.held_out, settings.confidence)
        return (
            "The attacker knows nine in ten of the participants and compares the release's counts with theirs. "
            f"An attacker who knows no participant reaches an AUC of {value:.3f} "
            f"({interval.low:.3f} to {interval.high:.3f})."
        )


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
