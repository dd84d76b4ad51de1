"""Exact search for equal and nearly equal rows among all pairs, by hash joins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Kept = np.ndarray[Any, np.dtype[np.int64]]

HASH_SEED = 20190
"""Fixes the random codes of levels. A collision costs time, never a wrong answer: every hit is compared."""

SIEVE = 4
"""The sieve before a join has about 2^4 places per row: of rows without a partner, at most 1 in 16 passes it."""


def near(rows: Codes, table: Codes, differ: int) -> Flags:
    """Whether a row equals some row of the table in all but at most `differ` columns, shape (rows,).

    Leave-r-out: two rows differ in at most r columns iff they agree on all columns but some r. One join for each way to
    leave r columns out, on the sum of random 64-bit codes of (column, level). Source: the deletion neighbourhood of
    Mor and Fraenkel (1982), CACM 25.

    Args:
        rows: shape (n, columns).
        table: shape (m, columns).
        differ: r.
    """
    found = np.zeros(len(rows), bool)
    if len(rows) == 0 or len(table) == 0:
        return found
    if differ >= rows.shape[1]:
        return ~found
    for kept, ours, theirs in _joins(differ, rows, table):
        left = np.flatnonzero(~found)
        left = left[_maybe_in(ours[left], theirs)]
        if len(left) == 0:
            continue
        wanted = np.flatnonzero(_maybe_in(theirs, ours[left]))
        order = wanted[np.argsort(theirs[wanted], kind="stable")]
        place = np.searchsorted(theirs[order], ours[left])
        hit = (place < len(order)) & (theirs[order[np.minimum(place, len(order) - 1)]] == ours[left])
        found[left[hit]] = _verified(rows[left[hit]], table, order, place[hit], theirs, ours[left[hit]], kept)
    return found


def _maybe_in(hashes: Hashes, others: Hashes) -> Flags:
    """False only for hashes that are certainly not among the others: a Bloom filter of one bit (CACM 13, 1970)."""
    bits = SIEVE + max(len(hashes), len(others)).bit_length()
    shift = np.uint64(64 - bits)
    marked = np.zeros(1 << bits, bool)
    marked[others >> shift] = True
    return np.asarray(marked[hashes >> shift])


def _verified(rows: Codes, table: Codes, order: Kept, place: Kept, theirs: Hashes, ours: Hashes, kept: Kept) -> Flags:
    """Compares each row with the table rows of the same hash, until one is equal."""
    equal = (rows[:, kept] == table[order[place]][:, kept]).all(axis=1)
    for i in np.flatnonzero(~equal):  # a collision of hashes: practically never
        same = np.flatnonzero(theirs == ours[i])
        equal[i] = bool((table[same][:, kept] == rows[i, kept]).all(axis=1).any())
    return np.asarray(equal)


def sole(rows: Codes, table: Codes) -> Kept:
    """The one table row that equals each row; -1 where none does, or several do, shape (rows,)."""
    found = np.full(len(rows), -1, np.int64)
    if len(rows) == 0 or len(table) == 0:
        return found
    for _, ours, theirs in _joins(0, rows, table):
        order = np.argsort(theirs, kind="stable")
        first, last = (np.searchsorted(theirs[order], ours, side=side) for side in ("left", "right"))
        for i in np.flatnonzero(first < last):
            same = order[first[i] : last[i]]
            equal = same[(table[same[:2]] == rows[i]).all(axis=1)] if len(same) <= 2 else _equal(rows[i], table, same)
            if len(equal) == 1:
                found[i] = equal[0]
    return found


def _equal(row: Codes, table: Codes, same: Kept) -> Kept:
    """Those of the candidates, rows of one hash, that equal the row; two are enough to know that it is not alone."""
    if (table[same[:2]] == row).all():
        return same[:2]
    return np.asarray(same[(table[same] == row).all(axis=1)])


def isolated(group: Units, differ: int) -> Flags:
    """Whether no other person of the group has a row that differs in at most `differ` columns, shape (rows,).

    A person's own rows do not count.
    """
    alone = np.ones(group.rows, bool)
    if group.rows == 0:
        return alone
    if differ >= group.codes.shape[1]:
        return alone & (group.size <= 1)
    for kept, own, _ in _joins(differ, group.codes, group.codes[:0]):
        _, label = np.unique(own, return_inverse=True)
        low = np.full(label.max() + 1, group.size, np.int64)
        high = np.full(label.max() + 1, -1, np.int64)
        np.minimum.at(low, label, group.owner)
        np.maximum.at(high, label, group.owner)
        shared = np.flatnonzero(alone & (low != high)[label])
        if len(shared):
            alone[shared] = ~_really_shared(group, shared, label, kept)
    return alone


def _really_shared(group: Units, shared: Kept, label: Kept, kept: Kept) -> Flags:
    """Whether rows of one hash are equal on the kept columns; rows of a colliding hash are compared one by one."""
    first = np.full(label.max() + 1, -1, np.int64)
    first[label[::-1]] = np.arange(group.rows)[::-1]
    members = np.flatnonzero(np.isin(label, label[shared]))
    differs = (group.codes[members][:, kept] != group.codes[first[label[members]]][:, kept]).any(axis=1)
    collided = np.unique(label[members[differs]])
    result = np.ones(len(shared), bool)
    for i in np.flatnonzero(np.isin(label[shared], collided)):
        same = np.flatnonzero(label == label[shared[i]])
        equal = (group.codes[same][:, kept] == group.codes[shared[i], kept]).all(axis=1)
        result[i] = bool((group.owner[same[equal]] != group.owner[shared[i]]).any())
    return result


def _joins(differ: int, rows: Codes, table: Codes) -> Iterator[tuple[Kept, Hashes, Hashes]]:
    """For each way to leave `differ` columns out: the columns kept, and both sides' hashes of them."""
    columns = rows.shape[1]
    levels = 1 + max(int(rows.max(initial=0)), int(table.max(initial=0)))
    code = np.random.default_rng(HASH_SEED).integers(0, 2**64, (columns, levels), np.uint64, endpoint=False)
    parts = [code[i][rows[:, i]] for i in range(columns)]
    others = [code[i][table[:, i]] for i in range(columns)]
    whole, whole_other = np.zeros(len(rows), np.uint64), np.zeros(len(table), np.uint64)
    for ours, theirs in zip(parts, others, strict=True):
        whole += ours
        whole_other += theirs
    for out in combinations(range(columns), differ):
        ours, theirs = whole.copy(), whole_other.copy()
        for column in out:
            ours -= parts[column]
            theirs -= others[column]
        kept = np.array([c for c in range(columns) if c not in out], np.int64)
        yield kept, ours, theirs
