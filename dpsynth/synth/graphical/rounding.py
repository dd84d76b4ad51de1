"""Whole counts from probabilities, without bias, so that whole groups of cells are rounded well and not only cells.

The process: draw counts of 2^16 n "micro-records" by systematic sampling, then halve all counts sixteen times. When
counts are halved, the odd ones go up or down by a half. They are linked in pairs; linked cells go opposite ways, and
fair coins decide which.

Theorem. Let the cells be partitioned by two chains of ever coarser partitions, and let every cell be linked at most
once by each chain, inside the finest partition that still has a partner for it. Then
(1) no links contradict each other;
(2) every cell and every set of either chain ends at its micro-count / 2^16, rounded down or up;
(3) a set whose micro-count is a multiple of 2^16 gets its count exactly, so rows keep their sums;
(4) every cell has its exact expectation, and a cell of probability zero gets nothing.

Proof. (1) On a path of links the two chains alternate, so a cycle has an even number of links, each of which turns the
sign. (2) In one halving a set has at most one odd cell that is not linked inside, and it has one if and only if its
sum is odd. So its sum is halved and rounded; rounding sixteen times is rounding once. (3) is a case of (2). (4) Each
coin is fair, and 0 is even.

The micro-counts of a set of k cells are less than k away from their expectation, so its count is less than 1 + k/2^16
away. Coins that are free may be tossed together, in any pattern that does not depend on how they fall: it is chosen
such that watched sums, for which the chains have no place, stay small. Each coin remains fair.

The idea is that of controlled rounding: Cox (1987), A constructive procedure for unbiased controlled rounding. The
alternation along cycles is that of Gandhi, Khuller, Parthasarathy and Srinivasan (2006), Dependent rounding.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Counts = NDArray[np.int64]
Weights = NDArray[np.float64] | NDArray[np.int64]
Labels = NDArray[np.integer[Any]]

Watched = tuple[Labels, NDArray[np.float64]]
"""Groups of the cells, labels of shape (rows, columns), and the weight of each group in each sum, (groups, sums)."""

HALVINGS = 16
WATCHED_HALVINGS = 6
"""The last ones: what earlier ones move is below 2^-6 of a record for each cell."""
SWEEPS = 3


def systematic_counts(joint: Weights, sizes: Counts, rng: np.random.Generator) -> Counts:
    """Rounds sizes * p(column | row) at random to integers that keep every row's sum.

    Systematic sampling: the points k + u, k = 0, 1, ..., with one uniform u for each row, fall into consecutive
    intervals as long as the expected counts. Each interval catches its expected number rounded down or up, with the
    right expectation. Source: Madow and Madow (1944), On the theory of systematic sampling.

    Args:
        joint: Non-negative weights of shape (rows, columns), probabilities or counts; no row of zeros.
        sizes: Counts of the rows, shape (rows,).
        rng: Public randomness.
    """
    cumulative = np.cumsum(joint, axis=1, dtype=np.float64)
    cumulative /= cumulative[:, -1:].copy()  # exactly 1 from the last possible cell on: nothing falls behind it
    cumulative *= sizes[:, None]
    cumulative -= rng.random((len(sizes), 1))
    ends = np.ceil(cumulative).astype(np.int64)
    ends[:, 1:] -= ends[:, :-1].copy()
    return ends


def draw_without_replacement(counts: Counts, n: int, rng: np.random.Generator) -> Counts:
    """Takes n out of `counts`, shape (cells,): from each cell its share rounded down or up, and no more than it has."""
    if n == 0:
        return np.zeros_like(counts)
    taken: Counts = shares_without_replacement(counts[None], np.array([n], np.int64), rng)[0]
    return taken


def shares_without_replacement(counts: Counts, sizes: Counts, rng: np.random.Generator) -> Counts:
    """Takes sizes[r] out of row r of `counts`, shape (rows, cells), from each cell its share rounded down or up.

    A share rounded up is at most the whole count. Only a floating-point error of 1e-16 can turn a share that is nearly
    all into more; then the shares are drawn again.
    """
    while True:
        taken = systematic_counts(counts, sizes, rng)
        if (taken <= counts).all():
            return taken


def multinomial_counts(joint: Weights, sizes: Counts, rng: np.random.Generator) -> Counts:
    """Draws multinomial counts, which with a random permutation are the counts of independent records."""
    counts: Counts = rng.multinomial(sizes, joint / joint.sum(axis=1, keepdims=True))
    # numpy gives the last cell what rounding errors leave over, even where its probability is zero.
    stray = np.where(joint > 0, 0, counts).sum(axis=1)
    if stray.any():
        counts[joint <= 0] = 0
        counts[np.arange(len(counts)), joint.argmax(axis=1)] += stray
    return counts


def controlled_counts(
    joint: Weights,
    sizes: Counts,
    along: Sequence[Labels],
    across: Sequence[Labels],
    watched: Sequence[Watched],
    rng: np.random.Generator,
) -> Counts:
    """Rounds like `systematic_counts`, and keeps sums over other groups of cells as well.

    Args:
        joint: Non-negative weights of shape (rows, columns), no row of zeros.
        sizes: Counts of the rows, shape (rows,).
        along: Partitions of the cells inside a row, from fine to coarse: labels of shape (rows, columns).
        across: Another chain of partitions, which need not respect the rows.
        watched: Sums that are kept small without a promise.
        rng: Public randomness.

    Returns:
        Counts of shape (rows, columns).
    """
    counts = systematic_counts(joint, sizes << HALVINGS, rng).reshape(-1)
    rows = np.broadcast_to(np.arange(len(sizes))[:, None], joint.shape)
    chains = [[labels.reshape(-1) for labels in chain] for chain in ((*along, rows), across)]
    for halving in range(HALVINGS):
        odd = np.flatnonzero(counts & 1)
        counts >>= 1
        if len(odd):
            pairs = np.concatenate([_pairs([labels[odd] for labels in chain]) for chain in chains], axis=1)
            component, sign = _components(len(odd), pairs)
            coins = 2 * rng.integers(0, 2, component.max() + 1) - 1
            if watched and halving >= HALVINGS - WATCHED_HALVINGS:
                coins = coins[0] * _balanced(_effects(component, sign, odd, watched))
            counts[odd] += sign * coins[component] > 0
    return counts.reshape(joint.shape)


def _pairs(chain: Sequence[Labels]) -> NDArray[np.int64]:
    """Links cells in the finest partition that has a partner for them; returns pairs of positions, shape (2, pairs)."""
    left = np.arange(len(chain[0])) if chain else np.zeros(0, np.int64)
    found = [np.zeros((2, 0), np.int64)]
    for labels in chain:
        left = left[np.argsort(labels[left], kind="stable")]
        runs = labels[left]
        first = np.flatnonzero(np.concatenate([[True], runs[1:] != runs[:-1]])) if len(left) else left
        place = np.arange(len(left)) - np.repeat(first, np.diff(first, append=len(left)))
        second = np.flatnonzero(place % 2)
        found.append(np.stack([left[second - 1], left[second]]))
        single = np.ones(len(left), bool)
        single[second] = single[second - 1] = False
        left = left[single]
    return np.concatenate(found, axis=1)


def _components(n: int, pairs: NDArray[np.int64]) -> tuple[Labels, Labels]:
    """Components of linked cells, and signs that differ in every pair.

    Every cell c stands twice in the graph, as c and as n + c, its opposite; a pair (c, d) makes c the same as n + d.

    Returns:
        For each cell the number of its component and 1 or -1, both of shape (n,).
    """
    one, other = pairs
    edges = (np.ones(2 * len(one), np.int8), (np.concatenate([one, one + n]), np.concatenate([other + n, other])))
    _, copy = connected_components(coo_array(edges, shape=(2 * n, 2 * n)), directed=False)
    as_is, turned = copy[:n], copy[n:]
    _, component = np.unique(np.minimum(as_is, turned), return_inverse=True)
    return component, np.where(as_is < turned, 1, -1)


def _effects(component: Labels, sign: Labels, cells: Labels, watched: Sequence[Watched]) -> NDArray[np.float64]:
    """How much each component moves each watched sum, shape (components, sums)."""
    moved = []
    for labels, weights in watched:
        groups = labels.reshape(-1)[cells]
        table = coo_array((sign, (component, groups)), shape=(component.max() + 1, len(weights))).tocsr()
        moved.append(table @ weights)
    return np.concatenate(moved, axis=1)


def _balanced(effects: NDArray[np.float64]) -> NDArray[np.int64]:
    """Signs of the rows that make the signed sum of the rows short: greedy, long rows first, then improved in turn."""
    order = np.argsort(-np.einsum("ij,ij->i", effects, effects), kind="stable")
    signs = np.zeros(len(effects), np.int64)
    total = np.zeros(effects.shape[1])
    for _ in range(SWEEPS):
        for k in order:
            total -= signs[k] * effects[k]
            signs[k] = 1 if effects[k] @ total <= 0 else -1
            total += signs[k] * effects[k]
    return signs
