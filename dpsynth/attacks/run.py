"""Runs the attacks that a policy names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dpsynth.attacks.base import AttackResult, Evidence, Retrain, Settings
from dpsynth.attacks.registry import find
from dpsynth.privacy.accountant import Guarantee


def attack(
    names: Sequence[str],
    evidence: Evidence,
    surrogate: Evidence,
    guarantee: Guarantee,
    retrain: Retrain,
    settings: Settings,
    rng: np.random.Generator,
) -> tuple[AttackResult, ...]:
    """Attacks a release in every way that the policy names, each with its controls.

    Args:
        names: registered names of attacks.
        evidence: the real members, held-out people and the release.
        surrogate: the same on data drawn from the policy alone.
        guarantee: what the budget allows at most.
        retrain: the release's mechanism without noise.
        settings: what the policy fixes in advance.
        rng: public randomness; each attack gets a stream of its own.

    Returns:
        One result per name, in the order of the names. Results about real members are internal.

    Raises:
        PolicyError: a name is not registered.
    """
    chosen = [find(name) for name in names]
    streams = rng.spawn(len(chosen))
    return tuple(
        one.run(evidence, surrogate, guarantee, retrain, settings, stream)
        for one, stream in zip(chosen, streams, strict=True)
    )
