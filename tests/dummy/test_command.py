"""`dpsynth dummy` opens no data: seen by the interpreter's own record of opened files."""

from __future__ import annotations

import os
import subprocess
import sys
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
TABLES = ("deep/patients.csv", "stays.tsv.gz", "labs.parquet", "drugs.csv")


def run(folder: Path, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    program = ["-m", "dpsynth"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *program, "dummy", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=dict(os.environ),
    )


def with_data(folder: Path) -> None:
    for name in TABLES:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("CANARY-7F3A\n")
        path.chmod(0)


@pytest.mark.parametrize("level", ["format", "rules"])
def test_no_file_of_data_is_opened_and_none_can_be_read(tmp_path: Path, level: str) -> None:
    (tmp_path / "atc.csv").write_text(family.CATALOGUE)
    (tmp_path / "p.yaml").write_text(FAMILY)
    with_data(tmp_path)
    out = tmp_path / "out"
    done = run(tmp_path, "p.yaml", "--patients", "500", "--level", level, "--out", "out", code=AUDITED)
    assert done.returncode == 0, done.stderr
    opened = [line.removeprefix("OPENED ") for line in done.stdout.splitlines() if line.startswith("OPENED ")]
    mine = {os.path.relpath(tmp_path / path, tmp_path) for path in opened if str(tmp_path) in str(tmp_path / path)}
    here = {path for path in mine if not path.startswith("..") and not path.startswith("out")}
    assert here - {"."} == {"p.yaml", "atc.csv"} and any(path.startswith("out") for path in mine)
    assert b"CANARY" not in b"".join(path.read_bytes() for path in out.iterdir() if path.is_file())
    assert "500 patients" in done.stdout and "No real data was read" in done.stdout


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
