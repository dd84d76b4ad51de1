"""Columns whose levels are public bins: whole numbers, numbers and days."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy import bins as grids
from dpsynth.policy.block import MAX_BINS, MAX_TICKS, Block, ColumnName, Text, fault, show
from dpsynth.policy.released_column import ReleasedColumn, missing_has_a_place


class Bins(Block):
    """Public bins of an ordered column: exactly one of `edges`, `width`, `count`, `each`.

    Bins are half-open [a, b), the last one closed. `points` are single values that get a bin of their own
    (a spending of exactly 0, say).
    """

    edges: Annotated[tuple[float, ...], Field(min_length=2, max_length=1025)] | None = Field(
        default=None, description="Where bins begin, rising; the first is min, the last is max."
    )
    width: Annotated[float, Field(gt=0)] | None = Field(default=None, description="Width of every bin.")
    count: Annotated[int, Field(ge=1, le=1024)] | None = Field(default=None, description="Number of equal bins.")
    each: Literal[True] | None = Field(default=None, description="One bin for every integer between min and max.")
    points: Annotated[tuple[float, ...], Field(max_length=1024)] = Field(
        default=(), description="Single values with a bin of their own, rising: [0] for spending, say."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Bins:
        given = [k for k in ("edges", "width", "count", "each") if getattr(self, k) is not None]
        if len(given) != 1:
            raise fault((), f"bins has {' and '.join(given) or 'none'} of edges, width, count, each. Give exactly one.")
        for key, values in (("edges", self.edges or ()), ("points", self.points)):
            if any(b <= a for a, b in pairwise(values)):
                raise fault((key,), f"bins.{key} must rise strictly. Sort the numbers and remove repeats.")
        return self

    def cuts(self, low: float, high: float) -> list[float]:
        """Bin edges from low to high, both included."""
        if self.edges is not None:
            return list(self.edges)
        if self.each:
            return grids.whole(round(low), round(high))
        if self.width is not None:
            return grids.even(low, high, grids.exact(self.width))
        return grids.even(low, high, (grids.exact(high) - grids.exact(low)) / Fraction(self.count or 1))


_NATURAL = "Bounds that no true value can pass (an age is at least 0), so that a full bin there is no sign of clamping."


class IntegerColumn(ReleasedColumn):
    """Whole numbers, clamped to [min, max] and put into public bins."""

    type: Literal["integer"]
    min: int = Field(description="Smallest value, from a code book; smaller ones are moved up to it.")
    max: int = Field(description="Largest value, from a code book; larger ones are moved down to it.")
    bins: Bins
    natural_bounds: tuple[Literal["min", "max"], ...] = Field(default=(), description=_NATURAL)
    missing_as: int | None = Field(default=None, description="Value for missing cells when nullable is false.")

    @model_validator(mode="after")
    def _bounds(self) -> IntegerColumn:
        _check_bounds(self.min, self.max, self.bins, 0, self.nullable, self.missing_as)
        return self


class RealColumn(ReleasedColumn):
    """Numbers, clamped to [min, max], put into public bins, and written with `decimals` digits."""

    type: Literal["real"]
    min: float = Field(description="Smallest value, from a code book; smaller ones are moved up to it.")
    max: float = Field(description="Largest value, from a code book; larger ones are moved down to it.")
    bins: Bins
    natural_bounds: tuple[Literal["min", "max"], ...] = Field(default=(), description=_NATURAL)
    decimals: Annotated[int, Field(ge=0, le=9)] = Field(default=2, description="Digits after the decimal point.")
    missing_as: float | None = Field(default=None, description="Value for missing cells when nullable is false.")

    @model_validator(mode="after")
    def _bounds(self) -> RealColumn:
        if self.bins.each:
            raise fault(("bins", "each"), "bins.each is for integer columns. Use edges, width or count.")
        _check_bounds(self.min, self.max, self.bins, self.decimals, self.nullable, self.missing_as)
        return self


MAX_DAYS = 200 * 366
"""Longest time between two dates of a row."""

_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


class DateColumn(ReleasedColumn):
    """Days, clamped to [min, max] and put into calendar bins."""

    type: Literal["date"]
    min: str = Field(description="First day, YYYY-MM-DD, from a code book; earlier days are moved up to it.")
    max: str = Field(description="Last day, YYYY-MM-DD, from a code book; later days are moved down to it.")
    format: Text = Field(default="%Y-%m-%d", description="How dates are written in text files (strptime).")
    bins: Literal["day", "week", "month", "quarter", "year"] = Field(default="month", description="One bin for each.")
    missing_as: str | None = Field(default=None, description="Date for missing cells when nullable is false.")

    @model_validator(mode="after")
    def _bounds(self) -> DateColumn:
        days: dict[str, dt.date] = {}
        for key in ("min", "max", "missing_as"):
            text = getattr(self, key)
            if text is None:
                continue
            try:
                days[key] = dt.datetime.strptime(text, "%Y-%m-%d").date()
                if text != days[key].isoformat():
                    raise ValueError
            except ValueError:
                raise fault((key,), f"{key} is {text!r}. Write a date as YYYY-MM-DD.") from None
        if not days["min"] < days["max"]:
            raise fault(("min",), f"min is {self.min} and max is {self.max}. min must be before max.")
        missing_has_a_place(self.nullable, self.missing_as)
        if "missing_as" in days and not days["min"] <= days["missing_as"] <= days["max"]:
            raise fault(("missing_as",), f"missing_as is {self.missing_as}. It must lie between min and max.")
        if (days["max"] - days["min"]).days > MAX_BINS * _DAYS[self.bins]:
            raise fault(("bins",), f"bins: {self.bins} makes more than {MAX_BINS} bins. Use longer bins.")
        _check_format(self.format)
        return self


class OffsetColumn(ReleasedColumn):
    """A day that is kept as the number of days since another date of the same row: an end since its start, say.

    In the file it is a date. Numbers of days are clamped to [min, max] and put into public bins.
    """

    type: Literal["offset"]
    from_: ColumnName = Field(alias="from", description="Date column of the same table that days are counted from.")
    min: int = Field(description="Fewest days, from a code book; 0: never before the other date.")
    max: int = Field(description="Most days, from a code book.")
    format: Text = Field(default="%Y-%m-%d", description="How dates are written in text files (strptime).")
    bins: Bins
    missing_as: int | None = Field(default=None, description="Days for missing cells when nullable is false.")

    @model_validator(mode="after")
    def _bounds(self) -> OffsetColumn:
        _check_bounds(self.min, self.max, self.bins, 0, self.nullable, self.missing_as)
        if max(abs(self.min), abs(self.max)) > MAX_DAYS:
            raise fault(("max",), f"min and max must lie between {-MAX_DAYS} and {MAX_DAYS} days. Correct them.")
        _check_format(self.format)
        return self


def _check_format(form: str) -> None:
    if not _holds_days(form):
        raise fault(
            ("format",),
            f"format is {form!r}, from which a day cannot be read back. Use strptime's letters for year, "
            "month and day, such as '%Y-%m-%d' or '%d.%m.%Y'.",
        )


def _holds_days(form: str) -> bool:
    """Whether days written in this form can be read back."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a form without a year is refused right here
            for day in (dt.datetime(1999, 12, 31, tzinfo=dt.UTC), dt.datetime(2024, 2, 29, tzinfo=dt.UTC)):
                if dt.datetime.strptime(day.strftime(form), form).date() != day.date():
                    return False
    except (ValueError, re.error):
        return False
    return True


def _check_bounds(low: float, high: float, bins: Bins, decimals: int, nullable: bool, missing_as: float | None) -> None:
    largest = MAX_TICKS / 10**decimals
    for key, value in (("min", low), ("max", high)):
        if abs(value) > largest:
            raise fault(
                (key,),
                f"{key} is {show(value)}. With {decimals} decimals numbers must lie between {show(-largest)} and "
                f"{show(largest)}. Choose a smaller bound{' or fewer decimals' if decimals else ''}.",
            )
    if not low < high:
        raise fault(("min",), f"min is {show(low)} and max is {show(high)}. min must be below max.")
    if bins.edges is not None and (bins.edges[0] != low or bins.edges[-1] != high):
        raise fault(
            ("bins", "edges"),
            f"bins.edges run from {show(bins.edges[0])} to {show(bins.edges[-1])}, but min is {show(low)} and max is "
            f"{show(high)}. The first edge must equal min and the last edge max.",
        )
    if bins.width is not None and (high - low) / bins.width > MAX_BINS:
        raise fault(("bins", "width"), f"bins.width {show(bins.width)} makes over {MAX_BINS} bins. Use wider bins.")
    if bins.each and high - low >= MAX_BINS:
        raise fault(("bins", "each"), f"bins.each makes more than {MAX_BINS} bins. Use width or edges.")
    _check_grid(low, high, bins, decimals)
    missing_has_a_place(nullable, missing_as)
    if missing_as is not None and not low <= missing_as <= high:
        raise fault(("missing_as",), f"missing_as is {show(missing_as)}. It must lie between min and max.")


def _check_grid(low: float, high: float, bins: Bins, decimals: int) -> None:
    grid = "whole numbers" if decimals == 0 else f"numbers with {decimals} decimals"
    ticks = []
    for point in bins.points:
        tick = grids.tick(point, decimals)
        if tick is None or not low <= point <= high:
            raise fault(
                ("bins", "points"),
                f"bins.points has {show(point)}. Points must be {grid} between min {show(low)} and max {show(high)}.",
            )
        ticks.append(tick)
    if decimals == 0 and (uneven := [edge for edge in bins.edges or () if not edge.is_integer()]):
        raise fault(("bins", "edges"), f"bins.edges has {show(uneven[0])}. Edges of whole numbers must be whole.")
    cuts = bins.cuts(low, high)
    starts = grids.first_ticks(cuts, decimals)
    for cut, start, end in zip(cuts, starts[:-1], starts[1:], strict=False):
        if end - start <= sum(start <= tick < end for tick in ticks):
            besides = " besides its points" if end > start else ""
            raise fault(
                ("bins",),
                f"the bin that starts at {show(cut)} holds no value{besides}: values are {grid}. "
                "Use wider bins, fewer points or more decimals.",
            )
