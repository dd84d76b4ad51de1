"""The attack that asks: does the release tell a secret of a person of whom other things are known?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from dpsynth.attacks import excess, guessers, knowledge, statistics
from dpsynth.attacks.base import Family, Remark, Settings
from dpsynth.attacks.comparison import Comparison, Outcome, Targets
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.registry import register
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

CONFIDENT = 0.8
"""He claims a secret if at least this share of the nearest synthetic rows agree on it. One threshold, fixed here."""


@register("inference")
class Inference(Comparison):
    """Infers a secret of a person from the most similar synthetic rows.

    The attacker knows a person's quasi-identifiers (without declared ones: all columns but the secret) and wants one of
    the secrets (without declared ones: any column that is no quasi-identifier). He takes all synthetic rows nearest to
    what he knows and claims the secret on which four in five of them agree; otherwise he says nothing. In a column with
    a long order the neighbouring level is right as well. Each person is asked about one secret, all secrets in turn:
    the result is the mean over the secrets, and the trials are people.

    The result is the precision of claims about members minus that of claims about held-out people. That a claim about
    somebody outside the data is right as often is science and not a leak: the release teaches what is true of the
    population, and would have without him. How often he claims (coverage) is a rate, and so is the share of people
    about whom he claims rightly, which the budget bounds most tightly.

    The guesser has held-out people instead of the release: the best of three models (commonest level, naive Bayes,
    nearest people) predicts the same secrets of the same people, nobody from himself.

    Blind spots: a secret of one group that the release gives away in sum but the nearest rows do not; secrets that are
    hidden among equal rows (fewer than four in five agree); models stronger than neighbours.

    Source: Article 29 Working Party, WP 216 (2014); Giomi et al. (2023), arXiv:2211.10459; precision and coverage
    against what other people teach: Francis and Wagner (2025), arXiv:2507.01710.
    """

    name: ClassVar[str] = "inference"
    family: ClassVar[Family] = "inference"
    statistic: ClassVar[str] = "excess_precision"
    headline: ClassVar[str] = "right_if_claimed"
    bounded: ClassVar[frozenset[str]] = frozenset({"claimed", "right_claim"})

    def outcome(self, domain: Domain, targets: Codes, release: Codes, settings: Settings) -> Outcome:
        """Claims about one secret of each target, in turn."""
        claimed, right = np.zeros(len(targets), bool), np.zeros(len(targets), bool)
        asked = knowledge.questions(domain, settings)
        for turn, question in enumerate(asked):
            rows = targets[turn :: len(asked)]
            won, share = guessers.vote(domain, question, release, rows)
            truth = rows[:, question.secret].astype(np.int64)
            claimed[turn :: len(asked)] = share >= CONFIDENT
            right[turn :: len(asked)] = guessers.close(domain.attributes[question.secret], won, truth)
        return Outcome(claimed, claimed & right)

    def trials(self, seen: Outcome) -> Flags:
        """Claims alone."""
        return seen.right[seen.claimed]

    def certain(self, domain: Domain, rows: Codes, copied: Codes, copy: Codes, settings: Settings) -> Flags:
        """A row that went in unchanged where all rows of the copy that equal it in what is known tell the same."""
        sure = np.zeros(len(rows), bool)
        asked = knowledge.questions(domain, settings)
        for turn, question in enumerate(asked):
            part = slice(turn, None, len(asked))
            unchanged = (rows[part] == copied[part])[:, [*question.known, question.secret]].all(axis=1)
            known = np.concatenate([copy, copied[part]])[:, question.known]
            _, label = np.unique(known, axis=0, return_inverse=True)
            label, place = label[: len(copy)], label[len(copy) :]
            low = np.full(len(known), domain.attributes[question.secret].size, np.int64)
            high = np.full(len(known), -1, np.int64)
            np.minimum.at(low, label, copy[:, question.secret])
            np.maximum.at(high, label, copy[:, question.secret])
            sure[part] = unchanged & (low == high)[place]
        return sure

    def ceiling(self, control: Outcome, guarantee: Guarantee, confidence: float) -> float:
        """That of a precision."""
        wrong = int((control.claimed & ~control.right).sum())
        limits = (
            statistics.clopper_pearson(k, len(control.right), confidence) for k in (int(control.right.sum()), wrong)
        )
        return excess.largest_of_precision(guarantee, *limits)

    def guesser(
        self, domain: Domain, targets: Targets, release: Codes, seen: Group, settings: Settings,
        rng: np.random.Generator,
    ) -> Group:  # fmt: skip
        """Predictions from held-out people of the secrets that were claimed."""
        members, held = targets.members, targets.held_out
        right = np.zeros(len(members), bool), np.zeros(len(held), bool)
        fold = rng.permutation(len(held)) % guessers.FOLDS
        asked = knowledge.questions(domain, settings)
        for turn, question in enumerate(asked):
            attribute, part = domain.attributes[question.secret], slice(turn, None, len(asked))
            of_held, of_members = guessers.held_out_model(domain, question, held, fold, members[part])
            right[0][part] = guessers.close(attribute, of_members, members[part, question.secret].astype(np.int64))
            right[1][part] = guessers.close(attribute, of_held, held[:, question.secret].astype(np.int64))[part]
        return right[0][seen[0]], right[1][seen[1]]

    def further(self, domain: Domain, members: Outcome, held: Outcome, settings: Settings) -> dict[str, Group]:
        """Coverage, right claims among all people, and the precision secret by secret."""
        return {
            "claimed": (members.claimed, held.claimed),
            "right_claim": (members.right, held.right),
            **self._by_secret(domain, members, held, settings),
        }

    def _by_secret(self, domain: Domain, members: Outcome, held: Outcome, settings: Settings) -> dict[str, Group]:
        asked = knowledge.questions(domain, settings)
        strata = {}
        for turn, question in enumerate(asked):
            turns = [Outcome(o.claimed[turn :: len(asked)], o.right[turn :: len(asked)]) for o in (members, held)]
            strata[secret_stratum(domain, question.secret)] = (self.trials(turns[0]), self.trials(turns[1]))
        return strata

    def remark(self, settings: Settings) -> Remark:
        """What precision means."""
        return Remark("inference")


def secret_stratum(domain: Domain, secret: int) -> str:
    """The name of the rate of one secret."""
    return f"secret_{domain.names[secret]}"
