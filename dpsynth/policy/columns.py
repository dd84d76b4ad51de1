"""Columns of a table: what can stand in them, declared in public."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from dpsynth.policy.binned_columns import DateColumn, IntegerColumn, OffsetColumn, RealColumn
from dpsynth.policy.block import Block, Text
from dpsynth.policy.keys import Link, ParentKey, RowKey
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


ModelledColumn = CategoryColumn | BooleanColumn | IntegerColumn | RealColumn | DateColumn | OffsetColumn

Key = UnitKey | RowKey | ParentKey | Link
"""Columns that say which rows belong together."""

_ROLES = ("unit_key", "key", "parent_key", "link", "drop")


def _column_kind(value: Any) -> str | None:
    """Which class describes a column: by `role` when it is a key or dropped, else by `type`."""
    role, kind = (value.get(key) if isinstance(value, dict) else getattr(value, key, None) for key in ("role", "type"))
    kind = role if role in _ROLES else kind
    return kind if isinstance(kind, str) else None


Column = Annotated[
    Annotated[CategoryColumn, Tag("category")]
    | Annotated[BooleanColumn, Tag("boolean")]
    | Annotated[IntegerColumn, Tag("integer")]
    | Annotated[RealColumn, Tag("real")]
    | Annotated[DateColumn, Tag("date")]
    | Annotated[OffsetColumn, Tag("offset")]
    | Annotated[UnitKey, Tag("unit_key")]
    | Annotated[RowKey, Tag("key")]
    | Annotated[ParentKey, Tag("parent_key")]
    | Annotated[Link, Tag("link")]
    | Annotated[DroppedColumn, Tag("drop")],
    Discriminator(
        _column_kind,
        custom_error_type="column_kind",
        custom_error_message="a column needs a type, or a role such as unit_key, key or drop",
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
        "offset": OffsetColumn,
        "unit_key": UnitKey,
        "key": RowKey,
        "parent_key": ParentKey,
        "link": Link,
        "drop": DroppedColumn,
    }
