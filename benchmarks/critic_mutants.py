"""Whether each mistake in a critic's steps is noticed: python benchmarks/critic_mutants.py FILE

The checks and the mutants are those of the tests. A mistake counts as rejected only if the program as it is passes the
same check.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.privacy.critic_checks import CHECKS, MUTANTS

SLOW = "audit"
"""The check that needs most time; every mutant fails a quicker one, too."""


def passes(check: str) -> bool:
    try:
        CHECKS[check]()
    except AssertionError:
        return False
    return True


def mutants() -> list[dict[str, Any]]:
    used = [m for m in MUTANTS if m[4] != SLOW]
    sound = {check: passes(check) for check in dict.fromkeys([m[4] for m in used] + ["architecture"])}
    found: dict[str, dict[str, Any]] = {}
    for name, room, function, wrong, check in used:
        right = getattr(room, function)
        setattr(room, function, wrong)
        try:
            caught = sound[check] and not passes(check)
        finally:
            setattr(room, function, right)
        entry = found.setdefault(name, {"name": name, "rejected": False, "by": []})
        entry["rejected"] |= caught
        entry["by"] += [check] if caught else []
    # There is no place for one in a critic: the only way in refuses it.
    norm = {"name": "batch_norm", "rejected": sound["architecture"], "by": ["architecture"]}
    return [*found.values(), norm]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(mutants(), indent=1))
