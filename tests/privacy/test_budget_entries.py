"""Entries about a budget that belong to no run: earlier releases, and changes that nobody may believe unsigned."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from dpsynth.errors import BudgetError, LedgerError, UsageError
from dpsynth.privacy import account_json, ledger_entries, ledger_import, ledger_tables, lifetime
from dpsynth.privacy.accountant import Guarantee, compose, zcdp_epsilon
from dpsynth.privacy.events import Composed, GaussianQueries, SampledGaussian, snap_rate
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_import import NOT_DP, from_epsilon, from_rho
from dpsynth.privacy.lifetime import NANO, Lifetime, pure_to_nano
from dpsynth.privacy.units import Delta, Epsilon, Rho

LIFE = Lifetime(5.0, 1e-6)
DAY = dt.date(2019, 5, 4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def book(path: Path):
    ledger = Ledger(f"sqlite:///{path}")
    ledger.register("people", "patient", LIFE.epsilon, LIFE.delta)
    yield ledger
    ledger.close()


def enter(book: Ledger, name: str, cost: ledger_import.Cost):
    return ledger_import.enter(book, "people", name, DAY, cost)


def mu_squared(nano: int) -> Fraction:
    return Fraction(2 * nano, NANO)


# ----------------------------------------------------------------------------------------------------------- imports


@pytest.mark.parametrize(("epsilon", "nano"), [(0.5, 125_000_000), (1.0, NANO // 2), (2.0, 2 * NANO), (5.0, 5 * NANO)])
def test_a_pure_epsilon_is_the_smaller_of_two_bounds(epsilon: float, nano: int) -> None:
    assert pure_to_nano(epsilon) == nano


@given(st.floats(1e-9, 1000))
def test_an_epsilon_is_rounded_against_us(epsilon: float) -> None:
    written = Fraction(repr(epsilon))
    exact = min(written**2 / 2, written) * NANO
    assert pure_to_nano(epsilon) - 1 < exact <= pure_to_nano(epsilon)


@pytest.mark.parametrize("epsilon", [0.01, 0.3, 1.0, 2.5, 6.0])
@pytest.mark.parametrize("order", [1.0001, 1.5, 2.0, 8.0, 100.0])
def test_randomized_response_costs_no_more_than_its_epsilon_is_charged(epsilon: float, order: float) -> None:
    """The worst pure mechanism: a bit that is flipped with probability 1/(1 + e^epsilon)."""
    import math

    p = 1 / (1 + math.exp(-epsilon))
    divergence = math.log(p**order * (1 - p) ** (1 - order) + (1 - p) ** order * p ** (1 - order)) / (order - 1)
    assert divergence <= pure_to_nano(epsilon) / NANO * order * (1 + 1e-6)


def test_an_import_takes_budget(book: Ledger) -> None:
    left = book.statement("people").left_nano
    charge = enter(book, "tables 2019", from_rho(0.1))
    account = book.statement("people")
    assert account.left_nano == left - NANO // 10
    assert (charge.name, charge.at, charge.state, charge.stands) == ("tables 2019", "2019-05-04", "imported", True)
    with pytest.raises(BudgetError):
        book.reserve("people", "r", "p", "d", mu_squared(left))
    book.reserve("people", "r", "p", "d", mu_squared(account.left_nano))
    assert book.statement("people").left_nano == 0 and book.verify() == 3


def test_a_delta_lowers_what_the_lifetime_delta_leaves(book: Ledger) -> None:
    """Approximate zCDP adds its deltas: what is left of delta is what zCDP is converted at."""
    before = book.statement("people")
    enter(book, "a", from_epsilon(0.1, 4e-7))
    account = book.statement("people")
    assert account.delta_left < 1e-6 - 4e-7 and account.delta_left == pytest.approx(6e-7)
    assert account.lifetime_nano < before.lifetime_nano
    rho = Rho(account.lifetime_nano / NANO)
    assert zcdp_epsilon(rho, Delta(account.delta_left)).value <= 5.0
    enter(book, "b", from_epsilon(0.1, 4e-7))
    assert book.statement("people").lifetime_nano < account.lifetime_nano


@pytest.mark.parametrize("delta", [1e-6, 1e-5])
def test_a_delta_that_leaves_nothing_is_refused(book: Ledger, delta: float) -> None:
    with pytest.raises(BudgetError, match="add up to 1e-0[56], and the lifetime delta is 1e-06"):
        enter(book, "a", from_epsilon(0.1, delta))
    enter(book, "half", from_epsilon(0.1, 6e-7))
    with pytest.raises(BudgetError, match="add up to 1.2e-06"):
        enter(book, "a", from_epsilon(0.1, 6e-7))
    assert book.verify() == 2


def test_where_nothing_is_left_of_delta_nothing_is_left_of_rho() -> None:
    for taken in ("1e-6", "2e-6"):
        assert Lifetime(5.0, 1e-6).nano(Fraction(taken)) == Lifetime(5.0, 1e-6).nano(Fraction(taken), 8.0) == 0
        assert Lifetime(5.0, 1e-6).delta_left(Fraction(taken)) == 0.0


def test_a_rest_of_delta_that_no_number_holds_is_nothing() -> None:
    rest = Fraction("1e-6") - Fraction("1e-310")
    assert Lifetime(5.0, 1e-6).delta_left(rest) == Lifetime(5.0, 1e-6).nano(rest) == 0
    with pytest.raises(BudgetError, match="no promise at that delta"):
        ledger_import.refuse_no_delta(Lifetime(5.0, 1e-6), rest, "people")


@pytest.mark.parametrize(
    ("kind", "run_id", "body"),
    [
        ("void", "r", {}),
        ("opened", "r", {}),
        ("commit", "never reserved", {}),
        ("reserve", "s", {"nano_rho": 0}),
        ("reserve", "s", {"nano_rho": -1}),
        ("reserve", "s", {"nano_rho": 0.5}),
        ("import", None, {"nano_rho": -5_000_000_000, "delta": "0.0"}),
        ("import", None, {"nano_rho": 1, "delta": "-0.5"}),
        ("import", None, {"nano_rho": 1, "delta": "nan"}),
        ("import", None, {"nano_rho": 1, "delta": "1e-06"}),
        ("import", None, {"nano_rho": 1, "delta": "0.5"}),
    ],
)
def test_what_was_charged_is_not_given_back_by_an_entry_around_the_program(book, kind, run_id, body) -> None:
    """Chained as it should be, appended without dropping a trigger."""
    book.reserve("people", "r", "p", "d", Fraction(1, 100))
    book.opened("people", "r")
    with book._database.engine.begin() as connection:
        now = dt.datetime.now(dt.UTC)
        if kind == "opened":  # the trigger refuses it already
            with pytest.raises(IntegrityError):
                ledger_entries.append(connection, now, kind, "people", run_id, body)
            return
        ledger_entries.append(connection, now, kind, "people", run_id, body)
    with pytest.raises(LedgerError, match="damaged at entry 4"):
        book.verify()
    with pytest.raises(LedgerError, match="damaged"):
        book.reserve("people", "t", "p", "d", Fraction(1, 100))


def test_what_has_happened_is_charged_beyond_the_budget(book: Ledger) -> None:
    enter(book, "large", from_epsilon(3.0))
    account = book.statement("people")
    assert account.left_nano < 0
    with pytest.raises(BudgetError) as refused:
        book.reserve("people", "r", "p", "d", Fraction(1, 100))
    missing = 5_000_000 - account.left_nano
    assert f"missing rho {missing // NANO}.{missing % NANO:09d}." in str(refused.value)
    assert "left rho 0.000000000 (epsilon 0)" in str(refused.value) and "budget raise" in str(refused.value)


def test_a_release_without_protection_makes_the_total_unknown(book: Ledger) -> None:
    assert book.statement("people").total_known
    charge = enter(book, "raw extract", NOT_DP)
    account = book.statement("people")
    assert not account.total_known and not charge.known and account.spent_nano == 0
    book.reserve("people", "r", "p", "d", Fraction(1, 100))
    assert not book.statement("people").total_known, "for ever"
    shown = account_json.value(account)
    assert shown["total_known"] is False and shown["charges"][0]["rho"] is None


def test_a_name_is_entered_once_and_by_people_that_are_known(book: Ledger) -> None:
    enter(book, "a", NOT_DP)
    with pytest.raises(LedgerError, match="'a' of population people is in the ledger already"):
        enter(book, "a", from_rho(0.1))
    with pytest.raises(LedgerError, match="nobody"):
        ledger_import.enter(book, "nobody", "a", DAY, NOT_DP)
    for wrong in ("", " ", "two\nlines", "x" * 81):
        with pytest.raises(UsageError, match="--name"):
            enter(book, wrong, NOT_DP)
    assert book.verify() == 2


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf"), 1001.0])
def test_a_cost_is_a_number_above_0(wrong: float) -> None:
    with pytest.raises(UsageError, match="--epsilon"):
        from_epsilon(wrong)
    with pytest.raises(UsageError, match="--rho"):
        from_rho(wrong)


@pytest.mark.parametrize("wrong", [-1e-9, 1.0, float("nan")])
def test_a_delta_is_a_share(wrong: float) -> None:
    with pytest.raises(UsageError, match="--delta"):
        from_epsilon(1.0, wrong)


def test_an_import_named_like_a_run_is_no_run(book: Ledger) -> None:
    book.reserve("people", "r", "p", "d", Fraction(1, 100))
    enter(book, "r", from_rho(0.1))
    assert [c.name for c in book.statement("people").charges] == ["p/r", "r"]
    book.opened("people", "r")
    assert [c.state for c in book.statement("people").charges] == ["open", "imported"]


# -------------------------------------------------------------------------------------------------- never overspent

STEP = st.one_of(
    st.tuples(st.just("reserve"), st.integers(1, 300_000_000)),
    st.tuples(st.just("import"), st.integers(1, 100_000_000)),
    st.tuples(st.sampled_from(["void", "opened"]), st.integers(0, 5)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=12))
def test_no_reservation_takes_the_sum_above_the_lifetime(tmp_path_factory, steps) -> None:
    book = Ledger(f"sqlite:///{tmp_path_factory.mktemp('b')}/l.sqlite")
    book.register("people", "patient", LIFE.epsilon, LIFE.delta)
    ours, whole = [0] * len(steps), LIFE.nano()
    for number, (what, amount) in enumerate(steps):
        standing = sum(ours)
        if what == "reserve":
            try:
                book.reserve("people", str(number), "p", "d", mu_squared(amount))
            except BudgetError:
                assert standing + amount > whole
            else:
                ours[number] = amount
                assert sum(ours) <= whole
        elif what == "import":
            ledger_import.enter(book, "people", f"i{number}", DAY, ledger_import.Cost(amount, 0.0, True, {}))
            ours[number] = amount
        else:
            try:
                getattr(book, what)("people", str(amount))
            except LedgerError:
                continue
            ours[amount] *= what != "void"
    assert book.statement("people").spent_nano == sum(ours)
    book.close()


# ----------------------------------------------------------------------------------------------- information beside


def test_exact_gaussian_composition_is_shown_beside_and_is_smaller(book: Ledger) -> None:
    for run in "abc":
        book.reserve("people", run, "p", "d", Fraction(1, 20))
    account = book.statement("people")
    exact = account.composed_epsilon()
    assert exact is not None and 0 < exact < account.epsilon(account.spent_nano)
    enter(book, "a", from_rho(0.01))
    assert book.statement("people").composed_epsilon() is None, "of an earlier release no Gaussian is known"


def test_a_history_with_samples_is_composed_as_one_loss_distribution(book: Ledger) -> None:
    """By hand: the same events in one release; and twice the same training is one of twice as many steps."""
    query = GaussianQueries("one_way", 1, 10, 1.0, 8.0, 30)
    book.reserve("people", "a", "p", "d", query.mu_squared, sampled=(SUMS,))
    book.reserve("people", "b", "p", "d", query.mu_squared)
    book.reserve("people", "c", "p", "d", Fraction(0), sampled=(dataclasses.replace(SUMS, purpose="other"),))
    book.reserve("people", "void", "p", "d", Fraction(0), sampled=(SUMS,))
    book.void("people", "void")
    account = book.statement("people")
    assert account.charges[0].sampled == (SUMS,) and account.charges[1].sampled == ()
    found = account.composed_epsilon()
    whole = compose(Composed((query, query, dataclasses.replace(SUMS, steps=2 * SUMS.steps))))
    assert found == pytest.approx(whole.epsilon(Delta(LIFE.delta)).value, rel=1e-6)
    assert found < account.spent_epsilon


@pytest.mark.parametrize(("epsilon", "delta"), [(0.5, 1e-12), (5.0, 1e-6), (12.0, 1e-9)])
def test_what_the_noise_of_sums_lacks_fits_into_the_slack_of_a_lifetime(epsilon, delta) -> None:
    """The delta of the whole budget at its order, in 50 digits, and the ends of a million steps' noise."""
    life = Lifetime(epsilon, delta)
    with mpmath.workdps(50):
        rho, a = mpmath.mpf(life.nano()) / 10**9, mpmath.mpf(lifetime.lifetime_order(Epsilon(epsilon), Delta(delta)))
        spent = mpmath.exp((a - 1) * (a * rho - epsilon)) / (a - 1) * (1 - 1 / a) ** a
        assert spent + (1 + mpmath.exp(epsilon)) * 10**6 * mpmath.mpf(2) ** -108 <= mpmath.mpf(delta)


# ------------------------------------------------------------------------------------------ changes that nobody signed


def change(kind: str, old: Lifetime, new: Lifetime) -> dict[str, object]:
    return {"old": old.to_json(), "new": new.to_json(), "reason": "r", "signers": [], "envelope": {}}


MORE, LESS = Lifetime(8.0, 1e-6), Lifetime(2.0, 1e-6)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("raise", LIFE, LESS),
        ("lower", LIFE, MORE),
        ("raise", LIFE, LIFE),
        ("raise", LESS, MORE),
        ("raise", LIFE, Lifetime(8.0, 1e-7)),
        ("raise", LIFE, Lifetime(float("inf"), 1e-6)),
        ("raise", LIFE, Lifetime(5.0, 1.0)),
    ],
)
def test_a_change_starts_from_the_present_and_goes_its_way(
    book: Ledger, kind: str, old: Lifetime, new: Lifetime
) -> None:
    with pytest.raises(LedgerError, match="damaged at entry 2"):
        book.record(kind, "people", None, lambda entries: change(kind, old, new))
    assert book.verify() == 1


@pytest.mark.parametrize("body", [{}, {"old": 1}, {"old": None, "new": None}, {"old": {"epsilon": "5"}, "new": {}}])
def test_a_change_without_values_is_no_change(book: Ledger, body: dict[str, object]) -> None:
    with pytest.raises(LedgerError, match="damaged at entry 2"):
        book.record("raise", "people", None, lambda entries: body)
    assert book.verify() == 1


def test_who_knows_no_keys_believes_no_change(book: Ledger, path: Path) -> None:
    with pytest.raises(LedgerError, match="nobody here knows the keys"):
        book.record("raise", "people", None, lambda entries: change("raise", LIFE, MORE))
    everybody = Ledger(f"sqlite:///{path}", judge=lambda entries: None)
    everybody.record("raise", "people", None, lambda entries: change("raise", LIFE, MORE))
    account = everybody.statement("people")
    assert account.lifetime == MORE and account.lifetime_nano == lifetime.Lifetime(8.0, 1e-6).nano()
    everybody.close()
    with pytest.raises(LedgerError, match="nobody here knows the keys"):
        book.reserve("people", "r", "p", "d", Fraction(1, 100))


def test_a_policy_must_agree_with_the_present_budget(path: Path) -> None:
    book = Ledger(f"sqlite:///{path}", judge=lambda entries: None)
    assert book.register("people", "patient", 5.0, 1e-6)
    book.record("raise", "people", None, lambda entries: change("raise", LIFE, MORE))
    with pytest.raises(BudgetError, match="has fixed epsilon 8.0 at delta 1e-06 per patient since entry 2"):
        book.register("people", "patient", 5.0, 1e-6)
    assert not book.register("people", "patient", 8.0, 1e-6)
    book.record("lower", "people", None, lambda entries: change("lower", MORE, LIFE))
    assert not book.register("people", "patient", 5.0, 1e-6)
    assert [c.kind for c in book.statement("people").changes] == ["raise", "lower"]
    book.close()


# --------------------------------------------------------------------------------------------------- older versions

NEW_IN = {2: (*ledger_tables.BUDGET_KINDS, ledger_tables.LOOK, "measuring"), 3: (ledger_tables.LOOK, "measuring")}
"""What ledgers of older versions did not know."""


@pytest.mark.parametrize("version", NEW_IN)
def test_a_ledger_of_an_older_version_is_carried_on(book: Ledger, path: Path, version: int) -> None:
    book.reserve("people", "r", "p", "d", Fraction(1, 100))
    entries = book.entries()
    book.close()
    known = ", ".join(repr(k) for k in ledger_tables.KINDS if k not in NEW_IN[version])
    with closing(sqlite3.connect(path)) as connection:
        [(made,)] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entry'").fetchall()
        older = made.replace(", ".join(map(repr, ledger_tables.KINDS)), known)
        assert older != made
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'entry'", (older,))
        connection.execute(f"UPDATE meta SET schema_version = {version}")
        connection.commit()
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO entry VALUES (3, '', 'look', 'people', 'r', '', '{}', '', 'x')")
    carried = Ledger(f"sqlite:///{path}")
    assert carried.entries() == entries and carried.statement("people").spent_nano == 5_000_000
    enter(carried, "a", NOT_DP)
    carried.opened("people", "r")
    carried.measuring("people", "r")
    assert carried.verify() == 5
    carried.close()


# ------------------------------------------------------------------------------------------------ one order for ever

SUMS = SampledGaussian("critic", 400, snap_rate(0.05), 3.0)


def test_an_order_that_was_charged_stays_when_the_budget_changes(path: Path) -> None:
    """What was charged at one order says nothing about another."""
    book = Ledger(f"sqlite:///{path}", judge=lambda entries: None)
    book.register("people", "patient", LIFE.epsilon, LIFE.delta)
    first = book.reserve("people", "r1", "p", "d", Fraction(0), sampled=(SUMS,))
    unchanged = book.statement("people")
    assert unchanged.fixed_order == first.order and unchanged.lifetime_nano == LIFE.nano()
    book.record("raise", "people", None, lambda entries: change("raise", LIFE, MORE))
    raised = book.statement("people")
    assert raised.order == first.order != lifetime.lifetime_order(Epsilon(8.0), Delta(1e-6))
    assert LIFE.nano() < raised.lifetime_nano < MORE.nano()
    assert 8.0 - 1e-6 < raised.epsilon(raised.lifetime_nano, raised.order) <= 8.0
    second = book.reserve("people", "r2", "p", "d", Fraction(0), sampled=(SUMS,))
    assert second.order == first.order and second.nano_rho == first.nano_rho
    enter(book, "a", from_epsilon(0.1, 5e-7))
    less = book.statement("people")
    assert less.order == first.order and less.lifetime_nano < raised.lifetime_nano
    assert less.epsilon(less.lifetime_nano, less.order) <= 8.0
    assert less.spent_epsilon == less.epsilon(less.spent_nano, first.order)
    assert less.composed_epsilon() is None
    book.close()


def test_an_order_is_free_again_when_its_only_charge_was_given_back(path: Path) -> None:
    book = Ledger(f"sqlite:///{path}", judge=lambda entries: None)
    book.register("people", "patient", LIFE.epsilon, LIFE.delta)
    book.reserve("people", "r1", "p", "d", Fraction(0), sampled=(SUMS,))
    book.record("raise", "people", None, lambda entries: change("raise", LIFE, MORE))
    book.void("people", "r1")
    account = book.statement("people")
    assert account.fixed_order is None and account.lifetime_nano == MORE.nano()
    book.close()


def test_a_raised_lifetime_of_both_kinds_keeps_its_promise(path: Path) -> None:
    """Whatever fits keeps the raised epsilon, composed without a ledger."""
    book = Ledger(f"sqlite:///{path}", judge=lambda entries: None)
    book.register("people", "patient", LIFE.epsilon, LIFE.delta)
    mu_squared, steps = Fraction(0), 0
    for number in range(200):
        if number == 6:
            book.record("raise", "people", None, lambda entries: change("raise", LIFE, MORE))
        try:
            if number % 2:
                book.reserve("people", f"r{number}", "p", "d", Fraction(1, 20))
                mu_squared += Fraction(1, 20)
            else:
                book.reserve("people", f"r{number}", "p", "d", Fraction(0), sampled=(SUMS,))
                steps += SUMS.steps
        except BudgetError:
            break
    assert steps > 4 * SUMS.steps
    whole = Guarantee(mu_squared, 0.0, 0.0, 0.0, (dataclasses.replace(SUMS, steps=steps),))
    assert 0.6 * MORE.epsilon < whole.epsilon(Delta(MORE.delta)).value <= MORE.epsilon
    book.close()
