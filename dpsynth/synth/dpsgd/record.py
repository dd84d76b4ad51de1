"""What a release says about a training: public numbers, known when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class TrainingRecord:
    """A training whose critic, optimiser and gradients are gone.

    Attributes:
        parameters: number of parameters of the critic.
        batch: what sums over samples were divided by.
        noise_to_signal: see `plan.Training.noise_to_signal`.
        kept: whether the trained generator was kept; False: it was worse than the noise of the paid tables, so that the
            model is the one of these tables alone.
    """

    parameters: int
    batch: float
    noise_to_signal: float
    kept: bool


@runtime_checkable
class Trained(Protocol):
    """A model that came out of a training, or was fallen back upon after one."""

    @property
    def record(self) -> TrainingRecord:
        """What is said about the training."""
        ...
