"""How tables hang together: one table of people, and under it at most two levels of tables with their rows.

A row belongs to the person that its own unit key names, in every table. Ownership that followed from keys of parent
rows alone could pass from one person to another when a third person's row left, and would need twice the noise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dpsynth.policy.binned_columns import DateColumn, IntegerColumn, OffsetColumn, RealColumn
from dpsynth.policy.block import fault, unknown_column
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.listed_columns import CategoryColumn
from dpsynth.policy.relations import PublicTable
from dpsynth.policy.tables import Table

MOST_LEVELS = 3
"""Levels of tables: people, their rows, and rows of these."""

Tables = Mapping[str, Table]


def check(tables: Tables, public: Mapping[str, PublicTable]) -> None:
    """Refuses tables that do not form one tree under the table of people.

    Raises:
        PydanticCustomError: what is wrong, where, and what to do.
    """
    for name in public:
        if name in tables:
            raise fault(
                ("public_tables", name), f"public_tables.{name} has the name of a table. Give it a name of its own."
            )
    _one_root(tables)
    _same_people(tables)
    for name, table in tables.items():
        _depth(name, tables)
        _references(name, table, public)
        _offsets(name, table)
        if len(tables) > 1:
            _keys(name, table, tables)
        elif keys := [*table.keys(RowKey), *table.keys(ParentKey), *table.keys(Link)]:
            raise fault(
                ("tables", name, "columns", keys[0]),
                f"tables.{name}.columns.{keys[0]} is a key, but there is no other table. Set role: drop.",
            )
        _rows(name, table, tables)
    _links_end(tables)


def levels(tables: Tables) -> dict[str, int]:
    """Table -> its level: 1 for the table of people."""
    return {name: len(list(_ancestors(name, tables))) + 1 for name in tables}


def order(tables: Tables) -> tuple[str, ...]:
    """Every table after its parent and after the tables that it links to; otherwise in the order of the policy."""
    placed: list[str] = []
    while len(placed) < len(tables):
        placed += [n for n, t in tables.items() if n not in placed and _before(t) <= set(placed)][:1]
    return tuple(placed)


def _before(table: Table) -> set[str]:
    links = {link.references for link in table.keys(Link).values()}
    return links if table.parent is None else links | {table.parent}


def _ancestors(name: str, tables: Tables) -> Iterator[str]:
    parent = tables[name].parent
    while parent is not None:
        yield parent
        parent = tables[parent].parent


def _one_root(tables: Tables) -> None:
    for name, table in tables.items():
        if table.parent is not None and table.parent not in tables:
            raise fault(
                ("tables", name, "parent"),
                f"tables.{name}.parent is {table.parent!r}, which is no table; tables are {', '.join(tables)}. "
                "Correct the name.",
            )
    for name in tables:
        path = [name]
        while (parent := tables[path[-1]].parent) is not None:
            if parent in path:
                circle = " -> ".join([*path[path.index(parent) :], parent])
                raise fault(
                    ("tables", name, "parent"),
                    f"tables.{name}.parent leads in a circle: {circle}. One table, that of people, has no parent.",
                )
            path.append(parent)
    roots = [name for name, table in tables.items() if table.parent is None]
    if len(roots) > 1:
        raise fault(
            ("tables", roots[1]),
            f"tables.{roots[1]} has no parent, and neither has tables.{roots[0]}: that would be a second privacy unit, "
            "and one release protects one. Give it a parent; if it holds nobody's data, move it to public_tables; if "
            "its rows are other persons (physicians, say), release it under a policy of its own.",
        )


def _same_people(tables: Tables) -> None:
    """Two ids are one person in every table or in none: else whoever leaves takes rows that count as another one's."""
    keys = {name: next(iter(table.keys(UnitKey).items())) for name, table in tables.items()}
    root = next(name for name, table in tables.items() if table.parent is None)
    wanted = keys[root][1].normalise
    for name, (column, key) in keys.items():
        if key.normalise != wanted:
            raise fault(
                ("tables", name, "columns", column),
                f"tables.{name}.columns.{column} has normalise: {key.normalise}, but {wanted} holds in {root}: two "
                "people there could be one here. Give all tables the same.",
            )


def _depth(name: str, tables: Tables) -> None:
    depth = len(list(_ancestors(name, tables))) + 1
    if depth > MOST_LEVELS:
        raise fault(
            ("tables", name, "parent"),
            f"tables.{name} stands on level {depth} under the table of people; at most {MOST_LEVELS} levels are "
            "possible. Give it a parent further up.",
        )


def _keys(name: str, table: Table, tables: Tables) -> None:
    """Every reference has a column that holds it and a column that it leads to."""
    columns = ("tables", name, "columns")
    own, parents = list(table.keys(RowKey)), list(table.keys(ParentKey))
    if len(own) > 1:
        raise fault((*columns, own[1]), f"tables.{name} has two columns with role: key. A row has one name.")
    root = table.parent is None
    if root and own:
        raise fault(
            (*columns, own[0]),
            f"tables.{name}.columns.{own[0]} has role: key, but the rows of the table of people are named by their "
            "unit_key. Set role: drop.",
        )
    needs = not root and tables[str(table.parent)].parent is not None
    if not needs and parents:
        raise fault(
            (*columns, parents[0]),
            f"tables.{name}.columns.{parents[0]} has role: parent_key, but "
            f"{'this table has no parent' if root else f'rows of {table.parent} are named by the unit_key'}. "
            "Set role: drop.",
        )
    if needs and len(parents) != 1:
        raise fault(
            columns,
            f"tables.{name} has {len(parents) or 'no'} columns with role: parent_key; exactly one must say to which "
            f"row of {table.parent} a row belongs. Declare it.",
        )
    wanted: list[tuple[tuple[str, ...], str]] = [(("parent",), str(table.parent))] if needs else []
    for column, link in table.keys(Link).items():
        at = ("columns", column, "references")
        if root or link.references == name or link.references not in tables or not tables[link.references].parent:
            others = _listed(other for other, t in tables.items() if t.parent is not None and other != name)
            allowed = "the table of people cannot refer to rows" if root else f"allowed: {others}"
            raise fault(
                ("tables", name, *at),
                f"tables.{name}.columns.{column} references {link.references!r}; {allowed}. Correct it, or set "
                "role: drop.",
            )
        wanted.append((at, link.references))
    for place, target in wanted:
        if not tables[target].keys(RowKey):
            raise fault(
                ("tables", name, *place),
                f"tables.{name} refers to rows of {target}, where no column has role: key. Declare the column of "
                f"{target} that names its rows.",
            )


def _references(name: str, table: Table, public: Mapping[str, PublicTable]) -> None:
    for column, declared in table.modelled.items():
        if isinstance(declared, CategoryColumn) and declared.references not in (None, *public):
            raise fault(
                ("tables", name, "columns", column, "references"),
                f"tables.{name}.columns.{column} references {declared.references!r}, which is none of public_tables; "
                f"they are: {_listed(public)}. Declare it there.",
            )


def _offsets(name: str, table: Table) -> None:
    for column, declared in table.modelled.items():
        if isinstance(declared, OffsetColumn) and not isinstance(table.columns.get(declared.from_), DateColumn):
            raise fault(
                ("tables", name, "columns", column, "from"),
                f"tables.{name}.columns.{column} counts days from {declared.from_!r}, which is no date column of this "
                f"table; dates are {_dates(table)}. Name a column of type date.",
            )


def _rows(name: str, table: Table, tables: Tables) -> None:
    place, rows, several = ("tables", name), table.rows, len(tables) > 1
    if table.parent is not None and rows is None:
        raise fault(
            place,
            f"tables.{name}.rows is missing. How many rows of one person may take part must be bounded: add "
            "rows: {at_most: 100}, say, with a number from documentation.",
        )
    if rows is None:
        if any(isinstance(declared, OffsetColumn) for declared in table.modelled.values()) and not several:
            raise fault((*place, "columns"), f"tables.{name} has a column of type offset, which needs rows. Add rows.")
        if table.time is not None and not several:
            raise fault((*place, "time"), f"tables.{name}.time has no effect without rows of a person. Remove it.")
    if rows is not None and several and table.parent is None:
        raise fault(
            (*place, "rows"),
            f"tables.{name} is the table of people, of which everybody has one row. Remove rows, or give it a parent.",
        )
    root = next(t for t in tables.values() if t.parent is None)
    if table.time is not None and table is not root:
        raise fault((*place, "time"), f"tables.{name}.time belongs to the table of people. Move it there.")
    if table.time is not None:
        _time(name, table)
    if rows is not None:
        _columns_of_rows(name, table, tables, root)


def _time(name: str, table: Table) -> None:
    for key in ("index", "birth", "death"):
        column = getattr(table.time, key)
        kinds: tuple[type[Any], ...] = (DateColumn, OffsetColumn) if key == "death" else (DateColumn,)
        if column is None:
            continue
        if table.rows is not None or not isinstance(table.columns.get(column), kinds):
            fitting = _listed(c for c, declared in table.modelled.items() if isinstance(declared, kinds))
            what = "there is no table of people" if table.rows else f"dates are {fitting}"
            raise fault(
                ("tables", name, "time", key),
                f"tables.{name}.time.{key} is {column!r}, which is no date of a person; {what}. "
                "Name a column of type date, or remove it.",
            )


def _columns_of_rows(name: str, table: Table, tables: Tables, root: Table) -> None:
    """Every column that `rows` names is there and of the right kind."""
    rows, place = table.rows, ("tables", name, "rows")
    assert rows is not None
    told = [c for c in table.modelled if c != rows.order_by]
    if rows.order_by is not None:
        _order(name, table, tables, root)
    for i, summary in enumerate(rows.summaries):
        if flaw := unknown_column(summary.column, told):
            raise fault((*place, "summaries", i, "column"), f"tables.{name}.rows.summaries[{i}] {flaw}")
        declared = table.columns[summary.column]
        if summary.of == "mean" and not isinstance(declared, IntegerColumn | RealColumn | OffsetColumn):
            raise fault(
                (*place, "summaries", i, "of"),
                f"tables.{name}.rows.summaries[{i}] is the mean of {summary.column}, which holds no numbers. Use mode, "
                "last or ever.",
            )
    for i, previous in enumerate(rows.previous):
        for key in ("column", "same"):
            column = getattr(previous, key)
            if column is not None and (flaw := unknown_column(column, told)):
                raise fault((*place, "previous", i, key), f"tables.{name}.rows.previous[{i}].{key} {flaw}")
    if rows.context is not None:
        parent = None if table.parent is None else tables[table.parent]
        released = [] if parent is None else [c for c in parent.modelled if c != parent.order_by]
        for i, column in enumerate(rows.context):
            if flaw := unknown_column(column, released):
                raise fault((*place, "context", i), f"tables.{name}.rows.context[{i}] {flaw}")
    for i, rule in enumerate(table.rules):
        if rows.order_by in rule.columns:
            raise fault(
                ("tables", name, "rules", i),
                f"tables.{name}.rules[{i}] names {rows.order_by}, which puts rows in order and is kept as days since "
                "the row before. Remove the rule.",
            )


def _order(name: str, table: Table, tables: Tables, root: Table) -> None:
    assert table.rows is not None
    column, place = str(table.rows.order_by), ("tables", name, "rows", "order_by")
    declared = table.columns.get(column)
    if not isinstance(declared, DateColumn):
        raise fault(
            place,
            f"tables.{name}.rows.order_by is {column!r}, which is no column of type date; dates are {_dates(table)}. "
            "Name one of these.",
        )
    parent = root if table.parent is None else tables[table.parent]
    if parent is not root and parent.order_by is None:
        raise fault(
            place,
            f"tables.{name}.rows.order_by counts days from the row's parent, but rows of {table.parent} have no order. "
            f"Give {table.parent} an order_by, or remove this one.",
        )
    if root.time is None:
        raise fault(
            place,
            f"tables.{name}.rows.order_by puts rows in time, but the table of people says nothing about time. Add "
            "time: {start: ..., end: ...} there: the study window.",
        )
    first, last = (dt.date.fromisoformat(text) for text in (declared.min, declared.max))
    if not root.time.window[0] <= first <= last <= root.time.window[1]:
        raise fault(
            ("tables", name, "columns", column),
            f"tables.{name}.columns.{column} lies between {declared.min} and {declared.max}, not inside the study "
            f"window ({root.time.start} to {root.time.end}). Correct min and max, or the window.",
        )


def _dates(table: Table) -> str:
    return _listed(name for name, declared in table.modelled.items() if isinstance(declared, DateColumn))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _links_end(tables: Tables) -> None:
    """Refuses links that make a circle, in which no table could be made first."""
    placed: set[str] = set()
    while len(placed) < len(tables):
        ready = {name for name, table in tables.items() if _before(table) <= placed} - placed
        if not ready:
            name = next(name for name in tables if name not in placed and tables[name].keys(Link))
            column = next(iter(tables[name].keys(Link)))
            raise fault(
                ("tables", name, "columns", column),
                f"tables.{name}.columns.{column} refers to {tables[name].keys(Link)[column].references}, which refers "
                "back to it: the tables lead in a circle. Set role: drop on one side.",
            )
        placed |= ready
