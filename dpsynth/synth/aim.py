"""Several rounds on one junction tree: score what the model still gets wrong, measure the worst, fit again.

Source: McKenna, Mullins, Sheldon and Miklau (2022), AIM, arXiv:2201.12677; `rounds.py` lists the departures.

It serves a declared workload (`synthesis.workload`, `synthesis.target`): all pairs alike, if there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.association import score_pairs
from dpsynth.synth.base import Measurements, normalised, synthesizer
from dpsynth.synth.choosing import empty_graph
from dpsynth.synth.design import Design, FirstLook, GraphicalMechanism, first_look, fit_columns
from dpsynth.synth.graphical import JunctionTree
from dpsynth.synth.rounds import InRounds, measure_in_rounds
from dpsynth.synth.structure import densest
from dpsynth.synth.task import Task, cells
from dpsynth.synth.tree_model import CompressedModel

QUICK_SWEEPS = 6
"""Passes of the fit between rounds, which starts from the model before."""


@synthesizer("aim")
@dataclass(frozen=True)
class AIM(InRounds):
    """Settings: see `InRounds`."""

    name: ClassVar[str] = "aim"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    def calibrate(self, budget: Mu, task: Task) -> AIMMechanism:
        """Divides the budget."""
        return AIMMechanism(self.design(budget, task), self.rounds)


@dataclass(frozen=True)
class AIMMechanism(GraphicalMechanism):
    """A calibrated mechanism of several rounds."""

    rounds: int
    name: ClassVar[str] = "aim"

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, scores of all pairs, then rounds of scores, measurements and fits."""
        design, task = self.design, self.design.task
        look = first_look(measurer, design)
        if len(task.names) < 2:
            return look.answers(self.name, self.event, (), ())
        scored = score_pairs(measurer, design, look)
        gains = {a.clique: a.gain for a in scored}
        weighed = {p: g * task.weight(p) for p, g in gains.items() if g > 0}
        graph = densest(empty_graph(task, look.sizes, _room(task, look)), weighed)
        found = measure_in_rounds(
            measurer, design, look, gains, graph.has, lambda found, start: _fit(design, look, found, start), self.rounds
        )
        return look.answers(self.name, self.event, found, scored)


def _room(task: Task, look: FirstLook) -> list[Clique]:
    """Workload tables of more than two columns that are small enough, heaviest first: the graph makes room for them."""
    larger = [(c, w) for c, w in task.workload if len(c) > 2 and cells(look.sizes, c) <= task.max_cells]
    ranked = [c for c, _ in sorted(larger, key=lambda item: -item[1])]
    held: list[Clique] = []
    for clique in ranked:
        if JunctionTree.build(look.sizes, (*task.forced(), *held, clique)).cells <= task.max_model_cells:
            held.append(clique)
    return held


def _fit(
    design: Design, look: FirstLook, found: Sequence[Measurement], start: CompressedModel | None
) -> CompressedModel:
    one_ways = [normalised(m, look.rows) for m in look.one_ways]
    larger = [normalised(m, look.rows) for m in found]
    return fit_columns(design.task, look.columns, one_ways, larger, look.rows, start, QUICK_SWEEPS)
