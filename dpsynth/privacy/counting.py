"""Exact marginals of many cliques: plain counts of rows, and histograms clipped for each unit."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from dpsynth.privacy.noise import LATTICE, Lattice
from dpsynth.privacy.queries import Clique, Counts, Groups, group_shape

T = TypeVar("T")

Columns = Mapping[str, np.ndarray[Any, np.dtype[np.uint16]]]
"""Codes of each column, shape (rows,)."""

Owners = np.ndarray[Any, np.dtype[np.integer[Any]]]
"""The unit of each row, ascending."""

ONE_CONTRIBUTION = LATTICE * (1 - 2.0**-50)
"""The norm that a clipped histogram may have, on the lattice, less room for rounding.

Why no norm exceeds 2^30: a cell is floor(h * fl(ONE_CONTRIBUTION / max(C, fl(sqrt(n))))) with n = sum of h^2. The
conversion of n, the root, the quotient and the product each err by a factor of at most 1 + 2^-53, so what is rounded
down is below h 2^30 / max(C, ||h||). Then the norm of the cells is at most 2^30 ||h|| / max(C, ||h||) <= 2^30.
"""


JOINT = 210
"""Levels of a bundle at most: the table of two bundles stays in a core's cache."""

LARGEST_TABLE = 2**18
"""Cells of two bundles at most."""

BLOCK = 2**16
"""Rows that are counted at a time: their keys stay in a core's cache."""

FEW = 100_000_000
FEW_CLIPPED = 5_000_000
"""Rows times cliques below which numpy is faster than loading numba, which takes half a second."""

_CODES = 2**16
"""Levels of a key of 16 bits."""


def plain(columns: Columns, sizes: Mapping[str, int], cliques: Sequence[Clique], groups: Groups) -> list[Counts]:
    """Rows per cell of each marginal; the same as `queries.marginal_counts` of each, in one pass over the rows.

    Columns are merged into bundles of at most `JOINT` joint levels, rows are counted for each pair of bundles that a
    clique needs, and the cliques are summed out of these tables: the number of updates of a table is what limits
    counting, and with 15 columns it is a quarter of that of the pairs of columns.
    """
    rows = _rows(columns)
    levels = {n: group_shape(sizes, (n,), groups)[0] for n in dict.fromkeys(n for clique in cliques for n in clique)}
    if rows * len(cliques) <= FEW or max(levels.values(), default=0) > _CODES:
        return _by_blocks(columns, rows, sizes, cliques, groups)
    _check(columns, sizes, levels)
    bundles = _bundles(levels)
    homes = [_home(clique, levels, bundles) for clique in cliques]
    tables = list(dict.fromkeys(home for home in homes if home is not None))
    counted = dict(zip(tables, _count(columns, rows, levels, groups, tables), strict=True))
    alone = [clique for clique, home in zip(cliques, homes, strict=True) if home is None]
    apart = iter(_by_blocks(columns, rows, sizes, alone, groups))
    return [
        next(apart) if home is None else _summed_out(counted[home], home, clique)
        for clique, home in zip(cliques, homes, strict=True)
    ]


Bundle = tuple[str, ...]
Home = tuple[Bundle, Bundle]
"""The two bundles whose joint table a clique is summed out of."""


def _bundles(levels: Mapping[str, int]) -> list[Bundle]:
    """Columns packed first-fit, largest first; a column that is too large stays alone."""
    packed: list[tuple[int, list[str]]] = []
    for name in sorted(levels, key=lambda n: -levels[n]):
        for i, (joint, names) in enumerate(packed):
            if joint * levels[name] <= JOINT:
                packed[i] = (joint * levels[name], [*names, name])
                break
        else:
            packed.append((levels[name], [name]))
    return [tuple(names) for _, names in packed]


def _home(clique: Clique, levels: Mapping[str, int], bundles: list[Bundle]) -> Home | None:
    """Two bundles that hold the clique: shared ones, or halves of its own; None where there are none."""
    if not clique or len(set(clique)) < len(clique):
        return None
    shared = [bundle for bundle in bundles if set(bundle) & set(clique)]
    if len(shared) <= 2:
        first, second = (*shared, ())[:2]
        if math.prod(levels[n] for n in (*first, *second)) <= LARGEST_TABLE:
            return first, second
    for cut in range(len(clique), 0, -1):
        if math.prod(levels[n] for n in clique[:cut]) <= _CODES:
            rest = math.prod(levels[n] for n in clique[cut:])
            return (clique[:cut], clique[cut:]) if rest <= _CODES else None
    return None


def _count(
    columns: Columns, rows: int, levels: Mapping[str, int], groups: Groups, tables: list[Home]
) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    """Joint tables of pairs of bundles, one axis a column; threads over blocks of rows."""
    from dpsynth.privacy import kernels

    recode = _recoding(levels, groups)
    bundles = list(dict.fromkeys(bundle for home in tables for bundle in home))
    places = [(bundles.index(first), bundles.index(second)) for first, second in tables]
    widths = [math.prod(levels[n] for n in bundle) for bundle in bundles]

    def part(span: tuple[int, int]) -> list[np.ndarray[Any, np.dtype[np.uint32]]]:
        counted = [np.zeros(widths[i] * widths[j], np.uint32) for i, j in places]  # a part has less than 2^32 rows
        for start in range(*span, BLOCK):
            stop = min(start + BLOCK, span[1])
            keys = []
            for bundle in bundles:
                key = np.zeros(stop - start, np.uint16)
                for name in bundle:
                    kernels.merge(key, _run(columns[name], start, stop), recode[name], levels[name])
                keys.append(key)
            for table, (i, j) in zip(counted, places, strict=True):
                kernels.count(table, keys[i], keys[j], widths[j])
        return counted

    parts = _in_threads(part, _spans(np.linspace(0, rows, _threads() + 1).astype(np.int64).tolist()))
    shapes = [tuple(levels[n] for n in (*first, *second)) for first, second in tables]
    return [
        np.sum(tables_of_all, axis=0, dtype=np.int64).reshape(shape)
        for tables_of_all, shape in zip(zip(*parts, strict=True), shapes, strict=True)
    ]


def _summed_out(table: Counts, home: Home, clique: Clique) -> Counts:
    """The marginal of a clique, axes in its order."""
    names = [*home[0], *home[1]]
    left = [name for name in names if name in clique]
    table = table.sum(axis=tuple(i for i, name in enumerate(names) if name not in clique))
    return np.ascontiguousarray(table.transpose([left.index(name) for name in clique]))


def _by_blocks(
    columns: Columns, rows: int, sizes: Mapping[str, int], cliques: Sequence[Clique], groups: Groups
) -> list[Counts]:
    """The plain way, in bounded memory. Levels are merged once for all cliques."""
    shapes = [group_shape(sizes, clique, groups) for clique in cliques]
    totals = [np.zeros(math.prod(shape), np.int64) for shape in shapes]
    merged = {name: np.asarray(groups[name], np.uint32) for clique in cliques for name in clique if name in groups}
    names = dict.fromkeys(name for clique in cliques for name in clique)
    for start in range(0, rows, BLOCK):
        block = {name: columns[name][start : start + BLOCK] for name in names}
        codes = {name: merged[name][part] if name in merged else part for name, part in block.items()}
        for clique, shape, total in zip(cliques, shapes, totals, strict=True):
            cell = np.zeros(min(BLOCK, rows - start), np.int64)
            for name, size in zip(clique, shape, strict=True):
                cell *= size
                cell += codes[name]
            total += np.bincount(cell, minlength=len(total))
    return [total.reshape(shape) for total, shape in zip(totals, shapes, strict=True)]


def clipped(
    columns: Columns,
    owner: Owners,
    sizes: Mapping[str, int],
    cliques: Sequence[Clique],
    groups: Groups,
    clips: Sequence[float],
) -> list[Lattice]:
    """Sums over units of min(1/C, 1/||h||_2) h, h a unit's own histogram: in units of C, as multiples of 2^-30.

    Each unit's numbers are rounded toward zero, so that its part has an L2 norm of at most 2^30, exactly. Sums of
    integers are exact (64 bits hold 2^33 units).

    Args:
        columns: codes of each column, shape (rows,).
        owner: the unit of each row, shape (rows,), ascending.
        sizes: levels of each column.
        cliques: the marginals.
        groups: levels to merge, before clipping.
        clips: C of each marginal, in rows, at least 1.
    """
    levels = {n: group_shape(sizes, (n,), groups)[0] for n in dict.fromkeys(n for clique in cliques for n in clique)}
    if len(owner) * len(cliques) <= FEW_CLIPPED or max(levels.values(), default=0) > _CODES:
        return [_clipped(columns, owner, sizes, q, groups, c) for q, c in zip(cliques, clips, strict=True)]
    from dpsynth.privacy import kernels

    _check(columns, sizes, levels)
    recode = _recoding(levels, groups)
    shapes = [group_shape(sizes, clique, groups) for clique in cliques]

    def part(span: tuple[int, int]) -> list[Lattice]:
        totals = [np.zeros(math.prod(shape), np.int64) for shape in shapes]
        height = np.zeros(max(math.prod(shape) for shape in shapes), np.int64)
        # Blocks of whole units.
        ends = np.searchsorted(owner, owner[span[0] : span[1] : BLOCK]).tolist()
        for start, stop in _spans([*ends, span[1]]):
            units = owner[start:stop].astype(np.int64)
            touched, cell = np.zeros(len(units), np.int64), np.zeros(len(units), np.uint32)
            for clique, clip, total in zip(cliques, clips, totals, strict=True):
                cell[:] = 0
                for name in clique:
                    kernels.merge(cell, _run(columns[name], start, stop), recode[name], levels[name])
                kernels.add_clipped(total, cell, units, clip, ONE_CONTRIBUTION, height, touched)
        return totals

    cuts = np.linspace(0, len(owner), _threads() + 1).astype(np.int64)[:-1]
    parts = _in_threads(part, _spans([*np.searchsorted(owner, owner[cuts]).tolist(), len(owner)]))
    return [sum(totals).reshape(shape) for totals, shape in zip(zip(*parts, strict=True), shapes, strict=True)]


def _clipped(
    columns: Columns, owner: Owners, sizes: Mapping[str, int], clique: Clique, groups: Groups, clip: float
) -> Lattice:
    shape = group_shape(sizes, clique, groups)
    cells = math.prod(shape)
    key = owner.astype(np.int64) * cells + cell_numbers(columns, len(owner), shape, clique, groups)
    key, height = np.unique(key, return_counts=True)
    unit = key // cells
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    squares = np.add.reduceat(height**2, starts) if len(starts) else height
    scale = ONE_CONTRIBUTION / np.maximum(clip, np.sqrt(squares))
    part = (height * np.repeat(scale, np.diff(starts, append=len(unit)))).astype(np.int64)
    total = np.zeros(cells, np.int64)
    np.add.at(total, key % cells, part)
    return total.reshape(shape)


def cell_numbers(columns: Columns, rows: int, shape: tuple[int, ...], clique: Clique, groups: Groups) -> Counts:
    """The cell of each row in the raveled marginal, shape (rows,)."""
    cell = np.zeros(rows, np.int64)
    for name, size in zip(clique, shape, strict=True):
        codes = columns[name].astype(np.int64)
        cell = cell * size + (np.asarray(groups[name], np.int64)[codes] if name in groups else codes)
    return cell


def sizes(unit_rows: Counts, upper: Counts) -> Counts:
    """Units by their number of rows: 1 .. upper[0], upper[0] + 1 .. upper[1], and so on, the last bin open."""
    some = unit_rows[unit_rows > 0]
    return np.bincount(np.searchsorted(upper, some), minlength=len(upper) + 1)


def _rows(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _check(columns: Columns, sizes: Mapping[str, int], names: Iterable[str]) -> None:
    """The compiled loops check no index.

    Raises:
        ValueError: a code is no level of its column. The codec of `domain` makes none.
    """
    for name in names:
        if int(columns[name].max(initial=0)) >= sizes[name]:
            raise ValueError(f"Expected codes of {name!r} below {sizes[name]}.")


def _recoding(levels: Mapping[str, int], groups: Groups) -> dict[str, np.ndarray[Any, np.dtype[np.uint16]]]:
    return {n: np.array(groups[n] if n in groups else range(size), np.uint16) for n, size in levels.items()}


def _run(column: np.ndarray[Any, np.dtype[np.uint16]], start: int, stop: int) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Some rows of a column, copied only if they do not lie side by side."""
    return np.ascontiguousarray(column[start:stop], np.uint16)


def _spans(cuts: list[int]) -> list[tuple[int, int]]:
    """What lies between the cuts, without empty parts."""
    return [(start, stop) for start, stop in pairwise(cuts) if start < stop]


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_threads(part: Callable[[tuple[int, int]], T], spans: list[tuple[int, int]]) -> list[T]:
    """A part for each span; the kernels release the interpreter lock."""
    if len(spans) == 1:
        return [part(spans[0])]
    with ThreadPoolExecutor(len(spans)) as pool:
        return list(pool.map(part, spans))
