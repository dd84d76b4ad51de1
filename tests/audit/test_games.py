"""The audit as it is run: clean code passes, every mutant is caught."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dpsynth.audit import standard, store
from dpsynth.audit.cases import cases
from dpsynth.audit.game import Game, play
from dpsynth.audit.mutants import MUTANTS
from dpsynth.audit.result import FAMILY, AuditResult, Line
from dpsynth.audit.route import Route
from dpsynth.audit.suite import FULL, MECHANISMS, Effort, audit_policy, mutant_games, table
from dpsynth.audit.trade_off import Comparison
from dpsynth.cli import main
from dpsynth.errors import AuditError
from dpsynth.policy.load import load
from tests.run.study import POLICY

RUNS = 4_000
GAMES = len(MECHANISMS) + len(MUTANTS)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_clean_code_is_not_rejected(mechanism: str) -> None:
    """At epsilon 4 and 99.9 %, with the product's noise; and the test is tight: the estimate is near the claim."""
    slow = mechanism in ("aim", "marginal_network")  # they fit models between their rounds
    setting = standard.setting(mechanism, columns=2 if slow else 3)
    runs = RUNS // 4 if slow else RUNS
    [found] = play([Game(setting, cases(setting)[0], Route(), standard.EPSILON, runs, whole=False)])
    assert found.p_value > FAMILY / GAMES
    assert found.estimated_mu == pytest.approx(found.claimed_mu, abs=7.6 / runs**0.5)
    assert found.shown_mu < found.claimed_mu


@pytest.mark.parametrize("game", mutant_games(RUNS), ids=lambda g: g.route.name)
def test_every_mutant_is_rejected(game: Game) -> None:
    [found] = play([game])
    assert found.p_value <= FAMILY / GAMES
    assert found.shown_mu > found.claimed_mu


def test_the_mutants_are_all_there() -> None:
    assert {m.name for m in MUTANTS} == {
        "half_noise", "domain_from_data", "fixed_seed", "unbounded_rows", "row_level_sensitivity", "measured_twice",
        "clip_after_summing",
    }  # fmt: skip


def test_the_whole_way_for_every_kind_of_person() -> None:
    setting = standard.setting("independent", "auto")
    games = [Game(setting, case, Route(), standard.EPSILON, 12, whole=True) for case in cases(setting)]
    found = dict(zip([g.case.name for g in games], play(games), strict=True))
    assert all(c.p_value > FAMILY / len(games) for c in found.values())
    assert found["rows_without_id"].estimated_mu == 0.0


def policy(tmp_path: Path):
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace("ATTACKS", ""))
    return load(path)


def test_an_audit_of_a_policy_opens_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data are not even there; afterwards it is kept, and found again for the same code and policy only."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    loaded = policy(tmp_path)
    assert store.find(loaded) is None
    result = audit_policy(loaded, Effort(30))
    assert result.passed and result.epsilons == (2.0, 4.0)
    store.keep(loaded, result)
    assert store.find(loaded) == result
    path = tmp_path / "policy.yaml"
    path.write_text(path.read_text().replace("epsilon: 2.0", "epsilon: 2.5"))
    assert store.find(load(path)) is None
    store.place(loaded).write_text("{}")
    assert store.find(loaded) is None


def test_other_processes_find_the_audit_too(tmp_path: Path) -> None:
    """The name of its file does not depend on the order of sets, which differs between processes."""
    path = policy(tmp_path).path
    code = (
        "import sys; from pathlib import Path; from dpsynth.audit import store; from dpsynth.policy.load import load\n"
        "print(store.place(load(Path(sys.argv[1]))).name)"
    )
    names = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2, 3)
    }  # fmt: skip
    assert names == {f"{store.place(policy(tmp_path)).name}\n"}
    path.write_text(path.read_text().replace("A small study", "A study"))
    assert {f"{store.place(load(path)).name}\n"} == names


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    loaded = policy(tmp_path)
    store.keep(loaded, AuditResult("", 1e-5, ()))
    assert store.find(loaded) is None


def line(p: float, route: str = "product") -> Line:
    return Line("mst", "plain", "alone", route, 4.0, False, Comparison(10, 0.9, 1.0, p, 0.5, 2.0, 1.4, 6.0))


def test_the_family_is_the_whole_audit() -> None:
    """Twenty games at 0.0001 each are no alarm, one game is."""
    assert AuditResult("", 1e-5, (line(1e-4),)).contradicted
    assert not AuditResult("", 1e-5, (line(1e-4), *[line(1.0)] * 19)).contradicted
    assert not AuditResult("", 1e-5, ()).passed


def test_what_an_audit_demands() -> None:
    AuditResult("", 1e-5, (line(1.0),), (line(1e-9, "half_noise"),)).demand()
    with pytest.raises(AuditError, match="half_noise"):
        AuditResult("", 1e-5, (line(1.0),), (line(0.5, "half_noise"),)).demand()
    with pytest.raises(AuditError, match="contradicts the promise: mechanism mst"):
        AuditResult("", 1e-5, (line(1e-9),)).demand()


def test_json_there_and_back() -> None:
    proof = replace(line(1e-9), found=replace(line(1e-9).found, estimated_mu=float("inf")))
    result = AuditResult("code", 1e-6, (line(1.0), proof), (line(1e-9, "half_noise"),))
    assert AuditResult.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False))) == result
    text = table(result)
    assert "CONTRADICTED" in text and "caught" in text


def test_on_the_command_line(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    policy(tmp_path)
    with pytest.raises(SystemExit) as done:
        main(["audit", str(tmp_path / "policy.yaml"), "--runs", "20", "--whole", "0", "--mutants", "0",
              "--json", str(tmp_path / "audit.json")])  # fmt: skip
    assert done.value.code == 0
    shown = capsys.readouterr().out
    assert "Consistent with the promise" in shown
    assert AuditResult.from_json(json.loads((tmp_path / "audit.json").read_text())).passed


def test_a_full_audit_is_as_long_as_it_says() -> None:
    assert FULL.runs >= 20_000 and FULL.whole >= 500
