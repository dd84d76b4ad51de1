"""A release with everything that a policy can say to catalogues, in texts that try to be something else."""

from __future__ import annotations

import dataclasses
from typing import Any

from dpsynth.release.contents import Part
from dpsynth.report.document import public_facts
from dpsynth.report.facts import PUBLIC_ORIGINS, values
from dpsynth.report.inputs import Provenance, Published
from tests.report import sample

CREATED = "2026-11-22T10:00:00+00:00"
HOSTILE = 'He said "no": # {not} a comment\n- nor a list\\ </script><b>\ttab \u202eright to left\u202c \x1b\x85\u2028\u00a0😀 — é'
SAFE = 'He said "no": # {not} a comment - nor a list\\ </script><b> tab right to left 😀 — é'
"""The same as one line that no terminal obeys."""

CATALOGUE: dict[str, Any] = {
    "description": {"en": f"About {HOSTILE}", "de": "Über"},
    "publisher": {
        "name": f"Publisher {HOSTILE}",
        "type": "research-academic-org",
        "page": "https://publisher.example/",
    },
    "contact": {
        "name": f"Desk {HOSTILE}",
        "email": "o'brien+data@centre.example",
        "page": "https://centre.example/ask",
    },
    "licence": {
        "name": "CC-BY-4.0",
        "title": f"Licence {HOSTILE}",
        "page": "https://creativecommons.org/licenses/by/4.0/",
    },
    "keywords": ["insurance", f"word {HOSTILE}"],
    "page": "https://centre.example/data?x=1&y=(2)#z",
    "sources": [
        {"title": f"Study {HOSTILE}", "page": "https://doi.org/10.1/x", "version": "2"},
        {"title": "Code book"},
    ],
    "period": {"start": "1974-01-01", "end": "1982-12-31"},
    "places": [
        {"name": f"Land {HOSTILE}", "page": "http://publications.europa.eu/resource/authority/country/USA"},
        {"name": "Dayton"},
    ],
    "population": {"en": f"People {HOSTILE}"},
    "ages": {"min": 0, "max": 65},
    "health_categories": ["RQSH", "HRAD"],
    "access_body": {"name": f"Body {HOSTILE}", "page": "https://body.example/"},
    "legislation": ["http://data.europa.eu/eli/reg/2025/327/oj"],
}
COLUMNS: dict[str, dict[str, Any]] = {
    "site": sample.COLUMNS["site"]
    | {"labels": {"1": f"Dayton {HOSTILE}"}, "note": HOSTILE, "coding_system": {"name": "ICD-10", "version": "2024"}},
    "coins": sample.COLUMNS["coins"]
    | {"other": False, "nullable": True, "coding_system": {"name": "Own", "page": "https://centre.example/codes"}},
    **{name: sample.COLUMNS[name] for name in ("year", "time", "female", "income")},
    "day": {"type": "date", "min": "2020-01-05", "max": "2021-12-31", "nullable": True, "source": "doc"},
}
PARTS = (
    Part("data/SYN_person_years.csv", "a" * 64, 1000),
    Part("data/SYN_person_years.parquet", "b" * 64, 500),
    Part("facts.json", "c" * 64, 100),
    Part("policy.yaml", "d" * 64, 100),
    Part("report.en.html", "e" * 64, 100),
)


def published(catalogue: dict[str, Any] | None = CATALOGUE, audience: str = "public", **changes: Any) -> Published:
    """A release of that policy; without a catalogue, of one that says nothing to catalogues."""
    chosen = sample.policy(
        COLUMNS,
        title={"en": f"Title {HOSTILE}", "de": "Titel"},
        release={"audience": audience},
        **({} if catalogue is None else {"catalogue": catalogue}),
    )
    versions = {"dpsynth": "0.1.0", "python": "3.11.7", "opendp": "0.16.0"}
    made = sample.published(chosen, provenance=Provenance(versions, "77" * 32, "opendp.discrete_gaussian"))
    return dataclasses.replace(made, **changes)


def facts(p: Published) -> dict[str, Any]:
    return values(public_facts(p), PUBLIC_ORIGINS)


def texts(value: Any) -> list[str]:
    """All texts in a JSON value, keys too."""
    if isinstance(value, dict):
        return [t for k, v in value.items() for t in (k, *texts(v))]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [value] if isinstance(value, str) else []
