"""Privacy parameters as types, so that an epsilon can never be added to a rho.

Neighbouring data sets differ by one privacy unit (a patient with all rows), added or removed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from dpsynth import _validate


@dataclass(frozen=True, order=True)
class _Parameter:
    """A non-negative finite number that only mixes with its own type."""

    value: float

    def __post_init__(self) -> None:
        _validate.non_negative(**{type(self).__name__: self.value})

    def _same(self, other: object) -> Self:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} does not mix with {type(other).__name__}.")
        return other

    def __float__(self) -> float:
        return self.value


class Epsilon(_Parameter):
    """epsilon of (epsilon, delta)-differential privacy. Adds by basic composition."""

    def __add__(self, other: Epsilon) -> Epsilon:
        return Epsilon(self.value + self._same(other).value)


class Delta(_Parameter):
    """delta of (epsilon, delta)-differential privacy: a probability."""

    def __post_init__(self) -> None:
        _validate.in_range(0.0, 1.0, Delta=self.value)

    def __add__(self, other: Delta) -> Delta:
        return Delta(min(1.0, self.value + self._same(other).value))


class Rho(_Parameter):
    """rho of zero-concentrated differential privacy. Source: Bun and Steinke (2016), arXiv:1605.02065."""

    def __add__(self, other: Rho) -> Rho:
        return Rho(self.value + self._same(other).value)


class Mu(_Parameter):
    """mu of Gaussian differential privacy. Composes by root of squares.

    Source: Dong, Roth and Su (2022), arXiv:1905.02383.
    """

    def __add__(self, other: Mu) -> Mu:
        return Mu(math.hypot(self.value, self._same(other).value))

    def share(self, fraction: float) -> Mu:
        """The part of this budget that a fraction of its square (its noise precision) stands for."""
        _validate.in_range(0.0, 1.0, fraction=fraction)
        return Mu(self.value * math.sqrt(fraction))
