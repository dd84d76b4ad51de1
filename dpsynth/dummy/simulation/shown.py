"""Turns courses into the tables of a policy: each column shows one quantity of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from dpsynth.domain.attribute import Category, Grid, Ticks
from dpsynth.domain.rules import violations
from dpsynth.dummy.cells import Cell, Drawn, Index, Mask
from dpsynth.dummy.plan import Plan, TablePlan
from dpsynth.dummy.simulation.course import NEVER, Course, Events, run
from dpsynth.dummy.simulation.model import DEATHS, PEOPLE, Encounter, Model, Record, Shown
from dpsynth.dummy.streams import stream
from dpsynth.errors import PolicyError
from dpsynth.policy.binned_columns import OffsetColumn
from dpsynth.policy.keys import Link, ParentKey

SAME = "= "
"""Begins a quantity that is the same word in every row."""


@dataclass(frozen=True)
class Quantity:
    """What a column shows, for each row.

    Attributes:
        numbers: values; of labels their places.
        absent: where there is none.
        labels: what the places mean, for quantities that are words.
    """

    numbers: np.ndarray
    absent: Mask
    labels: Sequence[str] | None = None


def check(plan: Plan, model: Model) -> None:
    """Refuses a model that does not fit the policy: before anything is simulated.

    Raises:
        PolicyError: a column has no quantity or one that it cannot hold, or the times do not fit.
    """
    first, last, _ = model.time.days
    if plan.window is not None and not (plan.window[0] <= first and last <= plan.window[1]):
        _refuse(plan, "the simulation begins or ends outside the policy's time. Correct one of them.")
    empty = run(model, 0, stream(0))
    for table in plan.tables:
        shown = model.tables.get(table.name)
        if shown is None:
            _refuse(plan, f"the model shows no table {table.name}; it shows {', '.join(model.tables)}. Add it there.")
        if table.table.parent is None and table.table.rows is None and shown.rows != PEOPLE:
            _refuse(plan, f"table {table.name} holds each patient once, so its rows must be people. Correct the model.")
        if shown.rows not in {PEOPLE, DEATHS, *empty.events}:
            _refuse(plan, f"table {table.name} shows {shown.rows!r}; known are {', '.join(empty.events)}. Correct it.")
        for column in table.domain.names:
            if column not in shown.columns:
                _refuse(plan, f"the model shows nothing in {table.name}.{column}. Add the column there.")
            _cell(plan, table, column, _quantity(plan, table, column, model, empty, shown))


def draw(plan: Plan, model: Model, patients: int, seed: int, block: int) -> dict[str, Drawn]:
    """All tables of one block.

    Raises:
        PolicyError: the model breaks a rule of the policy.
    """
    course = run(model, patients, stream(seed, "simulation", block))
    drawn: dict[str, Drawn] = {}
    rows_of: dict[str, Index] = {}
    for table in plan.tables:
        rng = stream(seed, "simulation", table.name, block)
        drawn[table.name], rows_of[table.name] = _table(plan, table, model, course, rows_of, rng)
        _demand_rules(plan, table, drawn[table.name])
    return drawn


def _table(
    plan: Plan, table: TablePlan, model: Model, course: Course, rows_of: Mapping[str, Index], rng: np.random.Generator
) -> tuple[Drawn, Index]:
    """The rows of a table, and the row of each encounter in it (-1 for none)."""
    shown = model.tables[table.name]
    quantities = {name: _quantity(plan, table, name, model, course, shown) for name in table.domain.names}
    if shown.rows in (PEOPLE, DEATHS):
        owner = np.flatnonzero((course.death < NEVER) | (shown.rows == PEOPLE))
        quantities = {n: Quantity(q.numbers[owner], q.absent[owner], q.labels) for n, q in quantities.items()}
        refers = {name: np.full(len(owner), -1) for name in table.table.keys(Link)}
        return Drawn(owner, refers, _cells(plan, table, quantities, rng)), np.full(course.encounters, -1)
    cells = _cells(plan, table, quantities, rng)
    events = course.events[shown.rows]
    refers = {}
    for name, key in (table.table.keys(ParentKey) | table.table.keys(Link)).items():
        other = key.references if isinstance(key, Link) else str(table.table.parent)
        refers[name] = rows_of[other][events.encounter]
    order = np.lexsort((events.day, events.owner))
    for name in table.table.keys(ParentKey):
        order = order[refers[name][order] >= 0]  # what belongs to a row that was one too many goes with it
    order = order[_place_in_group(events.owner[order]) < len(table.rows) - 1]
    number = np.full(course.encounters, -1)
    number[events.encounter[order]] = np.arange(len(order))
    return Drawn(events.owner, refers, cells).take(order), number


def _cells(
    plan: Plan, table: TablePlan, quantities: Mapping[str, Quantity], rng: np.random.Generator
) -> dict[str, Cell]:
    cells = {name: _cell(plan, table, name, quantity) for name, quantity in quantities.items()}
    return {name: _with_gaps(table, name, cell, rng) for name, cell in _offsets(table, cells).items()}


def _offsets(table: TablePlan, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Days that are counted from another date, moved to the bounds of the column."""
    found = dict(cells)
    for name, declared in table.table.modelled.items():
        if isinstance(declared, OffsetColumn):
            base, cell = cells[declared.from_], cells[name]
            days = np.clip(cell.values - base.values, declared.min, declared.max)
            found[name] = Cell(base.values + days, cell.absent | base.absent)
    return found


def _place_in_group(sorted_owner: Index) -> Index:
    """0, 1, 2, ... among the rows of each owner."""
    starts = np.flatnonzero(np.diff(sorted_owner, prepend=-1))
    return np.arange(len(sorted_owner)) - np.repeat(starts, np.diff(starts, append=len(sorted_owner)))


def _with_gaps(table: TablePlan, name: str, cell: Cell, rng: np.random.Generator) -> Cell:
    """Takes away the declared share of cells."""
    share, missing = table.likeness[name].missing, table.domain[name].missing
    gone = rng.random(len(cell.values)) < (share or 0.0)
    return Cell(cell.values, cell.absent | gone) if missing is not None and share else cell


def _demand_rules(plan: Plan, table: TablePlan, rows: Drawn) -> None:
    if not table.zeros:
        return
    codes = np.zeros((len(rows.owner), len(table.domain.names)), np.uint16)
    for i, attribute in enumerate(table.domain.attributes):
        cell, declared = rows.cells[attribute.name], table.table.columns[attribute.name]
        values = cell.values
        if isinstance(declared, OffsetColumn):
            values = values - rows.cells[declared.from_].values
        codes[:, i] = attribute.codes_at(values) if isinstance(attribute, Grid) else values
        if attribute.missing is not None:
            codes[cell.absent, i] = attribute.missing
    if violations(codes, table.domain, table.zeros).any():
        place = ("tables", table.name, "rules")
        raise PolicyError(
            f"{plan.loaded.at(*place)}: {'.'.join(place)}: the simulation shows records that the rules forbid. Correct "
            "the model or the rules."
        )


# ----------------------------------------------------------------------------------------------- quantities to cells


def _quantity(plan: Plan, table: TablePlan, column: str, model: Model, course: Course, shown: Shown) -> Quantity:
    wanted = shown.columns[column]
    name, words = (wanted, {}) if isinstance(wanted, str) else (wanted.show, wanted.words)
    if shown.rows in (PEOPLE, DEATHS):
        found = _of_person(name, model, course)
    else:
        found = _of_event(name, model, course.events[shown.rows], course, shown.rows)
    if found is None:
        _refuse(plan, f"{table.name}.{column} shows {name!r}, which the model does not have there. Correct it.")
    labels = found.labels and [words.get(label, label) for label in found.labels]
    return Quantity(found.numbers, found.absent, labels)


def _of_person(name: str, model: Model, course: Course) -> Quantity | None:
    everybody = np.arange(len(course.entry))
    present = np.zeros(len(everybody), bool)
    if name.startswith(SAME):
        return Quantity(np.zeros(len(everybody), np.int64), present, (name.removeprefix(SAME),))
    what, _, when = name.partition("@")
    match what, when:
        case "birth", "":
            return Quantity(course.world.birth, present)
        case "entry", "":
            return Quantity(course.entry, present)
        case "death", "":
            return Quantity(course.death, course.death == NEVER)
        case "dead", "end":
            return Quantity((course.death != NEVER).astype(np.int64), present, ("false", "true"))
        case "birth_year", "":
            return Quantity(
                course.world.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970, present
            )
        case "last_day", "":
            return Quantity(np.minimum(course.death, model.time.days[1]), present)
        case "age", "entry":
            return Quantity(np.floor(course.world.age(everybody, course.entry)), present)
        case _, "":
            known = course.world.levels.get(what) if what in model.attributes else None
            return None if known is None else Quantity(known, present, model.levels(what))
        case _, "entry" if what in model.processes:
            return Quantity(course.start[what], present, model.levels(what))
        case _, "end" if what in model.processes:
            return Quantity(course.world.levels[what], present, model.levels(what))
        case _, "end" if what in course.world.until:
            runs = course.world.until[what] >= np.minimum(model.time.days[1], course.death)
            return Quantity(runs.astype(np.int64), present, ("false", "true"))
        case _, "last" if what in course.last:
            return Quantity(course.last[what], np.isnan(course.last[what]))
        case _, "number" if what in course.number:
            return Quantity(course.number[what], present)
    return None


def _year(days: Ticks) -> Ticks:
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)


def _of_event(name: str, model: Model, events: Events, course: Course, into: str) -> Quantity | None:
    present = np.zeros(len(events.owner), bool)
    if name.startswith(SAME):
        return Quantity(np.zeros(len(events.owner), np.int64), present, (name.removeprefix(SAME),))
    match name:
        case "day":
            return Quantity(events.day, present)
        case "end":
            return Quantity(events.end, events.end > model.time.days[1])  # still running
        case "value":
            return Quantity(events.value, np.isnan(events.value))
        case "age":
            return Quantity(np.floor(course.world.age(events.owner, events.day)), present)
        case "grade":
            return _grades(model, events, into)
    if name in course.world.levels:
        return Quantity(events.levels[name], present, model.levels(name))
    sources = _sources(model, into)
    labels = [source.fields.get(name) if source is not None else None for source in sources]
    if all(label is None for label in labels):
        return None
    distinct = tuple(dict.fromkeys(label for label in labels if label is not None))
    places = np.array([-1 if label is None else distinct.index(label) for label in labels])
    found = places[events.source]
    return Quantity(np.maximum(found, 0), found < 0, distinct)


def _sources(model: Model, into: str) -> list[Record | Encounter | None]:
    """What events of one name come from, by their place in the model; None for what goes elsewhere."""
    records: list[Record | Encounter] = [*model.records.values()]
    if not any(into in record.into for record in records):
        records = [*model.encounters.values()]
    return [source if into in source.into else None for source in records]


def _grades(model: Model, events: Events, into: str) -> Quantity | None:
    grades = [s.grades if isinstance(s, Record) else None for s in _sources(model, into)]
    labels = tuple(dict.fromkeys(label for g in grades if g for label in g))
    if not labels:
        return None
    found = np.full(len(events.owner), -1)
    for source, own in enumerate(grades):
        if own:
            here = events.source == source
            ends = np.array([end for end in own.values() if end is not None])
            places = np.array([labels.index(label) for label in own])
            found[here] = places[np.searchsorted(ends, events.value[here], side="right")]
    return Quantity(np.maximum(found, 0), found < 0, labels)


def _cell(plan: Plan, table: TablePlan, column: str, quantity: Quantity) -> Cell:
    """Cells of a column that show a quantity; numbers and days are moved to the bounds of the column."""
    attribute, declared = table.domain[column], table.table.columns[column]
    if isinstance(attribute, Category):
        if quantity.labels is None:
            _refuse(plan, f"{table.name}.{column} has levels, but what it shows are numbers. Correct it.")
        unknown = [label for label in quantity.labels if label not in attribute.code_of]
        if unknown:
            _refuse(plan, f"{table.name}.{column} has no level {unknown[0]!r}, which the model shows. Add it.")
        codes = np.array([attribute.code_of[label] for label in quantity.labels], np.int64)
        return _present(plan, table, column, codes[quantity.numbers.astype(np.int64)], quantity.absent)
    assert isinstance(attribute, Grid)
    if quantity.labels is not None:
        _refuse(plan, f"{table.name}.{column} holds numbers or days, but what it shows are words. Correct it.")
    numbers = np.where(quantity.absent, attribute.cuts[0], quantity.numbers)
    if isinstance(declared, OffsetColumn):
        return _present(plan, table, column, numbers.astype(np.int64), quantity.absent)
    ends = attribute.runs[0]
    ticks = np.rint(numbers * 10**attribute.decimals).astype(np.int64)
    return _present(plan, table, column, np.clip(ticks, ends[0], ends[-1] - 1), quantity.absent)


def _present(plan: Plan, table: TablePlan, column: str, values: Ticks, absent: Mask) -> Cell:
    if table.domain[column].missing is None and absent.any():
        _refuse(plan, f"{table.name}.{column} shows something that is not always there. Set nullable: true.")
    return Cell(values, absent)


def _refuse(plan: Plan, message: str) -> NoReturn:
    place = ("dummy", "simulation")
    raise PolicyError(f"{plan.loaded.at(*place)}: dummy.simulation: {message}")
