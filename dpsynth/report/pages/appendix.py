"""Policy, limits, all findings, every column, everything that was asked, words."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from dpsynth.report.charts.bars import column_bars
from dpsynth.report.charts.icons import icon, swatch
from dpsynth.report.numerals import digits_of_noise
from dpsynth.report.pages.blocks import Cell, Table
from dpsynth.report.pages.findings import sentence, source
from dpsynth.report.pages.levels import level
from dpsynth.report.words import Words

TERMS = (
    "attack",
    "auc",
    "budget",
    "ceiling",
    "codes",
    "control",
    "delta",
    "dp",
    "epsilon",
    "holdout",
    "ledger",
    "level",
    "marginal",
    "merged",
    "noise",
    "practice",
    "quasi",
    "rho",
    "steward",
    "tvd",
    "unit",
)


def findings(f: dict[str, Any], t: Words) -> list[dict[str, Any]]:
    """Every rule, worst first."""
    return [
        {
            "text": sentence(x, t),
            "anchor": x["anchor"],
            "status": x["status"],
            "icon": icon(x["status"]),
            "word": t(f"status.{x['status']}"),
            "source": t("findings.source", source=source(x["source"], t)) if x["source"] else "",
        }
        for x in f["verdict"]["findings"]
    ]


def thresholds(f: dict[str, Any], t: Words) -> Table:
    """The limits of the verdict with their sources."""
    return Table(
        t("limits.table"),
        [t("limits.name"), t("limits.pass"), t("limits.review"), t("limits.source")],
        [
            [
                t.name("limit", x["name"]),
                t.n.plain(x["pass"]),
                t("limits.never") if x["review"] is None else t.n.plain(x["review"]),
                source(x["source"], t),
            ]
            for x in f["thresholds"]
        ],
        frozenset({1, 2}),
    )


def columns(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """One block a column."""
    return {
        "lead": t("columns.lead"),
        "legend": [(swatch(k), t(f"legend.{k}")) for k in ("noisy", "noise", "synthetic")],
        "blocks": [_column(i, c, t) for i, c in enumerate(f["columns"], 1)],
    }


def _column(i: int, c: dict[str, Any], t: Words) -> dict[str, Any]:
    labels = [_label(label, size, c, t) for label, size in zip(c["labels"], c["merged"], strict=True)]
    shown = [t.n.with_noise(100 * v, 100 * sd) for v, sd in zip(c["noisy"], c["noisy_sds"], strict=True)]
    constant = len(set(c["noisy_sds"])) == 1
    apart = t.n.fixed(100 * c["distance"], 1)
    facts = [t(f"column.type.{c['type']}"), t.many("column.levels", c["levels"], count=t.n.count(c["levels"]))]
    facts += [t("column.unit", unit=t.own(c["unit"]))] if c["unit"] else []
    facts += [t(f"role.{c['role']}"), t("column.source", source=t.name("evidence", c["source"]))]
    return {
        "id": f"column-{i}",
        "name": c["name"],
        "title": t.pick(c["title"]) if c["title"] else "",
        "facts": facts,
        "note": t.own(c["note"]) if c["note"] else "",
        "picture": column_bars(
            c["noisy"],
            c["noisy_sds"],
            c["synthetic"],
            str(t("column.chart", column=c["name"], difference=apart)),
        ),
        "ends": (labels[0], labels[-1]),
        "caption": t("column.caption", difference=apart, noise=t("column.noise", sd=shown[0][1]) if constant else ""),
        "table": Table(
            t("column.table", column=c["name"]),
            [t("column.level"), t("column.noisy"), *([] if constant else [t("column.sd")]), t("column.synthetic")],
            [
                [
                    label,
                    value,
                    *([] if constant else [sd]),
                    t.n.fixed(100 * made, digits_of_noise(float(f"{100 * raw:.1e}"))),
                ]
                for label, (value, sd), made, raw in zip(labels, shown, c["synthetic"], c["noisy_sds"], strict=True)
            ],
            frozenset({1, 2} if constant else {1, 2, 3}),
        ),
    }


def _label(label: list[str] | None, size: int, c: dict[str, Any], t: Words) -> Cell:
    if label is None:
        return t("column.rest", n=t.n.count(size))
    first, last = level(label[0], c, t), level(label[-1], c, t)
    return first if len(label) == 1 else t("column.span", first=first, last=last)


def asked(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Everything that was asked, and the names of the tables that were chosen."""
    p = f["privacy"]
    pairs = [t("asked.pair", first=first, second=", ".join(rest)) for first, *rest in p["measured_tables"]]
    return {
        "lead": t("asked.lead"),
        "pairs": t("asked.pairs", pairs=Markup("; ").join(pairs)) if pairs else t("asked.no_pairs"),
        "events": Table(
            t("asked.events"),
            [
                t("asked.purpose"),
                t("asked.queries"),
                t("asked.cells"),
                t("asked.sensitivity"),
                t("asked.sigma"),
                t("asked.share"),
            ],
            [
                [
                    _purpose(e, t),
                    t("asked.any") if e["queries"] is None else t.n.count(e["queries"]),
                    t.n.count(e["cells"]),
                    t.n.plain(math.ceil(100 * e["sensitivity"] - 1e-9) / 100),
                    _noise(e, t),
                    t.n.percent(e["share"]),
                ]
                for e in p["events"]
            ],
            frozenset({1, 2, 3, 4, 5}),
        ),
        "sampled": _sampled(p["sampled"], t) if p["sampled"] else None,
    }


def _sampled(sums: list[dict[str, Any]], t: Words) -> Table:
    """Sums over samples of people, with everything that their cost depends on."""
    keys = ("purpose", "steps", "rate", "sampled.sigma", "share")
    return Table(
        t("asked.sampled"),
        [t(f"asked.{k}") for k in keys],
        [
            [
                t.name("purpose", s["purpose"]),
                t.n.count(s["steps"]),
                t.n.in_percent(t.n.plain(float(f"{100 * s['rate']:.3g}"))),
                t.n.fixed(s["sigma"], 3),
                t.n.percent(s["share"]),
            ]
            for s in sums
        ],
        frozenset({1, 2, 3, 4}),
    )


def glossary(t: Words) -> list[tuple[Cell, Cell]]:
    """Words that the report uses."""
    return [(t(f"term.{k}"), t(f"term.{k}.text")) for k in TERMS]


def _purpose(event: dict[str, Any], t: Words) -> Cell:
    """What was asked, and by which of several mechanisms or about which of several tables."""
    name, of = t.name("purpose", event["purpose"]), event["mechanism"] or event["table"]
    return name if of is None else t("asked.by", mechanism=of, purpose=name)


def _noise(event: dict[str, Any], t: Words) -> Cell:
    """The noise in one cell, or its range."""
    least, most = t.n.noise(event["sigma"]), t.n.noise(event["sigma_most"])
    return least if least == most else t("asked.range", least=least, most=most)
