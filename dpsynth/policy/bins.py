"""Where public bins begin, in exact arithmetic: the same edges on every machine.

A column's values lie on a grid of ticks, the multiples of 10^-decimals (or days). Bins are half-open, the last one
closed; a bin is good for nothing unless it holds at least one tick.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from fractions import Fraction

EPOCH = dt.date(1970, 1, 1)
"""The day whose number is 0."""


def even(low: float, high: float, step: Fraction) -> list[float]:
    """Cuts from low to high in equal steps; the last bin may be narrower."""
    start, stop = exact(low), exact(high)
    steps = math.ceil((stop - start) / step)
    return [float(start + i * step) for i in range(steps)] + [high]


def whole(low: int, high: int) -> list[float]:
    """Cuts that give every whole number from low to high its own bin."""
    # The last bin is closed, so the cut below the last whole number lies between it and the one before.
    return [*(float(value) for value in range(low, high)), high - 0.5, float(high)]


def calendar(first: dt.date, last: dt.date, step: str) -> list[float]:
    """Cuts, in days since 1970-01-01, at the start of every day, week (Monday), month, quarter or year."""
    starts = [first]
    while (following := _following(starts[-1], step)) is not None and following <= last:
        starts.append(following)
    # Half a day beyond the last day closes the last bin without touching a day.
    return [*(float((day - EPOCH).days) for day in starts), (last - EPOCH).days + 0.5]


def _following(day: dt.date, step: str) -> dt.date | None:
    """The first day of the next bin, or None after the last day of the calendar."""
    try:
        if step in ("day", "week"):
            return day + dt.timedelta(days=1 if step == "day" else 7 - day.weekday())
        months = {"month": 1, "quarter": 3, "year": 12}[step]
        number = day.year * 12 + (day.month - 1) // months * months + months
        return dt.date(number // 12, number % 12 + 1, 1)
    except (ValueError, OverflowError):
        return None


def first_ticks(cuts: Sequence[float], decimals: int) -> list[int]:
    """The first tick of each bin and, as the last entry, the tick after the last bin."""
    scale = 10**decimals
    return [math.ceil(exact(cut) * scale) for cut in cuts[:-1]] + [math.floor(exact(cuts[-1]) * scale) + 1]


def tick(value: float, decimals: int) -> int | None:
    """The number of a value on the grid, or None when it does not lie on it."""
    scaled = exact(value) * 10**decimals
    return int(scaled) if scaled.denominator == 1 else None


def exact(value: float) -> Fraction:
    """The decimal number as it is written, not the binary one beside it."""
    return Fraction(repr(value))
