"""Attacks against published values and against leaks.

python benchmarks/attacks.py [--data DIR] [--quick] [--json FILE]

DIR holds folders of public data sets: `synth_mia_housing` and `sd2011_poland` for published values, `diabetes130` for
the table of leaks. What is not there is left out; the table of leaks then uses the example that comes with the product.
The exit code is 1 if a value differs, a leak is missed or a release is accused that gives nobody away.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

# Before numpy is loaded: on a busy machine its threads mostly wait for each other.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import leaks
import numpy as np
from synthpop_values import PUBLISHED as SYNTHPOP
from synthpop_values import sd2011_values

from dpsynth.attacks import statistics, vectors

DPI_NEAREST, GEN_LRA_NEAREST = 20, 5


@dataclass(frozen=True)
class Value:
    """One published value and ours.

    Attributes:
        name: what it is.
        value: what our function gives.
        published: what others print.
        matches: within half a unit of the last printed digit.
    """

    name: str
    value: float
    published: float
    matches: bool


def compared(name: str, value: float, published: float, tolerance: float) -> Value:
    """The row."""
    return Value(name, float(value), published, bool(abs(value - published) <= tolerance))


PUBLISHED = {
    "dcr": (0.527425, 5e-7),
    "dcr_difference": (0.562275, 5e-7),
    "domias": (0.68385, 5e-7),
    "density": (0.642975, 5e-7),
    "dpi": (0.531012, 1e-6),
    "gen_lra": (0.648, 5e-4),
}
"""AUCs in the notebook of Synth-MIA (MIT licence), raw columns, members and non-members as targets."""


def housing(folder: Path) -> list[Value]:
    """AUCs on the housing sample of Synth-MIA (github.com/joshward96/Synth-MIA, example_data/housing).

    The folder has mem.csv, non_mem.csv, ref.csv and synth.csv: rows that were trained on, rows that were not, the
    attacker's reference, and the released table; numbers under a line of names.
    """
    names = ("mem", "non_mem", "ref", "synth")
    members, others, reference, synthetic = (
        np.loadtxt(folder / f"{name}.csv", delimiter=",", skiprows=1, ndmin=2) for name in names
    )
    scores: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "dcr": lambda x: vectors.dcr(x, synthetic),
        "dcr_difference": lambda x: vectors.dcr_difference(x, reference, synthetic),
        "domias": lambda x: vectors.domias(x, reference, synthetic),
        "density": lambda x: vectors.density(x, synthetic),
        "dpi": lambda x: vectors.dpi(x, reference, synthetic, DPI_NEAREST),
        "gen_lra": lambda x: vectors.gen_lra(x, reference, synthetic, GEN_LRA_NEAREST),
    }
    return [
        compared(f"Synth-MIA housing, AUC of {name}", statistics.auc(score(members), score(others)), *PUBLISHED[name])
        for name, score in scores.items()
    ]


def formulas() -> list[Value]:
    """Values that need no data.

    Largest epsilon that 1,000 and 1,000 targets can certify: notebook of synth-audit. The other two: docstring of
    jax_privacy's auditing; its AUC is that of the convex hull.
    """
    members, control = np.arange(100) + 9.5, np.arange(100.0)
    found = float((members > statistics.threshold(control, 0.01)).mean())
    epsilon = statistics.certifiable_epsilon(1000, 1000, 0.1)
    return [
        compared("synth-audit, largest certifiable epsilon of 1,000 + 1,000 targets", epsilon, 5.60, 5e-3),
        compared("jax_privacy, TPR at 1 % FPR", found, 0.11, 1e-9),
        compared("jax_privacy, AUC of the convex hull", statistics.hull_auc(members, control), 0.595, 1e-9),
    ]


def external_values(data: Path | None) -> list[Value]:
    """All published values for which the data are there."""
    found = formulas()
    if data is not None and (data / "synth_mia_housing").is_dir():
        found += housing(data / "synth_mia_housing")
    if data is not None and (data / "sd2011_poland").is_dir():
        ours = sd2011_values(data / "sd2011_poland")
        digits = {"UiO": 5e-3, "Dorig(depress)": 5e-2}
        found += [compared(f"synthpop SD2011, {k} in %", ours[k], SYNTHPOP[k], digits[k]) for k in SYNTHPOP]
    return found


def main() -> int:
    """Prints both tables and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--quick", action="store_true", help="fewer people, releases and attacks")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    values = external_values(chosen.data)
    print("| value | published | ours | |\n|---|---|---|---|")
    for v in values:
        print(f"| {v.name} | {v.published} | {v.value:.7g} | {'matches' if v.matches else 'DIFFERS'} |")
    rng = np.random.default_rng(0)
    study = leaks.study(chosen.data, chosen.quick, rng)
    made = leaks.releases(study, chosen.quick, rng)
    sizes = {part: getattr(study, part).size for part in ("members", "reference", "control", "fresh")}
    print(f"\n{study.name}: " + ", ".join(f"{n} {part}" for part, n in sizes.items()), flush=True)
    rows = leaks.leak_table(study, made, leaks.attacks(chosen.quick), rng)
    caught = leaks.verdicts(made, rows)
    print(f"\n{leaks.markdown(rows)}\n")
    for release in made:
        print(f"{release.name}: caught by {', '.join(caught[release.name]) or 'none'}")
    expected, cpu = leaks.as_expected(made, rows) and all(v.matches for v in values), time.process_time()
    print(f"\n{'as expected' if expected else 'NOT AS EXPECTED'}; {cpu:.0f} CPU seconds")
    if chosen.json:
        written = {
            "external_values": [asdict(v) for v in values],
            "people": {"table": study.name, **sizes},
            "leaks": [asdict(row) for row in rows],
            "as_expected": expected,
            "cpu_seconds": round(cpu, 1),
        }
        chosen.json.write_text(json.dumps(written, indent=1) + "\n")
    return 0 if expected else 1


if __name__ == "__main__":
    raise SystemExit(main())
