"""One column's public domain: its levels, and how cells become codes and codes become cells.

A code is the index of a level (uint16). Encoding is total: every cell gets a code, silently. A value outside the
domain goes to `other` or is clamped, an unreadable one goes to `missing` or to the value declared for it. Decoding
draws uniformly inside a bin, with public randomness.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.domain import text
from dpsynth.errors import PolicyError
from dpsynth.policy import bins

Codes = np.ndarray[Any, np.dtype[np.uint16]]
"""Level indices; shape (rows,) for one column, (rows, columns) for a table."""

Ticks = np.ndarray[Any, np.dtype[np.int64]]
"""Numbers on a column's grid, in units of 10^-decimals or days."""


@dataclass(frozen=True)
class Attribute(ABC):
    """The public domain of one column.

    Attributes:
        name: column name.
        levels: labels of the levels, in the order of their codes; `missing`, if any, is last.
        other: code of the level for values outside the domain, if there is one.
        missing: code of the level for missing cells, if there is one.
        edges: codes of the levels that also hold clamped values (not the natural bounds).
        absent_texts: texts that mean missing.
    """

    name: str
    levels: tuple[str, ...]
    other: int | None
    missing: int | None
    edges: tuple[int, ...]
    absent_texts: frozenset[str]
    ordered: ClassVar[bool] = False

    @property
    def size(self) -> int:
        """Number of levels."""
        return len(self.levels)

    @property
    def unranked(self) -> frozenset[int]:
        """Codes of the levels that have no place in an order."""
        return frozenset(code for code in (self.other, self.missing) if code is not None)

    @cached_property
    def code_of(self) -> dict[str, int]:
        """Label of a level -> its code."""
        return {label: code for code, label in enumerate(self.levels)}

    @abstractmethod
    def accepts(self, kind: pa.DataType) -> bool:
        """Whether a typed file may hold this column in that physical type."""

    @abstractmethod
    def encode(self, column: pa.Array | pa.ChunkedArray) -> Codes:
        """Codes of the cells, shape (rows,). Total: no cell raises."""

    @abstractmethod
    def decode(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Cells for the codes; numbers and dates are drawn uniformly inside their bin."""


@dataclass(frozen=True)
class Category(Attribute):
    """A code list, or a boolean written with the words of the source.

    Attributes:
        spellings: text in the source -> code. For plain lists each level spells itself.
        boolean: whether decoded cells are true and false rather than text.
        fold: whether upper and lower case are the same.
        fallback: code for what no other rule places.
        absent: code of the level of people who have no row from which the column could come, if there is one.
    """

    spellings: dict[str, int]
    fallback: int
    is_ordered: bool = False
    boolean: bool = False
    fold: bool = False
    absent: int | None = None

    @property
    def unranked(self) -> frozenset[int]:
        """Codes of the levels that have no place in an order."""
        return super().unranked | ({self.absent} if self.absent is not None else frozenset())

    @property
    def ordered(self) -> bool:  # type: ignore[override]
        """Whether the order of the list has a meaning."""
        return self.is_ordered

    def accepts(self, kind: pa.DataType) -> bool:
        """Text, numbers, booleans; codes are compared as text."""
        return text.is_text(kind) or text.is_number(kind) or text.is_boolean(kind) or text.is_empty(kind)

    def encode(self, column: pa.Array | pa.ChunkedArray) -> Codes:
        """A declared level wins over the list of texts that mean missing."""
        texts = text.to_text(column)
        if self.fold:
            texts = pc.utf8_lower(texts)
        place = pc.index_in(texts, pa.array(list(self.spellings), text.TEXT))
        place = pc.fill_null(place, len(self.spellings)).to_numpy(zero_copy_only=False)
        codes: Codes = np.array([*self.spellings.values(), self.fallback], np.uint16)[place]
        if self.missing is not None:
            absent = pc.or_(pc.is_null(texts), pc.is_in(texts, pa.array(sorted(self.absent_texts), text.TEXT)))
            unknown = place == len(self.spellings)
            codes[unknown & absent.to_numpy(zero_copy_only=False)] = self.missing
        return codes

    def decode(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """Labels, or true and false; missing is null."""
        labels: list[object] = [level == "true" for level in self.levels] if self.boolean else list(self.levels)
        if self.missing is not None:
            labels[self.missing] = None
        return pa.array(labels, pa.bool_() if self.boolean else pa.string()).take(pa.array(codes))


@dataclass(frozen=True)
class Grid(Attribute):
    """An ordered column: numbers or days on a public grid, in public bins.

    Values lie on a grid of ticks, the multiples of 10^-decimals; a cell is clamped and rounded to the nearest tick,
    so that a decoded value encodes to the level it came from.

    Attributes:
        cuts: bin edges, ascending; bin i is [cuts[i], cuts[i+1]), the last one closed.
        bin_codes: code of each bin, length len(cuts) - 1.
        points: single values with a level of their own, ascending, each a tick.
        point_codes: code of each point.
        decimals: digits after the decimal point; 0 for integers and days.
        fill: value for missing cells when there is no missing level.
        form: None for numbers, the strptime format for days.
        outside: code of what lies beyond the bounds, where it shall not count as what lies at them.
    """

    cuts: tuple[float, ...]
    bin_codes: tuple[int, ...]
    points: tuple[float, ...]
    point_codes: tuple[int, ...]
    decimals: int
    fill: float | None
    form: str | None = None
    outside: int | None = None
    ordered: ClassVar[bool] = True

    @property
    def unranked(self) -> frozenset[int]:
        """Codes of the levels that have no place in an order."""
        return super().unranked | ({self.outside} if self.outside is not None else frozenset())

    def accepts(self, kind: pa.DataType) -> bool:
        """Numbers for numbers, dates for dates, text for both."""
        if text.is_text(kind) or text.is_empty(kind):
            return True
        if self.form is not None:
            return text.is_moment(kind)
        return text.is_number(kind) or text.is_boolean(kind)

    def encode(self, column: pa.Array | pa.ChunkedArray) -> Codes:
        """Clamps to the bounds, rounds to the grid, then finds the level."""
        if self.form is None:
            values = text.to_number(column, self.absent_texts)
        else:
            values = text.to_day(column, self.absent_texts, self.form)
        absent = np.isnan(values)
        values[absent] = self.cuts[0] if self.fill is None else self.fill
        within = np.clip(values, self.cuts[0], self.cuts[-1])
        codes = self.codes_at(np.rint(within * 10**self.decimals).astype(np.int64))
        if self.outside is not None:
            codes[within != values] = self.outside
        if self.missing is not None:
            codes[absent] = self.missing
        return codes

    def decode(self, codes: Codes, rng: np.random.Generator) -> pa.Array:
        """A grid value drawn uniformly inside the bin, never one of the points."""
        ticks = self.ticks_in(codes, rng)
        absent = np.zeros(len(codes), bool) if self.missing is None else codes == self.missing
        if self.form is not None:
            return pa.array(ticks.astype(np.int32), pa.date32(), mask=absent)
        if self.decimals == 0:
            return pa.array(ticks, pa.int64(), mask=absent)
        return pa.array(ticks / 10**self.decimals, pa.float64(), mask=absent)

    def ticks_in(self, codes: Codes, rng: np.random.Generator) -> Ticks:
        """A tick of each level, drawn uniformly, shape (rows,); of the missing level any."""
        first, _, count = self._ticks
        ticks = first[codes] + np.floor(rng.random(len(codes)) * count[codes]).astype(np.int64)
        is_bin = np.isin(codes, self.bin_codes)
        for tick in self._point_ticks:
            ticks += is_bin & (first[codes] <= tick) & (tick <= ticks)
        return np.asarray(ticks, np.int64)

    def codes_at(self, ticks: Ticks) -> Codes:
        """The level of each tick, shape (rows,)."""
        starts, owners = self.runs
        return np.asarray(owners[np.searchsorted(starts[1:-1], ticks, side="right")], np.uint16)

    @property
    def widest(self) -> int:
        """Values of the level that has most of them."""
        return int(self._ticks[2].max())

    def midpoints(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Mean of the grid values of each level, for tables and distances, shape (levels,); NaN for missing."""
        first, end, count = (ticks.astype(np.float64) for ticks in self._ticks)
        middle = (first + end - 1) / 2
        for code in self.bin_codes:
            inside = [tick - middle[code] for tick in self._point_ticks if first[code] <= tick < end[code]]
            middle[code] -= sum(inside) / count[code]
        middle /= 10**self.decimals
        if self.missing is not None:
            middle[self.missing] = np.nan
        return middle

    @cached_property
    def _point_ticks(self) -> list[int]:
        return [int(bins.exact(point) * 10**self.decimals) for point in self.points]

    @cached_property
    def _ticks(self) -> tuple[Ticks, Ticks, Ticks]:
        """For each level its first tick, the tick after its last, and how many ticks it has without points."""
        first, count = np.zeros(self.size, np.int64), np.ones(self.size, np.int64)
        first[list(self.point_codes)] = self._point_ticks
        end = first + 1
        starts = bins.first_ticks(self.cuts, self.decimals)
        for code, start, stop in zip(self.bin_codes, starts[:-1], starts[1:], strict=True):
            first[code], end[code] = start, stop
            count[code] = stop - start - sum(start <= tick < stop for tick in self._point_ticks)
        return first, end, count

    @cached_property
    def runs(self) -> tuple[Ticks, Codes]:
        """Runs of ticks of one level: where each begins and the last one ends, and its code.

        A point cuts its bin in two runs.
        """
        starts = bins.first_ticks(self.cuts, self.decimals)
        owner = dict(zip(starts[:-1], self.bin_codes, strict=True))
        for tick in self._point_ticks:
            if tick + 1 < starts[-1]:
                owner.setdefault(tick + 1, self.bin_codes[bisect_right(starts, tick) - 1])
        owner |= dict(zip(self._point_ticks, self.point_codes, strict=True))
        ends = np.array([*sorted(owner), starts[-1]], np.int64)
        return ends, np.array([owner[tick] for tick in sorted(owner)], np.uint16)

    def span(self, code: int) -> tuple[int, int]:
        """First and last tick of a level other than missing; points at the ends of a bin do not belong to it."""
        first, end, _ = (int(ticks[code]) for ticks in self._ticks)
        last, points = end - 1, self._point_ticks if code in self.bin_codes else []
        while first in points:
            first += 1
        while last in points:
            last -= 1
        return first, last

    def tick(self, value: float | str) -> int | None:
        """The tick of a number, or of a day as YYYY-MM-DD; None when the value is not on the grid."""
        if self.form is None:
            return None if isinstance(value, str) else bins.tick(value, self.decimals)
        try:
            day = dt.date.fromisoformat(str(value))
        except ValueError:
            return None
        return (day - bins.EPOCH).days

    def show(self, tick: int) -> str:
        """A tick as people write it: a number or a day."""
        if self.form is not None:
            return (bins.EPOCH + dt.timedelta(days=tick)).isoformat()
        return f"{Decimal(tick).scaleb(-self.decimals):f}"

    def _label(self, code: int) -> str:
        first, last = self.span(code)
        return self.show(first) if first == last else f"{self.show(first)} to {self.show(last)}"


def grid(
    name: str,
    cuts: Iterable[float],
    points: Iterable[float],
    *,
    decimals: int,
    nullable: bool,
    fill: float | None,
    absent_texts: frozenset[str],
    natural: tuple[str, ...] = (),
    form: str | None = None,
) -> Grid:
    """Lays out the levels of an ordered column: bins and points by value, then missing.

    Raises:
        PolicyError: a bin holds no value of the grid.
    """
    cuts, points = tuple(float(c) for c in cuts), tuple(float(p) for p in points)
    # A point stands before the bin that starts at it.
    places = sorted([(low, True) for low in cuts[:-1]] + [(point, False) for point in points])
    draft = Grid(
        name=name,
        levels=("",) * len(places),
        other=None,
        missing=None,
        edges=(),
        absent_texts=absent_texts,
        cuts=cuts,
        bin_codes=tuple(code for code, (_, is_bin) in enumerate(places) if is_bin),
        points=points,
        point_codes=tuple(code for code, (_, is_bin) in enumerate(places) if not is_bin),
        decimals=decimals,
        fill=fill,
        form=form,
    )
    for (low, _), count in zip(places, draft._ticks[2], strict=True):
        if count <= 0:
            raise PolicyError(
                f"column {name}: the bin that starts at {low:g} holds no value with {decimals} decimals"
                f"{' besides its points' if points else ''}. Use wider bins or more decimals."
            )
    labels = tuple(draft._label(code) for code in range(len(places)))
    ends = {"min": 0, "max": len(places) - 1}
    return replace(
        draft,
        levels=(*labels, "missing") if nullable else labels,
        missing=len(places) if nullable else None,
        edges=tuple(sorted({code for end, code in ends.items() if end not in natural})),
    )
