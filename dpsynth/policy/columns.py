"""Columns of a table: what can stand in them, declared in public."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from dpsynth.policy import bins as grids
from dpsynth.policy.block import MAX_BINS, MAX_LEVELS, MAX_TICKS, Block, Evidence, Level, Text, Translated, fault, show


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


class _Column(Block):
    """What all columns share."""

    role: Literal["quasi_identifier", "sensitive", "attribute"] = Field(
        default="attribute",
        description="quasi_identifier: others may know it of a person. sensitive: nobody should learn it.",
    )
    title: Translated | None = Field(default=None, description="Name for readers, by language.")
    unit: Text | None = Field(default=None, description="Unit of measurement, printed beside values (years, USD).")
    source: Evidence = Field(description="Where the domain or the bounds come from.")
    note: Text | None = Field(default=None, description="Anything a reader should know.")
    nullable: bool = Field(default=False, description="Whether a missing value is a level of its own.")


class CategoryColumn(_Column):
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
    ordered: bool = Field(default=False, description="Whether the order of the list has a meaning.")
    other: Text | Literal[False] = Field(default="other", description="Label for values outside the list, or false.")

    @model_validator(mode="after")
    def _total(self) -> CategoryColumn:
        if (self.domain is None) == (self.domain_file is None):
            raise fault((), "a category column needs exactly one of domain and domain_file.")
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
        if self.other is not False and (flaw := level_flaw(self.other)):
            raise fault(("other",), f"other is {self.other!r}. {flaw}")
        if clash := self.label_clash(labels):
            raise fault(("other",) if self.other in labels else (), clash)
        return self

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


class BooleanColumn(_Column):
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
        _missing_has_a_place(self.nullable, self.missing_as)
        return self


_NATURAL = "Bounds that no true value can pass (an age is at least 0), so that a full bin there is no sign of clamping."


class IntegerColumn(_Column):
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


class RealColumn(_Column):
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


_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


class DateColumn(_Column):
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
        _missing_has_a_place(self.nullable, self.missing_as)
        if "missing_as" in days and not days["min"] <= days["missing_as"] <= days["max"]:
            raise fault(("missing_as",), f"missing_as is {self.missing_as}. It must lie between min and max.")
        if (days["max"] - days["min"]).days > MAX_BINS * _DAYS[self.bins]:
            raise fault(("bins",), f"bins: {self.bins} makes more than {MAX_BINS} bins. Use longer bins.")
        if not _holds_days(self.format):
            raise fault(
                ("format",),
                f"format is {self.format!r}, from which a day cannot be read back. Use strptime's letters for year, "
                "month and day, such as '%Y-%m-%d' or '%d.%m.%Y'.",
            )
        return self


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


def _missing_has_a_place(nullable: bool, missing_as: object) -> None:
    if nullable and missing_as is not None:
        raise fault(("missing_as",), "missing_as has no effect when nullable is true. Remove one of the two.")
    if not nullable and missing_as is None:
        raise fault(
            (),
            "a missing or unreadable cell would have no place. Set nullable: true, or missing_as: <value> "
            "if every missing cell shall count as that value.",
        )


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
    _missing_has_a_place(nullable, missing_as)
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
