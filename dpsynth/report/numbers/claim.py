"""What is promised, and what it means for an attacker."""

from __future__ import annotations

import math
from typing import Any

from dpsynth.privacy import accountant
from dpsynth.privacy.events import GaussianFilter, GaussianQueries, SampledGaussian, flatten
from dpsynth.privacy.lifetime import lifetime_order
from dpsynth.privacy.sampled_gaussian import rho_at
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published, TrainingRecord
from dpsynth.synth.base import Measurements

ACCUSED = (1, 10, 50, 100)
"""Wrong accusations among 1,000 outsiders for which the ceiling is printed."""
PEOPLE = 1000
FAMILY = 4
"""People in the group for which the ceiling is printed, all in the data or none."""
CURVE = 40


ANSWERS = {"rounds": "pairs"}
"""Purpose of an event -> purpose of the tables that were asked for it, where they differ."""


def claim(p: Published) -> dict[str, Any]:
    """Definition, parameters, unit and bounds, after NIST SP 800-226."""
    g, privacy = p.guarantee, p.policy.privacy
    asked = _asked(p)
    return {
        "epsilon": Fact(g.epsilon(Delta(p.delta)).value, "post"),
        "epsilon_claimed": Fact(p.epsilon, "config"),
        "odds_factor": Fact(math.exp(p.epsilon), "config"),
        "delta": Fact(p.delta, "config"),
        # Sums over samples have neither mu nor rho (`Guarantee`).
        "mu": Fact(None if g.sampled else g.mu.value, "post"),
        "rho": Fact(None if g.sampled else g.rho.value, "post"),
        "epsilon_zcdp": Fact(None if g.sampled else accountant.zcdp_epsilon(g.rho, Delta(p.delta)).value, "post"),
        "eta": Fact(g.eta, "post"),
        "unit": Fact(privacy.unit, "config"),
        "adjacency": Fact(privacy.adjacency, "config"),
        "rows_per_unit": Fact(p.rows_per_unit, "config"),
        "bounds": [{"table": Fact(name, "config"), "rows": Fact(most, "config")} for name, most in _bounds(p).items()],
        "on_excess": Fact(privacy.contribution.on_excess, "config"),
        "bound_source": Fact(privacy.contribution.source, "config"),
        "max_patients": Fact(p.policy.source.max_patients, "config"),
        "delta_times_patients": Fact(p.delta * p.policy.source.max_patients, "config"),
        "accountant": Fact("privacy_loss_distribution" if g.sampled else "gaussian_dp", "config"),
        "noise": Fact(privacy.noise, "config"),
        "events": [_event(e, m, table, p) for e, m, table in asked if isinstance(e, GaussianQueries | GaussianFilter)],
        "sampled": [_sampled(e, p) for e, _, _ in asked if isinstance(e, SampledGaussian)],
        "training": Fact(None, "config") if p.training is None else _training(p.training),
        "measured_tables": Fact(_tables(p), "post"),
        "planned": [
            {
                "purpose": Fact(q.purpose, "config"),
                "mechanism": Fact(q.candidate or None, "config"),
                "table": Fact(q.table or None, "config"),
                "queries": Fact(q.queries, "config"),
                "cells": Fact(q.cells, "config"),
                "sigma": Fact(q.sigma, "config"),
                "share": Fact(q.share, "config"),
            }
            for q in p.planned
        ],
    }


def _bounds(p: Published) -> dict[str, int]:
    """Most rows of one person in each of several tables."""
    most = {v.table: v.rows_per_unit for v in p.several}
    return {name: most[name] for name in p.policy.tables} if p.several else {}


def _asked(p: Published) -> list[tuple[object, Measurements, str | None]]:
    """Every elementary event, with the answers of the mechanism that asked, and about which of several tables."""
    if not p.candidates:
        return [(e, v.measured, v.table if p.several else None) for v in p.views for e in flatten(v.event)]
    own: list[tuple[object, Measurements, str | None]]
    own = [(event, c.measured, None) for c in p.candidates for event in flatten(c.event)]
    # What is left was asked about their tables, after all of them.
    return own + [(event, p.measured, None) for event in flatten(p.event)[len(own) :]]


def _tables(p: Published) -> list[list[str]]:
    """The tables of several columns that were measured, each once."""
    asked = [m.clique for c in p.candidates or p.views for m in c.measured.marginals if len(m.clique) > 1]
    return [list(clique) for clique in dict.fromkeys(asked)]


def _event(
    event: GaussianQueries | GaussianFilter, measured: Measurements, table: str | None, p: Published
) -> dict[str, Any]:
    """What an event allowed, and what was drawn under it: a filter bounds the cost, not number and noise."""
    tables = [m for m in measured.marginals if m.purpose == ANSWERS.get(event.purpose, event.purpose)]
    sigmas = [s.sigma for s in measured.scores] if event.purpose == "selection" else [m.sigma for m in tables]
    clips = [m.clip for m in tables if m.clip is not None]
    if event.purpose == "selection" and measured.reach is not None:
        clips = [measured.reach]  # where clipping begins is at least the length that it leaves
    return {
        "purpose": Fact(event.purpose, "config"),
        "mechanism": Fact(measured.mechanism if p.candidates and event.purpose != "utility" else None, "config"),
        "table": Fact(table, "config"),
        "queries": Fact(event.queries if isinstance(event, GaussianQueries) else len(sigmas) or None, "post"),
        "cells": Fact(event.cells, "post"),
        "sensitivity": Fact(max(clips, default=event.sensitivity), "post"),
        "sigma": Fact(min(sigmas, default=event.sigma), "post"),
        "sigma_most": Fact(max(sigmas, default=event.sigma), "post"),
        "share": Fact(_share(event, p), "post"),
    }


def _sampled(event: SampledGaussian, p: Published) -> dict[str, Any]:
    """Sums over samples: everything that their cost depends on, and what their noise lacks."""
    growth = 1 + math.exp(min(p.epsilon, 700.0))
    return {
        "purpose": Fact(event.purpose, "config"),
        "steps": Fact(event.steps, "config"),
        "rate": Fact(event.rate, "config"),
        "sigma": Fact(event.sigma, "config"),
        "share": Fact(_share(event, p), "post"),
        "alone": Fact(accountant.compose(event).epsilon(Delta(p.delta)).value, "post"),
        "truncation_delta": Fact(growth * accountant.beyond(event), "post"),
        "bits": Fact(p.provenance.bits, "config"),
    }


def _training(record: TrainingRecord) -> dict[str, Any]:
    return {
        "parameters": Fact(record.parameters, "config"),
        "batch": Fact(record.batch, "post"),
        "noise_to_signal": Fact(record.noise_to_signal, "post"),
        "chosen": Fact(record.chosen, "post"),
        "distances": {name: Fact(distance, "post") for name, distance in record.distances.items()},
        "limit": Fact(record.limit, "post"),
        "released": Fact(record.released, "post"),
    }


def _share(event: GaussianQueries | GaussianFilter | SampledGaussian, p: Published) -> float:
    """Share of what the ledger charges: of mu^2, or of the Rényi divergence of the order that is charged."""
    g = p.guarantee
    if not g.sampled:
        return 0.0 if isinstance(event, SampledGaussian) else float(event.mu_squared / g.mu_squared)
    lifetime = Epsilon(p.budget.epsilon), Delta(p.budget.delta)
    order = p.budget.release_order or lifetime_order(*lifetime)

    def rho(one: GaussianQueries | GaussianFilter | SampledGaussian) -> float:
        return rho_at(one, order) if isinstance(one, SampledGaussian) else float(one.mu_squared) / 2

    return rho(event) / (float(g.mu_squared) / 2 + sum(rho(part) for part in g.sampled))


def ceiling(p: Published) -> dict[str, Any]:
    """The most that any attack can reach, in people."""
    g = p.guarantee
    return {
        "people": Fact(PEOPLE, "config"),
        "auc": Fact(g.auc, "post"),
        "pairs_of_100": Fact(min(100, math.ceil(100 * g.auc - 1e-9)), "post"),
        "accuracy": Fact((1 + g.advantage) / 2, "post"),
        "points": [
            {
                "accused": Fact(accused, "config"),
                "found": Fact(math.ceil(PEOPLE * g.tpr(accused / PEOPLE) - 1e-9), "post"),
                "share": Fact(g.tpr(accused / PEOPLE), "post"),
                "right": Fact(g.precision(accused / PEOPLE), "post"),
            }
            for accused in ACCUSED
        ],
        "group": _group(p),
        "curve": Fact([[(i / CURVE) ** 2, g.tpr((i / CURVE) ** 2)] for i in range(CURVE + 1)], "post"),
    }


def _group(p: Published) -> dict[str, Any]:
    """The first point and the pairs of the ceiling for a family that is in the data as a whole or not at all."""
    g = p.guarantee.of_group(FAMILY)
    return {
        "people": Fact(FAMILY, "config"),
        "accused": Fact(ACCUSED[0], "config"),
        "found": Fact(math.ceil(PEOPLE * g.tpr(ACCUSED[0] / PEOPLE) - 1e-9), "post"),
        "auc": Fact(g.auc, "post"),
    }
