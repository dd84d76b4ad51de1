"""Every state, every step: what is allowed leads on, what is not is refused and leaves no trace."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dpsynth.errors import BrokenBundleError, LedgerError, SignoffError, UsageError
from dpsynth.release import manifest
from dpsynth.signoff import review
from dpsynth.signoff.states import FROM
from tests.signoff.centre import Centre

LATE = dt.datetime.now(dt.UTC) + dt.timedelta(days=200)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets 200 days pass, also for the ledger."""

    def pass_time() -> None:
        monkeypatch.setattr(review, "clock", lambda: LATE)
        clock = SimpleNamespace(now=lambda zone: LATE)
        monkeypatch.setattr("dpsynth.privacy.ledger_page.dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))

    return pass_time


STEPS: dict[str, Callable[[Centre, Path], object]] = {
    "submission": lambda c, r: c.submit(r),
    "check": lambda c, r: c.check(r, "Carl Checker"),
    "opinion": lambda c, r: c.opinion(r),
    "decision": lambda c, r: c.decide(r),
    "return": lambda c, r: review.send_back(r, c.ledger, c.hand("Otto Officer"), "no DPIA"),
    "release": lambda c, r: review.release(r, c.ledger, c.hand("Otto Officer")),
    "withdrawal": lambda c, r: review.withdraw(r, c.ledger, c.hand("Otto Officer"), "an error"),
    "supersession": lambda c, r: review.supersede(r, c.ledger, c.hand("Otto Officer"), c.folder / "reports/p/next"),
}


def bring(centre: Centre, run: Path, state: str, later: Callable[[], None]) -> None:
    match state:
        case "awaiting_review":
            centre.submit(run)
        case "reviewed":
            centre.reviewed(run)
        case "approved" | "expired":
            centre.approved(run)
        case "released":
            centre.released(run)
        case "rejected":
            centre.decide(centre.reviewed(run), "reject", reason="too risky")
        case "returned":
            STEPS["return"](centre, centre.reviewed(run))
        case "withdrawn":
            STEPS["withdrawal"](centre, centre.released(run))
        case "superseded":
            STEPS["supersession"](centre, centre.released(run))
    if state == "expired":
        later()


STATES = (
    *("draft", "awaiting_review", "reviewed", "approved", "released", "superseded"),
    *("returned", "rejected", "withdrawn", "blocked", "expired"),
)


@pytest.mark.parametrize("state", STATES)
def test_every_step_from_every_state(centre: Centre, state: str, later) -> None:
    centre.approved(centre.run("next"))
    for step, act in STEPS.items():
        run = centre.run(f"{state}-{step}".replace("_", "-"), "block" if state == "blocked" else "pass")
        bring(centre, run, state, later if step == "submission" else lambda: None)
        if state == "expired":
            if step == "submission":
                assert centre.standing(run).state == "expired" and centre.standing(run).next == ("submission",)
                assert act(centre, run).state == "awaiting_review"
                return
            continue
        before, entries = centre.standing(run), centre.ledger.verify()
        assert before.state == state
        allowed = state in FROM[step] and not (step == "opinion" and state == "reviewed")
        assert (step in before.next) == allowed, step
        if allowed:
            act(centre, run)
            assert centre.ledger.verify() == entries + 1
        else:
            with pytest.raises(SignoffError):
                act(centre, run)
            assert centre.standing(run) == before and centre.ledger.verify() == entries


def test_the_whole_way(centre: Centre) -> None:
    run = centre.run()
    seen = [centre.standing(run).state, centre.submit(run).state, centre.check(run, "Carl Checker").state]
    seen += [centre.check(run, "Cora Checker").state, centre.opinion(run).state, centre.decide(run).state]
    released = review.release(run, centre.ledger, centre.hand("Otto Officer"))
    assert [*seen, released.state] == [
        "draft", "awaiting_review", "awaiting_review", "awaiting_review", "reviewed", "approved", "released",
    ]  # fmt: skip
    assert [(a.kind, a.role, a.name) for a in released.acts] == [
        ("submission", "author", "Ada Author"),
        ("check", "output_checker", "Carl Checker"),
        ("check", "output_checker", "Cora Checker"),
        ("opinion", "dpo", "Dora Dpo"),
        ("decision", "release_officer", "Otto Officer"),
        ("release", "release_officer", "Otto Officer"),
    ]
    files = sorted(p.name for p in (run / "public/signatures").iterdir())
    assert len(files) == 6 and [f.split("-")[1] for f in files] == [a.kind for a in released.acts]
    manifest.verify(run / "public")
    kinds = [e.kind for e in centre.ledger.entries() if e.run_id == "r1"]
    assert kinds == ["reserve", "opened", "commit", *(a.kind for a in released.acts)]
    assert centre.ledger.statement("people").charges[0].state == "committed"  # the budget's account goes on


def test_checkers_are_blind_to_each_other(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    first = centre.check(run, "Carl Checker", "objection", "cell 4 of table 2 shows a person")
    assert first.sealed == ("Carl Checker",) and [a.kind for a in first.acts] == ["submission"]
    written = (centre.folder / "ledger.sqlite").read_bytes() + b"".join(
        p.read_bytes() for p in (run / "public").rglob("*") if p.is_file()
    )
    assert b"objection" not in written
    both = centre.check(run, "Cora Checker")
    assert both.sealed == () and [a.says for a in both.acts[1:]] == ["objection", "no_objection"]
    assert both.reason_needed


def test_one_checker_where_the_policy_asks_for_one(centre: Centre) -> None:
    run = centre.run(output_checkers=1, dpo_opinion=False)
    centre.submit(run)
    assert centre.check(run, "Carl Checker").state == "reviewed"
    assert centre.opinion(run).state == "reviewed"
    assert centre.decide(run).state == "approved"


def test_the_opinion_may_come_first(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    assert centre.opinion(run).state == "awaiting_review"
    centre.check(run, "Cora Checker")
    assert centre.check(run, "Carl Checker").state == "reviewed"


def refused(call: Callable[[], object], match: str) -> None:
    with pytest.raises(SignoffError, match=match) as error:
        call()
    assert "\n" not in str(error.value)


def test_nobody_reviews_their_own(centre: Centre) -> None:
    centre.add("Ada AUTHOR", ["output_checker", "dpo", "release_officer", "author"])
    run = centre.run()
    centre.submit(run)
    refused(lambda: centre.check(run, "Ada AUTHOR"), "submitted this release")
    refused(lambda: centre.opinion(run, name="Ada AUTHOR"), "submitted this release")


def test_whoever_ran_it_is_an_author_too(centre: Centre) -> None:
    account = next(e.actor for e in centre.ledger.entries())
    centre.add("Rita Runner", ["output_checker"], account)
    run = centre.run()
    centre.submit(run)
    refused(lambda: centre.check(run, "Rita Runner"), "ran this release")
    centre.reviewed(centre.run("r2"))
    centre.add("Carl Checker", ["output_checker"], account)  # what is learned later does not undo what was valid
    assert centre.standing(centre.folder / "reports/p/r2").state == "reviewed"


def test_one_person_one_role_one_check(centre: Centre) -> None:
    centre.add("Carl Checker", ["output_checker", "dpo", "release_officer"])
    run = centre.run()
    centre.submit(run)
    centre.check(run, "Carl Checker")
    refused(lambda: centre.check(run, "Carl Checker"), "checked this release already")
    refused(lambda: centre.opinion(run, name="Carl Checker"), "one person signs in one role")
    centre.check(run, "Cora Checker")
    refused(lambda: centre.opinion(run, name="Carl Checker"), "one person signs in one role")
    centre.opinion(run)
    refused(lambda: centre.decide(run, name="Carl Checker"), "one person signs in one role")


def test_roles_are_those_of_the_key(centre: Centre) -> None:
    run = centre.run()
    refused(lambda: centre.submit(run, "Dora Dpo"), "counts as dpo, not as author")
    centre.reviewed(run)
    refused(lambda: centre.decide(run, name="Dora Dpo"), "counts as dpo, not as release_officer")
    refused(lambda: centre.decide(run, name="Carl Checker"), "not as release_officer")
    refused(lambda: review.send_back(run, centre.ledger, centre.hand("Ada Author"), "x"), "counts as author, not as")


def test_the_policy_names_who_may_sign(centre: Centre) -> None:
    centre.add("Delia Deputy", ["dpo"])
    run = centre.run(signers={"dpo": ["dora  DPO"]})
    centre.submit(run)
    refused(lambda: centre.opinion(run, name="Delia Deputy"), "the policy .* names dora  DPO")
    assert centre.opinion(run).acts[-1].name == "Dora Dpo"


@pytest.mark.parametrize(
    ("step", "match"),
    [
        (lambda c, r: c.check(r, "Carl Checker", "objection"), "needs a written reason"),
        (lambda c, r: c.opinion(r, "against"), "needs a written reason"),
        (lambda c, r: c.opinion(r, "in_favour_with_conditions"), "names conditions"),
        (lambda c, r: c.opinion(r, "in_favour", conditions=["x"]), "names conditions"),
        (lambda c, r: review.send_back(r, c.ledger, c.hand("Dora Dpo"), " "), "needs a written reason"),
    ],
)
def test_what_needs_words(centre: Centre, step, match: str) -> None:
    run = centre.run()
    centre.submit(run)
    refused(lambda: step(centre, run), match)


@pytest.mark.parametrize("why", ["verdict", "checker", "dpo"])
def test_to_approve_in_spite_of_something_needs_a_reason(centre: Centre, why: str) -> None:
    run = centre.run(verdict="review" if why == "verdict" else "pass")
    centre.submit(run)
    centre.check(run, "Carl Checker", *(("objection", "because") if why == "checker" else ()))
    centre.check(run, "Cora Checker")
    standing = centre.opinion(run, **({"says": "against", "reason": "because"} if why == "dpo" else {}))
    assert standing.reason_needed
    refused(lambda: centre.decide(run), "needs a written reason")
    assert centre.decide(run, reason="weighed and judged").state == "approved"


def test_reasons_stay_inside_and_are_bound(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    act = centre.opinion(run, "against", reason="17 people in ward 4").acts[-1]
    assert review.reason_of(run, act) == "17 people in ward 4"
    public = b"".join(p.read_bytes() for p in (run / "public").rglob("*") if p.is_file())
    assert b"ward 4" not in public + (centre.folder / "ledger.sqlite").read_bytes()
    path = run / "internal/signoff" / f"{act.digest}.reason.json"
    path.write_text(path.read_text().replace("17", "71"))
    refused(lambda: review.reason_of(run, act), "not the one that was signed")
    path.unlink()
    refused(lambda: review.reason_of(run, act), "missing")


def test_conditions_are_public(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    standing = centre.decide(run, "release_with_conditions", conditions=["teaching only"])
    assert standing.state == "approved" and standing.acts[-1].conditions == ("teaching only",)
    for wrong in ([""], ["x" * 2001]):
        with pytest.raises(UsageError):
            centre.decide(run, "release_with_conditions", conditions=wrong)
    with pytest.raises(UsageError, match="allowed are"):
        centre.decide(run, "perhaps")


def test_after_a_return_everybody_signs_again(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    review.send_back(run, centre.ledger, centre.hand("Dora Dpo"), "the purpose is missing")
    again = centre.submit(run)
    assert again.state == "awaiting_review" and [a.kind for a in again.acts] == ["submission"]
    refused(lambda: centre.decide(run), "needs it to be reviewed")
    centre.check(run, "Carl Checker")
    centre.check(run, "Cora Checker")
    assert centre.opinion(run).state == "reviewed"
    assert len(list((run / "public/signatures").iterdir())) == 9


def test_a_check_that_nobody_saw_ends_with_the_return(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    centre.check(run, "Carl Checker", "objection", "because")
    review.send_back(run, centre.ledger, centre.hand("Otto Officer"), "again")
    assert centre.submit(run).sealed == ()
    centre.check(run, "Cora Checker")
    assert [a.name for a in centre.check(run, "Carl Checker").acts[1:]] == ["Cora Checker", "Carl Checker"]


# ------------------------------------------------------------------------------------------------ blocked, changed


@pytest.mark.parametrize(
    ("verdict", "private", "why"),
    [
        ("block", True, "verdict of the internal report is block"),
        (None, True, "internal evaluation failed"),
        ("passed", True, "internal evaluation failed"),
        ("pass", False, "a test or a demonstration"),
    ],
)
def test_what_is_blocked_cannot_even_be_submitted(centre: Centre, verdict, private: bool, why: str) -> None:
    run = centre.run(verdict=verdict, private=private)
    standing = centre.standing(run)
    assert standing.state == "blocked" and standing.next == ()
    assert why in standing.waits_for[0]
    refused(lambda: centre.submit(run), f"is blocked: .*{why}")


@pytest.mark.parametrize("name", ["facts.json", "report.en.html", "commitment.json"])
@pytest.mark.parametrize("change", ["edit", "remove"])
def test_the_internal_verdict_is_sealed(centre: Centre, name: str, change: str) -> None:
    run = centre.run(verdict="block")
    path = run / "internal" / name
    if change == "edit":
        path.write_text(path.read_text().replace("block", "pass").replace("a", "b"))
    else:
        path.unlink()
    with pytest.raises(BrokenBundleError, match="not what the manifest was sealed with"):
        centre.standing(run)


def reseal(run: Path, change: Callable[[dict], None] = lambda head: None) -> None:
    head = json.loads((run / "public/manifest.json").read_bytes())
    change(head)
    manifest.write(run / "public", head)


@pytest.mark.parametrize("way", ["reviewed", "approved", "released"])
def test_any_changed_byte_returns_to_draft(centre: Centre, way: str) -> None:
    run = getattr(centre, way)(centre.run())
    data = run / "public/data/SYN_x.csv"
    data.write_text("a\nr2\n")
    with pytest.raises(BrokenBundleError, match="was changed"):
        centre.standing(run)
    reseal(run)
    standing = centre.standing(run)
    assert standing.state == "draft" and standing.acts == () and standing.next == ()
    refused(lambda: centre.submit(run), "not the one that the run sealed")


def test_an_approval_that_is_not_used_expires(centre: Centre, later) -> None:
    run = centre.approved(centre.run())
    used = centre.released(centre.run("r2"))
    later()
    assert centre.standing(run).state == "expired"
    refused(lambda: review.release(run, centre.ledger, centre.hand("Otto Officer")), "is expired")
    assert centre.standing(used).state == "released"


def test_a_clock_that_is_set_back_does_not_make_an_approval_last(centre: Centre, later, monkeypatch) -> None:
    run = centre.approved(centre.run())
    later()
    centre.ledger.register("others", "patient", 5.0, 1e-6)  # the ledger has seen the later time
    monkeypatch.setattr(review, "clock", lambda: dt.datetime.now(dt.UTC))
    assert centre.standing(run).state == "expired"


def test_the_policy_bounds_the_time(centre: Centre) -> None:
    run = centre.approved(centre.run(valid_days=3))
    until = dt.datetime.fromisoformat(centre.standing(run).expires)
    assert dt.timedelta(days=2.9) < until - dt.datetime.now(dt.UTC) <= dt.timedelta(days=3)


# ---------------------------------------------------------------------------------------------------------- paper


def test_a_signature_on_paper_before_two_witnesses(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    review.check(run, centre.ledger, centre.ink("Carl Checker"), "no_objection")
    centre.check(run, "Cora Checker")
    act = review.opinion(run, centre.ledger, centre.ink("Dora Dpo"), "in_favour").acts[-1]
    assert act.ink and act.name == "Dora Dpo" and act.said.ink.witnesses == ("Will Witness", "Wanda Witness")
    assert len(act.key_ids) == 2
    scans = list((run / "internal/signoff").glob("*.scan"))
    assert [s.stem for s in scans] == [act.said.ink.scan_sha256] and scans[0].read_bytes().startswith(b"%PDF")
    assert not list((run / "public").rglob("*.scan"))


@pytest.mark.parametrize(
    ("name", "first", "second", "match"),
    [
        ("Dora Dpo", "Will Witness", "Will Witness", "two witnesses|names one key twice"),
        ("Will Witness", "Will Witness", "Wanda Witness", "two witnesses"),
        ("Dora Dpo", "Will Witness", "Otto Officer", "not as witness"),
        ("Ada Author", "Will Witness", "Wanda Witness", "submitted this release"),
        ("Dora Dpo", "Ada Author", "Will Witness", "submitted this release"),
        ("Nina Nobody", "Will Witness", "Wanda Witness", "not known as dpo"),
        ("Carl Checker", "Will Witness", "Wanda Witness", "not known as dpo"),
    ],
)
def test_who_cannot_be_witness(centre: Centre, name: str, first: str, second: str, match: str) -> None:
    centre.add("Ada Author", ["author", "witness"])
    run = centre.run()
    centre.submit(run)
    refused(lambda: review.opinion(run, centre.ledger, centre.ink(name, first, second), "in_favour"), match)


def test_somebody_without_a_key_is_named_by_the_policy(centre: Centre) -> None:
    run = centre.run(signers={"dpo": ["Nina Nobody"]})
    centre.submit(run)
    assert review.opinion(run, centre.ledger, centre.ink("Nina Nobody"), "in_favour").acts[-1].name == "Nina Nobody"


def test_a_witness_signs_nothing_else(centre: Centre) -> None:
    centre.add("Otto Officer", ["release_officer", "witness"])
    centre.add("Carl Checker", ["output_checker", "witness"])
    run = centre.run()
    centre.submit(run)
    centre.check(run, "Cora Checker")
    review.check(run, centre.ledger, centre.hand("Carl Checker"), "no_objection")
    forged = centre.ink("Dora Dpo", "Carl Checker", "Will Witness")
    refused(lambda: review.opinion(run, centre.ledger, forged, "in_favour"), "somebody who signs nothing else")
    review.opinion(run, centre.ledger, centre.ink("Dora Dpo", "Otto Officer", "Will Witness"), "in_favour")
    refused(lambda: review.decide(run, centre.ledger, centre.hand("Otto Officer"), "release"), "signs in no other role")


def test_an_internal_report_that_was_added_is_refused(centre: Centre) -> None:
    run = centre.run()
    (run / "internal/report.fr.html").write_text("<p>another verdict")
    with pytest.raises(BrokenBundleError, match="report.fr.html is not what"):
        review.standing(run, centre.ledger)


def test_a_scan_is_a_file_with_something_in_it(centre: Centre, tmp_path: Path) -> None:
    run = centre.run()
    centre.submit(run)
    hand = centre.ink("Dora Dpo")
    hand.scan.write_bytes(b"")
    refused(lambda: review.opinion(run, centre.ledger, hand, "in_favour"), "is no scan")
    hand.scan.unlink()
    refused(lambda: review.opinion(run, centre.ledger, hand, "in_favour"), "is no scan")


# --------------------------------------------------------------------------------------------------------- the rest


def test_a_release_is_followed_by_another_one(centre: Centre) -> None:
    first, draft = centre.released(centre.run()), centre.run("r2")
    hand = centre.hand("Otto Officer")
    refused(lambda: review.supersede(first, centre.ledger, hand, draft), "must be approved first")
    refused(lambda: review.supersede(first, centre.ledger, hand, first), "cannot take the place of itself")
    standing = review.supersede(first, centre.ledger, hand, centre.approved(draft))
    assert standing.state == "superseded" and standing.acts[-1].said.successor[0] == "p/r2"


def test_a_ledger_that_does_not_know_the_run(centre: Centre, tmp_path: Path) -> None:
    run, other = centre.run(), Centre(tmp_path / "other")
    refused(lambda: review.standing(run, other.ledger), "does not know p/r1 as a finished run")
    other.ledger.close()


def test_a_release_of_before_there_was_a_sign_off(centre: Centre) -> None:
    run = centre.run()
    reseal(run, lambda head: head.pop("signoff"))
    refused(lambda: centre.standing(run), "before there was a sign-off")


def test_a_lost_check_is_told(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    centre.check(run, "Carl Checker")
    for kept in (run / "internal/signoff").glob("*.dsse.json"):
        kept.unlink()
    before = centre.ledger.verify()
    refused(lambda: centre.check(run, "Cora Checker"), "check of Carl Checker is missing")
    assert centre.ledger.verify() == before


def test_two_who_sign_at_once_are_judged_in_the_ledgers_order(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second opinion was allowed when it was signed, and is refused when it is entered."""
    centre.add("Delia Deputy", ["dpo"])
    run = centre.run()
    centre.submit(run)
    record = centre.ledger.record

    def overtaken(*arguments):
        monkeypatch.setattr(centre.ledger, "record", record)
        centre.opinion(run, name="Delia Deputy")
        return record(*arguments)

    monkeypatch.setattr(centre.ledger, "record", overtaken)
    refused(lambda: centre.opinion(run), "opinion is given already")
    assert [a.name for a in centre.standing(run).acts] == ["Ada Author", "Delia Deputy"]


def test_a_damaged_ledger_signs_nothing(centre: Centre) -> None:
    import sqlite3

    run = centre.run()
    with sqlite3.connect(centre.folder / "ledger.sqlite") as raw:
        raw.execute("DROP TRIGGER entry_no_update")
        raw.execute("UPDATE entry SET actor = 'x' WHERE seq = 3")
    raw.close()
    with pytest.raises(LedgerError, match="damaged at entry 3"):
        centre.submit(run)
