"""A release from end to end, and what is free afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from dpsynth.policy.load import load
from dpsynth.privacy.account import to_nano
from dpsynth.privacy.ledger import Ledger
from dpsynth.release.inside import opened
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import plan
from tests.run.study import Study, files, rows, say, state


def account(study: Study):
    ledger = Ledger(study.ledger)
    try:
        return ledger.statement("small-people")
    finally:
        ledger.close()


def test_release(study: Study) -> None:
    outcome = study.run()
    names = set(files(outcome.folder.public))
    assert names == {
        "README.txt",
        "SHA256SUMS",
        "data/SYN_visits.csv",
        "data/SYN_visits.parquet",
        "datapackage.json",
        "dcat.jsonld",
        "facts.json",
        "manifest.json",
        "policy.yaml",
        "registry.yaml",
        "report.en.html",
        "ro-crate-metadata.json",
        "sbom.cdx.json",
    }
    csv = pd.read_csv(outcome.folder.public / "data/SYN_visits.csv", keep_default_na=False)
    parquet = pq.read_table(outcome.folder.public / "data/SYN_visits.parquet")
    assert list(csv.columns) == parquet.column_names == ["person", "sex", "ward", "age", "cost", "died"]
    assert csv["person"].str.fullmatch(r"SYN\d{9}").all() and csv["person"].is_unique
    assert set(csv["ward"]) <= {"a", "b", "c", "d", "other"}
    assert 300 < len(csv) < 900 and len(csv) == parquet.num_rows
    assert state(outcome)["state"] == "complete"
    assert (outcome.folder.root.parent / "latest").resolve() == outcome.folder.root.resolve()
    assert not outcome.folder.spill.exists()


def test_the_charge_is_what_the_plan_says(study: Study) -> None:
    planned = plan(load(study.policy))
    study.run()
    [charge] = account(study).charges
    assert charge.state == "committed"
    assert charge.nano_rho == to_nano(planned.guarantee.mu_squared)


def test_folders_are_closed_and_public_files_are_not(study: Study) -> None:
    folder = study.run().folder
    for inside in (folder.root, folder.internal, folder.measured, folder.model):
        assert inside.stat().st_mode & 0o077 == 0
    assert (folder.internal / "report.en.html").stat().st_mode & 0o077 == 0
    assert (folder.public / "manifest.json").stat().st_mode & 0o777 == 0o644


def test_sampling_again_is_free_and_needs_no_data(study: Study) -> None:
    outcome = study.run()
    before = account(study)
    study.data.unlink()
    said = say(
        "sample", str(outcome.folder.root), "--n", "1234", "--out", str(study.folder / "more.csv"), "--seed", "3"
    )
    assert said.code == 0, said.err
    assert len(pd.read_csv(study.folder / "more.csv")) == 1234
    again = say(
        "sample", str(outcome.folder.root), "--n", "1234", "--out", str(study.folder / "again.csv"), "--seed", "3"
    )
    assert again.code == 0
    assert (study.folder / "more.csv").read_bytes() == (study.folder / "again.csv").read_bytes()
    assert account(study) == before


def test_verify_and_a_changed_byte(study: Study) -> None:
    bundle = study.run().folder.public
    said = say("verify", str(bundle))
    assert said.code == 2 and "nobody has approved it" in said.out
    target = bundle / "data/SYN_visits.csv"
    target.write_bytes(target.read_bytes().replace(b"SYN000000001", b"SYN000000009"))
    said = say("verify", str(bundle))
    assert said.code == 3 and "data/SYN_visits.csv was changed" in said.err and said.err.count("\n") == 1


def test_reports_render_again_to_the_same_bytes(study: Study) -> None:
    folder = study.run().folder
    before = files(folder.root)
    said = say("report", str(folder.root))
    assert said.code == 0, said.err
    assert files(folder.root) == before


def test_who_looked_before_is_counted_in_the_next_report(study: Study) -> None:
    study.edit("epsilon: 2.0", "epsilon: 0.5")
    first, counted = study.run().folder, []
    for _ in range(2):
        assert say("review", "look", str(first.root), "--ledger", study.ledger).code == 0
    for run in (first, study.run().folder):
        facts = json.loads((run.public / "facts.json").read_text())
        counted.append(facts["budget"]["looks"]["value"])
    assert counted == [0, 2]


def test_a_report_for_each_language(study: Study) -> None:
    study.edit("audience: public", "audience: public, languages: [en, de], binding_language: de")
    said = study.command("--quiet")
    assert said.code == 0, said.err
    folder = RunFolder(study.out / "small" / "latest")
    advice = f"`dpsynth review look {folder.root.resolve()} --ledger {study.ledger}` opens it"
    assert advice in said.out, "the report that counts is opened by a look, in the ledger of the run"
    for place in (folder.internal, folder.public):
        assert {p.name for p in place.glob("*.html")} == {"report.de.html", "report.en.html"}
        for language in ("en", "de"):
            assert f'<html lang="{language}">' in (place / f"report.{language}.html").read_text()
    listed = json.loads((folder.public / "manifest.json").read_text())
    assert {"report.de.html", "report.en.html"} <= set(listed["files"])
    kept = json.loads((folder.internal / "commitment.json").read_text())["report"]
    assert kept["files"].keys() == {"facts.json", "report.de.html", "report.en.html"}
    assert opened(folder.internal, listed["internal_commitment"])["edition"]["value"] == "internal"
    before = files(folder.root)
    assert say("report", str(folder.root)).code == 0
    assert files(folder.root) == before


def test_rehearsal_opens_no_real_file_and_costs_nothing(study: Study) -> None:
    study.data.unlink()
    said = study.command("--rehearse", "--quiet")
    assert said.code == 0, said.err
    assert "peak memory" in said.out and "No real file was opened" in said.out
    assert not (study.folder / "ledger.sqlite").exists()
    [run] = [p for p in (study.out / "small").iterdir() if p.name.startswith("rehearsal-")]
    manifest = json.loads((run / "public/manifest.json").read_text())
    assert manifest["releasable"] is False
    assert "must not be released" in say("verify", str(run / "public")).out
    assert json.loads((run / "public/facts.json").read_text())["verdict"]["status"]["value"] == "block"


def test_json_progress_has_one_line_an_event(study: Study) -> None:
    said = study.command("--log", "json")
    events = [json.loads(line) for line in said.err.splitlines()]
    assert said.code == 0
    assert list(dict.fromkeys(e["stage"] for e in events)) == [
        "check", "audit", "read", "measure", "fit", "sample", "utility", "attack", "report", "seal",
    ]  # fmt: skip
    assert all(sum(e["stage"] == "read" and e["percent"] == p for e in events) == 1 for p in range(0, 101, 10))


def test_quiet_says_nothing_on_the_way(study: Study) -> None:
    assert study.command("--quiet").err == ""


def test_budget_show(study: Study) -> None:
    study.run()
    said = say("budget", "show", "small-people", "--ledger", study.ledger)
    assert said.code == 0 and "committed" in said.out and "left" in said.out


def test_help_is_quick() -> None:
    code = "import resource,sys,runpy; sys.argv=['dpsynth','--help']\ntry: runpy.run_module('dpsynth')\nexcept SystemExit: pass\n"
    code += "u=resource.getrusage(resource.RUSAGE_SELF); print(u.ru_utime+u.ru_stime, file=sys.stderr)"
    seconds = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr) for _ in range(3)
    )
    assert seconds < 0.3


def test_heavy_libraries_stay_out_of_help() -> None:
    code = "import sys, dpsynth.cli; print([m for m in ('numpy','pandas','pydantic','sqlalchemy','duckdb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_demo_policy_is_what_the_demo_needs() -> None:
    planned = plan(load(Path(__file__).resolve().parents[2] / "policies" / "rand_hie.yaml"))
    assert planned.guarantee.epsilon is not None
    assert len(planned.domain.names) >= 18


def test_the_steward_learns_inside_what_was_left_out(tmp_path: Path) -> None:
    table = rows(people=50)
    table += (
        [["", "f", "a", "3", "0", "true"]] * 4 + [["short", "f"]] * 3 + [["id0001", "f", "a", "3", "0", "true"]] * 29
    )
    outcome = Study(tmp_path / "s", table=table).run()
    facts = json.loads((outcome.folder.internal / "facts.json").read_text())
    counted = {n["name"]["value"]: n["count"]["value"] for n in facts["inside"]["notes"]}
    own = sum(r[0] == "id0001" for r in table) - 29
    assert counted["rows_read"] == len(table)
    few = [1, 9]  # counts of real people below the minimum are shown as a range
    assert counted["rows_left_out"] == few and counted["rows_without_id"] == few
    assert counted["rows_cut"] == (29 + own - 3)
    public = (outcome.folder.public / "facts.json").read_text()
    assert "rows_cut" not in public and "rows_read" not in public
