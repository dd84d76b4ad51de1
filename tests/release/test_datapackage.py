"""The descriptor keeps to the Data Package standard and fits the data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dpsynth.release import tables
from dpsynth.release.datapackage import data_package
from tests.release.sample import COLUMNS, CREATED, HOSTILE, PARTS, SAFE, published
from tests.report import sample

PATH = re.compile(r"^((?=[^./~])(?!file:)((?!/\.\./)(?!\\)(?!://).)*|(http|ftp)s?://.*)$")
CONSTRAINTS = {
    "string": {"required", "unique", "pattern", "enum"},
    "boolean": {"required"},
    "integer": {"required", "minimum", "maximum"},
    "number": {"required", "minimum", "maximum"},
    "date": {"required", "minimum", "maximum"},
}


def faults(package: dict[str, Any]) -> list[str]:
    """What the schema of version 2.0 and the text of the standard forbid, of what a descriptor of ours can hold."""
    found = [key for key in ("$schema", "name", "id", "resources", "created") if not package.get(key)]
    for block, key in (("licenses", "path"), ("sources", "path"), ("contributors", "path")):
        entries = package.get(block)
        if entries is not None:
            found += [f"{block} empty"] if not entries else []
            found += [f"{block} {e}" for e in entries if not e or (key in e and not PATH.match(e[key]))]
    found += [f"licence {e}" for e in package.get("licenses", []) if not re.fullmatch(r"[-a-zA-Z0-9._]+", e["name"])]
    found += [f"contributor {e}" for e in package["contributors"] if not e.get("title") or not e.get("roles")]
    names = [r["name"] for r in package["resources"]]
    found += ["names twice"] if len(set(names)) < len(names) else []
    for r in package["resources"]:
        found += [f"path {r['path']}"] if not PATH.match(r["path"]) else []
        found += ["type"] if r["type"] != "table" else []
        found += ["hash"] if not re.fullmatch(r"sha256:[0-9a-f]{64}", r["hash"]) else []
        found += ["bytes"] if not isinstance(r["bytes"], int) else []
        found += ["name"] if not re.fullmatch(r"[-a-z0-9._/]+", r["name"]) else []
        schema = r["schema"]
        columns = [f["name"] for f in schema["fields"]]
        found += ["fields twice"] if len(set(columns)) < len(columns) else []
        found += ["primary key"] if not set(schema.get("primaryKey", [])) <= set(columns) else []
        for key in schema.get("foreignKeys", []):
            target = next((o for o in package["resources"] if o["name"] == key["reference"]["resource"]), None)
            there = target is not None and key["reference"]["fields"] == target["schema"].get("primaryKey")
            found += ["foreign key"] if not there or not set(key["fields"]) <= set(columns) else []
        for f in schema["fields"]:
            found += (
                [f"constraints of {f['name']}"] if not set(f.get("constraints", {})) <= CONSTRAINTS[f["type"]] else []
            )
            categories = [c if isinstance(c, dict) else {"value": c} for c in f.get("categories", [])]
            labels = [c["label"] for c in categories if "label" in c]
            levels = [c["value"] for c in categories]
            found += [f"labels of {f['name']}"] if len(set(labels)) < len(labels) else []
            enum = f.get("constraints", {}).get("enum", [])
            found += (
                [f"levels of {f['name']}"] if not set(enum) <= set(levels) or len(set(levels)) < len(levels) else []
            )
    return found


def made(**changes: Any) -> dict[str, Any]:
    package = data_package(published(**changes), CREATED, PARTS)
    return json.loads(json.dumps(package))  # type: ignore[no-any-return]


@pytest.mark.parametrize("catalogue", [True, False])
def test_it_keeps_to_the_standard(catalogue: bool) -> None:
    package = made() if catalogue else made(catalogue=None)
    assert faults(package) == []
    assert ("licenses" in package) is ("sources" in package) is ("homepage" in package) is catalogue


def test_the_rules_see_a_fault() -> None:
    package = made()
    package["resources"][0]["path"] = "/etc/passwd"
    package["resources"][0]["schema"]["fields"][1]["constraints"]["enum"].append("new")
    package["licenses"][0]["name"] = "two words"
    assert len(faults(package)) == 3


def test_what_the_policy_says_is_there() -> None:
    package = made()
    assert package["title"] == f"Title {SAFE}"
    assert package["description"].startswith("SYNTHETIC data") and f"About {SAFE}" in package["description"]
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["sources"] == [
        {"title": f"Study {HOSTILE}", "path": "https://doi.org/10.1/x", "version": "2"},
        {"title": "Code book"},
    ]
    assert [c["roles"] for c in package["contributors"]] == [["publisher"], ["controller"], ["contact"]]
    assert package["contributors"][2]["email"] == "o'brien+data@centre.example"
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert fields["site"]["codingSystem"] == {"name": "ICD-10", "version": "2024"}
    assert fields["site"]["categories"][:2] == [{"value": "1", "label": f"Dayton {HOSTILE}"}, {"value": "2"}]
    assert "'other'" in fields["site"]["description"] and SAFE in fields["site"]["description"]
    assert fields["coins"]["categories"] == ["0", "25", "50", "95", "100"]
    assert (fields["coins"]["categoriesOrdered"], fields["site"]["categoriesOrdered"]) == (True, False)
    assert "no place in its order" not in fields["site"]["description"], "a list without order"
    assert fields["coins"]["unit"] == "percent"
    assert fields["day"]["constraints"] == {"minimum": "2020-01-05", "maximum": "2021-12-31"}
    assert fields["time"]["constraints"] == {"minimum": 0, "maximum": 1, "required": True}
    assert {name: f["type"] for name, f in fields.items()} == {
        "zper": "string", "site": "string", "coins": "string", "year": "integer", "time": "number", "female": "boolean",
        "income": "integer", "day": "date",
    }  # fmt: skip


def test_it_fits_the_data() -> None:
    p = published()
    rng = np.random.default_rng(2)
    codes = np.stack([rng.integers(0, size, 3000) for size in p.domain.sizes.values()], axis=1).astype(np.uint16)
    [table] = tables.synthetic_tables(p.policy, p.domain, [codes], rng)
    fields = {f["name"]: f for f in made()["resources"][0]["schema"]["fields"]}
    assert list(fields) == table.column_names
    for name, field in fields.items():
        cells = table.column(name).to_pylist()
        limits = field.get("constraints", {})
        assert limits.get("required", False) is (None not in cells)
        values = [str(v) if field["type"] == "date" else v for v in cells if v is not None]
        assert set(values) <= set(limits.get("enum", values))
        assert all(limits.get("minimum", v) <= v <= limits.get("maximum", v) for v in values)
        if "pattern" in limits:
            assert all(re.fullmatch(limits["pattern"], v) for v in values) and len(set(values)) == len(values)


def test_the_dialect_is_that_of_the_file(tmp_path: Path) -> None:
    p = published()
    rng = np.random.default_rng(2)
    codes = np.zeros((2, len(p.domain.attributes)), np.uint16)
    tables.write({"csv": tmp_path / "t.csv"}, tables.synthetic_tables(p.policy, p.domain, [codes], rng))
    dialect = made()["resources"][0]["dialect"]
    head = (tmp_path / "t.csv").read_bytes().split(dialect["lineTerminator"].encode())[0]
    assert head == dialect["delimiter"].join(f'"{n}"' for n in ("zper", *p.domain.names)).encode()
    assert b"\r" not in (tmp_path / "t.csv").read_bytes()


def test_what_is_not_on_an_ordered_list_has_no_place_in_its_order() -> None:
    columns = {**COLUMNS, "coins": sample.COLUMNS["coins"]}
    package = data_package(sample.published(sample.policy(columns)), CREATED, PARTS)
    coins = next(f for f in package["resources"][0]["schema"]["fields"] if f["name"] == "coins")
    assert coins["categories"][-1] == "other" and coins["categoriesOrdered"] is False
    assert coins["description"].endswith("'other' and have no place in its order.")
