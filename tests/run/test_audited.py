"""A run is audited before data are opened, and an audit that fails ends it there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dpsynth.audit import suite
from dpsynth.audit.mutants import HalfNoise
from dpsynth.synth.independent import IndependentMechanism
from tests.run.study import Study
from tests.run.test_broken import assert_one_line, charges


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contradiction is kept until a longer audit replaces it: not for the other tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_the_report_cites_the_audit(study: Study) -> None:
    run = study.run()
    facts = json.loads((run.folder.public / "facts.json").read_text())["audit"]
    assert facts["passed"] == {"origin": "audit", "value": True}
    assert [c["epsilon"]["value"] for c in facts["claims"]] == [2.0, 4.0]
    assert all(c["runs"]["value"] == 5 for c in facts["claims"])
    page = (run.folder.public / "report.en.html").read_text()
    assert "Was the promise put to the test?" in page
    assert "had only 5 runs each way" in page


def test_a_contradicted_promise_costs_nothing(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """With noise of half the size the run ends before the ledger reserves anything."""
    monkeypatch.setattr(suite, "Route", HalfNoise)
    study.edit("audit: {runs: 5}", "audit: {runs: 1500}")
    study.edit("attacks: {run: []}", "attacks: {run: []}\nsynthesis: {mechanism: independent}")
    assert_one_line(study.command("--quiet"), 15, "contradicts the promise")
    assert not charges(study)


def test_a_longer_audit_is_made_where_the_policy_asks_for_one(study: Study) -> None:
    """And a shorter one is not made where a longer one was kept."""
    for asked, cited in ((5, 5), (7, 7), (6, 7)):
        study.policy.write_text(re.sub(r"audit: {runs: [0-9]+}", f"audit: {{runs: {asked}}}", study.policy.read_text()))
        facts = json.loads((study.run().folder.public / "facts.json").read_text())["audit"]
        assert {c["runs"]["value"] for c in facts["claims"]} == {cited}


def test_a_mechanism_that_fails_is_one_clear_line(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self, measurer):
        raise RuntimeError("singular matrix")

    monkeypatch.setattr(IndependentMechanism, "measure", broken)
    study.edit("attacks: {run: []}", "attacks: {run: []}\nsynthesis: {mechanism: independent}")
    said = study.command("--quiet")
    assert_one_line(said, 15, "'independent' failed", "RuntimeError: singular matrix", "nothing was charged")
    assert not charges(study)
