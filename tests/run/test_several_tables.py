"""A release of several tables, from the policy to the sealed bundle."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from dpsynth.errors import Interrupted, PolicyError, SourceError
from dpsynth.policy.load import load
from dpsynth.privacy import accountant, events
from dpsynth.privacy.ledger import Ledger
from dpsynth.release.contents import CONTENTS, kind_of
from dpsynth.run import pipeline
from dpsynth.run.plan import plan
from dpsynth.run.progress import Quiet
from dpsynth.synth.relational import files as saved
from tests.policy.family import write
from tests.release.test_datapackage import faults
from tests.run.cohort import ALONE, TEXT, Cohort, Rows
from tests.run.study import FROZEN, Replay, files, say

MAY_DIFFER = {"internal_commitment", "source_commitment"}


def values(facts: object) -> object:
    """Facts without their origins."""
    if isinstance(facts, dict):
        return facts["value"] if {"value", "origin"} <= facts.keys() else {k: values(v) for k, v in facts.items()}
    return [values(x) for x in facts] if isinstance(facts, list) else facts


def facts_of(folder: Path) -> dict:
    return values(json.loads((folder / "facts.json").read_text()))  # type: ignore[return-value]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return Cohort(tmp_path_factory.mktemp("cohort") / "s", across="linked_tables")


@pytest.fixture(scope="module")
def released(cohort: Cohort):
    return cohort.run()


def test_check_says_what_is_asked_of_every_table(cohort: Cohort) -> None:
    said = say("check", str(cohort.policy))
    assert said.code == 0, said.err
    for word in ("1 in patients, 40 in stays, 200 in labs, 30 in drugs", "patients one_way", "labs total", "stays pairs",
                 "drugs utility", "labs.code", "labs: largest pair"):  # fmt: skip
        assert word in said.out


def test_check_asks_for_distances_that_somebody_pays_for(tmp_path: Path) -> None:
    for utility, said in (("  split: {synthesis: 0.9, utility: 0.1}\n", False), ("", True)):
        text = TEXT.replace("  split: {synthesis: 0.9, utility: 0.1}\n", utility).replace("ATTACKS", "")
        found = say("check", str(write(tmp_path, text.replace("ACROSS", ""))))
        assert found.code == 0 and ("nothing pays for distances" in found.out) is said


def test_one_event_holds_all_that_is_asked_about_any_view(cohort: Cohort) -> None:
    planned = plan(load(cohort.policy))
    own = [one for view in ("patients", "stays", "labs", "drugs") for one in events.flatten(planned.event_of(view))]
    assert sorted(map(repr, own)) == sorted(map(repr, events.flatten(planned.event)))
    assert planned.guarantee == accountant.compose(planned.event)
    assert sum(q.share for q in planned.queries) == pytest.approx(1, rel=1e-4)


def test_keys_lead_to_rows_of_the_same_person(released) -> None:
    data = released.folder.public / "data"
    made = {p.stem.removeprefix("SYN_"): pq.read_table(p).to_pandas() for p in data.glob("*.parquet")}
    assert list(made["labs"].columns) == ["pid", "stay", "drug", "day", "code", "value"]
    assert made["patients"]["pid"].is_unique and made["stays"]["stay"].is_unique
    above = made["stays"].set_index("stay").loc[made["labs"]["stay"]]
    assert (above["pid"].to_numpy() == made["labs"]["pid"].to_numpy()).all() and len(made["labs"]) > 20
    dated = made["labs"]["day"].notna().to_numpy()
    assert (above["day"][dated].to_numpy() <= made["labs"]["day"][dated].to_numpy()).all()
    assert not ((made["labs"]["code"] == "crp") & (made["labs"]["value"] < 25)).any(), "the rule of the table holds"
    csv = pd.read_csv(data / "SYN_labs.csv", dtype=str)
    assert (csv["pid"] == made["labs"]["pid"]).all()


def test_the_report_is_about_people_and_every_table(released) -> None:
    inside, public = facts_of(released.folder.internal), facts_of(released.folder.public)
    assert {c["broken"] for c in public["relations"]["checks"]} == {0}
    assert public["privacy"]["bounds"] == [
        {"table": name, "rows": rows} for name, rows in {"patients": 1, "stays": 40, "labs": 200, "drugs": 30}.items()
    ]
    assert {e["table"] for e in public["privacy"]["events"]} == {"patients", "stays", "labs", "drugs"}
    assert sum(e["share"] for e in public["privacy"]["events"]) == pytest.approx(1)
    assert [t["name"] for t in public["contents"]["tables"]] == ["patients", "stays", "labs", "drugs"]
    assert "labs.value" in {c["name"] for c in public["columns"]}
    assert public["utility"]["paid_two_way"]["marginals"] > 100
    assert sum(inside["inside"]["relations"]["sizes"][k] for k in ("train", "held")) == 80 and [
        a["name"] for a in inside["attacks"]
    ] == ["linked_tables"]
    page = (released.folder.public / "report.en.html").read_text()
    assert "all of their rows in all tables" in page and "patients 1, stays 40, labs 200, drugs 30" in page
    # Words about one table say too much of several.
    assert "at most 200 rows of a person" not in page and "Excess rows are dropped" not in page
    assert "Every column was measured but stays.day, labs.day:" in page and "Every column was measured." not in page
    least = {t["table"]: t["below_rows"] for t in public["rare_levels"]["tables"]}
    assert set(least) == {"patients", "stays", "labs", "drugs"}
    assert all(f"{name} {math.ceil(rows):,} (" in page for name, rows in least.items())


def test_the_steward_reads_what_became_of_the_rows_of_every_table(tmp_path: Path) -> None:
    study = Cohort(tmp_path / "s")
    rows = study.rows
    study.write({**rows, "labs": [*rows["labs"], ["x"], ["nobody", "s", "", "2020-01-01", "crp", "30"]]})
    outcome = study.run()
    inside = json.loads((outcome.folder.internal / "facts.json").read_text())["inside"]["notes"]
    said = {n["name"]["value"]: n["count"]["value"] for n in inside}
    assert said["labs.rows_read"] == len(rows["labs"]) + 1
    for what in ("rows_left_out", "rows_without_person"):
        assert said[f"labs.{what}"] == [1, 9] and said[f"patients.{what}"] == 0, what
    page = (outcome.folder.internal / "report.en.html").read_text()
    assert "labs: Rows without an id" in page and "labs: Rows left out because their fields" in page
    assert "labs.rows" not in page


def test_the_bundle_describes_every_table(released) -> None:
    bundle = released.folder.public
    package = json.loads((bundle / "datapackage.json").read_text())
    by_name = {r["name"]: r for r in package["resources"]}
    assert len(by_name) == 8 and faults(package) == []
    for resource in by_name.values():
        if resource["format"] == "parquet":
            fields, made = resource["schema"]["fields"], pq.read_table(bundle / resource["path"])
            assert [f["name"] for f in fields] == made.column_names
            required = {f["name"] for f in fields if f.get("constraints", {}).get("required")}
            assert not any(made[name].null_count for name in required) and len(required) > 1
    [entry] = [json.loads((bundle / "dcat.jsonld").read_text())["healthdcatap:hasVariables"]["csvw:table"]]
    assert [t["dct:title"] for t in entry] == ["patients", "stays", "labs", "drugs"]
    assert [c["csvw:name"] for c in entry[2]["csvw:column"]] == ["pid", "stay", "drug", "day", "code", "value"]
    labs = by_name["labs-csv"]["schema"]
    assert [f["name"] for f in labs["fields"]] == ["pid", "stay", "drug", "day", "code", "value"]
    assert {(k["fields"][0], k["reference"]["resource"], k["reference"]["fields"][0]) for k in labs["foreignKeys"]} == {
        ("pid", "patients-csv", "pid"), ("stay", "stays-csv", "stay"), ("drug", "drugs-csv", "given"),
    }  # fmt: skip
    assert by_name["stays-parquet"]["schema"]["primaryKey"] == ["stay"] and "primaryKey" not in labs
    assert (bundle / "catalogues" / "atc.csv").read_text().startswith("atc,name")
    assert "200 in labs" in (bundle / "registry.yaml").read_text()
    text = (bundle / "README.txt").read_text()
    said = " ".join(text.split())
    assert "labs      " in text and "200 in labs" in said and "were used" not in said
    assert re.search(r"fewer than so many real rows \([0-9,]+ in patients, [0-9,]+ in stays", said)
    assert re.search(r"standard deviation of [0-9.]+ percentage points\.", said)
    assert all(kind_of(path) is not None for path in files(bundle))
    assert "Every file is unchanged" in say("verify", str(bundle)).out


def test_what_was_measured_and_fitted_is_read_back(cohort: Cohort, released) -> None:
    family = plan(load(cohort.policy)).family
    measured = saved.load_measurements(released.folder.measured, family)
    assert set(measured.rows) == {"stays", "labs", "drugs"} and measured.people.total() > 0
    again = released.folder.root.parent / "again"
    again.mkdir()
    saved.save_model(again, saved.load_model(released.folder.model))
    assert (again / "relational.npz").read_bytes() == (released.folder.model / "relational.npz").read_bytes()
    with pytest.raises(SourceError, match="missing or damaged"):
        saved.load_model(again / "nowhere")
    shutil.rmtree(again)


def test_one_table_whose_rows_stay_together(tmp_path: Path) -> None:
    study = Cohort(tmp_path / "s", text=ALONE)
    outcome = study.run()
    made = pq.read_table(outcome.folder.public / "data" / "SYN_people.parquet").to_pandas()
    assert 1 < made["person"].value_counts().max() <= 5 and list(made.columns) == ["person", "sex", "ward"]
    facts = facts_of(outcome.folder.public)
    # A table may have any name, so that the view of people must have one that no table can have.
    assert {e["table"] for e in facts["privacy"]["events"]} == {"people", "people of people"}
    assert facts["privacy"]["bounds"] == [{"table": "people", "rows": 5}]
    assert facts["contents"]["synthetic_rows"] == len(made) and facts["relations"]["people"] > 60
    (resource, _) = json.loads((outcome.folder.public / "datapackage.json").read_text())["resources"]
    assert "primaryKey" not in resource["schema"] and "foreignKeys" not in resource["schema"]


def test_tables_of_keys_and_dates_alone_and_more_people(tmp_path: Path) -> None:
    more = """\
  visits:
    file: visits.csv
    parent: patients
    rows: {at_most: 3, order_by: seen}
    columns:
      pid: {role: unit_key}
      seen: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
  marks: {file: marks.csv, parent: patients, rows: {at_most: 4}, columns: {pid: {role: unit_key}}}
public_tables:"""
    text = TEXT.replace("public_tables:", more).replace("synthesis:\n", "synthesis:\n  rows: {ratio: 2}\n")
    outcome = Cohort(tmp_path / "s", text=text).run()
    facts, data = facts_of(outcome.folder.public), outcome.folder.public / "data"
    assert {c["broken"] for c in facts["relations"]["checks"]} == {0}
    marks, visits = (pq.read_table(data / f"SYN_{name}.parquet").to_pandas() for name in ("marks", "visits"))
    assert list(marks.columns) == ["pid"] and 0 < marks["pid"].value_counts().max() <= 4
    assert list(visits.columns) == ["pid", "seen"]
    assert facts["relations"]["people"] == pytest.approx(2 * facts["contents"]["people"] / 0.9, abs=1)


def test_a_rehearsal_opens_no_file(tmp_path: Path) -> None:
    study = Cohort(tmp_path / "s")
    for table in study.rows:
        (study.folder / f"{table}.csv").unlink()
    said = say("run", str(study.policy), "--rehearse", "--out", str(study.out), "--quiet")
    assert said.code == 0, said.err
    assert not (study.folder / "ledger.sqlite").exists()


def others(study: Cohort) -> dict[str, Rows]:
    """Other data under the same policy."""
    rows = study.rows
    pids = [row[1] for row in rows["stays"][1:]]
    busiest = max(sorted(set(pids)), key=pids.count)
    where = {name: table[0].index("pid") for name, table in rows.items()}

    def without(person: str) -> Rows:
        return {name: [r for r in table if r[where[name]] != person] for name, table in rows.items()}

    orphans = {**rows, "patients": rows["patients"][:40], "stays": rows["stays"][: len(rows["stays"]) // 2]}
    twice = {name: [table[0], *table[1:], *reversed(table[1:])] for name, table in rows.items()}
    long = next(row for row in rows["labs"][1:] if row[0] in {r[0] for r in rows["patients"]})
    return {
        "another study": study.drawn(100, 9),
        "nobody": {name: table[:1] for name, table in rows.items()},
        "one patient": {name: [table[0], *(r for r in table[1:] if r[where[name]] == busiest)] for name, table in rows.items()},
        "without the busiest": without(busiest),
        "orphans": orphans,
        "duplicate keys": twice,
        "a patient with 10,000 rows": {**rows, "labs": [*rows["labs"], *[long] * 10_000]},
        "strange cells": {name: [t[0], *([r[0], *["<b>"] * (len(r) - 1)] for r in t[1:])] for name, t in rows.items()},
    }  # fmt: skip


def test_public_edition_is_a_function_of_dp_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=lambda zone: FROZEN.now)
    monkeypatch.setattr("dpsynth.privacy.ledger_page.dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))
    sampler, study = Replay(), Cohort(tmp_path / "s")
    book = Ledger(study.ledger)
    book.register("people", "patient", 9.0, 1e-6)
    book.close()
    fresh = study.folder / "fresh.sqlite"
    shutil.copy(study.folder / "ledger.sqlite", fresh)

    def public() -> tuple[dict[str, bytes], dict]:
        sampler.rewind()
        shutil.copy(fresh, study.folder / "ledger.sqlite")
        outcome = study.run(sampler=sampler, frozen=FROZEN)
        found = files(outcome.folder.public)
        shutil.rmtree(outcome.folder.root)
        return found, json.loads(found.pop("manifest.json"))

    expected, manifest = public()
    assert {kind_of(path) for path in (*expected, "manifest.json")} >= {kind for kind in CONTENTS if kind.always}
    for name, rows in others(study).items():
        study.write(rows)
        found, other = public()
        assert found.keys() == expected.keys(), name
        for path in expected:
            assert found[path] == expected[path], f"{name}: {path}"
        assert {k for k in manifest if manifest[k] != other[k]} == MAY_DIFFER, name


def test_removing_one_person_changes_no_message_name_or_shape(tmp_path: Path) -> None:
    expected = None
    for i in (None, 3, 7):
        study = Cohort(tmp_path / str(i), across="whole_person, row_secret")
        if i is not None:
            person = study.rows["patients"][1 + i][study.rows["patients"][0].index("pid")]
            study.write(
                {name: [r for r in t if r[t[0].index("pid")] != person] for name, t in study.rows.items()},
            )
        said = say("run", str(study.policy), "--out", str(study.out), "--ledger", study.ledger, "--log", "json")
        [run] = [p for p in (study.out / "cohort").iterdir() if not p.is_symlink()]
        out = said.out.replace(run.name, "RUN").replace(str(study.folder), "")
        seen = (said.code, said.err, out, sorted(files(run)))
        expected = expected or seen
        assert seen == expected and said.code == 0, i


def test_a_run_that_stopped_goes_on_and_asks_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = Cohort(tmp_path / "s")
    sampler = Replay()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("dpsynth.run.several_tables.SeveralTables.fit", stop)
        with pytest.raises(Interrupted):
            study.run(sampler=sampler)
    asked = sampler._next
    [root] = [p for p in (study.out / "cohort").iterdir() if not p.is_symlink()]
    before = files(root / "measured" / "answers")
    assert len(before) > 10
    with monkeypatch.context() as patched:
        patched.setattr("dpsynth.run.several_tables.SeveralTables.compare", stop)
        with pytest.raises(Interrupted):
            pipeline.resume(root, study.ledger, Quiet(), sampler)
    assert sampler._next == asked and files(root / "measured" / "answers") == before
    pipeline.resume(root, study.ledger, Quiet(), sampler)
    book = Ledger(study.ledger)
    charges = book.statement("people").charges
    book.close()
    assert [c.state for c in charges] == ["committed"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mechanism: relational", "mechanism: relational\n  target: labs.nothing", "nothing"),
        ("mechanism: relational", "mechanism: relational\n  must_include: [[labs.code, drugs.atc]]", "no table together"),
        ("code: [crp], value: {max: 24.9}", "code: [crp], day: {max: 2020-01-01}", "puts rows in order"),
        ("mechanism: relational", "mechanism: relational\n  split: {one_way: 0.5, pairs: 0.5}", "one table; 'relational'"),
        ("run: [ATTACKS]", "run: [nothing]", "nothing"),
        ("across: [ACROSS]", "across: [nothing]", "attacks.across names 'nothing'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_before_anything_is_charged(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    study = Cohort(tmp_path / "s")
    text = TEXT.replace(old, new).replace("ATTACKS", "").replace("ACROSS", "")
    study.policy.write_text(text)
    with pytest.raises(PolicyError, match=said):
        study.run()
    assert not study.out.exists()


def test_a_table_of_another_form_is_refused_before_anything_is_charged(tmp_path: Path) -> None:
    study = Cohort(tmp_path / "s")
    study.write({"labs": [["pid", "day"], *(["x", "y"] for _ in range(3))]})
    with pytest.raises(SourceError, match="stay"):
        study.run()
    assert not study.out.exists()
