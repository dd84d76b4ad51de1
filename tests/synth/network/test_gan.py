"""The whole path of a training: what reaches the generator, how many steps, what a crash leaves, when the guard acts."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from dpsynth.data.units import Units
from dpsynth.errors import BudgetError, PolicyError, SourceError
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.critic import Critic
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.units import Delta, Epsilon, Mu
from dpsynth.synth import model_file
from dpsynth.synth.design import evidence_of
from dpsynth.synth.network import checkpoint as on_disk
from dpsynth.synth.network import gan
from dpsynth.synth.network.checkpoint import Checkpoint
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

    def __init__(self, inner, stop_at: int | None = None) -> None:
        self.inner, self.stop_at = inner, stop_at
        self.critics, self.asked, self.answers = [], [], []

    def gradient(self, critic: Critic, clip: float, capacity: int, purpose: str):
        if len(self.critics) == self.stop_at:
            raise KeyboardInterrupt
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


# --------------------------------------------------------------------------------------------------------- after a crash


def test_a_crash_costs_training_and_no_step_twice(mechanism, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gan, "EVERY", 5)
    kept = Checkpoint(tmp_path / "training")
    assert not kept.answered
    before = Tape(curator(mechanism, people(300)), stop_at=7)
    with pytest.raises(KeyboardInterrupt):
        mechanism.measure_on(before, kept)
    assert kept.answered and kept.begun
    after = Tape(curator(mechanism, people(300)))
    measured = mechanism.measure_on(after, kept)
    # Seven were drawn; ten had been announced, and they are not drawn again.
    assert len(before.critics) == 7 and len(after.critics) == STEPS - 10
    assert all(len(question) == 4 for question in after.asked), "marginals were asked twice"
    assert torch.equal(after.critics[0].parameters, before.critics[5].parameters), "the last state that was whole"
    assert set(measured.generators) == {"mean", "halfway"} and len(measured.marginals) > 0
    for path in kept.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    kept.remove()
    assert not kept.folder.exists()


def test_a_crash_before_the_first_step_asks_nothing_again(mechanism, tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "training")
    with pytest.raises(KeyboardInterrupt):
        mechanism.measure_on(Tape(curator(mechanism, people(300)), stop_at=0), kept)
    (kept.folder / "training.json").unlink()  # as if it had ended between the two files
    after = Tape(curator(mechanism, people(300)))
    mechanism.measure_on(after, kept)
    assert len(after.critics) == STEPS and all(len(question) == 4 for question in after.asked)


def test_states_survive_their_file_and_no_noise_is_in_it(mechanism, tmp_path: Path, monkeypatch) -> None:
    kept, written = Checkpoint(tmp_path), []
    monkeypatch.setattr(gan, "EVERY", 16)
    keep = Checkpoint.keep
    monkeypatch.setattr(
        Checkpoint, "keep", lambda self, state, drawn: (written.append((state, drawn)), keep(self, state, drawn))
    )
    tape = Tape(curator(mechanism, people(300)))
    mechanism.measure_on(tape, kept)
    assert [drawn for _, drawn in written] == [16, 32, 40]
    state, drawn = kept.load()
    last = written[-1][0]
    assert drawn == 40 and state.steps == last.steps == 32
    for name in ("critic", "generator"):
        for key, value in vars(getattr(last, name)).items():
            other = getattr(getattr(state, name), key)
            if isinstance(value, Critic):
                value, other = value.parameters, other.parameters
            assert np.array_equal(np.asarray(value), np.asarray(other)), key
    assert state.randomness == last.randomness and state.ladder == last.ladder
    names = set(model_file.load_arrays(next(kept.folder.glob("training-*.npz"))))
    assert names == {
        "logits", "generator_mean", "generator_square", "mean", "halfway", "reference",
        "critic", "critic_mean", "critic_square",
    }  # fmt: skip


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"arrays": "../x.npz"}'])
def test_a_damaged_checkpoint_is_one_clear_error(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "training.json").write_bytes(damage)
    with pytest.raises(SourceError, match="damaged"):
        Checkpoint(tmp_path).load()


def test_steps_between_two_files_are_few() -> None:
    assert on_disk.EVERY <= 200


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


def test_the_whole_release_costs_what_it_promises() -> None:
    """Beside other questions of the release, which get the rest of mu."""
    promise = Promise(Epsilon(2.0), Delta(1e-6), 40_000)
    from dpsynth.privacy.accountant import calibrate

    whole = calibrate(promise.epsilon, promise.delta)
    mechanism = SETTINGS.calibrate(whole.share(0.7), Task(DOMAIN, promise=promise))
    from dpsynth.privacy.events import Composed, GaussianQueries
    from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma

    utility = GaussianQueries("utility", 3, 3, 1.0, snap_sigma((3 / 0.3) ** 0.5 / whole.value), LATTICE_BITS)
    cost = compose(Composed((mechanism.event, utility))).delta(promise.epsilon)
    assert 0.5 * promise.delta.value < cost.value <= promise.delta.value
