"""Whether so many people and so small an epsilon can carry a critic, before any data are opened.

A critic learns from noisy sums of clipped gradients. The noise of one step has about the length sigma sqrt(P) for P
parameters, and the longest sum that a sample of B people can give has the length B. Where the ratio of the two comes
near 1, the critic follows the noise, and a generator that learns from it is no better than what it started from, the
noisy tables of single columns. Both lengths are public.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.privacy import randomness, sampled_gaussian
from dpsynth.privacy.critic import MOST_PARAMETERS, Critic, size
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.run.plan import Plan
from dpsynth.synth.dpsgd.plan import Trains, Wish

HOPELESS, DOUBTFUL = 1.0, 0.3
"""Noise over signal above which a critic learns nothing, and little. In small trials on a census table of 50,000 people
critics beat the tables of single columns only below the second."""

DESIGNS = ((20_000, 64, 0.2, 1_000), (200_000, 128, 2_048, 4_000), (math.inf, 256, 8_192, 8_000))
"""People up to which a design is usual: width of two hidden layers, size of a sample (or its share), steps."""

TIMED = 3
"""Steps of the short run."""
INVENTED = 100_000
"""Most people who are invented for it: a sample is drawn from all, but the sums are over a sample alone."""


@dataclass(frozen=True)
class Forecast:
    """What a training would be.

    Attributes:
        wish: planned people, size of a sample, steps, layers.
        sigma: noise in each coordinate, in clips.
        planned: whether the policy trains a critic; otherwise this is a usual design with the whole budget, and the
            noise is a few percent above the least.
        rows_per_unit: most rows of one person; a critic takes one.
    """

    wish: Wish
    sigma: float
    planned: bool
    rows_per_unit: int

    @property
    def ratio(self) -> float:
        """Noise over signal: sigma sqrt(P) / B."""
        return self.sigma * math.sqrt(self.wish.parameters) / self.wish.batch


def forecast(plan: Plan) -> Forecast:
    """Of the policy's training, or of one that would get all of its budget."""
    policy = plan.loaded.policy
    rows = policy.privacy.contribution.max_rows_per_unit
    for mechanism in plan.mechanisms:
        if isinstance(mechanism, Trains) and plan.guarantee.sampled:
            return Forecast(mechanism.wish, plan.guarantee.sampled[0].sigma, True, rows)
    people = max(1, round(policy.source.max_patients * (1 - policy.source.holdout.share)))
    wish = usual(people, sum(plan.domain.sizes.values()))
    rate = wish.batch / wish.people
    event = sampled_gaussian.nearly(policy.privacy.epsilon, policy.privacy.delta, rate, wish.steps)
    return Forecast(wish, event.sigma, False, rows)


def usual(people: int, levels: int) -> Wish:
    """A usual design for so many people and levels; narrower where a table has very many."""
    _, hidden, batch, steps = next(design for design in DESIGNS if people <= design[0])
    while size((levels, hidden, hidden, 1)) > MOST_PARAMETERS and hidden > 1:
        hidden //= 2
    sampled = min(float(people), max(1.0, batch * people if batch < 1 else batch))
    return Wish(people, people, sampled, steps, (levels, hidden, hidden, 1))


def verdict(f: Forecast) -> str:
    """One sentence or two for whoever plans a release."""
    w = f.wish
    sums = (
        f"sigma sqrt(P)/B = {f.sigma:.3g} x sqrt({w.parameters}) / {w.batch:.0f} = {f.ratio:.2g}, for {w.people} "
        f"people in {w.steps} steps"
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


def seconds(domain: Domain, wish: Wish, sigma: float) -> float | None:
    """Expected time of all steps on this machine, from a few real ones on invented people; None without torch."""
    try:
        import torch
    except ImportError:
        return None
    people = min(wish.people, INVENTED)
    rng = np.random.default_rng(0)  # invented people; noise never comes from here
    codes = np.stack([rng.integers(0, n, people) for n in domain.sizes.values()], axis=1).astype(np.uint16)
    event = SampledGaussian("critic", TIMED + 1, snap_rate(min(1.0, wish.batch / people)), sigma)
    units = Units(codes, np.arange(people), people)
    curator = Curator(units, domain, 1, Fraction(0), 0, DiscreteGaussian(threads=1), [event])
    critic = Critic(wish.widths, torch.from_numpy(rng.uniform(-0.1, 0.1, wish.parameters)).float())
    capacity = math.ceil(wish.batch + 6 * math.sqrt(wish.batch))
    curator.gradient(critic, wish.clip, capacity, "critic")  # the first one also loads what it needs
    start = time.perf_counter()
    for _ in range(TIMED):
        curator.gradient(critic, wish.clip, capacity, "critic")
    more = wish.people - people  # whose bits alone cost time
    bits = time.perf_counter()
    if more:
        randomness.sample(randomness.SYSTEM_BITS, more, event.rate)
    extra = time.perf_counter() - bits
    return ((bits - start) / TIMED + extra) * wish.steps
