"""The public domain of a table, and the codec between cells and codes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from dpsynth.domain import text
from dpsynth.domain.attribute import Attribute, Category, Codes, grid
from dpsynth.policy import bins
from dpsynth.policy.binned_columns import DateColumn, IntegerColumn, OffsetColumn, RealColumn
from dpsynth.policy.columns import ModelledColumn
from dpsynth.policy.listed_columns import BooleanColumn, CategoryColumn
from dpsynth.policy.tables import Table

MISSING = "missing"


@dataclass(frozen=True)
class Domain:
    """The attributes of a table, in the order of the policy."""

    attributes: tuple[Attribute, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names."""
        return tuple(a.name for a in self.attributes)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Column name -> number of levels."""
        return {a.name: a.size for a in self.attributes}

    def __getitem__(self, name: str) -> Attribute:
        return self.attributes[self.names.index(name)]

    def index(self, name: str) -> int:
        """The position of a column."""
        return self.names.index(name)

    def cells(self, clique: tuple[str, ...]) -> int:
        """The number of cells of a marginal."""
        return math.prod(self.sizes[name] for name in clique)

    def encode(self, columns: Mapping[str, pa.Array | pa.ChunkedArray]) -> Codes:
        """Codes of a batch of rows, shape (rows, columns). Total: no cell raises."""
        encoded = [a.encode(columns[a.name]) for a in self.attributes]
        return np.stack(encoded).T if encoded else np.zeros((0, 0), np.uint16)

    def decode(self, codes: Codes, rng: np.random.Generator) -> pa.Table:
        """Rows for codes of shape (rows, columns)."""
        return pa.table({a.name: a.decode(codes[:, i], rng) for i, a in enumerate(self.attributes)})

    @classmethod
    def from_table(cls, table: Table, code_lists: Mapping[str, tuple[str, ...]]) -> Domain:
        """The domain that a policy declares.

        Args:
            table: the table of the policy.
            code_lists: column name -> levels, for columns declared by `domain_file`.

        Raises:
            PolicyError: a bin holds no value.
        """
        absent = frozenset(t.strip() for t in table.missing_values)
        return cls(tuple(_attribute(n, c, absent, code_lists.get(n, ())) for n, c in table.modelled.items()))


def _attribute(name: str, column: ModelledColumn, absent: frozenset[str], code_list: tuple[str, ...]) -> Attribute:
    match column:
        case CategoryColumn():
            declared = code_list if column.domain is None else column.domain
            listed = tuple(str(level) for level in declared)
            levels = listed if column.other is False else (*listed, column.other)
            other = None if column.other is False else len(listed)
            missing = len(levels) if column.nullable else None
            fallback = other if other is not None else missing
            assert fallback is not None  # the policy demands one of the two
            return Category(
                name=name,
                levels=(*levels, MISSING) if column.nullable else levels,
                other=other,
                missing=missing,
                edges=(),
                absent_texts=absent,
                spellings=_spellings(dict(zip(declared, range(len(listed)), strict=True))),
                fallback=fallback,
                is_ordered=column.ordered,
            )
        case BooleanColumn():
            declared_words = dict.fromkeys(column.false_values, 0) | dict.fromkeys(column.true_values, 1)
            return Category(
                name=name,
                levels=("false", "true", MISSING) if column.nullable else ("false", "true"),
                other=None,
                missing=2 if column.nullable else None,
                edges=(),
                absent_texts=absent,
                # A typed file says true and false whatever the words of the text file are.
                spellings={"false": 0, "true": 1} | _spellings(declared_words, fold=True),
                fallback=2 if column.nullable else int(bool(column.missing_as)),
                boolean=True,
                fold=True,
            )
        case IntegerColumn() | RealColumn():
            return grid(
                name,
                column.bins.cuts(column.min, column.max),
                column.bins.points,
                decimals=column.decimals if isinstance(column, RealColumn) else 0,
                nullable=column.nullable,
                fill=None if column.missing_as is None else float(column.missing_as),
                absent_texts=absent,
                natural=column.natural_bounds,
            )
        case OffsetColumn():
            return grid(
                name,
                column.bins.cuts(column.min, column.max),
                column.bins.points,
                decimals=0,
                nullable=column.nullable,
                fill=None if column.missing_as is None else float(column.missing_as),
                absent_texts=absent,
            )
        case DateColumn():
            first, last = dt.date.fromisoformat(column.min), dt.date.fromisoformat(column.max)
            fill = None if column.missing_as is None else (dt.date.fromisoformat(column.missing_as) - bins.EPOCH).days
            return grid(
                name,
                bins.calendar(first, last, column.bins),
                (),
                decimals=0,
                nullable=column.nullable,
                fill=fill,
                absent_texts=absent,
                form=column.format,
            )


def _spellings(code_of: Mapping[str | int, int], *, fold: bool = False) -> dict[str, int]:
    """Text in the source -> code.

    A level given as a whole number may also be written with ".0": tools do that which keep a column with gaps as
    floating numbers.
    """
    words = [str(word) for word in code_of]
    spelled = dict(zip(text.canonical(words, fold=fold), code_of.values(), strict=True))
    pointed = {f"{word}.0": code for word, code in code_of.items() if isinstance(word, int)}
    return pointed | spelled
