"""What a custodian does: vouching for keys, and revoking them. Each is a signed entry of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from dpsynth.errors import SignoffError, UsageError
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.signoff import dsse, register
from dpsynth.signoff.dsse import Envelope
from dpsynth.signoff.keys import PublicKey, SecretKey
from dpsynth.signoff.register import ROLES, Listed, Register, Role, TrustedKey
from dpsynth.signoff.statement import Moment


def registered(ledger: Ledger) -> Register:
    """The keys that the ledger knows.

    Raises:
        LedgerError: the ledger is damaged, or an entry about a key was not written by the program.
    """
    return register.from_entries(ledger.entries())


def trust(
    ledger: Ledger, custodian: SecretKey, key: PublicKey, name: str, roles: Sequence[str], account: str | None = None
) -> TrustedKey:
    """Vouches for a key.

    Args:
        ledger: that keeps the register.
        custodian: key of the custodian; the first custodian vouches for their own.
        key: whose signatures shall count.
        name: whose it is; the same person has the same name every time.
        roles: in which it counts.
        account: of the operating system, under which the person works on this machine: whoever ran a release under
            it cannot review that release.

    Raises:
        SignoffError: the custodian's key does not count, or the key is known already.
        UsageError: there is no such role.
    """
    known: dict[str, Role] = {r: r for r in ROLES}
    if wrong := [r for r in roles if r not in known]:
        raise UsageError(f"--role is {wrong[0]}; allowed are {', '.join(ROLES)}.")
    name = " ".join(name.split())
    newest = _newest(ledger)
    held = registered(ledger)
    own = held.find(custodian.public.key_id)
    voucher = own.name if own is not None else name
    payload = register.trust_payload(key, name, [known[r] for r in roles], account or None, voucher, newest)
    _record(ledger, "trust", dsse.seal(payload, [custodian]))
    found = registered(ledger).find(key.key_id)
    assert found is not None
    return found


def revoke(ledger: Ledger, signer: SecretKey, key_id: str, reason: str) -> TrustedKey:
    """Revokes a key; signed by a custodian, or by the key itself.

    Args:
        ledger: that keeps the register.
        signer: key of a custodian, or the key that is revoked.
        key_id: the key, by its whole name or by the beginning of it.
        reason: why, in one line.

    Raises:
        SignoffError: there is no such key, it was revoked already, or the signer may not.
    """
    newest = _newest(ledger)
    held = registered(ledger)
    found = by_prefix(held, key_id)
    by = held.find(signer.public.key_id)
    if by is None:
        raise SignoffError(f"The key {signer.public.key_id[:16]} is not in the key register, so it can revoke nothing.")
    payload = register.revocation_payload(found, reason.strip(), by.name, newest)
    _record(ledger, "revocation", dsse.seal(payload, [signer]))
    gone = registered(ledger).find(found.key.key_id)
    assert gone is not None
    return gone


def by_prefix(held: Register, key_id: str) -> TrustedKey:
    """The one key whose name begins like this.

    Raises:
        SignoffError: there is none, or more than one.
    """
    wanted = key_id.replace(" ", "").lower()
    fitting = [k for k in held.keys if k.key.key_id.startswith(wanted)]
    if len(wanted) < 8 or len(fitting) != 1:
        raise SignoffError(
            f"No single key of the register begins with {key_id!r}. Give at least 8 characters, as `dpsynth keys list` "
            "shows them."
        )
    return fitting[0]


def _newest(ledger: Ledger) -> Moment:
    """Where the ledger stands; before the first entry, number 0."""
    entries = ledger.entries()
    return Moment(entries[-1].sequence, entries[-1].hash) if entries else Moment(0, "0" * 64)


def _record(ledger: Ledger, kind: str, envelope: Envelope) -> None:
    def write(entries: tuple[Entry, ...]) -> dict[str, object]:
        before = register.from_entries(entries)
        sequence = entries[-1].sequence + 1 if entries else 1
        register.added(before, Listed(sequence, "", envelope))
        return {"envelope": envelope.to_json()}

    ledger.record(kind, None, None, write)
