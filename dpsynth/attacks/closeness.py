"""Whether members lie closer to the release than held-out people, and stand out more: two supporting rates.

Neither is a measure of privacy, so neither decides anything: see `closest_record`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.attacks import gower, people, statistics
from dpsynth.attacks.base import Evidence, Interval, Rate
from dpsynth.attacks.excess import Group
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee

Floats = np.ndarray[Any, np.dtype[np.float64]]

PEOPLE = 500
"""People on either side whose two nearest synthetic rows are looked up."""

CLOSE = 0.5
"""A row stands out if its nearest synthetic row is at most this times as far as the second."""


@dataclass(frozen=True)
class Distances:
    """Of some members and of some held-out people, whole persons, members first.

    Attributes:
        closest: smallest distance of the person's rows to a synthetic row (DCR), shape (people,).
        ratio: smallest ratio of the distances of a row to its nearest and to its second nearest synthetic row (NNDR),
            shape (people,). Where the second is at distance 0 the ratio is 1: then the first does not stand out.
    """

    closest: tuple[Floats, Floats]
    ratio: tuple[Floats, Floats]

    @property
    def half_as_far(self) -> Group:
        """People with a row that stands out."""
        return self.ratio[0] <= CLOSE, self.ratio[1] <= CLOSE


def distances(evidence: Evidence, rng: np.random.Generator) -> Distances:
    """Looks up the two nearest synthetic rows of at most `PEOPLE` people on either side."""
    sides = []
    for side in (evidence.members, people.held_out(evidence)):
        some = people.draw(side, PEOPLE, rng)
        first, second = gower.nearest_two(evidence.domain, some.codes, evidence.synthetic)
        ratio = np.divide(first, second, out=np.ones_like(first), where=second > 0)
        sides.append((_smallest(some, first), _smallest(some, ratio)))
    (a, b), (c, d) = sides
    return Distances((a, c), (b, d))


def rates(found: Distances, guarantee: Guarantee, confidence: float) -> tuple[Rate, Rate]:
    """`closer` and `more_outstanding`: how often a member has the smaller number than a held-out person.

    The share of members is P(smaller) + P(tie)/2 over all pairs (an AUC, with its ceiling), that of control people the
    rest. p-values: Brunner and Munzel's test of more than one half, both adjusted by Holm.
    """
    pairs = {"closer": found.closest, "more_outstanding": found.ratio}
    adjusted = statistics.holm([statistics.brunner_munzel(-members, -control) for members, control in pairs.values()])
    first, second = (
        _rate(name, -members, -control, guarantee, confidence, p)
        for (name, (members, control)), p in zip(pairs.items(), adjusted, strict=True)
    )
    return first, second


def _rate(name: str, members: Floats, control: Floats, guarantee: Guarantee, confidence: float, p: float) -> Rate:
    value = statistics.auc(members, control)
    interval = statistics.auc_interval(members, control, confidence)
    return Rate(
        name=name,
        members=value,
        members_interval=interval,
        control=1 - value,
        control_interval=Interval(1 - interval.high, 1 - interval.low, confidence),
        n_members=len(members),
        n_control=len(control),
        ceiling=guarantee.auc,
        p_value=p,
        resolvable=statistics.detectable_auc(len(members), len(control), confidence) <= guarantee.auc,
    )


def _smallest(group: Units, per_row: Floats) -> Floats:
    """A person's smallest number, shape (people,); 1 for a person without rows."""
    smallest = np.ones(group.size)
    np.minimum.at(smallest, group.owner, per_row)
    return smallest
