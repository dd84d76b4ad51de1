"""The fitted distribution of several tables: people, and rows of each table given people and rows before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import Coded, CodedFamily
from dpsynth.domain.family import Family
from dpsynth.policy.tables import Table
from dpsynth.synth.relational.counts import Law
from dpsynth.synth.relational.dates import dated_cells, dated_people, day_numbers
from dpsynth.synth.relational.ranks import RankTable
from dpsynth.synth.relational.sequences import Sequences
from dpsynth.synth.tree_model import CompressedModel


@dataclass(frozen=True)
class Synthetic:
    """Synthetic tables.

    Attributes:
        coded: as codes.
        cells: table -> its released columns, without keys, in the order of `coded`.
    """

    coded: CodedFamily
    cells: Mapping[str, pa.Table]


@dataclass(frozen=True)
class FamilyModel:
    """What was fitted.

    Attributes:
        people: distribution of the view of people.
        rows: table -> distribution of the view of its rows.
        laws: table -> from bins to numbers of rows.
        ranks: table -> for columns of ranks before, which value of which code has which (`ranks.py`).
    """

    people: CompressedModel
    rows: Mapping[str, CompressedModel]
    laws: Mapping[str, Law]
    ranks: Mapping[str, Mapping[str, RankTable]] = field(default_factory=dict)

    def sample(
        self,
        family: Family,
        tables: Mapping[str, Table],
        people: int,
        rng: np.random.Generator,
        *,
        rounding: bool = True,
    ) -> Synthetic:
        """People with all their rows.

        Args:
            family: all views.
            tables: of the policy.
            people: how many.
            rng: public randomness.
            rounding: counts of people as close to expected as whole numbers can be.
        """
        return self.with_rows(family, tables, self.people.sample(people, rng, rounding=rounding), rng)

    def with_rows(
        self, family: Family, tables: Mapping[str, Table], view: Codes, rng: np.random.Generator
    ) -> Synthetic:
        """All rows of people who are drawn already.

        Args:
            family: all views.
            tables: of the policy.
            view: codes of the view of people, shape (people, columns).
            rng: public randomness.
        """
        people, own = len(view), view[:, : len(family.codec.names)]
        root = dated_people(family, tables, own, rng)
        rows: dict[str, Coded] = {}
        children: dict[str, Codes] = {}
        cells = {} if family.people is None else {family.people: root.cells}
        death = _deaths(family, tables, root.cells)
        view = self._moved(family, view, rng)
        for table in family.rows:
            coded = CodedFamily(people, own, root.index, rows)
            ranks = self.ranks.get(table.name, {})
            drawn = Sequences(family, table, self.rows[table.name], self.laws[table.name].lean, ranks).run(
                coded, view, children.get(table.name), root.spans.get(table.name), rng
            )
            rows[table.name] = drawn.coded
            for i, child in enumerate(family.children(table.name)):
                children[child.name] = self.laws[child.name].moved(drawn.children[:, i], rng)
            days = {} if table.table.order_by is None else {table.table.order_by: drawn.coded.day}
            latest = None if death is None else death[drawn.coded.owner]
            cells[table.name] = dated_cells(table.table, table.codec, drawn.coded.codes, days, latest, rng)
        return Synthetic(CodedFamily(people, own, root.index, rows), cells)

    def _moved(self, family: Family, view: Codes, rng: np.random.Generator) -> Codes:
        """The view of people with the bins of numbers of rows as they are used."""
        view = view.copy()
        for table in family.rows:
            if table.parent is None:
                i = family.view.index(f"{table.name}:rows")
                view[:, i] = self.laws[table.name].moved(view[:, i], rng)
        return view

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Plain arrays for a model file."""
        head = json.dumps(
            {"tables": list(self.rows), "laws": {n: asdict(law) for n, law in self.laws.items()}}
        ).encode()
        parts = {"people": self.people, **{f"rows.{name}": model for name, model in self.rows.items()}}
        arrays = {f"{part}/{key}": array for part, model in parts.items() for key, array in model.to_arrays().items()}
        for table, own in self.ranks.items():
            arrays |= {f"ranks.{table}/{name}": ranks for name, ranks in own.items()}
        return {"head": np.frombuffer(head, np.uint8), **arrays}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> FamilyModel:
        """The inverse of `to_arrays`."""
        head = json.loads(arrays["head"].tobytes().decode())

        def below(name: str) -> dict[str, np.ndarray[Any, Any]]:
            prefix = f"{name}/"
            return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}

        def part(name: str) -> CompressedModel:
            return CompressedModel.from_arrays(below(name))

        ranks = {name: own for name in head["tables"] if (own := below(f"ranks.{name}"))}
        laws = {name: Law(**law) for name, law in head["laws"].items()}
        return cls(part("people"), {name: part(f"rows.{name}") for name in head["tables"]}, laws, ranks)


def _deaths(family: Family, tables: Mapping[str, Table], cells: pa.Table) -> np.ndarray[Any, Any] | None:
    """The day of each person's death, the largest number for those without one; None if the policy names none."""
    if family.people is None:
        return None
    time = tables[family.people].time
    return None if time is None or time.death is None else day_numbers(cells[time.death])
