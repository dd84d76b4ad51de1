"""Releases that lie beside a new one are anchors: its ledger must hold the heads of the ledger that they name.

A ledger that was deleted, or replaced by an older copy or by another one, knows less than was spent, and would grant it
again. Its chain cannot tell; the releases about the same people in the folder of all runs can.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from dpsynth.errors import DpsynthError, LedgerError
from dpsynth.privacy import ledger_entries
from dpsynth.privacy.ledger import Ledger
from dpsynth.release.manifest import MANIFEST
from dpsynth.run import begun as beginning
from dpsynth.run.begun import BEGUN
from dpsynth.run.folder import RunFolder


def demand(out: Path, population: str, ledger: Ledger) -> None:
    """Refuses a ledger that does not know every release about the same people in the folder of all runs.

    Raises:
        LedgerError: it does not. Nothing was charged.
    """
    heads = list(_heads(out, population))  # before the entries: another run may end between
    entries = ledger.entries() if heads else ()
    for root, sequence, head in heads:
        if not ledger_entries.holds(entries, sequence, head):
            raise LedgerError(
                f"The ledger {ledger.url} with {len(entries)} entries does not hold entry {sequence} as the release "
                f"{root} has it, which was charged for the same people: it is another ledger, an old copy, or was made "
                "anew, and would grant again what was spent. Nothing was charged. Give the right one with --ledger, or "
                "restore it from a backup. If it is lost, enter what was released with `dpsynth budget import`, and "
                "move the old releases to another folder."
            )


def _heads(out: Path, population: str) -> Iterator[tuple[Path, object, object]]:
    """Folder of a release, number and hash of the newest entry that it saw; what cannot be read is left out."""
    for note in sorted(out.glob(f"*/*/{BEGUN}")):
        root = note.parent
        try:
            begun = beginning.read(root)
            if begun.population == population and not (begun.throw_away_ledger or root.is_symlink()):
                told = json.loads((RunFolder(root).public / MANIFEST).read_text(encoding="utf-8"))["ledger"]
                yield root, told["sequence"], told["head"]
        except (OSError, ValueError, KeyError, TypeError, DpsynthError):
            continue
