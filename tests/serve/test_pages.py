"""What the pages say: every release and how it stands, what is broken, and only what differs."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from dpsynth.privacy.ledger import Ledger
from dpsynth.run.batch_file import State
from dpsynth.serve import shelf
from dpsynth.serve.release import read
from dpsynth.serve.words import SENTENCES
from tests.run.study import Study
from tests.serve.conftest import Answer, Visitor, complete


def line(home: Answer, name: str) -> str:
    """The text of one release in the list."""
    (found,) = [li for li in home.tree.all("li") if any(a.text() == name for a in li.all("bdi"))]
    return " ".join(found.text().split())


def test_the_list_shows_every_run_and_how_it_stands(visitor: Visitor, study: Study, runs: list[str]) -> None:
    home = visitor.send("")
    assert re.search(r"(Draft|Blocked) .* 2\.00 .*Inside .*Public", line(home, runs[0]))
    assert "1.50" in line(home, runs[1])
    assert "Unfinished" in line(home, "20260101T000000Z-unfin0") and "2026-01-01" in line(
        home, "20260101T000000Z-unfin0"
    )
    failed = line(home, "20260102T000000Z-failed")
    assert "Failed" in failed and "exit code 14" in failed and "its charge stands" in failed
    assert "Damaged" in line(home, "20260103T000000Z-broken")
    assert "Not a run" in line(home, "empty")
    assert re.search("Draft|Blocked", line(home, "received")) and "Not here" in line(home, "received")
    (rehearsal,) = [p.name for p in (study.out / "small").iterdir() if p.name.startswith("rehearsal")]
    assert "Rehearsal" in line(home, rehearsal)
    for place in shelf.places(study.out).values():
        link = [a for a in home.tree.all("a") if a.text() == (place.key[1] or place.key[0])]
        assert link and visitor.send(link[0].attributes["href"] or "", whole=True).status == 200


def test_a_run_that_failed_before_the_data_were_opened_says_so(visitor: Visitor) -> None:
    said = line(visitor.send(""), "20260102T000001Z-unread")
    assert "exit code 11" in said and "nothing was charged" in said


def test_budgets_are_bars_with_the_same_numbers_beside_them(visitor: Visitor, study: Study, runs: list[str]) -> None:
    home = visitor.send("")
    ledger = Ledger(study.ledger, create=False)
    account = ledger.statement("small-people")
    ledger.close()
    (figure,) = home.tree.all("figure")
    assert len([r for r in figure.all("rect") if r.attributes["class"] == "f-soft s-page"]) == 2
    text = " ".join(home.tree.all("main")[0].text().split())
    for charge in account.charges:
        assert f"small/{charge.run_id}" in text
    assert f"{-(-100 * account.charges[0].nano_rho // account.lifetime_nano)}%" in text
    of_one = visitor.send(f"release/small/{runs[1]}").tree.all("figure")[0]
    assert [r.attributes["class"] for r in of_one.all("rect")].count("f-accent") == 2, "the bar and its legend"


def test_without_a_ledger_the_rest_is_shown(study: Study, runs: list[str], visitor: Visitor) -> None:
    Path(study.ledger.removeprefix("sqlite:///")).unlink()
    home = visitor.send("")
    assert "Budgets and states cannot be shown" in home.text and home.text.count("There is no ledger") == 1
    assert "Not known" in line(home, runs[0]) and "2.00" in line(home, runs[0])
    assert visitor.send(f"release/small/{runs[0]}").status == 200
    assert not Path(study.ledger.removeprefix("sqlite:///")).exists()


def test_a_release_shows_both_editions_in_every_language_that_is_there(
    visitor: Visitor, study: Study, runs: list[str]
) -> None:
    run = study.out / "small" / runs[0]
    shutil.copy(run / "public" / "report.en.html", run / "public" / "report.de.html")
    page = visitor.send(f"release/small/{runs[0]}?language=de")
    frames = {f.attributes["title"]: f.attributes["src"] for f in page.tree.all("iframe")}
    assert list(frames) == ["Internal edition, English", "Public edition, Deutsch"]
    for name, address in frames.items():
        shown = visitor.send(address or "", whole=True)
        path = run / ("internal/report.en.html" if "Internal" in name else "public/report.de.html")
        assert shown.status == 200 and shown.body == path.read_text()
    assert visitor.send(f"release/small/{runs[0]}/public/es").status == 404
    links = [a.attributes["href"] for a in page.tree.all("a") if a.attributes.get("hreflang") == "de"]
    assert links == [frames["Public edition, Deutsch"]]


def test_a_bundle_alone_has_one_edition(visitor: Visitor, study: Study) -> None:
    page = visitor.send("bundle/received")
    assert [f.attributes["title"] for f in page.tree.all("iframe")] == ["Public edition, English"]
    shown = visitor.send("bundle/received/public/en")
    assert shown.body == (study.out / "received" / "report.en.html").read_text()


def damage(name: str, change: Callable[[Any], object]) -> Callable[[Path], None]:
    def spoil(run: Path) -> None:
        value = json.loads((run / name).read_text())
        changed = change(value)
        (run / name).write_text(json.dumps(value if changed is None else changed))

    return spoil


def put(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda run: (run / name).write_bytes(content) and None  # type: ignore[func-returns-value]


def put_instead(name: str, field: bytes) -> Callable[[Path], None]:
    key = field.partition(b":")[0]

    def spoil(run: Path) -> None:
        content, times = re.subn(re.escape(key) + rb": \{[^}]*\}", field, (run / name).read_bytes())
        assert times == 1
        (run / name).write_bytes(content)

    return spoil


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (put("run.json", b""), "run.json cannot be read"),
        (put("run.json", b"[]"), "run.json cannot be read"),
        (put("run.json", DEEP), "run.json cannot be read"),
        (damage("run.json", lambda v: v.update(state="failed", exit_code="<b>")), "exit code not known"),
        (damage("run.json", lambda v: v.update(state=None)), "exit code 0"),
        (put("public/manifest.json", b"{"), "manifest is missing"),
        (put("public/manifest.json", b'{"ledger": 1}'), "manifest is missing"),
        (put("public/facts.json", b"\xff"), "facts of the public edition"),
        (put("public/facts.json", b"{}"), "facts of the public edition"),
        (put("public/facts.json", DEEP), "facts of the public edition"),
        (put("internal/facts.json", b"{}"), "facts of the internal edition"),
        (damage("public/facts.json", lambda v: v["identity"]["run_date"].update(origin="real")), "facts of the public"),
        (damage("public/facts.json", lambda v: v["purpose"]["title"].update(value=[])), "facts of the public"),
        (damage("public/facts.json", lambda v: v["verdict"]["status"].update(value="fine")), "facts of the public"),
        (damage("public/facts.json", lambda v: v["privacy"]["delta"].update(value="x")), "facts of the public"),
        (
            damage("public/facts.json", lambda v: v["privacy"]["epsilon_claimed"].update(value=None)),
            "facts of the public",
        ),
        (damage("public/facts.json", lambda v: v.pop("identity")), "facts of the public"),
        (damage("internal/facts.json", lambda v: v["schema_version"].update(value="0")), "facts of the internal"),
        (damage("internal/facts.json", lambda v: v.pop("verdict") and None), "facts of the internal"),
        (damage("public/facts.json", lambda v: v.pop("purpose") and None), "facts of the public"),
        (damage("public/facts.json", lambda v: v["contents"].pop("mechanism") and None), "facts of the public"),
        (damage("public/facts.json", lambda v: v["contents"]["columns"].update(value=1e999)), "facts of the public"),
        (damage("public/facts.json", lambda v: v["privacy"]["delta"].update(value=-1)), "facts of the public"),
        (
            put_instead("public/facts.json", b'"epsilon_claimed": {"origin": "config", "value": 1e999}'),
            "facts of the public",
        ),
        (damage("internal/facts.json", lambda v: v["verdict"].pop("to_judge") and None), "facts of the internal"),
        (lambda run: (run / "internal" / "report.en.html").unlink(), "report of the internal edition is missing"),
        (lambda run: shutil.rmtree(run / "public"), "manifest is missing"),
        (lambda run: shutil.rmtree(run / "internal"), "facts of the internal edition"),
    ],
)
def test_whatever_is_broken_is_shown_as_broken(
    visitor: Visitor, study: Study, runs: list[str], spoil: Callable[[Path], None], says: str
) -> None:
    spoil(study.out / "small" / runs[0])
    home = visitor.send("")
    assert home.status == 200 and says in line(home, runs[0])
    page = visitor.send(f"release/small/{runs[0]}")
    assert page.status == 200 and says in page.body and not page.tree.all("iframe")
    assert "<b>exit" not in page.body
    compared = visitor.send(f"compare?before=small/{runs[0]}&after=small/{runs[1]}")
    assert compared.status == 200 and "There is no release" in compared.body


def test_notes_about_failures_are_named_and_never_shown(visitor: Visitor) -> None:
    page = visitor.send("release/small/20260102T000000Z-failed")
    assert "Notes about a failure" in page.body and "a value of a row" not in page.body


def test_odd_names_are_text(visitor: Visitor, study: Study) -> None:
    for name in (b"<img src=x>", b"\xff\xfe", "\u202etxt".encode(), b"a%2fb", b"a b+c&d", b"line\nbreak"):
        folder = bytes(study.out) + b"/odd/" + name
        import os

        os.makedirs(folder + b"/public")
    home = visitor.send("")
    assert "<img" not in home.body
    links = [a.attributes["href"] or "" for a in home.tree.all("a") if "/release/odd/" in (a.attributes["href"] or "")]
    assert len(links) == 6
    for link in links:
        page = visitor.send(link, whole=True)
        assert page.status == 200 and "Unfinished" in page.body and "<img" not in page.body


def test_an_empty_folder_and_one_that_has_gone(visitor: Visitor, study: Study) -> None:
    shutil.rmtree(study.out)
    gone = visitor.send("")
    assert gone.status == 500 and "folder of reports cannot be read" in gone.body
    study.out.mkdir()
    assert "There is no release in this folder yet" in visitor.send("").body


# ------------------------------------------------------------------------------------------------------- differences


def sections(page: Answer) -> dict[str, str]:
    return {s.all("h2")[0].text(): " ".join(s.text().split()) for s in page.tree.all("section") if s.all("h2")}


def test_only_what_differs_is_shown(visitor: Visitor, runs: list[str]) -> None:
    page = visitor.send(f"compare?before=small/{runs[0]}&after=small/{runs[1]}")
    found = sections(page)
    assert "ε of the release 2.00 1.50" in found["Protection"]
    assert "died boolean, 3 levels; attribute; domain from documentation not there" in found["Columns"]
    assert "Levels of ward not there" in found["Columns"], "a level that only the second has"
    assert "Limits" not in found and "The same in both: Limits" in page.text
    assert "this page stays in the centre" in page.text
    assert [d.text().split()[-1] for d in page.tree.all("del") if "epsilon" in d.text()] == ["2.0"]
    assert [d.text().split()[-1] for d in page.tree.all("ins") if "epsilon" in d.text()] == ["1.5"]
    assert "Who is protected" not in page.text and "delta" not in found["Protection"]
    assert "&lt;script&gt;" in page.text and not page.tree.all("script")
    for table in page.tree.all("table"):
        for row in table.all("tbody")[0].all("tr"):
            before, after = (cell.text() for cell in row.all("td"))
            assert before != after


def test_a_release_and_its_own_bundle_do_not_differ(visitor: Visitor, runs: list[str]) -> None:
    page = visitor.send(f"compare?before=small/{runs[1]}&after=received")
    assert set(sections(page)) == set() and "by the public facts of both" in page.text
    assert "The same in both: Verdict, Protection, Budget, Columns" in page.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("before=&after=", ""),
        ("before=small/RUN&after=small/RUN", "one and the same release"),
        ("before=small/RUN&after=../../etc/passwd", "There is no release ../../etc/passwd that can be read"),
        ("before=%3Cscript%3E&after=small/RUN", "There is no release &lt;script&gt;"),
        ("before=small/20260103T000000Z-broken&after=small/RUN", "There is no release small/20260103T000000Z-broken"),
    ],
)
def test_what_cannot_be_compared_is_said(visitor: Visitor, runs: list[str], query: str, says: str) -> None:
    page = visitor.send(f"compare?{query.replace('RUN', runs[0])}")
    assert page.status == 200 and says in page.text and not sections(page)


def test_facts_that_miss_something_end_in_a_sentence(visitor: Visitor, study: Study, runs: list[str]) -> None:
    facts = study.out / "small" / runs[0] / "internal" / "facts.json"
    value = json.loads(facts.read_text())
    del value["ceiling"]
    facts.write_text(json.dumps(value))
    page = visitor.send(f"compare?before=small/{runs[0]}&after=small/{runs[1]}")
    assert "The facts of one of them are damaged" in page.text
    assert visitor.send(f"release/small/{runs[0]}").status == 200


def test_a_limit_that_never_blocks_is_compared_too(visitor: Visitor, study: Study, runs: list[str]) -> None:
    facts = study.out / "small" / runs[0] / "internal" / "facts.json"
    value = json.loads(facts.read_text())
    limit = next(x for x in value["thresholds"] if x["name"]["value"] == "outside_domain_share")
    limit["pass"]["value"] = 0.04
    facts.write_text(json.dumps(value))
    found = sections(visitor.send(f"compare?before=small/{runs[0]}&after=small/{runs[1]}"))
    assert "pass up to 0.04, review above, never blocks" in found["Limits"]


def test_every_release_leads_to_the_one_before(visitor: Visitor, runs: list[str]) -> None:
    page = visitor.send(f"release/small/{runs[1]}")
    (link,) = [a for a in page.tree.all("a") if "the release before" in a.text()]
    assert runs[0] in link.text()
    compared = visitor.send(link.attributes["href"] or "", whole=True)
    assert sections(compared)


# -------------------------------------------------------------------------------------------------------------- form


@pytest.fixture
def pages(visitor: Visitor, runs: list[str]) -> list[Answer]:
    return [
        visitor.send(path)
        for path in (
            "",
            f"release/small/{runs[1]}",
            "release/small/20260102T000000Z-failed",
            "bundle/received",
            f"compare?before=small/{runs[0]}&after=small/{runs[1]}",
            "nothing",
        )
    ]


def test_pages_are_built_for_everybody(pages: list[Answer]) -> None:
    for page in pages:
        tree = page.tree
        assert tree.all("html")[0].attributes["lang"] == "en"
        assert not tree.all("script", "link", "img", "object", "embed", "base", "meta[http-equiv]")
        assert all(not k.startswith("on") and k != "style" for node in tree.walk() for k in node.attributes)
        assert not re.search(r"(?:href|src|action)=\"(?!/|#)", page.text), "every address is on this server"
        levels = [int(n.name[1]) for n in tree.all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
        ids = [n.attributes["id"] for n in tree.walk() if "id" in n.attributes]
        assert len(ids) == len(set(ids))
        labels = {n.attributes["for"] for n in tree.all("label")}
        assert {
            n.attributes["id"] for n in tree.all("select", "input", "textarea") if n.attributes.get("type") != "hidden"
        } <= labels
        for table in tree.all("table"):
            assert len(table.all("caption")) == 1 and all(th.attributes.get("scope") for th in table.all("th"))


def test_every_sentence_is_used_and_none_is_missing() -> None:
    source = "".join(
        p.read_text()
        for p in Path(shelf.__file__).parent.rglob("*")
        if p.suffix in (".py", ".j2") and p.name != "words.py"
    )
    groups = ("language.", "edition.", "verdict.", "state.", "unfinished.", "broken.", "charge.", "legend.", "group.",
              "rule.", "message.", "sign.", "step.", "says.", "role.", "release.", "protection.", "budget.", "usefulness.", "compare.", "adjacency.",
              *(f"summary.{state}" for state in get_args(State)))  # fmt: skip
    for key in SENTENCES:
        bare = key.removesuffix(".one").removesuffix(".other")
        assert f'"{bare}"' in source or f"'{bare}'" in source or key.startswith(groups), key


def test_a_hundred_runs_are_listed_quickly(study: Study, visitor: Visitor) -> None:
    import time

    for i in range(100):
        shutil.copytree(
            study.out / "small" / complete(study)[0],
            study.out / f"many{i % 5}" / f"2025010{i % 9}T00000{i % 10}Z-{i:06x}",
        )
    start = time.monotonic()
    assert visitor.send("").status == 200
    assert time.monotonic() - start < 10


def test_reading_a_place_that_has_gone_is_broken(study: Study, runs: list[str]) -> None:
    place = shelf.places(study.out)["small", runs[0]]
    shutil.rmtree(place.folder)
    assert read(place).condition == "broken"


# --------------------------------------------------------------------------------------------------------------- looks


def looks(study: Study) -> list[tuple[str, str]]:
    with closing(Ledger(study.ledger, create=False)) as ledger:
        ledger.verify()
        return [(e.run_id or "", e.body["release_id"]) for e in ledger.entries() if e.kind == "look"]


def test_who_opens_an_internal_report_is_counted_once_a_session(
    visitor: Visitor, stranger: Visitor, study: Study, runs: list[str]
) -> None:
    page = f"release/small/{runs[0]}"
    assert "never before this page" in visitor.send(page).text
    for quiet in (f"{page}/public/en", "", page):
        assert visitor.send(quiet).status == 200
    assert (
        visitor.send(f"{page}/internal/en", "HEAD").status == 200 and visitor.send(f"{page}/internal/xx").status == 404
    )
    assert looks(study) == []
    for language in ("en", "en"):
        assert visitor.send(f"{page}/internal/{language}").status == 200
    assert looks(study) == [(runs[0], f"small/{runs[0]}")]
    assert re.search(r"once before this page, on \d{4}-\d\d-\d\d", visitor.send(page).text)
    other = Visitor(stranger.port, stranger.door)
    other.enter()
    assert other.send(f"{page}/internal/en").status == 200
    assert len(looks(study)) == 2 and "2 times before this page" in visitor.send(page).text
    assert "never before this page" in visitor.send(f"release/small/{runs[1]}").text


def test_a_comparison_by_internal_facts_is_a_look_at_both(visitor: Visitor, study: Study, runs: list[str]) -> None:
    query = f"compare?before=small/{runs[0]}&after=small/{runs[1]}"
    assert visitor.send("compare").status == 200 and looks(study) == []
    assert visitor.send(query).status == visitor.send(query).status == 200
    assert sorted(run for run, _ in looks(study)) == runs


def test_what_no_ledger_can_take_note_of(visitor: Visitor, study: Study, runs: list[str]) -> None:
    """Where nothing can be decided, the report is shown; where the ledger refuses, it stays closed."""
    (rehearsal,) = [p.name for p in (study.out / "small").iterdir() if p.name.startswith("rehearsal")]
    assert visitor.send(f"release/small/{rehearsal}/internal/en").status == 200 and looks(study) == []
    place = Path(study.ledger.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(place)) as raw:
        raw.execute("DROP TRIGGER entry_no_update")
        raw.execute("UPDATE entry SET actor = 'x' WHERE seq = 1")
        raw.commit()
    for path in (f"release/small/{runs[0]}/internal/en", f"compare?before=small/{runs[0]}&after=small/{runs[1]}"):
        refused = visitor.send(path)
        assert refused.status == 500 and "stays closed" in refused.text
    assert visitor.send(f"release/small/{runs[0]}/public/en").status == 200
    place.unlink()
    assert visitor.send(f"release/small/{runs[0]}/internal/en").status == 200 and not place.exists()
