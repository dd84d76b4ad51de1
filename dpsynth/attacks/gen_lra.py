"""Membership by how much likelier a person makes the synthetic rows nearby."""

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

NEAREST = 5
"""Synthetic rows whose likelihood is compared, for each row of a target."""

REFERENCE_ROWS = 500
"""Rows of the reference: the update looks at all pairs of them with the nearest rows of every target."""


@register("gen_lra")
class GenLRA(Calibrated):
    """Who is in it, judged by the likelihood of the synthetic rows nearby with and without the person.

    Overfitting is local: the rows near a person who was trained on are likelier in a population that has this person
    once more. The population is a kernel density estimate of the reference people, in the first principal axes of the
    release. A person's score is the mean over the person's rows.

    Blind spot: as `domias`.

    Source: Ward et al. (2025), Gen-LRA; here in closed form, see `vectors.gen_lra`.
    """

    name = "gen_lra"

    def judge(
        self, domain: Domain, targets: Units, reference: Units, synthetic: Codes, rng: np.random.Generator
    ) -> Floats:
        """Mean log-likelihood ratio of the nearest synthetic rows."""
        place = Coordinates.of(domain, synthetic, rng).place
        known = reference.codes
        if len(known) > REFERENCE_ROWS:
            known = known[rng.permutation(len(known))[:REFERENCE_ROWS]]
        ratio = vectors.gen_lra(place(targets.codes), place(known), place(synthetic), NEAREST)
        return mean_of_rows(targets, ratio)

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What is compared."""
        return Remark("gen_lra")
