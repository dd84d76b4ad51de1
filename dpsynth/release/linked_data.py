"""Pieces of linked data: texts with a language, typed values, concepts of controlled vocabularies, agents and places.

Source: the shapes of HealthDCAT-AP, release 8, which say what each of them must hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dpsynth.policy.catalogue import Contact
from dpsynth.release import naming

EU = "http://publications.europa.eu/resource/authority"
HEALTH = "https://hdeu-dcat.data.health.europa.eu/resource/authority"
"""Where controlled vocabularies stand: those of the Publications Office, and those for health data."""

Node = dict[str, Any]


def text(words: str, language: str) -> Node:
    """A text in a language, on one line."""
    return {"@value": naming.one_line(words), "@language": language}


def texts(translations: Mapping[Any, str] | None) -> list[Node]:
    """A policy's text in every language that it gives."""
    return [text(words, language) for language, words in (translations or {}).items()]


def typed(value: str, kind: str) -> Node:
    """A value of an XML Schema datatype."""
    return {"@value": value, "@type": f"xsd:{kind}"}


def concept(scheme: str, code: str, *kinds: str) -> Node:
    """A concept of a controlled vocabulary, with its scheme."""
    return {
        "@id": f"{scheme}/{code}",
        "@type": ["skos:Concept", *kinds],
        "skos:prefLabel": text(code, "en"),
        "skos:inScheme": {
            "@id": scheme,
            "@type": "skos:ConceptScheme",
            "dct:title": text(scheme.rpartition("/")[2], "en"),
        },
    }


def agent(name: str, contact: Contact | None, kind: str | None = None) -> Node:
    """An organisation and how to reach it.

    Args:
        name: its name.
        contact: who answers.
        kind: code of the EU list of health publisher types.
    """
    found: Node = {"@type": "foaf:Agent", "foaf:name": naming.one_line(name)}
    if kind is not None:
        found["dct:type"] = concept(f"{HEALTH}/publisher-type", kind)
    if contact is not None:
        point: Node = {"@type": "cv:ContactPoint"}
        if contact.email is not None:
            point["cv:email"] = contact.email
        if contact.page is not None:
            point["cv:contactPage"] = {"@id": contact.page}
        found["cv:contactPoint"] = point
    return found


def card(contact: Contact) -> Node:
    """Who answers questions about the data."""
    found: Node = {"@type": "vcard:Kind", "vcard:fn": naming.one_line(contact.name)}
    if contact.email is not None:
        found["vcard:hasEmail"] = {"@id": f"mailto:{quote(contact.email, safe='@')}"}
    if contact.page is not None:
        found["vcard:hasURL"] = {"@id": contact.page}
    return found


def place(name: str, page: str | None) -> Node:
    """A region, by its address in a public list where it has one."""
    location: Node = {"@type": "dct:Location", "skos:prefLabel": naming.one_line(name)}
    return location if page is None else {"@id": page, **location}
