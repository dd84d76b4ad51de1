"""Pass, review or block: every rule with its value, its limit and the limit's source.

Rules about published values and rules about real people are separate functions; the public verdict is computed by the
first alone. `block` cannot be overruled here. The sentence of a finding is `finding.<rule>.<status>` of the locale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dpsynth.policy.judging import Threshold
from dpsynth.policy.schema import Policy
from dpsynth.privacy.units import Delta
from dpsynth.report.facts import Fact, Origin
from dpsynth.report.inputs import Inside, Published
from dpsynth.report.numbers.columns import outside
from dpsynth.report.numbers.usefulness import two_way_figure

if TYPE_CHECKING:
    from dpsynth.attacks.base import AttackResult

Status = Literal["pass", "review", "block"]
Side = Literal["risk", "benefit"]
ORDER: tuple[Status, ...] = ("pass", "review", "block")

NEVER_BLOCK = frozenset({"outside_domain_share"})
"""Limits above which somebody must judge, however large the value is."""

ALMOST = 1e-9
"""Relative slack where two computations of the same epsilon are compared."""
EXCESS = ("reidentification", "singling_out", "linkability", "inference")
"""Families of attacks whose result is what members show beyond held-out people."""
SURE = 2.0
"""A noisy share is above a limit only if it stays there after subtracting this many noise standard deviations."""


@dataclass(frozen=True)
class Finding:
    """What one rule says about one subject.

    Attributes:
        rule: id of the rule.
        status: pass, review or block.
        side: whether the rule is about risk or about benefit.
        anchor: section of the report with the evidence.
        origin: where its inputs come from; `real` findings stay inside.
        value: what was compared.
        limit: the policy's limit, where there is one.
        subject: which attack, where there are several.
        details: further values for the sentence.
        blocks: whether a value above the limit's `review` blocks the release.
    """

    rule: str
    status: Status
    side: Side
    anchor: str
    origin: Origin
    value: Any = None
    limit: Threshold | None = None
    subject: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    blocks: bool = True

    def facts(self) -> dict[str, Any]:
        """For facts.json."""
        return {
            "rule": Fact(self.rule, "config"),
            "subject": Fact(self.subject, "config"),
            "status": Fact(self.status, self.origin),
            "side": Fact(self.side, "config"),
            "anchor": Fact(self.anchor, "config"),
            "value": Fact(self.value, self.origin),
            "pass_limit": Fact(None if self.limit is None else self.limit.pass_, "config"),
            "review_limit": Fact(self.limit.review if self.limit and self.blocks else None, "config"),
            "source": Fact(None if self.limit is None else self.limit.source, "config"),
            "details": Fact(self.details, self.origin),
        }


def overall(findings: Sequence[Finding]) -> Status:
    """The worst status."""
    return max((f.status for f in findings), key=ORDER.index, default="pass")


def judge(value: float, limit: Threshold) -> Status:
    """Where a value stands between the two limits; not a number is never good."""
    if value <= limit.pass_:
        return "pass"
    return "review" if value <= limit.review else "block"


# ------------------------------------------------------------------------------------- rules about published values


def published(p: Published) -> list[Finding]:
    """All rules whose inputs may leave the centre."""
    return [
        *_is_a_release(p),
        *_protection_is_complete(p),
        _claim_holds(p),
        _audit(p),
        _epsilon_of_release(p),
        _epsilon_of_lifetime(p),
        _delta(p),
        _unit(p),
        _legal(p),
        _two_way(p),
        _outside_domain(p),
        *_holds_together(p),
    ]


AUDITED = 500
"""Runs below which an audit has little power."""


def _audit(p: Published) -> Finding:
    """An audit that contradicts the promise blocks; one that was too short to see much has to be judged."""
    status: Status = "pass" if p.audit.runs >= AUDITED else "review"
    if not p.audit.passed:
        status = "block"
    details = {"shown": p.audit.shown_epsilon(p.epsilon), "possible": p.audit.possible_epsilon(p.epsilon)}
    return Finding("audit", status, "risk", "claim", "audit", p.audit.runs, details=details)


def _is_a_release(p: Published) -> list[Finding]:
    found: list[Finding] = []
    if p.rehearsal:
        found.append(Finding("rehearsal", "block", "risk", "provenance", "config", True))
    status: Status = "pass" if p.noise_is_private else "block"
    found.append(Finding("noise", status, "risk", "provenance", "config", p.provenance.sampler))
    return found


def _protection_is_complete(p: Published) -> list[Finding]:
    statements = [*p.unprotected, *(i.fact for i in p.policy.privacy.invariants)]
    status: Status = "block" if statements else "pass"
    return [Finding("unprotected", status, "risk", "unprotected", "config", len(statements))]


def _claim_holds(p: Published) -> Finding:
    epsilon = p.guarantee.epsilon(Delta(p.delta)).value
    status: Status = "pass" if epsilon <= p.epsilon * (1 + ALMOST) else "block"
    return Finding("claim", status, "risk", "claim", "post", epsilon, details={"claimed": p.epsilon, "delta": p.delta})


def _epsilon_of_release(p: Published) -> Finding:
    limit = p.policy.thresholds.epsilon_release
    epsilon = p.guarantee.epsilon(Delta(p.delta)).value
    return Finding("epsilon_release", judge(epsilon * (1 - ALMOST), limit), "risk", "claim", "post", epsilon, limit)


def _epsilon_of_lifetime(p: Published) -> Finding:
    """Review at least where not all releases are known: on a demonstration ledger, or after one without protection."""
    limit = p.policy.thresholds.epsilon_lifetime
    rho = p.budget.rho_release + sum(e.rho for e in p.budget.earlier if e.state != "void")
    epsilon = p.budget.epsilon_of(rho, p.budget.order)
    status = judge(epsilon * (1 - ALMOST), limit)
    if (p.budget.throw_away or not p.budget.total_known) and status != "block":
        status = "review"
    details = {
        "throw_away": p.budget.throw_away,
        "unbounded": not p.budget.total_known,
        "alone": all(e.state == "void" for e in p.budget.earlier),
    }
    return Finding("epsilon_lifetime", status, "risk", "budget", "config", epsilon, limit, details=details)


def _delta(p: Published) -> Finding:
    limit = p.policy.thresholds.delta_times_patients
    value = p.delta * p.policy.source.max_patients
    return Finding("delta", judge(value * (1 - ALMOST), limit), "risk", "claim", "config", value, limit)


def _unit(p: Published) -> Finding:
    unit = p.policy.privacy.unit
    return Finding("unit", "pass" if unit == "patient" else "review", "risk", "claim", "config", unit)


def _legal(p: Published) -> Finding:
    legal = p.policy.legal
    missing = [name for name, there in (("basis", legal.basis), ("dpia", legal.dpia)) if not there]
    return Finding("legal", "review" if missing else "pass", "risk", "frames", "config", missing)


def _two_way(p: Published) -> Finding:
    limit, figure = p.policy.thresholds.mean_tvd_two_way, two_way_figure(p)
    if figure is None:
        return Finding("two_way_unknown", "review", "benefit", "usefulness", "config")
    paid = p.paid_two_way is not None
    rule = "two_way_paid" if paid else "two_way_free"
    details = {"marginals": figure.marginals, "noise_sd": figure.noise_sd, "floor": figure.floor}
    origin: Origin = "dp" if paid else "post"
    return Finding(
        rule, judge(figure.mean, limit), "benefit", "usefulness", origin, figure.mean, limit, details=details
    )


def _outside_domain(p: Published) -> Finding:
    """Review at most: a full `other` level harms use, and it may be true of the population."""
    limit = p.policy.thresholds.outside_domain_share
    levels = [(e["column"].value, e["kind"].value, e["share"]) for e in outside(p)]
    over = [(name, kind, s) for name, kind, s in levels if s.value - SURE * (s.noise_sd or 0.0) > limit.pass_]
    over.sort(key=lambda level: -level[2].value)
    return Finding(
        "outside_domain",
        "review" if over else "pass",
        "benefit",
        "small-groups",
        "dp",
        max((s.value for _, _, s in over or levels), default=0.0),
        limit,
        details={"columns": list(dict.fromkeys(name for name, _, _ in over)), "kind": over[0][1] if over else None},
        blocks="outside_domain_share" not in NEVER_BLOCK,
    )


def _holds_together(p: Published) -> list[Finding]:
    """Keys, references, dates, bounds and lists of several tables hold always, or the program is wrong."""
    if p.related is None:
        return []
    broken = sum(check.broken for check in p.related.checks)
    return [Finding("integrity", "block" if broken else "pass", "benefit", "relations", "synthetic", broken)]


# -------------------------------------------------------------------------------------------- rules about real people


def inside(i: Inside, policy: Policy) -> list[Finding]:
    """All rules that look at real people; for the internal verdict only."""
    found: list[Finding] = []
    for name in policy.attack_names:
        if name not in {a.attack for a in i.attacks}:
            found.append(Finding("attack_absent", "review", "risk", "attacks", "config", subject=name))
    for attack in i.attacks:
        found.append(_attack_status(attack))
        if attack.status != "invalid":
            found.extend(_attack_limits(attack, policy))
    return found


def _attack_status(a: AttackResult) -> Finding:
    status: Status = {"passed": "pass", "not_resolvable": "review"}.get(a.status, "block")  # type: ignore[assignment]
    details = {
        "detectable": a.detectable,
        "baseline": a.baseline,
        "statistic": a.statistic,
        "n_control": a.n_control,
        "low": a.interval.low,
        "high": a.interval.high,
        "ceiling": a.ceiling,
    }
    return Finding(f"attack_{a.status}", status, "risk", "attacks", "real", a.value, subject=a.attack, details=details)


def _attack_limits(a: AttackResult, policy: Policy) -> list[Finding]:
    """Limits that the policy sets on the numbers of an attack whose controls held."""
    if a.family == "membership" and a.ceiling is not None:
        limit = policy.thresholds.membership_auc_lower_over_ceiling
        ratio = a.interval.low / a.ceiling if a.ceiling > 0 else math.inf
        details = {"low": a.interval.low, "ceiling": a.ceiling}
        status = judge(ratio, limit)
        return [Finding("membership_ceiling", status, "risk", "attacks", "real", ratio, limit, a.attack, details)]
    if a.family in EXCESS:
        limit = policy.thresholds.exact_match_excess_upper
        high, status = a.interval.high, judge(a.interval.high, limit)
        unseen = a.family != "reidentification" and a.interval.low <= a.baseline
        if status == "block" and (a.status == "not_resolvable" or unseen):
            # Too few people to say anything: a wide interval is no evidence of a leak, but somebody must judge. The
            # criteria of WP 216 have wide intervals at the usual numbers, because claims about outsiders succeed too.
            status = "review"
        kind = {"statistic": a.statistic}
        return [Finding("match_excess", status, "risk", "attacks", "real", high, limit, a.attack, kind)]
    return []
