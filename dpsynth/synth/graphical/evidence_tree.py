"""The tree over what evidence leaves open: cliques cut to their open attributes, and messages known in advance.

Any clique can be the root, and a clique may hang on any ancestor that has all it shares. So the root is a small clique
that holds what is drawn, and wide cliques that are only summed out become leaves. What such a leaf says depends on the
evidence in its own cliques alone, which is often a handful of combinations: their messages are worked out once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table
from dpsynth.synth.graphical.junction_tree import Clique
from dpsynth.synth.graphical.model import GraphicalModel

Columns = Mapping[str, NDArray[Any]]

CELLS = 1 << 18
"""Numbers of a block's largest array: few enough for the processor's cache."""
KNOWN = 1 << 24
"""Largest number of products for the messages of a clique that are worked out in advance."""


@dataclass(frozen=True)
class Node:
    """A clique with open attributes.

    Attributes:
        given: its attributes that are evidence.
        open: its open attributes, those shared with its parent first.
        shared: how many of them are shared with its parent.
        parent: number of the parent node; -1 at a root.
        table: probabilities, shape (cells of given, cells of open).
        separator: those of what is shared, shape (cells of given, cells of shared).
        evidence: the evidence of the node and of all below it.
        message: what the node says to its parent, for all such evidence, shape (cells of evidence, cells of shared);
            None where that is too much, or where something else weighs on it: it is worked out for each record.
    """

    given: Clique
    open: Clique
    shared: int
    parent: int
    table: Table
    separator: Table
    evidence: Clique = ()
    message: Table | None = None


@dataclass(frozen=True)
class EvidenceTree:
    """Nodes, parents before children.

    Attributes:
        sizes: levels of all attributes.
        nodes: the nodes.
        limited: attributes whose levels are limited for each record.
        children: numbers of the children of each node.
    """

    sizes: Mapping[str, int]
    nodes: tuple[Node, ...]
    limited: tuple[str, ...]
    children: tuple[tuple[int, ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        below: list[list[int]] = [[] for _ in self.nodes]
        for i, node in enumerate(self.nodes):
            if node.parent >= 0:
                below[node.parent].append(i)
        object.__setattr__(self, "children", tuple(tuple(c) for c in below))

    def limits_at(self, i: int) -> tuple[str, ...]:
        """Limited attributes that weigh on a node: each weighs once, others hear of it through the tree."""
        return tuple(n for n in self.limited if n in self.nodes[i].open[self.nodes[i].shared :])

    def working(self, wanted: Sequence[str]) -> Set[int]:
        """The nodes that hold some attributes, those above, and those below whose message is not known in advance."""
        needed: set[int] = set()
        for i, node in enumerate(self.nodes):
            if any(name in node.open[node.shared :] for name in wanted):
                above = i
                while above >= 0:
                    needed.add(above)
                    above = self.nodes[above].parent
        for i, node in enumerate(self.nodes):
            if node.parent in needed and node.message is None:
                needed.add(i)
        return needed

    def weighed(
        self,
        i: int,
        known: Clique,
        given: Columns,
        records: int,
        messages: Mapping[int, Table],
        limits: Columns,
    ) -> Table:
        """What weighs on the open attributes of a node, for each record, shape (records, cells of those not known).

        Args:
            i: the node.
            known: nothing, or what the node shares with its parent, once that is drawn.
            given: codes of the evidence and of what is known, shape (records,) each.
            records: number of records.
            messages: of children whose message is not known in advance, shape (records, cells of shared).
            limits: attribute -> levels that each record may have, shape (records, levels).
        """
        node = self.nodes[i]
        over = node.open[len(known) :]
        table: Table = node.table.reshape(-1, self.cells(over))[self.cell((*node.given, *known), given, records)]
        along = table.reshape(records, *(self.sizes[n] for n in over))
        for name in self.limits_at(i):
            along *= limits[name].reshape(records, *(self.sizes[n] if n == name else 1 for n in over))
        for c in self.children[i]:
            child = self.nodes[c]
            shared = child.open[: child.shared]  # in the order of `node.open`, which begins with what can be known
            at, rest = tuple(n for n in shared if n in known), tuple(n for n in shared if n not in known)
            if child.message is None:
                said, row = messages[c], np.arange(records)
            else:
                said, row = child.message, self.cell(child.evidence, given, records)
            part = said.reshape(-1, self.cells(rest))[row * self.cells(at) + self.cell(at, given, records)]
            along *= part.reshape(records, *(self.sizes[n] if n in rest else 1 for n in over))
        return table

    def said(self, i: int, given: Columns, records: int, messages: Mapping[int, Table], limits: Columns) -> Table:
        """What a node says to its parent, shape (records, cells of shared); arguments as of `weighed`."""
        node = self.nodes[i]
        row, width = self.cell(node.given, given, records), self.cells(node.open[: node.shared])
        table = self.weighed(i, (), given, records, messages, limits)
        # A product with ones: much faster than a sum along a short axis.
        rest = table.shape[1] // width
        summed = (table.reshape(records * width, rest) @ np.ones(rest)).reshape(records, width)
        return _ratio(summed, node.separator[row])

    def cells(self, names: Sequence[str]) -> int:
        """Number of cells over some attributes."""
        return math.prod(self.sizes[n] for n in names)

    def cell(self, names: Clique, columns: Columns, records: int) -> NDArray[np.int64]:
        """The cell of each record over some attributes, shape (records,)."""
        cell = np.zeros(records, np.int64)
        for name in names:
            cell = cell * self.sizes[name] + columns[name]
        return cell


def evidence_tree(
    model: GraphicalModel, drawn: Sequence[str], wanted: Sequence[str], limited: Sequence[str]
) -> EvidenceTree:
    """The tree of a model's open attributes.

    Args:
        model: the distribution.
        drawn: the open attributes.
        wanted: those that will be drawn; the others are summed out.
        limited: open attributes whose levels will be limited for each record.
    """
    sizes, tree = model.sizes, model.tree
    cliques = {i: c for i, c in enumerate(tree.cliques) if any(n in drawn for n in c)}
    beside: dict[int, dict[int, Clique]] = {i: {} for i in cliques}
    for i, clique in cliques.items():
        separator = tuple(n for n in clique if n in tree.separators[i])
        if any(n in drawn for n in separator):  # what separates evidence alone separates nothing
            beside[i][tree.parents[i]] = beside[tree.parents[i]][i] = separator

    def first(i: int) -> tuple[int, int, int]:
        """Roots: what is limited for each record, then what is wanted, in a small table."""
        open_ = [n for n in cliques[i] if n in drawn]
        return (-sum(n in limited for n in open_), -sum(n in wanted for n in open_), math.prod(sizes[n] for n in open_))

    nodes: list[Node] = []
    number: dict[int, int] = {}
    for root in sorted(cliques, key=first):
        queue: list[tuple[int, int, Clique]] = [] if root in number else [(root, -1, ())]
        while queue:
            i, parent, separator = queue.pop(0)
            shared: Clique = tuple(n for n in separator if n in drawn)
            while parent >= 0 and nodes[parent].parent >= 0 and set(shared) <= set(nodes[nodes[parent].parent].open):
                parent = nodes[parent].parent
            shared = tuple(n for n in nodes[parent].open if n in shared) if parent >= 0 else ()
            number[i] = len(nodes)
            nodes.append(_node(model, i, shared, separator, drawn, parent))
            queue += [(j, number[i], between) for j, between in beside[i].items() if j not in number]
    return _with_messages(EvidenceTree(dict(sizes), tuple(nodes), tuple(limited)))


def _node(model: GraphicalModel, i: int, shared: Clique, separator: Clique, drawn: Sequence[str], parent: int) -> Node:
    """A clique of the model as a node that shares some attributes with its parent."""
    clique = model.tree.cliques[i]
    given = tuple(n for n in clique if n not in drawn)
    open_ = (*shared, *(n for n in clique if n in drawn and n not in shared))
    cells = math.prod(model.sizes[n] for n in open_)
    table = model.beliefs[i].transpose([clique.index(n) for n in (*given, *open_)]).reshape(-1, cells)
    # What only one side of a separator gives as evidence is summed on neither: both see their own slice.
    evidence = tuple(n for n in given if n in separator)
    kept = (*evidence, *shared)
    belief = model.beliefs[i].sum(axis=tuple(a for a, n in enumerate(clique) if n not in kept))
    names = [n for n in clique if n in kept]
    spread = belief.transpose([names.index(n) for n in kept])
    spread = spread.reshape(math.prod(model.sizes[n] for n in evidence), -1)
    grid = _grid(given, model.sizes)
    row = np.zeros(len(table), np.int64)
    for name in evidence:
        row = row * model.sizes[name] + grid[name]
    return Node(given, open_, len(shared), parent, table, np.asarray(spread[row]))


def _with_messages(tree: EvidenceTree) -> EvidenceTree:
    """The tree with the messages that can be known in advance."""
    nodes = list(tree.nodes)
    for i in reversed(range(len(nodes))):
        node, below = nodes[i], [nodes[c] for c in tree.children[i]]
        evidence = tuple(dict.fromkeys((*node.given, *(n for child in below for n in child.evidence))))
        nodes[i] = node = replace(node, evidence=evidence)
        records = tree.cells(evidence)
        if node.parent < 0 or tree.limits_at(i) or any(child.message is None for child in below):
            continue
        if records * tree.cells(node.open) > KNOWN:
            continue
        known, grid = replace(tree, nodes=tuple(nodes)), _grid(evidence, tree.sizes)
        step = max(1, CELLS // tree.cells(node.open))
        said = []
        for start in range(0, records, step):
            cut = {name: codes[start : start + step] for name, codes in grid.items()}
            said.append(known.said(i, cut, min(step, records - start), {}, {}))
        nodes[i] = replace(node, message=np.concatenate(said))
    return replace(tree, nodes=tuple(nodes))


def _grid(names: Clique, sizes: Mapping[str, int]) -> Columns:
    """All combinations of levels, in order: the code of each attribute in each, shape (combinations,)."""
    grid = np.indices([sizes[n] for n in names]).reshape(len(names), math.prod(sizes[n] for n in names))
    return dict(zip(names, grid, strict=True))


def _ratio(numbers: Table, others: Table) -> Table:
    """Numbers over others; 0 where the others are."""
    return np.divide(numbers, others, out=np.zeros_like(numbers), where=others > 0)
