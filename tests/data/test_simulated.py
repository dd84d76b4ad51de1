"""Invented people of several tables: the cells of dummy data, read like real ones, without a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.csv as pacsv

from dpsynth.data.simulated import simulated
from dpsynth.domain.family import Family
from dpsynth.dummy.make import drawn, make
from dpsynth.dummy.plan import Level, plan
from dpsynth.policy.load import load
from tests.policy.family import FAMILY, write

POLICY = Path(__file__).resolve().parents[2] / "policies" / "diabetes_cohort.yaml"


def test_tables_in_memory_are_those_of_the_files(tmp_path: Path) -> None:
    prepared = plan(load(POLICY), Level.SIMULATION)
    made = make(prepared, 50, 3, tmp_path / "dummy")
    tables = drawn(prepared, 50, 3)
    assert {name: table.num_rows for name, table in tables.items()} == made.rows
    file = next((tmp_path / "dummy").glob("*treatments*"))
    written = pacsv.read_csv(file, convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(["atc"], "string")))
    assert written["atc"].to_pylist() == tables["treatments"]["atc"].to_pylist()
    assert written["patient_id"].to_pylist() == tables["treatments"]["patient_id"].to_pylist()


def test_a_policy_with_a_simulation_gives_simulated_people() -> None:
    loaded = load(POLICY)
    family = Family.from_policy(loaded)
    people = simulated(loaded, family, 400, 1)
    assert people.train.size + people.reference.size + people.control.size == 400
    assert all(people.train.rows[table.name].rows > 300 for table in family.rows)
    again = simulated(loaded, family, 400, 1)
    assert (again.train.people.codes == people.train.people.codes).all()
    without = loaded.policy.model_copy(update={"dummy": None})
    by_rules = simulated(replace(loaded, policy=without), family, 400, 1)
    assert by_rules.train.rows["lab_results"].rows != people.train.rows["lab_results"].rows


def test_a_policy_without_one_gives_people_by_its_rules(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, FAMILY))
    people = simulated(loaded, Family.from_policy(loaded), 200, 1)
    assert people.train.size > 100 and people.train.rows["labs"].rows > 0
