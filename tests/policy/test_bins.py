"""Exact bins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.policy import bins


def test_even_steps_do_not_drift() -> None:
    assert bins.even(0.0, 1.0, Fraction("0.1")) == [i / 10 for i in range(11)]
    assert bins.even(0, 10, Fraction(4)) == [0, 4, 8, 10]
    assert bins.even(0, 10, Fraction(5)) == [0, 5, 10]
    assert bins.even(0, 10, Fraction(20)) == [0, 10]


def test_whole_numbers_have_a_bin_each() -> None:
    assert bins.whole(1, 4) == [1, 2, 3, 3.5, 4]
    assert bins.first_ticks(bins.whole(1, 4), 0) == [1, 2, 3, 4, 5]


def test_ticks_lie_on_the_grid() -> None:
    assert bins.tick(0.29, 2) == 29 and bins.tick(-1.5, 1) == -15 and bins.tick(0.125, 2) is None
    assert bins.first_ticks([0.0, 0.25, 1.0], 1) == [0, 3, 11]


@pytest.mark.parametrize("step", ["day", "week", "month", "quarter", "year"])
@settings(max_examples=60, deadline=None)
@given(first=st.dates(), days=st.integers(1, 900))
def test_a_calendar_cuts_where_a_naive_walk_sees_a_new_period(step: str, first: dt.date, days: int) -> None:
    last = dt.date.fromordinal(min(first.toordinal() + days, dt.date.max.toordinal()))
    periods: dict[str, Callable[[dt.date], object]] = {
        "day": lambda d: d.toordinal(),
        "week": lambda d: d.isocalendar()[:2],
        "month": lambda d: (d.year, d.month),
        "quarter": lambda d: (d.year, (d.month - 1) // 3),
        "year": lambda d: d.year,
    }
    period = periods[step]
    walk = [dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    starts = [day for i, day in enumerate(walk) if i == 0 or period(day) != period(walk[i - 1])]
    expected = [(day - bins.EPOCH).days for day in starts]
    assert bins.calendar(first, last, step) == [*expected, (last - bins.EPOCH).days + 0.5]
