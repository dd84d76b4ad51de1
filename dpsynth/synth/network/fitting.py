"""A generator fitted to paid marginals."""

from __future__ import annotations

import math

from dpsynth.synth.network.generator import Generator, through_softmax
from dpsynth.synth.network.marginal_loss import Targets

RATE = 0.2


def fit(generator: Generator, targets: Targets, steps: int, enough: float = 0.0) -> Generator:
    """The generator after so many steps of Adam with a falling rate, or fewer, once it is near enough."""
    for step in range(steps):
        shares = generator.shares
        loss, gradient = targets.loss(shares)
        if loss < enough:
            break
        rate = RATE * (0.02 + 0.98 * (1 + math.cos(math.pi * step / steps)) / 2)
        generator = generator.stepped(through_softmax(gradient, shares, generator.sizes), rate)
    return generator
