"""Raising and lowering a budget: who must sign, and what forged entries run into."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dpsynth.errors import BudgetError, LedgerError, SignoffError, UsageError
from dpsynth.privacy import ledger_entries, ledger_import, ledger_tables
from dpsynth.privacy import ledger_page as room
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import NANO, Lifetime
from dpsynth.signoff import budget, custody, dsse
from dpsynth.signoff.book import open_book
from tests.signoff.centre import Centre

OLD, NEW = Lifetime(5.0, 1e-6), Lifetime(8.0, 1e-6)


def lift(centre: Centre, new: Lifetime = NEW, dpo: str = "Dora Dpo", officer: str = "Otto Officer", reason: str = "x"):
    return budget.increase(centre.ledger, "people", new, reason, centre.keys[dpo], centre.keys[officer])


def cut(centre: Centre, new: Lifetime, signer: str = "Dora Dpo"):
    return budget.decrease(centre.ledger, "people", new, "x", centre.keys[signer])


def test_two_raise_and_more_fits(centre: Centre) -> None:
    more = Fraction(2 * (OLD.nano() + 1), NANO)
    with pytest.raises(BudgetError, match="budget raise"):
        centre.ledger.reserve("people", "r", "p", "d", more)
    change = lift(centre, reason="A second cohort was added.")
    assert (change.kind, change.old, change.new, change.reason) == ("raise", OLD, NEW, "A second cohort was added.")
    assert change.signers == (("Dora Dpo", "dpo"), ("Otto Officer", "release_officer"))
    centre.ledger.reserve("people", "r", "p", "d", more)
    account = centre.ledger.statement("people")
    assert account.changes == (change,) and account.spent_nano == OLD.nano() + 1 <= account.lifetime_nano
    centre.ledger.verify()


@pytest.mark.parametrize("signer", ["Dora Dpo", "Otto Officer"])
def test_either_lowers(centre: Centre, signer: str) -> None:
    change = cut(centre, Lifetime(2.0, 1e-7), signer)
    assert len(change.signers) == 1 and change.signers[0][0] == signer
    account = centre.ledger.statement("people")
    assert account.lifetime_nano == Lifetime(2.0, 1e-7).nano()
    with pytest.raises(BudgetError):
        centre.ledger.reserve("people", "r", "p", "d", Fraction(2 * (account.left_nano + 1), NANO))


def test_what_was_spent_stays_spent_when_a_budget_is_lowered(centre: Centre) -> None:
    centre.ledger.reserve("people", "r", "p", "d", Fraction(2 * OLD.nano(), NANO))
    cut(centre, Lifetime(1.0, 1e-6))
    account = centre.ledger.statement("people")
    assert account.left_nano < 0 and account.spent_nano == OLD.nano()


@pytest.mark.parametrize(
    ("dpo", "officer", "said"),
    [
        ("Otto Officer", "Dora Dpo", "counts as release_officer, not as dpo"),
        ("Dora Dpo", "Carl Checker", "counts as output_checker, not as release_officer"),
        ("Ada Author", "Otto Officer", "counts as author, not as dpo"),
        ("Dora Dpo", "Both Roles", "of Both Roles counts as dpo"),
    ],
)
def test_a_wrong_role_raises_nothing(centre: Centre, dpo: str, officer: str, said: str) -> None:
    centre.add("Both Roles", ["dpo"])
    with pytest.raises(SignoffError, match=said):
        lift(centre, dpo=dpo, officer=officer)
    assert centre.ledger.statement("people").lifetime == OLD


def test_one_person_is_not_two(centre: Centre) -> None:
    """Neither with one key in both roles nor with two keys, nor by another spelling of the name."""
    centre.add("Bo Both", ["dpo", "release_officer"])
    with pytest.raises(SignoffError, match="signed twice"):
        lift(centre, dpo="Bo Both", officer="Bo Both")
    centre.add("BO BOTH", ["release_officer"])
    with pytest.raises(SignoffError, match="signed twice"):
        lift(centre, dpo="Bo Both", officer="BO BOTH")
    forged(centre, "raise", sealed(centre, "raise", [("Bo Both", "dpo"), ("BO BOTH", "release_officer")]))
    refused(centre, "signed twice")


def test_a_revoked_key_raises_nothing_and_what_it_raised_before_stands(centre: Centre) -> None:
    lift(centre)
    custody.revoke(centre.ledger, centre.custodian, centre.keys["Dora Dpo"].public.key_id, "left")
    centre.ledger.verify()
    assert centre.ledger.statement("people").lifetime == NEW
    with pytest.raises(SignoffError, match="was revoked"):
        lift(centre, Lifetime(9.0, 1e-6))
    with pytest.raises(SignoffError, match="was revoked"):
        cut(centre, OLD)


@pytest.mark.parametrize("new", [OLD, Lifetime(4.0, 1e-6), Lifetime(8.0, 1e-7), Lifetime(5.0, 1e-7)])
def test_a_raise_raises(centre: Centre, new: Lifetime) -> None:
    with pytest.raises(UsageError, match="does not raise it"):
        lift(centre, new)


@pytest.mark.parametrize("new", [OLD, NEW, Lifetime(4.0, 1e-5)])
def test_a_lowering_lowers(centre: Centre, new: Lifetime) -> None:
    with pytest.raises(UsageError, match="does not lower it"):
        cut(centre, new)


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 501])
def test_a_reason_is_one_line(centre: Centre, reason: str) -> None:
    with pytest.raises(UsageError, match="--reason"):
        lift(centre, reason=reason)


def test_the_delta_of_earlier_releases_stays_covered(centre: Centre) -> None:
    ledger_import.enter(centre.ledger, "people", "a", dt.date(2020, 1, 1), ledger_import.from_epsilon(0.1, 5e-7))
    with pytest.raises(BudgetError, match="add up to 5e-07, and the lifetime delta is 1e-07"):
        cut(centre, Lifetime(5.0, 1e-7))
    lift(centre, Lifetime(5.0, 1e-5))
    assert centre.ledger.statement("people").lifetime.delta == 1e-5


def test_unknown_people_have_no_budget_to_raise(centre: Centre) -> None:
    with pytest.raises(LedgerError, match="nobody is not in the ledger"):
        budget.increase(centre.ledger, "nobody", NEW, "x", centre.keys["Dora Dpo"], centre.keys["Otto Officer"])


# ------------------------------------------------------------------------------------------------------------ forgery


def forged(centre: Centre, kind: str, body: dict[str, Any], population: str = "people") -> None:
    """Writes an entry past the rules, with a chain that is whole."""
    with centre.ledger._database.engine.begin() as connection:
        ledger_entries.append(connection, dt.datetime.now(dt.UTC), kind, population, None, body)


def refused(centre: Centre, said: str) -> None:
    with closing(open_book(centre.url)) as book:
        for step in (
            book.verify,
            book.entries,
            lambda: book.reserve("people", "new", "p", "d", Fraction(1, 1000)),
        ):
            with pytest.raises(LedgerError, match=said) as error:
                step()
            assert "\n" not in str(error.value)


def last(centre: Centre) -> dict[str, Any]:
    found = [e for e in centre.ledger.entries() if e.kind in ledger_tables.CHANGE_KINDS][-1].body
    return json.loads(json.dumps(found))


def with_new(body: dict[str, Any], **values: str) -> dict[str, Any]:
    return body | {"old": NEW.to_json(), "new": NEW.to_json() | values}


def test_an_edited_value_is_not_what_was_signed(centre: Centre) -> None:
    lift(centre)
    forged(centre, "raise", with_new(last(centre), epsilon="80.0"))
    refused(centre, "changes the budget of people and does not count: What was signed is not what the entry says")


EDITS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "reason": (lambda b: b.update(reason="another"), "What was signed"),
    "signers": (lambda b: b.update(signers=[{"name": "Dora Dpo", "role": "dpo"}]), "What was signed"),
    "one signature": (lambda b: b["envelope"]["signatures"].pop(), "more or fewer signatures"),
    "no signature": (lambda b: b["envelope"]["signatures"].clear(), "It is not what dpsynth writes"),
    "same signature twice": (
        lambda b: b["envelope"]["signatures"].__setitem__(1, b["envelope"]["signatures"][0]),
        "It is not what dpsynth writes",
    ),
    "swapped": (lambda b: b["envelope"]["signatures"].reverse(), "not as dpo"),
    "no envelope": (lambda b: b.pop("envelope"), "It is not what dpsynth writes"),
    "payload": (lambda b: b["envelope"].update(payload="e30="), "It is not what dpsynth writes"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_signed_raise_with_one_thing_changed_does_not_count(tmp_path: Path, edit: str) -> None:
    """The raise is made for good in one ledger and entered, changed, into a copy that has not got it."""
    centre = Centre(tmp_path / "c")
    copy = centre.folder / "copy.sqlite"
    copy.write_bytes((centre.folder / "ledger.sqlite").read_bytes())
    lift(centre)
    change, said = EDITS[edit]
    body = last(centre)
    with closing(open_book(f"sqlite:///{copy}")) as book:
        before = book.verify()

        def enter(value: dict[str, Any]) -> None:
            with book._database.engine.begin() as connection:
                ledger_entries.append(connection, dt.datetime.now(dt.UTC), "raise", "people", None, value)

        edited = json.loads(json.dumps(body))
        change(edited)
        enter(edited)
        with pytest.raises(LedgerError, match=said):
            book.verify()
        with pytest.raises(LedgerError, match=said):
            book.reserve("people", "new", "p", "d", Fraction(1, 1000))
    copy.write_bytes((centre.folder / "ledger.sqlite").read_bytes())
    with closing(open_book(f"sqlite:///{copy}")) as book:
        assert book.verify() == before + 1, "unchanged it counts"
    centre.ledger.close()


def sealed(centre: Centre, kind: str, signers: list[tuple[str, str]], new: Lifetime = NEW) -> dict[str, Any]:
    """A change with right signatures of the wrong people."""
    entries = centre.ledger.entries()
    listed = [{"name": name, "role": role} for name, role in signers]
    moment = budget.Moment(entries[-1].sequence, entries[-1].hash)
    payload = budget._payload(kind, budget._declaration(entries, "people"), OLD, new, "x", listed, moment)
    envelope = dsse.seal(payload, [centre.keys[name] for name, _ in signers])
    return {
        "old": OLD.to_json(),
        "new": new.to_json(),
        "reason": "x",
        "signers": listed,
        "envelope": envelope.to_json(),
    }


@pytest.mark.parametrize(
    ("kind", "signers", "said"),
    [
        ("raise", [("Dora Dpo", "dpo")], "must sign"),
        ("raise", [("Otto Officer", "release_officer")], "must sign"),
        ("raise", [("Otto Officer", "release_officer"), ("Dora Dpo", "dpo")], "must sign"),
        ("raise", [("Dora Dpo", "dpo"), ("Will Witness", "witness")], "must sign"),
        ("raise", [("Dora Dpo", "dpo"), ("Carl Checker", "release_officer")], "not as release_officer"),
        ("lower", [("Carl Checker", "output_checker")], "must sign"),
        ("lower", [("Dora Dpo", "dpo"), ("Otto Officer", "release_officer")], "must sign"),
    ],
)
def test_right_signatures_of_the_wrong_people_do_not_count(
    centre: Centre, kind: str, signers: list[tuple[str, str]], said: str
) -> None:
    forged(centre, kind, sealed(centre, kind, signers, NEW if kind == "raise" else Lifetime(1.0, 1e-6)))
    refused(centre, said)


def test_a_key_that_was_revoked_before_does_not_count(centre: Centre) -> None:
    custody.revoke(centre.ledger, centre.custodian, centre.keys["Otto Officer"].public.key_id, "lost")
    forged(centre, "raise", sealed(centre, "raise", [("Dora Dpo", "dpo"), ("Otto Officer", "release_officer")]))
    refused(centre, "was revoked")


def test_a_raise_is_not_a_lowering(centre: Centre) -> None:
    less = Lifetime(1.0, 1e-6)
    forged(centre, "lower", sealed(centre, "raise", [("Dora Dpo", "dpo")], less))
    refused(centre, "What was signed is not what the entry says")


def test_a_raise_counts_once(centre: Centre) -> None:
    """Signed once, lowered, and entered again."""
    lift(centre)
    again = last(centre)
    cut(centre, OLD)
    forged(centre, "raise", again)
    refused(centre, "signed before the budget was last changed")


def test_a_raise_is_for_its_own_people(centre: Centre) -> None:
    centre.ledger.register("others", "patient", 5.0, 1e-6)
    lift(centre)
    forged(centre, "raise", last(centre), "others")
    refused(centre, "What was signed is not what the entry says")


def test_a_raise_is_for_its_own_ledger(tmp_path: Path) -> None:
    first, second = Centre(tmp_path / "a"), Centre(tmp_path / "b")
    second.ledger.close()
    second.folder.joinpath("ledger.sqlite").write_bytes(first.folder.joinpath("ledger.sqlite").read_bytes())
    second.ledger = open_book(second.url)
    first.ledger.record("check", "people", None, lambda entries: {})
    lift(first)
    forged(second, "raise", last(first))
    refused(second, "It was not signed on this ledger")
    first.ledger.close()
    second.ledger.close()


def test_others_may_write_between_signing_and_entering(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    record = Ledger.record

    def late(self: Ledger, *rest: Any) -> Any:
        self.reserve("people", "other", "p", "d", Fraction(1, 1000))
        return record(self, *rest)

    monkeypatch.setattr(Ledger, "record", late)
    assert lift(centre).new == NEW


def test_a_clock_that_is_set_back_changes_no_order(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    class SetBack(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime(1999, 1, 1, tzinfo=tz)

    lift(centre)
    monkeypatch.setattr(room, "dt", SimpleNamespace(UTC=dt.UTC, datetime=SetBack))
    cut(centre, Lifetime(2.0, 1e-6))
    account = centre.ledger.statement("people")
    assert account.lifetime == Lifetime(2.0, 1e-6) and [c.at[:4] for c in account.changes][1] == "1999"
    centre.ledger.verify()
