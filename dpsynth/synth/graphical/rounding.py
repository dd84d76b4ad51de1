"""Whole counts from probabilities, without bias, so that whole groups of cells are rounded well and not only cells.

The process: draw counts of 2^16 n "micro-records" by systematic sampling, then halve all counts sixteen times. When
counts are halved, the odd ones go up or down by a half. They are linked in pairs; linked cells go opposite ways, and a
fair coin decides which. A set of cells whose odd members are paired among themselves, up to one, stays as close to its
expectation as a whole number can.

Theorem. Let the cells be partitioned by two chains of ever coarser partitions, and let every cell be linked at most
once by each chain, inside the finest partition that still has a partner for it. Then (1) no links contradict each other;
(2) every cell and every set of either chain ends at its micro-count / 2^16 rounded down or up; (3) the expectation of
every cell is exact; (4) a set whose micro-count is a multiple of 2^16 gets its count exactly; (5) a cell of probability
zero gets nothing.
Proof. (1) On a path of links the two chains alternate, so a cycle has an even number of links, each of which turns the
sign. (2) In one halving a set has at most one odd cell that is not linked inside, so its sum moves by at most one half,
and by nothing when it is even: it is halved and rounded. Rounding down or up sixteen times is rounding down or up once.
(3) Coins are fair. (4) is a case of (2). (5) 0 is even. For a set of k cells the micro-counts are less than k away from
their expectation, so its count is less than 1 + k/2^16 away.

The idea is that of controlled rounding: Cox (1987), A constructive procedure for unbiased controlled rounding; the
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

HALVINGS = 16


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
    cumulative *= (sizes / cumulative[:, -1])[:, None]
    cumulative[:, -1] = sizes
    cumulative -= rng.random((len(sizes), 1))
    ends = np.ceil(cumulative).astype(np.int64)
    ends[:, 1:] -= ends[:, :-1].copy()
    return ends


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
    joint: Weights, sizes: Counts, along: Sequence[Labels], across: Sequence[Labels], rng: np.random.Generator
) -> Counts:
    """Rounds like `systematic_counts`, and keeps sums over other groups of cells as well.

    Args:
        joint: Non-negative weights of shape (rows, columns), no row of zeros.
        sizes: Counts of the rows, shape (rows,).
        along: Partitions of the cells inside a row, from fine to coarse: labels of shape (rows, columns).
        across: Another chain of partitions, which need not respect the rows.
        rng: Public randomness.

    Returns:
        Counts of shape (rows, columns).
    """
    counts = systematic_counts(joint, sizes << HALVINGS, rng).reshape(-1)
    rows = np.broadcast_to(np.arange(len(sizes))[:, None], joint.shape)
    chains = [[labels.reshape(-1) for labels in chain] for chain in ((*along, rows), across)]
    for _ in range(HALVINGS):
        odd = np.flatnonzero(counts & 1)
        counts >>= 1
        if len(odd):
            pairs = [_pairs([labels[odd] for labels in chain]) for chain in chains]
            counts[odd] += _opposite_coins(len(odd), np.concatenate(pairs, axis=1), rng)
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


def _opposite_coins(n: int, pairs: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Tosses fair coins, 0 or 1, of which the two of a pair always differ.

    Every coin c stands twice in the graph, as c and as n + c, its opposite; a pair (c, d) makes c the same as n + d.
    """
    one, other = pairs
    edges = (np.ones(2 * len(one), np.int8), (np.concatenate([one, one + n]), np.concatenate([other + n, other])))
    _, component = connected_components(coo_array(edges, shape=(2 * n, 2 * n)), directed=False)
    as_is, turned = component[:n], component[n:]
    tossed = rng.integers(0, 2, 2 * n)
    return np.where(as_is < turned, tossed[np.minimum(as_is, turned)], 1 - tossed[np.minimum(as_is, turned)])
