"""Attacks against published values: python benchmarks/attacks.py --data DIR [--quick] --json FILE.

`--data` is a folder with mem.csv, non_mem.csv, ref.csv and synth.csv: rows that were trained on, rows that were not,
the attacker's reference, and the released table; numbers under a line of names.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from dpsynth.attacks import statistics, vectors

DPI_NEAREST, GEN_LRA_NEAREST = 20, 5


@dataclass(frozen=True)
class Row:
    """One published value and ours.

    Attributes:
        attack: name of the score.
        published: AUC in the notebook of Synth-MIA (MIT licence), raw columns, members and non-members as targets.
        ours: what our function gives.
        agrees: within half a unit of the last printed digit.
    """

    attack: str
    published: float
    ours: float
    agrees: bool


PUBLISHED = {
    "dcr": (0.527425, 5e-7),
    "dcr_difference": (0.562275, 5e-7),
    "domias": (0.68385, 5e-7),
    "density": (0.642975, 5e-7),
    "dpi": (0.531012, 1e-6),
    "gen_lra": (0.648, 5e-4),
}


def external_values(data_folder: Path) -> list[Row]:
    """AUCs on the housing sample of Synth-MIA (github.com/joshward96/Synth-MIA, example_data/housing)."""
    names = ("mem", "non_mem", "ref", "synth")
    members, others, reference, synthetic = (
        np.loadtxt(data_folder / f"{name}.csv", delimiter=",", skiprows=1, ndmin=2) for name in names
    )
    scores: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "dcr": lambda x: vectors.dcr(x, synthetic),
        "dcr_difference": lambda x: vectors.dcr_difference(x, reference, synthetic),
        "domias": lambda x: vectors.domias(x, reference, synthetic),
        "density": lambda x: vectors.density(x, synthetic),
        "dpi": lambda x: vectors.dpi(x, reference, synthetic, DPI_NEAREST),
        "gen_lra": lambda x: vectors.gen_lra(x, reference, synthetic, GEN_LRA_NEAREST),
    }
    rows = []
    for name, score in scores.items():
        published, tolerance = PUBLISHED[name]
        ours = statistics.auc(score(members), score(others))
        rows.append(Row(name, published, ours, abs(ours - published) <= tolerance))
    return rows


def main() -> None:
    """Prints the table and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="only what takes seconds")
    parser.add_argument("--json", type=Path, required=True)
    chosen = parser.parse_args()
    rows = external_values(chosen.data)
    for row in rows:
        print(f"{row.attack:16} published {row.published:<9} ours {row.ours:.7f} {'ok' if row.agrees else 'DIFFERS'}")
    chosen.json.write_text(json.dumps({"external_values": [asdict(row) for row in rows]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
