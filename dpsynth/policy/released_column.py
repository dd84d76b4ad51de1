"""What all columns share whose values are released."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dpsynth.policy.block import Block, Evidence, Text, Translated, fault
from dpsynth.policy.catalogue import CodingSystem


class ReleasedColumn(Block):
    """What all columns share."""

    role: Literal["quasi_identifier", "sensitive", "attribute"] = Field(
        default="attribute",
        description="quasi_identifier: others may know it of a person. sensitive: nobody should learn it.",
    )
    title: Translated | None = Field(default=None, description="Name for readers, by language.")
    unit: Text | None = Field(default=None, description="Unit of measurement, printed beside values (years, USD).")
    source: Evidence = Field(description="Where the domain or the bounds come from.")
    note: Text | None = Field(default=None, description="Anything a reader should know.")
    coding_system: CodingSystem | None = Field(default=None, description="What the values are codes of.")
    nullable: bool = Field(default=False, description="Whether a missing value is a level of its own.")


def missing_has_a_place(nullable: bool, missing_as: object) -> None:
    """Refuses a column whose missing cells have no place, or two.

    Raises:
        PydanticCustomError: nullable and missing_as are both given, or neither is.
    """
    if nullable and missing_as is not None:
        raise fault(("missing_as",), "missing_as has no effect when nullable is true. Remove one of the two.")
    if not nullable and missing_as is None:
        raise fault(
            (),
            "a missing or unreadable cell would have no place. Set nullable: true, or missing_as: <value> "
            "if every missing cell shall count as that value.",
        )
