"""What an audit found, as frozen values and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dpsynth.audit.trade_off import Comparison
from dpsynth.errors import AuditError

FAMILY = 0.001
"""Probability of a false alarm in a whole audit: 99.9 % family-wise."""


@dataclass(frozen=True)
class Line:
    """One game.

    Attributes:
        mechanism: registered name.
        counts: `plain`, or `clipped` where the rows of a person share a bounded weight; `several` in several tables;
            `gradients` for steps of training, where `mechanism` is no mechanism's name.
        case: who came or went.
        route: `product` or the mutant's name.
        epsilon: of the claim.
        whole: whether each run began with the raw table.
        found: what the scores say.
    """

    mechanism: str
    counts: str
    case: str
    route: str
    epsilon: float
    whole: bool
    found: Comparison


@dataclass(frozen=True)
class AuditResult:
    """An audit.

    Attributes:
        code: digest of the code, see `fingerprint`.
        delta: of the claims.
        lines: games on the product's way.
        mutants: games on ways with a known mistake.
    """

    code: str
    delta: float
    lines: tuple[Line, ...]
    mutants: tuple[Line, ...] = ()

    def rejected(self, line: Line) -> bool:
        """Whether a game contradicts its claim, at `FAMILY` over all games of its kind (Bonferroni)."""
        games = self.mutants if line.route != "product" else self.lines
        return line.found.p_value * len(games) <= FAMILY

    @property
    def contradicted(self) -> tuple[Line, ...]:
        """Games that contradict the promise."""
        return tuple(line for line in self.lines if self.rejected(line))

    @property
    def missed(self) -> tuple[Line, ...]:
        """Mutants that went unnoticed: such an audit shows nothing."""
        return tuple(line for line in self.mutants if not self.rejected(line))

    @property
    def passed(self) -> bool:
        """No game contradicts the promise, and every mutant was caught."""
        return bool(self.lines) and not self.contradicted and not self.missed

    def demand(self) -> None:
        """Goes on only if the audit passed.

        Raises:
            AuditError: it did not.
        """
        if self.missed:
            names = ", ".join(line.route for line in self.missed)
            raise AuditError(
                f"The audit missed mistakes that it must catch ({names}), so it says nothing. Repeat it with more runs."
            )
        if self.contradicted:
            worst = min(self.contradicted, key=lambda line: line.found.p_value)
            raise AuditError(
                f"The audit contradicts the promise: mechanism {worst.mechanism}, {worst.counts} counts, epsilon "
                f"{worst.epsilon:g}, person {worst.case!r}: mu {worst.found.claimed_mu:.3f} is claimed, mu "
                f"{worst.found.shown_mu:.3f} was shown. "
                f"A sound program does this in {FAMILY:.1%} of audits. Repeat it once; if it happens again, release "
                "nothing with this installation."
            )

    def shown_epsilon(self, epsilon: float) -> float:
        """The largest epsilon that was shown against a claim of this epsilon."""
        return max((x.found.shown_epsilon for x in self.lines if x.epsilon == epsilon), default=0.0)

    def possible_epsilon(self, epsilon: float) -> float:
        """The largest epsilon that could have been shown with as many runs."""
        return max((x.found.possible_epsilon for x in self.lines if x.epsilon == epsilon), default=0.0)

    @property
    def runs(self) -> int:
        """Runs of the measuring step each way, the fewest of all claims; 0 if there were none."""
        return min((line.found.runs for line in self.lines if not line.whole), default=0)

    @property
    def epsilons(self) -> tuple[float, ...]:
        """Epsilons of the claims, rising."""
        return tuple(sorted({line.epsilon for line in self.lines}))

    def to_json(self) -> dict[str, Any]:
        """Plain values; infinite estimates are null."""
        return {
            "code": self.code,
            "delta": self.delta,
            "lines": [_line_to_json(line) for line in self.lines],
            "mutants": [_line_to_json(line) for line in self.mutants],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> AuditResult:
        """The inverse of `to_json`.

        Raises:
            KeyError, TypeError, ValueError: the value is no audit.
        """
        lines, mutants = (tuple(_line_from_json(x) for x in value[key]) for key in ("lines", "mutants"))
        return cls(str(value["code"]), float(value["delta"]), lines, mutants)


def _line_to_json(line: Line) -> dict[str, Any]:
    value = asdict(line)
    if math.isinf(line.found.estimated_mu):
        value["found"]["estimated_mu"] = None
    return value


def _line_from_json(value: Mapping[str, Any]) -> Line:
    found = dict(value["found"])
    if found["estimated_mu"] is None:
        found["estimated_mu"] = math.inf
    return Line(**{**value, "found": Comparison(**found)})
