"""What a trainer may ask about real rows: noisy sums of clipped gradients of a critic.

A critic gives one number to one row. It is a value made of public or noisy numbers, and its form leaves no place for
what would mix rows or remember them: no normalisation over a batch, no dropout, no buffers, no packs of several rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

Tensor = Any
"""A torch tensor. torch is an optional dependency, which this file does not need."""

SLOPE = 0.2
"""Slope of the activation max(x, 0.2 x) below 0."""
MOST_PARAMETERS = 1 << 19
"""Rounding this many coordinates to the grid moves a sum by less than half of `gradients.SLACK`."""
WIDEST = 4096
"""Widest hidden layer: what 32 bits lose in the norm of so many numbers is nothing beside `gradients.SLACK`."""
MOST_PLACES = 1 << 16
"""Largest table of rows: what 64 bits lose in adding up so many is nothing beside `gradients.SLACK`."""

Loss = Literal["linear", "logistic"]


@dataclass(frozen=True)
class Critic:
    """A fully connected network from the one-hot codes of a row to one number, with leaky ReLU between the layers.

    Attributes:
        widths: the layers' widths: levels of all columns together, hidden layers, 1.
        parameters: all weights and biases, shape (P,), float32 or float64: for each layer the weights of shape
            (inputs, outputs), row by row, then the biases.
        loss: what the score s of a row of label y costs: linear -y s, logistic log(1 + e^(-y s)). Real rows have y = 1.
    """

    widths: tuple[int, ...]
    parameters: Tensor
    loss: Loss = "linear"

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.widths) < 1 or self.widths[-1] != 1:
            raise ValueError(f"Expected widths={self.widths!r} of at least two layers that end in 1.")
        if max(self.widths[1:]) > WIDEST:
            raise ValueError(f"Expected layers of at most {WIDEST} in widths={self.widths!r}. Use narrower layers.")
        if self.loss not in ("linear", "logistic"):
            raise ValueError(f"Expected loss={self.loss!r} to be 'linear' or 'logistic'.")
        number = size(self.widths)
        if number > MOST_PARAMETERS:
            raise ValueError(f"Expected at most {MOST_PARAMETERS} parameters, got {number}. Use narrower layers.")
        shape, kind = tuple(self.parameters.shape), str(self.parameters.dtype)
        if shape != (number,) or kind not in ("torch.float32", "torch.float64"):
            raise ValueError(f"Expected {number} parameters in float32 or float64, got shape {shape} in {kind}.")

    @property
    def layers(self) -> tuple[tuple[Tensor, Tensor], ...]:
        """Weights, shape (inputs, outputs), and biases, shape (outputs,), of each layer: views of the parameters."""
        found, start = [], 0
        for inputs, outputs in pairwise(self.widths):
            middle = start + inputs * outputs
            weights = self.parameters[start:middle].reshape(inputs, outputs)
            found.append((weights, self.parameters[middle : middle + outputs]))
            start = middle + outputs
        return tuple(found)


def size(widths: tuple[int, ...]) -> int:
    """Number of parameters."""
    return sum(inputs * outputs + outputs for inputs, outputs in pairwise(widths))


class GradientMeasurer(Protocol):
    """Answers about gradients on real rows, with noise."""

    def gradient(self, critic: Critic, clip: float, capacity: int, purpose: str) -> Tensor:
        """One step of the `SampledGaussian` that was reserved for this purpose.

        Each person is in the sample with the reserved rate. The gradient of the loss of each person's row is scaled
        down to a norm of at most `clip`; gradients that are not finite count as 0. Their sum gets noise of standard
        deviation sigma times clip in each coordinate. A sample without anybody is a step like any other: its answer is
        noise. The sum is not divided by anything: whoever asks divides by a constant, never by the number of people in
        the sample, which stays secret.

        Args:
            critic: of public or noisy numbers.
            clip: a public or noisy number; the cost does not depend on it.
            capacity: places of a table; a sample that needs more gets a second table. A public number, above nearly all
                samples, so that steps have one shape and take one time.
            purpose: name of the reservation.

        Returns:
            The noisy sum, shape (P,), in the type and on the device of the parameters.

        Raises:
            ValueError: the critic does not fit the columns, or a number is out of range. Nothing was charged.
            BudgetError: no step of this purpose is left. Nothing was drawn.
        """
        ...


def check(critic: Critic, levels: int, clip: float, capacity: int) -> None:
    """Whether a question makes sense, from public numbers.

    Raises:
        ValueError: it does not.
    """
    if critic.widths[0] != levels:
        raise ValueError(f"Expected a critic of {levels} inputs, one for each level, got {critic.widths[0]}.")
    if not 1 <= capacity <= MOST_PLACES:
        raise ValueError(f"Expected 1 <= capacity={capacity!r} <= {MOST_PLACES}.")
    if not 2.0**-20 <= clip <= 2.0**20:
        raise ValueError(f"Expected clip={clip!r} between 2^-20 and 2^20.")
