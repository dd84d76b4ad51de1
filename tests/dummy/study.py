"""A policy of four tables with rules, missing codes, dates and dropped columns; its data do not exist."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.data.files import FileSource
from dpsynth.domain.domain import Domain
from dpsynth.dummy.plan import Level, Plan, plan
from dpsynth.policy.load import load
from tests.policy import family

FAMILY = (
    family.FAMILY.replace(
        "      sex: {type: category, domain: [f, m], source: doc}",
        """\
      sex: {type: category, domain: [f, m], nullable: true, source: doc}
      pregnant: {type: boolean, true_values: [ja], false_values: [nein], nullable: true, source: doc}
      town: {type: category, domain: [Aldo, Bree, Cade], other: elsewhere, source: doc}
      county: {type: category, domain: [1, 2], other: false, nullable: true, source: doc}
      weight: {type: real, min: 30, max: 200, decimals: 1, bins: {width: 10}, nullable: true, source: doc}
      seen: {role: drop}""",
    )
    .replace(
        "    file: patients.csv\n", '    file: deep/patients.csv\n    delimiter: ";"\n    missing_values: ["", "-9"]\n'
    )
    .replace("    file: labs.csv\n", "    file: labs.parquet\n")
    .replace("    file: stays.csv\n", "    file: stays.tsv.gz\n")
    .replace(
        "  stays:\n",
        """\
    rules:
      - impossible: {sex: [m, missing], pregnant: ["true"]}
      - impossible: {born: {max: "1949-12-31"}, pregnant: ["true"]}
      - determines: {from: town, to: county, map: {Aldo: 1, Bree: 2, Cade: [1, 2], elsewhere: missing}}
  stays:
""",
    )
    .replace(
        "      ward: {",
        "      icd: {type: category, domain: [E11.9, I10.0], coding_system: {name: ICD-10-GM}, source: doc}\n      ward: {",
    )
    .replace(
        "      value: {type: real",
        "      note: {role: drop}\n      batch: {role: drop}\n      ordered: {role: drop}\n      value: {type: real",
    )
    + """\
dummy:
  tables:
    patients:
      columns:
        sex: {shares: {f: 0.6, m: 0.4}, missing: 0.1, source: Somebody (2020)}
        weight: {normal: {mean: 80, sd: 15}, missing: 0.3}
    stays:
      rows: {none: 0.5, mean: 3}
      columns:
        icd: {shares: {E11.9: 0.5, other: 0.5}}
    labs:
      columns:
        ordered: {code: LOINC}
        note: {values: [a, "b, c"]}
        batch: {numbers: [5, 9], missing: 0.5}
"""
)


def study(folder: Path, level: Level = Level.RULES, text: str = FAMILY) -> Plan:
    """The policy, planned; nothing that it names as data is there."""
    return plan(load(family.write(folder, text)), level)


def read(made: Plan, folder: Path, name: str) -> pa.Table:
    """A written table as the program reads data, with all columns."""
    table = made[name].table
    (path,) = folder.glob(f"{name}_DUMMY.*")
    source = FileSource(path, table.delimiter)
    batches = list(source.batches(tuple(table.columns)))
    assert source.left_out == 0
    return pa.Table.from_batches(batches)


def codes(made: Plan, rows: pa.Table, name: str) -> Mapping[str, np.ndarray]:
    """Levels of the columns that are read as they are; offsets are days since another date."""
    domain: Domain = made[name].domain
    plain = [a for a in domain.attributes if type(made[name].table.columns[a.name]).__name__ != "OffsetColumn"]
    return {a.name: a.encode(rows[a.name]) for a in plain}
