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
        case "epsilon_release" | "epsilon_lifetime":
            places |= {"value": n.up(value), **_limits(finding)}
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
            names = details["columns"]
            places |= {
                "columns": ", ".join(names[:SHOWN_COLUMNS]),
                "more": t("finding.more", n=len(names) - SHOWN_COLUMNS) if len(names) > SHOWN_COLUMNS else "",
                "value": n.percent(value),
                "pass_limit": n.percent(finding["pass_limit"], 0),
            }
        case "membership_ceiling":
            places |= {"low": n.fixed(details["low"], 3), "ceiling": n.fixed(details["ceiling"], 3)}
        case "match_excess":
            places |= {"value": n.percent(value), **{k: f"{v}%" for k, v in _limits(finding, 100).items()}}
        case _ if rule.startswith("attack_") and "statistic" in details:
            places |= {
                "value": statistic(value, details["statistic"]),
                "detectable": statistic(details["detectable"], details["statistic"]),
                "baseline": statistic(details["baseline"], details["statistic"]),
                "people": n.count(details["n_control"]),
            }
        case _:
            places |= {"value": n.plain(value)}
    return t(f"finding.{rule}.{status}", **places)


def statistic(value: float, kind: str) -> str:
    """An attack's number: an AUC with three digits, a share in percent."""
    return n.fixed(value, 3) if kind == "auc" else f"{n.fixed(100 * value, 1)}%"


def _limits(finding: dict[str, Any], scale: float = 1) -> dict[str, str]:
    return {
        "pass_limit": f"{finding['pass_limit'] * scale:g}",
        "review_limit": f"{finding['review_limit'] * scale:g}",
    }
