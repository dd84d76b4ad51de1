"""What stands in the files of a bundle: every table with its columns in their order, keys among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dpsynth.domain.attribute import Attribute
from dpsynth.policy.columns import DroppedColumn, Key, ModelledColumn, UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.tables import Table
from dpsynth.report.inputs import Published


@dataclass(frozen=True)
class KeyColumn:
    """A column of fresh keys.

    Attributes:
        name: in the file.
        title: what it names.
        said: what a reader should know.
        unique: whether no two rows have the same.
        required: whether every row has one.
        target: (table, column) that it refers to; None where it names the row itself, or people who have no table.
    """

    name: str
    title: str
    said: str
    unique: bool
    required: bool
    target: tuple[str, str] | None


@dataclass(frozen=True)
class ValueColumn:
    """A released column.

    Attributes:
        name: in the file.
        declared: as the policy describes it.
        attribute: its levels; None for the date that puts rows in order, which is drawn as days since the row before.
    """

    name: str
    declared: ModelledColumn
    attribute: Attribute | None


def tables(p: Published) -> dict[str, tuple[KeyColumn | ValueColumn, ...]]:
    """Table -> its columns as they stand in the files."""
    if p.laid_out is not None:
        table = p.policy.table
        own = [ValueColumn(a.name, table.modelled[a.name], a) for a in p.laid_out.panel.rows.attributes]
        said = "Rows with the same key belong to one synthetic person, one for each wave. It names nobody."
        key = KeyColumn(table.unit_key, "Key of the synthetic person", said, False, True, None)
        return {p.policy.table_name: (key, *own)}
    if not p.several:
        (view,) = p.views
        own = [ValueColumn(a.name, view.declared[a.name], a) for a in view.columns]
        return {view.table: (_of_row(p.policy.table.unit_key), *own)}
    attributes = {a.name: a for view in p.several for a in view.columns}
    return {name: tuple(_columns(p, name, table, attributes)) for name, table in p.policy.tables.items()}


def _of_row(name: str) -> KeyColumn:
    """The key of a table of single rows."""
    said = "New in every row: a row stands for itself and belongs to no other. It names nobody."
    return KeyColumn(name, "Key of the synthetic row", said, True, True, None)


def bounds(p: Published) -> str:
    """Most rows of one unit in each of several tables, in words."""
    most = {v.table: v.rows_per_unit for v in p.several}
    return ", ".join(f"{most[name]} in {name}" for name in p.policy.tables)


def primary(columns: tuple[KeyColumn | ValueColumn, ...]) -> str | None:
    """The column that names the rows of a table, if one does."""
    return next((c.name for c in columns if isinstance(c, KeyColumn) and c.unique), None)


def _columns(
    p: Published, name: str, table: Table, attributes: dict[str, Attribute]
) -> Iterator[KeyColumn | ValueColumn]:
    for column, declared in table.columns.items():
        match declared:
            case UnitKey():
                yield _person(p, name, column)
            case RowKey():
                said = "New in every row; rows of other tables refer to it. It names nobody."
                yield KeyColumn(column, "Key of the synthetic row", said, True, True, None)
            case ParentKey():
                assert table.parent is not None
                said = f"The row of {table.parent} that this row belongs to, always of the same synthetic person."
                yield KeyColumn(column, "Key of the parent row", said, False, True, _own(p, table.parent))
            case Link():
                said = f"A row of {declared.references} of the same synthetic person; empty where there is none."
                yield KeyColumn(column, "Key of a row referred to", said, False, False, _own(p, declared.references))
            case DroppedColumn():
                continue
            case _:
                assert not isinstance(declared, Key)
                yield ValueColumn(column, declared, attributes.get(f"{name}.{column}"))


def _person(p: Published, name: str, column: str) -> KeyColumn:
    root = p.policy.table
    said = "Rows with the same key belong to one synthetic person, in all tables. It names nobody."
    if root.rows is None and name == p.policy.table_name:
        return KeyColumn(column, "Key of the synthetic person", said, True, True, None)
    target = (p.policy.table_name, root.unit_key) if root.rows is None else None
    return KeyColumn(column, "Key of the synthetic person", said, False, True, target)


def _own(p: Published, table: str) -> tuple[str, str]:
    return table, next(iter(p.policy.tables[table].keys(RowKey)))
