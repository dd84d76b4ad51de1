"""The contribution bound: at most k rows of each person.

Which rows stay depends on the rows of that person and the key alone. Each of them, identical ones numbered, draws a
keyed digest, and the k smallest stay. That is a uniform sample of the person's rows without replacement, and the same
one in every run, whatever the order of the file and whoever else is in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from dpsynth.data.holdout import Words


def whole_people(chunks: Iterable[Words]) -> Iterator[Words]:
    """Cuts sorted rows so that nobody lies across two chunks.

    Args:
        chunks: arrays whose first two columns are the person, sorted by them.
    """
    waiting: list[Words] = []
    for chunk in chunks:
        if not len(chunk):
            continue
        starts = np.flatnonzero(is_first(chunk, waiting[-1][-1] if waiting else None))
        if not len(starts):
            waiting.append(chunk)
            continue
        if waiting:
            yield np.concatenate([*waiting, chunk[: starts[0]]])
        if starts[-1] > starts[0]:
            yield chunk[starts[0] : starts[-1]]
        waiting = [chunk[starts[-1] :]]
    if waiting:
        yield np.concatenate(waiting)


MOST_COPIES = 10_000
"""Identical rows of one person beyond this many take no part in the draw, so that nobody can exhaust the memory."""


def bounded(rows: Words, limit: int, key: bytes) -> np.ndarray[Any, np.dtype[np.int64]]:
    """How often each distinct row stays.

    Args:
        rows: shape (rows, 3 + words): person (two words), content, how often; sorted, whole people.
        limit: most rows of one person.
        key: secret key of at most 64 bytes.

    Returns:
        Counts of shape (rows,); at most `limit` a person, all of them where there are no more than that.
    """
    counts = rows[:, -1].astype(np.int64)
    person = np.cumsum(is_first(rows, None)) - 1
    too_many = np.flatnonzero(np.bincount(person, counts)[person] > limit)
    copies = np.minimum(counts[too_many], max(limit, MOST_COPIES))
    row = np.repeat(too_many, copies)
    drawn = np.fromiter(_draws(rows[too_many, :-1], copies, key), np.uint64, count=len(row))
    order = np.lexsort((drawn, person[row]))  # stable: equal draws stay in the order of the rows
    row, owner = row[order], person[row[order]]
    place = np.arange(len(row)) - np.searchsorted(owner, owner)
    counts[too_many] = 0
    np.add.at(counts, row[place < limit], 1)
    return counts


def _draws(rows: Words, counts: np.ndarray[Any, np.dtype[np.int64]], key: bytes) -> Iterator[int]:
    """One keyed number below 2^64 for each row, identical ones numbered."""
    keyed = hashlib.blake2b(key=key, digest_size=8, person=b"rows of a unit")
    for row, count in zip(rows.astype(">u8"), counts.tolist(), strict=True):
        mine = keyed.copy()
        mine.update(row.tobytes())
        for copy in range(count):
            one = mine.copy()
            one.update(copy.to_bytes(8, "big"))
            yield int.from_bytes(one.digest(), "big")


def is_first(rows: Words, before: Words | None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows that begin another person than the row before them; without a row before, the first one does."""
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:, :2] != rows[:-1, :2]).any(axis=1)
    if before is not None and len(rows):
        first[0] = bool((rows[0, :2] != before[:2]).any())
    return first
