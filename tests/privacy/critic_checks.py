"""What must hold for gradients that go through the curator, and mutants that break it: used by tests and a benchmark."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch
from scipy import stats
from scipy.stats import beta
from torch import nn

from dpsynth.privacy import gradients, randomness
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.critic import Critic, size
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.randomness import SYSTEM_BITS
from dpsynth.synth.dpsgd.network import from_module
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

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


def canary_audit(alpha: float) -> tuple[list[float], float, float]:
    """Two trainings on canaries: the first chooses where to accuse, the second shows what that finds.

    Returns:
        For each training the estimated mu, the difference of the mean scores in standard deviations; then limits of the
        share of wrongly accused canaries (upper) and of those found (lower), each wrong with probability alpha.
    """
    guarantee = compose(AUDIT)
    without, present = scores(1)
    estimates = [_estimate(without, present)]
    places = np.quantile(np.concatenate([without, present]), np.linspace(0.02, 0.98, 49))
    fpr, tpr = (np.array([(of > t).mean() for t in places]) for of in (without, present))
    error = np.sqrt((fpr * (1 - fpr) + tpr * (1 - tpr)) / len(present))
    at = places[int(np.argmax((tpr - [guarantee.tpr(x) for x in fpr]) / np.maximum(error, 1e-9)))]
    without, present = scores(2)
    estimates.append(_estimate(without, present))
    accused, found = int((without > at).sum()), int((present > at).sum())
    fpr = beta.ppf(1 - alpha, accused + 1, len(without) - accused) if accused < len(without) else 1.0
    tpr = beta.ppf(alpha, found, len(present) - found + 1) if found else 0.0
    return estimates, float(fpr), float(tpr)


def _estimate(without: np.ndarray, present: np.ndarray) -> float:
    return float((present.mean() - without.mean()) / np.sqrt((without.var(ddof=1) + present.var(ddof=1)) / 2))


def check_audit() -> None:
    """The second of two trainings does not contradict the promise (false alarm: one in 500,000)."""
    _, fpr, tpr = canary_audit(ALPHA)
    assert tpr <= compose(AUDIT).tpr(fpr)


def check_architecture() -> None:
    """A critic that a batch norm makes a function of all rows together is no critic."""
    module = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.LeakyReLU(0.2), nn.Linear(3, 1))
    try:
        from_module(module)
    except ValueError:
        return
    raise AssertionError("A batch norm was taken for a part of a critic.")


CHECKS = {
    "sensitivity": check_sensitivity,
    "noise": check_noise,
    "samples": check_samples,
    "denominator": check_denominator,
    "audit": check_audit,
    "architecture": check_architecture,
}
"""Each raises an AssertionError where its promise is broken."""


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
