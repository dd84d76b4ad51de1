"""The attack that asks: does the release link what is known of a person in two places?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from dpsynth.attacks import gower, knowledge
from dpsynth.attacks.base import Family, Remark, Settings
from dpsynth.attacks.comparison import Comparison, Outcome, Targets, unlinked
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.registry import register
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain


@register("linkability")
class Linkability(Comparison):
    """Links two parts of a person's record through the release.

    The attacker has two files without names in common: one with the quasi-identifiers of people, the other with the
    rest of their columns (without declared quasi-identifiers: two halves of the columns). For a pair of entries, one
    from each file, he looks for the synthetic rows nearest to the one and for those nearest to the other. Where one
    synthetic row is among both he says: the same person. The attack is run on pairs that do belong together; that the
    two parts of a record go together in the population links held-out people as well, so only what members are linked
    more often counts. All nearest rows count, not one of the ties: an attacker need not choose, and a random choice
    among many equal rows would hide a leak where quasi-identifiers are coarse.

    The guesser has the release with its two parts shuffled against each other.

    Blind spots: leakage through counts; links within one of the two parts; copies of which both parts changed so much
    that other rows are nearer.

    Source: Article 29 Working Party, WP 216 (2014); Giomi et al. (2023), PoPETs, arXiv:2211.10459 (k nearest
    neighbours by two sets of columns), here with all ties, exact distances on the public domain, people as trials.
    """

    name: ClassVar[str] = "linkability"
    family: ClassVar[Family] = "linkability"
    headline: ClassVar[str] = "linked"
    bounded: ClassVar[frozenset[str]] = frozenset({"linked"})

    def outcome(self, domain: Domain, targets: Codes, release: Codes, settings: Settings) -> Outcome:
        """Linked if a synthetic row is nearest by both parts."""
        one, other = knowledge.halves(domain, settings)
        linked = np.zeros(len(targets), bool)
        pairs = zip(
            gower.blocks(domain, targets, release, one), gower.blocks(domain, targets, release, other), strict=False
        )
        for (where, by_one), (_, by_other) in pairs:
            nearest = by_one == by_one.min(axis=1, keepdims=True)
            nearest &= by_other == by_other.min(axis=1, keepdims=True)
            linked[where] = nearest.any(axis=1)
        return Outcome(np.ones(len(targets), bool), linked)

    def certain(self, domain: Domain, rows: Codes, copied: Codes, copy: Codes, settings: Settings) -> Flags:
        """A row that went in unchanged is at distance 0 by both parts."""
        if min(map(len, knowledge.halves(domain, settings))) == 0:
            return np.zeros(len(rows), bool)
        return np.asarray((rows == copied).all(axis=1))

    def guesser(
        self, domain: Domain, targets: Targets, release: Codes, seen: Group, settings: Settings,
        rng: np.random.Generator,
    ) -> Group:  # fmt: skip
        """The same search where nothing links the parts."""
        apart = unlinked(release, knowledge.halves(domain, settings)[1], rng)
        return (
            self.outcome(domain, targets.members, apart, settings).right,
            self.outcome(domain, targets.held_out, apart, settings).right,
        )

    def remark(self, settings: Settings) -> Remark:
        """What was linked."""
        return Remark("linkability_keys" if settings.quasi_identifiers else "linkability_halves")
