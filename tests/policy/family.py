"""A policy of four tables on three levels with a catalogue, for tests to break."""

from __future__ import annotations

from pathlib import Path

FAMILY = """\
dpsynth_policy: 1
id: cohort
title: {en: Cohort}
legal:
  controller: Centre
  purpose: {en: Teaching}
release:
  audience: public
source:
  population: people
  snapshot: s1
  max_patients: 1000
tables:
  patients:
    file: patients.csv
    time: {start: 2019-01-01, end: 2023-12-31, index: entry, birth: born, death: died}
    columns:
      pid: {role: unit_key}
      sex: {type: category, domain: [f, m], source: doc}
      born: {type: date, min: 1920-01-01, max: 2010-12-31, bins: year, nullable: true, source: doc}
      entry: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
      died: {type: offset, from: entry, min: 0, max: 1825, bins: {width: 365}, nullable: true, source: doc}
  stays:
    file: stays.csv
    parent: patients
    rows: {at_most: 40, order_by: day}
    columns:
      stay: {role: key}
      pid: {role: unit_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
      left: {type: offset, from: day, min: 0, max: 60, bins: {edges: [0, 1, 7, 60]}, nullable: true, source: doc}
      ward: {type: category, domain: [a, b, c], source: doc}
  labs:
    file: labs.csv
    parent: stays
    rows:
      at_most: 200
      clip: 20
      order_by: day
      previous:
        - {column: code}
        - {column: value, same: code}
      summaries:
        - {column: value, of: mean}
        - {column: code, of: mode}
        - {column: code, of: ever, levels: [hba1c]}
      context: [ward]
    columns:
      pid: {role: unit_key}
      stay: {role: parent_key}
      drug: {role: link, references: drugs}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, nullable: true, source: doc}
      code: {type: category, domain: [hba1c, ldl, crp], source: doc}
      value: {type: real, min: 0, max: 100, decimals: 1, bins: {count: 4}, nullable: true, source: doc}
  drugs:
    file: drugs.csv
    parent: patients
    rows: {at_most: 30}
    columns:
      given: {role: key}
      pid: {role: unit_key}
      atc: {type: category, references: atc, nullable: true, other: false, source: doc}
public_tables:
  atc: {file: atc.csv, key: atc, citation: WHO}
privacy:
  contribution:
    max_rows_per_unit: 1
  epsilon: 1
  delta: 1e-6
  lifetime: {epsilon: 3, delta: 1e-6}
synthesis:
  mechanism: relational
"""

CATALOGUE = "atc,name\nA10BA02,metformin\nC09AA05,ramipril\n"


def write(folder: Path, text: str = FAMILY, catalogue: str = CATALOGUE) -> Path:
    (folder / "atc.csv").write_text(catalogue)
    path = folder / "p.yaml"
    path.write_text(text)
    return path
