"""A step uses real rows through the curator only, divides by constants, and is planned before data are opened."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from dpsynth.errors import BudgetError
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.critic import Critic
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import Composed, GaussianQueries, SampledGaussian
from dpsynth.privacy.gradients import SLACK, clipped_sum
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.dpsgd import step as room
from dpsynth.synth.dpsgd.network import fresh, scores
from dpsynth.synth.dpsgd.plan import PURPOSE, SPREAD, Training, plan
from dpsynth.synth.dpsgd.step import Trained, adam, step
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

torch.set_num_threads(1)

DOMAIN = tables.domain(3, 2)
FAKES = torch.tensor([[0, 3], [1, 4], [2, 3], [0, 4]])


def training(sigma=1e-12, steps=100, rate=1.0, batch=8.0) -> Training:
    return Training(SampledGaussian(PURPOSE, steps, rate, sigma), batch, 32)


def curator(rows, planned: Training) -> Curator:
    return Curator(tables.people(DOMAIN, [[r] for r in rows]), DOMAIN, 1, Fraction(0), 0, NoNoise(), [planned.event])


class Told:
    """Answers with what it was told, and never saw a row."""

    def __init__(self, answers) -> None:
        self.answers, self.asked = iter(answers), []

    def gradient(self, critic, clip, capacity, purpose):
        self.asked.append((clip, capacity, purpose))
        return next(self.answers)


def test_adam_is_torchs() -> None:
    rng = np.random.default_rng(0)
    critic = fresh((5, 4, 1), rng)
    theirs = critic.parameters.clone().requires_grad_()
    optimiser = torch.optim.Adam([theirs], lr=0.01, betas=room.FADE, eps=room.TINY)
    ours = Trained.start(critic)
    for _ in range(5):
        gradient = torch.from_numpy(rng.normal(size=len(theirs))).float()
        theirs.grad = gradient
        optimiser.step()
        ours = adam(ours, gradient, 0.01, math.inf)
    torch.testing.assert_close(ours.critic.parameters, theirs.detach())
    assert ours.steps == 5


def test_the_gradient_is_real_over_the_batch_plus_the_mean_over_fakes(monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(room, "adam", lambda before, gradient, rate, clamp: seen.append(gradient) or before)
    planned, start = training(batch=8.0), Trained.start(fresh((5, 4, 1), np.random.default_rng(1)))
    rows = [[0, 0], [1, 1], [2, 0]]
    step(start, curator(rows, planned), FAKES, planned, 0.1)
    inputs = torch.tensor([[0, 3], [1, 4], [2, 3]])
    real = clipped_sum(start.critic, inputs, torch.ones(3, dtype=torch.bool), 1.0, 1.0) / 8
    fake = clipped_sum(start.critic, FAKES, torch.ones(4, dtype=torch.bool), 1.0, -1.0) / 4
    torch.testing.assert_close(seen[0].double(), real + fake, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("loss", ["linear", "logistic"])
def test_a_critic_learns_to_tell_rows_from_fakes(loss) -> None:
    planned = training(sigma=0.5, batch=40.0)
    source = curator([[0, 0]] * 40, planned)
    state = Trained.start(fresh((5, 8, 1), np.random.default_rng(2), loss))
    fakes = torch.tensor([[2, 4]] * 16)
    for _ in range(40):
        state = step(state, source, fakes, planned, 0.02, clamp=0.5)
    real, fake = (
        scores(state.critic, torch.eye(5)[[0, 3]].sum(0)[None]),
        scores(state.critic, torch.eye(5)[[2, 4]].sum(0)[None]),
    )
    assert real > fake + 0.2
    assert state.critic.parameters.abs().max() <= 0.5


def test_all_constants_of_a_step_are_public() -> None:
    """Whoever is in the table: the same questions, and from the same answers the same critic to the last bit."""
    planned = training(batch=5.0)
    told = [torch.full((29,), 0.1), torch.full((29,), -0.2)]
    results, asked = [], []
    for _ in range(2):
        source, state = Told(told), Trained.start(fresh((5, 4, 1), np.random.default_rng(3)))
        for _ in told:
            state = step(state, source, FAKES, planned, 0.1)
        results.append(state.critic.parameters)
        asked.append(source.asked)
    assert torch.equal(*results) and asked[0] == asked[1] == [(1.0, 32, PURPOSE)] * 2


def test_a_step_without_anybody_in_the_sample_is_a_step() -> None:
    planned = training(sigma=1.0, rate=2**-32, steps=2)
    source, state = curator([[0, 0]], planned), Trained.start(fresh((5, 4, 1), np.random.default_rng(4)))
    for number in (1, 2):
        after = step(state, source, FAKES, planned, 0.1)
        assert after.steps == number and torch.isfinite(after.critic.parameters).all()
        assert (after.critic.parameters != state.critic.parameters).all()
        state = after
    with pytest.raises(BudgetError):
        step(state, source, FAKES, planned, 0.1)


def test_exactly_the_planned_steps_can_be_taken_and_cost_what_was_planned() -> None:
    planned = plan(Epsilon(1), Delta(1e-5), 100, 100, 10, 20)
    source, state = curator([[0, 0], [1, 1]], planned), Trained.start(fresh((5, 1), np.random.default_rng(5)))
    for _ in range(planned.event.steps):
        state = step(state, source, FAKES, planned, 0.1)
    assert source.event == Composed((planned.event,))
    assert compose(source.event).epsilon(Delta(1e-5)).value <= 1
    with pytest.raises(BudgetError):
        step(state, source, FAKES, planned, 0.1)


def test_a_plan_leaves_room_for_the_marginals_of_the_same_release() -> None:
    query = GaussianQueries("one_way", 1, 10, 1.0, snap_sigma(10.0), LATTICE_BITS)
    planned = plan(Epsilon(1), Delta(1e-5), 1000, 1200, 100, 50, beside=query)
    both = compose(Composed((query, planned.event)))
    assert 0.99 < both.epsilon(Delta(1e-5)).value <= 1
    assert planned.event.sigma > plan(Epsilon(1), Delta(1e-5), 1000, 1200, 100, 50).event.sigma
    assert planned.event.rate == pytest.approx(0.1) and planned.batch == 100 and planned.event.purpose == PURPOSE


def test_tables_have_room_for_samples_of_the_largest_number_of_people() -> None:
    planned = plan(Epsilon(1), Delta(1e-5), 1000, 4000, 100, 50)
    assert planned.capacity == math.ceil(400 + SPREAD * math.sqrt(400 * 0.9))


def test_noise_to_signal() -> None:
    planned = Training(SampledGaussian(PURPOSE, 1, 0.5, 4.0), 2048, 2304)
    assert planned.noise_to_signal(117_505) == pytest.approx(0.68, abs=0.02)
    assert planned.noise_to_signal(4) == pytest.approx(4 * 2 / 2048)


@pytest.mark.parametrize(
    ("people", "most", "batch", "clip"), [(100, 50, 10, 1.0), (100, 100, 101, 1.0), (0, 100, 0, 1.0), (9, 9, 3, 0.0)]
)
def test_plans_that_make_no_sense_are_refused(people, most, batch, clip) -> None:
    with pytest.raises(ValueError, match="Expected"):
        plan(Epsilon(1), Delta(1e-5), people, most, batch, 5, clip)


def test_no_fake_outweighs_a_real_row() -> None:
    critic = Critic((5, 1), torch.full((6,), 1e4))
    one = clipped_sum(critic, FAKES[:1], torch.ones(1, dtype=torch.bool), 1.0, -1.0)
    assert float(one.norm()) <= (1 - SLACK) * (1 + 1e-6)
