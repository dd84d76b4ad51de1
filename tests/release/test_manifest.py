"""A bundle is what its manifest says, and nothing a stranger sends breaks the one who looks."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dpsynth import _files
from dpsynth.errors import BrokenBundleError
from dpsynth.release import manifest

HEAD = {
    "release_id": "p/1",
    "policy_id": "p",
    "policy_digest": "0" * 64,
    "releasable": True,
    "ledger": {"head": "f" * 64, "sequence": 3},
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "SYN_x.csv").write_text("a\n1\n")
    (folder / "report.html").write_text("<p>")
    manifest.write(folder, HEAD)
    return folder


def broken(bundle: Path) -> str:
    with pytest.raises(BrokenBundleError) as refused:
        manifest.verify(bundle)
    text = str(refused.value)
    assert "\n" not in text and text.isprintable()
    return text


def test_a_finished_bundle_verifies(bundle: Path) -> None:
    verified = manifest.verify(bundle)
    content = (bundle / "manifest.json").read_bytes()
    assert verified.digest == hashlib.sha256(content).hexdigest()
    assert verified.manifest["files"].keys() == {"data/SYN_x.csv", "report.html"}
    assert verified.manifest["files"]["data/SYN_x.csv"] == {"sha256": hashlib.sha256(b"a\n1\n").hexdigest(), "bytes": 4}
    assert content == _files.canonical_json(json.loads(content))


def test_the_digest_depends_on_content_alone(bundle: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    (other / "data").mkdir(parents=True)
    (other / "report.html").write_text("<p>")
    (other / "data" / "SYN_x.csv").write_text("a\n1\n")
    backwards = dict(reversed(HEAD.items()))
    assert manifest.write(other, backwards) == manifest.verify(bundle).digest


def test_signatures_may_be_added_later(bundle: Path) -> None:
    before = manifest.verify(bundle).digest
    (bundle / "signatures").mkdir()
    (bundle / "signatures" / "dpo-1.dsse.json").write_text("{}")
    assert manifest.verify(bundle).digest == before
    (bundle / "signatures" / "rows.csv").write_text("anything")
    assert "signatures/rows.csv is not listed" in broken(bundle)


def test_every_fault_is_named(bundle: Path) -> None:
    (bundle / "report.html").write_text("<q>")
    (bundle / "data" / "SYN_x.csv").unlink()
    (bundle / "data" / "more.csv").write_text("")
    said = broken(bundle)
    assert "data/SYN_x.csv is missing" in said
    assert "data/more.csv is not listed" in said
    assert "report.html was changed" in said


def test_many_faults_make_one_short_line(bundle: Path) -> None:
    for i in range(500):
        (bundle / f"extra{i:03d}").write_text("")
    said = broken(bundle)
    assert "and 480 more" in said and len(said) < 2000


def test_a_file_with_the_name_of_a_folder_inside_is_not_exempt(bundle: Path) -> None:
    """Only the manifest at the top and what lies in `signatures` are outside the list."""
    (bundle / "data" / "manifest.json").write_text("{}")
    assert "data/manifest.json is not listed" in broken(bundle)
    (bundle / "data" / "manifest.json").unlink()
    (bundle / "signatures").write_text("a file, not a folder")
    assert "signatures is not listed" in broken(bundle)


@pytest.mark.parametrize("place", ["link.csv", "data/link.csv", "signatures/link.json"])
def test_links_are_refused(bundle: Path, tmp_path: Path, place: str) -> None:
    """A link would vouch for bytes that the bundle does not hold."""
    outside = tmp_path / "outside"
    outside.write_text("secret")
    (bundle / place).parent.mkdir(exist_ok=True)
    (bundle / place).symlink_to(outside)
    assert f"{place}, which is neither" in broken(bundle)
    with pytest.raises(BrokenBundleError):
        manifest.write(bundle, HEAD)


def test_a_listed_file_replaced_by_a_link_to_the_same_bytes_is_refused(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "same").write_text("<p>")
    (bundle / "report.html").unlink()
    (bundle / "report.html").symlink_to(tmp_path / "same")
    assert "report.html, which is neither" in broken(bundle)


def test_a_linked_folder_is_refused(bundle: Path, tmp_path: Path) -> None:
    (bundle / "data").rename(tmp_path / "moved")
    (bundle / "data").symlink_to(tmp_path / "moved")
    assert "data, which is neither" in broken(bundle)


@pytest.mark.parametrize("place", ["pipe", "signatures/pipe", "manifest.json"])
def test_a_pipe_does_not_hold_the_reader(bundle: Path, place: str) -> None:
    (bundle / place).parent.mkdir(exist_ok=True)
    (bundle / place).unlink(missing_ok=True)
    os.mkfifo(bundle / place)
    broken(bundle)


def test_a_linked_manifest_is_refused(bundle: Path, tmp_path: Path) -> None:
    (bundle / "manifest.json").rename(tmp_path / "m")
    (bundle / "manifest.json").symlink_to(tmp_path / "m")
    broken(bundle)


def rewrite(bundle: Path, change) -> None:
    value = json.loads((bundle / "manifest.json").read_bytes())
    change(value)
    (bundle / "manifest.json").write_bytes(_files.canonical_json(value))


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "data/../../outside", "", "\x1b[2J", "a\nb", "\ud800"])
def test_names_in_the_manifest_lead_nowhere(bundle: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").write_text("secret")
    facts = {"sha256": hashlib.sha256(b"secret").hexdigest(), "bytes": 6}
    rewrite(bundle, lambda m: m["files"].update({name: facts}))
    assert "is missing" in broken(bundle)


def test_file_names_of_a_stranger_are_printable(bundle: Path) -> None:
    (bundle / "\x1b[31mred\nline").write_text("")
    (bundle / os.fsdecode(b"\xff\xfe")).write_text("")
    broken(bundle)


def test_odd_file_names_can_be_sealed(bundle: Path) -> None:
    (bundle / os.fsdecode(b"\xff")).write_text("x")
    (bundle / "ü").write_text("x")
    manifest.write(bundle, HEAD)
    manifest.verify(bundle)


@pytest.mark.parametrize("key", [*HEAD, "schema", "files"])
def test_what_readers_rely_on_must_be_there(bundle: Path, key: str) -> None:
    rewrite(bundle, lambda m: m.pop(key))
    assert "not a manifest" in broken(bundle)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"3", b'"x"', b"\xff\xfe", b"{}", b'{"files":[]}', b"[" * 10**5, b"1" * 5000, b"NaN"]
    + [
        b'{"a":1,"a":1}',
        b'{"files":{},"files":{}}',
        b'{ "files": {}}',
        b"\x00",
        b'{"files":{"a":NaN}}',
        b'{"a":1e999}',
    ],
)
def test_what_is_no_manifest_is_refused(bundle: Path, content: bytes) -> None:
    (bundle / "manifest.json").write_bytes(content)
    assert "not a manifest" in broken(bundle)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["files", "schema", "ledger", "entry"]), json_values)
def test_hostile_values_raise_nothing_else(bundle: Path, place: str, value) -> None:
    original = (bundle / "manifest.json").read_bytes()
    content = json.loads(original)
    if place == "entry":
        content["files"]["report.html"] = value
    else:
        content[place] = value
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    (bundle / "manifest.json").write_text(text)
    broken(bundle)
    (bundle / "manifest.json").write_bytes(original)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=40))
def test_hostile_bytes_raise_nothing_else(bundle: Path, content: bytes) -> None:
    original = (bundle / "manifest.json").read_bytes()
    (bundle / "manifest.json").write_bytes(original[:20] + content)
    broken(bundle)
    (bundle / "manifest.json").write_bytes(original)


def test_a_huge_manifest_is_not_read(bundle: Path) -> None:
    with (bundle / "manifest.json").open("ab") as file:
        file.truncate(manifest.LARGEST + 1)
    assert "not a manifest" in broken(bundle)


@pytest.mark.parametrize("place", ["nowhere", "public/report.html", "nul\0l"])
def test_what_is_no_bundle_is_refused(bundle: Path, tmp_path: Path, place: str) -> None:
    with pytest.raises(BrokenBundleError):
        manifest.verify(tmp_path / place)


def test_folders_in_each_other_without_end(bundle: Path) -> None:
    here = os.getcwd()
    try:
        os.chdir(bundle)
        for _ in range(1200):
            os.mkdir("d")
            os.chdir("d")
        os.chdir(here)
        assert "cannot be read" in broken(bundle)
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-r", bundle / "d"], check=True)  # Python's own way is not made for such depths


def test_an_empty_bundle_can_be_sealed(tmp_path: Path) -> None:
    manifest.write(tmp_path, HEAD)
    assert manifest.verify(tmp_path).manifest["files"] == {}


def test_a_commitment_binds_and_hides() -> None:
    first, second = manifest.commit_to(b"report"), manifest.commit_to(b"report")
    assert first.digest != second.digest and first.salt != second.salt
    assert len(bytes.fromhex(first.salt)) == 32
    assert first.digest == hashlib.sha256(bytes.fromhex(first.salt) + b"report").hexdigest()
