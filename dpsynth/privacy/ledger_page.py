"""The ledger inside one transaction: what it says, whether that can be trusted, and the next entry."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dpsynth.errors import BudgetError, LedgerError
from dpsynth.privacy import ledger_account, ledger_chain, ledger_entries, ledger_tables
from dpsynth.privacy.account import State, Statement
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.lifetime import Lifetime

_entry, _population = ledger_tables.entry, ledger_tables.population
Judge = Callable[[tuple[Entry, ...]], None]
"""Looks at all entries and raises LedgerError if a change of a budget was not signed as it must be."""


def no_changes(entries: tuple[Entry, ...]) -> None:
    """The judge who knows no keys, and so accepts no change of a budget.

    Raises:
        LedgerError: there is one.
    """
    for e in entries:
        if e.kind in ledger_tables.CHANGE_KINDS:
            raise LedgerError(f"Entry {e.sequence} of the ledger changes a budget, and nobody here knows the keys.")


@dataclass(frozen=True)
class Page:
    """The ledger as one transaction sees it.

    Attributes:
        connection: of the transaction.
        url: where the ledger lies, for messages.
        judge: of the signatures under changes of a budget.
    """

    connection: sa.Connection
    url: str
    judge: Judge

    def register(self, population: str, unit: str, given: Lifetime) -> bool:
        """Fixes a budget, or compares it with the one that is fixed; returns whether the population is new.

        Raises:
            BudgetError: it is another one.
        """
        row = self.connection.execute(sa.select(_population).where(_population.c.population_id == population)).first()
        if row is None:
            text = given.to_json()
            fresh = {
                "population_id": population,
                "lifetime_nano": given.nano(),
                "lifetime_epsilon": text["epsilon"],
                "lifetime_delta": text["delta"],
                "unit": unit,
                "split_key": secrets.token_bytes(32),
            }
            self.connection.execute(_population.insert().values(**fresh))
            self.append("population", population, None, ledger_chain.declaration(fresh))
            return True
        account = self.statement(population)
        if (given, unit) != (account.lifetime, account.unit):
            since = f"since entry {account.changes[-1].sequence}" if account.changes else "since it was first named"
            raise BudgetError(
                f"Population {population}: a lifetime of {given} per {unit} was given, but the ledger has fixed "
                f"{account.lifetime} per {account.unit} {since}. Write these values into privacy.lifetime and "
                "privacy.unit; `dpsynth budget raise` and `dpsynth budget lower` change the ledger's."
            )
        return False

    def check_chain(self) -> None:
        """Refuses a ledger that was changed: what it says about the past cannot be trusted.

        Raises:
            LedgerError: it was, or a change of a budget was not signed as it must be.
        """
        fault = ledger_chain.first_fault(self.connection)
        if fault is not None:
            raise LedgerError(f"The ledger {self.url} is damaged at {fault}. Restore it from a backup.")
        changes = sa.select(_entry.c.seq).where(_entry.c.kind.in_(ledger_tables.CHANGE_KINDS)).limit(1)
        if self.connection.execute(changes).first() is not None:
            self.judge(self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """All entries, oldest first."""
        return ledger_entries.every(self.connection)

    def append(
        self,
        kind: str,
        population: str | None,
        run_id: str | None,
        body: dict[str, Any],
        at: dt.datetime | None = None,
    ) -> Entry:
        """Writes the next entry, of now or of another time."""
        now = at or dt.datetime.now(dt.UTC)
        return ledger_entries.append(self.connection, now, kind, population, run_id, body)

    def knows(self, run_id: str) -> bool:
        """Whether there is an entry about a run, whatever the population."""
        return self.connection.execute(sa.select(_entry.c.seq).where(_entry.c.run_id == run_id)).first() is not None

    def split_key(self, population: str) -> bytes:
        """The secret key of a population's holdout split.

        Raises:
            LedgerError: the population is unknown.
        """
        owner = self.connection.execute(sa.select(_population).where(_population.c.population_id == population)).first()
        if owner is None:
            raise self._unknown(population)
        return bytes(owner.split_key)

    def statement(self, population: str) -> Statement:
        """The account of a population.

        Raises:
            LedgerError: the population is unknown, or its entries cannot be read.
        """
        try:
            account = ledger_account.statement(self.entries(), population)
        except (ValueError, KeyError, TypeError):
            raise LedgerError(f"The ledger {self.url} is damaged. `dpsynth budget verify` says where.") from None
        if account is None:
            raise self._unknown(population)
        return account

    def step(
        self,
        population: str,
        run_id: str,
        kind: str,
        needed: State,
        body: dict[str, Any] | None = None,
        at: dt.datetime | None = None,
    ) -> None:
        """Writes a step of a run.

        Raises:
            LedgerError: the run is not in the state that the step needs.
        """
        charges = self.statement(population).charges
        states = {c.run_id: c.state for c in charges if c.state != "imported"}
        if states.get(run_id) != needed:
            raise LedgerError(
                f"Run {run_id} is {states.get(run_id, 'unknown')} in the ledger; '{kind}' needs it to be {needed}."
            )
        self.append(kind, population, run_id, body or {}, at)

    def _unknown(self, population: str) -> LedgerError:
        return LedgerError(
            f"Population {population} is not in the ledger {self.url}. Run a policy that names it, or fix its budget "
            "with `dpsynth budget create`."
        )
