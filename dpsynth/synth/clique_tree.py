"""One round, one dense junction tree: the default.

One-ways with half of the budget; levels merged for the pairs; noisy scores of all pairs, once; a chordal graph under a
limit on its cells; its worthwhile pairs measured with a budget divided in closed form; one fit. Everything is Gaussian,
so the whole mechanism is one Gaussian event.

The idea of a junction tree under a cell limit with a closed-form division of the budget is shared with google/dpsynth's
SWIFT (unpublished); what differs is that pairs are measured over merged levels, scored against measured one-ways, and
that one-ways get half of the budget instead of a tenth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import ClassVar

from dpsynth.policy.schema import Synthesis
from dpsynth.privacy.events import Event
from dpsynth.privacy.queries import Clique, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.allocate import worthwhile
from dpsynth.synth.association import score_pairs
from dpsynth.synth.base import Measurements, Planned, synthesizer
from dpsynth.synth.design import Design, Part, check_forced, first_look, fit_model, largest_sizes, measure_larger
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.structure import ChordalGraph, densest, maximum_spanning_forest
from dpsynth.synth.task import Task, cells
from dpsynth.synth.tree_model import CompressedModel

TYPICAL_PAIRS = 2
"""Measured pairs a column that are expected when levels are merged."""
LARGEST_CLIQUE = 0.1
"""One clique of the tree holds at most this part of the cells of the whole,"""
SMALL_CLIQUE = 1000
"""or this many."""
MOST_MEASURED = 300_000
"""Cells of all chosen tables together; drawing noise for so many takes seconds."""


@synthesizer("clique_tree")
@dataclass(frozen=True)
class CliqueTree:
    """Settings: shares of mu^2, which add up to 1. With a single column all goes to the one-way."""

    one_way: float = 0.50
    selection: float = 0.03
    pairs: float = 0.47
    name: ClassVar[str] = "clique_tree"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    def __post_init__(self) -> None:
        check_shares(one_way=self.one_way, selection=self.selection, pairs=self.pairs)

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> CliqueTree:
        """Takes `split`."""
        return cls(**from_split("clique_tree", synthesis, ("one_way", "selection", "pairs")))

    def calibrate(self, budget: Mu, task: Task) -> CliqueTreeMechanism:
        """Divides the budget."""
        check_forced(task, task.always, "must_include")
        parts = parts_of(task, self.one_way, self.selection, self.pairs)
        return CliqueTreeMechanism(Design(task, budget, parts, TYPICAL_PAIRS * len(task.names)))


def parts_of(task: Task, one_way: float, selection: float, pairs: float) -> tuple[Part, ...]:
    """One-ways, scores of all pairs, measured tables; one-ways alone where there is one column."""
    columns, widest = len(task.names), sum(task.sizes.values())
    if columns < 2:
        return (Part("one_way", columns, widest, 1.0),)
    scored = math.comb(columns, 2)
    return (
        Part("one_way", columns, widest, one_way),
        Part("selection", scored, scored, selection),
        Part("pairs", max(1, TYPICAL_PAIRS * columns), most_cells(task), pairs),
    )


def empty_graph(task: Task, sizes: Mapping[str, int], more: Sequence[Clique] = ()) -> ChordalGraph:
    """A graph with what the policy forces into it, and `more`, under the policy's limit."""
    limit = task.max_model_cells
    largest = max(round(LARGEST_CLIQUE * limit), min(limit, SMALL_CLIQUE))
    return ChordalGraph(sizes, (*task.forced(), *more), largest, limit)


def most_cells(task: Task) -> int:
    """Most noisy cells of one round of pairs and forced tables: the lattice bound is paid for so many."""
    sizes = largest_sizes(task)
    pairs = sum(min(sizes[a] * sizes[b], task.max_cells) for a, b in combinations(sizes, 2))
    larger = sum(cells(sizes, c) for c, _ in task.workload if len(c) > 2)
    return max(1, min(pairs + larger, MOST_MEASURED) + sum(cells(sizes, c) for c in task.always))


def within(sizes: Mapping[str, int], cliques: Sequence[Clique]) -> list[Clique]:
    """The first marginals that have at most `MOST_MEASURED` cells together."""
    taken = accumulate(cells(sizes, c) for c in cliques)
    return [c for c, total in zip(cliques, taken, strict=True) if total <= MOST_MEASURED]


@dataclass(frozen=True)
class CliqueTreeMechanism:
    """A calibrated dense tree."""

    design: Design
    name: ClassVar[str] = "clique_tree"

    @property
    def event(self) -> Event:
        """What `measure` costs at most."""
        return self.design.event

    @property
    def plan(self) -> tuple[Planned, ...]:
        """What will be asked."""
        return self.design.plan

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, scores of all pairs, the worthwhile pairs of one chordal graph."""
        design, task = self.design, self.design.task
        look = first_look(measurer, design)
        if len(task.names) < 2:
            return look.answers(self.name, self.event, (), ())
        scored = score_pairs(measurer, design, look)
        gains = {a.clique: a.gain * task.weight(a.clique) for a in scored if a.gain > 0}
        grown = densest(empty_graph(task, look.sizes), gains)
        held = [p for p in gains if grown.has(p) and not any(set(p) <= set(c) for c in task.always)]
        loads = [look.bound.sigma(task.weight(p), cells(look.sizes, p)) * cells(look.sizes, p) for p in held]
        chosen = [held[i] for i in worthwhile([gains[p] for p in held], loads, design.spend("pairs"))]
        wanted = [*task.always, *within(look.sizes, chosen)]
        if not wanted:
            # Nothing stands out from the noise. The budget is reserved all the same, and tables of a tree make its
            # one-ways more precise.
            forest = maximum_spanning_forest(task.names, [a.clique for a in scored], [a.gain for a in scored])
            wanted = within(look.sizes, forest)
        pairs = measure_larger(measurer, design, look, wanted, "pairs")
        return look.answers(self.name, self.event, pairs, scored)

    def fit(self, measured: Measurements) -> CompressedModel:
        """Maximum entropy given one-ways and the measured pairs."""
        return fit_model(self.design, measured)
