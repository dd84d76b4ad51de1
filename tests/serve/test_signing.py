"""The sign-off on the page: every step that the command line can take, and none that it cannot."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dpsynth.privacy.ledger import Ledger
from dpsynth.signoff import custody, keys
from tests.run.study import Study, files
from tests.serve.conftest import Answer, Visitor, complete, open_server

PASSPHRASE = "a long passphrase"
PEOPLE = {
    "Ada Author": "author",
    "Carl Checker": "output_checker",
    "Cora Checker": "output_checker",
    "Dora Dpo": "dpo",
    "Petra Paper": "dpo",
    "Otto Officer": "release_officer",
    "Will Witness": "witness",
    "Wanda Witness": "witness",
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two releases that no rule blocks, and people with keys."""
    study = Study(tmp_path_factory.mktemp("signed") / "study")
    limits = "{pass: 0.9, review: 0.95, source: a test}"
    study.policy.write_text(study.policy.read_text() + f"thresholds: {{mean_tvd_two_way: {limits}}}\n")
    study.run()
    study.run()
    (study.folder / "keys").mkdir()
    custodian = keys.new()
    with closing(Ledger(study.ledger, create=False)) as ledger:
        custody.trust(ledger, custodian, custodian.public, "Kim Custodian", ["custodian"])
        for name, role in PEOPLE.items():
            public = keys.write_new(key_file(study, name), PASSPHRASE)
            custody.trust(ledger, custodian, public, name, [role])
    return study


def key_file(study: Study, name: str) -> Path:
    return study.folder / "keys" / f"{name.split()[0].lower()}.pem"


class Desk:
    """Somebody at the page of one release, with everybody's keys."""

    def __init__(self, study: Study, visitor: Visitor, run: str) -> None:
        self.study, self.visitor, self.run = study, visitor, run
        self.path = f"release/small/{run}"

    def page(self) -> Answer:
        return self.visitor.send(self.path)

    def offered(self) -> set[str]:
        page = self.page()
        assert page.status == 200
        return {(f.attributes["action"] or "").rpartition("/")[2].removesuffix("#sign") for f in page.tree.all("form")}

    def take(self, kind: str, who: str, passphrase: str = PASSPHRASE, **fields: str) -> Answer:
        """Fills in the form that the page shows and sends it."""
        own = {"key": str(key_file(self.study, who)), "passphrase": passphrase}
        return self.visitor.post(f"{self.path}/{kind}", {**self.hidden(), **own, **fields})

    def hidden(self) -> dict[str, str]:
        """What the page puts into every form."""
        inputs = [i.attributes for i in self.page().tree.all("input") if i.attributes["type"] == "hidden"]
        found = {str(i["name"]): str(i["value"]) for i in inputs}
        assert not inputs or set(found) == {"csrf", "manifest"}
        return found

    def sign(self, kind: str, who: str, **fields: str) -> Answer:
        """The same, where it must succeed; follows the redirect."""
        answer = self.take(kind, who, **fields)
        assert answer.status == 303, answer.text
        assert answer.headers["location"] == f"{self.visitor.door.base}{self.path}?done={kind}#sign"
        return self.visitor.send(answer.headers["location"].partition("#")[0], whole=True)

    def state(self) -> str:
        (lead,) = [p for p in self.page().tree.all("p") if p.attributes.get("class") == "lead"]
        return " ".join(lead.all("span")[0].text().split())

    def review(self) -> None:
        self.sign("submission", "Ada Author")
        self.sign("check", "Carl Checker", says="no_objection")
        self.sign("check", "Cora Checker", says="no_objection")
        self.sign("opinion", "Dora Dpo", says="in_favour")


@pytest.fixture
def desk(signed: Study, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(signed.folder, tmp_path / "study", symlinks=True)
    study = Study.__new__(Study)
    study.folder = tmp_path / "study"
    server, door = open_server(study.out, study.ledger)
    visitor = Visitor(server.port, door)
    visitor.enter()
    yield Desk(study, visitor, complete(study)[0])
    server.shutdown()
    server.server_close()


def text(answer: Answer) -> str:
    return " ".join(answer.tree.all("main")[0].text().split())


def test_the_whole_way_on_the_page(desk: Desk) -> None:
    assert (desk.state(), desk.offered()) == ("Draft", {"submission"})
    page = desk.sign("submission", "Ada Author")
    assert "Recorded: Submit for review" in text(page)
    assert (desk.state(), desk.offered()) == ("In review", {"check", "opinion", "return"})
    desk.sign("check", "Carl Checker", says="objection", reason="The rare ward")
    desk.sign("check", "Cora Checker", says="no_objection")
    conditions = "Only for teaching\n\n  Two years  "
    desk.sign("opinion", "Dora Dpo", says="in_favour_with_conditions", conditions=conditions, reason="As discussed")
    assert (desk.state(), desk.offered()) == ("Reviewed", {"decision", "return"})
    said = text(desk.page())
    assert "Carl Checker output checker Objection Reason: The rare ward" in said
    assert "Condition: Only for teaching Condition: Two years Reason: As discussed" in said
    desk.sign("decision", "Otto Officer", says="release", reason="The ward is public")
    assert (desk.state(), desk.offered()) == ("Approved", {"release", "withdrawal"})
    assert "The approval holds until" in text(desk.page())
    desk.sign("release", "Otto Officer")
    assert (desk.state(), desk.offered()) == ("Released", {"withdrawal", "supersession"})
    desk.sign("withdrawal", "Otto Officer", reason="A mistake in the code book")
    assert (desk.state(), desk.offered()) == ("Withdrawn", set())
    assert "Nothing can be signed now" in text(desk.page())
    assert "Withdrawn" in desk.visitor.send("").text
    # and the command line says the same
    assert len(list((desk.study.out / "small" / desk.run / "public" / "signatures").iterdir())) == 7


def test_a_later_release_takes_the_place_of_an_earlier_one(desk: Desk) -> None:
    desk.review()
    desk.sign("decision", "Otto Officer", says="release", reason="Yes")
    desk.sign("release", "Otto Officer")
    other = Desk(desk.study, desk.visitor, complete(desk.study)[1])
    refused = desk.take("supersession", "Otto Officer", successor=f"small/{other.run}")
    assert refused.status == 422 and "must be approved first" in refused.text
    for wrong in ("", "small/../../x", f"small/{desk.run}", "received"):
        assert "No release was chosen" in desk.take("supersession", "Otto Officer", successor=wrong).text
    other.review()
    other.sign("decision", "Otto Officer", says="release", reason="Yes")
    desk.sign("supersession", "Otto Officer", successor=f"small/{other.run}")
    assert (desk.state(), other.state()) == ("Superseded", "Approved")


def test_a_checker_does_not_see_another_ones_vote_before_the_own(desk: Desk) -> None:
    desk.sign("submission", "Ada Author")
    page = desk.sign("check", "Carl Checker", says="objection", reason="Too many rare cases")
    seen = text(page) + text(desk.page()) + desk.visitor.send("").text
    assert "1 check is in, by Carl Checker" in seen and "Recorded: Check the output" in seen
    assert "Too many rare cases" not in seen and "Carl Checker output checker Objection" not in seen
    for kept in (desk.study.out / "small" / desk.run / "internal" / "signoff").iterdir():
        for path in (f"internal/signoff/{kept.name}", f"internal/{kept.name}", f"signoff/{kept.name}"):
            assert desk.visitor.send(f"{desk.path}/{path}").status == 404
    desk.sign("check", "Cora Checker", says="no_objection")
    assert "Carl Checker output checker Objection Reason: Too many rare cases" in text(desk.page())


def test_a_reviewer_can_send_it_back(desk: Desk) -> None:
    desk.sign("submission", "Ada Author", reason="Please look at ward")
    assert "This form needs" not in text(desk.page())
    assert "needs a written reason" in desk.take("return", "Dora Dpo", reason="  ").text
    desk.sign("return", "Dora Dpo", reason="The title is wrong")
    assert (desk.state(), desk.offered()) == ("Returned", {"submission"})
    assert "Reason: The title is wrong" in text(desk.page())


def test_what_is_signed_is_named_before_the_button(desk: Desk) -> None:
    manifest = desk.study.out / "small" / desk.run / "public" / "manifest.json"
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    page = desk.page()
    groups = [d.all("span") for d in page.tree.all("p") if "digest" in (d.attributes.get("class") or "")][0]
    assert [g.text() for g in groups] == [digest[i : i + 8] for i in range(0, 64, 8)]
    assert page.text.index(groups[0].text()) < page.text.index("<button")


def test_only_what_the_page_showed_is_signed(desk: Desk) -> None:
    other = Desk(desk.study, desk.visitor, complete(desk.study)[1])
    for manifest in ("", "0" * 64, other.hidden()["manifest"]):
        answer = desk.take("submission", "Ada Author", manifest=manifest)
        assert answer.status == 422 and "not the release that the page showed" in answer.text
    assert desk.state() == "Draft"


def test_on_paper_with_two_witnesses(desk: Desk) -> None:
    desk.sign("submission", "Ada Author")
    desk.sign("check", "Carl Checker", says="no_objection")
    desk.sign("check", "Cora Checker", says="no_objection")
    scan = desk.study.folder / "scan.pdf"
    scan.write_bytes(b"%PDF")
    paper = {
        "key": "",
        "name": "Petra Paper",
        "scan": str(scan),
        "witness1": str(key_file(desk.study, "Will Witness")),
        "witness1_passphrase": PASSPHRASE,
        "witness2": str(key_file(desk.study, "Wanda Witness")),
        "witness2_passphrase": PASSPHRASE,
        "says": "in_favour",
    }
    both = desk.take("opinion", "Dora Dpo", **{**paper, "key": str(key_file(desk.study, "Dora Dpo"))})
    assert both.status == 422 and "one of the two" in both.text
    one = desk.take("opinion", "Dora Dpo", **{**paper, "witness2": ""})
    assert one.status == 422 and "Nobody signs yet" in one.text and "Petra Paper" in one.text
    desk.sign("opinion", "Dora Dpo", **paper)
    assert "Petra Paper data-protection officer In favour on paper, with two witnesses" in text(desk.page())


@pytest.mark.parametrize(
    ("kind", "who", "fields", "says"),
    [
        ("submission", "Otto Officer", {}, "counts as release_officer, not as author"),
        ("submission", "Ada Author", {"passphrase": "wrong passphrase"}, "or the passphrase is wrong"),
        ("submission", "Ada Author", {"passphrase": ""}, "Nobody signs yet"),
        ("submission", "Ada Author", {"key": ""}, "Nobody signs yet"),
        ("submission", "Ada Author", {"key": "/nowhere/key.pem"}, "/nowhere/key.pem"),
        ("submission", "Ada Author", {"key": "/etc/passwd"}, "is no secret key"),
        ("submission", "Ada Author", {"key": "~nobody-here/key.pem"}, "home folder"),
        ("submission", "Ada Author", {"key": "a\0b"}, "NUL"),
        ("submission", "Ada Author", {"key": "<script>alert(1)</script>"}, "&lt;script&gt;"),
        ("decision", "Otto Officer", {"says": "release"}, "is draft; a decision needs it to be reviewed"),
        ("check", "Carl Checker", {}, "Nothing was chosen"),
        ("check", "Carl Checker", {"says": "released"}, "Nothing was chosen"),
    ],
)
def test_what_is_not_allowed_is_one_line_and_writes_nothing(
    desk: Desk, kind: str, who: str, fields: dict[str, str], says: str
) -> None:
    before = files(desk.study.folder)
    answer = desk.take(kind, who, **fields)
    assert answer.status == 422 and says in answer.text and not answer.tree.all("script")
    assert PASSPHRASE not in answer.text and "wrong passphrase" not in answer.text
    assert files(desk.study.folder) == before


def test_what_was_typed_is_kept_and_no_passphrase(desk: Desk) -> None:
    answer = desk.take("submission", "Ada Author", passphrase="wrong wrong wrong", reason="Look at <ward>")
    kept = {i.attributes["name"]: i.attributes.get("value") for i in answer.tree.all("input")}
    assert kept["key"] == str(key_file(desk.study, "Ada Author")) and "passphrase" not in str(kept["passphrase"])
    assert answer.tree.all("textarea")[0].text() == "Look at <ward>"
    assert "wrong wrong" not in answer.body
    assert all(
        i.attributes.get("value") is None for i in answer.tree.all("input") if i.attributes["type"] == "password"
    )


@pytest.mark.parametrize("path", ["nothing", "submission/more", "", "../submission", "internal/en"])
def test_there_are_no_other_steps(desk: Desk, path: str) -> None:
    session = desk.visitor.door.session({"cookie": desk.visitor.cookie})
    assert session is not None
    assert desk.visitor.post(f"{desk.path}/{path}", {"csrf": session.csrf}).status == 404


def test_forms_of_other_pages_sign_nothing(desk: Desk) -> None:
    before = files(desk.study.folder)
    filled = {"key": str(key_file(desk.study, "Ada Author")), "passphrase": PASSPHRASE, **desk.hidden()}
    del filled["csrf"]
    session = desk.visitor.door.session({"cookie": desk.visitor.cookie})
    assert session is not None
    path = f"{desk.path}/submission"
    assert desk.visitor.post(path, filled).status == 403
    assert desk.visitor.post(path, {**filled, "csrf": session.csrf}, Origin="http://evil.example").status == 403
    assert desk.visitor.post(path, {**filled, "csrf": session.csrf}, Sec_Fetch_Site="same-site").status == 403
    assert desk.visitor.send(f"{path}?csrf={session.csrf}").status == 404, "GET changes nothing"
    assert files(desk.study.folder) == before


def test_one_signature_of_two_at_once_counts(desk: Desk) -> None:
    filled = {**desk.hidden(), "key": str(key_file(desk.study, "Ada Author")), "passphrase": PASSPHRASE}
    answers: list[int] = []

    def send() -> None:
        answers.append(desk.visitor.post(f"{desk.path}/submission", filled).status)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 422]
    assert desk.state() == "In review"


def test_a_changed_byte_ends_the_sign_off(desk: Desk) -> None:
    desk.sign("submission", "Ada Author")
    (data,) = (desk.study.out / "small" / desk.run / "public" / "data").glob("*.csv")
    data.write_bytes(data.read_bytes() + b" ")
    page = desk.page()
    assert (
        page.status == 200 and "Nobody can tell how this release stands" in text(page) and "was changed" in text(page)
    )
    assert not page.tree.all("form")
    home = desk.visitor.send("")
    assert "was changed" in home.text


def test_a_signature_that_the_ledger_does_not_know_ends_it_too(desk: Desk) -> None:
    desk.sign("submission", "Ada Author")
    signatures = desk.study.out / "small" / desk.run / "public" / "signatures"
    (own,) = signatures.iterdir()
    shutil.copytree(desk.study.folder, desk.study.folder.parent / "before")
    desk.sign("opinion", "Dora Dpo", says="in_favour")
    (opinion,) = (p for p in signatures.iterdir() if p != own)
    cut = desk.study.folder.parent / "before" / "reports" / "small" / desk.run / "public" / "signatures"
    shutil.copy(opinion, cut)
    server, door = open_server(
        desk.study.folder.parent / "before" / "reports", f"sqlite:///{desk.study.folder.parent}/before/ledger.sqlite"
    )
    visitor = Visitor(server.port, door)
    visitor.enter()
    page = visitor.send(desk.path)
    server.shutdown()
    server.server_close()
    assert "Nobody can tell how this release stands" in text(page) and not page.tree.all("form")


def test_without_a_ledger_nothing_is_offered(desk: Desk) -> None:
    ledger = Path(desk.study.ledger.removeprefix("sqlite:///"))
    ledger.unlink()
    assert "Nobody can tell" in text(desk.page()) and desk.offered() == set()
    assert not ledger.exists()


def test_a_blocked_release_offers_nothing(tmp_path: Path) -> None:
    study = Study(tmp_path / "blocked")
    limits = "{pass: 0.1, review: 0.2, source: a test}"
    study.policy.write_text(study.policy.read_text() + f"thresholds: {{epsilon_release: {limits}}}\n")
    run = study.run().run_id
    server, door = open_server(study.out, study.ledger)
    visitor = Visitor(server.port, door)
    visitor.enter()
    desk = Desk(study, visitor, run)
    assert (desk.state(), desk.offered()) == ("Blocked", set())
    session = door.session({"cookie": visitor.cookie})
    assert session is not None
    secret = study.folder / "key.pem"
    keys.write_new(secret, PASSPHRASE)
    (digest,) = {p.read_bytes() for p in (study.out / "small" / run / "public").glob("manifest.json")}
    filled = {"csrf": session.csrf, "manifest": hashlib.sha256(digest).hexdigest(), "key": str(secret)}
    answer = visitor.post(f"{desk.path}/submission", {**filled, "passphrase": PASSPHRASE})
    server.shutdown()
    server.server_close()
    assert answer.status == 422 and 'role="alert"' in answer.text


def test_a_bundle_alone_and_a_rehearsal_cannot_be_signed(desk: Desk) -> None:
    desk.sign("submission", "Ada Author", reason="Please look at ward")
    shutil.copytree(desk.study.out / "small" / desk.run / "public", desk.study.out / "received")
    page = desk.visitor.send("bundle/received")
    assert page.status == 200 and not page.tree.all("form")
    assert "In review" in text(page) and "Please look at ward" not in text(page)
    session = desk.visitor.door.session({"cookie": desk.visitor.cookie})
    assert session is not None
    assert desk.visitor.post("bundle/received/submission", {"csrf": session.csrf}).status == 404


@pytest.mark.needs_chromium
def test_the_browser_signs(desk: Desk) -> None:
    """In Chromium, as somebody would: the cookie, the Origin header and the form's policy work together."""
    from tests.report.test_browser import CHROMIUM, FLAGS, RULES, axe_source

    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page()
        noticed: list[str] = []
        page.on("console", lambda message: noticed.append(message.text))
        page.goto(desk.visitor.door.address)
        page.get_by_role("link", name=desk.run).first.click()
        page.get_by_label("Key file on this machine").fill(str(key_file(desk.study, "Ada Author")))
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Sign and submit").click()
        assert "?done=submission" in page.url
        assert page.get_by_role("status").inner_text().startswith("Recorded: Submit for review")
        page.get_by_text("Check the output").click()
        form = page.locator("form[action*='/check']")
        form.get_by_label("Objection", exact=True).check()
        form.get_by_label("Key file on this machine").fill(str(key_file(desk.study, "Carl Checker")))
        form.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        form.get_by_role("button", name="Sign the check").click()
        assert "needs a written reason" in page.get_by_role("alert").inner_text()
        source = axe_source()
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width, scheme in ((1440, "light"), (380, "light"), (1440, "dark"), (380, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(source)
            result = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}, iframes: false})", RULES)
            assert [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in result["violations"]] == []
            assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        chromium.close()
    assert [text for text in noticed if "422" not in text and not text.startswith("[DOM]")] == []  # advice on forms
    assert desk.state() == "In review"
