"""Where the ledgers of a benchmark lie, and work that goes on in processes of its own."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import NANO, Lifetime
from tests import postgresql

LIFETIME = Lifetime(5.0, 1e-6)


@dataclass(frozen=True)
class Place:
    """Where ledgers of one kind of database lie."""

    name: str
    fresh: Callable[[str], str]  # name -> URL of a database without a ledger
    rewrite: Callable[[str, list[str]], None]  # URL, statements: changes entries past all triggers
    swap: Callable[[str, str], None]  # URLs of two ledgers that take each other's place


def sqlite_place(folder: Path) -> Place:
    def path(url: str) -> Path:
        return Path(url.removeprefix("sqlite:///"))

    def rewrite(url: str, statements: list[str]) -> None:
        with closing(sqlite3.connect(path(url))) as raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                raw.execute(statement)
            raw.commit()

    def swap(one: str, other: str) -> None:
        contents = [path(u).read_bytes() for u in (one, other)]
        for url, content in zip((one, other), reversed(contents), strict=True):
            path(url).write_bytes(content)

    return Place("sqlite", lambda name: f"sqlite:///{folder / name}.sqlite", rewrite, swap)


def postgresql_place(server: postgresql.Server) -> Place:
    def database(url: str) -> str:
        return url.partition("@/")[2].partition("?")[0]

    def rewrite(url: str, statements: list[str]) -> None:
        # As the superuser, who can do everything: a session without triggers.
        server.sql("SET session_replication_role = replica", "SET search_path = dpsynth", *statements,
                   database=database(url))  # fmt: skip

    def swap(one: str, other: str) -> None:
        first, second = database(one), database(other)
        server.sql(*(f"ALTER DATABASE {a} RENAME TO {b}" for a, b in
                     ((first, "aside"), (second, first), ("aside", second))))  # fmt: skip

    return Place("postgresql", server.database, rewrite, swap)


def opened(url: str) -> Ledger:
    ledger = Ledger(url)
    ledger.register("people", "patient", LIFETIME.epsilon, LIFETIME.delta)
    return ledger


def share(of: int) -> Fraction:
    """mu^2 of which so many fit into the lifetime, and one more does not."""
    return Fraction(2 * (LIFETIME.nano() // of), NANO)


@contextlib.contextmanager
def places(folder: Path) -> Iterator[tuple[Place, ...]]:
    """An SQLite file in a folder, and a PostgreSQL server that is started for it."""
    with postgresql.server() as server:
        yield sqlite_place(folder), postgresql_place(server)


FAILED = 99


def forked(work: Callable[[], int]) -> int:
    """Starts work in a child; its result is the exit code."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(FAILED)
    return child
