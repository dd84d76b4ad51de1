"""A release that was partly learned from samples of people, made of one that was not."""

from __future__ import annotations

import dataclasses
from typing import Any

from dpsynth.privacy import accountant
from dpsynth.privacy.events import Composed, GaussianQueries, flatten
from dpsynth.privacy.lifetime import lifetime_order
from dpsynth.privacy.noise import snap_sigma
from dpsynth.privacy.sampled_gaussian import rho_at
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.report.inputs import Published, TrainingRecord


def trained(p: Published, *, chosen: Any = "mean", steps: int = 400) -> Published:
    """The same with twice the noise in every table, and a critic on what is left of the budget."""
    asked = [e for e in flatten(p.event) if isinstance(e, GaussianQueries)]
    tables = Composed(tuple(dataclasses.replace(e, sigma=snap_sigma(2 * e.sigma)) for e in asked))
    epsilon, delta = Epsilon(p.epsilon), Delta(p.delta)
    sums = accountant.calibrate_steps(epsilon, delta, 0.1, steps, tables)
    event = Composed((tables, sums))
    guarantee = accountant.compose(event)
    order = lifetime_order(Epsilon(p.budget.epsilon), Delta(p.budget.delta))
    rho = float(guarantee.mu_squared) / 2 + rho_at(sums, order)
    return dataclasses.replace(
        p,
        event=event,
        guarantee=guarantee,
        budget=dataclasses.replace(p.budget, rho_release=rho, order=order, release_order=order),
        training=TrainingRecord(
            parameters=12_417,
            batch=530.0,
            noise_to_signal=1.27,
            chosen=chosen,
            distances={"mean": 1.36, "halfway": 1.29, "marginals": 1.08},
            limit=1.62,
        ),
    )
