"""The ledger's rules: transitions, admission, rounding, tampering, crashes, races, and places that are refused."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import signal
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.errors import BudgetError, LedgerError
from dpsynth.privacy import account, ledger_chain, ledger_database, ledger_file, ledger_sqlite, ledger_tables, lifetime
from dpsynth.privacy import ledger_page as room
from dpsynth.privacy.account import three_digits, to_nano
from dpsynth.privacy.accountant import Guarantee, zcdp_epsilon, zcdp_rho
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import NANO, lifetime_order, lifetime_to_nano
from dpsynth.privacy.sampled_gaussian import rho_at
from dpsynth.privacy.units import Delta, Epsilon, Rho

EPSILON, DELTA = 5.0, 1e-6
TENTH = Fraction(2 * lifetime_to_nano(Epsilon(EPSILON), Delta(DELTA)), 10 * NANO)
"""mu^2 of a tenth of the lifetime."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "ledger.sqlite"


@pytest.fixture
def book(path: Path):
    ledger = open_book(path)
    ledger.register("people", "patient", EPSILON, DELTA)
    yield ledger
    ledger.close()


def open_book(path: Path) -> Ledger:
    return Ledger(f"sqlite:///{path}")


def reserve(book: Ledger, run: str, mu_squared: Fraction = TENTH):
    return book.reserve("people", run, "policy", "digest", mu_squared)


def raw(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# ------------------------------------------------------------------------------------------------------- transitions


def states(book: Ledger) -> dict[str, str]:
    return {c.run_id: c.state for c in book.statement("people").charges}


STEPS = {
    "opened": lambda book, run: book.opened("people", run),
    "measuring": lambda book, run: book.measuring("people", run),
    "commit": lambda book, run: book.commit("people", run, "m"),
    "void": lambda book, run: book.void("people", run),
}
ALLOWED = {
    ("reserved", "opened"): "open",
    ("reserved", "void"): "void",
    ("open", "measuring"): "open",
    ("open", "commit"): "committed",
}
WAY_TO = {"unknown": [], "reserved": [], "open": ["opened"], "committed": ["opened", "commit"], "void": ["void"]}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", WAY_TO)
def test_every_transition(book: Ledger, state: str, step: str) -> None:
    if state != "unknown":
        reserve(book, "r")
    for before in WAY_TO[state]:
        STEPS[before](book, "r")
    if (state, step) in ALLOWED:
        STEPS[step](book, "r")
        assert states(book)["r"] == ALLOWED[state, step]
    else:
        with pytest.raises(LedgerError, match=f"Run r is {state}"):
            STEPS[step](book, "r")
        assert states(book).get("r", "unknown") == state
    assert book.verify() > 0


def test_measuring_is_written_once_and_says_nothing(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve(book, "a")
    book.opened("people", "a")
    late = dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)
    monkeypatch.setattr(room, "dt", SimpleNamespace(UTC=dt.UTC, datetime=SimpleNamespace(now=lambda zone: late)))
    book.measuring("people", "a")
    once = book.entries()
    book.measuring("people", "a")
    assert book.entries() == once
    opened, measuring = once[-2:]
    assert (measuring.kind, measuring.body, measuring.at) == ("measuring", {}, opened.at), "not how long reading took"
    book.commit("people", "a", "m")
    assert book.verify() == len(once) + 1


def test_only_a_void_gives_back(book: Ledger) -> None:
    full = book.statement("people").left_nano
    for run in "abcd":
        reserve(book, run)
    book.opened("people", "b")
    book.opened("people", "c")
    book.commit("people", "c", "m")
    book.void("people", "d")
    account = book.statement("people")
    assert account.spent_nano == 3 * to_nano(TENTH) == full - account.left_nano
    assert [c.stands for c in account.charges] == [True, True, True, False]


def test_ten_tenths_fit_and_nothing_more(book: Ledger) -> None:
    for run in range(10):
        reserve(book, str(run))
    assert book.statement("people").left_nano == 0
    with pytest.raises(BudgetError):
        reserve(book, "more", Fraction(1, 10**30))
    assert len(states(book)) == 10


def test_every_population_is_named(book: Ledger) -> None:
    book.register("others", "visit", 1.0, 1e-5)
    assert book.populations() == ("others", "people")


def test_a_run_reserves_once(book: Ledger) -> None:
    reserve(book, "r")
    book.register("others", "patient", EPSILON, DELTA)
    for population in ("people", "others"):
        with pytest.raises(LedgerError, match="already"):
            book.reserve(population, "r", "policy", "digest", TENTH)


@pytest.mark.parametrize("amount", [Fraction(0), Fraction(-1)])
def test_a_charge_is_positive(book: Ledger, amount: Fraction) -> None:
    """A negative charge would give budget back."""
    with pytest.raises(ValueError, match="> 0"):
        reserve(book, "r", amount)


def test_the_lifetime_is_fixed_at_first_use(book: Ledger) -> None:
    book.register("people", "patient", 5, DELTA)
    for wrong in (("patient", 6.0, DELTA), ("patient", EPSILON, 1e-5), ("visit", EPSILON, DELTA)):
        with pytest.raises(BudgetError, match="has fixed epsilon 5.0 at delta 1e-06 per patient"):
            book.register("people", *wrong)
    key = book.split_key("people")
    assert len(key) == 32
    book.register("others", "patient", 1.0, DELTA)
    assert book.split_key("others") != key == book.split_key("people")


def test_populations_do_not_share(book: Ledger) -> None:
    book.register("others", "patient", EPSILON, DELTA)
    reserve(book, "r")
    assert book.statement("others").spent_nano == 0


def test_unknown_people_have_no_account(book: Ledger) -> None:
    for ask in (book.statement, book.split_key, lambda p: book.reserve(p, "r", "p", "d", TENTH)):
        with pytest.raises(LedgerError, match="nobody"):
            ask("nobody")


def test_order_is_by_sequence_not_by_clock(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    class SetBack(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(1999, 1, 1, tzinfo=tz)

    reserve(book, "first")
    monkeypatch.setattr(room, "dt", SimpleNamespace(UTC=dt.UTC, datetime=SetBack))
    reserve(book, "second")
    assert [c.run_id for c in book.statement("people").charges] == ["first", "second"]
    assert book.verify() == 3


# ---------------------------------------------------------------------------------------------------------- rounding


@given(st.fractions(min_value=Fraction(1, 10**20), max_value=1000))
def test_charges_round_up(mu_squared: Fraction) -> None:
    nano = to_nano(mu_squared)
    assert nano - 1 < mu_squared * NANO / 2 <= nano and nano >= 1


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 100), st.floats(-12, -1).map(lambda x: 10**x))
def test_budgets_round_down(epsilon: float, delta: float) -> None:
    nano = lifetime_to_nano(Epsilon(epsilon), Delta(delta))
    exact = Fraction(zcdp_rho(Epsilon(epsilon), Delta(delta)).value) * NANO
    assert nano <= exact < nano + 1
    assert zcdp_epsilon(Rho(nano / NANO), Delta(delta)).value <= epsilon


def test_a_product_that_a_float_rounds_up_is_cut_down(monkeypatch: pytest.MonkeyPatch) -> None:
    value = next(v for v in (i * 1e-3 for i in range(1, 1000)) if int(v * NANO) > Fraction(v) * NANO)
    monkeypatch.setattr(lifetime, "zcdp_rho", lambda epsilon, delta: Rho(value))
    assert lifetime_to_nano(Epsilon(1), Delta(1e-6)) <= Fraction(value) * NANO < int(value * NANO)


@given(st.floats(1e-300, 1e5))
def test_three_digits_go_the_right_way_and_never_to_zero(value: float) -> None:
    up, down = float(three_digits(value, up=True)), float(three_digits(value, up=False))
    assert 0 < down <= value <= up
    assert up - down <= 0.011 * value


def test_the_refusal_says_what_is_missing(book: Ledger) -> None:
    reserve(book, "first", TENTH * 9)
    left = book.statement("people").left_nano
    asked = Fraction(2 * (left + 1), NANO)
    with pytest.raises(BudgetError) as refused:
        reserve(book, "second", asked)
    said = str(refused.value)
    assert "missing rho 0.000000001." in said and "Nothing was charged" in said
    requested, remaining = (float(x) for x in re.findall(r"epsilon ([0-9.]+)\)", said)[:2])
    assert remaining < requested  # although both are the same number to three digits
    assert requested >= zcdp_epsilon(Rho((left + 1) / NANO), Delta(DELTA)).value
    assert 0 < remaining <= zcdp_epsilon(Rho(left / NANO), Delta(DELTA)).value
    assert f"requested rho {account.exact_rho(left + 1)}" in said and f"left rho {account.exact_rho(left)}" in said


def test_the_smallest_rest_is_not_called_zero(book: Ledger) -> None:
    rest = book.statement("people").lifetime_nano - 1
    reserve(book, "first", Fraction(2 * rest, NANO))
    with pytest.raises(BudgetError, match=r"left rho 0\.000000001 \(epsilon 0\.0*[1-9]"):
        reserve(book, "second")


# --------------------------------------------------------------------------------------------------------- tampering


def full_book(book: Ledger) -> None:
    for run in "abc":
        reserve(book, run)
    book.opened("people", "a")
    book.commit("people", "a", "m")


@pytest.mark.parametrize("table", ["entry", "population"])
def test_triggers_refuse_changes(book: Ledger, path: Path, table: str) -> None:
    full_book(book)
    column = {"entry": "body", "population": "lifetime_nano"}[table]
    for change in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(path, change)
    assert book.verify() == 6


def test_triggers_refuse_a_new_row_in_the_place_of_an_old_one(book: Ledger, path: Path) -> None:
    """REPLACE deletes what violates any unique index, not only the key."""
    full_book(book)
    for kind in ("reserve", "void"):
        values = f"100, '', '{kind}', 'people', 'a', '', '{{}}', '', 'x'"
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(path, f"INSERT OR REPLACE INTO entry VALUES ({values})")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(path, f"INSERT OR REPLACE INTO entry VALUES ({values.replace('100', '7')})")


def test_triggers_refuse_a_row_with_the_hash_of_an_old_one(book: Ledger, path: Path) -> None:
    full_book(book)
    copied = "SELECT 7, at, 'population', population_id, NULL, actor, body, prev_hash, hash FROM entry WHERE seq = 3"
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw(path, f"INSERT OR REPLACE INTO entry {copied}")


NO_TRIGGERS = tuple(
    f"DROP TRIGGER {name}"
    for name in ("entry_no_update", "entry_no_delete", "entry_no_replace", "population_no_update")
)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE entry SET body = replace(body, 'nano_rho\":', 'nano_rho\":0') WHERE seq = 3", "entry 3"),
        ("UPDATE entry SET actor = 'somebody' WHERE seq = 2", "entry 2"),
        ("UPDATE entry SET at = '1999' WHERE seq = 6", "entry 6"),
        ("DELETE FROM entry WHERE seq = 3", "entry 3"),
        ("DELETE FROM entry WHERE seq = 1", "entry 1"),
        ("UPDATE entry SET seq = CASE seq WHEN 3 THEN 40 ELSE seq END", "entry 3"),
        ("UPDATE entry SET run_id = NULL WHERE seq = 5", "entry 5"),
        ("UPDATE population SET lifetime_nano = lifetime_nano * 2", "population people"),
        ("UPDATE population SET lifetime_epsilon = '50.0'", "population people"),
        ("UPDATE population SET split_key = zeroblob(32)", "population people"),
        ("INSERT INTO population SELECT 'ghosts', 1, '1', '1', 'x', zeroblob(32)", "population ghosts"),
    ],
)
def test_tampering_is_found_and_nothing_more_is_granted(book: Ledger, path: Path, change: str, place: str) -> None:
    full_book(book)
    assert book.verify() == 6
    raw(path, *NO_TRIGGERS, change)
    with pytest.raises(LedgerError, match=f"damaged at {place}"):
        book.verify()
    with pytest.raises(LedgerError, match=f"damaged at {place}"):
        reserve(book, "new")


def test_an_environment_variable_does_not_say_who_ran(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    full_book(book)
    assert "somebody else" not in {e.actor for e in book.entries()}


def test_an_edit_with_a_matching_hash_breaks_the_next_link(book: Ledger, path: Path) -> None:
    full_book(book)
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        edited = dict(connection.execute("SELECT * FROM entry WHERE seq = 3").fetchone())
    edited["body"] = edited["body"].replace('nano_rho":', 'nano_rho":1')
    raw(path, *NO_TRIGGERS, f"UPDATE entry SET hash = '{ledger_chain.entry_hash(edited)}', "
        f"body = '{edited['body']}' WHERE seq = 3")  # fmt: skip
    with pytest.raises(LedgerError, match="damaged at entry 4"):
        book.verify()


def test_a_reordered_ledger_is_found(book: Ledger, path: Path) -> None:
    full_book(book)
    swap = [f"UPDATE entry SET seq = {b} WHERE seq = {a}" for a, b in ((2, 99), (3, 2), (99, 3))]
    raw(path, *NO_TRIGGERS, *swap)
    with pytest.raises(LedgerError, match="damaged at entry 2"):
        book.verify()


def test_the_head_moves_with_every_entry(book: Ledger) -> None:
    heads = [book.statement("people").head]
    for run in "ab":
        reserve(book, run)
        heads.append(book.statement("people").head)
    assert len(set(heads)) == 3 and book.statement("people").sequence == 3


# ----------------------------------------------------------------------------------------------------------- crashes


def in_a_child(work) -> int:
    """Runs work in a forked process; returns how it ended (minus the signal, or the exit code)."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work() or 0)
        except BaseException:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_after(path: Path, *steps: str) -> None:
    def work() -> None:
        book = open_book(path)
        reserve(book, "r")
        for step in steps:
            STEPS[step](book, "r")
        die()

    assert in_a_child(work) == -signal.SIGKILL


@pytest.mark.parametrize(
    ("steps", "state"), [((), "reserved"), (("opened",), "open"), (("opened", "commit"), "committed")]
)
def test_a_killed_run_stays_charged(book: Ledger, path: Path, steps, state) -> None:
    killed_after(path, *steps)
    assert states(book) == {"r": state}
    assert book.statement("people").spent_nano == to_nano(TENTH)
    if state != "reserved":
        with pytest.raises(LedgerError, match="needs it to be reserved"):
            book.void("people", "r")
    book.verify()


@pytest.mark.parametrize("kind", ["reserve", "opened"])
def test_killed_inside_a_transaction_leaves_the_state_before(book: Ledger, path: Path, kind: str) -> None:
    def work() -> None:
        child = open_book(path)
        append = room.Page.append

        def then_die(page, what, *rest):
            entry = append(page, what, *rest)
            if what == kind:
                die()
            return entry

        room.Page.append = then_die
        reserve(child, "r")
        child.opened("people", "r")

    assert in_a_child(work) == -signal.SIGKILL
    assert states(book) == ({} if kind == "reserve" else {"r": "reserved"})
    book.verify()
    reserve(book, "another")


def test_killed_while_the_ledger_is_made_leaves_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        ledger_tables.meta.insert = die
        open_book(path)

    assert in_a_child(work) == -signal.SIGKILL
    assert not path.exists()
    book = open_book(path)
    book.register("people", "patient", EPSILON, DELTA)
    assert book.verify() == 1
    book.close()


@pytest.mark.parametrize("existing", [True, False])
def test_eight_processes_never_overspend_together(path: Path, existing: bool) -> None:
    """8 processes ask 10 times each for a seventh of the budget, on a fresh ledger too."""
    if existing:
        open_book(path).close()
    seventh = Fraction(2 * lifetime_to_nano(Epsilon(EPSILON), Delta(DELTA)), 7 * NANO)
    gate, release = os.pipe()

    def work(number: int) -> int:
        os.read(gate, 1)
        book, granted, draw = open_book(path), 0, random.Random(number)
        book.register("people", "patient", EPSILON, DELTA)
        for attempt in range(10):
            try:
                reserve(book, f"{number}-{attempt}", seventh - Fraction(1, NANO))
                granted += 1
                if draw.random() < 0.3:
                    book.opened("people", f"{number}-{attempt}")
            except BudgetError:
                pass
        return granted

    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            try:
                os._exit(work(number))
            except BaseException:
                os._exit(99)
        children.append(child)
    os.write(release, b"x" * 8)
    granted = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(gate)
    os.close(release)
    book = open_book(path)
    account = book.statement("people")
    assert sum(granted) == len(account.charges) == 7
    assert 0 <= account.left_nano < to_nano(seventh)
    book.verify()
    book.close()


# ------------------------------------------------------------------------------------------------------------ places


def test_nobody_else_can_read_it(book: Ledger, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["ledger.sqlite"]


@pytest.mark.parametrize(
    "url",
    ["nonsense", "", "oracle://u:secret@h/d", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql+no://h/d"]
    + ["sqlite:///file:x?mode=memory&uri=true", "sqlite:///file:x", "sqlite://host/x", "sqlite:///x?cache=shared"],
)
def test_other_urls_are_refused(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger in memory would forget, and every run would have a new budget."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LedgerError, match="sqlite:///PATH") as refused:
        Ledger(url)
    assert "secret" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_wrong_files_are_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is a text file, and certainly no database of anything at all" * 20)
    with pytest.raises(LedgerError, match="not a database"):
        open_book(path)
    path.unlink()
    raw(path, "CREATE TABLE meta (schema_version INTEGER)", "INSERT INTO meta VALUES (1)")
    with pytest.raises(LedgerError, match="not a dpsynth ledger"):
        open_book(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(LedgerError, match="cannot be used"):
        open_book(path)
    with pytest.raises(LedgerError, match="cannot be used"):
        open_book(Path("/dev/null/x/ledger.sqlite"))


def test_an_emptied_ledger_is_no_new_budget(book: Ledger, path: Path) -> None:
    book.close()
    path.write_bytes(b"")
    with pytest.raises(LedgerError, match="empty"):
        open_book(path)


def test_another_version_is_refused(book: Ledger, path: Path) -> None:
    raw(path, "UPDATE meta SET schema_version = 99")
    with pytest.raises(LedgerError, match=f"version {ledger_tables.SCHEMA}"):
        open_book(path)


def test_a_read_only_ledger_is_one_clear_error(book: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver's own words for it; file modes do not stop the superuser."""
    connect = ledger_file.URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    book._database.engine.dispose()
    book._database.engine = ledger_sqlite.engine(connect)
    with pytest.raises(LedgerError, match=r"read-only. Nothing was charged"):
        reserve(book, "r")


def test_a_full_disk_is_one_clear_error(book: Ledger, path: Path) -> None:
    def work() -> int:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        child = open_book(path)
        size = path.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            for run in range(200):
                child.reserve("people", f"{run}" + "x" * 500, "policy", "digest", Fraction(1, 10**6))
        except LedgerError as error:
            return 0 if "Nothing was charged" in str(error) else 1
        return 2

    assert in_a_child(work) == 0
    book.verify()
    reserve(book, "after")


def test_a_locked_ledger_is_one_clear_error(book: Ledger, path: Path) -> None:
    waiting = book._database.engine.raw_connection()
    waiting.execute("PRAGMA busy_timeout=50")
    waiting.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match="another process holds it"):
            reserve(book, "r")


def test_a_commit_waits_for_the_disk(book: Ledger) -> None:
    """EXTRA (3): the file, the journal, and the folder in which the journal is removed."""
    with book._database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/local tmpfs rw 0 0
//nas/share /mnt/with\\040space cifs rw 0 0
/dev/vdb /data ext4 rw 0 0
cluster /data lustre rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/ledger.sqlite", None),
        ("/home/a/ledger.sqlite", "nfs4"),
        ("/home/local/ledger.sqlite", None),
        ("/homework/ledger.sqlite", None),
        ("/mnt/with space/ledger.sqlite", "cifs"),
        ("/data/ledger.sqlite", "lustre"),
    ],
)
def test_network_file_systems_are_refused(tmp_path: Path, place: str, kind: str | None) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    if kind is None:
        ledger_file.refuse_network(Path(place), tmp_path / "mounts")
    else:
        with pytest.raises(LedgerError, match=rf"network file system \({kind}\)"):
            ledger_file.refuse_network(Path(place), tmp_path / "mounts")
    ledger_file.refuse_network(Path(place), tmp_path / "no such file")


def test_a_ledger_asks_where_it_lies(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(ledger_file, "refuse_network", lambda place: asked.append(place))
    open_book(path).close()
    assert asked == [path]


def test_the_default_place_is_never_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert ledger_database.default_url() == f"sqlite:///{tmp_path}/dpsynth/ledger.sqlite"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/x")
    assert ledger_database.default_url() == "sqlite:////home/x/.local/share/dpsynth/ledger.sqlite"


# --------------------------------------------------------------------------------------------- sign-off and version 1


def test_an_entry_is_judged_in_the_transaction_that_writes_it(book: Ledger) -> None:
    reserve(book, "r")

    def refuse(entries):
        assert [e.kind for e in entries] == ["population", "reserve"]
        raise BudgetError("no")

    with pytest.raises(BudgetError):
        book.record("submission", "people", "r", refuse)
    assert book.verify() == 2
    entry = book.record("submission", "people", "r", lambda entries: {"after": entries[-1].sequence})
    assert (entry.sequence, entry.kind, entry.body) == (3, "submission", {"after": 2})
    assert book.entries()[-1] == entry and book.verify() == 3


def test_entries_of_a_sign_off_may_come_again_and_change_no_account(book: Ledger) -> None:
    reserve(book, "r")
    before = book.statement("people")
    for _ in range(2):
        book.record("check", "people", "r", lambda entries: {})
    book.record("trust", None, None, lambda entries: {})
    after = book.statement("people")
    assert after.charges == before.charges and after.sequence == before.sequence + 3
    book.opened("people", "r")
    assert states(book) == {"r": "open"}


@pytest.mark.parametrize("kind", ["reserve", "opened", "commit", "void", "population", "anything"])
def test_steps_of_the_budget_have_their_own_ways(book: Ledger, kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        book.record(kind, "people", "r", lambda entries: {})


@pytest.mark.parametrize(("kind", "population"), [("trust", "people"), ("check", None), ("check", "nobody")])
def test_keys_belong_to_no_people_and_releases_to_some(book: Ledger, kind: str, population: str | None) -> None:
    with pytest.raises(LedgerError):
        book.record(kind, population, None, lambda entries: {})
    assert book.verify() == 1


VERSION_1 = """\
CREATE TABLE meta (schema_version INTEGER NOT NULL);
CREATE TABLE population (population_id TEXT NOT NULL, lifetime_nano BIGINT NOT NULL, lifetime_epsilon TEXT NOT NULL,
 lifetime_delta TEXT NOT NULL, unit TEXT NOT NULL, split_key BLOB NOT NULL, PRIMARY KEY (population_id));
CREATE TABLE entry (seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, population_id TEXT NOT NULL,
 run_id TEXT, actor TEXT NOT NULL, body TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (seq),
 CHECK (kind IN ('population','reserve','opened','commit','void')),
 FOREIGN KEY(population_id) REFERENCES population (population_id), UNIQUE (hash));
CREATE UNIQUE INDEX one_end ON entry (run_id) WHERE kind IN ('commit', 'void');
CREATE UNIQUE INDEX one_reserve ON entry (run_id) WHERE kind = 'reserve';
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER population_no_update BEFORE UPDATE ON population
 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER population_no_delete BEFORE DELETE ON population
 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
 WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry)
 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER population_no_replace BEFORE INSERT ON population
 WHEN EXISTS (SELECT 1 FROM population WHERE population_id = NEW.population_id)
 BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
INSERT INTO meta VALUES (1);
"""


@pytest.fixture
def old(book: Ledger, path: Path) -> Path:
    """A ledger as version 1 wrote it, with the entries of `full_book`."""
    full_book(book)
    place = path.with_name("old.sqlite")
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(VERSION_1)
        connection.execute("ATTACH ? AS new", (str(path),))
        for table in ("population", "entry"):
            connection.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")
        connection.commit()
    return place


def test_a_ledger_of_version_1_is_carried_on(book: Ledger, old: Path) -> None:
    carried = open_book(old)
    assert carried.entries() == book.entries() and carried.statement("people") == book.statement("people")
    assert carried.split_key("people") == book.split_key("people")
    carried.record("check", "people", "a", lambda entries: {})
    carried.record("check", "people", "a", lambda entries: {})
    assert carried.verify() == 8
    with pytest.raises(LedgerError, match="already"):
        reserve(carried, "b")
    carried.close()
    again = open_book(old)  # once is enough
    assert again.verify() == 8
    again.close()


@pytest.mark.parametrize("table", ["entry", "population"])
def test_a_carried_ledger_is_append_only(old: Path, table: str) -> None:
    open_book(old).close()
    for change in (f"DELETE FROM {table}", f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(old, change)
    with closing(sqlite3.connect(old)) as connection:
        made = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index')").fetchall()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert {"one_reserve", "one_end", "entry_no_replace", "entry_no_update"} <= {name for (name,) in made}
    assert {name for (name,) in tables} == {"meta", "entry", "population"}


def test_a_damaged_ledger_of_version_1_is_not_carried_on(old: Path) -> None:
    raw(old, "DROP TRIGGER entry_no_update", "UPDATE entry SET actor = 'x' WHERE seq = 4")
    content = old.read_bytes()
    with pytest.raises(LedgerError, match="damaged at entry 4"):
        open_book(old)
    assert old.read_bytes() == content


def test_killed_while_it_is_carried_on_leaves_version_1(book: Ledger, old: Path) -> None:
    def work() -> None:
        ledger_tables.meta.update = die
        open_book(old)

    assert in_a_child(work) == -signal.SIGKILL
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT schema_version FROM meta").fetchall() == [(1,)]
    carried = open_book(old)
    assert carried.entries() == book.entries()
    carried.close()


# ------------------------------------------------------------------------------------------------ sums over samples

SUMS = SampledGaussian("critic", 400, snap_rate(0.05), 3.0)


def test_sums_over_samples_charge_their_divergence_at_the_order_of_the_lifetime(book) -> None:
    order = lifetime_order(Epsilon(EPSILON), Delta(DELTA))
    charge = book.reserve("people", "r1", "policy", "digest", Fraction(1, 50), sampled=(SUMS,))
    expected = Fraction(1, 100) + Fraction(rho_at(SUMS, order))
    assert charge.nano_rho - 1 < expected * NANO <= charge.nano_rho
    assert charge.nano_rho < to_nano(Fraction(1, 50) + Fraction(SUMS.steps) / Fraction(SUMS.sigma) ** 2) / 50
    statement = book.statement("people")
    assert statement.charges == (charge,) and charge.order == order == statement.order
    assert statement.spent_epsilon == statement.epsilon(charge.nano_rho, order)
    assert book.verify() == 2
    alone = book.reserve("people", "r2", "policy", "digest", Fraction(0), sampled=(SUMS,))
    assert alone.nano_rho == to_nano(Fraction(0), (SUMS,), order)
    assert book.reserve("people", "r3", "policy", "digest", TENTH).order is None


def test_a_lifetime_of_both_kinds_keeps_its_promise(book) -> None:
    """Whatever fits into the ledger keeps epsilon and delta of the lifetime, composed without a ledger."""
    mu_squared, sampled = Fraction(0), []
    for number in range(100):
        try:
            if number % 2:
                book.reserve("people", f"r{number}", "policy", "digest", TENTH)
                mu_squared += TENTH
            else:
                book.reserve("people", f"r{number}", "policy", "digest", Fraction(0), sampled=(SUMS,))
                sampled.append(SUMS)
        except BudgetError:
            break
    assert mu_squared and len(sampled) > 1
    whole = Guarantee(mu_squared, 0.0, 0.0, 0.0, (replace(SUMS, steps=len(sampled) * SUMS.steps),))
    assert 0.75 * EPSILON < whole.epsilon(Delta(DELTA)).value <= EPSILON


def test_epsilon_of_a_charge_at_one_order_uses_no_other_order(book) -> None:
    """At orders above that of the lifetime the divergence of sums over samples is larger than the charge says."""
    charge = book.reserve("people", "r1", "policy", "digest", Fraction(0), sampled=(SUMS,))
    statement = book.statement("people")
    true = Guarantee(Fraction(0), 0.0, 0.0, 0.0, (SUMS,)).epsilon(Delta(DELTA)).value
    assert statement.epsilon(charge.nano_rho, charge.order) >= max(true, statement.epsilon(charge.nano_rho))
    whole = statement.epsilon(statement.lifetime_nano, charge.order)
    assert whole == pytest.approx(EPSILON, abs=1e-6) and whole <= EPSILON


def test_a_refusal_of_sums_over_samples_says_what_is_missing(book) -> None:
    many = replace(SUMS, steps=10**6)
    with pytest.raises(BudgetError, match="does not allow this release"):
        book.reserve("people", "r1", "policy", "digest", Fraction(0), sampled=(many,))
    assert book.statement("people").charges == ()


@pytest.mark.parametrize(("mu_squared", "sampled"), [(Fraction(0), ()), (Fraction(-1), (SUMS,))])
def test_nothing_and_less_than_nothing_is_not_reserved(book, mu_squared, sampled) -> None:
    with pytest.raises(ValueError, match="Expected"):
        book.reserve("people", "r1", "policy", "digest", mu_squared, sampled=sampled)


def test_sums_over_samples_have_no_charge_without_an_order() -> None:
    with pytest.raises(ValueError, match="Expected"):
        to_nano(Fraction(1), (SUMS,))
