"""A fixed panel: one table with one row a person and wave, which is modelled with one row a person.

The modelled row has the columns that stay the same, and for every wave whether the person has a row there and every
other column once: `present@2`, `income@2`. Everything here is public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from dpsynth.policy.binned_columns import IntegerColumn
from dpsynth.policy.block import Block, ColumnName, fault, twice, unknown_column
from dpsynth.policy.listed_columns import CategoryColumn

if TYPE_CHECKING:
    from dpsynth.policy.columns import ModelledColumn
    from dpsynth.policy.tables import Table

LAYOUT = "waves"
"""The layout of a fixed panel, as policies name it."""

PRESENT = "present"
"""The column that says whether somebody has a row in a wave."""

MOST_WAVES = 24
"""A fixed panel has few: every column is counted once for each."""

MOST_COLUMNS = 300
"""Columns of a modelled row: each pair of them is scored, which is 44,850 pairs."""


class Waves(Block):
    """The waves of a fixed panel: what tells them apart, and what stays the same over all of them.

    A person's rows become one row, so that the noise is that of one row however many waves there are. Of two rows of
    one person and wave the first in the order of their contents counts; a constant column is taken from a person's
    first wave. Columns are then called COLUMN@WAVE, and `present@WAVE` says whether there is a row.
    """

    column: ColumnName = Field(
        description="Which wave a row belongs to: a category with `domain`, or an integer with bins: {each: true}; two "
        "to 24 levels. Rows without one of them take no part."
    )
    constant: tuple[ColumnName, ...] = Field(
        default=(),
        description="Columns that are the same in all waves of a person: sex, site, what was found at entry.",
    )
    lagged: Annotated[tuple[ColumnName, ...], Field(max_length=8)] = Field(
        default=(),
        description="Columns that are always counted together with themselves in the next wave, so that people change "
        "as slowly as they do: two or three that say most about the others.",
    )


def at(column: str, wave: str) -> str:
    """How a column of one wave is called."""
    return f"{column}@{wave}"


def names(column: ModelledColumn) -> tuple[str, ...] | None:
    """The waves that a column tells apart; None if it has no closed list of them."""
    if isinstance(column, CategoryColumn) and column.domain is not None:
        return tuple(str(level) for level in column.domain)
    if isinstance(column, IntegerColumn) and column.bins.each and not column.bins.points:
        return tuple(str(number) for number in range(column.min, min(column.max, column.min + MOST_WAVES) + 1))
    return None


def set_apart(table: Table) -> list[str]:
    """Columns that may differ between waves."""
    waves = table.waves
    assert waves is not None
    return [name for name in table.modelled if name not in {*waves.constant, waves.column}]


def columns_of(table: Table) -> dict[str, ModelledColumn]:
    """Columns of a modelled row, in order, each with the column of the file that it is of: `present` is of the wave."""
    waves = table.waves
    assert waves is not None
    declared = table.modelled
    constant = {name: column for name, column in declared.items() if name in waves.constant}
    varying = {name: declared[name] for name in set_apart(table)}
    # The name and the remarks are those of the wave, not of being there.
    present = declared[waves.column].model_copy(update={"title": None, "unit": None, "note": None})
    each = {PRESENT: present, **varying}
    return constant | {
        at(name, wave): column for wave in names(declared[waves.column]) or () for name, column in each.items()
    }


def nameable(table: Table) -> list[str]:
    """What wishes may name: columns of a modelled row, and those of the file, which are then meant in every wave."""
    assert table.waves is not None
    wide = columns_of(table)
    return [*(name for name in table.modelled if name not in {*wide, table.waves.column}), *wide]


def no_wish(table: Table, name: str) -> str | None:
    """What is wrong with the column of waves in a wish, and what to do."""
    if table.waves is None or name != table.waves.column:
        return None
    (wave, *_), (column, *_) = names(table.modelled[name]) or (), set_apart(table)
    return (
        f"names {name!r}, which tells the waves apart and is no column of a person's row. Name a column of one "
        f"wave, such as {at(PRESENT, wave)} (whether there is a row) or {at(column, wave)}."
    )


def meant(table: Table, clique: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The columns of modelled rows that a list of columns means: once, or once for each wave."""
    assert table.waves is not None
    wide = columns_of(table)
    if all(name in wide for name in clique):
        yield tuple(clique)
        return
    for wave in names(table.modelled[table.waves.column]) or ():
        yield tuple(name if name in wide else at(name, wave) for name in clique)


def check(tables: Mapping[str, Table]) -> None:
    """Refuses a panel that cannot be laid out.

    Raises:
        PydanticCustomError: what is wrong, where, and what to do.
    """
    for name, table in tables.items():
        place = ("tables", name)
        if (table.layout is None) != (table.waves is None):
            given, lacking = ("layout", "waves") if table.waves is None else ("waves", "layout")
            what = "waves: {column: year}, say" if lacking == "waves" else f"layout: {LAYOUT}"
            raise fault((*place, given), f"tables.{name}.{given} has no effect without {lacking}. Add {what}.")
        if table.waves is None:
            continue
        if len(tables) > 1:
            raise fault(
                (*place, "layout"),
                f"tables.{name} has layout: {LAYOUT}, which is for one table, but there are {len(tables)}. Remove it "
                "and bound the rows of a person by rows.",
            )
        if table.rows is not None:
            raise fault(
                (*place, "rows"),
                f"tables.{name} has rows and layout: {LAYOUT}: its rows would be laid out in two ways. Remove one.",
            )
        _waves(name, table, table.waves)
        _columns(name, table, table.waves)


def _waves(name: str, table: Table, waves: Waves) -> None:
    place, released = ("tables", name, "waves", "column"), list(table.modelled)
    if flaw := unknown_column(waves.column, released):
        raise fault(place, f"tables.{name}.waves.column {flaw}")
    listed = names(table.modelled[waves.column])
    if listed is None:
        raise fault(
            place,
            f"tables.{name}.waves.column is {waves.column}, which has no closed list of waves. Give it type: category "
            "with a domain, or type: integer with bins: {each: true}.",
        )
    if not 2 <= len(listed) <= MOST_WAVES:
        found = f"more than {MOST_WAVES}" if len(listed) > MOST_WAVES else "one"
        raise fault(
            place,
            f"tables.{name}.waves.column is {waves.column}, which has {found} of them; a panel has 2 to {MOST_WAVES} "
            "waves. Where there are more, remove layout and waves, and give the table rows: {at_most: ...}.",
        )


def _columns(name: str, table: Table, waves: Waves) -> None:
    place, others = ("tables", name, "waves", "constant"), [c for c in table.modelled if c != waves.column]
    if (doubled := twice(waves.constant)) is not None:
        raise fault(place, f"tables.{name}.waves.constant names {doubled!r} twice. Name each column once.")
    for i, column in enumerate(waves.constant):
        if flaw := unknown_column(column, others):
            raise fault((*place, i), f"tables.{name}.waves.constant {flaw}")
    if (doubled := twice(waves.lagged)) is not None:
        raise fault(
            ("tables", name, "waves", "lagged"), f"tables.{name}.waves.lagged names {doubled!r} twice. Name it once."
        )
    varying = [column for column in others if column not in waves.constant]
    for i, column in enumerate(waves.lagged):
        if flaw := unknown_column(column, varying):
            raise fault(
                ("tables", name, "waves", "lagged", i),
                f"tables.{name}.waves.lagged {flaw} Constant columns and the wave itself have no place there.",
            )
    if len(waves.constant) == len(others):
        raise fault(
            place,
            f"tables.{name}.waves.constant names all columns, so that nothing differs between waves. Leave out those "
            "that do, or remove layout and waves.",
        )
    wide = columns_of(table)
    expected = len(waves.constant) + len(names(table.modelled[waves.column]) or ()) * (
        len(others) - len(waves.constant) + 1
    )
    if len(wide) < expected:
        raise fault(
            place[:-1],
            f"tables.{name}: two columns of a person's row would have one name. Rename the column of the file that is "
            f"called {PRESENT!r} or like a column of one wave, COLUMN@WAVE.",
        )
    if len(wide) > MOST_COLUMNS:
        raise fault(
            place[:-1],
            f"tables.{name}.waves makes {len(wide)} columns of one row a person; at most {MOST_COLUMNS} are possible. "
            "Release fewer columns or waves, or name more of them constant.",
        )
