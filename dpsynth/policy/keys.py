"""Columns that are no values but say which rows belong together. None is released; synthetic rows get fresh keys."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dpsynth.policy.block import Block, Slug, Text

_NOTE = "Anything a reader should know."


class RowKey(Block):
    """The name of a row itself, to which rows of other tables refer. Within a person every row has its own."""

    role: Literal["key"]
    note: Text | None = Field(default=None, description=_NOTE)


class ParentKey(Block):
    """Which row of the parent table this row belongs to, where the parent is not the table of people.

    Only the same person's rows are looked through: a key that two people share joins nobody's rows to anybody else's.
    """

    role: Literal["parent_key"]
    note: Text | None = Field(default=None, description=_NOTE)


class Link(Block):
    """A row of another table that this row refers to as well: the treatment that a measurement was made for, say.

    It is a row of the same person; a reference to anybody else's counts as none.
    """

    role: Literal["link"]
    references: Slug = Field(description="The table that is referred to; it has a column with role: key.")
    note: Text | None = Field(default=None, description=_NOTE)
