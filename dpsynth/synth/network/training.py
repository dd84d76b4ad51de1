"""A generator with two sources of loss: paid marginals, and a critic that learns from real rows by DP-SGD.

The critic's steps are the only ones that touch rows, through the curator, and there are exactly as many as were
planned. All else follows from their noisy answers, from rows that are no records, and from public randomness.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from dpsynth.domain.rules import StructuralZeros
from dpsynth.privacy.critic import Critic, GradientMeasurer, Tensor
from dpsynth.synth.columns import Column
from dpsynth.synth.denoise import Ints
from dpsynth.synth.dpsgd.network import fresh, scores
from dpsynth.synth.dpsgd.plan import Training
from dpsynth.synth.dpsgd.step import Trained, step
from dpsynth.synth.network.critic_loss import Levels, pull
from dpsynth.synth.network.generator import Generator, Logits, through_softmax
from dpsynth.synth.network.ladder import Ladder
from dpsynth.synth.network.marginal_loss import Targets
from dpsynth.synth.tree_model import CompressedModel

CLAMP = 0.05
"""Largest size of a critic's parameter: keeps a linear loss bounded. Source: Arjovsky, Chintala and Bottou (2017),
arXiv:1701.07875."""
CRITIC_RATE = 5e-4
GENERATOR_RATE = 0.02
FAKES = 1024
"""Rows that are no records in each step of the critic."""
POOL = 8
"""Steps that a pool of rows lasts, unless the generator moves before."""
ROWS = 2048
"""Rows in each step of the generator."""
VOICE = 0.05
"""Weight of the critic: its scores are in standard deviations, the marginals in squared units of noise a cell."""
KEEP = 0.95
"""Part of the running mean of the logits that each step of the generator keeps."""
SEED = 1
LEAST_STEPS = 100
"""Steps that the generator takes at least, if the critic takes so many."""


@dataclass(frozen=True)
class Lesson:
    """What stays the same in all steps.

    Attributes:
        training: constants of the critic's steps.
        targets: paid marginals, for the generator.
        columns: groups of levels.
        zeros: rules over groups.
    """

    training: Training
    targets: Targets
    columns: tuple[Column, ...]
    zeros: StructuralZeros

    def rows(self, generator: Generator, n: int, rng: np.random.Generator) -> Ints:
        """Levels of rows that are no records, shape (rows, columns)."""
        model = CompressedModel(self.columns, generator.mixture(self.columns, self.zeros))
        return model.sample(n, rng, rounding=False).astype(np.int64)


def train(
    lesson: Lesson,
    generator: Generator,
    hidden: tuple[int, ...],
    rung: int,
    measurer: GradientMeasurer,
    device: str = "cpu",
) -> tuple[Logits, Logits]:
    """Takes all planned steps of the critic, and those of the generator between them.

    Args:
        lesson: what stays the same.
        generator: fitted to the paid marginals.
        hidden: widths of the critic's hidden layers.
        rung: steps of the critic for each of the generator, at first.
        measurer: asked once for each step of the critic.
        device: where the critic lives.

    Returns:
        The running mean of the generator's logits at the end, and after half of the steps. The critic is gone.
    """
    rng = np.random.default_rng(SEED)
    training, levels = lesson.training, Levels(lesson.columns)
    steps = training.event.steps
    critic = fresh((sum(levels.sizes), *hidden, 1), rng, device=device)
    trained = Trained.start(replace(critic, parameters=critic.parameters.clamp(-CLAMP, CLAMP)))
    nothing = np.zeros_like(generator.logits)
    generator = replace(generator, mean=nothing, square=nothing, steps=0)
    ladder, since = Ladder(rung, max(rung, steps // LEAST_STEPS)), 0

    def rows(n: int) -> Tensor:
        return torch.from_numpy(lesson.rows(generator, n, rng) + levels.first).to(device)

    reference, pool = rows(FAKES), rows(0)
    mean = halfway = generator.logits
    for number in range(1, steps + 1):
        if len(pool) < FAKES:
            pool = rows(FAKES * min(POOL, ladder.rung))
        trained = step(trained, measurer, pool[:FAKES], training, CRITIC_RATE, CLAMP)
        pool, since = pool[FAKES:], since + 1
        if since >= ladder.rung:
            generator = _moved(lesson, generator, trained.critic, levels, rng)
            mean = np.float32(KEEP) * mean + np.float32(1 - KEEP) * generator.logits
            pool, since = rows(FAKES * min(POOL, ladder.rung)), 0
            ladder = ladder.seen(_below(trained.critic, pool[:FAKES], reference))
        if number == (steps + 1) // 2:
            halfway = mean
    return mean, halfway


def _moved(lesson: Lesson, generator: Generator, critic: Critic, levels: Levels, rng: np.random.Generator) -> Generator:
    """One step of the generator: both losses together."""
    shares = generator.shares
    marginal = through_softmax(lesson.targets.loss(shares)[1], shares, generator.sizes)
    voice = pull(critic, generator, levels, ROWS, rng)
    return generator.stepped(marginal + np.float32(VOICE) * voice, GENERATOR_RATE)


def _below(critic: Critic, fakes: Tensor, reference: Tensor) -> float:
    """Share of rows that the critic scores below the mean of the start."""
    with torch.no_grad():
        bar = _scores(critic, reference).mean()
        return float((_scores(critic, fakes) < bar).double().mean())


def _scores(critic: Critic, inputs: Tensor) -> Tensor:
    hot = torch.zeros(len(inputs), critic.widths[0], dtype=critic.parameters.dtype, device=inputs.device)
    return scores(critic, hot.scatter_(1, inputs, 1.0))
