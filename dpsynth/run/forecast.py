"""Whether so many people and so small an epsilon can carry a critic, before any data are opened.

A critic learns from noisy sums of clipped gradients. The noise of one step has about the length sigma sqrt(P) for P
parameters, and the longest sum that a sample of B people can give has the length B. Where the ratio of the two comes
near 1, the critic follows the noise, and a generator that learns from it is no better than what it started from, the
noisy tables of single columns. Both lengths are public.
"""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.privacy import randomness, sampled_gaussian
from dpsynth.privacy.critic import Critic, size
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.run.plan import Plan
from dpsynth.synth.dpsgd.plan import PURPOSE, SPREAD
from dpsynth.synth.network.gan import SCALES, GANMechanism, narrowed

HOPELESS, DOUBTFUL = 1.0, 0.3
"""Noise over signal above which a critic learns nothing, and little. In small trials on a census table of 50,000 people
critics beat the tables of single columns only below the second."""

TIMED = 9
"""Steps of the short run."""
INVENTED = 100_000
"""Most people who are invented for it: a sample is drawn from all, but the sums are over a sample alone."""


@dataclass(frozen=True)
class Forecast:
    """What a training would be.

    Attributes:
        people: public bound on the people that are trained on.
        batch: expected size of a sample of so many.
        steps: number of steps.
        widths: of the critic, see `Critic`.
        sigma: noise in each coordinate, in clips.
        planned: whether the policy trains a critic; otherwise this is the usual one with the whole budget, and the
            noise is some percent above the least.
        rows_per_unit: most rows of one person; a critic takes one.
    """

    people: int
    batch: float
    steps: int
    widths: tuple[int, ...]
    sigma: float
    planned: bool
    rows_per_unit: int

    @property
    def parameters(self) -> int:
        """Number of parameters of the critic."""
        return size(self.widths)

    @property
    def ratio(self) -> float:
        """Noise over signal: sigma sqrt(P) / B."""
        return self.sigma * math.sqrt(self.parameters) / self.batch


def forecast(plan: Plan) -> Forecast:
    """Of the policy's training, or of one that would get all of its budget."""
    policy = plan.loaded.policy
    rows, levels = policy.privacy.contribution.max_rows_per_unit, sum(plan.domain.sizes.values())
    people = max(1, round(policy.source.max_patients * (1 - policy.source.holdout.share)))
    for mechanism in plan.mechanisms:
        if isinstance(mechanism, GANMechanism):
            t = mechanism.training
            return Forecast(people, t.batch, t.event.steps, (levels, *mechanism.hidden, 1), t.event.sigma, True, rows)
    return usual(people, levels, policy.privacy.epsilon, policy.privacy.delta, rows)


def usual(people: int, levels: int, epsilon: float, delta: float, rows_per_unit: int = 1) -> Forecast:
    """The critic that `gan` would train with so many people and levels, with nothing released beside it."""
    scale = next(s for s in SCALES if people >= s.people)
    batch = float(min(scale.batch, max(1, people // 5)))
    event = sampled_gaussian.nearly(epsilon, delta, batch / people, scale.steps)
    widths = (levels, *narrowed(scale.hidden, levels), 1)
    return Forecast(people, batch, scale.steps, widths, event.sigma, False, rows_per_unit)


def verdict(f: Forecast) -> str:
    """One sentence or two for whoever plans a release."""
    sums = (
        f"sigma sqrt(P)/B = {f.sigma:.3g} x sqrt({f.parameters}) / {f.batch:.0f} = {f.ratio:.2g}, for {f.people} "
        f"people in {f.steps} steps"
    )
    if f.ratio >= HOPELESS:
        found = (
            "a GAN is hopeless here: the noise of a step is longer than the longest signal that a sample can give "
            f"({sums}). It would learn nothing beyond the noisy tables of single columns. Stay with tables, such as "
            "clique_tree; more people or a larger epsilon would be needed."
        )
    elif f.ratio >= DOUBTFUL:
        found = (
            f"a GAN would learn little here: {sums}; below {DOUBTFUL:g} it can learn. Tables, such as clique_tree, "
            "are likely to be better."
        )
    else:
        found = (
            f"so many people and this epsilon can carry a GAN ({sums}). Whether it is better than tables is not known "
            "before it is tried: list both under synthesis.candidates, which charges both."
        )
    if f.rows_per_unit > 1 and not f.planned:
        found += f" A critic takes one row of each person, and this policy uses up to {f.rows_per_unit}."
    return found


def seconds(domain: Domain, f: Forecast) -> float | None:
    """Expected time of all steps on this machine, from a few real ones on invented people; None without torch."""
    try:
        import torch
    except ImportError:
        return None
    people = min(f.people, INVENTED)
    rng = np.random.default_rng(0)  # invented people; noise never comes from here
    codes = np.stack([rng.integers(0, n, people) for n in domain.sizes.values()], axis=1).astype(np.uint16)
    event = SampledGaussian(PURPOSE, TIMED + 1, snap_rate(min(1.0, f.batch / people)), f.sigma)
    curator = Curator(
        Units(codes, np.arange(people), people), domain, 1, Fraction(0), 0, DiscreteGaussian(threads=1), [event]
    )
    critic = Critic(f.widths, torch.from_numpy(rng.uniform(-0.1, 0.1, f.parameters)).float())
    capacity = math.ceil(f.batch + SPREAD * math.sqrt(f.batch))
    curator.gradient(critic, 1.0, capacity, PURPOSE)  # the first one also loads what it needs
    clock = [time.perf_counter()]
    for _ in range(TIMED):
        curator.gradient(critic, 1.0, capacity, PURPOSE)
        clock.append(time.perf_counter())
    each = statistics.median(end - start for start, end in pairwise(clock))  # what else runs here comes and goes
    more = time.perf_counter()
    if f.people > people:  # of whom only the bits of a sample cost time
        randomness.sample(randomness.SYSTEM_BITS, f.people - people, event.rate)
    return (each + time.perf_counter() - more) * f.steps
