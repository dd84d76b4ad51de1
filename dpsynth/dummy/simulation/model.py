"""A simulation model as frozen values. Every number in it is published or assumed, and none comes from real data.

Conditions are texts: `sex=f` (an attribute or a process has that level; `kidney=ckd|dialysis` one of several),
`on metformin` (that order runs), each also with `not ` in front.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy.bins import EPOCH
from dpsynth.policy.block import Block, Text, fault, show

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Rate = Annotated[float, Field(ge=0)]
ByAge = float | Annotated[dict[int, float], Field(min_length=1)]
"""A number, or the numbers from given ages on (years); below the first age the first number holds."""
RateByAge = Rate | Annotated[dict[int, Rate], Field(min_length=1)]
"""The same, never below 0."""
Factors = dict[Text, Rate]
"""Condition -> factor; trait -> factor for each unit of the trait."""
PEOPLE, DEATHS = "people", "deaths"
"""Rows of tables that show no events: everybody once, or those who died."""
Names = Annotated[tuple[Word, ...], Field(min_length=1)]


class Time(Block):
    """When the courses are observed."""

    start: str = Field(description="First day, YYYY-MM-DD.")
    end: str = Field(description="Last day, YYYY-MM-DD.")
    step: Annotated[int, Field(ge=1, le=366)] = Field(description="Days of a step; at most one encounter of a kind.")
    entry_until: str = Field(description="Patients enter on any day from start to here, with the same chance.")

    @property
    def days(self) -> tuple[int, int, int]:
        """Start, end and last day of entry, since 1970-01-01."""
        first, last, entry = (dt.date.fromisoformat(day) for day in (self.start, self.end, self.entry_until))
        return (first - EPOCH).days, (last - EPOCH).days, (entry - EPOCH).days

    @model_validator(mode="after")
    def _in_order(self) -> Time:
        try:
            start, end, entry = self.days
        except ValueError:
            raise fault((), "start, end and entry_until are days as YYYY-MM-DD. Correct them.") from None
        if not start <= entry <= end or start == end:
            raise fault((), "start must come before end, and entry_until between the two. Correct them.")
        return self


class Attribute(Block):
    """What does not change: sex, say."""

    shares: Annotated[dict[Text, Rate], Field(min_length=1)] = Field(description="Level -> share; they add up to 1.")

    @model_validator(mode="after")
    def _whole(self) -> Attribute:
        if abs(math.fsum(self.shares.values()) - 1) > 1e-9:
            raise fault(("shares",), f"shares add up to {show(math.fsum(self.shares.values()))}, not 1. Correct them.")
        return self


class AgeBand(Block):
    """Ages at the start, in years, all alike inside the band."""

    from_: Annotated[int, Field(ge=0, le=120)] = Field(alias="from", description="Youngest, in years.")
    to: Annotated[int, Field(ge=1, le=121)] = Field(description="All are younger than that.")
    share: Rate = Field(description="Share of the patients; those of all bands add up to 1.")


class Move(Block):
    """A change of state with a hazard."""

    from_: Text = Field(alias="from", description="Level before.")
    to: Text = Field(description="Level after.")
    per_year: RateByAge = Field(description="Hazard per year.")
    times: Factors = Field(default={}, description="Factors of the hazard.")


class Process(Block):
    """A state that changes: a stage of a disease."""

    levels: Annotated[tuple[Text, ...], Field(min_length=2, max_length=64)] = Field(description="All states.")
    start: dict[Text, RateByAge] = Field(
        default={}, description="State -> share at the start; the first state of levels takes the rest."
    )
    moves: tuple[Move, ...] = Field(default=(), description="Possible changes.")


class Death(Block):
    """The end of a course."""

    per_year: RateByAge = Field(description="Hazard per year.")
    times: Factors = Field(default={}, description="Factors of the hazard.")


class Length(Block):
    """How long something lasts: exponential days."""

    days: Annotated[float, Field(ge=0)] = Field(description="Mean number of days.")


class Encounter(Block):
    """A kind of contact: a visit, a stay."""

    per_year: RateByAge = Field(description="Rate per year.")
    times: Factors = Field(default={}, description="Factors of the rate.")
    into: tuple[Word, ...] = Field(default=(), description="Events that tables can show. Left out: nobody sees it.")
    fields: dict[Word, Text] = Field(default={}, description="What stands in the row of every such encounter.")
    lasts: Length | None = Field(default=None, description="Left out: one day.")


class Value(Block):
    """A measured number: mean + effects + a level of the patient + noise that remembers the value before."""

    mean: ByAge = Field(description="Mean.")
    plus: dict[Text, float] = Field(default={}, description="Condition -> shift; trait -> shift for each unit.")
    own: Rate = Field(default=0.0, description="Standard deviation of the level that a patient keeps.")
    sd: Rate = Field(description="Standard deviation of the noise.")
    carry: Annotated[float, Field(ge=0, lt=1)] = Field(default=0.0, description="Correlation of consecutive noise.")
    at_least: float = Field(default=-math.inf, description="Smallest possible value.")


class Record(Block):
    """Something that is written down at encounters: an observation, a diagnosis, an order."""

    at: tuple[Word, ...] = Field(min_length=1, description="Kinds of encounters.")
    into: Names = Field(description="Events that tables can show.")
    when: tuple[Text, ...] = Field(default=(), description="Conditions that must all hold.")
    chance: RateByAge = Field(description="Chance at an encounter.")
    times: Factors = Field(default={}, description="Factors of the chance.")
    fields: dict[Word, Text] = Field(default={}, description="What stands in every such row.")
    value: Value | None = Field(default=None, description="For observations.")
    grades: dict[Text, float | None] | None = Field(
        default=None, description="Grade -> value below which it ends, rising; the last one null."
    )
    lasts: Length | None = Field(default=None, description="For orders: they run that long, and are not given twice.")

    @model_validator(mode="after")
    def _grades_rise(self) -> Record:
        ends = list((self.grades or {"": None}).values())
        rising = all(a is not None and (b is None or a < b) for a, b in pairwise(ends))
        if ends[-1] is not None or not rising or (self.grades and self.value is None):
            raise fault(("grades",), "grades need a value, rising ends, and null for the last one. Correct them.")
        return self


class Translated(Block):
    """A quantity in other words."""

    show: Text = Field(description="What is shown.")
    words: dict[Text, Text] = Field(alias="as", description="Its word -> that of the column; others stay.")


class Shown(Block):
    """What a table of a policy shows."""

    rows: Word = Field(description="people, deaths, or the events of one name.")
    columns: dict[Text, Text | Translated] = Field(description="Column -> what it shows.")


class Model(Block):
    """A simulation model."""

    dpsynth_simulation: Literal[1] = Field(description="Version of this format.")
    title: Text = Field(description="What is simulated.")
    sources: Annotated[dict[Word, Text], Field(min_length=1)] = Field(
        description="Where its numbers come from; assumed: what is assumed."
    )
    time: Time
    ages: Annotated[tuple[AgeBand, ...], Field(min_length=1)] = Field(description="Ages at the start.")
    traits: dict[Word, Text] = Field(
        default={}, description="Hidden normal numbers (mean 0, standard deviation 1), and what they mean."
    )
    frailty: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Shape of a gamma factor (mean 1) of every encounter's rate; left out: none."
    )
    attributes: dict[Word, Attribute] = Field(default={}, description="What does not change.")
    processes: dict[Word, Process] = Field(default={}, description="States that change.")
    death: Death
    encounters: Annotated[dict[Word, Encounter], Field(min_length=1)] = Field(description="Kinds of contacts.")
    records: dict[Word, Record] = Field(default={}, description="What is written down, in this order.")
    tables: Annotated[dict[Text, Shown], Field(min_length=1)] = Field(description="What tables show.")

    def levels(self, name: str) -> tuple[str, ...]:
        """Levels of an attribute or a process."""
        return tuple(self.attributes[name].shares) if name in self.attributes else self.processes[name].levels

    @model_validator(mode="after")
    def _is_sound(self) -> Model:
        if abs(math.fsum(band.share for band in self.ages) - 1) > 1e-9 or any(b.from_ >= b.to for b in self.ages):
            raise fault(("ages",), "shares of the age bands must add up to 1, and from be below to. Correct them.")
        for name in self.processes.keys() & self.attributes.keys():
            raise fault(("processes", name), f"{name} is an attribute too. Rename one.")
        for name, process in self.processes.items():
            named = [*process.start, *(level for move in process.moves for level in (move.from_, move.to))]
            for level in named:
                if level not in process.levels:
                    raise fault(("processes", name), f"{level!r} is not in levels. Correct it.")
        for name, record in self.records.items():
            for kind in record.at:
                if kind not in self.encounters:
                    raise fault(("records", name, "at"), f"there is no encounter {kind!r}. Correct it.")
        by_records = {into for record in self.records.values() for into in record.into}
        for name, encounter in self.encounters.items():
            for both in by_records.intersection(encounter.into):
                raise fault(("encounters", name, "into"), f"{both} holds records too. Use another name.")
        for place, texts in self._conditions():
            for text in texts:
                if (flaw := self._flaw(text, with_traits=place[-1] != "when")) is not None:
                    raise fault(place, f"{text!r} {flaw}. Correct it.")
        return self

    def _conditions(self) -> Iterator[tuple[tuple[str | int, ...], Iterable[str]]]:
        yield ("death", "times"), self.death.times
        for name, process in self.processes.items():
            for i, move in enumerate(process.moves):
                yield ("processes", name, "moves", i, "times"), move.times
        for name, encounter in self.encounters.items():
            yield ("encounters", name, "times"), encounter.times
        for name, record in self.records.items():
            yield ("records", name, "times"), record.times
            yield ("records", name, "when"), record.when
            if record.value is not None:
                yield ("records", name, "value", "plus"), record.value.plus

    def _flaw(self, text: str, *, with_traits: bool) -> str | None:
        if with_traits and text in self.traits:
            return None
        text = text.removeprefix("not ")
        if text.startswith("on "):
            order = self.records.get(text.removeprefix("on "))
            return None if order is not None and order.lasts is not None else "names no record that lasts"
        name, sign, levels = text.partition("=")
        if not sign or name not in self.attributes.keys() | self.processes.keys():
            return "is no condition: name=level, on ORDER, or a trait"
        unknown = [level for level in levels.split("|") if level not in self.levels(name)]
        return f"names {unknown[0]!r}, which is no level of {name}" if unknown else None
