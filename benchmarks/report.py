"""Size and time of the report, and whether its public edition depends on real data other than through noise.

    python benchmarks/report.py [--quick] --json FILE

Writes {"columns_12": {"kib", "seconds"}, "columns_40": ..., "columns_120": ..., "non_interference": true}. Size is that
of the larger edition, time the CPU seconds of both editions. Non-interference runs the project's own test: DP outputs,
clock, release id and sampling seed are frozen, the data are replaced, and every byte of the bundle is compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dpsynth.report.document import build  # noqa: E402
from dpsynth.report.render import render  # noqa: E402
from tests.report import sample  # noqa: E402

TEST = "tests/run/test_non_interference.py::test_public_edition_is_a_function_of_dp_outputs"


def size_and_time(columns: int, repeats: int) -> dict[str, Any]:
    """The smallest CPU time of some repeats."""
    inputs = sample.inputs(policy=sample.policy(sample.many_columns(columns)))
    seconds, kib = [], 0.0
    for _ in range(repeats):
        start = time.process_time()
        internal, public = build(inputs)
        pages = [render(internal, "internal"), render(public, "public")]
        seconds.append(time.process_time() - start)
        kib = max(len(page.encode()) for page in pages) / 1024
    return {"kib": round(kib, 1), "seconds": round(min(seconds), 3)}


def non_interference(quick: bool) -> bool:
    """Whether the test passes."""
    chosen = [f"{TEST}[]"] if quick else [TEST]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *chosen]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repeats, under 50 seconds")
    parser.add_argument("--json", type=Path, required=True)
    args = parser.parse_args()
    value: dict[str, Any] = {f"columns_{n}": size_and_time(n, 2 if args.quick else 5) for n in (12, 40, 120)}
    value["non_interference"] = non_interference(args.quick)
    args.json.write_text(json.dumps(value, indent=2) + "\n")
    print(json.dumps(value, indent=2))


if __name__ == "__main__":
    main()
