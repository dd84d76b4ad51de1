"""The plug-in point for synthesizers.

config    = CliqueTree(...)                           # frozen, no data, no budget
mechanism = config.calibrate(mu, task)                # knows its exact cost: mechanism.event
measured  = mechanism.measure(curator)                # the only step that touches rows, through the curator
model     = mechanism.fit(measured)                   # post-processing, may run again for free
codes     = model.sample(n, rng)                      # post-processing
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol, Self, TypeVar

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.errors import PolicyError
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.events import Event
from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.graphical.sample import BLOCK
from dpsynth.synth.task import Task


@dataclass(frozen=True)
class Score:
    """A noisy distance of a pair's table from the product of the measured one-ways.

    Attributes:
        clique: two columns.
        noisy: the answer in rows: L1 for plain counts, L2 for clipped ones.
        sigma: standard deviation of its noise, in rows.
        rows: what the product was scaled to.
        gain: L1 distance in rows, less what sampling and noise explain; 0 if nothing is left.
        margins: the shares whose product the table was compared with, one for each group of each column.
    """

    clique: Clique
    noisy: float
    sigma: float
    rows: float
    gain: float
    margins: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Measurements:
    """Everything noisy that a mechanism learned: what a model can be fitted from, again and for free.

    Attributes:
        mechanism: registered name.
        marginals: noisy marginals.
        scores: noisy scores that chose among cliques; kept for the report.
        event: what was asked.
        rows: noisy number of rows, where it was a question of its own (clipped counts); None: the marginals tell.
        reach: number of rows of a unit at which clipping began; None for plain counts.
        lost: share of rows beyond where clipping begins, from noisy counts; 0 for plain counts.
        generators: what training on noisy gradients left, by name.
    """

    mechanism: str
    marginals: tuple[Measurement, ...]
    scores: tuple[Score, ...]
    event: Event
    rows: float | None = None
    reach: float | None = None
    lost: float = 0.0
    generators: Mapping[str, np.ndarray[Any, np.dtype[np.float32]]] = field(default_factory=dict)

    def total(self) -> float:
        """Number of rows: the inverse-variance mean of the sums of the marginals. May be negative.

        Every row is in one cell of every marginal, merged or not, so each sum estimates the same number.
        """
        return sum_of(self.marginals) if self.rows is None else self.rows

    @cached_property
    def answers(self) -> tuple[Measurement, ...]:
        """The marginals of one column and more, all in rows: clipped ones are scaled to the total."""
        rows = max(1.0, self.total())
        return tuple(normalised(m, rows) for m in self.marginals if m.clique)

    @cached_property
    def tables(self) -> tuple[Measurement, ...]:
        """The same, each question once: its answers' mean by inverse variance."""
        found: dict[Any, Measurement] = {}
        for m in self.answers:
            question = (m.clique, m.groups)
            found[question] = found[question].averaged(m) if question in found else m
        return tuple(found.values())

    def about(self, names: Collection[str]) -> Measurements:
        """What concerns these columns alone."""
        return replace(
            self,
            marginals=tuple(m for m in self.marginals if set(m.clique) <= set(names)),
            scores=tuple(s for s in self.scores if set(s.clique) <= set(names)),
        )

    def one_way(self, name: str) -> Measurement:
        """The noisy one-way marginal of a column."""
        return next(m for m in self.tables if m.clique == (name,))


def sum_of(marginals: Sequence[Measurement]) -> float:
    """Number of rows: the inverse-variance mean of the sums of plain marginals. May be negative."""
    weights = [1 / (m.values.size * m.sigma**2) for m in marginals]
    return float(np.average([m.values.sum() for m in marginals], weights=weights))


def normalised(m: Measurement, rows: float) -> Measurement:
    """A clipped marginal, scaled to the number of rows; a plain one as it is.

    Every clipped marginal loses another part of the rows of units with many: without this they could not agree.
    """
    if m.clip is None:
        return m
    # A sum that the noise left below its own standard deviation says nothing about the scale.
    factor = rows / max(float(m.values.sum()), m.sigma * math.sqrt(m.values.size), 1.0)
    return m.scaled(factor)


@dataclass(frozen=True)
class Planned:
    """A group of queries that a mechanism will ask, for the cost plan; known before any data are opened.

    Attributes:
        purpose: name of the group.
        queries: number of queries.
        cells: number of noisy cells in all (an upper bound where the choice comes later).
        sigma: noise in each cell, in rows.
        share: share of mu^2 of the mechanism.
        each: (column, noise in rows) where the columns of the group get different noise; `sigma` is then what equal
            noise would be.
        candidate: the mechanism that asks, where a policy names several.
        table: whose rows are asked about, where there are several tables.
    """

    purpose: str
    queries: int
    cells: int
    sigma: float
    share: float
    each: tuple[tuple[str, float], ...] = ()
    candidate: str = ""
    table: str = ""


class Model(Protocol):
    """A fitted distribution over coded rows. Saved and loaded without pickle: plain arrays."""

    def sample(
        self, n: int, rng: np.random.Generator, *, rounding: bool = True, given: Mapping[str, int] | None = None
    ) -> Codes:
        """Rows, shape (n, columns), in the order of the domain.

        Args:
            n: number of rows; may be 0.
            rng: public randomness.
            rounding: counts as close to expected as whole numbers can be, instead of independent rows.
            given: column -> code that every row shall have.

        Raises:
            ValueError: `given` names an unknown column or a code outside its range, or no row can have these levels.
        """
        ...

    def blocks(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        rounding: bool = True,
        given: Mapping[str, int] | None = None,
        block: int = BLOCK,
    ) -> Iterator[Codes]:
        """The same rows in blocks of `block` rows, the last one smaller, in memory that does not grow with n.

        Raises:
            ValueError: as `sample`, at once and not at the first block.
        """
        ...

    def marginal(self, clique: Clique) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Probabilities of the cells of a marginal."""
        ...

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Plain arrays for a model file."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Self:
        """The inverse of `to_arrays`."""
        ...


class Mechanism(Protocol):
    """A calibrated synthesizer: its cost is a value."""

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def event(self) -> Event:
        """What `measure` costs at most, whatever the data are."""
        ...

    @property
    def plan(self) -> tuple[Planned, ...]:
        """The groups of queries of `event`."""
        ...

    def measure(self, measurer: Measurer) -> Measurements:
        """Asks; the only step that touches rows. Its queries cost at most `event`; the curator enforces it."""
        ...

    def fit(self, measured: Measurements) -> Model:
        """Post-processing."""
        ...


class Synthesizer(Protocol):
    """A synthesizer's settings, from the policy.

    Attributes:
        name: what policies call it.
        model: class of its fitted models, for reading model files.

    One that asks for sums over samples of people (`SampledGaussian`) may say so by a class attribute `samples = True`,
    so that an audit need not calibrate it to find out.
    """

    name: ClassVar[str]
    model: ClassVar[type[Any]]

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> Synthesizer:
        """Takes what concerns it from the policy."""
        ...

    def calibrate(self, budget: Mu, task: Task) -> Mechanism:
        """Fixes all noise so that the mechanism costs at most `budget`."""
        ...


_REGISTRY: dict[str, type[Synthesizer]] = {}
S = TypeVar("S", bound=type[Synthesizer])


def synthesizer(name: str) -> Callable[[S], S]:
    """Registers a synthesizer under the name that policies use.

    Raises:
        ValueError: another synthesizer has the name; a plug-in must not take the place of a reviewed mechanism.
    """

    def register(cls: S) -> S:
        if _REGISTRY.setdefault(name, cls) is not cls:
            raise ValueError(f"Expected a new name for {cls.__module__}.{cls.__qualname__}; {name!r} is taken.")
        return cls

    return register


def available() -> dict[str, type[Synthesizer]]:
    """All synthesizers, built in and from the entry-point group `dpsynth.synthesizers`."""
    import dpsynth.synth.aim
    import dpsynth.synth.clique_tree
    import dpsynth.synth.fixed
    import dpsynth.synth.independent
    import dpsynth.synth.mst
    import dpsynth.synth.network.gan
    import dpsynth.synth.network.marginal_network  # noqa: F401

    for point in entry_points(group="dpsynth.synthesizers"):
        if point.name not in _REGISTRY:
            loaded = point.load()  # may register itself
            _REGISTRY.setdefault(point.name, loaded)
    return dict(sorted(_REGISTRY.items()))


def configure(synthesis: Synthesis) -> Synthesizer:
    """The synthesizer that a policy names.

    Raises:
        PolicyError: there is none of that name.
    """
    found = available()
    if synthesis.mechanism not in found:
        raise PolicyError(
            f"synthesis.mechanism is {synthesis.mechanism!r}; available are {', '.join(found)}. Choose one of these."
        )
    return found[synthesis.mechanism].from_policy(synthesis)
