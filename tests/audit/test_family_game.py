"""Three tables with and without one patient: the promise about patients holds, and a promise about rows is caught."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from dpsynth.audit.exact import Exact
from dpsynth.audit.trade_off import Comparison, compare
from dpsynth.audit.transcript import Transcript
from dpsynth.data.family import FamilyUnits, open_family
from dpsynth.data.memory import FrameSource
from dpsynth.data.units import Units
from dpsynth.domain.family import Family
from dpsynth.policy.load import load
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.mechanism import Measurers, RelationalMechanism, calibrate
from dpsynth.testing.samplers import RoundedGaussian
from tests.policy.family import FAMILY, write

EPSILON, DELTA, RUNS = 8.0, 1e-6, 80

TABLES = """\
  patients:
    file: patients.csv
    columns:
      pid: {role: unit_key}
      sex: {type: category, domain: [f, m], source: doc}
  stays:
    file: stays.csv
    parent: patients
    rows: {at_most: 8}
    columns:
      stay: {role: key}
      pid: {role: unit_key}
      ward: {type: category, domain: [a, b, c], source: doc}
  labs:
    file: labs.csv
    parent: stays
    rows: {at_most: 8, clip: 2}
    columns:
      pid: {role: unit_key}
      stay: {role: parent_key}
      code: {type: category, domain: [x, y], source: doc}
"""
CROWD = [(0, 1), (1, 2), (2, 0), (3, 3), (4, 1)]
HEAVY = 9, 8
"""The patient who joins, with eight stays on one ward and one value of each: the most that the policy allows."""


@dataclass(frozen=True)
class Worlds:
    mechanism: RelationalMechanism
    without: FamilyUnits
    present: FamilyUnits


def encoded(loaded, family: Family, people) -> FamilyUnits:
    stays = [(f"{pid}-{i}", str(pid), "a") for pid, n in people for i in range(n)]
    rows = {
        "patients": {"pid": [str(pid) for pid, _ in people], "sex": ["f"] * len(people)},
        "stays": dict(zip(("stay", "pid", "ward"), zip(*stays, strict=True), strict=True)),
        "labs": {"stay": [s for s, _, _ in stays], "pid": [p for _, p, _ in stays], "code": ["x"] * len(stays)},
    }
    sources = {
        name: FrameSource(pa.table({c: pa.array(list(cells), pa.string()) for c, cells in columns.items()}))
        for name, columns in rows.items()
    }
    return open_family(loaded, family, sources, b"0123456789abcdef", lambda: None).train


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    text = FAMILY[: FAMILY.index("  patients:")] + TABLES + FAMILY[FAMILY.index("privacy:") :]
    text = text.replace("max_patients: 1000", "max_patients: 1000\n  holdout: {share: 1e-9, control: 0.5}")
    loaded = load(write(tmp_path_factory.mktemp("game"), text))
    family = Family.from_policy(loaded)
    budget = accountant.calibrate(Epsilon(EPSILON), Delta(DELTA))
    mechanism = calibrate(budget, family, loaded.policy.synthesis, {})
    return Worlds(mechanism, encoded(loaded, family, CROWD), encoded(loaded, family, [*CROWD, HEAVY]))


def row_by_row(units: Units) -> Units:
    """The mistake: every row is taken for a person of its own."""
    return Units(units.codes, np.arange(units.rows), units.rows)


def played(worlds: Worlds, mistaken: bool) -> Comparison:
    mechanism, family = worlds.mechanism, worlds.mechanism.family
    noise = RoundedGaussian(np.random.default_rng(7))

    def views(side: FamilyUnits):
        change = row_by_row if mistaken else lambda units: units
        yield side.people, family.view, 1, mechanism.people.event
        for rows in family.rows:
            yield change(side.rows[rows.name]), rows.view, rows.at_most, mechanism.rows[rows.name].event

    exact = [[Exact(units, view) for units, view, *_ in views(s)] for s in (worlds.without, worlds.present)]
    scores = []
    for side in (worlds.without, worlds.present):
        found = np.zeros(RUNS)
        for i in range(RUNS):
            asked = [
                Transcript(
                    Curator(
                        units, view, most, sum(e.mu_squared for e in events.flatten(event)), events.cells(event), noise
                    ),
                    zero,
                    one,
                )
                for (units, view, most, event), zero, one in zip(views(side), *exact, strict=True)
            ]
            names = [rows.name for rows in family.rows]
            mechanism.measure(Measurers(asked[0], dict(zip(names, asked[1:], strict=True))))
            found[i] = sum(transcript.evidence for transcript in asked)
        scores.append(found)
    return compare(scores[0], scores[1], accountant.compose(mechanism.event), DELTA)


def test_the_promise_about_patients_holds(worlds: Worlds) -> None:
    found = played(worlds, mistaken=False)
    assert found.p_value > 0.001 and found.shown_mu <= found.claimed_mu
    # The game is sharp: the heaviest patient uses up most of what is allowed.
    assert 0.5 * found.claimed_mu < found.estimated_mu < 1.35 * found.claimed_mu


def test_sensitivity_of_rows_instead_of_patients_is_caught(worlds: Worlds) -> None:
    found = played(worlds, mistaken=True)
    assert found.p_value < 1e-4 and found.estimated_mu > 1.5 * found.claimed_mu
