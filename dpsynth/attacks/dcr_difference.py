"""Membership by which is closer: a synthetic row, or a row of somebody else."""

from __future__ import annotations

import numpy as np

from dpsynth.attacks import gower
from dpsynth.attacks.base import Evidence, Remark, Settings
from dpsynth.attacks.calibrated import Calibrated, largest_of_rows
from dpsynth.attacks.density import Floats
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain


@register("dcr_difference")
class DcrDifference(Calibrated):
    """Who is in it, judged by distances to the release and to the population.

    A rare person is far from the release, trained on or not. So the distance of each row to the closest row of the
    reference people is taken as what to expect, and the distance to the closest synthetic row is subtracted. A
    person's score is that of the row with the largest difference.

    Blind spot: as `dcr`, everything but copies.

    Source: Chen et al. (2020), GAN-Leaks, CCS, arXiv:1909.03935 (calibrated attack).
    """

    name = "dcr_difference"

    def judge(
        self, domain: Domain, targets: Units, reference: Units, synthetic: Codes, rng: np.random.Generator
    ) -> Floats:
        """Largest difference of the two Gower distances."""
        expected = gower.closest(domain, targets.codes, reference.codes)
        return largest_of_rows(targets, expected - gower.closest(domain, targets.codes, synthetic))

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is compared."""
        return Remark("dcr_difference")
