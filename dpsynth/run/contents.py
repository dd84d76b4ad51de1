"""What a release consists of: one table of single rows, or tables whose rows belong together.

The pipeline takes both through the same stages; what a stage means for either stands in `one_table.py` and in
`several_tables.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dpsynth.data.source import TableSource
from dpsynth.privacy.account import Statement
from dpsynth.privacy.journal import Journal
from dpsynth.report.inputs import Inside, Published
from dpsynth.run.evaluation import Guard
from dpsynth.run.folder import RunFolder
from dpsynth.run.job import Job
from dpsynth.run.plan import Plan
from dpsynth.run.setting import Setting

Sources = Mapping[str, TableSource]
"""Table -> its rows, not yet read."""


class Source(Protocol):
    """Real rows, bounded and split by person."""

    @property
    def commitment(self) -> str:
        """Keyed digest of everything read."""
        ...


@dataclass(frozen=True)
class Randomness:
    """Public randomness; privacy noise never comes from here.

    Separate streams: what the attacks draw depends on how many people there are, and must not move what is drawn for
    the release.

    Attributes:
        sampling: for rows.
        decoding: for cells and keys.
        attacking: for the internal evaluation.
    """

    sampling: np.random.Generator
    decoding: np.random.Generator
    attacking: np.random.Generator

    @classmethod
    def of(cls, seed: int) -> Randomness:
        """The streams of a run."""
        return cls(*(np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(3)))


class Contents(Protocol):
    """One kind of release. What one stage gives, only later stages of the same kind look into."""

    def sources(self, setting: Setting) -> Sources:
        """Where the rows are; files, frames, or rows drawn from the policy for a rehearsal. No row is read.

        Raises:
            SourceError: a table is missing.
        """
        ...

    def check(self, sources: Sources) -> None:
        """Compares the structure of the tables with the policy. No row is read.

        Raises:
            SourceError: a column is missing or has another type.
        """
        ...

    def open(
        self, sources: Sources, key: bytes, opened: Callable[[], None], fraction: Callable[[float], None], spill: Path
    ) -> Any:
        """Reads, splits and bounds the rows; gives a `Source`."""
        ...

    def curator(self, source: Any, setting: Setting, journal: Journal) -> Any:
        """Who answers questions about the training rows, within what was reserved."""
        ...

    def measure(self, curator: Any, folder: RunFolder) -> Any:
        """The only step that touches rows. Its answers are on disk before anything is done to them."""
        ...

    def fit(self, measured: Any, folder: RunFolder) -> Any:
        """Fits and saves what was fitted."""
        ...

    def sample(self, measured: Any, models: Any, randomness: Randomness) -> Any:
        """Draws the synthetic rows."""
        ...

    def compare(self, curator: Any, measured: Any, models: Any, rows: Any) -> Any:
        """Asks the paid distances, where the policy pays for them, and chooses what is released."""
        ...

    def mechanism(self, made: Any) -> str:
        """Name of what made the release."""
        ...

    def write(self, job: Job, made: Any, randomness: Randomness) -> tuple[tuple[str, str], ...]:
        """Writes the tables; gives path in the bundle and SHA-256 of each file."""
        ...

    def published(
        self, job: Job, statement: Statement, made: Any, data_files: tuple[tuple[str, str], ...]
    ) -> Published:
        """The public half of the report."""
        ...

    def evaluate(
        self, source: Any, made: Any, randomness: Randomness, guard: Guard, stage: Callable[[str], None]
    ) -> Inside:
        """The internal half, from real rows without protection. Every step of it runs under the guard."""
        ...


def contents_of(plan: Plan) -> Contents:
    """The kind of release that a policy asks for."""
    from dpsynth.run.family_plan import FamilyPlan
    from dpsynth.run.one_table import OneTable
    from dpsynth.run.several_tables import SeveralTables

    return SeveralTables(plan) if isinstance(plan, FamilyPlan) else OneTable(plan)
