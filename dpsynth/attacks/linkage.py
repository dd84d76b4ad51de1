"""The attack that asks: what does a file with names and quasi-identifiers find out with the release?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from dpsynth.attacks import knowledge, matches
from dpsynth.attacks.base import Family, Remark, Settings
from dpsynth.attacks.comparison import Comparison, Outcome, Targets, unlinked
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.registry import register
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain


@register("linkage")
class Linkage(Comparison):
    """Links a file with names to the release and believes what it finds.

    The attacker has a register with the names and quasi-identifiers of everybody, people of the data and others alike
    (without declared quasi-identifiers: all columns but the secrets; without declared secrets: all other columns). He
    looks each person up in the release. Where exactly one synthetic row has these quasi-identifiers, he claims that it
    is that person's, secrets included; he is right if all secrets are. The result is the share of people about whom he
    claims rightly, members beyond held-out people: the right claims about the latter are chance and what the population
    teaches. How often he claims at all, and how often a claim is right, are rates.

    The guesser makes the same claims, with secrets from random synthetic rows.

    Blind spots: matches that are nearly exact (`nearest` looks for them); groups that share quasi-identifiers and
    secret (`inference`); several secrets must be right at once.

    Source: the correct attribution of unique matches: Taub, Elliot, Pampaka and Smith (2018), PSD; repU and DiSCO of
    synthpop: Raab, Nowok and Dibben (2024), arXiv:2406.16826; the comparison with held-out people is ours.
    """

    name: ClassVar[str] = "linkage"
    family: ClassVar[Family] = "reidentification"
    headline: ClassVar[str] = "right_claim"
    bounded: ClassVar[frozenset[str]] = frozenset({"claimed", "right_claim"})

    def outcome(self, domain: Domain, targets: Codes, release: Codes, settings: Settings) -> Outcome:
        """A claim where one synthetic row alone has the quasi-identifiers."""
        known, secrets = knowledge.file_and_secrets(domain, settings)
        nobody = np.zeros(len(targets), bool)
        if not known or not secrets:
            return Outcome(nobody, nobody)
        match = matches.sole(targets[:, known], release[:, known])
        claimed = match >= 0
        right = nobody.copy()
        right[claimed] = (release[match[claimed]][:, secrets] == targets[claimed][:, secrets]).all(axis=1)
        return Outcome(claimed, right)

    def certain(self, domain: Domain, rows: Codes, copied: Codes, copy: Codes, settings: Settings) -> Flags:
        """A row that went in unchanged, and that alone has its quasi-identifiers in the copy."""
        known, secrets = knowledge.file_and_secrets(domain, settings)
        if not known or not secrets:
            return np.zeros(len(rows), bool)
        both = [*known, *secrets]
        return np.asarray((rows == copied)[:, both].all(axis=1) & (matches.sole(copied[:, known], copy[:, known]) >= 0))

    def guesser(
        self, domain: Domain, targets: Targets, release: Codes, seen: Group, settings: Settings,
        rng: np.random.Generator,
    ) -> Group:  # fmt: skip
        """The same claims with secrets of other rows."""
        apart = unlinked(release, knowledge.file_and_secrets(domain, settings)[1], rng)
        return (
            self.outcome(domain, targets.members, apart, settings).right,
            self.outcome(domain, targets.held_out, apart, settings).right,
        )

    def further(self, domain: Domain, members: Outcome, held: Outcome, settings: Settings) -> dict[str, Group]:
        """How often he claims, and how often he is right when he does."""
        return {
            "claimed": (members.claimed, held.claimed),
            "right_if_claimed": (members.right[members.claimed], held.right[held.claimed]),
        }

    def remark(self, settings: Settings) -> Remark:
        """What the file holds."""
        return Remark("linkage_keys" if settings.quasi_identifiers else "linkage_rest")
