"""Finds the person and the parent row of each row of several tables, and which rows stay under the bound.

Whose row it is stands in the row itself, so nobody's rows depend on anybody else's. Rows without an id, of people who
are not in the table of people, or of parent rows that the person does not have, take no part; of two rows of the table
of people, or of two parent rows with one key, the first in the order of their contents counts. Nothing of it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.data.bounding import MOST_COPIES, bounded
from dpsynth.data.holdout import Words
from dpsynth.data.reading import MIDDLE, TableReading
from dpsynth.domain.deriving import NO_DAY, Coded, CodedFamily, Ints
from dpsynth.domain.family import Family, Rows

Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Joined:
    """Rows with their people.

    Attributes:
        coded: all tables as codes; people in the order of their digests.
        digests: first half of the digest of each person, shape (people,).
        keep: table -> which of its rows stay under the bound of their person.
    """

    coded: CodedFamily
    digests: Words
    keep: Mapping[str, Bools]


def joined(
    readings: Mapping[str, TableReading], family: Family, read: Mapping[str, Words], key: bytes, notes: dict[str, int]
) -> Joined:
    """Joins the tables.

    Args:
        readings: table -> how it was read.
        family: the views.
        read: table -> its rows, as `TableReading.read` gives them.
        key: decides which rows stay.
        notes: gets TABLE.rows_without_person and TABLE.rows_cut.
    """
    if family.people is None:
        words = read[family.rows[0].name]
        first = _first_of(words[:, :2])
        known, codes, index = words[first, :2], np.zeros((int(first.sum()), 0), np.uint16), None
    else:
        words = read[family.people]
        first = _first_of(words[:, :2])
        known = words[first, :2]
        codes = readings[family.people].packing.unpack(words[first, 5:-1])
        index = words[first, 2] if family.index is not None else None
        _note(notes, family.people, len(known))
    start = NO_DAY if family.window is None else family.window[0]
    days = np.full(len(known), start, np.int64)
    if index is not None:
        days = np.where(index == np.uint64(NO_DAY), start, index.astype(np.int64) - MIDDLE)
    digests = _as_bytes(known)
    tables: dict[str, Coded] = {}
    keys: dict[str, Words] = {}
    keep: dict[str, Bools] = {}
    for rows in family.rows:
        parent = None if rows.parent is None else (tables[rows.parent], keys[rows.parent])
        tables[rows.name], keys[rows.name], keep[rows.name] = _rows(
            rows,
            readings[rows.name],
            read[rows.name],
            digests,
            parent,
            [(tables[t], keys[t]) for _, t in rows.links],
            key,
        )
        taken = len(tables[rows.name].owner)
        _note(notes, rows.name, taken)
        notes[f"{rows.name}.rows_cut"] = taken - int(keep[rows.name].sum())
    return Joined(CodedFamily(len(known), codes, days, tables), known[:, 0], keep)


def _note(notes: dict[str, int], table: str, taken: int) -> None:
    """How many rows of a table found no person or no parent."""
    notes[f"{table}.rows_without_person"] = notes[f"{table}.rows_read"] - notes[f"{table}.rows_left_out"] - taken


def _rows(
    rows: Rows,
    reading: TableReading,
    words: Words,
    digests: np.ndarray[Any, Any],
    parent: tuple[Coded, Words] | None,
    linked: Sequence[tuple[Coded, Words]],
    key: bytes,
) -> tuple[Coded, Words, Bools]:
    """Rows with their person and parent, the rows' own keys, and which of them stay under the bound."""
    mine = _as_bytes(words[:, :2])
    place = np.minimum(np.searchsorted(digests, mine), max(0, len(digests) - 1))
    found = digests[place] == mine if len(digests) else np.zeros(len(mine), bool)
    parents = np.zeros(len(words), np.int64)
    if parent is not None:
        parents, has = _parents(place, words[:, 4], *parent)
        found &= has
    words, place, parents = words[found], place[found], parents[found]
    # Which rows stay depends on the rows of that person and the key alone.
    staying = bounded(words, rows.at_most, key)
    copies = np.minimum(words[:, -1].astype(np.int64), max(rows.at_most, MOST_COPIES))
    repeated = np.repeat(np.arange(len(words)), copies)
    number = np.arange(len(repeated)) - np.repeat(np.cumsum(copies) - copies, copies)
    stay = number < staying[repeated]
    words, owner, parents = words[repeated], place[repeated].astype(np.int64), parents[repeated]
    if parent is not None:
        order = np.lexsort((parents, owner))  # stable: rows of one parent stay in their order
        words, owner, parents, stay = words[order], owner[order], parents[order], stay[order]
    day = np.where(words[:, 2] == np.uint64(NO_DAY), NO_DAY, words[:, 2].astype(np.int64) - MIDDLE)
    packed = words[:, 2 + reading.head : -1]
    codes = reading.packing.unpack(packed) if len(rows.codec.names) else np.zeros((len(words), 0), np.uint16)
    links = np.zeros((len(words), len(linked)), np.uint16)
    for i, (target, own) in enumerate(linked):
        links[:, i] = _parents(owner, words[:, 5 + i], target, own)[1]
    return Coded(codes, owner, day, parents if parent is not None else parents[:0], links), words[:, 3], stay


def _parents(place: Ints, wanted: Words, parent: Coded, own: Words) -> tuple[Ints, Bools]:
    """The parent row of each row, looked for among the rows of the same person; and whether there is one."""
    named = np.flatnonzero(own != 0)
    order = named[np.lexsort((named, own[named], parent.owner[named]))]
    pairs = np.empty(len(order), [("owner", np.int64), ("key", np.uint64)])
    pairs["owner"], pairs["key"] = parent.owner[order], own[order]
    asked = np.empty(len(place), pairs.dtype)
    asked["owner"], asked["key"] = place, wanted
    if not len(pairs):
        return np.zeros(len(place), np.int64), np.zeros(len(place), bool)
    at = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    return order[at], (pairs[at] == asked) & (wanted != 0)


def _first_of(digests: Words) -> Bools:
    """Whether a row is the first of its person, shape (rows,)."""
    first = np.ones(len(digests), bool)
    first[1:] = (digests[1:] != digests[:-1]).any(axis=1)
    return first


def _as_bytes(digests: Words) -> np.ndarray[Any, Any]:
    """Digests of shape (rows, 2) as 16 bytes each, which sort like them."""
    return np.ascontiguousarray(digests.astype(">u8")).view("S16").reshape(-1)
