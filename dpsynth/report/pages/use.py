"""Small groups, and what the data are good for."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dpsynth.report.pages.blocks import Cell, Table
from dpsynth.report.pages.decision import fitness_tag
from dpsynth.report.pages.levels import level
from dpsynth.report.words import Words

WORST = 12
"""Columns or levels shown in the body, largest first; the appendix has all."""


def small_groups(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Rare levels of the synthetic file, and values outside the declared lists."""
    rare = f["rare_levels"]
    limit = next(x for x in f["thresholds"] if x["name"] == "outside_domain_share")
    declared = {c["name"]: c for c in f["columns"]}
    outside = sorted(f["outside_domain"], key=lambda e: -e["share"])
    noise = {t.n.noise(100 * e["share_sd"]) for e in outside}
    constant = len(noise) == 1
    return {
        "lead": t(
            "small.lead",
            rare=t.n.count(rare["rare"]),
            levels=t.n.count(rare["levels"]),
            below=t.n.up(rare["below_rows"], 0),
        )
        + (
            t("small.lead.internal", minimum=t.n.count(rare["minimum_units"]))
            if f["edition"] == "internal"
            else Markup()
        ),
        "rare": Table(
            t("small.table"),
            [t("small.column"), t("small.levels"), t("small.rare"), t("small.synthetic")],
            [
                [
                    r["column"],
                    t.n.count(r["levels"]),
                    t.n.count(r["rare"]),
                    t.n.count(r["synthetic_rows"]),
                ]
                for r in rare["columns"]
            ],
            frozenset({1, 2, 3}),
        )
        if rare["columns"]
        else None,
        "none": t("small.none"),
        "outside_lead": t(
            "outside.lead",
            limit=t.n.percent(limit["pass"], 0),
            noise=t("outside.noise", sd=noise.pop()) if constant else "",
        ),
        "outside": Table(
            t("outside.table"),
            [
                t("small.column"),
                t("outside.level"),
                t("outside.kind"),
                t("outside.share"),
                *([] if constant else [t("noise.sd")]),
            ],
            [
                [
                    e["column"],
                    level(e["level"], declared[e["column"]], t),
                    t(f"outside.{e['kind']}"),
                    t.n.in_percent(shown),
                    *([] if constant else [sd]),
                ]
                for e in outside[:WORST]
                for shown, sd in [t.n.with_noise(100 * e["share"], 100 * e["share_sd"])]
            ],
            frozenset({3} if constant else {3, 4}),
        )
        if outside
        else None,
        "outside_more": t.many("outside.more", len(outside) - WORST) if len(outside) > WORST else "",
        "outside_none": t("outside.none"),
    }


def usefulness(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Fit for, not fit for, and the figures behind it."""
    u, rare, holdout = f["utility"], f["rare_levels"], f["unprotected"]["holdout_share"]
    rows: list[list[Cell]] = [_figure(u["free_one_way"], "free", t)]
    if u["free_two_way"]["marginals"]:
        rows.append(_figure(u["free_two_way"], "free", t))
    if u["paid_two_way"] is not None:
        rows.append(_figure(u["paid_two_way"], "paid", t))
    if f["edition"] == "internal":
        rows += [_figure(e, "inside", t) for e in f["inside"]["utility"] if e["marginals"]]
    worst = sorted(f["columns"], key=lambda c: (-c["distance"], c["name"]))[:WORST]
    below = [f"{x['table']} {t.n.up(x['below_rows'], 0)} ({t.n.percent(x['below_share'], 2)})" for x in rare["tables"]]
    dates = f["contents"]["dates_in_order"]
    said = ({"rare": "tables"} if below else {}) | ({"one_way": "dates"} if dates else {})
    places = {
        "below": ", ".join(below) or t.n.up(rare["below_rows"], 0),
        "dates": ", ".join(dates),
        "far": ", ".join(u["far"][:WORST]),
        "share": t.n.percent(rare["below_share"], 2),
        "measured": t.n.count(u["free_two_way"]["marginals"]),
        "pairs": t.n.count(u["all_pairs"]),
        "noisy_rows": t.n.count(f["contents"]["source_rows"]),
        "sd": t.n.noise(f["contents"]["source_rows_sd"]),
        "rows": t.n.count(f["contents"]["synthetic_rows"]),
        "holdout": t.n.percent(holdout, 0),
        "kept": t.n.plain(round(1 - holdout, 9)),
        "ratio": t.n.plain(f["contents"]["row_ratio"]),
        "binned": t.n.count(f["contents"]["binned"]),
        "columns": t.n.count(f["contents"]["columns"]),
        "rules": t.n.count(f["contents"]["rules"]),
    }
    waves = f["contents"].get("waves")
    rules = t("use.rules" if f["contents"]["rules"] else "use.no_rules", **places)
    uses = [
        ("code", "fit"),
        ("one_way", u["one_way_fitness"]),
        ("two_way", u["two_way_fitness"]),
        *([("amounts", "care")] if f["contents"]["binned"] else []),
        ("three_way", "unfit"),
        ("relations", "care") if f["relations"] else ("waves", "care") if waves else ("histories", "unfit"),
        ("rare", "unfit"),
        ("inference", "unfit"),
    ]
    return {
        "lead": t("use.lead"),
        "uses": [
            {
                "title": t(f"use.{k}"),
                "text": t(f"use.{k}.{said.get(k, 'text')}", **places)
                + (t("use.near") if v == "near" else Markup())
                + (t("use.far", **places) if k == "one_way" and u["far"] else Markup())
                + (rules if k == "two_way" else Markup()),
                **fitness_tag(v, t),
            }
            for k, v in uses
        ],
        "explain": t("use.explain"),
        "size": _people(f, places, t)
        if waves
        else _sizes(f, places, t)
        if f["contents"]["people"]
        else t(_size(f), **places),
        "figures": Table(
            t("use.table"),
            [t("use.what"), t("use.tables"), t("use.mean"), t("noise.sd"), t("use.floor")],
            rows,
            frozenset({1, 2, 3, 4}),
        ),
        "pairs_note": t("use.pairs_note.paid" if u["paid_two_way"] is not None else "use.pairs_note.free", **places),
        "worst": Table(
            t("use.worst", shown=t.n.count(len(worst)), columns=t.n.count(len(f["columns"]))),
            [t("small.column"), t("use.difference")],
            [[c["name"], t.n.fixed(100 * c["distance"], 1)] for c in worst],
            frozenset({1}),
            narrow=True,
        ),
        "worst_pairs": _worst_pairs(f, t),
        "bars": _bars(u["bars"], t),
        "bars_lead": t("bars.lead", confidence=t.n.percent(u["bars"]["confidence"], 0))
        + (t("bars.why") if {k["kind"] for k in u["bars"]["kinds"]} >= {"pairs", "scored"} else Markup())
        + (t("bars.clipped") if u["bars"]["clipped"] else Markup()),
        "dependence": _dependence(u["dependence"], t),
        "invented": _invented(u["dependence"], t),
        "clips": [_clip(c, _bound(f, c["table"]), t) for c in u["clips"]],
    }


def _bound(f: dict[str, Any], table: str | None) -> int:
    """Most rows of one person in a table."""
    each = {b["table"]: int(b["rows"]) for b in f["privacy"]["bounds"]}
    return int(f["privacy"]["rows_per_unit"]) if table is None else each[table]


def _clip(c: dict[str, Any], bound: int, t: Words) -> Markup:
    """Where clipping began, of one of several tables whose people have at most so many rows."""
    places = {"reach": t.n.fixed(c["reach"], 1), "lost": t.n.percent_high(c["lost"], 1)}
    # 0 where somebody may have more rows: no such people stand out of their noise.
    said = t("clip.text" if c["lost"] > 0 or c["reach"] >= bound else "clip.hidden", **places)
    if c["worst"] is not None:
        worst = c["worst"]
        lost, noise = t.n.percent_high(worst["lost"], 1), t.n.percent_high(worst["lost_sd"], 1)
        said += " " + t("clip.worst", columns=", ".join(worst["clique"]), lost=lost, noise=noise)
    return said if c["table"] is None else Markup("{}: {}").format(c["table"], said)


def _size(f: dict[str, Any]) -> str:
    """The sentence that says why the synthetic table has as many rows as it has."""
    if f["contents"]["row_ratio"] != 1:
        return "use.size.ratio"
    return "use.size" if f["unprotected"]["holdout_share"] else "use.size.all"


def _people(f: dict[str, Any], places: dict[str, Any], t: Words) -> Markup:
    """The same of a fixed panel."""
    c = f["contents"]
    return t(
        "use.size.waves",
        noisy_people=t.n.count(c["people"]),
        people_sd=t.n.noise(c["people_sd"]),
        people=t.n.count(c["waves"]["people"]),
        waves=t.n.count(len(c["waves"]["labels"])),
        **places,
    )


def _sizes(f: dict[str, Any], places: dict[str, Any], t: Words) -> Markup:
    """The same of several tables."""
    c = f["contents"]
    each = [
        t(
            "use.size.each",
            table=x["name"],
            rows=t.n.count(x["synthetic_rows"]),
            noisy=t.n.count(x["source_rows"]),
            sd=t.n.noise(x["source_rows_sd"]),
        )
        for x in c["tables"]
    ]
    return t(
        "use.size.tables",
        noisy_people=t.n.count(c["people"]),
        people_sd=t.n.noise(c["people_sd"]),
        people=t.n.count(f["relations"]["people"]),
        sizes=Markup(", ").join(each),
        **places,
    )


def _bars(bars: dict[str, Any], t: Words) -> Table | None:
    """How far single tables can be from the truth, by what was asked about them."""
    rows: list[list[Cell]] = [
        [
            t(f"bars.{k['kind']}"),
            t.n.count(k["number"]),
            t.n.up(100 * k["median"], 1),
            t.n.up(100 * k["largest"], 1),
        ]
        for k in bars["kinds"]
    ]
    head = [t("bars.what"), t("use.tables"), t("bars.median"), t("bars.largest")]
    return Table(t("bars.table"), head, rows, frozenset({1, 2, 3})) if rows else None


def _dependence(found: dict[str, Any], t: Words) -> Markup | str:
    if not found["checked"]:
        return ""
    checked = t.n.count(found["checked"])
    if not found["failed"]:
        return t("dependence.none", checked=checked)
    return t("dependence.some", checked=checked, failed=t.n.count(found["failed"]))


def _invented(found: dict[str, Any], t: Words) -> Table | None:
    """Pairs that are more dependent than the noisy answers allow."""
    rows: list[list[Cell]] = [
        [
            t("use.pair", first=i["clique"][0], second=i["clique"][1]),
            t.n.fixed(100 * i["synthetic"], 1),
            t.n.up(100 * i["allowed"], 1),
        ]
        for i in found["invented"]
    ]
    head = [t("use.what"), t("dependence.synthetic"), t("dependence.allowed")]
    return Table(t("dependence.table"), head, rows, frozenset({1, 2})) if rows else None


def _worst_pairs(f: dict[str, Any], t: Words) -> Table | None:
    """The pairs furthest from the real data, for the internal edition."""
    if f["edition"] != "internal":
        return None
    pairs = [x for e in f["inside"]["utility"] if e["ways"] == 2 for x in e["worst"]]
    rows: list[list[Cell]] = [
        [t("use.pair", first=x["clique"][0], second=x["clique"][1]), t.n.up(100 * x["distance"], 1)] for x in pairs
    ]
    head = [t("use.what"), t("use.difference")]
    return (
        Table(t("use.worst_pairs", shown=t.n.count(len(rows))), head, rows, frozenset({1}), narrow=True)
        if rows
        else None
    )


def _figure(e: dict[str, Any], kind: str, t: Words) -> list[Cell]:
    sd = e.get("mean_sd")
    mean, noise = (
        t.n.with_noise(100 * e["mean"], 100 * sd) if sd else (t.n.fixed(100 * e["mean"], 2), t("use.no_noise"))
    )
    floor = t.n.fixed(100 * e["floor"], 2) if e["floor"] is not None else "–"
    return [t(f"use.{kind}.{e['ways']}"), t.n.count(e["marginals"]), mean, noise, floor]
