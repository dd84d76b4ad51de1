"""Membership by the ratio of two densities."""

from __future__ import annotations

import numpy as np

from dpsynth.attacks import vectors
from dpsynth.attacks.base import Evidence, Remark, Settings
from dpsynth.attacks.calibrated import Calibrated, mean_of_rows
from dpsynth.attacks.coordinates import Coordinates
from dpsynth.attacks.density import Floats
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain


@register("domias")
class Domias(Calibrated):
    """Who is in it, judged by where the release is denser than the population.

    A synthesizer that overfits puts more rows near those it was trained on than there are people like that. Two
    kernel density estimates with Silverman's bandwidth, of the release and of the reference people, in the first
    principal axes of the release. A person's score is the mean log-ratio of the person's rows.

    Blind spot: statistics that are kept without rows near anybody's.

    Source: van Breugel et al. (2023), AISTATS, arXiv:2302.12580.
    """

    name = "domias"

    def judge(
        self, domain: Domain, targets: Units, reference: Units, synthetic: Codes, rng: np.random.Generator
    ) -> Floats:
        """Mean logarithm of p_S / p_R."""
        place = Coordinates.of(domain, synthetic, rng).place
        ratio = vectors.domias(place(targets.codes), place(reference.codes), place(synthetic))
        return mean_of_rows(targets, ratio)

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is compared."""
        return Remark("domias")
