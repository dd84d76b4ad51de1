"""The register of keys: whose they are, in which roles they count, from when, and until when.

It is read off the ledger. Each key is vouched for by the signature of a custodian, the first custodian by itself: its
fingerprint is the one thing that people must compare on paper. A revoked key never comes back. From when to when a
key counts is told by the order of the ledger, not by anybody's clock.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from dpsynth.errors import LedgerError, SignoffError
from dpsynth.privacy import ledger_entries
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.ledger_tables import KEY_KINDS
from dpsynth.signoff import dsse, statement
from dpsynth.signoff.dsse import Envelope, EnvelopeError
from dpsynth.signoff.keys import PublicKey, public_from_pem
from dpsynth.signoff.statement import Moment, StatementError

Role = Literal["author", "output_checker", "dpo", "release_officer", "witness", "custodian"]
"""author: submits a release. output_checker: checks it. dpo: gives an opinion. release_officer: decides for the
controller. witness: sees others sign on paper. custodian: vouches for keys, and signs nothing else."""
ROLES: tuple[Role, ...] = get_args(Role)
SCHEMA = "dpsynth-keys-1"
LARGEST = 4 * 2**20
"""Bytes of the largest file of keys that is read."""


@dataclass(frozen=True)
class Listed:
    """What the ledger, or a copy of its part about keys, holds of one statement.

    Attributes:
        sequence, at: number and UTC time of the entry.
        envelope: the signed statement.
    """

    sequence: int
    at: str
    envelope: Envelope


@dataclass(frozen=True)
class TrustedKey:
    """A key and what it counts for.

    Attributes:
        key: its public half.
        name: whose it is; one name, one person.
        roles: in which it counts.
        account: of the operating system, under which the person works on this machine, if known.
        since, since_at: number and time of the ledger's entry from which on it counts.
        until, until_at: the same for the entry that revoked it; None if nothing did.
        reason: why it was revoked.
        vouched_by: name of the custodian.
    """

    key: PublicKey
    name: str
    roles: tuple[Role, ...]
    account: str | None
    since: int
    since_at: str
    vouched_by: str
    until: int | None = None
    until_at: str | None = None
    reason: str | None = None

    def counts(self, role: str, sequence: int) -> bool:
        """Whether a signature that the ledger has under a number counts in a role."""
        return role in self.roles and self.since < sequence and (self.until is None or sequence < self.until)


@dataclass(frozen=True)
class Register:
    """All keys that were ever trusted, oldest first."""

    keys: tuple[TrustedKey, ...] = ()

    def find(self, key_id: str) -> TrustedKey | None:
        """The key of that name."""
        return next((k for k in self.keys if k.key.key_id == key_id), None)

    def accounts(self, name: str, sequence: int) -> frozenset[str]:
        """Accounts that belong to a person, by what the ledger knew before an entry."""
        known = (k for k in self.keys if k.since < sequence and person(k.name) == person(name))
        return frozenset(k.account for k in known if k.account)

    def holds(self, name: str, role: str, sequence: int) -> bool:
        """Whether a person has a key that counts in a role."""
        return any(person(k.name) == person(name) and k.counts(role, sequence) for k in self.keys)

    def out_of_order(self) -> Register:
        """The same keys where no ledger tells the order: of a revoked key no signature counts, however old."""
        return Register(tuple(k if k.until is None else replace(k, until=0) for k in self.keys))

    @property
    def anchor(self) -> TrustedKey | None:
        """The first custodian's key, on which all others rest."""
        return self.keys[0] if self.keys else None

    def demand(self, key_id: str, role: str, sequence: int) -> TrustedKey:
        """The key, if it counts in the role.

        Raises:
            SignoffError: it is unknown, revoked, or has not the role.
        """
        found = self.find(key_id)
        if found is None or sequence <= found.since:
            raise SignoffError(
                f"The key {key_id[:16]} is not in the key register. A custodian can add it with `dpsynth keys trust`."
            )
        if found.until is not None and found.until <= sequence:
            raise SignoffError(
                f"The key {key_id[:16]} of {found.name} was revoked on {(found.until_at or '')[:10]} "
                f"({found.reason}). Sign with a key that counts."
            )
        if role not in found.roles:
            held = ", ".join(found.roles)
            raise SignoffError(
                f"The key {key_id[:16]} of {found.name} counts as {held}, not as {role}. Somebody with that role must "
                "sign."
            )
        return found


def person(name: str) -> str:
    """A name without what makes the same person look like two: case, spaces, forms of a letter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def trust_payload(
    key: PublicKey, name: str, roles: Sequence[Role], account: str | None, custodian: str, ledger: Moment
) -> bytes:
    """The statement with which a custodian vouches for a key."""
    predicate = {
        "name": name,
        "roles": list(roles),
        "account": account,
        "public_key": key.pem,
        "custodian": custodian,
        "ledger": vars(ledger),
    }
    return statement.payload("trust", name, key.key_id, predicate)


def revocation_payload(key: TrustedKey, reason: str, by: str, ledger: Moment) -> bytes:
    """The statement that revokes a key."""
    predicate = {"reason": reason, "by": by, "ledger": vars(ledger)}
    return statement.payload("revocation", key.name, key.key.key_id, predicate)


def from_entries(entries: Iterable[Entry]) -> Register:
    """The register that the ledger holds.

    Raises:
        LedgerError: an entry is not what the program writes: somebody went around it.
    """
    register, before = Register(), list[Entry]()
    for entry in entries:
        if entry.kind in KEY_KINDS:
            try:
                envelope = dsse.from_json(entry.body.get("envelope"))
                _made_here(envelope, before)
                register = added(register, Listed(entry.sequence, entry.at, envelope))
            except (SignoffError, EnvelopeError) as error:
                raise LedgerError(
                    f"Entry {entry.sequence} of the ledger, about a key, was not written by dpsynth: {error} Restore "
                    "the ledger from a backup."
                ) from None
        before.append(entry)
    return register


def _made_here(envelope: Envelope, before: Sequence[Entry]) -> None:
    """A statement about a key names where this ledger stood: one from another ledger does not count here."""
    try:
        ledger = statement.parts(envelope.payload)[3]["ledger"]
        number, head = ledger["sequence"], ledger["head"]
    except (StatementError, KeyError, TypeError):
        number = head = None
    first = number == 0 and not before
    if not first and not ledger_entries.holds(before, number, head):
        raise SignoffError("It was not signed on this ledger.")


def added(register: Register, listed: Listed) -> Register:
    """The register after one more statement.

    Raises:
        SignoffError: the statement does not count.
    """
    try:
        kind, name, key_id, p = statement.parts(listed.envelope.payload)
        if kind == "trust":
            return _trusted(register, listed, name, key_id, p)
        if kind == "revocation":
            return _revoked(register, listed, key_id, p)
    except (StatementError, KeyError, TypeError, AttributeError, ValueError):
        pass
    raise SignoffError("It is no statement about a key.")


def _trusted(register: Register, listed: Listed, name: str, key_id: str, p: dict[str, Any]) -> Register:
    key, roles, account = public_from_pem(p["public_key"]), tuple(p["roles"]), p["account"]
    ledger = Moment(p["ledger"]["sequence"], p["ledger"]["head"])
    again = trust_payload(key, name, roles, account, p["custodian"], ledger)
    if again != listed.envelope.payload or key.key_id != key_id:
        raise SignoffError("It is no statement about a key.")
    if not name.strip() or not name.isprintable():
        raise SignoffError("The name of a key's owner must be printable text that is not empty.")
    if not roles or len(set(roles)) != len(roles) or not set(roles) <= set(ROLES):
        raise SignoffError(f"The roles of a key are some of {', '.join(ROLES)}, each once.")
    if "custodian" in roles and len(roles) > 1:
        raise SignoffError("A custodian's key signs nothing but the register. Make another key for other roles.")
    if register.find(key_id) is not None:
        raise SignoffError(f"The key {key_id[:16]} is in the register already; a revoked key never comes back.")
    if register.anchor is None:
        if roles != ("custodian",):
            raise SignoffError("The first key must be a custodian's, who vouches for all others.")
        voucher = TrustedKey(key, name, roles, account, listed.sequence, listed.at, name)
    else:
        voucher = _signer(register, listed, ("custodian",))
    if not listed.envelope.signed_by(voucher.key) or voucher.name != p["custodian"]:
        raise SignoffError("The signature of the custodian does not fit.")
    fresh = TrustedKey(key, name, roles, account, listed.sequence, listed.at, voucher.name)
    return Register((*register.keys, fresh))


def _revoked(register: Register, listed: Listed, key_id: str, p: dict[str, Any]) -> Register:
    found = register.find(key_id)
    if found is None:
        raise SignoffError(f"The key {key_id[:16]} is not in the register.")
    if found.until is not None:
        raise SignoffError(f"The key {key_id[:16]} of {found.name} was revoked already.")
    own = any(s.key_id == key_id for s in listed.envelope.signatures)
    by = _signer(register, listed, found.roles if own else ("custodian",))
    ledger = Moment(p["ledger"]["sequence"], p["ledger"]["head"])
    if revocation_payload(found, p["reason"], p["by"], ledger) != listed.envelope.payload or by.name != p["by"]:
        raise SignoffError("It is no statement about a key.")
    if not listed.envelope.signed_by(by.key):
        raise SignoffError("The signature does not fit.")
    if not p["reason"].strip() or not p["reason"].isprintable():
        raise SignoffError("A revocation needs a reason, in one line.")
    if "custodian" in found.roles and not any(
        "custodian" in k.roles and k.until is None for k in register.keys if k is not found
    ):
        raise SignoffError("This is the last custodian's key: nobody could vouch for keys. Trust another one first.")
    gone = replace(found, until=listed.sequence, until_at=listed.at, reason=p["reason"])
    return Register(tuple(gone if k is found else k for k in register.keys))


def _signer(register: Register, listed: Listed, roles: Sequence[str]) -> TrustedKey:
    if len(listed.envelope.signatures) != 1:
        raise SignoffError("A statement about a key has one signature.")
    return register.demand(listed.envelope.signatures[0].key_id, roles[0], listed.sequence)


def to_json(entries: Iterable[Entry]) -> dict[str, Any]:
    """The ledger's part about keys, for whoever checks a bundle without the ledger."""
    listed = [
        {"sequence": e.sequence, "at": e.at, "envelope": e.body["envelope"]} for e in entries if e.kind in KEY_KINDS
    ]
    return {"schema": SCHEMA, "statements": listed}


def from_json(content: bytes) -> Register:
    """Reads what `to_json` gave, and checks every signature in it again.

    Raises:
        SignoffError: it is something else, or a signature does not fit.
    """
    try:
        value = json.loads(content) if len(content) <= LARGEST else {}
        if value["schema"] != SCHEMA:
            raise ValueError
        register, last = Register(), 0
        for s in value["statements"]:
            if type(s["sequence"]) is not int or s["sequence"] <= last or not isinstance(s["at"], str):
                raise ValueError
            last = s["sequence"]
            register = added(register, Listed(last, s["at"], dsse.from_json(s["envelope"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignoffError(f"It is no list of keys of form {SCHEMA}. Ask the centre for the list again.") from None
    return register
