"""A finished bundle is whole, describes itself truly, and says nothing about the machine that made it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import socket
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import dpsynth
from dpsynth.release.contents import CONTENTS, kind_of
from tests.policy.test_catalogue import written
from tests.release.sample import CATALOGUE, HOSTILE, SAFE
from tests.run.study import FROZEN, POLICY, Replay, Study, files, rows, say

TALKATIVE = POLICY.replace(
    "title: {en: A small study}", f"title: {{en: {json.dumps(SAFE, ensure_ascii=False)}}}"
).replace("source: {pop", f"catalogue: {written(CATALOGUE)}\nsource: {{pop")
SAME_EVERYWHERE = ("README.txt", "datapackage.json", "dcat.jsonld", "registry.yaml", "sbom.cdx.json")
"""Files that hold no digest of a file which names the ledger."""


@pytest.fixture(scope="module")
def sampler() -> Replay:
    return Replay()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, sampler: Replay) -> Path:
    study = Study(tmp_path_factory.mktemp("bundle") / "s", policy_text=TALKATIVE)
    return study.run(sampler=sampler, frozen=FROZEN).folder.public


def document(bundle: Path, name: str) -> Any:
    return json.loads((bundle / name).read_bytes())


def test_every_file_is_declared_and_every_declared_file_is_there(bundle: Path) -> None:
    found = files(bundle)
    assert [name for name in found if kind_of(name) is None] == []
    for kind in CONTENTS:
        assert any(fnmatchcase(name, kind.pattern) for name in found) is kind.always, kind.pattern


def test_digests_agree_everywhere(bundle: Path) -> None:
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files(bundle).items()}
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=bundle, capture_output=True, text=True)
    assert done.returncode == 0
    checked = {line.removesuffix(": OK") for line in done.stdout.splitlines()}
    assert checked == found.keys() - {"SHA256SUMS", "manifest.json"}
    manifest = document(bundle, "manifest.json")["files"]
    assert {name: entry["sha256"] for name, entry in manifest.items()} == {
        name: digest for name, digest in found.items() if name != "manifest.json"
    }
    crate = {n["@id"]: n for n in document(bundle, "ro-crate-metadata.json")["@graph"] if n["@type"] == "File"}
    assert {name: node["sha256"] for name, node in crate.items() if "sha256" in node} == {
        name: found[name] for name in checked - {"ro-crate-metadata.json"}
    }
    for resource in document(bundle, "datapackage.json")["resources"]:
        assert resource["hash"] == f"sha256:{found[resource['path']]}"
        assert resource["bytes"] == (bundle / resource["path"]).stat().st_size
    assert say("verify", str(bundle)).code == 2


def test_it_says_nothing_about_the_machine(bundle: Path) -> None:
    here = {str(bundle.parents[3]), sys.prefix, sys.executable, os.getcwd(), str(Path.home()), socket.gethostname()}
    here |= {str(Path(dpsynth.__file__).parent), dt.datetime.now(dt.UTC).date().isoformat()}
    traces = {word: re.compile(rb"(?<!\w)" + re.escape(word.encode()) + rb"(?!\w)") for word in here}
    for name, content in files(bundle).items():
        assert [word for word, trace in traces.items() if trace.search(content)] == [], name
        assert b"file:/" not in content, name


def test_texts_of_the_policy_break_no_format(bundle: Path) -> None:
    assert document(bundle, "datapackage.json")["sources"][0]["title"] == f"Study {HOSTILE}"
    assert document(bundle, "dcat.jsonld")["foaf:page"] == [{"@id": "report.en.html", "@type": "foaf:Document"}]
    registry = YAML(typ="safe", pure=True).load(io.BytesIO((bundle / "registry.yaml").read_bytes()))
    assert registry["deployment"]["basic"]["name"] == SAFE
    assert "\n" + SAFE[:20] in "\n" + (bundle / "README.txt").read_text(encoding="utf-8")


def test_the_same_release_makes_the_same_bytes_in_another_place(bundle: Path, tmp_path: Path, sampler: Replay) -> None:
    other = Study(tmp_path / "quite" / "elsewhere", table=rows(people=90, seed=5), policy_text=TALKATIVE)
    sampler.rewind()
    again = files(other.run(sampler=sampler, frozen=FROZEN).folder.public)
    first = files(bundle)
    for name in SAME_EVERYWHERE:
        assert again[name] == first[name], name


def test_times_are_those_of_the_run(bundle: Path) -> None:
    created = FROZEN.now.isoformat(timespec="seconds")
    assert document(bundle, "datapackage.json")["created"] == created
    assert document(bundle, "sbom.cdx.json")["metadata"]["timestamp"] == created
    assert {int(p.stat().st_mtime) for p in bundle.rglob("*")} == {int(FROZEN.now.timestamp())}


def test_a_bundle_that_must_not_leave_says_so_in_every_voice(bundle: Path) -> None:
    for name in ("README.txt", "datapackage.json", "dcat.jsonld", "registry.yaml", "ro-crate-metadata.json"):
        assert "NOT A RELEASE" in (bundle / name).read_text(encoding="utf-8"), name
