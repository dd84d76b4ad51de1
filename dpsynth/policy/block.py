"""The base of all blocks of a policy, and the types of their values.

Unknown keys are errors, and no value is converted silently.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f/\\]{1,128}$")]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]
Language = Literal["en", "de", "es", "fr"]
Reviewed = Literal["en", "de"]
"""Languages in which the report was reviewed, so that it may count."""
Translated = Annotated[dict[Language, Text], Field(min_length=1)]
Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Level = str | int
LevelName = str | int | bool
"""How a rule names a level: the label that the domain prints; true and false for booleans."""
Part = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Name of a step of a mechanism."""
Clique = Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=4)]
"""Columns of one table of counts."""
Cliques = Annotated[tuple[Clique, ...], Field(max_length=1000)]
Evidence = Literal["doc", "clinical", "schema", "assumed"]
"""Where a bound or a code list comes from: documentation, clinical knowledge, a typed schema, or an assumption."""

MAX_LEVELS = 60_000
"""Longest code list."""

MAX_BINS = 4096
"""Most bins of an ordered column."""

MAX_TICKS = 10**15
"""Largest number on a column's grid: 15 digits survive the way through a floating number and back."""


def fault(path: Sequence[str | int], message: str) -> PydanticCustomError:
    """A validation error about the value at `path`, relative to the model that raises it."""
    return PydanticCustomError("policy", "{message}", {"message": message, "path": list(path)})


def unknown_column(name: str, columns: Sequence[str]) -> str | None:
    """What is wrong with a column's name where only released columns may stand, and what to do."""
    if name in columns:
        return None
    near = difflib.get_close_matches(name, columns, 1, 0.6)
    listed = ", ".join(columns[:12]) + (f" and {len(columns) - 12} more" if len(columns) > 12 else "")
    advice = f"Did you mean {near[0]}?" if near else "Choose one of these."
    return f"names {name!r}, which is not a released column; released are {listed}. {advice}"


def twice(names: Sequence[str]) -> str | None:
    """The first name that comes a second time, if any."""
    return next((name for i, name in enumerate(names) if name in names[:i]), None)


class Block(BaseModel):
    """A frozen part of a policy that refuses unknown keys and silent conversions."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


def absent(value: object) -> bool:
    """Whether a key was left out. Keys that most policies lack are no part of their canonical form."""
    return value is None or value == {}


def show(value: float) -> str:
    """A number as people write it."""
    return f"{value:.15g}"
