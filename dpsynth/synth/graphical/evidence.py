"""Draws some attributes of many records given the others, exactly, each record with evidence of its own.

Evidence cuts every clique's table down to the attributes that are still open, so that one record needs only small
tables: messages run from the leaves to the roots of the tree, and values are drawn on the way back. All records of a
block go together: the tables of a clique form one array, with a row for each record.

Source: Koller and Friedman (2009), Probabilistic Graphical Models, section 10.3.3 (evidence in clique trees).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table
from dpsynth.synth.graphical.junction_tree import Clique
from dpsynth.synth.graphical.model import GraphicalModel
from dpsynth.synth.graphical.sample import Codes

Columns = Mapping[str, NDArray[Any]]
Allowed = Mapping[str, NDArray[np.bool_]]
"""Attribute -> which of its levels each record may have, shape (records, levels)."""

CELLS = 1 << 18
"""Numbers of a block's largest array: few enough for the processor's cache."""


@dataclass(frozen=True)
class _Node:
    """A clique with open attributes.

    Attributes:
        given: its attributes that are evidence.
        open: its open attributes, those shared with its parent first.
        shared: how many of them are shared with its parent.
        parent: number of the parent node; -1 at a root.
        table: probabilities, shape (cells of given, cells of open).
        separator: those of what is shared, shape (cells of given, cells of shared).
    """

    given: Clique
    open: Clique
    shared: int
    parent: int
    table: Table
    separator: Table


@dataclass(frozen=True)
class Conditional:
    """A model of which some attributes are given.

    Attributes:
        model: the distribution.
        drawn: the attributes that are open.
    """

    model: GraphicalModel
    drawn: tuple[str, ...]
    _sizes: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sizes", dict(self.model.sizes))

    @cached_property
    def nodes(self) -> tuple[_Node, ...]:
        """Cliques with open attributes, parents before children. Others say nothing about a record's open ones."""
        tree, nodes, number = self.model.tree, list[_Node](), dict[int, int]()
        for i, (clique, separator) in enumerate(zip(tree.cliques, tree.separators, strict=True)):
            open_ = tuple(n for n in clique if n in self.drawn)
            if not open_:
                continue
            shared = tuple(n for n in open_ if n in separator)
            given = tuple(n for n in clique if n not in self.drawn)
            ordered = (*shared, *(n for n in open_ if n not in shared))
            belief = self.model.beliefs[i].transpose([clique.index(n) for n in (*given, *ordered)])
            table = belief.reshape(self._cells(given), self._cells(ordered))
            # What only one side of a separator gives as evidence is summed on neither: both see their own slice.
            parent = number.get(tree.parents[i], -1) if shared else -1
            number[i] = len(nodes)
            kept = [axis for axis, n in enumerate((*given, *ordered)) if n in separator]
            names = [n for n in (*given, *ordered) if n in separator]
            summed = belief.sum(axis=tuple(a for a in range(belief.ndim) if a not in kept))
            evidence = tuple(n for n in names if n not in self.drawn)
            spread = summed.reshape(self._cells(evidence), self._cells(shared))
            nodes.append(_Node(given, ordered, len(shared), parent, table, self._slices(spread, evidence, given)))
        return tuple(nodes)

    def _slices(self, table: Table, names: Clique, given: Clique) -> Table:
        """A table over some evidence, repeated for all evidence of a clique."""
        grid = np.indices([self._sizes[n] for n in given]).reshape(len(given), -1) if given else np.zeros((0, 1), int)
        row = np.zeros(grid.shape[1] if given else 1, np.int64)
        for n in names:
            row = row * self._sizes[n] + grid[given.index(n)]
        return np.asarray(table[row])

    def draw(
        self,
        given: Columns,
        records: int,
        rng: np.random.Generator,
        allowed: Allowed | None = None,
        wanted: Sequence[str] | None = None,
    ) -> Codes:
        """Values of open attributes, shape (records, len(wanted)).

        Where the evidence, or what is allowed, has probability zero, every allowed value is as likely as any other.

        Args:
            given: codes of all attributes that are not open, shape (records,) each.
            records: number of records.
            rng: public randomness.
            allowed: levels that records may have; all, for attributes that are not named.
            wanted: which open attributes; all, if not given. Others are summed out.
        """
        names = self.drawn if wanted is None else tuple(wanted)
        found = np.zeros((len(names), records), np.uint16)
        widest = max((node.table.shape[1] for node in self.nodes), default=1)
        step = max(1, CELLS // widest)
        for start in range(0, records, step):
            part = slice(start, min(start + step, records))
            cut = {name: np.asarray(codes[part], np.int64) for name, codes in given.items()}
            limits = {name: mask[part] for name, mask in (allowed or {}).items()}
            found[:, part] = self._block(cut, part.stop - part.start, rng, limits, names)
        return found.T

    @cached_property
    def _messages(self) -> tuple[Table, ...]:
        """What each clique alone says to its parent, for all evidence: shape (cells of given, cells of shared)."""
        found = []
        for node in self.nodes:
            summed = node.table.reshape(len(node.table), self._cells(node.open[: node.shared]), -1).sum(axis=2)
            found.append(_ratio(summed, node.separator))
        return tuple(found)

    def _block(
        self, given: Columns, records: int, rng: np.random.Generator, allowed: Allowed, names: Sequence[str]
    ) -> Codes:
        nodes = self.nodes
        rows = [self._cell(node.given, given, records) for node in nodes]
        # Tables of cliques that something else weighs on, a row for each record; of all others, the one table suffices.
        tables: list[NDArray[np.float64] | None] = [None] * len(nodes)

        def weigh(i: int, weights: NDArray[Any], over: Clique) -> None:
            node, table = nodes[i], tables[i]
            if table is None:
                table = tables[i] = node.table[rows[i]]
            along = table.reshape(records, *(self._sizes[n] for n in node.open))
            along *= self._along(weights, over, node.open)

        for name, mask in allowed.items():
            # Once: every other clique that holds the attribute hears of it through the tree.
            weigh(next(i for i, node in enumerate(nodes) if name in node.open), mask, (name,))
        for i in reversed(range(len(nodes))):
            node, table = nodes[i], tables[i]
            if node.parent < 0:
                continue
            if table is None:
                message = self._messages[i][rows[i]]
            else:
                width = self._cells(node.open[: node.shared])
                # A product with ones: much faster than a sum along a short axis.
                summed = (table.reshape(records * width, -1) @ np.ones(table.shape[1] // width)).reshape(records, width)
                message = _ratio(summed, node.separator[rows[i]])
            weigh(node.parent, message, node.open[: node.shared])
        needed = self._needed(names)
        values: dict[str, NDArray[np.int64]] = {}
        for i, (node, table) in enumerate(zip(nodes, tables, strict=True)):
            shared, rest = node.open[: node.shared], node.open[node.shared :]
            if not rest or i not in needed:
                continue
            at, width = self._cell(shared, values, records), self._cells(shared)
            if table is None:
                weights = node.table.reshape(len(node.table), width, -1)[rows[i], at]
            else:
                weights = table.reshape(records, width, -1)[np.arange(records), at]
            cell = categorical(weights, rng, self._fitting(rest, allowed, records))
            for name in reversed(rest):
                cell, values[name] = np.divmod(cell, self._sizes[name])
        return np.stack([values[name] for name in names]).astype(np.uint16)

    def _needed(self, names: Sequence[str]) -> set[int]:
        """The cliques that hold the attributes, and those above them."""
        needed: set[int] = set()
        for i, node in enumerate(self.nodes):
            if any(name in node.open[node.shared :] for name in names):
                above = i
                while above >= 0:
                    needed.add(above)
                    above = self.nodes[above].parent
        return needed

    def _cells(self, names: Sequence[str]) -> int:
        return math.prod(self._sizes[n] for n in names)

    def _cell(self, names: Clique, columns: Columns, records: int) -> NDArray[np.int64]:
        cell = np.zeros(records, np.int64)
        for name in names:
            cell = cell * self._sizes[name] + columns[name]
        return cell

    def _along(self, values: NDArray[Any], named: Clique, over: Clique) -> NDArray[Any]:
        """An array (records, cells of named) with an axis for each attribute of `over`, of length 1 for all others."""
        axes = values.reshape(len(values), *(self._sizes[n] for n in named))
        order = [n for n in over if n in named]
        axes = axes.transpose([0, *(1 + named.index(n) for n in order)])
        return axes.reshape(len(values), *(self._sizes[n] if n in named else 1 for n in over))

    def _fitting(self, names: Clique, allowed: Allowed, records: int) -> NDArray[np.bool_] | None:
        """Which cells over some attributes are allowed; None: all."""
        limited = [n for n in names if n in allowed]
        if not limited:
            return None
        full = np.ones((records, *(self._sizes[n] for n in names)), bool)
        for name in limited:
            full &= self._along(allowed[name], (name,), names)
        return full.reshape(records, -1)


def _ratio(numbers: Table, others: Table) -> Table:
    """Numbers over others; 0 where the others are."""
    return np.divide(numbers, others, out=np.zeros_like(numbers), where=others > 0)


def categorical(
    weights: NDArray[np.float64], rng: np.random.Generator, fitting: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """A column for each row, with probability proportional to its weight; any that fits where all weights are 0."""
    sums = np.cumsum(weights, axis=1)
    empty = ~(sums[:, -1] > 0)
    if empty.any():
        even = np.ones_like(weights[empty]) if fitting is None else fitting[empty].astype(np.float64)
        even[even.sum(axis=1) == 0] = 1.0
        sums[empty] = np.cumsum(even, axis=1)
    threshold = rng.random(len(weights)) * sums[:, -1]
    chosen: NDArray[np.int64] = (sums <= threshold[:, None]).sum(axis=1)
    # Should rounding put the threshold at the very end: the last column with a weight.
    over = np.flatnonzero(chosen == weights.shape[1])
    chosen[over] = weights.shape[1] - 1 - np.argmax((np.diff(sums[over], axis=1, prepend=0.0) > 0)[:, ::-1], axis=1)
    return chosen
