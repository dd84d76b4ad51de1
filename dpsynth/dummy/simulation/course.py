"""Runs a model for a block of patients: all patients at once, step after step.

In each step of d days a hazard h becomes the chance 1 - exp(-h d) of a move, an encounter or death. What is written
down depends on the states at the begin of the step's encounters. Every number of the model is used as declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.dummy.simulation.model import Encounter, Model, Record
from dpsynth.dummy.simulation.world import Days, Floats, Mask, People, World

NEVER = 10**9
"""A day after every other."""


@dataclass(frozen=True)
class Events:
    """Events of one name in the order of time and encounters, shape (events,) everywhere.

    Attributes:
        owner: patient.
        day: when.
        end: last day; the day itself where nothing lasts.
        value: number; NaN where there is none.
        source: place of the record or kind of encounter in the model.
        encounter: number of the encounter in the block.
        levels: attribute or process -> place of the level at that time.
    """

    owner: People
    day: Days
    end: Days
    value: Floats
    source: People
    encounter: People
    levels: Mapping[str, np.ndarray[Any, np.dtype[np.uint8]]]


@dataclass(frozen=True)
class Course:
    """What happened to a block of patients.

    Attributes:
        world: the patients at the end.
        start: process -> place of the level at entry.
        entry: day of entry.
        death: day of death, NEVER for those who live at the end.
        events: name -> events.
        last: record -> last value, NaN if none.
        number: encounter -> how many.
        encounters: how many of all kinds together; they are numbered from 0.
    """

    world: World
    start: Mapping[str, np.ndarray[Any, np.dtype[np.uint8]]]
    entry: Days
    death: Days
    events: Mapping[str, Events]
    last: Mapping[str, Floats]
    number: Mapping[str, People]
    encounters: int


def run(model: Model, patients: int, rng: np.random.Generator) -> Course:
    """Simulates a block of patients.

    Args:
        model: the model.
        patients: how many.
        rng: public randomness.
    """
    return _Run(model, patients, rng).run()


class _Run:
    def __init__(self, model: Model, patients: int, rng: np.random.Generator) -> None:
        self.model, self.rng, self.n = model, rng, patients
        first, self.last_day, entry_until = model.time.days
        self.first_day, self.step = first, model.time.step
        self.everybody = np.arange(patients)
        self.entry = rng.integers(first, entry_until + 1, patients)
        self.death = np.full(patients, NEVER)
        self.frailty = (
            np.ones(patients) if model.frailty is None else rng.gamma(model.frailty, 1 / model.frailty, patients)
        )
        self.world = World(model, self._births(), {}, {}, {})
        self.world.traits = {name: rng.standard_normal(patients) for name in model.traits}
        for name, attribute in model.attributes.items():
            self.world.levels[name] = self._pick(np.array([list(attribute.shares.values())]))
        for name, process in model.processes.items():
            shares = np.zeros((patients, len(process.levels)))
            for level, share in process.start.items():
                shares[:, process.levels.index(level)] = self.world.by_age(share, self.everybody, first)
            shares[:, 0] = np.maximum(0.0, 1.0 - shares[:, 1:].sum(axis=1))
            self.world.levels[name] = self._pick(shares)
        self.start = {name: self.world.levels[name].copy() for name in model.processes}
        orders = [name for name, record in model.records.items() if record.lasts is not None]
        self.world.until = {name: np.full(patients, -NEVER) for name in orders}
        observed = {name: record.value for name, record in model.records.items() if record.value is not None}
        self.own = {name: rng.standard_normal(patients) * value.own for name, value in observed.items()}
        self.noise = {name: rng.standard_normal(patients) for name in observed}
        self.last = {name: np.full(patients, np.nan) for name in observed}
        self.number = {name: np.zeros(patients, np.int64) for name in model.encounters}
        self.parts: dict[str, list[Events]] = defaultdict(list)
        self.encounters = 0

    def run(self) -> Course:
        for day in range(self.first_day, self.last_day + 1, self.step):
            length = min(self.step, self.last_day + 1 - day)
            alive = np.flatnonzero(self.death == NEVER)
            self._die(alive, day, length)
            self._move(alive, day, length)
            for kind, encounter in self.model.encounters.items():
                self._meet(kind, encounter, alive, day, length)
        sources: list[Encounter | Record] = [*self.model.encounters.values(), *self.model.records.values()]
        names = sorted({name for source in sources for name in source.into})
        events = {name: self._joined(self.parts[name]) for name in names}
        return Course(self.world, self.start, self.entry, self.death, events, self.last, self.number, self.encounters)

    def _births(self) -> Days:
        bands = self.model.ages
        band = self._pick(np.array([[band.share for band in bands]]))
        youngest, width = np.array([(band.from_, band.to - band.from_) for band in bands]).T
        age = youngest[band] + self.rng.random(self.n) * width[band]
        return np.asarray(self.first_day - np.floor(age * 365.25), np.int64)

    def _pick(self, shares: Floats) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """A place for each patient, by the shares in one row for all or a row for each."""
        sums = np.cumsum(shares, axis=1)
        point = self.rng.random((self.n, 1)) * sums[:, -1:]
        return np.asarray(np.minimum((sums <= point).sum(axis=1), shares.shape[1] - 1), np.uint8)

    def _happens(self, rate: Floats | float, who: People, length: int) -> Mask:
        return np.asarray(self.rng.random(len(who)) < -np.expm1(-np.asarray(rate) * length / 365.25))

    def _die(self, alive: People, day: int, length: int) -> None:
        who = alive[self.entry[alive] < day]  # who enters lives
        law = self.model.death
        rate = self.world.by_age(law.per_year, who, day) * self.world.product(law.times, who, day)
        dead = who[self._happens(rate, who, length)]
        self.death[dead] = day + self.rng.integers(length, size=len(dead))

    def _move(self, alive: People, day: int, length: int) -> None:
        for name, process in self.model.processes.items():
            before = self.world.levels[name].copy()
            for move in process.moves:
                levels = self.world.levels[name]
                here = process.levels.index(move.from_)
                who = alive[(before[alive] == here) & (levels[alive] == here)]
                rate = self.world.by_age(move.per_year, who, day) * self.world.product(move.times, who, day)
                moved = who[self._happens(rate, who, length)]
                levels[moved] = process.levels.index(move.to)
            entering = self.entry > day
            self.start[name][entering] = self.world.levels[name][entering]

    def _meet(self, kind: str, encounter: Encounter, alive: People, day: int, length: int) -> None:
        rate = self.world.by_age(encounter.per_year, alive, day) * self.world.product(encounter.times, alive, day)
        who = alive[self._happens(rate * self.frailty[alive], alive, length)]
        days = day + self.rng.integers(length, size=len(who))
        seen = (days >= self.entry[who]) & (days <= self.death[who])
        who, days = who[seen], days[seen]
        numbers = self.encounters + np.arange(len(who))
        self.encounters += len(who)
        self.number[kind][who] += 1
        if encounter.into:
            ends = days if encounter.lasts is None else self._ends(days, encounter.lasts.days, self.death[who])
            source = list(self.model.encounters).index(kind)
            self._note(encounter.into, who, days, ends, np.full(len(who), np.nan), source, numbers)
        for name, record in self.model.records.items():
            if kind in record.at:
                self._write(name, record, who, days, numbers)

    def _write(self, name: str, record: Record, who: People, days: Days, numbers: People) -> None:
        possible = np.ones(len(who), bool)
        for condition in record.when:
            possible &= self.world.holds(condition, who, days)
        if record.lasts is not None:
            possible &= self.world.until[name][who] < days
        chance = self.world.by_age(record.chance, who, days) * self.world.product(record.times, who, days)
        here = possible & (self.rng.random(len(who)) < chance)
        who, days, numbers = who[here], days[here], numbers[here]
        ends = days
        values: Floats = np.full(len(who), np.nan)
        if record.lasts is not None:
            ends = self._ends(days, record.lasts.days, self.death[who])
            self.world.until[name][who] = ends
        if record.value is not None:
            law = record.value
            noise = law.carry * self.noise[name][who]
            noise += np.sqrt(1 - law.carry**2) * self.rng.standard_normal(len(who))
            self.noise[name][who] = noise
            mean = self.world.by_age(law.mean, who, days) + self.world.sum(law.plus, who, days)
            values = np.maximum(mean + self.own[name][who] + law.sd * noise, law.at_least)
            self.last[name][who] = values
        self._note(record.into, who, days, ends, values, list(self.model.records).index(name), numbers)

    def _ends(self, days: Days, mean: float, death: Days) -> Days:
        return np.asarray(np.minimum(days + np.floor(self.rng.exponential(mean, len(days))).astype(np.int64), death))

    def _note(
        self, into: tuple[str, ...], who: People, days: Days, ends: Days, values: Floats, source: int, numbers: People
    ) -> None:
        levels = {name: place[who] for name, place in self.world.levels.items()}
        for name in into:
            self.parts[name].append(Events(who, days, ends, values, np.full(len(who), source), numbers, levels))

    def _joined(self, parts: list[Events]) -> Events:
        if not parts:
            none = np.zeros(0, np.int64)
            levels = {name: np.zeros(0, np.uint8) for name in self.world.levels}
            return Events(none, none, none, np.zeros(0), none, none, levels)
        joined = {key: np.concatenate([getattr(p, key) for p in parts]) for key in ("owner", "day", "end", "value")}
        source, encounter = (np.concatenate([getattr(p, key) for p in parts]) for key in ("source", "encounter"))
        levels = {name: np.concatenate([p.levels[name] for p in parts]) for name in self.world.levels}
        return Events(**joined, source=source, encounter=encounter, levels=levels)
