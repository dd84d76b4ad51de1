"""The plan of a policy whose rows belong together: one budget over people and the rows of every table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dpsynth.attacks.across.registry import find as find_across
from dpsynth.attacks.registry import find as find_attack
from dpsynth.domain.attribute import Attribute
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.errors import PolicyError
from dpsynth.policy.load import LoadedPolicy
from dpsynth.privacy import accountant
from dpsynth.privacy.events import Composed, Event, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS
from dpsynth.privacy.units import Delta, Epsilon, Mu
from dpsynth.run.plan import Plan, PredictedError, predicted, refusing, utility_sigma
from dpsynth.synth.base import Planned
from dpsynth.synth.calibrated import calibrated_family
from dpsynth.synth.relational.mechanism import RelationalMechanism


@dataclass(frozen=True)
class FamilyPlan(Plan):
    """A plan over several tables, or over one whose rows of a person stay together.

    `domain` has the released columns of all tables, called TABLE.COLUMN; `mechanisms` is empty.

    Attributes:
        family: all views.
        mechanism: asks about each of them.
        utility: view -> what is asked about how far its synthetic rows are from the data; empty where nothing is paid.
    """

    family: Family
    mechanism: RelationalMechanism
    utility: Mapping[str, GaussianQueries]

    @property
    def bounds(self) -> dict[str, int]:
        """Most rows of one person in each table."""
        most = {rows.name: rows.at_most for rows in self.family.rows}
        return {name: most.get(name, 1) for name in self.loaded.policy.tables}

    def place(self, column: str) -> tuple[str, str, str, str]:
        """Where the policy declares a column of `domain`."""
        table, _, name = column.partition(".")
        return "tables", table, "columns", name

    @property
    def most_cells(self) -> int:
        """Most cells of all views."""
        source = self.loaded.policy.source
        people = source.max_patients * len(self.family.view.names)
        if source.max_rows is not None:
            return people + source.max_rows * max(len(rows.counted.names) for rows in self.family.rows)
        return people + sum(source.max_patients * r.at_most * len(r.counted.names) for r in self.family.rows)

    def event_of(self, view: str) -> Event:
        """Everything that is asked about one view."""
        asked = (self.mechanism.people if view == people_of(self.family) else self.mechanism.rows[view]).event
        return Composed((asked, *(event for name, event in self.utility.items() if name == view)))


def people_of(family: Family) -> str:
    """What the view of people is called: like their table; where there is none, as no table can be called."""
    return family.people or f"people of {family.rows[0].name}"


def views_of(family: Family) -> dict[str, Domain]:
    """The views by name, people first."""
    return {people_of(family): family.view, **{rows.name: rows.view for rows in family.rows}}


def released(family: Family) -> dict[str, tuple[Attribute, ...]]:
    """View -> the released columns that it counts; the date that orders rows is told by derived columns instead."""
    own = family.view.attributes[: len(family.codec.names)]
    rows = {
        r.name: tuple(r.view[f"{r.name}.{name}"] for name in r.codec.names)
        for r in family.rows
    }  # fmt: skip
    return {people_of(family): own, **rows}


def plan(loaded: LoadedPolicy) -> FamilyPlan:
    """Computes the plan.

    Raises:
        PolicyError: the policy cannot be run.
    """
    policy, privacy = loaded.policy, loaded.policy.privacy
    with refusing(loaded):
        if policy.synthesis.split is not None:
            raise PolicyError(
                "synthesis.split is for a mechanism on one table; 'relational' divides its share among people and the "
                "rows of each table by public numbers. Remove it."
            )
        family = Family.from_policy(loaded)
        mu = accountant.calibrate(Epsilon(privacy.epsilon), Delta(privacy.delta))
        mechanism = calibrated_family(loaded, family, mu)
        for name in policy.attacks.run:  # now: a typo would cost the whole charge
            find_attack(name)
        for name in policy.attacks.across:
            find_across(name)
        utility = _utility(family, mu, privacy.split.utility)
    event = Composed((mechanism.event, *utility.values()))
    guarantee = accountant.compose(event)
    if guarantee.delta(Epsilon(privacy.epsilon)).value > privacy.delta:
        raise PolicyError(
            f"{loaded.at('privacy')}: what is asked of all tables would cost more than epsilon {privacy.epsilon:g} at "
            f"delta {privacy.delta:g}. Its calibration is wrong; report it."
        )
    asked = _queries(family, mechanism, privacy.split.synthesis)
    queries = [query for own in asked.values() for query in own]
    queries += [
        Planned("utility", e.queries, e.cells, e.sigma, float(e.mu_squared / guarantee.mu_squared), table=name)
        for name, e in utility.items()
    ]
    people = max(1, round(policy.source.max_patients * (1 - policy.source.holdout.share)))
    errors = tuple(
        error
        for name, domain in views_of(family).items()
        for error in _predicted(family, name, domain, asked[name], _rows(loaded, family, name, people))
    )
    whole = Domain(tuple(a for own in released(family).values() for a in own))
    return FamilyPlan(
        loaded, whole, (), None, tuple(queries), event, guarantee, people, errors, family, mechanism, utility
    )


def _utility(family: Family, mu: Mu, share: float) -> dict[str, GaussianQueries]:
    """The distances of all pairs of columns of each view; views share the budget evenly.

    Counts are plain: no contribution is scaled down, so that the distance is to the rows as they are bounded.
    """
    pairs = {name: math.comb(len(domain.names), 2) for name, domain in views_of(family).items()}
    asked = {name: n for name, n in pairs.items() if n} if share > 0 else {}
    most = {people_of(family): 1} | {rows.name: rows.at_most for rows in family.rows}
    found = {}
    for name, n in asked.items():
        sigma = utility_sigma(mu, share / len(asked), n, most[name])
        found[name] = GaussianQueries("utility", n, n, float(most[name]), sigma, LATTICE_BITS)
    return found


def _queries(family: Family, mechanism: RelationalMechanism, share: float) -> dict[str, list[Planned]]:
    """View -> the groups of queries about it, with shares of mu^2 of the release."""
    whole = float(accountant.compose(mechanism.event).mu_squared)
    found = {}
    for name, own in mechanism.plan.items():
        view = name or people_of(family)
        event = (mechanism.rows[name] if name else mechanism.people).event
        part = share * float(accountant.compose(event).mu_squared) / whole
        found[view] = [replace(query, share=query.share * part, table=view) for query in own]
    return found


def _rows(loaded: LoadedPolicy, family: Family, view: str, people: int) -> int:
    """Public number of rows of a view that predictions assume: what max_rows leaves, shared evenly; else one each."""
    source = loaded.policy.source
    if view == people_of(family) or source.max_rows is None:
        return people
    return max(1, round(source.max_rows * (1 - source.holdout.share) / len(family.rows)))


def _predicted(
    family: Family, view: str, domain: Domain, queries: list[Planned], rows: int
) -> Iterator[PredictedError]:
    for error in predicted(domain, queries, rows):
        if error.name not in domain.names:
            yield replace(error, name=f"{view}: {error.name}")
        elif error.name.startswith((f"{view}.", f"{view}:")) or view == people_of(family):
            yield error  # what rows have as context is counted in its own view
