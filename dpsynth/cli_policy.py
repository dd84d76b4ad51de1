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


@app.command("import-sdv")
def policy_import_sdv(
    metadata: Annotated[Path, typer.Argument(help="JSON file of SDV's metadata.", metavar="METADATA")],
    policy_id: Annotated[str, typer.Option("--id", help="Name of the release programme.")] = "my-release",
) -> None:
    """Draft a policy of several tables from SDV's metadata: tables, columns and keys; bounds are left to fill in."""
    from dpsynth.errors import PolicyError
    from dpsynth.policy.sdv import import_metadata
    from dpsynth.policy.text_file import UnreadableError, read_text

    try:
        draft = import_metadata(read_text(metadata, 4 * 1024 * 1024), policy_id)
    except (UnreadableError, PolicyError) as error:
        raise PolicyError(f"{metadata}: {error}") from None
    print(draft, end="")


@app.command("export-sdv")
def policy_export_sdv(policy: Annotated[Path, typer.Argument(help="The policy file.", metavar="POLICY")]) -> None:
    """Print a policy's tables, columns and keys as SDV's metadata."""
    import json

    from dpsynth.policy.load import load
    from dpsynth.policy.sdv import export_metadata

    print(json.dumps(export_metadata(load(policy)), indent=2, ensure_ascii=False))
