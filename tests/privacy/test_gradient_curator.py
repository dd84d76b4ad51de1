"""Is the claim true for gradients? Samples, clip, sum, noise and charge through the curator, and mutants of each."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.stats import beta

from dpsynth.errors import BudgetError
from dpsynth.privacy import gradients, randomness
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.critic import Critic, size
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.randomness import SYSTEM_BITS
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

torch.set_num_threads(1)

ALPHA = 1e-6
"""False alarms of a statistical test."""
SILENT = 1e-12
"""Noise that rounds to nothing: answers are exact."""


def curator(rows, levels, *, rate=1.0, sigma=SILENT, steps=10**6, columns=1, granted=Fraction(0), bits=SYSTEM_BITS):
    """People of one row each, the same level in each column."""
    domain = tables.domain(*[levels] * columns)
    units = tables.people(domain, [[[row] * columns] for row in rows])
    reserved = SampledGaussian("critic", steps, snap_rate(rate), sigma)
    return Curator(units, domain, 1, granted, 10, NoNoise(), [reserved], bits)


def critic(*widths: int, seed=0, scale=1.0) -> Critic:
    return Critic(widths, torch.from_numpy(np.random.default_rng(seed).normal(0, scale, size(widths))).float())


def asked(source, net, clip=1.0, capacity=64):
    return source.gradient(net, clip, capacity, "critic").double().numpy()


# ------------------------------------------------------------------------------------------------- what must hold


def check_sensitivity() -> None:
    """Whoever is added or removed, the sum moves by at most the clip: also beside people who pull the other way."""
    for seed in range(6):
        net = critic(6, 5, 1, seed=seed, scale=3.0)
        for rows in ([], [0], [0, 0, 1], [5, 4, 3, 2, 1, 0]):
            before = asked(curator(rows, 6), net)
            for person in range(6):
                moved = np.linalg.norm(asked(curator([*rows, person], 6), net) - before)
                assert moved <= 1.0


def check_noise() -> None:
    """Without anybody the answer is the noise: of the claimed size, Gaussian, and another one in each step and run."""
    net, sigma, clip = critic(400, 40, 1), 1.7, 0.5
    sources = [curator([], 400, sigma=sigma) for _ in range(2)]
    z = np.concatenate([asked(s, net, clip) for s in (sources[0], *sources)]) / (sigma * clip)
    assert abs(z.var() - 1) < 5 * (2 / len(z)) ** 0.5
    assert stats.kstest(z, "norm").pvalue > ALPHA
    first, second, third = np.split(z, 3)
    for one, other in ((first, second), (first, third), (second, third)):
        assert abs((one * other).mean()) < 5 / len(one) ** 0.5
    assert abs((first[1:] * first[:-1]).mean()) < 5 / len(first) ** 0.5


def inclusions(people: int, steps: int, rate: float) -> np.ndarray:
    """Who was in which sample, read off the answers: everybody has a level of their own."""
    source, net = curator(range(people), people, rate=rate), critic(people, 1)
    return np.stack([asked(source, net)[:people] != 0 for _ in range(steps)])


def check_samples() -> None:
    """Each person is in with the declared rate, on their own, in every step anew."""
    people, steps, rate = 20, 800, snap_rate(0.3)
    inside = inclusions(people, steps, rate)
    hits, spread = inside.sum(0), steps * rate * (1 - rate)
    assert stats.chi2.sf(((hits - steps * rate) ** 2 / spread).sum(), people) > ALPHA
    sizes = inside.sum(1)
    limits = stats.chi2.ppf([ALPHA, 1 - ALPHA], steps - 1)
    assert limits[0] < sizes.var(ddof=1) * (steps - 1) / (people * rate * (1 - rate)) < limits[1]
    after = (inside[1:] - rate) * (inside[:-1] - rate)
    assert abs(after.mean()) < 5 * rate * (1 - rate) / after.size**0.5


def check_denominator() -> None:
    """Equal people add up: 300 of them give 100 times what 3 give."""
    net = critic(4, 3, 1)
    few, many = (asked(curator([1] * number, 4), net, capacity=512) for number in (3, 300))
    assert np.linalg.norm(few) > 1
    np.testing.assert_allclose(many, 100 * few, atol=1e-4)


AUDIT = SampledGaussian("critic", 40, snap_rate(0.5), 3.0)
CANARIES = 1600


def scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One training on half of the canaries: what the noisy gradients say about those left out and those in it.

    Each canary has its own level in every column, so that its gradient points where no other's does.
    """
    columns, rng = 8, np.random.default_rng(seed)
    inside = rng.permutation(CANARIES) < CANARIES // 2
    domain = tables.domain(*[CANARIES] * columns)
    units = tables.people(domain, [[[i] * columns] for i in np.flatnonzero(inside).tolist()])
    source = Curator(units, domain, 1, Fraction(0), 0, NoNoise(), [AUDIT])
    widths = (CANARIES * columns, 1, 1)
    parameters = torch.zeros(size(widths))
    parameters[-2] = 100.0  # the gradient of every row is as good as all in its first layer
    net = Critic(widths, parameters)
    pull = np.zeros(CANARIES)
    for _ in range(AUDIT.steps):
        first = asked(source, net, capacity=1024)[: CANARIES * columns]
        pull -= first.reshape(columns, CANARIES).sum(0)
    return pull[~inside], pull[inside]


def check_audit() -> None:
    """The first run chooses where to accuse; the second run must not contradict the promise (false alarm: one in 500,000)."""
    guarantee = compose(AUDIT)
    without, present = scores(1)
    places = np.quantile(np.concatenate([without, present]), np.linspace(0.02, 0.98, 49))
    fpr, tpr = (np.array([(of > t).mean() for t in places]) for of in (without, present))
    error = np.sqrt((fpr * (1 - fpr) + tpr * (1 - tpr)) / len(present))
    at = places[int(np.argmax((tpr - [guarantee.tpr(x) for x in fpr]) / np.maximum(error, 1e-9)))]
    without, present = scores(2)
    accused, found = int((without > at).sum()), int((present > at).sum())
    fpr = beta.ppf(1 - ALPHA, accused + 1, len(without) - accused) if accused < len(without) else 1.0
    tpr = beta.ppf(ALPHA, found, len(present) - found + 1) if found else 0.0
    assert tpr <= guarantee.tpr(float(fpr))


CHECKS = {
    "sensitivity": check_sensitivity,
    "noise": check_noise,
    "samples": check_samples,
    "denominator": check_denominator,
    "audit": check_audit,
}


@pytest.mark.parametrize("name", CHECKS)
def test_what_must_hold(name) -> None:
    CHECKS[name]()


def test_the_audit_has_power() -> None:
    """An honest training gives away most of what may be, so that little more than that would be noticed."""
    without, present = scores(3)
    assert compose(AUDIT).tpr(0.5) < 0.9
    assert (present > np.median(without)).mean() > 0.7


# ----------------------------------------------------------------------------------------------------------- mutants

SUM, NOISE, SAMPLE = gradients.clipped_sum, randomness.gaussian, randomness.sample


class Seeded:
    """Bits that begin anew, and the same, with every curator."""

    name, private = "mutant.seeded", False

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def words(self, number):
        return self.rng.integers(0, 2**64, number, np.uint64)


def half_the_noise(bits, number, sigma):
    return NOISE(bits, number, sigma / 2)


def seeded_noise(bits, number, sigma):
    return NOISE(Seeded(), number, sigma)


class Shuffled:
    """Everybody once in an epoch, in batches of one size: what most loaders of data do."""

    def __init__(self) -> None:
        self.order = np.zeros(0, np.int64)

    def __call__(self, bits, people, rate):
        batch = round(people * rate)
        if len(self.order) < batch:
            self.order = np.random.default_rng().permutation(people)
        found, self.order = self.order[:batch], self.order[batch:]
        return np.sort(found)


def mean_over_the_sample(net, inputs, taken, clip):
    return SUM(net, inputs, taken, clip) * 100 / max(1, int(taken.sum()))


def no_clip(net, inputs, taken, clip):
    return SUM(net, inputs, taken, 1e9)


def clip_after_summing(net, inputs, taken, clip):
    total = SUM(net, inputs, taken, 1e9)
    return total * min(1.0, clip / max(float(total.norm()), 1e-30))


MUTANTS = [
    ("half_the_noise", randomness, "gaussian", half_the_noise, "noise"),
    ("half_the_noise", randomness, "gaussian", half_the_noise, "audit"),
    ("seeded_noise", randomness, "gaussian", seeded_noise, "noise"),
    ("shuffled_batches", randomness, "sample", Shuffled(), "samples"),
    ("mean_over_the_sample", gradients, "clipped_sum", mean_over_the_sample, "denominator"),
    ("mean_over_the_sample", gradients, "clipped_sum", mean_over_the_sample, "sensitivity"),
    ("no_clip", gradients, "clipped_sum", no_clip, "sensitivity"),
    ("no_clip", gradients, "clipped_sum", no_clip, "audit"),
    ("clip_after_summing", gradients, "clipped_sum", clip_after_summing, "sensitivity"),
]


@contextmanager
def caught():
    with pytest.raises(AssertionError):
        yield


@pytest.mark.parametrize(
    ("name", "room", "function", "wrong", "check"), MUTANTS, ids=[f"{m[0]}-by_{m[4]}" for m in MUTANTS]
)
def test_a_mutant_is_caught(name, room, function, wrong, check, monkeypatch) -> None:
    monkeypatch.setattr(room, function, wrong)
    with caught():
        CHECKS[check]()


# -------------------------------------------------------------------------------------------------- steps and charge


def test_a_sample_without_anybody_is_a_step_like_any_other() -> None:
    source, net = curator([0, 1], 3, rate=2**-32, sigma=2.0, steps=2), critic(3, 4, 1)
    first, second = asked(source, net), asked(source, net)
    assert np.isfinite(first).all() and (first != 0).all() and (first != second).all()
    assert source.event.events == (SampledGaussian("critic", 2, 2**-32, 2.0),)


def test_steps_are_charged_one_by_one_and_refused_when_they_are_used_up() -> None:
    source, net = curator([0], 3, steps=2, granted=Fraction(100)), critic(3, 1)
    asked(source, net)
    assert [e.steps for e in source.event.events] == [1]
    source.measure([("a",)], 1.0, "one_way")  # other questions are charged apart and may come between
    asked(source, net)
    with pytest.raises(BudgetError, match=r"'critic' asks for step 3, but 2 .* Nothing was drawn") as refused:
        asked(source, net)
    assert refused.value.charged and [type(e).__name__ for e in source.event.events] == [
        "GaussianQueries",
        "SampledGaussian",
    ]


def test_a_purpose_that_was_not_reserved_is_refused() -> None:
    source = curator([0], 3, granted=Fraction(10**6))
    with pytest.raises(BudgetError, match="'other' asks for step 1, but 0"):
        source.gradient(critic(3, 1), 1.0, 8, "other")


def test_reserved_steps_are_no_budget_for_other_questions() -> None:
    source = curator([0], 3, sigma=0.5, steps=1000)
    with pytest.raises(BudgetError):
        source.measure([("a",)], 1e3, "one_way")


def test_questions_that_make_no_sense_are_not_charged() -> None:
    source = curator([0], 3)
    for net, clip, capacity in ((critic(4, 1), 1.0, 8), (critic(3, 1), 0.0, 8), (critic(3, 1), 1.0, 0)):
        with pytest.raises(ValueError, match="Expected"):
            source.gradient(net, clip, capacity, "critic")
    assert source.event.events == ()


def test_a_failed_draw_stays_charged(monkeypatch) -> None:
    source = curator([0], 3, steps=1)

    def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(randomness, "gaussian", fails)
    with pytest.raises(RuntimeError):
        asked(source, critic(3, 1))
    with pytest.raises(BudgetError):
        asked(source, critic(3, 1))


def test_several_rows_of_one_person_are_refused() -> None:
    domain = tables.domain(3)
    with pytest.raises(ValueError, match="one row a unit"):
        Curator(tables.people(domain, []), domain, 2, Fraction(0), 0, NoNoise(), [AUDIT])
    with pytest.raises(ValueError, match="one reservation"):
        Curator(tables.people(domain, []), domain, 1, Fraction(0), 0, NoNoise(), [AUDIT, AUDIT])


@pytest.mark.parametrize("capacity", [1, 2, 3, 7, 64])
def test_nobody_is_cut_off_where_a_table_is_too_small(capacity) -> None:
    net = critic(5, 4, 1)
    np.testing.assert_allclose(
        asked(curator([0, 1, 2, 3, 4, 4, 2], 5), net, capacity=capacity),
        asked(curator([0, 1, 2, 3, 4, 4, 2], 5), net, capacity=512),
        atol=1e-6,
    )


def test_shapes_do_not_depend_on_how_many_are_in_the_sample(monkeypatch) -> None:
    seen = []

    def records(net, inputs, taken, clip):
        seen.append((tuple(inputs.shape), tuple(taken.shape)))
        return SUM(net, inputs, taken, clip)

    monkeypatch.setattr(gradients, "clipped_sum", records)
    for rows in ([], [0], [0, 1] * 10):
        asked(curator(rows, 3, rate=0.5), critic(3, 2, 1), capacity=32)
    assert seen == [((32, 1), (32,))] * 3


def test_what_is_answered_is_on_the_grid() -> None:
    """No low bit of a floating sum leaves: answers are whole numbers of 2^-24 clips."""
    found = curator([0, 2], 3, sigma=1.3).gradient(
        Critic((3, 2, 1), critic(3, 2, 1).parameters.double()), 0.25, 8, "critic"
    )
    grid = found.numpy() / 0.25 * 2**24
    assert (grid == np.rint(grid)).all() and len(set((grid % 2).tolist())) == 2


def test_a_person_more_changes_nothing_for_the_others_to_the_last_bit() -> None:
    """A new person takes an empty place; the sum differs by what that place gives, and by the rounding of the sum."""
    net = critic(6, 16, 16, 1)
    rows = np.zeros((16, 1), np.int64)
    rows[:, 0] = np.arange(16) % 6
    taken = torch.ones(16, dtype=torch.bool)
    taken[5] = False
    alone = torch.zeros(16, dtype=torch.bool)
    alone[5] = True
    inputs = torch.from_numpy(rows)
    without, one = SUM(net, inputs, taken, 1.0), SUM(net, inputs, alone, 1.0)
    both = SUM(net, inputs, taken | alone, 1.0)
    assert float((both - without - one).abs().max()) < 1e-13
