"""Time to death and to the first row of a table, after Kaplan and Meier.

What is known of real people's days are the policy's bins, so every day is the middle of its bin, for real and for
synthetic people alike. Follow-up begins on the index date and ends with the study window, or with death.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dpsynth.data.family import FamilyUnits
from dpsynth.domain.attribute import Codes, Grid
from dpsynth.domain.family import Family, Rows
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.tables import Table
from dpsynth.utility.relations.measures import Floats, Ints, Measure, Profile, Subject, largest

DEATH = "death"


def times(family: Family, tables: Mapping[str, Table]) -> tuple[Measure, ...]:
    """Death, where the policy names its column, and the first row of each table whose rows are the person's own."""
    if family.window is None:
        return ()
    found = []
    if family.people is not None and (time := tables[family.people].time) is not None and time.death is not None:
        found.append(_measure(family, tables, family.people, (time.death,), _deaths(family, tables, time.death)))
    return (*found, *(_measure(family, tables, rows.name, (), _first(family, rows)) for rows in _dated(family)))


Bools = np.ndarray[Any, np.dtype[np.bool_]]
Days = Callable[[Codes], Floats]
"""The view of people -> days from the index date to an event, shape (people,); NaN where there is none."""


def _dated(family: Family) -> list[Rows]:
    return [rows for rows in family.rows if rows.first is not None]


def _measure(
    family: Family, tables: Mapping[str, Table], table: str, columns: tuple[str, ...], event: tuple[Days, Floats]
) -> Measure:
    days_of, grid = event
    end = _ends(family, tables, death=not columns)
    horizon = float(_length(family))

    def placed(units: FamilyUnits) -> tuple[Ints, Bools]:
        people = units.people.codes
        days, last = days_of(people), end(people)
        happened = ~np.isnan(days)
        happened[happened] = days[happened] <= last[happened]
        at = np.searchsorted(grid, np.where(happened, days, 0.0), side="left")
        return np.where(happened, at, np.searchsorted(grid, last, side="right")), happened

    def prepare(units: FamilyUnits) -> Profile:
        place, happened = placed(units)

        def profile(weights: Floats) -> Floats:
            return curve(place, happened, weights, len(grid))

        return profile

    def cases(units: FamilyUnits) -> Floats:
        place, happened = placed(units)
        return still_there(place, happened, np.ones(units.size), len(grid))

    def mean(profile: Floats) -> float:
        return restricted_mean(grid, profile, horizon)

    name = tuple(f"{table}.{column}" for column in columns)
    return Measure(Subject("survival", table, name, tuple(f"{day:g}" for day in grid)), prepare, largest, mean, cases)


def curve(place: Ints, happened: Bools, weights: Floats, size: int) -> Floats:
    """The share of people without the event just after each of the days at which it can happen, shape (size,).

    Kaplan and Meier 1958, Journal of the American Statistical Association 53, 457-481. Who leaves on the day of an
    event was still there when it happened. After the day when the last person has left, the curve stays as it is.

    Args:
        place: number of the day of the event, or how many of the days the person was followed for.
        happened: whether it is the day of an event.
        weights: of each person.
        size: number of days.
    """
    if weights.sum() <= 0:
        return np.full(size, np.nan)
    events = np.bincount(place[happened], weights=weights[happened], minlength=size)
    there = still_there(place, happened, weights, size)
    return np.cumprod(1 - np.divide(events, there, out=np.zeros(size), where=there > 0))


def still_there(place: Ints, happened: Bools, weights: Floats, size: int) -> Floats:
    """How many are followed and without the event just before each day, shape (size,); arguments as of `curve`."""
    events = np.bincount(place[happened], weights=weights[happened], minlength=size)
    left = np.bincount(place[~happened], weights=weights[~happened], minlength=size + 1)
    there = np.cumsum(events[::-1])[::-1] + np.cumsum(left[::-1])[::-1][1 : size + 1]
    return there.astype(np.float64)


def restricted_mean(grid: Floats, profile: Floats, horizon: float) -> float:
    """The area under the curve up to the horizon, in days: mean days without the event among the first `horizon`."""
    steps = np.diff(np.clip(np.array([0.0, *grid, horizon]), 0.0, horizon))
    return float((np.maximum(steps, 0.0) * np.array([1.0, *profile])).sum())


def _deaths(family: Family, tables: Mapping[str, Table], column: str) -> tuple[Days, Floats]:
    """Days to death, and the days at which it can be."""
    assert family.people is not None
    declared = tables[family.people].columns[column]
    if isinstance(declared, OffsetColumn) and declared.from_ == family.index:
        attribute = family.codec[column]
        assert isinstance(attribute, Grid)
        middle = np.maximum(attribute.midpoints(), 0.0)
        place = family.codec.index(column)
        return (lambda people: middle[people[:, place]]), np.unique(middle[~np.isnan(middle)])
    step = max(1, _length(family) // 40)
    grid = np.arange(step / 2, _length(family) + step, step)

    def days(people: Codes) -> Floats:
        since = np.maximum(_day(family, tables, column, people) - _index(family, people), 0.0)
        # On the grid, so that curves of all groups have their steps on the same days.
        place = np.minimum(np.floor(np.nan_to_num(since) / step), len(grid) - 1).astype(np.int64)
        return np.where(np.isnan(since), np.nan, grid[place])

    return days, grid


def _first(family: Family, rows: Rows) -> tuple[Days, Floats]:
    """Days to the first row of a table, and the days at which it can be; rows before the index date count as day 0."""
    assert rows.first is not None
    middle = np.maximum((rows.first.edges[:-1] + rows.first.edges[1:] - 1) / 2, 0.0)
    by_code = np.array([*middle, np.nan])
    place = family.view.index(f"{rows.name}:first")
    return (lambda people: by_code[people[:, place]]), np.unique(middle)


def _ends(family: Family, tables: Mapping[str, Table], *, death: bool) -> Days:
    """Days from the index date to the end of the window, or to death if that is earlier and asked for."""
    assert family.window is not None
    last = float(family.window[1])
    time = None if family.people is None else tables[family.people].time

    def end(people: Codes) -> Floats:
        index = _index(family, people)
        days = last - index
        if death and time is not None and time.death is not None:
            died = _day(family, tables, time.death, people) - index
            days = np.where(np.isnan(died), days, np.minimum(days, died))
        return np.maximum(days, 0.0)

    return end


def _index(family: Family, people: Codes) -> Floats:
    """The day from which time runs; the start of the window where it is unknown."""
    assert family.window is not None
    start = float(family.window[0])
    if family.index is None:
        return np.full(len(people), start)
    middle = _middle(family, family.index)
    return np.where(np.isnan(middle), start, middle)[people[:, family.codec.index(family.index)]]


def _day(family: Family, tables: Mapping[str, Table], column: str, people: Codes) -> Floats:
    """The day of a date, or of an offset's date; NaN where there is none."""
    assert family.people is not None
    declared = tables[family.people].columns[column]
    own = _middle(family, column)[people[:, family.codec.index(column)]]
    if isinstance(declared, OffsetColumn):
        return own + _day(family, tables, declared.from_, people)
    assert isinstance(declared, DateColumn)
    return own


def _middle(family: Family, column: str) -> Floats:
    attribute = family.codec[column]
    assert isinstance(attribute, Grid)
    return attribute.midpoints()


def _length(family: Family) -> int:
    assert family.window is not None
    return family.window[1] - family.window[0]
