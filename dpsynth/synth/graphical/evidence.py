"""Draws some attributes of many records given the others, exactly, each record with evidence of its own.

Evidence cuts every clique's table down to the attributes that are still open, so that one record needs only small
tables: messages run from the leaves to the roots of the tree, and values are drawn on the way back. All records of a
block go together: the tables of a clique form one array, with a row for each record.

Source: Koller and Friedman (2009), Probabilistic Graphical Models, section 10.3.3 (evidence in clique trees).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.evidence_tree import CELLS, Columns, EvidenceTree, evidence_tree
from dpsynth.synth.graphical.factor import Table
from dpsynth.synth.graphical.junction_tree import Clique
from dpsynth.synth.graphical.model import GraphicalModel
from dpsynth.synth.graphical.sample import Codes

Allowed = Mapping[str, NDArray[np.bool_]]
"""Attribute -> which of its levels each record may have, shape (records, levels)."""


@dataclass(frozen=True)
class Conditional:
    """A model of which some attributes are given.

    Attributes:
        model: the distribution.
        drawn: the attributes that are open.
    """

    model: GraphicalModel
    drawn: tuple[str, ...]
    _trees: dict[tuple[Clique, Clique], EvidenceTree] = field(default_factory=dict, init=False, repr=False)

    def draw(
        self,
        given: Columns,
        records: int,
        rng: np.random.Generator,
        allowed: Allowed | None = None,
        wanted: Sequence[str] | None = None,
        instead: Conditional | None = None,
    ) -> Codes:
        """Values of open attributes, shape (records, len(wanted)).

        Where the evidence, or what is allowed, has probability zero, another conditional draws, or every allowed value
        is as likely as any other.

        Args:
            given: codes of all attributes that are not open, shape (records,) each.
            records: number of records.
            rng: public randomness.
            allowed: levels that records may have; all, for attributes that are not named.
            wanted: which open attributes; all, if not given. Others are summed out.
            instead: the same model with less of the evidence: who draws where all of it is impossible. What is limited
                is then drawn by itself, unless it fits.
        """
        names = self.drawn if wanted is None else tuple(wanted)
        limits = allowed or {}
        key = (names, tuple(limits))
        if key not in self._trees:
            self._trees[key] = evidence_tree(self.model, self.drawn, names, key[1])
        tree = self._trees[key]
        working = tree.working(names)
        found = np.zeros((len(names), records), np.uint16)
        step = max(1, CELLS // max((tree.nodes[i].table.shape[1] for i in working), default=1))
        for start in range(0, records, step):
            part = slice(start, min(start + step, records))
            cut = {name: np.asarray(codes[part], np.int64) for name, codes in given.items()}
            here = {name: mask[part] for name, mask in limits.items()}
            values, dead = _drawn(tree, working, cut, part.stop - part.start, rng, here)
            for of, name in zip(found, names, strict=True):
                of[part] = values[name]
            if instead is not None and len(dead):
                less = {name: codes[dead] for name, codes in cut.items() if name not in instead.drawn}
                others = instead.draw(less, len(dead), rng, None, names)
                fitting = {name: mask[dead] for name, mask in here.items()}
                found[:, part.start + dead] = _fitted(others, names, fitting, rng).T
        return found.T


def _drawn(
    tree: EvidenceTree, working: Set[int], given: Columns, records: int, rng: np.random.Generator, limits: Allowed
) -> tuple[Columns, NDArray[np.int64]]:
    """Messages up, values down.

    Returns:
        Values of the open attributes of some nodes, shape (records,) each; the records whose evidence is impossible.
    """
    dead = np.zeros(records, bool)
    messages: dict[int, Table] = {}
    for i in sorted(working, reverse=True):
        if tree.nodes[i].parent >= 0 and tree.nodes[i].message is None:
            messages[i] = tree.said(i, given, records, messages, limits)
    known, values = dict(given), dict[str, NDArray[np.int64]]()
    for i in sorted(working):
        node = tree.nodes[i]
        shared, rest = node.open[: node.shared], node.open[node.shared :]
        if not rest:
            continue
        weights = tree.weighed(i, shared, known, records, messages, limits)
        cell, empty = _chosen(weights, rng, _fitting(tree, rest, limits, records))
        dead |= empty
        for name in reversed(rest):
            cell, values[name] = np.divmod(cell, tree.sizes[name])
            known[name] = values[name]
    return values, np.flatnonzero(dead)


def _fitted(codes: Codes, names: Sequence[str], allowed: Allowed, rng: np.random.Generator) -> Codes:
    """Codes of shape (records, names), where what is not allowed gives way to anything that is."""
    found = codes.copy()
    for name in (n for n in names if n in allowed):
        i, mask = names.index(name), allowed[name]
        wrong = np.flatnonzero(~mask[np.arange(len(mask)), found[:, i]])
        found[wrong, i] = categorical(mask[wrong].astype(np.float64), rng, None)
    return found


def _fitting(tree: EvidenceTree, names: Clique, allowed: Allowed, records: int) -> NDArray[np.bool_] | None:
    """Which cells over some attributes are allowed; None: all."""
    limited = [n for n in names if n in allowed]
    if not limited:
        return None
    full = np.ones((records, *(tree.sizes[n] for n in names)), bool)
    for name in limited:
        full &= allowed[name].reshape(records, *(tree.sizes[n] if n == name else 1 for n in names))
    return full.reshape(records, -1)


def categorical(
    weights: NDArray[np.float64], rng: np.random.Generator, fitting: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """A column for each row, with probability proportional to its weight; any that fits where all weights are 0."""
    return _chosen(weights, rng, fitting)[0]


def _chosen(
    weights: NDArray[np.float64], rng: np.random.Generator, fitting: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The same, and where all weights are 0."""
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
    return chosen, empty
