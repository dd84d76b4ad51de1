"""`dpsynth dummy` opens no data: seen by the interpreter's own record of opened files."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.dummy.study import FAMILY
from tests.policy import family

AUDITED = """
import sys
opened = []
def hook(event, arguments):
    if event in ("open", "os.open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        opened.append(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode())
sys.addaudithook(hook)
from dpsynth.cli import main
try:
    main(sys.argv[1:])
finally:
    print("\\n".join(f"OPENED {path}" for path in opened))
"""
POLICIES = Path(__file__).resolve().parents[2] / "policies"
TABLES = ("deep/patients.csv", "stays.tsv.gz", "labs.parquet", "drugs.csv")


def without_privileges() -> None:
    """Takes from root what lets it read files without permission (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None)
        for capability in (1, 2):
            library.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def run(folder: Path, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    program = ["-m", "dpsynth"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *program, "dummy", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=dict(os.environ),
        preexec_fn=without_privileges,
    )


def with_data(folder: Path, tables: Sequence[str]) -> None:
    """Files where the policy says that the data are, which nobody may read."""
    for name in tables:
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("CANARY-7F3A\n")
        path.chmod(0)


def opened_by(folder: Path, level: str) -> tuple[set[str], str]:
    """Files of the folder that the command opened to read, and what it said."""
    done = run(folder, "p.yaml", "--patients", "500", "--level", level, "--out", "out", code=AUDITED)
    assert done.returncode == 0, done.stderr
    opened = [line.removeprefix("OPENED ") for line in done.stdout.splitlines() if line.startswith("OPENED ")]
    mine = {os.path.relpath(folder / path, folder) for path in opened}
    assert any(path.startswith("out") for path in mine)
    return {path for path in mine if not path.startswith(("..", "out"))} - {"."}, done.stdout


@pytest.mark.parametrize("level", ["format", "rules"])
def test_no_file_of_data_is_opened_and_none_can_be_read(tmp_path: Path, level: str) -> None:
    (tmp_path / "atc.csv").write_text(family.CATALOGUE)
    (tmp_path / "p.yaml").write_text(FAMILY)
    with_data(tmp_path, TABLES)
    opened, said = opened_by(tmp_path, level)
    assert opened == {"p.yaml", "atc.csv"}
    assert b"CANARY" not in b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file())
    assert "500 patients" in said and "No real data was read" in said


def test_a_simulation_opens_its_model_and_no_data(tmp_path: Path) -> None:
    for source, name in (("diabetes_cohort.yaml", "p.yaml"), ("diabetes_simulation.yaml", "diabetes_simulation.yaml")):
        (tmp_path / name).write_bytes((POLICIES / source).read_bytes())
    with_data(tmp_path, [f"diabetes_cohort/as-delivered/{t}.csv" for t in ("patients", "lab_results", "treatments")])
    opened, said = opened_by(tmp_path, "simulation")
    assert opened == {"p.yaml", "diabetes_simulation.yaml"} and "500 patients" in said


def test_what_is_there_cannot_be_read_by_these_tests(tmp_path: Path) -> None:
    """Root reads everything; so the tests above take its privilege away."""
    with_data(tmp_path, ["x.csv"])
    code = "try:\n    open('x.csv')\nexcept PermissionError:\n    print('refused')"
    assert run(tmp_path, code=code).stdout == "refused\n"


def test_it_works_where_there_is_no_data(tmp_path: Path) -> None:
    family.write(tmp_path)
    done = run(tmp_path, "p.yaml", "--patients", "1")
    assert done.returncode == 0 and (tmp_path / "dummy/cohort/patients_DUMMY.csv").is_file()
    again = run(tmp_path, "p.yaml", "--patients", "1")
    assert again.returncode == 64 and again.stderr.startswith("dpsynth: dummy/cohort already holds dummy data.")
    assert len(again.stderr.splitlines()) == 1
    assert run(tmp_path, "p.yaml", "--patients", "2", "--force").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("p.yaml", "--patients", "0"), 64, "--patients"),
        (("p.yaml",), 64, "--patients"),
        (("none.yaml", "--patients", "1"), 10, "none.yaml"),
        (("p.yaml", "--patients", "1", "--level", "real"), 64, "--level"),
        (("p.yaml", "--patients", "1", "--out", "p.yaml"), 64, "p.yaml"),
    ],
)
def test_failures_are_one_line(tmp_path: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    family.write(tmp_path)
    done = run(tmp_path, *arguments)
    assert done.returncode == code and len(done.stderr.splitlines()) == 1 and message in done.stderr
