"""The headline of the membership attacks: all of them in one score that is fixed in advance."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from dpsynth.attacks import focal_points, gower, people, strata
from dpsynth.attacks.base import AttackResult, Evidence, Remark, Retrain, Settings
from dpsynth.attacks.calibrated import Calibrated, largest_of_rows
from dpsynth.attacks.classifier import Classifier
from dpsynth.attacks.density import Floats
from dpsynth.attacks.domias import Domias
from dpsynth.attacks.gen_lra import GenLRA
from dpsynth.attacks.planted import planted_leak
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

COMPONENTS = ("focal_outsider", "domias", "gen_lra", "classifier", "dcr_difference", "dcr")

SHADOWS = ("synthesizer_without_noise", "copy_with_noise") * 3
"""Releases from which weights are learned: what a mechanism of this kind gives away, and what a faulty one does."""

ENOUGH_KNOWN = 200
"""Reference people needed for shadow releases; with fewer, weights come from people who are made up."""

MOST_KNOWN = 600
"""People of whom shadow releases are made."""

EXTREME = 5.0
"""Standard deviations at which a component is cut off, so that none decides alone."""


@register("combined")
class Combined(Calibrated):
    """Who is in it, judged by all membership attacks of an outsider together.

    Focal points, density ratio, Gen-LRA, classifier, and two distances, each in standard deviations over the targets.
    Their weights are fixed before a member or control person is looked at: a logistic regression on shadow releases,
    for which the reference people are cut in three (trained on, not trained on, reference). Half of the shadows are the
    release's mechanism without its noise, half are copies with 5 % of the cells changed. Noise would need the budget;
    without it scores are larger, and their order is what the weights are for.

    Why both kinds of shadows: measured on the RAND Health Insurance Experiment (300 people for reference, mean of 6
    splits), weights from the mechanism alone reach 0.76 where it lost its noise and was trained on 100 people, and 0.78
    on a noisy copy of 500; weights from copies alone 0.65 and 0.995; from both 0.72 and 0.99.

    So one number is the result, and no best of six is picked after the fact. It is reported for groups of people too,
    see `strata`.

    Attributes:
        weights: of `COMPONENTS`; all alike until `run` has learned them.
    """

    name = "combined"
    groups = True
    leaks = ("copy_with_noise", "synthesizer_without_noise")
    alike: ClassVar[Floats] = np.ones(len(COMPONENTS))

    def __init__(self, weights: Floats | None = None) -> None:
        self.weights = self.alike if weights is None else weights

    def run(
        self,
        evidence: Evidence,
        surrogate: Evidence,
        guarantee: Guarantee,
        retrain: Retrain,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `Attack.run`. Learns the weights first."""
        known = evidence.reference
        if known.size < ENOUGH_KNOWN:
            known = people.join(surrogate.members, surrogate.reference, surrogate.control)
        weights = learn(evidence.domain, people.draw(known, MOST_KNOWN, rng), retrain, rng)
        fixed = type(self)(weights)
        result = super(Combined, fixed).run(evidence, surrogate, guarantee, retrain, settings, rng)
        return replace(result, remarks=(*result.remarks, *strata.worst(result.rates)))

    def judge(
        self, domain: Domain, targets: Units, reference: Units, synthetic: Codes, rng: np.random.Generator
    ) -> Floats:
        """The weighted sum of the components."""
        return np.asarray(components(domain, targets, reference, synthetic, rng) @ self.weights)

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is combined."""
        return Remark("combined_held_out" if evidence.reference.size >= ENOUGH_KNOWN else "combined_made_up")


def components(domain: Domain, targets: Units, reference: Units, synthetic: Codes, rng: np.random.Generator) -> Floats:
    """The scores of `COMPONENTS` in standard deviations over the targets, shape (targets, components).

    Mean and spread are taken over all targets together, whoever is a member.
    """
    fold = np.repeat([0, 1], [targets.size, reference.size])
    focal, _ = focal_points.scores(domain, targets, reference, synthetic, fold, False, rng, len(synthetic))
    others = [one.judge(domain, targets, reference, synthetic, rng) for one in (Domias(), GenLRA(), Classifier())]
    own = gower.closest(domain, targets.codes, synthetic)
    expected = gower.closest(domain, targets.codes, reference.codes)
    distances = [largest_of_rows(targets, expected - own), largest_of_rows(targets, -own)]
    values = np.stack([focal, *others, *distances], axis=1)
    spread = values.std(axis=0)
    standard = (values - values.mean(axis=0)) / np.where(spread > 1e-12, spread, 1.0)
    return np.asarray(np.clip(standard, -EXTREME, EXTREME))


def learn(domain: Domain, known: Units, retrain: Retrain, rng: np.random.Generator) -> Floats:
    """Weights of the components, from releases of a third of the people each; all alike where there are too few."""
    share, seen, label = known.size // 3, [], []
    for name in SHADOWS:
        inside, outside, reference = people.cut(known, [share] * 3, rng)
        leak = planted_leak(name, inside, retrain, rng)
        if 0 in (len(domain.attributes), inside.rows, outside.rows, reference.rows, len(leak)):
            return Combined.alike
        seen.append(components(domain, people.join(inside, outside), reference, leak, rng))
        label.append(np.repeat([1, 0], share))
    regression = LogisticRegression(max_iter=200).fit(np.concatenate(seen), np.concatenate(label))
    return np.asarray(regression.coef_[0], np.float64)
