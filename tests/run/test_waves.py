"""A fixed panel, from the policy to the sealed bundle: people are one row while counted, and have rows again outside."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import dpsynth
from dpsynth.attacks.controls import UnprotectedCurator
from dpsynth.audit.cases import cases
from dpsynth.audit.route import Route
from dpsynth.audit.setting import setting_of
from dpsynth.dummy.make import drawn
from dpsynth.dummy.plan import Level
from dpsynth.dummy.plan import plan as dummy
from dpsynth.errors import Interrupted, PolicyError, UsageError
from dpsynth.policy.block import Language
from dpsynth.policy.load import load
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.noise import Lattice
from dpsynth.release.contents import CONTENTS, kind_of
from dpsynth.report.render import render
from dpsynth.run import pipeline
from dpsynth.run.plan import plan
from dpsynth.run.progress import Quiet
from dpsynth.run.setting import Setting
from dpsynth.utility.marginals import shares
from tests.policy.panel import PANEL, RULES
from tests.release.test_datapackage import faults
from tests.run.study import FROZEN, Replay, Rows, Study, files, say

HEADER = "person,sex,visit,site,score,drug"
WAVES = ("v0", "v1", "v2")
MAY_DIFFER = {"internal_commitment", "source_commitment"}


def rows(people: int = 300, seed: int = 1) -> Rows:
    """People whose score hardly changes from wave to wave, and of whom some leave."""
    rng = np.random.default_rng(seed)
    table = []
    for i in range(people):
        sex, site, score, drug = "fm"[rng.integers(2)], "abc"[rng.integers(3)], int(rng.integers(10)), False
        for wave in WAVES:
            if rng.random() < 0.15 and wave != "v0":
                break
            score = int(np.clip(score + rng.integers(-1, 2), 0, 9))
            drug = bool(drug or rng.random() < 0.1 + 0.05 * score)
            table.append([f"id{i:04d}", sex, wave, site, str(score), str(drug).lower()])
    return table


class Visits(Study):
    """The panel's file, policy, ledger and runs."""

    def write(self, table: Rows) -> None:
        self.data.write_text("\n".join([HEADER, *(",".join(r) for r in table)]) + "\n")


def visits(folder: Path, people: int = 300, text: str = PANEL, attacks: str = "") -> Visits:
    return Visits(folder, rows(people), text, attacks)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Visits:
    return visits(tmp_path_factory.mktemp("panel") / "s", 900, attacks="focal, nearest, linkage")


@pytest.fixture(scope="module")
def released(study: Visits):
    return study.run()


def values(facts: object) -> object:
    if isinstance(facts, dict):
        return facts["value"] if {"value", "origin"} <= facts.keys() else {k: values(v) for k, v in facts.items()}
    return [values(x) for x in facts] if isinstance(facts, list) else facts


def facts_of(folder: Path) -> dict:
    return values(json.loads((folder / "facts.json").read_text()))  # type: ignore[return-value]


def of_people(made: pd.DataFrame) -> None:
    """Demands what every table of a panel keeps."""
    assert not made.duplicated(["person", "visit"]).any(), "one row of a person and wave"
    assert (made.groupby("person")[["sex", "site"]].nunique(dropna=False) == 1).all(axis=None), "constant is constant"
    assert (made.groupby("person")["visit"].apply(lambda v: v.is_monotonic_increasing)).all()


def test_the_table_has_the_shape_of_the_source(released) -> None:
    data = released.folder.public / "data"
    made = pq.read_table(data / "SYN_visits.parquet").to_pandas()
    assert list(made.columns) == HEADER.split(",")
    of_people(made)
    assert abs(made["person"].nunique() - 900) < 60 and abs(len(made) - len(rows(900))) < 250
    assert made["person"].str.fullmatch("SYN[0-9]{9}").all()
    text = pd.read_csv(data / "SYN_visits.csv", dtype={"person": str})
    assert (text["person"] == made["person"]).all() and (text["visit"] == made["visit"]).all()


def test_check_says_what_is_counted(study: Visits) -> None:
    said = say("check", str(study.policy))
    assert said.code == 0, said.err
    for word in ("laid out as one row of 3 waves", "800 people", "score@v1", "present@v2"):
        assert word in said.out


def test_the_report_is_about_people_and_waves(released) -> None:
    inside, public = facts_of(released.folder.internal), facts_of(released.folder.public)
    contents = public["contents"]
    made = pq.read_table(released.folder.public / "data" / "SYN_visits.parquet")
    assert contents["waves"] == {
        "column": "visit", "labels": list(WAVES), "constant": ["sex", "site"],
        "people": len(set(made["person"].to_pylist())),
    }  # fmt: skip
    assert contents["synthetic_rows"] == made.num_rows == contents["tables"][0]["synthetic_rows"]
    assert contents["source_rows"] > contents["people"] > 600
    assert {"present@v0", "score@v2", "sex"} < {c["name"] for c in public["columns"]}
    counted = {n["name"]: n["count"] for n in inside["inside"]["notes"]}
    assert counted["rows_train"] > counted["people_train"] > 0 and counted["rows_not_laid_out"] == 0
    assert [a["name"] for a in inside["attacks"]] == ["focal", "nearest", "linkage"]
    page = (released.folder.public / "report.en.html").read_text()
    assert "counted as one row, with 3 waves side by side" in page and "synthetic people with" in page
    assert "no two rows belong together" not in page and "no row in this wave" in page
    assert page.count("How a person changes from wave to wave") == 2, "the first page says it, too"
    assert "Histories of one person" not in page
    assert "at most 3 rows of a person are used" in page
    assert contents["binned"] == 0 and contents["levels"] == 25, "columns as the file has them"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("no row in this wave", "3 waves side by side")),
        ("de", ("keine Zeile in dieser Welle", "3 Wellen nebeneinander")),
        ("es", ("sin fila en esta oleada", "3 oleadas una junto a otra")),
        ("fr", ("pas de ligne dans cette vague", "3 vagues côte à côte")),
    ],
)
def test_both_editions_speak_of_waves_in_every_language(released, language: Language, words: tuple[str, ...]) -> None:
    editions: dict[Literal["internal", "public"], Path]
    editions = {"internal": released.folder.internal, "public": released.folder.public}
    for edition, place in editions.items():
        page = render(json.loads((place / "facts.json").read_text()), edition, language)
        assert all(word in page for word in words), edition


def test_the_bundle_describes_people_in_waves(released) -> None:
    bundle = released.folder.public
    package = json.loads((bundle / "datapackage.json").read_text())
    assert faults(package) == []
    for resource in package["resources"]:
        fields = [f["name"] for f in resource["schema"]["fields"]]
        assert fields == HEADER.split(",") and "primaryKey" not in resource["schema"]
    text = " ".join((bundle / "README.txt").read_text().split())
    assert "Rows with the same key belong to one synthetic person" in text and "one in each of 3 waves" in text
    assert "3 waves" in (bundle / "registry.yaml").read_text()
    assert "3 waves" in (bundle / "ro-crate-metadata.json").read_text()
    entry = json.loads((bundle / "dcat.jsonld").read_text())
    assert (
        int(entry["healthdcatap:numberOfRecords"]["@value"])
        == pq.read_table(bundle / "data/SYN_visits.parquet").num_rows
    )
    assert all(kind_of(path) is not None for path in files(bundle))
    assert "Every file is unchanged" in say("verify", str(bundle)).out
    assert say("report", str(released.folder.root)).code == 0


def test_rules_hold_in_every_row(tmp_path: Path) -> None:
    study = visits(tmp_path / "s", text=PANEL.replace("privacy:\n", RULES + "privacy:\n", 1))
    made = pq.read_table(study.run().folder.public / "data" / "SYN_visits.parquet").to_pandas()
    of_people(made)
    assert not ((made["sex"] == "m") & made["drug"].eq(True)).any() and made["drug"].eq(True).any()
    assert not ((made["visit"] == "v0") & (made["score"] >= 5)).any() and (made["score"] >= 5).any()


@pytest.mark.parametrize("mechanism", ["aim", "mst", "independent", "marginal_network"])
def test_every_mechanism_keeps_the_layout(tmp_path: Path, mechanism: str) -> None:
    study = visits(tmp_path / "s", text=PANEL.replace("clique_tree", mechanism))
    of_people(pq.read_table(study.run().folder.public / "data" / "SYN_visits.parquet").to_pandas())


def test_without_noise_tables_of_people_match(study: Visits) -> None:
    match(study)


def test_without_noise_they_match_beside_rules(tmp_path: Path) -> None:
    """Rules tell `m` apart from what stands before and after it in the list."""
    study = visits(tmp_path / "s", text=PANEL.replace("privacy:\n", RULES + "privacy:\n", 1))
    study.write([r for r in rows(900) if not (r[1] == "m" and r[5] == "true") and not (r[2] == "v0" and r[4] >= "5")])
    match(study)


def match(study: Visits) -> None:
    """Demands that the model has the tables that it was fitted to."""
    planned = plan(load(study.policy))
    contents = pipeline.contents_of(planned)
    source = contents.open(
        contents.sources(study_setting(study)), b"k" * 32, lambda: None, lambda _: None, study.folder
    )
    mechanism = planned.mechanisms[0]
    measured = mechanism.measure(UnprotectedCurator(source.train, planned.domain, 1))
    codes = mechanism.fit(measured).sample(source.train.size, np.random.default_rng(0))
    asked = {m.clique for m in measured.tables}
    assert asked >= {(name,) for name in planned.domain.names}
    assert asked & {("score@v0", "score@v1"), ("score@v1", "score@v2")}, "a wave is asked for with the one before"
    for m in measured.tables:
        merged = {name: g for name, g in zip(m.clique, m.groups, strict=True) if g is not None}
        real, synthetic = (shares(c, planned.domain, m.clique, merged) for c in (source.train.codes, codes))
        assert 0.5 * np.abs(real - synthetic).sum() < 0.03, m.clique


def study_setting(study: Visits) -> Setting:
    return Setting(study.out, study.ledger)


def lag(made: pd.DataFrame) -> float:
    """Correlation of a score with that of the wave before."""
    wide = made.pivot_table(index="person", columns="visit", values="score")
    pairs = np.concatenate([wide[[a, b]].dropna().to_numpy() for a, b in (("v0", "v1"), ("v1", "v2"))])
    return float(np.corrcoef(pairs.T)[0, 1])


def test_a_wave_depends_on_the_one_before(released) -> None:
    made = pq.read_table(released.folder.public / "data" / "SYN_visits.parquet").to_pandas()
    real = pd.DataFrame(rows(900), columns=HEADER.split(",")).astype({"score": int})
    assert lag(real) > 0.95 and lag(made) > 0.6
    # Rows that stand for themselves have none, whoever they are given to.
    alone = made.assign(
        score=made.groupby("visit")["score"].transform(lambda s: s.sample(frac=1, random_state=0).array)
    )
    assert abs(lag(alone)) < 0.15


def test_further_people_cost_nothing(tmp_path: Path, released) -> None:
    run, out = str(released.folder.root), tmp_path / "more.csv"
    said = say("sample", run, "--given", "sex=f", "--rows", "400", "--seed", "1", "--out", str(out))
    assert said.code == 0, said.err
    made = pd.read_csv(out)
    of_people(made)
    assert made["person"].nunique() == 400 and set(made["sex"]) == {"f"}
    about = " ".join((tmp_path / "more.csv.README.txt").read_text().split())
    assert "Rows of one synthetic person belong together" in about and "Every person has sex=f" in about
    stay = say("sample", run, "--given", "present@v2=yes", "--rows", "50", "--out", str(tmp_path / "stay.csv"))
    assert stay.code == 0, stay.err
    assert (pd.read_csv(tmp_path / "stay.csv")["visit"] == "v2").sum() == 50
    balanced = say("sample", run, "--balance", "site", "--rows", "300", "--out", str(tmp_path / "even.csv"))
    assert balanced.code == 0, balanced.err
    even = pd.read_csv(tmp_path / "even.csv")
    assert (even.groupby("person")["synthetic_weight"].nunique() == 1).all()


def test_from_python_people_are_drawn_and_no_cell_is_filled(released) -> None:
    model = dpsynth.open_run(released.folder.root)
    of_people(model.sample(100, given={"site": "a"}, seed=1))
    assert model.sample_tables(10, seed=1)["visits"]["person"].nunique() == 10
    copies = model.copies(2, 50, seed=1)
    assert [c["person"].nunique() for c in copies] == [50, 50]
    with pytest.raises(UsageError, match="belong together"):
        model.complete(pd.DataFrame({"sex": ["f"]}))


def test_numbers_in_bins_are_to_be_used_with_care(tmp_path: Path) -> None:
    text = PANEL.replace("bins: {each: true}, nullable: true", "bins: {count: 5}, nullable: true")
    folder = visits(tmp_path / "s", text=text).run().folder.public
    assert facts_of(folder)["contents"]["binned"] == 1
    assert "1 of 5 columns have bins" in " ".join((folder / "README.txt").read_text().split())
    assert "Means, sums, medians and maxima" in (folder / "report.en.html").read_text()


def test_the_number_of_people_is_multiplied(tmp_path: Path, study: Visits) -> None:
    twice = visits(
        tmp_path / "s", text=PANEL.replace("  mechanism: clique_tree", "  mechanism: clique_tree\n  rows: {ratio: 2}")
    )
    made = pq.read_table(twice.run().folder.public / "data" / "SYN_visits.parquet").to_pandas()
    of_people(made)
    assert abs(made["person"].nunique() - 600) < 80


def test_a_run_goes_on_after_a_crash(tmp_path: Path) -> None:
    study = visits(tmp_path / "s")

    class Stops(Replay):
        """Stops after some answers."""

        left = 3

        def add(self, values: Lattice, sigma: float) -> Lattice:
            self.left -= 1
            if self.left == 0:
                raise Interrupted("stopped")
            return super().add(values, sigma)

    with pytest.raises(Interrupted):
        study.run(sampler=Stops())
    [run] = [p for p in (study.out / "panel").iterdir() if not p.is_symlink()]
    outcome = pipeline.resume(run, study.ledger, Quiet(), sampler=Replay())
    of_people(pq.read_table(outcome.folder.public / "data" / "SYN_visits.parquet").to_pandas())
    assert sum(e.kind == "reserve" for e in Ledger(study.ledger).entries()) == 1


def test_a_rehearsal_needs_no_file(tmp_path: Path) -> None:
    study = visits(tmp_path / "s", 5)
    study.data.unlink()
    said = say("run", str(study.policy), "--rehearse", "--out", str(tmp_path / "out"))
    assert said.code == 0, said.err


def test_dummy_patients_have_waves_in_their_order(tmp_path: Path) -> None:
    study = visits(
        tmp_path / "s", 5, text=PANEL.replace("privacy:\n", RULES.replace("visit: [v0]", "site: [a]") + "privacy:\n", 1)
    )
    study.data.unlink()
    for level in (Level.FORMAT, Level.RULES):
        made = drawn(dummy(load(study.policy), level), 400, 1)["visits"].to_pandas().replace({None: "", np.nan: ""})
        of_people(made)
        assert set(made["visit"]) == set(WAVES) and made["person"].nunique() == 400
    broken = (made["sex"] == "m") & (made["drug"] == "true")
    assert not broken.any() and (made["drug"] == "true").any()


def test_dummy_rules_about_waves_are_refused(tmp_path: Path) -> None:
    study = visits(tmp_path / "s", 5, text=PANEL.replace("privacy:\n", RULES + "privacy:\n", 1))
    with pytest.raises(PolicyError, match=r"policy\.yaml:21: .*--level format"):
        dummy(load(study.policy), Level.RULES)
    dummy(load(study.policy), Level.FORMAT)


def test_an_audit_reads_people_in_waves(study: Visits) -> None:
    setting = setting_of(load(study.policy))
    assert setting.panel is not None and len(setting.panel.waves) == 2 and "present@v1" in setting.counted.names
    key = b"k" * 32
    for case in cases(setting):
        for present in (False, True):
            units = Route().units(setting, setting.domain, case.world(present), key)
            assert units.rows == units.size, case.name
    worst = cases(setting)[0]
    assert set(worst.person["visit"].to_pylist()) == {"v0", "v1"}


OTHERS = {
    "another panel": rows(280, 99),
    "nobody": [],
    "one person, 10000 rows of one wave": [["id1", "f", "v1", "a", "3", "true"]] * 10000,
    "strange cells": [[r[0], "?", "v9", "<b>", "1e999", ""] for r in rows(20)],
}


def test_the_public_edition_is_a_function_of_dp_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=lambda zone: FROZEN.now)
    monkeypatch.setattr("dpsynth.privacy.ledger_page.dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))
    study, sampler = visits(tmp_path / "s", attacks="focal, nearest"), Replay()
    book = Ledger(study.ledger)
    book.register("panel-people", "patient", 9.0, 1e-5)
    book.close()
    shutil.copy(study.folder / "ledger.sqlite", study.folder / "fresh.sqlite")
    expected: tuple[dict[str, bytes], dict] | None = None
    for name, table in {"": rows(), **OTHERS}.items():
        study.write(table)
        sampler.rewind()
        shutil.copy(study.folder / "fresh.sqlite", study.folder / "ledger.sqlite")
        outcome = study.run(sampler=sampler, frozen=FROZEN)
        found = files(outcome.folder.public)
        manifest = json.loads(found.pop("manifest.json"))
        shutil.rmtree(outcome.folder.root)
        if expected is None:
            expected = found, manifest
            assert all(any(kind_of(p) is k for p in (*found, "manifest.json")) for k in CONTENTS if k.always)
            continue
        assert found.keys() == expected[0].keys(), name
        assert [path for path in found if found[path] != expected[0][path]] == [], name
        assert {k for k in manifest if manifest[k] != expected[1][k]} == MAY_DIFFER, name
