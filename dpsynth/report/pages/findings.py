"""The sentence of a finding."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dpsynth.report import numerals as n
from dpsynth.report.words import Words

SHOWN_COLUMNS = 3


def sentence(finding: dict[str, Any], t: Words) -> Markup:
    """One plain sentence with the value and the limit."""
    rule, status = finding["rule"], finding["status"]
    places: dict[str, Any] = {"subject": t.name("attack", finding["subject"]) if finding["subject"] else ""}
    value, details = finding["value"], finding["details"]
    match rule:
        case "claim":
            places |= {"value": n.up(value), "claimed": n.up(details["claimed"]), "delta": n.small(details["delta"])}
        case "audit":
            places |= {
                "runs": n.count(value),
                "shown": n.low(details["shown"], 2),
                "possible": n.low(details["possible"], 1),
            }
        case "epsilon_release" | "epsilon_lifetime":
            places |= {"value": n.up(value), **_limits(finding)}
            if status == "review" and details.get("throw_away"):
                status = "unknown"
                places["covered"] = t("finding.covers.release" if details["alone"] else "finding.covers.ledger")
        case "legal":
            places |= {"missing": ", ".join(t(f"missing.{what}") for what in value)}
        case "delta":
            places |= {"value": n.small(value), **_limits(finding)}
        case "unit":
            places |= {"unit": t.name("unit", value)}
        case "two_way_paid":
            shown, sd = n.with_noise(100 * value, 100 * details["noise_sd"])
            places |= {"value": shown, "sd": sd, "marginals": n.count(details["marginals"]), **_limits(finding, 100)}
        case "two_way_free":
            floor = n.fixed(100 * (details["floor"] or 0.0), 1)
            places |= {
                "value": n.fixed(100 * value, 1),
                "floor": floor,
                "marginals": n.count(details["marginals"]),
                **_limits(finding, 100),
            }
        case "outside_domain":
            places |= {"pass_limit": n.percent(finding["pass_limit"], 0)}
            if details["columns"]:
                places |= _outside(finding, t)
        case "membership_ceiling":
            places |= {"low": n.low(details["low"], 3), "ceiling": n.up(details["ceiling"], 3)}
        case "match_excess":
            places |= {"value": n.percent_high(value), **{k: f"{v}%" for k, v in _limits(finding, 100).items()}}
            places["trials"] = t.name("finding.trials", details.get("statistic", "excess_share"))
        case _ if rule.startswith("attack_") and "statistic" in details:
            kind, ceiling = details["statistic"], details["ceiling"]
            places |= {
                "value": statistic(value, kind),
                "low": lower(details["low"], kind),
                "high": upper(details["high"], kind),
                "detectable": upper(details["detectable"], kind),
                "baseline": statistic(details["baseline"], kind),
                "ceiling": "" if ceiling is None else upper(ceiling, kind),
                "people": n.count(details["n_control"]),
            }
            if rule == "attack_passed" and details["low"] > details["baseline"]:
                status = "unlimited" if ceiling is None else "above"
        case _:
            places |= {"value": n.plain(value)}
    return t(f"finding.{rule}.{status}", **places)


def statistic(value: float, kind: str) -> str:
    """An attack's number: an AUC with three digits, a share in percent."""
    return n.fixed(value, 3) if kind == "auc" else f"{n.fixed(100 * value, 1)}%"


def upper(value: float, kind: str) -> str:
    """The same, rounded up: ceilings, upper ends, what a test can see."""
    return n.up(value, 3) if kind == "auc" else n.percent_high(value)


def lower(value: float, kind: str) -> str:
    """The same, rounded down: lower ends of intervals."""
    return n.low(value, 3) if kind == "auc" else n.percent_low(value)


def _outside(finding: dict[str, Any], t: Words) -> dict[str, Any]:
    """The worst level with its kind, and the names of further columns."""
    details = finding["details"]
    first, *others = details["columns"]
    level = t(
        f"finding.level.{details['kind']}",
        column=first,
        value=n.percent(finding["value"]),
        limit=n.percent(finding["pass_limit"], 0),
    )
    rest = len(others) - SHOWN_COLUMNS
    more = t("finding.more", n=rest) if rest > 0 else ""
    likewise = t("finding.level.more", columns=", ".join(others[:SHOWN_COLUMNS]), more=more) if others else ""
    return {"level": level, "more": likewise}


def _limits(finding: dict[str, Any], scale: float = 1) -> dict[str, str]:
    return {
        "pass_limit": f"{finding['pass_limit'] * scale:g}",
        "review_limit": f"{finding['review_limit'] * scale:g}",
    }
