"""Encoded rows grouped by privacy unit: the only form in which real rows travel inside the house."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes

_BLOCK = 2**22
"""Rows that are counted at a time."""


@dataclass(frozen=True)
class Units:
    """Rows of a group of people.

    Attributes:
        codes: level indices, shape (rows, columns). What was read from a source lies column by column, large tables in
            a file (see `columns.py`).
        owner: index of the person of each row, shape (rows,), values 0 .. size - 1, ascending. In 32 bits where that
            suffices: widen it before multiplying.
        size: number of people.
    """

    codes: Codes
    owner: np.ndarray[Any, np.dtype[np.integer[Any]]]
    size: int

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.owner):
            raise ValueError(f"Expected one owner a row, got {len(self.owner)} for {len(self.codes)} rows.")

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @cached_property
    def rows_per_unit(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Number of rows of each person, shape (size,)."""
        counts = np.zeros(self.size, np.int64)
        for start in range(0, self.rows, _BLOCK):
            # Of the people of one block only: counting all owners at once would copy them.
            owner = self.owner[start : start + _BLOCK]
            first = int(owner.min())
            found = np.bincount(owner - first)
            counts[first : first + len(found)] += found
        return counts

    def sum(self, per_row: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Adds a number per row up to a number per person, shape (size,)."""
        return np.bincount(self.owner, weights=per_row, minlength=self.size).astype(np.float64)

    def take(self, people: np.ndarray[Any, np.dtype[np.int64]]) -> Units:
        """The rows of the chosen people (distinct indices), renumbered in the given order."""
        number = np.full(self.size, -1, np.int64)
        number[people] = np.arange(len(people))
        owner = number[self.owner]
        rows = np.flatnonzero(owner >= 0)
        rows = rows[np.argsort(owner[rows], kind="stable")]
        return Units(self.codes[rows], owner[rows], len(people))
