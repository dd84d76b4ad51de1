"""What a mechanism would be answered without noise: counted in the obvious way, apart from the curator.

The audit compares noisy answers with these. Were they counted by the code under audit, a mistake there would cancel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.privacy.queries import Clique, Groups, Table, group_shape, marginal_counts

Key = tuple[Clique, tuple[tuple[int, ...] | None, ...], float | None]


class Exact:
    """Answers about one group of people; each is computed once.

    Args:
        units: the people, already bounded.
        domain: public domain of the columns.
    """

    def __init__(self, units: Units, domain: Domain) -> None:
        self._units, self._sizes = units, domain.sizes
        self._columns = {name: np.ascontiguousarray(units.codes[:, i]) for i, name in enumerate(domain.names)}
        self._known: dict[Key, Table] = {}

    def fits(self, clique: Clique, groups: Groups, shape: tuple[int, ...]) -> bool:
        """Whether a table of this shape can be the marginal in this world's domain."""
        try:
            return group_shape(self._sizes, clique, groups) == shape
        except ValueError:  # groups of another domain
            return False

    def marginal(self, clique: Clique, groups: Groups, clip: float | None) -> Table:
        """Counts of rows, or the sum of each unit's histogram scaled to an L2 length of at most `clip`."""
        key = clique, tuple(groups.get(name) for name in clique), clip
        if key not in self._known:
            self._known[key] = self._plain(clique, groups) if clip is None else self._clipped(clique, groups, clip)
        return self._known[key]

    def distance(self, clique: Clique, target: Table, groups: Groups, clip: float | None) -> float:
        """L1 distance of counts to a table, or L2 distance of clipped ones."""
        gap = self.marginal(clique, groups, clip) - target
        return float(np.abs(gap).sum()) if clip is None else float(np.sqrt((gap**2).sum()))

    def unit_sizes(self, upper: tuple[int, ...]) -> Table:
        """People by their number of rows: 1 .. upper[0], upper[0] + 1 .. upper[1], and so on, the last bin open."""
        counts = np.zeros(len(upper) + 1)
        for rows in self._units.rows_per_unit[self._units.rows_per_unit > 0].tolist():
            counts[sum(rows > end for end in upper)] += 1
        return counts

    def _plain(self, clique: Clique, groups: Groups) -> Table:
        return self._counts(clique, groups, self._columns)

    def _clipped(self, clique: Clique, groups: Groups, clip: float) -> Table:
        total = np.zeros(group_shape(self._sizes, clique, groups))
        for person in range(self._units.size):
            own = self._units.owner == person
            histogram = self._counts(clique, groups, {name: column[own] for name, column in self._columns.items()})
            total += histogram * min(1.0, clip / max(1.0, float(np.sqrt((histogram**2).sum()))))
        return total

    def _counts(self, clique: Clique, groups: Groups, columns: dict[str, np.ndarray[Any, Any]]) -> Table:
        return marginal_counts(columns, self._sizes, clique, groups).astype(np.float64)
