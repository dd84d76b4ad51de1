"""What dummy data look like: shares, numbers of rows, missing cells; from public sources or assumed, never from data.

Nothing here changes a release: dummy data are drawn from the policy alone and open no file of real data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy.block import Block, ColumnName, Level, Slug, Text, fault, show

Part = Annotated[float, Field(ge=0, le=1)]


class Normal(Block):
    """A normal distribution, cut off at the bounds of the column."""

    mean: float = Field(description="Mean, in the unit of the column; of days: since 1970-01-01.")
    sd: Annotated[float, Field(gt=0)] = Field(description="Standard deviation, in the unit of the column.")


class Likeness(Block):
    """What dummy data show in one column; for columns that are never read it says what they hold at all."""

    shares: Annotated[dict[str, Part], Field(min_length=1)] | None = Field(
        default=None,
        description="Level -> share of the cells that are not missing, at most 1 in all. Levels that are left out "
        "divide the rest evenly. Left out: all levels that are listed alike, and 0.02 for other.",
    )
    normal: Normal | None = Field(default=None, description="For numbers: shares of a normal distribution.")
    missing: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        default=None, description="Share of missing cells, where there may be any. Left out: 0.05."
    )
    code: Text | None = Field(
        default=None,
        description="Cells are codes of this system that have the right form but need not exist: ICD-10-GM, ATC, "
        "LOINC, PZN or OPS. For columns of role drop, and for what is other in categories; there coding_system does it "
        "too.",
    )
    values: Annotated[tuple[Level, ...], Field(min_length=1)] | None = Field(
        default=None, description="For columns of role drop: the cells."
    )
    numbers: Annotated[tuple[int, ...], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="For columns of role drop: whole numbers from the first to the second."
    )
    source: Text | None = Field(default=None, description="Publication of the shares; it is printed in the manifest.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Likeness:
        if self.shares is not None and self.normal is not None:
            raise fault(("normal",), "shares and normal both say how often a level occurs. Remove one of the two.")
        if self.shares is not None and math.fsum(self.shares.values()) > 1 + 1e-9:
            raise fault(("shares",), f"shares add up to {show(math.fsum(self.shares.values()))}. At most 1 is allowed.")
        if [self.code, self.values, self.numbers].count(None) < 2:
            raise fault((), "code, values and numbers each say what cells hold. Give one of them.")
        if self.numbers is not None and self.numbers[0] > self.numbers[1]:
            raise fault(("numbers",), "the first of numbers is above the second. Exchange them.")
        return self


class RowLaw(Block):
    """How many rows a patient has in a table, without looking at any patient."""

    none: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0, description="Share of patients without a row; 0 in the table of patients itself."
    )
    mean: Annotated[float, Field(ge=1)] = Field(description="Mean number of rows of the others, before at_most cuts.")
    spread: Annotated[float, Field(gt=0)] = Field(
        default=1.0,
        description="Shape of the negative binomial law of the rows after the first: small, a few patients have very "
        "many; large, all have about the same.",
    )
    source: Text | None = Field(default=None, description="Publication of these numbers.")


class DummyTable(Block):
    """What dummy data look like in one table."""

    rows: RowLaw | None = Field(
        default=None, description="Left out: about five rows a patient, or as many as the policy allows if fewer."
    )
    columns: dict[ColumnName, Likeness] = Field(default={}, description="Columns by name.")


class Dummy(Block):
    """Dummy data (`dpsynth dummy`): same files, no patient."""

    keys: Literal["text", "number"] = Field(
        default="text",
        description="How keys are written: DUMMY-000000001, or numbers from 999000000001 where programs need numbers.",
    )
    simulation: Text | None = Field(
        default=None, description="File with the model of the level simulation, beside the policy."
    )
    tables: dict[Slug, DummyTable] = Field(default={}, description="Tables by name.")


def check(dummy: Dummy, columns: Mapping[str, Mapping[str, tuple[bool, bool]]]) -> None:
    """Refuses names that are not in the policy, and keys that mean nothing for their column.

    Args:
        dummy: the block.
        columns: table -> column -> whether its values are released, and whether it is a key.

    Raises:
        PydanticCustomError: with the path below the policy.
    """
    for table, likeness in dummy.tables.items():
        if table not in columns:
            listed = ", ".join(columns)
            raise fault(("dummy", "tables", table), f"there is no table {table!r}; tables are {listed}. Correct it.")
        for name, column in likeness.columns.items():
            place = ("dummy", "tables", table, "columns", name)
            if name not in columns[table]:
                raise fault(place, f"table {table} has no column {name!r}. Correct the name, or remove the block.")
            released, key = columns[table][name]
            if key:
                raise fault(place, f"{name} is a key, and keys are numbered. Remove the block; dummy.keys says how.")
            wrong = ("values", "numbers") if released else ("shares", "normal")
            for word in wrong:
                if getattr(column, word) is not None:
                    kind = "a released column, whose type says it" if released else "a dropped column without levels"
                    raise fault((*place, word), f"{word} means nothing here: {name} is {kind}. Remove it.")
