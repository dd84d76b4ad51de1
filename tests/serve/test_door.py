"""Over real HTTP: who comes in, who does not, and what nobody gets."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from dpsynth.serve.server import BODY, FORM
from tests.run.study import Study, files
from tests.serve.conftest import Answer, Visitor

PAGES = ("", "compare", "bundle/received", "nothing")


def test_the_address_opens_one_session_and_leads_to_an_address_without_it(stranger: Visitor) -> None:
    token = stranger.door.address
    answer = stranger.enter()
    assert (answer.status, answer.headers["location"]) == (303, stranger.door.base)
    cookie = answer.headers["set-cookie"]
    assert "; HttpOnly" in cookie and "; SameSite=Strict" in cookie and f"; Path={stranger.door.base}" in cookie
    assert stranger.send("").status == 200
    another = Visitor(stranger.port, stranger.door)
    path = token.removeprefix(stranger.door.origin)
    spent = another.send(path, whole=True)
    assert spent.status == 403 and "used already" in spent.body and "set-cookie" not in spent.headers
    assert stranger.door.address != token, "there is a new one for another browser"
    assert another.enter().status == 303 and another.cookie != stranger.cookie


def test_looking_does_not_spend_the_address(stranger: Visitor) -> None:
    path = stranger.door.address.removeprefix(stranger.door.origin)
    assert stranger.send(path, "HEAD", whole=True).status == 405
    assert stranger.send(path, whole=True, Host="evil.example").status == 421
    assert stranger.enter().status == 303


@pytest.mark.parametrize("page", PAGES)
def test_without_a_session_there_is_nothing(stranger: Visitor, page: str) -> None:
    for cookie in ("", "dpsynth=", "dpsynth=wrong", "dpsynth", "\x80=;;", "dpsynth=" + "a" * 4000):
        stranger.cookie = cookie
        answer = stranger.send(page)
        assert answer.status == 403
        assert "small" not in answer.text and stranger.door.room not in answer.text
    assert stranger.send(f"?token={'x' * 43}").status == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]", "", None])
def test_another_name_is_not_answered(visitor: Visitor, host: str | None) -> None:
    answer = visitor.send("", Host=host)  # type: ignore[arg-type]
    assert answer.status == 421 and "small" not in answer.text


def test_two_hosts_or_two_cookies_are_refused(visitor: Visitor) -> None:
    raw = f"GET {visitor.door.base} HTTP/1.1\r\nHost: {visitor.door.host}\r\nHost: evil\r\nCookie: {visitor.cookie}\r\n\r\n"
    assert " 400 " in said(visitor, raw.encode())


def said(visitor: Visitor, request: bytes) -> str:
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=20) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts).decode()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_cannot_look_in(visitor: Visitor, site: str) -> None:
    assert visitor.send("", Sec_Fetch_Site=site).status == 403
    assert visitor.send("", Sec_Fetch_Site="none").status == 200


def test_every_answer_is_shut_in(visitor: Visitor, runs: list[str]) -> None:
    answers = [
        visitor.send(page) for page in (*PAGES, f"release/small/{runs[0]}", f"release/small/{runs[0]}/public/en")
    ]
    answers += [visitor.send("", "DELETE"), visitor.send("", Host="evil"), Visitor(visitor.port, visitor.door).send("")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
        assert "base-uri 'none'" in policy and "frame-ancestors" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "python" not in answer.headers.get("server", "").lower()
        assert "access-control-allow-origin" not in answer.headers


def test_only_reports_may_be_framed_and_they_are_sandboxed(visitor: Visitor, runs: list[str]) -> None:
    report = visitor.send(f"release/small/{runs[0]}/internal/en").headers
    assert "sandbox;" in report["content-security-policy"] and "allow-scripts" not in report["content-security-policy"]
    assert report["x-frame-options"] == "SAMEORIGIN"
    release = visitor.send(f"release/small/{runs[0]}").headers
    assert "frame-src 'self'" in release["content-security-policy"] and release["x-frame-options"] == "DENY"
    assert "frame-src" not in visitor.send("").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "../../../../etc/passwd",
        "release/../../policy.yaml",
        "release/small/../../policy.yaml",
        "release/small/%2e%2e%2f%2e%2e/policy.yaml",
        "release/small/..%2f..%2fpolicy.yaml",
        "release/small/RUN/internal/../run.json",
        "release/small/RUN/run.json",
        "release/small/RUN/internal/facts.json",
        "release/small/RUN/internal/commitment.json",
        "release/small/RUN/model/en",
        "release/small/RUN/internal/en%00",
        "release/small/RUN/internal/..%2fen",
        "release/small/latest",
        "release/small/latest/internal/en",
        "release//etc/passwd",
        "release/small//internal/en",
        "bundle/..",
        "bundle/received/internal/en",
        "release/.hidden/RUN",
        "%ff%fe",
        "release/%ff/%fe",
    ],
)
def test_no_path_leads_out_of_the_list(visitor: Visitor, runs: list[str], path: str) -> None:
    answer = visitor.send(path.replace("RUN", runs[0]))
    assert answer.status == 404
    assert "root:" not in answer.text and "dpsynth_policy" not in answer.text


def test_links_are_not_followed(visitor: Visitor, study: Study, tmp_path: Path, runs: list[str]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "report.de.html").write_text("<p>outside</p>")
    run = study.out / "small" / runs[0]
    (run / "internal" / "report.de.html").symlink_to(outside / "report.de.html")
    os.link(outside / "report.de.html", run / "internal" / "report.fr.html")  # a hard link is the file itself
    (study.out / "linked").symlink_to(study.out / "small")
    (study.out / "small" / "20260104T000000Z-linked").symlink_to(run)
    page = visitor.send(f"release/small/{runs[0]}").body
    assert "/internal/de" not in page and "/internal/fr" in page
    assert visitor.send(f"release/small/{runs[0]}/internal/de").status == 404
    assert visitor.send(f"release/linked/{runs[0]}").status == 404
    assert visitor.send("release/small/20260104T000000Z-linked").status == 404
    assert "linked" not in visitor.send("").text


def test_a_file_that_becomes_a_link_or_a_pipe_after_the_listing_is_not_read(study: Study, runs: list[str]) -> None:
    from dpsynth.serve import shelf

    place = shelf.places(study.out)["small", runs[0]]
    facts = study.out / "small" / runs[0] / "public" / "facts.json"
    content = facts.read_bytes()
    assert place.read("public/facts.json") == content
    facts.unlink()
    facts.symlink_to(study.policy)
    with pytest.raises(OSError):
        place.read("public/facts.json")
    facts.unlink()
    os.mkfifo(facts)
    with pytest.raises(OSError):  # and it does not wait for a writer
        place.read("public/facts.json")
    facts.unlink()
    public = facts.parent
    public.rename(public.parent / "elsewhere")
    public.symlink_to(public.parent / "elsewhere")
    with pytest.raises(OSError):
        place.read("public/manifest.json")


@pytest.mark.parametrize("page", PAGES)
def test_head_is_get_without_its_body(visitor: Visitor, page: str) -> None:
    got, headed = visitor.send(page), visitor.send(page, "HEAD")
    assert (headed.status, headed.body) == (got.status, "")
    assert headed.headers["content-length"] == got.headers["content-length"] == str(len(got.body.encode()))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_unknown_methods_are_refused(visitor: Visitor, method: str) -> None:
    answer = visitor.send("", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Length": str(BODY + 1)}, 413),
        ({"Content_Length": "9" * 30}, 413),
        ({"Content_Length": "-1"}, 411),
        ({"Content_Length": "0x10"}, 411),
        ({"Transfer_Encoding": "chunked"}, 411),
        ({"Content_Length": "0", "Content_Type": "application/json"}, 415),
        ({"Content_Length": "0", "Content_Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_bodies_that_are_no_form_of_ours(visitor: Visitor, headers: dict[str, str], status: int) -> None:
    usual = {"Content_Type": FORM, "Origin": visitor.door.origin}
    assert visitor.send("", "POST", **{**usual, **headers}).status == status


def test_a_huge_body_is_refused_without_being_read(visitor: Visitor) -> None:
    head = f"POST {visitor.door.base} HTTP/1.1\r\nHost: {visitor.door.host}\r\nContent-Length: 1000000000\r\n"
    assert " 413 " in said(visitor, f"{head}Content-Type: {FORM}\r\n\r\n".encode())


@pytest.mark.parametrize("body", ["a=1&a=2", "&".join(f"f{i}=1" for i in range(101)), "a=\xff"])
def test_fields_that_can_be_read_in_two_ways_are_refused(visitor: Visitor, body: str) -> None:
    answer = visitor.send("", "POST", body.encode("latin-1"), Content_Type=FORM, Origin=visitor.door.origin)
    assert answer.status == 400


@pytest.mark.parametrize(
    "line",
    [b"GET", b"GET / HTTP/9.9", b"GET http://evil/ HTTP/1.1", b"\x00\xff", b"GET /\xff HTTP/1.1", b"GET * HTTP/1.1"],
)
def test_nonsense_gets_a_short_answer(visitor: Visitor, capfd: pytest.CaptureFixture[str], line: bytes) -> None:
    answer = said(visitor, line + b"\r\nHost: " + visitor.door.host.encode() + b"\r\n\r\n")
    assert "Traceback" not in answer and "evil" not in answer and "small-people" not in answer
    assert visitor.send("").status == 200
    assert capfd.readouterr() == ("", "")


def test_too_many_headers_and_too_long_an_address(visitor: Visitor) -> None:
    assert " 431 " in said(visitor, b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 200 + b"\r\n")
    assert " 414 " in said(visitor, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n")


def test_a_form_needs_our_origin_and_the_token_of_its_session(visitor: Visitor, runs: list[str]) -> None:
    other = Visitor(visitor.port, visitor.door)
    other.enter()
    mine = visitor.door.session({"cookie": visitor.cookie})
    theirs = visitor.door.session({"cookie": other.cookie})
    assert mine is not None and theirs is not None and mine.csrf != theirs.csrf
    path = f"release/small/{runs[0]}/nothing"
    for fields in ({}, {"csrf": ""}, {"csrf": theirs.csrf}, {"csrf": mine.csrf[:-1]}):
        assert visitor.post(path, fields).status == 403
    for origin in ("http://evil.example", "null", "http://127.0.0.1", visitor.door.origin + "/", None):
        assert visitor.post(path, {"csrf": mine.csrf}, Origin=origin).status == 403  # type: ignore[arg-type]
    assert visitor.post(path, {"csrf": mine.csrf}, Sec_Fetch_Site="cross-site").status == 403
    visitor.cookie = ""
    assert visitor.post(path, {"csrf": mine.csrf}).status == 403


def test_a_slow_visitor_does_not_hold_up_the_others(visitor: Visitor, runs: list[str]) -> None:
    with socket.create_connection(("127.0.0.1", visitor.port)) as slow:
        slow.sendall(f"POST {visitor.door.base} HTTP/1.1\r\nContent-Length: 9\r\nContent-Type: {FORM}\r\n\r\n".encode())
        answers: list[Answer] = []
        threads = [
            threading.Thread(target=lambda: answers.append(visitor.send(f"release/small/{runs[0]}"))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert [a.status for a in answers] == [200] * 4
        assert len({a.body for a in answers}) == 1


def test_reading_writes_nothing_but_looks(visitor: Visitor, study: Study, runs: list[str]) -> None:
    before, times = files(study.folder), stamps(study.folder)
    for page in (
        *PAGES,
        f"release/small/{runs[0]}",
        f"release/small/{runs[1]}/public/en",
        f"bundle/{quote('received')}/public/en",
    ):
        visitor.send(page)
    assert files(study.folder) == before and stamps(study.folder) == times
    visitor.send(f"compare?before=small/{runs[0]}&after=small/{runs[1]}")
    visitor.send(f"release/small/{runs[1]}/internal/en")
    ledger = study.ledger.removeprefix("sqlite:///")
    changed = {name for name, content in files(study.folder).items() if before.get(name) != content}
    assert {Path(name).name for name in changed} == {Path(ledger).name}


def stamps(folder: Path) -> dict[str, int]:
    return {p.as_posix(): p.lstat().st_mtime_ns for p in folder.rglob("*")}
