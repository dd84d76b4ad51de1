"""The evaluation of several tables, on a small cohort from end to end of the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.domain.family import Family
from dpsynth.run import evaluation
from dpsynth.synth.relational.keys import keyed
from dpsynth.testing.samplers import RoundedGaussian
from tests.synth.families.cohort import calibrated, measurers, opened, policy


def made(folder: Path, people: int):
    """Policy, views, real people, and a sample with its keys."""
    loaded = policy(folder)
    family = Family.from_policy(loaded)
    real = opened(loaded, family, people)
    mechanism = calibrated(loaded, family, 2.0)
    model = mechanism.fit(mechanism.measure(measurers(mechanism, real, RoundedGaussian(np.random.default_rng(1)))))
    sample = model.sample(family, loaded.policy.tables, people, np.random.default_rng(2))
    return (
        family,
        loaded.policy.tables,
        real,
        sample,
        keyed(family, loaded.policy.tables, sample, np.random.default_rng(3)),
    )


def test_three_levels_are_evaluated(tmp_path: Path) -> None:
    family, tables, real, sample, leaving = made(tmp_path, 120)
    said = evaluation.related(family, tables, sample.coded, leaving)
    assert (said.people, dict(said.rows)) == (120, {name: leaving[name].num_rows for name in tables})
    assert {check.broken for check in said.checks} == {0}
    beside = evaluation.relations(real, sample.coded, family, tables, np.random.default_rng(4))
    assert beside.sizes == (120, 0, 120)
    kinds = {(b.subject.kind, b.subject.table) for b in beside.measures}
    assert {("rows_of_parent", "labs"), ("pair_of_person", "labs"), ("pair", "labs"), ("siblings", "stays")} <= kinds
    assert len(beside.measures) > 40 and all(np.isnan(b.held.value) for b in beside.measures), "nobody was held out"
    assert 0.5 < beside.classifier.synthetic.value <= 1


def test_broken_references_are_found_in_what_leaves(tmp_path: Path) -> None:
    family, tables, _, sample, leaving = made(tmp_path, 40)
    drugs = leaving["drugs"]
    nobody = pa.array(["SYN999999999"] * drugs.num_rows)
    leaving["drugs"] = drugs.set_column(drugs.column_names.index("pid"), "pid", nobody)
    broken = {(c.table, c.rule): c.broken for c in evaluation.related(family, tables, sample.coded, leaving).checks}
    assert broken["drugs", "references"] == drugs.num_rows > 0
