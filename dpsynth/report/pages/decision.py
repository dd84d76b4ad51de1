"""The first page: what leaves, what the rules say, what is left to judge."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dpsynth.report.charts.budget import budget_bar
from dpsynth.report.charts.forest import limit, strip
from dpsynth.report.charts.icons import icon
from dpsynth.report.charts.people import people
from dpsynth.report.pages.findings import sentence
from dpsynth.report.words import Words

POINTS = 4
"""Points on the first page; all findings stand in the appendix."""
LONGEST = 150
"""Longest free text of the policy on the first page, in characters."""

GROUPS: dict[str, tuple[str, ...]] = {
    "price": ("epsilon_release", "delta"),
    "lifetime": ("epsilon_lifetime",),
    "noise": ("noise", "claim", "audit", "unprotected", "rehearsal"),
    "unit": ("unit",),
    "membership": ("membership_ceiling",),
    "reidentification": ("match_excess",),
    "attacks": ("attack_passed", "attack_leak", "attack_invalid", "attack_not_resolvable", "attack_absent"),
}
"""Lines of the risk column: the worst of these rules."""

ORDER = ("pass", "review", "block")

FEW = 0.01
"""An operating point with at most this share of wrong accusations is one of few accusations."""


def decision(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Everything that the first page shows."""
    verdict, edition = f["verdict"], f["edition"]
    points = [x for x in verdict["findings"] if x["status"] != "pass"]
    return {
        "status": verdict["status"],
        "icon": icon(verdict["status"]),
        "word": t(f"status.{verdict['status']}"),
        "headline": _headline(verdict, edition, t),
        "meaning": t(f"decision.meaning.{verdict['status']}"),
        "scope": t(f"decision.scope.{edition}", attacks=t.n.count(len(f["attacks"]))),
        "tiles": [_release_tile(f, t), _lifetime_tile(f, t), _attack_tile(f, t)],
        "facts": _what_leaves(f, t),
        "risk": _risk(f, t),
        "benefit": _benefit(f, t),
        "points": [{"text": sentence(x, t), "anchor": x["anchor"], **_tag(x["status"], t)} for x in points[:POINTS]],
        "more": t.many("decision.more", len(points) - POINTS) if len(points) > POINTS else "",
        "boxes": [(t(f"sign.{role}"), t(f"sign.{role}.kind")) for role in signers(f)] if edition == "internal" else [],
    }


def signers(f: dict[str, Any]) -> list[str]:
    """Who must sign, by the policy."""
    checkers = ["checker", "checker2"][: f["signoff"]["output_checkers"]]
    return [*checkers, *(["dpo"] if f["signoff"]["dpo_opinion"] else []), "officer"]


def _headline(verdict: dict[str, Any], edition: str, t: Words) -> Markup:
    kind = "verdict.public" if edition == "public" else "verdict"
    rules = t.n.count(len(verdict["findings"]))
    match verdict["status"]:
        case "block":
            return t.many("verdict.block", verdict["blocking"])
        case "review":
            return t.many(f"{kind}.review", verdict["to_judge"], rules=rules)
    return t(f"{kind}.pass", rules=rules)


def _tag(status: str, t: Words) -> dict[str, Any]:
    return {"status": status, "icon": icon(status), "word": t(f"status.{status}")}


def _release_tile(f: dict[str, Any], t: Words) -> dict[str, Any]:
    point = f["ceiling"]["points"][0]
    places = {
        "found": t.n.count(point["found"]),
        "accused": t.n.count(point["accused"]),
        "people": t.n.count(f["ceiling"]["people"]),
    }
    return {
        "question": t("tile.release"),
        "value": t("tile.release.value", epsilon=t.n.up(f["privacy"]["epsilon"])),
        "unit": t("tile.release.unit", delta=t.n.small(f["privacy"]["delta"])),
        "meaning": t("tile.release.meaning", **places),
        "picture": people(point["found"], f["ceiling"]["people"], 64, t("tile.release.chart", **places)),
        "anchor": "ceiling",
    }


def _lifetime_tile(f: dict[str, Any], t: Words) -> dict[str, Any]:
    b = f["budget"]
    used = t.n.percent_up(b["share_used"])
    parts: list[tuple[Any, float]] = [(e["state"], e["share"]) for e in b["earlier"] if e["share"]]
    history = [t.many("tile.lifetime.committed", b["committed"])]
    if b["open"]:
        history.append(t.many("tile.lifetime.open", b["open"]))
    if imported := sum(e["state"] == "imported" and e["known"] for e in b["earlier"]):
        history.append(t.many("tile.lifetime.imported", imported))
    meaning = "tile.lifetime.demo" if f["identity"]["throw_away_ledger"] else "tile.lifetime.meaning"
    return {
        "question": t("tile.lifetime"),
        "value": used,
        "unit": t("tile.lifetime.unit"),
        "meaning": t(
            meaning if b["total_known"] else "tile.lifetime.unbounded",
            total=t.n.up(b["epsilon_total"]),
            limit=t.n.fixed(b["epsilon_limit"], 2),
            history=Markup(" ").join(history),
        ),
        "picture": budget_bar(
            [*parts, ("release", b["share_release"])],
            t("tile.lifetime.chart", used=used, release=t.n.percent_up(b["share_release"])),
            240,
        ),
        "anchor": "budget",
    }


def _attack_tile(f: dict[str, Any], t: Words) -> dict[str, Any]:
    ceiling = t.n.up(100 * f["ceiling"]["auc"], 1)
    strongest = strongest_attack(f)
    if strongest is None:
        internal = f["edition"] == "internal"
        return {
            "question": t("tile.attack.none" if internal else "tile.ceiling"),
            "value": t("tile.pairs", value=ceiling),
            "unit": t("tile.pairs.unit"),
            "meaning": t("tile.attack.none.meaning" if internal else "tile.ceiling.meaning", ceiling=ceiling),
            "picture": limit(0.5, f["ceiling"]["auc"], t("tile.ceiling.chart", ceiling=ceiling)),
            "anchor": "attacks",
        }
    low, high, confidence = strongest["interval"]
    places = {
        "value": t.n.fixed(100 * strongest["value"], 1),
        "low": t.n.low(100 * low, 1),
        "high": t.n.up(100 * high, 1),
        "confidence": t.n.percent(confidence, 0),
        "ceiling": t.n.up(100 * strongest["ceiling"], 1),
        "baseline": t.n.fixed(100 * strongest["baseline"], 0),
        "who": t.name("who", strongest["name"]) if f"who.{strongest['name']}" in t.sentences else "",
        "better": t("tile.attack.better") if low > strongest["baseline"] and strongest["status"] == "passed" else "",
    }
    return {
        "question": t("tile.attack"),
        "value": t("tile.pairs", value=places["value"]),
        "unit": t("tile.pairs.unit"),
        "meaning": t("tile.attack.meaning", **places),
        "picture": strip(
            strongest["value"], low, high, strongest["baseline"], strongest["ceiling"], t("tile.attack.chart", **places)
        ),
        "anchor": "attacks",
    }


def strongest_attack(f: dict[str, Any]) -> dict[str, Any] | None:
    """The membership attack with the largest value among those whose controls held; None outside the centre."""
    if f["edition"] != "internal":
        return None
    valid = [
        a for a in f["attacks"] if a["statistic"] == "auc" and a["ceiling"] is not None and a["status"] != "invalid"
    ]
    return max(valid, key=lambda a: float(a["value"]), default=None)


def _what_leaves(f: dict[str, Any], t: Words) -> list[tuple[Markup, Markup]]:
    c, purpose = f["contents"], f["purpose"]
    audience = t.name("audience", purpose["audience"])
    recipients = purpose["recipients"] and _short(purpose["recipients"], t)
    return [
        (
            t("decision.what"),
            t(
                "decision.what.tables" if len(c["tables"]) > 1 else "decision.what.text",
                columns=t.n.count(c["columns"]),
                rows=t.n.count(c["synthetic_rows"]),
                tables=t.n.count(len(c["tables"])),
            ),
        ),
        (
            t("decision.whom"),
            t("decision.whom.text", audience=audience, recipients=recipients) if recipients else audience,
        ),
        (t("decision.purpose"), _short(purpose["purpose"], t)),
        (
            t("decision.about"),
            t(
                "decision.about.text",
                people=t.n.count(f["privacy"]["max_patients"]),
                sensitive=t.n.count(c["sensitive"]),
                recognise=t.n.count(c["recognise"]),
            ),
        ),
        *_missing(f, t),
        (t("decision.unit"), unit(f, t)),
        (t("decision.unprotected"), t("decision.unprotected.text")),
    ]


def unit(f: dict[str, Any], t: Words) -> Markup:
    """What is protected."""
    p, several = f["privacy"], len(f["contents"]["tables"]) > 1
    return t("unit.promise.tables") if several and p["unit"] == "patient" else t.name("unit.promise", p["unit"])


def _missing(f: dict[str, Any], t: Words) -> list[tuple[Markup, Markup]]:
    """What the law asks for and the policy does not say."""
    missing = [t(f"missing.{what}") for x in f["verdict"]["findings"] if x["rule"] == "legal" for what in x["value"]]
    return [(t("decision.missing"), t("decision.missing.text", what=Markup(", ").join(missing)))] if missing else []


def _short(translations: dict[str, str], t: Words) -> Markup:
    return t.pick({language: short(text) for language, text in translations.items()})


def short(text: str) -> str:
    """A text that fits the first page; the policy in the appendix has it in full."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


def _risk(f: dict[str, Any], t: Words) -> list[dict[str, Any]]:
    lines = []
    for group, rules in GROUPS.items():
        statuses = [x["status"] for x in f["verdict"]["findings"] if x["rule"] in rules]
        if statuses:
            tag = _tag(max(statuses, key=ORDER.index), t)
            known = f["budget"]["total_known"] and not f["identity"]["throw_away_ledger"]
            if group == "lifetime" and not known and tag["status"] == "review":
                tag["word"] = t("status.unknown")
            lines.append({"text": t(f"risk.{group}"), **tag})
    if (people := few_accusations(f)) is not None:
        lines.append(_grey(t("risk.few"), t("status.few", n=t.n.count(people))))
    if f["edition"] == "public":
        lines.append(_grey(t("risk.inside"), t("status.inside")))
    if (missing := untested(f)) is not None:
        lines.append(_grey(t(f"risk.untested.{missing}"), t("status.untested")))
    return lines


def untested(f: dict[str, Any]) -> str | None:
    """Which questions no attack asks: linkage with other data, inference of a trait, both; None if none is left."""
    missing = {"linkage", "inference"} - {a["name"] for a in f["attacks"]}
    return "both" if len(missing) == 2 else next(iter(missing), None)


def _grey(text: Markup, word: Markup) -> dict[str, Any]:
    return {"text": text, "status": "none", "icon": "", "word": word}


def few_accusations(f: dict[str, Any]) -> int | None:
    """Held-out people, where they are too few to test an attacker who accuses few; None where they suffice."""
    if f["edition"] != "internal":
        return None
    tested = [a for a in f["attacks"] if a["family"] == "membership" and a["rates"]]
    enough = any(r["resolvable"] and _wrongly_accused(r["name"]) <= FEW for a in tested for r in a["rates"])
    return max(int(a["n_control"]) for a in tested) if tested and not enough else None


def _wrongly_accused(point: str) -> float:
    """The share in the name of an operating point (`fpr_0.01`)."""
    share = point.removeprefix("fpr_")
    return float(share) if share != point else 1.0


def _benefit(f: dict[str, Any], t: Words) -> list[dict[str, Any]]:
    u = f["utility"]
    lines = [
        {"text": t("benefit.one_way"), **fitness_tag(u["one_way_fitness"], t)},
        {"text": _two_way(u["two_way_fitness"], t), **fitness_tag(u["two_way_fitness"], t)},
        {"text": t("benefit.relations"), **fitness_tag("care", t)}
        if f["relations"]
        else {"text": t("use.waves"), **fitness_tag("care", t)}
        if "waves" in f["contents"]
        else {"text": t("benefit.histories"), **fitness_tag("unfit", t)},
    ]
    if f["candidates"]:
        chosen = Markup.escape(f["contents"]["mechanism"])
        lines.append(_grey(t("benefit.candidates", number=t.n.count(len(f["candidates"]))), chosen))
    lines += [
        {"text": t("benefit.outside_domain"), **_tag(x["status"], t)}
        for x in f["verdict"]["findings"]
        if x["rule"] == "outside_domain"
    ]
    return lines


def _two_way(fitness: str, t: Words) -> Markup:
    what = t("benefit.two_way")
    return t("benefit.near", what=what) if fitness == "near" else what


def fitness_tag(fitness: str, t: Words) -> dict[str, Any]:
    """Fit, with care, not fit, not measured: word, shape and colour."""
    status = {"fit": "pass", "near": "review", "care": "review", "unfit": "none", "unknown": "review"}[fitness]
    return {"status": status, "icon": icon("unfit" if fitness == "unfit" else status), "word": t(f"fitness.{fitness}")}
