"""The JSON form of an account, for other programs."""

from __future__ import annotations

from typing import Any

from dpsynth.privacy.account import Change, Charge, Statement, exact_rho


def value(account: Statement) -> dict[str, Any]:
    """A JSON value. rho is text with nine decimals, exact; epsilon is a number, at `delta_left`."""
    return {
        "population": account.population,
        "unit": account.unit,
        "total_known": account.total_known,
        "delta_left": account.delta_left,
        "lifetime": {
            "epsilon": account.lifetime.epsilon,
            "delta": account.lifetime.delta,
            "rho": exact_rho(account.lifetime_nano),
        },
        "spent": _amount(account, account.spent_nano, account.fixed_order),
        "open": _amount(account, account.open_nano, account.fixed_order),
        "left": _amount(account, max(0, account.left_nano)),
        "beyond_budget": exact_rho(max(0, -account.left_nano)),
        "for_information": {"epsilon_spent_by_exact_composition": account.composed_epsilon()},
        "charges": [_charge(account, c) for c in account.charges],
        "changes": [_change(c) for c in account.changes],
        "looks": [{"sequence": x.sequence, "at": x.at, "run": x.run_id, "actor": x.actor} for x in account.looks],
        "ledger": {"sequence": account.sequence, "head": account.head},
    }


def _amount(account: Statement, nano: int, order: float | None = None) -> dict[str, Any]:
    return {"rho": exact_rho(nano), "epsilon": account.epsilon(nano, order)}


def _charge(account: Statement, c: Charge) -> dict[str, Any]:
    amount = _amount(account, c.nano_rho if c.stands else 0, c.order) if c.known else {"rho": None, "epsilon": None}
    return {"release": c.name, "at": c.at, "state": c.state, **amount, "delta": c.delta, "private": c.private}


def _change(c: Change) -> dict[str, Any]:
    return {
        "sequence": c.sequence,
        "at": c.at,
        "kind": c.kind,
        "old": {"epsilon": c.old.epsilon, "delta": c.old.delta},
        "new": {"epsilon": c.new.epsilon, "delta": c.new.delta},
        "reason": c.reason,
        "signers": [{"name": name, "role": role} for name, role in c.signers],
    }
