"""The sentence of a finding."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dpsynth.policy.judging import Thresholds
from dpsynth.report.numerals import Numerals
from dpsynth.report.words import Words

SHOWN_COLUMNS = 3
OUR_SOURCES = {getattr(Thresholds(), name).source: name for name in Thresholds.model_fields}
"""Source of a limit -> its name, for limits that the policy leaves at their defaults: these texts are ours."""


def source(text: str, t: Words) -> Markup:
    """Who says that a limit is right."""
    return t(f"limit.source.{OUR_SOURCES[text]}") if text in OUR_SOURCES else t.own(text)


def sentence(finding: dict[str, Any], t: Words) -> Markup:
    """One plain sentence with the value and the limit."""
    rule, status = finding["rule"], finding["status"]
    places: dict[str, Any] = {"subject": t.name("attack", finding["subject"]) if finding["subject"] else ""}
    value, details = finding["value"], finding["details"]
    match rule:
        case "claim":
            places |= {
                "value": t.n.up(value),
                "claimed": t.n.up(details["claimed"]),
                "delta": t.n.small(details["delta"]),
            }
        case "audit":
            places |= {
                "runs": t.n.count(value),
                "shown": t.n.low(details["shown"], 2),
                "possible": t.n.low(details["possible"], 1),
            }
        case "epsilon_release" | "epsilon_lifetime":
            places |= {"value": t.n.up(value), **_limits(finding, t)}
            if status == "review" and details.get("throw_away"):
                status = "unknown"
                places["covered"] = t("finding.covers.release" if details["alone"] else "finding.covers.ledger")
        case "legal":
            places |= {"missing": Markup(", ").join(t(f"missing.{what}") for what in value)}
        case "delta":
            places |= {"value": t.n.small(value), **_limits(finding, t)}
        case "unit":
            places |= {"unit": t.name("unit", value)}
        case "two_way_paid":
            shown, sd = t.n.with_noise(100 * value, 100 * details["noise_sd"])
            places |= {
                "value": shown,
                "sd": sd,
                "marginals": t.n.count(details["marginals"]),
                **_limits(finding, t, 100),
            }
        case "two_way_free":
            floor = t.n.fixed(100 * (details["floor"] or 0.0), 1)
            places |= {
                "value": t.n.fixed(100 * value, 1),
                "floor": floor,
                "marginals": t.n.count(details["marginals"]),
                **_limits(finding, t, 100),
            }
        case "outside_domain":
            places |= {"pass_limit": t.n.percent(finding["pass_limit"], 0)}
            if details["columns"]:
                places |= _outside(finding, t)
        case "membership_ceiling":
            places |= {"low": t.n.low(details["low"], 3), "ceiling": t.n.up(details["ceiling"], 3)}
        case "match_excess":
            places |= {
                "value": t.n.percent_high(value),
                **{k: t.n.in_percent(v) for k, v in _limits(finding, t, 100).items()},
            }
            places["trials"] = t.name("finding.trials", details.get("statistic", "excess_share"))
        case _ if rule.startswith("attack_") and "statistic" in details:
            kind, ceiling = details["statistic"], details["ceiling"]
            places |= {
                "value": statistic(value, kind, t.n),
                "low": lower(details["low"], kind, t.n),
                "high": upper(details["high"], kind, t.n),
                "detectable": upper(details["detectable"], kind, t.n),
                "baseline": statistic(details["baseline"], kind, t.n),
                "ceiling": "" if ceiling is None else upper(ceiling, kind, t.n),
                "people": t.n.count(details["n_control"]),
            }
            if rule == "attack_passed" and details["low"] > details["baseline"]:
                status = "unlimited" if ceiling is None else "above"
        case _:
            places |= {"value": t.n.plain(value)}
    return t(f"finding.{rule}.{status}", **places)


def statistic(value: float, kind: str, n: Numerals) -> str:
    """An attack's number: an AUC with three digits, a share in percent."""
    return n.fixed(value, 3) if kind == "auc" else n.in_percent(n.fixed(100 * value, 1))


def upper(value: float, kind: str, n: Numerals) -> str:
    """The same, rounded up: ceilings, upper ends, what a test can see."""
    return n.up(value, 3) if kind == "auc" else n.percent_high(value)


def lower(value: float, kind: str, n: Numerals) -> str:
    """The same, rounded down: lower ends of intervals."""
    return n.low(value, 3) if kind == "auc" else n.percent_low(value)


def _outside(finding: dict[str, Any], t: Words) -> dict[str, Any]:
    """The worst level with its kind, and the names of further columns."""
    details = finding["details"]
    first, *others = details["columns"]
    level = t(
        f"finding.level.{details['kind']}",
        column=first,
        value=t.n.percent(finding["value"]),
        limit=t.n.percent(finding["pass_limit"], 0),
    )
    rest = len(others) - SHOWN_COLUMNS
    more = t("finding.more", n=t.n.count(rest)) if rest > 0 else ""
    likewise = t("finding.level.more", columns=", ".join(others[:SHOWN_COLUMNS]), more=more) if others else ""
    return {"level": level, "more": likewise}


def _limits(finding: dict[str, Any], t: Words, scale: float = 1.0) -> dict[str, str]:
    return {name: t.n.plain(finding[name] * scale) for name in ("pass_limit", "review_limit")}
