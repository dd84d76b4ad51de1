"""The synthesizers of a policy, each with its share of the budget: for a run, and whenever a model is fitted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.domain.panel import panel_of
from dpsynth.domain.rules import StructuralZeros, structural_zeros
from dpsynth.policy.load import LoadedPolicy
from dpsynth.privacy.units import Delta, Epsilon, Mu
from dpsynth.synth.base import Mechanism, configure
from dpsynth.synth.relational.mechanism import RelationalMechanism, calibrate
from dpsynth.synth.task import Promise, Task
from dpsynth.synth.waves import laid_out, wishes


@dataclass(frozen=True)
class Calibrated:
    """A synthesizer that knows its cost.

    Attributes:
        mechanism: the synthesizer.
        share: of mu^2 of the release.
    """

    mechanism: Mechanism
    share: float


def calibrated(loaded: LoadedPolicy, domain: Domain, mu: Mu) -> Iterator[Calibrated]:
    """The synthesizers that a policy names: one, or all candidates.

    Args:
        loaded: the policy.
        domain: of what is counted.
        mu: of the whole release.

    Raises:
        PolicyError: a synthesizer is unknown or cannot do what the policy asks.
        ValueError: the noise cannot be realised.
    """
    policy = loaded.policy
    shares = policy.synthesis.candidates or {policy.synthesis.mechanism: 1.0}
    panel = panel_of(loaded)
    zeros = structural_zeros(loaded, domain) if panel is None else panel.zeros(structural_zeros(loaded, panel.rows))
    asked = policy.synthesis if panel is None else wishes(policy.table, panel, policy.synthesis)
    trained = round(policy.source.max_patients * (1 - policy.source.holdout.share))
    promise = Promise(Epsilon(policy.privacy.epsilon), Delta(policy.privacy.delta), max(1, trained))
    for name, of_synthesis in shares.items():
        alone, share = asked.alone(name), policy.privacy.split.synthesis * of_synthesis
        task = Task.from_policy(alone, policy.privacy.contribution, domain, zeros, promise)
        task = task if panel is None else laid_out(task, panel)
        yield Calibrated(configure(alone).calibrate(mu.share(share), task), share)


def calibrated_family(loaded: LoadedPolicy, family: Family, mu: Mu) -> RelationalMechanism:
    """The synthesizer of a policy whose rows belong together.

    Args:
        loaded: the policy.
        family: its views.
        mu: of the whole release.

    Raises:
        PolicyError: it cannot do what the policy asks.
        ValueError: the noise cannot be realised.
    """
    zeros = {name: _zeros(loaded, family, name) for name in loaded.policy.tables}
    share = loaded.policy.privacy.split.synthesis
    return calibrate(mu.share(share), family, loaded.policy.synthesis, zeros)


def _zeros(loaded: LoadedPolicy, family: Family, table: str) -> StructuralZeros:
    """What no row of a table can be, columns named as in its view."""
    codec = family.codec if table == family.people else family[table].codec
    return tuple(
        (tuple(f"{table}.{name}" for name in clique), mask) for clique, mask in structural_zeros(loaded, codec, table)
    )
