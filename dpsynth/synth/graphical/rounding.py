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
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

Counts = NDArray[np.int64]
Weights = NDArray[np.float64] | NDArray[np.int64]
Labels = NDArray[np.integer[Any]]

Watched = tuple[Labels, NDArray[np.float64] | int]
"""Groups of the cells, labels of shape (rows, columns), and the weight of each group in each sum, (groups, sums); or
the number of groups, each of which is a sum."""

HALVINGS = 16
WATCHED_HALVINGS = 3
"""The last ones: what earlier ones move is below 2^-4 of a record for each cell."""


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
    chains = [_Chain.of(chain, counts.size) for chain in ((*along, rows), across)]
    number = np.empty(counts.size, np.int64)
    for halving in range(HALVINGS):
        is_odd = (counts & 1).astype(bool)
        odd = np.flatnonzero(is_odd)
        if not len(odd):
            counts >>= 1
            continue
        number[odd] = np.arange(len(odd))
        component, sign = _components(*(chain.partners(is_odd, number, len(odd)) for chain in chains))
        if watched and halving >= HALVINGS - WATCHED_HALVINGS:
            _, component = np.unique(component, return_inverse=True)
            coins = (1 - 2 * rng.integers(2)) * _balanced(_effects(component, sign, odd, watched), rng)
        else:
            coins = 1 - 2 * rng.integers(0, 2, len(odd))
        counts >>= 1
        counts[odd] += sign * coins[component] > 0
    return counts.reshape(joint.shape)


@dataclass(frozen=True)
class _Chain:
    """Ever coarser partitions of the cells.

    Attributes:
        order: The cells, sorted by all partitions, the coarsest first.
        labels: For each partition, from fine to coarse, the labels of the cells in that order.
    """

    order: Labels
    labels: tuple[Labels, ...]

    @classmethod
    def of(cls, partitions: Sequence[Labels], cells: int) -> "_Chain":
        """Sorts once; any subset of the cells is then sorted, too."""
        flat = [labels.reshape(-1) for labels in partitions]
        order = np.lexsort(flat) if flat else np.arange(cells)
        return cls(order, tuple(labels[order] for labels in flat))

    def partners(self, chosen: NDArray[np.bool_], number: Labels, n: int) -> Labels:
        """Links chosen cells in pairs, in the finest partition that has a partner for them.

        Args:
            chosen: Which cells to link, shape (cells,).
            number: Number of each chosen cell among them.
            n: How many are chosen.

        Returns:
            For each chosen cell the number of its partner, or its own if it has none, shape (n,).
        """
        partner = np.arange(n)
        left = np.flatnonzero(chosen[self.order])
        for labels in self.labels:
            runs = labels[left]
            place = np.arange(len(left))
            starts = np.zeros(len(left), np.int64)
            starts[1:] = np.where(runs[1:] != runs[:-1], place[1:], 0)
            second = np.flatnonzero((place - np.maximum.accumulate(starts)) & 1)
            one, other = number[self.order[left[second - 1]]], number[self.order[left[second]]]
            partner[one], partner[other] = other, one
            single = np.ones(len(left), bool)
            single[second] = single[second - 1] = False
            left = left[single]
        return partner


def _components(first: Labels, second: Labels) -> tuple[Labels, Labels]:
    """Finds the paths and cycles that two sets of links form, and signs that differ along every link.

    Walks all of them at once, a link of each set a step; the length of the step doubles each time. A path is walked
    there and back, a cycle one way round from each of the two ends of a link.

    Args:
        first: Partner of each cell, or itself, shape (cells,).
        second: The same for the other set of links.

    Returns:
        For each cell the smallest number in its component, and 1 or -1, both of shape (cells,).
    """
    cells = np.arange(len(first))
    if (second == cells).all():  # nothing but single cells and pairs
        return np.minimum(first, cells), np.where(first < cells, -1, 1)
    step = second[first]
    turns = (first != cells) ^ (second[first] != first)
    component, turned = cells.copy(), np.zeros(len(cells), bool)
    while True:
        seen, parity = component[step], turned[step] ^ turns
        smaller = seen < component
        if not smaller.any():  # then the number is the smallest all the way round
            break
        turned = np.where(smaller, parity, turned)
        component = np.minimum(seen, component)
        turns = turns ^ turns[step]
        step = step[step]
    across, parity = component[first], turned[first] ^ (first != cells)
    turned = np.where(across < component, parity, turned)
    return np.minimum(across, component), np.where(turned, -1, 1)


def _effects(component: Labels, sign: Labels, cells: Labels, watched: Sequence[Watched]) -> NDArray[np.float64]:
    """How much each component moves each watched sum, shape (components, sums)."""
    components = int(component.max()) + 1
    widths = [weights if isinstance(weights, int) else weights.shape[1] for _, weights in watched]
    moved = np.empty((components, sum(widths)))
    for (labels, weights), part in zip(watched, np.split(moved, np.cumsum(widths)[:-1], axis=1), strict=True):
        groups = labels.reshape(-1)[cells]
        if isinstance(weights, int):
            table = np.bincount(component * weights + groups, weights=sign, minlength=part.size)
            part[:] = table.reshape(part.shape)
        else:
            part[:] = coo_array((sign, (component, groups)), shape=(components, len(weights))).tocsr() @ weights
    return moved


def _balanced(effects: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Signs of the rows that make the signed sum of the rows short: greedy, long rows first; coins where both do.

    Coins, because one sign for all rows that move no watched sum would move every other sum as far as it can go.
    """
    order = np.argsort(-np.einsum("ij,ij->i", effects, effects), kind="stable")
    signs = 1 - 2 * rng.integers(0, 2, len(effects))
    total = np.zeros(effects.shape[1])
    for k in order.tolist():
        effect = effects[k]
        along = effect.dot(total)
        if along > 0 or (along == 0 and signs[k] < 0):
            signs[k] = -1
            total -= effect
        else:
            signs[k] = 1
            total += effect
    return signs
