"""The research object crate: how the files of a bundle belong together, and where it stands among the Five Safes.

The crate keeps to RO-Crate 1.2: one run of this program (CreateAction) made the files from the policy. Project, run and
review are told as in the Five Safes RO-Crate profile, version 0.4: the disclosure check is an AssessAction that is
still to come when a bundle is sealed. The crate does not declare that profile, because three of its demands would be
untrue here: a workflow crate as the main entity, a person who asked for the run, a BagIt folder around it. When things
ended is left out: how long a run took could depend on the data.
Sources: https://w3id.org/ro/crate/1.2, https://w3id.org/5s-crate/0.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from dpsynth.release import naming
from dpsynth.release.columns import bounds
from dpsynth.release.contents import CHECKSUMS, COMPONENTS, CRATE, Part, kind_of
from dpsynth.report.inputs import Published

VERSION = "https://w3id.org/ro/crate/1.2"
DISCLOSURE_CHECK = "https://w3id.org/shp#DisclosureCheck"
"""The phase before results may leave, in Safe Haven Provenance."""
DONE, TO_COME = "http://schema.org/CompletedActionStatus", "http://schema.org/PotentialActionStatus"
LATER = (CHECKSUMS, "manifest.json")
"""Files that are written after the crate, because they hold its digest."""

Node = dict[str, Any]


def crate(p: Published, created: str, parts: tuple[Part, ...]) -> Node:
    """The metadata file.

    Args:
        p: what is released.
        created: date and time of the run, ISO 8601.
        parts: files of the bundle that are there already.
    """
    files = [*_files(parts), *_files_to_come()]
    safes = list(_five_safes(p))
    nodes: list[Node] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": VERSION},
            "about": {"@id": "./"},
        },
        _root(p, created, files, safes),
        *files,
        _run(p, created, files),
        *_review(p),
        *_context(p),
        *safes,
    ]
    return {"@context": f"{VERSION}/context", "@graph": nodes}


def _ref(*names: str) -> Node | list[Node]:
    """References; a single one stands alone, as RO-Crate 1.2 recommends."""
    found: list[Node] = [{"@id": name} for name in names]
    return found[0] if len(found) == 1 else found


def _ids(nodes: list[Node]) -> Node | list[Node]:
    return _ref(*(node["@id"] for node in nodes))


def _file_id(path: str) -> str:
    return quote(path)


def _files(parts: tuple[Part, ...]) -> Iterator[Node]:
    for part in parts:
        if (kind := kind_of(part.path)) is None or part.path == CRATE:
            continue
        node: Node = {
            "@id": _file_id(part.path),
            "@type": "File",
            "name": part.path,
            "description": f"{kind.meaning}. For {kind.readers}.",
            "encodingFormat": kind.media_type,
            "contentSize": str(part.size),
            "sha256": part.sha256,
        }
        yield node


def _files_to_come() -> Iterator[Node]:
    for path in LATER:
        kind = kind_of(path)
        assert kind is not None
        yield {
            "@id": path,
            "@type": "File",
            "name": path,
            "description": f"{kind.meaning}. For {kind.readers}.",
            "encodingFormat": kind.media_type,
        }


def _root(p: Published, created: str, files: list[Node], safes: list[Node]) -> Node:
    about = p.policy.catalogue
    root: Node = {
        "@id": "./",
        "@type": "Dataset",
        "identifier": {"@id": "#release"},
        "name": naming.title(p.policy),
        "description": naming.description(p),
        "datePublished": created,
        "publisher": {"@id": "#publisher"},
        "sourceOrganization": {"@id": "#project"},
        "keywords": naming.keywords(p.policy),
        "license": {"@id": "#licence" if about.licence is None else about.licence.page or "#licence"},
        "hasPart": _ids(files),
        "mentions": _ref("#run", "#audit", "#disclosure"),
        "additionalProperty": _ids(safes),
    }
    if about.page is not None:
        root["url"] = about.page
    if about.period is not None:
        root["temporalCoverage"] = f"{about.period.start}/{about.period.end}"
    if about.places:
        root["spatialCoverage"] = _ref(*(f"#place-{i}" for i, _ in enumerate(about.places, 1)))
    if about.sources:
        root["isBasedOn"] = _ref(*(f"#source-{i}" for i, _ in enumerate(about.sources, 1)))
    return root


def _run(p: Published, created: str, files: list[Node]) -> Node:
    made = [node for node in files if node["@id"] not in ("policy.yaml", *LATER)]
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "Made differentially private synthetic tables and their report"
        if p.several
        else "Made a differentially private synthetic table and its report",
        "description": f"Mechanism {p.measured.mechanism}; noise from {p.provenance.sampler}.",
        "startTime": created,
        "actionStatus": DONE,
        "agent": {"@id": "#publisher"},
        "instrument": {"@id": "#program"},
        "object": _ref("policy.yaml"),
        "result": _ids(made),
    }


def _review(p: Published) -> Iterator[Node]:
    """What was assessed when the bundle was sealed, and what is still to come."""
    yield {
        "@id": "#audit",
        "@type": "AssessAction",
        "name": f"Audit of the privacy promise on invented people: {'passed' if p.audit.passed else 'failed'}",
        "object": _ref("#program"),
        "agent": {"@id": "#program"},
        "actionStatus": DONE,
    }
    yield {
        "@id": "#disclosure",
        "@type": "AssessAction",
        "additionalType": {"@id": DISCLOSURE_CHECK},
        "name": "Disclosure check, opinions and decision: to come; signatures/ holds them",
        "object": _ref("./", "#project"),
        "agent": {"@id": "#publisher"},
        "actionStatus": TO_COME,
    }


def _context(p: Published) -> Iterator[Node]:
    """Who and what the other nodes speak of."""
    policy, about = p.policy, p.policy.catalogue
    publisher = naming.publisher(policy)
    organisation: Node = {"@id": "#publisher", "@type": "Organization", "name": publisher.name}
    if publisher.page is not None:
        organisation["url"] = publisher.page
    if about.contact is not None:
        organisation["contactPoint"] = {"@id": "#contact"}
        reach = {"email": about.contact.email, "url": about.contact.page}
        yield {
            "@id": "#contact",
            "@type": "ContactPoint",
            "name": about.contact.name,
            "contactType": "questions about the release",
            **{key: value for key, value in reach.items() if value is not None},
        }
    yield organisation
    yield {
        "@id": "#project",
        "@type": "Project",
        "name": naming.title(policy),
        "identifier": policy.id,
        "description": naming.one_line(naming.in_english(policy.legal.purpose)),
        "member": _ref("#publisher"),
    }
    yield {
        "@id": "#program",
        "@type": "SoftwareApplication",
        "name": "dpsynth",
        "version": p.provenance.versions["dpsynth"],
        "identifier": f"sha256:{p.provenance.code_digest}",
        "provider": {"@id": "#publisher"},
        "url": {"@id": COMPONENTS},
    }
    yield _licence(p)
    for i, place in enumerate(about.places, 1):
        yield {"@id": f"#place-{i}", "@type": "Place", "name": place.name} | (
            {"sameAs": place.page} if place.page else {}
        )
    for i, source in enumerate(about.sources, 1):
        more = {"url": source.page, "version": source.version}
        yield {"@id": f"#source-{i}", "@type": "CreativeWork", "name": source.title} | {
            key: value for key, value in more.items() if value is not None
        }
    yield {"@id": "#release", "@type": "PropertyValue", "name": "Release", "value": p.release_id}
    yield {"@id": DISCLOSURE_CHECK, "@type": "DefinedTerm", "name": "Disclosure check"}


def _licence(p: Published) -> Node:
    licence = p.policy.catalogue.licence
    if licence is None:
        return {
            "@id": "#licence",
            "@type": "CreativeWork",
            "name": "No licence is stated",
            "description": "Ask the publisher before the data are used or passed on.",
        }
    return {
        "@id": licence.page or "#licence",
        "@type": "CreativeWork",
        "name": licence.title or licence.name,
        "identifier": licence.name,
        "description": "Licence of the synthetic data.",
    }


SETTINGS = {
    "public": "None is needed: the rows leave the centre.",
    "registered": "Registered recipients keep the rows under their agreement with the centre.",
    "secure_environment": "The rows stay in a secure environment.",
}
AUDIENCES = {
    "public": "anybody",
    "registered": "registered recipients",
    "secure_environment": "users of a secure environment",
}


def _bounds(p: Published) -> str:
    if p.laid_out is not None:
        return f"with the rows of all {len(p.laid_out.panel.labels)} waves, counted as one row"
    if not p.several:
        return f"with at most {p.rows_per_unit} rows"
    return f"with all rows in all tables, at most {bounds(p)}"


def _five_safes(p: Published) -> Iterator[Node]:
    """What the release says to each of the five questions; the judgement is not made here."""
    policy, recipients = p.policy, p.policy.release.recipients
    named = "" if recipients is None else f": {naming.one_line(naming.in_english(recipients))}"
    answers = {
        "Safe projects": naming.one_line(naming.in_english(policy.legal.purpose)),
        "Safe people": f"Made for {AUDIENCES[policy.release.audience]}{named}.",
        "Safe settings": SETTINGS[policy.release.audience],
        "Safe data": f"{naming.NO_PERSON} epsilon {p.epsilon:g}, delta {p.delta:g}; protected unit: "
        f"{policy.privacy.unit}, {_bounds(p)}.",
        "Safe outputs": "Nothing in this bundle was computed from real rows except through charged, noisy answers, and "
        "two commitments in the manifest, salted with 256 random bits each that stay in the centre."
        if naming.is_releasable(p)
        else "This bundle must not be released: the noise was not private, or the people were invented.",
    }
    for name, answer in answers.items():
        yield {"@id": f"#{name.lower().replace(' ', '-')}", "@type": "PropertyValue", "name": name, "value": answer}
