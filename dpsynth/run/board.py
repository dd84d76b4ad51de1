"""What a batch says while it works: one table on a terminal, one line an event elsewhere. States and stages only."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from dpsynth.run.batch_file import Item
from dpsynth.run.progress import Style

if TYPE_CHECKING:
    from rich.table import Table

WORDS = {
    "reserved": "waits",
    "running": "goes on",
    "complete": "complete",
    "failed": "failed",
    "broken": "not begun",
    "over_budget": "over budget",
}


class Board(Protocol):
    """Is told how the items of a batch stand."""

    def __call__(self, number: int, item: Item, stage: str) -> None:
        """An item has another state or stage."""
        ...


def name(item: Item) -> str:
    """How an item is called."""
    return item.run or item.policy_id or item.policy


class _Nothing:
    """Says nothing."""

    def __call__(self, number: int, item: Item, stage: str) -> None:
        """Nothing."""


class _Lines:
    """One line an item that begins or ends, on standard error; as JSON one for every stage too."""

    def __init__(self, items: Sequence[Item], style: Style) -> None:
        self._all, self._json = len(items), style == "json"

    def __call__(self, number: int, item: Item, stage: str) -> None:
        """One line."""
        with suppress(OSError, ValueError):
            if self._json:
                told = {"policy": item.policy, "run": item.run, "state": item.state, "exit_code": item.exit_code}
                print(json.dumps({**told, "stage": stage}), file=sys.stderr, flush=True)
            elif not stage:
                print(f"[{number + 1}/{self._all}] {name(item)}: {WORDS[item.state]}", file=sys.stderr, flush=True)


class _Live:
    """A table on a terminal."""

    def __init__(self, items: Sequence[Item]) -> None:
        from rich.console import Console
        from rich.live import Live

        self._rows = [(item, "") for item in items]
        self.live = Live(self._table(), console=Console(stderr=True), refresh_per_second=4)

    def __call__(self, number: int, item: Item, stage: str) -> None:
        """Changes a row."""
        self._rows[number] = (item, stage)
        with suppress(OSError, ValueError):
            self.live.update(self._table())

    def _table(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        table = Table("policy", "state", "stage", box=None, pad_edge=False)
        for item, stage in self._rows:
            table.add_row(Text(name(item)), WORDS[item.state], stage)
        return table


@contextmanager
def show(style: Style, items: Sequence[Item]) -> Iterator[Board]:
    """Opens the board."""
    if style == "quiet":
        yield _Nothing()
    elif style == "bar":
        board = _Live(items)
        with board.live:
            yield board
    else:
        yield _Lines(items, style)


def table(items: Sequence[Item]) -> str:
    """How every policy ended, as plain text: a line each, with what went wrong below."""
    width = max((len(name(item)) for item in items), default=0)
    lines = []
    for item in items:
        code = f"  exit code {item.exit_code}" if item.exit_code else ""
        lines.append(f"{name(item):<{width}}  {WORDS[item.state]}{code}")
        if item.message:
            lines += [f"    {line}" for line in item.message.splitlines()]
    return "\n".join(lines)
