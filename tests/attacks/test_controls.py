import copy
import dataclasses
import json
import pickle
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from dpsynth.attacks import controls, excess, matches, power, registry, statistics
from dpsynth.attacks.across import registry as across
from dpsynth.attacks.base import Control, Interval
from dpsynth.attacks.controls import UnprotectedCurator
from dpsynth.data.units import Units
from dpsynth.privacy.events import Composed
from dpsynth.privacy.queries import Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.aim import AIM
from dpsynth.synth.base import Measurements
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.independent import Independent
from dpsynth.synth.mst import MST
from dpsynth.synth.task import Task
from dpsynth.testing.attacks import plain_domain

from .data import DOMAIN, chain_people

DOMAIN_2 = plain_domain(2, 3)
FOUR = Units(np.array([[0, 0], [0, 2], [1, 2], [1, 2]], np.uint16), np.array([0, 0, 1, 2]), 3)


def test_unprotected_answers_are_exact():
    measurer: Measurer = UnprotectedCurator(FOUR, DOMAIN_2, 2)
    (one,) = measurer.measure([("c0", "c1")], 40.0, "pairs")
    assert one.values.tolist() == [[1, 0, 1], [0, 0, 2]]
    assert (one.clique, one.groups, one.asked_sigma, one.purpose) == (("c0", "c1"), (None, None), 40.0, "pairs")
    (merged,) = measurer.measure([("c1",)], 40.0, "x", {"c1": (0, 0, 1)})
    assert (merged.values.tolist(), merged.groups) == ([1, 3], ((0, 0, 1),))
    assert measurer.distances([("c0",)], [np.array([0.5, 4.0])], 9.0, "x").tolist() == [3.5]
    clipped, total = measurer.measure([("c0", "c1"), ()], [9.0, 40.0], "x", clip=[1.0, 2.0])
    assert clipped.values == pytest.approx(np.array([[0.5**0.5, 0, 0.5**0.5], [0, 0, 2]]), abs=1e-8)
    assert (clipped.clip, clipped.asked_sigma, one.clip) == (1.0, 9.0, None)
    assert total.values == pytest.approx(4, abs=1e-8)
    assert measurer.distances([("c0",)], [np.array([1.0, 6.0])], 9.0, "x", clip=2.0) == pytest.approx([17**0.5])
    assert measurer.unit_sizes((1,), 9.0, "x").tolist() == [2, 1]
    assert measurer.measure([], 1.0, "x") == ()
    assert measurer.rows_per_unit == 2


def test_unprotected_measurement_cannot_be_saved(tmp_path):
    (one,) = UnprotectedCurator(FOUR, DOMAIN_2, 2).measure([("c0",)], 1.0, "x")
    assert not isinstance(one, Measurement)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy, dataclasses.asdict, json.dumps):
        with pytest.raises(TypeError):
            attempt(one)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(one, protocol)
    with pytest.raises(TypeError):
        dataclasses.asdict(Measurements("mst", (one,), (), Composed(())))
    assert not hasattr(one, "__dict__")
    assert "2" not in repr(one)


def test_unprotected_measurement_is_refused_by_the_run_folder(tmp_path):
    from dpsynth.synth import model_file

    mechanism = Independent().calibrate(Mu(1.0), Task(DOMAIN_2, 2))
    with pytest.raises(Exception, match="UnprotectedMeasurement"):
        model_file.save_measurements(tmp_path, mechanism.measure(UnprotectedCurator(FOUR, DOMAIN_2, 2)))
    assert list(tmp_path.iterdir()) == []


def test_a_scaled_unprotected_measurement_stays_unprotected():
    (one,) = UnprotectedCurator(FOUR, DOMAIN_2, 2).measure([("c0", "c1")], 9.0, "x", {"c1": (0, 0, 1)}, clip=1.0)
    twice = one.scaled(2.0)
    assert type(twice) is type(one) and not isinstance(twice, Measurement)
    assert twice.values == pytest.approx(2 * one.values)
    assert (twice.clique, twice.groups, twice.clip, twice.purpose) == (one.clique, one.groups, 1.0, "x")
    mean = one.averaged(twice)
    assert type(mean) is type(one) and mean.sigma == one.sigma and mean.values == pytest.approx(1.5 * one.values)


@pytest.mark.parametrize("synthesizer", [Independent(), MST(), CliqueTree(), AIM()])
def test_the_releases_own_fit_follows_clipped_unprotected_counts(synthesizer):
    """A bound that nobody reaches: clipped counts are the counts."""
    people = chain_people(200, np.random.default_rng(0))
    mechanism = synthesizer.calibrate(Mu(0.01), Task(DOMAIN, 2, clip=2.0))
    model = mechanism.fit(mechanism.measure(UnprotectedCurator(people, DOMAIN, 2)))
    for column, name in enumerate(DOMAIN.names):
        exact = np.bincount(people.codes[:, column], minlength=8) / people.rows
        assert model.marginal((name,)) == pytest.approx(exact, abs=2e-3)


@pytest.mark.parametrize("synthesizer", [Independent(), MST()])
def test_the_releases_own_fit_follows_unprotected_counts(synthesizer):
    """Also at a budget at which the protected mechanism would see nothing but noise."""
    people = chain_people(200, np.random.default_rng(0))
    mechanism = synthesizer.calibrate(Mu(0.01), Task(DOMAIN, 2))
    model = mechanism.fit(mechanism.measure(UnprotectedCurator(people, DOMAIN, 2)))
    for column, name in enumerate(DOMAIN.names):
        exact = np.bincount(people.codes[:, column], minlength=8) / people.rows
        assert model.marginal((name,)) == pytest.approx(exact, abs=2e-3)


def test_noisy_copy_changes_a_twentieth_of_the_cells():
    people = chain_people(500, np.random.default_rng(0))
    before = people.codes.copy()
    changed = (controls.noisy_copy(people, np.random.default_rng(1)) != people.codes).mean()
    assert (people.codes == before).all()
    assert 0.035 < changed < 0.05  # 5 %, less those that draw the same level


def test_partial_leak_plants_one_per_cent():
    people, release = chain_people(500, np.random.default_rng(0)), np.full((800, 14), 7, np.uint16)
    mixed, source = controls.partial_leak(release, people, np.random.default_rng(1))
    assert (mixed != release).any(axis=1).sum() == len(source) == 8
    assert matches.near(people.codes[source], mixed, 0).all()
    assert (release == 7).all()
    nobody = Units(people.codes[:0], people.owner[:0], 0)
    assert (controls.partial_leak(release, nobody, np.random.default_rng(1))[0] == release).all()
    assert len(controls.partial_leak(release[:1], people, np.random.default_rng(1))[1]) == 1


def test_auc_of_copy_by_hand():
    """Persons 0 and 2 keep a row unchanged, person 1 does not: q = 2/3; a tenth of the control matches."""
    copied = np.array([[0, 0], [1, 2], [0, 2], [1, 2]], np.uint16)
    assert power.auc_of_copy(FOUR, copied, 0.1) == pytest.approx(0.5 + (2 / 3 - 0.1) / 2)


WIDE, HIGH, LOW = Interval(0.45, 0.55, 0.95), Interval(0.8, 0.9, 0.95), Interval(0.52, 0.56, 0.95)
SEEN = controls.positive("p", "real", 0.85, HIGH, 0.999, 0.5)
MISSED = controls.positive("p", "real", 0.5, WIDE, 0.999, 0.5)
WEAK = controls.positive("p", "real", 0.5, WIDE, 0.6, 0.5)
QUIET = controls.negative("n", "real", 0.5, WIDE, 0.01)
ALARM = controls.negative("n", "real", 0.6, WIDE, controls.ALARM / 2)


def test_outcomes():
    assert (SEEN.outcome, MISSED.outcome, QUIET.outcome, ALARM.outcome) == ("detected", "missed", "quiet", "alarm")


@pytest.mark.parametrize(
    ("interval", "ceiling", "detectable", "checks", "expected"),
    [
        (WIDE, 0.6, 0.55, (SEEN, QUIET), "passed"),
        (LOW, 0.6, 0.55, (SEEN, QUIET), "passed"),
        (HIGH, 0.6, 0.55, (SEEN, QUIET), "leak"),
        (HIGH, 0.6, 0.65, (SEEN, QUIET), "leak"),
        (WIDE, 0.6, 0.65, (SEEN, QUIET), "not_resolvable"),
        (LOW, 0.51, 0.55, (SEEN, QUIET), "not_resolvable"),
        (LOW, 0.51, 0.53, (SEEN, QUIET), "leak"),
        (WIDE, None, 0.65, (SEEN, QUIET), "passed"),
        (WIDE, None, 1.0, (SEEN, QUIET), "not_resolvable"),
        (WIDE, 0.6, 0.55, (WEAK, QUIET), "not_resolvable"),
        (WIDE, 0.6, 0.55, (SEEN, WEAK, QUIET), "passed"),
        (WIDE, 0.6, 0.55, (SEEN, MISSED, QUIET), "invalid"),
        (HIGH, 0.6, 0.55, (SEEN, ALARM), "invalid"),
        (WIDE, 0.6, 0.55, (QUIET,), "not_resolvable"),
    ],
)
def test_status(interval, ceiling, detectable, checks: tuple[Control, ...], expected):
    middle = (interval.low + interval.high) / 2
    assert controls.status(middle, interval, 0.5, ceiling, detectable, checks) == expected


def auc_of(a, b):
    return statistics.auc(a, b), statistics.auc_interval(a, b, 0.95)


def test_permutation_is_quiet_for_a_sound_interval_and_loud_for_a_narrow_one():
    rng = np.random.default_rng(0)
    scores = rng.normal(1, 1, 200), rng.normal(0, 1, 100)
    assert controls.permuted(*scores, auc_of, 0.5, 0.95, rng).outcome == "quiet"

    def row_level(a, b):  # an interval as if each person counted ten times
        return statistics.auc(a, b), statistics.auc_interval(np.repeat(a, 10), np.repeat(b, 10), 0.95)

    assert controls.permuted(*scores, row_level, 0.5, 0.95, rng).outcome == "alarm"


@pytest.mark.parametrize("hits", [1, 2, 3, 12])
def test_shuffled_labels_are_quiet_where_hardly_anybody_differs(hits):
    """Of shares and of scores alike: what few people show lies on one side by chance."""
    flags = np.arange(5300) < hits
    scores = flags.astype(float)

    def share_of(a, b):
        return excess.excess(a, b, 0.95)

    for seed in range(6):
        rng = np.random.default_rng(seed)
        assert controls.permuted(flags[:5000], flags[5000:], share_of, 0.0, 0.95, rng).outcome == "quiet"
    assert controls.permuted(scores[:5000], scores[5000:], auc_of, 0.5, 0.95, rng).outcome == "quiet"


def test_false_alarms_of_a_negative_control_are_rare():
    rng = np.random.default_rng(0)
    p_values = [statistics.null_p_value(rng.normal(size=60), rng.normal(size=40)) for _ in range(3000)]
    assert sum(p < controls.ALARM for p in p_values) <= 2
    assert binom.cdf(sum(p < 0.05 for p in p_values), 3000, 0.05) > 1e-3
    assert binom.sf(sum(p < 0.05 for p in p_values), 3000, 0.05) > 1e-3
    every = 3 * (len(registry.available()) + len(across.available()))  # a run of several tables may name them all
    assert Fraction(controls.ALARM).limit_denominator(10**6) == Fraction(1, 1000 * every)


def test_a_release_is_followed_as_far_as_it_takes_the_chance_in_who_was_trained_on():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.full(400, 5.0))
    before, held = rng.multinomial(6000, shares).astype(float), rng.multinomial(2000, shares).astype(float)
    pooled = (before + held) / 8000
    assert power.followed(before, held, before) == pytest.approx(1.0)
    assert power.followed(before, held, rng.multinomial(6000, before / 6000).astype(float)) > 0.7
    for other in (held * 3, rng.multinomial(6000, shares).astype(float), np.rint(6000 * pooled)):
        assert power.followed(before, held, other) < 0.15
    half = power.followed(before, held, 6000 * (pooled + before / 6000) / 2)
    assert half == pytest.approx(0.5, abs=0.01)
    nothing = np.zeros(400)
    for sides in ((nothing, held, before), (before, nothing, before), (before, held, nothing), (held, held, held)):
        assert power.followed(*sides) == 0.0
