"""The compiled inner loops of counting. Importing this compiles them, or loads them from numba's cache.

All types are declared, so that everything is compiled here and nothing later, and the interpreter lock is released.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit, types

F = TypeVar("F", bound=Callable[..., Any])

_CODES = types.Array(types.uint16, 1, "C", readonly=True)
_CELLS = types.Array(types.uint32, 1, "C", readonly=True)
_OWNERS = types.Array(types.int64, 1, "C", readonly=True)
_KEYS, _NUMBERS, _TABLE, _SUMS = types.uint16[::1], types.uint32[::1], types.uint32[::1], types.int64[::1]


def _compiled(*signatures: Any) -> Callable[[F], F]:
    def compile_(function: F) -> F:
        try:
            return njit(list(signatures), nogil=True, cache=True)(function)  # type: ignore[return-value]
        except (RuntimeError, OSError):  # no folder for the cache can be written: compiled anew in each run
            return njit(list(signatures), nogil=True)(function)  # type: ignore[return-value]

    return compile_


@_compiled(types.void(_KEYS, _CODES, _CODES, types.uint32), types.void(_NUMBERS, _CODES, _CODES, types.uint32))
def merge(cell: Any, codes: Any, recode: Any, size: Any) -> None:
    """Appends a digit: cell = cell * size + recode[codes]."""
    for row in range(len(codes)):
        cell[row] = cell[row] * size + recode[codes[row]]


@_compiled(types.void(_TABLE, _CODES, _CODES, types.uint32))
def count(table: Any, first: Any, second: Any, size: Any) -> None:
    """Adds 1 to table[first * size + second] for each row."""
    for row in range(len(first)):
        table[np.uint32(first[row]) * size + second[row]] += np.uint32(1)


@_compiled(types.void(_SUMS, _CELLS, _OWNERS, types.float64, types.float64, _SUMS, _SUMS))
def add_clipped(total: Any, cell: Any, owner: Any, bound: Any, one: Any, height: Any, touched: Any) -> None:
    """Adds each unit's histogram, scaled by one / max(bound, its norm) and rounded toward zero.

    `height` (a number for each cell, all 0 before and after) and `touched` (one for each row) are room to work in.
    """
    row = 0
    while row < len(cell):
        unit, distinct, square = owner[row], 0, 0
        while row < len(cell) and owner[row] == unit:
            at = cell[row]
            if height[at] == 0:
                touched[distinct] = at
                distinct += 1
            square += 2 * height[at] + 1  # (h + 1)^2 - h^2
            height[at] += 1
            row += 1
        scale = one / max(bound, np.sqrt(np.float64(square)))
        for i in range(distinct):
            at = touched[i]
            total[at] += np.int64(height[at] * scale)
            height[at] = 0
