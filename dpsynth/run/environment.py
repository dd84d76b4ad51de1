"""Which software made a release: the program, and every installed package that it needs, directly or not.

Names and versions only: no path, no host, no user. Packages that are installed beside, and not needed, are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions, entry_points

from dpsynth.release.components import Component

PROGRAM = "dpsynth-release"
EXTRAS = ("gpu", "pdf")
"""Extras of the program that take part in a run where they are installed."""
PLUGINS = ("dpsynth.synthesizers", "dpsynth.attacks")
"""Entry points whose packages take part in a run."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


@dataclass(frozen=True)
class _Package:
    """What is read, once, of an installed package; names in canonical spelling."""

    name: str
    version: str
    licence: str | None
    requires: frozenset[str]


@cache
def components() -> tuple[Component, ...]:
    """The program first, then what it needs, by name."""
    installed: dict[str, _Package] = {}
    for distribution in distributions():
        package = _read(distribution)
        installed.setdefault(package.name, package)  # the first one on the path is the one that is imported
    plugins = {_canonical(e.dist.name) for group in PLUGINS for e in entry_points(group=group) if e.dist is not None}
    needed, waiting = set[str](), {PROGRAM, *plugins} & installed.keys()
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= installed[name].requires & installed.keys() - needed
    found = (installed[name] for name in sorted(needed, key=lambda name: (name != PROGRAM, name)))
    return tuple(Component(p.name, p.version, p.licence, tuple(sorted(p.requires & needed - {p.name}))) for p in found)


def _read(distribution: Distribution) -> _Package:
    stated = distribution.metadata
    name = _canonical(stated["Name"])
    used = EXTRAS if name == PROGRAM else ()
    requires = set()
    for requirement in stated.get_all("Requires-Dist", []):
        extra, needed = _EXTRA.search(requirement), _NAME.match(requirement)
        if needed and (extra is None or extra.group(1) in used):
            requires.add(_canonical(needed.group()))
    return _Package(name, stated["Version"], stated.get_all("License-Expression", [None])[0], frozenset(requires))


def _canonical(name: str) -> str:
    """A package's name in the one spelling that is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
