"""What the steward should know about a policy before running it: the static review of `dpsynth check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from dpsynth.dummy.codes.registry import system_of
from dpsynth.policy.listed_columns import CategoryColumn
from dpsynth.privacy.account import to_nano
from dpsynth.privacy.lifetime import NANO, lifetime_order, lifetime_to_nano
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.release import catalogue_entry
from dpsynth.release.contents import CATALOGUE_ENTRY
from dpsynth.run import forecast
from dpsynth.run.plan import Plan

Severity = Literal["review", "note"]
Remark = tuple[Severity, tuple[str | int, ...], str]

NOISY = 0.1
"""Expected error of a single column, from noise alone, above which the review speaks up."""
RESOLVED = 100
"""People above a threshold that a false-alarm rate needs to be resolved."""


@dataclass(frozen=True)
class Finding:
    """Something that the steward should know.

    Attributes:
        severity: review (page 1 of the report will ask for a judgement) or note.
        where: `file:line`.
        text: what was found and what can be done.
    """

    severity: Severity
    where: str
    text: str


def review(plan: Plan) -> tuple[Finding, ...]:
    """All findings, in the order of their importance."""
    remarks = (
        *_budget(plan),
        *_unit(plan),
        *_columns(plan),
        *_codes(plan),
        *_paid(plan),
        *_holdout(plan),
        *_catalogue(plan),
        *_critic(plan),
    )
    ordered = sorted(remarks, key=lambda r: r[0] == "note")
    return tuple(Finding(severity, plan.loaded.at(*path), text) for severity, path, text in ordered)


def _budget(plan: Plan) -> Iterator[Remark]:
    privacy, limits = plan.loaded.policy.privacy, plan.loaded.policy.thresholds
    if privacy.epsilon > limits.epsilon_release.pass_:
        limit = limits.epsilon_release.pass_
        yield "review", ("privacy", "epsilon"), f"privacy.epsilon is {privacy.epsilon:g}; up to {limit:g} passes."
    lifetime, limit = privacy.lifetime, limits.epsilon_lifetime.pass_
    if lifetime.epsilon > limit:
        path = ("privacy", "lifetime", "epsilon")
        yield "review", path, f"privacy.lifetime.epsilon is {lifetime.epsilon:g}; up to {limit:g} passes."
    people, limit = plan.loaded.policy.source.max_patients, limits.delta_times_patients.pass_
    if privacy.delta * people > limit:
        yield (
            "review",
            ("privacy", "delta"),
            f"privacy.delta times source.max_patients is {privacy.delta * people:g}; up to {limit:g} passes. "
            f"Set delta: {limit / people:.1e}.",
        )
    epsilon, delta = Epsilon(lifetime.epsilon), Delta(lifetime.delta)
    whole = lifetime_to_nano(epsilon, delta)
    nano = to_nano(plan.guarantee.mu_squared, plan.guarantee.sampled, lifetime_order(epsilon, delta))
    if nano > whole:
        yield (
            "review",
            ("privacy", "lifetime"),
            f"this release alone (rho {nano / NANO:.5f}) is more than the lifetime budget allows "
            f"(rho {whole / NANO:.5f}): it will be refused. "
            "Lower privacy.epsilon or raise privacy.lifetime.epsilon before the population is first used.",
        )


def _unit(plan: Plan) -> Iterator[Remark]:
    privacy = plan.loaded.policy.privacy
    if privacy.unit != "patient":
        text = f"privacy.unit is {privacy.unit}: a person with several of these is protected less. Set unit: patient."
        yield "review", ("privacy", "unit"), text
    if privacy.invariants:
        text = "invariants are published exactly: they are outside the guarantee, and the release will be blocked."
        yield "review", ("privacy", "invariants"), text


def _columns(plan: Plan) -> Iterator[Remark]:
    for name, table in plan.loaded.policy.tables.items():
        assumed = [column for column, declared in table.modelled.items() if declared.source == "assumed"]
        if assumed:
            text = f"the domains of {', '.join(assumed)} are assumptions; wrong bounds cost usefulness, never privacy."
            yield "note", ("tables", name, "columns", assumed[0]), text
    for error in plan.errors:
        if error.distance > NOISY and error.name in plan.domain.names:
            yield (
                "note",
                plan.place(error.name),
                f"column {error.name}: {error.cells} levels give an expected error of {error.distance:.2f} from noise "
                "alone; levels that the noise hides will be merged. Use fewer, wider levels.",
            )


def _codes(plan: Plan) -> Iterator[Remark]:
    """Levels that are said to be codes and have not their form: a slip in a list makes a level that nobody has."""
    loaded = plan.loaded
    for table, declared in loaded.policy.tables.items():
        lists = loaded.lists_of(table)
        for name, column in declared.modelled.items():
            system = None if column.coding_system is None else system_of(column.coding_system.name)
            if system is None or not isinstance(column, CategoryColumn):
                continue
            levels = [str(level) for level in column.domain or lists.get(name, ())]
            odd = [level for level, good in zip(levels, system.valid(pa.array(levels)), strict=True) if not good]
            if odd:
                yield (
                    "note",
                    ("tables", table, "columns", name),
                    f"column {name}: {len(odd)} of {len(levels)} levels have not the form of a code of {system.name}, "
                    f"such as {odd[0]!r}. Correct the list if it is a slip.",
                )


def _paid(plan: Plan) -> Iterator[Remark]:
    """Whether anything but noisy answers will say how near several tables come."""
    policy = plan.loaded.policy
    if policy.is_relational and policy.privacy.split.utility == 0:
        yield (
            "note",
            ("privacy",),
            "nothing pays for distances to the data, so that usefulness will be judged by distances to noisy answers, "
            "which are mostly noise where people are few. Set privacy.split: {synthesis: 0.95, utility: 0.05}.",
        )


def _holdout(plan: Plan) -> Iterator[Remark]:
    policy = plan.loaded.policy
    held_out = policy.source.max_patients * policy.source.holdout.share
    rate = policy.attacks.false_positive_rate
    if held_out * rate < RESOLVED:
        yield (
            "note",
            ("source", "holdout"),
            f"at most {held_out:.0f} people are held out; a false-alarm rate of {rate:g} needs {RESOLVED / rate:.0f} "
            "to be resolved, and will be reported as not resolvable.",
        )
    if not policy.attack_names:
        yield "note", ("attacks", "run"), "no attack will be run, so the report will hold no test of the release."


def _critic(plan: Plan) -> Iterator[Remark]:
    """Whether a GAN makes sense: asked of those who train one, and told to those who may think of it."""
    if not plan.mechanisms:
        return  # critics know nothing of rows that belong together
    expected = forecast.forecast(plan)
    hopeless = expected.planned and expected.ratio >= forecast.DOUBTFUL
    yield "review" if hopeless else "note", ("synthesis",), forecast.verdict(expected)


TOLD = {"contact": "whom to ask", "licence": "what they may do with the data"}
"""Keys of `catalogue` that recipients miss, and what they then do not learn."""


def _catalogue(plan: Plan) -> Iterator[Remark]:
    policy = plan.loaded.policy
    untold = [key for key in TOLD if getattr(policy.catalogue, key) is None]
    if untold:
        text = f"recipients will not learn {' and '.join(TOLD[key] for key in untold)}. Add {_keys(untold)}."
        yield "note", ("catalogue",), text
    if lacking := catalogue_entry.missing(policy):
        text = f"health data catalogues refuse {CATALOGUE_ENTRY} as it will be. Add {_keys(lacking)}."
        yield "note", ("catalogue",), text


def _keys(keys: Sequence[str]) -> str:
    return ", ".join(f"catalogue.{key}" for key in keys)
