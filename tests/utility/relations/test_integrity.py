"""Synthetic tables that hold together, and every way in which they might not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from dpsynth.domain.family import Family
from dpsynth.policy.load import load
from dpsynth.utility.relations.integrity import checks
from tests.policy.family import FAMILY, write

D = dt.date
SOUND: dict[str, dict[str, list[Any]]] = {
    "patients": {
        "pid": ["SYN1", "SYN2", "SYN3"],
        "sex": ["f", "m", "other"],
        "born": [D(1950, 1, 1), D(1960, 1, 1), None],
        "entry": [D(2019, 1, 1), D(2020, 1, 1), D(2020, 5, 1)],
        "died": [D(2021, 1, 1), None, None],
    },
    "stays": {
        "stay": ["SYN1", "SYN2", "SYN3"],
        "pid": ["SYN1", "SYN1", "SYN2"],
        "day": [D(2019, 2, 1), D(2019, 2, 1), D(2020, 2, 1)],
        "left": [D(2019, 2, 3), None, D(2020, 2, 1)],
        "ward": ["a", "b", "other"],
    },
    "labs": {
        "pid": ["SYN1", "SYN1", "SYN1", "SYN2"],
        "stay": ["SYN1", "SYN1", "SYN1", "SYN3"],
        "drug": ["SYN1", None, None, None],
        "day": [D(2019, 2, 1), None, D(2019, 2, 2), D(2020, 2, 5)],
        "code": ["hba1c", "ldl", "other", "crp"],
        "value": [1.5, None, 100.0, 0.0],
    },
    "drugs": {"given": ["SYN1", "SYN2"], "pid": ["SYN1", "SYN2"], "atc": ["A10BA02", None]},
}
TYPES = {"value": pa.float64()} | dict.fromkeys(("born", "entry", "died", "day", "left"), pa.date32())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    text = FAMILY.replace("rows: {at_most: 30}", "rows: {at_most: 1}")
    return load(write(tmp_path_factory.mktemp("policy"), text))


def broken(loaded, changes: dict[tuple[str, str, int], Any]) -> dict[tuple[str, str], int]:
    made = {}
    for table, columns in SOUND.items():
        cells = {n: list(c) for n, c in columns.items()}
        for (t, column, row), cell in changes.items():
            if t == table:
                cells[column][row] = cell
        made[table] = pa.table({n: pa.array(c, TYPES.get(n, pa.string())) for n, c in cells.items()})
    found = checks(Family.from_policy(loaded), loaded.policy.tables, made)
    assert all(c.rows == len(next(iter(SOUND[c.table].values()))) for c in found)
    assert {(c.table, c.rule) for c in found} >= {("labs", "references"), ("patients", "keys"), ("drugs", "bound")}
    assert ("drugs", "order") not in {(c.table, c.rule) for c in found}, "drugs have no date"
    return {(c.table, c.rule): c.broken for c in found if c.broken}


def test_sound_tables_keep_every_rule(loaded) -> None:
    assert broken(loaded, {}) == {}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({("patients", "pid", 0): "SYN3"}, {("patients", "keys"): 2, ("stays", "references"): 2, ("labs", "references"): 3, ("drugs", "references"): 1}),
        ({("stays", "stay", 0): "SYN2"}, {("stays", "keys"): 2, ("labs", "references"): 3}),
        ({("drugs", "pid", 1): None}, {("drugs", "references"): 1}),
        ({("stays", "pid", 2): "SYN9"}, {("stays", "references"): 1, ("labs", "references"): 1}),
        ({("labs", "stay", 3): None}, {("labs", "references"): 1}),
        ({("labs", "stay", 3): "SYN1"}, {("labs", "references"): 1}),  # another person's
        ({("labs", "drug", 0): "SYN2"}, {("labs", "references"): 1}),  # another person's
        ({("labs", "drug", 0): "SYN9"}, {("labs", "references"): 1}),
        ({("stays", "day", 0): D(2019, 2, 2)}, {("stays", "order"): 1, ("labs", "order"): 1}),
        ({("labs", "day", 0): D(2019, 2, 3)}, {("labs", "order"): 1}),  # the next one has no date, the one after has
        ({("labs", "day", 3): D(2020, 1, 31)}, {("labs", "order"): 1}),  # before its stay
        ({("labs", "day", 3): D(2024, 1, 1)}, {("labs", "window"): 1, ("labs", "values"): 1}),
        ({("patients", "died", 0): D(2019, 2, 1)}, {("labs", "window"): 1}),
        ({("patients", "born", 1): D(2020, 2, 3)}, {("stays", "window"): 1, ("patients", "values"): 1}),
        ({("drugs", "pid", 1): "SYN1"}, {("drugs", "bound"): 2}),
        ({("patients", "sex", 0): "x"}, {("patients", "values"): 1}),
        ({("patients", "sex", 0): None}, {("patients", "values"): 1}),
        ({("labs", "value", 0): 100.1}, {("labs", "values"): 1}),
        ({("stays", "left", 0): D(2019, 1, 31)}, {("stays", "values"): 1}),
        ({("stays", "left", 0): D(2019, 5, 1)}, {("stays", "values"): 1}),
        ({("drugs", "atc", 0): "A10BA99"}, {("drugs", "values"): 1}),
    ],
)  # fmt: skip
def test_every_break_is_found(loaded, change, found) -> None:
    assert broken(loaded, change) == found


def test_tables_without_rows_break_nothing(loaded) -> None:
    made = {
        table: pa.table({n: pa.array([], TYPES.get(n, pa.string())) for n in columns})
        for table, columns in SOUND.items()
    }
    found = checks(Family.from_policy(loaded), loaded.policy.tables, made)
    assert len(found) > 10 and all(c.rows == c.broken == 0 for c in found)
