"""What a policy costs and what it can give, before any data are opened."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from dpsynth.attacks.base import Attack
from dpsynth.attacks.registry import find as find_attack
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel, domain_of, panel_of
from dpsynth.errors import PolicyError
from dpsynth.policy.load import LoadedPolicy
from dpsynth.privacy import accountant
from dpsynth.privacy.accountant import Guarantee
from dpsynth.privacy.events import Composed, Event, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.units import Delta, Epsilon, Mu
from dpsynth.synth.base import Mechanism, Planned
from dpsynth.synth.calibrated import calibrated
from dpsynth.synth.columns import MOST

SECONDS_PER_CELL = 17e-6
"""Measured time of OpenDP's discrete Gaussian for one cell on one core."""


@dataclass(frozen=True)
class PredictedError:
    """Expected total variation distance that noise alone puts into one measured marginal.

    0.5 sqrt(2/pi) sigma cells/rows: the mean absolute noise of all cells over twice the number of rows.

    Attributes:
        name: the column, or which pair.
        cells: cells of the marginal.
        sigma: noise in each, in rows.
        distance: the expected distance.
        candidate: the mechanism that measures it, where the policy names several.
    """

    name: str
    cells: int
    sigma: float
    distance: float
    candidate: str = ""


@dataclass(frozen=True)
class Plan:
    """A policy with everything computed that does not need data.

    Attributes:
        loaded: the policy.
        domain: public domain of what is counted.
        mechanisms: calibrated synthesizers; several where the policy names candidates, among which the paid utility
            distances then choose.
        utility_sigma: noise of each paid utility distance, or None when none is paid for.
        queries: all queries, with shares of mu^2 of the release.
        event: the whole release.
        guarantee: what the event promises.
        planning_rows: public number of training rows that predictions assume.
        errors: predicted error of each one-way marginal, and of the largest and median pair, by each mechanism.
    """

    loaded: LoadedPolicy
    domain: Domain
    mechanisms: tuple[Mechanism, ...]
    utility_sigma: float | None
    queries: tuple[Planned, ...]
    event: Event
    guarantee: Guarantee
    planning_rows: int
    errors: tuple[PredictedError, ...]

    @property
    def bounds(self) -> dict[str, int]:
        """Most rows of one person in each table."""
        policy = self.loaded.policy
        return {policy.table_name: policy.privacy.contribution.max_rows_per_unit}

    def place(self, column: str) -> tuple[str, str, str, str]:
        """Where the policy declares a column of `domain`."""
        name = column if self.panel is None else self.panel.in_file[column]
        return "tables", self.loaded.policy.table_name, "columns", name

    @cached_property
    def panel(self) -> Panel | None:
        """How rows of a person are laid out, where the policy says that they are."""
        return panel_of(self.loaded)

    @property
    def most_cells(self) -> int:
        """Most cells of the table."""
        source = self.loaded.policy.source
        rows = source.max_rows or source.max_patients * self.loaded.policy.privacy.contribution.max_rows_per_unit
        if self.panel is not None:
            rows = source.max_patients
        return rows * len(self.domain.names)


def plan(loaded: LoadedPolicy) -> Plan:
    """Computes the plan of a policy.

    Raises:
        PolicyError: the policy cannot be run.
    """
    if loaded.policy.is_relational:
        from dpsynth.run import family_plan  # which makes a plan of this kind

        return family_plan.plan(loaded)
    policy = loaded.policy
    privacy = policy.privacy
    bound = privacy.contribution.max_rows_per_unit
    shares = policy.synthesis.candidates or {policy.synthesis.mechanism: 1.0}
    with refusing(loaded):
        domain = domain_of(loaded)
        mu = accountant.calibrate(Epsilon(privacy.epsilon), Delta(privacy.delta))
        parts = tuple(calibrated(loaded, domain, mu))
        mechanisms = tuple(part.mechanism for part in parts)
        attacks = [find_attack(name) for name in policy.attacks.run]  # now: a typo would cost the whole charge
        _check_samples(mechanisms, attacks)
        # Of the synthetic table of each candidate, all pairs.
        pairs = math.comb(len(domain.names), 2) * len(parts) if privacy.split.utility > 0 else 0
        sigma = utility_sigma(mu, privacy.split.utility, pairs, bound) if pairs else None
    queries: list[Planned] = []
    for part in parts:
        candidate = part.mechanism.name if len(parts) > 1 else ""
        queries += [replace(q, share=q.share * part.share, candidate=candidate) for q in part.mechanism.plan]
    asked: list[Event] = [mechanism.event for mechanism in mechanisms]
    if sigma is not None:
        asked.append(GaussianQueries("utility", pairs, pairs, float(bound), sigma, LATTICE_BITS))
        queries.append(Planned("utility", pairs, pairs, sigma, privacy.split.utility))
    event = asked[0] if len(asked) == 1 else Composed(tuple(asked))
    guarantee = accountant.compose(event)
    if guarantee.delta(Epsilon(privacy.epsilon)).value > privacy.delta:
        raise PolicyError(
            f"{loaded.at('privacy')}: mechanism {' and '.join(map(repr, shares))} would cost more than epsilon "
            f"{privacy.epsilon:g} at delta {privacy.delta:g}. Its calibration is wrong: choose another mechanism."
        )
    most = policy.source.max_rows if policy.table.waves is None else None  # a person of a panel is one row
    rows = round((most or policy.source.max_patients) * (1 - policy.source.holdout.share))
    errors = tuple(
        replace(error, candidate=candidate)
        for candidate in dict.fromkeys(q.candidate for q in queries if q.purpose != "utility")
        for error in predicted(domain, [q for q in queries if q.candidate == candidate], max(1, rows))
    )
    return Plan(loaded, domain, mechanisms, sigma, tuple(queries), event, guarantee, rows, errors)


@contextmanager
def refusing(loaded: LoadedPolicy) -> Iterator[None]:
    """Says where in the policy stands what cannot be planned.

    Raises:
        PolicyError: with `file:line`.
    """
    privacy = loaded.policy.privacy
    try:
        yield
    except PolicyError as error:
        if str(error).startswith(str(loaded.path)):
            raise
        section = next((k for k in ("synthesis", "attacks") if str(error).startswith(k)), "tables")
        raise PolicyError(f"{loaded.at(section)}: {error}") from None
    except ValueError as error:
        raise PolicyError(
            f"{loaded.at('privacy', 'epsilon')}: privacy.epsilon {privacy.epsilon:g} at delta {privacy.delta:g} "
            f"cannot be realised: {error} If sigma is too small, lower privacy.epsilon; if it is too large, raise "
            "privacy.epsilon, release fewer columns or lower privacy.contribution.max_rows_per_unit."
        ) from None


def _check_samples(mechanisms: Sequence[Mechanism], attacks: Sequence[Attack]) -> None:
    """What sums over samples of people do not allow, whichever mechanism asks for them.

    Raises:
        PolicyError: two mechanisms would each take what the rest of the release leaves, or thousands of trainings are
            asked for.
    """
    training = [m.name for m in mechanisms if accountant.compose(m.event).sampled]
    if len(training) > 1:
        raise PolicyError(
            f"synthesis.candidates names {' and '.join(training)}, and each of them trains a critic with all that the "
            "rest of the release leaves of epsilon and delta. Name one of them only."
        )
    for attack in attacks:
        if training and getattr(attack, "shadows", False):
            raise PolicyError(
                f"attacks.run names {attack.name!r}, which makes the release thousands of times anew, but "
                f"{training[0]} trains a critic in each of them, which would take months. Remove it from attacks.run, "
                "or choose another mechanism."
            )


def utility_sigma(mu: Mu, share: float, pairs: int, bound: int) -> float:
    """Noise of each paid distance: mu^2 share = pairs (bound / sigma)^2. Plain counts, whatever the synthesis uses."""
    return snap_sigma(bound * math.sqrt(pairs / share) / mu.value)


def predicted(domain: Domain, queries: Sequence[Planned], rows: int) -> tuple[PredictedError, ...]:
    """Expected errors of the single columns, and of the median and the largest pair, from noise alone."""

    def error(name: str, cells: int, sigma: float) -> PredictedError:
        return PredictedError(name, cells, sigma, min(1.0, 0.5 * math.sqrt(2 / math.pi) * sigma * cells / rows))

    sigma = {q.purpose: q.sigma for q in queries}
    each = dict(next(q.each for q in queries if q.purpose == "one_way"))
    errors = [error(name, size, each.get(name, sigma["one_way"])) for name, size in domain.sizes.items()]
    larger = next((sigma[p] for p in ("pairs", "rounds", "marginals") if p in sigma), None)
    if larger is not None and len(domain.names) > 1:
        # Levels are merged into at most MOST groups for tables of several columns.
        size = {name: min(size, MOST) for name, size in domain.sizes.items()}
        cells = sorted(size[a] * size[b] for a, b in combinations(domain.names, 2))
        errors.append(error("median pair", cells[len(cells) // 2], larger))
        errors.append(error("largest pair", cells[-1], larger))
    return tuple(errors)
