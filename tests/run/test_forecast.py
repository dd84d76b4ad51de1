"""Whether people and epsilon carry a critic, what its steps get of the budget, and what `check` says of both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dpsynth.policy.load import load
from dpsynth.privacy import sampled_gaussian
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.units import Delta
from dpsynth.run import forecast, preflight
from dpsynth.run.plan import plan
from dpsynth.run.review import review
from tests.run.study import Study, say


@pytest.fixture
def trainer(study: Study) -> Study:
    """The study of one row a person, with a GAN."""
    study.edit("max_rows_per_unit: 3", "max_rows_per_unit: 1")
    text = study.policy.read_text()
    mechanism = "synthesis:\n  mechanism: gan\n"
    study.policy.write_text(
        text.replace("synthesis:\n", mechanism, 1) if "synthesis:\n" in text else f"{text}\n{mechanism}"
    )
    return study


def test_steps_get_what_tables_and_usefulness_leave(trainer: Study) -> None:
    planned = plan(load(trainer.policy))
    [steps] = planned.guarantee.sampled
    assert planned.guarantee.mu_squared > 0 and "utility" in {q.purpose for q in planned.queries}
    assert 1.9 < planned.guarantee.epsilon(Delta(1e-5)).value <= 2.0
    expected = forecast.forecast(planned)
    assert expected.planned and (expected.steps, expected.sigma) == (steps.steps, steps.sigma)
    assert expected.ratio == pytest.approx(planned.mechanisms[0].training.noise_to_signal(expected.parameters))
    others = replace(planned, mechanisms=())
    answers = preflight.needs(planned).disk - preflight.needs(others).disk
    assert answers == 4 * expected.parameters * expected.steps, "the answers of all steps are kept for a while"


def test_check_prints_the_steps_their_noise_and_their_time(trainer: Study) -> None:
    said = say("check", str(trainer.policy))
    assert said.code == 0, said.err
    expected = forecast.forecast(plan(load(trainer.policy)))
    assert f"sigma sqrt(P)/B = {expected.ratio:.2g}" in said.out and "s on this machine" in said.out
    [line] = [line for line in said.out.splitlines() if line.startswith("critic ")]
    assert line.endswith(f"{expected.sigma:.3f} clips") and " rows" not in line
    assert f"{expected.steps} steps over samples" in said.out and "mu " not in said.out.split("\n")[1]
    [finding] = [f for f in review(plan(load(trainer.policy))) if "a GAN" in f.text]
    assert finding.severity == ("review" if expected.ratio >= forecast.DOUBTFUL else "note")


def test_check_says_to_everybody_what_a_gan_could_do(study: Study) -> None:
    said = say("check", str(study.policy))
    assert "a GAN is hopeless here" in said.out and "uses up to 3" in said.out and "Critic:" not in said.out


@pytest.mark.parametrize(
    ("people", "epsilon", "word"),
    [(5_912, 2.0, "hopeless"), (50_000, 3.0, "little"), (500_000, 3.0, "can carry")],
)
def test_the_verdict_follows_the_ratio(people, epsilon, word) -> None:
    """The ratios of a table of 200 levels: about 1.2, 0.5 and 0.1."""
    found = forecast.usual(people, 200, epsilon, 1e-7)
    assert found.ratio == pytest.approx(found.sigma * found.parameters**0.5 / found.batch)
    assert word in forecast.verdict(found)


def test_small_tables_have_a_forecast_too() -> None:
    for people, levels in ((1, 2), (10, 40), (3, 1)):
        found = forecast.usual(people, levels, 1.0, 1e-3)
        assert 0 < found.batch <= people and found.ratio > forecast.HOPELESS


def test_noise_by_orders_alone_is_a_little_more() -> None:
    exact = sampled_gaussian.calibrate(1.0, 1e-6, 0.05, 100)
    quick = sampled_gaussian.nearly(1.0, 1e-6, 0.05, 100)
    assert isinstance(quick, SampledGaussian) and exact.sigma <= quick.sigma <= 1.15 * exact.sigma


def test_time_is_measured_by_real_steps(study: Study) -> None:
    domain = plan(load(study.policy)).domain
    f = forecast.Forecast(300_000, 64.0, 500, (sum(domain.sizes.values()), 8, 1), 2.0, True, 1)
    assert 0.0 < forecast.seconds(domain, f) < 500.0
