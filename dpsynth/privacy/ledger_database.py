"""How the ledger talks to SQLite: durable, one writer at a time, and errors in our own words."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL


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
    text = str(getattr(error, "orig", error)).lower()
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
