"""Does the ledger hold when everything goes wrong at once? python benchmarks/ledger.py [--quick] --json FILE.

Three questions, each asked of a ledger in an SQLite file and of one on a PostgreSQL server, which is started in a
temporary folder and writes every commit to the disk:

- race: 8 processes ask 50 times each for a 25th of a budget. Exactly 25 may be granted.
- kills: a process reserves, opens and commits, and is killed at a random moment. What it was told is written must be
  there, and no run may be charged twice.
- tamper: entries are edited, deleted, re-ordered, cut off, and two ledgers swap places. `dpsynth budget verify` must
  find each; the last two by a head that was written down before.

Writes {"race": {"granted", "budget", "overspent", "per_second", "repeats", "databases"}, "kills": {"tried", "lost",
"double", "databases"}, "tamper": {"edit", "delete", "reorder", "cut_tail", "swap", "databases"}}. `granted` is that of
every repeat if they agree, else the list; a kind of tampering is true if it was found in every database.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the server of the tests

from dpsynth import cli
from dpsynth.errors import BudgetError
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import NANO, Lifetime
from tests import postgresql

LIFETIME = Lifetime(5.0, 1e-6)
PROCESSES, TRIES, FIT = 8, 50, 25


@dataclass(frozen=True)
class Place:
    """Where ledgers of one kind of database lie."""

    name: str
    fresh: Callable[[str], str]  # name -> URL of a database without a ledger
    rewrite: Callable[[str, list[str]], None]  # URL, statements: changes entries past all triggers
    swap: Callable[[str, str], None]  # URLs of two ledgers that take each other's place


def sqlite_place(folder: Path) -> Place:
    def path(url: str) -> Path:
        return Path(url.removeprefix("sqlite:///"))

    def rewrite(url: str, statements: list[str]) -> None:
        with closing(sqlite3.connect(path(url))) as raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                raw.execute(statement)
            raw.commit()

    def swap(one: str, other: str) -> None:
        contents = [path(u).read_bytes() for u in (one, other)]
        for url, content in zip((one, other), reversed(contents), strict=True):
            path(url).write_bytes(content)

    return Place("sqlite", lambda name: f"sqlite:///{folder / name}.sqlite", rewrite, swap)


def postgresql_place(server: postgresql.Server) -> Place:
    def database(url: str) -> str:
        return url.partition("@/")[2].partition("?")[0]

    def rewrite(url: str, statements: list[str]) -> None:
        # As the superuser, who can do everything: a session without triggers.
        server.sql("SET session_replication_role = replica", "SET search_path = dpsynth", *statements,
                   database=database(url))  # fmt: skip

    def swap(one: str, other: str) -> None:
        first, second = database(one), database(other)
        server.sql(*(f"ALTER DATABASE {a} RENAME TO {b}" for a, b in
                     ((first, "aside"), (second, first), ("aside", second))))  # fmt: skip

    return Place("postgresql", server.database, rewrite, swap)


def opened(url: str) -> Ledger:
    ledger = Ledger(url)
    ledger.register("people", "patient", LIFETIME.epsilon, LIFETIME.delta)
    return ledger


def share(of: int) -> Fraction:
    """mu^2 of which so many fit into the lifetime, and one more does not."""
    return Fraction(2 * (LIFETIME.nano() // of), NANO)


# --------------------------------------------------------------------------------------------------------------- race


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


FAILED = 99


def forked(work: Callable[[], int]) -> int:
    """Starts work in a child; its result is the exit code."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(FAILED)
    return child


# -------------------------------------------------------------------------------------------------------------- kills

STATES = ("reserved", "open", "committed")


def kills(url: str, tries: int, rng: random.Random) -> tuple[int, int]:
    """Kills runs at random moments; how many steps that were reported are lost, and how many runs are charged twice."""
    with closing(opened(url)):
        pass
    lost = 0
    for number in range(tries):
        said, tell = os.pipe()
        run = f"run-{number}"

        def work(run: str = run, tell: int = tell) -> int:
            with closing(Ledger(url)) as ledger:
                for step in (
                    lambda: ledger.reserve("people", run, "p", "d", Fraction(1, 10**6)),
                    lambda: ledger.opened("people", run),
                    lambda: ledger.commit("people", run, "m"),
                ):
                    step()
                    os.write(tell, b"s")
            return 0

        child = forked(work)
        os.close(tell)
        time.sleep(rng.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reported = len(os.read(said, 10))
        os.close(said)
        with closing(Ledger(url)) as ledger:
            ledger.verify()
            state = {c.run_id: c.state for c in ledger.statement("people").charges}.get(run)
            written = 0 if state is None else STATES.index(state) + 1
            lost += written < reported
            if written == 0:  # as the next run would: nothing stands in its way
                ledger.reserve("people", run, "p", "d", Fraction(1, 10**6))
    with closing(Ledger(url)) as ledger:
        runs = [c.run_id for c in ledger.statement("people").charges]
    return lost, len(runs) - len(set(runs)) + abs(len(set(runs)) - tries)


# ------------------------------------------------------------------------------------------------------------- tamper

CHANGES = {
    "edit": ["UPDATE entry SET body = replace(body, 'nano_rho\":', 'nano_rho\":1') WHERE seq = 3"],
    "delete": ["DELETE FROM entry WHERE seq = 3"],
    "reorder": [f"UPDATE entry SET seq = {b} WHERE seq = {a}" for a, b in ((2, 99), (3, 2), (99, 3))],
    "cut_tail": ["DELETE FROM entry WHERE seq > 4"],
}


def tamper(place: Place, folder: Path) -> dict[str, bool]:
    """Which kinds of tampering `dpsynth budget verify` finds."""

    def made(name: str) -> str:
        url = place.fresh(f"tamper_{name}")
        with closing(opened(url)) as ledger:
            for run in "abcd":
                ledger.reserve("people", f"{name}-{run}", "p", "d", Fraction(1, 1000))
        return url

    found = {}
    for kind, statements in CHANGES.items():
        url, anchor = made(kind), folder / f"{place.name}-{kind}"
        code, said = verify(url)
        anchor.write_text(said)
        found[kind] = code == 0 and verify(url, anchor)[0] == 0
        place.rewrite(url, statements)
        if kind == "cut_tail":  # by itself, what is left is whole
            found[kind] &= verify(url)[0] == 0 and verify(url, anchor)[0] == 13
        else:
            found[kind] &= verify(url)[0] == 13
    urls = [made("one"), made("other")]
    anchors = [folder / f"{place.name}-{number}" for number in range(2)]
    for url, anchor in zip(urls, anchors, strict=True):
        anchor.write_text(verify(url)[1])
    place.swap(*urls)
    found["swap"] = all(verify(url, anchor)[0] == 13 for url, anchor in zip(urls, anchors, strict=True))
    return found


def verify(url: str, anchor: Path | None = None) -> tuple[int, str]:
    """`dpsynth budget verify`: exit code and standard output."""
    words = ["budget", "verify", "--ledger", url, *(["--anchor", str(anchor)] if anchor else [])]
    said, tell = os.pipe()

    def work() -> int:
        with open(tell, "w") as sys.stdout, open(os.devnull, "w") as sys.stderr:
            try:
                cli.main(words)
            except SystemExit as end:
                return int(end.code or 0)

    child = forked(work)
    os.close(tell)
    with open(said) as pipe:
        text = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


# --------------------------------------------------------------------------------------------------------------- main


@contextlib.contextmanager
def places(folder: Path) -> Iterator[tuple[Place, ...]]:
    with postgresql.server() as server:
        yield sqlite_place(folder), postgresql_place(server)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repeats and kills, under 50 seconds")
    parser.add_argument("--json", type=Path, required=True)
    args = parser.parse_args()
    repeats, tries = (2, 10) if args.quick else (20, 40)
    races: dict[str, Any] = {}
    killed: dict[str, Any] = {}
    tampered: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, places(folder := Path(name)) as both:
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
            lost, double = kills(place.fresh("kills"), tries, random.Random(0))
            killed[place.name] = {"tried": tries, "lost": lost, "double": double}
            print(f"{place.name}: {killed[place.name]}", flush=True)
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
            **{key: sum(k[key] for k in killed.values()) for key in ("tried", "lost", "double")},
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
