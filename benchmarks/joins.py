"""CPU seconds and memory of the exact searches that attacks rest on: near-equal rows, and k nearest rows.

Rows are invented: skewed columns that hang together in a chain, and a share of the targets planted in the release with
one changed cell. Prints and saves CPU seconds of the search alone and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from dpsynth.attacks import gower, matches
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.testing.attacks import plain_domain

LEVELS = (2, 3, 4, 5, 6, 8, 8, 10, 12, 12, 15, 16, 20, 20, 24, 30, 40, 60)
"""18 columns, 295 levels."""

PLANTED = 0.01
"""Share of the release's rows that are a target's row with one changed cell."""

FEW = 2_000
"""Targets whose nearest rows are looked up when no other number is asked for."""


def skewed(rows: int, rng: np.random.Generator) -> Codes:
    """A chain of columns: half of the cells follow the column to the left, the others a geometric-like law."""
    codes = np.empty((rows, len(LEVELS)), np.uint16)
    left = rng.random(rows)
    for i, size in enumerate(LEVELS):
        own = rng.random(rows) ** 2.5
        left = np.where(rng.random(rows) < 0.5, left, own)
        codes[:, i] = np.minimum(left * size, size - 1)
    return codes


def planted(targets: Codes, rows: int, rng: np.random.Generator) -> Codes:
    """A release of fresh rows with near copies of some targets."""
    release = skewed(rows, rng)
    copies = max(1, int(PLANTED * rows))
    source = targets[rng.integers(0, len(targets), copies)]
    column = rng.integers(0, len(LEVELS), copies)
    source[np.arange(copies), column] = rng.integers(0, np.array(LEVELS)[column])
    release[rng.permutation(rows)[:copies]] = source
    return release


def timed(name: str, found: dict[str, Any], search: Any) -> Any:
    """Runs a search and notes its CPU seconds."""
    start = time.process_time()
    value = search()
    found[name] = round(time.process_time() - start, 2)
    print(f"{name:<28}{found[name]:>10.2f} CPU s{_peak():>10.0f} MB peak")
    return value


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows on either side of the joins")
    parser.add_argument("--targets", type=int, default=FEW, help="targets of the search for nearest rows")
    parser.add_argument("--neighbours", type=int, default=2, help="k of the search for nearest rows")
    parser.add_argument("--json", type=Path, required=True)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    rows = skewed(args.rows, rng)
    release = planted(rows, args.rows, rng)
    found: dict[str, Any] = {"rows": args.rows, "targets": args.targets, "neighbours": args.neighbours}
    exact = timed("equal", found, lambda: matches.near(rows, release, 0))
    near = timed("one_column_differs", found, lambda: matches.near(rows, release, 1))
    found["joins_cpu_s"] = round(found["equal"] + found["one_column_differs"], 2)
    found["share_equal"], found["share_near"] = float(exact.mean()), float(near.mean())
    everyone = Units(rows, np.arange(len(rows)) // 2, -(-len(rows) // 2))
    alone = timed("isolated", found, lambda: matches.isolated(everyone, 1))
    found["share_isolated"] = float(alone.mean())
    found["joins_rss_mb"] = round(_peak())
    domain = plain_domain(*LEVELS)
    targets = rows[rng.permutation(len(rows))[: args.targets]]
    closest = timed("nearest", found, lambda: gower.nearest(domain, targets, release, args.neighbours))
    found["pairs_per_cpu_s"] = len(targets) * len(release) / max(found["nearest"], 1e-9)
    found["mean_nearest"] = closest.mean(axis=0).tolist()
    found["rss_mb"] = round(_peak())
    args.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
