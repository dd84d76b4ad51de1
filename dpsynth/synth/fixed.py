"""The marginals that the policy declares, and all one-ways: no question depends on an answer.

For analyses that are known beforehand. Levels are not merged: what is declared is measured as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dpsynth.policy.training import Synthesis
from dpsynth.privacy.queries import Clique, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, synthesizer
from dpsynth.synth.design import Design, GraphicalMechanism, Part, check_forced, first_look, measure_larger
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.task import Task, cells
from dpsynth.synth.tree_model import CompressedModel


@synthesizer("fixed")
@dataclass(frozen=True)
class Fixed:
    """Settings: shares of mu^2 for the one-ways and for the declared marginals; they add up to 1."""

    one_way: float = 0.3
    marginals: float = 0.7
    name: ClassVar[str] = "fixed"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    def __post_init__(self) -> None:
        check_shares(one_way=self.one_way, marginals=self.marginals)

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> Fixed:
        """Takes `split`; the marginals are part of the task."""
        return cls(**from_split("fixed", synthesis, ("one_way", "marginals")))

    def calibrate(self, budget: Mu, task: Task) -> FixedMechanism:
        """Divides the budget.

        Raises:
            PolicyError: the declared marginals are too large.
        """
        declared = declared_marginals(task)
        check_forced(task, declared, "marginals", merge=False)
        one_way = Part("one_way", len(task.names), sum(task.sizes.values()), self.one_way if declared else 1.0)
        larger = Part("marginals", len(declared), sum(cells(task.sizes, c) for c in declared), self.marginals)
        parts = (one_way, larger) if declared else (one_way,)
        return FixedMechanism(Design(task, budget, parts, max(1, len(declared)), merge=False))


def declared_marginals(task: Task) -> tuple[Clique, ...]:
    """What is measured beside the one-ways: each column set once, in the order of the columns."""
    ordered = (tuple(n for n in task.names if n in clique) for clique in (*task.marginals, *task.always))
    return tuple(dict.fromkeys(clique for clique in ordered if len(clique) > 1))


@dataclass(frozen=True)
class FixedMechanism(GraphicalMechanism):
    """Calibrated declared marginals."""

    name: ClassVar[str] = "fixed"

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, then everything that is declared."""
        look = first_look(measurer, self.design)
        larger = measure_larger(measurer, self.design, look, declared_marginals(self.design.task), "marginals")
        return look.answers(self.name, self.event, larger, ())
