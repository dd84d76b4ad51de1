"""The policies of a batch and how far each is: values, and `batch.json` in the folder of all runs, which keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from dpsynth import _files
from dpsynth.errors import DpsynthError, SourceError

BATCH = "batch.json"
State = Literal["reserved", "running", "complete", "failed", "broken", "over_budget"]
"""reserved: waits. running: a process works on it. complete: its release is made, and sign-off comes next. failed: it
ended with an error. broken: never begun, something is not in order. over_budget: never begun, its charge does not fit.
"""


@dataclass(frozen=True)
class Item:
    """One policy of a batch.

    Attributes:
        policy: absolute path of its file.
        policy_id: empty where the file cannot be read.
        run: `POLICY/RUN` below the folder of all runs; empty where nothing was begun.
        state: how far it is.
        exit_code: of its process or of what was refused; 0 while nothing is wrong.
        message: what went wrong, in the words of the error.
    """

    policy: str
    policy_id: str = ""
    run: str = ""
    state: State = "reserved"
    exit_code: int = 0
    message: str = ""

    def refused(self, error: DpsynthError, state: State) -> Item:
        """The item after an error."""
        return replace(self, state=state, exit_code=error.exit_code, message=str(error))


Items = tuple[Item, ...]


def save(out: Path, items: Sequence[Item]) -> None:
    """Writes `batch.json`.

    Raises:
        ResourceError: the disk refuses.
    """
    _files.write_json(out / BATCH, {"format": 1, "items": [asdict(item) for item in items]})


def read(out: Path) -> Items:
    """The newest batch in the folder of all runs; nothing where there was none.

    Raises:
        SourceError: its file is damaged.
    """
    try:
        saved = json.loads((out / BATCH).read_text(encoding="utf-8"))
        items = tuple(Item(**item) for item in saved["items"])
        if any(item.state not in get_args(State) for item in items):
            raise ValueError("state")
        return items
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(f"{out / BATCH} is damaged. Restore it from a backup, or move it away.") from None
