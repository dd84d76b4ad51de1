"""Several mechanisms in one release: all are charged, and noisy answers alone say which one is released."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dpsynth.policy.load import load
from dpsynth.privacy.account import to_nano
from dpsynth.privacy.events import GaussianQueries, flatten
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.noise import Lattice
from dpsynth.privacy.units import Delta
from dpsynth.run.candidates import Made, closest
from dpsynth.run.job import Outcome
from dpsynth.run.plan import plan
from dpsynth.synth import base
from dpsynth.synth.model_file import load_measurements
from dpsynth.synth.network import gan
from dpsynth.utility.marginals import MarginalError
from tests.run.study import CANDIDATES, FROZEN, POLICY, Replay, Study, say


@pytest.fixture
def chosen_from_two(tmp_path: Path) -> Study:
    return Study(tmp_path / "s", policy_text=POLICY + CANDIDATES)


def facts(outcome: Outcome) -> dict[str, Any]:
    return json.loads((outcome.folder.public / "facts.json").read_text())


def bare(tried: list[dict[str, Any]], key: str) -> list[Any]:
    return [c[key]["value"] for c in tried]


def test_every_candidate_is_planned_and_charged_in_full(chosen_from_two: Study) -> None:
    planned = plan(load(chosen_from_two.policy))
    first, second = planned.mechanisms
    assert (first.name, second.name) == ("clique_tree", "independent")
    *own, utility = flatten(planned.event)
    assert tuple(own) == (*flatten(first.event), *flatten(second.event))
    # All pairs of five columns, of two tables.
    assert isinstance(utility, GaussianQueries) and utility.queries == 2 * 10
    assert sum(q.share for q in planned.queries) == pytest.approx(1)
    parts = {
        name: sum(q.share for q in planned.queries if q.candidate == name) for name in ("clique_tree", "independent")
    }
    assert parts == {"clique_tree": pytest.approx(0.54), "independent": pytest.approx(0.36)}
    whole = planned.guarantee.mu_squared
    assert float(sum(e.mu_squared for e in flatten(first.event)) / whole) == pytest.approx(0.54, rel=1e-3)
    assert 1.99 < planned.guarantee.epsilon(Delta(1e-5)).value <= 2

    outcome = chosen_from_two.run()
    ledger = Ledger(chosen_from_two.ledger)
    statement = ledger.statement("small-people")
    ledger.close()
    [charge] = statement.charges
    assert charge.run_id == outcome.run_id and charge.nano_rho == to_nano(whole, (), None)


def test_all_measurements_stay_and_the_choice_is_public(chosen_from_two: Study, tmp_path: Path) -> None:
    outcome = chosen_from_two.run()
    tried = facts(outcome)["candidates"]
    assert bare(tried, "mechanism") == ["clique_tree", "independent"]
    distances = bare(tried, "distance")
    assert bare(tried, "released") == [d == min(distances) for d in distances]
    released = bare(tried, "mechanism")[int(np.argmin(distances))]
    assert facts(outcome)["contents"]["mechanism"]["value"] == released
    assert facts(outcome)["utility"]["paid_two_way"]["mean"]["value"] == min(distances)
    for name in ("clique_tree", "independent"):
        assert load_measurements(outcome.folder.measured, name).mechanism == name
    saved = json.loads((outcome.folder.model / "policy.json").read_text())
    assert saved["mechanism"] == released
    said = say("sample", str(outcome.folder.root), "--n", "9", "--out", str(tmp_path / "more.csv"))
    assert said.code == 0 and len((tmp_path / "more.csv").read_text().splitlines()) == 10


class Leaning(Replay):
    """Answers that make one candidate look far better, whatever the data are."""

    def __init__(self, favourite: int) -> None:
        super().__init__()
        self._favourite = favourite
        self._distances = 0

    def add(self, values: Lattice, sigma: float) -> Lattice:
        answer = super().add(values, sigma)
        if len(values) == 10 and sigma == self.utility:
            answer = answer + (0 if self._distances == self._favourite else 2000 * 2**30)
            self._distances += 1
        return answer


@pytest.mark.parametrize("favourite", [0, 1])
def test_noisy_answers_alone_choose(chosen_from_two: Study, favourite: int) -> None:
    sampler = Leaning(favourite)
    sampler.utility = plan(load(chosen_from_two.policy)).utility_sigma
    tried = facts(chosen_from_two.run(sampler=sampler, frozen=FROZEN))["candidates"]
    assert sampler._distances == 2
    assert bare(tried, "released") == [favourite == 0, favourite == 1]


def test_nothing_but_the_charged_distance_decides() -> None:
    def made(distance: float | None) -> Made:
        error = None if distance is None else MarginalError(2, 1, distance, 0.1, None, ())
        return Made(None, None, None, np.zeros((0, 1), np.uint16), error)  # type: ignore[arg-type]

    few = [made(0.3), made(0.1), made(0.1)]
    assert closest(few) is few[1]
    assert closest([few[0]]) is few[0]
    alone = made(None)
    assert closest([alone]) is alone
    for unpaid in ([made(0.1), alone], []):
        with pytest.raises(ValueError, match="charged distance"):
            closest(unpaid)
    assert closest([replace(few[0], distance=few[1].distance), few[2]]).distance is few[1].distance


def test_each_candidate_is_audited(chosen_from_two: Study) -> None:
    outcome = chosen_from_two.run()
    audit = facts(outcome)["audit"]
    assert audit["mechanism"]["value"] == "clique_tree, independent"


def test_check_says_that_all_are_charged(chosen_from_two: Study) -> None:
    said = say("check", str(chosen_from_two.policy)).out
    assert "Candidates: clique_tree, independent. All are trained and all are charged" in said
    assert "clique_tree one_way" in said and "independent one_way" in said


def test_a_critic_beside_a_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps of one candidate and the questions of both make one promise and one charge."""
    monkeypatch.setattr(gan, "SCALES", (gan.Scale(0, (8,), 100, 30),))
    monkeypatch.setattr(gan, "ROUNDS", 1)
    monkeypatch.setattr(gan, "STEPS", 5)
    synthesis = "synthesis:\n  candidates: {clique_tree: 0.2, gan: 0.8}\n"
    text = POLICY.replace("max_rows_per_unit: 3", "max_rows_per_unit: 1") + synthesis
    study = Study(tmp_path / "s", policy_text=text)
    planned = plan(load(study.policy))
    [steps] = planned.guarantee.sampled
    assert steps.steps == 30 and 1.9 < planned.guarantee.epsilon(Delta(1e-5)).value <= 2
    found = facts(study.run())
    assert bare(found["candidates"], "mechanism") == ["clique_tree", "gan"]
    distances = bare(found["candidates"], "distance")
    assert bare(found["candidates"], "released") == [d == min(distances) for d in distances]
    [shown] = found["privacy"]["sampled"]
    assert shown["steps"]["value"] == 30
    training, released = found["privacy"]["training"], bare(found["candidates"], "released")
    assert training["released"]["value"] == released[1]
    assert training["distances"]["mean"]["value"] > 0 and training["limit"]["value"] >= 1.5


class Another(gan.GAN):
    """A second mechanism that trains a critic."""

    name = "gan_of_a_plugin"


def test_two_critics_in_one_release_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_REGISTRY", {**base.available(), Another.name: Another})
    monkeypatch.setattr(gan, "SCALES", (gan.Scale(0, (8,), 100, 30),))
    synthesis = "synthesis:\n  candidates: {gan: 0.5, gan_of_a_plugin: 0.5}\n"
    text = POLICY.replace("max_rows_per_unit: 3", "max_rows_per_unit: 1") + synthesis
    said = say("check", str(Study(tmp_path / "s", policy_text=text).policy))
    assert said.code != 0 and "each of them trains a critic" in said.err and "Name one of them only" in said.err


def test_thousands_of_trainings_are_refused_before_data_are_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gan, "SCALES", (gan.Scale(0, (8,), 100, 30),))
    text = POLICY.replace("max_rows_per_unit: 3", "max_rows_per_unit: 1") + "synthesis: {mechanism: gan}\n"
    said = say("check", str(Study(tmp_path / "s", policy_text=text, attacks="shadow").policy))
    assert said.code != 0 and "attacks.run names 'shadow'" in said.err and "Remove it from attacks.run" in said.err
