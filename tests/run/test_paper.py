"""Reports as PDFs: in a run that asks for them, and later by hand."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from pathlib import Path

import pytest

from dpsynth.errors import ResourceError
from dpsynth.report.pdf import demand
from dpsynth.run import paper
from tests.run.study import POLICY, Study, say

try:
    demand()
    MISSING = ""
except ResourceError as error:
    MISSING = str(error)

needs_pdf = pytest.mark.skipif(bool(MISSING), reason=MISSING)
ASKED = POLICY.replace("audience: public", "audience: public, pdf: true")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose policy asks for PDFs, where they can be made."""
    folder = tmp_path_factory.mktemp("paper")
    return Study(folder / "study", policy_text=POLICY if MISSING else ASKED).run().folder.root


@needs_pdf
def test_a_run_writes_both_editions_and_seals_the_public_one(run: Path) -> None:
    inside, outside = run / "internal/report.en.pdf", run / "public/report.en.pdf"
    assert inside.read_bytes()[:8] == outside.read_bytes()[:8] == b"%PDF-1.7"
    assert stat.S_IMODE(inside.stat().st_mode) == 0o600
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
    manifest = json.loads((run / "public/manifest.json").read_text())
    assert "report.en.pdf" in manifest["files"]
    assert say("verify", str(run / "public")).code == 2
    assert outside.read_bytes() == paper.to_pdf((run / "public/report.en.html").read_text("utf-8"))


def test_a_policy_asks_for_none_by_itself(study: Study) -> None:
    folder = study.run().folder
    assert not list(folder.root.rglob("*.pdf"))


def test_without_weasyprint_a_run_is_refused_before_anything_is_reserved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(tmp_path / "study", policy_text=ASKED)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    said = study.command("--quiet")
    assert said.code == ResourceError.exit_code == 14
    assert said.err.count("\n") == 1
    assert "pip install 'dpsynth-release[pdf]'" in said.err
    assert not (study.folder / "ledger.sqlite").exists()
    assert not study.out.exists()


@needs_pdf
def test_a_release_is_complete_without_its_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study(tmp_path / "study", policy_text=ASKED)

    def fails(_: str) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr(paper, "to_pdf", fails)
    folder = study.run().folder
    assert not list(folder.root.rglob("*.pdf"))
    for edition in ("public", "internal"):
        assert "no paper" in (folder.internal / f"failure-pdf-{edition}.txt").read_text()
    assert say("verify", str(folder.public)).code == 2


@needs_pdf
def test_the_command_writes_beside_an_internal_report(run: Path, tmp_path: Path) -> None:
    copied = tmp_path / "run"
    shutil.copytree(run, copied)
    target = copied / "internal/report.en.pdf"
    made = target.read_bytes()
    assert "already" in say("pdf", str(copied)).err
    target.unlink()
    said = say("pdf", str(copied))
    assert (said.code, said.out, said.err) == (0, f"{target}\n", "")
    assert target.read_bytes() == made
    target.write_text("old")
    assert say("pdf", str(copied / "internal/report.en.html"), "--force").code == 0
    assert target.read_bytes() == made


@needs_pdf
@pytest.mark.parametrize("named", ["public", "public/report.en.html"])
def test_the_pdf_of_a_bundle_goes_to_the_current_folder(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = say("pdf", str(run / named))
    assert (said.code, said.out) == (0, "report.en.pdf\n")
    assert (tmp_path / "report.en.pdf").read_bytes() == (run / "public/report.en.pdf").read_bytes()
    assert say("pdf", str(run / named), "--out", "other.pdf").out == "other.pdf\n"


def test_a_bundle_stays_as_it_was_sealed(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = run / "public/report.en.html"
    for folder in (run / "public", run / "public/data"):
        said = say("pdf", str(report), "--out", str(folder / "a.pdf"))
        assert (said.code, said.err.count("\n")) == (64, 1)
        assert "sealed" in said.err
        monkeypatch.chdir(folder)
        assert "sealed" in say("pdf", str(report), "--force").err
    assert say("verify", str(run / "public")).code == 2


@needs_pdf
def test_what_is_no_report_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>a")
    (tmp_path / "bytes.html").write_bytes(b"\xff\xfe\xff")
    for name in ("page.html", "bytes.html"):
        said = say("pdf", str(tmp_path / name))
        assert (said.code, said.err) == (
            11,
            f"dpsynth: {tmp_path / name} is not a report of dpsynth. Give a report.LANGUAGE.html.\n",
        )
    assert not list(tmp_path.glob("*.pdf"))


def test_where_there_is_no_report_nothing_is_written(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "absent"):
        said = say("pdf", str(place))
        assert (said.code, said.err.count("\n")) == (11, 1)
        assert "has no report" in said.err


def test_one_name_is_for_one_report(tmp_path: Path) -> None:
    for language in ("en", "de"):
        (tmp_path / f"report.{language}.html").write_text("<p>a")
    said = say("pdf", str(tmp_path), "--out", str(tmp_path / "a.pdf"))
    assert said.code == 64
    assert "has 2 reports" in said.err
