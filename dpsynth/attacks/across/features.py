"""What people have in common: rows, rows with their time, and rows in their order, as sets that can be compared.

Two rows are equal where all released columns are, as levels of the public domain. The second of two equal rows of a
person is another feature than the first, so that sets count how often a row occurs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

from dpsynth.attacks.across.groups import columns_of
from dpsynth.attacks.people import Indices
from dpsynth.data.family import FamilyUnits
from dpsynth.domain.attribute import Codes
from dpsynth.domain.family import Family, Rows

Floats = np.ndarray[Any, np.dtype[np.float64]]
Sets = Any
"""A sparse matrix of zeros and ones, shape (people, features)."""

BLOCK = 128
"""People compared with all synthetic people at a time, at most."""

PAIRS = 4_000_000
"""Pairs of them at a time, about: what bounds the memory."""


def blocks(people: int, synthetic: int) -> Iterator[slice]:
    """Some people at a time."""
    size = max(1, min(BLOCK, PAIRS // max(1, synthetic)))
    return (slice(start, min(people, start + size)) for start in range(0, people, size))


def labels(parts: Sequence[Codes | Indices]) -> list[Indices]:
    """A number for each row, equal for equal rows of all parts; each of shape (rows,)."""
    together = np.concatenate(parts).astype(np.int64)
    found = np.zeros(len(together), np.int64)
    for column in range(together.shape[1]):
        size = int(together[:, column].max(initial=0)) + 1
        _, found = np.unique(found * size + together[:, column], return_inverse=True)
    return np.split(found, np.cumsum([len(part) for part in parts])[:-1])


def of_rows(family: Family, groups: Sequence[FamilyUnits], table: Rows, *, timed: bool = False) -> list[Indices]:
    """What each row of a table says, as a number; see `labels`."""
    columns = columns_of(table, timed=timed)
    return labels([group.rows[table.name].codes[:, columns] for group in groups])


def windows(owner: Indices, label: Indices, length: int) -> tuple[Indices, Indices]:
    """Runs of consecutive rows of one person.

    Args:
        owner: person of each row, ascending.
        label: what each row says.
        length: rows of a run.

    Returns:
        Owner of each run, shape (runs,), and its labels, shape (runs, length).
    """
    n = max(0, len(owner) - length + 1)
    inside = np.flatnonzero(owner[:n] == owner[len(owner) - n :]) if n else np.zeros(0, np.int64)
    return owner[inside], np.stack([label[inside + i] for i in range(length)], axis=1)


def occurrence(owner: Indices, label: Indices) -> Indices:
    """0 for the first row of a person with this label, 1 for the second, and so on, shape (rows,)."""
    order = np.lexsort((label, owner))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(owner[order]) != 0) | (np.diff(label[order]) != 0)
    at = np.arange(len(order))
    number = np.empty(len(order), np.int64)
    number[order] = at - np.maximum.accumulate(np.where(fresh, at, 0))
    return number


def sets(pairs: Sequence[tuple[Indices, Indices]], sizes: Sequence[int]) -> list[Sets]:
    """Sets of people from the labels of their rows, over the same features.

    Args:
        pairs: of each group (owner, label), shapes (rows,).
        sizes: people of each group.
    """
    keys = [np.stack([label, occurrence(owner, label)], axis=1) for owner, label in pairs]
    numbers = labels(keys)
    width = max((int(n.max(initial=-1)) for n in numbers), default=-1) + 1
    return [
        csr_matrix((np.ones(len(n), np.float32), (owner, n)), shape=(size, width))
        for n, (owner, _), size in zip(numbers, pairs, sizes, strict=True)
    ]


def of_table(family: Family, groups: Sequence[FamilyUnits], table: Rows) -> list[Sets]:
    """Rows of a table: by themselves, with the days since the row before, and each with the next one."""
    sizes = [group.size for group in groups]
    owners = [group.rows[table.name].owner.astype(np.int64) for group in groups]
    plain, timed = (of_rows(family, groups, table, timed=t) for t in (False, True))
    steps = [windows(owner, label, 2) for owner, label in zip(owners, plain, strict=True)]
    ordered = labels([step for _, step in steps])
    kinds = [list(zip(owners, plain, strict=True)), [(o, n) for (o, _), n in zip(steps, ordered, strict=True)]]
    if table.gaps is not None:
        kinds.append(list(zip(owners, timed, strict=True)))
    return _beside([sets(kind, sizes) for kind in kinds])


def of_people(family: Family, groups: Sequence[FamilyUnits]) -> list[Sets]:
    """Columns of the table of people: a feature for each level of each."""
    columns = range(len(family.codec.names))
    kinds = []
    for column in columns:
        pairs = [(np.arange(g.size), g.people.codes[:, column].astype(np.int64)) for g in groups]
        kinds.append(sets(pairs, [g.size for g in groups]))
    return _beside(kinds) if kinds else [csr_matrix((g.size, 0), dtype=np.float32) for g in groups]


def of_everything(family: Family, groups: Sequence[FamilyUnits]) -> list[Sets]:
    """All features of people."""
    return _beside([of_people(family, groups), *(of_table(family, groups, table) for table in family.rows)])


def _beside(kinds: Sequence[list[Sets]]) -> list[Sets]:
    return [csr_matrix(hstack(parts)) for parts in zip(*kinds, strict=True)]


@dataclass(frozen=True)
class Likeness:
    """How alike people and synthetic people are: the weight of what both have over the weight of what either has.

    A feature weighs log((n + 2) / (k + 1)) where k of the n synthetic people have it, so that a rare row says more than
    the sex. 1: the same sets. Source: weighted Jaccard similarity, Ruzicka (1958); weights: Sparck Jones (1972).

    Attributes:
        targets: shape (people, features).
        synthetic: shape (synthetic people, features).
    """

    targets: Sets
    synthetic: Sets

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Similarities, some people at a time: which, and an array of shape (people, synthetic people)."""
        owned = np.asarray(self.synthetic.sum(axis=0), np.float64).ravel()
        weight = np.log((self.synthetic.shape[0] + 2) / (owned + 1)).astype(np.float32)
        others = csr_matrix(self.synthetic.T)
        theirs = self.synthetic @ weight
        for where in blocks(self.targets.shape[0], self.synthetic.shape[0]):
            mine = csr_matrix(self.targets[where].multiply(weight))
            both = np.asarray((mine @ others).toarray())
            either = np.asarray(mine.sum(axis=1)).reshape(-1, 1) + theirs - both
            # Sums of 32-bit numbers in another order: what is equal must be 1 exactly.
            alike = np.where(either > 0, both / np.maximum(either, 1e-12), 1.0)
            yield where, np.asarray(np.round(alike, 5), np.float64)

    def nearest(self) -> Floats:
        """Similarity to the most similar synthetic person, shape (people,); 0 without a release."""
        found = np.zeros(self.targets.shape[0])
        if self.synthetic.shape[0]:
            for where, alike in self.blocks():
                found[where] = alike.max(axis=1)
        return found
