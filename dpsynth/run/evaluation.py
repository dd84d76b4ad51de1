"""Internal evaluation of a release: what looks at real people without protection, and stays inside."""

from __future__ import annotations

import numpy as np

from dpsynth.attacks.base import AttackResult, Evidence, Settings
from dpsynth.attacks.controls import UnprotectedCurator
from dpsynth.attacks.run import attack as run_attacks
from dpsynth.data import surrogate
from dpsynth.data.source import BoundedSource
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.run.plan import Plan

SURROGATE_PEOPLE = 6000
"""People on whom the controls of the attacks are run; public, so that controls do not depend on the real number."""


def attack(plan: Plan, source: BoundedSource, synthetic: Codes, rng: np.random.Generator) -> tuple[AttackResult, ...]:
    """Runs the policy's attacks on the release, with controls on the real people and on surrogates."""
    policy = plan.loaded.policy

    def retrain(units: Units, public: np.random.Generator) -> Codes:
        unprotected = UnprotectedCurator(units, plan.domain, source.rows_per_unit)
        model = plan.mechanism.fit(plan.mechanism.measure(unprotected))
        return model.sample(max(1, units.rows), public)

    people = policy.source.max_patients
    invented = surrogate.surrogate(
        plan.domain, min(people, SURROGATE_PEOPLE), source.rows_per_unit, rng, policy.source.holdout
    )
    twin = Evidence(plan.domain, invented.train, invented.reference, invented.control, retrain(invented.train, rng))
    evidence = Evidence(plan.domain, source.train, source.reference, source.control, synthetic)
    settings = Settings(policy.attacks.confidence, policy.attacks.false_positive_rate, policy.attacks.near_attributes)
    return run_attacks(policy.attacks.run, evidence, twin, plan.guarantee, retrain, settings, rng)


def steward_notes(source: BoundedSource) -> dict[str, int]:
    """Exact counts that the steward should know; internal."""
    parts = {"train": source.train, "reference": source.reference, "control": source.control}
    sizes = {f"{what}_{name}": n for name, u in parts.items() for what, n in (("people", u.size), ("rows", u.rows))}
    return {**source.notes, **sizes}
