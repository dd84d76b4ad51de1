"""A release of one table of single rows, stage by stage; by one mechanism, or by the best of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dpsynth.data import surrogate
from dpsynth.data.examples import open_table
from dpsynth.data.memory import FrameSource
from dpsynth.data.open import check_structure, open_source
from dpsynth.data.source import BoundedSource, TableSource
from dpsynth.domain.attribute import Codes
from dpsynth.errors import SourceError
from dpsynth.privacy import events
from dpsynth.privacy.account import Statement
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.journal import Journal
from dpsynth.report.inputs import Inside, Published
from dpsynth.run import bundle, evaluation, publication
from dpsynth.run.candidates import Made, closest
from dpsynth.run.contents import Randomness, Sources
from dpsynth.run.evaluation import Guard
from dpsynth.run.folder import RunFolder
from dpsynth.run.job import Job
from dpsynth.run.plan import Plan
from dpsynth.run.setting import Setting
from dpsynth.sampling.trained import released_rows
from dpsynth.synth import model_file
from dpsynth.synth.base import Measurements, Model
from dpsynth.utility import marginals
from dpsynth.utility.marginals import MarginalError


@dataclass(frozen=True)
class Best:
    """What is released, and everything that was made beside it; all of it is paid for."""

    chosen: Made
    made: Sequence[Made]


class OneTable:
    """See `Contents`."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.policy, self.panel = plan, plan.loaded.policy, plan.panel
        # Columns as the file has them; what is counted are those of the plan.
        self.columns = plan.domain if self.panel is None else self.panel.rows

    def sources(self, setting: Setting) -> Sources:
        """See `Contents`."""
        return {self.policy.table_name: self._source(setting)}

    def _source(self, setting: Setting) -> TableSource:
        table, name = self.policy.table, self.policy.table_name
        if setting.rehearsal and self.panel is not None:
            people = self.policy.source.max_patients
            return surrogate.surrogate_panel(self.panel, table.unit_key, people, np.random.default_rng())
        if setting.rehearsal:
            people, rows = self.policy.source.max_patients, self.policy.privacy.contribution.max_rows_per_unit
            return surrogate.surrogate_table(self.plan.domain, table.unit_key, people, rows, np.random.default_rng())
        if setting.frames is not None:
            if name not in setting.frames:
                raise SourceError(f"The policy's table is {name!r}; frames are given for {', '.join(setting.frames)}.")
            return FrameSource(setting.frames[name], name)
        return open_table(self.plan.loaded.data_path, table.delimiter)

    def check(self, sources: Sources) -> None:
        """See `Contents`."""
        check_structure(self.policy.table, self.columns, sources[self.policy.table_name].schema())

    def open(
        self, sources: Sources, key: bytes, opened: Callable[[], None], fraction: Callable[[float], None], spill: Path
    ) -> BoundedSource:
        """See `Contents`."""
        return open_source(
            self.policy.table,
            self.policy.source,
            self.policy.privacy.contribution,
            self.columns,
            sources[self.policy.table_name],
            key,
            opened,
            fraction,
            panel=self.panel,
            spill=spill,
        )

    def curator(self, source: BoundedSource, setting: Setting, journal: Journal) -> Curator:
        """See `Contents`."""
        return Curator(
            source.train,
            self.plan.domain,
            source.rows_per_unit,
            self.plan.guarantee.mu_squared,
            events.cells(self.plan.event),
            setting.sampler,
            self.plan.guarantee.sampled,
            setting.bits,
            journal=journal,
        )

    def measure(self, curator: Curator, folder: RunFolder) -> list[Measurements]:
        """See `Contents`."""
        found = []
        for mechanism in self.plan.mechanisms:
            found.append(mechanism.measure(curator))
            model_file.save_measurements(folder.measured, found[-1])
        return found

    def fit(self, measured: Sequence[Measurements], folder: RunFolder) -> list[Model]:
        """See `Contents`."""
        models = []
        for mechanism, own in zip(self.plan.mechanisms, measured, strict=True):
            models.append(mechanism.fit(own))
            model_file.save_model(folder.model / f"{own.mechanism}.npz", models[-1])
        return models

    def sample(self, measured: Sequence[Measurements], models: Sequence[Model], randomness: Randomness) -> list[Codes]:
        """See `Contents`."""
        rounding = self.policy.synthesis.rows.rounding
        return [
            model.sample(released_rows(self.policy, own.total()), randomness.sampling, rounding=rounding)
            for own, model in zip(measured, models, strict=True)
        ]

    def compare(
        self, curator: Curator, measured: Sequence[Measurements], models: Sequence[Model], rows: Sequence[Codes]
    ) -> Best:
        """See `Contents`."""
        made = [
            Made(*parts, self._distance(curator, parts[1], parts[3]))
            for parts in zip(self.plan.mechanisms, measured, models, rows, strict=True)
        ]
        return Best(closest(made), made)

    def _distance(self, curator: Curator, measured: Measurements, codes: Codes) -> MarginalError | None:
        sigma = self.plan.utility_sigma
        if sigma is None:
            return None
        return marginals.paid(curator, codes, self.plan.domain, max(0.0, measured.total()), sigma)

    def mechanism(self, made: Best) -> str:
        """See `Contents`."""
        return made.chosen.measured.mechanism

    def write(self, job: Job, made: Best, randomness: Randomness) -> tuple[tuple[str, str], ...]:
        """See `Contents`."""
        return bundle.write_table(job, made.chosen.codes, randomness.decoding)

    def published(
        self, job: Job, statement: Statement, made: Best, data_files: tuple[tuple[str, str], ...]
    ) -> Published:
        """See `Contents`."""
        return publication.published(job, statement, made.chosen, made.made, data_files)

    def evaluate(
        self, source: BoundedSource, made: Best, randomness: Randomness, guard: Guard, stage: Callable[[str], None]
    ) -> Inside:
        """See `Contents`."""
        codes, nothing = made.chosen.codes, tuple[MarginalError, ...]()
        utility = guard("utility", lambda: evaluation.utility(source, codes, self.plan.domain), nothing)
        stage("attack")
        attacks = evaluation.attack(self.plan, made.chosen.mechanism, source, codes, randomness.attacking, guard)
        return Inside(utility, attacks, evaluation.steward_notes(source, self.panel))
