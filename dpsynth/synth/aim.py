"""Several rounds: score what the model still gets wrong, measure the worst, fit again.

Source: McKenna, Mullins, Sheldon and Miklau (2022), AIM, arXiv:2201.12677. Departures: every score has Gaussian noise
(instead of an exponential mechanism a round), so that the whole mechanism is one Gaussian event under a filter; only
the candidates that look worst by *earlier noisy scores and the model* are scored again in a round, never by their true
errors; a round measures several tables with a budget divided in closed form; levels are merged for tables of several
columns; and the last round spends what is left on everything that was measured.

It serves a declared workload (`synthesis.workload`, `synthesis.target`): all pairs alike, if there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from dpsynth.policy.training import Synthesis
from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.allocate import worthwhile
from dpsynth.synth.association import dependence, score_against, score_pairs
from dpsynth.synth.base import Measurements, normalised, synthesizer
from dpsynth.synth.choosing import TYPICAL_PAIRS, empty_graph, most_cells, parts_of, within
from dpsynth.synth.design import (
    Design,
    FirstLook,
    GraphicalMechanism,
    Part,
    check_forced,
    first_look,
    fit_columns,
    loads,
    measure_larger,
)
from dpsynth.synth.graphical import JunctionTree
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.structure import ChordalGraph, densest, maximum_spanning_forest
from dpsynth.synth.task import Task, cells
from dpsynth.synth.tree_model import CompressedModel

CANDIDATES = 64
"""Candidates that are scored in a round."""
SCORES = 0.03
"""Share of a round's budget that its scores take."""
FIRST = 0.75
"""Share of the budget for the first of several rounds, which finds most of what there is."""
QUICK_SWEEPS = 6
"""Passes of the fit between rounds, which starts from the model before."""


@synthesizer("aim")
@dataclass(frozen=True)
class AIM:
    """Settings.

    Attributes:
        one_way, selection, rounds_share: shares of mu^2, which add up to 1.
        rounds: how often the model is scored and improved.
    """

    one_way: float = 0.50
    selection: float = 0.03
    rounds_share: float = 0.47
    rounds: int = 2
    name: ClassVar[str] = "aim"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    def __post_init__(self) -> None:
        check_shares(one_way=self.one_way, selection=self.selection, rounds=self.rounds_share)

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> AIM:
        """Takes `split`."""
        split = from_split("aim", synthesis, ("one_way", "selection", "rounds"))
        return cls(split["one_way"], split["selection"], split["rounds"]) if split else cls()

    def calibrate(self, budget: Mu, task: Task) -> AIMMechanism:
        """Divides the budget."""
        check_forced(task, task.always, "must_include")
        # Each round may measure its most, and the end repeats what all of them measured.
        most = self.rounds * (2 * most_cells(task) + CANDIDATES)
        typical = TYPICAL_PAIRS * len(task.names)
        parts = parts_of(task, self.one_way, self.selection, Part("rounds", typical, most, self.rounds_share))
        return AIMMechanism(Design(task, budget, parts, typical), self.rounds)


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
        found: list[Measurement] = []
        model, left = _fit(design, look, found, None), design.spend("rounds")
        for turn in range(self.rounds):
            share = left * FIRST if turn == 0 and self.rounds > 1 else left / (self.rounds - turn)
            forced = list(task.always) if turn == 0 else []
            pool = _worst(task, look, graph, gains, model, forced)
            if not pool and not forced:
                break
            score_cost = SCORES * share if pool else 0.0
            errors = score_against(measurer, design, look, pool, model, score_cost / max(1, len(pool)))
            weighted = [task.weight(c) * e for c, e in zip(pool, errors, strict=True)]
            worth = worthwhile(weighted, loads(design, look, pool), share - score_cost)
            chosen = within(look.sizes, [pool[i] for i in worth if weighted[i] > 0])
            left -= score_cost
            if chosen or forced:
                found += measure_larger(measurer, design, look, [*forced, *chosen], "pairs", share - score_cost)
                left -= share - score_cost
                model = _fit(design, look, found, model)
        # What no round wanted makes everything that was measured more precise.
        measured = list(dict.fromkeys(m.clique for m in found)) or maximum_spanning_forest(
            task.names, list(gains), list(gains.values())
        )
        if left > 1e-9 * design.spend("rounds"):
            found += measure_larger(measurer, design, look, measured, "pairs", left)
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


def _worst(
    task: Task,
    look: FirstLook,
    graph: ChordalGraph,
    gains: Mapping[Clique, float],
    model: CompressedModel,
    without: Sequence[Clique],
) -> list[Clique]:
    """The candidates whose dependence, as first scored, the model explains least; noisy numbers and the model alone."""
    pairs = [p for p, g in gains.items() if g > 0 and graph.has(p) and p not in without]
    left = {p: gains[p] - dependence(model, p, look.rows) for p in pairs}
    for wanted, _ in task.workload:
        if len(wanted) > 2 and graph.has(wanted) and cells(look.sizes, wanted) <= task.max_cells:
            # A table is at least as far off as each of its margins.
            left[wanted] = max((left.get(p, 0.0) for p in combinations(wanted, 2)), default=0.0)
    ranked = sorted(left, key=lambda c: (-left[c] * task.weight(c), c))
    return [c for c in ranked if left[c] > 0][:CANDIDATES]


def _fit(
    design: Design, look: FirstLook, found: Sequence[Measurement], start: CompressedModel | None
) -> CompressedModel:
    one_ways = [normalised(m, look.rows) for m in look.one_ways]
    larger = [normalised(m, look.rows) for m in found]
    return fit_columns(design.task, look.columns, one_ways, larger, look.rows, start, QUICK_SWEEPS)
