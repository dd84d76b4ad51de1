"""The account of a population: what was charged, what is left, and the integers in between.

Amounts are nano-rho, 10^-9 of zCDP: charges are rounded up, budgets down.

What a lifetime of rho promises, (epsilon, delta), is read off the Rényi divergence of one order: `lifetime_order`, the
same for ever, because epsilon and delta are. So it is enough to bound the divergence of that order over all releases,
and it adds up over releases that are chosen after earlier ones were seen (Feldman and Zrnic (2021), arXiv:2008.11193).
A zCDP release charges its rho, which is its divergence of any order divided by the order. Sums over Poisson samples,
which are zCDP only with the rho of sums over everybody, charge their own divergence of this order, divided by it.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from dpsynth.privacy.accountant import renyi_epsilon, zcdp_epsilon, zcdp_order, zcdp_rho
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.sampled_gaussian import rho_at
from dpsynth.privacy.units import Delta, Epsilon, Rho

NANO = 10**9
State = Literal["reserved", "open", "committed", "void"]


@dataclass(frozen=True)
class Charge:
    """What one run took from a population's budget.

    Attributes:
        run_id: the run.
        policy_id: the release programme.
        at: UTC time of the reservation, ISO 8601.
        state: reserved | open (data were opened, no commit) | committed | void (never opened, given back).
        nano_rho: the charge.
        private: False for a test whose noise can be repeated; such a run must never be released.
        order: the order of the Rényi divergence of which the charge is one; None: of all orders (zCDP).
    """

    run_id: str
    policy_id: str
    at: str
    state: State
    nano_rho: int
    private: bool = True
    order: float | None = None

    @property
    def stands(self) -> bool:
        """Whether the charge counts against the budget."""
        return self.state != "void"


@dataclass(frozen=True)
class Statement:
    """A population's account at one moment.

    Attributes:
        population: the people.
        lifetime_epsilon, lifetime_delta: the budget as it was declared.
        lifetime_nano: the same in nano-rho, rounded down.
        charges: every run, oldest first.
        head: hash of the newest entry.
        sequence: number of the newest entry.
    """

    population: str
    lifetime_epsilon: float
    lifetime_delta: float
    lifetime_nano: int
    charges: tuple[Charge, ...]
    head: str
    sequence: int

    @property
    def spent_nano(self) -> int:
        """Sum of all charges that stand."""
        return sum(c.nano_rho for c in self.charges if c.stands)

    @property
    def left_nano(self) -> int:
        """What may still be reserved."""
        return self.lifetime_nano - self.spent_nano

    @property
    def order(self) -> float:
        """The order of the Rényi divergence that this budget bounds."""
        return lifetime_order(Epsilon(self.lifetime_epsilon), Delta(self.lifetime_delta))

    def epsilon(self, nano_rho: int, order: float | None = None) -> float:
        """The epsilon of an amount at the lifetime delta; `order` as in `Charge`."""
        rho, delta = Rho(nano_rho / NANO), Delta(self.lifetime_delta)
        return (zcdp_epsilon(rho, delta) if order is None else renyi_epsilon(rho, order, delta)).value

    @property
    def spent_epsilon(self) -> float:
        """The epsilon of everything that stands, at the lifetime delta."""
        return self.epsilon(self.spent_nano, next((c.order for c in self.charges if c.stands and c.order), None))

    def refusal(self, nano: int, order: float | None = None) -> str:
        """Why a charge does not fit, and what can be done; `order` as in `Charge`."""
        left, lifetime = self.left_nano, self.lifetime_nano
        return (
            f"The lifetime budget of population {self.population} does not allow this release: requested rho "
            f"{exact_rho(nano)} (epsilon {three_digits(self.epsilon(nano, order), up=True)}), left rho "
            f"{exact_rho(left)} (epsilon {three_digits(self.epsilon(left), up=False)}) of {exact_rho(lifetime)} "
            f"(epsilon {self.lifetime_epsilon:g}), missing rho {exact_rho(nano - left)}. Nothing was charged and no "
            "data were opened. Lower privacy.epsilon, or ask for a larger lifetime budget."
        )


def to_nano(mu_squared: Fraction, sampled: Sequence[SampledGaussian] = (), order: float = math.nan) -> int:
    """nano-rho of a release, rounded up: rho = mu^2/2, and of sums over samples what holds at `order`.

    Raises:
        ValueError: there are sums over samples and no order.
    """
    return math.ceil((mu_squared / 2 + sum((Fraction(rho_at(s, order)) for s in sampled), Fraction())) * NANO)


def lifetime_order(epsilon: Epsilon, delta: Delta) -> float:
    """The order of the Rényi divergence at which a lifetime budget is converted; see the top of the file."""
    return zcdp_order(zcdp_rho(epsilon, delta), delta)


def lifetime_to_nano(epsilon: Epsilon, delta: Delta) -> int:
    """nano-rho of a lifetime budget, rounded down. Exact: as a float the product could be rounded up."""
    return math.floor(Fraction(zcdp_rho(epsilon, delta).value) * NANO)


def exact_rho(nano: int) -> str:
    """A rho with all its nine decimals."""
    return f"{nano // NANO}.{nano % NANO:09d}"


def three_digits(value: float, *, up: bool) -> str:
    """A number with three significant digits, so that it is 0 only if it is 0; rounded up or down as asked."""
    rounding = decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR
    return f"{decimal.Context(prec=3, rounding=rounding).create_decimal_from_float(value):f}"
