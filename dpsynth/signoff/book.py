"""Opens a ledger whose changes of budgets are judged by the key register in it."""

from __future__ import annotations

from dpsynth.privacy.ledger import Ledger
from dpsynth.signoff import budget


def open_book(url: str, *, create: bool = True) -> Ledger:
    """The ledger at a URL. See `Ledger`."""
    return Ledger(url, create=create, judge=budget.judge)
