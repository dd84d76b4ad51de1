"""What a critic tells a generator: the gradient of its scores, through rows that are drawn hard.

Straight-through Gumbel-softmax: rows are one-hot on the way forward, so that the critic sees what real rows look like,
and shares on the way back. Source: Jang, Gu and Poole (2017), arXiv:1611.01144.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from dpsynth.privacy.critic import Critic, Tensor
from dpsynth.synth.columns import Column
from dpsynth.synth.denoise import Ints
from dpsynth.synth.dpsgd.network import scores
from dpsynth.synth.network.generator import Generator, Logits, parts, softmax

TEMPERATURE = 1.0
LEAST = 1e-9


class Levels:
    """From groups to levels and back, for the one-hot rows that a critic sees.

    Args:
        columns: groups with the shares of their levels.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        first = np.cumsum([0, *(c.size for c in columns)])
        self.sizes = tuple(len(c.group) for c in columns)
        self.group: Ints = np.concatenate([np.asarray(c.group) + a for c, a in zip(columns, first, strict=False)])
        inside = np.concatenate([np.asarray(c.share) for c in columns])
        self.inside = np.log(np.maximum(inside, LEAST)).astype(np.float32)
        order = np.argsort(self.group, kind="stable")
        self._order, self._starts = order, np.searchsorted(self.group[order], np.arange(int(first[-1])))
        self.first: Ints = np.cumsum([0, *self.sizes])[:-1]

    def to_groups(self, gradient: Logits) -> Logits:
        """Sums over the levels of each group."""
        return np.add.reduceat(gradient[:, self._order], self._starts, axis=1)


def pull(critic: Critic, generator: Generator, levels: Levels, batch: int, rng: np.random.Generator) -> Logits:
    """The gradient, in the logits, of minus the mean score of the generator's rows, in standard deviations of scores.

    Args:
        critic: post-processing of noisy gradients.
        generator: whose rows are scored.
        levels: what its groups hold.
        batch: number of rows. A constant.
        rng: public randomness.
    """
    points = rng.permutation(np.resize(rng.permutation(len(generator.logits)), batch))
    noisy = generator.logits[points][:, levels.group] + levels.inside
    noisy += -np.log(-np.log(rng.random(noisy.shape, dtype=np.float32).clip(1e-12, 1 - 1e-7)))
    hard = np.zeros_like(noisy)
    for part, out in zip(parts(noisy, levels.sizes), parts(hard, levels.sizes), strict=True):
        out[np.arange(batch), part.argmax(axis=1)] = 1
    rows: Tensor = torch.from_numpy(hard).to(critic.parameters).requires_grad_()
    found = scores(critic, rows)
    (slope,) = torch.autograd.grad(found.sum(), rows)
    spread = float(found.detach().std()) + 1e-6
    soft = softmax(noisy / np.float32(TEMPERATURE), levels.sizes)
    back = slope.cpu().numpy().astype(np.float32) * soft
    for part, share in zip(parts(back, levels.sizes), parts(soft, levels.sizes), strict=True):
        part -= share * part.sum(axis=1, keepdims=True)
    gradient = np.zeros_like(generator.logits)
    np.add.at(gradient, points, levels.to_groups(back))
    return gradient * np.float32(-1 / (TEMPERATURE * spread * batch))
