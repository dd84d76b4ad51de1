"""Which attack sees which leak: releases of one table that are private, faulty, or of other people.

All attacks but `shadow` are run on each release as the product runs them. An attack has caught a release if it rejects
"no leak": the lower limit of its interval, at the confidence 1 - `FALSE_ALARM` / number of attacks, lies above the
baseline. So of a release that gives nobody away some attack says otherwise with a probability of at most `FALSE_ALARM`.
To be caught is not to be above the ceiling: a private release may give away as much as its budget allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tables
from scipy.stats import norm

from dpsynth.attacks import controls, people, planted, registry, statistics
from dpsynth.attacks.base import AttackResult, Evidence, Settings
from dpsynth.attacks.shadow_curator import Trainer
from dpsynth.data.examples import example_path
from dpsynth.data.surrogate import surrogate
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.policy.judging import Attacks
from dpsynth.policy.load import load
from dpsynth.policy.people import Holdout
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.accountant import Guarantee, calibrate, compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.base import Mechanism, configure
from dpsynth.synth.task import Task

FALSE_ALARM = 0.001
"""Probability that any of the attacks speaks although nothing leaks."""

POLICY = Path(__file__).resolve().parents[1] / "policies" / "rand_hie.yaml"

DELTA = 1e-6
MOST_ROWS = 4
"""Encounters of a patient that are used."""

COLUMNS = (
    "race", "gender", "age", "admission_type_id", "died", "admission_source_id", "time_in_hospital",
    "medical_specialty", "num_lab_procedures", "num_medications", "number_inpatient", "number_emergency", "diag_1",
    "diag_2", "number_diagnoses", "A1Cresult", "insulin", "readmitted",
)  # fmt: skip
QUASI_IDENTIFIERS = ("race", "gender", "age", "admission_type_id", "medical_specialty", "time_in_hospital")
SECRETS = ("died", "diag_1", "diag_2", "readmitted")

SURROGATE_PEOPLE = 6000
MOST_PEOPLE = 30_000
"""People of the table that take part, drawn at random."""
QUICK_PEOPLE = 2800

UNLIMITED = 20.0
"""The budget for which the mechanism without noise is planned: it measures as many tables as this would afford."""


@dataclass(frozen=True)
class Study:
    """A table, cut into people who play different parts.

    Attributes:
        name: of the table.
        task: what a mechanism is told.
        synthesis: settings of the mechanism.
        settings: what attackers know, and want.
        members: who is trained on.
        reference, control: held-out people, with the shares that a policy has by default.
        fresh: people who are neither.
    """

    name: str
    task: Task
    synthesis: Synthesis
    settings: Settings
    members: Units
    reference: Units
    control: Units
    fresh: Units


@dataclass(frozen=True)
class Release:
    """What is attacked.

    Attributes:
        name: which it is.
        leaks: whether it gives people away by construction (True), cannot (False), or may as far as the budget allows.
        members: whom attackers are asked about.
        rows: the release.
        mechanism: which made it, or would have.
        guarantee: what is claimed of it.
    """

    name: str
    leaks: bool | None
    members: Units
    rows: Codes
    mechanism: Mechanism
    guarantee: Guarantee


@dataclass(frozen=True)
class Row:
    """One attack on one release.

    Attributes:
        release, attack, statistic, value, low, high, ceiling, status: of the product's result, interval at 95 %.
        limit: the lower limit at the confidence that makes false alarms as rare as `FALSE_ALARM`.
        caught: whether that limit lies above the value without a leak.
    """

    release: str
    attack: str
    statistic: str
    value: float
    low: float
    high: float
    ceiling: float | None
    status: str
    limit: float
    caught: bool


def study(data: Path | None, quick: bool, rng: np.random.Generator) -> Study:
    """All encounters of the patients in DATA/diabetes130, else the example that comes with the product."""
    folder = None if data is None else data / "diabetes130"
    if folder is not None and folder.is_dir():
        domain, codes, keys, _ = tables.from_code_book(folder, "all")
        chosen = [domain.names.index(name) for name in COLUMNS]
        domain = Domain(tuple(domain.attributes[i] for i in chosen))
        units = tables.by_owner(codes[:, chosen], keys, MOST_ROWS, rng)
        settings = Settings(0.95, 0.01, 1, QUASI_IDENTIFIERS, SECRETS)
        return _cut("diabetes130:all", Task(domain, MOST_ROWS, "auto"), Synthesis(), settings, units, quick, rng)
    table = tables.from_policy(POLICY, example_path("rand_hie"), rng)
    roles = {name: column.role for name, column in load(POLICY).policy.table.modelled.items()}
    known, secret = (
        tuple(n for n, role in roles.items() if role == wanted) for wanted in ("quasi_identifier", "sensitive")
    )
    settings = Settings(0.95, 0.01, 1, known, secret)
    return _cut("example:rand_hie", table.task, table.synthesis, settings, table.units, quick, rng)


def _cut(
    name: str, task: Task, synthesis: Synthesis, settings: Settings, units: Units, quick: bool,
    rng: np.random.Generator,
) -> Study:  # fmt: skip
    """A quarter of the people stay fresh; of the others the default share is held out."""
    units = people.draw(units, QUICK_PEOPLE if quick else MOST_PEOPLE, rng)
    fresh = units.size // 4
    others, shares = units.size - fresh, Holdout()
    held_out = round(others * shares.share)
    control = round(held_out * shares.control)
    parts = people.cut(units, [others - held_out, held_out - control, control, fresh], rng)
    return Study(name, task, synthesis, settings, *parts)


def releases(of: Study, quick: bool, rng: np.random.Generator) -> list[Release]:
    """The releases; a quick run has only some of them."""
    members, task = of.members, of.task
    first, guarantee, rows = _trained(of, 1.0, rng)
    unlimited, _ = _planned(of, UNLIMITED)
    without = Trainer(unlimited, task.domain, task.rows_per_unit)(members, rng)
    some = [
        Release("without noise", True, members, without, unlimited, guarantee),
        Release("noisy copy", True, members, controls.noisy_copy(members, rng), first, guarantee),
        Release("fresh people", False, of.fresh, rows, first, guarantee),
    ]
    if quick:
        return some
    fourth, wider, more = _trained(of, 4.0, rng)
    verbatim, _ = controls.partial_leak(rows, members, rng)
    return [
        Release("epsilon 1", None, members, rows, first, guarantee),
        Release("epsilon 4", None, members, more, fourth, wider),
        *some[:2],
        Release("1 % verbatim", True, members, verbatim, first, guarantee),
        Release("overfitted", True, members, planted.overfitted(members, rng), first, guarantee),
        some[2],
    ]


def _planned(of: Study, epsilon: float) -> tuple[Mechanism, Guarantee]:
    mechanism = configure(of.synthesis).calibrate(calibrate(Epsilon(epsilon), Delta(DELTA)), of.task)
    return mechanism, compose(mechanism.event)


def _trained(of: Study, epsilon: float, rng: np.random.Generator) -> tuple[Mechanism, Guarantee, Codes]:
    (mechanism, spent), task = _planned(of, epsilon), of.task
    noise = DiscreteGaussian()
    curator = Curator(of.members, task.domain, task.rows_per_unit, spent.mu_squared, cells(mechanism.event), noise)
    model = mechanism.fit(mechanism.measure(curator))
    return mechanism, spent, model.sample(of.members.rows, rng)


def attacks(quick: bool) -> tuple[str, ...]:
    """All that are registered but `shadow`, which takes minutes a person.

    A quick run has those of a policy's default, without `combined`, which takes as long as all others.
    """
    everything = tuple(name for name in registry.available() if name != "shadow")
    return tuple(name for name in everything if name in Attacks().run and name != "combined") if quick else everything


def leak_table(of: Study, made: Sequence[Release], names: Sequence[str], rng: np.random.Generator) -> list[Row]:
    """Runs the named attacks on all releases."""
    task = of.task
    confidence, rows = 1 - FALSE_ALARM / len(names), []
    for release in made:
        retrain = Trainer(release.mechanism, task.domain, task.rows_per_unit)
        invented = surrogate(task.domain, min(of.members.size, SURROGATE_PEOPLE), task.rows_per_unit, rng)
        twin = Evidence(task.domain, invented.train, invented.reference, invented.control, retrain(invented.train, rng))
        evidence = Evidence(task.domain, release.members, of.reference, of.control, release.rows)
        for name, stream in zip(names, rng.spawn(len(names)), strict=True):
            one = registry.find(name).run(evidence, twin, release.guarantee, retrain, of.settings, stream)
            rows.append(judged(release.name, one, confidence))
    return rows


def judged(release: str, one: AttackResult, confidence: float) -> Row:
    """A result as a row."""
    limit = lower_limit(one, confidence)
    return Row(
        release, one.attack, one.statistic, one.value, one.interval.low, one.interval.high, one.ceiling, one.status,
        limit, limit > one.baseline,
    )  # fmt: skip


def lower_limit(one: AttackResult, confidence: float) -> float:
    """The lower limit of a result at another confidence.

    Of an AUC the limits lie at equal distances on the logit scale, so both scale with the normal quantile (nearly so
    where scores are tied). Shares are counted again: the first rate of a result is the one that its value is about.
    """
    if one.statistic == "auc":
        if not 0 < one.interval.low <= one.interval.high < 1 or not 0 < one.value < 1:
            return statistics.wilson(one.value, min(one.n_members, one.n_control), confidence).low
        middle, low = (math.log(x / (1 - x)) for x in (one.value, one.interval.low))
        wider = norm.isf((1 - confidence) / 2) / norm.isf((1 - one.interval.confidence) / 2)
        return float(1 / (1 + math.exp(-(middle - wider * (middle - low)))))
    first = one.rates[0]
    hits, control_hits = round(first.members * first.n_members), round(first.control * first.n_control)
    return statistics.excess_interval(hits, first.n_members, control_hits, first.n_control, confidence).low


def markdown(rows: Sequence[Row]) -> str:
    """One line an attack, one column a release; what was caught is bold."""
    columns = list(dict.fromkeys(row.release for row in rows))
    lines = [f"| attack | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for attack in dict.fromkeys(row.attack for row in rows):
        found = {row.release: row for row in rows if row.attack == attack}
        lines.append(f"| `{attack}` | {' | '.join(_cell(found.get(c)) for c in columns)} |")
    return "\n".join(lines)


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    text = f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]"
    return f"**{text}**" if row.caught else text


def verdicts(made: Sequence[Release], rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """Which attacks caught each release."""
    return {r.name: tuple(row.attack for row in rows if row.release == r.name and row.caught) for r in made}


def as_expected(made: Sequence[Release], rows: Sequence[Row]) -> bool:
    """Whether every leak is caught by some attack, and people whom no release knows by none."""
    caught = verdicts(made, rows)
    return all(release.leaks is None or bool(caught[release.name]) == release.leaks for release in made)
