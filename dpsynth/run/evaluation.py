"""Internal evaluation of a release: what looks at real people without protection, and stays inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa

from dpsynth.attacks.base import AttackResult, Evidence, Settings
from dpsynth.attacks.run import attack as run_attacks
from dpsynth.attacks.shadow_curator import Trainer
from dpsynth.data import surrogate
from dpsynth.data.family import BoundedFamily, FamilyUnits
from dpsynth.data.source import BoundedSource
from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import CodedFamily
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.domain.panel import Panel
from dpsynth.policy.tables import Table
from dpsynth.report.inputs import Related
from dpsynth.run.plan import Plan
from dpsynth.synth.base import Mechanism
from dpsynth.utility import marginals
from dpsynth.utility.marginals import MarginalError
from dpsynth.utility.relations import cohort, evaluate, integrity
from dpsynth.utility.relations.results import Comparison

T = TypeVar("T")

SURROGATE_PEOPLE = 6000
"""People on whom the controls of the attacks are run; public, so that controls do not depend on the real number."""


class Guard(Protocol):
    """Runs a step that looks at real rows; when it fails, describes the failure inside and gives a stand-in."""

    def __call__(self, name: str, step: Callable[[], T], otherwise: T) -> T:
        """The result of the step, or the stand-in."""
        ...


def utility(source: BoundedSource, synthetic: Codes, domain: Domain) -> tuple[MarginalError, ...]:
    """Distances to the real rows, for tables of one and of two columns."""
    return tuple(marginals.internal(source.train, synthetic, domain, ways) for ways in (1, 2))


def attack(
    plan: Plan,
    mechanism: Mechanism,
    source: BoundedSource,
    synthetic: Codes,
    rng: np.random.Generator,
    guard: Guard,
) -> tuple[AttackResult, ...]:
    """Runs the policy's attacks on the release, with controls on the real people and on surrogates.

    An attack that fails, a plug-in's too, is left out.

    Args:
        plan: the policy's.
        mechanism: made the release; everybody may know which of several candidates it was.
        source: real people.
        synthetic: the release.
        rng: public randomness.
        guard: runs each step.
    """
    policy = plan.loaded.policy

    retrain = Trainer(mechanism, plan.domain, source.rows_per_unit)

    def twin_evidence() -> Evidence | None:
        invented = surrogate.surrogate(
            plan.domain,
            min(policy.source.max_patients, SURROGATE_PEOPLE),
            source.rows_per_unit,
            rng,
            policy.source.holdout,
            plan.panel,
        )
        release = retrain(invented.train, rng)
        return Evidence(plan.domain, invented.train, invented.reference, invented.control, release)

    twin = guard("surrogate", twin_evidence, None)
    if twin is None:
        return ()
    declared = policy.table.counted
    evidence = Evidence(plan.domain, source.train, source.reference, source.control, synthetic)
    settings = Settings(
        policy.attacks.confidence,
        policy.attacks.false_positive_rate,
        policy.attacks.near_attributes,
        tuple(name for name, column in declared.items() if column.role == "quasi_identifier"),
        tuple(name for name, column in declared.items() if column.role == "sensitive"),
    )
    nothing: tuple[AttackResult, ...] = ()
    results = nothing
    for name, stream in zip(policy.attacks.run, rng.spawn(len(policy.attacks.run)), strict=True):

        def one(name: str = name, stream: np.random.Generator = stream) -> tuple[AttackResult, ...]:
            return run_attacks((name,), evidence, twin, plan.guarantee, retrain, settings, stream)

        results += guard(f"attack-{name}", one, nothing)
    return results


def family_utility(family: Family, real: FamilyUnits, synthetic: FamilyUnits) -> tuple[MarginalError, ...]:
    """Distances to the real people and their rows, over the views of people and of the rows of each table."""
    views = [(family.view, real.people, synthetic.people)]
    views += [(r.view, real.rows[r.name], synthetic.rows[r.name]) for r in family.rows]
    return tuple(
        marginals.together([marginals.internal(units, made.codes, domain, ways) for domain, units, made in views])
        for ways in (1, 2)
    )


def related(family: Family, tables: Mapping[str, Table], coded: CodedFamily, made: Mapping[str, pa.Table]) -> Related:
    """What synthetic tables whose rows belong together say of themselves; looks at nothing else.

    Args:
        family: all views.
        tables: of the policy.
        coded: synthetic people and rows as codes.
        made: the tables with their keys, as they leave.
    """
    shown = evaluate.describe(cohort.of_synthetic(family, coded), family, tables)
    rows = {name: made[name].num_rows for name in tables}
    return Related(family, coded.size, rows, integrity.checks(family, tables, made), shown)


def relations(
    source: BoundedFamily,
    coded: CodedFamily,
    family: Family,
    tables: Mapping[str, Table],
    rng: np.random.Generator,
) -> Comparison:
    """Synthetic people and their rows beside real ones, with other real people as the baseline."""
    return evaluate.compare(source, cohort.of_synthetic(family, coded), family, tables, rng)


def family_notes(source: BoundedFamily) -> dict[str, int]:
    """The same of several tables, counts of rows table by table."""
    parts = {"train": source.train, "reference": source.reference, "control": source.control}
    people = {f"people_{name}": part.size for name, part in parts.items()}
    rows = {f"{t}.rows_{name}": units.rows for name, part in parts.items() for t, units in part.rows.items()}
    return {**source.notes, **people, **rows}


def steward_notes(source: BoundedSource, panel: Panel | None = None) -> dict[str, int]:
    """Exact counts that the steward should know; internal. Of a panel the rows that people were laid out from."""
    parts = {"train": source.train, "reference": source.reference, "control": source.control}
    rows = {name: u.rows if panel is None else panel.size(u.codes) for name, u in parts.items()}
    sizes = {f"{w}_{name}": n for name, u in parts.items() for w, n in (("people", u.size), ("rows", rows[name]))}
    return {**source.notes, **sizes}
