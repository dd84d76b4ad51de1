"""Values along an ordered column, between bounds that differ from row to row: by inversion, never by rejection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Grid, Ticks

Weights = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Along:
    """A distribution over the ticks of a column that is even inside each level.

    Attributes:
        ends: where each run of ticks begins and, as the last entry, where the last one ends.
        density: weight of one tick, for each run.
        mass: weight below each of `ends`.
    """

    ends: Ticks
    density: Weights
    mass: Weights

    @classmethod
    def of(cls, grid: Grid, weights: Weights) -> Along:
        """The distribution in which each level has its weight; that of the missing level is not looked at."""
        ends, codes = grid.runs
        size = np.diff(ends)
        count = np.bincount(codes, size, grid.size)
        density = weights[codes] / count[codes]
        return cls(ends, density, np.concatenate([[0.0], np.cumsum(density * size)]))

    def draw(self, low: Ticks, high: Ticks, rng: np.random.Generator) -> Ticks:
        """One tick for each row, shape (rows,), from the distribution conditioned on `low` to `high`.

        Bounds beyond the column's own are moved to them; where nothing of the distribution lies between the bounds,
        all ticks between them have the same chance. Every low is at most its high after that.
        """
        low, high = np.maximum(low, self.ends[0]), np.minimum(high, self.ends[-1] - 1)
        below, up_to = self._mass_below(low), self._mass_below(high + 1)
        share = rng.random(len(low))
        point = np.minimum(below + share * (up_to - below), np.nextafter(up_to, 0.0))
        run = np.clip(np.searchsorted(self.mass, point, side="right") - 1, 0, len(self.density) - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.floor((point - self.mass[run]) / self.density[run])
        ticks = self.ends[run] + np.nan_to_num(inside, posinf=0.0, neginf=0.0).astype(np.int64)
        ticks = np.clip(np.minimum(ticks, self.ends[run + 1] - 1), low, high)
        evenly = low + np.floor(share * (high - low + 1)).astype(np.int64)
        return np.asarray(np.where(up_to > below, ticks, evenly), np.int64)

    def possible(self, low: Ticks, high: Ticks) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether something of the distribution lies between the bounds, shape (rows,)."""
        low, high = np.maximum(low, self.ends[0]), np.minimum(high, self.ends[-1] - 1)
        return np.asarray((low <= high) & (self._mass_below(high + 1) > self._mass_below(low)))

    def _mass_below(self, ticks: Ticks) -> Weights:
        run = np.clip(np.searchsorted(self.ends, ticks, side="right") - 1, 0, len(self.density) - 1)
        return np.asarray(self.mass[run] + (ticks - self.ends[run]) * self.density[run])
