"""Where a ledger lies: an SQLite file or a PostgreSQL database, with one way to work in either."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dpsynth.errors import LedgerError

T = TypeVar("T")


class NoLedger(LedgerError):
    """There is no ledger at a place, and none shall be made."""


class Database(Protocol):
    """A database that holds one ledger.

    Attributes:
        url: where it is, without a password.
        is_new: whether this opening made it.
    """

    url: str
    is_new: bool

    def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Does work in one transaction, as if nobody else were there. It may be called again from the beginning.

        Raises:
            LedgerError: the database cannot be used; one clear line, which says what is known to be written.
        """

    def version(self, connection: sa.Connection) -> int | None:
        """The version of the tables; None if they are not all there."""

    def migrate(self, connection: sa.Connection) -> None:
        """Takes a sound ledger of an older version to this one, in the caller's transaction.

        Raises:
            LedgerError: whoever asks may not.
        """

    def close(self) -> None:
        """Releases the database."""


def connect(url: str, *, create: bool) -> Database:
    """Opens the database that a URL names.

    Args:
        url: sqlite:///PATH or postgresql://ROLE@HOST/DATABASE.
        create: make an empty ledger where there is none; whoever only looks should not.

    Raises:
        LedgerError: the URL is neither, the place cannot be used, or there is no ledger and none shall be made.
        ResourceError: the driver is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LedgerError(f"--ledger cannot be understood. {ALLOWED}") from None
    match parsed.get_backend_name():
        case "sqlite":
            from dpsynth.privacy.ledger_sqlite import SqliteDatabase

            return SqliteDatabase(parsed, url, create=create)
        case "postgresql":
            from dpsynth.privacy.ledger_postgresql import PostgresqlDatabase

            return PostgresqlDatabase(parsed, create=create)
    raise LedgerError(f"--ledger is {parsed.render_as_string(hide_password=True)!r}. {ALLOWED}")


ALLOWED = "Give sqlite:///PATH, or postgresql://ROLE@HOST/DATABASE."


def default_url() -> str:
    """The ledger in the user's data folder: never in the current folder, where a new folder would mean a new budget."""
    base = Path(os.environ.get("XDG_DATA_HOME") or ".")
    if not base.is_absolute():  # as the XDG specification demands
        base = Path.home() / ".local" / "share"
    return f"sqlite:///{base / 'dpsynth' / 'ledger.sqlite'}"


def as_option(url: str) -> str:
    """The words that give a command this ledger, in a shell in any folder, with a blank in front.

    A URL with a password is not written down: none, and the command reads it from DPSYNTH_LEDGER.
    """
    parsed = make_url(url)
    if parsed.password is not None:
        return ""
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        url = f"sqlite:///{Path(parsed.database).absolute()}"
    return f" --ledger {shlex.quote(url)}"
