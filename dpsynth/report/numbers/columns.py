"""Column by column: noisy and synthetic counts, and the share of values outside the declared domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Category
from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published, View

GROUPS = 24
"""Longest list that is printed for a column; the rest is merged."""
RESOLVED = 3.0
"""A level below this many noise standard deviations cannot be told from an empty one."""

Counts = np.ndarray[Any, np.dtype[np.float64]]


def columns(p: Published) -> list[dict[str, Any]]:
    """One entry a column, in the order of the tables."""
    return [_column(p, v, a) for v, a in _counted(p)]


def _counted(p: Published) -> list[tuple[View, Attribute]]:
    """Every column with what was counted of its table."""
    return [(v, a) for v in p.views for a in v.columns]


def outside(p: Published) -> list[dict[str, Any]]:
    """Shares of `other`, `missing` and clamped levels, one entry for each such level."""
    found = []
    for v, a in _counted(p):
        scale, one_way = max(1.0, v.total), v.measured.one_way(a.name)
        kinds = [("other", a.other), ("missing", a.missing), *(("edge", code) for code in a.edges)]
        for kind, code in kinds:
            if code is None:
                continue
            share = float(one_way.values[code]) / scale
            found.append(
                {
                    "column": Fact(a.name, "post"),
                    "kind": Fact(kind, "post"),
                    "level": Fact(a.levels[code], "post"),
                    "share": Fact(min(1.0, max(0.0, share)), "dp", one_way.sigma / scale),
                }
            )
    return found


def rare_levels(p: Published) -> dict[str, Any]:
    """Levels whose noisy count is below what the noise lets anyone see."""
    rows, below = [], []
    for v, a in _counted(p):
        one_way = v.measured.one_way(a.name)
        rare = one_way.values < RESOLVED * one_way.sigma
        synthetic = np.asarray(v.synthetic_one_way[a.name])
        below.append((RESOLVED * one_way.sigma, v.total))
        if rare.any():
            rows.append(
                {
                    "column": Fact(a.name, "post"),
                    "levels": Fact(a.size, "config"),
                    "rare": Fact(int(rare.sum()), "post"),
                    "below_rows": Fact(float(RESOLVED * one_way.sigma), "config"),
                    "synthetic_rows": Fact(int(synthetic[rare].sum()), "synthetic"),
                }
            )
    return {
        "columns": rows,
        "rare": Fact(sum(int(row["rare"].value) for row in rows), "post"),
        "levels": Fact(sum(a.size for a in p.domain.attributes), "config"),
        "below_rows": Fact(max(most for most, _ in below), "config"),
        "below_share": Fact(max(min(1.0, most / max(1.0, total)) for most, total in below), "post"),
        "tables": [_least(v) for name in p.policy.tables for v in p.several if v.table == name and v.columns],
        "minimum_units": Fact(p.policy.small_groups.minimum_units, "config"),
    }


def _least(v: View) -> dict[str, Any]:
    """Rows that a level of one of several tables needs to be told from an empty one, whatever its column."""
    rows = RESOLVED * max(v.measured.one_way(a.name).sigma for a in v.columns)
    return {
        "table": Fact(v.table, "config"),
        "below_rows": Fact(rows, "config"),
        "below_share": Fact(min(1.0, rows / max(1.0, v.total)), "post"),
    }


def distance(v: View, a: Attribute) -> float:
    """Total variation between the noisy and the synthetic shares of a column."""
    noisy = v.measured.one_way(a.name).values / max(1.0, v.total)
    synthetic = np.asarray(v.synthetic_one_way[a.name]) / max(1, v.synthetic_rows)
    return float(min(1.0, 0.5 * np.abs(noisy - synthetic).sum()))


def _column(p: Published, v: View, a: Attribute) -> dict[str, Any]:
    declared = v.declared[a.name]
    one_way = v.measured.one_way(a.name)
    synthetic = np.asarray(v.synthetic_one_way[a.name], dtype=np.float64)
    groups = merged(a, one_way.values)
    noisy_scale, synthetic_scale = max(1.0, v.total), max(1, v.synthetic_rows)
    return {
        "name": Fact(a.name, "config"),
        "title": Fact(None if declared.title is None else dict(declared.title), "config"),
        "type": Fact(declared.type, "config"),
        "role": Fact(declared.role, "config"),
        "unit": Fact(declared.unit, "config"),
        "source": Fact(declared.source, "config"),
        "note": Fact(declared.note, "config"),
        "nullable": Fact(a.missing is not None, "config"),
        **({"layout": Fact(layout, "config")} if (layout := _layout(p, a)) else {}),
        "levels": Fact(a.size, "config"),
        "labels": Fact([_label(a, g) for g in groups], "post"),
        "merged": Fact([len(g) for g in groups], "post"),
        "noisy": Fact([float(one_way.values[list(g)].sum()) / noisy_scale for g in groups], "dp"),
        "noisy_sds": Fact([one_way.sigma * len(g) ** 0.5 / noisy_scale for g in groups], "post"),
        "synthetic": Fact([float(synthetic[list(g)].sum()) / synthetic_scale for g in groups], "synthetic"),
        "distance": Fact(distance(v, a), "post"),
    }


def _layout(p: Published, a: Attribute) -> dict[str, str]:
    """Levels that are no values of a column but come from laying people out -> their names for readers."""
    if p.laid_out is None or not isinstance(a, Category):
        return {}
    if a.name in p.laid_out.panel.presence:
        return {level: level.replace(" ", "_") for level in a.levels}
    return {} if a.absent is None else {a.levels[a.absent]: "absent"}


def merged(a: Attribute, counts: Counts) -> list[tuple[int, ...]]:
    """The levels of a column in at most GROUPS groups, `missing` and `absent` always alone.

    Neighbours are merged where the levels have an order; elsewhere the levels with the smallest noisy counts.
    """
    apart = [k for k in (a.missing, a.absent if isinstance(a, Category) else None) if k is not None]
    own = [(k,) for k in apart]
    levels = [k for k in range(a.size) if k not in apart]
    room = GROUPS - len(own)
    if len(levels) <= room:
        return [*((k,) for k in levels), *own]
    if a.ordered:
        return [*(tuple(int(k) for k in part) for part in np.array_split(levels, room)), *own]
    largest = set(sorted(levels, key=lambda k: (-counts[k], k))[: room - 1])
    rest = tuple(k for k in levels if k not in largest)
    return [*((k,) for k in levels if k in largest), rest, *own]


def _label(a: Attribute, group: Sequence[int]) -> list[str] | None:
    """First and last level of a group; None for a mixed rest."""
    if len(group) == 1:
        return [a.levels[group[0]]]
    return [a.levels[group[0]], a.levels[group[-1]]] if a.ordered else None
