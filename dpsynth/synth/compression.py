"""Domain compression: levels that the noise hides are merged for modelling and told apart again when sampling.

A level whose noisy count is below three standard deviations joins the group `rare` of its column. Everything here is
post-processing of noisy one-way marginals. Source: McKenna, Miklau and Sheldon (2021), arXiv:2108.04978, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.privacy.queries import Measurement
from dpsynth.synth.graphical.rounding import Counts, draw_without_replacement, multinomial_counts, systematic_counts

Floats = np.ndarray[Any, np.dtype[np.float64]]

RARE_BELOW = 3.0
"""In standard deviations of the noise in one cell."""


@dataclass(frozen=True)
class Column:
    """How one column is compressed.

    Attributes:
        name: the column.
        group: group number of each level; the rare group, if any, is last.
        share: share of each level within its group.
        mass: share of each level in the column; sums to 1.
    """

    name: str
    group: tuple[int, ...]
    share: tuple[float, ...]
    mass: tuple[float, ...]

    @property
    def size(self) -> int:
        """Number of groups."""
        return max(self.group) + 1

    @property
    def rare(self) -> tuple[int, ...]:
        """Codes of the levels that were merged."""
        last = [code for code, g in enumerate(self.group) if g == self.size - 1]
        return tuple(last) if len(last) > 1 else ()

    def group_mass(self) -> Floats:
        """Share of each group in the column."""
        return np.bincount(self.group, weights=self.mass, minlength=self.size).astype(np.float64)

    def rare_counts(self, n: int, rng: np.random.Generator, *, rounding: bool = True) -> Counts:
        """Counts of the merged levels among n rows of their group, each its share rounded down or up.

        Without rounding they are those of independent rows.
        """
        share = np.array([[self.share[code] for code in self.rare]], np.float64)
        draw = systematic_counts if rounding else multinomial_counts
        counts: Counts = draw(share, np.array([n], np.int64), rng)[0]
        return counts

    def expand(self, groups: Codes, rng: np.random.Generator, left: Counts | None = None) -> Codes:
        """A level for each group code; a random permutation says which row of the merged group gets which level.

        Args:
            groups: group codes, shape (rows,).
            rng: public randomness.
            left: counts of the merged levels for these rows and rows to come, from `rare_counts`; the rows get their
                share of each level, which is taken away. Default: for these rows only.
        """
        levels = np.zeros(self.size, np.uint16)
        levels[list(self.group)] = np.arange(len(self.group))
        codes = levels[groups]
        if self.rare:
            rows = rng.permutation(np.flatnonzero(groups == self.size - 1))
            if left is None:
                left = self.rare_counts(len(rows), rng)
            taken = draw_without_replacement(left, len(rows), rng)
            left -= taken
            codes[rows] = np.repeat(np.asarray(self.rare, np.uint16), taken)
        return codes


def compress(one_ways: Sequence[Measurement], total: float) -> tuple[Column, ...]:
    """Compresses every column by its noisy one-way marginal.

    Args:
        one_ways: one for each column, unmerged.
        total: noisy number of rows.
    """
    return tuple(_column(m, max(1.0, total)) for m in one_ways)


def _column(measured: Measurement, total: float) -> Column:
    counts = measured.values
    mass = project_on_simplex(counts, total) / total
    hidden = counts < RARE_BELOW * measured.sigma
    if hidden.sum() < 2:
        hidden[:] = False
    group = np.where(hidden, (~hidden).sum(), np.cumsum(~hidden) - 1)
    share = np.ones(len(counts))
    if hidden.any():
        part = mass[hidden]
        share[hidden] = part / part.sum() if part.sum() > 0 else 1 / len(part)
    return Column(measured.clique[0], tuple(group.tolist()), tuple(share.tolist()), tuple(mass.tolist()))


def project_on_simplex(values: Floats, total: float) -> Floats:
    """The non-negative table with the given sum that is closest in L2.

    Source: Duchi, Shalev-Shwartz, Singer and Chandra (2008), ICML, algorithm 1.
    """
    falling = np.sort(values)[::-1]
    excess = (np.cumsum(falling) - total) / np.arange(1, len(falling) + 1)
    threshold = float(excess[np.flatnonzero(falling > excess)[-1]])
    return np.maximum(values - threshold, np.float64(0.0))
