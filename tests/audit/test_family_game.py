"""Three tables with and without one patient: the promise about patients holds, and a promise about rows is caught."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dpsynth.audit import several_tables, store
from dpsynth.audit.game import play
from dpsynth.audit.several_tables import MOST, FamilyGame, cases, family
from dpsynth.audit.suite import QUICK, Effort, audit_policy
from dpsynth.policy.load import load
from dpsynth.testing.samplers import RoundedGaussian
from tests.policy.family import FAMILY, write

EPSILON, DELTA, RUNS = 8.0, 1e-6, 80


def game(mutant: str = "", runs: int = RUNS) -> FamilyGame:
    noise = RoundedGaussian(np.random.default_rng(7))
    return FamilyGame(cases()[0], EPSILON, DELTA, runs, whole=False, mutant=mutant, sampler=noise)


def test_the_promise_about_patients_holds() -> None:
    [found] = play([game()])
    assert found.p_value > 0.001 and found.shown_mu <= found.claimed_mu
    # The game is sharp: the heaviest patient uses up most of what is allowed.
    assert 0.5 * found.claimed_mu < found.estimated_mu < 1.35 * found.claimed_mu


def test_sensitivity_of_rows_instead_of_patients_is_caught() -> None:
    [found] = play([game(several_tables.MUTANT)])
    assert found.p_value < 1e-4 and found.estimated_mu > 1.5 * found.claimed_mu


def test_nobody_s_contents_raise_and_who_is_in_no_table_leaves_no_trace() -> None:
    """From the raw tables on; two runs each, because what is wrong there shows in one."""
    noise = RoundedGaussian(np.random.default_rng(1))
    found = {c.name: play([FamilyGame(c, EPSILON, DELTA, 2, whole=True, sampler=noise)])[0] for c in cases()}
    assert all(np.isfinite(one.estimated_mu) for one in found.values())
    assert found["orphans"].estimated_mu == found["rows_without_id"].estimated_mu == 0.0
    assert found["one_row"].estimated_mu != 0.0


def test_the_worst_person_has_as_many_rows_as_are_allowed_and_nobody_is_like_it() -> None:
    worst = game()
    key = worst.fresh_key()
    (people, _, _, _), *tables = worst._views(True, key, worst._mechanism)
    assert people.size == 7
    for (units, _, most, _), table in zip(tables, family().rows, strict=True):
        assert units.rows_per_unit.max() == most == MOST
        own = units.owner == units.rows_per_unit.argmax()
        said = units.codes[:, table.view.index(table.drawn[0])]
        assert not set(said[own]) & set(said[~own])


def test_a_policy_of_several_tables_is_audited_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    loaded = load(write(tmp_path, FAMILY))
    result = audit_policy(loaded, Effort(6))
    assert {line.counts for line in result.lines} == {"several"} and not result.mutants
    assert result.epsilons[0] == loaded.policy.privacy.epsilon and result.runs == 6 < QUICK.runs
    store.keep(loaded, result)
    assert store.find(loaded) == result
    # Another table is audited by the same game; another promise is not.
    assert store.find(load(write(tmp_path, FAMILY.replace("at_most: 40", "at_most: 30")))) == result
    other = loaded.policy.privacy.model_copy(update={"delta": loaded.policy.privacy.delta / 2})
    assert store.find(replace(loaded, policy=loaded.policy.model_copy(update={"privacy": other}))) is None
