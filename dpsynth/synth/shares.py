"""Shares of mu^2 among the parts of a mechanism."""

from __future__ import annotations

import math

from dpsynth.errors import PolicyError
from dpsynth.policy.training import Synthesis


def check_shares(**shares: float) -> None:
    """Refuses shares that are not above 0 or do not add up to 1.

    Raises:
        ValueError: they do not.
    """
    if min(shares.values()) <= 0 or not math.isclose(sum(shares.values()), 1.0, abs_tol=1e-9):
        raise ValueError(f"Expected shares {tuple(shares.values())} above 0 that add up to 1.")


def from_split(mechanism: str, synthesis: Synthesis, parts: tuple[str, ...]) -> dict[str, float]:
    """The policy's split; empty if the mechanism may choose.

    Raises:
        PolicyError: the split does not name exactly the parts of the mechanism.
    """
    if synthesis.split is None:
        return {}
    if set(synthesis.split) != set(parts):
        needed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "no split"
        raise PolicyError(
            f"synthesis.split names {', '.join(synthesis.split)}; {mechanism} needs {needed}. "
            "Give all of them, adding up to 1."
        )
    return dict(synthesis.split)
