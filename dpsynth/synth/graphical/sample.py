"""Records drawn from a calibrated junction tree, block by block, without a loop over records or groups.

First the counts of all cells of all cliques, root to leaf, for all n records at once; then the counts are dealt out to
blocks; then the records of a block, root to leaf.

How far a count lies from n times its probability. Let a separator group s have e_s records more than expected. In a
clique below it a cell x gets less than 1 + |e_s| p(x|s), and a group of a separator further down less than
1 + |sum_s e_s p(group|s)|, both plus 2^-16 for each cell of the group (`rounding.py`), if the separator is one of those
that the clique's two chains hold: in trees of pairs these are all. Hence the bound is 1 for the root with its separators,
2 for the cliques that hang on them. Further down e_s is an average of errors of both signs and stays small in practice,
but no sampler can promise that. Take an attribute of m levels, each expected k + 1/2 times, that decides m binary
attributes by the m rows of a Hadamard matrix H. Whatever whole counts its levels get, they are at least 1/2 off, so
|He| has a norm of at least m/2, and some binary attribute is off by at least sqrt(m)/4.

Given the counts of its separator, a clique is rounded without regard to the rest of the tree. So the expected number of
records is exact not only for every cell of a clique but for every combination of all attributes.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree
from dpsynth.synth.graphical.rounding import (
    Counts,
    Labels,
    Weights,
    controlled_counts,
    multinomial_counts,
    systematic_counts,
)

Codes = NDArray[np.uint16]
Indices = NDArray[np.uint16] | NDArray[np.int64]

BLOCK = 1 << 20
"""Records of a block: few enough for the processor's cache, many enough that tables cost little beside them."""


def draw_counts(tree: JunctionTree, beliefs: Sequence[Table], n: int, rng: np.random.Generator) -> list[Counts]:
    """Rounds n times the marginals of all cliques to whole counts that agree on every separator.

    Args:
        tree: The junction tree.
        beliefs: Calibrated clique marginals.
        n: Number of records.
        rng: Public randomness.

    Returns:
        Counts of each clique, in the shapes of the beliefs. The module says how close they are.
    """
    counts: list[Counts] = []
    for i, belief in enumerate(beliefs):
        sizes = _group_sizes(tree, counts, i, n)
        present = np.flatnonzero(sizes)
        along, across = (
            [_labels(tree, i, members).reshape(len(sizes), -1)[present] for members in chain] for chain in _chains(tree, i)
        )
        table = np.zeros((len(sizes), belief.size // len(sizes)), np.int64)
        table[present] = controlled_counts(belief.reshape(table.shape)[present], sizes[present], along, across, rng)
        counts.append(table.reshape(belief.shape))
    return counts


def deal(tree: JunctionTree, counts: Sequence[Counts], block: int, rng: np.random.Generator) -> Iterator[Codes]:
    """Records with exactly the given counts, in blocks, each of which has its share up to rounding.

    A block is a draw without replacement: its expected counts are its share of what is left.

    Args:
        tree: The junction tree.
        counts: Counts of each clique that agree on every separator.
        block: Number of records of a block; the last one is smaller.
        rng: Public randomness.

    Yields:
        Codes of shape (records, number of attributes), columns in the order of `tree.sizes`, each contiguous in memory;
        rows in random order.
    """
    left = [np.array(table) for table in counts]
    n = int(left[0].sum())
    while n > block:
        part = _share(tree, left, block, rng)
        for table, taken in zip(left, part, strict=True):
            table -= taken
        n -= block
        yield _records(tree, part, block, rng)
    yield _records(tree, left, n, rng)


def draw_independent(
    tree: JunctionTree, beliefs: Sequence[Table], n: int, block: int, rng: np.random.Generator
) -> Iterator[Codes]:
    """Independent records, in blocks, as `deal` yields them."""
    for start in range(0, max(n, 1), block):
        size = min(block, n - start)
        yield _records(tree, _plain_counts(tree, beliefs, size, rng, independent=True), size, rng)


def collect(blocks: Iterable[Codes], n: int, columns: int) -> Codes:
    """Puts blocks together, n records in all; each column is contiguous in memory."""
    records = np.empty((columns, n), np.uint16)
    start = 0
    for block in blocks:
        records[:, start : start + len(block)] = block.T
        start += len(block)
    return records.T


def _share(tree: JunctionTree, left: Sequence[Counts], size: int, rng: np.random.Generator) -> list[Counts]:
    """Draws counts of a block out of what is left. Never more: a share rounded up is at most the whole count.

    Except when a floating-point error of 1e-16 turns a share that is nearly all into more: then they are drawn again.
    """
    while True:
        part = _plain_counts(tree, left, size, rng, independent=False)
        if all((taken <= table).all() for taken, table in zip(part, left, strict=True)):
            return part


def _plain_counts(
    tree: JunctionTree, tables: Sequence[Weights], n: int, rng: np.random.Generator, *, independent: bool
) -> list[Counts]:
    rounded = multinomial_counts if independent else systematic_counts
    counts: list[Counts] = []
    for i, weights in enumerate(tables):
        sizes = _group_sizes(tree, counts, i, n)
        present = np.flatnonzero(sizes)
        table = np.zeros((len(sizes), weights.size // len(sizes)), np.int64)
        table[present] = rounded(weights.reshape(table.shape)[present], sizes[present], rng)
        counts.append(table.reshape(weights.shape))
    return counts


def _group_sizes(tree: JunctionTree, counts: Sequence[Counts], i: int, n: int) -> Counts:
    """Counts of the separator groups of clique i, from its parent."""
    separator, parent = tree.separators[i], tree.parents[i]
    if not separator:
        return np.array([n], np.int64)
    clique = tree.cliques[parent]
    kept = [name for name in clique if name in separator]
    summed = counts[parent].sum(axis=tuple(axis for axis, name in enumerate(clique) if name not in separator))
    return np.asarray(summed).transpose([kept.index(name) for name in separator]).reshape(-1)


def _chains(tree: JunctionTree, i: int) -> tuple[list[Clique], list[Clique]]:
    """Sets of attributes of clique i by which its cells are partitioned, two chains from fine to coarse.

    The separators of its children go into the first chain if they hold the clique's own separator, else into the
    second. One that fits into neither joins the finest set of each: that promises nothing, but cells that agree on it
    are then linked first.
    """
    clique, separator = tree.cliques[i], set(tree.separators[i])
    below = {frozenset(tree.separators[child]) for child, parent in enumerate(tree.parents) if parent == i}
    first, second = [separator], [set[str]()]
    loose = []
    for wanted in sorted(below, key=lambda names: (len(names), sorted(names))):
        if wanted <= separator:
            continue  # its counts follow from the separator's
        home = first if wanted >= first[-1] else second if wanted >= second[-1] else None
        (loose if home is None else home).append(set(wanted))
    for wanted in loose:
        for chain in (first, second):
            chain.append(chain[-1] | wanted)
    sides = (first[1:], second[1:])  # the separator's groups are the rows, and the empty set is no constraint there
    along, across = (
        [tuple(name for name in clique if name in names) for names in reversed(side) if len(names) < len(clique)]
        for side in sides
    )
    return along, across


def _labels(tree: JunctionTree, i: int, members: Clique) -> Labels:
    """Numbers the cells of clique i by their levels of `members`."""
    clique = tree.cliques[i]
    numbers = np.zeros((1,) * len(clique), np.int64)
    for axis, name in enumerate(clique):
        if name in members:
            levels = np.arange(tree.sizes[name]).reshape([-1 if a == axis else 1 for a in range(len(clique))])
            numbers = numbers * tree.sizes[name] + levels
    return np.broadcast_to(numbers, tree.shape(clique))


def _records(tree: JunctionTree, counts: Sequence[Counts], n: int, rng: np.random.Generator) -> Codes:
    """Records with the given counts. A random permutation inside a separator group says which record gets which."""
    column = {name: k for k, name in enumerate(tree.sizes)}
    records = np.zeros((len(column), n), dtype=np.uint16)
    for clique, separator, table in zip(tree.cliques, tree.separators, counts, strict=True):
        given_shape, fresh_shape = table.shape[: len(separator)], table.shape[len(separator) :]
        groups = _flat_codes([records[column[name]] for name in separator], given_shape, n)
        drawn = _assign(table.reshape(math.prod(given_shape), -1), groups, rng)
        fresh = (drawn,) if len(fresh_shape) == 1 else np.unravel_index(drawn, fresh_shape)
        for name, codes in zip(clique[len(separator) :], fresh, strict=True):
            records[column[name]] = codes
    return records.T


def _assign(counts: Counts, groups: Indices, rng: np.random.Generator) -> Indices:
    """Gives every record a column index of `counts`, given the row index `groups` of the record.

    The draws of a group come out of `np.repeat` in sorted order. Without a permutation inside the group, every column
    that depends on this separator would be sorted alike, and columns that are conditionally independent in the model
    would become dependent in the sample.
    """
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
