"""The game about steps of training: noisy sums of clipped gradients over samples, with and without one person.

The only step of training that touches rows is the curator's `gradient`, so that is what is played, through the real
curator, with a small critic that every answer moves: what training makes of answers is post-processing. Rate and number
of steps are the audit's own, calibrated to the claim's epsilon; a mistake in sample, clip, noise or accounting does not
depend on them.

The attacker knows who else was in each sample, which the curator keeps secret: the promise holds against it as well,
because the curve of one step is that of a fixed sample of others (`sampled_gaussian`). What it does not know is whether
the person was in. Given the others' sum s, the answer of a step is s plus noise without the person, and with the person
a mixture: of s plus noise and, with the probability of the rate, of s plus the person's clipped gradient plus noise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from dpsynth.audit.game import Game
from dpsynth.audit.trade_off import Scores
from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.privacy import accountant, randomness
from dpsynth.privacy.critic import SLOPE, Critic, size
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.randomness import SYSTEM_BITS, Bits, Words
from dpsynth.privacy.units import Delta, Epsilon

PURPOSE = "critic"
STEPS, RATE = 4, 0.5
HIDDEN = 3
CLIP = 2.0**-6
"""Far below the length of any gradient here, so that everybody's contribution is as long as it may be."""
PLACES = 32
SEEDS = 1000
PACE = 4.0
"""How far an answer moves the critic, in clips."""

Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class StepGame(Game):
    """A claim about steps, and one pair of neighbours; one row a person.

    Attributes:
        mutant: the mistake that is made; empty: none.
    """

    mutant: str = ""

    @property
    def event(self) -> SampledGaussian:
        """What is claimed."""
        return _claim(self.epsilon, self.setting.delta)

    @property
    def guarantee(self) -> accountant.Guarantee:
        """What the event promises."""
        return accountant.compose(self.event)

    def scores(self, present: bool, runs: int, key: bytes) -> Scores:
        """See `Game.scores`."""
        (domain, without), (_, with_person) = (self._encoded(side, key) for side in (False, True))
        place = _newcomer(without, with_person)
        event = self.event

        def evidence(side: bool, bits: Bits) -> float:
            units = with_person if side else without
            seen = _Witness(bits)
            return _evidence(units, with_person.codes, place, domain, event, side, self._made(event), seen)

        if self.mutant != "fixed_seed":
            return np.array([evidence(present, SYSTEM_BITS) for _ in range(runs)])
        # The one noise of a seed hides the person by chance in about a sixth of all pairs; such a seed shows nothing.
        telling = next(s for s in range(SEEDS) if evidence(True, _Seeded(s)) > evidence(False, _Seeded(s)))
        return np.array([evidence(present, _Seeded(telling)) for _ in range(runs)])

    def _made(self, event: SampledGaussian) -> SampledGaussian:
        """What is really done."""
        if self.mutant == "half_noise":
            return replace(event, sigma=event.sigma / 2)
        return replace(event, rate=min(1.0, 2 * event.rate)) if self.mutant == "twice_the_rate" else event


@cache
def _claim(epsilon: float, delta: float) -> SampledGaussian:
    return accountant.calibrate_steps(Epsilon(epsilon), Delta(delta), RATE, STEPS, purpose=PURPOSE)


MUTANTS = ("half_noise", "fixed_seed", "twice_the_rate")
"""Mistakes of sums over samples."""


class _Witness:
    """Hands bits on and remembers the first ones of a step, which make its sample."""

    name, private = "audit.witness", False

    def __init__(self, inner: Bits) -> None:
        self._inner = inner
        self.first: Words | None = None

    def words(self, number: int) -> Words:
        found = self._inner.words(number)
        self.first = found if self.first is None else self.first
        return found


class _Seeded:
    """The same bits in every run."""

    name, private = "mutant.fixed_seed", False

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def words(self, number: int) -> Words:
        return self._rng.integers(0, 2**64, number, np.uint64)


class _Again:
    """Bits that were drawn before."""

    name, private = "audit.again", False

    def __init__(self, words: Words) -> None:
        self._words = words

    def words(self, number: int) -> Words:
        return self._words[:number]


def _evidence(
    units: Units,
    everybody: Any,
    place: int,
    domain: Domain,
    event: SampledGaussian,
    present: bool,
    made: SampledGaussian,
    bits: _Witness,
) -> float:
    """The log-likelihood ratio of all answers of one training."""
    import torch

    from dpsynth.privacy.noise import DiscreteGaussian

    curator = Curator(units, domain, 1, Fraction(0), 0, DiscreteGaussian(threads=1), [made], bits)
    levels = sum(domain.sizes.values())
    widths = (levels, HIDDEN, 1)
    parameters = np.random.default_rng(0).uniform(-1, 1, size(widths))  # public, the same in every audit
    first = np.cumsum([0, *domain.sizes.values()])[:-1]
    inputs, others = everybody.astype(np.int64) + first, np.delete(np.arange(len(everybody)), place)
    evidence = 0.0
    for _ in range(event.steps):
        bits.first = None
        answer = curator.gradient(Critic(widths, torch.from_numpy(parameters)), CLIP, PLACES, PURPOSE).numpy() / CLIP
        drawn = bits.first if bits.first is not None else np.zeros(0, np.uint64)
        chosen = randomness.sample(_Again(drawn), len(units.owner), made.rate)
        who = chosen[chosen != place] if present else others[chosen]
        each = _clipped(parameters, inputs, levels)
        rest, person = answer - each[who].sum(0), each[place]
        ratio = float(2 * rest @ person - person @ person) / (2 * event.sigma**2)
        evidence += float(np.logaddexp(np.log1p(-event.rate), np.log(event.rate) + ratio))
        parameters = parameters - PACE * CLIP * answer
    return evidence


def _clipped(parameters: Vector, inputs: Any, levels: int) -> Vector:
    """The gradient of -score of each row, in clips, scaled to a length of at most 1: written out, one layer by one."""
    edges = np.cumsum([levels * HIDDEN, HIDDEN, HIDDEN, 1])
    weights, bias, last, _ = np.split(parameters, edges[:-1])
    before = weights.reshape(levels, HIDDEN)[inputs].sum(1) + bias
    slope = np.where(before > 0, 1.0, SLOPE)
    back = -last * slope
    whole = np.zeros((len(inputs), len(parameters)))
    for column in inputs.T:
        for unit in range(HIDDEN):
            np.add.at(whole, (np.arange(len(inputs)), column * HIDDEN + unit), back[:, unit])
    whole[:, edges[0] : edges[1]] = back
    whole[:, edges[1] : edges[2]] = -before * slope
    whole[:, edges[2] :] = -1.0
    return np.asarray(whole / np.maximum(np.sqrt((whole**2).sum(1)), CLIP)[:, None])


def _newcomer(without: Units, present: Units) -> int:
    """The place of the person among the rows of both worlds, where the others stand in one order."""
    if len(present.codes) != len(without.codes) + 1:
        raise ValueError("Expected neighbours that differ by one person of one row.")
    same = (present.codes[:-1] == without.codes).all(1)
    return int(np.argmin(same)) if not same.all() else len(without.codes)
