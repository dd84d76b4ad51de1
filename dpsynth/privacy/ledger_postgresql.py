"""The ledger in a PostgreSQL database, which several hosts share: serialisable transactions, tried again.

Everything lies in the schema `dpsynth` of one database, so that no search path decides which ledger is meant. The role
that makes it owns tables and triggers; the role that works with it needs SELECT, and INSERT into two tables
(docs/postgresql.md).

A transaction is SERIALIZABLE, so that check and insert see the same ledger; where two collide, the server ends one of
them, which is tried again. If the connection is lost while a transaction is being committed, nobody here knows whether
it was. So its newest entry is looked for before it is tried again: the hash of an entry names it and everything before
it, and one number of an entry is taken once, so that no step is written twice.

Source: PostgreSQL documentation, sections 13.2.3 (Serializable Isolation Level) and 13.5 (Serialization Failure
Handling).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from dpsynth.errors import LedgerError
from dpsynth.privacy import ledger_entries, ledger_server, ledger_tables
from dpsynth.privacy.ledger_database import NoLedger
from dpsynth.privacy.ledger_server import PATIENCE

NAME = "dpsynth"
"""The schema that holds the ledger."""

_FUNCTIONS = (
    f"CREATE OR REPLACE FUNCTION {NAME}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    f"CREATE OR REPLACE FUNCTION {NAME}.follow() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608  ours
    "DECLARE newest record; BEGIN "
    f"SELECT seq, hash INTO newest FROM {NAME}.entry ORDER BY seq DESC LIMIT 1; "
    "IF NEW.seq <> COALESCE(newest.seq, 0) + 1 OR NEW.prev_hash <> COALESCE(newest.hash, '') "
    f"OR EXISTS (SELECT 1 FROM {NAME}.entry WHERE {ledger_tables.TAKEN}) "
    "THEN RAISE EXCEPTION 'the ledger is append-only'; END IF; RETURN NEW; END $$",
)
_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {NAME}.{table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {NAME}.refuse()"
        for table in ("entry", "population")
    ),
    f"CREATE TRIGGER entry_in_order BEFORE INSERT ON {NAME}.entry FOR EACH ROW EXECUTE FUNCTION {NAME}.follow()",
)

T = TypeVar("T")


class PostgresqlDatabase:
    """A ledger on a PostgreSQL server.

    Args:
        given: URL; see `ledger_server.understood`.
        create: make the tables where there are none.

    Attributes:
        url: without a password.
        is_new: whether this opening made the tables.

    Raises:
        LedgerError: the URL does not fit, the server cannot be used, or there is no ledger and none shall be made.
        ResourceError: the driver is not installed.
    """

    def __init__(self, given: URL, *, create: bool) -> None:
        self.url = given.render_as_string(hide_password=True)
        self.engine = ledger_server.engine(ledger_server.understood(given), NAME)
        try:
            self.is_new = self.run(lambda connection: self._prepared(connection, create), opening=True)
        except BaseException:
            self.close()
            raise

    def run(self, work: Callable[[sa.Connection], T], *, opening: bool = False) -> T:
        """Does work in one serialisable transaction; if others were in the way, again from the beginning.

        Args:
            work: reads and writes; may be called several times, and only its last result counts.
            opening: there need not be a ledger yet, and nobody waits for a server that is not there.

        Raises:
            LedgerError: the server cannot be used.
        """
        until, pause = time.monotonic() + PATIENCE, 0.005
        unknown: list[tuple[str, T]] = []  # newest entry and result of transactions whose end nobody saw
        while True:
            end: tuple[str, T] | None = None
            try:
                with self.engine.connect() as connection, connection.begin():
                    for head, result in unknown:
                        if ledger_entries.has(connection, head):
                            return result
                    result = work(connection)
                    if not opening:
                        end = (ledger_entries.newest(connection), result)
                return result
            except SQLAlchemyError as error:
                lost = ledger_server.lost(error)
                if lost and end is not None:
                    unknown.append(end)
                again = (lost and not opening) or ledger_server.collided(error)
                if not again or time.monotonic() > until:
                    raise self._unusable(error, known=not unknown) from None
            # Those that met wait for different times, or they would meet again.
            time.sleep(pause * (0.5 + secrets.randbelow(1024) / 1024))
            pause = min(2 * pause, 0.5)

    def version(self, connection: sa.Connection) -> int | None:
        """The version of the tables; None if they are not all there."""
        return ledger_tables.version(connection, NAME)

    def migrate(self, connection: sa.Connection) -> None:
        """Takes a sound ledger of an older version to this one. Only the role that owns the tables may."""
        connection.exec_driver_sql(
            f"ALTER TABLE {NAME}.entry DROP CONSTRAINT known_kind, "
            f"ADD CONSTRAINT known_kind CHECK ({ledger_tables.KNOWN_KIND})"
        )
        for statement in _FUNCTIONS:
            connection.exec_driver_sql(statement)
        connection.execute(ledger_tables.meta.update().values(schema_version=ledger_tables.SCHEMA))

    def close(self) -> None:
        """Gives the connection back."""
        self.engine.dispose()

    def _prepared(self, connection: sa.Connection, create: bool) -> bool:
        """Makes the tables where there are none, and may be; returns whether it did."""
        ledger_server.demand_durable(connection)
        found = sa.inspect(connection).get_table_names(schema=NAME)
        if found:
            return False
        if not create:
            raise NoLedger(f"There is no ledger {self.url}. Give the right place with --ledger.")
        if not sa.inspect(connection).has_schema(NAME):
            connection.exec_driver_sql(f"CREATE SCHEMA {NAME}")
        ledger_tables.create(connection)
        for statement in (*_FUNCTIONS, *_TRIGGERS):
            connection.exec_driver_sql(statement)
        return True

    def _unusable(self, error: SQLAlchemyError, *, known: bool) -> LedgerError:
        consequence = (
            "Nothing was charged by this step."
            if known
            else "The connection was lost while this step was being written: it is not known whether it was. "
            "`dpsynth budget show` tells when the server is back; what it lists counts."
        )
        return LedgerError(f"The ledger {self.url} cannot be used: {ledger_server.reason(error)}. {consequence}")
