"""`dpsynth serve`: the review page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dpsynth.cli_options import LedgerUrl, ledger_url


def serve(
    reports: Annotated[
        Path, typer.Argument(help="Folder of all runs. Default: reports.", metavar="[REPORTS_FOLDER]")
    ] = Path("reports"),
    ledger: LedgerUrl = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Where to listen on this machine; 0: any free port.")
    ] = 8600,
    browse: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser, or only print its address.")
    ] = False,
) -> None:
    """Show all releases on a page that this machine alone can open: budgets, both editions, differences, sign-off."""
    from dpsynth.run.stopping import stoppable
    from dpsynth.serve.page import serve as serve_page

    with stoppable():
        serve_page(reports, ledger_url(ledger), port, browse=browse)
