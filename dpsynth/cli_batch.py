"""`dpsynth batch`: many policies, all charges checked together first."""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dpsynth.cli_options import NEW_LEDGER, LedgerUrl, Log, LogForm, QuietFlag, RunPath, ledger_url, open_ledger
from dpsynth.errors import BatchError, DpsynthError, Interrupted, UsageError

if TYPE_CHECKING:
    from dpsynth.run.batch_file import Items
    from dpsynth.run.board import Board


def batch(
    policies: Annotated[
        list[Path] | None, typer.Argument(help="Policy files, in the order in which the budget is given out.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of all runs.")] = Path("reports"),
    ledger: LedgerUrl = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Runs at a time. Default: the number of cores.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Carry on with the batch before: complete releases are left alone, runs that stopped go on from what "
            "they have. Without policies: with all of it.",
        ),
    ] = False,
    as_far: Annotated[
        bool,
        typer.Option(
            "--as-far-as-budget-goes",
            help="Make what fits, in the declared order, instead of nothing when the set does not fit.",
        ),
    ] = False,
    slurm: Annotated[
        bool,
        typer.Option("--slurm", help="Reserve, and write scripts of a SLURM job array instead of starting processes."),
    ] = False,
    collect: Annotated[
        bool, typer.Option("--collect", help="Start nothing: read how the batch stands and write its summary page.")
    ] = False,
    quiet: QuietFlag = False,
    log: LogForm = Log.auto,
) -> None:
    """Make many releases: all charges are checked together first, and nothing starts when the set does not fit."""
    from dpsynth.run import batch as room
    from dpsynth.run import batch_file, board
    from dpsynth.run import slurm as scripts
    from dpsynth.run.alone import alone
    from dpsynth.run.progress import Style
    from dpsynth.run.setting import Setting
    from dpsynth.run.stopping import stoppable

    url, given = ledger_url(ledger), policies or []
    if collect:
        if given or resume or slurm:
            raise UsageError("--collect looks at the batch that there is: leave policies and other options out.")
        if not batch_file.read(out):
            raise UsageError(f"There is no batch in {out}. Give its --out.")
        with alone(out):
            _end(room.present(out, batch_file.read(out), url), out, url)
        return
    style: Style = "quiet" if quiet else "json" if log is Log.json else "bar" if sys.stderr.isatty() else "lines"
    at_a_time = jobs or os.cpu_count() or 1
    if slurm:
        scripts.demand_name(out)  # before anything is charged
    with alone(out):
        fresh = _is_missing(url)
        with stoppable():
            items = room.prepare(given, Setting(out, url), resume=resume, as_far=as_far)
            if fresh:
                with suppress(OSError):
                    print(NEW_LEDGER)
            if slurm:
                _submit(items, out, url, at_a_time)
                return
            with board.show(style, items) as shown:
                items = _work(items, out, url, at_a_time, shown)
        _end(items, out, url)


def void(run: RunPath, ledger: LedgerUrl = None) -> None:
    """Give the charge of a run back that was reserved and never opened. What was opened stays charged."""
    from dpsynth.run import batch as room

    with closing(open_ledger(ledger)) as book:
        room.void(run, book)
    print(f"The charge of {run.resolve().name} was given back: its data were never opened.")


def _is_missing(url: str) -> bool:
    """Whether there is no ledger yet."""
    from dpsynth.privacy.ledger_database import NoLedger
    from dpsynth.signoff.book import open_book

    try:
        open_book(url, create=False).close()
    except NoLedger:
        return True
    return False


def _work(items: Items, out: Path, url: str, jobs: int, shown: Board) -> Items:
    """Carries on with all runs; writes down each that is over, and gives back what was not begun when it is stopped."""
    from dpsynth.run import batch as room
    from dpsynth.run import batch_file, workers

    for number, item in enumerate(items):
        if item.state in ("broken", "over_budget"):
            shown(number, item, "")
    try:
        with closing(workers.work(items, out, url, jobs, shown)) as over:
            for number, item in over:
                items = (*items[:number], item, *items[number + 1 :])
                batch_file.save(out, items)
    except KeyboardInterrupt:
        items = room.give_back(out, room.present(out, items, url), url)
        batch_file.save(out, items)
        left = sum(1 for item in items if item.state != "complete")
        _summary(items, out, url)
        raise Interrupted(
            f"Stopped by hand: {left} of {len(items)} policies made no release. What was not opened is not charged; "
            "`dpsynth batch --resume` carries on with the rest."
        ) from None
    return items


def _submit(items: Items, out: Path, url: str, jobs: int) -> None:
    from dpsynth.run import board
    from dpsynth.run import slurm as scripts

    written = scripts.write(items, out, url, jobs)
    print(board.table(items))
    if written is None:
        raise BatchError("No run waits, so there is nothing to submit.")
    array, collect = written
    print(f"\nWrote {array} and {collect}; the runs are reserved, nothing was opened. Submit both:")
    print(f"job=$(sbatch --parsable {array}) && sbatch --dependency=afterany:$job {collect}")


def _end(items: Items, out: Path, url: str) -> None:
    """Says how every policy ended.

    Raises:
        BatchError: not every one made a release.
    """
    from dpsynth.run import batch_file, board

    batch_file.save(out, items)
    index = _summary(items, out, url)
    with suppress(OSError):
        print(board.table(items))
        if index is not None:
            print(f"\nSummary: {index}")
        sys.stdout.flush()
    if left := sum(item.state != "complete" for item in items):
        raise BatchError(
            f"{left} of {len(items)} policies made no release; the table says why. `dpsynth batch --resume` carries on "
            "with what can go on."
        )


def _summary(items: Items, out: Path, url: str) -> Path | None:
    """The summary page. The releases are complete without it."""
    from dpsynth.serve import summary

    try:
        return summary.write(out, items, url)
    except DpsynthError as error:
        with suppress(OSError):
            print(f"dpsynth: {error}", file=sys.stderr)
        return None
