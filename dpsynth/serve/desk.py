"""The sign-off as forms: which steps may be taken now, and a form that was sent, carried out.

What a step may say, who may take it and what it leads to is judged by the sign-off itself, exactly as for the command
line; here a form is only turned into its arguments. A key is read for one signature and kept nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from dpsynth.errors import DpsynthError, SignoffError, UsageError
from dpsynth.privacy.ledger_database import NoLedger
from dpsynth.serve.shelf import Key, Place
from dpsynth.signoff import keys, looks, review, verification
from dpsynth.signoff.book import open_book
from dpsynth.signoff.hand import ByInk, ByKey, Hand
from dpsynth.signoff.keys import SecretKey
from dpsynth.signoff.standing import Standing
from dpsynth.signoff.statement import KINDS, SAYS, Kind

CONDITIONAL = ("opinion", "decision")
"""Steps that may come with conditions."""
REASONED = ("submission", "check", "opinion", "decision", "return", "withdrawal")
"""Steps that may come with a reason."""
DEMANDED = ("return", "withdrawal")
"""Steps that must."""
KEY_ONLY = ("submission", "return")
"""Steps that nobody takes on paper."""


@dataclass(frozen=True)
class Step:
    """A step that may be taken now.

    Attributes:
        kind: which.
        says: what it may say; a single one is not asked for.
        conditions: whether it may come with conditions.
        reason: whether it may come with a reason.
        reason_needed: whether it must, whatever it says.
        paper: whether it may be signed on paper.
        successor: whether it names a release that takes the place of this one.
    """

    kind: Kind
    says: tuple[str, ...]
    conditions: bool
    reason: bool
    reason_needed: bool
    paper: bool
    successor: bool


def standings(places: Iterable[Place], ledger_url: str) -> dict[Key, Standing | str]:
    """How runs and bundles stand, or for each one clear line why nobody can tell.

    Every byte of a bundle is checked, and every signature in it. What is broken is not signed here.
    """
    found: dict[Key, Standing | str] = {}
    places = tuple(places)
    try:
        with closing(open_book(ledger_url, create=False)) as ledger:
            for place in places:
                try:
                    received = verification.verify(place.bundle, ledger).standing
                    if place.key[1]:
                        found[place.key] = review.standing(place.folder, ledger)
                    elif received is not None:
                        found[place.key] = received
                except DpsynthError as error:
                    found[place.key] = str(error)
    except DpsynthError as error:
        return {place.key: str(error) for place in places}
    return found


def look(place: Place, ledger_url: str) -> None:
    """Writes into the ledger that the internal report of a run is opened.

    Where there is no ledger, or another one than the run's, nothing can be decided here, and nothing is written.

    Raises:
        DpsynthError: it could not be written: the report must stay closed.
    """
    try:
        release_id = str(json.loads(place.read("public/manifest.json"))["release_id"])
    except (KeyError, TypeError, ValueError, OSError, RecursionError):
        release_id = "/".join(place.key)
    with suppress(NoLedger), closing(open_book(ledger_url, create=False)) as ledger:
        looks.enter(ledger, release_id)


def steps(standing: Standing) -> tuple[Step, ...]:
    """The steps that may be taken now, in the order of their lives."""
    return tuple(
        Step(
            kind,
            SAYS[kind],
            kind in CONDITIONAL,
            kind in REASONED,
            # A decision for the release can need one too; one against it always does.
            kind in DEMANDED or (kind == "decision" and standing.reason_needed),
            kind not in KEY_ONLY,
            kind == "supersession",
        )
        for kind in KINDS
        if kind in standing.next
    )


def carry_out(
    kind: str, fields: Mapping[str, str], place: Place, ledger_url: str, others: Mapping[str, Place]
) -> Standing:
    """Takes a step, as the command line would.

    Args:
        kind: which step.
        fields: of the form.
        place: the run.
        ledger_url: its ledger.
        others: runs that can take the place of this one, by their names.

    Returns:
        How the run stands now.

    Raises:
        DpsynthError: one clear line; nothing was written.
    """
    said, reason = fields.get("says", ""), fields.get("reason", "").strip()
    conditions = tuple(line.strip() for line in fields.get("conditions", "").splitlines() if line.strip())
    run = place.folder
    with closing(open_book(ledger_url, create=False)) as ledger:
        if review.standing(run, ledger).manifest_sha256 != fields.get("manifest"):
            raise SignoffError("This is not the release that the page showed. Nothing was signed. Open the page again.")
        match kind:
            case "submission":
                return review.submit(run, ledger, _key(fields), reason)
            case "check":
                return review.check(run, ledger, _hand(fields), _one_of(said, kind), reason)
            case "opinion":
                return review.opinion(run, ledger, _hand(fields), _one_of(said, kind), conditions, reason)
            case "decision":
                return review.decide(run, ledger, _hand(fields), _one_of(said, kind), conditions, reason)
            case "return":
                return review.send_back(run, ledger, _key(fields), reason)
            case "release":
                return review.release(run, ledger, _hand(fields))
            case "withdrawal":
                return review.withdraw(run, ledger, _hand(fields), reason)
            case "supersession":
                successor = others.get(fields.get("successor", ""))
                if successor is None:
                    raise UsageError("No release was chosen that takes the place of this one. Choose one.")
                return review.supersede(run, ledger, _hand(fields), successor.folder)
    raise UsageError(f"There is no step {kind!r}. Nothing was done.")


def _one_of(said: str, kind: Kind) -> str:
    if said not in SAYS[kind]:
        raise UsageError("Nothing was chosen. Choose what you say.")
    return said


def _hand(fields: Mapping[str, str]) -> Hand:
    """Who signs: a key, or a signature on paper that two witnesses saw."""
    scan = fields.get("scan", "").strip()
    if not scan:
        return _key(fields)
    if fields.get("key", "").strip():
        raise UsageError("Give the file of a key, or the scan of a signature on paper: one of the two.")
    first, second = (_secret(fields, f"witness{i}", f"witness{i}_passphrase") for i in (1, 2))
    return ByInk(fields.get("name", "").strip(), _path(scan), (first, second))


def _key(fields: Mapping[str, str]) -> ByKey:
    return ByKey(_secret(fields, "key", "passphrase"))


def _secret(fields: Mapping[str, str], path: str, passphrase: str) -> SecretKey:
    name = fields.get(path, "").strip()
    if not name or not fields.get(passphrase):
        raise UsageError("Nobody signs yet: give the file of a key and its passphrase.")
    return keys.load_secret(_path(name), fields[passphrase])


def _path(name: str) -> Path:
    """A path as it was typed; `~` is the home folder of whoever runs the server."""
    if "\0" in name:
        raise UsageError("A path holds no NUL character. Type it again.")
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise UsageError("The home folder in this path is not known. Type the whole path.") from None
