"""Dealing out levels so that rows that are alike get different ones.

Rows stand in the order of their other columns, levels in a list, and each row gets a place in the list. Were places
drawn at random, every level would meet every level of another column by chance, with the variance of sampling. Here
neighbours go to opposite halves of the list, pairs of neighbours to all four quarters, and so on, and fair coins say
which row goes where: the nested uniform scrambling of Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences.

Theorem. Let n be a multiple of 2^depth. Then
(1) places are a permutation, and each row's place is uniform, whatever the order of the rows;
(2) of each aligned run of 2^k rows, k up to depth, one gets a place in each 2^-k part of the list.

Proof. In step k the rows of each of the 2^k parts, in their order, are taken two by two; one goes to the lower and one
to the upper half of the part. So a part holds one row of each aligned run of 2^k rows, which is (2), and the last
parts hold one row of each of the n / 2^depth runs, in an order drawn at random. Each row meets one coin a step, these
coins are independent, and so is its place in the last part: (1). If n is no such multiple, a few rows, drawn at
random, get places drawn at random.

By (1) the expected count of every combination of levels is that of a random deal. Runs have coins of their own, so no
pattern in the order of the rows makes levels go together. A fixed stride would spread rows as evenly, but when two
columns repeat in step with it, they become dependent.
"""

from __future__ import annotations

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.synth.denoise import Ints

DEPTH = 5
"""Halvings: 32 parts. From 4 to 7 the errors are the same; each costs a pass over the rows."""


def scrambled(n: int, rng: np.random.Generator) -> Ints:
    """The place of each of n rows in a list of n, shape (n,); see the head of this file."""
    depth = min(DEPTH, max(0, n.bit_length() - 1))
    runs = n >> depth
    row = np.arange(runs << depth)
    part = np.zeros_like(row)
    for step in range(depth):
        within = row >> step
        coins = rng.integers(0, 2, len(row) // 2)
        pairs = len(row) >> (step + 1)
        part = 2 * part + ((within & 1) ^ coins[part * pairs + (within >> 1)])
    place = np.asarray(part * runs + rng.permutation(runs)[row >> depth])
    if len(row) == n:
        return place
    (spare, kept), (free, taken) = (_split(n, n - len(row), rng) for _ in range(2))
    whole = np.empty(n, np.int64)
    whole[spare], whole[kept] = free, taken[place]
    return whole


def _split(n: int, few: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """A few of n in random order, and the others in order."""
    drawn = rng.choice(n, few, replace=False)
    return drawn, np.delete(np.arange(n), drawn)


def sorted_by(rows: Ints, codes: Codes) -> Ints:
    """Rows sorted by their codes; ties stay in the order in which they are."""
    return np.asarray(rows[np.argsort(codes[rows], kind="stable")])
