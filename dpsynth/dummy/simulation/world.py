"""The patients of one block at one moment, and what conditions and factors are for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.dummy.simulation.model import ByAge, Model, RateByAge

Floats = np.ndarray[Any, np.dtype[np.float64]]
Days = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
People = np.ndarray[Any, np.dtype[np.int64]]
"""Places of patients in the block."""


@dataclass
class World:
    """What is true of each patient, shape (patients,) everywhere.

    Attributes:
        model: the model.
        birth: day of birth, since 1970-01-01.
        levels: attribute or process -> place of the level.
        traits: hidden numbers.
        until: order -> last day on which it runs; before the first day where it was never given.
    """

    model: Model
    birth: Days
    levels: dict[str, np.ndarray[Any, np.dtype[np.uint8]]]
    traits: dict[str, Floats]
    until: dict[str, Days]

    def age(self, who: People, day: Days | int) -> Floats:
        """Years on a day."""
        return np.asarray((day - self.birth[who]) / 365.25)

    def by_age(self, number: ByAge | RateByAge, who: People, day: Days | int) -> Floats | float:
        """A number that may depend on the age."""
        if not isinstance(number, dict):
            return number
        starts = np.array(sorted(number), np.float64)
        values = np.array([number[int(start)] for start in starts])
        place = np.searchsorted(starts, self.age(who, day), side="right") - 1
        return np.asarray(values[np.maximum(place, 0)])

    def holds(self, condition: str, who: People, day: Days | int) -> Mask:
        """Of whom a condition is true."""
        text = condition.removeprefix("not ")
        if text.startswith("on "):
            true = self.until[text.removeprefix("on ")][who] >= day
        else:
            name, _, levels = text.partition("=")
            known = self.model.levels(name)
            table = np.isin(np.arange(len(known)), [known.index(level) for level in levels.split("|")])
            true = table[self.levels[name][who]]
        return np.asarray(~true if condition.startswith("not ") else true)

    def product(self, factors: Mapping[str, float], who: People, day: Days | int) -> Floats | float:
        """The product of the factors that hold; of a trait the factor to its power."""
        result: Floats | float = 1.0
        for condition, factor in factors.items():
            if condition in self.traits:
                result = result * factor ** self.traits[condition][who]
            else:
                result = result * np.where(self.holds(condition, who, day), factor, 1.0)
        return result

    def sum(self, shifts: Mapping[str, float], who: People, day: Days | int) -> Floats | float:
        """The sum of the shifts that hold; of a trait the shift times the trait."""
        result: Floats | float = 0.0
        for condition, shift in shifts.items():
            if condition in self.traits:
                result = result + shift * self.traits[condition][who]
            else:
                result = result + np.where(self.holds(condition, who, day), shift, 0.0)
        return result
