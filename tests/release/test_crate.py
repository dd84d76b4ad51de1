"""The crate keeps to RO-Crate 1.2 and claims no approval."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dpsynth.release import crate
from tests.release.sample import CREATED, PARTS, SAFE, facts, published, texts

Node = dict[str, Any]


def made(**changes: Any) -> dict[str, Node]:
    """Nodes by id."""
    document = json.loads(json.dumps(crate.crate(published(**changes), CREATED, PARTS)))
    assert document["@context"] == "https://w3id.org/ro/crate/1.2/context"
    graph = {node["@id"]: node for node in document["@graph"]}
    assert len(graph) == len(document["@graph"]), "an id stands twice"
    return graph


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["@id"]] if set(value) == {"@id"} else []
        return own + [i for v in value.values() for i in references(v)]
    return [i for v in value for i in references(v)] if isinstance(value, list) else []


@pytest.mark.parametrize("catalogue", [True, False])
def test_it_keeps_to_the_specification(catalogue: bool) -> None:
    graph = made() if catalogue else made(catalogue=None)
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["about"] == {"@id": "./"} and descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    assert root["@type"] == "Dataset" and root["datePublished"] == CREATED
    assert all(root.get(key) for key in ("name", "description", "license", "publisher"))
    outside = {"https://w3id.org/ro/crate/1.2"}
    for node in graph.values():
        assert node["@type"] and (node.get("name") or node is descriptor), node["@id"]
        for name in references({k: v for k, v in node.items() if k != "@id"}):
            assert name in graph.keys() | outside or name == "sbom.cdx.json", f"{node['@id']} refers to {name}"
    files = {name for name, node in graph.items() if node["@type"] == "File"}
    assert {part["@id"] for part in root["hasPart"]} == files
    assert files == {part.path for part in PARTS} | {"SHA256SUMS", "manifest.json"}


def test_files_carry_digest_size_and_type() -> None:
    graph = made()
    for part in PARTS:
        node = graph[part.path]
        assert (node["sha256"], node["contentSize"]) == (part.sha256, str(part.size))
        assert "/" in node["encodingFormat"]


def test_undeclared_files_and_the_crate_itself_are_left_out() -> None:
    from dpsynth.release.contents import Part

    more = (*PARTS, Part("notes.txt", "0" * 64, 1), Part("ro-crate-metadata.json", "0" * 64, 1))
    ids = [n["@id"] for n in crate.crate(published(), CREATED, more)["@graph"]]
    assert "notes.txt" not in ids and ids.count("ro-crate-metadata.json") == 1


def test_no_approval_is_claimed() -> None:
    graph = made()
    assert {m["@id"] for m in graph["./"]["mentions"]} == {"#run", "#audit", "#disclosure"}
    assert graph["#disclosure"]["actionStatus"].endswith("PotentialActionStatus")
    assert graph["#disclosure"]["additionalType"] == {"@id": "https://w3id.org/shp#DisclosureCheck"}
    assert not [n for n in graph.values() if "SignOff" in str(n) or "approved" in str(n)]
    assert "conformsTo" not in graph["./"]
    assert graph["#run"]["object"] == {"@id": "policy.yaml"} and graph["#run"]["instrument"] == {"@id": "#program"}
    assert not [node for node in graph.values() if "endTime" in node]


def test_the_five_safes_say_what_the_policy_says() -> None:
    graph = made(audience="registered")
    assert "registered recipients" in graph["#safe-people"]["value"]
    assert "epsilon 2, delta 1e-06" in graph["#safe-data"]["value"]
    assert "must not be released" not in graph["#safe-outputs"]["value"]
    assert "two commitments" in graph["#safe-outputs"]["value"], "the only other things that were computed from rows"
    assert "must not be released" in made(noise_is_private=False)["#safe-outputs"]["value"]
    assert "must not be released" in made(rehearsal=True)["#safe-outputs"]["value"]


def test_texts_of_the_policy_are_there_and_real_numbers_are_not() -> None:
    graph, p = made(), published()
    assert graph["#place-1"]["name"].startswith("Land ") and graph["#source-2"]["name"] == "Code book"
    assert SAFE in graph["./"]["name"]
    real = f"{round(facts(p)['contents']['source_rows'])}"
    assert not [t for t in texts(list(graph.values())) if real in t]
