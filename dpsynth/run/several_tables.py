"""A release of tables whose rows belong together, or of one table whose rows of a person stay together.

Every view, of people and of the rows of each table, has a curator of its own within its part of one reservation; what
all of them may say together is what the ledger was charged for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.data.examples import open_table
from dpsynth.data.family import BoundedFamily, FamilyUnits, check_structures, open_family
from dpsynth.data.memory import FrameSource
from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.dummy.make import BLOCK, drawn
from dpsynth.dummy.plan import Level
from dpsynth.dummy.plan import plan as dummy_plan
from dpsynth.errors import PolicyError, SourceError
from dpsynth.policy.load import LoadedPolicy
from dpsynth.privacy import accountant, events
from dpsynth.privacy.account import Statement
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.journal import Journal
from dpsynth.report.inputs import Inside, Published
from dpsynth.run import attacks_on_people, bundle, evaluation, family_publication
from dpsynth.run.contents import Randomness, Sources
from dpsynth.run.evaluation import Guard
from dpsynth.run.family_plan import FamilyPlan, people_of, views_of
from dpsynth.run.folder import RunFolder
from dpsynth.run.job import Job
from dpsynth.run.setting import Setting
from dpsynth.sampling.trained import released_rows
from dpsynth.synth.base import Measurements
from dpsynth.synth.relational import files
from dpsynth.synth.relational.keys import keyed
from dpsynth.synth.relational.mechanism import FamilyMeasurements, Measurers
from dpsynth.synth.relational.model import FamilyModel, Synthetic
from dpsynth.utility import marginals
from dpsynth.utility.marginals import MarginalError
from dpsynth.utility.relations import cohort

Curators = Mapping[str, Curator]
"""View -> who answers questions about it."""


@dataclass(frozen=True)
class Drawn:
    """Synthetic people with their rows.

    Attributes:
        sample: as codes and cells.
        tables: table -> its rows with their keys, as they leave.
        units: the views, in the form in which real ones are counted.
    """

    sample: Synthetic
    tables: Mapping[str, pa.Table]
    units: FamilyUnits


@dataclass(frozen=True)
class MadeFamily:
    """What is released, with all that led to it.

    Attributes:
        measured: noisy answers.
        model: fitted to them.
        drawn: synthetic people with their rows.
        distances: view -> the charged answer how far its rows are from the data; empty where the policy pays for none.
    """

    measured: FamilyMeasurements
    model: FamilyModel
    drawn: Drawn
    distances: Mapping[str, MarginalError]


class SeveralTables:
    """See `Contents`."""

    def __init__(self, plan: FamilyPlan) -> None:
        self.plan, self.policy, self.family = plan, plan.loaded.policy, plan.family

    def sources(self, setting: Setting) -> Sources:
        """See `Contents`."""
        if setting.rehearsal:
            return {name: FrameSource(table, name) for name, table in invented(self.plan.loaded).items()}
        found = {}
        for name, table in self.policy.tables.items():
            if setting.frames is None:
                found[name] = open_table(self.plan.loaded.path_of(name), table.delimiter)
            elif name in setting.frames:
                found[name] = FrameSource(setting.frames[name], name)
            else:
                raise SourceError(
                    f"The policy's tables are {', '.join(self.policy.tables)}; frames are given for "
                    f"{', '.join(setting.frames)}. Give one for {name} too."
                )
        return found

    def check(self, sources: Sources) -> None:
        """See `Contents`."""
        check_structures(self.plan.loaded, self.family, sources)

    def open(
        self, sources: Sources, key: bytes, opened: Callable[[], None], fraction: Callable[[float], None], spill: Path
    ) -> BoundedFamily:
        """See `Contents`."""
        return open_family(self.plan.loaded, self.family, sources, key, opened, fraction, spill=spill)

    def curator(self, source: BoundedFamily, setting: Setting, journal: Journal) -> Curators:
        """See `Contents`."""
        counted = views_of(self.family) | {rows.name: rows.counted for rows in self.family.rows}

        def of(view: str, domain: Domain) -> Curator:
            event, most = self.plan.event_of(view), self.plan.bounds.get(view, 1)
            granted, cells = accountant.compose(event).mu_squared, events.cells(event)
            units = by_view(self.plan, source.train)[view]
            return Curator(units, domain, most, granted, cells, setting.sampler, (), setting.bits, journal)

        return {view: of(view, domain) for view, domain in counted.items()}

    def measure(self, curator: Curators, folder: RunFolder) -> FamilyMeasurements:
        """See `Contents`."""
        people = people_of(self.family)
        rows = {name: own for name, own in curator.items() if name != people}
        measured = self.plan.mechanism.measure(Measurers(curator[people], rows))
        files.save_measurements(folder.measured, measured)
        return measured

    def fit(self, measured: FamilyMeasurements, folder: RunFolder) -> FamilyModel:
        """See `Contents`."""
        model = self.plan.mechanism.fit(measured)
        files.save_model(folder.model, model)
        return model

    def sample(self, measured: FamilyMeasurements, models: FamilyModel, randomness: Randomness) -> Drawn:
        """See `Contents`."""
        people, tables = released_rows(self.policy, measured.people.total()), self.policy.tables
        rounding = self.policy.synthesis.rows.rounding
        sample = models.sample(self.family, tables, people, randomness.sampling, rounding=rounding)
        made = keyed(self.family, tables, sample, randomness.decoding)
        return Drawn(sample, made, cohort.of_synthetic(self.family, sample.coded))

    def compare(self, curator: Curators, measured: FamilyMeasurements, models: FamilyModel, rows: Drawn) -> MadeFamily:
        """See `Contents`."""
        units, answers, views = by_view(self.plan, rows.units), of_views(self.plan, measured), views_of(self.family)
        distances = {
            view: marginals.paid(
                curator[view], units[view].codes, views[view], max(0.0, answers[view].total()), event.sigma
            )
            for view, event in self.plan.utility.items()
        }
        return MadeFamily(measured, models, rows, distances)

    def mechanism(self, made: MadeFamily) -> str:
        """See `Contents`."""
        return files.NAME

    def write(self, job: Job, made: MadeFamily, randomness: Randomness) -> tuple[tuple[str, str], ...]:
        """See `Contents`."""
        return bundle.write_tables(job, made.drawn.tables)

    def published(
        self, job: Job, statement: Statement, made: MadeFamily, data_files: tuple[tuple[str, str], ...]
    ) -> Published:
        """See `Contents`."""
        coded, tables = made.drawn.sample.coded, self.policy.tables
        related = evaluation.related(self.family, tables, coded, made.drawn.tables)
        views = {
            view: family_publication.Counted(
                of_views(self.plan, made.measured)[view],
                made.model.people if view == people_of(self.family) else made.model.rows[view],
                by_view(self.plan, made.drawn.units)[view].codes,
                made.distances.get(view),
            )
            for view in views_of(self.family)
        }
        return family_publication.published(job, self.plan, statement, views, related, data_files)

    def evaluate(
        self, source: BoundedFamily, made: MadeFamily, randomness: Randomness, guard: Guard,
        stage: Callable[[str], None],
    ) -> Inside:  # fmt: skip
        """See `Contents`."""
        nothing: tuple[MarginalError, ...] = ()
        utility = guard(
            "utility", lambda: evaluation.family_utility(self.family, source.train, made.drawn.units), nothing
        )
        coded, tables = made.drawn.sample.coded, self.policy.tables
        relations, attacking = randomness.attacking.spawn(2)
        beside = guard("relations", lambda: evaluation.relations(source, coded, self.family, tables, relations), None)
        stage("attack")
        attacks = attacks_on_people.attack(
            self.plan.loaded, self.plan.mechanism, source, made.drawn.units, self.plan.guarantee, attacking, guard
        )
        return Inside(utility, attacks, evaluation.family_notes(source), beside)


def by_view(plan: FamilyPlan, units: FamilyUnits) -> dict[str, Units]:
    """View -> its rows."""
    return {people_of(plan.family): units.people, **units.rows}


def of_views(plan: FamilyPlan, measured: FamilyMeasurements) -> dict[str, Measurements]:
    """View -> what was measured of its columns; ranks within codes are the engine's own."""
    rows = {rows.name: measured.rows[rows.name].about(rows.view.names) for rows in plan.family.rows}
    return {people_of(plan.family): measured.people, **rows}


def invented(loaded: LoadedPolicy) -> dict[str, pa.Table]:
    """Tables drawn from the policy alone, in the form of its files, by fresh public randomness."""
    seed = int(np.random.default_rng().integers(2**32))
    people = min(loaded.policy.source.max_patients, BLOCK)
    try:
        return drawn(dummy_plan(loaded, Level.RULES), people, seed)
    except PolicyError:  # rules may tie too many levels together to be kept
        return drawn(dummy_plan(loaded, Level.FORMAT), people, seed)


__all__ = ["SeveralTables"]
