"""The worst people to hide: for each, a table of others, and the rows that come or go.

Everybody is invented. Cells are text, as in a CSV file, so that the whole codec is walked through.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.audit.setting import Setting
from dpsynth.domain.attribute import Attribute, Category, Codes, Grid

PEOPLE = 24
"""Others in a table."""

MOST_ROWS = 3
"""Rows of each of them at most."""

MANY = 10_000
"""Rows of somebody with far too many."""

TARGET = "target"
"""The id of the person who comes or goes."""

FAR = "9" * 30
UNREADABLE = "\N{REPLACEMENT CHARACTER} ;\"'"

Cells = dict[str, list[str | None]]


@dataclass(frozen=True)
class Case:
    """A pair of neighbouring tables.

    Attributes:
        name: what is special about the person.
        others: raw rows without the person.
        person: raw rows of the person.
    """

    name: str
    others: pa.Table
    person: pa.Table

    def world(self, present: bool) -> pa.Table:
        """The raw table with or without the person."""
        return pa.concat_tables([self.others, self.person]) if present else self.others


def cases(setting: Setting) -> tuple[Case, ...]:
    """The suite, in a fixed order; the first case is the one that moves all answers furthest."""
    rng = np.random.default_rng(0)  # invented people, the same in every audit; privacy noise never comes from here
    most = setting.rows
    others, lonely, nobody = (_others(setting, people, rng) for people in (PEOPLE, 2, 0))
    reserved = {a.name: _text(a, _reserved(a)) for a in setting.domain.attributes}
    common = {a.name: _text(a, 0) for a in setting.domain.attributes}
    first = setting.domain.names[:1]
    persons: dict[str, tuple[pa.Table, dict[str, str | None], int]] = {
        "nobody_like_it": (others, reserved, most),
        "one_row": (others, reserved, 1),
        "many_rows": (others, reserved, MANY),
        "like_everybody": (others, common, most),
        "one_level_unheard_of": (others, common | {name: reserved[name] for name in first}, most),
        "extreme_values": (others, {a.name: _extreme(a) for a in setting.domain.attributes}, most),
        "unreadable_cells": (others, dict.fromkeys(setting.domain.names, UNREADABLE), most),
        "all_missing": (others, dict.fromkeys(setting.domain.names, None), most),
        "three_people": (lonely, reserved, most),
        "alone": (nobody, reserved, most),
    }
    made = [Case(name, table, _rows(setting, row, n, TARGET)) for name, (table, row, n) in persons.items()]
    return (*made, Case("rows_without_id", others, _rows(setting, reserved, most, None)))


def _others(setting: Setting, people: int, rng: np.random.Generator) -> pa.Table:
    """People with one row or a few, none of them with a reserved level."""
    most = min(MOST_ROWS, setting.rows)
    owner = np.repeat(np.arange(people), rng.integers(1, most + 1, people))
    ids = pa.array([f"p{i}" for i in owner.tolist()], pa.string())
    columns: dict[str, pa.Array] = {setting.table.unit_key: ids}
    for a in setting.domain.attributes:
        free = [code for code in range(a.size) if code != _reserved(a)] or [0]
        codes: Codes = np.array(free, np.uint16)[rng.integers(0, len(free), len(owner))]
        columns[a.name] = _as_text(a, a.decode(codes, rng))
    return pa.table(columns)


def _rows(setting: Setting, row: dict[str, str | None], number: int, person: str | None) -> pa.Table:
    cells = {setting.table.unit_key: person} | row
    columns = {name: [cell] * number for name, cell in cells.items()}
    panel = setting.panel
    if panel is not None and row[panel.column] in panel.labels:
        columns[panel.column] = [panel.labels[i % len(panel.labels)] for i in range(number)]
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def _reserved(attribute: Attribute) -> int:
    """The level that nobody else has: the last one that is not `other` or `missing`."""
    return max((code for code in range(attribute.size) if code not in attribute.unranked), default=0)


def _text(attribute: Attribute, code: int) -> str | None:
    rng = np.random.default_rng(0)
    cell: str | None = _as_text(attribute, attribute.decode(np.array([code], np.uint16), rng))[0].as_py()
    return cell


def _as_text(attribute: Attribute, cells: pa.Array) -> pa.Array:
    if isinstance(attribute, Grid) and attribute.form is not None:
        return pc.strftime(cells, attribute.form)
    if isinstance(attribute, Category) and attribute.boolean:
        return pc.utf8_lower(cells.cast(pa.string()))
    return cells.cast(pa.string())


def _extreme(attribute: Attribute) -> str:
    """Far beyond the bounds; days as late as the calendar goes."""
    if isinstance(attribute, Grid) and attribute.form is not None:
        latest: str = pc.strftime(pa.array([dt.date.max], pa.date32()), attribute.form)[0].as_py()
        return latest
    return FAR
