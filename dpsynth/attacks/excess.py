"""What members show beyond held-out people: differences of shares, their ceilings and rates, group by group."""

from __future__ import annotations

from typing import Any

import numpy as np

from dpsynth.attacks import controls, statistics
from dpsynth.attacks.base import Control, Interval, Rate, Status
from dpsynth.privacy.accountant import Guarantee

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Group = tuple[Flags, Flags]
"""One flag per trial: of members, and of held-out people."""

GRID = 65
"""Control shares at which the ceiling of a precision is computed, twice: evenly spread, and in equal ratios."""


def excess(members: Flags, control: Flags, confidence: float, effect: float = 1.0) -> tuple[float, Interval]:
    """Share of members minus share of control people, with Newcombe's interval; 0 if a group is empty.

    Args:
        members: a flag per member.
        control: a flag per control person.
        confidence: of the interval.
        effect: how many times the variance of a share of independent members that of the members' share is; so many
            members are worth one. Source: Kish (1965), Survey Sampling, section 8.2.
    """
    n, m = len(members), len(control)
    value = float(members.mean() - control.mean()) if n and m else 0.0
    hits, control_hits = int(members.sum()), int(control.sum())
    return value, statistics.excess_interval(hits / effect, n / effect, control_hits, m, confidence)


def detectable(group: Group, confidence: float, effect: float = 1.0) -> float:
    """The smallest excess share that `excess` finds with probability `statistics.POWER`."""
    members, control = group
    return statistics.detectable_excess(worth(len(members), effect), int(control.sum()), len(control), confidence)


def worth(number: int, effect: float) -> int:
    """Independent people that dependent ones are worth: at least one of any."""
    return max(min(1, number), round(number / effect))


def innocent(data: controls.Data, pretended: Flags, control: Flags, confidence: float, effect: float = 1.0) -> Control:
    """Negative control: people who were never trained on, as if they had been."""
    n, hits = worth(len(pretended), effect), round(int(pretended.sum()) / effect)
    p = statistics.fisher(min(hits, n), n, int(control.sum()), len(control), two_sided=True)
    return controls.negative("held_out_as_members", data, *excess(pretended, control, confidence, effect), p)


def largest(guarantee: Guarantee, control: Interval) -> float:
    """The most that members can be hit more often than control people, at any control share in the interval."""
    return guarantee.gain(control.low, control.high)


def largest_of_precision(guarantee: Guarantee, right: Interval, wrong: Interval) -> float:
    """The most that the precision among members can exceed that among control people.

    To be claimed about rightly is an event of one person and the release, so at most tpr(r) of members are, where a
    share r of control people is. To be claimed about wrongly is another: if a share w of control people is, then 1 - w
    are not, and at least 1 - tpr(1 - w) of members are. The precision right / (right + wrong) grows with the one and
    falls with the other.

    Where both shares may be 0 there is no bound but 1: tpr(r)/r grows beyond all bounds as r falls, so between members
    and control people a precision can rise from next to 0 to next to 1 if hardly any claim is made.

    Args:
        guarantee: what the budget allows.
        right: share of control people with a right claim.
        wrong: share of control people with a wrong claim.
    """
    if guarantee.advantage > 0 and right.low == wrong.low == 0 < min(right.high, wrong.high):
        return 1.0
    r, w = _between(right), _between(wrong)
    found = np.array([guarantee.tpr(share) for share in r])[:, None]
    missed = np.array([max(0.0, 1 - guarantee.tpr(1 - share)) for share in w])
    reached = np.where(found + missed > 0, found / np.maximum(found + missed, np.finfo(float).tiny), 1.0)
    beyond = reached - r[:, None] / np.maximum(r[:, None] + w, np.finfo(float).tiny)
    return float(np.clip(beyond[r[:, None] + w > 0], 0, 1).max(initial=0.0))


def _between(limits: Interval) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Shares in an interval, close to one another where they are small."""
    first = min(max(limits.low, limits.high * 1e-6, np.finfo(float).tiny), 1.0)
    small = np.geomspace(first, max(first, limits.high), GRID)
    return np.asarray(np.clip([*np.linspace(limits.low, limits.high, GRID), *small], limits.low, limits.high))


def rates(
    strata: dict[str, Group], guarantee: Guarantee, confidence: float, bounded: frozenset[str] | None = None
) -> tuple[Rate, ...]:
    """Shares per stratum; p-values of Fisher's test for more hits among members, adjusted by Holm.

    Args:
        strata: name -> flags.
        guarantee: what the budget allows.
        confidence: of the intervals.
        bounded: strata whose share is that of an event of one person and the release, so that the budget sets a
            ceiling; all of them by default.
    """
    counts = {k: (int(a.sum()), len(a), int(b.sum()), len(b)) for k, (a, b) in strata.items()}
    adjusted = statistics.holm([statistics.fisher(*c) for c in counts.values()])
    found = []
    for (name, (hits, n, control_hits, m)), p in zip(counts.items(), adjusted, strict=True):
        of_control = statistics.clopper_pearson(control_hits, m, confidence)
        free, seen = (
            bounded is not None and name not in bounded,
            statistics.detectable_excess(n, control_hits, m, confidence),
        )
        found.append(
            Rate(
                name=name,
                members=hits / n if n else 0.0,
                members_interval=statistics.clopper_pearson(hits, n, confidence),
                control=control_hits / m if m else 0.0,
                control_interval=of_control,
                n_members=n,
                n_control=m,
                ceiling=None if free else guarantee.tpr(of_control.high),
                p_value=p,
                resolvable=seen < 1 if free else seen <= largest(guarantee, of_control),
            )
        )
    return tuple(found)


def status_with_rates(
    status: Status, strata: dict[str, Group], guarantee: Guarantee, confidence: float, bounded: frozenset[str]
) -> Status:
    """A leak as well where the rate of one bounded stratum lies above its ceiling, all strata at once (Bonferroni)."""
    judged = {name: group for name, group in strata.items() if name in bounded}
    at_limit = rates(judged, guarantee, 1 - (1 - confidence) / max(1, len(judged)))
    above = any(r.ceiling is not None and r.members_interval.low > r.ceiling for r in at_limit)
    return "leak" if above and status != "invalid" else status
