"""Membership by a classifier that tells the release from other people."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from dpsynth.attacks.base import Evidence, Remark, Settings
from dpsynth.attacks.calibrated import Calibrated, mean_of_rows
from dpsynth.attacks.density import Floats
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain

TREES = 40

MOST_LEARNED = 4000
"""Rows of either kind that the trees are grown on."""


@register("classifier")
class Classifier(Calibrated):
    """Who is in it, judged by a classifier of synthetic rows against the reference people's rows.

    A target whom it takes for synthetic resembles rows that the release has and the population has not. Trees that are
    grown to the end, on codes: they remember every row, so rows of members that the release repeats are found. A
    person's score is the mean log-odds of the person's rows.

    Blind spot: whatever tells all synthetic rows from all real ones says nothing about membership, and hides what does.

    Source: Houssiau et al. (2022), TAPAS, arXiv:2211.06550; Geurts, Ernst and Wehenkel (2006), Machine Learning 63.
    """

    name = "classifier"
    leaks = ("copy_with_noise", "overfitted_sequence")

    def judge(
        self, domain: Domain, targets: Units, reference: Units, synthetic: Codes, rng: np.random.Generator
    ) -> Floats:
        """Mean log-odds of "synthetic"."""
        sides = [rows[rng.permutation(len(rows))[:MOST_LEARNED]] for rows in (reference.codes, synthetic)]
        label = np.repeat([0, 1], [len(rows) for rows in sides])
        # One thread: the same trees whatever the machine.
        trees = ExtraTreesClassifier(
            TREES, class_weight="balanced", n_jobs=1, random_state=int(rng.integers(2**31))
        ).fit(np.concatenate(sides).astype(np.float32), label)
        share = trees.predict_proba(targets.codes.astype(np.float32))[:, 1]
        # A vote more on either side, so that the odds are finite.
        return mean_of_rows(targets, np.log((TREES * share + 1) / (TREES * (1 - share) + 1)))

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is compared."""
        return Remark("classifier")
