"""What a policy costs and what it can give, before any data are opened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from dpsynth.domain.domain import Domain
from dpsynth.errors import PolicyError
from dpsynth.policy.load import LoadedPolicy
from dpsynth.privacy import accountant
from dpsynth.privacy.accountant import Guarantee
from dpsynth.privacy.events import Composed, Event, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.base import Mechanism, Planned, configure
from dpsynth.synth.independent import query_sigma

Severity = Literal["review", "note"]
SECONDS_PER_CELL = 17e-6
"""Measured time of OpenDP's discrete Gaussian for one cell on one core."""


@dataclass(frozen=True)
class Finding:
    """Something that the steward should know before running.

    Attributes:
        severity: review (page 1 of the report will ask for a judgement) or note.
        where: `file:line`.
        text: what was found and what can be done.
    """

    severity: Severity
    where: str
    text: str


@dataclass(frozen=True)
class PredictedError:
    """Expected total variation distance that noise alone puts into one measured marginal.

    0.5 sqrt(2/pi) sigma cells/rows: the mean absolute noise of all cells over twice the number of rows.
    """

    name: str
    cells: int
    sigma: float
    distance: float


@dataclass(frozen=True)
class Plan:
    """A policy with everything computed that does not need data.

    Attributes:
        loaded: the policy.
        domain: public domain.
        mechanism: calibrated synthesizer.
        utility_sigma: noise of each paid utility distance, or None when none is paid for.
        queries: all queries, with shares of mu^2 of the release.
        event: the whole release.
        guarantee: what the event promises.
        planning_rows: public number of training rows that predictions assume.
        errors: predicted error of each one-way marginal, and of the largest and median pair.
        findings: for the steward.
    """

    loaded: LoadedPolicy
    domain: Domain
    mechanism: Mechanism
    utility_sigma: float | None
    queries: tuple[Planned, ...]
    event: Event
    guarantee: Guarantee
    planning_rows: int
    errors: tuple[PredictedError, ...]
    findings: tuple[Finding, ...]


def plan(loaded: LoadedPolicy) -> Plan:
    """Computes the plan of a policy.

    Raises:
        PolicyError: the policy cannot be run.
    """
    policy = loaded.policy
    privacy = policy.privacy
    bound = privacy.contribution.max_rows_per_unit
    try:
        domain = Domain.from_table(policy.table, loaded.code_lists)
        mu = accountant.calibrate(Epsilon(privacy.epsilon), Delta(privacy.delta))
        mechanism = configure(policy.synthesis).calibrate(mu.share(privacy.split.synthesis), domain, bound)
    except PolicyError as error:
        raise PolicyError(f"{loaded.at('tables', policy.table_name)}: {error}") from None
    except ValueError as error:
        raise PolicyError(
            f"{loaded.at('privacy', 'epsilon')}: privacy.epsilon {privacy.epsilon:g} at delta {privacy.delta:g} cannot be "
            f"realised: {error} Lower privacy.epsilon."
        ) from None
    queries = [
        Planned(q.purpose, q.queries, q.cells, q.sigma, q.share * privacy.split.synthesis) for q in mechanism.plan
    ]
    event: Event = mechanism.event
    pairs = math.comb(len(domain.names), 2)
    utility_sigma = None
    if privacy.split.utility > 0 and pairs:
        utility_sigma = query_sigma(mu, privacy.split.utility, pairs, bound)
        paid = GaussianQueries("utility", pairs, pairs, float(bound), utility_sigma, LATTICE_BITS)
        event = Composed((event, paid))
        queries.append(Planned("utility", pairs, pairs, utility_sigma, privacy.split.utility))
    guarantee = accountant.compose(event)
    if guarantee.delta(Epsilon(privacy.epsilon)).value > privacy.delta:  # pragma: no cover - calibrate leaves slack
        raise PolicyError(f"{loaded.at('privacy')}: the plan does not meet (epsilon, delta). Lower privacy.epsilon.")
    rows = round((policy.source.max_rows or policy.source.max_patients) * (1 - policy.source.holdout.share))
    errors = _predict(domain, tuple(queries), max(1, rows))
    partial = Plan(
        loaded, domain, mechanism, utility_sigma, tuple(queries), event, guarantee, rows, errors, ()
    )
    return Plan(**{**partial.__dict__, "findings": tuple(_findings(partial))})


def _predict(domain: Domain, queries: tuple[Planned, ...], rows: int) -> tuple[PredictedError, ...]:
    def error(name: str, cells: int, sigma: float) -> PredictedError:
        return PredictedError(name, cells, sigma, 0.5 * math.sqrt(2 / math.pi) * sigma * cells / rows)

    sigma = {q.purpose: q.sigma for q in queries}
    errors = [error(name, size, sigma["one_way"]) for name, size in domain.sizes.items()]
    if "pairs" in sigma:
        cells = sorted(domain.cells(pair) for pair in combinations(domain.names, 2))
        errors.append(error("median pair", cells[len(cells) // 2], sigma["pairs"]))
        errors.append(error("largest pair", cells[-1], sigma["pairs"]))
    return tuple(errors)


def _findings(plan: Plan) -> list[Finding]:
    loaded, policy = plan.loaded, plan.loaded.policy
    limits, found = policy.thresholds, []

    def add(severity: Severity, path: tuple[str | int, ...], text: str) -> None:
        found.append(Finding(severity, loaded.at(*path), text))

    privacy, people = policy.privacy, policy.source.max_patients
    if privacy.epsilon > limits.epsilon_release.pass_:
        add("review", ("privacy", "epsilon"),
            f"privacy.epsilon is {privacy.epsilon:g}; up to {limits.epsilon_release.pass_:g} passes without a question.")  # fmt: skip
    if privacy.lifetime.epsilon > limits.epsilon_lifetime.pass_:
        add("review", ("privacy", "lifetime", "epsilon"),
            f"privacy.lifetime.epsilon is {privacy.lifetime.epsilon:g}; up to {limits.epsilon_lifetime.pass_:g} passes.")  # fmt: skip
    if privacy.delta * people > limits.delta_times_patients.pass_:
        add("review", ("privacy", "delta"),
            f"delta times source.max_patients is {privacy.delta * people:g}; up to {limits.delta_times_patients.pass_:g} "
            f"passes. Set delta: {limits.delta_times_patients.pass_ / people:.1e}.")  # fmt: skip
    if privacy.unit != "patient":
        add("review", ("privacy", "unit"),
            f"privacy.unit is {privacy.unit}: a person with several of these is protected less. Set unit: patient.")  # fmt: skip
    if privacy.invariants:
        add("review", ("privacy", "invariants"), "invariants are published exactly: they are outside the guarantee and block.")
    assumed = [name for name, column in policy.table.modelled.items() if column.source == "assumed"]
    if assumed:
        add("note", ("tables", policy.table_name, "columns", assumed[0]),
            f"the domains of {', '.join(assumed)} are assumptions; wrong bounds cost usefulness, never privacy.")  # fmt: skip
    for error in plan.errors:
        if error.distance > 0.1 and error.name in plan.domain.names:
            add("note", ("tables", policy.table_name, "columns", error.name),
                f"column {error.name}: {error.cells} levels give an expected error of {error.distance:.2f} from noise alone; "
                "levels that the noise hides will be merged. Use fewer, wider levels.")  # fmt: skip
    control = people * policy.source.holdout.share * policy.source.holdout.control
    needed = 100 / policy.attacks.false_positive_rate
    if control < needed:
        add("note", ("source", "holdout"),
            f"at most {control:.0f} people serve as controls of the attacks; a false-alarm rate of "
            f"{policy.attacks.false_positive_rate:g} needs {needed:.0f} to be resolved, and will be reported as not resolvable.")  # fmt: skip
    return found
