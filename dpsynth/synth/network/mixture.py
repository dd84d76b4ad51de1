"""What a fitted generator is: a finite mixture of products.

A generator maps a point to the shares of each column's groups, and its points are fixed. So what it can say is one
table, points x groups: rows choose a point, then each column its group, independently. The marginals are sums over the
points, a condition reweighs them, and neither the network nor a random generator's stream has to be kept.

Sampling. Independent rows would scatter around the marginals as real samples do. With `rounding` the random numbers
behind a row, one for its point and one for each column, are a scrambled Sobol sequence: every row has the exact law,
and together they fill every two or three dimensions evenly, so that counts of pairs scatter less. Source: Owen (1995),
Randomly permuted (t,m,s)-nets and (t,s)-sequences.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.domain.rules import StructuralZeros
from dpsynth.privacy.queries import Clique
from dpsynth.synth.denoise import Floats, Ints
from dpsynth.synth.graphical.rounding import Counts
from dpsynth.synth.graphical.sample import BLOCK
from dpsynth.synth.network.masking import Step, steps

CHUNK = 1 << 14
"""Rows that are drawn at a time, inside a block."""
LAST = 1 - 2.0**-32
"""Largest random number: a point's number and it fit into 53 bits together."""

Uniform = Callable[[int], Floats]
"""Random numbers below 1, shape (rows, 1 + columns)."""


@dataclass(frozen=True)
class Drawing:
    """Rows on their way, as `graphical.model.Drawing`. Their counts are known only when they are drawn."""

    blocks: Iterator[Codes]

    def counts(self, name: str) -> Counts | None:
        """None: unknown."""
        return None


@dataclass(frozen=True)
class Mixture:
    """A mixture of products over groups, with equal weights.

    Attributes:
        sizes: groups of each column, in the order of the domain.
        shares: share of each group of each column at each point, shape (points, groups of all columns).
        zeros: combinations of groups that no row has. Columns under rules are drawn one after the other (`masking`).
    """

    sizes: Mapping[str, int]
    shares: np.ndarray[Any, np.dtype[np.float32]]
    zeros: StructuralZeros = ()

    @cached_property
    def columns(self) -> Mapping[str, Floats]:
        """Shares of the groups of each column, shape (points, groups)."""
        ends = np.cumsum(list(self.sizes.values()))[:-1]
        parts = np.split(self.shares.astype(np.float64), ends, axis=1)
        return {name: part / part.sum(axis=1, keepdims=True) for name, part in zip(self.sizes, parts, strict=True)}

    def marginal(self, clique: Clique) -> Floats:
        """Probabilities of the cells of a marginal over groups.

        Without rules exact. With rules, what they forbid within the clique is 0 and the rest is scaled up; what they
        move through other columns is left out.
        """
        points = len(self.shares)
        *first, last = (self.columns[name] for name in clique)
        joint = np.full((points, 1), 1 / points)
        for part in first:
            joint = (joint[:, :, None] * part[:, None, :]).reshape(points, -1)
        table = (joint.T @ last).reshape([self.sizes[name] for name in clique])
        for names, mask in self.zeros:
            if set(names) <= set(clique):
                order = sorted(range(len(names)), key=lambda i: clique.index(names[i]))
                shape = [self.sizes[name] if name in names else 1 for name in clique]
                table = np.where(mask.transpose(order).reshape(shape), 0.0, table)
        total = table.sum()
        return np.asarray(table / total if total > 0 else table)

    def draw(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        rounding: bool = True,
        given: Mapping[str, int] | None = None,
        block: int = BLOCK,
    ) -> Drawing:
        """Draws n rows block by block.

        Args:
            n: number of rows, at least 0.
            rng: public randomness.
            rounding: counts of pairs closer to expected than those of independent rows.
            given: column -> group that every row shall have; the points are reweighed, which is exact without rules.
            block: rows of a block; the last one is smaller.

        Raises:
            ValueError: n is negative, or no row can have what is given; at once, not at the first block.
        """
        if n < 0:
            raise ValueError(f"n is {n}, but must be at least 0.")
        given = dict(given or {})
        plan = steps(self.sizes, self.zeros, given)
        weight = np.full(len(self.shares), 1 / len(self.shares))
        for name, code in given.items():
            weight = weight * self.columns[name][:, code]
        if weight.sum() <= 0:
            raise ValueError("no row has the given levels.")
        uniform = self._sobol(rng) if rounding else lambda rows: rng.random((rows, 1 + len(self.sizes)))
        return Drawing(self._blocks(n, block, uniform, rng, np.cumsum(weight) / weight.sum(), given, plan))

    def _sobol(self, rng: np.random.Generator) -> Uniform:
        # Loading it takes half a CPU second, and every reader of a model file imports this module.
        from scipy.stats import qmc

        sequence = qmc.Sobol(1 + len(self.sizes), scramble=True, seed=rng)

        def uniform(rows: int) -> Floats:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # numbers of rows are seldom powers of 2
                return np.asarray(sequence.random(rows))

        return uniform

    def _blocks(
        self,
        n: int,
        block: int,
        uniform: Uniform,
        rng: np.random.Generator,
        ends: Floats,
        given: Mapping[str, int],
        plan: tuple[Step, ...],
    ) -> Iterator[Codes]:
        ladders = {name: _ladder(part) for name, part in self.columns.items()}
        for start in range(0, max(n, 1), block):
            size = min(block, n - start)
            codes = np.empty((len(self.sizes), size), np.uint16)
            order = rng.permutation(size)
            for first in range(0, size, CHUNK):
                here = order[first : first + CHUNK]
                u = np.minimum(uniform(len(here)), LAST)
                point = np.minimum(np.searchsorted(ends, u[:, 0], side="right"), len(ends) - 1)
                codes[:, here] = self._rows(point, u[:, 1:], ladders, given, plan)
            yield codes.T

    def _rows(
        self, point: Ints, u: Floats, ladders: Mapping[str, Floats], given: Mapping[str, int], plan: tuple[Step, ...]
    ) -> Codes:
        """Groups of the rows of one chunk, shape (columns, rows)."""
        codes = np.empty((len(self.sizes), len(point)), np.uint16)
        where = {name: i for i, name in enumerate(self.sizes)}
        ruled = {step.name for step in plan}
        for name, size in self.sizes.items():
            if name in given:
                codes[where[name]] = given[name]
            elif name not in ruled:
                codes[where[name]] = (
                    np.searchsorted(ladders[name], point + u[:, where[name]], side="right") - point * size
                )
        for step in plan:
            allowed = step.possible[tuple(codes[where[name]] for name in step.before)]
            inside = self.columns[step.name][point] * allowed
            # A group that the network gives no share to must still be drawn where it is the only possible one.
            inside = np.where(inside.sum(axis=1, keepdims=True) > 0, inside, allowed)
            ladder = np.cumsum(inside, axis=1)
            codes[where[step.name]] = (ladder <= u[:, where[step.name], None] * ladder[:, -1:]).sum(axis=1)
        return codes

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Plain arrays for a model file."""
        about = {"sizes": list(self.sizes.items()), "zeros": [clique for clique, _ in self.zeros]}
        text = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
        return {"about": text, "shares": self.shares, **{f"zero_{i}": mask for i, (_, mask) in enumerate(self.zeros)}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Mixture:
        """The inverse of `to_arrays`.

        Raises:
            ValueError: the shares are no table of probabilities.
        """
        about = json.loads(arrays["about"].tobytes())
        zeros = tuple((tuple(clique), arrays[f"zero_{i}"]) for i, clique in enumerate(about["zeros"]))
        sizes, shares = {name: int(size) for name, size in about["sizes"]}, arrays["shares"]
        if shares.ndim != 2 or shares.shape[1] != sum(sizes.values()) or not (shares >= 0).all():
            raise ValueError("the shares are no table of probabilities.")
        return cls(sizes, shares, zeros)


def _ladder(part: Floats) -> Floats:
    """Cumulated shares of all points one after the other, so that one search finds a group at any point."""
    ladder = np.cumsum(part, axis=1)
    ladder /= ladder[:, -1:]
    return np.asarray((np.arange(len(part))[:, None] + ladder).ravel())
