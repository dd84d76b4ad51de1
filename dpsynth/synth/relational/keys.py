"""Fresh keys: every reference leads to a row that is there, and no key says anything about anybody."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.domain.deriving import NO_DAY, Coded, Ints
from dpsynth.domain.family import Family, Rows
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.tables import Table
from dpsynth.synth.relational.model import Synthetic

NONE = -1


def keyed(
    family: Family, tables: Mapping[str, Table], sample: Synthetic, rng: np.random.Generator
) -> dict[str, pa.Table]:
    """The synthetic tables with their keys, columns in the order of the policy; dropped ones are left out.

    Args:
        family: all views.
        tables: of the policy.
        sample: what was drawn.
        rng: public randomness.
    """
    coded, found = sample.coded, {}
    for name, table in tables.items():
        if name == family.people:
            found[name] = _with_keys(table, sample.cells[name], {table.unit_key: np.arange(coded.size)})
            continue
        rows, own = family[name], coded.rows[name]
        keys: dict[str, Ints] = {}
        for column, declared in table.columns.items():
            match declared:
                case UnitKey():
                    keys[column] = own.owner
                case RowKey():
                    keys[column] = np.arange(len(own.owner))
                case ParentKey():
                    keys[column] = own.parent
                case Link():
                    keys[column] = linked_rows(rows, own, coded.rows[declared.references], column, rng)
        found[name] = _with_keys(table, sample.cells[name], keys)
    return found


def linked_rows(rows: Rows, own: Coded, target: Coded, column: str, rng: np.random.Generator) -> Ints:
    """The row of another table that each row refers to, always of the same person; NONE where there is none.

    With dates on both sides the last one that is not later than the row, or the person's first one; without, any.
    """
    first = np.searchsorted(target.owner, own.owner, side="left")
    number = np.searchsorted(target.owner, own.owner, side="right") - first
    wanted = (own.links[:, [c for c, _ in rows.links].index(column)] == 1) & (number > 0)
    order = np.lexsort((target.day, target.owner))
    moments = np.empty(len(order), [("owner", np.int64), ("day", np.int64)])
    moments["owner"], moments["day"] = target.owner[order], target.day[order]
    now = np.empty(len(own.owner), moments.dtype)
    now["owner"], now["day"] = own.owner, own.day
    dated = (own.day != NO_DAY) & bool((target.day != NO_DAY).any())
    place = np.searchsorted(moments, now, side="right") - 1 - first
    place = np.where(dated, place, np.floor(rng.random(len(place)) * np.maximum(number, 1)).astype(np.int64))
    place = first + np.clip(place, 0, np.maximum(number, 1) - 1)
    chosen = order[np.minimum(place, max(0, len(order) - 1))] if len(order) else place
    return np.where(wanted, chosen, NONE)


def _with_keys(table: Table, cells: pa.Table, keys: Mapping[str, Ints]) -> pa.Table:
    columns = {name: _key(keys[name]) if name in keys else cells[name] for name in table.columns if _stays(table, name)}
    return pa.table(columns)


def _stays(table: Table, name: str) -> bool:
    return name in table.modelled or isinstance(table.columns[name], UnitKey | RowKey | ParentKey | Link)


def _key(numbers: Ints) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers + 1).cast(pa.string()), 9, "0")
    names = pc.binary_join_element_wise(pa.scalar("SYN"), digits, "")
    return pc.if_else(pa.array(numbers == NONE), pa.scalar(None, pa.string()), names)
