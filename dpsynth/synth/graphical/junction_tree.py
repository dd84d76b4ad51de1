"""Junction trees: the order in which a graphical model is fitted, queried and sampled.

Source: Koller and Friedman (2009), Probabilistic Graphical Models, sections 9.4.3 (elimination orders) and 10.4.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Clique = tuple[str, ...]


@dataclass(frozen=True)
class JunctionTree:
    """Maximal cliques of a triangulated graph, with separators, in root-to-leaf order.

    Attributes:
        sizes: Number of levels of each attribute.
        cliques: Maximal cliques; clique 0 is the root and every parent stands before its children. The attributes of a
            clique are ordered separator first, so that summing a table to its separator runs over contiguous rows.
        separators: For each clique, what it shares with its parent; empty for the root and between components.
        parents: Index of each clique's parent; -1 for the root.
    """

    sizes: Mapping[str, int]
    cliques: tuple[Clique, ...]
    separators: tuple[Clique, ...]
    parents: tuple[int, ...]

    @classmethod
    def build(cls, sizes: Mapping[str, int], cliques: Iterable[Clique]) -> "JunctionTree":
        """Triangulates the graph in which every clique is complete and joins its maximal cliques into one tree.

        Args:
            sizes: Number of levels of each attribute, at least 1. Some clique of the tree covers each attribute.
            cliques: Attribute sets that must each fit into one clique of the tree; duplicates, permutations and
                subsets change nothing.

        Returns:
            The tree, which depends on the order of `sizes` and on the graph, but not on the order of `cliques`.

        Raises:
            ValueError: If there is no attribute, a size is below 1, or a clique names an attribute twice or an unknown
                one.
        """
        names = _checked_names(sizes)
        neighbours = _graph(names, cliques)
        log_sizes = [math.log(sizes[name]) for name in names]
        by_fill, filled = _eliminate(neighbours, log_sizes, lambda fill, weight: (fill, weight))
        choices = [by_fill]
        if filled:  # a chordal graph needs no fill, and then its own maximal cliques are the cheapest triangulation
            choices.append(_eliminate(neighbours, log_sizes, lambda fill, weight: (weight, fill))[0])
        members = [[[name for v, name in enumerate(names) if bits >> v & 1] for bits in choice] for choice in choices]
        best = min(members, key=lambda found: sum(_cells(sizes, clique) for clique in found))
        best.sort(key=lambda clique: (-_cells(sizes, clique), clique))
        return cls(dict(sizes), *_spanning_tree(best))

    @property
    def cells(self) -> int:
        """Total number of cells over the maximal cliques: the memory and the time of one pass, in table entries."""
        return sum(_cells(self.sizes, clique) for clique in self.cliques)

    def shape(self, clique: Clique) -> tuple[int, ...]:
        """Returns the shape of a table over `clique`."""
        return tuple(self.sizes[name] for name in clique)

    def covers(self, clique: Clique) -> bool:
        """Returns whether some clique of the tree contains `clique`."""
        return any(set(clique).issubset(members) for members in self.cliques)

    def home(self, clique: Clique) -> int:
        """Returns the index of the smallest tree clique that contains `clique`.

        Raises:
            ValueError: If there is none.
        """
        wanted = set(clique)
        found = [i for i, members in enumerate(self.cliques) if wanted.issubset(members)]
        if not found:
            raise ValueError(f"no clique of the tree contains {clique}.")
        return min(found, key=lambda i: _cells(self.sizes, self.cliques[i]))

    def walk(self) -> list[tuple[int, int]]:
        """Returns the edges (from, to) of a depth-first tour from the root and back, each edge once each way."""
        children: list[list[int]] = [[] for _ in self.cliques]
        for child, parent in enumerate(self.parents):
            if parent >= 0:
                children[parent].append(child)
        edges: list[tuple[int, int]] = []
        path, pending = [0], [iter(children[0])]
        while pending:
            for child in pending[-1]:
                edges.append((path[-1], child))
                path.append(child)
                pending.append(iter(children[child]))
                break
            else:
                pending.pop()
                left = path.pop()
                if path:
                    edges.append((left, path[-1]))
        return edges


def _cells(sizes: Mapping[str, int], clique: Iterable[str]) -> int:
    return math.prod(sizes[name] for name in clique)


def _checked_names(sizes: Mapping[str, int]) -> list[str]:
    if not sizes:
        raise ValueError("sizes is empty: a model needs at least one attribute.")
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"sizes[{name!r}] is {size}, but an attribute needs at least 1 level.")
    return list(sizes)


def check_clique(sizes: Mapping[str, int], clique: Clique) -> None:
    """Raises ValueError if `clique` names an attribute twice or one that is not in `sizes`."""
    unknown = [name for name in clique if name not in sizes]
    if unknown:
        raise ValueError(f"clique {clique} names {unknown}, but the attributes are {list(sizes)}.")
    if len(set(clique)) < len(clique):
        raise ValueError(f"clique {clique} names an attribute twice.")


def _graph(names: Sequence[str], cliques: Iterable[Clique]) -> list[int]:
    """Returns the neighbours of each attribute as a bit set."""
    position = {name: v for v, name in enumerate(names)}
    neighbours = [0] * len(names)
    for clique in cliques:
        check_clique(position, clique)
        bits = sum(1 << position[name] for name in clique)
        for name in clique:
            v = position[name]
            neighbours[v] |= bits & ~(1 << v)
    return neighbours


def _members(bits: int) -> list[int]:
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def _eliminate(
    graph: Sequence[int], log_sizes: Sequence[float], rank: Callable[[int, float], tuple[float, float]]
) -> tuple[list[int], int]:
    """Eliminates vertices greedily; returns the maximal elimination cliques (bit sets) and the number of edges added.

    `rank` orders the candidates by (number of edges to add, log of the cells of the new clique).
    """
    graph = list(graph)
    found: list[int] = []
    filled = 0
    costs: dict[int, tuple[float, float]] = {}
    stale = set(range(len(graph)))
    left = set(stale)
    fills = [0] * len(graph)
    while left:
        for v in stale & left:
            around = _members(graph[v])
            fills[v] = (sum((graph[v] & ~graph[u]).bit_count() for u in around) - len(around)) // 2
            costs[v] = rank(fills[v], log_sizes[v] + sum(log_sizes[u] for u in around))
        v = min(left, key=lambda u: (costs[u], u))
        left.remove(v)
        filled += fills[v]
        clique = graph[v] | 1 << v
        # A later elimination clique lacks v, so only an earlier one can contain this one.
        if not any(clique & ~earlier == 0 for earlier in found):
            found.append(clique)
        stale = set()
        for u in _members(graph[v]):
            graph[u] = (graph[u] | clique) & ~(1 << u) & ~(1 << v)
            stale |= {u, *_members(graph[u])}
    return found, filled


def _spanning_tree(cliques: Sequence[Sequence[str]]) -> tuple[tuple[Clique, ...], tuple[Clique, ...], tuple[int, ...]]:
    """Joins cliques by Prim's algorithm.

    A spanning tree of the maximal cliques of a chordal graph has the running intersection property if and only if the
    sum of its separators' cardinalities is the largest possible (Jensen and Jensen 1994, Optimal junction trees).
    """
    sets = [frozenset(clique) for clique in cliques]
    order, parents = [0], [-1]
    place = {0: 0}
    attach = {i: (len(sets[0] & sets[i]), 0) for i in range(1, len(sets))}
    while attach:
        chosen = max(attach, key=lambda i: (attach[i][0], -i))
        parents.append(place[attach.pop(chosen)[1]])
        place[chosen] = len(order)
        order.append(chosen)
        for i, (shared, _) in attach.items():
            if len(sets[chosen] & sets[i]) > shared:
                attach[i] = (len(sets[chosen] & sets[i]), chosen)
    separators: list[Clique] = []
    laid_out: list[Clique] = []
    for chosen, parent in zip(order, parents, strict=True):
        shared_with = sets[order[parent]] if parent >= 0 else frozenset()
        separators.append(tuple(name for name in cliques[chosen] if name in shared_with))
        laid_out.append(separators[-1] + tuple(name for name in cliques[chosen] if name not in shared_with))
    return tuple(laid_out), tuple(separators), tuple(parents)
