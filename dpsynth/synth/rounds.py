"""Rounds of scores, measurements and fits: what mechanisms share that look at what their model still gets wrong.

Source: McKenna, Mullins, Sheldon and Miklau (2022), AIM, arXiv:2201.12677. Departures: every score has Gaussian noise
(instead of an exponential mechanism a round), so that the whole mechanism is one Gaussian event under a filter; only
the candidates that look worst by *earlier noisy scores and the model* are scored again in a round, never by their true
errors; a round measures several tables with a budget divided in closed form; levels are merged for tables of several
columns; and the last round spends what is left on everything that was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Self, TypeVar

from dpsynth.policy.training import Synthesis
from dpsynth.privacy.queries import Clique, Measurement, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.allocate import worthwhile
from dpsynth.synth.association import GroupModel, dependence, score_against
from dpsynth.synth.choosing import TYPICAL_PAIRS, most_cells, parts_of, within
from dpsynth.synth.design import Design, FirstLook, Part, check_forced, loads, measure_larger
from dpsynth.synth.shares import check_shares, from_split
from dpsynth.synth.structure import maximum_spanning_forest
from dpsynth.synth.task import Task, cells

CANDIDATES = 64
"""Candidates that are scored in a round."""
SCORES = 0.03
"""Share of a round's budget that its scores take."""
FIRST = 0.75
"""Share of the budget for the first of several rounds, which finds most of what there is."""

M = TypeVar("M", bound=GroupModel)


@dataclass(frozen=True)
class InRounds:
    """Settings of a mechanism that measures in rounds and asks nothing else.

    Attributes:
        one_way, selection, rounds_share: shares of mu^2, which add up to 1.
        rounds: how often the model is scored and improved.
    """

    one_way: float = 0.50
    selection: float = 0.03
    rounds_share: float = 0.47
    rounds: int = 2
    name: ClassVar[str]
    candidates: ClassVar[int] = CANDIDATES

    def __post_init__(self) -> None:
        check_shares(one_way=self.one_way, selection=self.selection, rounds=self.rounds_share)

    @classmethod
    def from_policy(cls, synthesis: Synthesis) -> Self:
        """Takes `split`."""
        split = from_split(cls.name, synthesis, ("one_way", "selection", "rounds"))
        return cls(split["one_way"], split["selection"], split["rounds"]) if split else cls()

    def design(self, budget: Mu, task: Task) -> Design:
        """Divides the budget.

        Raises:
            PolicyError: no model could hold what must be included.
        """
        check_forced(task, task.always, "must_include")
        # Each round may measure its most, and the end repeats what all of them measured.
        most = self.rounds * (2 * most_cells(task) + self.candidates)
        typical = TYPICAL_PAIRS * len(task.names)
        parts = parts_of(task, self.one_way, self.selection, Part("rounds", typical, most, self.rounds_share))
        return Design(task, budget, parts, typical)


def measure_in_rounds(
    measurer: Measurer,
    design: Design,
    look: FirstLook,
    gains: Mapping[Clique, float],
    holds: Callable[[Clique], bool],
    refit: Callable[[Sequence[Measurement], M | None], M],
    rounds: int,
    candidates: int = CANDIDATES,
) -> list[Measurement]:
    """Measures what a model gets wrong, with the part `rounds` of the budget.

    Args:
        measurer: who answers.
        design: budget and task.
        look: what is known already.
        gains: pair -> noisy distance from independence in rows; 0 where nothing stands out from the noise.
        holds: whether the model can hold a table.
        refit: a model of everything measured so far, given the one before.
        rounds: how often the model is scored and improved.
        candidates: see `CANDIDATES`.
    """
    task = design.task
    found: list[Measurement] = []
    model, left = refit(found, None), design.spend("rounds")
    for turn in range(rounds):
        share = left * FIRST if turn == 0 and rounds > 1 else left / (rounds - turn)
        forced = list(task.always) if turn == 0 else []
        pool = _worst(task, look, holds, gains, model, forced)[:candidates]
        if not pool and not forced:
            break
        score_cost = SCORES * share if pool else 0.0
        errors = score_against(measurer, design, look, pool, model, score_cost / max(1, len(pool)))
        weighted = [task.weight(c) * e for c, e in zip(pool, errors, strict=True)]
        worth = worthwhile(weighted, loads(design, look, pool), share - score_cost)
        chosen = within(look.sizes, [pool[i] for i in worth if weighted[i] > 0])
        left -= score_cost
        if chosen or forced:
            found += measure_larger(measurer, design, look, [*forced, *chosen], "pairs", share - score_cost)
            left -= share - score_cost
            model = refit(found, model)
    # What no round wanted makes everything that was measured more precise.
    measured = list(dict.fromkeys(m.clique for m in found)) or maximum_spanning_forest(
        task.names, list(gains), list(gains.values())
    )
    if left > 1e-9 * design.spend("rounds"):
        found += measure_larger(measurer, design, look, measured, "pairs", left)
    return found


def _worst(
    task: Task,
    look: FirstLook,
    holds: Callable[[Clique], bool],
    gains: Mapping[Clique, float],
    model: GroupModel,
    without: Sequence[Clique],
) -> list[Clique]:
    """The candidates whose dependence, as first scored, the model explains least; noisy numbers and the model alone."""
    pairs = [p for p, g in gains.items() if g > 0 and holds(p) and p not in without]
    left = {p: gains[p] - dependence(model, p, look.rows) for p in pairs}
    for wanted, _ in task.workload:
        if len(wanted) > 2 and holds(wanted) and cells(look.sizes, wanted) <= task.max_cells:
            # A table is at least as far off as each of its margins.
            left[wanted] = max((left.get(p, 0.0) for p in combinations(wanted, 2)), default=0.0)
    ranked = sorted(left, key=lambda c: (-left[c] * task.weight(c), c))
    return [c for c in ranked if left[c] > 0]
