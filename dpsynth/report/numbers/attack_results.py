"""Attacks: in full inside the centre, by name and ceiling outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published

if TYPE_CHECKING:
    from dpsynth.attacks.base import AttackResult, Control, Interval, Rate


def announced(p: Published) -> list[dict[str, Any]]:
    """What the public may know: which attacks the policy demands, and what the budget allows any of them."""
    return [
        {"name": Fact(name, "config"), "status": Fact("internal", "config"), "ceiling": Fact(p.guarantee.auc, "post")}
        for name in p.policy.attack_names
    ]


def results(attacks: Sequence[AttackResult], minimum: int) -> list[dict[str, Any]]:
    """Everything, for the internal edition.

    Args:
        attacks: what was run.
        minimum: groups of fewer people than this are not printed, and rates made of fewer hits are ranges.
    """
    return [
        {
            "name": Fact(a.attack, "config"),
            "family": Fact(a.family, "config"),
            "statistic": Fact(a.statistic, "config"),
            "status": Fact(a.status, "real"),
            "value": Fact(a.value, "real"),
            "interval": _interval(a.interval),
            "baseline": Fact(a.baseline, "real"),
            "ceiling": Fact(a.ceiling, "real"),
            "n_members": Fact(a.n_members, "real"),
            "n_control": Fact(a.n_control, "real"),
            "detectable": Fact(a.detectable, "real"),
            "remarks": Fact([{"id": r.id, "counts": dict(r.counts)} for r in a.remarks], "real"),
            "controls": [_control(c) for c in a.controls],
            "rates": [_rate(r, minimum) for r in a.rates],
            "rare_share": _rare_share(a, minimum),
        }
        for a in attacks
    ]


def _interval(i: Interval) -> Fact:
    return Fact([i.low, i.high, i.confidence], "real")


def _control(c: Control) -> dict[str, Any]:
    return {
        "name": Fact(c.name, "config"),
        "kind": Fact(c.kind, "config"),
        "data": Fact(c.data, "config"),
        "value": Fact(c.value, "real"),
        "interval": _interval(c.interval),
        "power": Fact(c.power, "real"),
        "outcome": Fact(c.outcome, "real"),
    }


def _rare_share(a: AttackResult, minimum: int) -> Fact:
    """How many of the people trained on have a rare record, where the attack says so."""
    people = {r.name: r.n_members for r in a.rates}
    rare, everybody = people.get("rare_near", 0), people.get("all_near", 0)
    known = everybody >= minimum and bracket(rare, everybody, minimum) is None
    return Fact(rare / everybody if known else None, "real")


def bracket(hits: int, people: int, minimum: int) -> list[float] | None:
    """The range that stands for a share of too few people, or of all but too few; None where the share may be shown."""
    if 0 < hits < minimum:
        return [0.0, min(1.0, minimum / people)]
    if 0 < people - hits < minimum:
        return [max(0.0, 1 - minimum / people), 1.0]
    return None


def _rate(r: Rate, minimum: int) -> dict[str, Any]:
    """A rate whose hits are few is a range; what would give the hits away (interval, ceiling, p value) goes with it."""
    shown = min(r.n_members, r.n_control) >= minimum
    members = bracket(round(r.members * r.n_members), r.n_members, minimum)
    control = bracket(round(r.control * r.n_control), r.n_control, minimum)
    exact = shown and members is None and control is None
    return {
        "name": Fact(r.name, "config"),
        "shown": Fact(shown, "real"),
        "members": Fact((r.members if members is None else members) if shown else None, "real"),
        "members_interval": _interval(r.members_interval) if shown and members is None else Fact(None, "real"),
        "control": Fact((r.control if control is None else control) if shown else None, "real"),
        "control_interval": _interval(r.control_interval) if shown and control is None else Fact(None, "real"),
        "n_members": Fact(r.n_members if shown else None, "real"),
        "n_control": Fact(r.n_control if shown else None, "real"),
        "ceiling": Fact(r.ceiling if shown and control is None else None, "real"),
        "p_value": Fact(r.p_value if exact else None, "real"),
        "resolvable": Fact(r.resolvable and shown, "real"),
    }
