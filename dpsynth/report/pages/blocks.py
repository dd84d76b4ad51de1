"""The pieces that templates place: tables and figures with their table twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

Cell = Markup | str

SHORT = 20
"""A table with at most this many rows is not cut between two sheets."""


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of each row is its head.

    Attributes:
        caption: what it shows.
        head: column heads.
        rows: cells.
        numeric: indices of columns with numbers.
        narrow: whether it should not take the whole width.
        cut: whether it may be cut between two sheets although it is short.
        shades: how dark each cell is, 0 to 5, row by row; empty where none is.
    """

    caption: Cell
    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    numeric: frozenset[int] = frozenset()
    narrow: bool = False
    cut: bool = False
    shades: Sequence[Sequence[int]] = ()

    @property
    def short(self) -> bool:
        """Whether it stays on one sheet of paper: a head never stands alone at the foot."""
        return len(self.rows) <= SHORT and not self.cut


@dataclass(frozen=True)
class Figure:
    """A picture, the meaning of its marks, and where the same numbers stand as a table.

    Attributes:
        picture: SVG.
        caption: one sentence.
        legend: (mark, word).
        table: the same numbers.
        beside: whether the table stands beside the picture where there is room.
        wide: whether the picture keeps its width on a narrow screen and is scrolled there.
    """

    picture: Markup
    caption: Cell
    legend: Sequence[tuple[Markup, Cell]]
    table: Table
    beside: bool = False
    wide: bool = False
