"""The synthetic table as files: CSV for people, Parquet for programs, a Frictionless descriptor for both.

"SYN" stands in every file name and every key, so that nobody takes a synthetic row for a person. The files are a
function of the synthetic codes, the policy and public randomness, byte for byte.

Text in cells and headers comes from the policy alone: its code lists, its labels, its column names. A level that a
spreadsheet would run as a formula (= + - @ in front) was written by the centre, and stays as the code book spells it:
changed, it would no longer be that code. Text is quoted, so that no level can end a cell or a line.
Source of the descriptor: Data Package standard, version 2, https://datapackage.org/standard/.
"""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from dpsynth.domain.attribute import Attribute, Category, Codes, Grid
from dpsynth.domain.domain import Domain
from dpsynth.policy.schema import Policy


def synthetic_table(policy: Policy, domain: Domain, codes: Codes, rng: np.random.Generator) -> pa.Table:
    """Cells for the codes, with a fresh key for every row in front."""
    rows = domain.decode(codes, rng)
    keys = pa.array([f"SYN{i:09d}" for i in range(1, len(codes) + 1)], pa.string())
    return rows.add_column(0, pa.field(policy.table.unit_key, pa.string()), keys)


def csv_bytes(table: pa.Table) -> bytes:
    """CSV with a header; missing cells are empty, text is quoted."""
    buffer = io.BytesIO()
    pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=True))
    return buffer.getvalue()


def parquet_bytes(table: pa.Table) -> bytes:
    """Parquet, marked as synthetic in its metadata."""
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"dpsynth": "SYNTHETIC: no row describes a person"}), buffer)
    return buffer.getvalue()


def data_package(
    policy: Policy, domain: Domain, release_id: str, created: str, paths: dict[str, str]
) -> dict[str, Any]:
    """The Frictionless descriptor.

    Args:
        policy: what is released.
        domain: its public domain.
        release_id: identity.
        created: date and time, ISO 8601.
        paths: format (csv, parquet) -> path inside the bundle.
    """
    key = policy.table.unit_key
    key_field = {
        "name": key,
        "type": "string",
        "constraints": {"unique": True, "required": True, "pattern": "SYN[0-9]{9,}"},
        "description": "Key of a synthetic row. Every row is its own synthetic person.",
    }
    fields = [key_field, *(_field(a, policy.table.modelled[a.name].title) for a in domain.attributes)]
    common = {
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": {"fields": fields, "primaryKey": [key], "missingValues": [""]},
    }
    media = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
    name = policy.table_name.replace("_", "-")
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": policy.id,
        "id": release_id,
        "title": policy.title.get("en", next(iter(policy.title.values()))),
        "description": "SYNTHETIC data made under differential privacy. No row describes a person.",
        "created": created,
        "resources": [
            {"name": f"{name}-{form}", "path": path, "format": form, "mediatype": media[form], **common}
            for form, path in sorted(paths.items())
        ],
    }


def _field(attribute: Attribute, title: dict[Any, str] | None) -> dict[str, Any]:
    field: dict[str, Any] = {"name": attribute.name}
    if title:
        field["title"] = title.get("en", next(iter(title.values())))
    if isinstance(attribute, Category):
        if attribute.boolean:
            return {**field, "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]}
        levels = [level for code, level in enumerate(attribute.levels) if code != attribute.missing]
        return {**field, "type": "string", "constraints": {"enum": levels}}
    assert isinstance(attribute, Grid)
    low, high = attribute.cuts[0], attribute.cuts[-1]
    if attribute.form is not None:
        return {**field, "type": "date"}
    if attribute.decimals == 0:
        return {**field, "type": "integer", "constraints": {"minimum": math.floor(low), "maximum": math.ceil(high)}}
    return {**field, "type": "number", "constraints": {"minimum": low, "maximum": high}}
