"""Cohorts whose truth is known, as codes: patients with laboratory rows, in the views in which real rows are counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dpsynth.data.family import BoundedFamily, FamilyUnits
from dpsynth.domain.deriving import Coded, CodedFamily
from dpsynth.domain.family import Family
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.utility.relations import cohort

POLICY = """\
dpsynth_policy: 1
id: cohort
title: {en: Cohort}
legal:
  controller: Centre
  purpose: {en: Teaching}
release: {audience: public}
source: {population: people, snapshot: s1, max_patients: 10000}
tables:
  patients:
    file: patients.csv
    time: {start: 2019-01-01, end: 2023-12-31, index: entry, death: died}
    columns:
      pid: {role: unit_key}
      group: {type: category, domain: [a, b, c], other: false, nullable: true, source: doc}
      entry: {type: date, min: 2019-01-01, max: 2020-12-31, bins: month, missing_as: 2019-01-01, source: doc}
      died: {type: offset, from: entry, min: 0, max: 1825, bins: {width: 73}, nullable: true, source: doc}
  labs:
    file: labs.csv
    parent: patients
    rows:
      at_most: 30
      order_by: day
      previous: [{column: code}, {column: value, same: code}]
      summaries: [{column: value, of: mean}]
    columns:
      pid: {role: unit_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
      code: {type: category, domain: [x, y, z], other: false, nullable: true, source: doc}
      value: {type: real, min: -50, max: 50, decimals: 1, bins: {width: 1}, nullable: true, source: doc}
  drugs:
    file: drugs.csv
    parent: patients
    rows: {at_most: 10}
    columns:
      pid: {role: unit_key}
      atc: {type: category, domain: [A, B, C], other: false, nullable: true, source: doc}
privacy:
  contribution: {max_rows_per_unit: 1}
  epsilon: 1
  delta: 1e-6
  lifetime: {epsilon: 3, delta: 1e-6}
synthesis: {mechanism: relational}
"""
START = 17897
"""2019-01-01 in days since 1970-01-01."""


def policy(folder: Path) -> LoadedPolicy:
    path = folder / "policy.yaml"
    path.write_text(POLICY)
    return load(path)


def draw(
    family: Family, people: int, seed: int, *, own: float = 0.0, before: float = 0.0, group: float = 0.0
) -> CodedFamily:
    """People with rows whose values share a part, follow the value before, and belong to the person's group.

    Args:
        family: views of `POLICY`.
        people: how many.
        seed: of everything.
        own: variance of what a person's values have in common; the rest, to 1, is each row's own.
        before: correlation of a row's own part with that of the person's last row of the same code.
        group: how much more a person's group says about the code of a row than nothing.
    """
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, people)
    entry = START + rng.integers(0, 700, people)
    died = np.where(rng.random(people) < 0.3, rng.integers(0, 1825, people), -1)
    number = np.where(rng.random(people) < 0.2, 0, np.minimum(rng.poisson(6, people), 30))
    owner = np.repeat(np.arange(people), number)
    day = entry[owner] + np.cumsum(rng.integers(0, 20, len(owner))) % 300
    order = np.lexsort((day, owner))
    day = day[order]
    code = np.where(rng.random(len(owner)) < group, kind[owner], rng.integers(0, 3, len(owner)))
    part, last = rng.normal(size=len(owner)), {}
    for i in range(len(owner)):
        key = owner[i], code[i]
        if key in last:
            part[i] = before * last[key] + np.sqrt(1 - before**2) * part[i]
        last[key] = part[i]
    value = 10 * (np.sqrt(own) * rng.normal(size=people)[owner] + np.sqrt(1 - own) * part) + 5 * code - 5
    labs = family["labs"].codec
    coded = np.stack([code, labs["value"].codes_at(np.rint(np.clip(value, -50, 50) * 10).astype(np.int64))], axis=1)  # type: ignore[attr-defined]
    codec = family.codec
    root = np.stack(
        [
            kind,
            codec["entry"].codes_at(entry),  # type: ignore[attr-defined]
            np.where(died < 0, codec["died"].missing, codec["died"].codes_at(np.maximum(died, 0))),  # type: ignore[attr-defined]
        ],
        axis=1,
    )
    given = np.repeat(np.arange(people), rng.integers(0, 3, people))
    nothing = np.zeros(0, np.int64)
    rows = {
        "labs": Coded(coded.astype(np.uint16), owner, day, nothing, np.zeros((len(owner), 0), np.uint16)),
        "drugs": Coded(
            rng.integers(0, 3, (len(given), 1)).astype(np.uint16),
            given,
            np.full(len(given), np.iinfo(np.int64).max),
            nothing,
            np.zeros((len(given), 0), np.uint16),
        ),
    }
    return CodedFamily(people, root.astype(np.uint16), entry, rows)


def units(family: Family, *args: int, **how: float) -> FamilyUnits:
    return cohort.of_synthetic(family, draw(family, *args, **how))


def source(train: FamilyUnits, held: FamilyUnits) -> BoundedFamily:
    half = np.arange(held.size // 2), np.arange(held.size // 2, held.size)
    parts = [
        FamilyUnits(held.people.take(people), {n: u.take(people) for n, u in held.rows.items()}) for people in half
    ]
    return BoundedFamily(train, parts[0], parts[1], "0" * 64)
