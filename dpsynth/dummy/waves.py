"""Rows of one table as those of a fixed panel: one row of a patient and wave, and what is the same in all of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dpsynth.domain.attribute import Grid
from dpsynth.domain.panel import Panel
from dpsynth.dummy.cells import Cell, Drawn, Index


def fixed(panel: Panel, tied: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """Columns that are the same in all rows of a dummy patient: constant ones, and what rules tie to these.

    A rule between a constant column and one that varies holds in the first row, and so in its copies.

    Args:
        panel: how the table is laid out.
        tied: columns of each rule.
    """
    found = set(panel.constant)
    waiting = [set(clique) for clique in tied]
    while touching := [clique for clique in waiting if clique & found]:
        found |= set().union(*touching)
        waiting = [clique for clique in waiting if clique not in touching]
    return frozenset(found)


def as_panel(panel: Panel, drawn: Drawn, same: frozenset[str]) -> Drawn:
    """The first row of a patient is in the first wave, the next one in the next; nobody may have more than waves.

    Args:
        panel: how the table is laid out.
        drawn: rows, each drawn by itself.
        same: columns that all rows of a patient have from the first one.
    """
    first = np.searchsorted(drawn.owner, drawn.owner)
    place = np.arange(len(drawn.owner)) - first
    cells = {name: _of(cell, first) if name in same else cell for name, cell in drawn.cells.items()}
    cells[panel.column] = Cell(_values(panel)[place], np.zeros(len(place), np.bool_))
    return Drawn(drawn.owner, drawn.refers, cells)


def _of(cell: Cell, rows: Index) -> Cell:
    return Cell(cell.values[rows], cell.absent[rows])


def _values(panel: Panel) -> Index:
    """What stands in the cells of each wave: the number of a whole number, the code of a level."""
    column = panel.rows[panel.column]
    return np.array([column.span(w)[0] if isinstance(column, Grid) else w for w in panel.waves], np.int64)
