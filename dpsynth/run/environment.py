"""Which software made a release: the program, and every installed package that it needs, directly or not.

Names and versions only: no path, no host, no user. Packages that are installed beside, and not needed, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, distributions, entry_points

from dpsynth.release.components import Component

PROGRAM = "dpsynth-release"
PLUGINS = ("dpsynth.synthesizers", "dpsynth.attacks")
"""Entry points whose packages take part in a run."""
EXTRAS = ("gpu",)
"""Extras of the program that take part in a run where they are installed."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


@cache
def components() -> tuple[Component, ...]:
    """The program first, then what it needs, by name."""
    installed: dict[str, Distribution] = {}
    for found in distributions():
        installed.setdefault(canonical(found.name), found)  # the first one on the path is the one that is imported
    plugins = {canonical(e.dist.name) for group in PLUGINS for e in entry_points(group=group) if e.dist is not None}
    needed, waiting = set[str](), {PROGRAM, *plugins} & installed.keys()
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= set(_requirements(installed[name])) & installed.keys() - needed
    made = [_component(name, installed[name], installed) for name in sorted(needed, key=lambda n: (n != PROGRAM, n))]
    return tuple(made)


def canonical(name: str) -> str:
    """A package's name in the one spelling that is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(package: Distribution) -> Iterator[str]:
    used = EXTRAS if canonical(package.name) == PROGRAM else ()
    for requirement in package.requires or ():
        extra, name = _EXTRA.search(requirement), _NAME.match(requirement)
        if name and (extra is None or extra.group(1) in used):
            yield canonical(name.group())


def _component(name: str, package: Distribution, installed: dict[str, Distribution]) -> Component:
    licence: str | None = package.metadata.get_all("License-Expression", [None])[0]
    needs = tuple(sorted(set(_requirements(package)) & installed.keys() - {name}))
    return Component(name, package.version, licence, needs)
