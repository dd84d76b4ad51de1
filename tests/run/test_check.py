"""What `check` and `policy new` say before any data are opened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dpsynth.policy.load import load
from dpsynth.run import preflight, progress
from dpsynth.run.plan import plan
from dpsynth.run.review import review
from tests.run.study import Study, rows, say

ROOT = Path(__file__).resolve().parents[2]


def test_check_opens_nothing(study: Study) -> None:
    study.data.unlink()
    said = say("check", str(study.policy))
    assert said.code == 0, said.err
    for word in ("epsilon 2 at delta 1e-05", "one_way", "selection", "pairs", "utility", "median pair", "assumptions"):
        assert word in said.out
    assert not (study.folder / "ledger.sqlite").exists()


def test_shares_of_the_plan_add_up_to_its_event(study: Study) -> None:
    planned = plan(load(study.policy))
    bound = planned.loaded.policy.privacy.contribution.max_rows_per_unit
    total = sum(q.queries * (bound / q.sigma) ** 2 for q in planned.queries)
    assert total == pytest.approx(float(planned.guarantee.mu_squared), rel=1e-6)
    assert sum(q.share for q in planned.queries) == pytest.approx(1)
    for q in planned.queries:
        assert q.queries * (bound / q.sigma) ** 2 / total == pytest.approx(q.share, rel=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "severity", "word"),
    [
        ("epsilon: 2.0", "epsilon: 4.0", "review", "privacy.epsilon is 4"),
        ("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 8.0", "review", "lifetime.epsilon is 8"),
        ("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 1.5", "review", "more than the lifetime budget"),
        ("  delta: 1.0e-5\n", "  delta: 9.0e-5\n", "review", "max_patients is 0.09"),
        ("privacy:\n", "privacy:\n  unit: visit\n", "review", "privacy.unit is visit"),
        (
            "privacy:\n",
            "privacy:\n  invariants: [{fact: n, citation: report}]\n",
            "review",
            "outside the guarantee",
        ),
        ("max_rows: 3000", "max_rows: 30", "note", "column ward"),
        (
            "domain: [a, b, c, d], source",
            "domain: [E11.9, E119, I10], coding_system: {name: ICD-10-GM}, source",
            "note",
            "1 of 3 levels have not the form of a code of ICD-10-GM, such as 'E119'",
        ),
        ("attacks: {run: []}", "attacks: {run: []}", "note", "no attack"),
        ("max_rows: 3000", "max_rows: 3000", "note", "recipients will not learn whom to ask and what they may do"),
        ("max_rows: 3000", "max_rows: 3000", "note", "Add catalogue.access_body, catalogue.legislation"),
        ("max_rows: 3000", "max_rows: 3000", "note", "at most 200 people are held out"),
    ],
)
def test_review(study: Study, old: str, new: str, severity: str, word: str) -> None:
    study.edit(old, new)
    if "9.0e-5" in new:
        study.edit("delta: 1.0e-5}", "delta: 9.0e-5}")
    found = [f for f in review(plan(load(study.policy))) if word in f.text]
    assert [f.severity for f in found] == [severity]
    line = int(found[0].where.rsplit(":", 1)[1])
    assert 1 <= line <= len(study.policy.read_text().splitlines())


def test_noise_that_cannot_be_realised(study: Study) -> None:
    study.edit("max_rows_per_unit: 3", "max_rows_per_unit: 100000")
    study.edit("epsilon: 2.0", "epsilon: 0.0001")
    said = say("check", str(study.policy))
    assert said.code == 10 and "cannot be realised" in said.err and said.err.count("\n") == 1


def test_the_table_of_shares_needs_all_parts(study: Study) -> None:
    study.policy.write_text(study.policy.read_text() + "synthesis: {split: {one_way: 0.5, pairs: 0.5}}\n")
    said = say("check", str(study.policy))
    assert said.code == 10 and "selection" in said.err


def test_preflight_refuses_what_does_not_fit(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "available_memory", lambda: 100)
    said = study.command("--quiet")
    assert said.code == 14 and "memory" in said.err and not study.out.exists()
    monkeypatch.undo()
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: type("D", (), {"free": 10})())
    said = study.command("--quiet")
    assert said.code == 14 and "GiB free" in said.err and not study.out.exists()


def test_attacks_need_memory_for_all_cells_at_once(tmp_path: Path) -> None:
    quiet, attacked = (Study(tmp_path / (name or "none"), attacks=name) for name in ("", "dcr"))
    fewer, more = (preflight.needs(plan(load(study.policy))).memory for study in (quiet, attacked))
    cells = (fewer - preflight.FIXED_MEMORY) // preflight.BYTES_PER_CELL
    assert more - fewer == cells * preflight.ATTACK_BYTES_PER_CELL > 0


def test_throw_away_needs_a_ledger_of_its_own(study: Study) -> None:
    said = say("run", str(study.policy), "--throw-away-ledger")
    assert said.code == 64 and "--ledger" in said.err


def test_policy_new_from_a_header_line_reads_no_row(tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_text("id,age,ward\n1,CANARY,CANARY\n")
    said = say("policy", "new", str(file), "--id", "first")
    assert said.code == 0 and "CANARY" not in said.out and "ward:" in said.out and "id: first" in said.out
    (tmp_path / "p.yaml").write_text(said.out)
    assert say("check", str(tmp_path / "p.yaml")).code == 10


def test_policy_new_from_declared_types(tmp_path: Path) -> None:
    table = pa.table({"id": ["a"], "born": pa.array([1], pa.date32()), "dose": [1.5], "n": [3], "ok": [True]})
    pq.write_table(table, tmp_path / "v.parquet")
    said = say("policy", "new", str(tmp_path / "v.parquet"))
    assert said.code == 0, said.err
    for kind in ("date", "real", "integer", "boolean"):
        assert f"type: {kind}" in said.out


def test_schema_is_printed() -> None:
    said = say("policy", "schema")
    assert said.out == (ROOT / "policies/policy.schema.json").read_text()
    assert json.loads(said.out)["title"] == "Policy"


def test_version() -> None:
    assert say("--version").out.startswith("dpsynth ")


def test_the_bar_shows_stages_and_percent_only(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    with progress.show("bar", ("read", "measure")) as bar:
        bar.stage("read")
        bar.fraction(0.5)
        bar.stage("measure")
    assert "100%" in capsys.readouterr().err


def test_two_runs_race_for_the_last_budget(tmp_path: Path) -> None:
    study = Study(tmp_path / "s", table=rows(people=60))
    study.edit("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 3.5")
    command = [sys.executable, "-m", "dpsynth", "run", str(study.policy), "--out", str(study.out), "--quiet"]
    racers = [
        subprocess.Popen([*command, "--ledger", study.ledger], stderr=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(4)
    ]
    errors = [racer.communicate(timeout=120)[1] for racer in racers]
    codes = sorted(racer.returncode for racer in racers)
    assert codes == [0, 0, 12, 12], errors


def test_resample_wants_a_finished_run(study: Study, tmp_path: Path) -> None:
    out = str(tmp_path / "x.csv")
    (tmp_path / "empty").mkdir()
    assert say("sample", str(tmp_path / "empty"), "--n", "3", "--out", out).code == 11
    run = study.run().folder
    assert say("sample", str(run.root), "--n", "3", "--out", str(tmp_path / "x.txt")).code == 64
    assert say("sample", str(run.root), "--n", "3", "--out", str(tmp_path / "x.parquet")).code == 0
    assert pq.read_table(tmp_path / "x.parquet").num_rows == 3
    (run.model / "policy.json").write_text("{}")
    assert say("sample", str(run.root), "--n", "3", "--out", out).code == 11
    (run.model / "policy.json").write_text("[]")
    assert say("sample", str(run.root), "--n", "3", "--out", out).code == 11


def test_a_public_report_is_not_changed_in_place(study: Study) -> None:
    run = study.run().folder
    report = run.public / "report.en.html"
    report.write_text(report.read_text() + "<!-- -->")
    said = say("report", str(run.root))
    assert said.code == 11 and "sealed" in said.err
    assert report.read_text().endswith("<!-- -->")


def test_sampling_replaces_nothing_and_stays_out_of_runs(study: Study) -> None:
    run = study.run().folder.root
    before = study.data.read_bytes()
    said = say("sample", str(run), "--n", "3", "--out", str(study.data))
    assert said.code == 64 and "--force" in said.err and study.data.read_bytes() == before
    said = say("sample", str(run), "--n", "3", "--out", str(run / "public/data/SYN_visits.csv"), "--force")
    assert said.code == 64 and "sealed" in said.err
    target = study.folder / "more.csv"
    target.write_text("old")
    assert say("sample", str(run), "--n", "3", "--out", str(target), "--force").code == 0
    assert target.read_text().startswith('"person"')


def test_a_rehearsal_is_never_taken_for_a_release(study: Study) -> None:
    release = study.run().folder.root
    assert study.command("--rehearse", "--quiet").code == 0
    assert (study.out / "small/latest").resolve() == release.resolve()
    [rehearsal] = [p for p in (study.out / "small").iterdir() if p.name.startswith("rehearsal-")]
    said = say("sample", str(rehearsal), "--n", "3", "--out", str(study.folder / "r.csv"))
    assert said.code == 0 and "invented people" in said.out


def test_a_new_ledger_is_announced_and_looking_makes_none(study: Study) -> None:
    said = say("budget", "show", "small-people", "--ledger", study.ledger)
    assert said.code == 13 and not (study.folder / "ledger.sqlite").exists()
    assert "NEW LEDGER" in study.command("--quiet").out
    assert "NEW LEDGER" not in study.command("--quiet").out


@pytest.mark.parametrize("url", ["", " ", "sqlite:///a?b/l.sqlite"])
def test_ledgers_that_would_lie_elsewhere_are_refused(study: Study, url: str) -> None:
    said = say("run", str(study.policy), "--out", str(study.out), "--ledger", url, "--quiet")
    assert said.code in (13, 64) and "--ledger" in said.err


def test_a_relative_data_folder_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from dpsynth.privacy.ledger_database import default_url

    monkeypatch.setenv("XDG_DATA_HOME", "here")
    assert default_url() == f"sqlite:///{Path.home()}/.local/share/dpsynth/ledger.sqlite"


def test_a_refused_first_run_does_not_fix_the_lifetime(study: Study) -> None:
    study.edit("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 1.5")
    said = study.command("--quiet")
    assert said.code == 12 and "lifetime" in said.err
    study.edit("lifetime: {epsilon: 1.5", "lifetime: {epsilon: 4.0")
    study.edit("visits.csv", "visit.csv")
    assert study.command("--quiet").code == 11
    study.edit("visit.csv", "visits.csv")
    study.edit("lifetime: {epsilon: 4.0", "lifetime: {epsilon: 3.0")
    assert study.command("--quiet").code == 0


def test_noise_that_cannot_be_drawn_is_found_before_data_are_opened(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no such library")

    monkeypatch.setattr("dpsynth.privacy.noise._measurement", broken)
    said = study.command("--quiet")
    assert said.code == 14 and "OpenDP" in said.err and "stays charged" not in said.err


def test_output_that_nobody_reads_does_not_fail_a_finished_run(study: Study) -> None:
    command = f"{sys.executable} -m dpsynth run {study.policy} --out {study.out} --ledger {study.ledger}"
    shell = ["bash", "-c", f"set -o pipefail; ({command} 2>&1 | head -2; exit ${{PIPESTATUS[0]}})"]
    done = subprocess.run(shell, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "committed" in say("budget", "show", "small-people", "--ledger", study.ledger).out
    done = subprocess.run(["bash", "-c", f"{command} --quiet > /dev/full"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0 and "Traceback" not in done.stderr


def test_a_terminal_without_umlauts(study: Study) -> None:
    study.edit("en: A small study", "en: Kleine Übung")
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
    study.policy.rename(study.folder / "übung.yaml")
    command = [sys.executable, "-m", "dpsynth", "check", str(study.folder / "übung.yaml")]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr


def test_facts_of_another_form(study: Study) -> None:
    run = study.run().folder
    (run.internal / "facts.json").write_text("{}")
    said = say("report", str(run.root))
    assert said.code == 11 and said.err.count("\n") == 1


def test_verify_prints_hostile_text_plainly(study: Study) -> None:
    from dpsynth import _files

    bundle = study.run().folder.public
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["policy_id"] = "\x1b[31mx\nSigned by: the officer. APPROVED"
    (bundle / "manifest.json").write_bytes(_files.canonical_json(manifest))
    said = say("verify", str(bundle))
    assert said.code == 2 and "\x1b" not in said.out
    assert not [line for line in said.out.splitlines() if line.startswith("Signed by")]
