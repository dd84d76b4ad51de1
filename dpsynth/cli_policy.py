"""`dpsynth policy`: the schema of policy files, and drafts of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Write policy files.", rich_markup_mode=None)


@app.command("schema")
def policy_schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    from dpsynth.policy.load import schema_json

    print(schema_json(), end="")


@app.command("new")
def policy_new(
    data: Annotated[Path, typer.Argument(help="CSV, TSV, Parquet or Arrow file.", metavar="DATA")],
    policy_id: Annotated[str, typer.Option("--id", help="Name of the release programme.")] = "my-release",
    delimiter: Annotated[str, typer.Option("--delimiter", help="Separator of a text file.")] = ",",
) -> None:
    """Draft a policy from the header line or declared types of a file. No row is read; bounds are left to fill in."""
    from dpsynth.data.examples import open_table
    from dpsynth.domain.text import is_text
    from dpsynth.policy.draft import draft

    schema = open_table(data, delimiter).schema()
    typed = data.suffix.lower() in (".parquet", ".arrow", ".feather")
    columns = {name: kind if typed and not is_text(kind) else None for name, kind in schema.items()}
    print(draft(columns, str(data), policy_id), end="")
