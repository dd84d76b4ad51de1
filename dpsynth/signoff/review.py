"""The way of a release through its sign-off: one function for each step. Every step is a signed entry of the ledger.

The signature is made first; then the ledger, in one transaction, judges it by everything that it holds, and takes it.
A copy goes to the bundle's `signatures/`. What must not leave stays in `internal/signoff/`: written reasons, scans, and
the checks of output checkers until all are in, so that none of them knows what another one found.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dpsynth import _files
from dpsynth.errors import SignoffError, UsageError
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.signoff import dsse, history
from dpsynth.signoff import hand as hands
from dpsynth.signoff.acts import ROLES_OF, Act, act
from dpsynth.signoff.dossier import Dossier, dossier
from dpsynth.signoff.dsse import Envelope
from dpsynth.signoff.hand import ByKey, Hand
from dpsynth.signoff.register import Register, from_entries, person
from dpsynth.signoff.standing import Standing, of_dossier
from dpsynth.signoff.statement import SAYS, About, Kind, Moment
from dpsynth.signoff.states import Progress, Sealed, a, admit

LONGEST = 2000
"""Characters of the longest reason or condition."""


def standing(run: Path, ledger: Ledger) -> Standing:
    """Where a release stands.

    Args:
        run: folder of the run.
        ledger: that holds the run.

    Raises:
        BrokenBundleError: the bundle is not what its manifest says, or what stays inside was changed.
        LedgerError: the ledger is damaged, or holds something that the program did not write.
        SignoffError: the ledger does not know the run.
    """
    entries = ledger.entries()
    seen = _look(dossier(run, entries), entries)
    return of_dossier(seen.dossier, seen.progress, seen.now)


def submit(run: Path, ledger: Ledger, hand: ByKey, reason: str = "") -> Standing:
    """The author submits a draft for review.

    Raises:
        SignoffError: the state, the role, the person or the key does not fit. So do all functions below.
    """
    return _step(run, ledger, hand, "submission", "submitted", reason=reason)


def check(run: Path, ledger: Ledger, hand: Hand, says: str, reason: str = "") -> Standing:
    """An output checker says `no_objection` or `objection`; the others learn it when all have checked."""
    return _step(run, ledger, hand, "check", says, reason=reason)


def opinion(
    run: Path, ledger: Ledger, hand: Hand, says: str, conditions: Sequence[str] = (), reason: str = ""
) -> Standing:
    """The data-protection officer says `in_favour`, `in_favour_with_conditions` or `against`."""
    return _step(run, ledger, hand, "opinion", says, conditions=conditions, reason=reason)


def decide(
    run: Path, ledger: Ledger, hand: Hand, says: str, conditions: Sequence[str] = (), reason: str = ""
) -> Standing:
    """The release officer decides for the controller: `release`, `release_with_conditions` or `reject`."""
    return _step(run, ledger, hand, "decision", says, conditions=conditions, reason=reason)


def send_back(run: Path, ledger: Ledger, hand: ByKey, reason: str) -> Standing:
    """A reviewer returns the release to its author; what was signed so far does not count for the next submission."""
    return _step(run, ledger, hand, "return", "returned", reason=reason)


def release(run: Path, ledger: Ledger, hand: Hand) -> Standing:
    """The release officer signs that an approved release leaves now."""
    return _step(run, ledger, hand, "release", "released")


def withdraw(run: Path, ledger: Ledger, hand: Hand, reason: str) -> Standing:
    """The release officer takes back an approval, or recalls a release.

    What has left cannot be called back: recipients must be told. What it cost stays spent.
    """
    return _step(run, ledger, hand, "withdrawal", "withdrawn", reason=reason)


def supersede(run: Path, ledger: Ledger, hand: Hand, successor: Path) -> Standing:
    """The release officer signs that a later release takes the place of this one.

    Args:
        run: folder of the earlier run.
        ledger: that holds both.
        hand: who signs.
        successor: folder of the run that follows; it must be approved or released.
    """
    follows = standing(successor, ledger)
    if not follows.approved:
        raise SignoffError(f"{follows.release_id} is {follows.state}; what takes the place must be approved first.")
    return _step(
        run, ledger, hand, "supersession", "superseded", successor=(follows.release_id, follows.manifest_sha256)
    )


def reason_of(run: Path, done: Act) -> str | None:
    """The written reason of an act, which is kept inside; None if none was given.

    Raises:
        SignoffError: it is missing, or not the one that was signed.
    """
    if done.said.reason_sha256 is None:
        return None
    try:
        kept = json.loads((_drawer(run) / f"{done.digest}.reason.json").read_bytes())
        reason, salt = str(kept["reason"]), bytes.fromhex(kept["salt"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SignoffError(f"The reason of {done.name} is missing. Restore the run folder from a backup.") from None
    if hashlib.sha256(salt + reason.encode()).hexdigest() != done.said.reason_sha256:
        raise SignoffError(f"The reason of {done.name} is not the one that was signed. Restore it from a backup.")
    return reason


# ---------------------------------------------------------------------------------------------------------- inside


@dataclass(frozen=True)
class _Seen:
    """What one look at run folder and ledger shows."""

    dossier: Dossier
    register: Register
    progress: Progress
    newest: Moment
    now: dt.datetime


def _look(kept: Dossier, entries: Sequence[Entry]) -> _Seen:
    register = from_entries(entries)
    reached = history.progress(entries, kept.run_id, kept.case, register)
    newest = entries[-1]
    # A clock that was set back must not make an approval last: time is at least that of the newest entry.
    now = max(clock(), history.moment(newest))
    return _Seen(kept, register, reached, Moment(newest.sequence, newest.hash), now)


def clock() -> dt.datetime:
    """The time in UTC."""
    return dt.datetime.now(dt.UTC)


def _step(
    run: Path,
    ledger: Ledger,
    hand: Hand,
    kind: Kind,
    says: str,
    *,
    conditions: Sequence[str] = (),
    reason: str = "",
    successor: tuple[str, str] | None = None,
) -> Standing:
    if says not in SAYS[kind]:
        raise UsageError(f"{a(kind).capitalize()} says {says!r}; allowed are {', '.join(SAYS[kind])}.")
    entries = ledger.entries()
    seen = _look(dossier(run, entries), entries)
    reason, conditions = reason.strip(), tuple(c.strip() for c in conditions)
    if any(not c for c in conditions) or any(len(text) > LONGEST for text in (reason, *conditions)):
        raise UsageError(f"A condition is not empty, and reason and conditions have at most {LONGEST} characters each.")
    salt = secrets.token_bytes(32)
    on_paper = hands.ink(hand, seen.register)
    opened = seen.progress.submission
    approval = kind == "decision" and says != "reject"
    ends = seen.now + dt.timedelta(days=seen.dossier.case.rules.valid_days)
    said = About(
        kind=kind,
        says=says,
        role=_role(kind, hand, seen),
        name=hands.signer(hand, seen.register),
        release_id=seen.dossier.case.release_id,
        policy_digest=seen.dossier.case.policy_digest,
        manifest_sha256=seen.dossier.case.manifest_sha256,
        submission=None if kind == "submission" or opened is None else opened.digest,
        ledger=seen.newest,
        conditions=conditions,
        reason_sha256=hashlib.sha256(salt + reason.encode()).hexdigest() if reason else None,
        valid_until=ends.isoformat(timespec="seconds") if approval else None,
        successor=successor,
        ink=None if on_paper is None else on_paper[0],
    )
    envelope = dsse.seal(said.to_payload(), hand.keys)
    _judge(envelope, seen)  # before anything is written
    drawer = seen.dossier.drawer
    if reason:
        _files.write_json(drawer / f"{envelope.digest}.reason.json", {"reason": reason, "salt": salt.hex()})
    if on_paper is not None:
        _files.write_whole(drawer / f"{on_paper[0].scan_sha256}.scan", on_paper[1])
    if kind == "check":
        _files.write_whole(drawer / f"{envelope.digest}.dsse.json", envelope.to_bytes())
    kept = seen.dossier  # not looked at again: the bytes that count are those of the manifest that was signed
    ledger.record(kind, kept.population, kept.run_id, lambda newer: _body(envelope, _look(kept, newer)))
    after = _look(kept, ledger.entries())
    _publish(after)
    return of_dossier(after.dossier, after.progress, after.now)


def _role(kind: Kind, hand: Hand, seen: _Seen) -> str:
    """Where several roles may do it: the one in which the signer has acted, or else the first that the key has."""
    roles = ROLES_OF[kind]
    if len(roles) == 1 or not isinstance(hand, ByKey):
        return roles[-1]
    owner = hands.owner(hand.key, seen.register)
    acted = [a.role for a in seen.progress.acts[1:] if person(a.name) == person(owner.name)]
    acted += ["output_checker" for s in seen.progress.sealed if person(s.name) == person(owner.name)]
    return next((r for r in (*acted, *owner.roles) if r in roles), roles[0])


def _judge(envelope: Envelope, seen: _Seen) -> Act:
    """The act, if it would be allowed as the next entry."""
    done = act(envelope, seen.newest.sequence + 1, seen.now.isoformat(timespec="seconds"), seen.register)
    admit(seen.progress, done, seen.dossier.case, seen.register, seen.now)
    return done


def _body(envelope: Envelope, seen: _Seen) -> dict[str, Any]:
    """What the ledger keeps: the envelope itself, or of a check its digest, until the last check shows them all."""
    done = _judge(envelope, seen)
    about = {"manifest_sha256": done.said.manifest_sha256}
    if done.kind != "check":
        return {**about, "envelope": envelope.to_json()}
    sealed = (*seen.progress.sealed, Sealed(done.name, envelope.digest, done.sequence, done.at or ""))
    hidden = {**about, "name": done.name, "sealed": envelope.digest, "revealed": None}
    if len(sealed) < seen.dossier.case.rules.output_checkers:
        return hidden
    shown = [_hidden(seen.dossier, s) for s in sealed]
    history.revealed(replace(seen.progress, sealed=sealed), shown, seen.dossier.case, seen.register)
    return {**hidden, "revealed": shown}


def _hidden(kept: Dossier, sealed: Sealed) -> dict[str, Any]:
    try:
        return dsse.read((kept.drawer / f"{sealed.digest}.dsse.json").read_bytes()).to_json()
    except (OSError, ValueError):
        raise SignoffError(
            f"The check of {sealed.name} is missing inside the run folder. Restore it from a backup, or return the "
            "release and check it again."
        ) from None


def _publish(seen: _Seen) -> None:
    """Puts copies of all signatures of this review into the bundle."""
    for done in seen.progress.acts:
        path = seen.dossier.bundle / "signatures" / f"{done.sequence:04d}-{done.kind}-{done.digest[:8]}.dsse.json"
        if not path.exists():
            _files.write_whole(path, done.envelope.to_bytes(), _files.PUBLIC)


def _drawer(run: Path) -> Path:
    return run / "internal" / "signoff"
