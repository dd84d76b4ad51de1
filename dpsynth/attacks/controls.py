"""Releases that leak by construction, and what their detection or silence means for a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NoReturn

import numpy as np
from scipy.stats import binom

from dpsynth.attacks.base import Control, Interval, Status
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy import counting
from dpsynth.privacy.critic import Critic, Tensor
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.noise import LATTICE
from dpsynth.privacy.queries import (
    EVERY_LEVEL,
    Clique,
    Each,
    Groups,
    Table,
    averaged,
    clip_for_each,
    for_each,
    size_bins,
)

CELL_NOISE = 0.05
"""Share of cells that the noisy copy draws anew."""

VERBATIM = 0.01
"""Share of rows of the release that the partial leak replaces by rows of members."""

CERTAIN = 0.99
"""A positive control with at least this power that is missed makes the result invalid."""

ALARM = 0.001 / 63
"""A negative control is rejected below this p-value: 0.1 % over all of a run, three of each of 21 attacks."""

PERMUTATIONS = 200

Numbers = np.ndarray[Any, Any]
Measure = Callable[[Numbers, Numbers], tuple[float, Interval]]
Data = Literal["real", "surrogate"]

SEEN = 1024
"""People whose gradients stand for those of all: as many as a critic sees of rows that are no records."""

NEARLY_EXACT = 0.01
"""The sigma of an unprotected answer, in rows: small enough for a fit to follow every count."""


class UnprotectedMeasurement:
    """An exact marginal of real people. It lives in memory, inside an attack, and cannot be written anywhere.

    It answers to the names of a `Measurement`, so that the release's own fit accepts it, and is none: whatever saves,
    publishes or bundles measurements asks for that type. Pickling, copying and `dataclasses.asdict` raise; its text
    shows no number.

    Attributes:
        clique: the columns.
        groups: for each column the group number of each level, or None.
        values: exact counts of rows, shape = levels (or groups) of the columns.
        sigma: `NEARLY_EXACT`; what a fit weighs the counts by.
        asked_sigma: the noise that the mechanism asked for, and did not get.
        purpose: what it was measured for.
        clip: bound of each unit's histogram in rows, or None.
    """

    __slots__ = ("asked_sigma", "clip", "clique", "groups", "purpose", "sigma", "values")

    def __init__(
        self, clique: Clique, groups: Groups, values: Table, asked_sigma: float, purpose: str, clip: float | None
    ) -> None:
        self.clique, self.values, self.asked_sigma, self.purpose = clique, values, asked_sigma, purpose
        self.clip = clip
        self.groups = tuple(groups.get(name) for name in clique)
        self.sigma = NEARLY_EXACT

    def scaled(self, factor: float) -> UnprotectedMeasurement:
        """The same counts times a factor, as unprotected as before."""
        groups = {name: g for name, g in zip(self.clique, self.groups, strict=True) if g is not None}
        values = self.values * factor
        return UnprotectedMeasurement(self.clique, groups, values, self.asked_sigma, self.purpose, self.clip)

    def averaged(self, other: UnprotectedMeasurement) -> UnprotectedMeasurement:
        """The mean with the same counts, as unprotected as before."""
        groups = {name: g for name, g in zip(self.clique, self.groups, strict=True) if g is not None}
        values, _ = averaged(self, other)
        return UnprotectedMeasurement(self.clique, groups, values, self.asked_sigma, self.purpose, self.clip)

    def __repr__(self) -> str:
        return f"UnprotectedMeasurement({self.clique!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("An unprotected measurement holds real counts: it cannot be copied, pickled or saved.")


class UnprotectedCurator:
    """Answers a mechanism's queries exactly: the same synthesizer without its noise, for positive controls only.

    Implements `Measurer`. Nothing is charged, because nothing that comes of it may leave the attack.

    Args:
        units: the people.
        domain: public domain of the columns.
        rows_per_unit: the contribution bound, which the mechanism may read.
        sampled: what was reserved for sums over samples.
    """

    def __init__(
        self, units: Units, domain: Domain, rows_per_unit: int, sampled: Sequence[SampledGaussian] = ()
    ) -> None:
        self._columns = {name: np.ascontiguousarray(units.codes[:, i]) for i, name in enumerate(domain.names)}
        self._units, self._domain = units, domain
        self._rng = np.random.default_rng(0)  # whose gradients are added up; nothing of it is secret here
        self._rates = {event.purpose: event.rate for event in sampled}
        self.rows_per_unit = rows_per_unit

    def measure(
        self, cliques: Sequence[Clique], sigma: Each, purpose: str, groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Exact marginals as `UnprotectedMeasurement`. A fit must treat them as such, hence the return type."""
        asked = for_each(sigma, len(cliques))
        bounds = (None,) * len(cliques) if clip is None else clip_for_each(clip, len(cliques))
        exact = zip(cliques, self._exact(cliques, groups, clip), asked, bounds, strict=True)
        return tuple(UnprotectedMeasurement(c, groups, values, s, purpose, bound) for c, values, s, bound in exact)

    def distances(
        self, cliques: Sequence[Clique], targets: Sequence[Table], sigma: Each, purpose: str,
        groups: Groups = EVERY_LEVEL, clip: Each | None = None,
    ) -> Table:  # fmt: skip
        """Exact distances between the marginals and constant tables, shape (cliques,): L1, or L2 of clipped ones."""
        pairs = zip(self._exact(cliques, groups, clip), targets, strict=True)
        order = 1 if clip is None else 2
        return np.array([np.linalg.norm((t - target).ravel(), order) for t, target in pairs], dtype=np.float64)

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """Exact numbers of people by their number of rows."""
        return counting.sizes(self._units.rows_per_unit, size_bins(upper)).astype(np.float64)

    def gradient(self, critic: Critic, clip: float, capacity: int, purpose: str) -> Tensor:
        """The sum of clipped gradients that a sample is expected to have, without noise: from `SEEN` random people."""
        import torch

        from dpsynth.privacy.gradients import clipped_sum

        people = self._units.rows
        chosen = self._rng.permutation(people)[:SEEN]
        expected = self._rates[purpose] * people / max(1, len(chosen))
        first = np.cumsum([0, *self._domain.sizes.values()])[:-1]
        inputs = torch.from_numpy(self._units.codes[chosen].astype(np.int64) + first).to(critic.parameters.device)
        everyone = torch.ones(len(chosen), dtype=torch.bool, device=inputs.device)
        return (clipped_sum(critic, inputs, everyone, clip) * expected).to(critic.parameters)

    def _exact(self, cliques: Sequence[Clique], groups: Groups, clip: Each | None) -> list[Table]:
        """In rows."""
        columns, sizes = self._columns, self._domain.sizes
        if clip is None:
            return [table.astype(np.float64) for table in counting.plain(columns, sizes, cliques, groups)]
        bounds = clip_for_each(clip, len(cliques))
        parts = counting.clipped(columns, self._units.owner, sizes, cliques, groups, bounds)
        return [table / LATTICE * bound for table, bound in zip(parts, bounds, strict=True)]


def noisy_copy(people: Units, rng: np.random.Generator) -> Codes:
    """The rows themselves, each cell with probability `CELL_NOISE` replaced by that column's cell of a random row."""
    codes = people.codes.copy()
    for column in range(codes.shape[1]):
        chosen = np.flatnonzero(rng.random(len(codes)) < CELL_NOISE)
        codes[chosen, column] = people.codes[rng.integers(0, max(1, len(codes)), len(chosen)), column]
    return codes


def partial_leak(release: Codes, people: Units, rng: np.random.Generator) -> tuple[Codes, Numbers]:
    """The release with a share `VERBATIM` of its rows (at least one) replaced by rows of the given people.

    Returns:
        The rows, and which rows of the people went in.
    """
    leaked = min(len(release), people.rows, max(1, round(VERBATIM * len(release))))
    source = rng.permutation(people.rows)[:leaked]
    codes = release.copy()
    codes[rng.permutation(len(release))[:leaked]] = people.codes[source]
    return codes, source


def permuted(
    members: Numbers, control: Numbers, measure: Measure, baseline: float, confidence: float, rng: np.random.Generator
) -> Control:
    """Shuffles who is a member, many times: the interval may not lie above the baseline more often than it may miss.

    Misses below accuse nobody and are not counted, and those above are allowed the level of both sides: given that few
    people are hit, the sides are not alike. Where 1 of 20,000 is and a tenth are held out, a tenth of the intervals lie
    below, although all intervals together keep their promise.

    Args:
        members: scores of members.
        control: scores of held-out people.
        measure: (members, control) -> (value, interval).
        baseline: the value without leakage.
        confidence: of the interval.
        rng: public randomness.
    """
    pool, values, misses = np.concatenate([members, control]), [], 0
    for _ in range(PERMUTATIONS):
        rng.shuffle(pool)
        value, interval = measure(pool[: len(members)], pool[len(members) :])
        values.append(value)
        misses += interval.low > baseline
    tail = (1 - confidence) / 2
    low, high = (float(q) for q in np.quantile(values, [tail, 1 - tail]))
    alarm = binom.sf(misses - 1, PERMUTATIONS, 1 - confidence) < ALARM
    spread = Interval(low, high, confidence)
    mean = float(np.mean(values))
    return Control("label_permutation", "negative", "real", mean, spread, None, "alarm" if alarm else "quiet")


def status(
    value: float,
    interval: Interval,
    baseline: float,
    ceiling: float | None,
    detectable: float,
    controls: Sequence[Control],
) -> Status:
    """What may be said.

    invalid: a positive control of power `CERTAIN` was missed, or a negative one rejected. leak: the lower limit is
    above the ceiling; where the test is too small for that ceiling, the value must also reach what the test can find.
    not_resolvable: the smallest leak that can be found is above the ceiling (or is 1, without a ceiling), or no
    positive control was seen at all. Otherwise passed.
    """
    positive = [c for c in controls if c.kind == "positive"]
    missed = any(c.outcome == "missed" and c.power is not None and c.power >= CERTAIN for c in positive)
    if missed or any(c.outcome == "alarm" for c in controls):
        return "invalid"
    limit = 1.0 if ceiling is None else ceiling
    resolved = detectable <= limit and detectable < 1
    if interval.low > max(limit, baseline) and (resolved or value >= detectable):
        return "leak"
    return "passed" if resolved and any(c.outcome == "detected" for c in positive) else "not_resolvable"


def positive(name: str, data: Data, value: float, interval: Interval, power: float, baseline: float) -> Control:
    """A release that leaks by construction: detected if the lower limit is above the baseline."""
    return Control(name, "positive", data, value, interval, power, "detected" if interval.low > baseline else "missed")


def negative(name: str, data: Data, value: float, interval: Interval, p_value: float) -> Control:
    """People who are all alike: an alarm if the test tells them apart."""
    return Control(name, "negative", data, value, interval, None, "alarm" if p_value < ALARM else "quiet")
