"""Which pairs one junction tree can hold: a chordal graph grown edge by edge under a limit on its cells.

An edge {a, b} keeps a chordal graph chordal if the common neighbours of a and b separate them; the new maximal clique
is then {a, b} with those neighbours. So no triangulation is needed, and the size of the model is known after every
step. Source: Deshpande, Garofalakis and Jordan (2001), Efficient stepwise selection in decomposable models, UAI; the
idea of growing a clique tree for private synthesis under a memory limit is also in google/dpsynth's SWIFT
(unpublished).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dpsynth.privacy.queries import Clique
from dpsynth.synth.graphical import JunctionTree
from dpsynth.synth.task import cells


class ChordalGraph:
    """A chordal graph over columns.

    Args:
        sizes: levels (or groups) of each column.
        forced: column sets that are complete from the start; what their union needs to be chordal is filled in.
        max_clique: most cells of one maximal clique; forced cliques may be larger.
        max_total: most cells of all maximal cliques.
    """

    def __init__(self, sizes: Mapping[str, int], forced: Iterable[Clique], max_clique: int, max_total: int) -> None:
        self.sizes, self._max_clique, self._max_total = sizes, max_clique, max_total
        self._beside: dict[str, set[str]] = {name: set() for name in sizes}
        tree = JunctionTree.build(sizes, forced)
        for clique in tree.cliques:
            for name in clique:
                self._beside[name] |= set(clique) - {name}
        self.cells = tree.cells

    def has(self, clique: Clique) -> bool:
        """Whether the columns lie in one clique."""
        return all(b in self._beside[a] for a in clique for b in clique if a != b)

    def add(self, a: str, b: str) -> bool:
        """Adds an edge if the graph stays chordal and small enough; returns whether it is in the graph now."""
        if b in self._beside[a]:
            return True
        common = self._beside[a] & self._beside[b]
        clique = cells(self.sizes, (a, b, *common))
        more = clique - sum(cells(self.sizes, old) for old in ((a, *common), (b, *common)) if self._is_maximal(old))
        if clique > self._max_clique or self.cells + more > self._max_total or self._joined(a, b, common):
            return False
        self._beside[a].add(b)
        self._beside[b].add(a)
        self.cells += more
        return True

    def copy(self) -> ChordalGraph:
        """An independent copy."""
        twin = object.__new__(ChordalGraph)
        twin.sizes, twin._max_clique, twin._max_total = self.sizes, self._max_clique, self._max_total
        twin._beside = {name: set(beside) for name, beside in self._beside.items()}
        twin.cells = self.cells
        return twin

    def _is_maximal(self, clique: Clique) -> bool:
        """Whether nobody else is beside all of them."""
        return not set.intersection(*(self._beside[name] for name in clique))

    def _joined(self, a: str, b: str, without: set[str]) -> bool:
        """Whether a path leads from a to b around `without`."""
        seen, waiting = {a} | without, [a]
        while waiting:
            for name in self._beside[waiting.pop()]:
                if name == b:
                    return True
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
        return False


PENALTIES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Powers of a table's cells by which gains are divided, when edges are ranked."""


def densest(graph: ChordalGraph, gains: Mapping[Clique, float]) -> ChordalGraph:
    """The graph that holds most gain, of several grown greedily: with large tables last, or less so, or not at all.

    Args:
        graph: where growing starts; it is not changed.
        gains: pair -> gain, all above 0.
    """
    grown = []
    for power in PENALTIES:
        candidate = graph.copy()
        rank = {pair: -gain / cells(graph.sizes, pair) ** power for pair, gain in gains.items()}
        grow(candidate, sorted(gains, key=lambda pair: (rank[pair], pair)))
        grown.append(candidate)
    return max(grown, key=lambda g: sum(gain for pair, gain in gains.items() if g.has(pair)))


def grow(graph: ChordalGraph, pairs: Sequence[Clique]) -> None:
    """Adds pairs in the given order, again and again until no more can be added.

    An edge that does not fit yet may fit later, when more neighbours separate its ends.
    """
    left, before = list(pairs), -1
    while len(left) != before:
        before = len(left)
        left = [(a, b) for a, b in left if not graph.add(a, b)]


def maximum_spanning_forest(
    names: Sequence[str], edges: Sequence[Clique], weights: Sequence[float], joined: Sequence[Clique] = ()
) -> list[Clique]:
    """Kruskal's algorithm; ties go to the edge that stands first.

    Edges of weight zero are taken too: a pair that looks independent costs nothing more, its share is paid.

    Args:
        names: the columns.
        edges: pairs.
        weights: one for each.
        joined: column sets that are connected from the start.
    """
    root = {name: name for name in names}

    def find(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    for clique in joined:
        for name in clique[1:]:
            root[find(name)] = find(clique[0])
    chosen = []
    for i in sorted(range(len(edges)), key=lambda i: (-weights[i], i)):
        a, b = (find(name) for name in edges[i])
        if a != b:
            root[a] = b
            chosen.append(edges[i])
    return chosen
