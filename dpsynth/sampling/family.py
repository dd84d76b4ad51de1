"""What is free after training on several tables: people under conditions, balanced or as copies, with all their rows.

Conditions and balance are about people: columns of their own table, and what the model keeps of their rows (how many,
the first, summaries). The view of people is a table of its own and lies on a junction tree, so both are exact there;
the rows follow given the people, as in the release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from dpsynth.domain.family import Family
from dpsynth.policy.schema import Policy
from dpsynth.sampling.trained import Block, Draw, Trained
from dpsynth.synth.base import Measurements
from dpsynth.synth.bootstrap import noisier
from dpsynth.synth.relational.keys import keyed
from dpsynth.synth.relational.mechanism import FamilyMeasurements
from dpsynth.synth.relational.model import FamilyModel
from dpsynth.synth.tree_model import CompressedModel

RefitFamily = Callable[[FamilyMeasurements, FamilyMeasurements], FamilyModel]
"""A model of new answers to the questions of earlier ones."""


@dataclass(frozen=True)
class FamilyTrained:
    """What training on several tables left.

    Attributes:
        policy: of the release.
        family: its views.
        model: the released model.
        measured: what it was fitted to.
        refit: fits it again.
    """

    policy: Policy
    family: Family
    model: FamilyModel
    measured: FamilyMeasurements
    refit: RefitFamily

    @property
    def people(self) -> Trained:
        """The view of people, as what training on one table leaves."""

        def refit(fresh: Measurements, merged_by: Measurements) -> CompressedModel:
            return self.refit(replace(self.measured, people=fresh), replace(self.measured, people=merged_by)).people

        return Trained(self.policy, self.family.view, "relational", self.model.people, self.measured.people, refit)

    @property
    def columns(self) -> set[str]:
        """All columns of the released tables."""
        return {column for table in self.policy.tables.values() for column in table.columns}

    def copy(self, rng: np.random.Generator) -> FamilyModel:
        """A model fitted to answers to which noise of their own law was added once more, in every view."""
        rows = {name: noisier(measured, rng) for name, measured in self.measured.rows.items()}
        return self.refit(FamilyMeasurements(noisier(self.measured.people, rng), rows), self.measured)


@dataclass(frozen=True)
class Tables:
    """Tables that were drawn.

    Attributes:
        tables: by name, with keys; a copy has keys of its own, which other copies have too.
        weights: table -> of each row, where a column of people was balanced: a row weighs what its person weighs.
        copy: number of the copy, from 1; 0 for rows of the released model.
    """

    tables: Mapping[str, pa.Table]
    weights: Mapping[str, np.ndarray[tuple[int], np.dtype[np.float64]]] | None
    copy: int


def in_view(family: Family, column: str) -> str:
    """The name of a column in the view of people."""
    own = column in family.codec.names and column not in family.view.names
    return f"{family.people}.{column}" if own else column


def conditions_in_view(family: Family, given: Sequence[str]) -> list[str]:
    """Conditions `column=level` with columns of the table of people under their names in the view."""
    if family.people is None:
        return list(given)
    names = "|".join(re.escape(name) for name in sorted(family.codec.names, key=len, reverse=True))
    return [re.sub(rf"(^|,\s*)({names})=", rf"\1{family.people}.\2=", text) for text in given]


def draw_tables(trained: FamilyTrained, draw: Draw) -> Iterator[Tables]:
    """The tables of a wish, one copy after the other.

    Args:
        trained: what training left.
        draw: people, with columns of their view (`in_view`).

    Raises:
        UsageError: nobody can have what is given, or no level has enough people; at the first copy.
    """
    wish = draw.wish
    rng = np.random.default_rng(wish.seed)
    rounding = trained.policy.synthesis.rows.rounding and not wish.copies
    for copy in range(1, wish.copies + 1) if wish.copies else (0,):
        model = trained.copy(rng) if copy else trained.model
        for people in draw.rows_of(model.people, copy, rng, wish.rows, rounding=rounding):
            yield _with_rows(trained, model, people, rng)


def _with_rows(trained: FamilyTrained, model: FamilyModel, people: Block, rng: np.random.Generator) -> Tables:
    family, tables = trained.family, trained.policy.tables
    sample = model.with_rows(family, tables, people.codes, rng)
    found = keyed(family, tables, sample, rng)
    if people.weights is None:
        return Tables(found, None, people.copy)
    whose = {name: coded.owner for name, coded in sample.coded.rows.items()}
    weights = {name: people.weights if name == family.people else people.weights[whose[name]] for name in found}
    return Tables(found, weights, people.copy)
