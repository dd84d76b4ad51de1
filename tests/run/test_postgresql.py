"""Runs and batches whose ledger lies on a real PostgreSQL server, with the role that may only insert."""

from __future__ import annotations

import html
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from dpsynth.run import bundle
from tests import postgresql
from tests.postgresql import Server
from tests.privacy.test_ledger_postgresql import WORKER, grants
from tests.run.study import Said, Study, say
from tests.run.test_batch import batch, items, policies, states
from tests.run.test_broken import assert_one_line


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql.server() as made:
        made.sql(f"CREATE ROLE {WORKER} LOGIN")
        yield made


@pytest.fixture
def study(server: Server, tmp_path: Path) -> Iterator[Study]:
    """A ledger that its owner made, as docs/postgresql.md says, and a study of whoever works with it."""
    owner = server.database("centre")
    people = ("small-people", "--epsilon", "5", "--delta", "1e-5", "--ledger", owner)
    assert say("budget", "create", *people).code == 0
    server.sql(*grants(), database="centre")
    made = Study(tmp_path / "study", url=server.url("centre", WORKER))
    made.edit("epsilon: 2.0", "epsilon: 0.5")
    yield made
    server.drop("centre")


def budget(study: Study, *words: str) -> Said:
    return say("budget", *words, "--ledger", study.ledger)


def test_a_run_that_stops_and_goes_on(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(bundle, "seal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert_one_line(study.command("--quiet"), 130, "stays charged")
    assert states(study) == {"small": "open"}
    (root,) = study.out.glob("small/2*")
    said = say("run", "--resume", str(root), "--ledger", study.ledger, "--quiet")
    assert said.code == 0, said.err
    assert states(study) == {"small": "committed"}
    assert say("review", "look", str(root), "--ledger", study.ledger).code == 0
    shown = json.loads(budget(study, "show", "--json").out)["populations"]
    assert [len(account["looks"]) for account in shown] == [1]
    verified = budget(study, "verify", "--anchor", str(root / "public/manifest.json"))
    assert verified.code == 0 and "heads of anchors found in it: 1" in verified.err
    assert say("verify", str(root / "public"), "--ledger", study.ledger).code == 2


def test_a_batch_of_which_one_does_not_fit(study: Study) -> None:
    made = policies(study, 3)
    made[1].write_text(made[1].read_text().replace("epsilon: 0.5", "epsilon: 4.99"))
    assert_one_line(batch(study, *made, "--jobs", 2), 12, "does not fit", "policy-01.yaml")
    assert states(study) == {}
    assert batch(study, *made, "--jobs", 2, "--as-far-as-budget-goes").code == 17
    assert [item["state"] for item in items(study)] == ["complete", "over_budget", "complete"]
    assert states(study) == {"small-00": "committed", "small-02": "committed"}
    assert budget(study, "verify").code == 0
    page = html.unescape((study.out / "index.html").read_text())
    assert f"--ledger {shlex.quote(study.ledger)}" in page, "who opens a report is told where it is noted"
