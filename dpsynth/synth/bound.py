"""How far one privacy unit can move a marginal, and how much noise that asks for.

A mechanism reckons in noise multipliers: standard deviation of the noise over the most that one unit can move the
answer. What a multiplier means in rows follows from the contribution bound:

* plain counts: a unit with at most k rows moves a marginal by at most k;
* clipped counts: a unit's own histogram is scaled down to the L2 length C, which may differ between marginals. The
  cost does not depend on C, so C may follow from noisy answers.

With "auto", C follows from a paid histogram of the number of rows of a unit. Rows of one unit spread over the cells of
a large table more than over those of a small one, so the histogram over m cells of a unit with K rows has a length of
about K^a with a falling from 0.83 (10 cells) to 0.65 (150 cells): that much is asked, and no more. Noise grows with the
cells and what clipping hides does not: in tables with many cells clipping begins earlier, by the same rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dpsynth.privacy.events import GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.queries import Clique, Groups, Measurement, Measurer
from dpsynth.synth.denoise import Floats, project_on_simplex
from dpsynth.synth.task import Task

SIZES_SHARE, TOTAL_SHARE = 0.02, 0.05
"""Shares of mu^2 for the histogram of rows a unit and for the total, where counts are clipped."""
DISTORTION = 0.3
"""L1 error, in rows, for each row that clipping hides: its unit still counts, only less, and totals are restored."""
CERTAIN = 3.0
"""Standard deviations of its noise that a number of units must exceed, so that the total may count on it."""
TYPICAL_CELLS = 50
"""Cells of a typical marginal, for choosing the number of rows at which clipping begins."""
LARGE_CELLS = tuple(TYPICAL_CELLS * 2**k for k in range(1, 12))
"""Numbers of cells from which on it may begin earlier."""


@dataclass(frozen=True)
class Bound:
    """What one unit can do to a marginal.

    Attributes:
        rows: largest number of rows of one unit.
        reach: number of rows of a unit at which clipping begins; None for plain counts.
        fixed: whether the policy names the length C itself.
        earlier: (cells, rows): from so many cells on, clipping begins at so many rows; cells ascend.
    """

    rows: int
    reach: float | None = None
    fixed: bool = False
    earlier: tuple[tuple[int, float], ...] = ()

    def clip(self, cells: int) -> float | None:
        """C for a marginal of so many cells; None for plain counts."""
        if self.reach is None or self.fixed:
            return self.reach
        exponent = np.interp(math.log(max(1, cells)), np.log([1, 10, 35, 150]), [1.0, 0.83, 0.77, 0.65])
        reach = next((r for least, r in reversed(self.earlier) if cells >= least), self.reach)
        return max(1.0, float(reach**exponent))

    def clips(self, cells: Sequence[int]) -> list[float] | None:
        """C for marginals of so many cells; None for plain counts."""
        return None if self.reach is None else [self.clip(m) or 1.0 for m in cells]

    def sigma(self, multiplier: float, cells: int) -> float:
        """Standard deviation of the noise in one cell, in rows."""
        length = self.clip(cells)
        return multiplier * (self.rows if length is None else length)


def multiplier(mu_squared: float, queries: int = 1) -> float:
    """The noise multiplier of each of so many queries that cost mu_squared together."""
    return math.sqrt(queries / mu_squared)


def sensitivity(task: Task) -> float:
    """What events call the sensitivity: rows for plain counts, 1 for counts in units of their clip."""
    return float(task.rows_per_unit) if task.clip is None else 1.0


def queries_event(task: Task, purpose: str, queries: int, cells: int, z: float) -> GaussianQueries:
    """The event of queries with one noise multiplier."""
    bound = sensitivity(task)
    return GaussianQueries(purpose, queries, cells, bound, snap_sigma(z * bound), LATTICE_BITS)


def measure(
    measurer: Measurer,
    bound: Bound,
    cliques: Sequence[Clique],
    multipliers: Sequence[float],
    purpose: str,
    shapes: Sequence[int],
    groups: Groups,
) -> tuple[Measurement, ...]:
    """Noisy marginals.

    Args:
        measurer: who answers.
        bound: what one unit can do.
        cliques: the marginals.
        multipliers: noise multiplier of each.
        purpose: name for the report.
        shapes: number of cells of each.
        groups: levels to merge before counting.
    """
    sigmas = [bound.sigma(z, m) for z, m in zip(multipliers, shapes, strict=True)]
    return measurer.measure(cliques, sigmas, purpose, groups, bound.clips(shapes))


# ------------------------------------------------------------------------------------------------- clipped counts only


@dataclass(frozen=True)
class Opening:
    """What clipped counts need to know first.

    Attributes:
        bound: with the number of rows at which clipping begins.
        rows: noisy number of rows in all.
        measured: the noisy total, under the empty clique, kept with the marginals.
        lost: share of rows beyond where clipping begins, from noisy counts.
    """

    bound: Bound
    rows: float
    measured: tuple[Measurement, ...]
    lost: float


def bin_ends(rows_per_unit: int) -> tuple[int, ...]:
    """Upper ends of the bins for the number of rows of a unit: 1, 2, 3, 4, 6, 8, 12, 16, …; a public choice."""
    ends = [1, 2, 3]
    step = 4
    while ends[-1] < rows_per_unit:
        ends += [step, step * 3 // 2]
        step *= 2
    return tuple(e for e in ends if e < rows_per_unit)


def opening_events(task: Task, mu_squared: float) -> tuple[GaussianQueries, ...]:
    """What `open_with_sizes` costs: two queries, from their shares of mu^2."""
    bins = len(bin_ends(task.rows_per_unit)) + 1
    return (
        queries_event(task, "sizes", 1, bins, multiplier(mu_squared * SIZES_SHARE)),
        queries_event(task, "total", 1, 1, multiplier(mu_squared * TOTAL_SHARE)),
    )


def open_with_sizes(measurer: Measurer, task: Task, mu_squared: float, z_typical: float) -> Opening:
    """Asks how many rows units have, chooses where clipping begins, and asks for the total.

    Args:
        measurer: who answers.
        task: the task; its `clip` is a number or "auto".
        mu_squared: budget of the whole mechanism.
        z_typical: noise multiplier that a typical marginal will get.
    """
    ends = bin_ends(task.rows_per_unit)
    z = multiplier(mu_squared * SIZES_SHARE)
    noisy = measurer.unit_sizes(ends, snap_sigma(z), "sizes")
    people = max(1.0, float(noisy.sum()))
    units = project_on_simplex(np.where(noisy < z, 0.0, noisy), people)
    inside = _rows_inside((*ends, task.rows_per_unit))
    counted = float(units @ inside)
    reaches = np.array([*ends, task.rows_per_unit], np.float64)
    lost = np.array([float(units @ np.maximum(0.0, inside - r)) for r in reaches])
    noise = 0.4 * reaches**0.75 * z_typical
    reach = float(reaches[int(np.argmin(DISTORTION * lost + noise * TYPICAL_CELLS))])
    earlier: list[tuple[int, float]] = []
    for least in LARGE_CELLS:
        own = float(reaches[int(np.argmin(DISTORTION * lost + noise * least))])
        if own < (earlier[-1][1] if earlier else reach):
            earlier.append((least, own))
    # The total is one number: its noise is small beside that of a table, so clipping begins later: one bin after the
    # last one that surely holds somebody. A few people too many among those with most rows would be very many rows.
    z_total = multiplier(mu_squared * TOTAL_SHARE)
    sure = np.where(noisy < CERTAIN * z, 0.0, noisy)
    hidden_rows = np.array([float(sure @ np.maximum(0.0, inside - r)) for r in reaches])
    far = float(reaches[min(int(np.argmin(hidden_rows + reaches * z_total)) + 1, len(reaches) - 1)])
    total = measurer.measure([()], [z_total * far], "total", clip=[far])[0]
    beyond = np.maximum(0.0, inside - far)
    rows = max(1.0, float(total.values) + max(0.0, float(noisy @ beyond) - CERTAIN * z * float(np.linalg.norm(beyond))))
    named = None if task.clip is None or isinstance(task.clip, str) else float(task.clip)
    if named is None:
        bound = Bound(task.rows_per_unit, reach, earlier=tuple(earlier))
    else:
        bound = Bound(task.rows_per_unit, named, fixed=True)
    begins = bound.reach or 1.0
    hidden = float(units @ np.maximum(0.0, inside - begins)) / max(1.0, counted)
    return Opening(bound, rows, (total,), hidden)


def _rows_inside(ends: tuple[int, ...]) -> Floats:
    """A typical number of rows of a unit in each bin: the geometric mean of its ends."""
    low = np.array([1, *(e + 1 for e in ends[:-1])], np.float64)
    return np.sqrt(low * np.array(ends, np.float64))
