"""Dense tables over a clique: one axis for each attribute, in the clique's order.

All but `product_sum` also work on torch tensors of float64, wherever they live, and stay there.
"""

import functools
import math
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.junction_tree import Clique

Table = NDArray[np.float64]
"""A numpy array, or a torch tensor: the operators and methods used on tables mean the same on both."""


def library(table: Table) -> Any:
    """Returns numpy or torch: the module whose functions work on `table`."""
    return np if isinstance(table, (np.ndarray, np.generic)) else sys.modules["torch"]


def project(values: Table, clique: Clique, target: Clique) -> Table:
    """Sums a table over `clique` to `target`, a subset of it in any order; axes come in the order of `target`.

    The result shares no memory with `values`.
    """
    summed, order = _projection(clique, target)
    # To torch no axes would mean all axes.
    return _permuted(values.sum(axis=summed) if summed else values * 1.0, order)


def expand(values: Table, clique: Clique, target: Clique) -> Table:
    """Views a table over `clique` so that it broadcasts against a table over `target`, a superset in any order."""
    order, axes = _expansion(clique, target)
    return _permuted(values, order)[axes]


def quotient(numerator: Table, denominator: Table) -> Table:
    """Divides with 0/0 = 0, by which structural zeros survive message passing; up to 1e-300 a number counts as 0."""
    divisor: Table = library(denominator).where(denominator > 1e-300, denominator, math.inf)
    return numerator / divisor


@functools.lru_cache(1 << 16)
def _projection(clique: Clique, target: Clique) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Returns the axes to sum over and the order of those that are left."""
    kept = [name for name in clique if name in target]
    summed = tuple(axis for axis, name in enumerate(clique) if name not in target)
    return summed, tuple(kept.index(name) for name in target)


@functools.lru_cache(1 << 16)
def _expansion(clique: Clique, target: Clique) -> tuple[tuple[int, ...], tuple[slice | None, ...]]:
    """Returns the order of the axes and the index that adds an axis of length 1 for each attribute not in `clique`."""
    order = tuple(clique.index(name) for name in target if name in clique)
    return order, tuple(slice(None) if name in clique else None for name in target)


def _permuted(values: Table, order: tuple[int, ...]) -> Table:
    if isinstance(values, (np.ndarray, np.generic)):
        return np.asarray(values).transpose(order)  # numpy's sum over all axes is a number
    permuted: Table = library(values).permute(values, order)
    return permuted


def product_sum(factors: Iterable[tuple[Clique, Table]], target: Clique) -> Table:
    """Multiplies tables and sums out every attribute that is not in `target`, without forming the full product."""
    factors = list(factors)
    number: dict[str, int] = {}
    for clique, _ in factors:
        for name in clique:
            number.setdefault(name, len(number))
    operands: list[Any] = []
    for clique, values in factors:
        operands += [values, [number[name] for name in clique]]
    summed = np.einsum(*operands, [number[name] for name in target], optimize=len(factors) > 2)
    return np.asarray(summed, dtype=np.float64)
