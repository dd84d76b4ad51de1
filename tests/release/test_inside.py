"""What stays inside is bound to the manifest, and nothing about it can be guessed from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dpsynth.errors import BrokenBundleError
from dpsynth.release import inside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "facts.json").write_text('{"verdict": 1}')
    (tmp_path / "report.en.html").write_text("<p>")
    (tmp_path / "report.de.html").write_text("<p>ja")
    (tmp_path / "failure.txt").write_text("not part of it")
    return tmp_path


def test_what_was_sealed_opens(folder: Path) -> None:
    report, rows = inside.commit(folder, "rows")
    assert inside.opened(folder, report.digest) == {"verdict": 1}
    kept = json.loads((folder / "commitment.json").read_text())
    assert kept["report"]["files"].keys() == {"facts.json", "report.en.html", "report.de.html"}
    assert (folder / "commitment.json").stat().st_mode & 0o077 == 0
    assert rows.digest not in (report.digest, rows.salt)


def test_every_seal_is_new(folder: Path) -> None:
    assert inside.commit(folder, "rows")[0].digest != inside.commit(folder, "rows")[0].digest


@pytest.mark.parametrize("name", ["facts.json", "report.en.html", "report.de.html"])
def test_any_other_byte_is_found(folder: Path, name: str) -> None:
    report, _ = inside.commit(folder, "rows")
    (folder / name).write_text((folder / name).read_text() + " ")
    with pytest.raises(BrokenBundleError, match=f"{name} is not what the manifest was sealed with"):
        inside.opened(folder, report.digest)


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept["report"].update(salt="00" * 32),
        lambda kept: kept["report"]["files"].pop("facts.json"),
        lambda kept: kept["report"]["files"].update({"../x": "0"}),
        lambda kept: kept["report"].update(files=3),
        lambda kept: kept.pop("report"),
    ],
)
def test_another_list_is_found(folder: Path, change) -> None:
    report, _ = inside.commit(folder, "rows")
    kept = json.loads((folder / "commitment.json").read_text())
    change(kept)
    (folder / "commitment.json").write_text(json.dumps(kept))
    with pytest.raises(BrokenBundleError):
        inside.opened(folder, report.digest)


@pytest.mark.parametrize("commitment", [None, "", "0" * 64, 3])
def test_another_commitment_is_found(folder: Path, commitment: object) -> None:
    inside.commit(folder, "rows")
    with pytest.raises(BrokenBundleError):
        inside.opened(folder, commitment)
