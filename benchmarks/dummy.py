"""Dummy data of many patients: CPU, wall clock, memory, and whether every rule is kept.

    python benchmarks/dummy.py [--patients 100000] [--quick] [--json FILE]

Each level is made by the command itself in a process of its own, for the ready cohort of three tables: patients,
laboratory results, treatments. What was written is read back and checked: the number of patients, keys, rules, dates
inside window, birth, entry and death (level format keeps keys only). Numbers of rows of a patient are printed too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.data.files import FileSource
from dpsynth.domain import text
from dpsynth.domain.rules import violations
from dpsynth.dummy.plan import Level, Plan, plan
from dpsynth.policy.binned_columns import OffsetColumn
from dpsynth.policy.load import load

POLICY = Path(__file__).resolve().parents[1] / "policies" / "diabetes_cohort.yaml"
ORDER = {"patients": None, "lab_results": "date", "treatments": "start"}


def made(level: str, patients: int, out: Path) -> dict[str, float]:
    """CPU and wall seconds and peak memory (MiB) of the command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "dpsynth", "dummy", str(POLICY), "--patients", str(patients)]
    process = subprocess.Popen([*command, "--level", level, "--out", str(out)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the command failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"cpu_s": cpu, "wall_s": time.perf_counter() - start, "peak_mib": used.ru_maxrss / 1024}


def rows(planned: Plan, name: str, out: Path) -> pa.Table:
    """A table as the program reads data."""
    table = planned[name].table
    source = FileSource(out / "as-delivered" / Path(table.file).name, table.delimiter)
    return pa.Table.from_batches(list(source.batches(tuple(table.columns))))


def days(table: pa.Table, column: str) -> np.ndarray:
    return text.to_day(table[column], frozenset({""}), "%Y-%m-%d")


def checked(planned: Plan, patients: int, out: Path) -> dict[str, object]:
    """What holds in the files, and the numbers of rows of a patient."""
    tables = {name: rows(planned, name, out) for name in ORDER}
    people = tables["patients"]
    place = {key: i for i, key in enumerate(people["patient_id"].to_pylist())}
    entry, born, death = (days(people, name) for name in ("entry_date", "birth_date", "death_date"))
    window = planned.window or (-(10**9), 10**9)
    keys, broken, late, counted = True, 0, 0, {}
    for name, date in ORDER.items():
        part, table = tables[name], planned[name]
        owner = np.array([place.get(key, -1) for key in part["patient_id"].to_pylist()])
        keys &= bool((owner >= 0).all())
        codes = np.zeros((part.num_rows, len(table.domain.names)), np.uint16)
        for i, attribute in enumerate(table.domain.attributes):
            if not isinstance(table.table.columns[attribute.name], OffsetColumn):
                codes[:, i] = attribute.encode(part[attribute.name])
        broken += int(violations(codes, table.domain, table.zeros).sum())
        if date is not None:
            day = days(part, date)
            late += int(((day < window[0]) | (day > window[1])).sum())
            late += int(((day < entry[owner]) | (day < born[owner]) | (day > death[owner])).sum())
            number = np.bincount(owner, minlength=patients)
            counted[name] = {
                "mean": float(number.mean()),
                "none": float((number == 0).mean()),
                "quantiles_50_90_99": np.quantile(number, [0.5, 0.9, 0.99]).tolist(),
                "most": int(number.max()),
            }
    return {
        "patients": len(place),
        "keys_lead_somewhere": keys,
        "rows": {name: table.num_rows for name, table in tables.items()},
        "rows_that_break_a_rule": broken,
        "dates_out_of_place": late,
        "rows_a_patient": counted,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="5,000 patients")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    patients = 5_000 if given.quick else given.patients
    found, planned = {}, plan(load(POLICY), Level.RULES)
    for level in Level:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            cost = made(level.value, patients, out)
            found[level.value] = cost | checked(planned, patients, out)
        f = found[level.value]
        print(
            f"{level.value:<11} {f['cpu_s']:6.1f} CPU s {f['wall_s']:6.1f} s {f['peak_mib']:6.0f} MiB  patients "
            f"{f['patients']}, rows {sum(f['rows'].values())}"
        )
        print(
            f"{'':<11} keys {'intact' if f['keys_lead_somewhere'] else 'BROKEN'}, rows that break a rule "
            f"{f['rows_that_break_a_rule']}, dates out of place {f['dates_out_of_place']}"
        )
    for name, law in found["simulation"]["rows_a_patient"].items():
        print(f"simulation, rows a patient in {name}: {json.dumps(law)}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
