"""A table: its file, its columns, and what no record can be."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from dpsynth.policy.block import MAX_LEVELS, Block, ColumnName, LevelName, Slug, Text, absent, fault, unknown_column
from dpsynth.policy.columns import Column, DroppedColumn, Key, ModelledColumn, UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.listed_columns import CategoryColumn
from dpsynth.policy.relations import RowsOfPerson, Time
from dpsynth.policy.waves import Waves, columns_of

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

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule is about."""
        return tuple(self.impossible)


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

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rule is about."""
        return self.determines.from_, self.determines.to


def _rule_kind(value: Any) -> str | None:
    """Which class describes a rule: the key that only it has."""
    keys = [k for k in rule_classes() if (k in value if isinstance(value, dict) else hasattr(value, k))]
    return keys[0] if len(keys) == 1 else None


def rule_classes() -> dict[str, type[Block]]:
    """Returns the class of each kind of rule, by the tag that errors carry."""
    return {"impossible": Impossible, "determines": Determines}


K = TypeVar("K", UnitKey, RowKey, ParentKey, Link)

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
    parent: Slug | None = Field(
        default=None,
        exclude_if=absent,
        description="Table whose rows these rows belong to, where there are several tables; the table of people has "
        "none.",
    )
    rows: RowsOfPerson | None = Field(
        default=None,
        exclude_if=absent,
        description="The rows of one person; for tables with a parent, and for one table alone whose rows of a person "
        "shall stay together.",
    )
    layout: Literal["waves"] | None = Field(
        default=None,
        exclude_if=absent,
        description="waves: a fixed panel, one table with one row a person and wave, which is modelled with one row a "
        "person. Left out: rows as they are.",
    )
    waves: Waves | None = Field(default=None, exclude_if=absent, description="The waves of a fixed panel.")
    time: Time | None = Field(
        default=None,
        exclude_if=absent,
        description="When things can happen; on the table of people, where rows have an order.",
    )
    rules: Annotated[tuple[Rule, ...], Field(max_length=1000)] = Field(
        default=(),
        description="What no record can be, known from code books and never from the data. The synthetic data keep to "
        "it; a real row that does not is counted like any other.",
    )

    @property
    def modelled(self) -> dict[str, ModelledColumn]:
        """The columns that are released, in order."""
        return {name: c for name, c in self.columns.items() if not isinstance(c, Key | DroppedColumn)}

    @property
    def counted(self) -> dict[str, ModelledColumn]:
        """Columns of what is counted, in order, each with the column of the file that it is of."""
        return self.modelled if self.waves is None else columns_of(self)

    def keys(self, kind: type[K]) -> dict[str, K]:
        """The columns that are keys of one kind, in order."""
        return {name: c for name, c in self.columns.items() if isinstance(c, kind)}

    @property
    def unit_key(self) -> str:
        """The name of the column that identifies the privacy unit."""
        return next(iter(self.keys(UnitKey)))

    @property
    def order_by(self) -> str | None:
        """The date column that puts a person's rows in order, if there is one."""
        return None if self.rows is None else self.rows.order_by

    @property
    def column_kinds(self) -> dict[str, tuple[bool, bool]]:
        """Every column in order: whether its values are released, and whether it is a key."""
        released = self.modelled
        return {
            n: (n in released, n not in released and not isinstance(c, DroppedColumn)) for n, c in self.columns.items()
        }

    @model_validator(mode="after")
    def _keys(self) -> Table:
        keys = self.keys(UnitKey)
        if len(keys) != 1:
            raise fault(
                ("columns",),
                f"{len(keys)} columns have role: unit_key. Exactly one column must say whose row it is.",
            )
        if not self.modelled and self.parent is None:
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
