"""What a table says about people with several rows: whose rows they are, how many, in which order, and when."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy.block import MAX_LEVELS, Block, ColumnName, Evidence, LevelName, Text, fault, show, twice

MOST_ROWS = 100_000
"""Largest bound on the rows of one person in one table."""


class Summary(Block):
    """What all rows of a person in this table say together; it becomes a column of the table of people.

    Summaries carry what the rows of one person have in common, and how they belong to the rows in other tables.
    """

    column: ColumnName = Field(description="Column of this table.")
    of: Literal["mean", "mode", "first", "last", "ever"] = Field(
        description="mean of the numbers, as a level of the column; mode, the most frequent level; first or last, in "
        "the order of order_by; ever, whether any row has one of `levels`."
    )
    levels: Annotated[tuple[LevelName, ...], Field(min_length=1, max_length=MAX_LEVELS)] | None = Field(
        default=None, description="For ever: the levels, named as the domain prints them."
    )

    @model_validator(mode="after")
    def _levels_belong_to_ever(self) -> Summary:
        if (self.of == "ever") != (self.levels is not None):
            raise fault((), "levels are for of: ever, which needs them. Add them, or remove them.")
        return self

    @property
    def name(self) -> str:
        """How the column is called: what it is of, and which column."""
        return f"{self.of}({self.column}{'' if self.levels is None else ': ' + ', '.join(map(str, self.levels))})"


class Previous(Block):
    """A value of an earlier row of the same person, on which a row may depend."""

    column: ColumnName = Field(description="Column of this table.")
    same: ColumnName | None = Field(
        default=None,
        description="The last earlier row with the same level of this column, instead of the row before: the last "
        "value of the same laboratory code, say.",
    )

    @model_validator(mode="after")
    def _two_columns(self) -> Previous:
        if self.column == self.same:
            raise fault(("same",), f"column and same are both {self.same!r}, so the answer is known. Name two columns.")
        return self

    @property
    def name(self) -> str:
        """How the column is called."""
        return f"previous({self.column}{'' if self.same is None else f', same {self.same}'})"


class RowsOfPerson(Block):
    """The rows of one person in this table: at most how many, in which order, and what ties them together."""

    at_most: Annotated[int, Field(ge=1, le=MOST_ROWS)] = Field(
        description="Of one person in this table, in all, however many rows of the parent there are: never a bound for "
        "each parent. Further rows are not counted; they show only in summaries, numbers of rows and as the row before."
    )
    clip: Annotated[float, Field(ge=1)] | Literal["auto"] = Field(
        default="auto",
        description="A person's own counts in a table of counts are scaled down to this L2 length; noise is for clip "
        "rows. From 1 to at_most; auto: chosen from noisy counts, which cost a part of the budget.",
    )
    source: Evidence = Field(default="assumed", description="Where at_most comes from.")
    order_by: ColumnName | None = Field(
        default=None,
        description="Date column that puts a person's rows in order; it is kept as days since the row before. Left "
        "out: rows have no order.",
    )
    previous: Annotated[tuple[Previous, ...], Field(max_length=8)] = Field(
        default=(), description="Values of earlier rows on which a row may depend."
    )
    summaries: Annotated[tuple[Summary, ...], Field(max_length=16)] = Field(
        default=(), description="What all rows of a person say together: one to three are usually enough."
    )
    context: tuple[ColumnName, ...] | None = Field(
        default=None,
        description="Columns of the parent on which rows may depend. Left out: all that are released.",
    )

    @model_validator(mode="after")
    def _is_sound(self) -> RowsOfPerson:
        if isinstance(self.clip, float) and self.clip > self.at_most:
            raise fault(
                ("clip",),
                f"clip is {show(self.clip)}, above at_most {self.at_most}, so that nothing would ever be scaled down "
                "and the noise would be too large. Lower clip, or remove it.",
            )
        for key, names in (
            ("summaries", [summary.name for summary in self.summaries]),
            ("previous", [previous.name for previous in self.previous]),
            ("context", list(self.context or ())),
        ):
            if (name := twice(names)) is not None:
                raise fault((key,), f"{key} has {name} twice. Remove one of them.")
        if self.previous and self.order_by is None:
            raise fault(("previous",), "previous rows need an order. Add order_by, or remove previous.")
        if self.order_by is None and any(summary.of in ("first", "last") for summary in self.summaries):
            raise fault(("summaries",), "first and last need an order. Add order_by, or summarise by mean, mode, ever.")
        return self


class Time(Block):
    """When things can happen to a person, on the table of people."""

    start: str = Field(description="First day of the study window, YYYY-MM-DD; no row lies before.")
    end: str = Field(description="Last day of the study window, YYYY-MM-DD; no row lies after.")
    index: ColumnName | None = Field(
        default=None,
        description="Date column of the table of people from which the first row's day is counted: the day of "
        "diagnosis, say. Left out: the first day of the window.",
    )
    birth: ColumnName | None = Field(default=None, description="Date column of the table of people; no row before it.")
    death: ColumnName | None = Field(
        default=None, description="Date or offset column of the table of people; no row after it."
    )

    @model_validator(mode="after")
    def _rises(self) -> Time:
        for key in ("start", "end"):
            text = getattr(self, key)
            try:
                if dt.date.fromisoformat(text).isoformat() != text:
                    raise ValueError
            except ValueError:
                raise fault((key,), f"{key} is {text!r}. Write a date as YYYY-MM-DD.") from None
        if not self.start < self.end:
            raise fault(("start",), f"start is {self.start} and end is {self.end}. start must be before end.")
        named = [name for name in (self.index, self.birth, self.death) if name is not None]
        if (name := twice(named)) is not None:
            raise fault((), f"index, birth and death name {name!r} twice. Name each column once.")
        return self

    @property
    def window(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return dt.date.fromisoformat(self.start), dt.date.fromisoformat(self.end)


class PublicTable(Block):
    """A catalogue that holds nobody's data: drugs, codes, regions. It is copied as it is, and not protected."""

    file: Text = Field(description="Comma-separated file in UTF-8 beside the policy, with a header line.")
    key: ColumnName = Field(description="Its key; columns of other tables refer to it by `references`.")
    citation: Text = Field(description="Where it was published.")
