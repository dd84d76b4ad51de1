"""Several tables from a finished run: people under conditions, balanced or as copies, through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import dpsynth
from dpsynth.errors import UsageError
from tests.policy.family import FAMILY, write
from tests.run.study import files, say
from tests.synth.families.cohort import tables

TABLES = ("patients", "stays", "labs", "drugs")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> dpsynth.Release:
    place = tmp_path_factory.mktemp("cohort")
    text = FAMILY.replace("max_patients: 1000", "max_patients: 1000\n  holdout: {share: 0.1}")
    text = text.replace("epsilon: 1\n", "epsilon: 8\n").replace("{epsilon: 3,", "{epsilon: 20,")
    policy = write(place, text + "audit: {runs: 5}\nattacks: {run: [], across: []}\n")
    frames = {name: source._table.to_pandas() for name, source in tables(900).items()}
    return dpsynth.synthesize(policy, frames, ledger="throw-away", out=place / "out")


def test_frames_of_several_tables_become_several_tables(release: dpsynth.Release) -> None:
    assert set(release.tables) == set(TABLES)
    keys = set(release.tables["patients"]["pid"])
    assert all(set(release.tables[name]["pid"]) <= keys for name in TABLES)
    assert release.model.rows == len(keys)


def test_a_folder_holds_people_with_all_their_rows_and_what_they_are(release: dpsynth.Release, tmp_path: Path) -> None:
    before = files(release.folder)
    arguments = ["--rows", "300", "--given", "sex=f", "--balance", "stays:rows", "--copies", "2", "--seed", "3"]
    for name in "ab":
        said = say("sample", str(release.folder), "--out", str(tmp_path / name), *arguments)
        assert said.code == 0, said.err
    assert "2 copies of 300 synthetic people" in said.out and "keep their share" in said.err
    assert files(tmp_path / "a") == files(tmp_path / "b") and files(release.folder) == before
    found = {name: pq.read_table(tmp_path / f"a/SYN_{name}.parquet").to_pandas() for name in TABLES}
    people = found["patients"]
    assert set(people["sex"]) == {"f"} and people["synthetic_copy"].value_counts().to_dict() == {1: 300, 2: 300}
    weight = people.set_index(["synthetic_copy", "pid"])["synthetic_weight"]
    assert weight.mean() == pytest.approx(1, abs=0.1) and weight.nunique() > 2
    for name in TABLES[1:]:
        rows = found[name]
        assert (weight.loc[list(zip(rows["synthetic_copy"], rows["pid"]))].to_numpy() == rows["synthetic_weight"]).all()
        assert len(pd.read_csv(tmp_path / f"a/SYN_{name}.csv")) == len(rows)
    facts = json.loads((tmp_path / "a/sample.json").read_text())
    assert facts["rows"] == {name: len(found[name]) for name in TABLES} and len(facts["files"]) == 8
    words = " ".join((tmp_path / "a/README.txt").read_text().split())
    assert "belong together" in words and "NOT A RELEASE" in words and "patients.sex=f" in words


def test_frames_of_people_come_from_python_too(release: dpsynth.Release) -> None:
    model = release.model
    found = model.sample_tables(200, given={"sex": "m"}, seed=1)
    assert set(found) == set(TABLES) and set(found["patients"]["sex"]) == {"m"} and len(found["patients"]) == 200
    share = model.marginal("sex")
    assert share.sum() == pytest.approx(1) and "patients.sex" in model.levels
    first, second = model.copies_of_tables(2, 200, seed=1)
    assert not first["labs"].equals(second["labs"]) and "synthetic_copy" not in first["labs"]
    for call in (
        lambda: model.sample(5),
        lambda: model.copies(2, 5),
        lambda: model.complete(pd.DataFrame({"sex": ["f"]})),
    ):
        with pytest.raises(UsageError):
            call()


@pytest.mark.parametrize(
    ("out", "arguments", "words"),
    [
        ("x.csv", [], ["Give a folder", "patients, stays"]),
        ("x", ["--given", "ward=a"], ["patients.sex"]),
        ("x", ["--balance", "ward"], ["balance is 'ward'", "patients.sex"]),
    ],
)
def test_what_cannot_be_drawn_is_one_clear_error(
    release: dpsynth.Release, tmp_path: Path, out: str, arguments: list[str], words: list[str]
) -> None:
    said = say("sample", str(release.folder), "--rows", "3", "--out", str(tmp_path / out), *arguments)
    assert said.code == 64 and said.err.count("\n") == 1 and all(w in said.err for w in words), said.err
    assert not list(tmp_path.iterdir())


def test_nothing_of_it_needs_the_room_of_real_rows(release: dpsynth.Release) -> None:
    code = (
        "import sys; sys.modules['dpsynth.data'] = None\n"
        "import dpsynth\n"
        f"model = dpsynth.open_run({str(release.folder)!r})\n"
        "assert len(model.sample_tables(5)['patients']) == 5 and len(model.copies_of_tables(2, 5)) == 2\n"
    )
    root = Path(dpsynth.__file__).parents[1]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert result.returncode == 0, result.stderr
