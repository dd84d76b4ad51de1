"""Levels of columns that rules tie together, drawn jointly: exactly, and never by rejection.

The distribution is that of independent columns given that no rule is broken, P(levels) proportional to the product of
their weights where every mask allows them. Columns are eliminated one by one (Dechter 1999, Bucket elimination: a
unifying framework for reasoning), and drawn in the opposite order, each given those that are drawn already. Levels
that no rule tells apart are one class until the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.domain import rules
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.dummy.along import Weights

MAX_CELLS = 8_000_000
"""Largest table of one step."""

Classes = np.ndarray[Any, np.dtype[np.int64]]

Table = tuple[tuple[str, ...], Weights]
"""Columns, and a number for each combination of their classes."""


class TooWideError(Exception):
    """Rules tie so many columns together that no table of a step would fit; the message names the columns."""


class NothingLeftError(Exception):
    """Rules and weights together leave no record."""


@dataclass(frozen=True)
class Step:
    """How one column is drawn.

    Attributes:
        name: the column.
        given: columns that are drawn before it.
        sums: cumulative chances of its classes in [0, 1], one axis for each given column, the last for the classes.
    """

    name: str
    given: tuple[str, ...]
    sums: Weights


@dataclass(frozen=True)
class Combinations:
    """The columns that stand in rules, and how they are drawn.

    Attributes:
        steps: in the order of drawing.
        groups: column -> class of each level.
        members: column -> for each class the cumulative chances of all levels, shape (classes, levels).
        anchor: weights of the levels of the anchor column given that all rules hold, if there is an anchor.
    """

    steps: tuple[Step, ...]
    groups: Mapping[str, Classes]
    members: Mapping[str, Weights]
    anchor: Weights | None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(step.name for step in self.steps)

    def draw(self, rows: int, rng: np.random.Generator, known: Mapping[str, Codes] | None = None) -> dict[str, Codes]:
        """Levels of each column, shape (rows,).

        Args:
            rows: number of rows.
            rng: public randomness.
            known: levels of the anchor column that are drawn already, each with a weight above 0.
        """
        known = known or {}
        classes: dict[str, Classes] = {name: self.groups[name][codes] for name, codes in known.items()}
        codes = dict(known)
        for step in self.steps:
            if step.name in codes:
                continue
            context = np.zeros(rows, np.int64)
            for name, size in zip(step.given, step.sums.shape, strict=False):
                context = context * size + classes[name]
            classes[step.name] = _pick(step.sums.reshape(-1, step.sums.shape[-1]), context, rng)
            codes[step.name] = _pick(self.members[step.name], classes[step.name], rng).astype(np.uint16)
        return codes


def combinations(
    domain: Domain, zeros: rules.StructuralZeros, weights: Mapping[str, Weights], anchor: str | None = None
) -> Combinations:
    """Prepares the drawing.

    Args:
        domain: the columns.
        zeros: the rules.
        weights: column -> weight of each level, at least 0.
        anchor: a column that is drawn before all others of the rules, if it stands in one.

    Raises:
        TooWideError: a table of a step would have more than `MAX_CELLS` cells.
        NothingLeftError: no record has a weight above 0.
    """
    groups = {name: np.array(group) for name, group in rules.classes(zeros, domain).items()}
    merged = rules.merge(zeros, {name: group.tolist() for name, group in groups.items()})
    tables: list[Table] = [(clique, (~mask).astype(np.float64)) for clique, mask in merged]
    tables += [((name,), np.bincount(group, weights[name]).astype(np.float64)) for name, group in groups.items()]
    members = {name: _within(group, weights[name]) for name, group in groups.items()}
    steps: list[Step] = []
    anchored: Weights | None = None
    left = set(groups)
    while left:
        name = _next(left - {anchor} or left, tables)
        given, table = _product(name, [t for t in tables if name in t[0]])
        rest = table.sum(axis=-1)
        if not rest.any():
            raise NothingLeftError
        if name == anchor:
            anchored = table[groups[name]] * _share(groups[name], weights[name])
        tables = [t for t in tables if name not in t[0]] + ([(given, rest / rest.max())] if given else [])
        steps.append(Step(name, given, _sums(table)))
        left.remove(name)
    return Combinations(tuple(reversed(steps)), groups, members, anchored)


def _next(names: set[str], tables: Sequence[Table]) -> str:
    """The column whose elimination makes the smallest table; of several the first by name."""

    def cells(name: str) -> int:
        sizes = {
            other: size for names, t in tables if name in names for other, size in zip(names, t.shape, strict=True)
        }
        return int(np.prod([float(size) for size in sizes.values()]))

    return min(sorted(names), key=cells)


def _product(name: str, tables: Sequence[Table]) -> Table:
    """The product of tables over all their columns, with one column as the last axis."""
    sizes = {other: size for names, t in tables for other, size in zip(names, t.shape, strict=True)}
    given = tuple(sorted(sizes.keys() - {name}))
    axes = (*given, name)
    if np.prod([float(sizes[axis]) for axis in axes]) > MAX_CELLS:
        raise TooWideError(", ".join(sorted(axes)))
    product = np.ones([sizes[axis] for axis in axes])
    for names, table in tables:
        order = sorted(range(len(names)), key=lambda i: axes.index(names[i]))
        shape = [sizes[axis] if axis in names else 1 for axis in axes]
        product *= table.transpose(order).reshape(shape)
    return given, product


def _sums(table: Weights) -> Weights:
    """Cumulative chances along the last axis: exactly 1 from the last possible place on; all 0 if none is possible."""
    sums = np.cumsum(table, axis=-1)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(sums / sums[..., -1:])


def _within(group: Classes, weights: Weights) -> Weights:
    """Cumulative chances of levels inside each class."""
    table = np.zeros((group.max() + 1, len(group)))
    table[group, np.arange(len(group))] = weights
    return _sums(table)


def _share(group: Classes, weights: Weights) -> Weights:
    """The part of its class's weight that each level has."""
    whole = np.bincount(group, weights)[group]
    return np.divide(weights, whole, out=np.zeros(len(weights)), where=whole > 0)


def _pick(sums: Weights, context: Classes, rng: np.random.Generator) -> Classes:
    """A place for each row, by the cumulative chances in the row of `sums` that its context names.

    Rows of `sums` are laid end to end, the i-th shifted by i. A place without a chance has the same sum as the place
    before it, so that a search from the right never stops there.
    """
    places = sums.shape[1]
    line = (sums + np.arange(len(sums))[:, None]).reshape(-1)
    point = np.minimum(context + rng.random(len(context)), np.nextafter(context + 1.0, 0.0))
    return np.asarray(np.searchsorted(line, point, side="right") - context * places, np.int64)
