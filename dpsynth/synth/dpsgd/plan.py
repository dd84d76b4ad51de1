"""Constants of a training, from public or paid numbers, before any data are opened."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dpsynth import _validate
from dpsynth.privacy import accountant
from dpsynth.privacy.critic import MOST_PLACES
from dpsynth.privacy.events import Event, SampledGaussian, snap_rate
from dpsynth.privacy.units import Delta, Epsilon

PURPOSE = "critic"
SPREAD = 5.0
"""Standard deviations of the size of a sample that one table has room for."""


@dataclass(frozen=True)
class Training:
    """What a critic is trained with. No number in it comes from the table.

    Attributes:
        event: steps, rate and noise.
        batch: what sums are divided by: the expected size of a sample for the planned number of people.
        capacity: places of a table of rows.
        clip: largest norm of one person's gradient.
    """

    event: SampledGaussian
    batch: float
    capacity: int
    clip: float = 1.0

    def noise_to_signal(self, parameters: int) -> float:
        """The length of the noise over the longest that a mean gradient can be: sigma sqrt(P) / batch.

        Around 1 and above, a critic follows the noise and learns nothing.
        """
        return self.event.sigma * math.sqrt(parameters) / self.batch


def plan(
    epsilon: Epsilon,
    delta: Delta,
    people: int,
    most: int,
    batch: float,
    steps: int,
    clip: float = 1.0,
    beside: Event | None = None,
) -> Training:
    """The training that uses up a budget in exactly `steps` steps.

    Args:
        epsilon: of the whole release, with everything that is asked beside the steps.
        delta: of the whole release.
        people: planned number of people: declared, or noisy and paid for.
        most: declared largest number of people; decides shapes only.
        batch: expected size of a sample of the planned number.
        steps: number of steps.
        clip: largest norm of one person's gradient.
        beside: everything else in the release: marginals, a paid utility question.

    Raises:
        ValueError: the budget is used up by what is asked beside the steps, or a number is out of range.
    """
    _validate.positive(people=people, batch=batch, clip=clip)
    if not batch <= people <= most:
        raise ValueError(f"Expected batch={batch!r} <= people={people!r} <= most={most!r}.")
    rate = snap_rate(batch / people)
    expected = rate * most
    capacity = min(MOST_PLACES, math.ceil(expected + SPREAD * math.sqrt(expected * (1 - rate))))
    event = accountant.calibrate_steps(epsilon, delta, rate, steps, beside, PURPOSE)
    return Training(event, batch, capacity, clip)
