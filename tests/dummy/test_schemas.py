"""The ready schemas: every level gives tables whose keys, rules, codes and dates are right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dpsynth.data.files import FileSource
from dpsynth.domain import text
from dpsynth.domain.rules import structural_zeros, violations
from dpsynth.dummy.codes.registry import system_of
from dpsynth.dummy.make import make
from dpsynth.dummy.plan import Level, Plan, plan
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.load import load

POLICIES = Path(__file__).resolve().parents[2] / "policies"
SCHEMAS = ("omop_cdm54", "claims", "diabetes_cohort")
PATIENTS = 600


def tables(planned: Plan, folder: Path) -> dict[str, pa.Table]:
    found = {}
    for name, table in planned.loaded.policy.tables.items():
        source = FileSource(folder / "as-delivered" / Path(table.file).name, table.delimiter)
        assert list(source.schema()) == list(table.columns)
        found[name] = pa.Table.from_batches(list(source.batches(tuple(table.columns))))
    return found


def key_of(planned: Plan, name: str, kind: type) -> str | None:
    return next((c for c, d in planned.loaded.policy.tables[name].columns.items() if isinstance(d, kind)), None)


@pytest.fixture(scope="module", params=[(s, level) for s in SCHEMAS for level in Level], ids=lambda p: f"{p[0]}-{p[1]}")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    name, level = request.param
    planned = plan(load(POLICIES / f"{name}.yaml"), level)
    folder = tmp_path_factory.mktemp(name) / "out"
    make(planned, PATIENTS, 3, folder)
    return planned, tables(planned, folder)


def test_all_patients_are_there_and_keys_lead_to_rows_of_the_same_patient(made) -> None:
    planned, rows = made
    root = planned.loaded.policy.table_name
    patients = rows[root][key_of(planned, root, UnitKey)].to_pylist()
    assert len(patients) == len(set(patients)) == PATIENTS
    owners = {}
    for name, table in rows.items():
        unit = table[key_of(planned, name, UnitKey)].to_pylist()
        assert set(unit) <= set(patients) and table.num_rows > 0
        if (own := key_of(planned, name, RowKey)) is not None:
            names = table[own].to_pylist()
            assert len(set(names)) == len(names)
            owners[name] = dict(zip(names, unit))
    for name, table in rows.items():
        declared = planned.loaded.policy.tables[name]
        unit = table[key_of(planned, name, UnitKey)].to_pylist()
        for column, kind in declared.columns.items():
            if isinstance(kind, ParentKey | Link):
                other = owners[kind.references if isinstance(kind, Link) else declared.parent]
                led = [(other[key], owner) for key, owner in zip(table[column].to_pylist(), unit) if key]
                assert all(a == b for a, b in led) and (isinstance(kind, Link) or len(led) == table.num_rows)
                assert len(led) > table.num_rows / 2


def test_no_rule_is_broken_and_codes_have_their_form(made) -> None:
    planned, rows = made
    for name, table in rows.items():
        domain, declared = planned[name].domain, planned[name].table.columns
        codes = np.zeros((table.num_rows, len(domain.names)), np.uint16)
        for i, attribute in enumerate(domain.attributes):
            if not isinstance(declared[attribute.name], OffsetColumn):
                codes[:, i] = attribute.encode(table[attribute.name])
            coded = getattr(declared[attribute.name], "coding_system", None)
            if coded is not None and (system := system_of(coded.name)) is not None:
                cells = table[attribute.name].combine_chunks()
                assert system.valid(cells.filter(pa.compute.not_equal(cells, "other"))).all(), attribute.name
        if planned.level is not Level.FORMAT:
            zeros = structural_zeros(planned.loaded, domain, name)
            assert not violations(codes, domain, zeros).any()
    rules = sum(len(planned.loaded.policy.tables[name].rules) for name in rows)
    assert rules > 0


def test_dates_lie_in_the_window_and_ends_after_starts(made) -> None:
    planned, rows = made
    if planned.level is Level.FORMAT:
        return
    assert planned.window is not None
    for name, table in rows.items():
        declared = planned[name].table

        def days(column: str, table=table, declared=declared) -> np.ndarray:
            absent = frozenset(declared.missing_values)
            return text.to_day(table[column], absent, declared.columns[column].format)

        for column, kind in declared.columns.items():
            if isinstance(kind, DateColumn) and column == declared.order_by:
                day = days(column)
                assert ((day >= planned.window[0]) & (day <= planned.window[1])).all()
            if isinstance(kind, OffsetColumn):
                length = days(column) - days(kind.from_)
                length = length[~np.isnan(length)]
                assert len(length) and length.min() >= kind.min and length.max() <= kind.max


def test_every_field_of_the_omop_tables_is_there() -> None:
    """Numbers of fields of each table in the list of the CDM 5.4."""
    tables = load(POLICIES / "omop_cdm54.yaml").policy.tables
    expected = {
        "person": 18, "observation_period": 5, "visit_occurrence": 17, "condition_occurrence": 16, "drug_exposure": 23,
        "measurement": 23, "death": 7,
    }  # fmt: skip
    assert {name: len(table.columns) for name, table in tables.items()} == expected


def test_nothing_happens_after_death_in_simulated_omop_data(tmp_path: Path) -> None:
    planned = plan(load(POLICIES / "omop_cdm54.yaml"), Level.SIMULATION)
    make(planned, 2_000, 1, tmp_path / "out")
    rows = tables(planned, tmp_path / "out")
    died = dict(zip(rows["death"]["person_id"].to_pylist(), rows["death"]["death_date"].to_pylist()))
    assert 50 < len(died) < 600
    for name in ("visit_occurrence", "condition_occurrence", "drug_exposure", "measurement"):
        date = planned[name].table.order_by
        pairs = zip(rows[name]["person_id"].to_pylist(), rows[name][date].to_pylist())
        assert all(day <= died.get(person, "9999") for person, day in pairs)
    ends = rows["observation_period"]
    assert all(
        end == died.get(person, "2023-12-31")
        for person, end in zip(ends["person_id"].to_pylist(), ends["observation_period_end_date"].to_pylist())
    )
