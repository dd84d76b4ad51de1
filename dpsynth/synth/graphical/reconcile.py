"""Makes noisy tables agree on everything they share, by generalised least squares in residual space.

A table over a clique C splits into orthogonal components, one for each subset A of C: its sum to A, centred along every
axis of A. Tables that contain A measure the same component, each with variance sigma^2 * cells(C) / cells(A), and
components of different subsets have independent noise. So the least squares estimate over all tables is, component by
component, the mean weighted by inverse variance: no linear system has to be solved. Source: Mullins et al. (2024),
Efficient and private marginal reconstruction with local non-negativity, arXiv:2410.01091.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dpsynth.synth.graphical.factor import Table, expand, project
from dpsynth.synth.graphical.junction_tree import Clique
from dpsynth.synth.graphical.measurement import NoisyMarginal


def subsets(clique: Clique) -> Iterable[Clique]:
    """Yields every subset of `clique`, smallest first, each in the order of the clique."""
    return itertools.chain.from_iterable(itertools.combinations(clique, k) for k in range(len(clique) + 1))


def component(values: Table, clique: Clique, subset: Clique) -> Table:
    """Returns the component of a table over `clique` that belongs to `subset`: summed to it, centred on every axis."""
    summed = project(values, clique, subset)
    for axis in range(summed.ndim):
        summed = summed - summed.sum(axis=axis, keepdims=True) / summed.shape[axis]
    return summed


def estimate_total(measurements: Sequence[NoisyMarginal]) -> float:
    """Returns the number of records: the mean of the tables' sums weighted by inverse variance, but at least 1.

    The sum of m cells has variance m * sigma^2.
    """
    if not measurements:
        return 1.0
    precision = np.array([1 / (m.values.size * m.sigma**2) for m in _rescaled(measurements)])
    sums = np.array([np.sum(m.values) for m in measurements])
    return max(1.0, float(precision @ sums / precision.sum()))


def reconcile(sizes: Mapping[str, int], measurements: Sequence[NoisyMarginal], total: float) -> list[NoisyMarginal]:
    """Returns tables that agree on all shared margins and on the total.

    Args:
        sizes: Number of levels of each attribute.
        measurements: Noisy tables; the same clique may come several times and in any attribute order.
        total: Number of records that every returned table sums to.

    Returns:
        One table for each distinct attribute set measured and one for each single attribute in them, attributes in the
        order of `sizes`, smallest sets first. `sigma` is the standard deviation that all tables together leave in the
        component that is the table's own.
    """
    precisions: dict[Clique, float] = {}
    weighted: dict[Clique, Table] = {}
    scaled = _rescaled(measurements)
    unit = measurements[0].sigma / scaled[0].sigma if measurements else 1.0
    for measurement, relative in zip(measurements, scaled, strict=True):
        for subset in subsets(_ordered(sizes, measurement.clique)):
            own = component(np.asarray(measurement.values, dtype=np.float64), measurement.clique, subset)
            precision = own.size / (relative.values.size * relative.sigma**2)
            precisions[subset] = precisions.get(subset, 0.0) + precision
            weighted[subset] = weighted.get(subset, np.zeros(())) + precision * own
    components = {subset: table / precisions[subset] for subset, table in weighted.items()}
    components[()] = np.asarray(float(total))
    wanted = {_ordered(sizes, m.clique) for m in measurements} | {subset for subset in components if len(subset) == 1}
    ranked = sorted(wanted - {()}, key=lambda clique: (len(clique), [list(sizes).index(name) for name in clique]))
    return [
        NoisyMarginal(clique, _assembled(sizes, components, clique), unit / math.sqrt(precisions[clique]))
        for clique in ranked
    ]


def _rescaled(measurements: Sequence[NoisyMarginal]) -> list[NoisyMarginal]:
    """Expresses every sigma in units of the smallest, so that its square can neither overflow nor vanish."""
    unit = min((m.sigma for m in measurements), default=1.0)
    return [NoisyMarginal(m.clique, np.asarray(m.values), min(m.sigma / unit, 1e100)) for m in measurements]


def _ordered(sizes: Mapping[str, int], clique: Clique) -> Clique:
    return tuple(name for name in sizes if name in clique)


def _assembled(sizes: Mapping[str, int], components: Mapping[Clique, Table], clique: Clique) -> Table:
    """Adds up the components of all subsets of `clique`, each spread evenly over the attributes it lacks."""
    table = np.zeros([sizes[name] for name in clique])
    for subset in subsets(clique):
        part = components[subset]
        table += expand(part, subset, clique) * (part.size / table.size)
    return table
