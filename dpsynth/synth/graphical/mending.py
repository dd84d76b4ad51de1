"""Cells of cliques that came out more than two records off, brought nearer by changing single records.

How far a count may end from its expectation is said in `sample.py`: far from the root errors of separators may add up,
and now and then a cell is off by three or four. Then one attribute of one record is changed, which moves one count from
one cell to another in each clique with that attribute. The record is found clique by clique: in each, among the cells
that agree with what is chosen already, the pair that gains most. A change is made only if each cell that it touches
ends at most two off, or nearer than before. So no cell ever gets worse than two, and impossible cells stay empty.

Not promised: that a change is found. `sample.py` shows trees in which no counts at all keep within two.

The price: rounding keeps all expectations exact, and which cells get a change follows from how it fell out. So an
expectation may move by up to the number of records that are changed: at most 86, and often none, out of 6,000 to
200,000 on five public tables. Records are dealt out afterwards, so attributes that are independent given a separator
stay so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree
from dpsynth.synth.graphical.rounding import Counts

FURTHEST = 2.0
"""Records by which a cell may be off."""
MOST_TRIES = 5000
"""Records that are looked for at most, which bounds the work."""

Cells = tuple[int | slice, ...]
"""One cell of a table, or all cells with some codes."""
Move = tuple[int, Cells, Cells]
"""A clique, the cell that loses a record, and the cell that gains it."""


def mend(tree: JunctionTree, beliefs: Sequence[Table], counts: Sequence[Counts]) -> int:
    """Changes counts in place where they are more than `FURTHEST` off. They still agree on every separator.

    Args:
        tree: The junction tree.
        beliefs: Calibrated clique marginals.
        counts: Counts of each clique that agree on every separator.

    Returns:
        How many records were changed.
    """
    n = int(counts[0].sum())
    off = [table - n * belief for table, belief in zip(counts, beliefs, strict=True)]
    rounded = _Rounded(tree, beliefs, counts, off)
    tries, changed = iter(range(MOST_TRIES)), 0
    for i, table in enumerate(off):
        for cell in map(tuple, np.argwhere(np.abs(table) > FURTHEST).tolist()):
            while abs(table[cell]) > FURTHEST:
                found = (rounded.carried(*start) for _, start in zip(tries, rounded.starts(i, cell), strict=False))
                moves = next(filter(None, found), None)
                if moves is None:
                    break
                rounded.change(moves)
                changed += 1
    return changed


@dataclass(frozen=True)
class _Rounded:
    """Counts on their way.

    Attributes:
        tree: The junction tree.
        beliefs: Clique marginals.
        counts: Counts of each clique.
        off: By how much each is above its expectation.
    """

    tree: JunctionTree
    beliefs: Sequence[Table]
    counts: Sequence[Counts]
    off: Sequence[Table]

    def starts(self, i: int, cell: Cells) -> Iterator[tuple[Move, int]]:
        """Moves in clique i that bring a cell nearer, and the axis of what they change; the best one first."""
        above = self.off[i][cell] > 0
        found = []
        for axis in range(len(cell)):
            line = (*cell[:axis], slice(None), *cell[axis + 1 :])
            allowed = self._may_gain(i, line) if above else self._may_lose(i, line)
            found += [(float(self.off[i][line][level]), axis, level) for level in np.flatnonzero(allowed).tolist()]
        for _, axis, level in sorted(found, reverse=not above):
            other = (*cell[:axis], level, *cell[axis + 1 :])
            yield ((i, cell, other) if above else (i, other, cell)), axis

    def carried(self, start: Move, axis: int) -> list[Move]:
        """Carries a change of one attribute to all cliques that hold it; nothing if one of them has no fitting cell."""
        first, before, after = start
        name, level = self.tree.cliques[first][axis], after[axis]
        known = dict(zip(self.tree.cliques[first], before, strict=True))
        moves, waiting = [start], [(first, -1)]
        while waiting:
            here, came = waiting.pop()
            for k in self._beside(here, name):
                if k == came:
                    continue
                clique = self.tree.cliques[k]
                old, new = _cells(clique, known), _cells(clique, known | {name: level})
                fits = self._may_lose(k, old) & self._may_gain(k, new)
                gain = np.where(fits, self.off[k][old] - self.off[k][new], -np.inf)
                best = np.unravel_index(int(gain.argmax()), gain.shape)
                if not fits[best]:
                    return []
                known.update(zip([other for other in clique if other not in known], map(int, best), strict=True))
                moves.append((k, _cells(clique, known), _cells(clique, known | {name: level})))
                waiting.append((k, here))
        return moves

    def change(self, moves: Sequence[Move]) -> None:
        """Makes moves."""
        for k, loses, gains in moves:
            for table in (self.counts[k], self.off[k]):
                table[loses] -= 1
                table[gains] += 1

    def _beside(self, i: int, name: str) -> Iterator[int]:
        """The neighbours of clique i in the tree with which it shares an attribute."""
        if name in self.tree.separators[i]:
            yield self.tree.parents[i]
        yield from (k for k, p in enumerate(self.tree.parents) if p == i and name in self.tree.separators[k])

    def _may_lose(self, i: int, cells: Cells) -> NDArray[np.bool_]:
        return np.asarray((self.counts[i][cells] > 0) & (self.off[i][cells] >= 1 - FURTHEST))

    def _may_gain(self, i: int, cells: Cells) -> NDArray[np.bool_]:
        return np.asarray((self.beliefs[i][cells] > 0) & (self.off[i][cells] <= FURTHEST - 1))


def _cells(clique: Clique, known: Mapping[str, int | slice]) -> Cells:
    return tuple(known.get(name, slice(None)) for name in clique)
