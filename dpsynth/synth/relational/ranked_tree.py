"""`clique_tree` over a view in which values that follow the last one of the same code are ranks within their code.

First a noisy table of code and value, which says what the ranks are (`ranks.py`); everything else is asked of the
ranks, with what is left of the budget. The first table is a Gaussian query like the others, and later questions may
follow from it, so that the whole is one Gaussian event.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from dpsynth.domain.family import Rows, WithinCode
from dpsynth.privacy.events import Composed, Event, GaussianQueries
from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, Planned
from dpsynth.synth.bound import multiplier
from dpsynth.synth.clique_tree import CliqueTree, CliqueTreeMechanism
from dpsynth.synth.design import Design
from dpsynth.synth.relational.ranks import Ranked, RankMeasurer, rank_zeros, ranked_by
from dpsynth.synth.task import Task
from dpsynth.synth.tree_model import CompressedModel

PURPOSE = "ranks"
SHARE = 0.1
"""Of mu^2, for what says which ranks values have."""
DISTORTION = 0.4
"""L1 error, in rows, for each row that clipping so early hides: it hides people with many rows, who are others."""
REACH = 4.0
"""L2 length to which a person's own table of code and value is scaled: what is usual of a code is wanted, not how many
rows there are."""


@dataclass(frozen=True)
class RankedMechanism:
    """A calibrated mechanism for the rows of a table.

    Attributes:
        rows: the table.
        first: what asks for code and value.
        tree: what asks for everything else; which rules its ranks keep is not known yet.
        wished: pairs that the policy wishes for.
    """

    rows: Rows
    first: GaussianQueries
    tree: CliqueTreeMechanism
    wished: frozenset[Clique]

    @property
    def design(self) -> Design:
        """Task and budget of all but the first question."""
        return self.tree.design

    @property
    def event(self) -> Event:
        """What `measure` costs at most."""
        return Composed((self.first, self.tree.event))

    @property
    def plan(self) -> tuple[Planned, ...]:
        """What will be asked."""
        first = Planned(PURPOSE, self.first.queries, self.first.cells, self.first.sigma * self._clip, SHARE)
        return (first, *(replace(one, share=one.share * (1 - SHARE)) for one in self.tree.plan))

    def measure(self, measurer: Measurer) -> Measurements:
        """Code and value, then the tree over ranks."""
        cliques = [(of.crossed[0].name,) for of in self.rows.within]
        answers = measurer.measure(cliques, self.first.sigma * self._clip, PURPOSE, clip=self._clip)
        pairs = [self._pair(of, m) for of, m in zip(self.rows.within, answers, strict=True)]
        ranked = ranked_by(self.rows, pairs)
        found = self._tree(ranked).measure(RankMeasurer(measurer, ranked))
        return replace(found, marginals=(*found.marginals, *pairs), event=self.event)

    def fit(self, measured: Measurements, merged_by: Measurements | None = None) -> CompressedModel:
        """Maximum entropy, as `clique_tree`; ranks follow from `merged_by` where that is given."""
        tree = self._tree(self.ranked(measured if merged_by is None else merged_by))
        return tree.fit(_doubted(measured), None if merged_by is None else _doubted(merged_by))

    def ranked(self, measured: Measurements) -> tuple[Ranked, ...]:
        """The ranks that follow from the answers."""
        return ranked_by(self.rows, [m for m in measured.marginals if m.purpose == PURPOSE])

    def _pair(self, of: WithinCode, m: Measurement) -> Measurement:
        """The answer as a table of code and value, in the order of the view; no row has no value."""
        pair, sizes = of.pair(self.rows), self.rows.view.sizes
        code, value = f"{self.rows.name}.{of.code}", f"{self.rows.name}.{of.value}"
        table = m.values.reshape(sizes[code], sizes[value] + 1)[:, :-1]
        return replace(m, clique=pair, groups=(None, None), values=table if pair[0] == code else table.T)

    @property
    def _clip(self) -> float:
        return min(REACH, float(self.rows.at_most))

    def _tree(self, ranked: Sequence[Ranked]) -> CliqueTreeMechanism:
        """The tree with the rules that these ranks make, and without the pairs whose place they take."""
        task = self.design.task
        through = (pair for one in ranked for pair in one.through(self.rows, task) if pair not in self.wished)
        zeros = (*task.zeros, *rank_zeros(self.rows, ranked, task.zeros))
        kept = replace(task, zeros=zeros, implied=(*task.implied, *through))
        return CliqueTreeMechanism(replace(self.design, task=kept))


def calibrate(settings: CliqueTree, budget: Mu, rows: Rows, task: Task, wishes: Sequence[Clique]) -> RankedMechanism:
    """Divides the budget of a table.

    Args:
        settings: of the tree.
        budget: of the table.
        rows: the table; some of its values follow the last one of the same code.
        task: over `ranks.ranked_view`.
        wishes: tables that the policy names; columns in the order of the view.

    Raises:
        PolicyError: as `CliqueTree.calibrate`.
    """
    asked = len(rows.within)
    cells = sum(of.crossed[0].size for of in rows.within)
    z = multiplier(budget.value**2 * SHARE, asked)
    first = GaussianQueries(PURPOSE, asked, cells, 1.0, snap_sigma(z), LATTICE_BITS)
    wished = frozenset(pair for clique in wishes for pair in combinations(clique, 2))
    return RankedMechanism(rows, first, settings.calibrate(budget.share(1 - SHARE), task), wished)


def _doubted(measured: Measurements) -> Measurements:
    """The answers, the first ones as far from the truth as noise and early clipping together bring them."""
    rows = max(1.0, measured.total())

    def doubted(m: Measurement) -> Measurement:
        kept = min(1.0, max(float(m.values.sum()), 1.0) / rows)
        bias = DISTORTION * (1 - kept) * kept * rows / m.values.size  # in the units of the answer, before it is scaled
        return replace(m, sigma=math.hypot(m.sigma, bias))

    return replace(measured, marginals=tuple(doubted(m) if m.purpose == PURPOSE else m for m in measured.marginals))
