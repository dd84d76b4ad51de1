"""What is done to a ledger: processes that are killed at any moment, and entries that are tampered with."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

from ledger_places import Place, forked, opened

from dpsynth import cli
from dpsynth.privacy.ledger import Ledger
from tests.run import kills

STATES = ("reserved", "open", "committed")


def kill_steps(url: str, tries: int, rng: random.Random) -> dict[str, int]:
    """Kills processes that do nothing but write the steps of a run, after up to 50 ms.

    Returns:
        `tried`; `lost`: steps that were reported as written and are not there; `double`: runs that are charged twice.
    """
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
    double = len(runs) - len(set(runs)) + abs(len(set(runs)) - tries)
    return {"tried": tries, "lost": lost, "double": double}


BETWEEN = 4
"""One of so many runs is killed between the steps at which something becomes lasting, the others at one of them."""


def kill_runs(folder: Path, url: str, tries: int, rng: random.Random) -> dict[str, Any]:
    """Kills whole runs of a small study, and resumes each.

    Returns:
        `tried`; `lost`: runs of which something that was written is gone, or that did not go on; `double`: runs that
        were charged or measured twice; `same`: runs that ended with the measurements that a run has which nobody
        killed, and all those that it had when it was killed; `moments`: where they were killed.
    """
    study = kills.two_candidates(folder, url)
    began = time.perf_counter()
    names = kills.moments(study)
    seconds = (time.perf_counter() - began) / 2
    found = [kills.kill(study, names, at) for at in kills.choose(names, tries - tries // BETWEEN, rng)]
    while len(found) < tries:
        if (struck := kills.strike(study, names, rng.uniform(0, seconds))) is not None:
            found.append(struck)
    for killed in found:
        if killed.lost or killed.double:
            print(killed, file=sys.stderr)
    return {
        "tried": tries,
        "lost": sum(k.lost for k in found),
        "double": sum(k.double for k in found),
        "same": sum(k.kept and k.redrawn == 0 for k in found),
        "moments": [k.moment for k in found],
    }


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
