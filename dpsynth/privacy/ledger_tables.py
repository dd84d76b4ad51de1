"""Tables, triggers and hash chain of the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

import sqlalchemy as sa

from dpsynth.privacy import lifetime

SCHEMA = 4

RUN_KINDS = ("reserve", "opened", "read", "commit", "void")
"""Entries about the budget of a run; each comes at most once for a run."""
BEFORE: dict[str, tuple[str | None, ...]] = {
    "reserve": (None,),
    "opened": ("reserve",),
    "read": ("opened",),
    "commit": ("opened", "read"),  # runs of older versions did not write which rows they read
    "void": ("reserve",),
}
"""Which steps of a run each may follow: what was opened can never be given back."""
SIGN_OFF_KINDS = (
    *("submission", "check", "opinion", "decision"),
    *("return", "release", "withdrawal", "supersession"),
)
"""Entries about the sign-off of a release."""
KEY_KINDS = ("trust", "revocation")
"""Entries about the keys that may sign; they belong to no population."""
CHANGE_KINDS: tuple[Literal["raise"], Literal["lower"]] = ("raise", "lower")
"""Entries that change a lifetime budget; they count only with the signatures that they need."""
BUDGET_KINDS = (*CHANGE_KINDS, "import")
"""Entries about a budget that belong to no run; an import is a release that was made without this program."""
KINDS = ("population", *RUN_KINDS, *BUDGET_KINDS, *SIGN_OFF_KINDS, *KEY_KINDS)

metadata = sa.MetaData()
meta = sa.Table("meta", metadata, sa.Column("schema_version", sa.Integer, nullable=False))
population = sa.Table(
    "population",
    metadata,
    sa.Column("population_id", sa.Text, primary_key=True),
    sa.Column("lifetime_nano", sa.BigInteger, nullable=False),
    sa.Column("lifetime_epsilon", sa.Text, nullable=False),
    sa.Column("lifetime_delta", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("split_key", sa.LargeBinary, nullable=False),
)
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("population_id", sa.Text, sa.ForeignKey("population.population_id")),
    sa.Column("run_id", sa.Text),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})"),
    sa.CheckConstraint(f"(population_id IS NULL) = (kind IN {KEY_KINDS})"),
)
sa.Index("one_reserve", entry.c.run_id, unique=True, sqlite_where=entry.c.kind == "reserve")
sa.Index("one_end", entry.c.run_id, unique=True, sqlite_where=entry.c.kind.in_(["commit", "void"]))

_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for table in ("entry", "population")
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes what stands in its way, without asking the triggers on DELETE.
    "CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry "
    "WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry) "
    "OR EXISTS (SELECT 1 FROM entry WHERE hash = NEW.hash OR (run_id = NEW.run_id AND "
    "((kind = NEW.kind AND NEW.kind IN ('reserve', 'opened', 'read', 'commit', 'void')) "
    "OR (kind IN ('commit', 'void') AND NEW.kind IN ('commit', 'void'))))) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER population_no_replace BEFORE INSERT ON population "
    "WHEN EXISTS (SELECT 1 FROM population WHERE population_id = NEW.population_id) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)


def create(connection: sa.Connection) -> None:
    """Makes all tables and triggers in an empty database."""
    metadata.create_all(connection)
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.execute(meta.insert().values(schema_version=SCHEMA))


def migrate(connection: sa.Connection) -> None:
    """Takes a sound ledger of an older version to this one, in the caller's transaction. No entry, no hash changes.

    Versions differ only in the kinds of entries that they know.
    """
    for trigger in ("entry_no_update", "entry_no_delete", "entry_no_replace"):
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    for index in ("one_reserve", "one_end"):
        connection.exec_driver_sql(f"DROP INDEX {index}")
    connection.exec_driver_sql("ALTER TABLE entry RENAME TO entry_old")
    entry.create(connection)
    connection.exec_driver_sql("INSERT INTO entry SELECT * FROM entry_old ORDER BY seq")
    connection.exec_driver_sql("DROP TABLE entry_old")
    for trigger in _TRIGGERS:
        if " ON entry " in trigger:
            connection.exec_driver_sql(trigger)
    connection.execute(meta.update().values(schema_version=SCHEMA))


def canonical(value: Any) -> str:
    """JSON in the one form that is stored and hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def entry_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 over an entry, the hash of the entry before it included."""
    fields = {k: row[k] for k in ("seq", "at", "kind", "population_id", "run_id", "actor", "body", "prev_hash")}
    return hashlib.sha256(b"dpsynth-ledger-v1\n" + canonical(fields).encode()).hexdigest()


def first_fault(connection: sa.Connection) -> str | None:
    """What does not fit in the chain, or None.

    An edited, removed or re-ordered entry, a step of a run that its state does not allow, a charge that is none, a
    change of a budget that does not start from the present one or goes the wrong way, or an edited population.
    Signatures are checked elsewhere.
    """
    previous, declared, present = "", {}, {}
    runs: dict[str, str] = {}
    for number, row in enumerate(connection.execute(sa.select(entry).order_by(entry.c.seq)), start=1):
        if row.seq != number or row.prev_hash != previous or row.hash != entry_hash(dict(row._mapping)):
            return f"entry {number}"
        previous = row.hash
        try:
            if row.kind == "population":
                declared[row.population_id] = row.body
                present[row.population_id] = _declared(json.loads(row.body))
            elif row.kind in CHANGE_KINDS:
                now = present[row.population_id]
                present[row.population_id] = lifetime.changed(row.kind, now, json.loads(row.body))
            elif row.kind in RUN_KINDS:
                if runs.get(row.run_id) not in BEFORE[row.kind]:
                    return f"entry {number}"
                runs[row.run_id] = row.kind
            if row.kind in ("reserve", "import"):
                lifetime.check_charge(row.kind, json.loads(row.body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return f"entry {number}"
    rows = connection.execute(sa.select(population)).mappings()
    owners = {row["population_id"]: canonical(declaration(dict(row))) for row in rows}
    wrong = {name for name in owners.keys() | declared.keys() if owners.get(name) != declared.get(name)}
    return f"population {min(wrong)}" if wrong else None


def _declared(body: Mapping[str, Any]) -> lifetime.Lifetime:
    return lifetime.Lifetime(float(body["lifetime_epsilon"]), float(body["lifetime_delta"]))


def declaration(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a population; of the secret key a digest, which 256 random bits make safe to show."""
    return {
        "lifetime_nano": row["lifetime_nano"],
        "lifetime_epsilon": row["lifetime_epsilon"],
        "lifetime_delta": row["lifetime_delta"],
        "unit": row["unit"],
        "split_key_sha256": hashlib.sha256(row["split_key"]).hexdigest(),
    }
