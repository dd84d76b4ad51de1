"""The ledger on a real PostgreSQL server: the same as in a file, append-only for everybody who works with it, and
nothing lost or charged twice when the connection breaks."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dpsynth.errors import BudgetError, LedgerError, ResourceError
from dpsynth.privacy import ledger_chain, ledger_postgresql, ledger_server, ledger_tables
from dpsynth.privacy import ledger_page as room
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import NANO, Lifetime
from tests import postgresql
from tests.postgresql import Server

LIFETIME = Lifetime(5.0, 1e-6)
NUMBERS = count()
SECRET = "correct-horse-battery"
WORKER = "dpsynth_runs"
"""A role that may only insert."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql.server() as made:
        made.sql(f"CREATE ROLE {WORKER} LOGIN", f"CREATE ROLE stranger LOGIN PASSWORD '{SECRET}'")
        yield made


@pytest.fixture
def name(server: Server) -> Iterator[str]:
    """A database without a ledger."""
    name = f"db{next(NUMBERS)}"
    server.database(name)
    yield name
    server.drop(name)  # a server that was not stopped in order syncs all its files when it starts again


@pytest.fixture
def url(server: Server, name: str) -> str:
    return server.url(name)


@pytest.fixture
def book(url: str) -> Iterator[Ledger]:
    with closing(opened(url)) as ledger:
        yield ledger


def opened(url: str) -> Ledger:
    ledger = Ledger(url)
    ledger.register("people", "patient", LIFETIME.epsilon, LIFETIME.delta)
    return ledger


def reserve(book: Ledger, run: str, mu_squared: Fraction = Fraction(1, 100)):
    return book.reserve("people", run, "policy", "digest", mu_squared)


def states(book: Ledger) -> dict[str, str]:
    return {c.run_id: c.state for c in book.statement("people").charges}


# ------------------------------------------------------------------------------------------------------ the same rules

STEP = st.tuples(
    st.sampled_from(["reserve", "opened", "measuring", "commit", "void", "check"]),
    st.sampled_from("abc"),
    st.integers(1, 5),
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=3, max_size=10))
def test_both_databases_hold_the_same_ledger(server: Server, name: str, tmp_path_factory, steps) -> None:
    """The same steps give the same answers, the same errors, the same entries, the same hashes."""
    server.sql("DROP SCHEMA IF EXISTS dpsynth CASCADE", database=name)
    urls = (server.url(name), f"sqlite:///{tmp_path_factory.mktemp('l')}/l.sqlite")
    tenth = Fraction(2 * LIFETIME.nano(), 10 * NANO)
    said: list[list[object]] = []
    with pytest.MonkeyPatch.context() as patch:
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        patch.setattr(room, "dt", SimpleNamespace(UTC=dt.UTC, datetime=SimpleNamespace(now=lambda zone: now)))
        patch.setattr(secrets, "token_bytes", lambda n: bytes(range(n)))
        for url in urls:
            with closing(opened(url)) as book:
                answers: list[object] = []
                for kind, run, size in steps:
                    act: dict[str, Callable[[], object]] = {
                        "reserve": lambda r=run, s=size: reserve(book, r, tenth * s),
                        "opened": lambda r=run: book.opened("people", r),
                        "measuring": lambda r=run: book.measuring("people", r),
                        "commit": lambda r=run: book.commit("people", r, "m"),
                        "void": lambda r=run: book.void("people", r),
                        "check": lambda r=run: book.record("check", "people", r, lambda entries: {"n": len(entries)}),
                    }
                    try:
                        answers.append(act[kind]())
                    except (LedgerError, BudgetError) as error:
                        answers.append(f"{type(error).__name__}: {error}".replace(book.url, "URL"))
                said.append([answers, book.entries(), book.statement("people"), book.verify()])
                assert book.split_key("people") == bytes(range(32)) and book.populations() == ("people",)
    assert said[0] == said[1]


def test_a_ledger_is_made_once_and_only_where_that_is_asked_for(url: str) -> None:
    with pytest.raises(LedgerError, match="There is no ledger"):
        Ledger(url, create=False)
    with closing(opened(url)) as first, closing(Ledger(url, create=False)) as second:
        assert first.is_new and not second.is_new
        reserve(second, "r")
        assert states(first) == {"r": "reserved"} and first.split_key("people") == second.split_key("people")


def test_order_is_by_sequence_although_hosts_have_different_clocks(book: Ledger, url: str, monkeypatch) -> None:
    clock = iter([2030, 1999, 2026, 1970])

    def now(zone):
        return dt.datetime(next(clock), 1, 1, tzinfo=zone)

    monkeypatch.setattr(room, "dt", SimpleNamespace(UTC=dt.UTC, datetime=SimpleNamespace(now=now)))
    with closing(Ledger(url)) as other:
        for number, host in enumerate((book, other, book, other)):
            reserve(host, f"r{number}")
        assert [c.run_id for c in other.statement("people").charges] == ["r0", "r1", "r2", "r3"]
        assert [e.at[:4] for e in other.entries()[1:]] == ["2030", "1999", "2026", "1970"] and book.verify() == 5


def test_eight_processes_never_overspend_together(url: str) -> None:
    """On a database without a ledger: all of them make it, and all of them ask at once."""
    seventh = Fraction(2 * (LIFETIME.nano() // 7), NANO)
    gate, release = os.pipe()

    def work(number: int) -> int:
        os.read(gate, 1)
        book, granted, draw = opened(url), 0, random.Random(number)
        for attempt in range(8):
            try:
                reserve(book, f"{number}-{attempt}", seventh)
            except BudgetError:
                continue
            granted += 1
            if draw.random() < 0.3:
                book.opened("people", f"{number}-{attempt}")
        return granted

    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            try:
                os._exit(work(number))
            except BaseException as error:
                print(error, file=sys.stderr)
                os._exit(99)
        children.append(child)
    os.write(release, b"x" * 8)
    granted = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(gate)
    os.close(release)
    with closing(Ledger(url)) as book:
        assert sum(granted) == len(book.statement("people").charges) == 7, granted
        book.verify()


# --------------------------------------------------------------------------------------------------------- append-only


@pytest.fixture
def worker(server: Server, name: str, book: Ledger) -> Iterator[Ledger]:
    """The ledger as the role sees it that may only insert; granted as docs/postgresql.md says."""
    server.sql(*grants(), database=name)
    with closing(Ledger(server.url(name, WORKER), create=False)) as ledger:
        yield ledger


def grants() -> list[str]:
    """What docs/postgresql.md tells a centre to grant."""
    page = (Path(__file__).parents[2] / "docs/postgresql.md").read_text()
    lines = [line.rstrip(";") for line in page.splitlines() if line.startswith("GRANT") and " DATABASE " not in line]
    assert len(lines) == 3 and all(line.endswith(f"TO {WORKER}") for line in lines)
    return lines


REFUSED = (
    "UPDATE dpsynth.entry SET actor = 'x'",
    "DELETE FROM dpsynth.entry",
    "TRUNCATE dpsynth.entry",
    "TRUNCATE dpsynth.entry, dpsynth.population CASCADE",
    "UPDATE dpsynth.population SET lifetime_nano = 2 * lifetime_nano",
    "DELETE FROM dpsynth.population",
    "INSERT INTO dpsynth.population SELECT * FROM dpsynth.population "
    "ON CONFLICT (population_id) DO UPDATE SET lifetime_nano = 1",
)
BY_OWNERS_ALONE = (
    "DROP TRIGGER entry_append_only ON dpsynth.entry",
    "DROP TRIGGER entry_in_order ON dpsynth.entry",
    "ALTER TABLE dpsynth.entry DISABLE TRIGGER ALL",
    "ALTER TABLE dpsynth.entry RENAME TO other",
    "ALTER TABLE dpsynth.entry DROP CONSTRAINT known_kind",
    "DROP TABLE dpsynth.entry CASCADE",
    "DROP SCHEMA dpsynth CASCADE",
    "DROP INDEX dpsynth.one_reserve",
    "CREATE OR REPLACE FUNCTION dpsynth.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE TABLE dpsynth.more (a int)",
    "CREATE RULE r AS ON INSERT TO dpsynth.entry DO INSTEAD NOTHING",
    "UPDATE dpsynth.meta SET schema_version = 99",
    "DELETE FROM dpsynth.meta",
    "INSERT INTO dpsynth.meta VALUES (1)",
    "SET session_replication_role = replica",
)


def test_the_owner_changes_no_entry_by_accident(server: Server, name: str, book: Ledger) -> None:
    reserve(book, "r")
    for statement in REFUSED:
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            server.sql(statement, database=name, role=postgresql.OWNER)
    assert book.verify() == 2


def test_a_role_that_may_only_insert_can_work_and_nothing_else(server: Server, name: str, worker: Ledger) -> None:
    reserve(worker, "r")
    worker.opened("people", "r")
    worker.commit("people", "r", "m")
    assert worker.register("others", "patient", 1.0, 1e-6)
    for statement in (*REFUSED, *BY_OWNERS_ALONE):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.sql(statement, database=name, role=WORKER)
    assert worker.verify() == 5


@pytest.mark.parametrize(
    "values",
    [
        "9, at, kind, population_id, 'new', actor, body, prev_hash, 'x'",  # a gap
        "3, at, kind, population_id, 'new', actor, body, prev_hash, 'x'",  # follows another entry than the newest
        "4, at, kind, population_id, run_id, actor, body, hash, 'x'",  # the run has a reservation
        "4, at, kind, population_id, 'new', actor, body, hash, hash",  # the hash of an old entry
        "2, at, kind, population_id, 'new', actor, body, prev_hash, 'x'",  # the number of an old entry
    ],
)
def test_no_entry_takes_the_place_of_another(server: Server, name: str, worker: Ledger, values: str) -> None:
    reserve(worker, "a")
    reserve(worker, "b")
    with pytest.raises((psycopg.errors.RaiseException, psycopg.errors.UniqueViolation)):
        server.sql(
            f"INSERT INTO dpsynth.entry SELECT {values} FROM dpsynth.entry WHERE seq = 3", database=name, role=WORKER
        )
    assert worker.verify() == 3


def test_who_may_make_no_tables_is_told_so(server: Server, name: str) -> None:
    with pytest.raises(LedgerError, match="this role may not do that") as refused:
        Ledger(server.url(name, WORKER))
    assert "docs/postgresql.md" in str(refused.value) and "\n" not in str(refused.value)


def test_a_search_path_leads_nowhere_else(server: Server, name: str, book: Ledger) -> None:
    server.sql("CREATE SCHEMA other", *(f"CREATE TABLE other.{t} (seq int)" for t in ("entry", "meta", "population")),
               f"ALTER ROLE {postgresql.OWNER} IN DATABASE {name} SET search_path = other", database=name)  # fmt: skip
    with closing(Ledger(server.url(name))) as again:
        reserve(again, "r")
    assert book.verify() == 2


# ------------------------------------------------------------------------------------------------------------ versions


def older(server: Server, name: str) -> None:
    """As the version before wrote it: it did not know the newest kind."""
    kinds = ", ".join(map(repr, ledger_tables.KINDS[:-1]))
    server.sql("ALTER TABLE dpsynth.entry DROP CONSTRAINT known_kind",
               f"ALTER TABLE dpsynth.entry ADD CONSTRAINT known_kind CHECK (kind IN ({kinds}))",
               f"UPDATE dpsynth.meta SET schema_version = {ledger_tables.SCHEMA - 1}", database=name)  # fmt: skip


def test_the_owner_carries_an_older_ledger_on_and_nobody_else(server: Server, name: str, worker: Ledger) -> None:
    reserve(worker, "r")
    entries = worker.entries()
    older(server, name)
    with pytest.raises(LedgerError, match="this role may not do that"):
        Ledger(server.url(name, WORKER))
    with closing(Ledger(server.url(name))) as carried:
        assert carried.entries() == entries
        kind = ledger_tables.KINDS[-1]
        carried.record(kind, None if kind in ledger_tables.KEY_KINDS else "people", None, lambda e: {})
    with closing(Ledger(server.url(name, WORKER))) as again:
        assert again.verify() == 3


def test_another_version_or_other_tables_are_refused(server: Server, name: str, book: Ledger, url: str) -> None:
    server.sql("UPDATE dpsynth.meta SET schema_version = 99", database=name)
    with pytest.raises(LedgerError, match="is not a dpsynth ledger of version"):
        Ledger(url)
    server.sql("DROP SCHEMA dpsynth CASCADE", "CREATE SCHEMA dpsynth", "CREATE TABLE dpsynth.meta (schema_version int)",
               database=name)  # fmt: skip
    with pytest.raises(LedgerError, match="is not a dpsynth ledger of version"):
        Ledger(url)


# ----------------------------------------------------------------------------------------------------------- tampering


def tampered(server: Server, name: str, *statements: str) -> None:
    """As the superuser, past all triggers."""
    server.sql("SET session_replication_role = replica", "SET search_path = dpsynth", *statements, database=name)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (["UPDATE entry SET body = replace(body, 'nano_rho\":', 'nano_rho\":0') WHERE seq = 3"], "entry 3"),
        (["UPDATE entry SET actor = 'somebody' WHERE seq = 2"], "entry 2"),
        (["DELETE FROM entry WHERE seq = 3"], "entry 3"),
        ([f"UPDATE entry SET seq = {b} WHERE seq = {a}" for a, b in ((2, 99), (3, 2), (99, 3))], "entry 2"),
        (["UPDATE population SET lifetime_nano = lifetime_nano * 2"], "population people"),
        (["UPDATE population SET split_key = '\\x00'"], "population people"),
    ],
)
def test_tampering_is_found_and_nothing_more_is_granted(server, name, book: Ledger, changes, place: str) -> None:
    for run in "abc":
        reserve(book, run)
    tampered(server, name, *changes)
    for step in (book.verify, book.entries, lambda: reserve(book, "new")):
        with pytest.raises(LedgerError, match=f"damaged at {place}"):
            step()


# -------------------------------------------------------------------------------------------------- broken connections


class Line(threading.Thread):
    """A line to the server that is cut at the first COMMIT that follows an INSERT.

    Args:
        server: where it leads.
        moment: before (the server never hears of the commit), after (it commits, and nobody hears of it), late (it
            hears of it when the client has tried again already).
    """

    def __init__(self, server: Server, folder: Path, moment: str) -> None:
        super().__init__(daemon=True)
        self.server, self.moment, self.cut = server, moment, 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / ".s.PGSQL.5432"))
        self.listener.listen()
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(self.server.folder / ".s.PGSQL.5432"))
                threading.Thread(target=self.forward, args=(client, there), daemon=True).start()
                threading.Thread(target=self.back, args=(client, there), daemon=True).start()

    def forward(self, client: socket.socket, there: socket.socket) -> None:
        inserted = False
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                inserted = inserted or b"INSERT INTO" in data
                if b"COMMIT" in data and inserted and not self.cut:
                    self.cut += 1
                    if self.moment == "before":  # not close(): the other thread is reading from it
                        there.shutdown(socket.SHUT_RDWR)
                        client.shutdown(socket.SHUT_RDWR)
                        return
                    if self.moment == "late":
                        client.shutdown(socket.SHUT_RDWR)
                        time.sleep(0.4)
                    there.sendall(data)
                    if self.moment == "after":
                        there.recv(65536)
                    client.shutdown(socket.SHUT_RDWR)
                    return
                there.sendall(data)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)

    def back(self, client: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := there.recv(65536):
                client.sendall(data)


STEPS: dict[str, Callable[[Ledger], object]] = {
    "reserve": lambda book: reserve(book, "r"),
    "opened": lambda book: book.opened("people", "r"),
    "commit": lambda book: book.commit("people", "r", "m"),
}


@pytest.mark.parametrize("moment", ["before", "after", "late"])
@pytest.mark.parametrize(("step", "state"), [("reserve", "reserved"), ("opened", "open"), ("commit", "committed")])
def test_a_line_cut_while_a_step_is_written_writes_it_once(server, name, book: Ledger, moment, step, state) -> None:
    """Whether the server heard of the commit or not, the caller gets one answer, which is true."""
    for before in list(STEPS)[: list(STEPS).index(step)]:
        STEPS[before](book)
    folder = Path(tempfile.mkdtemp(prefix="dpsynth-line-", dir="/tmp"))  # the path of a socket must be short
    line = Line(server, folder, moment)
    try:
        with closing(Ledger(server.url(name).replace(str(server.folder), str(folder)))) as far:
            answer = STEPS[step](far)
        assert line.cut == 1
        assert states(book) == {"r": state}
        assert [e.kind for e in book.entries()].count(step) == 1 and book.verify() >= 2
        if step == "reserve":
            assert (answer,) == book.statement("people").charges
    finally:
        line.listener.close()
        shutil.rmtree(folder)


def test_a_terminated_connection_is_opened_again(server: Server, name: str, book: Ledger) -> None:
    for run in "ab":
        server.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        reserve(book, run)
    assert states(book) == {"a": "reserved", "b": "reserved"}


def test_a_server_that_is_gone_is_one_clear_error(server: Server, name: str, book: Ledger, monkeypatch) -> None:
    """And what was granted is there when it is back, although it was stopped as by a power cut."""
    monkeypatch.setattr(ledger_postgresql, "PATIENCE", 0.2)
    reserve(book, "a")
    server.stop()
    try:
        for ask in (lambda: reserve(book, "b"), lambda: Ledger(server.url(name))):
            with pytest.raises(LedgerError, match=r"the server cannot be reached\. Nothing was charged") as refused:
                ask()
            assert "\n" not in str(refused.value)
    finally:
        server.start()
    monkeypatch.undo()
    assert states(book) == {"a": "reserved"}
    reserve(book, "b")


def test_a_server_that_comes_back_in_time_is_waited_for(server: Server, book: Ledger) -> None:
    reserve(book, "r")
    book.opened("people", "r")
    server.stop()
    back = threading.Timer(0.5, server.start)
    back.start()
    book.commit("people", "r", "m")
    back.join()
    assert states(book) == {"r": "committed"}


def test_an_end_that_nobody_saw_is_said_to_be_unknown(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line breaks at the commit, and the server does not come back."""
    engine = book._database.engine

    def broken(*_: object) -> None:
        monkeypatch.setattr(engine, "connect", refuse)
        raise psycopg.OperationalError("gone")

    def refuse() -> None:
        raise sqlalchemy.exc.OperationalError("", {}, psycopg.OperationalError("gone"))

    monkeypatch.setattr(ledger_postgresql, "PATIENCE", 0.1)
    monkeypatch.setattr(engine.dialect, "do_commit", broken)
    with pytest.raises(LedgerError, match=r"it is not known whether it was.*budget show"):
        reserve(book, "r")


# ------------------------------------------------------------------------------------------------------------ refusals


def test_a_held_table_is_one_clear_error(server: Server, name: str, url: str, monkeypatch) -> None:
    opened(url).close()
    for module in (ledger_postgresql, ledger_server):
        monkeypatch.setattr(module, "PATIENCE", 0.6)
    monkeypatch.setattr(ledger_server, "LOCK_TIMEOUT", "100ms")
    with (
        closing(Ledger(url)) as book,
        psycopg.connect(host=str(server.folder), dbname=name, user="postgres") as holder,
    ):
        holder.execute("LOCK TABLE dpsynth.entry IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(LedgerError, match=r"another process holds it\. Nothing was charged"):
            reserve(book, "r")


def test_a_read_only_database_is_one_clear_error(server: Server, name: str, url: str) -> None:
    opened(url).close()
    server.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with closing(Ledger(url)) as book, pytest.raises(LedgerError, match=r"it is read-only\. Nothing was charged"):
        reserve(book, "r")


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_forgets_is_refused(server: Server, url: str, setting: str) -> None:
    server.sql(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
    try:
        waited = time.monotonic() + 5
        while server.sql(f"SHOW {setting}") != [("off",)] and time.monotonic() < waited:
            time.sleep(0.02)
        with pytest.raises(LedgerError, match=f"{setting} = off: a power cut would forget"):
            Ledger(url)
    finally:
        server.sql(f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")
        while server.sql(f"SHOW {setting}") != [("on",)] and time.monotonic() < waited + 5:
            time.sleep(0.02)


def test_a_commit_waits_for_the_disk_whatever_the_role_is_set_to(server: Server, name: str, url: str) -> None:
    server.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with closing(opened(url)) as book, book._database.engine.connect() as connection:
        for _ in range(2):  # what a session behind a pool is set to does not count
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == ledger_server.LOCK_TIMEOUT
            connection.rollback()
            connection.connection.execute("SET synchronous_commit = off; SET lock_timeout = 0; COMMIT")
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "serializable"


@pytest.fixture
def with_passwords(server: Server) -> Iterator[None]:
    rules = server.folder / "data/pg_hba.conf"
    before = rules.read_text()
    rules.write_text("local all stranger scram-sha-256\n" + before)
    server.sql("SELECT pg_reload_conf()")
    yield
    rules.write_text(before)
    server.sql("SELECT pg_reload_conf()")


def test_no_password_is_ever_shown(server: Server, name: str, with_passwords, monkeypatch, tmp_path, capsys) -> None:
    server.sql(f"GRANT CREATE ON DATABASE {name} TO stranger")
    host = f"@/{name}?host={server.folder}"
    wrong, right = f"postgresql://stranger:not-{SECRET}{host}", f"postgresql://stranger:{SECRET}{host}"
    deadline = time.monotonic() + 5
    while True:  # the server reads its rules a moment later
        try:
            Ledger(wrong).close()
        except LedgerError as error:
            assert SECRET not in str(error) and "no password, or a wrong one" in str(error) and ":***@" in str(error)
            break
        assert time.monotonic() < deadline, "a wrong password was let in"
    with closing(opened(right)) as book:
        assert SECRET not in book.url and SECRET not in repr(vars(book)) and SECRET not in repr(book._database.engine)
        with pytest.raises(LedgerError) as refused:
            book.statement("nobody")
        assert SECRET not in str(refused.value) and ":***@" in str(refused.value)
    monkeypatch.setenv("PGPASSWORD", SECRET)
    opened(f"postgresql://stranger{host}").close()
    monkeypatch.delenv("PGPASSWORD")
    with pytest.raises(LedgerError, match="no password, or a wrong one"):
        opened(f"postgresql://stranger{host}")
    (tmp_path / "pass").write_text(f"*:*:*:stranger:{SECRET}\n")
    (tmp_path / "pass").chmod(0o600)
    opened(f"postgresql://stranger{host}&passfile={tmp_path / 'pass'}").close()
    for words in (["show"], ["verify"], ["create", "p", "--epsilon", "1", "--delta", "1e-6"]):
        monkeypatch.setenv("DPSYNTH_LEDGER", right)
        assert command("budget", *words) == 0
        monkeypatch.setenv("DPSYNTH_LEDGER", wrong)
        assert command("budget", *words) == 13
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err and ":***@" in shown.out + shown.err


def command(*words: str) -> int:
    from dpsynth import cli

    with pytest.raises(SystemExit) as end:
        cli.main(list(words))
    return int(end.value.code or 0)


@pytest.mark.parametrize("url", ["u:{}@h/d", "u:a/{}@h/d", "u:a:{}@h/d", ":{}@h/d", "u@h/d?password={}"])
def test_a_password_on_the_command_line_is_refused_because_others_can_read_it(url: str, capsys) -> None:
    code = command("budget", "show", "--ledger", f"postgresql://{url.format(SECRET)}")
    said = capsys.readouterr().err
    assert code == 64 and SECRET not in said and "PGPASSWORD" in said


@pytest.mark.parametrize(
    "url",
    ["postgresql://u@h", "postgresql://u@h/", "postgresql+psycopg2://u:secret@h/d", "postgresql+asyncpg://u@h/d",
     "postgresql://u@h/d?password=secret", "postgresql://u@h/d?options=-csearch_path%3Dx", "postgresql://u:secret@h/d?x=y"],
)  # fmt: skip
def test_urls_that_are_not_understood_are_refused(url: str) -> None:
    with pytest.raises(LedgerError, match="postgresql://ROLE@HOST/DATABASE") as refused:
        Ledger(url)
    assert "secret" not in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("host", ["/nowhere", "no.such.host.invalid"])
def test_a_server_that_is_not_there_is_one_clear_error(host: str) -> None:
    start = time.monotonic()
    with pytest.raises(LedgerError, match="cannot be used: the server cannot be reached"):
        Ledger(f"postgresql://u:{SECRET}@/d?host={host}")
    assert time.monotonic() - start < 10, "nobody waits for a server that was never there"


def test_without_a_database_of_that_name(server: Server) -> None:
    with pytest.raises(LedgerError, match="no such database"):
        Ledger(server.url("nothing"))


def test_without_the_driver(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ResourceError, match=r"dpsynth-release\[postgresql\]"):
        Ledger(url)


def test_hashes_are_those_of_the_chain(server: Server, name: str, book: Ledger) -> None:
    """What an auditor reads from the server with other tools is what was hashed."""
    reserve(book, "r")
    columns = ("seq", "at", "kind", "population_id", "run_id", "actor", "body", "prev_hash")
    rows = server.sql(f"SELECT {', '.join(columns)}, hash FROM dpsynth.entry ORDER BY seq", database=name)
    assert [ledger_chain.entry_hash(dict(zip(columns, row[:-1], strict=True))) for row in rows] == [r[-1] for r in rows]
