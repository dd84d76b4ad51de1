"""A tree of pairs: one-ways, noisy scores of all pairs, the maximum spanning tree, its pairs.

Source: McKenna, Miklau and Sheldon (2021), arXiv:2108.04978. Departures: the tree comes from scores of all pairs that
are noised once with Gaussian noise (instead of one exponential mechanism an edge), so that the whole mechanism is one
Gaussian event; a pair's score is its distance to the product of the *measured* one-ways, a constant, so that one row
moves it by at most 1 (comparing with the true margins would move it by up to 4); and levels are merged for the pairs.

Why the cost is one fixed Gaussian event although later questions depend on earlier answers: which levels are merged,
which pairs are scored, the tables they are compared with and the tree are all computed from noisy answers alone, and
what each part may cost in all is fixed by `calibrate` and enforced by the curator (`events.GaussianFilter`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dpsynth.policy.training import Synthesis
from dpsynth.privacy.queries import Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.association import score_pairs
from dpsynth.synth.base import Measurements, synthesizer
from dpsynth.synth.choosing import pairs_part, parts_of, within
from dpsynth.synth.design import Design, GraphicalMechanism, check_forced, first_look, measure_larger
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.structure import maximum_spanning_forest
from dpsynth.synth.task import Task
from dpsynth.synth.tree_model import CompressedModel


@synthesizer("mst")
@dataclass(frozen=True)
class MST:
    """Settings: shares of mu^2, which add up to 1. With a single column all goes to the one-way."""

    one_way: float = 0.50
    selection: float = 0.03
    pairs: float = 0.47
    name: ClassVar[str] = "mst"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    def __post_init__(self) -> None:
        check_shares(one_way=self.one_way, selection=self.selection, pairs=self.pairs)

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> MST:
        """Takes `split`."""
        return cls(**from_split("mst", synthesis, ("one_way", "selection", "pairs")))

    def calibrate(self, budget: Mu, task: Task) -> MSTMechanism:
        """Divides the budget among the three parts."""
        check_forced(task, task.always, "must_include")
        parts = parts_of(task, self.one_way, self.selection, pairs_part(task, self.pairs))
        return MSTMechanism(Design(task, budget, parts, max(1, len(task.names) - 1)))


@dataclass(frozen=True)
class MSTMechanism(GraphicalMechanism):
    """A calibrated tree of pairs."""

    name: ClassVar[str] = "mst"

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, scores of all pairs, the pairs of the tree."""
        design, task = self.design, self.design.task
        look = first_look(measurer, design)
        if len(task.names) < 2:
            return look.answers(self.name, self.event, (), ())
        scored = score_pairs(measurer, design, look)
        weights = [a.gain * task.weight(a.clique) for a in scored]
        tree = maximum_spanning_forest(task.names, [a.clique for a in scored], weights, task.always)
        wanted = [*task.always, *within(look.sizes, tree)]
        pairs = measure_larger(measurer, design, look, wanted, "pairs")
        return look.answers(self.name, self.event, pairs, scored)
