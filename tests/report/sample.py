"""Realistic inputs of a report, made without a pipeline: a study like RAND HIE with noise from a fixed generator."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from dpsynth.attacks.base import AttackResult, Control, Interval, Rate, Remark
from dpsynth.audit import trade_off
from dpsynth.audit.result import AuditResult, Line
from dpsynth.audit.trade_off import Comparison
from dpsynth.domain.domain import Domain
from dpsynth.policy.schema import Policy
from dpsynth.privacy import accountant, noise
from dpsynth.privacy.events import Composed, GaussianQueries, flatten
from dpsynth.privacy.queries import Measurement
from dpsynth.privacy.units import Delta, Epsilon, Rho
from dpsynth.report.inputs import (
    BudgetView,
    Candidate,
    Inputs,
    Inside,
    PastRelease,
    Previous,
    Provenance,
    Published,
    one_way_counts,
)
from dpsynth.synth.base import Measurements, Planned
from dpsynth.utility import error_bars, marginals

ROWS = 18_100
PEOPLE = 5_300

TITLE = "RAND Health Insurance Experiment, synthetic public-use file"

CATEGORY = {"type": "category", "source": "doc"}
YES_NO = {"type": "boolean", "source": "doc", "nullable": True}

COLUMNS: dict[str, dict[str, Any]] = {
    "site": CATEGORY | {"role": "quasi_identifier", "domain": [1, 2, 3, 4, 5, 6], "title": {"en": "Study site"}},
    "coins": CATEGORY
    | {"domain": [0, 25, 50, 95, 100], "ordered": True, "title": {"en": "Coinsurance"}, "unit": "percent"},
    "year": {
        "type": "integer",
        "min": 1,
        "max": 5,
        "bins": {"each": True},
        "nullable": True,
        "source": "doc",
        "natural_bounds": ["min", "max"],
        "title": {"en": "Study year"},
    },
    "time": {
        "type": "real",
        "min": 0.0,
        "max": 1.0,
        "bins": {"width": 0.25, "points": [1.0]},
        "missing_as": 1.0,
        "source": "doc",
        "natural_bounds": ["min", "max"],
        "title": {"en": "Share of the year eligible"},
    },
    "tookphys": YES_NO | {"title": {"en": "Took the baseline physical"}},
    "xage": {
        "type": "integer",
        "role": "quasi_identifier",
        "min": 0,
        "max": 70,
        "bins": {"width": 5},
        "nullable": True,
        "source": "doc",
        "natural_bounds": ["min"],
        "unit": "years",
        "title": {"en": "Age in that year"},
    },
    "female": YES_NO | {"role": "quasi_identifier", "title": {"en": "Female"}},
    "black": YES_NO | {"role": "quasi_identifier", "title": {"en": "Black"}},
    "income": {
        "type": "real",
        "min": 0.0,
        "max": 50000.0,
        "decimals": 0,
        "nullable": True,
        "source": "assumed",
        "bins": {"edges": [0, 1000, 2500, 5000, 7500, 10000, 15000, 20000, 30000, 50000]},
        "unit": "USD",
        "title": {"en": "Annual family income"},
    },
    "educdec": {
        "type": "integer",
        "min": 0,
        "max": 25,
        "bins": {"each": True},
        "nullable": True,
        "source": "assumed",
        "unit": "years",
        "title": {"en": "Education of the decision maker"},
    },
    "num": {
        "type": "integer",
        "min": 1,
        "max": 12,
        "bins": {"each": True},
        "missing_as": 1,
        "source": "assumed",
        "title": {"en": "Family size"},
    },
    "mhi": {
        "type": "real",
        "role": "sensitive",
        "min": 0.0,
        "max": 100.0,
        "bins": {"width": 10},
        "nullable": True,
        "source": "doc",
        "natural_bounds": ["min", "max"],
        "title": {"en": "Mental health index"},
    },
    "ghindx": {
        "type": "real",
        "role": "sensitive",
        "min": 0.0,
        "max": 100.0,
        "bins": {"width": 10},
        "nullable": True,
        "source": "doc",
        "natural_bounds": ["min", "max"],
        "title": {"en": "General health index"},
    },
    "disea": {
        "type": "integer",
        "role": "sensitive",
        "min": 0,
        "max": 60,
        "bins": {"width": 5},
        "nullable": True,
        "source": "assumed",
        "natural_bounds": ["min"],
        "title": {"en": "Number of chronic diseases"},
    },
    "physlm": YES_NO | {"role": "sensitive", "title": {"en": "Physical limitation"}},
    "mdvis": {
        "type": "integer",
        "min": 0,
        "max": 77,
        "bins": {"edges": [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 77]},
        "missing_as": 0,
        "source": "assumed",
        "natural_bounds": ["min"],
        "title": {"en": "Visits to a physician"},
    },
    "totadm": {
        "type": "integer",
        "role": "sensitive",
        "min": 0,
        "max": 10,
        "bins": {"each": True},
        "missing_as": 0,
        "source": "assumed",
        "natural_bounds": ["min"],
        "title": {"en": "Hospital admissions"},
    },
    "outpdol": {
        "type": "real",
        "min": 0.0,
        "max": 10000.0,
        "bins": {"points": [0.0], "edges": [0, 10, 50, 100, 250, 500, 1000, 10000]},
        "nullable": True,
        "source": "assumed",
        "natural_bounds": ["min"],
        "unit": "USD",
        "title": {"en": "Outpatient expenses"},
    },
    "inpdol": {
        "type": "real",
        "min": 0.0,
        "max": 50000.0,
        "bins": {"points": [0.0], "edges": [0, 500, 1000, 5000, 50000]},
        "nullable": True,
        "source": "assumed",
        "natural_bounds": ["min"],
        "unit": "USD",
        "title": {"en": "Inpatient expenses"},
    },
    "meddol": {
        "type": "real",
        "role": "sensitive",
        "min": 0.0,
        "max": 50000.0,
        "nullable": True,
        "source": "assumed",
        "bins": {"points": [0.0], "edges": [0, 50, 100, 250, 500, 1000, 5000, 50000]},
        "natural_bounds": ["min"],
        "unit": "USD",
        "title": {"en": "Medical expenses"},
        "note": "Without outpatient mental care.",
    },
}


def policy(columns: dict[str, dict[str, Any]] | None = None, **changes: Any) -> Policy:
    """A policy; `changes` replace top-level blocks."""
    table = {"zper": {"role": "unit_key"}, **(columns or COLUMNS), "plan": {"role": "drop"}, "logc": {"role": "drop"}}
    document: dict[str, Any] = {
        "dpsynth_policy": 1,
        "id": "rand-hie",
        "title": {"en": TITLE},
        "legal": {
            "controller": "Example Research Data Centre",
            "basis": ["GDPR Art. 6(1)(e)", "GDPR Art. 89(1)"],
            "purpose": {"en": "Teaching, and development of methods before access to the original data"},
        },
        "release": {"audience": "public", "recipients": {"en": "anybody"}},
        "source": {"population": "rand-hie-participants", "snapshot": "statsmodels-1", "max_patients": 10000},
        "attacks": {"run": ["focal", "focal_outsider", "dcr", "nearest"]},
        "tables": {"person_years": {"file": "example:rand_hie", "columns": table}},
        "privacy": {
            "contribution": {"max_rows_per_unit": 5, "source": "doc"},
            "epsilon": 2.0,
            "delta": 1e-6,
            "lifetime": {"epsilon": 5.0, "delta": 1e-6},
            "split": {"synthesis": 0.95, "utility": 0.05},
        },
    }
    return Policy.model_validate_json(_json(document | changes))


def _json(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document)


def many_columns(n: int) -> dict[str, dict[str, Any]]:
    """As many columns as asked for, by repetition."""
    names = list(COLUMNS)
    return {
        names[i % len(names)] + (f"_{i // len(names)}" if i >= len(names) else ""): COLUMNS[names[i % len(names)]]
        for i in range(n)
    }


def real_codes(domain: Domain, seed: int = 1) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Skewed codes that stand for real rows."""
    rng = np.random.default_rng(seed)
    drawn = []
    for a in domain.attributes:
        weight = rng.dirichlet(np.full(a.size, 1.2)) + 1e-4
        for rare in (a.other, a.missing):
            if rare is not None:
                weight[rare] = 0.004
        for edge in a.edges:
            weight[edge] = 0.02
        drawn.append(rng.choice(a.size, ROWS, p=weight / weight.sum()))
    return np.stack(drawn, axis=1).astype(np.uint16)


def published(
    chosen: Policy | None = None,
    *,
    paid: bool = True,
    seed: int = 1,
    release_id: str = "rand-hie/2026-11-22-a",
    **changes: Any,
) -> Published:
    """The half that may leave."""
    chosen = chosen or policy()
    domain = Domain.from_table(chosen.table, {})
    rng = np.random.default_rng(seed)
    real = real_codes(domain, seed)
    mu = accountant.calibrate(Epsilon(chosen.privacy.epsilon), Delta(chosen.privacy.delta))
    pairs = [(domain.names[i], domain.names[i + 1]) for i in range(len(domain.names) - 1)]
    all_pairs = len(domain.names) * (len(domain.names) - 1) // 2
    groups = {
        "one_way": ([(name,) for name in domain.names], 0.35),
        "selection": ([], 0.20),
        "pairs": (pairs, 0.40),
        "utility": ([], 0.05),
    }
    measured, events, planned = [], [], []
    for purpose, (cliques, share) in groups.items():
        queries = len(cliques) or all_pairs
        if queries == 0:
            continue
        sigma = noise.snap_sigma(5 * (queries / share) ** 0.5 / mu.value)
        cells = sum(domain.cells(c) for c in cliques) or queries
        events.append(GaussianQueries(purpose, queries, cells, 5.0, sigma, noise.LATTICE_BITS))
        if purpose != "utility":
            planned.append(Planned(purpose, queries, cells, sigma, share / 0.95))
        for clique in cliques:
            shape = tuple(domain.sizes[c] for c in clique)
            counts = marginals.shares(real, domain, clique) * ROWS
            measured.append(
                Measurement(
                    clique, (None,) * len(clique), np.rint(counts + rng.normal(0, sigma, shape)), sigma, purpose
                )
            )
    event = Composed(tuple(events))
    guarantee = accountant.compose(event)
    answers = Measurements("mst", tuple(measured), (), event)
    synthetic = np.stack(
        [
            rng.choice(a.size, 20_111, p=(w := np.maximum(answers.one_way(a.name).values, 3)) / w.sum())
            for a in domain.attributes
        ],
        axis=1,
    ).astype(np.uint16)
    total = answers.total()
    made = Published(
        release_id=release_id,
        run_date="2026-11-22",
        policy=chosen,
        policy_digest="sha256:3f9a77c18be2d40951e6a7bb03cf54d2a41e09bd5c227f108e6612dd90ab34ef",
        policy_text="dpsynth_policy: 1\nid: rand-hie\nprivacy:\n  epsilon: 2.0 # of this release\n  delta: 1.0e-6\n"
        * 8,
        domain=domain,
        planned=tuple(planned),
        event=event,
        guarantee=guarantee,
        epsilon=chosen.privacy.epsilon,
        delta=chosen.privacy.delta,
        rows_per_unit=5,
        budget=budget(chosen, guarantee.rho),
        measured=answers,
        total=total,
        synthetic_rows=len(synthetic),
        synthetic_one_way=one_way_counts(synthetic, domain),
        free_one_way=marginals.free(answers.marginals, synthetic, domain, total, 1),
        free_two_way=marginals.free(answers.marginals, synthetic, domain, total, 2),
        bars=error_bars.error_bars(answers, synthetic, domain),
        dependence=error_bars.dependence(answers, synthetic, domain),
        paid_two_way=marginals.MarginalError(2, all_pairs, 0.0213, 0.00123, None, ()) if paid else None,
        previous=Previous(
            "rand-hie/2026-05-04-a",
            "2026-05-04",
            "sha256:" + "5d" * 32,
            "mst",
            1.5,
            18_020.0,
            20_010,
            0.031,
            False,
            (*domain.names[:-1], "plan"),
        ),
        audit=audit(chosen.privacy.epsilon, chosen.privacy.delta),
        provenance=Provenance(
            {"python": "3.11.7", "dpsynth-release": "0.1.0", "opendp": "0.16.1", "numpy": "2.3.5"},
            "sha256:77aa01bc9944fe21d00c43b8a15e97f2c4d1b86609ee3fd2a8b7351c0e12a9b4",
            noise.DiscreteGaussian.name,
        ),
        data_files=(
            ("data/person_years.csv", "5d41402abc4b2a76b9719d911017c592ae2b1c8f0e7d3a64958b7c6d5e4f3a21"),
            ("data/person_years.parquet", "7d793037a0760186574b0282f2f435e7a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4"),
        ),
    )
    return dataclasses.replace(made, **changes)


def several(base: Published) -> Published:
    """The same release, chosen from three mechanisms."""
    synthesis = base.policy.synthesis.model_copy(
        update={"candidates": {"mst": 0.5, "independent": 0.3, "clique_tree": 0.2}}
    )
    *own, utility = flatten(base.event)
    asked = Composed(tuple(own))
    few = GaussianQueries("one_way", 20, 200, 5.0, 1e4, noise.LATTICE_BITS)
    others = tuple(dataclasses.replace(base.measured, mechanism=name) for name in ("independent", "clique_tree"))
    event = Composed((asked, few, few, utility))
    distances = (marginals.MarginalError(2, 190, mean, 0.00123, None, ()) for mean in (0.0213, 0.0371, 0.0519))
    events, measured = (asked, few, few), (base.measured, *others)
    tried = (Candidate(e, m, d) for e, m, d in zip(events, measured, distances, strict=True))
    return dataclasses.replace(
        base,
        policy=base.policy.model_copy(update={"synthesis": synthesis}),
        event=event,
        guarantee=accountant.compose(event),
        candidates=tuple(tried),
    )


def audit(epsilon: float, delta: float, runs: int = 20_000) -> AuditResult:
    """A long audit that found what it should, on the way from the raw table, too, and caught all mutants."""

    def line(claim: float, mu: float, *, whole: bool, route: str = "product") -> Line:
        p = 1.0 if route == "product" else 1e-15
        epsilons = trade_off.epsilon_of(0.9 * mu, delta), trade_off.epsilon_of(6.1, delta)
        found = Comparison(500 if whole else runs, mu, mu, p, 0.9 * mu, 6.1, *epsilons)
        return Line("mst", "plain", "alone", route, claim, whole, found)

    claims = [line(e, mu, whole=whole) for e, mu in ((epsilon, 0.448), (4.0, 0.838)) for whole in (False, True)]
    return AuditResult("0" * 64, delta, tuple(claims), (line(4.0, 0.838, whole=False, route="half_noise"),) * 7)


def budget(chosen: Policy, rho: Rho) -> BudgetView:
    """A ledger with two earlier entries and one that was never opened."""
    lifetime = chosen.privacy.lifetime
    limit = accountant.zcdp_rho(Epsilon(lifetime.epsilon), Delta(lifetime.delta)).value

    def past(name: str, date: str, state: Any, cost: float) -> PastRelease:
        return PastRelease(name, date, state, cost, accountant.zcdp_epsilon(Rho(cost), Delta(lifetime.delta)).value)

    earlier = (
        past("rand-hie/2026-03-02-a", "2026-03-02", "committed", 0.05),
        past("rand-hie/2026-06-30-a", "2026-06-30", "open", 0.03),
        past("rand-hie/2026-07-01-a", "2026-07-01", "void", 0.03),
    )
    return BudgetView(
        population=chosen.source.population,
        epsilon=lifetime.epsilon,
        delta=lifetime.delta,
        rho=limit,
        earlier=earlier,
        rho_release=rho.value,
        rho_left=limit - 0.08 - rho.value,
        ledger_head="a41e09bd5c227f108e6612dd90ab34ef3f9a77c18be2d40951e6a7bb03cf54d2",
        ledger_sequence=12,
        throw_away=False,
    )


def attack(name: str, status: Any = "passed", **changes: Any) -> AttackResult:
    """One attack with its controls."""
    family: Any = "reidentification" if name == "nearest" else "membership"
    auc = family == "membership"

    def interval(low: float, high: float) -> Interval:
        return Interval(low, high, 0.95)

    controls = (
        Control(
            "copy_with_noise",
            "positive",
            "surrogate",
            0.93 if auc else 0.08,
            interval(0.91, 0.95) if auc else interval(0.06, 0.10),
            0.999,
            "detected",
        ),
        Control(
            "synthesizer_without_noise",
            "positive",
            "real",
            0.66 if auc else 0.02,
            interval(0.63, 0.69) if auc else interval(0.01, 0.03),
            0.97,
            "detected",
        ),
        Control(
            "label_permutation",
            "negative",
            "real",
            0.501 if auc else 0.001,
            interval(0.47, 0.53) if auc else interval(-0.006, 0.008),
            None,
            "quiet",
        ),
    )
    rates = (
        Rate("fpr_0.1", 0.112, interval(0.09, 0.14), 0.1, interval(0.07, 0.13), 297, 297, 0.2024, 0.31, True),
        Rate("fpr_0.01", 0.01, interval(0.0, 0.03), 0.01, interval(0.0, 0.03), 297, 297, 0.0302, None, False),
        Rate("rare_near", 0.25, interval(0.01, 0.8), 0.5, interval(0.01, 0.98), 4, 2, None, None, True),
    )
    made = AttackResult(
        attack=name,
        family=family,
        statistic="auc" if auc else "excess_share",
        value={"focal": 0.5183, "focal_outsider": 0.5102, "dcr": 0.5071, "nearest": 0.0034}[name],
        interval={
            "focal": interval(0.487, 0.5496),
            "focal_outsider": interval(0.468, 0.5522),
            "dcr": interval(0.476, 0.538),
            "nearest": interval(-0.0061, 0.0129),
        }[name],
        baseline=0.5 if auc else 0.0,
        ceiling=0.6244 if auc else None,
        n_members=1188,
        n_control=297,
        detectable=0.562 if auc else 0.019,
        controls=controls,
        rates=rates if auc else (),
        status=status,
        remarks=(Remark("Scores are sums over the person’s rows."),),
    )
    return dataclasses.replace(made, **changes)


def inside(chosen: Policy | None = None, **changes: Any) -> Inside:
    """The half that stays."""
    n = len((chosen or policy()).table.modelled)
    made = Inside(
        utility=(
            marginals.MarginalError(1, n, 0.0091, 0.0, None, ((("mdvis",), 0.02),)),
            marginals.MarginalError(2, n * (n - 1) // 2, 0.0209, 0.0, None, ((("site", "coins"), 0.06),)),
        ),
        attacks=(attack("focal"), attack("focal_outsider"), attack("dcr"), attack("nearest", "not_resolvable")),
        notes={"rows_read": 20190, "rows_without_id": 3, "people_train": PEOPLE, "rows_cut": 0},
    )
    return dataclasses.replace(made, **changes)


def inputs(**changes: Any) -> Inputs:
    """Both halves."""
    chosen = changes.pop("policy", None)
    return Inputs(published(chosen, **changes), inside(chosen))


__all__ = ["attack", "inputs", "inside", "many_columns", "policy", "published"]
