"""One round, one dense junction tree: the default.

One-ways with half of the budget; levels merged for the pairs; noisy scores of all pairs, once; a chordal graph under a
limit on its cells; its worthwhile pairs measured with a budget divided in closed form, and columns counted again with
what pairs are not worth (`second_look.py`); one fit. Everything is Gaussian, so the whole mechanism is one Gaussian
event.

The idea of a junction tree under a cell limit with a closed-form division of the budget is shared with google/dpsynth's
SWIFT (unpublished); what differs is that pairs are measured over merged levels, scored against measured one-ways, and
that one-ways get half of the budget instead of a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from dpsynth.policy.training import Synthesis
from dpsynth.privacy.queries import Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.allocate import worthwhile
from dpsynth.synth.association import score_pairs
from dpsynth.synth.base import Measurements, synthesizer
from dpsynth.synth.choosing import TYPICAL_PAIRS, empty_graph, pairs_part, parts_of, within
from dpsynth.synth.design import Design, GraphicalMechanism, check_forced, first_look, loads, measure_larger
from dpsynth.synth.second_look import count_again, share_of_one_ways
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.structure import densest
from dpsynth.synth.task import Task
from dpsynth.synth.tree_model import CompressedModel


@synthesizer("clique_tree")
@dataclass(frozen=True)
class CliqueTree:
    """Settings: shares of mu^2, which add up to 1. With a single column all goes to the one-way.

    Between 0.03 and 0.1 of the budget for the scores the mean error of pairs hardly changes, but with little a single
    column may lose all its pairs by chance, where the whole budget is small.
    """

    one_way: float = 0.50
    selection: float = 0.05
    pairs: float = 0.45
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
        pairs = pairs_part(task, self.pairs)
        pairs = replace(pairs, cells=pairs.cells + sum(task.sizes.values()))
        parts = parts_of(task, self.one_way, self.selection, pairs)
        return CliqueTreeMechanism(Design(task, budget, parts, TYPICAL_PAIRS * len(task.names)))


@dataclass(frozen=True)
class CliqueTreeMechanism(GraphicalMechanism):
    """A calibrated dense tree."""

    name: ClassVar[str] = "clique_tree"

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, scores of all pairs, the worthwhile pairs of one chordal graph, columns again."""
        design, task = self.design, self.design.task
        look = first_look(measurer, design)
        if len(task.names) < 2:
            return look.answers(self.name, self.event, (), ())
        scored = score_pairs(measurer, design, look)
        gains = {a.clique: a.gain * task.weight(a.clique) for a in scored if a.gain > 0}
        grown = densest(empty_graph(task, look.sizes), gains)
        held = [p for p in gains if grown.has(p) and not any(set(p) <= set(c) for c in task.always)]
        budget = design.spend("pairs")
        share = share_of_one_ways(design, look, {p: gains[p] for p in held})
        worth = (
            worthwhile([gains[p] for p in held], loads(design, look, held), (1 - share) * budget) if share < 1 else []
        )
        wanted = [*task.always, *within(look.sizes, [held[i] for i in worth])]
        # The budget is reserved all the same: what no pair is worth makes columns more precise.
        share = share if wanted else 1.0
        found = measure_larger(measurer, design, look, wanted, "pairs", (1 - share) * budget)
        if share > 0:
            found += count_again(measurer, design, look, share * budget)
        return look.answers(self.name, self.event, found, scored)
