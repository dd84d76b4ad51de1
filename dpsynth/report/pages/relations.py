"""People with their rows: numbers of rows, ties between tables, order and time."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from dpsynth.report.charts.curves import WHISKER, survival
from dpsynth.report.charts.icons import swatch
from dpsynth.report.charts.shares import share_bars
from dpsynth.report.pages.blocks import Cell, Figure, Table
from dpsynth.report.words import Words

RULES = ("keys", "references", "order", "window", "bound", "values")
SHARES = ("rows", "rows_of_parent", "transitions")
"""Kinds whose number is a share of people or rows."""
DAYS = ("gap", "survival")
"""Kinds whose number is a mean of days."""
YEAR = 365.25
YEARS = 5
"""Most rows of a table of a curve."""
DISTRIBUTIONS = ("rows", "rows_of_parent", "gap", "transitions", "survival")
"""Kinds that one number does not tell; the others are compared by their intervals."""
DARKER = (0.05, 0.1, 0.2, 0.4, 0.7)
"""Shares at which a shade begins."""

Facts = dict[str, Any]


def relations(f: Facts, t: Words) -> Facts | None:
    """The section of either edition; None where rows do not belong together."""
    r = f["relations"]
    if r is None:
        return None
    inside = f["inside"]["relations"] if f["edition"] == "internal" else None
    real = {_key(m): m for m in inside["measures"]} if inside else {}
    both = [(m, real.get(_key(m))) for m in r["measures"]]
    ages = [_survival(m, beside, t) for m, beside in both if m["kind"] == "survival" and _some(m["cells"])]
    moves = [_moves(m, beside, t) for m, beside in both if m["kind"] == "transitions" and _some(m["cells"])]
    return {
        "lead": t(
            "relations.lead.internal" if inside else "relations.lead.public",
            tables=t.n.count(len(r["tables"])),
            people=t.n.count(r["people"]),
        ),
        "checks": _checks(r, t),
        "broken": t("relations.checks.broken") if any(c["broken"] for c in r["checks"]) else t("relations.checks.none"),
        "legend": legend(t, real=inside is not None),
        "few": t("relations.few.note", minimum=t.n.count(f["rare_levels"]["minimum_units"])) if inside else "",
        "bars": [_bars(m, beside, t) for m, beside in both if m["kind"] in ("rows", "rows_of_parent", "gap")],
        "numbers": _numbers(both, t) if inside else _alone(r["measures"], t),
        "numbers_note": t("relations.numbers.note.internal") if inside else t("relations.numbers.note.public"),
        "distances": _distances(inside, t) if inside else None,
        "classifier": _classifier(inside["classifier"], t) if inside else None,
        "telling": _telling(inside["classifier"], t) if inside else None,
        "curves": ages,
        "moves": moves,
        "pairs": _pairs(inside["pairs"], t) if inside and inside["pairs"] else None,
    }


def _key(m: Facts) -> tuple[str, str, tuple[str, ...], str]:
    return m["kind"], m["table"], tuple(m["columns"]), m["detail"]


def _some(cells: list[float | None]) -> bool:
    return any(x is not None for x in cells)


def _what(m: Facts, t: Words) -> Markup:
    """What a measure is about, in words."""
    places = {"table": m["table"], "columns": _columns(m["columns"], t)}
    if m["kind"] == "lag":
        of = f"lag.{m['detail']}" + (".within" if len(m["columns"]) > 1 else "")
        return t(f"relations.what.{of}", column=m["columns"][0], by=m["columns"][-1])
    if m["kind"] == "within" and m["detail"]:
        return t("relations.what.within.by", column=m["columns"][0], by=m["detail"])
    if m["kind"] == "survival" and m["columns"]:
        return t("relations.what.survival.death", **places)
    if m["kind"] in ("pair", "pair_of_person"):
        return t(f"relations.what.{m['kind']}.{m['detail']}", **places)
    return t(f"relations.what.{m['kind']}", **places)


def _columns(columns: list[str], t: Words) -> Markup | str:
    names = [_name(column, t) for column in columns]
    return t("use.pair", first=names[0], second=names[1]) if len(names) > 1 else Markup().join(names)


def _name(column: str, t: Words) -> Markup:
    """A column, or what a table says of one person."""
    table, found, said = column.partition(":")
    if not found:
        return escape(column)
    key = f"relations.said.{said}"
    return t(key if said in ("rows", "first") else "relations.said", table=table, what=said)


def _checks(r: Facts, t: Words) -> Table:
    """Tables against rules: how many rows break each."""
    found = {(c["table"], c["rule"]): c for c in r["checks"]}
    rows: list[list[Cell]] = []
    for table in r["tables"]:
        cells: list[Cell] = []
        for rule in RULES:
            check = found.get((table["name"], rule))
            cells.append("–" if check is None else _kept(check, t))
        rows.append([table["name"], t.n.count(table["rows"]), *cells])
    head = [t("relations.table"), t("relations.rows"), *(t(f"relations.rule.{rule}") for rule in RULES)]
    return Table(t("relations.checks"), head, rows, frozenset(range(1, 2 + len(RULES))))


def _kept(check: Facts, t: Words) -> str:
    if not check["rows"]:
        return "–"
    return t.n.percent(1 - check["broken"] / check["rows"], 2 if check["broken"] else 0)


def _bars(m: Facts, beside: Facts | None, t: Words) -> Facts:
    """Shares of bins, as a picture and as a table."""
    cells, real = m["cells"], beside["cells"] if beside else []
    labels = [_bin(level, t) for level in m["levels"]]
    last = max([i for i, x in enumerate(cells) if x] + [i for i, x in enumerate(real) if x] + [0]) + 1
    cells, real, labels = cells[:last], real[:last], labels[:last]
    sds = beside["sds"][:last] if beside else []
    title = t(f"relations.bars.{m['kind']}", table=m["table"])
    head = [t(f"relations.bins.{m['kind']}"), t("relations.synthetic")] + ([t("relations.real")] if real else [])
    rows: list[list[Cell]] = [
        [labels[i], _share(cells[i], t), *([_share(real[i], t)] if real else [])] for i in range(last)
    ]
    return {
        "title": title,
        "picture": share_bars(cells, real, sds, str(t("relations.chart.bars", what=title))),
        "ends": (labels[0], labels[-1]) if labels else ("", ""),
        "table": Table(title, head, rows, frozenset({1, 2})),
    }


def legend(t: Words, *, real: bool) -> list[tuple[Markup, Cell]]:
    """Marks of bars."""
    found: list[tuple[Markup, Cell]] = [(swatch("synthetic"), t("relations.synthetic"))]
    return (
        [*found, (swatch("noisy"), t("relations.real")), (swatch("noise"), t("relations.interval"))] if real else found
    )


def _bin(label: str, t: Words) -> Markup | str:
    first, _, last = label.partition(" to ")
    return t("level.bin", first=first, last=last) if last else label


def _share(x: float | None, t: Words) -> str | Markup:
    return t("relations.few") if x is None else t.n.percent(x)


def _alone(measures: list[Facts], t: Words) -> Table:
    """The numbers of synthetic people."""
    rows: list[list[Cell]] = [[_what(m, t), _value(m["number"], m["kind"], t)] for m in measures]
    return Table(
        t("relations.numbers"), [t("relations.what"), t("relations.synthetic")], rows, frozenset({1}), cut=True
    )


def _numbers(both: list[tuple[Facts, Facts | None]], t: Words) -> Table:
    """The numbers of real people, of held-out ones, and of synthetic ones, with intervals."""
    rows: list[list[Cell]] = [
        [_what(m, t), *(_interval(b[side], m["kind"], t) for side in ("real", "held", "synthetic"))]
        for m, b in both
        if b is not None
    ]
    head = [t("relations.what"), *(t(f"relations.{side}") for side in ("real", "held", "synthetic"))]
    return Table(t("relations.numbers"), head, rows, frozenset({1, 2, 3}), cut=True)


def _value(x: float | None, kind: str, t: Words) -> str | Markup:
    if x is None:
        return t("relations.undefined")
    if kind in SHARES:
        return t.n.percent(min(1.0, max(0.0, x)))
    return t.n.fixed(x, 0 if kind in DAYS and abs(x) >= 100 else 1 if kind in DAYS else 2)


def _interval(e: list[float | None] | None, kind: str, t: Words) -> str | Markup:
    if e is None:
        return t("relations.undefined")
    value, low, high = e
    if low is None or high is None:
        return _value(value, kind, t)
    return t("relations.range", value=_value(value, kind, t), low=_end(low, kind, t), high=_end(high, kind, t))


def _end(x: float, kind: str, t: Words) -> str:
    if kind in SHARES:
        return t.n.fixed(100 * min(1.0, max(0.0, x)), 1)
    return t.n.fixed(x, 0 if kind in DAYS and abs(x) >= 100 else 1 if kind in DAYS else 2)


def _distances(inside: Facts, t: Words) -> Table:
    """Synthetic people beside as many other real people, measure by measure."""
    rows: list[list[Cell]] = []
    singles = [m for m in inside["measures"] if m["kind"] in DISTRIBUTIONS]
    for m in [*singles, *inside["means"]]:
        people = m.get("people")
        what = t("relations.mean_of", what=_what(m, t), pairs=t.n.count(m["pairs"])) if people is None else _what(m, t)
        apart, usual = m["apart"], m["usual"]
        rows.append([what, _spread(apart, t), _spread(usual, t), _reading(apart, usual, t)])
    head = [t("relations.what"), t("relations.apart"), t("relations.usual"), t("relations.reading")]
    people = max((m["people"] for m in inside["measures"]), default=0)
    caption = t("relations.distances", people=t.n.count(people)) if people else t("relations.distances.few")
    return Table(caption, head, rows, frozenset({1, 2}), cut=True)


def _spread(e: list[float] | None, t: Words) -> str | Markup:
    if e is None:
        return t("relations.undefined")
    value, low, high = (t.n.fixed(100 * x, 1) for x in e)
    return t("relations.range", value=value, low=low, high=high)


def _reading(apart: list[float] | None, usual: list[float] | None, t: Words) -> Markup:
    if apart is None or usual is None:
        return t("relations.undefined")
    return t("relations.alike" if apart[0] <= usual[2] else "relations.further")


def _classifier(c: Facts, t: Words) -> Markup:
    if c["synthetic"] is None or c["real"] is None:
        return t("relations.classifier.few")

    def pairs(e: list[float]) -> Markup:
        value, low, high = (t.n.fixed(100 * x, 1) for x in e)
        return t("relations.range", value=value, low=low, high=high)

    return t(
        "relations.classifier.text",
        synthetic=pairs(c["synthetic"]),
        real=pairs(c["real"]),
        people=t.n.count(c["people"]),
    )


def _telling(c: Facts, t: Words) -> Table | None:
    rows: list[list[Cell]] = []
    for x in c["telling"]:
        key = f"relations.feature.{x['of']}" + (".level" if x["level"] and x["of"] == "own" else "")
        rows.append([t(key, column=x["column"], level=x["level"]), t.n.fixed(100 * x["auc"], 1)])
    head = [t("relations.feature"), t("relations.feature.auc")]
    return Table(t("relations.telling"), head, rows, frozenset({1}), narrow=True) if rows else None


def _survival(m: Facts, beside: Facts | None, t: Words) -> Figure:
    """Curves, and a table of them at the ends of years."""
    days = [float(day) for day in m["levels"]]
    real, sds = (beside["cells"], beside["sds"]) if beside else ([], [])
    years = max(1, round(days[-1] / YEAR))
    ticks = [(YEAR * k, t.n.count(k)) for k in range(0, years + 1, max(1, -(-years // 8)))]
    step = max(1, -(-years // YEARS))
    lowest = min([1.0, *(x for x in [*m["cells"], *real] if x is not None)])
    low = 0.0 if lowest < 0.6 else 0.5 if lowest < 0.8 else 0.8 if lowest < 0.93 else 0.9
    shares = [(low + (1 - low) * k / 4, t.n.percent(low + (1 - low) * k / 4, 0)) for k in range(0, 5, 2)]
    what = _what(m, t)
    title = t("relations.curve.death" if m["columns"] else "relations.curve.first", table=m["table"])
    picture = survival(
        days,
        m["cells"],
        real,
        sds,
        ticks,
        shares,
        YEAR * years,
        str(t("relations.years")),
        str(t("relations.chart.curve", what=what)),
    )
    rows: list[list[Cell]] = [
        [
            t.n.count(k),
            _share(_at(YEAR * k, days, m["cells"]), t),
            *([_with_interval(YEAR * k, days, real, sds, t)] if real else []),
        ]
        for k in range(step, years + 1, step)
    ]
    head = [t("relations.years"), t("relations.synthetic"), *([t("relations.real")] if real else [])]
    marks: list[tuple[Markup, Cell]] = [(swatch("curve"), t("relations.synthetic"))]
    if real:
        marks += [(swatch("line"), t("relations.real")), (swatch("committed"), t("relations.interval"))]
    return Figure(picture, title, marks, Table(title, head, rows, frozenset({0, 1, 2})), beside=True)


def _at(day: float, days: list[float], curve: list[float | None]) -> float | None:
    """The share without the event on a day."""
    passed = [x for d, x in zip(days, curve, strict=True) if d <= day]
    return passed[-1] if passed else 1.0


def _with_interval(
    day: float, days: list[float], real: list[float | None], sds: list[float | None], t: Words
) -> str | Markup:
    share, passed = _at(day, days, real), [s for d, s in zip(days, sds, strict=True) if d <= day]
    sd = passed[-1] if passed else None
    if share is None or sd is None:
        return _share(share, t)
    return _interval([share, share - WHISKER * sd, share + WHISKER * sd], "rows", t)


def _moves(m: Facts, beside: Facts | None, t: Words) -> list[Table]:
    """From one level to the next: a shaded table of each side."""
    levels = [_bin(level, t) for level in m["levels"]]
    size = len(levels)
    head = [t("relations.from"), *(str(i) for i in range(1, size + 1))]
    tables = []
    for side, cells in [("synthetic", m["cells"]), *([("real", beside["cells"])] if beside else [])]:
        lines = [cells[i * size : (i + 1) * size] for i in range(size)]
        rows: list[list[Cell]] = [
            [Markup("{} {}").format(i, level), *(_hundredths(x, t) for x in line)]
            for i, (level, line) in enumerate(zip(levels, lines, strict=True), 1)
        ]
        caption = t("relations.moves", column=m["columns"][0], side=t(f"relations.{side}"))
        shades = [[0, *(_shade(x) for x in line)] for line in lines]
        tables.append(Table(caption, head, rows, frozenset(range(1, size + 1)), shades=shades))
    return tables


def _shade(x: float | None) -> int:
    return 0 if x is None else sum(x >= limit for limit in DARKER)


def _hundredths(x: float | None, t: Words) -> str:
    return "·" if x is None else t.n.count(100 * x)


def _pairs(pairs: list[Facts], t: Words) -> Table:
    """Associations that differ most."""
    rows: list[list[Cell]] = [
        [_columns(p["columns"], t), *(_interval(p[side], p["kind"], t) for side in ("real", "held", "synthetic"))]
        for p in pairs
    ]
    head = [t("relations.pair"), *(t(f"relations.{side}") for side in ("real", "held", "synthetic"))]
    return Table(t("relations.pairs", shown=t.n.count(len(rows))), head, rows, frozenset({1, 2, 3}))
