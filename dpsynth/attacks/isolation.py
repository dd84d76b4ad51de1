"""Who is alone among others, by predicates: people, and predicates as trials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.attacks import statistics
from dpsynth.attacks.base import Rate
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.predicates import Holders

Indices = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class SingledOut:
    """Who is singled out.

    Attributes:
        members: flags, shape (members,).
        held_out: flags, shape (held-out people,).
        effect: how many times the variance of a share of independent members that of the members' share is.
    """

    members: Flags
    held_out: Flags
    effect: float = 1.0

    @property
    def group(self) -> Group:
        """Both flags."""
        return self.members, self.held_out


def singled_out(held: Holders, members: int, rng: np.random.Generator) -> SingledOut:
    """Members whom a predicate tells from all other members, and held-out people whom one tells from all members.

    For held-out people a random member is left out, so that everybody is told from the same number of others.

    The members' share estimates with what probability one more person would be singled out, as Good's share of species
    seen once estimates the weight of those not seen. Two members who are not singled out, but each would be without
    the other, lose together; by such pairs the variance of (share - probability) exceeds that of independent members.
    With f1 people singled out of n it is (f1 (1 - f1/n) + 2 pairs) / n^2, and the effect is its ratio to the first
    term. Pairs of whom one is singled out anyway cancel to first order. Source: Good (1953), Biometrika 40; Esty
    (1983), Annals of Statistics 11, 905 (there a pair is a species seen twice).

    Args:
        held: which predicate fits which person; members come first, then held-out people.
        members: how many members there are.
        rng: public randomness.
    """
    inside = held.person < members
    fitted = np.bincount(held.predicate[inside], minlength=held.predicates)
    left_out = held.person == (int(rng.integers(0, members)) if members else -1)
    of_others = fitted - np.bincount(held.predicate[left_out], minlength=held.predicates)
    alone = np.where(inside, fitted[held.predicate] == 1, of_others[held.predicate] == 0)
    found = np.zeros(held.people, bool)
    found[held.person[alone]] = True
    shared = inside & (fitted[held.predicate] == 2)
    # The two people of each predicate that fits two.
    both = np.sort(held.person[shared][np.argsort(held.predicate[shared], kind="stable")].reshape(-1, 2), axis=1)
    pairs = int((~found[np.unique(both, axis=0)]).all(axis=1).sum())
    first = float(found[:members].sum())
    effect = 1 + 2 * pairs / max(1.0, first * (1 - first / max(1, members)))
    return SingledOut(found[:members], found[members:], effect)


@dataclass(frozen=True)
class Isolation:
    """What predicates isolate in two groups of as many people.

    Attributes:
        members: whether each predicate fits exactly one person of the first group, shape (predicates,).
        control: the same in the second group.
        trials: how many independent predicates they are worth.
    """

    members: Flags
    control: Flags
    trials: float

    def part(self, chosen: Flags) -> Isolation:
        """Some of the predicates, worth as much each."""
        worth = self.trials * chosen.sum() / max(1, len(chosen))
        return Isolation(self.members[chosen], self.control[chosen], float(worth))

    def rate(self, name: str, confidence: float) -> Rate:
        """Both shares, with Wilson's intervals for the trials that they are worth; a predicate has no ceiling."""
        shares = [float(side.mean()) if len(side) else 0.0 for side in (self.members, self.control)]
        limits = [statistics.wilson(share, self.trials, confidence) for share in shares]
        n = round(self.trials)
        hits, control_hits = (round(share * n) for share in shares)
        return Rate(
            name=name,
            members=shares[0],
            members_interval=limits[0],
            control=shares[1],
            control_interval=limits[1],
            n_members=len(self.members),
            n_control=len(self.control),
            ceiling=None,
            p_value=statistics.fisher(hits, n, control_hits, n),
            resolvable=statistics.detectable_excess(n, control_hits, n, confidence) < 1,
        )


def isolation(held: Holders, first: Indices, second: Indices) -> Isolation:
    """Which predicates fit exactly one person of each group.

    Predicates that isolate the same person are one event and not several. By Kish's design effect, the sum of c^2 over
    the sum of c where c is how many predicates isolate a person, k predicates are worth k / effect independent ones.
    Source: Kish (1965), Survey Sampling, section 8.2.

    Args:
        held: which predicate fits which person.
        first: people of the first group.
        second: people of the second group.
    """
    sides, clusters = [], []
    for group in (first, second):
        inside = np.zeros(held.people, bool)
        inside[group] = True
        pairs = inside[held.person]
        alone = np.bincount(held.predicate[pairs], minlength=held.predicates) == 1
        sides.append(alone)
        clusters.append(np.bincount(held.person[pairs & alone[held.predicate]]))
    c = np.concatenate(clusters).astype(np.float64)
    effect = float((c**2).sum() / c.sum()) if c.sum() else 1.0
    return Isolation(sides[0], sides[1], held.predicates / effect)


def equal_groups(first: int, second: int, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """As many people of either of two groups that are numbered one after the other."""
    size = min(first, second)
    one, other = (np.sort(rng.permutation(n)[:size]) for n in (first, second))
    return one, other + first
