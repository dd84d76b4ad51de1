"""`dpsynth budget`: the account of a population."""

from __future__ import annotations

from typing import Annotated

import typer

from dpsynth.cli_options import LedgerUrl, open_ledger

app = typer.Typer(help="Look at the budget ledger.", rich_markup_mode=None)


@app.command("show")
def budget_show(
    population: Annotated[str, typer.Argument(help="Population, as named in policies.", metavar="POPULATION")],
    ledger: LedgerUrl = None,
) -> None:
    """Show the lifetime budget of a population: spent, left, by release."""
    from dpsynth.privacy.account import exact_rho, three_digits

    book = open_ledger(ledger)
    try:
        book.verify()
        account = book.statement(population)
    finally:
        book.close()
    lifetime = f"epsilon {account.lifetime_epsilon:g} at delta {account.lifetime_delta:g}"
    print(f"Population {account.population}: lifetime {lifetime}")
    print(f"{'run':<48} {'state':<10} {'rho':>12}  {'epsilon alone':>13}")
    for charge in account.charges:
        amount = charge.nano_rho if charge.stands else 0
        epsilon = three_digits(account.epsilon(amount, charge.order), up=True)
        mark = "" if charge.private else "  NOT PRIVATE: a test"
        name = f"{charge.policy_id}/{charge.run_id}"
        print(f"{name:<48} {charge.state:<10} {exact_rho(amount):>12}  {epsilon:>13}{mark}")
    left = max(0, account.left_nano)
    print(f"{'left':<59} {exact_rho(left):>12}  {three_digits(account.epsilon(left), up=False):>13}")
