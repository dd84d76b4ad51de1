"""The slow obvious versions: one array over all possible records. Oracles for small domains."""

import functools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy import optimize

from dpsynth.synth.graphical import Clique, GraphicalModel, JunctionTree, NoisyMarginal
from dpsynth.synth.graphical.factor import Table

SIZES = {"a": 2, "b": 3, "c": 4, "d": 2, "e": 1}

CLIQUE_SETS: dict[str, list[Clique]] = {
    "tree": [("a", "b"), ("b", "c"), ("c", "d")],
    "cyclic": [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")],
    "disconnected": [("a", "b"), ("c", "d")],
    "single": [("c",)],
    "triples": [("c", "a", "b"), ("d", "c", "b"), ("e", "d")],
    "permuted duplicates": [("a", "b"), ("b", "a"), ("b",), ("c", "b"), ("b", "c")],
    "all": [("a", "b", "c", "d", "e")],
    "empty": [],
}


def spread(values: np.ndarray, clique: Clique, sizes: Mapping[str, int]) -> Table:
    """Repeats a table over `clique` along all attributes of `sizes`, cell by cell."""
    full = np.empty(tuple(sizes.values()))
    for record in np.ndindex(*full.shape):
        code = dict(zip(sizes, record, strict=True))
        full[record] = values[tuple(code[name] for name in clique)]
    return full


def marginal(joint: Table, clique: Clique, sizes: Mapping[str, int]) -> Table:
    """Adds up the joint record by record."""
    table = np.zeros([sizes[name] for name in clique])
    for record in np.ndindex(*joint.shape):
        code = dict(zip(sizes, record, strict=True))
        table[tuple(code[name] for name in clique)] += joint[record]
    return table


def product(tree: JunctionTree, potentials: Sequence[Table]) -> Table:
    """The normalised product of one table for each clique of the tree."""
    factors = [spread(table, clique, tree.sizes) for clique, table in zip(tree.cliques, potentials, strict=True)]
    joint = functools.reduce(np.multiply, factors)
    return joint / joint.sum()


def joint_of(model: GraphicalModel) -> Table:
    """The joint distribution: product of clique marginals over product of separator marginals."""
    joint = np.ones(tuple(model.sizes.values()))
    for clique, separator, belief in zip(model.tree.cliques, model.tree.separators, model.beliefs, strict=True):
        divisor = belief.sum(axis=tuple(range(len(separator), belief.ndim)))
        joint *= spread(belief, clique, model.sizes)
        below = spread(divisor, separator, model.sizes)
        joint = np.divide(joint, below, out=np.zeros_like(joint), where=below > 0)
    return joint


def all_cliques(sizes: Mapping[str, int], rng: np.random.Generator) -> Iterator[Clique]:
    """Every subset of the attributes, each in a random order."""
    names = list(sizes)
    for bits in range(1 << len(names)):
        chosen = [name for k, name in enumerate(names) if bits >> k & 1]
        yield tuple(str(name) for name in rng.permutation(chosen)) if chosen else ()


def prior_weight(table: NoisyMarginal, q: Table, sizes: Mapping[str, int], total: float, most: float) -> float:
    """Weight of independence against a table, from its squared departure from q less the noise in it."""
    degrees = table.values.size - 1 - sum(sizes[name] - 1 for name in table.clique)
    departure = ((table.values - total * marginal(q, table.clique, sizes)) ** 2).sum()
    departure -= (degrees + 2 * np.sqrt(2 * degrees)) * table.sigma**2
    return 1 / (1 / most + max(0.0, departure) / total**2)


def fit_explicitly(
    sizes: Mapping[str, int], tables: Sequence[NoisyMarginal], total: float, weights: Sequence[float], q: Table
) -> Table:
    """Minimises KL(p || q) + sum |y - total * p|^2 / (2 weight sigma^2) through its dual by L-BFGS on the joint."""
    starts = np.cumsum([0] + [table.values.size for table in tables])
    codes = [spread(np.arange(t.values.size).reshape(t.values.shape), t.clique, sizes).astype(int) for t in tables]
    ridge = np.concatenate([np.full(t.values.size, w * t.sigma**2 / total) for t, w in zip(tables, weights)])
    counts = np.concatenate([t.values.ravel() for t in tables])

    def distribution(theta: np.ndarray) -> tuple[Table, float]:
        logs = np.log(np.where(q > 0, q, 1e-300))
        for start, code in zip(starts, codes, strict=False):
            logs = logs + theta[start + code]
        top = logs.max()
        weights = np.where(q > 0, np.exp(logs - top), 0.0)
        return weights / weights.sum(), float(top + np.log(weights.sum()))

    def dual(theta: np.ndarray) -> tuple[float, np.ndarray]:
        p, log_mass = distribution(theta)
        own = [np.bincount(code.ravel(), weights=p.ravel(), minlength=t.values.size) for code, t in zip(codes, tables)]
        value = total * log_mass - theta @ counts + 0.5 * ridge @ theta**2
        return value / total, (total * np.concatenate(own) - counts + ridge * theta) / total

    options = {"maxiter": 20000, "maxfun": 40000, "ftol": 1e-16, "gtol": 1e-10, "maxcor": 50}
    found = optimize.minimize(dual, np.zeros(len(counts)), jac=True, method="L-BFGS-B", options=options)
    return distribution(found.x)[0]


def random_joint(sizes: Mapping[str, int], rng: np.random.Generator, concentration: float = 0.5) -> Table:
    """A random distribution over all records; small concentrations make it uneven."""
    joint = rng.gamma(concentration, size=tuple(sizes.values())) + 1e-3
    return joint / joint.sum()


def measure(
    joint: Table, cliques: Sequence[Clique], sizes: Mapping[str, int], n: float, sigma: float, rng: np.random.Generator
) -> list[NoisyMarginal]:
    """Counts of n records with Gaussian noise."""
    return [
        NoisyMarginal(clique, n * exact + rng.normal(0, sigma, exact.shape), sigma)
        for clique in cliques
        for exact in [marginal(joint, clique, sizes)]
    ]
