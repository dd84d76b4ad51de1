"""One step of a critic: a noisy gradient on real rows, an ordinary one on rows that are no records, Adam, a clamp."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import torch

from dpsynth.privacy.critic import Critic, GradientMeasurer, Tensor
from dpsynth.privacy.gradients import clipped_sum
from dpsynth.synth.dpsgd.plan import PURPOSE, Training

FADE = (0.5, 0.999)
"""How much of the two running means of Adam each step keeps. Source: Bie, Kamath and Zhang (2023), arXiv:2302.02936."""
TINY = 1e-8


@dataclass(frozen=True)
class Trained:
    """A critic and what its optimiser remembers.

    Attributes:
        critic: the critic.
        mean: running mean of gradients, shape (P,).
        square: running mean of their squares, shape (P,).
        steps: steps taken.
    """

    critic: Critic
    mean: Tensor
    square: Tensor
    steps: int = 0

    @classmethod
    def start(cls, critic: Critic) -> Trained:
        """Before the first step."""
        return cls(critic, torch.zeros_like(critic.parameters), torch.zeros_like(critic.parameters))


def step(
    before: Trained,
    measurer: GradientMeasurer,
    fakes: Tensor,
    training: Training,
    rate: float,
    clamp: float = math.inf,
) -> Trained:
    """The critic after one step, which is the only use of real rows in training.

    The gradient is (noisy sum over a sample) / batch + mean over the fakes. Fakes are clipped like real rows, not for
    privacy but so that neither side outweighs the other. All sizes are constants: nothing here depends on how many
    people were in the sample.

    Args:
        before: the critic so far.
        measurer: asked once.
        fakes: inputs of rows that are no records, shape (fakes, columns), as in `gradients.clipped_sum`.
        training: constants.
        rate: learning rate.
        clamp: largest size of a parameter. A public number.

    Raises:
        BudgetError: all steps are used up.
    """
    critic = before.critic
    real = measurer.gradient(critic, training.clip, training.capacity, PURPOSE) / training.batch
    everyone = torch.ones(len(fakes), dtype=torch.bool, device=fakes.device)
    # Rows that are no records may round as they like: all of them are one block.
    fake = clipped_sum(critic, fakes, everyone, training.clip, -1.0, len(fakes)) / len(fakes)
    return adam(before, real + fake.to(real), rate, clamp)


def adam(before: Trained, gradient: Tensor, rate: float, clamp: float) -> Trained:
    """One step of Adam (Kingma and Ba (2015), arXiv:1412.6980) and the clamp."""
    first, second = FADE
    taken = before.steps + 1
    mean: Any = torch.lerp(before.mean, gradient, 1 - first)
    square: Any = (before.square * second).addcmul_(gradient, gradient, value=1 - second)
    scale = (square / (1 - second**taken)).sqrt_().add_(TINY)
    moved = torch.addcdiv(before.critic.parameters, mean, scale, value=-rate / (1 - first**taken))
    critic = replace(before.critic, parameters=moved.clamp_(-clamp, clamp).detach())
    return Trained(critic, mean, square, taken)
