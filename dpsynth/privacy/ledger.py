"""The durable budget of a population of people.

The key is the people, never a file: a new extract about the same people draws on the same lifetime budget. A run
reserves its whole charge in the transaction that checks it, before the first byte of data is read; writes `opened`
when it starts to read; and ends with `commit`. Only a reservation that was never opened can be voided. Whatever else
happens, the charge stands.

Amounts are integers (nano-rho, 10^-9 of zCDP): charges are rounded up, budgets down. Entries are append-only and
chained by SHA-256; the newest hash (the head) is printed in every report and manifest.

What a lifetime of rho promises, (epsilon, delta), is read off the Rényi divergence of one order: `lifetime_order`, the
same for ever, because epsilon and delta are. So it is enough to bound the divergence of that order over all releases,
and it adds up over releases that are chosen after earlier ones were seen (Feldman and Zrnic (2021), arXiv:2008.11193).
A zCDP release charges its rho, which is its divergence of any order divided by the order. Sums over Poisson samples,
which are zCDP only with the rho of sums over everybody, charge their own divergence of this order, divided by it.

Source: filter for adaptively chosen zCDP mechanisms: Whitehouse, Ramdas, Rogers and Wu (2023), arXiv:2203.05481.
"""

from __future__ import annotations

import datetime as dt
import decimal
import getpass
import json
import math
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from dpsynth.errors import BudgetError, LedgerError
from dpsynth.privacy import ledger_file, ledger_tables
from dpsynth.privacy.accountant import renyi_epsilon, zcdp_epsilon, zcdp_order, zcdp_rho
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.ledger_tables import SCHEMA
from dpsynth.privacy.sampled_gaussian import rho_at
from dpsynth.privacy.units import Delta, Epsilon, Rho

NANO = 10**9
State = Literal["reserved", "open", "committed", "void"]
_entry, _population = ledger_tables.entry, ledger_tables.population


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

    def epsilon(self, nano_rho: int, order: float | None = None) -> float:
        """The epsilon of an amount at the lifetime delta; `order` as in `Charge`."""
        rho, delta = Rho(nano_rho / NANO), Delta(self.lifetime_delta)
        return (zcdp_epsilon(rho, delta) if order is None else renyi_epsilon(rho, order, delta)).value


def to_nano(mu_squared: Fraction, sampled: Sequence[SampledGaussian] = (), order: float = math.nan) -> int:
    """nano-rho of a release, rounded up: rho = mu^2/2, and of sums over samples what holds at `order`."""
    return math.ceil((mu_squared / 2 + sum((Fraction(rho_at(s, order)) for s in sampled), Fraction())) * NANO)


def lifetime_order(epsilon: Epsilon, delta: Delta) -> float:
    """The order of the Rényi divergence at which a lifetime budget is converted; see the top of the file."""
    return zcdp_order(zcdp_rho(epsilon, delta), delta)


def lifetime_to_nano(epsilon: Epsilon, delta: Delta) -> int:
    """nano-rho of a lifetime budget, rounded down. Exact: as a float the product could be rounded up."""
    return math.floor(Fraction(zcdp_rho(epsilon, delta).value) * NANO)


def default_url() -> str:
    """The ledger in the user's data folder: never in the current folder, where a new folder would mean a new budget."""
    base = Path(os.environ.get("XDG_DATA_HOME") or ".")
    if not base.is_absolute():  # as the XDG specification demands
        base = Path.home() / ".local" / "share"
    return f"sqlite:///{base / 'dpsynth' / 'ledger.sqlite'}"


class Ledger:
    """An open ledger. See the module docstring for the rules."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Opens a ledger.

        Args:
            url: SQLAlchemy URL (sqlite:///path).
            create: make it if it does not exist; whoever only looks should not.

        Raises:
            LedgerError: the place cannot be used, or there is no ledger and none shall be made.
        """
        parsed, path = ledger_file.sqlite_path(url)
        self.url = parsed.render_as_string(hide_password=True)
        ledger_file.refuse_network(path)
        self.is_new = not path.exists()
        if self.is_new and not create:
            raise LedgerError(f"There is no ledger {self.url}. Give the right place with --ledger.")
        try:
            ledger_file.ensure(path, self._fill)
        except OSError as error:
            raise self._unusable(error, "Choose a writable place.") from None
        self._engine = _engine(parsed)
        try:
            with self._transaction() as connection:
                self._check_version(connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Releases the database."""
        self._engine.dispose()

    def register(self, population: str, unit: str, lifetime_epsilon: float, lifetime_delta: float) -> None:
        """Fixes the lifetime budget of a population when it is first used; later calls must agree.

        Raises:
            BudgetError: the population has another budget or another unit.
        """
        given = (repr(float(lifetime_epsilon)), repr(float(lifetime_delta)), unit)
        with self._transaction() as connection:
            row = connection.execute(sa.select(_population).where(_population.c.population_id == population)).first()
            if row is None:
                fresh = {
                    "population_id": population,
                    "lifetime_nano": lifetime_to_nano(Epsilon(lifetime_epsilon), Delta(lifetime_delta)),
                    "lifetime_epsilon": given[0],
                    "lifetime_delta": given[1],
                    "unit": unit,
                    "split_key": secrets.token_bytes(32),
                }
                connection.execute(_population.insert().values(**fresh))
                self._append(connection, "population", population, None, ledger_tables.declaration(fresh))
                return
            fixed = (row.lifetime_epsilon, row.lifetime_delta, row.unit)
            if given != fixed:
                raise BudgetError(
                    f"Population {population}: the policy gives a lifetime of epsilon {given[0]} at delta {given[1]} "
                    f"per {given[2]}, but the ledger fixed epsilon {fixed[0]} at delta {fixed[1]} per {fixed[2]} when "
                    "the population was first used. Write these values into privacy.lifetime and privacy.unit."
                )

    def split_key(self, population: str) -> bytes:
        """The secret key of the population's holdout split; 32 bytes.

        Raises:
            LedgerError: the population is unknown.
        """
        with self._transaction() as connection:
            return bytes(self._owner(connection, population).split_key)

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
        with self._transaction() as connection:
            # A damaged ledger grants nothing: what it says about the past cannot be trusted.
            self._check_chain(connection)
            statement = self._statement(connection, population)
            taken = sa.select(_entry.c.seq).where(_entry.c.run_id == run_id)
            if connection.execute(taken).first() is not None:
                raise LedgerError(f"Run {run_id} has a reservation already. Start a new run.")
            order = None
            if sampled:
                order = lifetime_order(Epsilon(statement.lifetime_epsilon), Delta(statement.lifetime_delta))
            nano = to_nano(mu_squared, sampled, order or math.nan)
            if nano > statement.left_nano:
                raise BudgetError(_refusal(statement, nano, order))
            body = {"policy_id": policy_id, "policy_digest": policy_digest, "nano_rho": nano, "private": private}
            if order is not None:
                body["order"] = order
            at = self._append(connection, "reserve", population, run_id, body)
        return Charge(run_id, policy_id, at, "reserved", nano, private, order)

    def opened(self, population: str, run_id: str) -> None:
        """Writes that data are about to be read. From here on the charge cannot be given back."""
        self._step(population, run_id, "opened", "reserved")

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
        with self._transaction() as connection:
            return self._statement(connection, population)

    def verify(self) -> int:
        """Recomputes the chain; returns the number of entries.

        Raises:
            LedgerError: an entry was changed, removed from the middle, or re-ordered, or a lifetime was changed.
        """
        with self._transaction() as connection:
            self._check_chain(connection)
            return int(connection.execute(sa.select(sa.func.count()).select_from(_entry)).scalar_one())

    # ------------------------------------------------------------------------------------------------------ inside

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._unusable(error, "Nothing was charged by this step.") from None

    def _unusable(self, error: Exception, consequence: str) -> LedgerError:
        return LedgerError(f"The ledger {self.url} cannot be used: {_reason(error)}. {consequence}")

    def _fill(self, path: Path) -> None:
        """Writes a ledger without entries into a file."""
        engine = _engine(URL.create("sqlite", database=str(path)))
        try:
            with engine.begin() as connection:
                ledger_tables.create(connection)
        except SQLAlchemyError as error:
            raise self._unusable(error, "Choose another place.") from None
        finally:
            engine.dispose()

    def _check_version(self, connection: sa.Connection) -> None:
        tables = set(sa.inspect(connection).get_table_names())
        meta = ledger_tables.meta.c.schema_version
        if not set(ledger_tables.metadata.tables) <= tables or connection.execute(sa.select(meta)).scalar() != SCHEMA:
            raise LedgerError(
                f"{self.url} is not a dpsynth ledger of version {SCHEMA}. Choose another file with --ledger."
            )

    def _check_chain(self, connection: sa.Connection) -> None:
        fault = ledger_tables.first_fault(connection)
        if fault is not None:
            raise LedgerError(f"The ledger {self.url} is damaged at {fault}. Restore it from a backup.")

    def _append(
        self, connection: sa.Connection, kind: str, population: str, run_id: str | None, body: dict[str, Any]
    ) -> str:
        last = connection.execute(sa.select(_entry.c.seq, _entry.c.hash).order_by(_entry.c.seq.desc()).limit(1)).first()
        row: dict[str, Any] = {
            "seq": last.seq + 1 if last else 1,
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "kind": kind,
            "population_id": population,
            "run_id": run_id,
            "actor": _actor(),
            "body": ledger_tables.canonical(body),
            "prev_hash": last.hash if last else "",
        }
        connection.execute(_entry.insert().values(**row, hash=ledger_tables.entry_hash(row)))
        return str(row["at"])

    def _owner(self, connection: sa.Connection, population: str) -> sa.Row[Any]:
        owner = connection.execute(sa.select(_population).where(_population.c.population_id == population)).first()
        if owner is None:
            raise LedgerError(f"Population {population} is not in the ledger {self.url}. Run a policy that names it.")
        return owner

    def _statement(self, connection: sa.Connection, population: str) -> Statement:
        owner = self._owner(connection, population)
        rows = connection.execute(
            sa.select(_entry).where(_entry.c.population_id == population).order_by(_entry.c.seq)
        ).all()
        head = connection.execute(sa.select(_entry.c.seq, _entry.c.hash).order_by(_entry.c.seq.desc()).limit(1)).one()
        states: dict[str, State] = {}
        follows: dict[str, State] = {"reserve": "reserved", "opened": "open", "commit": "committed", "void": "void"}
        for row in rows:
            if row.run_id is not None:
                states[row.run_id] = follows[row.kind]
        charges = []
        for row in rows:
            if row.kind == "reserve":
                body = json.loads(row.body)
                state, private = states[row.run_id], body["private"]
                nano, order = body["nano_rho"], body.get("order")
                charges.append(Charge(row.run_id, body["policy_id"], row.at, state, nano, private, order))
        return Statement(
            population,
            float(owner.lifetime_epsilon),
            float(owner.lifetime_delta),
            owner.lifetime_nano,
            tuple(charges),
            head.hash,
            head.seq,
        )

    def _step(self, population: str, run_id: str, kind: str, needed: State, body: dict[str, Any] | None = None) -> None:
        with self._transaction() as connection:
            states = {c.run_id: c.state for c in self._statement(connection, population).charges}
            if states.get(run_id) != needed:
                raise LedgerError(
                    f"Run {run_id} is {states.get(run_id, 'unknown')} in the ledger; '{kind}' needs it to be {needed}."
                )
            self._append(connection, kind, population, run_id, body or {})


def _engine(url: URL) -> sa.Engine:
    engine = sa.create_engine(url)
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _: Any) -> None:
    # The driver must not begin transactions on its own: BEGIN IMMEDIATE below takes the write lock before reading,
    # so that check and insert see the same ledger.
    connection.isolation_level = None
    # EXTRA is FULL and a sync of the folder: a power cut cannot bring back the journal and with it the state before.
    for pragma in ("busy_timeout=30000", "synchronous=EXTRA", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _actor() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _reason(error: Exception) -> str:
    """Our own words for what went wrong, so that no path or statement of the driver is shown."""
    if isinstance(error, OSError):
        return (error.strerror or "the operating system refused").lower()
    text = str(getattr(error, "orig", error)).lower()
    for sign, words in (
        ("not a database", "the file is not a database"),
        ("locked", "another process holds it"),
        ("full", "the disk is full"),
        ("readonly", "it is read-only"),
        ("unable to open", "it cannot be opened"),
        ("append-only", "it is append-only"),
        ("disk i/o", "the disk failed"),
        ("malformed", "the file is damaged"),
    ):
        if sign in text:
            return words
    return "the database refused"


def _refusal(statement: Statement, nano: int, order: float | None) -> str:
    left, lifetime = statement.left_nano, statement.lifetime_nano
    return (
        f"The lifetime budget of population {statement.population} does not allow this release: requested rho "
        f"{exact_rho(nano)} (epsilon {three_digits(statement.epsilon(nano, order), up=True)}), left rho "
        f"{exact_rho(left)} (epsilon {three_digits(statement.epsilon(left), up=False)}) of {exact_rho(lifetime)} "
        f"(epsilon {statement.lifetime_epsilon:g}), missing rho {exact_rho(nano - left)}. Nothing was charged and no "
        "data were opened. Lower privacy.epsilon, or ask for a larger lifetime budget."
    )


def exact_rho(nano: int) -> str:
    """A rho with all its nine decimals."""
    return f"{nano // NANO}.{nano % NANO:09d}"


def three_digits(value: float, *, up: bool) -> str:
    """A number with three significant digits, so that it is 0 only if it is 0; rounded up or down as asked."""
    rounding = decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR
    return f"{decimal.Context(prec=3, rounding=rounding).create_decimal_from_float(value):f}"
