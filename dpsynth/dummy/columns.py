"""Draws the released columns of a table: rules first, then everything inside its bounds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dpsynth.domain.attribute import Category, Codes, Grid, Ticks
from dpsynth.dummy.along import Along
from dpsynth.dummy.cells import Cell
from dpsynth.dummy.plan import Plan, TablePlan
from dpsynth.errors import PolicyError
from dpsynth.policy.binned_columns import DateColumn, OffsetColumn
from dpsynth.policy.relations import Time

Span = tuple[Ticks, Ticks]
"""First and last day of each row, shape (rows,) each; before and after everything where there is no bound."""

ALWAYS = (-(10**9), 10**9)
"""Before and after every day."""


def unbounded(rows: int) -> Span:
    """No bound for any row."""
    return np.full(rows, ALWAYS[0]), np.full(rows, ALWAYS[1])


def draw_columns(plan: Plan, table: TablePlan, span: Span, rng: np.random.Generator) -> dict[str, Cell]:
    """All released columns.

    Args:
        plan: what to draw.
        table: the table.
        span: bounds of the dates of each row; the date of order_by is possible inside them.
        rng: public randomness.

    Raises:
        PolicyError: rules leave a level of a date that lies outside the time of a patient.
    """
    rows = len(span[0])
    cells: dict[str, Cell] = {}
    anchor = _anchor(table)
    levels = {} if anchor else table.joint.draw(rows, rng)
    time = table.table.time if plan.window else None
    for name in _dates(table, time):
        low, high = _bounds(plan, table, name, time, cells, span)
        if name == anchor:
            cells[name], codes = _anchored(plan, table, name, low, high, rng)
            levels = table.joint.draw(rows, rng, {name: codes})
        elif name in levels:
            cells[name] = _inside(plan, table, name, levels[name], low, high, rng)
        else:
            cells[name] = _between(table, name, low, high, rng)
    for attribute in table.domain.attributes:
        name = attribute.name
        declared = table.table.columns[name]
        if name in cells or isinstance(declared, OffsetColumn):
            continue
        if isinstance(attribute, Category):
            code = levels.get(name)
            cells[name] = _category(attribute, _levels(table, name, rows, rng) if code is None else code)
        elif name in levels:
            cells[name] = _numbers(table, name, levels[name], rng)
        else:
            cells[name] = _between(table, name, *unbounded(rows), rng)
    for name, declared in table.table.modelled.items():
        if isinstance(declared, OffsetColumn):
            last = np.minimum(span[1], plan.window[1]) if plan.window and time and name == time.death else span[1]
            cells[name] = _offset(table, name, cells[declared.from_], levels.get(name), last, rng)
    return {name: cells[name] for name in table.domain.names}


def _anchor(table: TablePlan) -> str | None:
    """The date of which the rules' other columns are drawn given its level."""
    return table.joint.steps[0].name if table.joint.anchor is not None else None


def _dates(table: TablePlan, time: Time | None) -> list[str]:
    """Date columns in the order of time: birth, index, all others, death."""
    names = [name for name, column in table.table.modelled.items() if isinstance(column, DateColumn)]
    if time is None:
        return names
    place = {time.birth: 0, time.index: 1, time.death: 3}
    return sorted(names, key=lambda name: place.get(name, 2))


def _bounds(plan: Plan, table: TablePlan, name: str, time: Time | None, cells: Mapping[str, Cell], span: Span) -> Span:
    """Where a date may lie, for each row."""
    if time is None or table.table.rows is not None:
        return span
    assert plan.window is not None
    low, high = (end.copy() for end in span)
    first, last = plan.window
    if name == time.birth:
        index = table.domain[time.index] if time.index else None
        return low, np.minimum(high, min(last, int(index.runs[0][-1]) - 1 if isinstance(index, Grid) else last))
    for earlier in (time.birth, time.index):
        if earlier is not None and earlier in cells:
            low = np.maximum(low, np.where(cells[earlier].absent, low, cells[earlier].values))
    if name == time.index:
        return np.maximum(low, first), np.minimum(high, last)
    return (np.maximum(low, first) if name == time.death else low), high


# ------------------------------------------------------------------------------------------------------ one column


def _levels(table: TablePlan, name: str, rows: int, rng: np.random.Generator) -> Codes:
    total = np.cumsum(table.weights[name])
    found = np.searchsorted(total / total[-1], rng.random(rows), side="right")
    return np.minimum(found, len(total) - 1).astype(np.uint16)


def _category(attribute: Category, codes: Codes) -> Cell:
    absent = np.zeros(len(codes), bool) if attribute.missing is None else codes == attribute.missing
    return Cell(codes.astype(np.int64), absent)


def _numbers(table: TablePlan, name: str, codes: Codes, rng: np.random.Generator) -> Cell:
    grid = table.domain[name]
    assert isinstance(grid, Grid)
    absent = np.zeros(len(codes), bool) if grid.missing is None else codes == grid.missing
    return Cell(grid.ticks_in(codes, rng), absent)


def _missing(table: TablePlan, name: str, rows: int, rng: np.random.Generator) -> np.ndarray:
    missing = table.domain[name].missing
    return rng.random(rows) < (0.0 if missing is None else table.weights[name][missing])


def _between(table: TablePlan, name: str, low: Ticks, high: Ticks, rng: np.random.Generator) -> Cell:
    """Between the bounds; where the column has no value between them it is missing, or else anywhere."""
    along, grid = table.along[name], table.domain[name]
    absent = _missing(table, name, len(low), rng)
    fits = np.maximum(low, along.ends[0]) <= np.minimum(high, along.ends[-1] - 1)
    values = along.draw(np.where(fits, low, ALWAYS[0]), np.where(fits, high, ALWAYS[1]), rng)
    return Cell(values, absent | ~fits if grid.missing is not None else absent)


def _anchored(
    plan: Plan, table: TablePlan, name: str, low: Ticks, high: Ticks, rng: np.random.Generator
) -> tuple[Cell, Codes]:
    """A date between its bounds that leaves a record possible, and its level."""
    grid, rates = table.domain[name], table.joint.anchor
    assert isinstance(grid, Grid) and rates is not None
    along = Along.of(grid, rates)
    possible, unknown = along.possible(low, high), 0.0 if grid.missing is None else rates[grid.missing]
    if not possible.all() and unknown == 0.0:
        raise _outside(plan, table, name)
    absent = (rng.random(len(low)) * rates.sum() < unknown) | ~possible
    values = along.draw(low, high, rng)
    codes = grid.codes_at(values)
    if grid.missing is not None:
        codes[absent] = grid.missing
    return Cell(values, absent), codes


def _inside(
    plan: Plan, table: TablePlan, name: str, codes: Codes, low: Ticks, high: Ticks, rng: np.random.Generator
) -> Cell:
    """A date of a level that rules have chosen, between its bounds."""
    grid = table.domain[name]
    assert isinstance(grid, Grid)
    cell = _numbers(table, name, codes, rng)
    first, last = np.array([grid.span(code) if code != grid.missing else (0, 0) for code in range(grid.size)]).T
    low, high = np.maximum(low, first[codes]), np.minimum(high, last[codes])
    if (~cell.absent & (low > high)).any():
        raise _outside(plan, table, name)
    days = low + np.floor(rng.random(len(low)) * (high - low + 1)).astype(np.int64)
    return Cell(np.where(cell.absent, cell.values, days), cell.absent)


def _outside(plan: Plan, table: TablePlan, name: str) -> PolicyError:
    place = ("tables", table.name, "rules")
    return PolicyError(
        f"{plan.loaded.at(*place)}: {'.'.join(place)}: for some patients the rules leave only days of {name} that lie "
        "outside their time. Take the column out of the rules, or use --level format."
    )


def _offset(
    table: TablePlan, name: str, base: Cell, codes: Codes | None, last: Ticks, rng: np.random.Generator
) -> Cell:
    """A day after another one, not after the last day unless the column allows no shorter time."""
    along = table.along[name]
    if codes is not None:
        days = _numbers(table, name, codes, rng)
    else:
        longest = np.maximum(last - base.values, along.ends[0])
        low = np.full(len(last), along.ends[0])
        days = Cell(along.draw(low, longest, rng), _missing(table, name, len(last), rng))
    return Cell(base.values + days.values, base.absent | days.absent)
