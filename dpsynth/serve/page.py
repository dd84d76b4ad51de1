"""`dpsynth serve`: opens the page, says where, and ends in order."""

from __future__ import annotations

import os
import webbrowser
from contextlib import suppress
from pathlib import Path

from dpsynth.errors import UsageError
from dpsynth.serve.door import Door
from dpsynth.serve.server import Server
from dpsynth.serve.site import Site


def serve(folder: Path, ledger_url: str, port: int, *, browse: bool = False) -> None:
    """Serves the review page until somebody stops it.

    Args:
        folder: folder of all runs.
        ledger_url: ledger of these runs.
        port: where to listen on the loopback address; 0 is any free one.
        browse: whether to open the page in the browser.

    Raises:
        UsageError: there is no such folder, or the port is taken.
        KeyboardInterrupt: somebody stopped it. No form was left half-done.
    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        reason = (error.strerror or "refused").lower()
        raise UsageError(
            f"The folder of reports {folder} cannot be read: {reason}. Give the --out of your runs."
        ) from None
    with Server(port) as server:
        door = Door(server.port)

        def spent() -> None:
            with suppress(OSError):  # nobody reads the terminal any more: the page goes on
                print(f"A browser has opened the page. For another one: {door.address}", flush=True)

        site = Site(folder.resolve(), ledger_url, door, spent)
        server.answer, server.refuse = site.answer, site.refuse
        print(f"The review page of {folder}, on this machine only. The address opens one browser; Ctrl-C stops it.")
        print(door.address, flush=True)
        if browse:
            # The address is a command line argument now, which others on this machine can read: it is spent by the
            # first visit.
            webbrowser.open(door.address)
        try:
            server.serve_forever()
        finally:
            server.finish()
