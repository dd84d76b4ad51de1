"""Records drawn from a calibrated junction tree, block by block, without a loop over records or groups.

First the counts of all cells of all cliques, root to leaf, for all n records at once; then the counts are dealt out to
blocks; then the records of a block, root to leaf.

**How far a count lies from n times its probability.** Let separator group s have e_s records more than expected. In a
clique below it, cell x is off by less than 1 + |e_s| p(x|s). A group g of a separator further down is off by less than
1 + |sum_s e_s p(g|s)|, if that separator is in one of the clique's two chains (`_families`); in a tree of pairs every
one is. Both bounds grow by 2^-16 for each cell that is summed (`rounding.py`). So the bound is 1 for the root and the
separators in its chains, and 2 for the cells of the cliques that hang on these. Further down, e_s is an average of
errors of both signs, which is kept small, but without a promise. `mending.py` then brings the cells that are more than
2 off nearer, where it can.

No sampler can promise 2. Let an attribute of m levels, each expected a whole number and a half times, decide m binary
attributes by the rows of a Hadamard matrix H. Whatever whole counts its levels get, each is off by at least 1/2. So
the vector e of errors has |He| = sqrt(m) |e| >= m/2, some entry of He is at least sqrt(m)/2, and, as e sums to 0, the
counts of that binary attribute are off by sqrt(m)/4 or more.

**Expectations are exact**, not only of every cell of a clique but of every combination of all attributes: given the
counts of its separator, a clique is rounded without regard to the rest of the tree. Mending moves them by as much as it
changes records.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dpsynth.synth.graphical.factor import Table, project, quotient
from dpsynth.synth.graphical.junction_tree import Clique, JunctionTree
from dpsynth.synth.graphical.rounding import (
    Counts,
    Labels,
    Weights,
    controlled_counts,
    multinomial_counts,
    shares_without_replacement,
)

Codes = NDArray[np.uint16]
Indices = NDArray[np.uint16] | NDArray[np.int64]

Rounding = Callable[[Any, Counts, np.random.Generator], Counts]

WATCHED_SUMS = 1000
"""Sums of a clique that are watched at most: their work is this number times that of linked cells."""

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
        table = np.zeros((len(sizes), belief.size // len(sizes)), np.int64)

        def labels(
            members: Clique, i: int = i, shape: tuple[int, ...] = table.shape, present: Labels = present
        ) -> Labels:
            return _labels(tree, i, members).reshape(shape)[present]

        along, across, loose = _families(tree, i)
        table[present] = controlled_counts(
            belief.reshape(table.shape)[present],
            sizes[present],
            [labels(members) for members in along],
            [labels(members) for members in across],
            [(labels(members), weights) for members, weights in _watched(tree, beliefs, i, loose)],
            rng,
        )
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
        part = _plain_counts(tree, left, block, shares_without_replacement, rng)
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
        yield _records(tree, _plain_counts(tree, beliefs, size, multinomial_counts, rng), size, rng)


def collect(blocks: Iterable[Codes], n: int, columns: int) -> Codes:
    """Puts blocks together, n records in all; each column is contiguous in memory."""
    records = np.empty((columns, n), np.uint16)
    start = 0
    for block in blocks:
        records[:, start : start + len(block)] = block.T
        start += len(block)
    return records.T


def _plain_counts(
    tree: JunctionTree, tables: Sequence[Weights], n: int, rounded: Rounding, rng: np.random.Generator
) -> list[Counts]:
    """Counts of all cliques, root to leaf, each clique rounded by itself."""
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


def _below(tree: JunctionTree, i: int) -> list[Clique]:
    """The different separators of the children of clique i whose counts do not follow from its own separator's."""
    own = set(tree.separators[i])
    found = {tree.separators[child] for child, parent in enumerate(tree.parents) if parent == i}
    ordered = {tuple(name for name in tree.cliques[i] if name in names) for names in found if not own.issuperset(names)}
    return sorted(ordered, key=lambda names: (len(names), names))


def _families(tree: JunctionTree, i: int) -> tuple[list[Clique], list[Clique], list[Clique]]:
    """Sets of attributes of clique i by which its cells are partitioned: two chains from fine to coarse, and the rest.

    A separator below goes into the first chain if it holds the clique's own separator, else into the second.
    """
    along, across, loose = [tree.separators[i]], [Clique()], list[Clique]()
    for wanted in _below(tree, i):
        fitting = (chain for chain in (along, across) if set(chain[-1]).issubset(wanted))
        next(fitting, loose).append(wanted)
    return along[:0:-1], across[:0:-1], loose


def _watched(
    tree: JunctionTree, beliefs: Sequence[Table], i: int, loose: Sequence[Clique]
) -> Iterator[tuple[Clique, NDArray[np.float64] | int]]:
    """What else to keep small in clique i: loose separators, margins of its new attributes, and what it hands down.

    An error of e_s in separator group s becomes one of sum_s e_s p(group|s) in the groups of a separator one clique
    further down.
    """
    room = WATCHED_SUMS
    for members in (*loose, *_margins(tree, i)):
        groups = math.prod(tree.shape(members))
        if groups <= room:
            room -= groups
            yield members, groups
    for child, parent in enumerate(tree.parents):
        separator = tree.separators[child]
        if parent != i or not separator:
            continue
        for further in _below(tree, child):
            joined = separator + tuple(name for name in further if name not in separator)
            table = project(beliefs[child], tree.cliques[child], joined).reshape(math.prod(tree.shape(separator)), -1)
            if table.shape[1] <= room:
                room -= table.shape[1]
                yield separator, quotient(table, np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape))


def _margins(tree: JunctionTree, i: int) -> Iterator[Clique]:
    """One and two attributes of clique i, of which at least one is new in it: the tables that people look at."""
    clique, old = tree.cliques[i], len(tree.separators[i])
    fresh = clique[old:]
    if len(clique) > 1:
        yield from ((name,) for name in fresh)
    if len(clique) > 2:
        yield from ((a, b) for a in clique[:old] for b in fresh)
        yield from combinations(fresh, 2)


def _labels(tree: JunctionTree, i: int, members: Clique) -> Labels:
    """Numbers the cells of clique i by their levels of `members`."""
    clique = tree.cliques[i]
    numbers = np.zeros((1,) * len(clique), np.int64)
    for name in members:
        axis = clique.index(name)
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
