"""Two-stage marginals with clipped histograms of people.

The view of people has one row of each, so its counts move by at most 1. In the view of a table's rows a person's own
histogram is scaled down to the length C, so that it moves by at most C however many rows there are; noise is in units
of C. Each view is measured and fitted like a table of its own. What one table says about the rows of another goes
through the view of people, whose summaries take the place of a latent class (which would be learned from the data again
and again, as in PrivLava: Cai, Xiao and Cormode (2023)).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family, Rows
from dpsynth.domain.rules import StructuralZeros
from dpsynth.errors import PolicyError
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.events import Composed, Event
from dpsynth.privacy.queries import Clique, Measurer
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements, Planned
from dpsynth.synth.clip_bias import ClipBias, clip_bias
from dpsynth.synth.clique_tree import CliqueTree, CliqueTreeMechanism
from dpsynth.synth.relational import ranked_tree
from dpsynth.synth.relational.counts import Law, meeting
from dpsynth.synth.relational.model import FamilyModel
from dpsynth.synth.relational.ranked_tree import RankedMechanism
from dpsynth.synth.relational.ranks import rank_names, ranked_view, tables_of
from dpsynth.synth.task import Task

PEOPLE = 1.5
"""Share of mu^2 of the view of people, beside those of `_share`, before all are made to add up to 1."""
ROW_SPLIT = CliqueTree(one_way=0.20, selection=0.05, pairs=0.75)
"""Of rows: what is drawn is always drawn given something, so that pairs tell the one-ways too."""
OWN_PAST = 6.0
"""How much more the pair of a column with its own earlier value counts: every row hangs on it, again and again."""


@dataclass(frozen=True)
class FamilyMeasurements:
    """Everything noisy that was learned.

    Attributes:
        people: about the view of people.
        rows: table -> about the view of its rows.
    """

    people: Measurements
    rows: Mapping[str, Measurements]

    @property
    def clip_bias(self) -> Mapping[str, tuple[ClipBias, ...]]:
        """Table -> what clipping took of each of its marginals, from noisy answers alone."""
        return {name: clip_bias(own) for name, own in self.rows.items()}


@dataclass(frozen=True)
class Measurers:
    """Who answers questions about each view; each within what the view's mechanism may cost."""

    people: Measurer
    rows: Mapping[str, Measurer]


@dataclass(frozen=True)
class RelationalMechanism:
    """Calibrated mechanisms of all views.

    Attributes:
        family: the views.
        people: of the view of people.
        rows: table -> of the view of its rows.
    """

    family: Family
    people: CliqueTreeMechanism
    rows: Mapping[str, CliqueTreeMechanism | RankedMechanism]

    @property
    def event(self) -> Event:
        """What `measure` costs at most."""
        return Composed((self.people.event, *(one.event for one in self.rows.values())))

    @property
    def plan(self) -> Mapping[str, tuple[Planned, ...]]:
        """What will be asked about each view; people under the empty name."""
        return {"": self.people.plan, **{name: one.plan for name, one in self.rows.items()}}

    def measure(self, measurers: Measurers) -> FamilyMeasurements:
        """Asks about every view."""
        people = self.people.measure(measurers.people)
        return FamilyMeasurements(people, {name: one.measure(measurers.rows[name]) for name, one in self.rows.items()})

    def fit(self, measured: FamilyMeasurements, merged_by: FamilyMeasurements | None = None) -> FamilyModel:
        """Fits every view, and makes the numbers of rows meet the measured totals; `merged_by` as in `evidence_of`."""
        chose = {} if merged_by is None else merged_by.rows
        people = self.people.fit(measured.people, None if merged_by is None else merged_by.people)
        rows = {name: one.fit(measured.rows[name], chose.get(name)) for name, one in self.rows.items()}
        laws: dict[str, Law] = {}
        # A table's rows are divided among as many parents as there will be, which noise may make others than measured.
        made: dict[str | None, float] = {None: max(1.0, measured.people.total())}
        for table in self.family.rows:
            wanted = max(0.0, measured.rows[table.name].total()) / max(1.0, made[table.parent])
            if table.parent is None:
                met = meeting(table.counts, people, f"{table.name}:rows", wanted)
                people = met.model
            else:
                met = meeting(table.counts, rows[table.parent], f"{table.parent}:rows of {table.name}", wanted)
                rows[table.parent] = met.model
            laws[table.name], made[table.name] = met.law, made[table.parent] * met.mean
        ranks = {
            name: tables_of(one.ranked(chose.get(name, measured.rows[name])))
            for name, one in self.rows.items()
            if isinstance(one, RankedMechanism)
        }
        return FamilyModel(people, rows, laws, ranks)


def calibrate(
    budget: Mu, family: Family, synthesis: Synthesis, zeros: Mapping[str, StructuralZeros]
) -> RelationalMechanism:
    """Divides a budget among the views of a policy.

    Args:
        budget: of all views together.
        family: the views.
        synthesis: what the policy wishes; columns are named TABLE.COLUMN.
        zeros: table -> what no row of it can be, columns named as in its view.

    Raises:
        PolicyError: a wish is about columns that stand in no view together, or needs too large a model.
    """
    _check_wishes(family, synthesis)
    whole = PEOPLE + sum(_share(rows) for rows in family.rows)
    people = _task(family.view, synthesis, zeros.get(family.people or "", ()))
    return RelationalMechanism(
        family,
        CliqueTree().calibrate(budget.share(PEOPLE / whole), people),
        {
            rows.name: _of_rows(budget.share(_share(rows) / whole), rows, synthesis, zeros.get(rows.name, ()))
            for rows in family.rows
        },
    )


def _of_rows(
    budget: Mu, rows: Rows, synthesis: Synthesis, zeros: StructuralZeros
) -> CliqueTreeMechanism | RankedMechanism:
    """The mechanism for the rows of a table."""
    task = _task_of_rows(rows, synthesis, zeros)
    if not rows.within:
        return ROW_SPLIT.calibrate(budget, task)
    wishes = [clique for clique, _ in _task(ranked_view(rows), synthesis, ()).workload]
    return ranked_tree.calibrate(ROW_SPLIT, budget, rows, task, wishes)


def _share(rows: Rows) -> float:
    """Share of a table, from public numbers alone: where people may have more rows, there is more to tell."""
    return 1 + math.log2(rows.at_most) / 4


def _task(view: Domain, synthesis: Synthesis, zeros: StructuralZeros) -> Task:
    """A view with the wishes that are about its columns."""

    def inside(columns: tuple[str, ...]) -> Clique:
        return tuple(name for name in view.names if name in columns)

    return Task(
        view,
        targets=inside(synthesis.targets),
        must_include=tuple(inside(c) for c in synthesis.must_include if set(c) <= set(view.names)),
        workload=tuple((inside(n.columns), n.weight) for n in synthesis.workload if set(n.columns) <= set(view.names)),
        zeros=zeros,
        max_cells=synthesis.max_cells,
        max_model_cells=synthesis.max_model_cells,
    )


def _task_of_rows(rows: Rows, synthesis: Synthesis, zeros: StructuralZeros) -> Task:
    """What is drawn are the targets; pairs of what is given only keep evidence from counting twice."""
    view, policy = ranked_view(rows), rows.table.rows
    assert policy is not None
    task = _task(view, synthesis, zeros)
    ranks = [rank_names(of) for of in rows.within]
    past = {frozenset((f"{rows.name}.{one.column}", f"{rows.name}:{one.name}")) for one in policy.previous}
    past |= {frozenset(names) for names in ranks}
    if rows.gaps is not None:
        past.add(frozenset((f"{rows.name}:gap", f"{rows.name}:rows")))
    drawn = (*rows.drawn, *(now for now, _ in ranks))
    pairs = tuple(
        ((a, b), OWN_PAST if frozenset((a, b)) in past else 1.0)
        for a, b in combinations(view.names, 2)
        if a in drawn or b in drawn
    )
    before = (*(f"{rows.name}:{one.name}" for one in policy.previous), *(last for _, last in ranks))
    return replace(
        task,
        rows_per_unit=rows.at_most,
        clip=None if rows.at_most == 1 else rows.clip,
        # Numbers of child rows are merged like those of people's rows: their tail must be one group (`counts.py`).
        targets=tuple(name for name in drawn if not name.startswith(f"{rows.name}:rows of ")),
        workload=(*pairs, *task.workload),
        must_include=(*ranks, *task.must_include),  # the policy names what follows the last row of the same code
        # Merged ends of an ordered past would blur how a value follows from it.
        fine=tuple(name for name in before if name in view.names and view[name].ordered),
        implied=tuple((name, now) for of, (now, _) in zip(rows.within, ranks, strict=True) for name in of.pair(rows)),
    )


def _check_wishes(family: Family, synthesis: Synthesis) -> None:
    views = [family.view, *(rows.view for rows in family.rows)]
    for path, columns in synthesis.named_columns:
        if path[0] == "marginals" or any(set(columns) <= set(view.names) for view in views):
            continue
        raise PolicyError(
            f"synthesis.{path[0]} has {', '.join(columns)}, which stand in no table together. Name columns of one "
            "table, of the table of people, or columns that the rows of a table have as context."
        )


__all__ = ["FamilyMeasurements", "Measurers", "RelationalMechanism", "calibrate"]
