"""What the ledger says of every population; nothing is written into it."""

from __future__ import annotations

from dataclasses import dataclass

from dpsynth.errors import DpsynthError
from dpsynth.privacy.account import Statement
from dpsynth.privacy.ledger import Ledger


@dataclass(frozen=True)
class Accounts:
    """The accounts of all populations, or why there are none.

    Attributes:
        url: where the ledger lies.
        statements: one for each population.
        trouble: one clear line when the ledger cannot be used; empty otherwise.
    """

    url: str
    statements: tuple[Statement, ...] = ()
    trouble: str = ""

    def of(self, population: str) -> Statement | None:
        """The account of a population, where there is one."""
        return next((s for s in self.statements if s.population == population), None)


def accounts(url: str) -> Accounts:
    """Reads all accounts of a ledger whose chain is whole."""
    try:
        ledger = Ledger(url, create=False)
        try:
            ledger.verify()
            return Accounts(ledger.url, tuple(ledger.statement(name) for name in ledger.populations()))
        finally:
            ledger.close()
    except DpsynthError as error:
        return Accounts(url, trouble=str(error))
