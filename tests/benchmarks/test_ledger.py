"""The quick form of the ledger's benchmark, which starts a PostgreSQL server of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / "benchmarks/ledger.py"


def test_races_kills_and_tampering(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    done = subprocess.run([sys.executable, PROGRAM, "--quick", "--json", result], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(result.read_text())
    race, kills, tamper = found["race"], found["kills"], found["tamper"]
    assert (race["granted"], race["budget"], race["overspent"]) == (25, 25, 0) and race["per_second"] > 0
    assert kills["tried"] == 20 and kills["same"] == 8 and kills["lost"] == kills["double"] == 0
    assert {kind: tamper[kind] for kind in ("edit", "delete", "reorder", "cut_tail", "swap")} == dict.fromkeys(
        ("edit", "delete", "reorder", "cut_tail", "swap"), True
    )
    for part in found.values():
        assert set(part["databases"]) == {"sqlite", "postgresql"}
