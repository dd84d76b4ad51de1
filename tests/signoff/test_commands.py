"""The sign-off on the command line, from the first key to a verified bundle; and a real run, sealed and signed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from dpsynth.errors import SignoffError
from tests.run.study import Study, say
from tests.signoff.centre import Centre

PASSPHRASE = "correct horse battery"


@pytest.fixture
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DPSYNTH_PASSPHRASE", PASSPHRASE)


def ok(*arguments: str, code: int = 0) -> str:
    said = say(*arguments)
    assert said.code == code, (said.out, said.err)
    return said.out


def refused(*arguments: str, code: int = 16) -> str:
    said = say(*arguments)
    assert said.code == code and said.err.count("\n") == 1 and "Traceback" not in said.err, (said.out, said.err)
    return said.err


PEOPLE = {
    "ada": ("Ada Author", "author"),
    "carl": ("Carl Checker", "output_checker"),
    "cora": ("Cora Checker", "output-checker"),
    "dora": ("Dora Dpo", "dpo"),
    "otto": ("Otto Officer", "release_officer"),
    "will": ("Will Witness", "witness"),
    "wanda": ("Wanda Witness", "witness"),
}


def people(folder: Path, ledger: str) -> dict[str, str]:
    """Makes everybody's key with the commands; returns the files."""
    files = {who: str(folder / f"{who}.pem") for who in ("kim", *PEOPLE)}
    for file in files.values():
        ok("keys", "new", file)
    kim = files["kim"]
    first = ok("keys", "trust", str(folder / "kim.pub.pem"), "--name", "Kim Custodian", "--role", "custodian",
               "--key", kim, "--ledger", ledger)  # fmt: skip
    assert "A NEW LEDGER was made" in first
    for who, (name, role) in PEOPLE.items():
        ok("keys", "trust", str(folder / f"{who}.pub.pem"), "--name", name, "--role", role, "--key", kim,
           "--ledger", ledger)  # fmt: skip
    return files


def test_a_real_run_from_the_first_key_to_a_verified_bundle(tmp_path: Path, passphrase: None) -> None:
    study = Study(tmp_path / "s", attacks="nearest")
    # So few people have a large distance by noise alone, which must not block.
    wide = "{pass: 0.9, review: 0.95, source: a test}"
    study.policy.write_text(study.policy.read_text() + f"thresholds: {{mean_tvd_two_way: {wide}}}\n")
    ledger = ("--ledger", study.ledger)
    key = people(tmp_path, study.ledger)
    outcome = study.run()
    run, bundle = str(outcome.folder.root), str(outcome.folder.public)
    status = json.loads((outcome.folder.internal / "facts.json").read_text())["verdict"]["status"]["value"]
    assert status in ("pass", "review")
    assert "nobody has approved it" in ok("verify", bundle, *ledger, code=2)
    assert "small is draft" not in ok("review", "show", run, *ledger)

    assert "is awaiting review" in ok("review", "open", run, "--key", key["ada"], *ledger)
    ok("review", "check", run, "--says", "no-objection", "--key", key["carl"], *ledger)
    shown = ok("review", "show", run, *ledger)
    assert "Carl Checker (output_checker) has checked; hidden until all have." in shown
    assert "no objection" not in shown
    ok("review", "check", run, "--says", "no-objection", "--key", key["cora"], *ledger)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    ok("review", "opinion", run, "--says", "in-favour-with-conditions", "--condition", "for teaching", "--ink",
       "Dora Dpo", "--scan", str(scan), "--witness", key["will"], "--witness", key["wanda"], *ledger)  # fmt: skip
    assert "it is NOT approved" in ok("verify", bundle, *ledger, code=2)
    reason = tmp_path / "reason.txt"
    reason.write_text("The points were judged.\n")
    decided = ok("review", "decide", run, "--says", "release", "--reason-file", str(reason), "--key", key["otto"],
                 *ledger)  # fmt: skip
    assert "is approved until" in decided
    shown = ok("review", "show", run, *ledger)
    assert "reason (stays inside): The points were judged." in shown and "condition: for teaching" in shown
    assert "on paper before Will Witness and Wanda Witness" in shown
    assert "By the ledger, the release is approved" in ok("verify", bundle, *ledger)
    assert "Hand over" in ok("sign", run, "--key", key["otto"], *ledger)

    listed, pem = tmp_path / "keys.json", tmp_path / "pem"
    assert "Kim Custodian" in ok("keys", "list", "--json", str(listed), "--pem", str(pem), *ledger)
    assert len(list(pem.iterdir())) == 8
    outside = ok("verify", bundle, "--keys", str(listed))
    assert "By the list of keys, the release is released" in outside and "Compare it with what" in outside
    assert "Condition: for teaching" in outside and "points were judged" not in outside
    assert "nobody can tell whose" in ok("verify", bundle, code=2)
    assert "openssl pkeyutl -verify" in ok("verify", bundle, "--openssl")
    for path in (outcome.folder.public / "signatures").iterdir():
        as_the_readme_says(outcome.folder.public, path, pem)

    target = outcome.folder.public / "data/SYN_visits.csv"
    before = target.read_bytes()
    target.write_bytes(before.replace(b"SYN000000001", b"SYN000000009"))
    assert "SYN_visits.csv was changed" in refused("verify", bundle, *ledger, code=3)
    target.write_bytes(before)
    refused("review", "withdraw", run, "--key", key["otto"], *ledger)
    assert "Tell everybody" in ok("review", "withdraw", run, "--key", key["otto"], "--reason", "a mistake", *ledger)
    assert "is withdrawn: it is NOT approved" in ok("verify", bundle, *ledger, code=2)
    assert "committed" in ok("budget", "show", "small-people", *ledger)  # and the budget stays spent
    ok("report", run)  # rendering again changes nothing that was sealed
    ok("review", "show", run, *ledger)


def as_the_readme_says(bundle: Path, path: Path, pem: Path) -> None:
    """Follows README.txt: the indented lines from FILE= on, for every key that signed."""
    text = (bundle / "README.txt").read_text().split("    FILE=")[1].split("\n\n")[0]
    for key_id in (s["keyid"] for s in json.loads(path.read_text())["signatures"]):
        script = "FILE=" + text.replace("NAME.dsse.json", path.name).replace(
            "/path/to/SIGNER.pub.pem", str(pem / f"{key_id[:16]}.pub.pem")
        )
        done = subprocess.run(["sh"], input=script, capture_output=True, text=True, cwd=bundle)
        verified, said, digest = done.stdout.splitlines()
        assert verified == "Signature Verified Successfully", (done.stdout, done.stderr)
        assert json.loads(said)["subject"][0]["digest"]["sha256"] == digest.split()[0]


def test_the_usual_ledger_is_used_if_it_knows_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre(tmp_path / "data/dpsynth")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    run, strange = centre.released(centre.run()), Centre(tmp_path / "other")
    assert "By the ledger, the release is released" in ok("verify", str(run / "public"))
    elsewhere = strange.released(strange.run("r9"))
    assert "nobody can tell whose" in ok("verify", str(elsewhere / "public"), code=2)
    assert "another ledger" in refused("verify", str(elsewhere / "public"), "--ledger", centre.url, code=13)
    strange.ledger.close()
    centre.ledger.close()


def test_return_and_supersede(tmp_path: Path, passphrase: None) -> None:
    centre = Centre(tmp_path / "c")
    for name, file in (("Otto Officer", "otto.pem"), ("Dora Dpo", "dora.pem")):
        (tmp_path / file).write_bytes(centre.keys[name].to_pem(PASSPHRASE))
    first, second, third = centre.released(centre.run()), centre.approved(centre.run("r2")), centre.run("r3")
    centre.submit(third)
    back = ok("review", "return", str(third), "--key", str(tmp_path / "dora.pem"), "--reason", "no purpose",
              "--ledger", centre.url)  # fmt: skip
    assert "p/r3 is returned." in back
    followed = ok("review", "supersede", str(first), str(second), "--key", str(tmp_path / "otto.pem"), "--ledger",
                  centre.url)  # fmt: skip
    assert "p/r1 is superseded." in followed
    centre.ledger.close()


def test_keys_are_revoked_and_listed(tmp_path: Path, passphrase: None) -> None:
    centre = Centre(tmp_path / "c")
    (tmp_path / "kim.pem").write_bytes(centre.custodian.to_pem(PASSPHRASE))
    dora = centre.keys["Dora Dpo"].public.key_id
    said = ok("keys", "revoke", dora[:12], "--reason", "retired", "--key", str(tmp_path / "kim.pem"), "--ledger",
              centre.url)  # fmt: skip
    assert f"the key {dora[:16]} of Dora Dpo does not count" in said
    listed = ok("keys", "list", "--ledger", centre.url)
    assert "REVOKED from entry" in listed and "retired" in listed
    centre.ledger.close()


def test_a_passphrase_comes_from_a_file_a_variable_or_a_question(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "p"
    file.write_text(PASSPHRASE + "\nsecond line\n")
    ok("keys", "new", str(tmp_path / "a.pem"), "--passphrase-file", str(file))
    asked = []
    monkeypatch.setattr("typer.prompt", lambda *a, **k: asked.append(k) or PASSPHRASE)
    ok("keys", "new", str(tmp_path / "b.pem"))
    assert asked[0]["hide_input"] and asked[0]["confirmation_prompt"]
    for name in ("a", "b"):
        ok("keys", "trust", str(tmp_path / f"{name}.pub.pem"), "--name", name, "--role", "custodian", "--key",
           str(tmp_path / f"{name}.pem"), "--ledger", f"sqlite:///{tmp_path}/{name}.sqlite")  # fmt: skip
    assert len(asked) == 3
    (tmp_path / "empty").write_text("")
    for wrong in ("empty", "nowhere"):
        refused("keys", "new", str(tmp_path / "c.pem"), "--passphrase-file", str(tmp_path / wrong))
    refused("keys", "new", str(tmp_path / "c.pem"), "--passphrase-file", str(file), "--passphrase-file", str(file),
            code=64)  # fmt: skip
    assert not (tmp_path / "c.pem").exists()


def test_no_command_takes_a_passphrase_itself() -> None:
    """Whoever lists the processes of a machine reads their arguments."""
    from tests.docs.test_docs import _reference

    for name, command in _reference().commands():
        for parameter in command.params:
            words = " ".join(parameter.opts)
            assert "passphrase" not in words or words == "--passphrase-file", name


@pytest.mark.parametrize(
    "arguments",
    [
        ("--key", "k", "--ink", "Dora"),
        ("--ink", "Dora", "--scan", "s", "--witness", "w"),
        ("--ink", " ", "--scan", "s", "--witness", "w", "--witness", "v"),
        ("--ink", "Dora", "--witness", "w", "--witness", "v"),
        (),
    ],
)
def test_one_way_to_sign(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = refused("review", "opinion", str(tmp_path), "--says", "in-favour", *arguments, code=64)
    assert "Sign either with --key" in said


def test_what_does_not_fit_is_one_line(tmp_path: Path, passphrase: None) -> None:
    centre = Centre(tmp_path / "c")
    run = centre.run()
    (tmp_path / "ada.pem").write_bytes(centre.keys["Ada Author"].to_pem(PASSPHRASE))
    (tmp_path / "bad.pem").write_bytes(centre.keys["Ada Author"].to_pem("another passphrase"))
    ada, url = str(tmp_path / "ada.pem"), ("--ledger", centre.url)
    assert "passphrase is wrong" in refused("review", "open", str(run), "--key", str(tmp_path / "bad.pem"), *url)
    refused("review", "open", str(tmp_path / "nowhere"), "--key", ada, *url, code=3)
    refused("review", "open", str(run), "--key", ada, "--ledger", f"sqlite:///{tmp_path}/none.sqlite", code=13)
    refused("review", "open", str(run), "--key", ada, "--ledger", " ", code=64)
    assert "not as dpo" in refused("review", "opinion", str(run), "--says", "in-favour", "--key", ada, *url)
    refused("review", "opinion", str(run), "--says", "maybe", "--key", ada, *url, code=64)
    refused("review", "return", str(run), "--key", ada, "--reason", "a", "--reason-file", ada, *url, code=64)
    refused("review", "return", str(run), "--key", ada, "--reason-file", str(tmp_path), *url, code=64)
    refused("sign", str(run), "--key", ada, "--passphrase-file", ada, "--passphrase-file", ada, *url, code=64)
    refused("verify", str(run / "public"), "--keys", str(tmp_path / "none"), code=64)
    assert "no list of keys" in refused("verify", str(run / "public"), "--keys", ada)
    centre.ledger.close()


def test_an_empty_register_says_how_to_begin(tmp_path: Path) -> None:
    from dpsynth.privacy.ledger import Ledger

    url = f"sqlite:///{tmp_path}/l.sqlite"
    Ledger(url).close()
    assert "Begin with a custodian" in ok("keys", "list", "--ledger", url)


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    centre = Centre(tmp_path / "c")
    run = centre.run()
    centre.submit(run)
    centre.opinion(run, "in_favour_with_conditions", conditions=["\x1b[2Jclear"])
    for said in (ok("verify", str(run / "public"), "--ledger", centre.url, code=2),
                 ok("review", "show", str(run), "--ledger", centre.url)):  # fmt: skip
        assert "\x1b" not in said and "clear" in said
    centre.ledger.close()


def test_sign_off_errors_have_their_code() -> None:
    assert SignoffError.exit_code == 16 and "DPSYNTH_PASSPHRASE" not in os.environ
