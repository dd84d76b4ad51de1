"""A generator fitted to adaptively chosen marginals: for tables whose columns depend on each other densely.

A junction tree holds few pairs of a dense table. A mixture of products holds any, so that every pair that is worth its
noise is measured, in the rounds of `aim` and under the same budget.

Source: Liu, Vietri and Wu (2021), arXiv:2106.07153. Departures: those of `rounds.py`, and those of `generator.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dpsynth.domain import rules
from dpsynth.domain.rules import StructuralZeros
from dpsynth.privacy.queries import Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.association import score_pairs
from dpsynth.synth.base import Measurements, Score, normalised, synthesizer
from dpsynth.synth.design import Design, Evidence, FirstLook, GraphicalMechanism, evidence_of, first_look
from dpsynth.synth.network.fitting import fit
from dpsynth.synth.network.generator import Generator, start
from dpsynth.synth.network.marginal_loss import targets
from dpsynth.synth.rounds import InRounds, measure_in_rounds
from dpsynth.synth.task import Task
from dpsynth.synth.tree_model import CompressedModel

CANDIDATES = 256
"""Pairs that are scored in a round: a dense table has many worth measuring."""
QUICK_STEPS, STEPS = 200, 1000
"""Most steps of a fit between rounds, and of the last one."""
SEED = 0
ENOUGH = 1.0
"""Mean squared distance from the answers, in units of their noise, at which a fit ends: that of the truth."""


@synthesizer("marginal_network")
@dataclass(frozen=True)
class MarginalNetwork(InRounds):
    """Settings: see `InRounds`."""

    name: ClassVar[str] = "marginal_network"
    model: ClassVar[type[CompressedModel]] = CompressedModel
    candidates: ClassVar[int] = CANDIDATES

    def calibrate(self, budget: Mu, task: Task) -> MarginalNetworkMechanism:
        """Divides the budget."""
        return MarginalNetworkMechanism(self.design(budget, task), self.rounds)


@dataclass(frozen=True)
class MarginalNetworkMechanism(GraphicalMechanism):
    """A calibrated mechanism of several rounds."""

    rounds: int
    name: ClassVar[str] = "marginal_network"

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, scores of all pairs, then rounds of scores, measurements and fits."""
        look = first_look(measurer, self.design)
        found, scored = measure_worst(measurer, self.design, look, self.rounds)
        return look.answers(self.name, self.event, found, scored)

    def fit(self, measured: Measurements, merged_by: Measurements | None = None) -> CompressedModel:
        """The generator that is as near to everything that was measured as the truth is."""
        task, evidence = self.design.task, evidence_of(self.design, measured, merged_by)
        return compressed(task, fitted(task, evidence, STEPS), evidence)


def measure_worst(
    measurer: Measurer, design: Design, look: FirstLook, rounds: int
) -> tuple[list[Measurement], tuple[Score, ...]]:
    """The tables that a generator gets wrong, and the scores that chose among pairs first."""
    if len(design.task.names) < 2:
        return [], ()
    scored = score_pairs(measurer, design, look)
    one_ways = tuple(normalised(m, look.rows) for m in look.one_ways)

    def refit(found: Sequence[Measurement], _: CompressedModel | None) -> CompressedModel:
        larger = tuple(normalised(m, look.rows) for m in found)
        evidence = Evidence(look.columns, one_ways, larger, look.rows)
        return compressed(design.task, fitted(design.task, evidence, QUICK_STEPS), evidence)

    gains = {score.clique: score.gain for score in scored}
    return measure_in_rounds(measurer, design, look, gains, lambda clique: True, refit, rounds, CANDIDATES), scored


def fitted(task: Task, evidence: Evidence, steps: int) -> Generator:
    """A generator fitted to evidence. Public randomness with a fixed seed: the same evidence gives the same one."""
    zeros = zeros_of(task, evidence)
    wanted = targets(evidence.columns, evidence.marginals, evidence.rows, zeros)
    return fit(start(evidence.columns, np.random.default_rng(SEED)), wanted, steps, ENOUGH)


def zeros_of(task: Task, evidence: Evidence) -> StructuralZeros:
    """The rules over groups."""
    return rules.merge(task.zeros, {c.name: c.group for c in evidence.columns})


def compressed(task: Task, generator: Generator, evidence: Evidence) -> CompressedModel:
    """The model that a generator stands for."""
    return CompressedModel(evidence.columns, generator.mixture(evidence.columns, zeros_of(task, evidence)))
