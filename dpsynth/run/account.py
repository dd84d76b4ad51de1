"""The ledger's account, as the report shows it."""

from __future__ import annotations

from dpsynth.privacy.account import NANO, Statement
from dpsynth.report.inputs import BudgetView, PastRelease


def budget_view(statement: Statement, run_id: str, throw_away: bool) -> BudgetView:
    """The ledger's account as the report shows it."""
    earlier = tuple(
        PastRelease(
            f"{c.policy_id}/{c.run_id}",
            c.at[:10],
            "open" if c.state == "reserved" else c.state,
            c.nano_rho / NANO,
            statement.epsilon(c.nano_rho, c.order),
        )
        for c in statement.charges
        if c.run_id != run_id
    )
    own = next(c for c in statement.charges if c.run_id == run_id)
    return BudgetView(
        population=statement.population,
        epsilon=statement.lifetime_epsilon,
        delta=statement.lifetime_delta,
        rho=statement.lifetime_nano / NANO,
        earlier=earlier,
        rho_release=own.nano_rho / NANO,
        rho_left=statement.left_nano / NANO,
        ledger_head=statement.head,
        ledger_sequence=statement.sequence,
        throw_away=throw_away,
    )
