"""The catalogue entry holds what HealthDCAT-AP demands, and no number that is not public."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dpsynth.release import catalogue_entry
from dpsynth.release.catalogue_entry import ACCESS, entry, missing
from tests.release.sample import CATALOGUE, HOSTILE, PARTS, SAFE, published, texts

Node = dict[str, Any]
MANDATORY = {
    "dct:title", "dct:description", "dct:identifier", "dcat:theme", "dct:accessRights", "dcatap:applicableLegislation",
    "healthdcatap:healthCategory", "healthdcatap:hdab", "healthdcatap:hasStructuredData", "dcat:distribution",
    "healthdcatap:hasVariables",
}  # fmt: skip
"""At the levels PUBLIC and RESTRICTED; variables, because the data are structured."""
MANDATORY_INSIDE = MANDATORY | {"dcat:contactPoint", "dcat:keyword", "dct:provenance", "dct:type"}
IRI = re.compile(r"^[^\s<>\"{}|\\^`]+$")
CLASSES = {
    "dct:publisher": "foaf:Agent", "geodcatap:custodian": "foaf:Agent", "healthdcatap:hdab": "foaf:Agent",
    "cv:contactPoint": "cv:ContactPoint", "dcat:contactPoint": "vcard:Kind", "dct:spatial": "dct:Location",
    "dct:temporal": "dct:PeriodOfTime", "dct:license": "dct:LicenseDocument", "spdx:checksum": "spdx:Checksum",
    "dcat:distribution": "dcat:Distribution", "healthdcatap:hasVariables": "csvw:TableGroup", "csvw:table": "csvw:Table",
    "csvw:column": "csvw:Column", "dcatap:applicableLegislation": "eli:LegalResource", "foaf:page": "foaf:Document",
    "dcat:landingPage": "foaf:Document", "healthdcatap:healthCategory": "skos:Concept", "dct:type": "skos:Concept",
    "healthdcatap:hasCodingSystem": "dct:Standard", "dct:accessRights": "dct:RightsStatement",
    "dpv:hasPurpose": "dpv:Purpose", "dpv:hasLegalBasis": "dpv:LegalBasis", "dct:provenance": "dct:ProvenanceStatement",
}  # fmt: skip
SCHEMES = {
    "dct:accessRights": f"{catalogue_entry.EU}/access-right", "dcat:theme": f"{catalogue_entry.EU}/data-theme",
    "dct:format": f"{catalogue_entry.EU}/file-type",
    "healthdcatap:healthCategory": f"{catalogue_entry.HEALTH}/healthcategories",
    "healthdcatap:hasCodingSystem": f"{catalogue_entry.HEALTH}/coding-system",
}  # fmt: skip
NEEDS = {
    "dcat:Distribution": {"dcatap:applicableLegislation", "dcat:accessURL"},
    "csvw:TableGroup": {"csvw:table", "dct:title"},
    "csvw:Table": {"dct:title", "csvw:column"},
    "csvw:Column": {"csvw:name", "csvw:title", "csvw:datatype", "dct:description"},
    "foaf:Agent": {"foaf:name", "cv:contactPoint"},
    "skos:Concept": {"skos:inScheme"},
    "skos:ConceptScheme": {"dct:title"},
    "spdx:Checksum": {"spdx:algorithm", "spdx:checksumValue"},
}
ONE = {"dct:accessRights", "healthdcatap:hdab", "dct:publisher", "geodcatap:custodian", "healthdcatap:numberOfRecords"}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def nodes(value: Any) -> Iterator[tuple[str, Node]]:
    """Every node with the property that leads to it."""
    if isinstance(value, dict):
        for key, parts in value.items():
            for part in listed(parts):
                if isinstance(part, dict) and not key.startswith("@"):
                    yield key, part
                    yield from nodes(part)


def faults(found: Node, mandatory: set[str] = MANDATORY) -> list[str]:
    """What the shapes of release 8 find."""
    wrong = [f"no {key}" for key in sorted(mandatory - found.keys())]
    wrong += [f"several {key}" for key in ONE & found.keys() if isinstance(found[key], list)]
    for key, node in nodes({"": found}):
        kinds = listed(node.get("@type", []))
        if key in CLASSES and CLASSES[key] not in kinds:
            wrong.append(f"{key} is no {CLASSES[key]}")
        if key in SCHEMES and node["skos:inScheme"]["@id"] != SCHEMES[key]:
            wrong.append(f"{key} is of another scheme")
        wrong += [f"{kind} without {n}" for kind in kinds for n in sorted(NEEDS.get(kind, set()) - node.keys())]
        if "cv:ContactPoint" in kinds and not node.keys() & {"cv:email", "cv:contactPage"}:
            wrong.append("nobody can be reached")
        if "vcard:Kind" in kinds and not node.keys() & {"vcard:hasEmail", "vcard:hasURL"}:
            wrong.append("nobody can be reached")
        if "@id" in node and not IRI.match(node["@id"]):
            wrong.append(f"no address: {node['@id']}")
        prefixes = {name.split(":")[0] for name in (*node, *kinds) if not name.startswith("@")}
        prefixes |= {listed(node["@type"])[0].split(":")[0]} if "@value" in node and "@type" in node else set()
        wrong += [f"prefix {p}" for p in prefixes - found["@context"].keys()]
    return wrong


def made(**changes: Any) -> Node:
    return json.loads(json.dumps(entry(published(**changes), PARTS)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("audience", ["public", "registered", "secure_environment"])
def test_a_full_policy_makes_a_full_entry(audience: str) -> None:
    found = made(audience=audience)
    assert faults(found, MANDATORY_INSIDE if audience == "secure_environment" else MANDATORY) == []
    assert found["dct:accessRights"]["@id"] == f"{catalogue_entry.EU}/access-right/{ACCESS[audience]}"
    assert found["dcat:theme"]["@id"].endswith("/HEAL") and found["dct:type"]["@id"].endswith("/SYNTHETIC_DATA")


def test_the_rules_see_a_fault() -> None:
    found = made()
    del found["healthdcatap:hdab"], found["dct:publisher"]["cv:contactPoint"]
    found["dcat:landingPage"]["@id"] = "two words"
    found["healthdcatap:hasVariables"]["csvw:table"]["csvw:column"][0].pop("dct:description")
    assert len(faults(found)) == 4


def test_what_is_missing_is_named_as_a_key_of_the_policy() -> None:
    assert missing(published().policy) == ()
    bare = published(catalogue=None)
    assert missing(bare.policy) == ("access_body", "legislation", "health_categories", "contact")
    inside = published(catalogue=None, audience="secure_environment")
    assert set(missing(inside.policy)) == {"access_body", "legislation", "health_categories", "contact", "keywords"}
    wrong = faults(entry(bare, PARTS))
    assert {w for w in wrong if w.startswith("no ")} == {
        "no dcatap:applicableLegislation", "no healthdcatap:healthCategory", "no healthdcatap:hdab",
    }  # fmt: skip
    for key in missing(bare.policy):
        rest = {name: value for name, value in CATALOGUE.items() if name != key}
        assert missing(published(catalogue=rest).policy) == (key,)
        assert faults(made(catalogue=rest)) != []


def test_no_number_but_that_of_the_synthetic_rows() -> None:
    p = published()
    found = made()
    assert found["healthdcatap:numberOfRecords"]["@value"] == str(p.synthetic_rows)
    assert "healthdcatap:numberOfUniqueIndividuals" not in found
    for private in (str(round(p.total)), f"{p.total:,.0f}"):
        assert not [t for t in texts(found) if private in t]


def test_texts_of_the_policy_stay_texts() -> None:
    found = made()
    assert [t for t in found["dct:title"] if t["@language"] == "en"] == [{"@value": f"Title {SAFE}", "@language": "en"}]
    ids = [node["@id"] for _, node in nodes({"": found}) if "@id" in node]
    assert not [i for i in ids if "</script>" in i or HOSTILE in i]
    assert found["dcat:contactPoint"]["vcard:hasEmail"]["@id"] == "mailto:o%27brien%2Bdata@centre.example"


def test_coding_systems_of_the_list_are_concepts_and_all_are_words() -> None:
    found = made()
    assert [c["@id"] for c in found["healthdcatap:hasCodingSystem"]] == [
        f"{catalogue_entry.HEALTH}/coding-system/ICD-10"
    ]
    assert found["healthdcatap:hasCodeValues"] == ["site: ICD-10 2024", "coins: Own <https://centre.example/codes>"]


def test_variables_are_the_columns_of_the_file() -> None:
    table = made()["healthdcatap:hasVariables"]["csvw:table"]
    assert [c["csvw:name"] for c in table["csvw:column"]] == ["zper", *published().domain.names]
    assert [c["csvw:datatype"] for c in table["csvw:column"]] == [
        "string", "string", "string", "integer", "decimal", "boolean", "integer", "date",
    ]  # fmt: skip
    assert table["csvw:url"] == {"@id": "data/SYN_person_years.csv"}
