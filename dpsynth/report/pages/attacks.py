"""What attacks found, with controls, intervals and ceiling; or, in public, why those numbers are not here."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from dpsynth.report.charts.forest import Row, forest
from dpsynth.report.charts.icons import icon, swatch
from dpsynth.report.numerals import Numerals
from dpsynth.report.pages.blocks import Cell, Figure, Table
from dpsynth.report.pages.decision import few_accusations, untested
from dpsynth.report.pages.findings import lower, statistic, upper
from dpsynth.report.words import Words

MATCHES = (-0.05, 0.0, 0.05, 0.1)
"""Axis for shares of matches, as long as every attack lies within it."""
STATUS = {"passed": "pass", "not_resolvable": "review"}


def attacks(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Section 5 of either edition."""
    if f["edition"] == "public":
        return {
            "lead": t("attacks.public", auc=t.n.up(100 * f["ceiling"]["auc"], 1)),
            "why": t("attacks.public.why"),
            "more": [*_of_people(f, t), *_not_run(f, t)],
            "planned": Table(
                t("attacks.public.table"),
                [t("term.attack"), t("attacks.story"), t("attacks.result"), t("attacks.public.ceiling")],
                [
                    [
                        t.name("attack", a["name"]),
                        t.name("story", a["name"]),
                        t("status.inside"),
                        t("ceiling.of100", n=t.n.up(100 * a["ceiling"], 1)),
                    ]
                    for a in f["attacks"]
                ],
                frozenset({3}),
            ),
            "figures": [],
        }
    return {
        "lead": t("attacks.lead"),
        "why": "",
        "more": [
            t("attacks.words"),
            *_of_people(f, t),
            *([] if (people := few_accusations(f)) is None else [t("attacks.few", control=t.n.count(people))]),
            *_not_run(f, t),
        ],
        "planned": None,
        "figures": [_overview(kind, f, t) for kind in dict.fromkeys(a["statistic"] for a in f["attacks"])],
    }


def details(f: dict[str, Any], t: Words) -> list[dict[str, Any]]:
    """Each attack with its controls and rates; internal edition only."""
    return [_one(a, t) for a in f["attacks"]] if f["edition"] == "internal" else []


def _of_people(f: dict[str, Any], t: Words) -> list[Markup]:
    """What was attacked where there are several tables."""
    return [t("attacks.people")] if f["relations"] and f["attacks"] else []


def _not_run(f: dict[str, Any], t: Words) -> list[Markup]:
    missing = untested(f)
    return [] if missing is None else [t("attacks.not_run", what=t(f"attacks.not_run.{missing}"))]


def _overview(kind: str, f: dict[str, Any], t: Words) -> Figure:
    """All attacks of one statistic, a row each."""
    chosen = [a for a in f["attacks"] if a["statistic"] == kind]
    table: list[list[Cell]] = [
        [
            t.name("attack", a["name"]),
            statistic(a["value"], kind, t.n),
            _range(a["interval"], kind, t),
            _most(a, t),
            _controls(a, t),
            t(f"attack_status.{a['status']}"),
        ]
        for a in chosen
    ]
    head = [
        t("term.attack"),
        t.name("statistic", kind),
        t("attacks.interval"),
        t("attacks.ceiling" if kind == "auc" else "attacks.ceiling.excess_share"),
        t("attacks.controls"),
        t("attacks.outcome"),
    ]
    twin = Table(t("attacks.overview", statistic=t.name("statistic", kind)), head, table, frozenset({1, 2, 3}))
    return _forest([_row(a, t) for a in chosen], chosen, twin, t)


def _with_controls(a: dict[str, Any], t: Words) -> Figure:
    """One attack and what it found where the truth is known."""
    kind = a["statistic"]
    rows, table = [_row(a, t)], [
        [
            t("attacks.on_release"),
            t("control_data.real"),
            statistic(a["value"], kind, t.n),
            _range(a["interval"], kind, t),
            t(f"attack_status.{a['status']}"),
        ]
    ]  # fmt: skip
    for c in a["controls"]:
        name, data = t.name("control", c["name"]), t(f"control_data.{c['data']}")
        low, high, _ = c["interval"]
        rows.append(Row(f"{name}, {data}", c["kind"], c["value"], low, high, shown=statistic(c["value"], kind, t.n)))
        table.append(
            [
                t(f"attacks.row.{c['kind']}", name=name),
                data,
                statistic(c["value"], kind, t.n),
                _range(c["interval"], kind, t),
                _outcome(c, a["status"], t),
            ]
        )
    head = [
        t("attacks.name"),
        t("attacks.on"),
        t.name("statistic", kind),
        t("attacks.interval"),
        t("attacks.outcome"),
    ]
    twin = Table(t("attacks.table", attack=t.name("attack", a["name"])), head, table, frozenset({2, 3}))
    return _forest(rows, [a], twin, t)


def _forest(rows: list[Row], chosen: list[dict[str, Any]], twin: Table, t: Words) -> Figure:
    """A picture of values with intervals; the axis has room for the attacks, controls may lie at its end."""
    kind, baseline = chosen[0]["statistic"], chosen[0]["baseline"]
    seen = [x for r in rows if r.kind == "attack" for x in (r.low, r.high, r.value)] + [baseline]
    seen += [r.ceiling for r in rows if r.ceiling is not None]
    name = t("attacks.chart", statistic=t.name("statistic", kind), baseline=statistic(baseline, kind, t.n))
    used = ["attack", "guess", "ceiling", *(k for k in ("positive", "negative") if any(r.kind == k for r in rows))]
    if all(a["ceiling"] is None for a in chosen):
        used.remove("ceiling")
    return Figure(
        forest(rows, baseline, _ticks(seen, kind, t.n), str(name)),
        t(f"attacks.caption.{kind}") if f"attacks.caption.{kind}" in t.sentences else t("attacks.caption"),
        [(swatch(k), t(f"legend.{k}")) for k in used],
        twin,
        wide=True,
    )


def _row(a: dict[str, Any], t: Words) -> Row:
    low, high, _ = a["interval"]
    shown = statistic(a["value"], a["statistic"], t.n)
    return Row(str(t.name("attack", a["name"])), "attack", a["value"], low, high, a["ceiling"], shown)


def _most(a: dict[str, Any], t: Words) -> Cell:
    return t("attacks.no_ceiling") if a["ceiling"] is None else upper(a["ceiling"], a["statistic"], t.n)


def _controls(a: dict[str, Any], t: Words) -> Cell:
    """How many controls did what they must, and how many were too weak to tell."""
    outcomes = [c["outcome"] for c in a["controls"]]
    held = sum(outcome in ("detected", "quiet") for outcome in outcomes)
    places = {"held": t.n.count(held), "all": t.n.count(len(outcomes))}
    if held == len(outcomes):
        return t("attacks.controls.held", **places)
    return t("attacks.controls.failed" if a["status"] == "invalid" else "attacks.controls.weak", **places)


def _outcome(control: dict[str, Any], status: str, t: Words) -> Cell:
    """A positive control that was missed without making the test invalid had little power."""
    if control["outcome"] == "missed" and status != "invalid":
        return t("outcome.weak", power=t.n.percent(control["power"], 0))
    return t(f"outcome.{control['outcome']}")


def _ticks(seen: list[float], kind: str, n: Numerals) -> list[tuple[float, str]]:
    """Round ends around everything that is drawn."""
    if kind == "auc":
        low = 0.4 if min(seen) >= 0.4 else 0.0
        return [(x, n.plain(x)) for x in (low, 0.6, 0.8, 1.0)]
    if min(seen) >= MATCHES[0] and max(seen) <= MATCHES[-1]:
        return [(x, n.in_percent(n.fixed(100 * x, 0))) for x in MATCHES]
    step = next((s for s in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if 5 * s >= max(seen) - min(0.0, *seen)), 0.25)
    first = min(0, int(min(seen) // step))
    last = max(first + 2, int(-(-max(seen) // step)))
    return [(k * step, n.in_percent(n.fixed(100 * k * step, 1))) for k in range(first, last + 1)]


def _range(interval: list[float], kind: str, t: Words) -> Cell:
    return t("attacks.range", low=lower(interval[0], kind, t.n), high=upper(interval[1], kind, t.n))


def _one(a: dict[str, Any], t: Words) -> dict[str, Any]:
    status = STATUS.get(a["status"], "block")
    kind = a["statistic"]
    return {
        "title": t.name("attack", a["name"]),
        "story": t.name("story", a["name"]),
        "icon": icon(status),
        "status": status,
        "word": t(f"attack_status.{a['status']}"),
        "remarks": Markup(" ").join(_remark(r, t) for r in a["remarks"]),
        "power": t(
            "attacks.power",
            detectable=upper(a["detectable"], kind, t.n),
            statistic=t.name("statistic", kind),
            members=t.n.count(a["n_members"]),
            control=t.n.count(a["n_control"]),
            baseline=statistic(a["baseline"], kind, t.n),
            confidence=t.n.percent(a["interval"][2], 0),
        ),
        "rare": "" if a["rare_share"] is None else t("attacks.rare", share=t.n.of_hundred(a["rare_share"])),
        "figure": _with_controls(a, t),
        "rates": _rates(a, t) if a["rates"] else None,
        "rates_note": t("attacks.ceiling.note") if a["rates"] else "",
    }


def _remark(r: dict[str, Any], t: Words) -> Markup:
    """Our sentence, or that of a plug-in."""
    key = f"remark.{r['id']}"
    if key not in t.sentences:
        return escape(r["id"])
    return t(key, **{name: t.n.count(n) for name, n in r["counts"].items()})


def _point(name: str, t: Words) -> Cell:
    """Words for an operating point (`fpr_0.01`), a column (`disclosed_x`, `secret_x`) or a group of people."""
    head, _, column = name.partition("disclosed_")
    if not head and column:
        return t("rate.disclosed", column=column)
    head, _, share = name.partition("fpr_")
    if not head and share:
        return t("rate.fpr", share=t.n.percent(float(share), 1))
    head, _, column = name.partition("secret_")
    return t("rate.secret", column=column) if not head and column else t.name("rate", name)


def _rates(a: dict[str, Any], t: Words) -> Table:
    tested = any(r["p_value"] is not None for r in a["rates"])
    rows: list[list[Cell]] = []
    for r in a["rates"]:
        name = _point(r["name"], t)
        if not r["shown"]:
            rows.append([name, t("attacks.too_small"), *([""] * (4 if tested else 3))])
            continue
        p_value = t.n.small(r["p_value"]) if r["p_value"] is not None else ""
        rows.append(
            [
                name,
                _share(r["members"], r["members_interval"], t),
                _share(r["control"], r["control_interval"], t),
                _ceiling(r, t),
                *([p_value] if tested else []),
                _power(r, t),
            ]
        )
    return Table(
        t("attacks.rates", attack=t.name("attack", a["name"])),
        [
            t("attacks.point"),
            t("attacks.members"),
            t("attacks.control"),
            t("attacks.ceiling.rate" if a["statistic"] == "auc" else "attacks.ceiling.found"),
            *([t("attacks.p")] if tested else []),
            t("attacks.power.head"),
        ],
        rows,
        frozenset({1, 2, 3, 4} if tested else {1, 2, 3}),
    )


def _share(share: float | list[float], interval: list[float] | None, t: Words) -> Cell:
    """A share with its interval, or the range that stands for few people."""
    if isinstance(share, list):
        low, high = share
        return (
            t("attacks.under", share=t.n.percent_high(high)) if low == 0 else t("attacks.over", share=t.n.percent(low))
        )
    if interval is None:
        return t.n.percent(share)
    return t(
        "attacks.rate", share=t.n.percent(share), low=t.n.percent_low(interval[0]), high=t.n.percent_high(interval[1])
    )


def _ceiling(r: dict[str, Any], t: Words) -> Cell:
    if r["ceiling"] is not None:
        return t.n.percent_high(r["ceiling"])
    return t("attacks.ceiling.hidden" if isinstance(r["control"], list) else "attacks.no_ceiling")


def _power(r: dict[str, Any], t: Words) -> Cell:
    """Whether there were enough people, and whether members were found more often all the same."""
    power = t("attacks.resolved" if r["resolvable"] else "attacks.unresolved")
    exact = r["members_interval"] is not None and r["control_interval"] is not None and r["ceiling"] is not None
    if exact and r["control"] < r["members_interval"][0] and r["members"] <= r["ceiling"]:
        return t("attacks.more_often", power=power)
    return power
