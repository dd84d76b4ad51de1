"""The attacks of a release of several tables: on whole people, and on one record of each.

The record is the view of people, which has what the rows of a person say together: numbers, first days, summaries. On
it the attacks on single tables are what they are for one table with one row a person. All of it stays inside.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpsynth.attacks.across.base import FamilyEvidence
from dpsynth.attacks.across.registry import find
from dpsynth.attacks.across.twin import twin
from dpsynth.attacks.base import AttackResult, Evidence, Settings
from dpsynth.attacks.run import attack as run_attacks
from dpsynth.attacks.shadow_curator import Trainer
from dpsynth.data.family import BoundedFamily, FamilyUnits
from dpsynth.data.simulated import simulated
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.schema import Policy
from dpsynth.privacy.accountant import Guarantee
from dpsynth.run.evaluation import SURROGATE_PEOPLE, Guard
from dpsynth.synth.relational.mechanism import RelationalMechanism

SEED = 1
"""Of invented people: the same in every release of a policy."""


def attack(
    loaded: LoadedPolicy,
    mechanism: RelationalMechanism,
    source: BoundedFamily,
    synthetic: FamilyUnits,
    guarantee: Guarantee,
    rng: np.random.Generator,
    guard: Guard,
) -> tuple[AttackResult, ...]:
    """Runs the policy's attacks on a release of several tables, with controls on real and on invented people.

    An attack that fails, a plug-in's too, is left out.

    Args:
        loaded: the policy.
        mechanism: made the release.
        source: real people.
        synthetic: the release.
        guarantee: of the whole release.
        rng: public randomness.
        guard: runs each step.
    """
    policy, family = loaded.policy, mechanism.family
    evidence = FamilyEvidence(family, source.train, source.reference, source.control, synthetic)
    retrain = Trainer(mechanism.people, family.view, 1)
    public, *streams = rng.spawn(1 + len(policy.attacks.run) + len(policy.attacks.across))

    def invented() -> tuple[FamilyEvidence, Evidence] | None:
        people = simulated(loaded, family, min(policy.source.max_patients, SURROGATE_PEOPLE), SEED)
        record = of_people(FamilyEvidence(family, people.train, people.reference, people.control, people.train))
        return twin(family, people, public), replace(record, synthetic=retrain(people.train.people, public))

    pair = guard("surrogate", invented, None)
    if pair is None:
        return ()
    whole, record = pair
    settings = known(policy)
    nothing: tuple[AttackResult, ...] = ()
    results = nothing

    def on_record(name: str, stream: np.random.Generator) -> tuple[AttackResult, ...]:
        return run_attacks((name,), of_people(evidence), record, guarantee, retrain, settings, stream)

    def on_people(name: str, stream: np.random.Generator) -> tuple[AttackResult, ...]:
        return (find(name).run(evidence, whole, guarantee, settings, stream),)

    ways = [(name, on_record) for name in policy.attacks.run] + [(name, on_people) for name in policy.attacks.across]
    for (name, way), stream in zip(ways, streams, strict=True):
        results += guard(f"attack-{name}", lambda n=name, w=way, s=stream: w(n, s), nothing)  # type: ignore[misc]
    return results


def of_people(evidence: FamilyEvidence) -> Evidence:
    """One record of each person: the view of people."""
    members, reference, control = (p.people for p in (evidence.members, evidence.reference, evidence.control))
    return Evidence(evidence.family.view, members, reference, control, evidence.synthetic.people.codes)


def known(policy: Policy) -> Settings:
    """What the policy fixes about attacks in advance; columns are named TABLE.COLUMN."""

    def with_role(role: str) -> tuple[str, ...]:
        columns = ((name, table.modelled) for name, table in policy.tables.items())
        return tuple(
            f"{name}.{c}" for name, modelled in columns for c, declared in modelled.items() if declared.role == role
        )

    return Settings(
        policy.attacks.confidence,
        policy.attacks.false_positive_rate,
        policy.attacks.near_attributes,
        with_role("quasi_identifier"),
        with_role("sensitive"),
    )
