"""A ledger that knows less than was spent is refused: by the releases that lie beside the new one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dpsynth.synth import model_file
from tests.run.study import Study
from tests.run.test_batch import batch, policies
from tests.run.test_broken import assert_one_line, charges


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study with a release; the ledger is copied, and there is another release."""
    made = Study(tmp_path / "study")
    made.edit("epsilon: 2.0", "epsilon: 0.3")
    made.run()
    shutil.copy(made.folder / "ledger.sqlite", made.folder / "copy")
    made.run()
    return made


def deleted(study: Study) -> None:
    (study.folder / "ledger.sqlite").unlink()


def an_older_copy(study: Study) -> None:
    shutil.copy(study.folder / "copy", study.folder / "ledger.sqlite")


@pytest.mark.parametrize("fault", [deleted, an_older_copy])
def test_what_forgot_a_release_grants_nothing(study: Study, fault) -> None:
    fault(study)
    runs = sorted(study.out.glob("small/2*"))
    made = policies(study, 2)
    for said in (study.command("--quiet"), batch(study, *made, "--quiet")):
        assert_one_line(said, 13, "charged for the same people", "restore it")
    assert sorted(study.out.glob("*/2*")) == runs
    assert "reserved" not in charges(study) and "open" not in charges(study)
    shutil.move(study.out / "small", study.folder / "aside")
    assert study.command("--quiet").code == 0, "who says that they are no anchors may go on"


def test_others_remember_nothing_about_these_people(study: Study) -> None:
    deleted(study)
    study.edit("population: small-people", "population: other-people")
    assert study.command("--quiet").code == 0
    study.edit("population: other-people", "population: small-people")
    assert_one_line(study.command("--quiet"), 13, "charged for the same people")
    throw_away = ("--throw-away-ledger", "--ledger", f"sqlite:///{study.folder}/other.sqlite")
    assert study.command("--quiet", *throw_away).code == 0, "it protects nobody, and says so"


def test_notes_that_cannot_be_read_are_no_anchors(study: Study) -> None:
    first, second = sorted(study.out.glob("small/2*"))
    (first / "begun.json").write_text("{")
    (second / "public/manifest.json").write_text("[]")
    deleted(study)
    assert study.command("--quiet").code == 0


def test_a_ledger_that_is_replaced_under_a_run(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    real = model_file.save_measurements

    def replaced(*given: object) -> None:
        (study.folder / "copy").replace(study.folder / "ledger.sqlite")
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(model_file, "save_measurements", replaced)
    assert_one_line(study.command("--quiet"), 13, "replaced or deleted meanwhile", "stays charged")
