"""Whether training led away from the paid marginals: a look that costs nothing.

The truth is about one standard deviation of noise away from each paid cell. A generator that is much farther is worse
than the marginals alone, whatever the critic liked about it. So the trained generator is kept if it is as near as the
noise lets anybody ask; otherwise its state after half of the steps, otherwise the model of the marginals alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dpsynth.synth.design import Evidence
from dpsynth.synth.network.generator import Logits, softmax
from dpsynth.synth.network.marginal_loss import targets
from dpsynth.synth.network.marginal_network import STEPS, fitted, zeros_of
from dpsynth.synth.network.mixture import Mixture
from dpsynth.synth.task import Task
from dpsynth.synth.tree_model import CompressedModel

WORSE = 1.5
"""Mean squared distance from the paid cells, in units of their noise, over that of the truth or, where it is larger, of
the model of the marginals alone, up to which a trained generator is kept."""
STATES = ("mean", "halfway")
"""What training leaves, the best first."""
ALONE = "marginals"
"""The model of the marginals alone."""


@dataclass(frozen=True)
class Guarded(CompressedModel):
    """A model, and which one it is.

    Attributes:
        chosen: `mean`, `halfway` or `marginals`.
        distances: of each, mean squared distance from the paid cells in units of their noise.
    """

    chosen: str = ALONE
    distances: Mapping[str, float] = field(default_factory=dict)

    @property
    def facts(self) -> Mapping[str, Any]:
        """For the report: which model was kept, how far each was from the paid marginals, and what was allowed."""
        return {
            "chosen": self.chosen,
            "fell_back": self.chosen != STATES[0],
            "distances": dict(self.distances),
            "limit": limit(self.distances[ALONE]),
        }

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """See `Model.to_arrays`."""
        names = np.array([self.chosen, *self.distances])
        return {
            **super().to_arrays(),
            "guard_names": names,
            "guard": np.array(list(self.distances.values()), np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Guarded:
        """The inverse of `to_arrays`."""
        inner = CompressedModel.from_arrays(arrays)
        chosen, *names = arrays["guard_names"].tolist()
        distances = dict(zip(names, arrays["guard"].tolist(), strict=True))
        return cls(inner.columns, inner.groups, chosen, distances)


def limit(alone: float) -> float:
    """How far from the paid cells a trained generator may be, given how far the model of the marginals alone is."""
    return WORSE * max(1.0, alone)


def guarded(task: Task, evidence: Evidence, generators: Mapping[str, Logits], *, guard: bool = True) -> Guarded:
    """The first that is near enough to the paid marginals.

    Args:
        task: rules.
        evidence: the paid marginals.
        generators: logits of what training left, by `STATES`, and of the model of the marginals alone, which is fitted
            where they are missing; without any, only the marginals are there.
        guard: False: the trained generator, however far it is.
    """
    zeros = zeros_of(task, evidence)
    wanted = targets(evidence.columns, evidence.marginals, evidence.rows, zeros)
    states = {name: generators[name] for name in (*STATES, ALONE) if name in generators}
    if ALONE not in states:
        states[ALONE] = fitted(task, evidence, STEPS).logits
    shares = {name: softmax(logits, wanted.sizes) for name, logits in states.items()}
    distances = {name: wanted.loss(each)[0] for name, each in shares.items()}
    allowed = limit(distances[ALONE]) if guard else math.inf
    chosen = next(name for name in shares if name == ALONE or distances[name] <= allowed)
    mixture = Mixture({c.name: c.size for c in evidence.columns}, shares[chosen], zeros)
    return Guarded(evidence.columns, mixture, chosen, distances)
