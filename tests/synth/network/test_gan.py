"""The whole path of a training: what reaches the generator, how many steps, when the guard acts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from dpsynth.data.units import Units
from dpsynth.errors import BudgetError, PolicyError
from dpsynth.privacy.accountant import calibrate, compose
from dpsynth.privacy.critic import MOST_PARAMETERS, Critic
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.units import Delta, Epsilon, Mu
from dpsynth.synth import model_file
from dpsynth.synth.design import evidence_of
from dpsynth.synth.dpsgd.network import fresh
from dpsynth.synth.network import gan, guard
from dpsynth.synth.network.critic_loss import Levels, pull
from dpsynth.synth.network.gan import GAN, GANMechanism, Scale
from dpsynth.synth.network.generator import start
from dpsynth.synth.network.guard import guarded
from dpsynth.synth.network.ladder import GRACE, Ladder
from dpsynth.synth.task import Promise, Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import RoundedGaussian

torch.set_num_threads(1)
DOMAIN = tables.domain(3, 2, 4)
STEPS = 40
SETTINGS = GAN(scale=Scale(0, (8,), 1000, STEPS))


@pytest.fixture(scope="module")
def mechanism() -> GANMechanism:
    return SETTINGS.calibrate(Mu(1.0), Task(DOMAIN))


def people(n: int, seed: int = 0) -> Units:
    return tables.crowd(DOMAIN, n, 1, np.random.default_rng(seed))


def curator(mechanism: GANMechanism, units: Units) -> Curator:
    promised, most = compose(mechanism.event), cells(mechanism.event)
    sampler = RoundedGaussian(np.random.default_rng(1))
    return Curator(units, DOMAIN, 1, promised.mu_squared, most, sampler, promised.sampled)


class Tape:
    """Passes questions on, and keeps the questions and the answers."""

    rows_per_unit = 1

    def __init__(self, inner) -> None:
        self.inner = inner
        self.critics, self.asked, self.answers = [], [], []

    def gradient(self, critic: Critic, clip: float, capacity: int, purpose: str):
        self.critics.append(critic)
        return self._keep(self.inner.gradient(critic, clip, capacity, purpose), critic.widths, clip, capacity, purpose)

    def measure(self, cliques, *rest):
        return self._keep(self.inner.measure(cliques, *rest), "measure")

    def distances(self, cliques, *rest):
        return self._keep(self.inner.distances(cliques, *rest), "distances")

    def _keep(self, answer, *question):
        self.asked.append(question)
        self.answers.append(answer)
        return answer


class Replay:
    """Gives the answers of a tape, in order: whatever data are behind it."""

    rows_per_unit = 1

    def __init__(self, answers) -> None:
        self._answers = iter(answers)

    def gradient(self, *_):
        return next(self._answers)

    measure = distances = gradient


def test_noisy_answers_decide_everything(mechanism) -> None:
    """The generator follows from the answers and from nothing else: no global randomness, no size, no row."""
    tape = Tape(curator(mechanism, people(300)))
    first = mechanism.measure(tape)
    torch.manual_seed(3)
    again = mechanism.measure(Replay(tape.answers))
    for name, logits in first.generators.items():
        assert (again.generators[name] == logits).all()


def test_one_noisy_gradient_reaches_the_generator(mechanism) -> None:
    """And only through its number: another answer to one step makes another generator."""
    tape = Tape(curator(mechanism, people(300)))
    first = mechanism.measure(tape)
    moved = list(tape.answers)
    where = next(i for i, answer in enumerate(moved) if torch.is_tensor(answer))
    moved[where] = -moved[where]
    assert (mechanism.measure(Replay(moved)).generators["mean"] != first.generators["mean"]).any()


def test_no_constant_depends_on_the_people() -> None:
    """Shapes, clip, capacity, rate, noise and number of steps are the same for nobody, n, and twice n."""
    asked = []
    for n in (0, 300, 600):
        mechanism = SETTINGS.calibrate(Mu(1.0), Task(DOMAIN))
        tape = Tape(curator(mechanism, people(n)))
        measured = mechanism.measure(tape)
        asked.append([question for question in tape.asked if len(question) == 4])
        assert measured.event == mechanism.event
        assert np.isfinite(measured.generators["mean"]).all()
    assert asked[0] == asked[1] == asked[2] and len(asked[0]) == STEPS


def test_the_curator_gives_no_step_more(mechanism) -> None:
    source = curator(mechanism, people(50))
    tape = Tape(source)
    mechanism.measure(tape)
    training = mechanism.training
    with pytest.raises(BudgetError, match="were reserved"):
        source.gradient(tape.critics[0], training.clip, training.capacity, "critic")


# ------------------------------------------------------------------------------------------------------------- the guard


def test_a_generator_that_left_the_marginals_is_not_released(mechanism, tmp_path: Path) -> None:
    measured = mechanism.measure(curator(mechanism, people(3000)))
    kept = mechanism.fit(measured)
    assert kept.facts["chosen"] == "mean" and not kept.facts["fell_back"]
    lost = np.zeros_like(measured.generators["mean"])
    lost[:, 0] = 9.0
    earlier = replace(measured, generators={**measured.generators, "mean": lost})
    assert mechanism.fit(earlier).facts["chosen"] == "halfway"
    nothing = replace(measured, generators={"mean": lost, "halfway": lost})
    fallen = mechanism.fit(nothing)
    assert fallen.facts["chosen"] == "marginals" and fallen.facts["fell_back"]
    assert fallen.facts["distances"]["mean"] > 10 * fallen.facts["distances"]["marginals"]
    evidence = evidence_of(mechanism.design, nothing)
    assert guarded(mechanism.design.task, evidence, nothing.generators, guard=False).facts["chosen"] == "mean"
    model_file.save_model(tmp_path / "gan.npz", fallen)
    assert model_file.load_model(tmp_path / "gan.npz").facts == fallen.facts


# -------------------------------------------------------------------------------------------------------------- its parts


def test_the_model_of_the_marginals_alone_is_that_of_the_training(mechanism, monkeypatch) -> None:
    """It is what training began with: the guard does not fit it again."""
    measured = mechanism.measure(curator(mechanism, people(300)))
    evidence = evidence_of(mechanism.design, measured)
    anew = {name: logits for name, logits in measured.generators.items() if name != "marginals"}
    fitted = guarded(mechanism.design.task, evidence, anew)
    monkeypatch.delattr(guard, "fitted")
    assert guarded(mechanism.design.task, evidence, measured.generators).facts == fitted.facts


def test_a_generator_follows_its_critic() -> None:
    """A critic that likes one level makes it more frequent."""
    measured = Task(DOMAIN)
    columns = tuple(one_group_each(name, size) for name, size in measured.sizes.items())
    weights = torch.zeros(9 + 1)
    weights[4] = 1.0  # level b1
    critic = Critic((9, 1), weights)
    rng = np.random.default_rng(0)
    generator, levels = start(columns, rng, points=32), Levels(columns)
    before = generator.shares[:, 4].mean()
    for _ in range(20):
        generator = generator.stepped(pull(critic, generator, levels, 256, rng), 0.05)
    assert generator.shares[:, 4].mean() > before + 0.1


def one_group_each(name: str, size: int):
    from dpsynth.synth.columns import Column

    return Column(name, tuple(range(size)), (1.0,) * size, (1 / size,) * size)


def test_the_ladder_climbs_where_the_critic_is_outrun() -> None:
    ladder = Ladder(5, 20)
    for _ in range(3 * GRACE):
        ladder = ladder.seen(0.6)
    assert ladder.rung == 5
    rungs = []
    for _ in range(8 * GRACE):
        ladder = ladder.seen(0.0)
        rungs.append(ladder.rung)
    assert rungs[-1] == 20 and sorted(set(rungs)) == [5, 10, 20] and rungs == sorted(rungs)


def test_what_a_gan_cannot_do_is_said_before_data_are_opened(monkeypatch) -> None:
    with pytest.raises(PolicyError, match="one row a person"):
        GAN().calibrate(Mu(1.0), Task(DOMAIN, 2))
    monkeypatch.setattr(gan.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PolicyError, match="torch"):
        GAN().calibrate(Mu(1.0), Task(DOMAIN))


def test_a_critic_of_many_levels_is_narrower() -> None:
    """More parameters than a critic may have would be found out when the tables are paid for."""
    codes = Task(tables.domain(1300, 1300, 40), promise=Promise(Epsilon(1.0), Delta(1e-6), 200_000))
    mechanism = GAN().calibrate(calibrate(Epsilon(1.0), Delta(1e-6)), codes)
    assert mechanism.hidden == (128, 128) and mechanism.parameters <= MOST_PARAMETERS
    assert fresh((2640, *mechanism.hidden, 1), np.random.default_rng(0)).parameters.shape == (mechanism.parameters,)
    with pytest.raises(PolicyError, match="80000 levels together"):
        GAN().calibrate(Mu(1.0), Task(tables.domain(40_000, 40_000)))


def test_the_whole_release_costs_what_it_promises() -> None:
    """Beside other questions of the release, which get the rest of mu."""
    promise = Promise(Epsilon(2.0), Delta(1e-6), 40_000)
    whole = calibrate(promise.epsilon, promise.delta)
    mechanism = SETTINGS.calibrate(whole.share(0.7), Task(DOMAIN, promise=promise))
    from dpsynth.privacy.events import Composed, GaussianQueries
    from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma

    utility = GaussianQueries("utility", 3, 3, 1.0, snap_sigma((3 / 0.3) ** 0.5 / whole.value), LATTICE_BITS)
    cost = compose(Composed((mechanism.event, utility))).delta(promise.epsilon)
    assert 0.5 * promise.delta.value < cost.value <= promise.delta.value
