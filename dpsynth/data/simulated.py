"""Invented people with their rows in several tables, read like real ones: controls of attacks. No real row is involved.

They come from the policy's simulation if it has one, otherwise from its rules (see `dummy`), so that their rows hang
together as far as the public knows how.
"""

from __future__ import annotations

import pyarrow as pa

from dpsynth.data.family import BoundedFamily, open_family
from dpsynth.data.memory import FrameSource
from dpsynth.domain.family import Family
from dpsynth.dummy.make import BLOCK, drawn
from dpsynth.dummy.plan import Level, plan
from dpsynth.errors import PolicyError
from dpsynth.policy.load import LoadedPolicy

_KEY = b"public: nobody is real"


def simulated(loaded: LoadedPolicy, family: Family, people: int, seed: int) -> BoundedFamily:
    """Invented people, at most `BLOCK`, split and bounded like real ones.

    Args:
        loaded: the policy.
        family: its views.
        people: how many.
        seed: of public randomness.
    """
    found = _tables(loaded, min(people, BLOCK), seed)
    sources = {name: FrameSource(table, name) for name, table in found.items()}
    return open_family(loaded, family, sources, _KEY, lambda: None)


def _tables(loaded: LoadedPolicy, people: int, seed: int) -> dict[str, pa.Table]:
    """As near to real data as the policy can be: it may name no model, or rules that tie too many levels together."""
    for level in (Level.SIMULATION, Level.RULES):
        try:
            return drawn(plan(loaded, level), people, seed)
        except PolicyError:
            continue
    return drawn(plan(loaded, Level.FORMAT), people, seed)
