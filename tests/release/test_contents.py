"""The one list of what a bundle consists of."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from dpsynth.release import contents
from dpsynth.release.contents import CONTENTS, Part, checksums, kind_of


@pytest.mark.parametrize(
    "path, pattern",
    [
        ("data/SYN_visits.csv", "data/SYN_*.csv"),
        ("data/SYN_visits.parquet", "data/SYN_*.parquet"),
        ("report.de.html", "report.*.html"),
        ("signatures/dpo-1.dsse.json", "signatures/*"),
        ("README.txt", "README.txt"),
        ("data/visits.csv", None),
        ("notes.txt", None),
        ("readme.TXT", None),
    ],
)
def test_every_file_has_one_declaration(path: str, pattern: str | None) -> None:
    kind = kind_of(path)
    assert (None if kind is None else kind.pattern) == pattern


def test_declarations_are_whole() -> None:
    assert len({kind.pattern for kind in CONTENTS}) == len(CONTENTS)
    for kind in CONTENTS:
        assert kind.meaning and kind.readers and not kind.meaning.endswith(".")
        assert kind.media_type.count("/") == 1
    named = (contents.README, contents.DATA_PACKAGE, contents.CATALOGUE_ENTRY, contents.REGISTRY_ENTRY)
    for path in (*named, contents.COMPONENTS, contents.CRATE, contents.CHECKSUMS):
        kind = kind_of(path)
        assert kind is not None and kind.pattern == path and kind.always


def test_sha256sum_reads_the_checksums(tmp_path: Path) -> None:
    files = {"b.txt": b"b", "a/c d.txt": b"c"}
    parts = []
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
        parts.append(Part(path, hashlib.sha256(content).hexdigest(), len(content)))
    (tmp_path / "SHA256SUMS").write_bytes(checksums(tuple(parts)))
    command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == "a/c d.txt: OK\nb.txt: OK\n"
    (tmp_path / "b.txt").write_bytes(b"x")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1


def test_the_page_about_the_bundle_names_every_kind_of_file() -> None:
    page = (Path(__file__).parents[2] / "docs" / "bundle.md").read_text(encoding="utf-8")
    for kind in CONTENTS:
        name = kind.pattern.replace("report.*.pdf", ".pdf").replace("report.*", "report.<language>").replace("*", "")
        assert name.removeprefix("data/SYN_") in page, kind.pattern
