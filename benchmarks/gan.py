"""Critics trained with noise: cost of a step, mistakes that are noticed, tables beside those of peers. See README.md.

python benchmarks/gan.py [--quick] [--data DIR [--ordered A,B]] --epsilon E... --seeds N --mechanisms M...
    --peers none|all|NAME... [--peer-mechanisms M...] [--peer-options JSON] [--tables-only] --json FILE

Without --data the table is made up: 50 columns of a Gaussian copula, all of them correlated. CUDA is used where there
is a device; the result says which one. This process imports nothing large.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from bisect import bisect
from pathlib import Path
from typing import Any

from environments import DEFAULT, peers
from marginals import HERE, benchmark, means, run

MECHANISMS = ("gan", "marginal_network", "clique_tree", "independent")
LEVELS = 8
CORRELATION = 0.6
"""Of every column with one that nobody sees: all pairs of columns depend on each other alike."""


def copula(folder: Path, rows: int, columns: int) -> Path:
    """A densely correlated table: equal bins of normal variables that share one."""
    draw = random.Random(0)
    weight, rest = CORRELATION**0.5, (1 - CORRELATION) ** 0.5
    names = [f"x{i}" for i in range(columns)]
    cuts = [-1.15, -0.67, -0.32, 0.0, 0.32, 0.67, 1.15]  # eighths of the normal distribution
    place = folder / "copula"
    place.mkdir()
    with (place / "copula.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for _ in range(rows):
            common = weight * draw.gauss(0, 1)
            writer.writerow([bisect(cuts, common + rest * draw.gauss(0, 1)) for _ in names])
    (place / "copula-domain.json").write_text(json.dumps(dict.fromkeys(names, LEVELS)))
    return place


def part(name: str, folder: Path, *more: str) -> Any:
    """What a program of this folder found out in a process of its own."""
    place = folder / f"{name}.json"
    ended = run([sys.executable, HERE / f"{name}.py", place, *more])
    if ended.code:
        raise SystemExit(f"{name} failed: {ended.last}")
    return json.loads(place.read_text())


def parsed(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = peers(neural=True)
    parser.add_argument("--quick", action="store_true", help="a small table, few steps: a look, no figure")
    parser.add_argument("--data", type=Path, help="folder: CSV with *-domain.json, or Parquet with codebook.json")
    parser.add_argument("--variant", help="of diabetes130: first")
    parser.add_argument("--ordered", type=lambda text: text.split(","), help="ordered columns of a CSV of codes: a,b,c")
    parser.add_argument("--epsilon", type=float, nargs="+", default=[3.0])
    parser.add_argument("--delta", type=float, default=1e-6)
    parser.add_argument("--seeds", type=int, default=1, help="number of splits")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument(
        "--mechanisms", nargs="*", default=MECHANISMS, help=f"of ours; default: {', '.join(MECHANISMS)}"
    )
    parser.add_argument("--peers", nargs="+", default=["none"], help=f"none, all, or of {', '.join(known)}")
    parser.add_argument("--peer-mechanisms", nargs="+", help="only these of the peers")
    parser.add_argument(
        "--peer-options",
        type=json.loads,
        default={},
        help='instead of their defaults: {"dpctgan": {"epochs": 9}}',
    )
    parser.add_argument("--tables-only", action="store_true", help="no steps, mistakes and canaries")
    parser.add_argument("--target", help="column that classifiers predict")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds of one run")
    parser.add_argument("--environments", type=Path, default=DEFAULT, help="folder of the peers' environments")
    parser.add_argument("--json", type=Path, required=True)
    parser.set_defaults(policy=None, table=None, declare_target=False, baselines=("bootstrap",))
    found = parser.parse_args(words)
    if found.peers in (["none"], ["all"]):
        found.peers = known if found.peers == ["all"] else ["none"]
    elif set(found.peers) - set(known):
        parser.error(f"--peers knows none, all, or some of {', '.join(known)}.")
    return found


def main(words: list[str] | None = None) -> dict[str, Any]:
    arguments = parsed(words)
    with tempfile.TemporaryDirectory(prefix="dpsynth-benchmark-") as name:
        folder = Path(name)
        more: dict[str, Any] = {}
        if not arguments.tables_only:
            more["step"] = part("critic_step", folder, "3" if arguments.quick else "60")
            more["mutants"] = part("critic_mutants", folder)
            if not arguments.quick:
                more["audit"] = part("critic_audit", folder)
            print(json.dumps(more, indent=1), flush=True)
        if arguments.data is None:
            arguments.data, arguments.target = copula(folder, *((4_000, 8) if arguments.quick else (50_000, 50))), "x0"
        more["rows"] = benchmark(arguments, folder, more)
    print(means(more["rows"]))
    return more


if __name__ == "__main__":
    main()
