"""Several tables on real and realistic files: whether keys, order and windows hold, and how near the tables come.

    python benchmarks/hospitals.py FOLDER [--epsilon 3] [--json FILE]

FOLDER holds `synthea_hospital/` (patients, encounters, procedures: three levels) and `diabetes130/` (one table, up to
40 encounters of a patient) as Parquet files; what is not there is left out. Every key, reference and date is checked in
the finished tables, not in the program's own codes. Code lists are those of the data's documentation.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from relational import measurers

from dpsynth.data.examples import open_table
from dpsynth.data.family import open_family
from dpsynth.domain.deriving import view_of_people, view_of_rows
from dpsynth.domain.family import Family
from dpsynth.policy.load import load
from dpsynth.privacy import accountant
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.keys import keyed
from dpsynth.synth.relational.mechanism import calibrate

HEAD = """\
dpsynth_policy: 1
id: {name}
title: {{en: Benchmark}}
legal:
  controller: Example Research Data Centre
  purpose: {{en: Benchmark}}
release:
  audience: public
source:
  population: {name}
  snapshot: benchmark
  max_patients: {people}
  holdout: {{share: 0.02, control: 0.5}}
tables:
{tables}
privacy:
  contribution:
    max_rows_per_unit: {rows}
  epsilon: {epsilon}
  delta: {delta}
  lifetime: {{epsilon: {epsilon}, delta: {delta}}}
synthesis:
  mechanism: relational
"""

SYNTHEA = """\
  patients:
    file: {folder}/patients.parquet
    time: {{start: 2011-01-01, end: 2022-02-28, birth: BIRTHDATE, death: DEATHDATE}}
    columns:
      Id: {{role: unit_key}}
      BIRTHDATE: {{type: date, min: 1900-01-01, max: 2021-12-31, bins: year, missing_as: 1950-01-01, source: doc}}
      DEATHDATE: {{type: date, min: 2011-01-01, max: 2022-02-28, bins: year, nullable: true, source: doc}}
      MARITAL: {{type: category, domain: [M, S], nullable: true, source: doc}}
      RACE: {{type: category, domain: [white, black, asian, native, hawaiian], source: doc}}
      ETHNICITY: {{type: category, domain: [hispanic, nonhispanic], source: doc}}
      GENDER: {{type: category, domain: [F, M], source: doc}}
  encounters:
    file: {folder}/encounters.parquet
    parent: patients
    rows:
      at_most: 300
      order_by: START
      previous: [{{column: ENCOUNTERCLASS}}]
      summaries: [{{column: ENCOUNTERCLASS, of: mode}}]
      context: [GENDER]
    columns:
      Id: {{role: key}}
      PATIENT: {{role: unit_key}}
      START:
        type: date
        min: 2011-01-01
        max: 2022-02-28
        format: "%Y-%m-%dT%H:%M:%SZ"
        missing_as: 2011-01-01
        source: doc
      ENCOUNTERCLASS:
        {{type: category, domain: [ambulatory, emergency, inpatient, outpatient, urgentcare, wellness], source: doc}}
      TOTAL_CLAIM_COST:
        type: real
        min: 0
        max: 50000
        bins: {{edges: [0, 100, 150, 250, 500, 1000, 2500, 10000, 50000]}}
        nullable: true
        source: assumed
  procedures:
    file: {folder}/procedures.parquet
    parent: encounters
    rows:
      at_most: 600
      order_by: START
      previous: [{{column: BASE_COST}}]
      context: [ENCOUNTERCLASS]
    columns:
      PATIENT: {{role: unit_key}}
      ENCOUNTER: {{role: parent_key}}
      START:
        type: date
        min: 2011-01-01
        max: 2022-02-28
        format: "%Y-%m-%dT%H:%M:%SZ"
        missing_as: 2011-01-01
        source: doc
      BASE_COST:
        type: integer
        min: 0
        max: 50000
        bins: {{edges: [0, 250, 431, 432, 500, 600, 1000, 2500, 10000, 50000]}}
        nullable: true
        source: assumed
"""

DIABETES = """\
  encounters:
    file: {folder}/diabetes130.parquet
    missing_values: ["", "?"]
    rows:
      at_most: 40
      summaries:
        - {{column: gender, of: mode}}
        - {{column: race, of: mode}}
        - {{column: age, of: mode}}
    columns:
      patient_nbr: {{role: unit_key}}
      race:
        {{type: category, domain: [Caucasian, AfricanAmerican, Hispanic, Asian, Other], nullable: true, source: doc}}
      gender: {{type: category, domain: [Female, Male], source: doc}}
      age:
        type: category
        domain:
          ["[0-10)", "[10-20)", "[20-30)", "[30-40)", "[40-50)", "[50-60)", "[60-70)", "[70-80)", "[80-90)", "[90-100)"]
        ordered: true
        source: doc
      time_in_hospital: {{type: integer, min: 1, max: 14, bins: {{each: true}}, nullable: true, source: doc}}
      num_medications: {{type: integer, min: 0, max: 100, bins: {{width: 10}}, nullable: true, source: assumed}}
      insulin: {{type: category, domain: ["No", Steady, Up, Down], source: doc}}
      readmitted: {{type: category, domain: ["NO", "<30", ">30"], source: doc}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epsilon", type=float, default=3.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {}
    for name, tables, people, rows in (("synthea_hospital", SYNTHEA, 2000, 1), ("diabetes130", DIABETES, 100_000, 40)):
        folder = (given.folder / name).resolve()
        if folder.exists():
            text = HEAD.format(
                name=name.replace("_", "-"), tables=tables.format(folder=folder), people=people, rows=rows,
                epsilon=given.epsilon, delta=0.01 / people,
            )  # fmt: skip
            found[name] = run(text, given.epsilon, 0.01 / people)
            print(json.dumps({name: found[name]}, indent=1), flush=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))


def run(text: str, epsilon: float, delta: float) -> dict:
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"hospitals-{os.getpid()}.yaml"
    path.write_text(text)
    loaded = load(path)
    path.unlink()
    family, tables = Family.from_policy(loaded), loaded.policy.tables
    cpu = time.process_time()
    sources = {name: open_table(loaded.path_of(name)) for name in tables}
    bounded = open_family(loaded, family, sources, os.urandom(32), lambda: None)
    mechanism = calibrate(accountant.calibrate(Epsilon(epsilon), Delta(delta)), family, loaded.policy.synthesis, {})
    measured = mechanism.measure(measurers(mechanism, bounded))
    size = max(1, round(measured.people.total()))
    rng = np.random.default_rng(0)
    sample = mechanism.fit(measured).sample(family, tables, size, rng)
    made = {name: table.to_pandas() for name, table in keyed(family, tables, sample, rng).items()}
    cpu = time.process_time() - cpu
    view = view_of_people(family, sample.coded)
    near = {}
    for rows in family.rows:
        codes, real = view_of_rows(family, rows, sample.coded, view), bounded.train.rows[rows.name]
        near[rows.name] = {
            "row_total_error": len(codes) / size / (real.rows / bounded.train.size) - 1,
            "mean_tvd": float(np.mean([_tvd(real.codes, codes, rows.view, n) for n in rows.drawn])),
        }
    return {"checks": checks(made, loaded), "tables": near, "people": size, "cpu_s": cpu}


def _tvd(a: np.ndarray, b: np.ndarray, view, name: str) -> float:
    i, size = view.index(name), view.sizes[name]
    shares = [np.bincount(codes[:, i], minlength=size) / max(1, len(codes)) for codes in (a, b)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def checks(made: dict[str, pd.DataFrame], loaded) -> dict[str, float]:
    """Share of rows for which each rule holds, in the finished tables."""
    tables, root = loaded.policy.tables, loaded.policy.table
    found = {}
    if root.rows is not None:
        found["rows_at_most"] = float((made[loaded.policy.table_name][root.unit_key].value_counts() <= 40).mean())
        return found
    people = made[loaded.policy.table_name].set_index(root.unit_key)
    for name, table in tables.items():
        if table.parent is None:
            found[f"{name}: keys are unique"] = float(people.index.is_unique)
            continue
        rows = made[name]
        who = people.reindex(rows[table.unit_key])
        found[f"{name}: people exist"] = float(rows[table.unit_key].isin(people.index).mean())
        found[f"{name}: rows_at_most"] = float((rows[table.unit_key].value_counts() <= table.rows.at_most).mean())
        group = table.unit_key
        if table.parent != loaded.policy.table_name:
            group = next(c for c, d in table.columns.items() if getattr(d, "role", "") == "parent_key")
            key = next(c for c, d in tables[table.parent].columns.items() if getattr(d, "role", "") == "key")
            above = made[table.parent].set_index(key).reindex(rows[group])
            same = above[tables[table.parent].unit_key].to_numpy() == rows[table.unit_key].to_numpy()
            found[f"{name}: parents are the same person's"] = float(same.mean())
            late = pd.to_datetime(rows[table.order_by]).to_numpy() >= pd.to_datetime(above["START"]).to_numpy()
            found[f"{name}: not before the parent"] = float(late.mean())
        day = pd.to_datetime(rows[table.order_by])
        inside = (day >= root.time.start) & (day <= root.time.end)
        found[f"{name}: in the window"] = float(inside.mean())
        died, born = (pd.to_datetime(who[c]).to_numpy() for c in (root.time.death, root.time.birth))
        alive = (np.isnat(died) | (day.to_numpy() <= died)) & (day.to_numpy() >= born)
        found[f"{name}: after birth, before death"] = float(alive.mean())
        found[f"{name}: in order"] = float(day.groupby(rows[group]).apply(lambda d: d.is_monotonic_increasing).mean())
    return found


if __name__ == "__main__":
    main()
