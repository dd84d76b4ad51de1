"""Rows of codes as a few whole numbers: what is sorted, compared and spilled instead of cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes

Words = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True)
class Packing:
    """Mixed-radix numbers below 2^64, several if one does not suffice. Sorting words sorts rows by their codes.

    Attributes:
        sizes: number of levels of each column.
    """

    sizes: tuple[int, ...]

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The columns of each word, filled from the left."""
        groups: list[list[int]] = [[]]
        product = 1
        for column, size in enumerate(self.sizes):
            if product * size > 2**64:
                groups.append([])
                product = 1
            groups[-1].append(column)
            product *= size
        return tuple(tuple(group) for group in groups)

    def pack(self, codes: Codes) -> Words:
        """Words of the rows: codes of shape (rows, columns) to shape (rows, words)."""
        words = np.zeros((len(codes), len(self.groups)), np.uint64)
        for i, group in enumerate(self.groups):
            word = np.zeros(len(codes), np.uint64)
            for column in group:
                word *= np.uint64(self.sizes[column])
                word += codes[:, column]
            words[:, i] = word
        return words

    def unpack(self, words: Words) -> Codes:
        """The rows of the words, each column in one piece: the inverse of `pack`."""
        codes = np.zeros((len(self.sizes), len(words)), np.uint16)
        for i, group in enumerate(self.groups):
            rest = words[:, i].copy()
            for column in reversed(group):
                # Not divmod: dividing by one number alone is several times faster.
                left = rest // np.uint64(self.sizes[column])
                codes[column] = rest - left * np.uint64(self.sizes[column])
                rest = left
        return codes.T
