"""The command: where it listens, how it ends, and what it says when it cannot."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.run.study import Study, say


def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "dpsynth", "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    first, address = process.stdout.readline(), process.stdout.readline().strip()
    assert "on this machine only" in first
    return process, address


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_an_address_and_stops_as_other_commands_do(study: Study, number: signal.Signals) -> None:
    process, address = started(str(study.out), "--ledger", study.ledger, "--port", "0")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{12}/\?token=[\w-]{43}", address)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(address) as page:  # the redirect and its cookie, as a browser follows them
        assert "token" not in page.url and "A small study" in page.read().decode()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == "dpsynth: Stopped by hand.\n"
    assert out.startswith("A browser has opened the page. For another one: http://127.0.0.1:")


def test_it_listens_on_the_loopback_address_alone(study: Study) -> None:
    process, address = started(str(study.out), "--ledger", study.ledger, "--port", "0")
    port = int(re.findall(r":(\d+)/", address)[0])
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    listening = [line.split()[1] for line in table.splitlines() if line.split()[3] == "0A"]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert [place for place in listening if place.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_a_port_in_use_is_one_clear_line(study: Study) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = say("serve", str(study.out), "--port", port)
    assert (said.code, said.out) == (64, "")
    assert said.err.startswith(f"dpsynth: --port {port} is in use") and said.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("nowhere",), ("--port", "70000"), ("--port", "-1"), ("--port", "x")])
def test_what_cannot_be_served_is_one_clear_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = say("serve", *(str(tmp_path / a) if a == "nowhere" else a for a in arguments))
    assert (said.code, said.out) == (64, "") and said.err.count("\n") == 1 and "Traceback" not in said.err


def test_an_empty_ledger_is_refused_as_by_other_commands(study: Study) -> None:
    said = say("serve", str(study.out), "--ledger", " ")
    assert said.code == 64 and "sqlite:///PATH" in said.err


def test_a_page_that_fails_is_one_line_without_a_value(
    study: Study, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from dpsynth.serve import site
    from tests.serve.conftest import Visitor, open_server

    def fail(*_: object) -> None:
        raise KeyError("a value of a row")

    server, door = open_server(study.out, study.ledger)
    visitor = Visitor(server.port, door)
    visitor.enter()
    monkeypatch.setattr(site, "home", fail)
    answer = visitor.send("")
    server.shutdown()
    server.server_close()
    err = capfd.readouterr().err
    assert answer.status == 500 and "a value of a row" not in answer.body
    assert err.startswith("dpsynth: a page could not be made (KeyError in test_command.py:") and err.count("\n") == 1
    assert "a value" not in err
