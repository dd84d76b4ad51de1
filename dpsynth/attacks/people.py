"""Groups of people: joined, drawn, cut into folds. Public randomness only."""

from __future__ import annotations

from typing import Any

import numpy as np

from dpsynth.attacks.base import Evidence
from dpsynth.data.units import Units

Indices = np.ndarray[Any, np.dtype[np.int64]]


def join(*groups: Units) -> Units:
    """All people of several groups, numbered one group after the other."""
    first = np.cumsum([0, *(g.size for g in groups)])
    owner = np.concatenate([g.owner + start for g, start in zip(groups, first, strict=False)])
    return Units(np.concatenate([g.codes for g in groups]), owner.astype(np.int64), int(first[-1]))


def draw(group: Units, people: int, rng: np.random.Generator) -> Units:
    """At most `people` people, drawn without replacement."""
    if people >= group.size:
        return group
    return group.take(np.sort(rng.permutation(group.size)[:people]))


def one_row(group: Units, rng: np.random.Generator) -> Indices:
    """A random row of each person who has any, shape (people with rows,)."""
    order = np.lexsort((rng.random(group.rows), group.owner))
    first = np.ones(group.rows, bool)
    first[1:] = np.diff(group.owner[order].astype(np.int64)) != 0
    return order[first]


def cut(group: Units, sizes: list[int], rng: np.random.Generator) -> list[Units]:
    """Disjoint groups of the given sizes, as far as there are people; whoever is left over is in none."""
    order = rng.permutation(group.size)
    parts = np.split(order, np.cumsum(sizes))[: len(sizes)]
    return [group.take(np.sort(part)) for part in parts]


def folds(group: Units, number: int, rng: np.random.Generator) -> Indices:
    """A fold 0 .. number - 1 for each person, all of nearly equal size, shape (people,)."""
    return rng.permutation(group.size) % number


def held_out(evidence: Evidence) -> Units:
    """Everybody who was never trained on: the reference people, then the control people."""
    return join(evidence.reference, evidence.control)


def surrogate_parts(surrogate: Evidence, most: int, rng: np.random.Generator) -> tuple[Evidence, Evidence]:
    """Invented people in three groups: trained, as many untrained, and a third as many held out.

    Returns:
        Trained people as members, and untrained people as pretended members; both without a release yet.
    """
    everyone = join(surrogate.members, surrogate.reference, surrogate.control)
    share = min(most, 3 * everyone.size // 7)
    trained, untrained, held = cut(everyone, [share, share, -(-share // 3)], rng)
    reference, control = cut(held, [held.size // 2, held.size - held.size // 2], rng)
    empty = surrogate.synthetic[:0]
    return (
        Evidence(surrogate.domain, trained, reference, control, empty),
        Evidence(surrogate.domain, untrained, reference, control, empty),
    )
