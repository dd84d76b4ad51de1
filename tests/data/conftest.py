"""The declared study, its rows, and files of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dpsynth.domain.domain import Domain
from dpsynth.policy.people import Holdout, Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.tables import Table
from tests.data.study import CANARY, COLUMNS, Row, Study


@pytest.fixture(scope="session")
def study() -> Study:
    """The declared study: at most 3 rows a person, 30 % held out."""
    table = Table.model_validate({"file": "visits.csv", "columns": COLUMNS}, strict=False)
    source = Source(population="test", snapshot="one", max_patients=10**6, holdout=Holdout(share=0.3, control=0.5))
    return Study(table, Domain.from_table(table, {}), source, Contribution(max_rows_per_unit=3))


@pytest.fixture(scope="session")
def visits() -> list[Row]:
    """Rows of 60 people with 1 to 6 visits each: id, sex, age, note."""
    draw = random.Random(3)
    rows = [
        (str(1000 + person), draw.choice(["f", "m", None]), draw.randrange(101), CANARY)
        for person in range(60)
        for _ in range(draw.randrange(1, 7))
    ]
    draw.shuffle(rows)
    return rows


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    """Writes bytes to visits.csv and gives its path."""

    def write(content: bytes, name: str = "visits.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write
