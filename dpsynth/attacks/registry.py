"""Which attacks there are: built in, and from the entry-point group `dpsynth.attacks`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import TypeVar

from dpsynth.attacks.base import Attack
from dpsynth.errors import PolicyError

_REGISTRY: dict[str, type[Attack]] = {}
A = TypeVar("A", bound=type[Attack])


def register(name: str) -> Callable[[A], A]:
    """Registers an attack under the name that policies use."""

    def enter(cls: A) -> A:
        _REGISTRY[name] = cls
        return cls

    return enter


def available() -> dict[str, type[Attack]]:
    """All attacks by name."""
    import dpsynth.attacks.classifier
    import dpsynth.attacks.closest_record
    import dpsynth.attacks.combined
    import dpsynth.attacks.dcr_difference
    import dpsynth.attacks.domias
    import dpsynth.attacks.focal
    import dpsynth.attacks.gen_lra
    import dpsynth.attacks.inference
    import dpsynth.attacks.linkability
    import dpsynth.attacks.linkage
    import dpsynth.attacks.nearest
    import dpsynth.attacks.shadow
    import dpsynth.attacks.singling_out
    import dpsynth.attacks.small_cells  # noqa: F401

    for point in entry_points(group="dpsynth.attacks"):
        if point.name not in _REGISTRY:
            _REGISTRY[point.name] = point.load()
    return dict(sorted(_REGISTRY.items()))


def find(name: str) -> Attack:
    """An attack by name.

    Raises:
        PolicyError: there is none of that name.
    """
    known = available()
    if name not in known:
        raise PolicyError(f"attacks.run names {name!r}; available are {', '.join(known)}. Choose from these.")
    return known[name]()
