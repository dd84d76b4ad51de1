"""What is promised, and the most that an attacker could reach."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dpsynth.report.charts.budget import budget_bar
from dpsynth.report.charts.icons import swatch
from dpsynth.report.charts.people import people
from dpsynth.report.charts.roc import roc
from dpsynth.report.numerals import digest
from dpsynth.report.pages.blocks import Figure, Table
from dpsynth.report.pages.decision import unit
from dpsynth.report.words import Words

TICKS = (0.0, 0.5, 1.0)
PICTURED = 1
"""Which of the ceiling's points is drawn with people: 10 wrong accusations."""


def claim(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """The claim sheet, in the order of NIST SP 800-226."""
    p, identity = f["privacy"], f["identity"]
    places = {
        "epsilon": t.n.up(p["epsilon"]),
        "claimed": t.n.up(p["epsilon_claimed"]),
        "delta": t.n.small(p["delta"]),
        "factor": t.n.up(p["odds_factor"], 1),
        "eta": t.n.small(p["eta"]),
        "unit": unit(f, t),
        "bounds": ", ".join(f"{b['table']} {t.n.count(b['rows'])}" for b in p["bounds"]),
        "rows": t.n.count(p["rows_per_unit"]),
        "patients": t.n.count(p["max_patients"]),
        "expected": t.n.small(p["delta_times_patients"]),
        "bound_source": t.name("evidence", p["bound_source"]),
        "sampler": f["provenance"]["sampler"],
        "population": identity["population"],
        "statements": t.n.count(len(f["unprotected"]["statements"]) + len(f["unprotected"]["invariants"])),
    }
    if p["sampled"]:
        definition = t("claim.definition.sampled", **places)
    else:
        units = {"mu": t.n.up(p["mu"], 4), "rho": t.n.up(p["rho"], 4), "zcdp": t.n.up(p["epsilon_zcdp"])}
        definition = t("claim.definition.text", **places, **units)
    waves = f["contents"].get("waves")
    said = {"bound": "claim.bound.tables"} if p["bounds"] else {"bound": "claim.bound.waves"} if waves else {}
    places["waves"] = t.n.count(len(waves["labels"])) if waves else ""
    keys = (
        "unit",
        "bound",
        "neighbours",
        "delta",
        "adversary",
        "composition",
        "outside",
        "after",
        "build",
    )
    return {
        "lead": t("claim.lead"),
        "rows": [
            (t("claim.definition"), definition),
            *((t(f"claim.{k}"), t(said.get(k, f"claim.{k}.text"), **places)) for k in keys),
        ],
        "training": _training(p, t) if p["sampled"] else None,
        "audit": _audit(f["audit"], p["epsilon_claimed"], t),
    }


def _training(p: dict[str, Any], t: Words) -> dict[str, Any]:
    """What was learned from samples of people: how, what is proven, and what is not."""
    sums, record = p["sampled"], p["training"]
    places = {
        "steps": t.n.count(sum(s["steps"] for s in sums)),
        "rate": ", ".join(dict.fromkeys(t.n.in_percent(t.n.plain(float(f"{100 * s['rate']:.3g}"))) for s in sums)),
        "sigma": ", ".join(dict.fromkeys(t.n.fixed(s["sigma"], 3) for s in sums)),
        "alone": ", ".join(t.n.up(s["alone"]) for s in sums),
        "ends": t.n.small(sum(s["truncation_delta"] for s in sums)),
        "bits": sums[0]["bits"],
    }
    keys = ["sampling", "bound", "constants", "accounting", "proven", "open", "random"]
    rows = [(t(f"training.{k}"), t(f"training.{k}.text", **places)) for k in keys]
    if record is not None:
        places |= {
            "ratio": t.n.up(record["noise_to_signal"]),
            "parameters": t.n.count(record["parameters"]),
            "batch": t.n.count(round(record["batch"])),
            "limit": t.n.fixed(record["limit"], 2),
            **{name: t.n.fixed(distance, 2) for name, distance in record["distances"].items()},
        }
        verdict = t(f"training.check.{record['chosen']}" if record["released"] else "training.check.other")
        rows += [
            (t("training.signal"), t("training.signal.text", **places)),
            (t("training.check"), verdict + Markup(" ") + t("training.check.distances", **places)),
            (t("training.deleted"), t("training.deleted.text")),
        ]
    return {"title": t("training.title"), "lead": t("training.lead"), "rows": rows}


def _audit(a: dict[str, Any], epsilon: float, t: Words) -> dict[str, Any]:
    """How the promise was tested, and what the test could have seen."""
    rows: list[list[Markup | str]] = [
        [
            t("audit.claim", epsilon=t.n.up(c["epsilon"])),
            t.n.low(c["shown"], 2),
            t.n.low(c["possible"], 1),
            t.n.count(c["runs"]),
            t.n.count(c["whole_runs"]) if c["whole_runs"] else t("audit.not_run"),
            t("audit.contradicted" if c["contradicted"] else "audit.consistent"),
        ]
        for c in a["claims"]
    ]
    places = {
        "people": t.n.count(len(a["people"])),
        "caught": t.n.count(a["caught"]),
        "mutants": t.n.count(a["mutants"]),
    }
    easier = [t.n.up(c["epsilon"]) for c in a["claims"] if c["epsilon"] > epsilon]
    scope = [t("audit.several")] if a["several_tables"] else []
    scope += [t(f"audit.people.{'one' if len(a['people']) == 1 else 'other'}", **places)]
    if not any(c["whole_runs"] for c in a["claims"]):
        scope.append(t("audit.not_whole"))
    scope.append(t("audit.mutants" if a["mutants"] else "audit.no_mutants", **places))
    return {
        "title": t("audit.title"),
        "lead": t("audit.lead"),
        "table": Table(
            t("audit.table", delta=t.n.small(a["delta"])),
            [t(f"audit.{k}") for k in ("promise", "shown", "possible", "runs", "whole", "outcome")],
            rows,
            frozenset({1, 2, 3, 4}),
        ),
        "scope": Markup(" ").join(scope),
        "second": t("audit.second", epsilon=easier[0]) if easier else "",
        "limits": t("audit.limits"),
    }


def ceiling(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Natural frequencies from the exact trade-off curve."""
    c = f["ceiling"]
    point = c["points"][PICTURED]
    total = t.n.count(c["people"])
    table = Table(
        t("ceiling.table", people=total),
        [t("ceiling.accused", people=total), t("ceiling.guess"), t("ceiling.found", people=total), t("ceiling.right")],
        [
            [
                t.n.count(x["accused"]),
                t.n.count(x["accused"]),
                t.n.count(x["found"]),
                t("ceiling.of100", n=t.n.up(100 * x["right"], 0)),
            ]
            for x in c["points"]
        ],
        frozenset({0, 1, 2, 3}),
    )
    places = {"people": total, "accused": t.n.count(point["accused"]), "found": t.n.count(point["found"])}
    points = measured_points(f)
    words = (str(t("roc.x")), str(t("roc.y")), str(t("roc.ceiling")), str(t("roc.guess")))
    return {
        "lead": t("ceiling.lead", **places),
        "arrays": [
            (
                people(point["accused"], c["people"], 40, str(t("ceiling.guessing.chart", **places))),
                t("ceiling.guessing", **places),
            ),
            (
                people(point["found"], c["people"], 40, str(t("ceiling.reached.chart", **places))),
                t("ceiling.reached", **places),
            ),
        ],
        "legend": [(swatch("found"), t("ceiling.legend.found")), (swatch("person"), t("ceiling.legend.person"))],
        "table": table,
        "note": t("ceiling.right.note"),
        "roc": Figure(
            roc(c["curve"], points, _ticks(t), words, str(t("roc.chart", auc=t.n.up(c["auc"], 3)))),
            t("roc.caption.measured" if points else "roc.caption"),
            [],
            Table(
                t("roc.table"),
                [t("roc.x"), t("roc.y.most")],
                [[t.n.percent(x), t.n.percent_high(y)] for x, y in c["curve"][4::6]],
                frozenset({0, 1}),
            ),
            beside=True,
        ),
        "pairs": t("ceiling.pairs", auc=t.n.up(100 * c["auc"], 1), accuracy=t.n.up(100 * c["accuracy"], 1)),
        "remark": t("ceiling.remark"),
    }


def _ticks(t: Words) -> list[tuple[float, str]]:
    return [(x, t.n.in_percent(t.n.count(100 * x)) if x else "0") for x in TICKS]


def measured_points(f: dict[str, Any]) -> list[tuple[float, float]]:
    """Operating points of attacks on real people that the sample could carry; internal edition only."""
    if f["edition"] != "internal":
        return []
    return [
        (r["control"], r["members"])
        for a in f["attacks"]
        for r in a["rates"]
        if a["family"] == "membership"
        and r["resolvable"]
        and r["ceiling"] is not None
        and not isinstance(r["members"], list)
    ]


def budget(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """The ledger of these people."""
    b = f["budget"]
    parts: list[tuple[Any, float]] = [(e["state"], e["share"]) for e in b["earlier"] if e["share"]]
    rows: list[list[Markup | str]] = [
        [
            e["release_id"],
            t.n.date(e["date"]),
            t(f"ledger.{e['state']}"),
            t.n.up(e["epsilon"]) if e["known"] else t("ledger.unknown"),
            t.n.percent_up(e["share"]) if e["known"] else t("ledger.unknown"),
        ]
        for e in b["earlier"]
    ]
    rows.append(
        [
            f["identity"]["release_id"],
            t.n.date(f["identity"]["run_date"]),
            t("ledger.this"),
            t.n.up(b["epsilon_release"]),
            t.n.percent_up(b["share_release"]),
        ]
    )
    rows.append([t("ledger.left"), "", "", "", t.n.percent_down(b["share_left"])])
    places = {
        "limit": t.n.fixed(b["epsilon_limit"], 2),
        "delta": t.n.small(b["delta"]),
        "total": t.n.up(b["epsilon_total"]),
        "used": t.n.percent_up(b["share_used"]),
        "left": t.n.percent_down(b["share_left"]),
        "population": f["identity"]["population"],
        "release": t.n.up(f["privacy"]["epsilon"]),
        "alone": t.n.up(b["epsilon_release"]),
    }
    kinds = [k for k in ("committed", "open") if b[k]]
    if any(kind == "imported" for kind, _ in parts):
        kinds.append("imported")
    return {
        "lead": t("budget.lead", **places),
        "demo": t("budget.demo") if f["identity"]["throw_away_ledger"] else "",
        "unbounded": "" if b["total_known"] else t("budget.unbounded"),
        "figure": Figure(
            budget_bar([*parts, ("release", b["share_release"])], str(t("budget.chart", **places))),
            t("budget.caption", **places),
            [(swatch(k), t(f"ledger.{k}")) for k in (*kinds, "release", "left")],
            Table(
                t("budget.table"),
                [t("budget.entry"), t("budget.date"), t("budget.state"), t("budget.epsilon"), t("budget.share")],
                rows,
                frozenset({3, 4}),
            ),
        ),
        "notes": [t("budget.two_epsilons", **places), t("budget.add", **places)],
        "changes_lead": t("budget.changes" if b["changes"] else "budget.unchanged"),
        "changes": [_change(c, t) for c in b["changes"]],
        "head": t(
            "budget.head",
            sequence=t.n.count(f["identity"]["ledger_sequence"]),
            head=digest(f["identity"]["ledger_head"], 16),
        ),
    }


def _change(c: dict[str, Any], t: Words) -> Markup:
    """A raise or a lowering of the budget, which every later report lists."""
    return t(
        f"budget.change.{c['kind']}",
        date=t.n.date(c["date"]),
        sequence=t.n.count(c["sequence"]),
        old=t.n.plain(c["old_epsilon"]),
        new=t.n.plain(c["new_epsilon"]),
        old_delta=t.n.small(c["old_delta"]),
        new_delta=t.n.small(c["new_delta"]),
    )
