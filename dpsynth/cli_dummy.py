"""`dpsynth dummy`: data in the form of the delivery, drawn from the policy alone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Likeness(StrEnum):
    """How much dummy data resemble real ones."""

    format = "format"  # type: ignore[assignment]  # the name is the word of the command line
    rules = "rules"
    simulation = "simulation"


def dummy(
    policy: Annotated[Path, typer.Argument(help="Policy file (YAML).", metavar="POLICY")],
    patients: Annotated[int, typer.Option("--patients", min=1, help="Number of patients, exactly.")],
    level: Annotated[
        Likeness,
        typer.Option(
            "--level",
            help="format: any value that the policy allows, each column by itself. rules: with the declared shares and "
            "numbers of rows, and every rule, window and order of dates kept. simulation: courses of disease from the "
            "model that the policy names.",
        ),
    ] = Likeness.rules,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the public randomness.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write. Default: dummy/ and the id of the policy.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace dummy data that are there already.")] = False,
) -> None:
    """Write dummy data from the policy alone. No real data is read and no budget is spent."""
    from dpsynth.dummy.make import make
    from dpsynth.dummy.plan import Level, plan
    from dpsynth.policy.load import load

    loaded = load(policy)
    made = make(plan(loaded, Level(level.value)), patients, seed, out or Path("dummy") / loaded.policy.id, force=force)
    counted = ", ".join(f"{name} {rows} rows" for name, rows in made.rows.items())
    print(f"Wrote dummy data of {patients} patients to {made.folder}: {counted}.")
    print("No real data was read and no budget was spent.")
