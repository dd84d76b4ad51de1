"""`dpsynth budget`: the lifetime budget of a population, and how it changes."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dpsynth.cli_options import LedgerUrl, PassphraseFiles, open_ledger, plain, unlock
from dpsynth.errors import UsageError

if TYPE_CHECKING:
    from dpsynth.privacy.account import Change, Statement
    from dpsynth.privacy.ledger_import import Cost
    from dpsynth.privacy.lifetime import Lifetime

app = typer.Typer(
    help="Look at the budget ledger, fix and change budgets, and verify that nothing was changed in it.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

Population = Annotated[str, typer.Argument(help="Population, as named in policies.", metavar="POPULATION")]
UNITS = ("patient", "patient_year", "visit", "row")


@app.command("show")
def show(
    population: Annotated[
        str | None, typer.Argument(help="Population, as named in policies. Left out: all.", metavar="POPULATION")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ledger: LedgerUrl = None,
) -> None:
    """Show lifetime budgets: spent, open charges, left, by release; every raise, lowering, and look inside."""
    from dpsynth.privacy import account_json

    book = open_ledger(ledger)
    try:
        book.verify()
        names = book.populations() if population is None else (population,)
        accounts = [book.statement(name) for name in names]
        url = book.url
    finally:
        book.close()
    if as_json:
        print(json.dumps({"ledger": url, "populations": [account_json.value(a) for a in accounts]}, indent=2))
        return
    if not accounts:
        print("No population is in the ledger. A first run makes one, or `dpsynth budget create`.")
    for number, account in enumerate(accounts):
        if number:
            print()
        _print_account(account)


@app.command("create")
def create(
    population: Population,
    epsilon: Annotated[float, typer.Option("--epsilon", help="epsilon of all releases together, at --delta.")],
    delta: Annotated[float, typer.Option("--delta", help="delta of all releases together.")],
    unit: Annotated[str, typer.Option("--unit", help=f"Whose privacy: {', '.join(UNITS)}.")] = "patient",
    ledger: LedgerUrl = None,
) -> None:
    """Fix the lifetime budget of a population before its first run. Policies must agree with it from then on."""
    lifetime = _lifetime(epsilon, delta)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", population):
        raise UsageError(
            f"The population is {plain(population)}; allowed are lower-case letters, digits, - and _, as in policies."
        )
    if unit not in UNITS:
        raise UsageError(f"--unit is {plain(unit)}; allowed are {', '.join(UNITS)}.")
    book = open_ledger(ledger, create=True)
    try:
        fresh = book.register(population, unit, lifetime.epsilon, lifetime.delta)
        if book.is_new:
            print(f"A NEW LEDGER was made: {book.url}. Runs must use the same one.")
    finally:
        book.close()
    has = "has" if fresh else "has already"
    print(f"Population {population} {has} a lifetime budget of {lifetime} per {unit}.")


@app.command("raise")
def raise_(
    population: Population,
    reason: Annotated[str, typer.Option("--reason", help="Why, in one line; write nothing about a person.")],
    dpo: Annotated[Path, typer.Option("--dpo", help="Secret key of the data-protection officer.")],
    release_officer: Annotated[
        Path, typer.Option("--release-officer", help="Secret key of a release officer, who is another person.")
    ],
    epsilon: Annotated[float | None, typer.Option("--epsilon", help="The new epsilon. Left out: as it is.")] = None,
    delta: Annotated[float | None, typer.Option("--delta", help="The new delta. Left out: as it is.")] = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Raise a lifetime budget: two different people sign, and every later report about these people says so."""
    from dpsynth.signoff import budget

    first, second = unlock([dpo, release_officer], passphrase_file)
    book = open_ledger(ledger)
    try:
        new = _changed(book.statement(population).lifetime, epsilon, delta)
        change = budget.increase(book, population, new, reason, first, second)
        account = book.statement(population)
    finally:
        book.close()
    _print_change(account, change)


@app.command("lower")
def lower(
    population: Population,
    reason: Annotated[str, typer.Option("--reason", help="Why, in one line; write nothing about a person.")],
    key: Annotated[
        Path, typer.Option("--key", help="Secret key of the data-protection officer or of a release officer.")
    ],
    epsilon: Annotated[float | None, typer.Option("--epsilon", help="The new epsilon. Left out: as it is.")] = None,
    delta: Annotated[float | None, typer.Option("--delta", help="The new delta. Left out: as it is.")] = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Lower a lifetime budget: one person signs. What was spent stays spent."""
    from dpsynth.signoff import budget

    [signer] = unlock([key], passphrase_file)
    book = open_ledger(ledger)
    try:
        new = _changed(book.statement(population).lifetime, epsilon, delta)
        change = budget.decrease(book, population, new, reason, signer)
        account = book.statement(population)
    finally:
        book.close()
    _print_change(account, change)


@app.command("import")
def import_(
    population: Population,
    name: Annotated[str, typer.Option("--name", help="What the release is called; reports print it.")],
    date: Annotated[str, typer.Option("--date", help="When it was made, YYYY-MM-DD.")],
    epsilon: Annotated[float | None, typer.Option("--epsilon", help="Its epsilon, if it was DP.")] = None,
    delta: Annotated[float, typer.Option("--delta", help="Its delta, with --epsilon.")] = 0.0,
    rho: Annotated[
        float | None, typer.Option("--rho", help="Its rho (zCDP), if that is known: much less is charged.")
    ] = None,
    not_dp: Annotated[
        bool,
        typer.Option("--not-dp", help="It was not differentially private: the total becomes unknown, for ever."),
    ] = False,
    ledger: LedgerUrl = None,
) -> None:
    """Enter an earlier release about these people that was made without this program. It cannot be taken back."""
    from dpsynth.privacy import ledger_import

    cost = _cost(epsilon, delta, rho, not_dp)
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise UsageError(f"--date is {plain(date)}; allowed is a day as YYYY-MM-DD.") from None
    book = open_ledger(ledger)
    try:
        ledger_import.enter(book, population, name, day, cost)
        account = book.statement(population)
    finally:
        book.close()
    _print_account(account)


@app.command("verify")
def verify(
    anchor: Annotated[
        list[Path] | None,
        typer.Option(
            "--anchor",
            help="File with heads that were written down elsewhere: a manifest.json, a signature file, or lines "
            "SEQUENCE HASH as this command prints them. Can be repeated.",
        ),
    ] = None,
    ledger: LedgerUrl = None,
) -> None:
    """Recompute the chain of the ledger and check every signature under a change of a budget. Prints the newest head.

    The chain alone cannot show that its end was cut off: give an anchor.
    """
    from dpsynth.signoff import anchors

    book = open_ledger(ledger)
    try:
        entries = book.entries()
        heads = sum(anchors.check(entries, path, book.url) for path in anchor or ())
        url = book.url
    finally:
        book.close()
    found = f"; heads of anchors found in it: {heads}" if anchor else ""
    print(f"The ledger {url} is whole: {len(entries)} entries{found}.", file=sys.stderr)
    if entries:
        print(f"{entries[-1].sequence} {entries[-1].hash}")


# ------------------------------------------------------------------------------------------------------------- inside


def _lifetime(epsilon: float, delta: float) -> Lifetime:
    from dpsynth.privacy.lifetime import Lifetime

    if not (math.isfinite(epsilon) and 0 < epsilon <= 100):
        raise UsageError(f"--epsilon is {epsilon!r}; allowed is a number above 0, up to 100.")
    if not 0 < delta < 1:
        raise UsageError(f"--delta is {delta!r}; allowed is a number above 0 and below 1.")
    return Lifetime(epsilon, delta)


def _changed(present: Lifetime, epsilon: float | None, delta: float | None) -> Lifetime:
    if epsilon is None and delta is None:
        raise UsageError(f"--epsilon or --delta must be given. The budget is {present}.")
    return _lifetime(present.epsilon if epsilon is None else epsilon, present.delta if delta is None else delta)


def _cost(epsilon: float | None, delta: float, rho: float | None, not_dp: bool) -> Cost:
    from dpsynth.privacy import ledger_import

    if (epsilon is not None) + (rho is not None) + not_dp != 1 or (delta and epsilon is None):
        raise UsageError("Give one of --epsilon (with --delta where it has one), --rho and --not-dp.")
    if epsilon is not None:
        return ledger_import.from_epsilon(epsilon, delta)
    return ledger_import.NOT_DP if rho is None else ledger_import.from_rho(rho)


def _print_change(account: Statement, change: Change) -> None:
    from dpsynth.privacy.account import exact_rho

    print(_change(change))
    print(f"Left: rho {exact_rho(max(0, account.left_nano))} of {exact_rho(account.lifetime_nano)}.")
    print("Policies about these people must give the new values in privacy.lifetime.")


def _change(change: Change) -> str:
    signers = " and ".join(f"{plain(name)} ({role})" for name, role in change.signers)
    verb = "raised" if change.kind == "raise" else "lowered"
    return (
        f"Entry {change.sequence}, {change.at[:10]}: {verb} from {change.old} to {change.new} by {signers}: "
        f"{plain(change.reason)}"
    )


def _print_account(account: Statement) -> None:
    from dpsynth.privacy.account import exact_rho, three_digits

    def row(name: str, state: str, nano: int, order: float | None = None, *, up: bool = True, mark: str = "") -> None:
        epsilon = three_digits(account.epsilon(nano, order), up=up)
        print(f"{name:<48} {state:<10} {exact_rho(nano):>12}  {epsilon:>13}{mark}")

    lifetime = f"epsilon {account.lifetime.epsilon:g} at delta {account.lifetime.delta:g} per {account.unit}"
    print(f"Population {account.population}: lifetime {lifetime}")
    if not account.total_known:
        print("THE TOTAL IS UNKNOWN: an earlier release was not differentially private.")
    for change in account.changes:
        print(_change(change))
    if account.imported_delta:
        print(f"Earlier releases took {float(account.imported_delta):g} of delta; epsilon is at {account.delta_left:g}")
    print(f"{'run':<48} {'state':<10} {'rho':>12}  {'epsilon alone':>13}")
    looks = Counter(look.run_id for look in account.looks)
    for charge in account.charges:
        mark = "" if charge.private else "  NOT PRIVATE: a test"
        if charge.state != "imported" and looks[charge.run_id]:
            mark += f"  looks: {looks[charge.run_id]}"
        if charge.known:
            row(plain(charge.name), charge.state, charge.nano_rho if charge.stands else 0, charge.order, mark=mark)
        else:
            print(f"{plain(charge.name):<48} {charge.state:<10} {'unknown':>12}  {'unknown':>13}")
    row("lifetime", "", account.lifetime_nano, up=False)
    row("spent", "", account.spent_nano, account.fixed_order)
    row("open charges in it", "", account.open_nano, account.fixed_order)
    row("left", "", max(0, account.left_nano), up=False)
    if account.left_nano < 0:
        print(f"Spent beyond the budget: rho {exact_rho(-account.left_nano)}.")
    if account.looks:
        print(f"Looks at internal reports: {len(account.looks)}. They cost no budget, and no epsilon covers them:")
        for look in account.looks:
            print(f"  entry {look.sequence}, {look.at}: {plain(look.run_id)} by {plain(look.actor)}")
    exact = account.composed_epsilon()
    if exact is not None and account.spent_nano:
        print(
            f"For information: all runs have epsilon {three_digits(exact, up=True)} if composed exactly, as a list "
            "that was fixed in advance. Charges are decided by rho."
        )
