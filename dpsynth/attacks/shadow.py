"""The game for one person: was this release made with the person, or without?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from sklearn.linear_model import LogisticRegression

from dpsynth.attacks import controls, people, statistics, strata
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Interval, Remark, Retrain, Settings
from dpsynth.attacks.density import Floats
from dpsynth.attacks.registry import register
from dpsynth.attacks.shadow_curator import MakeShadow, Trainer, without_noise
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.privacy.accountant import Guarantee

QUERIES = 200
MOST_COLUMNS = 4
"""Columns of a query at most."""

BITS = 62
"""Columns that queries are drawn from: one bit each."""

FEWEST_MEMBERS = 20
"""Of fewer nobody stands out, and the game says nothing about a release about many."""

CONTROL_PEOPLE = 40
"""People besides the target in the control: few enough for one more to show."""


@dataclass(frozen=True)
class Queries:
    """Subsets of a person's cells: how many synthetic rows agree with them?

    Attributes:
        rows: the person's rows, shape (rows, columns), only the columns that queries are about.
        columns: which ones.
        row: the row that each query is about, shape (queries,).
        mask: the columns of each query, as bits, shape (queries,).
    """

    rows: Codes
    columns: np.ndarray[Any, np.dtype[np.int64]]
    row: np.ndarray[Any, np.dtype[np.int64]]
    mask: np.ndarray[Any, np.dtype[np.int64]]

    @classmethod
    def about(cls, target: Units, number: int, rng: np.random.Generator) -> Queries:
        """Random queries about a person with rows."""
        columns = np.sort(rng.permutation(target.codes.shape[1])[:BITS])
        most = min(MOST_COLUMNS, len(columns))
        asked = [rng.permutation(len(columns))[: rng.integers(min(1, most), most + 1)] for _ in range(number)]
        mask = np.array([sum(1 << int(c) for c in some) for some in asked], np.int64)
        return cls(target.codes[:, columns], columns, rng.integers(0, target.rows, number), mask)

    def counts(self, release: Codes) -> Floats:
        """Rows that agree with the person, for each query, shape (queries,)."""
        found = np.zeros(len(self.mask))
        bits = 1 << np.arange(len(self.columns), dtype=np.int64)
        some = release[:, self.columns]
        for number, row in enumerate(self.rows):
            patterns, times = np.unique((some == row) @ bits, return_counts=True)
            asked = np.flatnonzero(self.row == number)
            wanted = self.mask[asked]
            found[asked] = times @ ((patterns[:, None] & wanted) == wanted)
        return found


@dataclass(frozen=True)
class ShadowResult:
    """What the game for one person gave.

    Attributes:
        inside: scores of test shadows with the person, shape (n,).
        outside: scores of test shadows without, shape (m,).
        auc: over data sets, for this person; not over people for one data set.
        interval: of it.
    """

    inside: Floats
    outside: Floats
    auc: float
    interval: Interval


def play(
    make: MakeShadow, target: Units, training: int, testing: int, confidence: float, rng: np.random.Generator
) -> ShadowResult:
    """Learns on shadow releases to tell whether one person is in, and tests on others.

    A regularised logistic regression on the counts of random subset queries about the person, in standard deviations.

    Source: Houssiau et al. (2022), TAPAS, arXiv:2211.06550 (query-based attack); Stadler et al. (2022), USENIX
    Security (shadow models); Meeus et al. (2023), arXiv:2306.10308 (the numbers of shadows).

    Args:
        make: makes shadows.
        target: the person.
        training: shadows to learn from, half of them with the person.
        testing: shadows to test on, half of them with the person.
        confidence: of the interval.
        rng: public randomness.
    """
    total = training + testing
    label = np.arange(total) % 2 == 0
    if target.rows == 0 or training < 2 or testing < 2:
        empty = np.zeros(0)
        return ShadowResult(empty, empty, 0.5, Interval(0.0, 1.0, confidence))
    queries = Queries.about(target, QUERIES, rng)
    seen = np.stack([queries.counts(make(bool(inside), rng)) for inside in label])
    middle, spread = seen[:training].mean(axis=0), seen[:training].std(axis=0)
    seen = (seen - middle) / np.where(spread > 0, spread, 1.0)
    # Queries about the same person say nearly the same: as strong a prior as there are queries.
    learned = LogisticRegression(C=1 / QUERIES, max_iter=200).fit(seen[:training], label[:training])
    scores = seen[training:] @ learned.coef_[0]
    inside, outside = scores[label[training:]], scores[~label[training:]]
    return ShadowResult(
        inside,
        outside,
        statistics.auc(inside, outside),
        statistics.auc_interval(inside, outside, confidence),
    )


def shadow_attack(
    retrain: Retrain,
    members: Units,
    targets: list[int],
    training: int,
    testing: int,
    confidence: float,
    rng: np.random.Generator,
) -> tuple[ShadowResult, ...]:
    """Plays the game for each of some members, everybody else being fixed.

    Args:
        retrain: a `Trainer` makes shadows with the release's noise; of anything else they are without noise.
        members: everybody who was trained on.
        targets: numbers of the members in question.
        training: see `play`.
        testing: see `play`.
        confidence: of each interval.
        rng: public randomness.
    """
    found = []
    for number in targets:
        target, others = members.take(np.array([number])), members.take(np.delete(np.arange(members.size), number))
        make = (
            retrain.shadows(others, target) if isinstance(retrain, Trainer) else without_noise(retrain, others, target)
        )
        found.append(play(make, target, training, testing, confidence, rng))
    return tuple(found)


def most_vulnerable(evidence: Evidence, number: int) -> list[int]:
    """Members who stand out, in turns the most isolated ones and those with the rarest levels."""
    members = evidence.members
    present = members.rows_per_unit > 0
    isolated = np.argsort(-np.where(present, strata.isolation(evidence, members), -1), kind="stable")
    rare = np.argsort(np.where(present, strata.rarest_level(evidence, members), np.inf), kind="stable")
    turns = np.stack([isolated, rare], axis=1).ravel().tolist()
    return [i for i in dict.fromkeys(turns) if present[i]][:number]


@register("shadow")
class Shadow:
    """Whether one person was in it, by somebody who knows everybody else and the mechanism.

    The strongest attacker that still sees the release only, against the ten members who stand out most. He makes many
    releases himself, with and without the person, and learns to tell them apart. The result is that of the worst of
    the ten; its interval is for all ten together. An AUC here is over data sets for one person: not comparable with
    one over people for one data set, but bounded by the same ceiling.

    Slow, so it is for those who ask for it: 0.23 CPU seconds a shadow (noise 0.04, fit 0.08, sample 0.09) on 5,300
    people with 18,000 rows and 22 columns, 5 minutes a target. Counting anew would have added 0.03, and more for
    more people.

    Source: see `play`.

    Attributes:
        targets: members who are attacked.
        training: shadows to learn from, for each.
        testing: shadows to test on, for each.
    """

    name: ClassVar[str] = "shadow"
    family: ClassVar[Family] = "membership"
    shadows: ClassVar[bool] = True  # it makes thousands of releases: a mechanism that trains a critic is refused

    def __init__(self, targets: int = 10, training: int = 1000, testing: int = 200) -> None:
        self.targets, self.training, self.testing = targets, training, testing

    def run(
        self,
        evidence: Evidence,
        surrogate: Evidence,
        guarantee: Guarantee,
        retrain: Retrain,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `Attack.run`."""
        enough = evidence.members.size >= FEWEST_MEMBERS and evidence.reference.size > 0 and len(evidence.synthetic) > 0
        chosen = most_vulnerable(evidence, self.targets) if enough else []
        # Limits for all targets at once (Bonferroni).
        confidence = 1 - (1 - settings.confidence) / max(1, len(chosen))
        results = shadow_attack(retrain, evidence.members, chosen, self.training, self.testing, confidence, rng) or (
            ShadowResult(np.zeros(0), np.zeros(0), 0.5, Interval(0.0, 1.0, confidence)),
        )
        worst = max(results, key=lambda result: result.auc)
        sizes = len(worst.inside), len(worst.outside)
        detectable = statistics.detectable_auc(*sizes, confidence)

        def measured(inside: Floats, outside: Floats) -> tuple[float, Interval]:
            return statistics.auc(inside, outside), statistics.auc_interval(inside, outside, settings.confidence)

        checks = (
            *self.known_truths(surrogate, settings, rng),
            controls.permuted(worst.inside, worst.outside, measured, 0.5, settings.confidence, rng),
        )
        return AttackResult(
            attack=self.name,
            family=self.family,
            statistic="auc",
            value=worst.auc,
            interval=replace(worst.interval, confidence=settings.confidence),
            baseline=0.5,
            ceiling=guarantee.auc,
            n_members=sizes[0],
            n_control=sizes[1],
            detectable=detectable,
            controls=checks,
            rates=(),
            status=controls.status(worst.auc, worst.interval, 0.5, guarantee.auc, detectable, checks),
            remarks=(Remark("shadow", {"members": len(results), "releases": sum(sizes)}),),
        )

    def known_truths(self, surrogate: Evidence, settings: Settings, rng: np.random.Generator) -> list[Control]:
        """Noisy copies of few people, with and without one of them, must be told apart; copies without must not.

        The power is rehearsed with another target and other people.
        """
        everyone = people.join(surrogate.members, surrogate.reference, surrogate.control)
        share = min(CONTROL_PEOPLE, everyone.size // 2)
        others, rehearsal = people.cut(everyone, [share, share], rng)
        training, testing = min(self.training, 200), min(self.testing, 200)

        def game(group: Units, leaks: bool) -> ShadowResult:
            if group.size < 2:
                return play(lambda inside, rng: group.codes, group, 0, 0, settings.confidence, rng)
            target, rest = group.take(np.array([0])), group.take(np.arange(1, group.size))
            make = without_noise(controls.noisy_copy, rest, target)
            return play(
                make if leaks else lambda inside, rng: make(False, rng),
                target, training, testing, settings.confidence, rng,
            )  # fmt: skip

        expected, leak, quiet = game(rehearsal, True), game(others, True), game(others, False)
        power = statistics.power_of_auc(expected.interval.low, len(leak.inside), len(leak.outside), settings.confidence)
        p = statistics.null_p_value(quiet.inside, quiet.outside)
        return [
            controls.positive("copy_with_noise", "surrogate", leak.auc, leak.interval, power, 0.5),
            controls.negative("held_out_as_members", "surrogate", quiet.auc, quiet.interval, p),
        ]
