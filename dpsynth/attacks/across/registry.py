"""Which attacks on whole people there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dpsynth.attacks.across.base import AcrossAttack
from dpsynth.errors import PolicyError

_REGISTRY: dict[str, type[AcrossAttack]] = {}
A = TypeVar("A", bound=type[AcrossAttack])


def register(name: str) -> Callable[[A], A]:
    """Registers an attack under the name that policies use."""

    def enter(cls: A) -> A:
        _REGISTRY[name] = cls
        return cls

    return enter


def available() -> dict[str, type[AcrossAttack]]:
    """All attacks on whole people by name."""
    import dpsynth.attacks.across.event_sets
    import dpsynth.attacks.across.known_events
    import dpsynth.attacks.across.linked_tables
    import dpsynth.attacks.across.row_secret
    import dpsynth.attacks.across.shared_runs
    import dpsynth.attacks.across.whole_person  # noqa: F401

    return dict(sorted(_REGISTRY.items()))


def find(name: str) -> AcrossAttack:
    """An attack by name.

    Raises:
        PolicyError: there is none of that name.
    """
    known = available()
    if name not in known:
        raise PolicyError(f"attacks.across names {name!r}; available are {', '.join(known)}. Choose from these.")
    return known[name]()
