"""What the graphical mechanisms have in common: parts of a budget, the first look, and the fit.

A mechanism divides mu^2 into named parts. How many questions a part asks, about which columns, and with how much noise
each, may follow from earlier noisy answers; what the part costs in all is fixed before the first answer, and the
curator refuses what goes beyond it (`events.GaussianFilter`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import ClassVar

import numpy as np

from dpsynth.domain import rules
from dpsynth.errors import PolicyError
from dpsynth.privacy.events import Composed, Event, GaussianFilter, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.allocate import multipliers
from dpsynth.synth.base import Measurements, Planned, Score, normalised, sum_of
from dpsynth.synth.bound import (
    SIZES_SHARE,
    TOTAL_SHARE,
    Bound,
    measure,
    multiplier,
    open_with_sizes,
    opening_events,
    sensitivity,
)
from dpsynth.synth.columns import (
    FEWEST,
    MOST,
    Column,
    group_numbers,
    merge_levels,
    number_of_groups,
    one_group_a_level,
)
from dpsynth.synth.denoise import effective_cells
from dpsynth.synth.graphical import JunctionTree, NoisyMarginal, fit
from dpsynth.synth.task import Task, cells
from dpsynth.synth.tree_model import CompressedModel

LARGEST_FORCED = 10_000_000
"""Most cells of a model that `must_include`, `marginals` and rules may force."""
SMOOTHED = 3.0
"""A sum of several denoised levels is about as noisy as a sum of this many raw ones."""
LEAST_AGAIN = 0.1
"""A column is counted again only with at least this part of the mu^2 that its first count had."""
SWEEPS = 200
PRIOR_RECORDS = 300.0
"""Weight of independence in the fit, in records; 300 to 10,000 give the same errors to one part in a hundred."""


@dataclass(frozen=True)
class Part:
    """A named part of the budget.

    Attributes:
        purpose: name for ledger and report.
        queries: number of questions, or an upper bound.
        cells: number of noisy cells in all, or an upper bound.
        share: share of mu^2.
    """

    purpose: str
    queries: int
    cells: int
    share: float


@dataclass(frozen=True)
class Design:
    """A task with a divided budget.

    Attributes:
        task: what to model.
        budget: mu of the whole mechanism.
        parts: how it is divided; the shares add up to 1.
        typical: about how many marginals the mechanism measures after the one-ways; sets the number of groups.
        merge: whether levels are merged for tables of several columns.
    """

    task: Task
    budget: Mu
    parts: tuple[Part, ...]
    typical: int
    merge: bool = True

    def __post_init__(self) -> None:
        # Found out here, before data are opened: no question may get more noise than the lattice holds.
        largest = max(multiplier(self.spend(p.purpose), self._uneven) for p in self.parts[1:] or self.parts)
        again = float(self.one_way_multipliers.max()) / math.sqrt(LEAST_AGAIN)
        snap_sigma(max(largest, again) * sensitivity(self.task))

    @property
    def _uneven(self) -> int:
        """How many equal questions the least precise one of a part is worth: costs grow like load^(2/3)."""
        task, sizes = self.task, largest_sizes(self.task, merge=self.merge)
        asked = (*combinations(task.names, 2), *task.always, *task.marginals, *(c for c, _ in task.workload))
        heavy = [min(cells(sizes, c), task.max_cells) * task.weight(c) for c in asked] or [1.0]
        # Tables may come out as small as one cell, and a clip may be anything from 1 to all rows of a unit.
        clips = 1 if task.clip is None else task.rows_per_unit
        spread = float(max(heavy) * clips / min((task.weight(c) for c in asked), default=1.0))
        return math.ceil(max(1, len(asked)) * math.pow(spread, 2 / 3))

    @cached_property
    def opening(self) -> tuple[GaussianQueries, ...]:
        """The questions about sizes, where counts are clipped."""
        return () if self.task.clip is None else opening_events(self.task, self.budget.value**2)

    @cached_property
    def filters(self) -> Mapping[str, GaussianFilter]:
        """One event a part."""
        bound = sensitivity(self.task)
        left = self.budget.value**2 * (1 - (SIZES_SHARE + TOTAL_SHARE if self.opening else 0.0))
        return {
            p.purpose: GaussianFilter(
                p.purpose, p.cells, bound, snap_sigma(bound * multiplier(left * p.share)), LATTICE_BITS
            )
            for p in self.parts
        }

    @property
    def event(self) -> Composed:
        """What measuring costs at most."""
        return Composed((*self.opening, *self.filters.values()))

    def spend(self, purpose: str) -> float:
        """mu^2 of a part, a hair less than its event says, so that rounding sigmas stays inside."""
        return float(self.filters[purpose].mu_squared) * (1 - 1e-7)

    @property
    def plan(self) -> tuple[Planned, ...]:
        """The parts, for the cost plan."""
        events: list[GaussianQueries | GaussianFilter] = [*self.opening, *self.filters.values()]
        total = sum(float(event.mu_squared) for event in events)
        known = [Planned(e.purpose, e.queries, e.cells, e.sigma, float(e.mu_squared) / total) for e in self.opening]
        bound = self._planning_bound()
        return (
            *known,
            *(
                Planned(
                    p.purpose,
                    p.queries,
                    p.cells,
                    bound.sigma(multiplier(self.spend(p.purpose), p.queries), p.cells // p.queries),
                    float(self.filters[p.purpose].mu_squared) / total,
                    self._one_way_sigmas() if p.purpose == "one_way" else (),
                )
                for p in self.parts
            ),
        )

    def _one_way_sigmas(self) -> tuple[tuple[str, float], ...]:
        bound, sizes = self._planning_bound(), self.task.sizes
        found = zip(sizes.items(), self.one_way_multipliers, strict=True)
        return tuple((name, bound.sigma(float(z), size)) for (name, size), z in found)

    def _planning_bound(self) -> Bound:
        """The bound that a plan assumes: where clipping will begin is not known yet."""
        task = self.task
        if task.clip is None:
            return Bound(task.rows_per_unit)
        return Bound(task.rows_per_unit, float(min(4, task.rows_per_unit)) if task.clip == "auto" else float(task.clip))

    @property
    def typical_multiplier(self) -> float:
        """Noise multiplier of a typical marginal of several columns."""
        last = self.parts[-1].purpose
        return multiplier(self.spend(last), max(1, self.typical))

    @property
    def one_way_multipliers(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Noise multiplier of each one-way marginal: the least noise in all that denoising leaves."""
        task, bound = self.task, self._planning_bound()
        weighed = [
            effective_cells(a.size, a.ordered) * (bound.clip(a.size) or 1.0) * (2.0 if a.name in task.targets else 1.0)
            for a in task.domain.attributes
        ]
        return np.asarray(multipliers(self.spend("one_way"), weighed))


@dataclass(frozen=True)
class GraphicalMechanism:
    """A calibrated mechanism on a design: its cost, its plan and its fit. Subclasses measure.

    Attributes:
        design: task and budget.
    """

    design: Design
    name: ClassVar[str]

    @property
    def event(self) -> Event:
        """What `measure` costs at most."""
        return self.design.event

    @property
    def plan(self) -> tuple[Planned, ...]:
        """What will be asked."""
        return self.design.plan

    def measure(self, measurer: Measurer) -> Measurements:
        """Asks; see the subclass."""
        raise NotImplementedError

    def fit(self, measured: Measurements, merged_by: Measurements | None = None) -> CompressedModel:
        """Maximum entropy given everything that was measured; `merged_by` as in `evidence_of`."""
        return fit_model(self.design, measured, merged_by)


@dataclass(frozen=True)
class FirstLook:
    """What is known after the one-way marginals.

    Attributes:
        bound: what one unit can do.
        rows: noisy number of rows, at least 1.
        one_ways: noisy one-way marginals, in rows.
        columns: how levels are merged, from the one-way marginals.
        opening: earlier answers, kept with the measurements.
    """

    bound: Bound
    rows: float
    one_ways: tuple[Measurement, ...]
    columns: tuple[Column, ...]
    opening: tuple[Measurement, ...]
    lost: float

    def answers(
        self, mechanism: str, event: Event, larger: Sequence[Measurement], scores: Sequence[Score]
    ) -> Measurements:
        """Everything that was answered, with what a mechanism asked after the first look."""
        marginals = (*self.opening, *self.one_ways, *larger)
        rows = None if self.bound.reach is None else self.rows
        return Measurements(mechanism, marginals, tuple(scores), event, rows, self.bound.reach, self.lost)

    @property
    def sizes(self) -> dict[str, int]:
        """Groups of each column."""
        return {c.name: c.size for c in self.columns}

    def by_name(self) -> dict[str, Column]:
        """Column by its name."""
        return {c.name: c for c in self.columns}


def first_look(measurer: Measurer, design: Design) -> FirstLook:
    """Asks for the one-way marginals, and for sizes before, where counts are clipped."""
    task, names = design.task, design.task.names
    bound, rows, lost = Bound(task.rows_per_unit), None, 0.0
    before: tuple[Measurement, ...] = ()
    if task.clip is not None:
        opened = open_with_sizes(measurer, task, design.budget.value**2, design.typical_multiplier)
        bound, rows, before, lost = opened.bound, opened.rows, opened.measured, opened.lost
    one_ways = measure(
        measurer,
        bound,
        [(name,) for name in names],
        design.one_way_multipliers.tolist(),
        "one_way",
        list(task.sizes.values()),
        {},
    )
    if rows is None:
        rows = max(1.0, sum_of(one_ways))
    columns = columns_of(design, one_ways, rows, bound)
    return FirstLook(bound, rows, one_ways, columns, before, lost)


def columns_of(design: Design, one_ways: Sequence[Measurement], rows: float, bound: Bound) -> tuple[Column, ...]:
    """How levels are merged: a function of noisy answers."""
    task = design.task
    classes = rules.classes(task.zeros, task.domain)
    sigma = bound.sigma(design.typical_multiplier, MOST)
    groups = number_of_groups(rows, sigma)
    kept = {*task.targets, *(task.fine if groups > FEWEST else ())}  # where noise leaves no room, pairs are dearer
    found = []
    for attribute, m in zip(task.domain.attributes, one_ways, strict=True):
        m = normalised(m, rows)
        if design.merge:
            of = classes.get(attribute.name)
            found.append(merge_levels(attribute, m.values, m.sigma, rows, groups, of, keep=attribute.name in kept))
        else:
            found.append(one_group_a_level(attribute, m.values, m.sigma, rows))
    return tuple(found)


def fit_model(design: Design, measured: Measurements, merged_by: Measurements | None = None) -> CompressedModel:
    """Maximum entropy given everything that was measured: post-processing, again and for free."""
    evidence = evidence_of(design, measured, merged_by)
    return fit_columns(design.task, evidence.columns, evidence.one_ways, evidence.larger, evidence.rows)


@dataclass(frozen=True)
class Evidence:
    """What a model is fitted to: everything that was measured, in rows.

    Attributes:
        columns: how levels are merged.
        one_ways: noisy one-way marginals over all levels.
        larger: noisy marginals over groups.
        rows: noisy number of rows, at least 1.
    """

    columns: tuple[Column, ...]
    one_ways: tuple[Measurement, ...]
    larger: tuple[Measurement, ...]
    rows: float

    @property
    def marginals(self) -> list[NoisyMarginal]:
        """All of it over groups; one-ways as they are after denoising."""
        return noisy_marginals(self.columns, self.one_ways, self.larger, self.rows)


def evidence_of(design: Design, measured: Measurements, merged_by: Measurements | None = None) -> Evidence:
    """What is fitted, from what was measured.

    Args:
        design: budget and task.
        measured: the answers.
        merged_by: the answers from which it was chosen how levels are merged for the questions; if not given, these
            themselves.
    """
    task = design.task
    one_ways = [m for m in measured.tables if len(m.clique) == 1]
    chose = measured if merged_by is None else merged_by
    raw = [next(first for first in chose.marginals if first.clique == m.clique) for m in one_ways]
    # Groups follow from the noise in tables that are too small for clipping to begin earlier.
    bound = Bound(task.rows_per_unit, chose.reach, task.clip != "auto")
    # The same number of rows as when levels were merged for the questions: from the first one-ways alone.
    looked = max(1.0, sum_of(raw)) if chose.rows is None else chose.rows
    columns = columns_of(design, raw, looked, bound)
    rows = max(1.0, measured.total())
    columns = tuple(
        c
        if merged_by is None and m.sigma == normalised(first, rows).sigma
        else c.counted_again(a, m.values, m.sigma, rows)
        for c, a, m, first in zip(columns, task.domain.attributes, one_ways, raw, strict=True)
    )
    return Evidence(columns, tuple(one_ways), tuple(m for m in measured.tables if len(m.clique) > 1), rows)


def noisy_marginals(
    columns: Sequence[Column], one_ways: Sequence[Measurement], larger: Sequence[Measurement], rows: float
) -> list[NoisyMarginal]:
    """Answers as a fit takes them, over groups."""
    singles = []
    for m, c in zip(one_ways, columns, strict=True):
        levels = float(np.mean(np.minimum(c.levels(), SMOOTHED)))
        singles.append(NoisyMarginal(m.clique, c.group_mass() * rows, m.sigma * math.sqrt(levels)))
    return [*singles, *(NoisyMarginal(m.clique, m.values, m.sigma) for m in larger)]


def fit_columns(
    task: Task,
    columns: Sequence[Column],
    one_ways: Sequence[Measurement],
    larger: Sequence[Measurement],
    rows: float,
    start: CompressedModel | None = None,
    sweeps: int = SWEEPS,
) -> CompressedModel:
    """Fits a model over merged columns.

    Args:
        task: rules.
        columns: how levels are merged.
        one_ways: noisy one-way marginals over all levels.
        larger: noisy marginals over groups.
        rows: noisy number of rows.
        start: an earlier model over the same columns.
        sweeps: most passes over all tables.
    """
    sizes = {c.name: c.size for c in columns}
    zeros = rules.merge(task.zeros, {c.name: c.group for c in columns})
    before = None if start is None else start.graphical
    marginals = noisy_marginals(columns, one_ways, larger, rows)
    model = fit(sizes, marginals, rows, zeros, sweeps, prior_records=PRIOR_RECORDS, start=before)
    return CompressedModel(tuple(columns), model)


def largest_sizes(task: Task, *, merge: bool = True) -> dict[str, int]:
    """The most groups that a column can get, from public numbers."""
    classes = rules.classes(task.zeros, task.domain)
    return {name: size if not merge or name in classes else min(size, MOST) for name, size in task.sizes.items()}


def check_forced(task: Task, forced: Sequence[Clique], key: str, *, merge: bool = True) -> None:
    """Refuses what no model could hold, before any data are opened.

    Raises:
        PolicyError: a table or the model is too large.
    """
    sizes = largest_sizes(task, merge=merge)
    for clique in forced:
        if cells(sizes, clique) > task.max_cells:
            raise PolicyError(
                f"synthesis.{key} has {', '.join(clique)}, a table of up to {cells(sizes, clique)} cells; at most "
                f"synthesis.max_cells, {task.max_cells}, are allowed. Name fewer columns or raise max_cells."
            )
    found = JunctionTree.build(sizes, (*forced, *(c for c, _ in task.zeros))).cells
    if found > LARGEST_FORCED:
        raise PolicyError(
            f"synthesis.{key} and the rules of the table together need a model of up to {found} cells; at most "
            f"{LARGEST_FORCED} are possible. Name fewer tables that overlap."
        )
    if task.zeros:
        _check_possible(task)


def _check_possible(task: Task) -> None:
    """Refuses rules that leave no record at all, exactly: a model of nothing but the rules must exist.

    Raises:
        PolicyError: they contradict each other.
    """
    classes = rules.classes(task.zeros, task.domain)
    sizes = {name: max(numbers) + 1 for name, numbers in classes.items()}
    try:
        fit(sizes, [], 1.0, rules.merge(task.zeros, classes))
    except ValueError:
        raise PolicyError(
            f"tables.rules leave no possible row: together the rules over {', '.join(sizes)} contradict each other. "
            "Remove one of them."
        ) from None


def loads(design: Design, look: FirstLook, cliques: Sequence[Clique]) -> list[float]:
    """What the noise in each table weighs for a noise multiplier of 1: cells, rows of noise in each, and its weight."""
    sizes = look.sizes
    shapes = [(c, cells(sizes, c)) for c in cliques]
    return [m * look.bound.sigma(design.task.weight(c), m) for c, m in shapes]


def measure_larger(
    measurer: Measurer,
    design: Design,
    look: FirstLook,
    cliques: Sequence[Clique],
    purpose: str,
    mu_squared: float | None = None,
) -> tuple[Measurement, ...]:
    """Measures marginals over groups with a budget divided in closed form.

    Args:
        measurer: who answers.
        design: budget and task.
        look: columns and bound.
        cliques: the marginals.
        purpose: which part pays.
        mu_squared: what they cost together; None: the whole part.
    """
    if not cliques:
        return ()
    sizes = look.sizes
    shapes = [cells(sizes, c) for c in cliques]
    z = multipliers(design.spend(purpose) if mu_squared is None else mu_squared, loads(design, look, cliques))
    return measure(measurer, look.bound, cliques, z.tolist(), purpose, shapes, group_numbers(look.columns))
