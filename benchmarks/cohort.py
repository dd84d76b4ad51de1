"""A simulated cohort whose law is known: people, laboratory values and treatments. No record describes anybody.

    python benchmarks/cohort.py FOLDER [PEOPLE]     writes three CSV files and the policy cohort.yaml

The parameters stand in PARAMETERS, and `benchmarks/relational.py` prints them beside its results. A person has a hidden
severity; it drives the disease, the number of rows (negative binomial, long tail, some people without any), the level
of all values and the treatments. Values of one code of one person follow an autoregression of order one.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

CODES = tuple(f"L{i:02d}" for i in range(20))
DRUGS = tuple(f"A{i:02d}" for i in range(12))
DISEASES = ("none", "diabetes", "heart", "kidney", "lung")
START, END = dt.date(2019, 1, 1), dt.date(2023, 12, 31)
EPOCH = dt.date(1970, 1, 1)

PARAMETERS = {
    "codes": len(CODES),
    "code_law": "Zipf with exponent 1; diseases double every fifth code",
    "values": "real numbers from 0 to 100 in 8 bins; level of a code and a person plus autoregression 0.6",
    "scales": "with --scales a value is multiplied by 10^(2 u) / 100, u rising evenly from code 0 to 1, in 24 bins "
    "that grow by a third",
    "rows": "negative binomial, shape 0.9, mean 12.7 times exp(0.6 severity - 0.18), at most 320; people without any",
    "treatments": "12 drugs, Poisson of mean exp(0.5 severity) + 1 for people with a disease, 0.2 for others",
    "gaps": "exponential, mean 60 days; dates end with the study, 2019 to 2023",
    "diseases": list(DISEASES),
    "death": "4 percent, after entry",
}


def simulate(people: int, seed: int, scales: bool = False) -> dict[str, pa.Table]:
    """The three tables."""
    rng = np.random.default_rng(seed)
    first, last = (START - EPOCH).days, (END - EPOCH).days
    severity = rng.normal(size=people)
    sick = rng.random(people) < 1 / (1 + np.exp(-0.8 * severity + 0.2))
    disease = np.where(sick, 1 + rng.choice(4, people, p=[0.45, 0.3, 0.15, 0.1]), 0)
    sex = rng.integers(0, 2, people)
    age = np.clip(rng.normal(58 + 8 * severity, 14), 18, 95)
    entry = first + rng.integers(0, 365, people)
    born = entry - (age * 365.25).astype(int)
    died = np.where(rng.random(people) < 0.04, entry + rng.integers(200, 1400, people), -1)
    died = np.where(died > last, -1, died)
    ids = rng.permutation(people)
    mean = 12.7 * np.exp(0.6 * severity - 0.18)
    count = np.minimum(rng.poisson(rng.gamma(0.9, mean / 0.9)), 320)
    labs = _labs(rng, count, severity, disease, entry, np.where(died < 0, last, died))
    treatments = _treatments(rng, severity, disease, entry, np.where(died < 0, last, died))
    table = {
        "patients": pa.table(
            {
                "pid": pa.array(ids),
                "sex": pa.array(np.array(["f", "m"])[sex]),
                "born": _dates(born),
                "entry": _dates(entry),
                "died": _dates(died, died < 0),
                "disease": pa.array(np.array(DISEASES)[disease]),
            }
        )
    }
    who, day, code, value = labs
    if scales:
        value = value * 10 ** (2 * code / (len(CODES) - 1)) / 100
    table["lab_results"] = pa.table(
        {"pid": pa.array(ids[who]), "day": _dates(day), "code": pa.array(np.array(CODES)[code]),
         "value": pa.array(np.round(value, 2 if scales else 1))}
    )  # fmt: skip
    who, day, drug, until = treatments
    table["treatments"] = pa.table(
        {"pid": pa.array(ids[who]), "start": _dates(day), "end": _dates(until), "drug": pa.array(np.array(DRUGS)[drug])}
    )
    return table


def _labs(rng, count, severity, disease, entry, last):
    who = np.repeat(np.arange(len(count)), count)
    gaps = rng.exponential(60 / np.maximum(1.0, count[who] / 12), len(who)).astype(int)
    starts = np.cumsum(count) - count
    total = np.cumsum(gaps) - np.repeat((np.cumsum(gaps) - gaps)[np.minimum(starts, max(0, len(gaps) - 1))], count)
    day = np.minimum(entry[who] + total, last[who])
    base = 1 / (1 + np.arange(len(CODES)))
    weights = np.tile(base, (len(DISEASES), 1))
    for d in range(1, len(DISEASES)):
        weights[d, np.arange(len(CODES)) % 5 == d] *= 2
    cumulated = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    code = (rng.random(len(who))[:, None] > cumulated[disease[who]]).sum(axis=1)
    level = 30 + 40 * np.sin(np.arange(len(CODES)) * 1.7) ** 2
    order = np.lexsort((np.arange(len(who)), code, who))
    noise, deviation = rng.normal(size=len(who)), np.zeros(len(who))
    before = -1
    for i in order:  # autoregression along the rows of one person and code
        fresh = before < 0 or who[before] != who[i] or code[before] != code[i]
        deviation[i] = noise[i] if fresh else 0.6 * deviation[before] + np.sqrt(1 - 0.6**2) * noise[i]
        before = i
    value = np.clip(level[code] + 10 * severity[who] + 12 * deviation, 0, 100)
    return who, day, code, value


def _treatments(rng, severity, disease, entry, last):
    count = np.minimum(rng.poisson(np.where(disease > 0, np.exp(0.5 * severity) + 1, 0.2)), 40)
    who = np.repeat(np.arange(len(count)), count)
    span = np.maximum(1, last[who] - entry[who])
    day = entry[who] + (rng.random(len(who)) * span).astype(int)
    drug = np.where(
        rng.random(len(who)) < 0.7, disease[who] * 2 + rng.integers(0, 3, len(who)), rng.integers(0, 12, len(who))
    )
    until = np.minimum(day + rng.integers(1, 180, len(who)), last[who])
    return who, day, np.minimum(drug, len(DRUGS) - 1), until


def _dates(days, missing=None) -> pa.Array:
    return pa.array(np.asarray(days, np.int32), pa.int32(), mask=missing).cast(pa.date32())


POLICY = """\
dpsynth_policy: 1
id: cohort
title: {{en: Simulated cohort}}
legal:
  controller: Example Research Data Centre
  purpose: {{en: Benchmark}}
release:
  audience: public
source:
  population: cohort-{people}
  snapshot: simulated
  max_patients: {people}
  holdout: {{share: 0.02, control: 0.5}}
tables:
  patients:
    file: patients.csv
    time: {{start: 2019-01-01, end: 2023-12-31, index: entry, birth: born, death: died}}
    columns:
      pid: {{role: unit_key}}
      sex: {{type: category, domain: [f, m], other: false, nullable: true, source: doc}}
      born: {{type: date, min: 1920-01-01, max: 2003-12-31, bins: year, missing_as: 1960-01-01, source: doc}}
      entry: {{type: date, min: 2019-01-01, max: 2019-12-31, bins: month, missing_as: 2019-01-01, source: doc}}
      died: {{type: offset, from: entry, min: 0, max: 1825, bins: {{width: 365}}, nullable: true, source: doc}}
      disease:
        type: category
        domain: [none, diabetes, heart, kidney, lung]
        source: doc
  lab_results:
    file: lab_results.csv
    parent: patients
    rows:
      at_most: 320
      order_by: day
      previous:
        - {{column: code}}
        - {{column: value, same: code}}
      summaries:
        - {{column: value, of: mean}}
      context: [sex, disease]
    columns:
      pid: {{role: unit_key}}
      day: {{type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}}
      code: {{type: category, domain: [{codes}], source: doc}}
      value: {{type: real, min: 0, max: 100, {bins}, nullable: true, source: doc}}
  treatments:
    file: treatments.csv
    parent: patients
    rows:
      at_most: 40
      order_by: start
      previous:
        - {{column: drug}}
      summaries:
        - {{column: drug, of: mode}}
      context: [sex, disease]
    columns:
      pid: {{role: unit_key}}
      start: {{type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}}
      end: {{type: offset, from: start, min: 0, max: 180, bins: {{width: 30}}, nullable: true, source: doc}}
      drug: {{type: category, domain: [{drugs}], source: doc}}
privacy:
  contribution:
    max_rows_per_unit: 1
  epsilon: {epsilon}
  delta: {delta}
  lifetime: {{epsilon: {epsilon}, delta: {delta}}}
synthesis:
  mechanism: relational
"""


EVEN = "decimals: 1, bins: {count: 8}"
GROWING = f"decimals: 2, bins: {{edges: {[0, *(round(100 * 0.75**k, 2) for k in reversed(range(24)))]}}}"
"""Bins of values: of one scale for all codes, and of scales of their own."""


def write(folder: Path, people: int, epsilon: float, seed: int, scales: bool = False) -> Path:
    """Writes the cohort and its policy; returns the policy."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in simulate(people, seed, scales).items():
        pacsv.write_csv(table, folder / f"{name}.csv")
    text = POLICY.format(
        people=people,
        epsilon=epsilon,
        delta=min(1e-6, 0.01 / people),
        codes=", ".join(CODES),
        drugs=", ".join(DRUGS),
        bins=GROWING if scales else EVEN,
    )
    (folder / "cohort.yaml").write_text(text)
    return folder / "cohort.yaml"


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5000, 3.0, 0))
