"""The account of a population: what was charged, what is left, and the integers in between.

Amounts are nano-rho, 10^-9 of zCDP: charges are rounded up, budgets down.

What a lifetime of rho promises, (epsilon, delta), is read off the Rényi divergence of one order. A zCDP release charges
its rho, which is its divergence of any order divided by the order. Sums over Poisson samples, which are zCDP only with
the rho of sums over everybody, charge their own divergence of one order, divided by it: the order at which the lifetime
is converted when the first of them is charged, and for ever after, also when the budget changes. So it is enough to
bound the divergence of that order over all releases, and it adds up over releases that are chosen after earlier ones
were seen (Feldman and Zrnic (2021), arXiv:2008.11193).

The noise of such sums ends far out, which no divergence bounds (`accountant.beyond`): 2^-108 of its mass a step. That
is paid from the relative 10^-12 that every budget leaves for rounding errors.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from dpsynth.privacy.accountant import Guarantee, renyi_epsilon, zcdp_epsilon
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.lifetime import NANO, Lifetime, exactly, lifetime_order
from dpsynth.privacy.sampled_gaussian import rho_at
from dpsynth.privacy.units import Delta, Epsilon, Rho

State = Literal["reserved", "open", "committed", "void", "imported"]


@dataclass(frozen=True)
class Charge:
    """What one run, or one earlier release made elsewhere, took from a population's budget.

    Attributes:
        run_id: the run, or the name of the earlier release.
        policy_id: the release programme; empty for an earlier release.
        at: UTC time of the reservation, ISO 8601, or the date of an earlier release.
        state: reserved | open (data were opened, no commit) | committed | void (never opened, given back) | imported.
        nano_rho: the charge.
        private: False for a test whose noise can be repeated; such a run must never be released.
        order: the order of the Rényi divergence of which the charge is one; None: of all orders (zCDP).
        delta: what an earlier release takes of the lifetime delta.
        known: False for an earlier release without differential privacy: nobody knows what it cost.
        gaussian_nano: the part of Gaussian queries alone, where there are sums over samples beside them.
        sampled: these sums.
    """

    run_id: str
    policy_id: str
    at: str
    state: State
    nano_rho: int
    private: bool = True
    order: float | None = None
    delta: float = 0.0
    known: bool = True
    gaussian_nano: int | None = None
    sampled: tuple[SampledGaussian, ...] = ()

    @property
    def name(self) -> str:
        """How people call it."""
        return f"{self.policy_id}/{self.run_id}" if self.policy_id else self.run_id

    @property
    def stands(self) -> bool:
        """Whether the charge counts against the budget."""
        return self.state != "void"


@dataclass(frozen=True)
class Change:
    """An entry that raised or lowered the budget.

    Attributes:
        sequence: number of the entry.
        at: its UTC time, ISO 8601.
        kind: raise | lower.
        old, new: the budget before and after.
        reason: why, as written.
        signers: name and role of everybody who signed.
    """

    sequence: int
    at: str
    kind: Literal["raise", "lower"]
    old: Lifetime
    new: Lifetime
    reason: str
    signers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Look:
    """Somebody opened the internal report of a release. It costs nothing, and is counted.

    Attributes:
        sequence: number of the entry.
        at: its UTC time, ISO 8601.
        run_id: the release that was looked at.
        actor: account of the operating system under which it was opened.
    """

    sequence: int
    at: str
    run_id: str
    actor: str


@dataclass(frozen=True)
class Statement:
    """A population's account at one moment.

    Attributes:
        population: the people.
        unit: whose privacy the budget is about.
        lifetime: the budget that counts now.
        charges: every run and every earlier release, oldest entry first.
        changes: every raise and every lowering, oldest first.
        head: hash of the newest entry.
        sequence: number of the newest entry.
        looks: every time when somebody opened an internal report about these people, oldest first.
    """

    population: str
    unit: str
    lifetime: Lifetime
    charges: tuple[Charge, ...]
    changes: tuple[Change, ...]
    head: str
    sequence: int
    looks: tuple[Look, ...] = ()

    @property
    def imported_delta(self) -> Fraction:
        """What earlier releases take of the lifetime delta, exactly."""
        return sum((exactly(c.delta) for c in self.charges), Fraction(0))

    @property
    def delta_left(self) -> float:
        """The delta at which rho is compared with the lifetime epsilon."""
        return self.lifetime.delta_left(self.imported_delta)

    @property
    def lifetime_nano(self) -> int:
        """nano-rho of the budget, rounded down."""
        return self.lifetime.nano(self.imported_delta, self.fixed_order)

    @property
    def fixed_order(self) -> float | None:
        """The order that all charges at one order share; None while there are none."""
        return next((c.order for c in self.charges if c.stands and c.order is not None), None)

    @property
    def order(self) -> float:
        """The order of the Rényi divergence at which sums over samples are charged."""
        return self.fixed_order or lifetime_order(Epsilon(self.lifetime.epsilon), Delta(self.delta_left))

    @property
    def spent_nano(self) -> int:
        """Sum of all charges that stand."""
        return sum(c.nano_rho for c in self.charges if c.stands)

    @property
    def open_nano(self) -> int:
        """The part of it that belongs to runs which did not end."""
        return sum(c.nano_rho for c in self.charges if c.state in ("reserved", "open"))

    @property
    def left_nano(self) -> int:
        """What may still be reserved; below 0 after an import or a lowering that goes beyond what was left."""
        return self.lifetime_nano - self.spent_nano

    @property
    def total_known(self) -> bool:
        """Whether every earlier release has a known cost."""
        return all(c.known for c in self.charges)

    def epsilon(self, nano_rho: int, order: float | None = None) -> float:
        """The epsilon of an amount at `delta_left`, infinite where nothing is left of it; `order` as in `Charge`."""
        if nano_rho == 0:
            return 0.0
        if not self.delta_left:
            return math.inf
        rho, delta = Rho(nano_rho / NANO), Delta(self.delta_left)
        return (zcdp_epsilon(rho, delta) if order is None else renyi_epsilon(rho, order, delta)).value

    @property
    def spent_epsilon(self) -> float:
        """The epsilon of everything that stands, at `delta_left`."""
        return self.epsilon(self.spent_nano, self.fixed_order)

    def composed_epsilon(self) -> float | None:
        """The epsilon of all runs, composed exactly as ideal mechanisms, at the lifetime delta.

        For information: it is the number that the privacy loss distribution of the whole history gives, and never
        decides about a charge, because it holds for a list of releases that was fixed beforehand. The lattice of the
        noise is left out (its share of a release's delta is below `accountant.SHARE_FOR_LATTICE`). None where the
        history holds a release whose mechanism is not known: made elsewhere, or with sums over samples that the ledger
        did not yet describe.
        """
        standing = [c for c in self.charges if c.stands]
        described = all(c.order is None or c.gaussian_nano is not None for c in standing)
        if not described or any(c.state == "imported" for c in standing):
            return None
        gaussian = sum(c.nano_rho if c.gaussian_nano is None else c.gaussian_nano for c in standing)
        steps: dict[SampledGaussian, int] = {}
        for part in (part for c in standing for part in c.sampled):  # equal ones are composed at once
            alike = replace(part, purpose="history", steps=1)
            steps[alike] = steps.get(alike, 0) + part.steps
        sampled = tuple(replace(part, steps=number) for part, number in steps.items())
        ideal = Guarantee(Fraction(2 * gaussian, NANO), 0.0, 0.0, 0.0, sampled)
        return ideal.epsilon(Delta(self.lifetime.delta)).value

    def refusal(self, nano: int, order: float | None = None) -> str:
        """Why a charge does not fit, and what can be done; `order` as in `Charge`."""
        left, lifetime = max(0, self.left_nano), self.lifetime_nano
        return (
            f"The lifetime budget of population {self.population} does not allow this release: requested rho "
            f"{exact_rho(nano)} (epsilon {three_digits(self.epsilon(nano, order), up=True)}), left rho "
            f"{exact_rho(left)} (epsilon {three_digits(self.epsilon(left), up=False)}) of {exact_rho(lifetime)} "
            f"(epsilon {self.lifetime.epsilon:g}), missing rho {exact_rho(nano - self.left_nano)}. Nothing was charged "
            "and no data were opened. Lower privacy.epsilon, or let the data-protection officer and a release officer "
            "raise the budget with `dpsynth budget raise`."
        )


def to_nano(mu_squared: Fraction, sampled: Sequence[SampledGaussian] = (), order: float = math.nan) -> int:
    """nano-rho of a release, rounded up: rho = mu^2/2, and of sums over samples what holds at `order`.

    Raises:
        ValueError: there are sums over samples and no order.
    """
    return math.ceil((mu_squared / 2 + sum((Fraction(rho_at(s, order)) for s in sampled), Fraction())) * NANO)


def exact_rho(nano: int) -> str:
    """A rho with all its nine decimals."""
    return f"{nano // NANO}.{nano % NANO:09d}"


def three_digits(value: float, *, up: bool) -> str:
    """A number with three significant digits, so that it is 0 only if it is 0; rounded up or down as asked."""
    rounding = decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR
    return f"{decimal.Context(prec=3, rounding=rounding).create_decimal_from_float(value):f}"
