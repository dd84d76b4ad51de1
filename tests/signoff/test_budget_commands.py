"""`dpsynth budget` from a new ledger to a raised budget; and anchors, which find what a chain alone cannot show."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from dpsynth.signoff.book import open_book
from tests.run.study import Study, say
from tests.signoff.centre import Centre
from tests.signoff.test_commands import ok, passphrase, people, refused

__all__ = ["passphrase"]


@pytest.fixture
def ledger(tmp_path: Path) -> tuple[str, str]:
    return "--ledger", f"sqlite:///{tmp_path / 'l.sqlite'}"


LIFE = ("--epsilon", "5", "--delta", "1e-5")


def shown(*arguments: str) -> dict:
    return json.loads(ok("budget", "show", "--json", *arguments))


# ------------------------------------------------------------------------------------------------- create and show


def test_create_fixes_a_budget_before_the_first_run(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    ledger = ("--ledger", study.ledger)
    made = ok("budget", "create", "small-people", *LIFE, *ledger)
    assert "A NEW LEDGER was made" in made and "epsilon 5.0 at delta 1e-05 per patient" in made
    assert "has already" in ok("budget", "create", "small-people", *LIFE, *ledger)
    said = refused("budget", "create", "small-people", "--epsilon", "9", "--delta", "1e-5", *ledger, code=12)
    assert "has fixed epsilon 5.0 at delta 1e-05" in said
    study.edit("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 6.0")
    refusal = study.command("--quiet")
    assert refusal.code == 12 and "has fixed epsilon 5.0 at delta 1e-05 per patient" in refusal.err
    study.edit("lifetime: {epsilon: 6.0", "lifetime: {epsilon: 5.0")
    assert study.command("--quiet").code == 0
    [account] = shown(*ledger)["populations"]
    assert account["population"] == "small-people" and account["unit"] == "patient"
    [charge] = account["charges"]
    assert charge["state"] == "committed" and charge["rho"] == account["spent"]["rho"]
    assert Fraction(account["spent"]["rho"]) + Fraction(account["left"]["rho"]) == Fraction(account["lifetime"]["rho"])
    assert account["open"] == {"rho": "0.000000000", "epsilon": 0.0} and account["total_known"] is True
    assert 0 < account["for_information"]["epsilon_spent_by_exact_composition"] < account["spent"]["epsilon"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("Small People", *LIFE),
        ("p", "--epsilon", "0", "--delta", "1e-5"),
        ("p", "--epsilon", "nan", "--delta", "1e-5"),
        ("p", "--epsilon", "101", "--delta", "1e-5"),
        ("p", "--epsilon", "5", "--delta", "1"),
        ("p", "--epsilon", "5", "--delta", "0"),
        ("p", *LIFE, "--unit", "family"),
        ("p", "--epsilon", "5"),
    ],
)
def test_a_budget_that_is_none_makes_no_ledger(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    place = tmp_path / "l.sqlite"
    said = say("budget", "create", *arguments, "--ledger", f"sqlite:///{place}")
    assert said.code == 64 and "Traceback" not in said.err and not place.exists()


def test_show_lists_all_populations(ledger: tuple[str, str]) -> None:
    refused("budget", "show", *ledger, code=13)
    for name in ("b-people", "a-people"):
        ok("budget", "create", name, *LIFE, *ledger)
    text = ok("budget", "show", *ledger)
    assert text.index("Population a-people") < text.index("Population b-people")
    assert [a["population"] for a in shown(*ledger)["populations"]] == ["a-people", "b-people"]
    assert [a["population"] for a in shown("b-people", *ledger)["populations"]] == ["b-people"]
    assert "budget create" in refused("budget", "show", "c-people", *ledger, code=13)


def test_show_says_what_is_open_and_never_rounds_to_zero(ledger: tuple[str, str]) -> None:
    ok("budget", "create", "people", *LIFE, *ledger)
    with closing(open_book(ledger[1])) as book:
        book.reserve("people", "r", "p", "d", Fraction(2, 10**9))
        book.opened("people", "r")
    text = ok("budget", "show", "people", *ledger)
    for line in ("p/r", "spent", "open charges in it"):
        found = re.search(rf"^{re.escape(line)} .*$", text, re.M)
        assert found is not None and " 0.000000001 " in found[0] and float(found[0].split()[-1]) > 0
    assert "For information: all runs have epsilon" in text


# ------------------------------------------------------------------------------------------------------------ import

IMPORT = ("budget", "import", "people", "--name", "tables 2019", "--date", "2019-05-04")


def test_import_on_the_command_line(ledger: tuple[str, str]) -> None:
    ok("budget", "create", "people", *LIFE, *ledger)
    said = ok(*IMPORT, "--rho", "0.1", *ledger)
    assert re.search(r"tables 2019 +imported +0\.100000000", said)
    refused(*IMPORT, "--rho", "0.1", *ledger, code=13)
    said = ok("budget", "import", "people", "--name", "extract", "--date", "2018-01-01", "--not-dp", *ledger)
    assert "THE TOTAL IS UNKNOWN" in said and re.search(r"extract +imported +unknown +unknown", said)
    [account] = shown(*ledger)["populations"]
    assert account["total_known"] is False and [c["rho"] for c in account["charges"]] == ["0.100000000", None]


@pytest.mark.parametrize(
    "cost",
    [
        (),
        ("--rho", "1", "--not-dp"),
        ("--rho", "1", "--epsilon", "1"),
        ("--not-dp", "--delta", "1e-6"),
        ("--epsilon", "-1"),
        ("--rho", "inf"),
        ("--epsilon", "1", "--delta", "2"),
    ],
)
def test_a_cost_is_said_in_one_way(ledger: tuple[str, str], cost: tuple[str, ...]) -> None:
    ok("budget", "create", "people", *LIFE, *ledger)
    refused(*IMPORT, *cost, *ledger, code=64)
    assert shown(*ledger)["populations"][0]["charges"] == []


def test_a_day_is_a_day(ledger: tuple[str, str]) -> None:
    ok("budget", "create", "people", *LIFE, *ledger)
    said = refused("budget", "import", "people", "--name", "n", "--date", "May", "--not-dp", *ledger, code=64)
    assert "YYYY-MM-DD" in said


# ---------------------------------------------------------------------------------------------------- raise and lower


def test_raise_and_lower_on_the_command_line(tmp_path: Path, ledger: tuple[str, str], passphrase: None) -> None:
    files = people(tmp_path, ledger[1])
    ok("budget", "create", "people", *LIFE, *ledger)
    both = ("--dpo", files["dora"], "--release-officer", files["otto"])
    why = ("--reason", "A second cohort was added.")
    said = ok("budget", "raise", "people", "--epsilon", "8", *why, *both, *ledger)
    assert "raised from epsilon 5.0 at delta 1e-05 to epsilon 8.0 at delta 1e-05" in said
    assert "Dora Dpo (dpo) and Otto Officer (release_officer): A second cohort was added." in said
    assert "lowered from epsilon 8.0" in ok(
        "budget", "lower", "people", "--epsilon", "6", *why, "--key", files["otto"], *ledger
    )
    [account] = shown(*ledger)["populations"]
    assert account["lifetime"]["epsilon"] == 6.0
    assert [(c["kind"], c["new"]["epsilon"]) for c in account["changes"]] == [("raise", 8.0), ("lower", 6.0)]
    assert "A second cohort was added." in ok("budget", "show", "people", *ledger), "for ever"
    same = ("--dpo", files["dora"], "--release-officer", files["dora"])
    assert "signed twice" in refused("budget", "raise", "people", "--epsilon", "9", *why, *same, *ledger)
    wrong = ("--dpo", files["dora"], "--release-officer", files["carl"])
    assert "not as release_officer" in refused("budget", "raise", "people", "--epsilon", "9", *why, *wrong, *ledger)
    assert "not as dpo" in refused("budget", "lower", "people", "--epsilon", "1", *why, "--key", files["ada"], *ledger)
    refused("budget", "raise", "people", *why, *both, *ledger, code=64)
    refused("budget", "raise", "people", "--epsilon", "5.5", *why, *both, *ledger, code=64)
    refused("budget", "raise", "nobody", "--epsilon", "9", *why, *both, *ledger, code=13)
    assert shown(*ledger)["populations"][0]["lifetime"]["epsilon"] == 6.0


def test_a_policy_follows_a_raise(tmp_path: Path, passphrase: None) -> None:
    study = Study(tmp_path / "s")
    files = people(tmp_path, study.ledger)
    ok("budget", "create", "small-people", *LIFE, "--ledger", study.ledger)
    ok("budget", "raise", "small-people", "--epsilon", "6", "--reason", "more", "--dpo", files["dora"],
       "--release-officer", files["otto"], "--ledger", study.ledger)  # fmt: skip
    refusal = study.command("--quiet")
    assert refusal.code == 12 and "has fixed epsilon 6.0 at delta 1e-05" in refusal.err
    study.edit("lifetime: {epsilon: 5.0", "lifetime: {epsilon: 6.0")
    outcome = study.run()
    facts = json.loads((outcome.folder.public / "facts.json").read_text())["budget"]
    [change] = facts["changes"]
    assert (change["kind"]["value"], change["old_epsilon"]["value"], change["new_epsilon"]["value"]) == ("raise", 5, 6)
    page = (outcome.folder.public / "report.en.html").read_text()
    assert "<b>raised</b> from ε 5 " in page and "Dora" not in page and "more</li>" not in page


# ------------------------------------------------------------------------------------------------- verify and anchors


@pytest.fixture
def centre(tmp_path: Path):
    made = Centre(tmp_path / "centre")
    yield made
    made.ledger.close()


def drop_triggers(connection: sqlite3.Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def tampered(centre: Centre, *changes: str) -> None:
    with closing(sqlite3.connect(centre.folder / "ledger.sqlite")) as connection:
        drop_triggers(connection)
        for change in changes:
            connection.execute(change)
        connection.commit()


def test_verify_prints_the_newest_head_which_is_an_anchor(centre: Centre, tmp_path: Path) -> None:
    url = ("--ledger", centre.url)
    head = ok("budget", "verify", *url)
    entries = centre.ledger.entries()
    assert head == f"{entries[-1].sequence} {entries[-1].hash}\n"
    anchor = tmp_path / "anchors.txt"
    anchor.write_text(head)
    centre.run()
    anchor.write_text(anchor.read_text() + ok("budget", "verify", *url))
    said = say("budget", "verify", "--anchor", str(anchor), *url)
    assert said.code == 0 and "heads of anchors found in it: 2" in said.err


@pytest.mark.parametrize("kind", ["manifest", "signature", "lines"])
def test_a_cut_tail_is_found_by_its_anchor_alone(centre: Centre, tmp_path: Path, kind: str) -> None:
    url = ("--ledger", centre.url)
    run = centre.reviewed(centre.run())
    lines = tmp_path / "lines"
    lines.write_text(ok("budget", "verify", *url))
    signature = max((run / "public/signatures").iterdir(), key=lambda p: p.name)
    anchor = {"manifest": run / "public/manifest.json", "signature": signature, "lines": lines}[kind]
    ok("budget", "verify", "--anchor", str(anchor), *url)
    first = next(e.sequence for e in centre.ledger.entries() if e.kind == "opened")
    tampered(centre, f"DELETE FROM entry WHERE seq >= {first}")
    ok("budget", "verify", *url)  # the chain is whole: nothing in it shows what is gone
    said = refused("budget", "verify", "--anchor", str(anchor), *url, code=13)
    assert "was cut off, it was rewritten, or it is another ledger" in said and str(anchor) in said


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET body = replace(body, 'nano_rho\":', 'nano_rho\":1') WHERE kind = 'reserve'",
        "DELETE FROM entry WHERE kind = 'opened'",
        "UPDATE entry SET seq = seq + 0, at = '1999-01-01' WHERE seq = 3",
        "UPDATE population SET lifetime_nano = 2 * lifetime_nano",
    ],
)
def test_an_edit_is_found_without_an_anchor(centre: Centre, change: str) -> None:
    centre.run()
    tampered(centre, change)
    assert "is damaged at" in refused("budget", "verify", "--ledger", centre.url, code=13)


def test_two_entries_in_each_others_place_are_found(centre: Centre) -> None:
    centre.run()
    tampered(centre, *(f"UPDATE entry SET seq = {b} WHERE seq = {a}" for a, b in ((2, 99), (3, 2), (99, 3))))
    assert "is damaged at entry 2" in refused("budget", "verify", "--ledger", centre.url, code=13)


def test_two_ledgers_in_each_others_place_are_found(centre: Centre, tmp_path: Path) -> None:
    other = Centre(tmp_path / "other")
    runs = [c.run() for c in (centre, other)]
    files = [c.folder / "ledger.sqlite" for c in (centre, other)]
    other.ledger.close()
    contents = [f.read_bytes() for f in files]
    for file, content in zip(files, reversed(contents), strict=True):
        file.write_bytes(content)
    for c, run in zip((centre, other), runs, strict=True):
        anchor = str(run / "public/manifest.json")
        said = refused("budget", "verify", "--anchor", anchor, "--ledger", c.url, code=13)
        assert "does not hold entry" in said and "or it is another ledger" in said


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"12", b"0 " + b"a" * 64, b"1 " + b"A" * 64, b"1 " + b"a" * 63, b"{}", b'{"ledger": 3}', b"[]",
     b'{"ledger": {"sequence": true, "head": "' + b"a" * 64 + b'"}}', b'{"payload": 1}', b"\xff\xfe", b"{" * 5000],
)  # fmt: skip
def test_what_is_no_anchor_is_refused(centre: Centre, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "anchor"
    file.write_bytes(content)
    assert "is no anchor" in refused("budget", "verify", "--anchor", str(file), "--ledger", centre.url, code=64)


def test_an_anchor_that_is_not_there_is_refused(centre: Centre, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        assert "is no anchor" in refused("budget", "verify", "--anchor", str(place), "--ledger", centre.url, code=64)


def test_a_forged_raise_is_found_by_verify(centre: Centre) -> None:
    body = {"old": {"epsilon": "5.0", "delta": "1e-06"}, "new": {"epsilon": "50.0", "delta": "1e-06"}, "reason": "x",
            "signers": [{"name": "Dora Dpo", "role": "dpo"}], "envelope": {}}  # fmt: skip
    from tests.signoff.test_budget import forged

    forged(centre, "raise", body)
    for command in ("verify", "show"):
        said = refused("budget", command, "--ledger", centre.url, code=13)
        assert "changes the budget of people and does not count" in said


# --------------------------------------------------------------------------------------------------------------- looks


def test_a_look_is_counted_and_costs_nothing(centre: Centre) -> None:
    url, run = ("--ledger", centre.url), centre.run()
    before = shown(*url)["populations"][0]
    assert before["looks"] == [] and "Looks" not in ok("budget", "show", *url)
    for _ in range(2):
        said = ok("review", "look", str(run), *url)
        assert str(run / "internal/report.en.html") in said and "It costs no budget; it is counted." in said
    [account] = shown(*url)["populations"]
    assert account["spent"] == before["spent"] and account["left"] == before["left"]
    assert [(x["run"], x["actor"]) for x in account["looks"]] == 2 * [("r1", centre.ledger.entries()[-1].actor)]
    text = ok("budget", "show", *url)
    assert "Looks at internal reports: 2." in text and re.search(r"p/r1 .*  looks: 2$", text, re.M)
    ok("budget", "verify", *url)
    centre.released(run)  # what was seen stands in nobody's way


def test_a_look_is_at_a_run_that_the_ledger_knows(centre: Centre, tmp_path: Path) -> None:
    other = Centre(tmp_path / "other")
    run = other.run()
    other.ledger.close()
    refused("review", "look", str(run), "--ledger", centre.url)
    own = centre.run("r2")
    (own / "internal/report.en.html").write_text("another report")
    refused("review", "look", str(own), "--ledger", centre.url, code=3)
    assert [e.kind for e in centre.ledger.entries()].count("look") == 0
