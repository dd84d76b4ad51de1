"""The generator: fixed points, each with logits of the groups of all columns.

It is a network of one layer whose input names a point. With the same paid marginals a network of three layers over
random points, of the kind of GEM, came out a quarter worse and took ten times as long (Adult, epsilon 1): marginals ask
for little that points share.

Sources: Aydore et al. (2021), Differentially private query release through adaptive projection, arXiv:2103.06641; its
softmax form and GEM: Liu, Vietri and Wu (2021), arXiv:2106.07153.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dpsynth.domain.rules import StructuralZeros
from dpsynth.synth.columns import Column
from dpsynth.synth.network.mixture import Mixture

Logits = np.ndarray[Any, np.dtype[np.float32]]
"""Shape (points, groups of all columns)."""

POINTS = 1024
"""Most points;"""
POINTS_A_GROUP = 16
"""fewer for a table of few groups."""
SPREAD = 0.5
"""Standard deviation of the logits at the start: without it all points would stay alike."""
LEAST = 1e-6
"""Least share with which a group starts."""
FADE = (0.9, 0.999)
TINY = 1e-8


@dataclass(frozen=True)
class Generator:
    """Logits, and what Adam remembers of their gradients.

    Attributes:
        sizes: groups of each column.
        logits: logarithms of shares, up to a constant for each point and column.
        mean, square: running means of gradients and of their squares, in the shape of the logits.
        steps: steps taken.
    """

    sizes: tuple[int, ...]
    logits: Logits
    mean: Logits
    square: Logits
    steps: int = 0

    @property
    def shares(self) -> Logits:
        """Softmax within each column."""
        return softmax(self.logits, self.sizes)

    def stepped(self, gradient: Logits, rate: float) -> Generator:
        """One step of Adam (Kingma and Ba (2015), arXiv:1412.6980) along the gradient of a loss in the logits."""
        first, second = FADE
        taken = self.steps + 1
        mean = self.mean * np.float32(first) + gradient * np.float32(1 - first)
        square = self.square * np.float32(second) + gradient * gradient * np.float32(1 - second)
        scale = np.sqrt(square / np.float32(1 - second**taken)) + np.float32(TINY)
        logits = self.logits - np.float32(rate / (1 - first**taken)) * mean / scale
        return replace(self, logits=logits, mean=mean, square=square, steps=taken)

    def mixture(self, columns: Sequence[Column], zeros: StructuralZeros) -> Mixture:
        """What is saved and sampled."""
        return Mixture({c.name: c.size for c in columns}, self.shares, zeros)


def start(
    columns: Sequence[Column], rng: np.random.Generator, points: int | None = None, spread: float = SPREAD
) -> Generator:
    """A generator whose points lie around the paid one-way shares.

    Args:
        columns: groups with their shares.
        rng: public randomness.
        points: number of points; None: by the number of groups.
        spread: see `SPREAD`.
    """
    base = np.log(np.maximum(np.concatenate([c.group_mass() for c in columns]), LEAST))
    points = points or min(POINTS, POINTS_A_GROUP * len(base))
    logits = (base + rng.normal(0, spread, (points, len(base)))).astype(np.float32)
    return Generator(tuple(c.size for c in columns), logits, np.zeros_like(logits), np.zeros_like(logits))


def softmax(logits: Logits, sizes: Sequence[int]) -> Logits:
    """Shares within each column."""
    found = np.empty_like(logits)
    for part, out in zip(parts(logits, sizes), parts(found, sizes), strict=True):
        np.exp(part - part.max(axis=1, keepdims=True), out=out)
        out /= out.sum(axis=1, keepdims=True)
    return found


def through_softmax(gradient: Logits, shares: Logits, sizes: Sequence[int]) -> Logits:
    """The gradient in the logits, from that in the shares."""
    found = gradient * shares
    for part, share in zip(parts(found, sizes), parts(shares, sizes), strict=True):
        part -= share * part.sum(axis=1, keepdims=True)
    return found


def parts(table: Logits, sizes: Sequence[int]) -> list[Logits]:
    """Views of the columns of a table."""
    return np.split(table, np.cumsum(sizes)[:-1], axis=1)
