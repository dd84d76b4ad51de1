"""Whether people and epsilon carry a critic, what its steps get of the budget, and what `check` says of both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from dpsynth.errors import PolicyError
from dpsynth.policy.load import load
from dpsynth.privacy import sampled_gaussian
from dpsynth.privacy.events import Composed, SampledGaussian, flatten
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.run import forecast
from dpsynth.run import plan as room
from dpsynth.run.plan import plan
from dpsynth.run.review import review
from dpsynth.synth.base import configure
from dpsynth.synth.dpsgd.plan import Training, Wish
from tests.run.study import Study, say


@dataclass(frozen=True)
class WithSteps:
    """Tables as of another mechanism, and a critic."""

    tables: object
    wish: Wish
    training: Training | None = None

    @property
    def name(self):
        return "with_steps"

    @property
    def plan(self):
        return self.tables.plan

    @property
    def event(self):
        return self.tables.event if self.training is None else Composed((self.tables.event, self.training.event))

    def trained_with(self, training):
        return replace(self, training=training)


@dataclass(frozen=True)
class Configured:
    wishes: object
    wish: Wish

    def calibrate(self, budget, task):
        tables = configure(self.wishes).calibrate(budget.share(0.2), task)
        return WithSteps(tables, replace(self.wish, widths=(sum(task.sizes.values()), 4, 1)))


WISH = Wish(900, 1000, 90.0, 60, (1, 1))


@pytest.fixture
def trainer(study: Study, monkeypatch):
    study.edit("max_rows_per_unit: 3", "max_rows_per_unit: 1")
    monkeypatch.setattr(room, "configure", lambda wishes: Configured(wishes, WISH))
    return study


def test_steps_get_what_tables_and_usefulness_leave(trainer: Study) -> None:
    planned = plan(load(trainer.policy))
    [steps] = planned.guarantee.sampled
    assert (steps.steps, steps.rate) == (60, pytest.approx(0.1))
    assert planned.guarantee.mu_squared > 0 and "utility" in {q.purpose for q in planned.queries}
    epsilon = planned.guarantee.epsilon(Delta(1e-5)).value
    assert 1.98 < epsilon <= 2.0
    assert steps in flatten(planned.event) and planned.mechanisms[0].training.event == steps


def test_what_cannot_be_trained_is_refused_before_anything_is_opened(study: Study, monkeypatch) -> None:
    monkeypatch.setattr(room, "configure", lambda wishes: Configured(wishes, WISH))
    with pytest.raises(PolicyError, match="max_rows_per_unit: 1"):
        plan(load(study.policy))


def test_check_prints_the_steps_their_noise_and_their_time(trainer: Study) -> None:
    said = say("check", str(trainer.policy))
    assert said.code == 0, said.err
    expected = forecast.forecast(plan(load(trainer.policy)))
    assert expected.planned and f"sigma sqrt(P)/B = {expected.ratio:.2g}" in said.out
    assert "60 steps over samples of 90 of 900 people" in said.out and "s on this machine" in said.out
    assert "mu " not in said.out.split("\n")[1] and "60 steps over samples" in said.out.split("\n")[1]
    [finding] = [f for f in review(plan(load(trainer.policy))) if "GAN" in f.text]
    assert finding.severity == ("review" if expected.ratio >= forecast.DOUBTFUL else "note")


def test_check_says_to_everybody_what_a_gan_could_do(study: Study) -> None:
    said = say("check", str(study.policy))
    assert "a GAN is hopeless here" in said.out and "uses up to 3" in said.out and "Critic:" not in said.out


@pytest.mark.parametrize(
    ("people", "epsilon", "word"),
    [(5_912, 2.0, "hopeless"), (50_000, 3.0, "little"), (500_000, 3.0, "can carry")],
)
def test_the_verdict_follows_the_ratio(people, epsilon, word) -> None:
    """The ratios of a table of 200 levels that were found for this design: about 1.5, 0.5 and 0.1."""
    wish = forecast.usual(people, 200)
    event = sampled_gaussian.nearly(epsilon, 1e-7, wish.batch / people, wish.steps)
    found = forecast.Forecast(wish, event.sigma, False, 1)
    assert found.ratio == pytest.approx(event.sigma * wish.parameters**0.5 / wish.batch)
    assert word in forecast.verdict(found)


def test_a_usual_critic_fits_any_table() -> None:
    for people, levels in ((1, 2), (10, 400_000), (10**9, 3_000)):
        wish = forecast.usual(people, levels)
        assert 0 < wish.batch <= people and wish.parameters <= 2**19


def test_noise_by_orders_alone_is_a_little_more() -> None:
    exact = sampled_gaussian.calibrate(1.0, 1e-6, 0.05, 100)
    quick = sampled_gaussian.nearly(1.0, 1e-6, 0.05, 100)
    assert isinstance(quick, SampledGaussian) and exact.sigma <= quick.sigma <= 1.15 * exact.sigma


def test_time_is_measured_by_real_steps(study: Study) -> None:
    domain = plan(load(study.policy)).domain
    wish = Wish(300_000, 300_000, 64.0, 500, (sum(domain.sizes.values()), 8, 1))
    assert 0.0 < forecast.seconds(domain, wish, 2.0) < 500.0


def test_a_wish_plans_as_the_plan_does() -> None:
    training = WISH.plan(Epsilon(1.0), Delta(1e-5))
    assert training.batch == 90.0 and training.event.steps == 60
