"""What every attack must do, whoever wrote it.

Subclass `AttackBehaviour` in a test module, return the attack from `attack()`, and pytest does the rest:

    class TestMine(AttackBehaviour):
        def attack(self): return Mine()
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from fractions import Fraction

import numpy as np

from dpsynth.attacks.base import Attack, AttackResult, Evidence, Settings
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category, Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

SETTINGS = Settings(confidence=0.95, false_positive_rate=0.01, near_attributes=1)
GUARANTEE = Guarantee(Fraction(1, 16), 0.0)
STATUSES = ("passed", "leak", "not_resolvable", "invalid")


def plain_domain(*sizes: int) -> Domain:
    """Ordered columns of the given numbers of levels."""
    return Domain(
        tuple(
            Category(
                name=f"c{i}",
                levels=tuple(str(k) for k in range(size)),
                other=None,
                missing=None,
                edges=(),
                absent_texts=frozenset(),
                spellings={str(k): k for k in range(size)},
                fallback=0,
                is_ordered=True,
            )
            for i, size in enumerate(sizes)
        )
    )


def invented(domain: Domain, people: int, rng: np.random.Generator, most_rows: int = 3) -> Units:
    """People with 1 to `most_rows` rows; a hidden trait of the person makes columns dependent."""
    rows = rng.integers(1, most_rows + 1, people)
    owner = np.repeat(np.arange(people, dtype=np.int64), rows)
    trait = rng.random(people)[owner]
    columns = [
        np.minimum((np.where(rng.random(len(owner)) < 0.6, trait, rng.random(len(owner))) * a.size), a.size - 1)
        for a in domain.attributes
    ]
    codes = np.stack(columns, axis=1).astype(np.uint16) if columns else np.zeros((len(owner), 0), np.uint16)
    return Units(codes, owner, people)


def bootstrap(people: Units, rng: np.random.Generator) -> Codes:
    """The most unprotected release: rows of the people, drawn with replacement."""
    if people.rows == 0:
        return people.codes[:0]
    return people.codes[rng.integers(0, people.rows, people.rows)]


class AttackBehaviour(ABC):
    """The abstract suite."""

    @abstractmethod
    def attack(self) -> Attack:
        """The attack under test."""

    def result(
        self, sizes: tuple[int, int, int, int], columns: tuple[int, ...] = (4, 3, 6), seed: int = 0
    ) -> AttackResult:
        """Runs the attack on invented people: members, reference, control, synthetic rows."""
        rng = np.random.default_rng(seed)
        domain = plain_domain(*columns)
        members, reference, control = (invented(domain, n, rng) for n in sizes[:3])
        synthetic = invented(domain, sizes[3], rng, 1).codes
        evidence = Evidence(domain, members, reference, control, synthetic)
        twin = [invented(domain, n, rng) for n in sizes[:3]]
        surrogate = Evidence(domain, twin[0], twin[1], twin[2], synthetic)
        return self.attack().run(evidence, surrogate, GUARANTEE, bootstrap, SETTINGS, np.random.default_rng(seed))

    def check(self, result: AttackResult) -> None:
        """A result is complete, finite and in range."""
        lowest = 0.0 if result.statistic == "auc" else -1.0
        assert result.status in STATUSES
        assert result.remarks
        for value, interval in ((result.value, result.interval), *((c.value, c.interval) for c in result.controls)):
            assert math.isfinite(value)
            assert lowest <= interval.low <= interval.high <= 1
        assert math.isfinite(result.detectable)
        assert result.ceiling is None or 0 <= result.ceiling <= 1
        for c in result.controls:
            assert c.outcome in (("detected", "missed") if c.kind == "positive" else ("quiet", "alarm"))
            assert (c.power is None) == (c.kind == "negative")
            assert c.power is None or 0 <= c.power <= 1
        for r in result.rates:
            assert 0 <= r.members_interval.low <= r.members <= r.members_interval.high <= 1
            assert 0 <= r.control_interval.low <= r.control <= r.control_interval.high <= 1
            assert r.p_value is None or 0 <= r.p_value <= 1

    def test_has_both_kinds_of_controls(self) -> None:
        """A result without a positive and a negative control means nothing."""
        kinds = {c.kind for c in self.result((60, 20, 20, 50)).controls}
        assert kinds == {"positive", "negative"}

    def test_result_is_complete(self) -> None:
        """Value, interval, baseline, n, power, controls."""
        result = self.result((60, 20, 20, 50))
        self.check(result)
        assert result.interval.low <= result.value <= result.interval.high
        assert result.attack == self.attack().name
        assert result.family == self.attack().family

    def test_same_randomness_gives_same_result(self) -> None:
        """Nothing is drawn but from the generator that was passed."""
        assert self.result((40, 15, 15, 30)) == self.result((40, 15, 15, 30))

    def test_is_total(self) -> None:
        """No number of people, columns, levels or rows raises; too few people resolve nothing."""
        sizes = [
            (0, 10, 10, 20),
            (10, 0, 0, 20),
            (0, 0, 0, 0),
            (1, 1, 1, 1),
            (10, 1, 0, 5),
            (20, 5, 5, 0),
            (3, 2, 2, 1),
        ]
        for size in sizes:
            result = self.result(size)
            self.check(result)
            assert result.status in ("not_resolvable", "invalid")
            if 0 in (size[0], size[1] + size[2]):
                assert result.status == "not_resolvable"
                assert result.value == result.baseline
        for columns in ((1,), (5,), (1, 1, 1), (2, 1)):
            self.check(self.result((30, 10, 10, 25), columns))
