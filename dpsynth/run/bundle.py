"""The files of a bundle: the synthetic table, the public report, what describes them, and the seal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth import _files
from dpsynth.domain.attribute import Codes
from dpsynth.privacy import events
from dpsynth.release import (
    catalogue_entry,
    contents,
    crate,
    datapackage,
    inside,
    manifest,
    readme,
    registry_entry,
    tables,
)
from dpsynth.release.components import bill_of_materials
from dpsynth.release.contents import Part
from dpsynth.release.plain_yaml import to_yaml
from dpsynth.report.inputs import Published
from dpsynth.run.job import Job


def write_table(job: Job, codes: Codes, decoding: np.random.Generator) -> tuple[tuple[str, str], ...]:
    """Writes the synthetic table; returns path and SHA-256 of each data file."""
    policy, domain, bundle = job.plan.loaded.policy, job.plan.domain, job.folder.public
    paths = {form: f"data/SYN_{policy.table_name}.{form}" for form in ("csv", "parquet")}
    rows = tables.synthetic_tables(policy, domain, tables.in_blocks(codes), decoding, panel=job.plan.panel)
    digests = tables.write({form: bundle / path for form, path in paths.items()}, rows)
    return tuple((paths[form], digest) for form, digest in digests.items())


def write_tables(job: Job, made: Mapping[str, pa.Table]) -> tuple[tuple[str, str], ...]:
    """Writes several synthetic tables, and copies the public ones; returns path and SHA-256 of each data file."""
    found = []
    for name, table in made.items():
        paths = {form: f"data/SYN_{name}.{form}" for form in ("csv", "parquet")}
        digests = tables.write({form: job.folder.public / path for form, path in paths.items()}, tables.cut(table))
        found += [(paths[form], digest) for form, digest in digests.items()]
    for name, text in job.plan.loaded.public_tables.items():
        _files.write_whole(job.folder.public / "catalogues" / f"{name}.csv", text.encode(), _files.PUBLIC)
    return tuple(found)


def write_report(job: Job, published: Published) -> None:
    """Writes the public report in each of its languages, its facts and the policy."""
    from dpsynth.report.document import public_facts
    from dpsynth.report.render import render

    bundle, facts = job.folder.public, public_facts(published)
    _files.write_json(bundle / "facts.json", facts, _files.PUBLIC)
    for language in published.policy.release.languages:
        html = render(facts, "public", language).encode()
        _files.write_whole(bundle / f"report.{language}.html", html, _files.PUBLIC)
    _files.write_whole(bundle / "policy.yaml", job.plan.loaded.text.encode(), _files.PUBLIC)


def describe(job: Job, published: Published) -> None:
    """Writes the files that describe the bundle: to readers, programs, catalogues, registries and archives."""
    from dpsynth.report.document import public_facts
    from dpsynth.report.facts import PUBLIC_ORIGINS, values
    from dpsynth.run.environment import components

    bundle, facts = job.folder.public, values(public_facts(published), PUBLIC_ORIGINS)
    created = job.created.isoformat(timespec="seconds")

    def parts() -> tuple[Part, ...]:
        found = manifest.describe_files(bundle, dict(published.data_files))
        return tuple(Part(path, entry["sha256"], entry["bytes"]) for path, entry in found.items())

    def write(path: str, content: bytes) -> None:
        _files.write_whole(bundle / path, content, _files.PUBLIC)

    made = parts()
    package = datapackage.data_package(published, created, made)
    write(contents.DATA_PACKAGE, _files.indented_json(package))
    write(contents.CATALOGUE_ENTRY, _files.indented_json(catalogue_entry.entry(published, made)))
    write(contents.REGISTRY_ENTRY, to_yaml(registry_entry.entry(published, facts)))
    write(contents.COMPONENTS, _files.indented_json(bill_of_materials(published, created, components())))
    write(contents.README, readme.readme(published, facts, parts()).encode())
    write(contents.CRATE, _files.indented_json(crate.crate(published, created, parts())))
    write(contents.CHECKSUMS, contents.checksums(parts()))


def seal(job: Job, published: Published, source_commitment: str) -> str:
    """Commits to what stays inside, writes the manifest, and returns its SHA-256."""
    report, rows = inside.commit(job.folder.internal, source_commitment)
    policy = job.plan.loaded.policy
    head: dict[str, Any] = {
        "release_id": published.release_id,
        "policy_id": policy.id,
        "policy_digest": published.policy_digest,
        "created": job.created.isoformat(timespec="seconds"),
        "state": "draft",
        "releasable": published.noise_is_private and not published.rehearsal and not published.budget.throw_away,
        "privacy": {
            "unit": policy.privacy.unit,
            "adjacency": policy.privacy.adjacency,
            "epsilon": published.epsilon,
            "delta": published.delta,
            "event": events.to_json(published.event),
        },
        "signoff": policy.signoff.model_dump(mode="json"),
        "ledger": {"head": published.budget.ledger_head, "sequence": published.budget.ledger_sequence},
        # Salted anew in every run: were they the same for the same data, comparing two manifests would tell
        # whether anybody joined or left between.
        "internal_commitment": report.digest,
        "source_commitment": rows.digest,
        "versions": dict(published.provenance.versions),
        "code_digest": published.provenance.code_digest,
    }
    digest = manifest.write(job.folder.public, head)
    job.folder.set_times(job.created.timestamp())
    return digest
