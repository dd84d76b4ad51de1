"""A release of several tables, made of one of a single table: an invented cohort beside another one."""

from __future__ import annotations

import dataclasses
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from dpsynth.domain.family import Family
from dpsynth.report.inputs import Inputs, Related
from dpsynth.utility.relations import cohort, evaluate
from dpsynth.utility.relations.integrity import RULES, Check
from dpsynth.utility.relations.results import Comparison
from tests.utility.relations import invented


@cache
def parts(people: int = 400) -> tuple[Related, Comparison]:
    """What synthetic people say, and how they stand beside real ones: rows of theirs know nothing of each other."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = invented.policy(Path(folder))
    family, tables = Family.from_policy(loaded), loaded.policy.tables
    truth = {"own": 0.5, "before": 0.6, "group": 0.5}
    real = invented.source(invented.units(family, people, 1, **truth), invented.units(family, 100, 2, **truth))
    drawn = invented.draw(family, 300, 3)
    made = cohort.of_synthetic(family, drawn)
    rows = {"patients": 300} | {name: len(coded.owner) for name, coded in drawn.rows.items()}
    checks = [Check(t, r, rows[t], 0) for t in tables for r in RULES if t != "patients" or r in ("keys", "values")]
    related = Related(family, 300, rows, tuple(checks), evaluate.describe(made, family, tables))
    return related, evaluate.compare(real, made, family, tables, np.random.default_rng(4))


def related(inputs: Inputs, people: int = 400) -> Inputs:
    """The same report with tables whose rows belong together."""
    said, beside = parts(people)
    return Inputs(
        dataclasses.replace(inputs.published, related=said), dataclasses.replace(inputs.inside, relations=beside)
    )
