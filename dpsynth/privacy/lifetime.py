"""A lifetime budget, how it changes, and what releases made elsewhere leave of it."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dpsynth.privacy.accountant import epsilon_added, zcdp_order, zcdp_rho
from dpsynth.privacy.units import Delta, Epsilon

NANO = 10**9
LEAST_DELTA = 1e-300
"""A delta that is smaller counts as nothing: no promise at it could be told from none."""


@dataclass(frozen=True)
class Lifetime:
    """What all releases about a population may cost together.

    Attributes:
        epsilon: of all releases, at `delta`.
        delta: the same.
    """

    epsilon: float
    delta: float

    def delta_left(self, imported: Fraction) -> float:
        """The delta that is left for zCDP when imported releases have taken theirs, rounded down; 0 if nothing is.

        If releases are delta_i-approximately rho_i-zCDP, all together are (sum delta_i)-approximately (sum rho_i)-zCDP,
        hence (epsilon, delta)-differentially private if (sum rho_i)-zCDP implies (epsilon, delta - sum delta_i).
        Source: Bun and Steinke (2016), arXiv:1605.02065, Section 8.
        """
        if not imported:
            return self.delta
        left = math.nextafter(float(exactly(self.delta) - imported), 0.0)
        return left if left >= LEAST_DELTA else 0.0

    def nano(self, imported: Fraction = Fraction(0), order: float | None = None) -> int:
        """nano-rho that fit under epsilon at `delta_left`, rounded down.

        Args:
            imported: what imported releases take of delta.
            order: of the Rényi divergence that is bounded, where some charges are of that order alone; None if all are
                of all orders (zCDP), so that the best order counts.
        """
        delta = self.delta_left(imported)
        return _nano(self.epsilon, delta, order) if delta else 0  # no promise holds any more

    def to_json(self) -> dict[str, str]:
        """As entries hold it: text, so that no number is read in two ways."""
        return {"epsilon": repr(self.epsilon), "delta": repr(self.delta)}

    def __str__(self) -> str:
        return f"epsilon {self.epsilon!r} at delta {self.delta!r}"


def from_json(value: Any) -> Lifetime:
    """Reads what `to_json` gave.

    Raises:
        ValueError: it is something else, or no budget.
    """
    try:
        found = Lifetime(float(value["epsilon"]), float(value["delta"]))
        same = found.to_json() == value
    except (KeyError, TypeError):
        raise ValueError("no lifetime budget") from None
    if not same or not (math.isfinite(found.epsilon) and found.epsilon > 0 and 0 < found.delta < 1):
        raise ValueError("no lifetime budget")
    return found


def grows(old: Lifetime, new: Lifetime) -> bool:
    """Whether new allows more than old in one number and no less in the other."""
    return new != old and new.epsilon >= old.epsilon and new.delta >= old.delta


def fits(kind: str, old: Lifetime, new: Lifetime) -> bool:
    """Whether a `raise` or a `lower` may lead from old to new."""
    return grows(old, new) if kind == "raise" else grows(new, old)


def changed(kind: str, present: Lifetime, body: Mapping[str, Any]) -> Lifetime:
    """The budget after an entry that raises or lowers it.

    Raises:
        ValueError: the entry starts from another budget, or leads the wrong way.
    """
    old, new = from_json(body.get("old")), from_json(body.get("new"))
    if old != present or not fits(kind, old, new):
        raise ValueError("a change that does not start from the present budget")
    return new


def check_charge(kind: str, body: Mapping[str, Any]) -> None:
    """Whether a `reserve` or an `import` charges something: whole nano-rho, and a delta from 0 to below 1.

    Raises:
        ValueError: it does not.
    """
    nano = body["nano_rho"]
    if type(nano) is not int or nano < (1 if kind == "reserve" else 0):
        raise ValueError("a charge that is none")
    if kind == "import" and not 0 <= float(body["delta"]) < 1:
        raise ValueError("a delta that is none")


def lifetime_to_nano(epsilon: Epsilon, delta: Delta) -> int:
    """nano-rho of a lifetime budget, rounded down. Exact: as a float the product could be rounded up."""
    return math.floor(Fraction(zcdp_rho(epsilon, delta).value) * NANO)


def pure_to_nano(epsilon: float) -> int:
    """nano-rho of a release of which only epsilon (and a delta that is counted apart) is known, rounded up.

    epsilon-differential privacy implies rho-zCDP with rho = min(epsilon^2/2, epsilon): the first is Proposition 1.4 of
    Bun and Steinke (2016), arXiv:1605.02065; the second holds because no Renyi divergence exceeds epsilon and all
    orders are above 1. An (epsilon, delta) promise gives the same rho delta-approximately (Lemma 8.8 there).
    """
    exact = exactly(epsilon)
    return math.ceil(min(exact * exact / 2, exact) * NANO)


def exactly(value: float) -> Fraction:
    """The decimal number that somebody wrote, not the binary one that stands for it."""
    return Fraction(repr(value))


def rho_to_nano(rho: float) -> int:
    """nano-rho of a rho-zCDP release, rounded up."""
    return math.ceil(exactly(rho) * NANO)


def lifetime_order(epsilon: Epsilon, delta: Delta) -> float:
    """The order of the Rényi divergence at which a lifetime budget is converted."""
    return zcdp_order(zcdp_rho(epsilon, delta), delta)


@functools.lru_cache(maxsize=256)
def _nano(epsilon: float, delta: float, order: float | None) -> int:
    if order is None or order == lifetime_order(Epsilon(epsilon), Delta(delta)):
        return lifetime_to_nano(Epsilon(epsilon), Delta(delta))
    # epsilon = rho * order + what the conversion adds. The first factor is for rounding errors.
    added = epsilon_added(order, Delta(delta))
    return max(0, math.floor(Fraction(epsilon * (1 - 1e-12) - added) / Fraction(order) * NANO))
