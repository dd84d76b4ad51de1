"""People with their rows: what synthetic tables say of themselves, and inside, how far they are from real people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dpsynth.domain.family import Family
from dpsynth.report.facts import Fact, Origin
from dpsynth.report.inputs import Inside, Published, Related

if TYPE_CHECKING:
    from dpsynth.utility.relations.measures import Floats, Subject
    from dpsynth.utility.relations.results import Beside, Comparison, Estimate

SHOWN_LEVELS = 8
"""Levels of a table of transitions, the most frequent of the synthetic rows."""
SHOWN_PAIRS = 12
"""Pairs whose association differs most from that of real people."""
SHOWN_BINS = 12
"""Bars of a picture."""
BARS = ("rows", "rows_of_parent", "gap")
PAIRS = ("pair", "pair_of_person", "siblings")


def relations(p: Published) -> Fact | dict[str, Any]:
    """What the synthetic tables say; None where rows do not belong together."""
    if p.related is None:
        return Fact(None, "config")
    r = p.related
    return {
        "people": Fact(r.people, "synthetic"),
        "tables": [_table(r, name) for name in r.rows],
        "checks": [
            {
                "table": Fact(check.table, "config"),
                "rule": Fact(check.rule, "config"),
                "rows": Fact(check.rows, "synthetic"),
                "broken": Fact(check.broken, "synthetic"),
            }
            for check in r.checks
        ],
        "measures": [
            _subject(s.subject)
            | {"number": _number(s.number, "synthetic")}
            | _synthetic_cells(p, r, s.subject, s.profile)
            for s in r.shown
        ],
    }


def inside(p: Published, i: Inside, minimum: int) -> Fact | dict[str, Any]:
    """Real people beside synthetic ones. Shares of fewer than `minimum` people or rows are left out."""
    if p.related is None or i.relations is None:
        return Fact(None, "config")
    c, family = i.relations, p.related.family
    shown = {s.subject: s.profile for s in p.related.shown}
    singles = [b for b in c.measures if b.subject in shown]
    return {
        "sizes": Fact(dict(zip(("train", "held", "synthetic"), map(int, c.sizes), strict=True)), "real"),
        "measures": [
            _beside(b) | {"cells": _real_cells(p, p.related, b, shown[b.subject], minimum), "sds": _sds(family, b)}
            for b in singles
        ],
        "means": [
            _subject(m.subject)
            | {"pairs": Fact(m.pairs, "config"), "apart": _estimate(m.apart), "usual": _estimate(m.usual)}
            for m in c.mean_distances
        ],
        "pairs": [_beside(b) for b in _changed(c)],
        "classifier": {
            "synthetic": _estimate(c.classifier.synthetic),
            "real": _estimate(c.classifier.real),
            "people": Fact(c.classifier.people, "real"),
            "telling": [
                {
                    "of": Fact(f.of, "real"),
                    "column": Fact(f.column, "real"),
                    "level": Fact(_labelled(p, f.column, f.level), "real"),
                    "auc": Fact(auc, "real"),
                }
                for f, auc in c.classifier.telling
            ],
        },
    }


def _table(r: Related, name: str) -> dict[str, Any]:
    of_people = name == r.family.people
    return {
        "name": Fact(name, "config"),
        "rows": Fact(r.rows[name], "synthetic"),
        "parent": Fact(None if of_people else r.family[name].parent or r.family.people, "config"),
        "ordered": Fact(not of_people and r.family[name].gaps is not None, "config"),
        "at_most": Fact(1 if of_people else r.family[name].at_most, "config"),
    }


def _subject(s: Subject) -> dict[str, Any]:
    return {
        "kind": Fact(s.kind, "config"),
        "table": Fact(s.table, "config"),
        "columns": Fact(list(s.columns), "config"),
        "detail": Fact(s.detail, "config"),
    }


def _beside(b: Beside) -> dict[str, Any]:
    return _subject(b.subject) | {
        "real": _estimate(b.real),
        "held": _estimate(b.held),
        "synthetic": _estimate(b.synthetic),
        "apart": _estimate(b.apart),
        "usual": _estimate(b.usual),
        "people": Fact(b.people, "real"),
    }


def _estimate(e: Estimate) -> Fact:
    """Value and interval; None where it is not defined."""
    ends = [None if math.isnan(x) else x for x in (e.value, e.low, e.high)]
    return Fact(None if ends[0] is None else ends, "real")


def _number(x: float, origin: Origin) -> Fact:
    return Fact(None if math.isnan(x) else x, origin)


def _cells(family: Family, s: Subject, profile: Floats) -> Floats:
    """What is shown of a profile: shares of bins, of pairs of levels, or a curve; empty for single numbers."""
    match s.kind:
        case "rows":
            counts = family[s.table].counts
            ends = [*(start - 1 for start in counts.starts[1:]), counts.last]
            return np.diff(profile[ends], prepend=0.0)
        case "rows_of_parent" | "gap":
            return np.diff(profile, prepend=0.0)
        case "transitions" | "survival":
            return profile
    return profile[:0]


def _levels(family: Family, s: Subject) -> tuple[str, ...]:
    return family[s.table].counts.labels if s.kind == "rows" else s.levels


def _synthetic_cells(p: Published, r: Related, s: Subject, profile: Floats) -> dict[str, Any]:
    cells, levels = _cells(r.family, s, profile), _levels(r.family, s)
    origin: Origin = "config"
    if s.kind == "transitions":
        chosen = _frequent(cells, len(levels))
        cells, levels = _onward(cells, len(levels), chosen), tuple(levels[k] for k in chosen)
        origin = "synthetic"
    elif s.kind in BARS:
        groups = _groups(levels)
        cells, levels = _merged(cells, groups), tuple(_span(levels, group) for group in groups)
    shown = [_labelled(p, s.columns[0] if s.columns else "", level) for level in levels]
    return {"levels": Fact(shown if len(cells) else [], origin), "cells": Fact(_listed(cells), "synthetic")}


def _real_cells(p: Published, r: Related, b: Beside, made: Floats, minimum: int) -> Fact:
    """The same of real people, None where fewer than `minimum` stand behind a cell."""
    levels, cells = _levels(r.family, b.subject), _cells(r.family, b.subject, b.profile)
    cases = float(b.cases[0]) if len(b.cases) else 0.0
    if b.subject.kind == "survival":
        # Where few are still followed, the curve would show what happened to them.
        return Fact(_listed(np.where(b.cases >= minimum, cells, np.nan)), "real")
    if b.subject.kind == "transitions":
        chosen = _frequent(_cells(r.family, b.subject, made), len(levels))
        counts = cells.reshape(len(levels), len(levels))[np.ix_(chosen, chosen)].reshape(-1) * cases
        return Fact(_listed(_without_few(_onward(cells, len(levels), chosen), counts, minimum)), "real")
    if b.subject.kind in BARS:
        cells = _merged(cells, _groups(levels))
    return Fact(_listed(_without_few(cells, cells * cases, minimum)), "real")


def _without_few(cells: Floats, counts: Floats, minimum: int) -> Floats:
    return np.where((counts > 1e-6) & (counts < minimum - 1e-6), np.nan, cells)


def _sds(family: Family, b: Beside) -> Fact:
    """Standard deviations of the curve's points; of shares of people by the binomial law, for they are independent."""
    if b.subject.kind == "survival":
        return Fact(_listed(b.spread), "real")
    cells = _cells(family, b.subject, b.profile)
    if b.subject.kind != "rows":
        return Fact([], "real")
    cells = _merged(cells, _groups(_levels(family, b.subject)))
    return Fact(_listed(np.sqrt(np.clip(cells * (1 - cells), 0, None) / np.maximum(b.cases[0], 1))), "real")


def _groups(levels: Sequence[str]) -> list[list[int]]:
    """Bins in at most `SHOWN_BINS` groups of neighbours; the first bin, which is zero, is always alone."""
    rest = np.array_split(np.arange(1, len(levels)), min(SHOWN_BINS - 1, max(0, len(levels) - 1)) or 1)
    return [[0], *(group.tolist() for group in rest if len(group))]


def _merged(cells: Floats, groups: list[list[int]]) -> Floats:
    return np.array([cells[group].sum() for group in groups])


def _span(levels: Sequence[str], group: list[int]) -> str:
    """First and last number of a group of bins."""
    first, last = levels[group[0]].split(" to ")[0], levels[group[-1]].split(" to ")[-1]
    return first if first == last else f"{first} to {last}"


def _frequent(cells: Floats, size: int) -> list[int]:
    """The levels from which most synthetic rows go on, in the order of the list."""
    if not len(cells) or np.isnan(cells).any():
        return list(range(min(size, SHOWN_LEVELS)))
    start = cells.reshape(size, size).sum(axis=1)
    most = sorted(range(size), key=lambda k: (-start[k], k))[:SHOWN_LEVELS]
    return sorted(k for k in most if start[k] > 0)


def _onward(cells: Floats, size: int, chosen: list[int]) -> Floats:
    """Of the rows at each chosen level, the share that goes on to each chosen level, row by row."""
    table = cells.reshape(size, size)
    start = table.sum(axis=1, keepdims=True)
    onward = np.divide(table, start, out=np.full(table.shape, np.nan), where=start > 0)
    return np.asarray(onward[np.ix_(chosen, chosen)].reshape(-1))


def _changed(c: Comparison) -> list[Beside]:
    """Pairs whose association differs most from that of real people, where rows or single tables count equally."""
    pairs = [b for b in c.measures if b.subject.kind in PAIRS and (b.subject.detail == "rows" or _sibling(b))]
    known = [b for b in pairs if not math.isnan(b.real.value) and not math.isnan(b.synthetic.value)]
    return sorted(known, key=lambda b: -abs(b.synthetic.value - b.real.value))[:SHOWN_PAIRS]


def _sibling(b: Beside) -> bool:
    return b.subject.kind == "siblings"


def _labelled(p: Published, column: str, level: str) -> str:
    """A level with the policy's words for it."""
    table, _, name = column.partition(".")
    declared = p.policy.tables[table].columns.get(name) if table in p.policy.tables else None
    words = (getattr(declared, "labels", None) or {}).get(level)
    return f"{words} ({level})" if words else level


def _listed(cells: Floats) -> list[float | None]:
    return [None if math.isnan(x) else float(x) for x in cells]
