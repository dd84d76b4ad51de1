"""The Data Package descriptor: what programs need to read the synthetic table, and people to understand it.

Fields keep to the schema of version 2. `unit`, `role`, `codingSystem` and `evidence` are properties of our own, which
the standard allows.
Source: Data Package standard, version 2, https://datapackage.org/standard/.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dpsynth.domain.attribute import Attribute, Category, Grid
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.columns import ModelledColumn
from dpsynth.policy.listed_columns import CategoryColumn
from dpsynth.policy.schema import Policy
from dpsynth.release import naming
from dpsynth.release.columns import KeyColumn, ValueColumn, primary, tables
from dpsynth.release.contents import Part, kind_of
from dpsynth.report.inputs import Published

Tables = Mapping[str, tuple[KeyColumn | ValueColumn, ...]]

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
KEY_PATTERN = "SYN[0-9]{9,}"
DIALECT = {"header": True, "delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
"""How the CSV file is written; other line ends than carriage return and line feed must be said."""


def data_package(p: Published, created: str, parts: tuple[Part, ...]) -> dict[str, Any]:
    """The descriptor.

    Args:
        p: what is released.
        created: date and time, ISO 8601.
        parts: files of the bundle; those under data/ become resources.
    """
    policy, about = p.policy, p.policy.catalogue
    held = tables(p)
    resources = [_resource(part, held) for part in parts if part.path.startswith("data/")]
    optional: dict[str, Any] = {
        "homepage": about.page,
        "licenses": [_named(name=about.licence.name, title=about.licence.title, path=about.licence.page)]
        if about.licence
        else None,
        "sources": [_named(title=s.title, path=s.page, version=s.version) for s in about.sources],
    }
    return {
        "$schema": SCHEMA,
        "name": policy.id,
        "id": p.release_id,
        "title": naming.title(policy),
        "description": naming.description(p),
        "version": p.run_date,
        "created": created,
        "keywords": naming.keywords(policy),
        "contributors": list(_contributors(policy)),
        "resources": resources,
        **{key: value for key, value in optional.items() if value},
    }


def _named(**values: str | None) -> dict[str, str]:
    return {key: value for key, value in values.items() if value is not None}


def _contributors(policy: Policy) -> Iterator[dict[str, Any]]:
    publisher, contact = naming.publisher(policy), policy.catalogue.contact
    yield {**_named(title=publisher.name, path=publisher.page), "roles": ["publisher"]}
    if publisher.name != policy.legal.controller:
        yield {"title": policy.legal.controller, "roles": ["controller"]}
    if contact is not None:
        yield {**_named(title=contact.name, path=contact.page, email=contact.email), "roles": ["contact"]}


def table_of(path: str) -> str:
    """The table whose rows a data file holds."""
    return path.rpartition("/")[2].removeprefix("SYN_").rpartition(".")[0]


def _resource(part: Part, held: Tables) -> dict[str, Any]:
    kind, form, table = kind_of(part.path), part.path.rpartition(".")[2], table_of(part.path)
    assert kind is not None  # data files are declared
    return {
        "name": _name(table, form) if len(held) > 1 else _name(table.replace("_", "-"), form),
        "type": "table",
        "path": part.path,
        "title": kind.meaning if len(held) == 1 else f"{kind.meaning}: {table}",
        "format": form,
        "mediatype": kind.media_type,
        "bytes": part.size,
        "hash": f"sha256:{part.sha256}",
        "schema": _schema(held[table], form),
        **({"encoding": "utf-8", "dialect": DIALECT} if form == "csv" else {}),
    }


def _name(table: str, form: str) -> str:
    return f"{table}-{form}"


def _schema(columns: tuple[KeyColumn | ValueColumn, ...], form: str) -> dict[str, Any]:
    """Fields, and the keys that hold between files of one form."""
    own = primary(columns)
    foreign = [
        {"fields": [c.name], "reference": {"resource": _name(c.target[0], form), "fields": [c.target[1]]}}
        for c in columns
        if isinstance(c, KeyColumn) and c.target is not None
    ]
    return {
        "fields": [_key(c) if isinstance(c, KeyColumn) else _value(c) for c in columns],
        **({"primaryKey": [own]} if own else {}),
        **({"foreignKeys": foreign} if foreign else {}),
        "missingValues": [""],
    }


def _key(c: KeyColumn) -> dict[str, Any]:
    limits: dict[str, Any] = {"unique": True} if c.unique else {}
    limits |= {"required": True} if c.required else {}
    return {
        "name": c.name,
        "type": "string",
        "title": c.title,
        "description": c.said,
        "constraints": {**limits, "pattern": KEY_PATTERN},
    }


def _value(c: ValueColumn) -> dict[str, Any]:
    """A released column. Dates that are kept as days since something else are written as dates."""
    if c.attribute is None or isinstance(c.declared, OffsetColumn):
        return _date(c)
    return _field(replace(c.attribute, name=c.name), c.declared)


def _date(c: ValueColumn) -> dict[str, Any]:
    declared = c.declared
    assert isinstance(declared, DateColumn | OffsetColumn)
    said = [naming.one_line(declared.note)] if declared.note else []
    limits: dict[str, Any] = {}
    if isinstance(declared, OffsetColumn):
        said.append(f"{declared.min} to {declared.max} days from {declared.from_}, drawn evenly inside public bins.")
    else:
        said.append("Puts the rows of a synthetic person in order.")
        limits = {"minimum": declared.min, "maximum": declared.max}
    field: dict[str, Any] = {"name": c.name, "type": "date", "description": " ".join(said)}
    if declared.title:
        field["title"] = naming.in_english(declared.title)
    if not declared.nullable and not isinstance(declared, OffsetColumn):
        limits["required"] = True
    return {**field, **({"constraints": limits} if limits else {}), "role": declared.role, "evidence": declared.source}


def _field(attribute: Attribute, column: ModelledColumn) -> dict[str, Any]:
    field: dict[str, Any] = {"name": attribute.name, **_values(attribute, column)}
    if column.title:
        field["title"] = naming.in_english(column.title)
    if said := description(attribute, column):
        field["description"] = said
    if column.unit is not None:
        field["unit"] = column.unit
    if column.coding_system is not None:
        system = column.coding_system
        field["codingSystem"] = _named(name=system.name, version=system.version, path=system.page)
    if attribute.missing is None:
        field.setdefault("constraints", {})["required"] = True
    return {**field, "role": column.role, "evidence": column.source}


def description(attribute: Attribute, column: ModelledColumn) -> str:
    """What a reader should know of a column: the policy's note, and what stands for values outside the domain."""
    said = [naming.one_line(column.note)] if column.note else []
    if attribute.other is not None:
        place = " and have no place in its order" if attribute.ordered else ""
        said.append(f"Values outside the list of levels are called {attribute.levels[attribute.other]!r}{place}.")
    if isinstance(attribute, Grid) and attribute.outside is None:
        said.append("Drawn evenly inside public bins; what lay outside the limits was moved to them.")
    return " ".join(said)


def _values(attribute: Attribute, column: ModelledColumn) -> dict[str, Any]:
    """Type, limits and meanings of the values."""
    if isinstance(attribute, Category):
        if attribute.boolean:
            return {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]}
        levels = [level for code, level in enumerate(attribute.levels) if code != attribute.missing]
        labels = (column.labels if isinstance(column, CategoryColumn) else None) or {}
        explained = [{"value": v, "label": labels[v]} if v in labels else {"value": v} for v in levels]
        return {
            "type": "string",
            "constraints": {"enum": levels},
            "categories": explained if labels else levels,
            "categoriesOrdered": attribute.ordered and attribute.other is None,
        }
    assert isinstance(attribute, Grid)
    if attribute.form is not None:
        codes = [code for code in range(attribute.size) if code != attribute.missing]
        first, last = attribute.span(codes[0])[0], attribute.span(codes[-1])[1]
        return {
            "type": "date",
            "constraints": {"minimum": attribute.show(first), "maximum": attribute.show(last)},
        }
    low, high = attribute.cuts[0], attribute.cuts[-1]
    if attribute.decimals == 0:
        return {"type": "integer", "constraints": {"minimum": math.floor(low), "maximum": math.ceil(high)}}
    return {"type": "number", "constraints": {"minimum": low, "maximum": high}}
