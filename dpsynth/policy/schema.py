"""What a centre allows: the policy file as frozen values.

Nothing in a policy may be computed from the data: category lists, bounds and bins come from code books. Every value
here is public. Unknown keys are errors, and every check that one file alone can answer is made here; what needs a
budget or other files is in `review.py`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import math
import re
import warnings
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from dpsynth.policy import bins as grids

Text = Annotated[str, StringConstraints(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f/\\]{1,128}$")]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]
Language = Literal["en", "de", "es", "fr"]
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


def _twice(names: Sequence[str]) -> str | None:
    return next((name for i, name in enumerate(names) if name in names[:i]), None)


class Block(BaseModel):
    """A frozen part of a policy that refuses unknown keys and silent conversions."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


# ---------------------------------------------------------------------------------------------------------- columns


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


def show(value: float) -> str:
    """A number as people write it."""
    return f"{value:.15g}"


# ----------------------------------------------------------------------------------------------- data and its people


class Holdout(Block):
    """People who are never trained on.

    `control` is the part of them that attacks use as targets; the rest is what the attacker knows about the
    population. A person's side depends on that person's id and a secret key alone.
    """

    share: Annotated[float, Field(gt=0.0, le=0.5)] = Field(default=0.10, description="Share of all people.")
    control: Share = Field(default=0.5, description="Share of the held-out people who are targets.")


class Source(Block):
    """Whose data these are. The ledger's key is the population of people, never the file."""

    population: Slug = Field(description="The people; every release about them draws on one lifetime budget.")
    snapshot: Name = Field(description="Which extract of the data, in your own words.")
    max_patients: Annotated[int, Field(ge=1, le=10**10, description="Public upper bound on the number of people.")]
    max_rows: Annotated[int, Field(ge=1, le=10**12)] | None = Field(
        default=None, description="Public upper bound on rows, for planning."
    )
    holdout: Holdout = Holdout()


Levels = Annotated[tuple[LevelName, ...], Field(min_length=1, max_length=MAX_LEVELS)]
Range = Annotated[dict[Literal["min", "max"], float | str], Field(min_length=1)]
MAX_RULE_COLUMNS = 4


class Impossible(Block):
    """Levels of some columns that no record can combine: no pregnancy of men, say."""

    impossible: Annotated[dict[ColumnName, Levels | Range], Field(min_length=2, max_length=MAX_RULE_COLUMNS)] = Field(
        description="Column -> levels; no record has such a level in every one of these columns. Levels are named as "
        "the domain prints them, other and missing too; ordered columns may give {min: x, max: y}, ends included."
    )
    note: Text | None = Field(default=None, description="Where this is known from.")


class Determination(Block):
    """One column decides another: the district decides the county, say.

    Each level of `from` leaves only the levels of `to` that it is mapped to; `other` and `missing` of `to` as well are
    possible only where they are listed. `other` and `missing` of `from` may be mapped; otherwise they leave everything.
    """

    from_: ColumnName = Field(alias="from", description="The column that decides.")
    to: ColumnName = Field(description="The column that is decided.")
    map: Annotated[dict[Text, LevelName | Levels], Field(min_length=1, max_length=MAX_LEVELS)] | None = Field(
        default=None, description="Each level of `from` -> its level of `to`, or the list of levels that it may have."
    )
    map_file: Text | None = Field(
        default=None,
        description="Comma-separated file beside the policy, instead of map: a header `from,to` (or the two columns' "
        "names), then one pair of levels a line.",
    )

    @model_validator(mode="after")
    def _one_map(self) -> Determination:
        if (self.map is None) == (self.map_file is None):
            raise fault((), "a determination needs exactly one of map and map_file.")
        if self.from_ == self.to:
            raise fault(("to",), f"from and to are both {self.to!r}. Name two columns.")
        return self


class Determines(Block):
    """A functional dependency between two columns."""

    determines: Determination
    note: Text | None = Field(default=None, description="Where this is known from.")


def _rule_kind(value: Any) -> str | None:
    """Which class describes a rule: the key that only it has."""
    keys = [k for k in rule_classes() if (k in value if isinstance(value, dict) else hasattr(value, k))]
    return keys[0] if len(keys) == 1 else None


def rule_classes() -> dict[str, type[Block]]:
    """Returns the class of each kind of rule, by the tag that errors carry."""
    return {"impossible": Impossible, "determines": Determines}


Rule = Annotated[
    Annotated[Impossible, Tag("impossible")] | Annotated[Determines, Tag("determines")],
    Discriminator(
        _rule_kind,
        custom_error_type="rule_kind",
        custom_error_message="a rule needs exactly one of the keys impossible and determines",
    ),
]


class Table(Block):
    """One file with one row per line."""

    file: Text = Field(description="Path relative to the policy; .csv, .tsv, .parquet, .arrow, or example:NAME.")
    delimiter: Annotated[str, StringConstraints(pattern=r"^[\t -!#-~]$")] = Field(
        default=",", description="What stands between cells of a text file."
    )
    missing_values: tuple[str, ...] = Field(default=("",), description="Texts that mean missing, in every column.")
    columns: Annotated[dict[ColumnName, Column], Field(min_length=1)] = Field(
        description="Every column by its name in the file. A column that is not named here is never read."
    )
    rules: Annotated[tuple[Rule, ...], Field(max_length=1000)] = Field(
        default=(),
        description="What no record can be, known from code books and never from the data. The synthetic data keep to "
        "it; a real row that does not is counted like any other.",
    )

    @property
    def modelled(self) -> dict[str, ModelledColumn]:
        """The columns that are released, in order."""
        return {name: c for name, c in self.columns.items() if not isinstance(c, UnitKey | DroppedColumn)}

    @property
    def unit_key(self) -> str:
        """The name of the column that identifies the privacy unit."""
        return next(name for name, c in self.columns.items() if isinstance(c, UnitKey))

    @model_validator(mode="after")
    def _keys(self) -> Table:
        keys = [name for name, c in self.columns.items() if isinstance(c, UnitKey)]
        if len(keys) != 1:
            raise fault(
                ("columns",),
                f"{len(keys)} columns have role: unit_key. Exactly one column must say whose row it is.",
            )
        if not self.modelled:
            raise fault(("columns",), "no column would be released. Describe at least one column with a type.")
        for name, column in self.modelled.items():
            if isinstance(column, CategoryColumn) and column.nullable and column.other in self.missing_values:
                raise fault(
                    ("columns", name, "other"),
                    f"other is {column.other!r}, which missing_values lists too. Choose another label.",
                )
        return self

    @model_validator(mode="after")
    def _rules_name_columns(self) -> Table:
        released = list(self.modelled)
        for i, rule in enumerate(self.rules):
            if isinstance(rule, Impossible):
                named = [(("impossible", name), name) for name in rule.impossible]
            else:
                named = [(("determines", "from"), rule.determines.from_), (("determines", "to"), rule.determines.to)]
            for path, name in named:
                if flaw := unknown_column(name, released):
                    raise fault(("rules", i, *path), f"rules[{i}].{path[0]} {flaw}")
        return self


# ---------------------------------------------------------------------------------------------------------- privacy


class Contribution(Block):
    """How much of one person is used. Excess rows are dropped at random, person by person.

    With `clip`, somebody who puts much into a table of counts weighs less there: the person's own counts are scaled
    down until their L2 length, the root of the sum of their squares, is `clip`. Many rows may then be used with the
    noise of few; the counts of people with many rows come out too small.
    """

    max_rows_per_unit: Annotated[int, Field(ge=1, le=100000)] = Field(
        description="At most this many rows of one person are used. More rows need more noise."
    )
    on_excess: Literal["sample_uniform"] = Field(default="sample_uniform", description="How rows are chosen.")
    clip: Annotated[float, Field(ge=1)] | Literal["auto"] | None = Field(
        default=None,
        description="Each person's contribution to a table is scaled down to this L2 length instead of being cut to "
        "few rows; noise is for clip rows. From 1 to max_rows_per_unit, or auto. Left out: plain counts, noise for "
        "max_rows_per_unit rows.",
    )
    source: Evidence = Field(default="assumed", description="Where the number comes from.")

    @model_validator(mode="after")
    def _clip_is_a_bound(self) -> Contribution:
        if isinstance(self.clip, float) and self.clip > self.max_rows_per_unit:
            raise fault(
                ("clip",),
                f"clip is {show(self.clip)}, above max_rows_per_unit {self.max_rows_per_unit}, so that nothing would "
                "ever be scaled down and the noise would be too large. Lower clip, or remove it.",
            )
        return self


class Lifetime(Block):
    """What all releases about this population may cost together, fixed when the population is first used."""

    epsilon: Annotated[float, Field(gt=0, le=100)] = Field(description="epsilon of all releases at `delta`.")
    delta: Annotated[float, Field(gt=0, lt=1)] = Field(description="At most 0.01 / source.max_patients.")


class Split(Block):
    """Shares of the release budget: of the square of mu, which is the precision of the noise."""

    synthesis: Annotated[float, Field(gt=0, le=1)] = Field(default=1.0, description="For the synthetic data.")
    utility: Annotated[float, Field(ge=0, lt=1)] = Field(default=0.0, description="For the public quality section.")

    @model_validator(mode="after")
    def _adds_up(self) -> Split:
        total = self.synthesis + self.utility
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise fault(
                (), f"the shares add up to {total:.6g}. They must add up to 1: set synthesis: {1 - self.utility:.6g}."
            )
        return self


class Invariant(Block):
    """A fact about the real data that is already public, with the place where it was published."""

    fact: Text = Field(description="What is already public.")
    citation: Text = Field(description="Where it was published.")


class Privacy(Block):
    """The promise: unit, neighbouring relation, budget."""

    unit: Literal["patient", "patient_year", "visit", "row"] = Field(
        default="patient", description="Whose privacy: anything but the patient needs somebody's judgement."
    )
    adjacency: Literal["add_remove"] = Field(default="add_remove", description="Neighbours: with and without one unit.")
    contribution: Contribution
    epsilon: Annotated[float, Field(gt=0, le=100, description="epsilon of this release at `delta`.")]
    delta: Annotated[float, Field(gt=0, lt=1)] = Field(description="At most 0.01 / source.max_patients.")
    lifetime: Lifetime
    split: Split = Split()
    noise: Literal["opendp"] = Field(default="opendp", description="Where noise comes from.")
    invariants: tuple[Invariant, ...] = Field(default=(), description="Facts about the real data kept exactly.")


# -------------------------------------------------------------------------------------------- synthesis and afterwards


class Rows(Block):
    """How many rows are generated: ratio times the noisy size of the source."""

    ratio: Annotated[float, Field(gt=0, le=100)] = Field(default=1.0, description="Synthetic rows for each real row.")
    rounding: bool = Field(default=True, description="Counts as close to expected as possible, instead of random.")


class Need(Block):
    """A table of counts that users of the data need."""

    columns: Clique = Field(description="The table's columns, one to four.")
    weight: Annotated[float, Field(gt=0, le=1e6)] = Field(
        default=1.0, description="How much its error counts, compared with the other tables."
    )


class Synthesis(Block):
    """Which mechanism is trained, what it should be good for, and how its share is divided."""

    mechanism: Name = Field(
        default="clique_tree", description="clique_tree, aim, mst, independent, fixed, or a plug-in's name."
    )
    target: ColumnName | Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=8)] | None = Field(
        default=None,
        description="Columns that users of the data want to predict, one or at most eight; their pairs count more when "
        "the mechanism chooses what to measure.",
    )
    must_include: Cliques = Field(default=(), description="Lists of one to four columns that are always measured.")
    workload: Annotated[tuple[Need, ...], Field(max_length=1000)] = Field(
        default=(),
        description="Tables that users need. aim serves exactly these (left out: all pairs); other mechanisms take the "
        "weights for their choice.",
    )
    marginals: Cliques = Field(
        default=(), description="What the mechanism `fixed` measures: lists of one to four columns. For it alone."
    )
    split: dict[Part, Annotated[float, Field(gt=0.0, le=1.0)]] | None = Field(
        default=None, description="Shares of the mechanism's own steps, adding up to 1; left out, it chooses."
    )
    rows: Rows = Rows()
    max_cells: Annotated[int, Field(ge=4, le=10**7, description="Largest measured table, in cells.")] = 100_000
    max_model_cells: Annotated[
        int, Field(ge=100, le=10**9, description="Size of the fitted model, in cells of all its tables together.")
    ] = 200_000

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns of `target`; none when it is left out."""
        return (self.target,) if isinstance(self.target, str) else self.target or ()

    @property
    def named_columns(self) -> list[tuple[tuple[str | int, ...], tuple[str, ...]]]:
        """Every list of columns in this block, with its path from here."""
        cliques = {"must_include": self.must_include, "marginals": self.marginals}
        return [
            *([(("target",), self.targets)] if self.targets else []),
            *(((key, i), clique) for key, listed in cliques.items() for i, clique in enumerate(listed)),
            *((("workload", i, "columns"), need.columns) for i, need in enumerate(self.workload)),
        ]

    @model_validator(mode="after")
    def _adds_up(self) -> Synthesis:
        if self.split is not None and not math.isclose(sum(self.split.values()), 1.0, abs_tol=1e-9):
            raise fault(("split",), f"synthesis.split adds up to {sum(self.split.values()):.6g}. It must add up to 1.")
        return self

    @model_validator(mode="after")
    def _lists_repeat_nothing(self) -> Synthesis:
        seen: dict[tuple[str | int, frozenset[str]], tuple[str | int, ...]] = {}
        for path, names in self.named_columns:
            if (name := _twice(names)) is not None:
                raise fault(path, f"{_spelled(path)} names {name!r} twice. Name each column once.")
            first = seen.setdefault((path[0], frozenset(names)), path)
            if first != path:
                raise fault(path, f"{_spelled(path)} has the columns of {_spelled(first)}. Remove one of the two.")
        return self

    @model_validator(mode="after")
    def _marginals_belong_to_fixed(self) -> Synthesis:
        if self.mechanism == "fixed" and not self.marginals:
            raise fault((), "synthesis.marginals is missing; the mechanism fixed measures exactly these. List them.")
        if self.mechanism != "fixed" and self.marginals:
            raise fault(
                ("marginals",),
                f"synthesis.marginals is for the mechanism fixed, but mechanism is {self.mechanism!r}, which chooses "
                "for itself. Move the lists to must_include, or set mechanism: fixed.",
            )
        return self


def _spelled(path: Sequence[str | int]) -> str:
    """A path below `synthesis` as people write it."""
    return "synthesis" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


class Attacks(Block):
    """Which attacks are run on the release, inside the centre."""

    run: tuple[Name, ...] = Field(
        default=("focal", "focal_outsider", "dcr", "nearest"), description="Names of attacks."
    )
    false_positive_rate: Annotated[float, Field(gt=0, le=0.5)] = Field(
        default=0.01, description="Share of innocent people the attacker may accuse."
    )
    near_attributes: Annotated[int, Field(ge=0, le=5, description="Near-exact: at most this many columns differ.")] = 1
    confidence: Annotated[float, Field(ge=0.8, lt=1)] = Field(default=0.95, description="Of every interval.")


class SmallGroups(Block):
    """Small groups in anything that is printed from real data (internal edition)."""

    minimum_units: Annotated[int, Field(ge=1)] = Field(default=10, description="Smaller groups are not printed.")


class Threshold(Block):
    """Up to `pass_` no objection, up to `review` somebody must judge, above it the release is blocked."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    pass_: float = Field(alias="pass", description="Up to here nobody needs to judge.")
    review: float = Field(description="Above this the release is blocked.")
    source: Text = Field(description="Who says so.")

    @model_validator(mode="after")
    def _order(self) -> Threshold:
        if self.pass_ > self.review:
            raise fault(
                ("pass",),
                f"pass is {show(self.pass_)} and review is {show(self.review)}. pass must not be above review.",
            )
        return self


def _threshold(pass_: float, review: float, source: str) -> Any:
    values: dict[str, Any] = {"pass": pass_, "review": review, "source": source}
    return Field(default_factory=lambda: Threshold.model_validate(values), json_schema_extra={"default": values})


class Thresholds(Block):
    """Limits of the verdict, each with its source. No regulator sets a number for epsilon or for an AUC."""

    epsilon_release: Threshold = _threshold(
        3.0, 10.0, "tiers of Ponomareva et al. (2023), arXiv:2303.00654; local decision"
    )
    epsilon_lifetime: Threshold = _threshold(5.0, 10.0, "local decision")
    delta_times_patients: Threshold = _threshold(0.01, 0.1, "delta well below one over the number of people")
    membership_auc_lower_over_ceiling: Threshold = _threshold(
        1.0, 1.0, "above the ceiling is impossible unless the code is wrong"
    )
    exact_match_excess_upper: Threshold = _threshold(
        0.05, 0.09, "0.09: practice of EMA and Health Canada, as cited by El Emam et al. (2020)"
    )
    mean_tvd_two_way: Threshold = _threshold(0.05, 0.15, "local decision: usefulness for tables of two columns")
    outside_domain_share: Threshold = _threshold(
        0.05, 0.25, "local decision: a declared domain should hold most values"
    )


class Legal(Block):
    """Who is responsible, on which basis, for which purpose."""

    controller: Text = Field(description="Who is responsible for the data.")
    basis: tuple[Text, ...] = Field(default=(), description="Articles of law.")
    purpose: Translated = Field(description="What the synthetic data are for, by language.")
    dpia: Text | None = Field(default=None, description="Reference of the data protection impact assessment.")


class Release(Block):
    """What leaves, and to whom."""

    audience: Literal["public", "registered", "secure_environment"] = Field(description="Who may get the data.")
    product: Literal["data_only"] = Field(default="data_only", description="Rows only, never a model.")
    recipients: Translated | None = Field(default=None, description="Who they are, by language.")
    languages: Annotated[tuple[Literal["en"], ...], Field(min_length=1)] = Field(
        default=("en",), description="Languages of the report."
    )
    binding_language: Literal["en"] = Field(default="en", description="The language that counts.")


class Policy(Block):
    """One release programme. Its canonical digest is in the ledger, the manifest and the report."""

    dpsynth_policy: Literal[1] = Field(description="Version of this format.")
    id: Slug = Field(description="Name of the release programme; its folder in reports/.")
    title: Translated = Field(description="Title of the release, by language.")
    legal: Legal
    release: Release
    source: Source
    tables: Annotated[dict[Slug, Table], Field(min_length=1, max_length=1)] = Field(description="One table, by name.")
    privacy: Privacy
    synthesis: Synthesis = Synthesis()
    attacks: Attacks = Attacks()
    small_groups: SmallGroups = SmallGroups()
    thresholds: Thresholds = Thresholds()

    @property
    def table_name(self) -> str:
        """The name of the table."""
        return next(iter(self.tables))

    @property
    def table(self) -> Table:
        """The table."""
        return self.tables[self.table_name]

    @model_validator(mode="after")
    def _synthesis_names_columns(self) -> Policy:
        released = list(self.table.modelled)
        for path, names in self.synthesis.named_columns:
            for name in names:
                if flaw := unknown_column(name, released):
                    raise fault(("synthesis", *path), f"{_spelled(path)} {flaw}")
        return self

    @model_validator(mode="after")
    def _delta_is_small(self) -> Policy:
        patients = self.source.max_patients
        good = _rounded_down(0.01 / patients)
        for path, delta in (
            (("privacy", "delta"), self.privacy.delta),
            (("privacy", "lifetime", "delta"), self.privacy.lifetime.delta),
        ):
            if delta > 1.0 / patients:
                raise fault(
                    path,
                    f"{'.'.join(path)} is {show(delta)}, but for at most {patients} people (source.max_patients) a "
                    f"value above {1.0 / patients:.1e} would allow publishing somebody's record outright; to pass it "
                    f"must be at most {good:.1e}. Set {path[-1]}: {good:.1e}.",
                )
        if self.privacy.delta > self.privacy.lifetime.delta:
            raise fault(
                ("privacy", "lifetime", "delta"),
                f"privacy.lifetime.delta is {show(self.privacy.lifetime.delta)}, below privacy.delta "
                f"{show(self.privacy.delta)}. The lifetime delta must be at least that of one release.",
            )
        return self


def _rounded_down(value: float) -> float:
    """Returns the largest number of two digits that is not above the value."""
    rounded = float(f"{value:.1e}")
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return rounded if rounded <= value else float(f"{rounded - step:.1e}")


def schema_json() -> str:
    """Returns the JSON Schema of a policy file, for editors: sorted keys, so that the same code gives the same text."""
    schema = Policy.model_json_schema(by_alias=True) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
