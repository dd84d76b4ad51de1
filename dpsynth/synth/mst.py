"""A tree of pairs: one-ways, noisy scores of all pairs, the maximum spanning tree, its pairs.

Source: McKenna, Miklau and Sheldon (2021), arXiv:2108.04978. Two departures: the tree comes from scores of all pairs
that are noised once with Gaussian noise (instead of one exponential mechanism an edge), so that the whole mechanism is
one Gaussian event; and a pair's score is its L1 distance to the product of the *measured* one-ways, a constant, so
that one row moves it by at most 1 (comparing with the true margins would move it by up to 4).

Why the cost is one fixed Gaussian event although later questions depend on earlier answers: which levels are merged,
which pairs are scored, the tables they are compared with and the tree are all computed from noisy answers alone. How
many questions there are at most, how far one person can move each, and all sigmas are fixed by `calibrate`. Under these
conditions mu^2 adds up whatever is chosen on the way (`events.GaussianQueries`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np

from dpsynth.domain.domain import Domain
from dpsynth.errors import PolicyError
from dpsynth.policy.schema import Synthesis
from dpsynth.privacy.events import Composed, Event, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS
from dpsynth.privacy.queries import Clique, Measurer, Table
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, Planned, synthesizer
from dpsynth.synth.compression import compress
from dpsynth.synth.independent import fit_compressed, one_way_event, query_sigma
from dpsynth.synth.tree_model import CompressedModel


@synthesizer("mst")
@dataclass(frozen=True)
class MST:
    """Settings.

    Attributes:
        one_way, selection, pairs: shares of mu^2; they add up to 1. With a single column all goes to the one-way.
        max_cells: a pair with more cells, after merging, is not considered.
    """

    one_way: float = 0.40
    selection: float = 0.05
    pairs: float = 0.55
    max_cells: int = 100_000
    name: ClassVar[str] = "mst"
    model: ClassVar[type[CompressedModel]] = CompressedModel

    def __post_init__(self) -> None:
        shares = (self.one_way, self.selection, self.pairs)
        if min(shares) <= 0 or not math.isclose(sum(shares), 1.0, abs_tol=1e-9):
            raise ValueError(f"Expected shares {shares} above 0 that add up to 1.")

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> MST:
        """Takes `split` and `max_cells`.

        Raises:
            PolicyError: the split does not name all three parts.
        """
        if synthesis.split is None:
            return cls(max_cells=synthesis.max_cells)
        if set(synthesis.split) != {"one_way", "selection", "pairs"}:
            raise PolicyError(
                f"synthesis.split names {', '.join(synthesis.split)}; mst needs one_way, selection and pairs. "
                "Give all three, adding up to 1."
            )
        return cls(**synthesis.split, max_cells=synthesis.max_cells)

    def calibrate(self, budget: Mu, domain: Domain, rows_per_unit: int) -> MSTMechanism:
        """Divides the budget among the three parts."""
        columns = len(domain.names)
        one_way = self.one_way if columns > 1 else 1.0
        return MSTMechanism(
            domain,
            rows_per_unit,
            self.max_cells,
            (one_way, self.selection, self.pairs),
            query_sigma(budget, one_way, columns, rows_per_unit),
            query_sigma(budget, self.selection, max(1, math.comb(columns, 2)), rows_per_unit),
            query_sigma(budget, self.pairs, max(1, columns - 1), rows_per_unit),
        )


@dataclass(frozen=True)
class MSTMechanism:
    """A calibrated tree of pairs."""

    domain: Domain
    rows_per_unit: int
    max_cells: int
    shares: tuple[float, float, float]
    one_way_sigma: float
    selection_sigma: float
    pair_sigma: float
    name: ClassVar[str] = "mst"

    @property
    def event(self) -> Event:
        """What `measure` costs at most: all pairs scored, a full tree measured.

        Fewer when pairs are too large (`max_cells`); how many stays depends on noisy answers, so all are charged.
        """
        columns = len(self.domain.names)
        first = one_way_event(self.domain, self.rows_per_unit, self.one_way_sigma)
        if columns < 2:
            return Composed((first,))
        scored, edges, bound = math.comb(columns, 2), columns - 1, float(self.rows_per_unit)
        return Composed(
            (
                first,
                GaussianQueries("selection", scored, scored, bound, self.selection_sigma, LATTICE_BITS),
                GaussianQueries("pairs", edges, self._pair_cells(), bound, self.pair_sigma, LATTICE_BITS),
            )
        )

    @property
    def plan(self) -> tuple[Planned, ...]:
        """What will be asked."""
        columns = len(self.domain.names)
        one_way, selection, pairs = self.shares
        first = Planned("one_way", columns, sum(self.domain.sizes.values()), self.one_way_sigma, one_way)
        if columns < 2:
            return (first,)
        scored = math.comb(columns, 2)
        return (
            first,
            Planned("selection", scored, scored, self.selection_sigma, selection),
            Planned("pairs", columns - 1, self._pair_cells(), self.pair_sigma, pairs),
        )

    def measure(self, measurer: Measurer) -> Measurements:
        """One-ways, scores of all pairs, the pairs of the tree."""
        names = self.domain.names
        one_ways = tuple(measurer.measure([(name,) for name in names], self.one_way_sigma, "one_way"))
        total = max(1.0, Measurements(self.name, one_ways, (), self.event).total())
        columns = {c.name: c for c in compress(one_ways, total)}
        groups = {name: c.group for name, c in columns.items()}
        candidates: list[Clique] = [
            (a, b) for a, b in combinations(names, 2) if columns[a].size * columns[b].size <= self.max_cells
        ]
        targets = [np.outer(columns[a].group_mass(), columns[b].group_mass()) * total for a, b in candidates]
        noisy = measurer.distances(candidates, targets, self.selection_sigma, "selection", groups)
        scores = [float(s) - _expected_distance(t) for s, t in zip(noisy, targets, strict=True)]
        tree = maximum_spanning_forest(names, candidates, scores)
        pairs = measurer.measure(tree, self.pair_sigma, "pairs", groups)
        return Measurements(self.name, (*one_ways, *pairs), tuple(zip(candidates, scores, strict=True)), self.event)

    def fit(self, measured: Measurements) -> CompressedModel:
        """Maximum entropy given one-ways and the pairs of the tree."""
        return fit_compressed(measured)

    def _pair_cells(self) -> int:
        """Upper bound on the cells of any tree: the d - 1 largest pairs that are allowed. Merging only shrinks them."""
        sizes = self.domain.sizes
        cells = sorted((min(sizes[a] * sizes[b], self.max_cells) for a, b in combinations(sizes, 2)), reverse=True)
        return max(1, sum(cells[: len(sizes) - 1]))


def _expected_distance(target: Table) -> float:
    """L1 distance to expect between a table and its mean when the columns are independent: Poisson cells.

    Without it a pair with many cells would look dependent. A constant: it costs nothing.
    """
    return float(math.sqrt(2 / math.pi) * np.minimum(np.sqrt(target), target * math.sqrt(2 * math.pi)).sum())


def maximum_spanning_forest(names: tuple[str, ...], edges: list[Clique], weights: list[float]) -> list[Clique]:
    """Kruskal's algorithm; ties go to the edge that stands first.

    Edges of negative weight are taken too: a pair that looks independent costs nothing more, its share is paid.
    """
    root = {name: name for name in names}

    def find(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    chosen = []
    for i in sorted(range(len(edges)), key=lambda i: (-weights[i], i)):
        a, b = (find(name) for name in edges[i])
        if a != b:
            root[a] = b
            chosen.append(edges[i])
    return chosen
