"""Draws a block of patients with their rows in all tables, at the levels format and rules."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dpsynth.domain.attribute import Ticks
from dpsynth.dummy import counts
from dpsynth.dummy.along import Along
from dpsynth.dummy.cells import Cell, Drawn, Index
from dpsynth.dummy.columns import ALWAYS, Span, draw_columns, unbounded
from dpsynth.dummy.plan import Level, Plan, TablePlan
from dpsynth.dummy.streams import stream
from dpsynth.dummy.waves import as_panel, fixed
from dpsynth.policy.keys import Link, ParentKey

NO_LINK = 0.2
"""Share of rows that refer to no row of the table that they may refer to."""


def draw(plan: Plan, patients: int, seed: int, block: int) -> dict[str, Drawn]:
    """All tables of one block.

    Args:
        plan: what to draw.
        patients: patients in the block.
        seed: of the public randomness.
        block: number of the block.

    Raises:
        PolicyError: rules and the time of patients contradict each other.
    """
    drawn: dict[str, Drawn] = {}
    for table in plan.tables:
        rng = stream(seed, "rows", table.name, block)
        if table.table.parent is None:
            drawn[table.name] = _people(plan, table, patients, rng)
        else:
            drawn[table.name] = _children(plan, table, patients, drawn, rng)
    return drawn


def _people(plan: Plan, table: TablePlan, patients: int, rng: np.random.Generator) -> Drawn:
    owner = np.repeat(np.arange(patients), counts.draw(table.rows, patients, rng))
    span = unbounded(len(owner))
    if plan.window and table.table.rows is not None:
        span = np.full(len(owner), plan.window[0]), np.full(len(owner), plan.window[1])
    drawn = Drawn(owner, {}, draw_columns(plan, table, span, rng))
    if table.panel is not None:
        return as_panel(table.panel, drawn, fixed(table.panel, (clique for clique, _ in table.zeros)))
    return _in_order(plan, table, drawn)


def _children(
    plan: Plan, table: TablePlan, patients: int, drawn: Mapping[str, Drawn], rng: np.random.Generator
) -> Drawn:
    parent = drawn[str(table.table.parent)]
    parent_key = next(iter(table.table.keys(ParentKey)), None)
    number = counts.draw(table.rows, patients, rng)
    if parent_key is not None:
        number = np.where(np.bincount(parent.owner, minlength=patients) > 0, number, 0)
    owner = np.repeat(np.arange(patients), number)
    refers: dict[str, Index] = {}
    if parent_key is not None:
        refers[parent_key] = _one_of(parent.owner, owner, patients, rng)
    for column, link in table.table.keys(Link).items():
        row = _one_of(drawn[link.references].owner, owner, patients, rng)
        refers[column] = np.where(rng.random(len(owner)) < NO_LINK, -1, row)
    rows = Drawn(owner, refers, {})
    span = _span(plan, table, drawn, rows, parent_key)
    order_by = table.table.order_by
    if plan.level is not Level.FORMAT and order_by is not None:
        # Who has no day on which a row could lie has no row: a patient who died before the window began, say.
        possible = _along(table, order_by).possible(*span)
        rows, span = rows.take(possible), (span[0][possible], span[1][possible])
    cells = draw_columns(plan, table, span, rng)
    return _in_order(plan, table, Drawn(rows.owner, rows.refers, cells))


def _along(table: TablePlan, date: str) -> Along:
    if table.joint.anchor is not None:
        return Along.of(table.domain[date], table.joint.anchor)  # type: ignore[arg-type]  # a date is a grid
    return table.along[date]


def _one_of(theirs: Index, owner: Index, patients: int, rng: np.random.Generator) -> Index:
    """For each row one row of the same patient in another table, -1 if there is none."""
    number = np.bincount(theirs, minlength=patients)
    first = np.cumsum(number) - number
    chosen = first[owner] + np.floor(rng.random(len(owner)) * number[owner]).astype(np.int64)
    return np.asarray(np.where(number[owner] > 0, chosen, -1), np.int64)


def _span(plan: Plan, table: TablePlan, drawn: Mapping[str, Drawn], rows: Drawn, parent_key: str | None) -> Span:
    """The days on which each row may lie: in the window, after birth, index day and parent row, before death."""
    low, high = unbounded(len(rows.owner))
    time = plan.loaded.policy.table.time
    if plan.level is Level.FORMAT:
        return low, high
    if plan.window is not None and time is not None:
        people = drawn[plan.loaded.policy.table_name].cells
        low, high = np.maximum(low, plan.window[0]), np.minimum(high, plan.window[1])
        for date in (time.birth, time.index):
            if date is not None:
                cell = people[date]
                low = np.maximum(low, _known(cell, ALWAYS[0])[rows.owner])
        if time.death is not None:
            cell = people[time.death]
            high = np.minimum(high, _known(cell, ALWAYS[1])[rows.owner])
    parent = plan[str(table.table.parent)]
    if parent_key is not None and parent.table.order_by is not None:
        cell = drawn[parent.name].cells[parent.table.order_by]
        low = np.maximum(low, _known(cell, ALWAYS[0])[rows.refers[parent_key]])
    return low, high


def _known(cell: Cell, otherwise: int) -> Ticks:
    """The dates of cells, or a day beyond all others where there is none."""
    return np.asarray(np.where(cell.absent, otherwise, cell.values), np.int64)


def _in_order(plan: Plan, table: TablePlan, rows: Drawn) -> Drawn:
    """Rows of a patient by date, rows without a date last."""
    order_by = table.table.order_by
    if order_by is None or plan.level is Level.FORMAT:
        return rows
    date = rows.cells[order_by]
    return rows.take(np.lexsort((date.values, date.absent, rows.owner)))
