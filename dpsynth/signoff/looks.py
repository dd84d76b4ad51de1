"""Looks at internal reports through dpsynth: an entry of the ledger for each, so that they can be counted.

An internal report shows unprotected numbers about real people. Whoever decides by it whether a release leaves, makes a
choice that depends on them and that no epsilon covers. That is allowed, because a human veto protects people; it costs
no budget, and it is written down: who, when, which release. Who opens the file by itself is not seen.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from dpsynth.errors import SignoffError
from dpsynth.privacy.account import Look
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_database import as_option
from dpsynth.privacy.ledger_tables import LOOK
from dpsynth.signoff.dossier import dossier, of_run


def enter(ledger: Ledger, release_id: str) -> Look | None:
    """Writes that somebody opens the internal report of a release; None if the ledger does not know it.

    A rehearsal is about nobody, and its ledger is gone. For any other run, nothing can be decided with this ledger.

    Raises:
        LedgerError: the ledger is damaged or cannot be written: then the report must stay closed.
    """
    reserve, _ = of_run(ledger.entries(), release_id)
    if reserve is None:
        return None
    entry = ledger.record(LOOK, reserve.population, reserve.run_id, lambda entries: {"release_id": release_id})
    return Look(entry.sequence, entry.at, str(entry.run_id), entry.actor)


def command(run: Path, ledger_url: str) -> str:
    """The command that opens the internal report of a run and notes that somebody did, for a shell in any folder."""
    return f"dpsynth review look {shlex.quote(str(run.absolute()))}{as_option(ledger_url)}"


def reports(run: Path, ledger: Ledger) -> tuple[Look, tuple[Path, ...]]:
    """Writes that somebody opens the internal report of a finished run, and says where it lies, in every language.

    Raises:
        BrokenBundleError: the bundle or what stays inside is not what was sealed.
        SignoffError: the ledger does not know the run, or it has no internal report.
        LedgerError: the ledger is damaged or cannot be written.
    """
    release_id = dossier(run, ledger.entries()).case.release_id
    found = tuple(sorted((run / "internal").glob("report.*.html")))
    if not found:
        raise SignoffError(f"{release_id} has no internal report. Make it again with `dpsynth report`.")
    look = enter(ledger, release_id)
    assert look is not None  # its dossier would not have been made
    return look, found
