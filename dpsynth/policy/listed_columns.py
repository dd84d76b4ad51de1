"""Columns whose levels are a list: categories and booleans."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy.block import MAX_LEVELS, Level, Slug, Text, absent, fault, twice
from dpsynth.policy.released_column import ReleasedColumn, missing_has_a_place


class CategoryColumn(ReleasedColumn):
    """A code list. Every value outside it becomes `other`, or missing when there is no `other`.

    Cells are compared as text without spaces around it. A level written as a whole number also stands for cells like
    "3.0".
    """

    type: Literal["category"]
    domain: Annotated[tuple[Level, ...], Field(min_length=1, max_length=MAX_LEVELS)] | None = Field(
        default=None, description="The levels, from a code book. Quote codes such as '01'."
    )
    domain_file: Text | None = Field(
        default=None,
        description="Comma-separated file beside the policy; its first column is the list. A first line that reads "
        "'code' or the column's name is a header.",
    )
    references: Slug | None = Field(
        default=None,
        exclude_if=absent,
        description="One of public_tables, whose keys are the levels, instead of domain. Values that are no key count "
        "as missing, so that every reference holds: give nullable: true and other: false.",
    )
    labels: Annotated[dict[str, Text], Field(min_length=1)] | None = Field(
        default=None, description="Level -> what it means, for readers of the synthetic data; needs domain."
    )
    ordered: bool = Field(default=False, description="Whether the order of the list has a meaning.")
    other: Text | Literal[False] = Field(default="other", description="Label for values outside the list, or false.")

    @model_validator(mode="after")
    def _total(self) -> CategoryColumn:
        if [self.domain, self.domain_file, self.references].count(None) != 2:
            raise fault((), "a category column needs exactly one of domain, domain_file and references.")
        if self.references is not None and (self.other is not False or not self.nullable):
            raise fault(
                ("references",),
                "a reference must lead to a row of the public table or to none: give nullable: true and other: false.",
            )
        if self.other is False and not self.nullable:
            raise fault(
                ("other",),
                "other is false and nullable is false, so a value outside the list would have no place. "
                "Set nullable: true or give other a label.",
            )
        labels = [str(v) for v in self.domain or ()]
        seen: set[str] = set()
        for i, label in enumerate(labels):
            if flaw := level_flaw(label):
                raise fault(("domain", i), f"domain has {label!r}. {flaw}")
            if label in seen:
                raise fault(("domain", i), f"domain lists {label!r} twice. Each level stands once.")
            seen.add(label)
        if flaw := self._labels_flaw(labels):
            raise fault(("labels",), flaw)
        if self.other is not False and (flaw := level_flaw(self.other)):
            raise fault(("other",), f"other is {self.other!r}. {flaw}")
        if clash := self.label_clash(labels):
            raise fault(("other",) if self.other in labels else (), clash)
        return self

    def _labels_flaw(self, levels: list[str]) -> str | None:
        """What is wrong with the meanings of levels."""
        given = self.labels or {}
        if given and self.domain is None:
            return "labels explain the levels of domain, but the levels stand in a file. Move them to domain."
        if unknown := next((level for level in given if level not in levels), None):
            return f"labels explains {unknown!r}, which is not in domain. Correct it."
        if repeated := twice(list(given.values())):
            return f"labels says {repeated!r} of two levels. Each level needs a meaning of its own."
        return None

    def label_clash(self, labels: Iterable[str]) -> str | None:
        """What is wrong when the labels of missing and other cells are also in the code list."""
        levels = set(labels)
        if self.nullable and ("missing" in levels or self.other == "missing"):
            return "'missing' is the label of missing cells here. Rename that level or set nullable: false."
        if self.other in levels:
            return f"other is {self.other!r}, which is also in the domain. Choose another label."
        return None


def level_flaw(label: str) -> str | None:
    """Why a text cannot be a level, and what to do about it."""
    if not label.strip():
        return "An empty level cannot be told from a missing cell. Remove it, or list the text under missing_values."
    if label != label.strip():
        return "Cells are compared without the spaces around them. Remove the spaces."
    if any(character < " " or character == "\x7f" for character in label):
        return "A level cannot hold control characters. Remove them."
    return None


class BooleanColumn(ReleasedColumn):
    """Two levels. Text that is in neither list is missing."""

    type: Literal["boolean"]
    true_values: Annotated[tuple[Level, ...], Field(min_length=1)] = Field(
        default=("true", "t", "yes", "y", "ja", "j", 1), description="Texts that mean true, upper or lower case."
    )
    false_values: Annotated[tuple[Level, ...], Field(min_length=1)] = Field(
        default=("false", "f", "no", "n", "nein", 0), description="Texts that mean false, upper or lower case."
    )
    missing_as: bool | None = Field(default=None, description="Value for missing cells when nullable is false.")

    @model_validator(mode="after")
    def _total(self) -> BooleanColumn:
        both = {str(v).lower() for v in self.true_values} & {str(v).lower() for v in self.false_values}
        if both:
            raise fault(("true_values",), f"{min(both)!r} stands for true and for false. Remove it from one list.")
        missing_has_a_place(self.nullable, self.missing_as)
        return self
