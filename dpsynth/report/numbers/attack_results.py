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
        for name in p.policy.attacks.run
    ]


def results(attacks: Sequence[AttackResult], minimum: int) -> list[dict[str, Any]]:
    """Everything, for the internal edition.

    Args:
        attacks: what was run.
        minimum: groups of fewer people than this are not printed.
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
            "note": Fact(a.note, "real"),
            "controls": [_control(c) for c in a.controls],
            "rates": [_rate(r, minimum) for r in a.rates],
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


def _rate(r: Rate, minimum: int) -> dict[str, Any]:
    shown = min(r.n_members, r.n_control) >= minimum
    return {
        "name": Fact(r.name, "config"),
        "shown": Fact(shown, "real"),
        "members": Fact(r.members if shown else None, "real"),
        "members_interval": _interval(r.members_interval) if shown else Fact(None, "real"),
        "control": Fact(r.control if shown else None, "real"),
        "control_interval": _interval(r.control_interval) if shown else Fact(None, "real"),
        "n_members": Fact(r.n_members if shown else None, "real"),
        "n_control": Fact(r.n_control if shown else None, "real"),
        "ceiling": Fact(r.ceiling, "real"),
        "p_value": Fact(r.p_value if shown else None, "real"),
        "resolvable": Fact(r.resolvable and shown, "real"),
    }
