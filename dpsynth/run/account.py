"""The ledger's account, as the report shows it."""

from __future__ import annotations

from dpsynth.privacy.account import Statement
from dpsynth.privacy.lifetime import NANO
from dpsynth.report.inputs import BudgetChange, BudgetView, PastRelease


def budget_view(statement: Statement, run_id: str, throw_away: bool) -> BudgetView:
    """The ledger's account as the report shows it."""
    earlier = tuple(
        PastRelease(
            c.name,
            c.at[:10],
            "open" if c.state == "reserved" else c.state,
            c.nano_rho / NANO,
            statement.epsilon(c.nano_rho, c.order),
            c.known,
        )
        for c in statement.charges
        if c.run_id != run_id or c.state == "imported"
    )
    own = next(c for c in statement.charges if c.run_id == run_id and c.state != "imported")
    return BudgetView(
        population=statement.population,
        epsilon=statement.lifetime.epsilon,
        delta=statement.lifetime.delta,
        rho=max(1, statement.lifetime_nano) / NANO,
        earlier=earlier,
        rho_release=own.nano_rho / NANO,
        rho_left=max(0, statement.left_nano) / NANO,
        ledger_head=statement.head,
        ledger_sequence=statement.sequence,
        throw_away=throw_away,
        delta_left=statement.delta_left,
        order=statement.fixed_order,
        release_order=own.order,
        changes=tuple(
            BudgetChange(c.at[:10], c.sequence, c.kind, (c.old.epsilon, c.old.delta), (c.new.epsilon, c.new.delta))
            for c in statement.changes
        ),
        looks=len(statement.looks),
    )
