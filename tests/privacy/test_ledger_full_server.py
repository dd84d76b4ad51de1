"""A real PostgreSQL server whose disk is full: nothing is granted that it could not write, and nothing is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from dpsynth.errors import LedgerError
from dpsynth.privacy import ledger_postgresql
from dpsynth.privacy.ledger import Ledger
from tests import postgresql
from tests.postgresql import Server
from tests.small_disk import small_disk


def fill(folder: Path) -> Path:
    """A file that takes all that is left."""
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return ballast


@pytest.fixture
def server() -> Iterator[Server]:
    with postgresql.server(small_disk) as made:
        yield made


def reserve(book: Ledger, number: int) -> None:
    book.reserve("people", f"run-{number}", "policy", "digest", Fraction(1, 10**6))


def test_what_the_disk_cannot_take_is_not_granted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_postgresql, "PATIENCE", 2.0)
    url = server.database("ledger")
    with closing(Ledger(url)) as book:
        book.register("people", "patient", 5.0, 1e-6)
        reserve(book, 0)
        ballast, granted = fill(server.folder), 1
        with pytest.raises(LedgerError) as caught:
            for number in range(1, 1000):
                reserve(book, number)
                granted += 1
        assert "the disk of the server is full. Nothing was charged by this step." in str(caught.value)
        assert book.verify() == 1 + granted, "what was granted can be read"
        ballast.unlink()
        reserve(book, granted)
        assert len(book.statement("people").charges) == 1 + granted
        book.verify()


def test_a_server_that_dies_of_a_full_disk_has_lost_nothing_afterwards(server: Server, monkeypatch) -> None:
    """Its write-ahead log cannot grow: it stops in the middle of a commit, and does not come up while it is full."""
    monkeypatch.setattr(ledger_postgresql, "PATIENCE", 2.0)
    url, granted = server.database("ledger"), 3
    with closing(Ledger(url)) as book:
        book.register("people", "patient", 5.0, 1e-6)
        for number in range(granted):
            reserve(book, number)
        ballast = fill(server.folder)
        server.sql("SELECT pg_switch_wal()")
        with pytest.raises(LedgerError) as caught:
            reserve(book, granted)
    assert "it is not known whether it was" in str(caught.value) and "dpsynth budget show" in str(caught.value)
    ballast.unlink()
    with contextlib.suppress(AssertionError):  # it has stopped by itself, or is about to
        server.stop()
    server.start()
    with closing(Ledger(url, create=False)) as book:
        assert len(book.statement("people").charges) in (granted, granted + 1)
        book.verify()
        reserve(book, granted + 1)
        book.verify()
