"""The durable budget of a population of people.

The key is the people, never a file: a new extract about the same people draws on the same lifetime budget. A run
reserves its whole charge in the transaction that checks it, before the first byte of data is read; writes `opened`
when it starts to read, and `measuring` before the first noise is drawn; and ends with `commit`. Only a reservation
that was never opened can be voided. Whatever else happens, the charge stands.

The budget is fixed when the population is first named. It is changed only by signed entries, whose signatures whoever
opens the ledger gives the means to judge (`Judge`); without them, nothing is granted from a changed budget.

Amounts are integers (nano-rho, 10^-9 of zCDP): charges are rounded up, budgets down. Entries are append-only and
chained by SHA-256; the newest hash (the head) is printed in every report and manifest.

Source: filter for adaptively chosen zCDP mechanisms: Whitehouse, Ramdas, Rogers and Wu (2023), arXiv:2203.05481.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import sqlalchemy as sa

from dpsynth import _validate
from dpsynth.errors import BudgetError, LedgerError
from dpsynth.privacy import ledger_database, ledger_tables
from dpsynth.privacy.account import Charge, Statement, to_nano
from dpsynth.privacy.events import SampledGaussian, to_json
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.ledger_page import Judge, Page, no_changes
from dpsynth.privacy.lifetime import Lifetime

T = TypeVar("T")


class Ledger:
    """An open ledger. See the module docstring for the rules."""

    def __init__(self, url: str, *, create: bool = True, judge: Judge = no_changes) -> None:
        """Opens a ledger.

        Args:
            url: sqlite:///PATH or postgresql://ROLE@HOST/DATABASE.
            create: make it if it does not exist; whoever only looks should not.
            judge: of the signatures under changes of a budget.

        Raises:
            LedgerError: the place cannot be used, or there is no ledger and none shall be made.
            ResourceError: the driver of the database is not installed.
        """
        self._judge = judge
        self._database = ledger_database.connect(url, create=create)
        self.url, self.is_new = self._database.url, self._database.is_new
        try:
            self._run(self._carry_on)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Releases the database."""
        self._database.close()

    def register(self, population: str, unit: str, lifetime_epsilon: float, lifetime_delta: float) -> bool:
        """Fixes the lifetime budget of a population when it is first named; later calls must agree with the present.

        Returns:
            Whether the population is new.

        Raises:
            BudgetError: the population has another budget or another unit.
        """
        given = Lifetime(float(lifetime_epsilon), float(lifetime_delta))
        return self._run(lambda page: page.register(population, unit, given))

    def split_key(self, population: str) -> bytes:
        """The secret key of the population's holdout split; 32 bytes.

        Raises:
            LedgerError: the population is unknown.
        """
        return self._run(lambda page: page.split_key(population))

    def reserve(
        self,
        population: str,
        run_id: str,
        policy_id: str,
        policy_digest: str,
        mu_squared: Fraction,
        *,
        sampled: Sequence[SampledGaussian] = (),
        private: bool = True,
    ) -> Charge:
        """Checks and takes a charge, in one transaction.

        Args:
            population: the people.
            run_id: the run, new to the ledger.
            policy_id: its release programme.
            policy_digest: digest of its policy.
            mu_squared: exact cost of the release's Gaussian queries.
            sampled: its sums over samples.
            private: False marks a run of a test whose noise can be repeated; it is charged all the same.

        Raises:
            BudgetError: the charge does not fit. Nothing was charged.
            LedgerError: the ledger is damaged, or the run has a reservation already. Nothing was charged.
            ValueError: mu_squared is negative, or there is nothing to charge.
        """
        if not (mu_squared > 0 or (mu_squared == 0 and sampled)):
            raise ValueError(f"Expected mu_squared={mu_squared!r} > 0.")

        def take(page: Page) -> Charge:
            # A damaged ledger grants nothing: what it says about the past cannot be trusted.
            page.check_chain()
            statement = page.statement(population)
            if page.knows(run_id):
                raise LedgerError(f"Run {run_id} has a reservation already. Start a new run.")
            order = statement.order if sampled else None
            nano = to_nano(mu_squared, sampled, order or math.nan)
            if nano > statement.left_nano:
                raise BudgetError(statement.refusal(nano, order))
            body = {"policy_id": policy_id, "policy_digest": policy_digest, "nano_rho": nano, "private": private}
            gaussian = None
            if order is not None:
                gaussian = to_nano(mu_squared)
                described = [to_json(part) for part in sampled]
                body |= {"order": order, "gaussian_nano": gaussian, "sampled": described}
            entry = page.append("reserve", population, run_id, body)
            return Charge(
                run_id, policy_id, entry.at, "reserved", nano, private, order,
                gaussian_nano=gaussian, sampled=tuple(sampled),
            )  # fmt: skip

        return self._run(take)

    def opened(self, population: str, run_id: str) -> None:
        """Writes that data are about to be read. From here on the charge cannot be given back."""
        self._run(lambda page: page.step(population, run_id, "opened", "reserved"))

    def measuring(self, population: str, run_id: str) -> None:
        """Writes, once, that noise is about to be drawn: from here on a run without its journal cannot go on.

        It says nothing else, and bears the time of `opened`: the head, which reports show, must depend neither on the
        rows nor on how long it took to read them.

        Args:
            population: the people.
            run_id: a run whose data were opened, and whose journal says of which rows its answers are.

        Raises:
            LedgerError: the run is not open.
        """

        def write(page: Page) -> None:
            own = {e.kind: e for e in page.entries() if e.run_id == run_id and e.population == population}
            if "measuring" not in own:
                at = dt.datetime.fromisoformat(own["opened"].at) if "opened" in own else None
                page.step(population, run_id, "measuring", "open", at=at)

        self._run(write)

    def commit(self, population: str, run_id: str, manifest_digest: str) -> None:
        """Writes that the run is complete."""
        body = {"manifest_digest": manifest_digest}
        self._run(lambda page: page.step(population, run_id, "commit", "open", body))

    def void(self, population: str, run_id: str) -> None:
        """Gives a reservation back that was never opened."""
        self._run(lambda page: page.step(population, run_id, "void", "reserved"))

    def statement(self, population: str) -> Statement:
        """The account of a population.

        Raises:
            LedgerError: the population is unknown.
        """
        return self._run(lambda page: page.statement(population))

    def populations(self) -> tuple[str, ...]:
        """Every population that has a budget here, in the order of their names."""
        names = sa.select(ledger_tables.population.c.population_id)
        return tuple(sorted(self._run(lambda page: page.connection.execute(names).scalars().all())))

    def verify(self) -> int:
        """Recomputes the chain; returns the number of entries.

        Raises:
            LedgerError: an entry was changed, removed from the middle, or re-ordered, or a lifetime was changed.
        """
        return len(self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first.

        Raises:
            LedgerError: the chain is damaged.
        """

        def read(page: Page) -> tuple[Entry, ...]:
            page.check_chain()
            return page.entries()

        return self._run(read)

    def record(
        self,
        kind: str,
        population: str | None,
        run_id: str | None,
        write: Callable[[tuple[Entry, ...]], dict[str, Any]],
    ) -> Entry:
        """Appends an entry that charges no run; what it rests on is judged in the same transaction.

        Args:
            kind: one of `ledger_tables.SIGN_OFF_KINDS`, `KEY_KINDS` or `BUDGET_KINDS`, or `LOOK`.
            population: the people, or None for a key.
            run_id: the run, or None for a key.
            write: is given all entries and returns the body of the new one, or raises, and nothing is written.

        Raises:
            LedgerError: the ledger is damaged or cannot be written.
            ValueError: the kind belongs to the charge of a run, which has steps of its own.
        """
        kinds = (
            *ledger_tables.SIGN_OFF_KINDS,
            *ledger_tables.KEY_KINDS,
            *ledger_tables.BUDGET_KINDS,
            ledger_tables.LOOK,
        )
        _validate.one_of(kinds, kind=kind)

        def judged(page: Page) -> Entry:
            page.check_chain()
            entry = page.append(kind, population, run_id, write(page.entries()))
            if kind in ledger_tables.BUDGET_KINDS:
                page.check_chain()  # what would not count is not written
            return entry

        return self._run(judged)

    # ------------------------------------------------------------------------------------------------------ inside

    def _run(self, work: Callable[[Page], T]) -> T:
        return self._database.run(lambda connection: work(Page(connection, self.url, self._judge)))

    def _carry_on(self, page: Page) -> None:
        """Takes a ledger of an older version to this one."""
        version = self._database.version(page.connection)
        if version in ledger_tables.OLDER:
            page.check_chain()  # what is damaged is not carried on
            self._database.migrate(page.connection)
        elif version != ledger_tables.SCHEMA:
            raise LedgerError(
                f"{self.url} is not a dpsynth ledger of version {ledger_tables.SCHEMA}. Choose another place with "
                "--ledger."
            )
