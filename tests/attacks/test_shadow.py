"""Shadow releases and the game for one person."""

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
import torch

from dpsynth.attacks import controls, people, shadow
from dpsynth.attacks.base import Evidence
from dpsynth.attacks.controls import UnprotectedCurator
from dpsynth.attacks.shadow import Queries, Shadow, most_vulnerable, play, shadow_attack
from dpsynth.attacks.shadow_curator import CountedOnce, ShadowCurator, ShadowMeasurement, Trainer, merged, without_noise
from dpsynth.data.units import Units
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.queries import Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth import model_file
from dpsynth.synth.aim import AIM
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.dpsgd.network import fresh
from dpsynth.synth.independent import Independent
from dpsynth.synth.mst import MST
from dpsynth.synth.network import training
from dpsynth.synth.network.gan import GAN, Scale
from dpsynth.synth.task import Task
from dpsynth.testing.attacks import AttackBehaviour, bootstrap, invented, plain_domain
from dpsynth.testing.samplers import NoNoise

from .data import DOMAIN, GUARANTEE, SETTINGS, chain_people, evidence

torch.set_num_threads(1)
QUIET = 1e-9
"""A noise that cannot be seen."""


@pytest.fixture(autouse=True)
def few_shuffles(monkeypatch):
    monkeypatch.setattr(controls, "PERMUTATIONS", 30)


class TestShadow(AttackBehaviour):
    def attack(self):
        return Shadow(targets=2, training=40, testing=30)


def groups(rows=2):
    rng = np.random.default_rng(0)
    return chain_people(60, rng, rows), chain_people(1, rng, rows)


@pytest.mark.parametrize("clip", [None, [1.0, 1.5]])
def test_answers_are_those_of_everybody_together_plus_noise(clip):
    others, target = groups()
    both = UnprotectedCurator(people.join(others, target), DOMAIN, 2)
    counted = [CountedOnce(group, DOMAIN, 2) for group in (others, target)]
    measurer: Measurer = ShadowCurator(counted, np.random.default_rng(0))
    cliques, merge = [("c0", "c3"), ("c5",)], {"c3": (0, 0, 1, 1, 1, 2, 2, 2), "c5": (0, 1, 2, 3, 3, 3, 3, 3)}
    for _ in range(2):  # counted, then from memory
        for found, exact in zip(
            measurer.measure(cliques, QUIET, "x", merge, clip),
            both.measure(cliques, 1.0, "x", merge, clip),
            strict=True,
        ):
            assert found.values == pytest.approx(exact.values, abs=1e-6)
            assert (found.clique, found.groups, found.clip) == (exact.clique, exact.groups, exact.clip)
            assert found.sigma == QUIET
        targets = [np.zeros((8, 3)), np.ones(4)]
        assert measurer.distances(cliques, targets, QUIET, "x", merge, clip) == pytest.approx(
            both.distances(cliques, targets, 1.0, "x", merge, clip), abs=1e-6
        )
    assert measurer.unit_sizes((1, 2), QUIET, "x") == pytest.approx([0, 61, 0], abs=1e-6)
    assert measurer.rows_per_unit == 2
    assert measurer.measure([], 1.0, "x") == ()


def test_noise_is_fresh_and_as_large_as_asked():
    others, target = groups()
    counted = [CountedOnce(group, DOMAIN, 2) for group in (others, target)]
    rng = np.random.default_rng(0)
    values = np.stack([ShadowCurator(counted, rng).measure([("c0", "c1")], 5.0, "x")[0].values for _ in range(200)])
    assert values.std(0).mean() == pytest.approx(5, rel=0.05)
    assert (values == np.rint(values)).all()
    clipped = np.stack(
        [ShadowCurator(counted, rng).measure([("c0",)], 5.0, "x", clip=1.0)[0].values for _ in range(200)]
    )
    assert clipped.std(0).mean() == pytest.approx(5, rel=0.1)
    scores = np.stack([ShadowCurator(counted, rng).distances([("c0",)], [np.zeros(8)], 5.0, "x") for _ in range(200)])
    assert scores.std() == pytest.approx(5, rel=0.2)
    assert scores.mean() == pytest.approx(122, abs=2)


def test_a_shadow_measurement_is_guarded_like_an_unprotected_one():
    others, _ = groups()
    (one,) = ShadowCurator([CountedOnce(others, DOMAIN, 2)], np.random.default_rng(0)).measure([("c0",)], 3.0, "x")
    assert not isinstance(one, Measurement)
    assert not hasattr(one, "__dict__")
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(one)
    assert repr(one) == "ShadowMeasurement(('c0',))"
    twice = one.scaled(2.0)
    assert type(twice) is ShadowMeasurement
    assert (twice.sigma, twice.asked_sigma) == (6.0, 6.0)
    assert twice.values == pytest.approx(2 * one.values)
    mean = one.averaged(twice)
    assert type(mean) is ShadowMeasurement and mean.sigma == pytest.approx((1 / 9 + 1 / 36) ** -0.5)
    assert mean.values == pytest.approx((4 * one.values + twice.values) / 5)


def test_a_shadow_measurement_is_refused_by_the_run_folder(tmp_path):
    mechanism = Independent().calibrate(Mu(1.0), Task(DOMAIN, 2))
    others, _ = groups()
    measured = mechanism.measure(ShadowCurator([CountedOnce(others, DOMAIN, 2)], np.random.default_rng(0)))
    with pytest.raises(Exception, match="ShadowMeasurement"):
        model_file.save_measurements(tmp_path, measured)
    assert list(tmp_path.iterdir()) == []


def test_a_mechanism_that_trains_on_samples_is_trained_without_noise():
    """What a critic is told is what a sample is expected to say: the mean of many of the curator's answers."""
    mechanism = GAN(scale=Scale(0, (4,), 10, 5)).calibrate(Mu(1.0), Task(DOMAIN))
    others, _ = groups(1)
    assert Trainer(mechanism, DOMAIN, 1)(others, np.random.default_rng(0)).shape == others.codes.shape
    event = SampledGaussian("critic", 10**6, snap_rate(0.25), 1e-12)
    net = fresh((sum(DOMAIN.sizes.values()), 3, 1), np.random.default_rng(0))
    found = UnprotectedCurator(others, DOMAIN, 1, [event]).gradient(net, 1.0, 100, "critic")
    source = Curator(others, DOMAIN, 1, Fraction(0), 0, NoNoise(), [event])
    mean = torch.stack([source.gradient(net, 1.0, 100, "critic") for _ in range(400)]).mean(0)
    assert float((found - mean).norm() / mean.norm()) < 0.1
    nobody = others.take(np.zeros(0, np.int64))
    assert not UnprotectedCurator(nobody, DOMAIN, 1, [event]).gradient(net, 1.0, 100, "critic").any()


def test_without_noise_the_critic_takes_fewer_steps_and_the_generator_as_many(monkeypatch):
    mechanism = GAN(scale=Scale(0, (4,), 10, 200)).calibrate(Mu(1.0), Task(DOMAIN))
    others, _ = groups(1)
    taken = []

    def counted(owner, name):
        original = getattr(owner, name)

        def one(*args):
            taken.append(name)
            return original(*args)

        monkeypatch.setattr(owner, name, one)

    counted(UnprotectedCurator, "gradient")
    counted(training, "_moved")
    Trainer(mechanism, DOMAIN, 1)(others, np.random.default_rng(0))
    assert taken.count("gradient") == 40 and taken.count("_moved") == 200 // mechanism.rung > 5


def test_no_shadows_are_made_of_a_mechanism_that_trains_on_samples():
    mechanism = GAN(scale=Scale(0, (4,), 10, 5)).calibrate(Mu(1.0), Task(DOMAIN))
    with pytest.raises(ValueError, match="gan trains on samples of people"):
        Trainer(mechanism, DOMAIN, 1).shadows(*groups(1))


def test_merged_equals_counting_again():
    table = np.arange(24.0).reshape(2, 3, 4)
    found = merged(table, ("a", "b", "c"), {"c": (0, 1, 1, 0), "a": (0, 0)})
    assert found.shape == (1, 3, 2)
    assert found[0, :, 0].tolist() == (table[:, :, 0] + table[:, :, 3]).sum(0).tolist()
    assert merged(table, ("a", "b", "c"), {}) is table


def test_rows_are_counted_once(monkeypatch):
    others, target = groups()
    make = Trainer(MST().calibrate(Mu(1.0), Task(DOMAIN, 2)), DOMAIN, 2).shadows(others, target)
    asked = []
    original = UnprotectedCurator.measure

    def spy(self, cliques, *args, **kwargs):
        asked.extend(cliques)
        return original(self, cliques, *args, **kwargs)

    monkeypatch.setattr(UnprotectedCurator, "measure", spy)
    for i in range(4):
        make(i % 2 == 0, np.random.default_rng(i))
    assert max(asked.count(c) for c in asked) == 2  # the others once, the target once


@pytest.mark.parametrize("clip", [None, "auto"])
@pytest.mark.parametrize("synthesizer", [Independent(), MST(), CliqueTree(), AIM()], ids=lambda s: s.name)
def test_every_mechanism_makes_shadows_and_releases_without_noise(synthesizer, clip):
    rng, domain = np.random.default_rng(0), plain_domain(4, 3, 5, 2)
    others, target = invented(domain, 60, rng), invented(domain, 1, rng)
    trainer = Trainer(synthesizer.calibrate(Mu(1.0), Task(domain, 3, clip=clip)), domain, 3)
    make = trainer.shadows(others, target)
    outside, inside, again = (make(side, np.random.default_rng(0)) for side in (False, True, True))
    assert outside.shape == inside.shape == others.codes.shape
    assert (inside == again).all()
    assert trainer(others, np.random.default_rng(0)).shape == others.codes.shape


def test_query_counts_equal_the_double_loop():
    rng = np.random.default_rng(0)
    release, target = chain_people(200, rng).codes, chain_people(1, rng, 3)
    queries = Queries.about(target, 60, rng)
    for count, row, mask in zip(queries.counts(release), queries.row, queries.mask, strict=True):
        columns = [c for c in range(14) if mask >> c & 1]
        assert 1 <= len(columns) <= 4
        assert count == sum((r[columns] == target.codes[row, columns]).all() for r in release)


def test_queries_of_many_columns_stay_within_their_bits():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, (50, 90)).astype(np.uint16)
    queries = Queries.about(Units(codes[:1], np.zeros(1, np.int64), 1), 30, rng)
    assert queries.counts(codes).min() >= 1
    nothing = Queries.about(Units(codes[:1, :0], np.zeros(1, np.int64), 1), 3, rng)
    assert nothing.counts(codes[:, :0]).tolist() == [50.0] * 3


def test_the_game_finds_somebody_in_exact_counts_and_not_behind_strong_noise():
    rng = np.random.default_rng(0)
    domain = plain_domain(6, 6, 6)
    others = Units(rng.integers(0, 5, (40, 3)).astype(np.uint16), np.arange(40), 40)
    target = Units(np.full((1, 3), 5, np.uint16), np.zeros(1, np.int64), 1)

    def game(mu, training, testing):
        trainer = Trainer(Independent().calibrate(Mu(mu), Task(domain, 1)), domain, 1)
        return play(trainer.shadows(others, target), target, training, testing, 0.95, rng)

    weak, strong = game(0.01, 40, 80), game(10.0, 40, 60)
    assert weak.interval.low < 0.5 < weak.interval.high
    assert strong.interval.low > 0.8
    assert (len(strong.inside), len(strong.outside)) == (30, 30)


def test_the_game_stays_below_the_ceiling_of_the_mechanism():
    """The whole mechanism costs mu, so no attacker exceeds Phi(mu / sqrt 2): 0.76 for mu = 1."""
    from scipy.stats import norm

    rng = np.random.default_rng(0)
    domain = plain_domain(3, 3)
    others = Units(rng.integers(0, 2, (300, 2)).astype(np.uint16), np.arange(300), 300)
    target = Units(np.full((1, 2), 2, np.uint16), np.zeros(1, np.int64), 1)
    trainer = Trainer(Independent().calibrate(Mu(1.0), Task(domain, 1)), domain, 1)
    result = play(trainer.shadows(others, target), target, 100, 200, 0.95, rng)
    assert 0.5 < result.interval.low < norm.cdf(1 / np.sqrt(2))
    assert result.auc > 0.6


def test_without_noise_adds_exactly_the_target():
    others, target = groups()
    make = without_noise(lambda units, rng: units.codes, others, target)
    assert len(make(True, None)) - len(make(False, None)) == target.rows


def test_targets_stand_out():
    """Person 3 is alone in a corner, person 1 has a level that the release has not."""
    domain = plain_domain(9, 9)
    codes = np.array([[0, 0], [0, 8], [0, 0], [7, 7], [0, 0]], np.uint16)
    members = Units(codes, np.arange(5), 5)
    release = np.array([[0, 0], [7, 7], [7, 7]], np.uint16)
    seen = Evidence(domain, members, members.take(np.array([0, 2, 4])), members.take(np.array([0])), release)
    assert most_vulnerable(seen, 2) == [3, 1]
    assert len(most_vulnerable(seen, 10)) == 5
    nobody = Units(codes[:0], np.zeros(0, np.int64), 2)
    assert most_vulnerable(Evidence(domain, nobody, members, members, release), 3) == []


def test_one_result_per_target():
    seen = evidence(30, 20, np.random.default_rng(0))
    results = shadow_attack(bootstrap, seen.members, [0, 5], 10, 10, 0.95, np.random.default_rng(0))
    assert [(len(r.inside), len(r.outside)) for r in results] == [(5, 5)] * 2


def run(retrain, members=25, seed=0):
    rng = np.random.default_rng(seed)
    seen, surrogate = evidence(members, 60, rng), evidence(60, 40, rng)
    return Shadow(2, 120, 100).run(seen, surrogate, GUARANTEE, retrain, SETTINGS, rng)


def test_a_release_that_keeps_everybody_is_a_leak_and_one_of_others_is_not():
    leak = run(lambda units, rng: units.codes)
    assert (leak.status, leak.value) == ("leak", 1.0)
    assert leak.interval.confidence == SETTINGS.confidence
    quiet = run(lambda units, rng: chain_people(25, rng).codes)
    assert quiet.status in ("passed", "not_resolvable")
    for result in (leak, quiet):
        outcomes = {c.name: (c.outcome, c.power) for c in result.controls}
        assert outcomes["copy_with_noise"][0] == "detected"
        assert outcomes["copy_with_noise"][1] > 0.9
        assert outcomes["held_out_as_members"][0] == outcomes["label_permutation"][0] == "quiet"


def test_a_game_that_misses_what_its_rehearsal_saw_is_a_missed_control(monkeypatch):
    original, games = shadow.play, []

    def only_the_first(*args):
        games.append(original(*args))
        zeros = np.zeros(len(games[-1].inside)), np.zeros(len(games[-1].outside))
        blind = shadow.ShadowResult(*zeros, 0.5, shadow.statistics.auc_interval(*zeros, 0.95))
        return games[-1] if len(games) == 1 else blind

    monkeypatch.setattr(shadow, "play", only_the_first)
    rng = np.random.default_rng(0)
    positive, _ = Shadow(2, 120, 100).known_truths(evidence(60, 40, rng), SETTINGS, rng)
    assert (positive.outcome, positive.power > 0.99) == ("missed", True)
