"""A graphical model over compressed columns that samples rows of the full domain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.privacy.queries import Clique
from dpsynth.synth.columns import Column
from dpsynth.synth.graphical import GraphicalModel
from dpsynth.synth.graphical.rounding import Counts
from dpsynth.synth.graphical.sample import BLOCK, collect
from dpsynth.synth.scrambling import sorted_by


@dataclass(frozen=True)
class CompressedModel:
    """Columns and the distribution of their groups.

    Attributes:
        columns: compression of each column, in the order of the domain.
        graphical: distribution over groups.
    """

    columns: tuple[Column, ...]
    graphical: GraphicalModel

    def sample(
        self, n: int, rng: np.random.Generator, *, rounding: bool = True, given: Mapping[str, int] | None = None
    ) -> Codes:
        """Rows, shape (n, columns): the blocks of `blocks`, put together.

        Raises:
            ValueError: as `blocks`.
        """
        return collect(self.blocks(n, rng, rounding=rounding, given=given), n, len(self.columns))

    def blocks(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        rounding: bool = True,
        given: Mapping[str, int] | None = None,
        block: int = BLOCK,
    ) -> Iterator[Codes]:
        """Rows in blocks, in memory that does not grow with n. `given` fixes levels; conditioning is exact.

        Exact also for a merged level: within a group, levels are independent of everything else. Merged levels share
        their group's rows as closely as whole numbers can, over all n rows, and meet the levels of other columns more
        evenly than by chance; expectations of all combinations stay exact (`scrambling.py`).

        Raises:
            ValueError: n is negative, `given` names an unknown column or a code outside its range, or no row can have
                the given levels together.
        """
        given = dict(given or {})
        levels = {c.name: len(c.group) for c in self.columns}
        for name, code in given.items():
            if name not in levels or not 0 <= code < levels[name]:
                raise ValueError(
                    f"given[{name!r}] is {code!r}; allowed are columns of the domain and codes of their levels."
                )
        fixed = {c.name: c.group[given[c.name]] for c in self.columns if c.name in given}
        drawing = self.graphical.draw(n, rng, rounding=rounding, given=fixed, block=block)
        left = {c.name: c.level_counts(drawing.counts(c.name), rng) for c in self.columns if c.merged and rounding}
        return (self._expand(groups, given, left, rng) for groups in drawing.blocks)

    def _expand(
        self, groups: Codes, given: Mapping[str, int], left: Mapping[str, Counts], rng: np.random.Generator
    ) -> Codes:
        """Levels for the codes of groups, one column after the other; the longest list of levels comes last.

        Each column is dealt to the rows in the order of the columns before it, the last of them first.
        """
        codes = np.empty((len(self.columns), len(groups)), np.uint16)
        rows = rng.permutation(len(groups))
        for i in sorted(range(len(self.columns)), key=lambda i: len(self.columns[i].group)):
            column = self.columns[i]
            if column.name in given:
                codes[i] = given[column.name]
                continue
            if column.merged and column.name not in left:  # independent rows: any deal is as likely as any other
                counts = column.level_counts(np.bincount(groups[:, i], minlength=column.size), rng, rounding=False)
                codes[i] = column.expand(groups[:, i], rng, counts)
                continue
            codes[i] = column.expand(groups[:, i], rng, left.get(column.name), rows)
            rows = sorted_by(rows, codes[i])
        return codes.T

    def marginal(self, clique: Clique) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Probabilities of the cells of a marginal over full levels."""
        table = self.graphical.marginal(clique)
        by_name = {c.name: c for c in self.columns}
        for axis, name in enumerate(clique):
            column = by_name[name]
            shape = [1] * len(clique)
            shape[axis] = len(column.group)
            table = np.take(table, column.group, axis=axis) * np.asarray(column.share).reshape(shape)
        return table

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Plain arrays for a model file."""
        columns = [{"name": c.name, "group": c.group, "share": c.share, "mass": c.mass} for c in self.columns]
        text = np.frombuffer(json.dumps(columns).encode(), dtype=np.uint8)
        return {"columns": text, **{f"graphical.{k}": v for k, v in self.graphical.to_arrays().items()}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> CompressedModel:
        """The inverse of `to_arrays`."""
        columns = tuple(
            Column(c["name"], tuple(c["group"]), tuple(c["share"]), tuple(c["mass"]))
            for c in json.loads(arrays["columns"].tobytes().decode())
        )
        inner = {k.removeprefix("graphical."): v for k, v in arrays.items() if k.startswith("graphical.")}
        return cls(columns, GraphicalModel.from_arrays(inner))
