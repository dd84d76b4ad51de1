"""What a policy asks of the engine reaches the released file: rules, targets, declared tables, clipped counts."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import norm

from dpsynth.synth.clip_bias import clip_bias
from dpsynth.synth.model_file import load_measurements
from tests.run.study import Study, say

RULES = """\
    rules:
      - impossible: {ward: [d], age: {max: 19}}
        note: nobody below 20 lies there
      - determines: {from: ward, to: sex, map: {a: f, b: [f, m], c: m, d: m}}
    columns:
"""


def released(study: Study) -> pd.DataFrame:
    outcome = study.run()
    return pd.read_csv(outcome.folder.public / "data/SYN_visits.csv", keep_default_na=False)


@pytest.mark.parametrize("mechanism", ["clique_tree", "aim", "mst", "independent"])
def test_rules_hold_in_every_released_row(study: Study, mechanism: str) -> None:
    study.edit("    columns:\n", RULES)
    study.edit("attacks:", f"synthesis: {{mechanism: {mechanism}}}\nattacks:")
    rows = released(study)
    known = rows[rows["age"] != ""]
    assert not ((known["ward"] == "d") & (known["age"].astype(int) < 20)).any()
    assert set(rows[rows["ward"] == "a"]["sex"]) <= {"f"}
    assert set(rows[rows["ward"].isin(["c", "d"])]["sex"]) <= {"m"}
    assert {"a", "b", "c"} <= set(rows["ward"])


def test_wishes_reach_the_questions(study: Study) -> None:
    study.edit(
        "attacks:",
        "synthesis: {mechanism: clique_tree, target: died, must_include: [[age, sex, ward]]}\nattacks:",
    )
    outcome = study.run()
    measured = load_measurements(outcome.folder.measured, "clique_tree")
    assert ("sex", "ward", "age") in {m.clique for m in measured.marginals}


def test_declared_tables_and_nothing_else(study: Study) -> None:
    study.edit("attacks:", "synthesis: {mechanism: fixed, marginals: [[ward, age], [sex, died]]}\nattacks:")
    measured = load_measurements(study.run().folder.measured, "fixed")
    assert {m.clique for m in measured.marginals if len(m.clique) > 1} == {("ward", "age"), ("sex", "died")}


@pytest.mark.parametrize("clip", ["auto", "1.5"])
def test_clipped_counts_end_to_end(study: Study, clip: str) -> None:
    study.edit("max_rows_per_unit: 3", f"max_rows_per_unit: 3, clip: {clip}")
    outcome = study.run()
    measured = load_measurements(outcome.folder.measured, "clique_tree")
    assert measured.reach is not None and measured.rows is not None
    assert all(m.clip is not None for m in measured.marginals)
    rows = pd.read_csv(outcome.folder.public / "data/SYN_visits.csv")
    assert 250 < len(rows) < 1100
    [said] = json.loads((outcome.folder.public / "facts.json").read_text())["utility"]["clips"]
    found = clip_bias(measured)
    limit = norm.isf(0.01 / len(found))
    assert ("clique" not in said["worst"]) == all(bias.lost <= limit * bias.sigma for bias in found)


def test_rules_that_contradict_each_other_stop_before_anything_is_charged(study: Study) -> None:
    study.edit(
        "    columns:\n",
        RULES.replace("{ward: [d], age: {max: 19}}", "{ward: [a, b, c, d, other], sex: [f, m, other]}"),
    )
    said = say("check", str(study.policy))
    assert said.code == 10 and "rules" in said.err and not Path(study.folder / "ledger.sqlite").exists()


def test_attacks_run_on_clipped_releases(tmp_path: Path) -> None:
    """The controls train the same mechanism without its noise: they must understand clipped answers, too."""
    study = Study(tmp_path / "study", attacks="focal, focal_outsider, dcr, nearest")
    study.edit("max_rows_per_unit: 3", "max_rows_per_unit: 3, clip: auto")
    outcome = study.run()
    assert not list(outcome.folder.internal.glob("failure*"))
    facts = json.loads((outcome.folder.internal / "facts.json").read_text())
    assert len(facts["attacks"]) == 4
