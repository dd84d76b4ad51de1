"""All one-way marginals and nothing else: the baseline that any other synthesizer must beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dpsynth.policy.training import Synthesis
from dpsynth.privacy.queries import Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, synthesizer
from dpsynth.synth.design import Design, GraphicalMechanism, Part, check_forced, first_look
from dpsynth.synth.task import Task
from dpsynth.synth.tree_model import CompressedModel


@synthesizer("independent")
@dataclass(frozen=True)
class Independent:
    """Settings: none."""

    name: ClassVar[str] = "independent"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> Independent:
        """Takes nothing from the policy."""
        return cls()

    def calibrate(self, budget: Mu, task: Task) -> IndependentMechanism:
        """Divides the budget among the columns, by their effective cells."""
        check_forced(task, (), "marginals")
        part = Part("one_way", len(task.names), sum(task.sizes.values()), 1.0)
        return IndependentMechanism(Design(task, budget, (part,), len(task.names)))


@dataclass(frozen=True)
class IndependentMechanism(GraphicalMechanism):
    """One Gaussian query for each column."""

    name: ClassVar[str] = "independent"

    def measure(self, measurer: Measurer) -> Measurements:
        """Measures every column."""
        return first_look(measurer, self.design).answers(self.name, self.event, (), ())
