"""The compiled search for nearest rows. Importing this compiles it, or loads it from numba's cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit, types

F = TypeVar("F", bound=Callable[..., Any])

ROWS = 4096
"""Rows whose distances are held at once: they stay in a core's cache."""


def _compiled(*signatures: Any) -> Callable[[F], F]:
    def compile_(function: F) -> F:
        try:
            return njit(list(signatures), nogil=True, cache=True)(function)  # type: ignore[return-value]
        except (RuntimeError, OSError):  # no folder for the cache can be written: compiled anew in each run
            return njit(list(signatures), nogil=True)(function)  # type: ignore[return-value]

    return compile_


@_compiled(types.void(types.uint16[:, ::1], types.uint32[:, ::1], types.int64[::1], types.uint32[:, :]))
def closest(cells: Any, tables: Any, start: Any, smallest: Any) -> None:
    """Keeps the smallest sums over bundles of tables[target, start[bundle] + cells[bundle, row]], ascending.

    Args:
        cells: joint level of each row in each bundle, shape (bundles, rows).
        tables: distance of each target to each joint level, bundle after bundle, shape (targets, joint levels).
        start: where each bundle begins in a row of `tables`, and where the last one ends, shape (bundles + 1,).
        smallest: what is kept, shape (targets, k); filled with the largest possible sum, or sums found so far.
    """
    bundles, rows = cells.shape
    k = smallest.shape[1]
    total = np.zeros(ROWS, np.uint32)
    for target in range(len(tables)):
        kept = smallest[target]
        for low in range(0, rows, ROWS):
            n = min(ROWS, rows - low)
            for bundle in range(bundles):
                cell = cells[bundle, low : low + n]
                table = tables[target, start[bundle] : start[bundle + 1]]
                if bundle == 0:
                    for i in range(n):
                        total[i] = table[cell[i]]
                else:
                    for i in range(n):
                        total[i] += table[cell[i]]
            for i in range(n):
                if total[i] < kept[k - 1]:
                    place = k - 1
                    while place > 0 and kept[place - 1] > total[i]:
                        kept[place] = kept[place - 1]
                        place -= 1
                    kept[place] = total[i]
