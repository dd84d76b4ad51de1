"""Runs of a batch in processes of this machine: one process a run, so that what ends one ends no other.

A process is forked from a small one that has loaded the program and nothing else. It tells stages and, at its end, its
exit code and one clear line; one that dies without a word was killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from dpsynth.errors import DpsynthError, Interrupted
from dpsynth.run.batch_file import Item, Items
from dpsynth.run.progress import Quiet

PRELOAD = (
    *("dpsynth.run.workers", "dpsynth.run.pipeline", "dpsynth.audit.suite"),
    *("dpsynth.report.document", "dpsynth.report.render"),
)
"""Modules that every run needs: loaded once."""

Watcher = Callable[[int, Item, str], None]
"""Is told the number of an item, the item, and the stage that it is at (empty before and after)."""


@dataclass
class _Working:
    """A run that is going on."""

    number: int
    item: Item
    process: ForkServerProcess


def work(
    items: Items, out: Path, ledger_url: str, jobs: int, watch: Watcher
) -> Generator[tuple[int, Item], None, None]:
    """Carries on with all runs that wait or that stopped; yields each item when it is over.

    When the caller stops (`close`, or an exception in it), all processes are asked to stop and waited for.

    Args:
        items: the batch.
        out: folder of all runs.
        ledger_url: their ledger.
        jobs: processes at a time.
        watch: shown to whoever waits.
    """
    waiting = [n for n, item in enumerate(items) if item.run and item.state in ("reserved", "failed")]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOAD))
    working: dict[Connection, _Working] = {}
    with _one_thread_each(), _all_stop(working):
        _start_server()
        while waiting or working:
            while waiting and len(working) < jobs:
                number = waiting.pop(0)
                ours, theirs = context.Pipe(duplex=False)
                arguments = (str(out / items[number].run), ledger_url, theirs)
                process = context.Process(target=_carry_on, args=arguments)
                process.start()
                theirs.close()
                running = replace(items[number], state="running", exit_code=0, message="")
                working[ours] = _Working(number, running, process)
                watch(number, running, "")
            for ready in wait(list(working)):
                assert isinstance(ready, Connection)
                one = working[ready]
                over = _hear(ready, one, watch)
                if over is not None:
                    del working[ready]
                    watch(one.number, over, "")
                    yield one.number, over


def _hear(connection: Connection, one: _Working, watch: Watcher) -> Item | None:
    """Takes one message; the item if its run is over."""
    try:
        kind, code, text = connection.recv()
    except (EOFError, OSError):
        one.process.join()
        number = one.process.exitcode or 0
        what = signal.Signals(-number).name if number < 0 else f"exit code {number}"
        return replace(
            one.item,
            state="failed",
            exit_code=128 - number if number < 0 else number,  # as a shell says it
            message=f"Its process was killed ({what}). If data had been opened, the charge stands. It can be resumed.",
        )
    if kind == "stage":
        watch(one.number, one.item, text)
        return None
    connection.close()
    one.process.join()
    return replace(one.item, state="failed" if code else "complete", exit_code=code, message=text)


def _start_server() -> None:
    """Starts the process that all others are copies of.

    Like them it does not hear Ctrl-C, which a terminal sends to all processes of a command: the parent alone decides.
    """
    resource_tracker.ensure_running()  # it would let the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _all_stop(working: Mapping[Connection, _Working]) -> Iterator[None]:
    try:
        yield
    finally:
        for one in working.values():
            one.process.terminate()
        for one in working.values():
            one.process.join()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Libraries that would take all cores in every process take one, unless the user says otherwise.

    One for any number of processes: the same run must compute the same when it is resumed beside fewer or more others.
    """
    name = "OMP_NUM_THREADS"
    given = os.environ.get(name)
    os.environ.setdefault(name, "1")
    try:
        yield
    finally:
        if given is None:
            os.environ.pop(name, None)


class _Told(Quiet):
    """Tells the stages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stage(self, name: str) -> None:
        """One message."""
        _tell(self._connection, "stage", 0, name)


def _carry_on(root: str, ledger_url: str, connection: Connection) -> None:
    """One run, in a process of its own, which only its parent stops: Ctrl-C reaches the parent alone."""
    from dpsynth.run.pipeline import resume
    from dpsynth.run.stopping import stoppable

    os.setsid()
    code, text = 1, "Something unforeseen happened."
    try:
        with stoppable():
            resume(Path(root), ledger_url, _Told(connection))
        code, text = 0, ""
    except KeyboardInterrupt:
        code, text = Interrupted.exit_code, "Stopped by hand."
    except DpsynthError as error:
        note = " The data had been opened, so the budget of this run stays charged." if error.charged else ""
        code, text = error.exit_code, f"{error}{note}"
    _tell(connection, "over", code, text)


def _tell(connection: Connection, kind: str, code: int, text: str) -> None:
    with suppress(OSError):  # nobody listens any more: the run goes on
        connection.send((kind, code, text))
