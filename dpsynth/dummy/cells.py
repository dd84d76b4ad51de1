"""The cells of one block of rows, as numbers: levels, ticks, and which are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from dpsynth.domain.attribute import Ticks

Index = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Cell(NamedTuple):
    """The cells of one column, shape (rows,) each.

    Attributes:
        values: code of a category; tick of an ordered column, in units of 10^-decimals; a date as days since
            1970-01-01, also where it is declared as an offset.
        absent: whether the cell is missing.
    """

    values: Ticks
    absent: Mask


@dataclass(frozen=True)
class Drawn:
    """The rows of one table for a block of patients.

    Attributes:
        owner: the patient of each row, counted from 0 inside the block, ascending.
        refers: column of a key to other rows -> row of that table inside the block, -1 for none.
        cells: released column -> its cells.
    """

    owner: Index
    refers: Mapping[str, Index]
    cells: Mapping[str, Cell]

    def take(self, rows: Index | Mask) -> Drawn:
        """Some of the rows, in that order."""
        return Drawn(
            self.owner[rows],
            {name: row[rows] for name, row in self.refers.items()},
            {name: Cell(cell.values[rows], cell.absent[rows]) for name, cell in self.cells.items()},
        )
