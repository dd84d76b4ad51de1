"""Whether the charges of several runs fit together, before any of them is reserved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dpsynth.errors import BudgetError
from dpsynth.privacy.account import Charge, Statement, to_nano
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import Lifetime
from dpsynth.run.plan import Plan


def _account(planned: Plan, ledger: Ledger) -> Statement:
    """The account that a run will be charged to; of new people, the one that it will open."""
    policy, privacy = planned.loaded.policy, planned.loaded.policy.privacy
    name = policy.source.population
    if name in ledger.populations():
        return ledger.statement(name)
    fresh = Lifetime(float(privacy.lifetime.epsilon), float(privacy.lifetime.delta))
    return Statement(name, privacy.unit, fresh, (), (), "", 0)


def disagreeing(plans: Mapping[int, Plan], ledger: Ledger) -> dict[int, BudgetError]:
    """Policies that name another lifetime budget or unit than the ledger, or than the first of them that names it."""
    accounts: dict[str, Statement] = {}
    found = {}
    for number, planned in plans.items():
        loaded, privacy = planned.loaded, planned.loaded.policy.privacy
        account = accounts.setdefault(loaded.policy.source.population, _account(planned, ledger))
        given = Lifetime(float(privacy.lifetime.epsilon), float(privacy.lifetime.delta))
        if (given, privacy.unit) != (account.lifetime, account.unit):
            found[number] = BudgetError(
                f"{loaded.at('privacy', 'lifetime')}: a lifetime of {given} per {privacy.unit} was given, but "
                f"population {account.population} has {account.lifetime} per {account.unit}. Write these values into "
                "privacy.lifetime and privacy.unit."
            )
    return found


def over_budget(plans: Mapping[int, Plan], ledger: Ledger) -> dict[int, BudgetError]:
    """Which charges do not fit, when each is taken in its order if it does."""
    accounts: dict[str, Statement] = {}
    found = {}
    for number, planned in plans.items():
        policy, guarantee = planned.loaded.policy, planned.guarantee
        account = accounts.setdefault(policy.source.population, _account(planned, ledger))
        order = account.order if guarantee.sampled else None
        nano = to_nano(guarantee.mu_squared, guarantee.sampled, account.order)
        if nano > account.left_nano:
            found[number] = BudgetError(account.refusal(nano, order))
            continue
        taken = Charge(str(number), policy.id, "", "reserved", nano, order=order)
        accounts[account.population] = replace(account, charges=(*account.charges, taken))
    return found
