"""A folder of reports with everything that can lie in one, and a browser's side of HTTP."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from dpsynth.serve.door import Door
from dpsynth.serve.server import FORM, Server
from dpsynth.serve.site import Site
from tests.report.page import Node, parse
from tests.run.study import Study


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def tree(self) -> Node:
        return parse(self.body)

    @property
    def text(self) -> str:
        """The page without its style sheet."""
        return re.sub(r"<style>.*?</style>", "", self.body, flags=re.S)


@dataclass
class Visitor:
    """Somebody with a browser, over real HTTP."""

    port: int
    door: Door
    cookie: str = ""

    def send(
        self, path: str, method: str = "GET", body: bytes | None = None, whole: bool = False, **headers: str
    ) -> Answer:
        """Asks for a path below the room, or for a whole path."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        own = {"Host": self.door.host, **({"Cookie": self.cookie} if self.cookie else {})}
        given = {k.replace("_", "-"): v for k, v in headers.items()}
        sent = {k: v for k, v in {**own, **given}.items() if v is not None}
        connection.putrequest(
            method, path if whole else self.door.base + path, skip_host=True, skip_accept_encoding=True
        )
        if body is not None and "Content-Length" not in sent and "Transfer-Encoding" not in sent:
            sent["Content-Length"] = str(len(body))
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        got = connection.getresponse()
        answer = Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read().decode())
        connection.close()
        return answer

    def enter(self) -> Answer:
        """Opens the printed address and keeps the cookie."""
        address = urlsplit(self.door.address)
        answer = self.send(f"{address.path}?{address.query}", whole=True)
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Sends a form as a browser would."""
        usual = {"Content_Type": FORM, "Origin": self.door.origin, "Sec_Fetch_Site": "same-origin"}
        return self.send(path, "POST", urlencode(fields).encode(), **{**usual, **headers})


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two releases of one policy that was changed in between, and a rehearsal."""
    study = Study(tmp_path_factory.mktemp("made") / "study", attacks="focal, dcr")
    study.run()
    study.edit("epsilon: 2.0", "epsilon: 1.5")
    study.edit("      died: {type: boolean, nullable: true, source: doc}\n", "")
    study.edit("domain: [a, b, c, d]", "domain: [a, b, c, d, '<script>alert(1)</script>']")
    study.run()
    assert study.command("--rehearse").code == 0
    return study


@pytest.fixture
def study(made: Study, tmp_path: Path) -> Study:
    """The same, to be changed by the test; with a folder for every way to be broken."""
    shutil.copytree(made.folder, tmp_path / "study", symlinks=True)
    copy = Study.__new__(Study)
    copy.folder = tmp_path / "study"
    policy = copy.out / "small"
    shutil.copytree(copy.out / "small" / "latest" / "public", copy.out / "received")
    (policy / "20260101T000000Z-unfin0" / "measured").mkdir(parents=True)
    failed = policy / "20260102T000000Z-failed"
    (failed / "internal").mkdir(parents=True)
    (failed / "run.json").write_text(json.dumps({"state": "failed", "exit_code": 14, "charged": True}))
    (failed / "internal" / "failure.txt").write_text("a value of a row")
    early = policy / "20260102T000001Z-unread"
    early.mkdir()
    (early / "run.json").write_text(json.dumps({"state": "failed", "exit_code": 11, "charged": False}))
    (policy / "empty").mkdir()
    shutil.copytree(policy / "latest", policy / "20260103T000000Z-broken")
    (policy / "20260103T000000Z-broken" / "public" / "facts.json").write_text("{")
    return copy


@pytest.fixture
def runs(study: Study) -> list[str]:
    """Names of the two releases, oldest first."""
    return complete(study)


def complete(study: Study) -> list[str]:
    return sorted(
        p.name
        for p in (study.out / "small").iterdir()
        if (p / "run.json").is_file()
        and not p.is_symlink()
        and p.name.startswith("2")
        and "broken" not in p.name
        and json.loads((p / "run.json").read_text())["state"] == "complete"
    )


def open_server(out: Path, ledger: str) -> tuple[Server, Door]:
    server = Server(0)
    door = Door(server.port)
    site = Site(out, ledger, door, lambda: None)
    server.answer, server.refuse = site.answer, site.refuse
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server, door


@pytest.fixture
def stranger(study: Study) -> Iterator[Visitor]:
    """Somebody who does not know the address."""
    server, door = open_server(study.out, study.ledger)
    yield Visitor(server.port, door)
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor(stranger: Visitor) -> Visitor:
    """Somebody who came in."""
    stranger.enter()
    assert stranger.cookie
    return stranger
