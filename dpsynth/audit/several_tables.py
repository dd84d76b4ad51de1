"""The game about several tables: one person with all rows in all of them, present or not.

The tables are the audit's own, whatever the centre's policy says: people, stays of people, and values of stays. Scale
and sensitivity come from the bounds on a person's rows and from how views are joined and derived, and that is the same
code for all policies.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.audit.exact import Exact
from dpsynth.audit.trade_off import Scores
from dpsynth.audit.transcript import Transcript
from dpsynth.data.family import FamilyUnits, open_family
from dpsynth.data.memory import FrameSource
from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.schema import Policy
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import DiscreteGaussian, Sampler
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.mechanism import Measurers, RelationalMechanism, calibrate

MOST = 8
"""Rows of a person in each table."""

MANY = 10_000
"""Rows of somebody with far too many."""

MECHANISM = "relational"

MUTANT = "row_level_sensitivity"
"""The mistake: every row is taken for a person of its own."""

TABLES: dict[str, Any] = {
    "patients": {
        "file": "patients.csv",
        "columns": {
            "pid": {"role": "unit_key"},
            "sex": {"type": "category", "domain": ["f", "m"], "other": "other", "source": "doc"},
        },
    },
    "stays": {
        "file": "stays.csv",
        "parent": "patients",
        "rows": {"at_most": MOST},
        "columns": {
            "stay": {"role": "key"},
            "pid": {"role": "unit_key"},
            "ward": {"type": "category", "domain": ["a", "b"], "other": "other", "source": "doc"},
        },
    },
    "labs": {
        "file": "labs.csv",
        "parent": "stays",
        "rows": {"at_most": MOST, "clip": 2, "summaries": [{"column": "code", "of": "ever", "levels": ["y"]}]},
        "columns": {
            "pid": {"role": "unit_key"},
            "stay": {"role": "parent_key"},
            "code": {"type": "category", "domain": ["x", "y"], "other": "other", "source": "doc"},
        },
    },
}
"""Three levels; one table with noise for as many rows as are allowed, one with contributions that are scaled down."""

View = tuple[Units, Domain, int, events.Event]
"""Rows, what they can hold, the most of one person, and what may be asked."""

Cells = dict[str, dict[str, list[str | None]]]
"""table -> column -> cells, as text."""


@cache
def loaded() -> LoadedPolicy:
    """The audit's own policy; nobody is held out, because that would only blur the game."""
    values = {
        "dpsynth_policy": 1,
        "id": "audit",
        "title": {"en": "Audit"},
        "legal": {"controller": "nobody", "purpose": {"en": "Audit of the promise"}},
        "release": {"audience": "public"},
        "source": {"population": "audit", "snapshot": "audit", "max_patients": 1000, "holdout": {"share": 1e-9}},
        "tables": TABLES,
        "privacy": {
            "contribution": {"max_rows_per_unit": 1, "source": "doc"},
            "epsilon": 1.0,
            "delta": 1e-6,
            "lifetime": {"epsilon": 1.0, "delta": 1e-6},
        },
        "synthesis": {"mechanism": MECHANISM},
    }
    return LoadedPolicy(Policy.model_validate_json(json.dumps(values)), Path("audit.yaml"), "", "", {})


@cache
def family() -> Family:
    """Its views."""
    return Family.from_policy(loaded())


@dataclass(frozen=True)
class FamilyCase:
    """A pair of neighbours.

    Attributes:
        name: what is special about the person.
        others: rows of everybody else.
        person: rows of the person.
    """

    name: str
    others: Cells
    person: Cells

    def world(self, present: bool) -> Cells:
        """All rows with or without the person."""
        if not present:
            return self.others
        return {
            table: {name: cells + self.person[table][name] for name, cells in columns.items()}
            for table, columns in self.others.items()
        }


def cases() -> tuple[FamilyCase, ...]:
    """The suite, in a fixed order; the first case moves all answers furthest."""
    crowd = _joined([_person(f"p{i}", "f", [("a", ["x"])] * (i % 4)) for i in range(6)])
    nobody: Cells = {table: {name: [] for name in columns} for table, columns in crowd.items()}
    heavy = _person("target", "other", [("other", ["other"])] * MOST)
    known = "patients", "stays", "labs"
    persons: dict[str, tuple[Cells, Cells]] = {
        "nobody_like_it": (crowd, heavy),
        "no_rows": (crowd, _person("target", "other", [])),
        "one_row": (crowd, _person("target", "other", [("other", ["other"])])),
        "many_rows": (crowd, _person("target", "other", [("other", ["other"] * MANY)])),
        "like_everybody": (crowd, _person("target", "f", [("a", ["x"])] * MOST)),
        "orphans": (crowd, {**heavy, "patients": nobody["patients"]}),
        "rows_of_somebody_else": (crowd, {**heavy, "labs": {**heavy["labs"], "stay": ["p3-0"] * MOST}}),
        "keys_twice": (crowd, _joined([heavy, _person("target", "m", [("b", ["y"])] * MOST)])),
        "rows_without_id": (crowd, {t: {**heavy[t], "pid": [None] * len(heavy[t]["pid"])} for t in known}),
        "unreadable_cells": (crowd, _person("target", "\N{REPLACEMENT CHARACTER}", [(";", ["\"'"])] * MOST)),
        "alone": (nobody, heavy),
    }
    return tuple(FamilyCase(name, others, person) for name, (others, person) in persons.items())


def _person(pid: str, sex: str, stays: Sequence[tuple[str, list[str]]]) -> Cells:
    """Rows of a person: stays with their ward and the values of each."""
    names = [f"{pid}-{i}" for i in range(len(stays))]
    values: list[tuple[str | None, str | None]] = [
        (name, code) for name, (_, codes) in zip(names, stays, strict=True) for code in codes
    ]
    return {
        "patients": {"pid": [pid], "sex": [sex]},
        "stays": {"stay": [*names], "pid": [pid] * len(names), "ward": [ward for ward, _ in stays]},
        "labs": {"pid": [pid] * len(values), "stay": [n for n, _ in values], "code": [c for _, c in values]},
    }


def _joined(parts: Sequence[Cells]) -> Cells:
    return {
        table: {name: [cell for part in parts for cell in part[table][name]] for name in columns}
        for table, columns in parts[0].items()
    }


@dataclass(frozen=True)
class FamilyGame:
    """One claim about people with rows in three tables, and one pair of neighbours.

    Attributes:
        case: the neighbours.
        epsilon, delta: of the claim.
        runs: in each world.
        whole: whether every run reads and joins the raw tables again; otherwise that is done once a world.
        mutant: the mistake that is made; empty: none.
        sampler: privacy noise.
    """

    case: FamilyCase
    epsilon: float
    delta: float
    runs: int
    whole: bool
    mutant: str = ""
    sampler: Sampler = field(default_factory=lambda: DiscreteGaussian(threads=1))

    @property
    def guarantee(self) -> accountant.Guarantee:
        """What the events of all views promise together."""
        return accountant.compose(self._mechanism.event)

    @property
    def _mechanism(self) -> RelationalMechanism:
        budget = accountant.calibrate(Epsilon(self.epsilon), Delta(self.delta))
        return calibrate(budget, family(), loaded().policy.synthesis, {})

    def fresh_key(self) -> bytes:
        """A key of the population; nobody is held out."""
        return secrets.token_bytes(32)

    def scores(self, present: bool, runs: int, key: bytes) -> Scores:
        """Log-likelihood ratios of some runs in one world, shape (runs,)."""
        mechanism = self._mechanism
        sides = [self._views(side, key, mechanism) for side in (False, True)]
        worlds = [[Exact(units, view) for units, view, *_ in views] for views in sides]
        views = sides[present]
        found = np.zeros(runs)
        for i in range(runs):
            if self.whole:
                views = self._views(present, key, mechanism)
            asked = [
                Transcript(self._curator(*view), without, with_person)
                for view, without, with_person in zip(views, *worlds, strict=True)
            ]
            names = [table.name for table in family().rows]
            mechanism.measure(Measurers(asked[0], dict(zip(names, asked[1:], strict=True))))
            found[i] = sum(transcript.evidence for transcript in asked)
        return found

    def _curator(self, units: Units, view: Domain, most: int, event: events.Event) -> Curator:
        promised = accountant.compose(event)
        return Curator(units, view, most, promised.mu_squared, events.cells(event), self.sampler, promised.sampled)

    def _views(self, present: bool, key: bytes, mechanism: RelationalMechanism) -> list[View]:
        """All views of a world, people first, with the most rows of a person and what may be asked."""
        people = self._encoded(present, key)
        tables = [
            (self._units(people.rows[table.name]), table.counted, table.at_most, mechanism.rows[table.name].event)
            for table in family().rows
        ]
        return [(people.people, family().view, 1, mechanism.people.event), *tables]

    def _units(self, units: Units) -> Units:
        return Units(units.codes, np.arange(units.rows), units.rows) if self.mutant == MUTANT else units

    def _encoded(self, present: bool, key: bytes) -> FamilyUnits:
        sources = {
            name: FrameSource(pa.table({c: pa.array(cells, pa.string()) for c, cells in columns.items()}), name)
            for name, columns in self.case.world(present).items()
        }
        return open_family(loaded(), family(), sources, key, lambda: None).train
