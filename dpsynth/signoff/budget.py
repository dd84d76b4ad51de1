"""Raising and lowering a lifetime budget: who must sign, and what makes a signature count.

Both signers sign one statement, which holds the old and the new budget, the reason, and where the ledger stood. So a
statement cannot be used twice, in another ledger, for other people, or after the budget has moved on. To raise needs
the data-protection officer and a release officer, who must be two people; to lower, one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dpsynth.errors import LedgerError, SignoffError, UsageError
from dpsynth.privacy import ledger_account, ledger_entries
from dpsynth.privacy.account import Change
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.ledger_import import refuse_no_delta
from dpsynth.privacy.ledger_tables import CHANGE_KINDS
from dpsynth.privacy.lifetime import Lifetime, fits, from_json
from dpsynth.signoff import dsse, register, statement
from dpsynth.signoff.dsse import Envelope, EnvelopeError
from dpsynth.signoff.hand import owner
from dpsynth.signoff.keys import SecretKey
from dpsynth.signoff.register import Register, TrustedKey, person
from dpsynth.signoff.statement import Moment, StatementError

RAISERS = ("dpo", "release_officer")
"""Roles that must both sign to raise a budget; each of them can lower it."""
LONGEST = 500
"""Characters of the longest reason."""
KIND = "budget_{}"


def increase(ledger: Ledger, population: str, new: Lifetime, reason: str, dpo: SecretKey, officer: SecretKey) -> Change:
    """Raises a budget.

    Args:
        ledger: that keeps the budget and the keys.
        population: the people.
        new: the budget from now on.
        reason: why, in one line.
        dpo: key of the data-protection officer.
        officer: key of a release officer, another person.

    Raises:
        SignoffError: a key does not count in its role, or both belong to one person.
        UsageError: the budget would not grow, or there is no reason.
        LedgerError: the population is not in the ledger.
    """
    return _change(ledger, "raise", population, new, reason, [(dpo, "dpo"), (officer, "release_officer")])


def decrease(ledger: Ledger, population: str, new: Lifetime, reason: str, signer: SecretKey) -> Change:
    """Lowers a budget, as the data-protection officer or as a release officer.

    Raises:
        SignoffError: the key counts in neither role.
        UsageError: the budget would not shrink, or there is no reason.
        BudgetError: earlier releases would leave nothing of the new delta.
        LedgerError: the population is not in the ledger.
    """
    held = owner(signer, register.from_entries(ledger.entries()))
    role = next((r for r in RAISERS if r in held.roles), RAISERS[0])
    return _change(ledger, "lower", population, new, reason, [(signer, role)])


def judge(entries: Sequence[Entry]) -> None:
    """Checks every change of a budget in the ledger. The order of entries decides which keys count.

    Raises:
        LedgerError: one was not signed as it must be.
    """
    held = register.from_entries(entries)
    for e in entries:
        if e.kind in CHANGE_KINDS:
            try:
                _check(e, entries, held)
            except (SignoffError, EnvelopeError, StatementError, ValueError, KeyError, TypeError) as error:
                what = str(error) if isinstance(error, SignoffError) else "It is not what dpsynth writes."
                raise LedgerError(
                    f"Entry {e.sequence} of the ledger changes the budget of {e.population} and does not count: "
                    f"{what} Restore the ledger from a backup."
                ) from None


def _change(
    ledger: Ledger, kind: str, population: str, new: Lifetime, reason: str, hands: Sequence[tuple[SecretKey, str]]
) -> Change:
    reason = reason.strip()
    if not reason or not reason.isprintable() or len(reason) > LONGEST:
        raise UsageError(f"--reason has {len(reason)} characters; allowed is one printable line of 1 to {LONGEST}.")
    account, entries = ledger.statement(population), ledger.entries()
    if not fits(kind, account.lifetime, new):
        raise UsageError(
            f"The lifetime budget of population {population} is {account.lifetime}; {new} does not {kind} it. One of "
            f"the two numbers must {'grow' if kind == 'raise' else 'shrink'}, and neither may go the other way."
        )
    held = register.from_entries(entries)
    signers = [{"name": owner(key, held).name, "role": role} for key, role in hands]
    _two_people([s["name"] for s in signers])
    declared = _declaration(entries, population)
    newest = Moment(entries[-1].sequence, entries[-1].hash)
    payload = _payload(kind, declared, account.lifetime, new, reason, signers, newest)
    envelope = dsse.seal(payload, [key for key, _ in hands])

    def write(now: tuple[Entry, ...]) -> dict[str, Any]:
        present = ledger_account.statement(now, population)
        if present is not None and present.imported_delta:
            refuse_no_delta(new, present.imported_delta, population)
        body = {
            "old": account.lifetime.to_json(),
            "new": new.to_json(),
            "reason": reason,
            "signers": signers,
            "envelope": envelope.to_json(),
        }
        # Said here, before it is written, so that a wrong key gives an error of its own and not one of the ledger.
        _check(Entry(now[-1].sequence + 1, "", kind, population, None, "", body, ""), now, register.from_entries(now))
        return body

    ledger.record(kind, population, None, write)
    return ledger.statement(population).changes[-1]


def _payload(
    kind: str,
    declared: Entry,
    old: Lifetime,
    new: Lifetime,
    reason: str,
    signers: Sequence[dict[str, str]],
    ledger: Moment,
) -> bytes:
    """The statement: its subject is the entry that first named the population."""
    predicate = {
        "old": old.to_json(),
        "new": new.to_json(),
        "reason": reason,
        "signers": list(signers),
        "ledger": vars(ledger),
    }
    return statement.payload(KIND.format(kind), str(declared.population), declared.hash, predicate)


def _check(e: Entry, entries: Sequence[Entry], held: Register) -> None:
    """Whether an entry that changes a budget counts, by what the ledger held before it."""
    envelope, signers = dsse.from_json(e.body["envelope"]), e.body["signers"]
    old, new = from_json(e.body["old"]), from_json(e.body["new"])
    declared = _declaration(entries, str(e.population))
    _, _, _, predicate = statement.parts(envelope.payload)
    moment = Moment(predicate["ledger"]["sequence"], predicate["ledger"]["head"])
    if _payload(e.kind, declared, old, new, e.body["reason"], signers, moment) != envelope.payload:
        raise SignoffError("What was signed is not what the entry says.")
    _check_moment(moment, e, entries)
    trusted = _signed(envelope, signers, held, e.sequence)
    roles = tuple(s["role"] for s in signers)
    if e.kind == "raise" and roles != RAISERS:
        raise SignoffError("To raise a budget, the data-protection officer and a release officer must sign.")
    if e.kind == "lower" and (len(roles) != 1 or roles[0] not in RAISERS):
        raise SignoffError("To lower a budget, the data-protection officer or a release officer must sign.")
    _two_people([k.name for k in trusted])


def _two_people(names: Sequence[str]) -> None:
    if len({person(name) for name in names}) != len(names):
        raise SignoffError(
            f"{names[0]} signed twice. To raise a budget, the data-protection officer and a release officer must be "
            "two people."
        )


def _check_moment(moment: Moment, e: Entry, entries: Sequence[Entry]) -> None:
    """The statement was signed on this ledger, after the budget's last change: so it counts once."""
    before = [x for x in entries if x.sequence < e.sequence]
    if not ledger_entries.holds(before, moment.sequence, moment.head):
        raise SignoffError("It was not signed on this ledger.")
    last = max(x.sequence for x in before if x.population == e.population and x.kind in ("population", *CHANGE_KINDS))
    if moment.sequence < last:
        raise SignoffError("It was signed before the budget was last changed. Sign again.")


def _signed(
    envelope: Envelope, signers: Sequence[dict[str, str]], held: Register, sequence: int
) -> tuple[TrustedKey, ...]:
    if len(signers) != len(envelope.signatures):
        raise SignoffError("It has more or fewer signatures than signers.")
    found = []
    for signature, signer in zip(envelope.signatures, signers, strict=True):
        key = held.demand(signature.key_id, signer["role"], sequence)
        if key.name != signer["name"] or not envelope.signed_by(key.key):
            raise SignoffError(f"The signature of {signer['name']} does not fit.")
        found.append(key)
    return tuple(found)


def _declaration(entries: Sequence[Entry], population: str) -> Entry:
    found = next((x for x in entries if x.kind == "population" and x.population == population), None)
    if found is None:
        raise SignoffError(f"Population {population} has no budget.")
    return found
