"""Records drawn from a calibrated junction tree, root to leaf, without a loop over records or groups."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table, quotient
from dpsynth.synth.graphical.junction_tree import JunctionTree

Codes = NDArray[np.uint16]
Counts = NDArray[np.int64]
Indices = NDArray[np.uint16] | NDArray[np.int64]


def draw_records(
    tree: JunctionTree, beliefs: Sequence[Table], n: int, rng: np.random.Generator, *, rounding: bool
) -> Codes:
    """Draws n records, columns in the order of `tree.sizes`, rows in random order.

    Every clique draws the attributes that are new in it, given its separator: first how many records of each separator
    group get which value, then, by a random permutation inside the group, which record gets which.

    Args:
        tree: The junction tree.
        beliefs: Calibrated clique marginals.
        n: Number of records.
        rng: Public randomness.
        rounding: True: the number of records for a value differs from its expectation, given the group's size, by less
            than 1. False: independent records.

    Returns:
        Codes of shape (n, number of attributes), each column contiguous in memory.
    """
    if max(tree.sizes.values()) > 1 << 16:
        raise ValueError(f"an attribute has {max(tree.sizes.values())} levels, but codes are 16 bits: at most 65536.")
    column = {name: k for k, name in enumerate(tree.sizes)}
    records = np.zeros((len(column), n), dtype=np.uint16)
    for clique, separator, belief in zip(tree.cliques, tree.separators, beliefs, strict=True):
        given_shape, fresh_shape = belief.shape[: len(separator)], belief.shape[len(separator) :]
        joint = belief.reshape(math.prod(given_shape), -1)
        groups = _flat_codes([records[column[name]] for name in separator], given_shape, n)
        drawn = _draw(joint, groups, rng, rounding=rounding)
        for name, codes in zip(clique[len(separator) :], np.unravel_index(drawn, fresh_shape), strict=True):
            records[column[name]] = codes
    return records.T


def _flat_codes(columns: Sequence[Codes], shape: Sequence[int], n: int) -> Indices:
    """Numbers the combinations of several columns; 16 bits where they suffice, since numpy sorts those by radix."""
    flat: Indices = _indices(math.prod(shape), n)
    for codes, size in zip(columns, shape, strict=True):
        if size < 1 << 16:  # a size of 2^16 in 16 bits can only be the first of several, where flat is still 0
            flat *= flat.dtype.type(size)
        flat += codes
    return flat


def _indices(limit: int, n: int) -> Indices:
    """Returns n zeros of the smallest type here that counts up to `limit` things."""
    return np.zeros(n, dtype=np.uint16) if limit <= 1 << 16 else np.zeros(n, dtype=np.int64)


def _draw(joint: Table, groups: Indices, rng: np.random.Generator, *, rounding: bool) -> Indices:
    """Draws a column index of `joint` for every record, given the row index `groups` of the record.

    The draws of a group come out of `np.repeat` in sorted order. Without a permutation inside the group, every column
    that depends on this separator would be sorted alike, and columns that are conditionally independent in the model
    would become dependent in the sample.
    """
    sizes = np.bincount(groups, minlength=len(joint))
    present = np.flatnonzero(sizes)
    counts = (_rounded_counts if rounding else _independent_counts)(joint[present], sizes[present], rng)
    values = _indices(counts.shape[1], counts.shape[1])
    values[:] = np.arange(counts.shape[1])
    drawn = _indices(counts.shape[1], len(groups))
    drawn[_permuted_within(groups, rng)] = np.repeat(
        np.broadcast_to(values, counts.shape).reshape(-1), counts.reshape(-1)
    )
    return drawn


def _permuted_within(groups: Indices, rng: np.random.Generator) -> NDArray[np.int64]:
    """Returns the positions of all records, group by group, each group in random order."""
    shuffled = rng.permutation(len(groups))
    return shuffled[np.argsort(groups[shuffled], kind="stable")]


def _rounded_counts(joint: Table, sizes: Counts, rng: np.random.Generator) -> Counts:
    """Rounds sizes * p(column | row) at random to integers that keep every row's sum.

    Systematic sampling: the points k + u, k = 0, 1, ..., with one uniform u for each row, fall into consecutive
    intervals as long as the expected counts. Each interval catches its expected number rounded down or up, with the
    right expectation. Source: Madow and Madow (1944), On the theory of systematic sampling.
    """
    cumulative = np.cumsum(joint, axis=1)
    cumulative = quotient(cumulative, np.broadcast_to(cumulative[:, -1:], cumulative.shape))
    cumulative *= sizes[:, None]
    cumulative -= rng.random((len(sizes), 1))
    ends = np.ceil(cumulative).astype(np.int64)
    ends[:, 1:] -= ends[:, :-1].copy()
    return ends


def _independent_counts(joint: Table, sizes: Counts, rng: np.random.Generator) -> Counts:
    """Draws multinomial counts, which with a random permutation are the counts of independent records."""
    counts: Counts = rng.multinomial(sizes, joint / joint.sum(axis=1, keepdims=True))
    # numpy gives the last cell what rounding errors leave over, even where its probability is zero.
    stray = np.where(joint > 0, 0, counts).sum(axis=1)
    if stray.any():
        counts[joint <= 0] = 0
        counts[np.arange(len(counts)), joint.argmax(axis=1)] += stray
    return counts
