"""Fits a graphical model to noisy marginals: maximum entropy with a Gaussian relaxation.

The fitted distribution p minimises, over distributions on the possible records,

    KL(p || q) + sum over tables r and their cells of (y_r - total * p_r)^2 / (2 * prior_r * sigma_r^2),

where the y_r are the reconciled tables and q is the product of one-way distributions, each fitted to its reconciled
one-way table. Read as Bayes: Gaussian noise, and a prior that weighs as much as prior_r records which say that the
attributes of table r are independent. The weight is empirical Bayes: a table that departs from q by far more than its
noise would is followed, a table that does not is shrunk towards independence.

The dual problem has one potential t for each cell of a table, with p proportional to q * exp(sum of potentials). Its
block coordinate ascent is iterative proportional fitting with a relaxed step. Source: Dudik, Phillips and Schapire
(2007), Maximum entropy density estimation with generalized regularization, JMLR 8 (the l2^2 relaxation); McKenna,
Sheldon and Miklau (2019), arXiv:1901.09136 (graphical models from noisy marginals).
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dpsynth import _validate
from dpsynth.synth.graphical.device import placement, to_numpy
from dpsynth.synth.graphical.factor import Table, expand, library, project, quotient
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree, check_clique
from dpsynth.synth.graphical.measurement import NoisyMarginal
from dpsynth.synth.graphical.message_passing import calibrate, pass_message
from dpsynth.synth.graphical.model import GraphicalModel
from dpsynth.synth.graphical.reconcile import component, estimate_total, reconcile, subsets

__all__ = ["NoisyMarginal", "fit"]

EXACT = 1e-9
"""Noise below this share of the total count is treated as this much."""
STILL = 1e-8
"""A table whose cells move by less than this share of the total count, in root mean square, does not move."""
TINY = 1e-290
"""Smallest probability of a possible cell during the fit: a cell that reached 0 could never grow again."""
FURTHEST = 1e4
"""Largest potential, up or down, that an impossible count can ask for; exp(-1e4) is 0 already."""
LONGEST = 30.0
"""Longest step of a potential in one update."""
BLEND = 1e-9
"""Share of q in the result, which keeps possible records possible and makes conditioning on them well defined."""
CAUTION = 2.0
"""Standard deviations of its noise energy by which the departure of a table must exceed the mean to count."""
ONE_WAY_RECORDS = 30.0
"""Weight, in records, of the uniform prior on a single attribute."""


@dataclass(frozen=True)
class _Target:
    """A table to fit: at the optimum every cell has u + ridge * potential = count, where u is the model's own count.

    The potentials are updated in place; everything else is fixed. `scaled` are the counts in units of ridge.
    """

    clique: Clique
    scaled: Table
    sigma: float
    ridge: float
    potential: Table

    @property
    def cells(self) -> int:
        return math.prod(self.potential.shape)

    def relax(self, current: Table) -> Table:
        """Optimises this table's potentials with all others fixed; returns the model's new counts.

        With m = current and potential t the new count u solves u + ridge * (t + log(u / m)) = y. In units of ridge that
        is w + log(w) = z, which the Wright omega function solves.
        Impossible cells, m = 0, keep u = 0 and their potential.
        """
        xp = library(current)
        possible = current > 0
        base = xp.log(xp.where(possible, current, 1.0))
        base -= math.log(self.ridge)
        step = log_wright_omega(self.scaled - self.potential + base)
        step -= base
        # The problem is convex, so a shortened step still leads towards the optimum, and no cell can underflow at once.
        step = xp.where(possible, step.clip(-LONGEST, LONGEST), 0.0)
        potential = self.potential
        potential += step
        fresh: Table = current * xp.exp(step)
        return fresh


def log_wright_omega(z: Table) -> Table:
    """Solves exp(s) + s = z by Newton's method; exp(s) is the Wright omega function of z.

    The left side is convex and increasing, so Newton converges from everywhere; from here in six steps to 1e-13.
    Source: Corless and Jeffrey (2002), The Wright omega function.
    """
    xp = library(z)
    large = z > 1
    s: Table = xp.where(large, xp.log(xp.where(large, z, 1.0)), z - xp.log1p(xp.exp(xp.where(large, 1.0, z))))
    for _ in range(6):
        slope = xp.exp(s)
        excess = slope + s
        excess -= z
        slope += 1
        excess /= slope
        s -= excess
    return s


def fit(
    sizes: Mapping[str, int],
    measurements: Sequence[NoisyMarginal],
    total: float | None = None,
    zeros: Sequence[tuple[Clique, NDArray[np.bool_]]] = (),
    sweeps: int = 200,
    tol: float = 1.0,
    *,
    prior_records: float = 3000.0,
    start: GraphicalModel | None = None,
    device: str = "auto",
) -> GraphicalModel:
    """Fits the maximum-entropy model to noisy marginals.

    On a CUDA device nothing but the number for the stopping rule is brought to the host during a sweep. What limits it
    there is the start of about a hundred kernels for each table and ten for each message, one after the other, whatever
    their size: many small cliques gain nothing.

    Args:
        sizes: Number of levels of each attribute, in the order of the columns of a sample.
        measurements: Noisy tables of counts. An attribute without one is uniform and independent of the rest.
        total: Number of records; None estimates it from the tables. Values below 1 are taken as 1.
        zeros: Pairs (clique, mask): records whose cell in the mask is True are impossible.
        sweeps: Most passes over all tables.
        tol: Stop when no table moved in a pass by more than `tol` standard deviations of its noise (root mean square).
        prior_records: Weight of independence, in records, where a table shows no dependence beyond its noise; above 0.
        start: An earlier model over some of the same tables, whose potentials are the starting point.
        device: Where to compute: "numpy" (or "cpu"), "torch" (tensors on the host), "cuda", or "auto": a CUDA device
            if the tree has more than `device.LARGE` cells and there is one, else numpy. The results agree up to
            rounding; the model is made of numpy arrays in any case.

    Returns:
        A calibrated model in which every probability is above 0 except for structural zeros and what they imply.

    Raises:
        ValueError: If a table does not fit `sizes`, is not finite or has sigma <= 0, if total is not finite, if
            prior_records <= 0, if the zeros leave no possible record, or if the device is unknown or not there.
    """
    _check(sizes, measurements, total, zeros)
    _validate.positive(prior_records=prior_records)
    total = estimate_total(measurements) if total is None else max(1.0, float(total))
    tree = JunctionTree.build(sizes, [m.clique for m in measurements] + [clique for clique, _ in zeros])
    tables = reconcile(sizes, measurements, total)
    one_way = {table.clique[0]: _fit_alone(table, total) for table in tables if len(table.clique) == 1}
    earlier = start.potentials if start is not None else {}
    put = placement(device, tree.cells)
    targets = [
        _target(table, total, _prior_weight(table, one_way, total, prior_records), earlier.get(table.clique), put)
        for table in tables
    ]
    prior = [put(table) for table in _prior(tree, one_way, zeros)]
    independent = calibrate(tree, prior)
    beliefs = calibrate(tree, [q * e for q, e in zip(prior, _exponentials(tree, targets, put), strict=True)])
    homes = [tree.home(target.clique) for target in targets]
    residents = [[t for t, home in zip(targets, homes, strict=True) if home == i] for i in range(len(beliefs))]
    separators = [project(b, c, s) for b, c, s in zip(beliefs, tree.cliques, tree.separators, strict=True)]
    # Two numbers alone would make a torch table of float32, in which TINY is 0.
    floors = [library(q).where(q > 0, TINY, q) for q in independent]
    walk, trades = tree.walk(), _trades(targets)
    for _ in range(sweeps):
        for belief, floor in zip(beliefs, floors, strict=True):
            library(belief).maximum(belief, floor, out=belief)
        separators = [separator.clip(TINY) for separator in separators]
        moved = _sweep(tree, beliefs, separators, residents, walk, total)
        _balance(trades)
        if moved <= tol:
            break
    for i in range(1, len(beliefs)):
        pass_message(tree, beliefs, separators, tree.parents[i], i)
    # A mixture of two distributions on one junction tree keeps its clique marginals consistent.
    blended = [(1 - BLEND) * b / b.sum() + BLEND * q for b, q in zip(beliefs, independent, strict=True)]
    potentials = {target.clique: to_numpy(target.potential) for target in targets}
    return GraphicalModel(tree, total, tuple(to_numpy(belief) for belief in blended), potentials)


def _sweep(
    tree: JunctionTree,
    beliefs: list[Table],
    separators: list[Table],
    residents: Sequence[Sequence[_Target]],
    walk: Sequence[tuple[int, int]],
    total: float,
) -> float:
    """Updates every table once, each against exact marginals; returns the largest move in units of a table's noise.

    A depth-first tour passes a message over every edge that it crosses. All changes since the last visit lie behind the
    edge over which it arrives, so the belief of the clique at hand is always exact.
    """
    moves = _update(tree, beliefs, 0, residents[0], total)
    for source, target in walk:
        pass_message(tree, beliefs, separators, source, target)
        if source < target:
            moves += _update(tree, beliefs, target, residents[target], total)
    # Only here does the host wait for a device.
    return float(library(moves[0]).stack(moves).max()) if moves else 0.0


def _update(tree: JunctionTree, beliefs: list[Table], at: int, targets: Sequence[_Target], total: float) -> list[Table]:
    """Fits the tables that live in clique `at` one after the other; returns how far each moved."""
    moves, clique = [], tree.cliques[at]
    for target in targets:
        current = project(beliefs[at], clique, target.clique)
        current *= total / current.sum()
        fresh = target.relax(current)
        step = library(fresh).sqrt(((fresh - current) ** 2).sum() / target.cells)
        moves.append(step / max(target.sigma, STILL * total))
        # p sums to one: the free constant of the exponential family is updated with every table.
        beliefs[at] *= expand(quotient(fresh, current) * (total / fresh.sum()), target.clique, clique)
    return moves


@dataclass(frozen=True)
class _Trade:
    """Tables that contain an attribute set, their cells for each cell of it, and their shares of its component."""

    subset: Clique
    among: Sequence[_Target]
    outside: Sequence[float]
    shares: Sequence[float]


def _trades(targets: Sequence[_Target]) -> list[_Trade]:
    """Returns for each attribute set the tables that contain it; sets in one table only have nothing to trade."""
    sharing: dict[Clique, list[_Target]] = {}
    for target in targets:
        for subset in subsets(target.clique):
            sharing.setdefault(subset, []).append(target)
    trades = []
    for subset, among in sharing.items():
        if len(among) > 1 or subset == ():
            outside = [
                float(math.prod(n for n, name in zip(t.scaled.shape, t.clique, strict=True) if name not in subset))
                for t in among
            ]
            weights = np.array([1 / (t.ridge * cells) for t, cells in zip(among, outside, strict=True)])
            trades.append(_Trade(subset, among, outside, (weights / weights.sum()).tolist()))
    return trades


def _balance(trades: Sequence[_Trade]) -> None:
    """Redistributes potentials between tables where that changes the penalty but not the distribution.

    Tables that contain A can trade a function of A. Coordinate ascent crawls along such directions (hundreds of sweeps
    instead of ten), but the optimum is closed: components in residual space are orthogonal, and the penalty
    sum of ridge * |t|^2 is smallest when each table carries a share proportional to 1 / (ridge * cells outside A). The
    linear term does not change, because reconciled tables agree on A.
    """
    for trade in trades:
        subset, among = trade.subset, trade.among
        means = [component(t.potential, t.clique, subset) / n for t, n in zip(among, trade.outside, strict=True)]
        # A constant changes only the normalisation, which is free, so nothing of it is kept.
        together = sum(means) if subset else 0.0
        for target, mean, share in zip(among, means, trade.shares, strict=True):
            potential = target.potential
            potential += expand(share * together - mean, subset, target.clique)


def _target(
    table: NoisyMarginal,
    total: float,
    weight: float,
    earlier: Table | None = None,
    put: Callable[[Table], Table] = np.asarray,
) -> _Target:
    ridge = weight * max(table.sigma, EXACT * total) ** 2 / total
    fits = earlier is not None and earlier.shape == table.values.shape
    potential = np.array(earlier) if fits else np.zeros(table.values.shape)
    counts = np.clip(table.values, -FURTHEST * ridge, total + FURTHEST * ridge)
    return _Target(table.clique, put(counts / ridge), table.sigma, ridge, put(potential))


def _prior_weight(table: NoisyMarginal, one_way: Mapping[str, Table], total: float, most: float) -> float:
    """Returns the number of records that independence weighs against this table.

    Under a prior worth k records the squared departure of a table from independence sums to total^2 / k in expectation.
    So k is estimated by total^2 over the departure seen, less its noise, and kept below `most` by adding reciprocals.
    """
    expected = functools.reduce(np.multiply.outer, (one_way[name] for name in table.clique)) * total
    fitted = 1 + sum(size - 1 for size in table.values.shape)
    # In units of the total or of the noise, whichever is larger, no square can overflow.
    unit = max(total, table.sigma, float(np.abs(table.values).max()))
    degrees = table.values.size - fitted
    noise = (degrees + CAUTION * math.sqrt(2 * degrees)) * (table.sigma / unit) ** 2
    departure = max(0.0, float((((table.values - expected) / unit) ** 2).sum()) - noise)
    return float(1 / (1 / most + departure * (unit / total) ** 2))


def _prior(
    tree: JunctionTree, one_way: Mapping[str, Table], zeros: Sequence[tuple[Clique, NDArray[np.bool_]]]
) -> list[Table]:
    """Returns tables whose product is q: one-way distributions, and 0 where the structural zeros are."""
    prior = [np.ones(tree.shape(clique)) for clique in tree.cliques]
    masks = [(clique, 1.0 - np.asarray(mask, dtype=np.float64)) for clique, mask in zeros]
    for clique, values in [*(((name,), values) for name, values in one_way.items()), *masks]:
        home = tree.home(clique)
        prior[home] *= expand(values, clique, tree.cliques[home])
    return prior


def _fit_alone(table: NoisyMarginal, total: float) -> Table:
    """Returns the distribution that fits one table alone, under a uniform q of the weight ONE_WAY_RECORDS.

    Every count u solves u + ridge * log(u) = y + ridge * c with one c, which is what makes them add up to the total.
    Their sum is increasing and convex in c, so that Newton's method converges from above.
    """
    target = _target(table, total, ONE_WAY_RECORDS)
    highest = target.scaled.max()
    # The largest count alone would be the total here.
    c = total / target.ridge + math.log(total / target.ridge)
    for _ in range(50):
        counts = np.exp(log_wright_omega(target.scaled - highest + c))
        step = (counts.sum() - total / target.ridge) / (counts / (1 + counts)).sum()
        c -= step
        if step <= EXACT:
            break
    alone: Table = (1 - BLEND) * counts / counts.sum() + BLEND / target.cells
    return alone


def _softmax(potential: Table) -> Table:
    exponential: Table = library(potential).exp((potential - potential.max()).clip(math.log(TINY)))
    normalised: Table = exponential / exponential.sum()
    return normalised


def _exponentials(tree: JunctionTree, targets: Sequence[_Target], put: Callable[[Table], Table]) -> list[Table]:
    """Returns exp of the sum of the potentials that live in each clique, up to a factor."""
    logs = [put(np.zeros(tree.shape(clique))) for clique in tree.cliques]
    for target in targets:
        home = tree.home(target.clique)
        logs[home] += expand(target.potential, target.clique, tree.cliques[home])
    return [_softmax(log) for log in logs]


def _check(
    sizes: Mapping[str, int],
    measurements: Sequence[NoisyMarginal],
    total: float | None,
    zeros: Sequence[tuple[Clique, NDArray[np.bool_]]],
) -> None:
    for measurement in measurements:
        measurement.check(sizes)
    if total is not None:
        _validate.finite(total=total)
    for clique, mask in zeros:
        check_clique(sizes, clique)
        expected = tuple(sizes[name] for name in clique)
        if np.shape(mask) != expected:
            raise ValueError(f"the zeros of {clique} have shape {np.shape(mask)}, but the sizes are {expected}.")
