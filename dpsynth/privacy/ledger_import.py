"""Earlier releases about the same people, made without this program: what they cost counts, too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dpsynth.errors import BudgetError, LedgerError, UsageError
from dpsynth.privacy import ledger_account
from dpsynth.privacy.account import Charge
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.lifetime import Lifetime, exactly, pure_to_nano, rho_to_nano

LONGEST = 80
"""Characters of the longest name; it is printed in every report about these people."""


@dataclass(frozen=True)
class Cost:
    """What an earlier release is known to have cost.

    Attributes:
        nano_rho: nano-rho, rounded up.
        delta: what it takes of the lifetime delta.
        known: False if it was not differentially private: then nobody knows what all releases cost together.
        stated: what was given, as text.
    """

    nano_rho: int
    delta: float
    known: bool
    stated: dict[str, str]


def from_epsilon(epsilon: float, delta: float = 0.0) -> Cost:
    """The cost of an (epsilon, delta)-differentially private release of which nothing else is known.

    It is charged as delta-approximate zCDP: rho = min(epsilon^2/2, epsilon), rounded up, against the lifetime rho, and
    delta against the lifetime delta (`lifetime.pure_to_nano`, `Lifetime.delta_left`). For Gaussian noise this is far
    too much; whoever knows its rho gives it (`from_rho`).

    Raises:
        UsageError: epsilon is not in (0, 1000], or delta not in [0, 1).
    """
    if not 0 < epsilon <= 1000:
        raise UsageError(f"--epsilon is {epsilon!r}; allowed is a number above 0, up to 1000.")
    if not 0 <= delta < 1:
        raise UsageError(f"--delta is {delta!r}; allowed is a number from 0 to below 1.")
    return Cost(pure_to_nano(epsilon), delta, True, {"epsilon": repr(epsilon), "delta": repr(delta)})


def from_rho(rho: float) -> Cost:
    """The cost of a rho-zCDP release, rounded up.

    Raises:
        UsageError: rho is not in (0, 1000].
    """
    if not 0 < rho <= 1000:
        raise UsageError(f"--rho is {rho!r}; allowed is a number above 0, up to 1000.")
    return Cost(rho_to_nano(rho), 0.0, True, {"rho": repr(rho)})


NOT_DP = Cost(0, 0.0, False, {"not_dp": "true"})
"""A release without differential privacy: no number bounds it, so it makes the total unknown."""


def enter(ledger: Ledger, population: str, name: str, date: dt.date, cost: Cost) -> Charge:
    """Enters an earlier release. It is charged even where it does not fit: it has happened.

    Args:
        ledger: where the population has its budget.
        population: the people.
        name: of the release, new to the population; one line.
        date: when it was made.
        cost: what is known of its cost.

    Raises:
        UsageError: the name is empty, too long or not printable.
        LedgerError: the population is not in the ledger, or the name is there already.
        BudgetError: its delta leaves nothing of the lifetime delta.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST:
        raise UsageError(f"--name has {len(name)} characters; allowed is one printable line of 1 to {LONGEST}.")
    ledger.statement(population)

    def write(entries: tuple[Entry, ...]) -> dict[str, Any]:
        account = ledger_account.statement(entries, population)
        assert account is not None
        if name in {c.name for c in account.charges if c.state == "imported"}:
            raise LedgerError(f"An earlier release {name!r} of population {population} is in the ledger already.")
        taken = account.imported_delta + exactly(cost.delta)
        if cost.delta:
            refuse_no_delta(account.lifetime, taken, population)
        return {
            "name": name,
            "date": date.isoformat(),
            "nano_rho": cost.nano_rho,
            "delta": repr(cost.delta),
            "known": cost.known,
            "stated": cost.stated,
        }

    ledger.record("import", population, None, write)
    return next(c for c in ledger.statement(population).charges if c.state == "imported" and c.name == name)


def refuse_no_delta(lifetime: Lifetime, taken: Fraction, population: str) -> None:
    """Refuses a state in which earlier releases leave nothing of the lifetime delta.

    Raises:
        BudgetError: they do.
    """
    if not lifetime.delta_left(taken):
        raise BudgetError(
            f"Population {population}: the deltas of earlier releases add up to {float(taken):.6g}, and the lifetime "
            f"delta is {lifetime.delta!r}: no promise at that delta would hold. Let two signers raise the lifetime "
            "delta, give the release's --rho if its noise is known, or enter it with --not-dp."
        )
