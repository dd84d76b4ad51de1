"""How far a generator is from paid marginals, in units of their noise.

A mixture of products with equal weights has all its pairs in one product of matrices: with P the shares, points x
groups of all columns, the table of two columns is their block of P'P / points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dpsynth.domain.rules import StructuralZeros
from dpsynth.synth.columns import Column
from dpsynth.synth.denoise import Floats
from dpsynth.synth.graphical import NoisyMarginal
from dpsynth.synth.network.generator import Logits, parts

CERTAIN = 1.0
"""Standard deviation, in rows, with which a rule counts as measured. `masking` makes it exact; less stalls a fit."""


@dataclass(frozen=True)
class Targets:
    """Paid marginals as shares, with weights: rows^2 / sigma^2 for a cell.

    Attributes:
        sizes: groups of each column.
        singles: shares and weights, shape (2, groups of all columns).
        pairs: shares and weights, shape (2, groups, groups), in the blocks of measured pairs, both ways round, each
            with half of its weight; weights are 0 elsewhere.
        larger: for each table of three columns and more its columns' places, shares and weight.
        cells: number of measured cells.
    """

    sizes: tuple[int, ...]
    singles: Logits
    pairs: Logits
    larger: tuple[tuple[tuple[int, ...], Logits, float], ...]
    cells: int

    def loss(self, shares: Logits) -> tuple[float, Logits]:
        """Squared distance in units of noise, a cell, and its gradient in the shares. At the truth about 1.

        Args:
            shares: at each point, shape (points, groups of all columns).
        """
        points = np.float32(len(shares))
        apart = shares.mean(axis=0) - self.singles[0]
        pull = self.singles[1] * apart
        found = float(pull @ apart)
        gradient = np.broadcast_to(2 * pull / points, shares.shape)
        both = shares.T @ shares / points - self.pairs[0]
        pulls = self.pairs[1] * both
        found += float(np.vdot(pulls, both))
        gradient = gradient + (shares @ pulls) * (4 / points)
        if self.larger:
            columns, into = parts(shares, self.sizes), parts(gradient, self.sizes)
            for places, wanted, weight in self.larger:
                found += _larger([columns[i] for i in places], wanted, weight, [into[i] for i in places])
        return found / self.cells, gradient / np.float32(self.cells)


def _larger(columns: Sequence[Logits], wanted: Logits, weight: float, into: Sequence[Logits]) -> float:
    """The same for one table of three columns and more; adds to the gradients of its columns."""
    points = np.float32(len(columns[0]))
    letters = "abcd"[: len(columns)]
    each = [f"k{x}" for x in letters]
    apart = np.einsum(f"{','.join(each)}->{letters}", *columns, optimize=True) / points - wanted
    pull = apart * np.float32(weight)
    for i, gradient in enumerate(into):
        others = [j for j in range(len(columns)) if j != i]
        form = f"{letters},{','.join(each[j] for j in others)}->{each[i]}"
        gradient += np.einsum(form, pull, *(columns[j] for j in others), optimize=True) * (2 / points)
    return float(np.vdot(pull, apart))


def targets(
    columns: Sequence[Column], marginals: Sequence[NoisyMarginal], rows: float, zeros: StructuralZeros
) -> Targets:
    """What a generator is fitted to. Answers about the same table are averaged, each with its precision.

    Args:
        columns: groups of each column.
        marginals: noisy counts over groups, in rows.
        rows: noisy number of rows, at least 1.
        zeros: rules over groups; those of one or two columns are fitted like measured zeros.
    """
    where = {c.name: i for i, c in enumerate(columns)}
    ends = np.cumsum([0, *(c.size for c in columns)])
    sums: dict[tuple[int, ...], tuple[Floats, Floats]] = {}
    for m in marginals:
        places = tuple(where[name] for name in m.clique)
        order = np.argsort(places)
        precision = np.full(m.values.shape, (rows / m.sigma) ** 2).transpose(order)
        key = tuple(places[i] for i in order)
        before = sums.get(key, (np.zeros(precision.shape), np.zeros(precision.shape)))
        sums[key] = before[0] + precision * m.values.transpose(order) / rows, before[1] + precision
    cells = sum(precision.size for _, precision in sums.values())
    for clique, mask in zeros:
        if len(clique) <= 2:
            key = tuple(where[name] for name in clique)  # in the order of the domain
            before = sums.get(key, (np.zeros(mask.shape), np.zeros(mask.shape)))
            sums[key] = np.where(mask, 0.0, before[0]), np.where(mask, (rows / CERTAIN) ** 2, before[1])
    total = int(ends[-1])
    singles, pairs = np.zeros((2, total)), np.zeros((2, total, total))
    larger = []
    for key, (weighted, precision) in sums.items():
        shares = np.divide(weighted, precision, out=np.zeros_like(precision), where=precision > 0)
        at = tuple(slice(ends[i], ends[i + 1]) for i in key)
        if len(key) == 1:
            singles[:, at[0]] = shares, precision
        elif len(key) == 2:
            pairs[:, at[0], at[1]] = shares, precision / 2
            pairs[:, at[1], at[0]] = shares.T, precision.T / 2
        elif key:
            larger.append((key, shares.astype(np.float32), float(precision.flat[0])))
    sizes = tuple(c.size for c in columns)
    return Targets(sizes, singles.astype(np.float32), pairs.astype(np.float32), tuple(larger), max(1, cells))
