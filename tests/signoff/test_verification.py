"""What a bundle proves, with the ledger and without it; and every forgery that we could think of is refused."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from dpsynth import _files
from dpsynth.errors import BrokenBundleError, LedgerError, SignoffError
from dpsynth.privacy import ledger_sqlite
from dpsynth.privacy.ledger import Ledger
from dpsynth.release import manifest
from dpsynth.signoff import custody, dsse, openssl, register, review, statement, verification
from dpsynth.signoff.statement import Moment
from dpsynth.signoff.verification import verify
from tests.signoff.centre import Centre
from tests.signoff.test_states import reseal


def public_keys(centre: Centre) -> register.Register:
    """What somebody outside has: a copy of the register."""
    return register.from_json(_files.indented_json(register.to_json(centre.ledger.entries())))


def signature(run: Path, kind: str) -> Path:
    [path] = (run / "public/signatures").glob(f"*-{kind}-*.dsse.json")
    return path


def judge(centre: Centre, run: Path) -> tuple[str, str]:
    """The state by the ledger and by the list of keys."""
    states = [verify(run / "public", centre.ledger), verify(run / "public", None, public_keys(centre))]
    assert all(s.standing is not None for s in states)
    return states[0].standing.state, states[1].standing.state


@pytest.mark.parametrize("way", ["reviewed", "approved", "released"])
def test_an_honest_bundle(centre: Centre, way: str) -> None:
    run = getattr(centre, way)(centre.run())
    assert judge(centre, run) == (way, way)
    seen = verify(run / "public", centre.ledger)
    assert seen.approved == (way != "reviewed") and seen.missing == () and not any(f.flaw for f in seen.found)
    alone = verify(run / "public")
    assert alone.standing is None and not alone.approved and len(alone.found) == len(seen.found)


def test_after_a_return_the_bundle_still_verifies(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    review.send_back(run, centre.ledger, centre.hand("Dora Dpo"), "again")
    assert judge(centre, run) == ("returned", "returned")
    centre.approved(run)
    assert judge(centre, run) == ("approved", "approved")


def test_signatures_on_paper_count_outside_too(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    review.decide(run, centre.ledger, centre.ink("Otto Officer"), "release")
    assert judge(centre, run) == ("approved", "approved")


def test_a_recall_reaches_a_copy_by_the_ledger_alone(centre: Centre, tmp_path: Path) -> None:
    run = centre.released(centre.run())
    shutil.copytree(run / "public", tmp_path / "copy")
    review.withdraw(run, centre.ledger, centre.hand("Otto Officer"), "a patient was recognised")
    seen = verify(tmp_path / "copy", centre.ledger)
    assert seen.standing.state == "withdrawn" and seen.missing == ("withdrawal by Otto Officer",)
    assert verify(tmp_path / "copy", None, public_keys(centre)).standing.state == "released"
    assert judge(centre, run) == ("withdrawn", "withdrawn")


def test_signatures_that_were_taken_away_are_missed(centre: Centre) -> None:
    run = centre.approved(centre.run())
    signature(run, "opinion").unlink()
    assert verify(run / "public", centre.ledger).missing == ("opinion by Dora Dpo",)
    outside = verify(run / "public", None, public_keys(centre))
    assert outside.standing.state == "awaiting_review"
    assert [f.said.kind for f in outside.found if f.flaw] == ["decision"]


# -------------------------------------------------------------------------------------------------------- forgeries


def broken(centre: Centre, run: Path, match: str) -> None:
    for known in ({"ledger": centre.ledger}, {"keys": public_keys(centre)}, {}):
        with pytest.raises(BrokenBundleError, match=match) as error:
            verify(run / "public", **known)
        assert "\n" not in str(error.value) and str(error.value).isprintable()


def test_a_swapped_file(centre: Centre) -> None:
    run, other = centre.released(centre.run()), centre.run("r2")
    shutil.copy(other / "public/data/SYN_x.csv", run / "public/data/SYN_x.csv")
    broken(centre, run, "data/SYN_x.csv was changed")


def test_an_edited_manifest(centre: Centre) -> None:
    run = centre.released(centre.run())
    reseal(run, lambda head: head.update(policy_digest="f" * 64))
    broken(centre, run, "is about other bytes")


def test_an_edited_manifest_without_signatures(centre: Centre) -> None:
    run = centre.run()
    reseal(run, lambda head: head["signoff"].update(output_checkers=1, dpo_opinion=False))
    with pytest.raises(BrokenBundleError, match="not the one that the run sealed"):
        verify(run / "public", centre.ledger)


def test_an_old_approval_after_a_changed_byte(centre: Centre) -> None:
    run = centre.approved(centre.run())
    (run / "public/data/SYN_x.csv").write_text("a\nanother row\n")
    reseal(run)
    broken(centre, run, "changed after it was signed")
    with pytest.raises(SignoffError, match="not the one that the run sealed"):
        review.release(run, centre.ledger, centre.hand("Otto Officer"))
    assert review.standing(run, centre.ledger).state == "draft"


def test_a_signature_of_another_release(centre: Centre) -> None:
    run, other = centre.reviewed(centre.run()), centre.approved(centre.run("r2"))
    path = signature(other, "decision")
    shutil.copy(path, run / "public/signatures" / path.name)
    broken(centre, run, "is about another release, 'p/r2'")


def test_a_signature_of_an_earlier_submission(centre: Centre) -> None:
    """The decision of one review does not decide the next one, although the bytes are the same."""
    run = centre.reviewed(centre.run(valid_days=1))
    early = centre.decide(run).acts[-1]
    outside = public_keys(centre)
    copy = centre.folder / "copy"
    shutil.copytree(run / "public", copy)
    for path in (copy / "signatures").iterdir():
        if "submission" in path.name:
            path.unlink()
    later = replace(
        early.said,
        kind="submission", says="submitted", role="author", name="Ada Author", submission=None, valid_until=None,
        ledger=early.said.ledger,
    )  # fmt: skip
    forged = dsse.seal(later.to_payload(), [centre.keys["Ada Author"]])
    (copy / "signatures" / "0001-submission-0.dsse.json").write_bytes(forged.to_bytes())
    seen = verify(copy, None, outside)
    assert seen.standing.state == "awaiting_review" and not seen.approved
    assert all("answers to another submission" in f.flaw or "needs it" in f.flaw for f in seen.found if f.flaw)
    with pytest.raises(BrokenBundleError, match="is not in the ledger"):
        verify(copy, centre.ledger)


def put(run: Path, name: str, said: statement.About, *signers) -> None:
    envelope = dsse.seal(said.to_payload(), signers)
    (run / "public/signatures" / f"9999-{name}.dsse.json").write_bytes(envelope.to_bytes())


def forged_decision(centre: Centre, run: Path, **change) -> statement.About:
    opinion = statement.about(dsse.read(signature(run, "opinion").read_bytes()).payload)
    said = replace(opinion, kind="decision", says="release", role="release_officer", name="Otto Officer")
    said = replace(said, valid_until="2999-01-01T00:00:00+00:00", ledger=said.ledger)
    return replace(said, **change)


def enter(centre: Centre, run: Path, kind: str, envelope: dsse.Envelope) -> None:
    """Appends to the ledger around the program: chained and hashed as it should be."""
    body = {"manifest_sha256": manifest.verify(run / "public").digest, "envelope": envelope.to_json()}
    centre.ledger.record(kind, "people", "r1", lambda entries: body)
    assert centre.ledger.verify()


def not_approved(centre: Centre, run: Path, said: statement.About, signer: str, flaw: str) -> None:
    """A forged decision does not count: outside, in the ledger, nor when it is offered."""
    put(run, "decision", said, centre.keys[signer])
    outside = verify(run / "public", None, public_keys(centre))
    assert not outside.approved
    assert [f.flaw for f in outside.found if f.said.kind == "decision" and flaw in (f.flaw or "")], outside.found
    with pytest.raises(BrokenBundleError, match="is not in the ledger"):
        verify(run / "public", centre.ledger)
    enter(centre, run, "decision", dsse.seal(said.to_payload(), [centre.keys[signer]]))
    for look in (lambda: verify(run / "public", centre.ledger), lambda: review.standing(run, centre.ledger)):
        with pytest.raises(LedgerError, match="was not written by dpsynth"):
            look()


def test_an_opinion_renamed_to_a_decision(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    path = signature(run, "opinion")
    path.rename(path.with_name(path.name.replace("opinion", "decision")))
    assert judge(centre, run) == ("reviewed", "reviewed")
    enter(centre, run, "decision", dsse.read(path.with_name(path.name.replace("opinion", "decision")).read_bytes()))
    with pytest.raises(LedgerError, match="its envelope holds an opinion"):
        review.standing(run, centre.ledger)


def test_an_opinion_edited_to_a_decision(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    path = signature(run, "opinion")
    envelope = dsse.read(path.read_bytes())
    edited = dsse.Envelope(forged_decision(centre, run, role="release_officer", name="Dora Dpo").to_payload(),
                           envelope.signatures)  # fmt: skip
    path.write_bytes(edited.to_bytes())
    with pytest.raises(BrokenBundleError, match="does not fit what it says"):
        verify(run / "public", None, public_keys(centre))
    with pytest.raises(BrokenBundleError, match="is not in the ledger"):
        verify(run / "public", centre.ledger)


def test_a_decision_by_the_dpos_key(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    not_approved(centre, run, forged_decision(centre, run, name="Dora Dpo"), "Dora Dpo", "not as release_officer")


def test_a_decision_in_the_role_of_the_dpo(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    said = forged_decision(centre, run, role="dpo", name="Dora Dpo")
    not_approved(centre, run, said, "Dora Dpo", "it needs release_officer")


def test_a_decision_in_somebody_elses_name(centre: Centre) -> None:
    centre.add("Olga Officer", ["release_officer"])
    run = centre.reviewed(centre.run())
    not_approved(centre, run, forged_decision(centre, run), "Olga Officer", "the key belongs to Olga Officer")


def test_a_decision_by_the_author(centre: Centre) -> None:
    centre.add("Ada author", ["release_officer"])
    run = centre.reviewed(centre.run())
    not_approved(centre, run, forged_decision(centre, run, name="Ada author"), "Ada author", "submitted this release")


def test_a_decision_before_the_opinion(centre: Centre) -> None:
    run = centre.run()
    centre.submit(run)
    centre.check(run, "Carl Checker")
    centre.check(run, "Cora Checker")
    check = statement.about(dsse.read(sorted((run / "public/signatures").glob("*check*"))[0].read_bytes()).payload)
    said = replace(check, kind="decision", says="release", role="release_officer", name="Otto Officer",
                   valid_until="2999-01-01T00:00:00+00:00")  # fmt: skip
    not_approved(centre, run, said, "Otto Officer", "needs it to be reviewed")


def test_a_decision_by_a_revoked_key(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    said = forged_decision(centre, run)
    custody.revoke(centre.ledger, centre.custodian, centre.keys["Otto Officer"].public.key_id, "stolen")
    with pytest.raises(SignoffError, match=r"was revoked .*stolen"):
        centre.decide(run)
    not_approved(centre, run, said, "Otto Officer", "was revoked")


def test_what_a_key_signed_before_it_was_revoked_stays_valid_by_the_ledgers_order(centre: Centre) -> None:
    """By the ledger; outside nobody can tell that the signature is older, so there it does not count."""
    run = centre.approved(centre.run())
    custody.revoke(centre.ledger, centre.custodian, centre.keys["Dora Dpo"].public.key_id, "retired")
    assert judge(centre, run) == ("approved", "awaiting_review")
    again = centre.run("r2")
    centre.submit(again)
    with pytest.raises(SignoffError, match="was revoked"):
        centre.opinion(again)


def test_a_back_dated_signature_of_a_revoked_key(centre: Centre) -> None:
    """The statement claims an old place in the ledger; the entry's own number decides."""
    run = centre.reviewed(centre.run())
    otto = custody.registered(centre.ledger).find(centre.keys["Otto Officer"].public.key_id)
    old = Moment(otto.since + 1, centre.ledger.entries()[otto.since].hash)
    custody.revoke(centre.ledger, centre.custodian, centre.keys["Otto Officer"].public.key_id, "stolen")
    not_approved(centre, run, forged_decision(centre, run, ledger=old), "Otto Officer", "was revoked")


def test_a_key_that_nobody_trusts(centre: Centre) -> None:
    from dpsynth.signoff import keys

    run = centre.reviewed(centre.run())
    centre.keys["Stranger"] = keys.new()
    not_approved(centre, run, forged_decision(centre, run), "Stranger", "not in the key register")


def test_a_key_that_was_trusted_too_late(centre: Centre) -> None:
    run = centre.reviewed(centre.run())
    late = centre.add("Olga Officer", ["release_officer"])
    centre.decide(run, name="Olga Officer")
    assert judge(centre, run) == ("approved", "approved")
    copied = statement.about(dsse.read(signature(run, "decision").read_bytes()).payload)
    early = replace(copied, ledger=Moment(2, centre.ledger.entries()[1].hash))
    signature(run, "decision").unlink()
    put(run, "decision", early, late)
    assert not verify(run / "public", None, public_keys(centre)).approved


def test_a_signature_is_entered_once(centre: Centre) -> None:
    run = centre.released(centre.run())
    envelope = dsse.read(signature(run, "release").read_bytes())
    enter(centre, run, "release", envelope)
    with pytest.raises(LedgerError, match="is in the ledger already"):
        review.standing(run, centre.ledger)


def test_an_expired_approval(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    run = centre.approved(centre.run())
    late = dt.datetime.now(dt.UTC) + dt.timedelta(days=181)
    clock = SimpleNamespace(now=lambda zone: late, fromisoformat=dt.datetime.fromisoformat)
    monkeypatch.setattr(verification, "dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))
    assert judge(centre, run) == ("expired", "expired")
    assert not verify(run / "public", centre.ledger).approved


def test_a_release_that_left_in_time_does_not_expire(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    run = centre.released(centre.run())
    late = dt.datetime.now(dt.UTC) + dt.timedelta(days=181)
    clock = SimpleNamespace(now=lambda zone: late, fromisoformat=dt.datetime.fromisoformat)
    monkeypatch.setattr(verification, "dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))
    assert judge(centre, run) == ("released", "released")


def test_a_decision_that_claims_to_hold_longer_than_the_policy_allows(centre: Centre) -> None:
    run = centre.reviewed(centre.run(valid_days=1))
    said = forged_decision(centre, run)
    enter(centre, run, "decision", dsse.seal(said.to_payload(), [centre.keys["Otto Officer"]]))
    until = dt.datetime.fromisoformat(review.standing(run, centre.ledger).expires)
    assert until < dt.datetime.now(dt.UTC) + dt.timedelta(days=1, minutes=1)


def cut(centre: Centre, number: int) -> Ledger:
    """The ledger without its newest entries, chain and triggers whole."""
    path = centre.folder / "cut.sqlite"
    shutil.copy(centre.folder / "ledger.sqlite", path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TRIGGER entry_no_delete")
        raw.execute("DELETE FROM entry WHERE seq > (SELECT MAX(seq) FROM entry) - ?", (number,))
        for trigger in ledger_sqlite.TRIGGERS:
            if "entry_no_delete" in trigger:
                raw.execute(trigger)
        raw.commit()
    return Ledger(f"sqlite:///{path}")


@pytest.mark.parametrize("number", [1, 2, 5, 8, 9])
def test_a_cut_ledger(centre: Centre, number: int) -> None:
    run = centre.released(centre.run())
    review.withdraw(run, centre.ledger, centre.hand("Otto Officer"), "an error")
    shorter = cut(centre, number)
    assert shorter.verify() == centre.ledger.verify() - number  # the chain itself shows nothing
    with pytest.raises((LedgerError, BrokenBundleError), match="cut off"):
        verify(run / "public", shorter)
    shorter.close()


def test_another_ledger(centre: Centre, tmp_path: Path) -> None:
    run, other = centre.released(centre.run()), Centre(tmp_path / "other")
    with pytest.raises(LedgerError, match="another ledger"):
        verify(run / "public", other.ledger)
    assert not verification.knows(other.ledger, run / "public") and verification.knows(centre.ledger, run / "public")
    other.ledger.close()


def test_another_centres_keys(centre: Centre, tmp_path: Path) -> None:
    run, other = centre.released(centre.run()), Centre(tmp_path / "other")
    seen = verify(run / "public", None, public_keys(other))
    assert not seen.approved and all("not in the key register" in f.flaw for f in seen.found)
    other.ledger.close()


@pytest.mark.parametrize("name", ["x'; rm -r ~; '.dsse.json", "\x1b[2J.dsse.json", "ü.dsse.json", ".dsse.json"])
def test_names_that_a_shell_could_take_for_a_command(centre: Centre, name: str) -> None:
    run = centre.released(centre.run())
    shutil.copy(signature(run, "release"), run / "public/signatures" / name)
    broken(centre, run, "is no signature: its name")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 10**5])
def test_what_is_no_signature(centre: Centre, content: bytes) -> None:
    run = centre.released(centre.run())
    (run / "public/signatures/a.dsse.json").write_bytes(content)
    broken(centre, run, "is no signature")


def test_a_rehearsal_is_never_approved(centre: Centre) -> None:
    run = centre.run(private=False)
    seen = verify(run / "public", centre.ledger)
    assert seen.standing.state == "blocked" and not seen.approved


# ---------------------------------------------------------------------------------------------------------- openssl


def by_openssl(run: Path, centre: Centre, place: Path) -> subprocess.CompletedProcess[str]:
    """Runs the printed steps in a copy of the bundle with the public keys beside it, with a shell and openssl."""
    shutil.copytree(run / "public", place)
    for key in public_keys(centre).keys:
        (place / f"{key.key.key_id[:16]}.pub.pem").write_text(key.key.pem)
    script = openssl.steps(verify(run / "public"))
    return subprocess.run(["sh"], input=script, capture_output=True, text=True, cwd=place)


def test_the_printed_steps_verify_with_openssl_alone(centre: Centre, tmp_path: Path) -> None:
    run = centre.reviewed(centre.run())
    review.decide(run, centre.ledger, centre.ink("Otto Officer"), "release")
    done = by_openssl(run, centre, tmp_path / "copy")
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines.count("Signature Verified Successfully") == 6  # four with a key, one on paper with two witnesses
    assert lines.count("1") == 5  # every statement names this manifest
    listed = json.loads((run / "public/manifest.json").read_text())["files"]
    assert all(f"{facts['sha256']} *{name}" in done.stdout for name, facts in listed.items())


def test_openssl_sees_a_forgery(centre: Centre, tmp_path: Path) -> None:
    run = centre.approved(centre.run())
    path = signature(run, "decision")
    envelope = dsse.read(path.read_bytes())
    said = replace(statement.about(envelope.payload), name="Somebody Else")
    path.write_bytes(dsse.Envelope(said.to_payload(), envelope.signatures).to_bytes())
    done = by_openssl(run, centre, tmp_path / "copy")
    assert done.stdout.count("Signature Verified Successfully") == 4
    assert done.stdout.count("Signature Verification Failure") == 1
    (tmp_path / "copy/manifest.json").write_text("{}")
    again = subprocess.run(
        ["sh"], input=openssl.steps(verify(run / "public")), capture_output=True, text=True, cwd=tmp_path / "copy"
    )
    assert again.stdout.splitlines().count("0") == 5 and "1" not in again.stdout.splitlines()
