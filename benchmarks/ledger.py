"""Does the ledger hold when everything goes wrong at once? python benchmarks/ledger.py [--quick] --json FILE.

Three questions, each asked of a ledger in an SQLite file and of one on a PostgreSQL server, which is started in a
temporary folder and writes every commit to the disk:

- race: 8 processes ask 50 times each for a 25th of a budget. Exactly 25 may be granted.
- kills: whole runs of a small study are killed: just after an entry of the ledger, at an answer, while a file of the
  release or a report is written, or after some time. Each is resumed: the ledger must be sound, the charge must stand
  once data were opened, every answer must come back, and nothing may be charged or drawn again. Besides, processes that
  do nothing but write steps are killed: what they were told is written must be there.
- tamper: entries are edited, deleted, re-ordered, cut off, and two ledgers swap places. `dpsynth budget verify` must
  find each; the last two by a head that was written down before.

Writes {"race": {"granted", "budget", "overspent", "per_second", "repeats", "databases"}, "kills": {"tried", "lost",
"double", "same", "databases"}, "tamper": {"edit", "delete", "reorder", "cut_tail", "swap", "databases"}}. `granted` is
that of every repeat if they agree, else the list; `tried`, `lost` and `double` are of runs and steps together, and
`same` of runs alone; a kind of tampering is true if it was found in every database.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the server and the kills of the tests

from ledger_faults import CHANGES, kill_runs, kill_steps, tamper
from ledger_places import FAILED, forked, opened, places, share

from dpsynth.errors import BudgetError
from dpsynth.privacy.ledger import Ledger

PROCESSES, TRIES, FIT = 8, 50, 25
COUNTS = ("tried", "lost", "double")


def race(url: str, processes: int = PROCESSES, tries: int = TRIES, fit: int = FIT) -> tuple[int, float]:
    """How many reservations were granted, and how many were asked for in a second, all processes together."""
    with closing(opened(url)):
        pass
    (ready, tell), (gate, go) = os.pipe(), os.pipe()
    amount = share(fit)

    def work(number: int) -> int:
        with closing(opened(url)) as ledger:
            os.write(tell, b"r")
            os.read(gate, 1)
            granted = 0
            for attempt in range(tries):
                with contextlib.suppress(BudgetError):
                    ledger.reserve("people", f"{number}-{attempt}", "p", "d", amount)
                    granted += 1
            return granted

    children = [forked(lambda n=n: work(n)) for n in range(processes)]
    for _ in range(processes):
        assert select.select([ready], [], [], 60)[0], "a process did not start"
        os.read(ready, 1)
    start = time.perf_counter()
    os.write(go, b"g" * processes)
    granted = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    seconds = time.perf_counter() - start
    for end in (ready, tell, gate, go):
        os.close(end)
    assert max(granted) < FAILED, f"a process failed: {granted}"
    with closing(Ledger(url)) as ledger:
        ledger.verify()
        account = ledger.statement("people")
        assert len(account.charges) == sum(granted) and account.left_nano >= 0, (granted, account.left_nano)
    return sum(granted), processes * tries / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repeats and kills, under 50 seconds")
    parser.add_argument("--json", type=Path, required=True)
    args = parser.parse_args()
    repeats, runs_killed, steps_killed = (2, 4, 6) if args.quick else (20, 40, 40)
    races: dict[str, Any] = {}
    killed: dict[str, Any] = {}
    tampered: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, places(folder := Path(name)) as both:
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")  # audits of the runs are kept here
        for place in both:
            runs = [race(place.fresh(f"race_{number}")) for number in range(repeats)]
            races[place.name] = {
                "granted": sorted({granted for granted, _ in runs}),
                "per_second": [round(speed, 1) for _, speed in runs],
            }
            print(
                f"{place.name}: granted {[g for g, _ in runs]}, per second {races[place.name]['per_second']}",
                flush=True,
            )
            killed[place.name] = {
                "runs": kill_runs(folder / place.name, place.fresh("runs"), runs_killed, random.Random(0)),
                "steps": kill_steps(place.fresh("steps"), steps_killed, random.Random(0)),
            }
            for what, counts in killed[place.name].items():
                print(f"{place.name}, {what} killed: {counts}", flush=True)
            tampered[place.name] = tamper(place, folder)
            print(f"{place.name}: {tampered[place.name]}", flush=True)
    granted = sorted({g for r in races.values() for g in r["granted"]})
    speeds = [s for r in races.values() for s in r["per_second"]]
    result = {
        "race": {
            "granted": granted[0] if len(granted) == 1 else granted,
            "budget": FIT,
            "overspent": max(0, granted[-1] - FIT),
            "per_second": round(sum(speeds) / len(speeds), 1),
            "repeats": repeats,
            "databases": races,
        },
        "kills": {
            **{key: sum(part[key] for k in killed.values() for part in k.values()) for key in COUNTS},
            "same": sum(k["runs"]["same"] for k in killed.values()),
            "databases": killed,
        },
        "tamper": {
            **{kind: all(t[kind] for t in tampered.values()) for kind in (*CHANGES, "swap")},
            "databases": tampered,
        },
    }
    args.json.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps({k: {a: b for a, b in v.items() if a != "databases"} for k, v in result.items()}))


if __name__ == "__main__":
    main()
