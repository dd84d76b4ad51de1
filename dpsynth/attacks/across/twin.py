"""The public twin of an evidence: invented people in all parts."""

from __future__ import annotations

import numpy as np

from dpsynth.attacks.across.base import FamilyEvidence
from dpsynth.attacks.across.groups import take
from dpsynth.data.family import BoundedFamily
from dpsynth.domain.family import Family
from dpsynth.utility.relations.cohort import together

SHARES = (0.4, 0.15, 0.15)
"""Members, reference and control; the others are the release."""


def twin(family: Family, invented: BoundedFamily, rng: np.random.Generator) -> FamilyEvidence:
    """Invented people in the parts of real ones, and others as the release, in which nobody can leak."""
    everyone = together(invented.train, invented.reference, invented.control)
    cuts = (np.cumsum(SHARES) * everyone.size).astype(np.int64)
    parts = [take(everyone, np.sort(part)) for part in np.split(rng.permutation(everyone.size), cuts)]
    return FamilyEvidence(family, *parts)
