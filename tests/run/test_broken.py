"""Broken structure gives one clear line, the right exit code and no charge unless data were opened. Broken contents
change nothing at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dpsynth.errors import LedgerError
from dpsynth.privacy.ledger import Ledger
from tests.run.study import Said, Study, rows, say

NOBODY_CHARGED = {"void"}


def charges(study: Study) -> list[str]:
    if not (study.folder / "ledger.sqlite").exists():
        return []
    try:
        ledger = Ledger(study.ledger)
    except LedgerError:
        return []
    try:
        return [c.state for c in ledger.statement("small-people").charges]
    except LedgerError:
        return []
    finally:
        ledger.close()


def assert_one_line(said: Said, code: int, *words: str) -> None:
    lines = [line for line in said.err.splitlines() if not line.startswith("{")]
    assert said.code == code, said.err
    assert len(lines) == 1, said.err
    assert "Traceback" not in said.err + said.out
    for word in words:
        assert word in lines[0], lines[0]


def missing_policy(study: Study) -> None:
    study.policy.unlink()


def unknown_key(study: Study) -> None:
    study.edit("max_rows: 3000", "max_row: 3000")


def big_delta(study: Study) -> None:
    study.edit("  delta: 1.0e-5\n", "  delta: 0.01\n")


def missing_file(study: Study) -> None:
    study.data.unlink()


def missing_column(study: Study) -> None:
    study.data.write_text(study.data.read_text().replace("person,sex,ward", "person,sex,station", 1))


def wrong_type(study: Study) -> None:
    table = pa.table({"person": ["a"], "sex": ["f"], "ward": ["a"], "age": pa.array([0], pa.date32()),
                      "cost": [1.0], "died": [True]})  # fmt: skip
    pq.write_table(table, study.folder / "visits.parquet")
    study.edit("visits.csv", "visits.parquet")


def not_parquet(study: Study) -> None:
    shutil.copy(study.data, study.folder / "visits.parquet")
    study.edit("visits.csv", "visits.parquet")


def no_header(study: Study) -> None:
    study.data.write_text("")


def folder_instead_of_file(study: Study) -> None:
    study.data.unlink()
    study.data.mkdir()


def ledger_is_no_database(study: Study) -> None:
    (study.folder / "ledger.sqlite").write_text("not a database, " * 100)


def out_is_a_file(study: Study) -> None:
    study.out.write_text("")


def unknown_mechanism(study: Study) -> None:
    study.policy.write_text(study.policy.read_text() + "synthesis: {mechanism: magic}\n")


def splits(study: Study) -> None:
    study.edit("synthesis: 0.9", "synthesis: 0.8")


def other_lifetime(study: Study) -> None:
    assert study.command("--quiet").code == 0
    study.edit("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 6.0")


def over_budget(study: Study) -> None:
    for _ in range(4):
        assert study.command("--quiet").code == 0


def unknown_attack(study: Study) -> None:
    study.edit("attacks: {run: []}", "attacks: {run: [focul]}")


BROKEN = [
    (unknown_attack, 10, "focul"),
    (missing_policy, 10, "policy.yaml"),
    (unknown_key, 10, "policy.yaml:6"),
    (big_delta, 10, "policy.yaml:21"),
    (splits, 10, "policy.yaml:23"),
    (unknown_mechanism, 10, "magic"),
    (missing_file, 11, "visits.csv"),
    (folder_instead_of_file, 11, "visits.csv"),
    (missing_column, 11, "ward"),
    (wrong_type, 11, "age"),
    (not_parquet, 11, "visits.parquet"),
    (no_header, 11, "visits.csv"),
    (over_budget, 12, "small-people"),
    (other_lifetime, 12, "lifetime"),
    (ledger_is_no_database, 13, "not a database"),
    (out_is_a_file, 14, "--out"),
]


@pytest.mark.parametrize(("fault", "code", "word"), BROKEN, ids=lambda v: getattr(v, "__name__", ""))
def test_structure(study: Study, fault, code: int, word: str) -> None:
    fault(study)
    before = [s for s in charges(study) if s not in NOBODY_CHARGED]
    said = study.command("--log", "json")
    assert_one_line(said, code, word)
    assert "stays charged" not in said.err
    assert [s for s in charges(study) if s not in NOBODY_CHARGED] == before


CHILD = """
import sys, time
from pathlib import Path
from dpsynth.run import evaluation
slow = evaluation.attack
def attack(*a):
    Path({flag!r}).touch()
    time.sleep(30)
evaluation.attack = attack
from dpsynth.cli import main
main({arguments!r})
"""


def start(study: Study) -> tuple[subprocess.Popen, Path]:  # type: ignore[type-arg]
    flag = study.folder / "opened"
    arguments = ["run", str(study.policy), "--out", str(study.out), "--ledger", study.ledger, "--quiet"]
    code = CHILD.format(flag=str(flag), arguments=arguments)
    child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if flag.exists() or child.poll() is not None:
            break
        time.sleep(0.05)
    assert flag.exists()
    return child, flag


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGHUP, 130), (signal.SIGKILL, -9)]
)
def test_stopped_after_opening_stays_charged(study: Study, number: int, code: int) -> None:
    child, _ = start(study)
    child.send_signal(number)
    _, err = child.communicate(timeout=20)
    assert child.returncode == code
    if number != signal.SIGKILL:
        assert_one_line(Said(code, "", err), 130, "stays charged")
    assert charges(study) == ["open"]
    said = say("budget", "show", "small-people", "--ledger", study.ledger)
    assert "open" in said.out


def test_impatient_ctrl_c(study: Study) -> None:
    child, _ = start(study)
    for _ in range(5):
        child.send_signal(signal.SIGINT)
        time.sleep(0.01)
    _, err = child.communicate(timeout=20)
    assert_one_line(Said(child.returncode, "", err), 130, "stays charged")
    assert charges(study) == ["open"]


def test_a_crash_leaves_measurements_and_the_next_run_cleans_up(study: Study) -> None:
    child, _ = start(study)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    [crashed] = [p for p in (study.out / "small").iterdir()]
    assert (crashed / "measured/clique_tree.npz").exists()
    assert study.command("--quiet").code == 0
    assert not (crashed / "internal/spill").exists()
    assert sorted(charges(study)) == ["committed", "open"]


def test_full_disk_after_opening(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.fsync

    def full(descriptor: int) -> None:
        if charges_opened(study):
            raise OSError(28, "No space left on device")
        original(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    said = study.command("--quiet")
    assert_one_line(said, 14, "no space left on device", "stays charged")
    assert charges(study) == ["open"]


def charges_opened(study: Study) -> bool:
    return "open" in charges(study)


def test_lost_ledger(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger goes away between reserve and open: nothing is read."""
    from dpsynth.run import one_table

    def gone(*_: object, **__: object) -> None:
        raise AssertionError("rows were read without a ledger entry")

    original = one_table.open_source

    def open_source(*args, **kwargs):
        path = study.folder / "ledger.sqlite"
        path.unlink()
        path.mkdir()
        args[4].batches = gone
        return original(*args, **kwargs)

    monkeypatch.setattr(one_table, "open_source", open_source)
    said = study.command("--quiet")
    assert_one_line(said, 13, "ledger")


def test_unforeseen_errors_do_not_show_their_text(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    from dpsynth.synth.clique_tree import CliqueTreeMechanism

    def explode(*_: object) -> None:
        raise RuntimeError("a cell of Mrs Miller")

    monkeypatch.setattr(CliqueTreeMechanism, "fit", explode)
    said = study.command("--quiet")
    assert_one_line(said, 1, "RuntimeError", "stays charged")
    assert "Miller" not in said.err + said.out
    [inside] = list(study.out.rglob("internal/failure.txt"))
    assert "Miller" in inside.read_text() and inside.stat().st_mode & 0o077 == 0


def contents() -> dict[str, list[list[str]]]:
    table = rows()
    return {
        "unknown category": [[r[0], "x", *r[2:]] if i % 3 == 0 else r for i, r in enumerate(table)],
        "unparseable cell": [[*r[:3], "old", "free", "?"] for r in table],
        "duplicate key": table + table,
        "null id": [["", *r[1:]] for r in table[:50]] + table[50:],
        "empty table": [],
        "one row": table[:1],
        "one person with 10,000 rows": table + [["id0001", "f", "a", "30", "1.0", "false"]] * 10_000,
        "too few and too many fields": [r[:3] if i % 5 == 0 else [*r, "more"] if i % 5 == 1 else r
                                        for i, r in enumerate(table)],
        "only null ids": [["", *r[1:]] for r in table],
    }  # fmt: skip


def test_contents_change_no_message(tmp_path: Path) -> None:
    attacks = "focal, dcr, nearest"

    def run(name: str, table: list[list[str]]) -> tuple[int, str, str]:
        study = Study(tmp_path / name.replace(" ", "-"), table=table, attacks=attacks)
        said = study.command("--log", "json")
        [folder] = [p for p in (study.out / "small").iterdir() if not p.is_symlink()]
        return said.code, said.err, said.out.replace(folder.name, "RUN").replace(str(study.folder), "")

    clean = run("clean", rows())
    assert clean[0] == 0
    for name, table in contents().items():
        assert run(name, table) == clean, name


def test_one_column(study: Study) -> None:
    lines = study.policy.read_text().splitlines()
    kept = [
        line
        for line in lines
        if not line.startswith(("      ward", "      age", "      cost", "      died", "             null"))
    ]
    study.policy.write_text("\n".join(kept) + "\n")
    assert study.command("--quiet").code == 0
