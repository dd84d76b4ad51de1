"""Every rule, on both sides of its limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dpsynth.attacks.base import Interval
from dpsynth.report import verdict
from dpsynth.report.document import build
from dpsynth.report.facts import PUBLIC_ORIGINS
from dpsynth.report.inputs import BudgetChange, Inputs, PastRelease, Published
from dpsynth.report.pages.findings import sentence
from dpsynth.report.words import speak
from dpsynth.utility.marginals import MarginalError
from tests.report import sample
from tests.report.related import related


def privacy(**changes: Any) -> dict[str, Any]:
    base = {
        "contribution": {"max_rows_per_unit": 5, "source": "doc"},
        "epsilon": 2.0,
        "delta": 1e-6,
        "lifetime": {"epsilon": 60.0, "delta": 1e-6},
    }
    return base | changes


def with_policy(**changes: Any) -> Published:
    return sample.published(sample.policy(privacy=privacy(**changes)))


def with_source(max_patients: int, delta: float) -> Published:
    source = {"population": "p", "snapshot": "s", "max_patients": max_patients}
    lifetime = {"epsilon": 5.0, "delta": delta}
    return sample.published(sample.policy(source=source, privacy=privacy(delta=delta, lifetime=lifetime)))


def spent(rho: float, state: Any = "committed") -> Published:
    p = sample.published()
    entry = PastRelease("x", "2026-01-01", state, rho, 1.0)
    return dataclasses.replace(p, budget=dataclasses.replace(p.budget, earlier=(entry,)))


def demonstration(rho: float = 0.0) -> Published:
    p = spent(rho) if rho else sample.published()
    return dataclasses.replace(p, budget=dataclasses.replace(p.budget, throw_away=True))


def imported(known: bool = True) -> Published:
    """After a release that was made without the program, and two changes of the budget."""
    p = sample.published()
    earlier = PastRelease("tables 2019", "2019-05-04", "imported", 0.01 if known else 0.0, 0.5 if known else 0.0, known)
    changes = (
        BudgetChange("2026-08-01", 9, "raise", (4.0, 1e-6), (6.0, 1e-6)),
        BudgetChange("2026-09-01", 11, "lower", (6.0, 1e-6), (5.0, 1e-6)),
    )
    view = dataclasses.replace(p.budget, earlier=(*p.budget.earlier, earlier), changes=changes)
    return dataclasses.replace(p, budget=view)


def with_law(**changes: Any) -> Published:
    base = sample.policy()
    return sample.published(base.model_copy(update={"legal": base.legal.model_copy(update=changes)}))


def two_way(mean: float, paid: bool = True, marginals: int = 19) -> Published:
    figure = MarginalError(2, marginals, mean, 0.001 if paid else 0.0, None if paid else 0.01, ())
    p = sample.published()
    return dataclasses.replace(
        p, paid_two_way=figure if paid else None, free_two_way=p.free_two_way if paid else figure
    )


def outside(share: float, sd: float) -> Published:
    """All rows of one column in their place, except a share on `other`, measured with this noise."""
    policy = sample.policy({"site": sample.COLUMNS["site"]})
    p = sample.published(policy)
    counts = np.array([(1 - share) * 1e4, 0, 0, 0, 0, 0, share * 1e4])
    marginals = (dataclasses.replace(p.measured.marginals[0], values=counts, sigma=sd * 1e4),)
    return dataclasses.replace(p, total=1e4, measured=dataclasses.replace(p.measured, marginals=marginals))


def audited(runs: int = 20_000, contradicted: bool = False) -> Published:
    audit = sample.audit(2.0, 1e-6, runs)
    return sample.published(audit=dataclasses.replace(audit, lines=audit.mutants) if contradicted else audit)


def together(broken: int = 0) -> Published:
    p = related(sample.inputs()).published
    assert p.related is not None
    first, *others = p.related.checks
    checks = (dataclasses.replace(first, broken=broken), *others)
    return dataclasses.replace(p, related=dataclasses.replace(p.related, checks=checks))


CASES: list[tuple[str, str, Callable[[], Published]]] = [
    ("audit", "pass", audited),
    ("audit", "review", lambda: audited(runs=100)),
    ("audit", "block", lambda: audited(contradicted=True)),
    ("integrity", "pass", together),
    ("integrity", "block", lambda: together(broken=1)),
    ("rehearsal", "block", lambda: sample.published(rehearsal=True)),
    ("noise", "pass", sample.published),
    ("noise", "block", lambda: sample.published(noise_is_private=False)),
    ("unprotected", "pass", sample.published),
    ("unprotected", "block", lambda: sample.published(unprotected=("The number of rows is exact.",))),
    ("unprotected", "block", lambda: with_policy(invariants=[{"fact": "5,912 people", "citation": "RAND R-3476"}])),
    ("claim", "pass", sample.published),
    ("claim", "block", lambda: sample.published(epsilon=1.9)),
    ("epsilon_release", "pass", sample.published),
    ("epsilon_release", "pass", lambda: with_policy(epsilon=3.0)),
    ("epsilon_release", "review", lambda: with_policy(epsilon=3.01)),
    ("epsilon_release", "block", lambda: with_policy(epsilon=10.01)),
    ("epsilon_lifetime", "pass", sample.published),
    ("epsilon_lifetime", "review", lambda: spent(0.6)),
    ("epsilon_lifetime", "review", lambda: spent(0.6, "open")),
    ("epsilon_lifetime", "pass", lambda: spent(0.6, "void")),
    ("epsilon_lifetime", "block", lambda: spent(3.0)),
    ("epsilon_lifetime", "review", demonstration),
    ("epsilon_lifetime", "pass", imported),
    ("epsilon_lifetime", "review", lambda: imported(known=False)),
    ("epsilon_lifetime", "block", lambda: demonstration(3.0)),
    ("legal", "review", sample.published),
    ("legal", "review", lambda: with_law(basis=(), dpia="DPIA 7/2026")),
    ("legal", "pass", lambda: with_law(dpia="DPIA 7/2026")),
    ("delta", "pass", lambda: with_source(10_000, 1e-6)),
    ("delta", "review", lambda: with_source(50_000, 1e-6)),
    ("delta", "block", lambda: with_source(200_000, 1e-6)),
    ("unit", "pass", sample.published),
    ("unit", "review", lambda: with_policy(unit="visit")),
    ("two_way_paid", "pass", lambda: two_way(0.05)),
    ("two_way_paid", "review", lambda: two_way(0.051)),
    ("two_way_paid", "block", lambda: two_way(0.151)),
    ("two_way_free", "pass", lambda: two_way(0.05, paid=False)),
    ("two_way_free", "review", lambda: two_way(0.051, paid=False)),
    ("two_way_free", "block", lambda: two_way(0.151, paid=False)),
    ("two_way_unknown", "review", lambda: two_way(0.0, paid=False, marginals=0)),
    ("outside_domain", "pass", lambda: outside(0.04, 0.001)),
    ("outside_domain", "pass", lambda: outside(0.08, 0.02)),
    ("outside_domain", "review", lambda: outside(0.08, 0.01)),
    ("outside_domain", "review", lambda: outside(0.90, 0.01)),
]


@pytest.mark.parametrize(("rule", "status", "make"), CASES)
def test_rules_about_published_values(rule: str, status: str, make: Callable[[], Published]) -> None:
    findings = {f.rule: f for f in verdict.published(make())}
    assert findings[rule].status == status
    assert findings[rule].origin in PUBLIC_ORIGINS
    assert_says_something(findings[rule])


INSIDE_CASES: list[tuple[str, str, Any]] = [
    ("attack_passed", "pass", sample.attack("focal")),
    ("attack_passed", "pass", sample.attack("focal", interval=Interval(0.51, 0.55, 0.95))),
    ("attack_passed", "pass", sample.attack("dcr", interval=Interval(0.51, 0.55, 0.95), ceiling=None)),
    ("attack_leak", "block", sample.attack("focal", "leak")),
    ("attack_invalid", "block", sample.attack("focal", "invalid")),
    ("attack_not_resolvable", "review", sample.attack("nearest", "not_resolvable")),
    ("membership_ceiling", "pass", sample.attack("focal")),
    ("membership_ceiling", "block", sample.attack("focal", interval=Interval(0.63, 0.7, 0.95))),
    ("match_excess", "pass", sample.attack("nearest")),
    ("match_excess", "review", sample.attack("nearest", interval=Interval(0.0, 0.06, 0.95))),
    ("match_excess", "block", sample.attack("nearest", interval=Interval(0.0, 0.10, 0.95))),
    ("match_excess", "review", sample.attack("nearest", interval=Interval(0.0, 0.28, 0.95), status="not_resolvable")),
]


def asks(
    family: Any, name: str, low: float, high: float, status: Any = "passed", statistic: str = "excess_share"
) -> Any:
    """An attack on one of the criteria of WP 216."""
    changes = {"family": family, "attack": name, "statistic": statistic, "interval": Interval(low, high, 0.95)}
    return sample.attack("nearest", status, **changes)


INSIDE_CASES += [
    ("match_excess", "pass", asks("linkability", "linkability", -0.01, 0.03)),
    ("match_excess", "block", asks("reidentification", "linkage", -0.01, 0.12)),
    ("match_excess", "review", asks("singling_out", "singling_out", -0.01, 0.12)),
    ("match_excess", "review", asks("singling_out", "singling_out", 0.01, 0.08)),
    ("match_excess", "block", asks("linkability", "linkability", 0.01, 0.12)),
    ("match_excess", "review", asks("inference", "inference", 0.01, 0.12, "not_resolvable", "excess_precision")),
    ("match_excess", "block", asks("inference", "inference", 0.01, 0.12, "passed", "excess_precision")),
]


@pytest.mark.parametrize(("rule", "status", "attack"), INSIDE_CASES)
def test_rules_about_real_people(rule: str, status: str, attack: Any) -> None:
    findings = {f.rule: f for f in verdict.inside(sample.inside(attacks=(attack,)), sample.policy())}
    assert findings[rule].status == status
    assert findings[rule].origin == "real"
    assert_says_something(findings[rule])


def test_an_excess_is_said_of_people_or_of_claims() -> None:
    for statistic, trials in (("excess_share", "of people"), ("excess_precision", "of claims")):
        attack = asks("inference", "inference", 0.01, 0.12, statistic=statistic)
        findings = verdict.inside(sample.inside(attacks=(attack,)), sample.policy())
        assert trials in said(next(f for f in findings if f.rule == "match_excess"))


def test_an_attack_that_was_not_run_needs_judgement() -> None:
    found = [f for f in verdict.inside(sample.inside(attacks=()), sample.policy()) if f.rule == "attack_absent"]
    assert [f.subject for f in found] == list(sample.policy().attacks.run)
    assert all(f.status == "review" for f in found)
    assert_says_something(found[0])


def test_numbers_of_an_invalid_attack_are_not_judged() -> None:
    invalid = sample.attack("nearest", "invalid", interval=Interval(0.0, 0.10, 0.95))
    rules = {f.rule for f in verdict.inside(sample.inside(attacks=(invalid,)), sample.policy())}
    assert "attack_invalid" in rules
    assert "match_excess" not in rules


def said(finding: verdict.Finding) -> str:
    return str(sentence({k: f.value for k, f in finding.facts().items()}, speak("en")))


def test_better_than_guessing_is_said_where_the_interval_says_so() -> None:
    def about(low: float, high: float) -> str:
        found = verdict.inside(
            sample.inside(attacks=(sample.attack("focal", interval=Interval(low, high, 0.95)),)), sample.policy()
        )
        return said(next(f for f in found if f.rule == "attack_passed"))

    assert "Not better than guessing as far as this test can see" in about(0.487, 0.549)
    better = about(0.5004, 0.5491)
    assert "<b>Better than guessing</b>, and within what the budget allows (0.625)" in better
    assert "(0.500 to 0.550)" in better, "ends of intervals are rounded outwards"


def test_a_demonstration_ledger_knows_no_total() -> None:
    finding = next(f for f in verdict.published(demonstration()) if f.rule == "epsilon_lifetime")
    assert "other releases about these people are not known" in said(finding)
    assert said(finding).endswith("covers the releases in this ledger only.")


def test_a_release_without_protection_makes_the_total_unknown() -> None:
    finding = next(f for f in verdict.published(imported(known=False)) if f.rule == "epsilon_lifetime")
    assert said(finding).startswith("Total unknown: an earlier release") and said(finding).endswith(
        "Is that acceptable?"
    )
    over = dataclasses.replace(imported(known=False).budget, rho_release=3.0)
    blocked = next(
        f
        for f in verdict.published(dataclasses.replace(sample.published(), budget=over))
        if f.rule == "epsilon_lifetime"
    )
    assert blocked.status == "block", "what is known is too much already"


def test_the_delta_of_earlier_releases_makes_the_total_larger() -> None:
    """rho is compared with epsilon at what earlier releases leave of delta."""
    p = sample.published()
    less = dataclasses.replace(p, budget=dataclasses.replace(p.budget, delta_left=1e-9))
    totals = [next(f for f in verdict.published(x) if f.rule == "epsilon_lifetime").value for x in (p, less)]
    assert totals[0] < totals[1]


def test_the_kind_of_a_full_level_is_named() -> None:
    finding = next(f for f in verdict.published(outside(0.25, 0.001)) if f.rule == "outside_domain")
    assert said(finding).startswith("site: 25.0% of rows have a value that is not on the list (limit 5%).")


def assert_says_something(finding: verdict.Finding) -> None:
    facts = {k: f.value for k, f in finding.facts().items()}
    text = str(sentence(facts, speak("en")))
    assert text.endswith((".", "?"))
    assert "{" not in text
    assert (finding.limit is None) == (facts["source"] is None), "every limit has a source"


def test_not_a_number_is_never_good() -> None:
    limit = sample.policy().thresholds.epsilon_release
    assert verdict.judge(float("nan"), limit) == "block"
    assert verdict.judge(float("inf"), limit) == "block"


def test_the_worst_rule_decides() -> None:
    def finding(status: Any) -> verdict.Finding:
        return verdict.Finding("noise", status, "risk", "claim", "config")

    assert verdict.overall([finding("pass")]) == "pass"
    assert verdict.overall([finding("pass"), finding("review")]) == "review"
    assert verdict.overall([finding("block"), finding("review"), finding("pass")]) == "block"


def test_a_leak_blocks_inside_and_leaves_the_public_verdict_alone() -> None:
    before = sample.inputs()
    leak = Inputs(before.published, sample.inside(attacks=(sample.attack("focal", "leak"),)))
    internal, public = build(leak)
    assert internal["verdict"]["status"]["value"] == "block"
    assert public["verdict"] == build(before)[1]["verdict"]
    assert not {f["rule"]["value"] for f in public["verdict"]["findings"]} & {"attack_leak", "membership_ceiling"}
