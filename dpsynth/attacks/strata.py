"""Groups of people in whom a leak may hide behind the average, named before anybody looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.attacks import gower, people, statistics
from dpsynth.attacks.base import Evidence, Rate, Remark, Settings
from dpsynth.attacks.density import Floats
from dpsynth.data.units import Units
from dpsynth.privacy.accountant import Guarantee

Flags = np.ndarray[Any, np.dtype[np.bool_]]

ACCUSED = 0.1
"""Share of held-out people above the threshold at which groups are compared."""

NAMES = ("everybody", "isolated", "quasi_identifier_singletons", "rare_levels", "most_rows")

ISOLATED = 0.01
RARE = 0.05
MANY_ROWS = 0.05

NEIGHBOURS = 5
"""Rows of other people whose mean distance says how isolated a row is."""


@dataclass(frozen=True)
class Stratum:
    """A group of people.

    Attributes:
        name: isolated, quasi_identifier_singletons, rare_levels, most_rows, everybody.
        members: who of the members is in it, shape (members,).
        held_out: who of the held-out targets is in it, shape (held-out people,).
    """

    name: str
    members: Flags
    held_out: Flags


def strata(evidence: Evidence, targets: Units, members: int, settings: Settings) -> tuple[Stratum, ...]:
    """The groups, by rules that do not know who is a member.

    everybody. isolated: the 1 % whose rows are on average farthest from the 5 nearest rows of the reference (Achilles).
    quasi_identifier_singletons: a row whose quasi-identifiers no other target or reference person has; left out where
    none are declared. rare_levels: the 5 % with the level that is rarest in the release. most_rows: the 5 % with most
    rows. Whoever ties with the last one is in.

    Source: Meeus et al. (2023), Achilles' Heels, ESORICS, arXiv:2306.10308.

    Args:
        evidence: the release and the reference.
        targets: who was judged, members first.
        members: how many of them are members.
        settings: the quasi-identifiers.
    """
    groups = {
        "everybody": np.ones(targets.size, np.bool_),
        "isolated": _top(isolation(evidence, targets), ISOLATED),
        "rare_levels": _top(-rarest_level(evidence, targets), RARE),
        "most_rows": _top(targets.rows_per_unit.astype(np.float64), MANY_ROWS),
    }
    columns = [i for i, name in enumerate(evidence.domain.names) if name in settings.quasi_identifiers]
    if columns:
        groups["quasi_identifier_singletons"] = singletons(targets, evidence.reference, columns)
    return tuple(Stratum(name, flags[:members], flags[members:]) for name, flags in groups.items())


def isolation(evidence: Evidence, targets: Units) -> Floats:
    """Mean distance of a person's rows to the nearest rows of the reference, shape (people,)."""
    apart = gower.mean_of_nearest(evidence.domain, targets.codes, evidence.reference.codes, NEIGHBOURS)
    return np.asarray(targets.sum(apart) / np.maximum(1, targets.rows_per_unit))


def rarest_level(evidence: Evidence, targets: Units) -> Floats:
    """Synthetic rows with the rarest level that a person has in any row and column, shape (people,)."""
    rarest = np.full(targets.size, float(len(evidence.synthetic)))
    for column, attribute in enumerate(evidence.domain.attributes):
        counts = np.bincount(evidence.synthetic[:, column], minlength=attribute.size).astype(np.float64)
        np.minimum.at(rarest, targets.owner, counts[targets.codes[:, column]])
    return rarest


def singletons(targets: Units, reference: Units, columns: list[int]) -> Flags:
    """Targets with a row whose combination of these columns no other person has, shape (targets,)."""
    everyone = people.join(targets, reference)
    _, combination = np.unique(everyone.codes[:, columns], axis=0, return_inverse=True)
    pairs = np.unique(np.stack([combination.ravel(), everyone.owner], axis=1), axis=0)
    owners = np.bincount(pairs[:, 0])
    alone = np.zeros(everyone.size, np.bool_)
    alone[pairs[owners[pairs[:, 0]] == 1, 1]] = True
    return alone[: targets.size]


def rates(
    groups: tuple[Stratum, ...], members: Floats, held_out: Floats, guarantee: Guarantee, confidence: float
) -> tuple[Rate, ...]:
    """Who is accused in each group, at the threshold above which a tenth of all held-out people lie.

    p-values are of Fisher's test that members are accused more often, adjusted over the groups by Holm. The threshold
    is that of all people, so in a group more or fewer than a tenth of the held-out people may be accused.
    """
    limit = statistics.threshold(held_out, ACCUSED)
    counts = []
    for group in groups:
        sides = (members > limit)[group.members], (held_out > limit)[group.held_out]
        counts.append(tuple(int(n) for side in sides for n in (side.sum(), len(side))))
    adjusted = statistics.holm([statistics.fisher(*c) for c in counts])
    found = []
    for group, (hits, n, accused, m), p in zip(groups, counts, adjusted, strict=True):
        of_control = statistics.clopper_pearson(accused, m, confidence)
        ceiling, share, base = guarantee.tpr(of_control.high), accused / m if m else 0.0, (accused + 0.5) / (m + 1)
        found.append(
            Rate(
                name=group.name,
                members=hits / n if n else 0.0,
                members_interval=statistics.clopper_pearson(hits, n, confidence),
                control=share,
                control_interval=of_control,
                n_members=n,
                n_control=m,
                ceiling=ceiling,
                p_value=p,
                resolvable=statistics.detectable_excess(n, accused, m, confidence) <= guarantee.tpr(base) - base,
            )
        )
    return tuple(found)


def worst(found: tuple[Rate, ...]) -> tuple[Remark, ...]:
    """A remark about the group with the smallest p-value, ties by the largest excess; empty without groups."""
    groups = [r for r in found if r.name in NAMES and r.p_value is not None and r.n_members and r.n_control]
    if not groups:
        return ()
    first = min(groups, key=lambda r: (r.p_value, r.control - r.members))
    return (Remark(f"most_{first.name}", {"groups": len(groups)}),)


def _top(values: Floats, share: float) -> Flags:
    if len(values) == 0:
        return np.zeros(0, np.bool_)
    return np.asarray(values >= np.quantile(values, 1 - share, method="higher"))
