"""Dense tables over a clique: one axis for each attribute, in the clique's order."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.junction_tree import Clique

Table = NDArray[np.float64]


def project(values: Table, clique: Clique, target: Clique) -> Table:
    """Sums a table over `clique` to `target`, a subset of it in any order; axes come in the order of `target`."""
    kept = [name for name in clique if name in target]
    summed = values.sum(axis=tuple(i for i, name in enumerate(clique) if name not in target))
    return np.asarray(summed).transpose([kept.index(name) for name in target])


def expand(values: Table, clique: Clique, target: Clique) -> Table:
    """Views a table over `clique` so that it broadcasts against a table over `target`, a superset in any order."""
    ordered = values.transpose([clique.index(name) for name in target if name in clique])
    lengths = iter(ordered.shape)
    return ordered.reshape([next(lengths) if name in clique else 1 for name in target])


def quotient(numerator: Table, denominator: Table) -> Table:
    """Divides with 0/0 = 0, by which structural zeros survive message passing; up to 1e-300 a number counts as 0."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 1e-300)


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
