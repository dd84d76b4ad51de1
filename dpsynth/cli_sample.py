"""`dpsynth sample`: more rows from a finished run, under conditions, balanced, or as copies for honest variance."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dpsynth.cli_options import RunPath
from dpsynth.errors import UsageError

MOST = 10**11
"""Rows that one command draws at most."""


def number(ratio: float | None, released: int) -> int:
    """Rows, from a multiple of the released ones.

    Raises:
        UsageError: it is no number above 0, or too many rows come out.
    """
    ratio = 1.0 if ratio is None else ratio
    if not 0 < ratio <= MOST / released:
        raise UsageError(f"--ratio is {ratio:g}; allowed are numbers above 0 and up to {MOST / released:g}.")
    return max(1, round(ratio * released))


def sample(
    run: RunPath,
    n: Annotated[
        int | None,
        typer.Option(
            "--rows", "--n", min=1, max=MOST, help="Number of rows; of people, for several tables; of each copy."
        ),
    ] = None,
    ratio: Annotated[
        float | None,
        typer.Option("--ratio", help="The same as a multiple of the rows of the released table. Default: 1."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--given",
            metavar="COLUMN=LEVEL",
            help="Only rows with this level; numbers and days also by value. Several: with commas between, or "
            "repeated. The other columns follow the exact conditional distribution.",
        ),
    ] = None,
    balance: Annotated[
        str | None,
        typer.Option(
            "--balance",
            metavar="COLUMN",
            help="Equally many rows of each level, and weights that undo it. Levels that do not stick out of their "
            "noise keep their share.",
        ),
    ] = None,
    copies: Annotated[
        int,
        typer.Option(
            "--copies",
            min=0,
            help="So many tables, each from measurements to which noise was added once more: their spread shows what "
            "the privacy noise does to a result. One file, with a column that numbers them.",
        ),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="File to write, .csv or .parquet; a folder, for several tables. What it is comes beside it. Default: "
            "in the current folder, SYN_ and the name of the table or of the policy.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the sampling (public randomness).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
) -> None:
    """Draw more rows from a finished run. Costs no budget: the data are not opened."""
    from dpsynth.run.about import warnings
    from dpsynth.run.opened import opened
    from dpsynth.run.resample import Files, resample
    from dpsynth.sampling.trained import Wish

    if n is not None and ratio is not None:
        raise UsageError("--rows and --ratio both say how many rows. Give one of them.")
    if copies == 1:
        raise UsageError("--copies is 1; one copy says nothing about variance. Give at least 2, or leave it out.")
    found = opened(run)
    out = found.place if out is None else out
    files = Files.of(found, out, force=force)
    rows = n or number(ratio, found.one.released)
    column = None if balance is None else found.column(balance)
    draw = resample(found, Wish(rows, found.conditions(given or []), column, copies, seed), files)
    made = f"{copies} copies of {rows}" if copies else f"{rows}"
    what = "synthetic people with their rows" if found.together else "synthetic rows"
    print(f"Wrote {made} {what} to {out}, and what they are to {files.about}. No budget was spent.")
    for text in warnings(draw):
        print(text, file=sys.stderr)
    if found.rehearsal:
        print("They come from a rehearsal: from invented people. They must not be released.")
