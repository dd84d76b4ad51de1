"""Columns of a table: what can stand in them, declared in public."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from dpsynth.policy.binned_columns import DateColumn, IntegerColumn, RealColumn
from dpsynth.policy.block import Block, Text
from dpsynth.policy.listed_columns import BooleanColumn, CategoryColumn


class UnitKey(Block):
    """The column that says whose row this is. It is never released; synthetic rows get fresh keys."""

    role: Literal["unit_key"]
    normalise: Literal["exact", "strip", "strip_upper"] = Field(
        default="strip", description="How two spellings of one id are made the same, before hashing."
    )
    note: Text | None = Field(default=None, description="Anything a reader should know.")


class DroppedColumn(Block):
    """A column that is never read."""

    role: Literal["drop"]
    note: Text | None = Field(default=None, description="Why it is not released.")


ModelledColumn = CategoryColumn | BooleanColumn | IntegerColumn | RealColumn | DateColumn


def _column_kind(value: Any) -> str | None:
    """Which class describes a column: by `role` when it is a key or dropped, else by `type`."""
    role, kind = (value.get(key) if isinstance(value, dict) else getattr(value, key, None) for key in ("role", "type"))
    kind = role if role in ("unit_key", "drop") else kind
    return kind if isinstance(kind, str) else None


Column = Annotated[
    Annotated[CategoryColumn, Tag("category")]
    | Annotated[BooleanColumn, Tag("boolean")]
    | Annotated[IntegerColumn, Tag("integer")]
    | Annotated[RealColumn, Tag("real")]
    | Annotated[DateColumn, Tag("date")]
    | Annotated[UnitKey, Tag("unit_key")]
    | Annotated[DroppedColumn, Tag("drop")],
    Discriminator(
        _column_kind,
        custom_error_type="column_kind",
        custom_error_message="a column needs type: category, boolean, integer, real or date, or role: unit_key or drop",
    ),
]


def column_classes() -> dict[str, type[Block]]:
    """Returns the class of each kind of column, by the tag that errors carry."""
    return {
        "category": CategoryColumn,
        "boolean": BooleanColumn,
        "integer": IntegerColumn,
        "real": RealColumn,
        "date": DateColumn,
        "unit_key": UnitKey,
        "drop": DroppedColumn,
    }
