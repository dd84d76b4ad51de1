"""What a mechanism has to model: everything about it that is public, before any data are opened."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from dpsynth.domain.domain import Domain
from dpsynth.domain.rules import StructuralZeros
from dpsynth.policy.promise import Contribution
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.accountant import Guarantee
from dpsynth.privacy.queries import Clique
from dpsynth.privacy.units import Delta, Epsilon, Mu

TARGET_WEIGHT = 16.0
"""How much more a pair with a target counts; without it a rare outcome is lost."""


@dataclass(frozen=True)
class Promise:
    """What a whole release promises, for a mechanism whose noise follows from that and not from mu alone.

    Attributes:
        epsilon, delta: of the release, everything in it included.
        people: public bound on the people that are trained on.
    """

    epsilon: Epsilon
    delta: Delta
    people: int

    @classmethod
    def of(cls, budget: Mu, people: int = 10_000) -> Promise:
        """The promise of a release that consists of one mechanism alone, at a delta of a hundredth of 1/people."""
        delta = Delta(0.01 / people)
        return cls(Guarantee(Fraction(budget.value) ** 2, 0.0, 0.0, 0.0).epsilon(delta), delta, people)


@dataclass(frozen=True)
class Task:
    """A domain and the wishes of a policy.

    Attributes:
        domain: public domain of the columns.
        rows_per_unit: largest number of rows of one privacy unit.
        clip: None: plain counts, one unit moves a marginal by at most `rows_per_unit` in L2. A number C: each unit's
            histogram is scaled down to the L2 length C. "auto": C is chosen from paid noisy counts.
        targets: columns that readers want to predict.
        presence: column -> the column that says, by rules, whether it has a value at all.
        held: columns that a model holds together whatever is measured.
        fine: further columns whose levels, if they are few, stay apart wherever noise leaves room for it.
        must_include: marginals that are measured whatever their scores; columns in the order of the domain.
        workload: (marginal, weight) that readers need; empty: all pairs alike.
        marginals: what the mechanism `fixed` measures.
        zeros: combinations that cannot occur.
        max_cells: largest measured table.
        max_model_cells: largest model: total cells of the cliques of its junction tree.
        promise: of the whole release; None: it consists of the mechanism alone.
        implied: pairs that other pairs tell, or rules: they are not scored.
    """

    domain: Domain
    rows_per_unit: int = 1
    clip: float | Literal["auto"] | None = None
    targets: tuple[str, ...] = ()
    must_include: tuple[Clique, ...] = ()
    workload: tuple[tuple[Clique, float], ...] = ()
    marginals: tuple[Clique, ...] = ()
    zeros: StructuralZeros = ()
    max_cells: int = 100_000
    max_model_cells: int = 200_000
    promise: Promise | None = None
    fine: tuple[str, ...] = ()
    implied: tuple[Clique, ...] = ()
    presence: Mapping[str, str] = field(default_factory=dict)
    held: tuple[Clique, ...] = ()

    @classmethod
    def from_policy(
        cls,
        synthesis: Synthesis,
        contribution: Contribution,
        domain: Domain,
        zeros: StructuralZeros = (),
        promise: Promise | None = None,
    ) -> Task:
        """What a policy asks for."""

        def ordered(columns: Iterable[str]) -> Clique:
            return tuple(name for name in domain.names if name in set(columns))

        return cls(
            domain,
            contribution.max_rows_per_unit,
            # With one row a unit every histogram has the length 1 already.
            None if contribution.max_rows_per_unit == 1 else contribution.clip,
            synthesis.targets,
            tuple(ordered(clique) for clique in synthesis.must_include),
            tuple((ordered(need.columns), need.weight) for need in synthesis.workload),
            tuple(ordered(clique) for clique in synthesis.marginals),
            zeros,
            synthesis.max_cells,
            synthesis.max_model_cells,
            promise,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return self.domain.names

    @property
    def sizes(self) -> Mapping[str, int]:
        """Levels of each column."""
        return self.domain.sizes

    @cached_property
    def _needs(self) -> tuple[tuple[frozenset[str], float], ...]:
        return tuple((frozenset(wanted), weight) for wanted, weight in self.workload)

    def weight(self, clique: Clique) -> float:
        """How much a marginal counts when the mechanism chooses: more with a target or in the workload.

        Of a declared workload that lies over the marginal each table gives its weight; pairs that none needs count 1/4.
        """
        base = 1.0
        if self.workload:
            here = frozenset(clique)
            base = 0.25 + sum(w for wanted, w in self._needs if here <= wanted or here >= wanted)
        return base * (TARGET_WEIGHT if any(name in self.targets for name in clique) else 1.0)

    @property
    def always(self) -> tuple[Clique, ...]:
        """The tables of several columns that are measured whatever their scores, each once; one-ways always are."""
        return tuple(dict.fromkeys(clique for clique in self.must_include if len(clique) > 1))

    def forced(self) -> tuple[Clique, ...]:
        """Column sets that must lie in one clique of the model: `must_include`, rules, and what is to be held."""
        return (*self.always, *(clique for clique, _ in self.zeros), *self.held)


def cells(sizes: Mapping[str, int], clique: Clique) -> int:
    """Number of cells of a marginal."""
    return math.prod(sizes[name] for name in clique)
