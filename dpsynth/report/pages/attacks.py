"""What attacks found, with controls, intervals and ceiling; or, in public, why those numbers are not here."""

from __future__ import annotations

from typing import Any

from dpsynth.report import numerals as n
from dpsynth.report.charts.forest import Row, forest
from dpsynth.report.charts.icons import icon, swatch
from dpsynth.report.pages.blocks import Cell, Figure, Table
from dpsynth.report.pages.findings import statistic
from dpsynth.report.words import Words

STATUS = {"passed": "pass", "not_resolvable": "review"}


def attacks(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Section 5 of either edition."""
    if f["edition"] == "public":
        return {
            "lead": t("attacks.public", auc=n.up(100 * f["ceiling"]["auc"], 1)),
            "why": t("attacks.public.why"),
            "planned": Table(
                t("attacks.public.table"),
                [t("term.attack"), t("attacks.story"), t("attacks.result"), t("attacks.public.ceiling")],
                [
                    [
                        t.name("attack", a["name"]),
                        t.name("story", a["name"]),
                        t("status.inside"),
                        t("ceiling.of100", n=n.up(100 * a["ceiling"], 1)),
                    ]
                    for a in f["attacks"]
                ],
                frozenset({3}),
            ),
            "figures": [],
            "each": [],
        }
    return {
        "lead": t("attacks.lead"),
        "why": "",
        "planned": None,
        "figures": [_figure(kind, f, t) for kind in dict.fromkeys(a["statistic"] for a in f["attacks"])],
        "each": [_one(a, t) for a in f["attacks"]],
    }


def _figure(kind: str, f: dict[str, Any], t: Words) -> Figure:
    chosen = [a for a in f["attacks"] if a["statistic"] == kind]
    rows: list[Row] = []
    table: list[list[Cell]] = []
    for a in chosen:
        low, high, _ = a["interval"]
        rows.append(Row(str(t.name("attack", a["name"])), "attack", a["value"], low, high, a["ceiling"]))
        table.append(
            [
                t.name("attack", a["name"]),
                t("attacks.on_release"),
                statistic(a["value"], kind),
                _range(a["interval"], kind),
                t("attacks.no_ceiling") if a["ceiling"] is None else statistic(a["ceiling"], kind),
                t(f"attack_status.{a['status']}"),
            ]
        )
        for c in a["controls"]:
            label = t(f"attacks.row.{c['kind']}", name=t.name("control", c["name"]))
            data = t(f"control_data.{c['data']}")
            rows.append(
                Row(
                    f"{t.name('control', c['name'])}, {data}", c["kind"], c["value"], c["interval"][0], c["interval"][1]
                )
            )
            table.append(
                [
                    label,
                    data,
                    statistic(c["value"], kind),
                    _range(c["interval"], kind),
                    "",
                    t(f"outcome.{c['outcome']}"),
                ]
            )
    baseline = chosen[0]["baseline"]
    seen = [x for r in rows for x in (r.low, r.high, r.value)] + [baseline]
    name = t("attacks.chart", statistic=t.name("statistic", kind), baseline=statistic(baseline, kind))
    used = ["attack", "guess", "ceiling", *(k for k in ("positive", "negative") if any(r.kind == k for r in rows))]
    if all(a["ceiling"] is None for a in chosen):
        used.remove("ceiling")
    return Figure(
        forest(rows, baseline, _ticks(seen, kind), str(name)),
        t(f"attacks.caption.{kind}") if f"attacks.caption.{kind}" in t.sentences else t("attacks.caption"),
        [(swatch(k), t(f"legend.{k}")) for k in used],
        Table(
            t("attacks.table", statistic=t.name("statistic", kind)),
            [
                t("attacks.name"),
                t("attacks.on"),
                t.name("statistic", kind),
                t("attacks.interval"),
                t("attacks.ceiling"),
                t("attacks.outcome"),
            ],
            table,
            frozenset({2, 3, 4}),
        ),
    )


def _ticks(seen: list[float], kind: str) -> list[tuple[float, str]]:
    """Round ends around everything that is drawn."""
    if kind == "auc":
        low = 0.4 if min(seen) >= 0.4 else 0.0
        return [(low, f"{low:g}"), *((x, f"{x:g}") for x in (0.6, 0.8)), (1.0, "1")]
    step = next((s for s in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if 5 * s >= max(seen) - min(0.0, *seen)), 0.25)
    first = min(0, int(min(seen) // step))
    last = max(first + 2, int(-(-max(seen) // step)))
    return [(k * step, f"{n.fixed(100 * k * step, 1)}%") for k in range(first, last + 1)]


def _range(interval: list[float], kind: str) -> str:
    return f"{statistic(interval[0], kind)} to {statistic(interval[1], kind)}"


def _one(a: dict[str, Any], t: Words) -> dict[str, Any]:
    status = STATUS.get(a["status"], "block")
    kind = a["statistic"]
    return {
        "title": t.name("attack", a["name"]),
        "story": t.name("story", a["name"]),
        "icon": icon(status),
        "status": status,
        "word": t(f"attack_status.{a['status']}"),
        "note": a["note"],
        "power": t(
            "attacks.power",
            detectable=statistic(a["detectable"], kind),
            statistic=t.name("statistic", kind),
            members=n.count(a["n_members"]),
            control=n.count(a["n_control"]),
            baseline=statistic(a["baseline"], kind),
            confidence=n.percent(a["interval"][2], 0),
        ),
        "rates": _rates(a, t) if a["rates"] else None,
    }


def _point(name: str, t: Words) -> Cell:
    """The words for an operating point (`fpr_0.01`) or a group of people."""
    head, _, share = name.partition("fpr_")
    return t("rate.fpr", share=n.percent(float(share), 1)) if not head and share else t.name("rate", name)


def _rates(a: dict[str, Any], t: Words) -> Table:
    rows: list[list[Cell]] = []
    for r in a["rates"]:
        name = _point(r["name"], t)
        if not r["shown"]:
            rows.append([name, t("attacks.too_small"), "", "", "", ""])
            continue
        rows.append(
            [
                name,
                t(
                    "attacks.rate",
                    share=n.percent(r["members"]),
                    low=n.percent(r["members_interval"][0]),
                    high=n.percent(r["members_interval"][1]),
                ),
                t(
                    "attacks.rate",
                    share=n.percent(r["control"]),
                    low=n.percent(r["control_interval"][0]),
                    high=n.percent(r["control_interval"][1]),
                ),
                n.percent(r["ceiling"]) if r["ceiling"] is not None else t("attacks.no_ceiling"),
                n.small(r["p_value"]) if r["p_value"] is not None else "",
                t("attacks.resolved" if r["resolvable"] else "attacks.unresolved"),
            ]
        )
    return Table(
        t("attacks.rates", attack=t.name("attack", a["name"])),
        [
            t("attacks.point"),
            t("attacks.members"),
            t("attacks.control"),
            t("attacks.ceiling"),
            t("attacks.p"),
            t("attacks.power.head"),
        ],
        rows,
        frozenset({1, 2, 3, 4}),
    )
