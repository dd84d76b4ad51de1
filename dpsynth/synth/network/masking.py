"""Rows that break no rule: columns are drawn one after the other, each among the groups that can still end well.

Which groups these are follows from the rules alone. Columns are eliminated one by one; a column's step keeps all
rules over it and what earlier eliminations left, and leaves to its neighbours which of their combinations have a place
for it. In the reverse order every step finds a group for every row. Source: Dechter (1999), Bucket elimination: a
unifying framework for reasoning, Artificial Intelligence 113, with "exists" in place of sums.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from dpsynth.domain.rules import Mask, StructuralZeros
from dpsynth.privacy.queries import Clique


@dataclass(frozen=True)
class Step:
    """Which groups of a column are possible.

    Attributes:
        name: the column.
        before: columns that are drawn before and decide about it.
        possible: True where a group is possible, axes `before` and then the column.
    """

    name: str
    before: Clique
    possible: Mask


def steps(sizes: Mapping[str, int], zeros: StructuralZeros, given: Mapping[str, int]) -> tuple[Step, ...]:
    """The columns that rules are about, in the order in which they are drawn.

    Args:
        sizes: groups of each column.
        zeros: rules over groups.
        given: column -> group that every row has.

    Raises:
        ValueError: no row meets all rules and has what is given.
    """
    factors: list[tuple[Clique, Mask]] = [(clique, ~mask) for clique, mask in zeros]
    left = {name for clique, _ in zeros for name in clique}
    for name in left & given.keys():
        one = np.zeros(sizes[name], np.bool_)
        one[given[name]] = True
        factors.append(((name,), one))
    found = []
    while left:
        around = {name: _union(c for c, _ in factors if name in c) for name in sorted(left)}
        name = min(around, key=lambda one: math.prod(sizes[other] for other in around[one]))
        before = tuple(other for other in around[name] if other != name)
        axes = (*before, name)
        own = [_spread(mask, clique, axes) for clique, mask in factors if name in clique]
        possible = np.broadcast_to(reduce(np.logical_and, own), [sizes[other] for other in axes])
        found.append(Step(name, before, possible))
        factors = [(c, m) for c, m in factors if name not in c]
        message: Mask = np.asarray(possible.any(axis=-1))
        if not message.any():
            raise ValueError("no row meets all rules and has the given levels.")
        if before:
            factors.append((before, message))
        left.remove(name)
    return tuple(reversed(found))


def _union(cliques: Any) -> Clique:
    return tuple(dict.fromkeys(name for clique in cliques for name in clique))


def _spread(mask: Mask, clique: Clique, axes: Sequence[str]) -> Mask:
    """A mask with one axis for each of `axes`."""
    order = sorted(range(len(clique)), key=lambda i: axes.index(clique[i]))
    shape = [mask.shape[clique.index(name)] if name in clique else 1 for name in axes]
    return np.asarray(mask.transpose(order).reshape(shape))
