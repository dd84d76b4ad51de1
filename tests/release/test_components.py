"""The list of components keeps to CycloneDX 1.6 and names no place and no person."""

from __future__ import annotations

import json
import re
from typing import Any

from dpsynth.release.components import Component, bill_of_materials
from tests.release.sample import CREATED, published

COMPONENTS = (
    Component("dpsynth-release", "0.1.0", None, ("numpy", "torch")),
    Component("numpy", "2.4.6", "BSD-3-Clause AND MIT"),
    Component("torch", "2.13.0+cpu", None, ("numpy",)),
)


def made(**changes: Any) -> dict[str, Any]:
    return json.loads(json.dumps(bill_of_materials(published(**changes), CREATED, COMPONENTS)))  # type: ignore[no-any-return]


def test_it_keeps_to_the_schema() -> None:
    found = made()
    assert (found["bomFormat"], found["specVersion"], found["version"]) == ("CycloneDX", "1.6", 1)
    serial = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(serial, found["serialNumber"])
    assert found["metadata"]["timestamp"] == CREATED
    parts = [found["metadata"]["component"], *found["components"]]
    assert [p["type"] for p in parts] == ["application", "platform", "library", "library"]
    refs = [p["bom-ref"] for p in parts]
    assert len(set(refs)) == len(refs) and all(p["name"] and p["version"] for p in parts)
    assert {d["ref"] for d in found["dependencies"]} <= set(refs)
    assert all(set(d["dependsOn"]) <= set(refs) for d in found["dependencies"])


def test_versions_licences_and_needs() -> None:
    found = made()
    parts = {p["name"]: p for p in found["components"]}
    assert parts["python"]["version"] == "3.11.7"
    assert parts["torch"]["purl"] == "pkg:pypi/torch@2.13.0%2Bcpu" and "licenses" not in parts["torch"]
    assert parts["numpy"]["licenses"] == [{"expression": "BSD-3-Clause AND MIT"}]
    needs = {d["ref"]: d["dependsOn"] for d in found["dependencies"]}
    assert needs["pkg:pypi/dpsynth-release@0.1.0"] == ["python@3.11.7", "pkg:pypi/numpy@2.4.6", parts["torch"]["purl"]]
    assert needs[parts["torch"]["purl"]] == ["pkg:pypi/numpy@2.4.6"] and needs["pkg:pypi/numpy@2.4.6"] == []


def test_the_same_release_has_the_same_number() -> None:
    assert made() == made()
    assert made()["serialNumber"] != made(release_id="other/1")["serialNumber"]
