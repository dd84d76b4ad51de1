"""The audit of the promise, for both editions: no real person took part in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published

if TYPE_CHECKING:
    from dpsynth.audit.result import AuditResult, Line


def audit(p: Published) -> dict[str, Any]:
    """What was claimed, what was shown, and what could have been shown at most."""
    a = p.audit
    return {
        "passed": Fact(a.passed, "audit"),
        "code": Fact(a.code, "config"),
        "mechanism": Fact(", ".join(p.policy.synthesis.mechanisms), "config"),
        "several_tables": Fact(any(line.counts == "several" for line in a.lines), "config"),
        "delta": Fact(a.delta, "config"),
        "claims": [_claim(a, epsilon) for epsilon in a.epsilons],
        "people": Fact(sorted({line.case for line in a.lines}), "config"),
        "mutants": Fact(len(a.mutants), "config"),
        "caught": Fact(len(a.mutants) - len(a.missed), "audit"),
    }


def _claim(a: AuditResult, epsilon: float) -> dict[str, Any]:
    lines = [line for line in a.lines if line.epsilon == epsilon]
    measuring = [line for line in lines if not line.whole]
    estimated = max((line.found.estimated_mu for line in measuring), default=0.0)
    return {
        "epsilon": Fact(epsilon, "config"),
        "runs": Fact(_runs(measuring), "config"),
        "whole_runs": Fact(_runs([line for line in lines if line.whole]), "config"),
        "mu": Fact(max((line.found.claimed_mu for line in lines), default=0.0), "config"),
        "estimated_mu": Fact(estimated if math.isfinite(estimated) else None, "audit"),
        "shown": Fact(a.shown_epsilon(epsilon), "audit"),
        "possible": Fact(a.possible_epsilon(epsilon), "audit"),
        "contradicted": Fact(any(a.rejected(line) for line in lines), "audit"),
    }


def _runs(lines: list[Line]) -> int:
    return min((line.found.runs for line in lines), default=0)
