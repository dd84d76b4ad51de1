"""Metadata of SDV, in and out: tables, columns and keys, so that a policy need not be typed again.

Their files say of a column what it holds, not which values can occur, so that an import leaves bounds and code lists to
fill in. Nothing is read but the metadata.
Source: SDV's metadata, version V1, https://docs.sdv.dev/sdv/concepts/metadata/metadata-json.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from dpsynth.errors import PolicyError
from dpsynth.policy.binned_columns import DateColumn, IntegerColumn, OffsetColumn, RealColumn
from dpsynth.policy.columns import ModelledColumn
from dpsynth.policy.draft import document, quoted
from dpsynth.policy.explain import PLACEHOLDER
from dpsynth.policy.keys import Link, ParentKey, RowKey
from dpsynth.policy.listed_columns import BooleanColumn, CategoryColumn
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.schema import RELATIONAL
from dpsynth.policy.tables import Table

VERSION = "V1"
VERSIONS = (VERSION, "MULTI_TABLE_V1")
"""Versions that are read."""

Metadata = dict[str, Any]


def export_metadata(loaded: LoadedPolicy) -> Metadata:
    """Tables, columns, keys and references of a policy, as SDV writes them.

    Dropped columns are left out. The key of people stands in every table.
    """
    policy = loaded.policy
    tables = {name: _table(table) for name, table in policy.tables.items()}
    relations = [relation for name in policy.tables for relation in _relations(loaded, name)]
    for name, public in policy.public_tables.items():
        header = next(csv.reader(io.StringIO(loaded.public_tables[name])))
        columns = {c.strip(): {"sdtype": "id" if c.strip() == public.key else "categorical"} for c in header}
        tables[name] = {"columns": columns, "primary_key": public.key}
    return {"METADATA_SPEC_VERSION": VERSION, "tables": tables, "relationships": relations}


def _table(table: Table) -> Metadata:
    ids: dict[str, Any] = {name: {"sdtype": "id"} for name in _key_columns(table)}
    released = {name: _column(column) for name, column in table.modelled.items()}
    columns = {name: (ids | released)[name] for name in table.columns if name in ids or name in released}
    key = table.unit_key if table.parent is None and table.rows is None else next(iter(table.keys(RowKey)), None)
    return {"columns": columns} | ({} if key is None else {"primary_key": key})


def _key_columns(table: Table) -> list[str]:
    catalogues = [n for n, c in table.modelled.items() if isinstance(c, CategoryColumn) and c.references is not None]
    return [table.unit_key, *table.keys(RowKey), *table.keys(ParentKey), *table.keys(Link), *catalogues]


def _column(column: ModelledColumn) -> Metadata:
    match column:
        case CategoryColumn():
            return {"sdtype": "id" if column.references is not None else "categorical"}
        case BooleanColumn():
            return {"sdtype": "boolean"}
        case IntegerColumn():
            return {"sdtype": "numerical", "computer_representation": "Int64"}
        case RealColumn():
            return {"sdtype": "numerical", "computer_representation": "Float"}
        case DateColumn() | OffsetColumn():
            return {"sdtype": "datetime", "datetime_format": column.format}


def _relations(loaded: LoadedPolicy, name: str) -> Iterator[Metadata]:
    tables, public = loaded.policy.tables, loaded.policy.public_tables
    table = tables[name]

    def to(parent: str, key: str, column: str) -> Metadata:
        return {
            "parent_table_name": parent,
            "parent_primary_key": key,
            "child_table_name": name,
            "child_foreign_key": column,
        }

    if table.parent is not None:
        yield to(loaded.policy.table_name, loaded.policy.table.unit_key, table.unit_key)
    targets = [(column, str(table.parent)) for column in table.keys(ParentKey)]
    targets += [(column, link.references) for column, link in table.keys(Link).items()]
    for column, target in targets:
        yield to(target, next(iter(tables[target].keys(RowKey))), column)
    for column, declared in table.modelled.items():
        if isinstance(declared, CategoryColumn) and declared.references is not None:
            yield to(declared.references, public[declared.references].key, column)


# ------------------------------------------------------------------------------------------------------------- import


def import_metadata(text: str, policy_id: str) -> str:
    """Drafts a policy from SDV's metadata.

    The table that others lead to, and that leads nowhere, is taken for that of people. Tables without references in
    either direction to it hold nobody's data, as far as the metadata tell, and become public tables.

    Args:
        text: the JSON file.
        policy_id: name of the release programme.

    Raises:
        PolicyError: it is no such file, or has no table that others lead to.
    """
    tables, relations = _read(text)
    up: dict[str, dict[str, str]] = {name: {} for name in tables}
    for relation in relations:
        up[relation["child_table_name"]][relation["child_foreign_key"]] = relation["parent_table_name"]
    root = _root(tables, up)
    private = [name for name in tables if name == root or _leads(name, root, up)]
    blocks: list[str] = []
    for name in private:
        blocks += _private(name, root, tables[name], up[name], private, relations)
    public = [name for name in tables if name not in private]
    if public:
        blocks.append("\npublic_tables:\n")
    for name in public:
        key = tables[name].get("primary_key", PLACEHOLDER)
        blocks.append(f"  {quoted(name)}: {{file: {quoted(name)}.csv, key: {quoted(key)}, citation: {PLACEHOLDER}}}\n")
    if len(private) == 1:
        return document(policy_id, "".join(blocks))
    return document(policy_id, "".join(blocks), rows=1, mechanism=RELATIONAL)


def _read(text: str) -> tuple[dict[str, Metadata], list[Metadata]]:
    wrong = "this is no metadata of SDV for several tables. Save it with Metadata.save_to_json."
    try:
        content = json.loads(text)
        tables, relations = content["tables"], content.get("relationships", [])
        version = content.get("METADATA_SPEC_VERSION")
        columns = [set(t["columns"]) for t in tables.values()]
        known = all(
            r["parent_table_name"] in tables and r["child_foreign_key"] in tables[r["child_table_name"]]["columns"]
            for r in relations
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PolicyError(wrong) from None
    if version not in VERSIONS:
        raise PolicyError(f"METADATA_SPEC_VERSION is {version!r}; {' and '.join(VERSIONS)} can be read.")
    if not known or not columns or not all(columns):
        raise PolicyError(wrong)
    return tables, relations


def _root(tables: dict[str, Metadata], up: dict[str, dict[str, str]]) -> str:
    tops = [name for name in tables if not up[name]]
    if not tops:
        raise PolicyError("the references of the metadata lead in a circle: no table can be that of people.")
    return max(tops, key=lambda top: sum(_leads(name, top, up) for name in tables))


def _leads(name: str, root: str, up: dict[str, dict[str, str]], seen: tuple[str, ...] = ()) -> bool:
    """Whether references lead from a table to that of people."""
    return name not in seen and any(p == root or _leads(p, root, up, (*seen, name)) for p in up[name].values())


def _private(
    name: str, root: str, table: Metadata, up: dict[str, str], private: list[str], relations: list[Metadata]
) -> Iterator[str]:
    key = table.get("primary_key")
    person = key if name == root else next((column for column, parent in up.items() if parent == root), None)
    inner = {column: parent for column, parent in up.items() if parent in private and parent != root}
    parent = None if name == root else next(iter(inner.values()), root)
    yield f"  {quoted(name)}:\n    file: {quoted(name)}.csv\n"
    if parent is not None:
        yield f"    parent: {quoted(parent)}\n"
        yield f"    rows: {{at_most: {PLACEHOLDER}}} # the most rows of one person here, in all; add order_by\n"
    yield "    columns:\n"
    if person is None:
        yield f"      {PLACEHOLDER}: {{role: unit_key}} # every table must say whose row it is: add the person's key\n"
    named = any(r["parent_table_name"] == name for r in relations)
    for column, declared in table["columns"].items():
        if column == person:
            block = "{role: unit_key}"
        elif column == key:
            block = "{role: key}" if named else "{role: drop}"
        elif column in inner:
            first = column == next(iter(inner))
            block = "{role: parent_key}" if first else f"{{role: link, references: {quoted(inner[column])}}}"
        elif column in up:
            to = quoted(up[column])
            block = f"{{type: category, references: {to}, nullable: true, other: false, source: schema}}"
        else:
            block = _drafted(declared)
        yield f"      {quoted(column)}: {block}\n"


def _drafted(declared: Metadata) -> str:
    todo = PLACEHOLDER
    match declared.get("sdtype"):
        case "categorical":
            return f"{{type: category, domain: {todo}, nullable: true, source: {todo}}}"
        case "boolean":
            return "{type: boolean, nullable: true, source: schema}"
        case "numerical":
            kind = "integer" if "Int" in str(declared.get("computer_representation", "")) else "real"
            return f"{{type: {kind}, min: {todo}, max: {todo}, bins: {{count: 10}}, nullable: true, source: {todo}}}"
        case "datetime":
            form = quoted(str(declared.get("datetime_format", "%Y-%m-%d")))
            return f"{{type: date, min: {todo}, max: {todo}, format: {form}, nullable: true, source: {todo}}}"
    return "{role: drop} # names, addresses and other identifiers are not released"
