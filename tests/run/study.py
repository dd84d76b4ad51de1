"""A small invented study, as a file and a policy, and runs of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dpsynth.cli import main
from dpsynth.policy.load import load
from dpsynth.privacy.noise import Lattice
from dpsynth.run import pipeline
from dpsynth.run.job import Outcome
from dpsynth.run.plan import plan
from dpsynth.run.progress import Quiet
from dpsynth.run.setting import Frozen, Setting

POLICY = """\
dpsynth_policy: 1
id: small
title: {en: A small study}
legal: {controller: A centre, purpose: {en: Tests}}
release: {audience: public}
source: {population: small-people, snapshot: first, max_patients: 1000, max_rows: 3000, holdout: {share: 0.2}}
tables:
  visits:
    file: visits.csv
    columns:
      person: {role: unit_key}
      sex: {type: category, domain: [f, m], source: doc}
      ward: {type: category, domain: [a, b, c, d], source: doc}
      age: {type: integer, min: 0, max: 100, bins: {width: 20}, nullable: true, source: assumed}
      cost: {type: real, min: 0, max: 1000, decimals: 1, bins: {edges: [0, 10, 100, 1000], points: [0]},
             nullable: true, source: assumed}
      died: {type: boolean, nullable: true, source: doc}
privacy:
  contribution: {max_rows_per_unit: 3}
  epsilon: 2.0
  delta: 1.0e-5
  lifetime: {epsilon: 5.0, delta: 1.0e-5}
  split: {synthesis: 0.9, utility: 0.1}
audit: {runs: 5}
attacks: {run: [ATTACKS]}
"""

CANDIDATES = """\
synthesis:
  candidates: {clique_tree: 0.6, independent: 0.4}
"""
"""Two mechanisms, one of which is released."""

HEADER = "person,sex,ward,age,cost,died"
Rows = list[list[str]]


def rows(people: int = 300, seed: int = 1) -> Rows:
    """One to three visits of each person."""
    rng = np.random.default_rng(seed)
    table = []
    for i in range(people):
        sex = "fm"[rng.integers(2)]
        for _ in range(rng.integers(1, 4)):
            ward = "abcd"[min(3, int(rng.exponential(1.2)) + (sex == "m"))]
            age = int(rng.normal(40 + 10 * "abcd".index(ward), 15))
            cost = 0.0 if rng.random() < 0.3 else round(float(rng.lognormal(3, 1)), 1)
            table.append([f"id{i:04d}", sex, ward, str(age), str(cost), str(bool(rng.random() < 0.1)).lower()])
    return table


@dataclass
class Study:
    """A folder with a policy, a file, a ledger and a place for runs."""

    folder: Path
    table: Rows = field(default_factory=rows)
    policy_text: str = POLICY
    attacks: str = ""
    url: str = ""
    """Of the ledger; left out: a file in the folder."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write(self.table)
        self.policy.write_text(self.policy_text.replace("ATTACKS", self.attacks))

    @property
    def policy(self) -> Path:
        return self.folder / "policy.yaml"

    @property
    def data(self) -> Path:
        return self.folder / "visits.csv"

    @property
    def ledger(self) -> str:
        return self.url or f"sqlite:///{self.folder / 'ledger.sqlite'}"

    @property
    def out(self) -> Path:
        return self.folder / "reports"

    def write(self, table: Rows) -> None:
        self.data.write_text("\n".join([HEADER, *(",".join(r) for r in table)]) + "\n")

    def edit(self, old: str, new: str) -> None:
        text = self.policy.read_text()
        assert old in text
        self.policy.write_text(text.replace(old, new))

    def run(self, **setting: Any) -> Outcome:
        """A run in this process."""
        return pipeline.run(plan(load(self.policy)), Setting(self.out, self.ledger, **setting), Quiet())

    def command(self, *arguments: str) -> Said:
        """The same through the command line."""
        return say("run", str(self.policy), "--out", str(self.out), "--ledger", self.ledger, *arguments)


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def say(*arguments: str) -> Said:
    """Runs a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(arguments))
        except SystemExit as stop:
            code = stop.code
    return Said(int(code or 0), out.getvalue(), err.getvalue())


class Replay:
    """Answers every query with what it answered the first time: DP outputs that do not depend on the data.

    It knows nothing of privacy, says so, and therefore marks every run.
    """

    name = "replay"
    private = False

    def __init__(self) -> None:
        self._answers: list[Lattice] = []
        self._next = 0

    def rewind(self) -> None:
        self._next = 0

    def add(self, values: Lattice, sigma: float) -> Lattice:
        if self._next == len(self._answers):
            noise = np.random.default_rng(len(self._answers)).normal(0, sigma * 2**30, len(values))
            self._answers.append(values + noise.astype(np.int64))
        answer = self._answers[self._next]
        assert len(answer) == len(values), "a query changed its shape"
        self._next += 1
        return answer


FROZEN = Frozen(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "20260102T030405Z-000000", 7)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def state(outcome: Outcome) -> dict[str, Any]:
    return json.loads(outcome.folder.state.read_text())
