"""The cohort with three tables more: seven tables, of which three are on the third level."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.data.memory import FrameSource
from dpsynth.policy.load import LoadedPolicy, load
from tests.policy.family import FAMILY, write
from tests.synth.families import cohort

MORE = """\
  visits:
    file: visits.csv
    parent: patients
    rows: {at_most: 300, order_by: day}
    columns:
      visit: {role: key}
      pid: {role: unit_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
      kind: {type: category, domain: [gp, er], source: doc}
  acts:
    file: acts.csv
    parent: visits
    rows: {at_most: 600}
    columns:
      pid: {role: unit_key}
      visit: {role: parent_key}
      what: {type: category, domain: [u, v, w], source: doc}
  notes:
    file: notes.csv
    parent: stays
    rows: {at_most: 100}
    columns:
      pid: {role: unit_key}
      stay: {role: parent_key}
      word: {type: category, domain: [x, y], source: doc}
public_tables:
"""


def policy(folder: Path) -> LoadedPolicy:
    text = FAMILY.replace("public_tables:\n", MORE)
    return load(write(folder, text.replace("snapshot: s1", "snapshot: s1\n  holdout: {share: 1e-9, control: 0.5}")))


def tables(people: int, seed: int) -> dict[str, FrameSource]:
    """Four visits a person, three acts for two visits, a note for each stay: all Poisson."""
    found, rng = cohort.tables(people, seed), np.random.default_rng(seed)
    visits, acts, notes = [], [], []
    for pid in range(people):
        for number in range(rng.poisson(4)):
            visit = f"{pid}-{number}"
            visits.append((visit, str(pid), cohort.day(300 + 40 * number), ("gp", "er")[rng.integers(2)]))
            acts += [(str(pid), visit, "uvw"[rng.integers(3)]) for _ in range(rng.poisson(1.5))]
    for batch in found["stays"].batches(("stay", "pid")):
        for stay, pid in zip(batch["stay"].to_pylist(), batch["pid"].to_pylist(), strict=True):
            notes += [(pid, stay, "xy"[rng.integers(2)]) for _ in range(rng.poisson(1))]
    return found | {
        "visits": _frame(visits, ("visit", "pid", "day", "kind")),
        "acts": _frame(acts, ("pid", "visit", "what")),
        "notes": _frame(notes, ("pid", "stay", "word")),
    }


def _frame(rows: list[tuple[str, ...]], columns: tuple[str, ...]) -> FrameSource:
    return FrameSource(pa.table({c: pa.array([row[i] for row in rows], pa.string()) for i, c in enumerate(columns)}))
