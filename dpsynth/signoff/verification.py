"""What a bundle proves to whoever holds it: inside with the ledger, outside with the centre's list of keys.

With the ledger, the order of its entries says which keys counted when; whatever somebody entered since, a recall for
example, counts too. Without it, a signature of a key that was revoked does not count: only the ledger can show that it
is older than the revocation.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from dpsynth.errors import BrokenBundleError, LedgerError, SignoffError
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_entries import demand_held
from dpsynth.release import manifest
from dpsynth.release.manifest import SIGNATURES, Verified
from dpsynth.signoff import dsse, history, statement
from dpsynth.signoff.acts import Act, act
from dpsynth.signoff.dossier import of_run, sign_off_rules
from dpsynth.signoff.dsse import Envelope
from dpsynth.signoff.register import Register, from_entries
from dpsynth.signoff.standing import Standing, make
from dpsynth.signoff.statement import KINDS, About
from dpsynth.signoff.states import Case, Progress, advance

_UNTOLD = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_NAME = re.compile(r"[0-9a-z][0-9a-z_-]{0,80}\.dsse\.json")


@dataclass(frozen=True)
class Found:
    """A signature in a bundle.

    Attributes:
        file: its name in the bundle.
        envelope: as it was read; it is about this bundle.
        said: what it says.
        flaw: why it does not count; None if it does.
    """

    file: str
    envelope: Envelope
    said: About
    flaw: str | None = None


@dataclass(frozen=True)
class Verification:
    """What a bundle proves.

    Attributes:
        verified: every file is what the manifest says.
        standing: of the release; None if nobody signed, or no keys are known to judge by.
        found: every signature in the bundle.
        missing: what the ledger holds and the bundle does not, as `kind by name`.
        register: the keys by which it was judged, if any were at hand.
    """

    verified: Verified
    standing: Standing | None
    found: tuple[Found, ...]
    missing: tuple[str, ...] = ()
    register: Register | None = None

    @property
    def approved(self) -> bool:
        """Whether the release may leave or has left."""
        return self.standing is not None and self.standing.approved


def knows(ledger: Ledger, bundle: Path) -> bool:
    """Whether a ledger holds the run that a bundle says it comes from.

    Raises:
        BrokenBundleError: the bundle is not what its manifest says.
        LedgerError: the ledger is damaged.
    """
    release_id = str(manifest.verify(bundle).manifest["release_id"])
    return of_run(ledger.entries(), release_id)[0] is not None


def verify(bundle: Path, ledger: Ledger | None = None, keys: Register | None = None) -> Verification:
    """Checks a bundle, its signatures, and whether they add up to an approval.

    Args:
        bundle: its folder.
        ledger: of the centre that made it.
        keys: of the centre, for whoever has not its ledger.

    Raises:
        BrokenBundleError: a file was changed, or a signature is about something else, does not fit, or is not in the
            ledger.
        LedgerError: the ledger is damaged, or it was cut off: it does not hold what the bundle names.
    """
    verified = manifest.verify(bundle)
    head = verified.manifest
    found = _signatures(bundle, verified)
    rules = sign_off_rules(head)
    if rules is None:
        if found:
            raise BrokenBundleError(f"{bundle} holds signatures, but its manifest does not say who must sign.")
        return Verification(verified, None, ())
    obstacle = (
        None
        if head["releasable"] is True
        else "it comes from a rehearsal, a test or a demonstration and must not be released."
    )
    case = Case(str(head["release_id"]), str(head["policy_digest"]), verified.digest, rules, obstacle=obstacle)
    if ledger is not None:
        return _by_ledger(bundle, verified, case, found, ledger)
    if keys is not None:
        return _by_keys(verified, case, found, keys)
    return Verification(verified, None, found)


def _signatures(bundle: Path, verified: Verified) -> tuple[Found, ...]:
    """Every signature, each about these bytes and this release."""
    folder = bundle / SIGNATURES
    names = sorted(os.listdir(folder)) if folder.is_dir() else []
    found = []
    for name in names:
        file = f"{SIGNATURES}/{name}"
        try:
            if not _NAME.fullmatch(name):
                raise ValueError("its name has another form")
            envelope = dsse.read((folder / name).read_bytes())
            said = statement.about(envelope.payload)
        except (OSError, ValueError) as error:
            why = "it cannot be read" if isinstance(error, OSError) else str(error)
            raise BrokenBundleError(f"{bundle} is broken: {file!r} is no signature: {why}. Remove it.") from None
        if said.release_id != verified.manifest["release_id"]:
            raise BrokenBundleError(
                f"{bundle} is broken: {file!r} is about another release, {said.release_id!r}. Ask the sender for the "
                "bundle again."
            )
        if said.manifest_sha256 != verified.digest or said.policy_digest != verified.manifest["policy_digest"]:
            raise BrokenBundleError(
                f"{bundle} is broken: {file!r} is about other bytes: the bundle was changed after it was signed. Ask "
                "the sender for the bundle again."
            )
        found.append(Found(file, envelope, said))
    return tuple(found)


def _by_ledger(bundle: Path, verified: Verified, case: Case, found: tuple[Found, ...], ledger: Ledger) -> Verification:
    entries = ledger.entries()
    head = verified.manifest["ledger"]
    demand_held(entries, head["sequence"], head["head"], "the manifest", ledger.url)
    for f in found:
        demand_held(entries, f.said.ledger.sequence, f.said.ledger.head, f"{f.file!r}", ledger.url)
    reserve, commit = of_run(entries, case.release_id)
    if reserve is None or commit is None:
        raise LedgerError(f"The ledger {ledger.url} does not know {case.release_id} as a finished run.")
    if commit.body.get("manifest_digest") != verified.digest:
        raise BrokenBundleError(
            f"{bundle} is broken: its manifest is not the one that the run sealed (ledger entry {commit.sequence}). "
            "Ask the sender for the bundle again."
        )
    register = from_entries(entries)
    case = replace(case, runners=frozenset({reserve.actor}))
    run_id = case.release_id.rpartition("/")[2]
    progress = history.progress(entries, run_id, case, register)
    for f in found:
        if f.envelope.digest not in progress.used:
            raise BrokenBundleError(
                f"{bundle} is broken: {f.file!r} is not in the ledger: it was made elsewhere, or the ledger was "
                "cut off."
            )
    there = {f.envelope.digest for f in found}
    missing = tuple(f"{a.kind} by {a.name}" for a in progress.acts if a.digest not in there)
    now = max(dt.datetime.now(dt.UTC), history.moment(entries[-1]))
    return Verification(verified, make(case, progress, now, None, altered=False), found, missing, register)


def _by_keys(verified: Verified, case: Case, found: tuple[Found, ...], keys: Register) -> Verification:
    register = keys.out_of_order()
    judged: dict[str, Found] = {f.file: f for f in found}
    acts: list[tuple[str, Act]] = []
    for f in found:
        known = [k for s in f.envelope.signatures if (k := keys.find(s.key_id)) is not None]
        if any(not f.envelope.signed_by(k.key) for k in known):
            raise BrokenBundleError(f"The bundle is broken: the signature in {f.file!r} does not fit what it says.")
        try:
            acts.append((f.file, act(f.envelope, f.said.ledger.sequence + 1, None, register)))
        except SignoffError as error:
            judged[f.file] = replace(f, flaw=str(error))
    # When something was signed cannot be seen here, so that only the state of today is held against the clock.
    progress = Progress()
    for file, one in sorted(acts, key=lambda pair: (pair[1].sequence, KINDS.index(pair[1].kind))):
        try:
            progress = advance(progress, one, case, register, _UNTOLD)
        except SignoffError as error:
            judged[file] = replace(judged[file], flaw=str(error))
    standing = make(case, progress, dt.datetime.now(dt.UTC), None, altered=False)
    return Verification(verified, standing, tuple(judged.values()), (), keys)
