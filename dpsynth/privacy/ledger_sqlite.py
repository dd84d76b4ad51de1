"""The ledger in an SQLite file: durable, one writer at a time, append-only, and errors in our own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from dpsynth.errors import LedgerError
from dpsynth.privacy import ledger_file, ledger_tables
from dpsynth.privacy.ledger_database import NoLedger

T = TypeVar("T")

TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for table in ("entry", "population")
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes what stands in its way, without asking the triggers on DELETE.
    "CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry "  # noqa: S608  ours
    "WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry) "
    f"OR EXISTS (SELECT 1 FROM entry WHERE {ledger_tables.TAKEN}) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER population_no_replace BEFORE INSERT ON population "
    "WHEN EXISTS (SELECT 1 FROM population WHERE population_id = NEW.population_id) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)


class SqliteDatabase:
    """A ledger in a file.

    Args:
        given, text: URL, as it was understood and as it was given; see `ledger_file.sqlite_path`.
        create: make the file if there is none.

    Attributes:
        url: as people may see it.
        is_new: whether there was no file.

    Raises:
        LedgerError: the place cannot be used, or there is no ledger and none shall be made.
    """

    def __init__(self, given: URL, text: str, *, create: bool) -> None:
        self.url = given.render_as_string(hide_password=True)
        path = ledger_file.sqlite_path(given, text)
        ledger_file.refuse_network(path)
        self.is_new = not path.exists()
        if self.is_new and not create:
            raise NoLedger(f"There is no ledger {self.url}. Give the right place with --ledger.")
        try:
            ledger_file.ensure(path, self._fill)
        except OSError as error:
            raise self._unusable(error, "Choose a writable place.") from None
        self.engine = engine(given)

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Does work in one transaction, which nobody else's comes between.

        Raises:
            LedgerError: the file cannot be used. Nothing was written.
        """
        try:
            with self.engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise self._unusable(error, "Nothing was charged by this step.") from None

    def version(self, connection: sa.Connection) -> int | None:
        """The version of the tables; None if they are not all there."""
        return ledger_tables.version(connection)

    def migrate(self, connection: sa.Connection) -> None:
        """Takes a sound ledger of an older version to this one, in the caller's transaction. No entry, no hash changes.

        Versions differ only in the kinds of entries that they know.
        """
        for trigger in ("entry_no_update", "entry_no_delete", "entry_no_replace"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        for index in ("one_reserve", "one_end"):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        connection.exec_driver_sql("ALTER TABLE entry RENAME TO entry_old")
        ledger_tables.entry.create(connection)
        connection.exec_driver_sql("INSERT INTO entry SELECT * FROM entry_old ORDER BY seq")
        connection.exec_driver_sql("DROP TABLE entry_old")
        for trigger in TRIGGERS:
            if " ON entry " in trigger:
                connection.exec_driver_sql(trigger)
        connection.execute(ledger_tables.meta.update().values(schema_version=ledger_tables.SCHEMA))

    def close(self) -> None:
        """Closes the file."""
        self.engine.dispose()

    def _fill(self, path: Path) -> None:
        """Writes a ledger without entries into a file."""
        fresh = engine(URL.create("sqlite", database=str(path)))
        try:
            with fresh.begin() as connection:
                ledger_tables.create(connection)
                for trigger in TRIGGERS:
                    connection.exec_driver_sql(trigger)
        except SQLAlchemyError as error:
            raise self._unusable(error, "Choose another place.") from None
        finally:
            fresh.dispose()

    def _unusable(self, error: Exception, consequence: str) -> LedgerError:
        return LedgerError(f"The ledger {self.url} cannot be used: {reason(error)}. {consequence}")


def engine(url: URL) -> sa.Engine:
    """Connections whose transactions take the write lock before they read."""
    made = sa.create_engine(url)
    sa.event.listen(made, "connect", _on_connect)
    sa.event.listen(made, "begin", _on_begin)
    return made


def _on_connect(connection: Any, _: Any) -> None:
    # The driver must not begin transactions on its own: BEGIN IMMEDIATE below takes the write lock before reading,
    # so that check and insert see the same ledger.
    connection.isolation_level = None
    # EXTRA is FULL and a sync of the folder: a power cut cannot bring back the journal and with it the state before.
    for pragma in ("busy_timeout=30000", "synchronous=EXTRA", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def reason(error: Exception) -> str:
    """Our own words for what went wrong, so that no path or statement of the driver is shown."""
    if isinstance(error, OSError):
        return (error.strerror or "the operating system refused").lower()
    driver = getattr(error, "orig", error)
    if getattr(driver, "sqlite_errorname", "") == "SQLITE_READONLY_DBMOVED":
        return "it was moved, replaced or deleted meanwhile"
    text = str(driver).lower()
    for sign, words in (
        ("not a database", "the file is not a database"),
        ("locked", "another process holds it"),
        ("full", "the disk is full"),
        ("readonly", "it is read-only"),
        ("unable to open", "it cannot be opened"),
        ("append-only", "it is append-only"),
        ("disk i/o", "the disk failed"),
        ("malformed", "the file is damaged"),
    ):
        if sign in text:
            return words
    return "the database refused"
