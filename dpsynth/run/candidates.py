"""From noisy answers to the synthetic table that is released: the only one, or the best of several.

Which of several is the best is a function of noisy answers: each table's mean distance to the data over all pairs of
columns is asked from the curator and charged, and the smallest answer wins. No table is looked at in any other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dpsynth.domain.attribute import Codes
from dpsynth.synth.base import Measurements, Mechanism, Model
from dpsynth.utility.marginals import MarginalError


@dataclass(frozen=True)
class Made:
    """What a mechanism made.

    Attributes:
        mechanism: the mechanism.
        measured: its noisy answers.
        model: fitted to them.
        codes: synthetic rows.
        distance: the charged answer how far they are from the data; None where the policy pays for none.
    """

    mechanism: Mechanism
    measured: Measurements
    model: Model
    codes: Codes
    distance: MarginalError | None = None


def closest(made: Sequence[Made]) -> Made:
    """The one whose charged distance is smallest; the first of those, so that nothing else decides.

    Raises:
        ValueError: there are several, and not all have a distance.
    """
    if len(made) == 1:
        return made[0]
    distances = [m.distance.mean for m in made if m.distance is not None]
    if not made or len(distances) < len(made):
        raise ValueError("Expected a charged distance of each candidate.")
    return made[distances.index(min(distances))]
