"""The durable budget of a population of people.

The key is the people, never a file: a new extract about the same people draws on the same lifetime budget. A run
reserves its whole charge in the transaction that checks it, before the first byte of data is read; writes `opened`
when it starts to read, and `read`, with a keyed digest of the rows, before the first noise is drawn; and ends with
`commit`. Only a reservation that was never opened can be voided. Whatever else happens, the charge stands.

The budget is fixed when the population is first named. It is changed only by signed entries, whose signatures whoever
opens the ledger gives the means to judge (`Judge`); without them, nothing is granted from a changed budget.

Amounts are integers (nano-rho, 10^-9 of zCDP): charges are rounded up, budgets down. Entries are append-only and
chained by SHA-256; the newest hash (the head) is printed in every report and manifest.

Source: filter for adaptively chosen zCDP mechanisms: Whitehouse, Ramdas, Rogers and Wu (2023), arXiv:2203.05481.
"""

from __future__ import annotations

import datetime as dt
import hmac
import math
import secrets
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from dpsynth import _validate
from dpsynth.errors import BudgetError, LedgerError, SourceError
from dpsynth.privacy import ledger_account, ledger_chain, ledger_database, ledger_entries, ledger_tables
from dpsynth.privacy.account import Charge, State, Statement, to_nano
from dpsynth.privacy.events import SampledGaussian, to_json
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
        self._run = self._database.run
        try:
            self._run(self._check_version)
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
        return self._run(lambda connection: self._register(connection, population, unit, given))

    def split_key(self, population: str) -> bytes:
        """The secret key of the population's holdout split; 32 bytes.

        Raises:
            LedgerError: the population is unknown.
        """
        return bytes(self._run(lambda connection: self._owner(connection, population)).split_key)

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

        def take(connection: sa.Connection) -> Charge:
            # A damaged ledger grants nothing: what it says about the past cannot be trusted.
            self._check_chain(connection)
            statement = self._statement(connection, population)
            taken = sa.select(_entry.c.seq).where(_entry.c.run_id == run_id)
            if connection.execute(taken).first() is not None:
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
            entry = self._append(connection, "reserve", population, run_id, body)
            return Charge(
                run_id, policy_id, entry.at, "reserved", nano, private, order,
                gaussian_nano=gaussian, sampled=tuple(sampled),
            )  # fmt: skip

        return self._run(take)

    def opened(self, population: str, run_id: str) -> None:
        """Writes that data are about to be read. From here on the charge cannot be given back."""
        self._step(population, run_id, "opened", "reserved")

    def read(self, population: str, run_id: str, commitment: str) -> None:
        """Writes which rows a run has read; if that is written already, they must be the same.

        Comes before the first noise is drawn, so that all noise of a run belongs to one set of rows. The digest is
        keyed by the population's secret and by the run: two entries do not tell whether the rows changed in between.

        Args:
            population: the people.
            run_id: a run whose data were opened.
            commitment: keyed digest of the rows (`BoundedSource.commitment`).

        Raises:
            SourceError: the run read other rows before. Nothing was drawn from these.
            LedgerError: the run is not open.
        """

        def compare(connection: sa.Connection) -> None:
            message = f"dpsynth/read\n{run_id}\n{commitment}".encode()
            digest = hmac.digest(bytes(self._owner(connection, population).split_key), message, "sha256").hex()
            own = (e for e in ledger_entries.every(connection) if e.run_id == run_id and e.kind == "read")
            before = next(own, None)
            if before is None:
                self._require(connection, population, run_id, "read", "open")
                self._append(connection, "read", population, run_id, {"source_digest": digest})
            elif before.body["source_digest"] != digest:
                raise SourceError(
                    f"The table is not the one that run {run_id} read before: a row, an id or the file was changed. "
                    "Restore it, or start a new run, which is charged anew."
                )

        self._run(compare)

    def commit(self, population: str, run_id: str, manifest_digest: str) -> None:
        """Writes that the run is complete."""
        self._step(population, run_id, "commit", "open", {"manifest_digest": manifest_digest})

    def void(self, population: str, run_id: str) -> None:
        """Gives a reservation back that was never opened."""
        self._step(population, run_id, "void", "reserved")

    def statement(self, population: str) -> Statement:
        """The account of a population.

        Raises:
            LedgerError: the population is unknown.
        """
        return self._run(lambda connection: self._statement(connection, population))

    def populations(self) -> tuple[str, ...]:
        """Every population that has a budget here, in the order of their names."""
        names = sa.select(_population.c.population_id)
        return tuple(sorted(self._run(lambda connection: connection.execute(names).scalars().all())))

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

        def read(connection: sa.Connection) -> tuple[Entry, ...]:
            self._check_chain(connection)
            return ledger_entries.every(connection)

        return self._run(read)

    def record(
        self,
        kind: str,
        population: str | None,
        run_id: str | None,
        write: Callable[[tuple[Entry, ...]], dict[str, Any]],
    ) -> Entry:
        """Appends an entry about a sign-off, a key or a budget; what it rests on is judged in the same transaction.

        Args:
            kind: one of `ledger_tables.SIGN_OFF_KINDS`, `KEY_KINDS` or `BUDGET_KINDS`.
            population: the people, or None for a key.
            run_id: the run, or None for a key.
            write: is given all entries and returns the body of the new one, or raises, and nothing is written.

        Raises:
            LedgerError: the ledger is damaged or cannot be written.
            ValueError: the kind belongs to the charge of a run, which has steps of its own.
        """
        kinds = ledger_tables.SIGN_OFF_KINDS + ledger_tables.KEY_KINDS + ledger_tables.BUDGET_KINDS
        _validate.one_of(kinds, kind=kind)

        def judged(connection: sa.Connection) -> Entry:
            self._check_chain(connection)
            entry = self._append(connection, kind, population, run_id, write(ledger_entries.every(connection)))
            if kind in ledger_tables.BUDGET_KINDS:
                self._check_chain(connection)  # what would not count is not written
            return entry

        return self._run(judged)

    # ------------------------------------------------------------------------------------------------------ inside

    def _register(self, connection: sa.Connection, population: str, unit: str, given: Lifetime) -> bool:
        row = connection.execute(sa.select(_population).where(_population.c.population_id == population)).first()
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
            connection.execute(_population.insert().values(**fresh))
            self._append(connection, "population", population, None, ledger_chain.declaration(fresh))
            return True
        account = self._statement(connection, population)
        if (given, unit) != (account.lifetime, account.unit):
            since = f"since entry {account.changes[-1].sequence}" if account.changes else "since it was first named"
            raise BudgetError(
                f"Population {population}: a lifetime of {given} per {unit} was given, but the ledger has fixed "
                f"{account.lifetime} per {account.unit} {since}. Write these values into privacy.lifetime and "
                "privacy.unit; `dpsynth budget raise` and `dpsynth budget lower` change the ledger's."
            )
        return False

    def _check_version(self, connection: sa.Connection) -> None:
        version = self._database.version(connection)
        if version in ledger_tables.OLDER:
            self._check_chain(connection)  # what is damaged is not carried on
            self._database.migrate(connection)
        elif version != ledger_tables.SCHEMA:
            raise LedgerError(
                f"{self.url} is not a dpsynth ledger of version {ledger_tables.SCHEMA}. Choose another place with "
                "--ledger."
            )

    def _check_chain(self, connection: sa.Connection) -> None:
        fault = ledger_chain.first_fault(connection)
        if fault is not None:
            raise LedgerError(f"The ledger {self.url} is damaged at {fault}. Restore it from a backup.")
        changes = sa.select(_entry.c.seq).where(_entry.c.kind.in_(ledger_tables.CHANGE_KINDS)).limit(1)
        if connection.execute(changes).first() is not None:
            self._judge(ledger_entries.every(connection))

    def _append(
        self, connection: sa.Connection, kind: str, population: str | None, run_id: str | None, body: dict[str, Any]
    ) -> Entry:
        return ledger_entries.append(connection, dt.datetime.now(dt.UTC), kind, population, run_id, body)

    def _owner(self, connection: sa.Connection, population: str) -> sa.Row[Any]:
        owner = connection.execute(sa.select(_population).where(_population.c.population_id == population)).first()
        if owner is None:
            raise self._unknown(population)
        return owner

    def _unknown(self, population: str) -> LedgerError:
        return LedgerError(
            f"Population {population} is not in the ledger {self.url}. Run a policy that names it, or fix its budget "
            "with `dpsynth budget create`."
        )

    def _statement(self, connection: sa.Connection, population: str) -> Statement:
        try:
            account = ledger_account.statement(ledger_entries.every(connection), population)
        except (ValueError, KeyError, TypeError):
            raise LedgerError(f"The ledger {self.url} is damaged. `dpsynth budget verify` says where.") from None
        if account is None:
            raise self._unknown(population)
        return account

    def _step(self, population: str, run_id: str, kind: str, needed: State, body: dict[str, Any] | None = None) -> None:
        def step(connection: sa.Connection) -> None:
            self._require(connection, population, run_id, kind, needed)
            self._append(connection, kind, population, run_id, body or {})

        self._run(step)

    def _require(self, connection: sa.Connection, population: str, run_id: str, kind: str, needed: State) -> None:
        charges = self._statement(connection, population).charges
        states = {c.run_id: c.state for c in charges if c.state != "imported"}
        if states.get(run_id) != needed:
            raise LedgerError(
                f"Run {run_id} is {states.get(run_id, 'unknown')} in the ledger; '{kind}' needs it to be {needed}."
            )
