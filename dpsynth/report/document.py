"""From inputs to the facts of both editions.

The public facts are a function of `Published` alone. They are built, never cut out of something larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dpsynth.report import verdict
from dpsynth.report.facts import ALL_ORIGINS, MEANINGS, PUBLIC_ORIGINS, Fact, Origin, encode
from dpsynth.report.inputs import Inputs, Inside, Published
from dpsynth.report.numbers import (
    attack_results,
    audit,
    candidates,
    claim,
    columns,
    comparison,
    identity,
    relations,
    spending,
    usefulness,
)
from dpsynth.report.verdict import Finding

SCHEMA_VERSION = "1"

Edition = Literal["internal", "public"]


def build(inputs: Inputs) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts of the internal and of the public edition, ready for JSON."""
    return internal_facts(inputs), public_facts(inputs.published)


def public_facts(p: Published) -> dict[str, Any]:
    """What anybody may read."""
    tree = _common(p, "public", verdict.published(p))
    return encode(tree | {"attacks": attack_results.announced(p)})  # type: ignore[no-any-return]


def internal_facts(inputs: Inputs) -> dict[str, Any]:
    """What stays in the centre."""
    p, i = inputs.published, inputs.inside
    findings = [*verdict.published(p), *verdict.inside(i, p.policy)]
    minimum = p.policy.small_groups.minimum_units
    return encode(  # type: ignore[no-any-return]
        _common(p, "internal", findings)
        | {"attacks": attack_results.results(i.attacks, minimum), "inside": _inside(p, i, minimum)}
    )


def _common(p: Published, edition: Edition, findings: Sequence[Finding]) -> dict[str, Any]:
    allowed = PUBLIC_ORIGINS if edition == "public" else ALL_ORIGINS
    return {
        "schema_version": Fact(SCHEMA_VERSION, "config"),
        "edition": Fact(edition, "config"),
        "origins": {name: Fact(meaning, "config") for name, meaning in MEANINGS.items() if name in allowed},
        "identity": identity.identity(p),
        "verdict": _verdict(findings),
        "purpose": identity.purpose(p),
        "contents": identity.contents(p),
        "privacy": claim.claim(p),
        "candidates": candidates.candidates(p),
        "audit": audit.audit(p),
        "ceiling": claim.ceiling(p),
        "budget": spending.spending(p),
        "outside_domain": columns.outside(p),
        "rare_levels": columns.rare_levels(p),
        "utility": usefulness.usefulness(p),
        "relations": relations.relations(p),
        "unprotected": identity.unprotected(p),
        "comparison": comparison.comparison(p),
        "provenance": identity.provenance(p),
        "signoff": identity.sign_off(p),
        "thresholds": _thresholds(p),
        "columns": columns.columns(p),
        "policy_text": Fact(p.policy_text, "config"),
    }


def _verdict(findings: Sequence[Finding]) -> dict[str, Any]:
    origin: Origin = "real" if any(f.origin == "real" for f in findings) else "post"
    return {
        "status": Fact(verdict.overall(findings), origin),
        "to_judge": Fact(sum(f.status == "review" for f in findings), origin),
        "blocking": Fact(sum(f.status == "block" for f in findings), origin),
        "findings": [f.facts() for f in sorted(findings, key=lambda f: -verdict.ORDER.index(f.status))],
    }


def _thresholds(p: Published) -> list[dict[str, Any]]:
    limits = p.policy.thresholds
    return [
        {
            "name": Fact(name, "config"),
            "pass": Fact(getattr(limits, name).pass_, "config"),
            "review": Fact(None if name in verdict.NEVER_BLOCK else getattr(limits, name).review, "config"),
            "source": Fact(getattr(limits, name).source, "config"),
        }
        for name in type(limits).model_fields
    ]


def _inside(p: Published, i: Inside, minimum: int) -> dict[str, Any]:
    """Counts of fewer people or rows than the policy's minimum are given as a range."""
    return {
        "utility": [usefulness.error(e, "real") for e in i.utility],
        "notes": [
            {"name": Fact(name, "config"), "count": Fact([1, minimum - 1] if 0 < count < minimum else count, "real")}
            for name, count in i.notes.items()
        ],
        "relations": relations.inside(p, i, minimum),
    }
