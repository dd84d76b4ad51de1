"""Entries of the ledger as values: what happened, in which order, when, and by which account."""

from __future__ import annotations

import datetime as dt
import json
import os
import pwd
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dpsynth.errors import LedgerError
from dpsynth.privacy import ledger_chain, ledger_tables

_entry = ledger_tables.entry


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        sequence: its number, from 1; the order is evidence, the time is a claim of this machine's clock.
        at: UTC time, ISO 8601.
        kind: what happened; one of `ledger_tables.KINDS`.
        population: the people that it is about; None for entries about keys.
        run_id: the run that it is about, if any.
        actor: account of the operating system that wrote it.
        body: what else there is to say.
        hash: over all of this and the hash of the entry before.
    """

    sequence: int
    at: str
    kind: str
    population: str | None
    run_id: str | None
    actor: str
    body: dict[str, Any]
    hash: str


def every(connection: sa.Connection) -> tuple[Entry, ...]:
    """All entries, oldest first."""
    rows = connection.execute(sa.select(_entry).order_by(_entry.c.seq))
    return tuple(
        Entry(r.seq, r.at, r.kind, r.population_id, r.run_id, r.actor, json.loads(r.body), r.hash) for r in rows
    )


def holds(entries: Sequence[Entry], sequence: object, head: object) -> bool:
    """Whether the ledger still is the one that somebody saw: its entry of that number has that hash.

    The hash names the entry and all entries before it. Number and hash come from outside and can be anything.
    """
    return type(sequence) is int and 0 < sequence <= len(entries) and entries[sequence - 1].hash == head


def demand_held(entries: Sequence[Entry], sequence: object, head: object, witness: str, url: str) -> None:
    """Refuses a ledger that is not, or not any more, the one that somebody saw.

    Args:
        entries: all of them, oldest first.
        sequence: number of an entry, as the witness has it.
        head: its hash, as the witness has it.
        witness: who says so, for the message.
        url: where the ledger lies, for the message.

    Raises:
        LedgerError: it is not.
    """
    if not holds(entries, sequence, head):
        raise LedgerError(
            f"The ledger {url} with {len(entries)} entries does not hold entry {sequence} as {witness} has it: its end "
            "was cut off, it was rewritten, or it is another ledger. Restore it from a backup, or give the right one "
            "with --ledger."
        )


def newest(connection: sa.Connection) -> str:
    """Hash of the newest entry; empty before the first."""
    return connection.execute(sa.select(_entry.c.hash).order_by(_entry.c.seq.desc()).limit(1)).scalar() or ""


def has(connection: sa.Connection, digest: str) -> bool:
    """Whether an entry has a hash, which names it and all entries before it."""
    return connection.execute(sa.select(_entry.c.seq).where(_entry.c.hash == digest)).first() is not None


def append(
    connection: sa.Connection,
    now: dt.datetime,
    kind: str,
    population: str | None,
    run_id: str | None,
    body: dict[str, Any],
) -> Entry:
    """Writes the next entry, chained to the newest."""
    last = connection.execute(sa.select(_entry.c.seq, _entry.c.hash).order_by(_entry.c.seq.desc()).limit(1)).first()
    row: dict[str, Any] = {
        "seq": last.seq + 1 if last else 1,
        "at": now.isoformat(timespec="seconds"),
        "kind": kind,
        "population_id": population,
        "run_id": run_id,
        "actor": account(),
        "body": ledger_chain.canonical(body),
        "prev_hash": last.hash if last else "",
    }
    digest = ledger_chain.entry_hash(row)
    connection.execute(_entry.insert().values(**row, hash=digest))
    return Entry(row["seq"], row["at"], kind, population, run_id, row["actor"], body, digest)


def account() -> str:
    """The account under which this process runs, by the system: an environment variable could name another one."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
