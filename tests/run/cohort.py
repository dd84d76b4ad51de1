"""A small invented cohort on three levels, as files and a policy, and releases of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dpsynth.dummy.make import drawn
from dpsynth.dummy.plan import Level
from dpsynth.dummy.plan import plan as dummy
from dpsynth.policy.load import load
from dpsynth.run import pipeline
from dpsynth.run.job import Outcome
from dpsynth.run.plan import plan
from dpsynth.run.progress import Quiet
from dpsynth.run.setting import Setting
from tests.policy import family

QUICK = """\
audit: {runs: 1}
attacks: {run: [ATTACKS], across: [ACROSS]}
"""
RULE = "    rules:\n      - impossible: {code: [crp], value: {max: 24.9}}\n"
TEXT = (
    family.FAMILY.replace("  drugs:\n    file", RULE + "  drugs:\n    file")
    .replace("  epsilon: 1\n", "  epsilon: 2\n  split: {synthesis: 0.9, utility: 0.1}\n")
    .replace("lifetime: {epsilon: 3", "lifetime: {epsilon: 9")
    + QUICK
)

ALONE = (
    """\
dpsynth_policy: 1
id: alone
title: {en: One table whose rows stay together}
legal: {controller: A centre, purpose: {en: Tests}}
release: {audience: public}
source: {population: alone-people, snapshot: first, max_patients: 1000}
tables:
  people:
    file: people.csv
    rows: {at_most: 5, summaries: [{column: sex, of: mode}]}
    columns:
      person: {role: unit_key}
      sex: {type: category, domain: [f, m], source: doc}
      ward: {type: category, domain: [a, b, c, d], source: doc}
privacy:
  contribution: {max_rows_per_unit: 5}
  epsilon: 2.0
  delta: 1.0e-5
  lifetime: {epsilon: 9.0, delta: 1.0e-5}
synthesis: {mechanism: relational}
"""
    + QUICK
)

Rows = dict[str, list[list[str]]]
"""Table -> header, then rows."""


@dataclass
class Cohort:
    """A folder with a policy, files, a ledger and a place for runs."""

    folder: Path
    text: str = TEXT
    people: int = 80
    seed: int = 1
    attacks: str = ""
    across: str = ""
    rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = self.text.replace("ATTACKS", self.attacks).replace("ACROSS", self.across)
        self.policy = family.write(self.folder, text)
        self.rows = self.drawn(self.people, self.seed)
        self.write(self.rows)

    @property
    def ledger(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.sqlite'}"

    @property
    def out(self) -> Path:
        return self.folder / "reports"

    def drawn(self, people: int, seed: int) -> Rows:
        """Rows from the policy alone."""
        found = {}
        for name, table in drawn(dummy(load(self.policy), Level.RULES), people, seed).items():
            columns = [[("" if x is None else str(x)) for x in c.to_pylist()] for c in table.columns]
            found[name] = [list(table.column_names), *map(list, zip(*columns, strict=True))]
        return found

    def write(self, rows: Mapping[str, list[list[str]]]) -> None:
        for name, table in rows.items():
            (self.folder / f"{name}.csv").write_text("".join(",".join(row) + "\n" for row in table))

    def setting(self, **setting: Any) -> Setting:
        return Setting(self.out, self.ledger, **setting)

    def run(self, **setting: Any) -> Outcome:
        """A run in this process."""
        return pipeline.run(plan(load(self.policy)), self.setting(**setting), Quiet())
