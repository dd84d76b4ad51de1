"""What mechanisms that choose their tables share: parts of the budget, limits, and the graph that holds the choice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate, combinations

from dpsynth.privacy.queries import Clique
from dpsynth.synth.design import Part, largest_sizes
from dpsynth.synth.structure import ChordalGraph
from dpsynth.synth.task import Task, cells

TYPICAL_PAIRS = 2
"""Measured pairs a column that are expected when levels are merged."""
LARGEST_CLIQUE = 0.1
"""One clique of the tree holds at most this part of the cells of the whole,"""
SMALL_CLIQUE = 1000
"""or this many."""
MOST_MEASURED = 300_000
"""Cells of all chosen tables together; drawing noise for so many takes seconds."""


def parts_of(task: Task, one_way: float, selection: float, larger: Part) -> tuple[Part, ...]:
    """One-ways, scores of all pairs, larger tables; one-ways alone where there is one column."""
    columns, widest = len(task.names), sum(task.sizes.values())
    if columns < 2:
        return (Part("one_way", columns, widest, 1.0),)
    scored = math.comb(columns, 2)
    return (Part("one_way", columns, widest, one_way), Part("selection", scored, scored, selection), larger)


def pairs_part(task: Task, share: float) -> Part:
    """One round of pairs."""
    return Part("pairs", TYPICAL_PAIRS * len(task.names), most_cells(task), share)


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
