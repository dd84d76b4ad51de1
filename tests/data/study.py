"""A small declared study, and rows for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from dpsynth.data.open import open_source
from dpsynth.data.source import BoundedSource, TableSource
from dpsynth.domain.domain import Domain
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.tables import Table

CANARY = "CANARY-7F3A"
"""A text that stands in cells only; it must appear nowhere else."""

KEY = b"0123456789abcdef0123456789abcdef"

Row = tuple[Any, ...]

COLUMNS: dict[str, dict[str, object]] = {
    "id": {"role": "unit_key"},
    "sex": {"type": "category", "source": "doc", "domain": ("f", "m"), "nullable": True},
    "age": {"type": "integer", "source": "doc", "min": 0, "max": 100, "bins": {"each": True}, "nullable": True},
    "note": {"role": "drop"},
}


@dataclass(frozen=True)
class Study:
    """A declared table with the columns id, sex, age and a dropped note."""

    table: Table
    domain: Domain
    source: Source
    contribution: Contribution

    def open(self, rows: TableSource, **changes: Any) -> BoundedSource:
        """Opens a source with everything else as declared."""
        given: dict[str, Any] = {"key": KEY, "opened": lambda: None} | changes
        contribution = replace_limit(self.contribution, given.pop("limit", None))
        return open_source(self.table, self.source, contribution, self.domain, rows, **given)

    def with_columns(self, **columns: dict[str, object]) -> Study:
        """The same study with other columns."""
        table = Table.model_validate({"file": self.table.file, "columns": columns})
        return replace(self, table=table, domain=Domain.from_table(table, {}))


def replace_limit(contribution: Contribution, limit: int | None) -> Contribution:
    return contribution if limit is None else Contribution(max_rows_per_unit=limit)


def as_csv(rows: Sequence[Row], delimiter: str = ",", end: str = "\n") -> bytes:
    """Delimited text with a header line."""
    lines = [("id", "sex", "age", "note"), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    return "".join(delimiter.join(line) + end for line in lines).encode()


def as_arrow(rows: Sequence[Row]) -> pa.Table:
    """A typed table: integers for id and age."""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    return pa.table(
        {
            "id": pa.array([None if c is None else int(c) for c in columns[0]], pa.int64()),
            "sex": pa.array(columns[1], pa.string()),
            "age": pa.array(columns[2], pa.int32()),
            "note": pa.array(columns[3], pa.string()),
        }
    )


def same(a: BoundedSource, b: BoundedSource) -> bool:
    """Whether two bounded sources are equal in every part."""
    parts = [(getattr(a, side), getattr(b, side)) for side in ("train", "reference", "control")]
    return (
        a.commitment == b.commitment
        and a.rows_per_unit == b.rows_per_unit
        and all(
            x.size == y.size and x.codes.tolist() == y.codes.tolist() and x.owner.tolist() == y.owner.tolist()
            for x, y in parts
        )
    )


def everyone(bounded: BoundedSource) -> list[list[list[int]]]:
    """The rows of each person, sorted, without saying who it is."""
    people = [
        part.codes[part.owner == person].tolist()
        for part in (bounded.control, bounded.reference, bounded.train)
        for person in range(part.size)
    ]
    return sorted(people)
