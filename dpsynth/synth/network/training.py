"""A generator with two sources of loss: paid marginals, and a critic that learns from real rows by DP-SGD.

The critic's steps are the only ones that touch rows, through the curator, and there are exactly as many as were
planned. All else follows from their noisy answers, from rows that are no records, and from public randomness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from dpsynth.privacy.critic import GradientMeasurer, Tensor
from dpsynth.synth.design import Evidence
from dpsynth.synth.dpsgd import network
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
LEAST_STEPS = 100
"""Steps that the generator takes at least, if the critic takes so many."""


@dataclass(frozen=True)
class State:
    """Where a training stands after some steps. Noisy answers and public randomness made it; no noise is in it.

    Attributes:
        steps: steps of the critic.
        critic: the critic and its optimiser.
        generator: the generator and its optimiser.
        mean: running mean of its logits.
        halfway: the running mean after half of the steps.
        ladder: steps of the critic for each of the generator.
        since: steps of the critic since the last one of the generator.
        reference: mean score of the start under the critic is compared with rows of these levels, shape (rows, columns).
        randomness: state of the public random generator.
    """

    steps: int
    critic: Trained
    generator: Generator
    mean: Logits
    halfway: Logits
    ladder: Ladder
    since: int
    reference: np.ndarray
    randomness: dict


def start(
    generator: Generator, evidence: Evidence, hidden: tuple[int, ...], rung: int, training: Training, device: str
) -> State:
    """Before the first step: the generator is the one that was fitted to the marginals."""
    rng = np.random.default_rng(1)
    levels = sum(len(c.group) for c in evidence.columns)
    critic = network.fresh((levels, *hidden, 1), rng, device=device)
    critic = replace(critic, parameters=critic.parameters.clamp(-CLAMP, CLAMP))
    reference = _rows(generator, evidence, FAKES, rng)
    ladder = Ladder(rung, max(rung, training.event.steps // LEAST_STEPS))
    still = replace(generator, mean=np.zeros_like(generator.mean), square=np.zeros_like(generator.square), steps=0)
    logits = generator.logits
    return State(
        0, Trained.start(critic), still, logits, logits, ladder, 0, reference, rng.bit_generator.state
    )


def train(
    state: State,
    measurer: GradientMeasurer,
    targets: Targets,
    evidence: Evidence,
    training: Training,
    until: int,
) -> State:
    """Takes steps of the critic until so many were taken, and those of the generator between them."""
    rng = np.random.default_rng()
    rng.bit_generator.state = state.randomness
    levels = Levels(evidence.columns)
    critic, generator, mean, halfway = state.critic, state.generator, state.mean, state.halfway
    ladder, since = state.ladder, state.since
    like = critic.critic.parameters
    pool: Tensor = torch.empty(0)
    for number in range(state.steps, until):
        if len(pool) < FAKES:
            fakes = _rows(generator, evidence, FAKES * min(POOL, ladder.rung), rng)
            pool = torch.from_numpy(fakes + levels.first).to(like.device)
        critic = step(critic, measurer, pool[:FAKES], training, CRITIC_RATE, CLAMP)
        pool, since = pool[FAKES:], since + 1
        if since >= ladder.rung:
            shares = generator.shares
            marginal = through_softmax(targets.loss(shares)[1], shares, generator.sizes)
            voice = pull(critic.critic, generator, levels, ROWS, rng)
            generator = generator.stepped(marginal + np.float32(VOICE) * voice, GENERATOR_RATE)
            mean = np.float32(KEEP) * mean + np.float32(1 - KEEP) * generator.logits
            fakes = _rows(generator, evidence, FAKES * min(POOL, ladder.rung), rng)
            pool, since = torch.from_numpy(fakes + levels.first).to(like.device), 0
            ladder = ladder.seen(_below(critic, pool[:FAKES], state.reference, levels))
        if 2 * (number + 1) == training.event.steps or 2 * (number + 1) == training.event.steps + 1:
            halfway = mean
    return State(
        until, critic, generator, mean, halfway, ladder, since, state.reference, rng.bit_generator.state
    )
