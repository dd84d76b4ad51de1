"""The way of a release through its sign-off, read off the ledger; every rule is checked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dpsynth.errors import LedgerError, SignoffError
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.ledger_tables import SIGN_OFF_KINDS
from dpsynth.signoff import dsse
from dpsynth.signoff.acts import act
from dpsynth.signoff.dsse import EnvelopeError
from dpsynth.signoff.register import Register
from dpsynth.signoff.states import Case, Progress, Sealed, a, advance


def progress(entries: Iterable[Entry], run_id: str, case: Case, register: Register) -> Progress:
    """How far a release has come.

    Acts about other bytes than the case's are passed over, so that a changed manifest is a draft again.

    Args:
        entries: of the ledger, oldest first.
        run_id: the run.
        case: the release.
        register: of keys.

    Raises:
        LedgerError: an entry does not keep to the rules, so it was written by something else than the program.
    """
    reached = Progress()
    for entry in entries:
        if entry.kind not in SIGN_OFF_KINDS or entry.run_id != run_id:
            continue
        if entry.body.get("manifest_sha256") != case.manifest_sha256:
            continue
        try:
            reached = _after(reached, entry, case, register)
        except (SignoffError, EnvelopeError, KeyError, TypeError, ValueError) as error:
            why = str(error) if isinstance(error, SignoffError | EnvelopeError) else "it has another form"
            raise LedgerError(
                f"Entry {entry.sequence} of the ledger, {a(entry.kind)}, was not written by dpsynth: "
                f"{why.rstrip('.')}. Restore the ledger from a backup."
            ) from None
    return reached


def _after(reached: Progress, entry: Entry, case: Case, register: Register) -> Progress:
    if entry.kind != "check":
        signed = act(dsse.from_json(entry.body["envelope"]), entry.sequence, entry.at, register)
        if signed.kind != entry.kind:
            raise SignoffError(f"its envelope holds {a(signed.kind)}")
        return advance(reached, signed, case, register, moment(entry))
    fresh = Sealed(str(entry.body["name"]), str(entry.body["sealed"]), entry.sequence, entry.at)
    if reached.state != "awaiting_review" or fresh.name in {s.name for s in reached.sealed}:
        raise SignoffError(f"a check is not possible while the release is {reached.state}")
    hidden = replace(reached, sealed=(*reached.sealed, fresh))
    return revealed(hidden, entry.body["revealed"], case, register) if entry.body["revealed"] else hidden


def revealed(reached: Progress, envelopes: Sequence[object], case: Case, register: Register) -> Progress:
    """The review after all hidden checks are shown.

    Raises:
        SignoffError: an envelope is not the one that was kept hidden, or there are too few.
        EnvelopeError: one is no envelope.
    """
    found = [dsse.from_json(e) for e in envelopes]
    if [e.digest for e in found] != [s.digest for s in reached.sealed]:
        raise SignoffError("The checks that are shown are not those that were kept hidden.")
    if len(found) != case.rules.output_checkers:
        raise SignoffError("Checks are shown when all are in.")
    sealed, shown = reached.sealed, replace(reached, sealed=())
    for envelope, kept in zip(found, sealed, strict=True):
        check = act(envelope, kept.sequence, kept.at, register)
        if check.kind != "check" or check.name != kept.name:
            raise SignoffError("The checks that are shown are not those that were kept hidden.")
        shown = advance(shown, check, case, register, dt.datetime.fromisoformat(kept.at))
    return shown


def moment(entry: Entry) -> dt.datetime:
    """The time of an entry."""
    return dt.datetime.fromisoformat(entry.at)
