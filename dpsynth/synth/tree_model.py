"""A model over groups of levels that samples rows of the full domain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.privacy.queries import Clique
from dpsynth.synth.columns import Column
from dpsynth.synth.denoise import Floats
from dpsynth.synth.graphical import GraphicalModel
from dpsynth.synth.graphical.rounding import Counts
from dpsynth.synth.graphical.sample import BLOCK, collect
from dpsynth.synth.network.mixture import Mixture
from dpsynth.synth.scrambling import sorted_by


class Drawing(Protocol):
    """Rows of groups on their way."""

    @property
    def blocks(self) -> Iterator[Codes]:
        """Codes of groups, shape (rows, columns), at least one block."""
        ...

    def counts(self, name: str) -> Counts | None:
        """Counts of the groups of a column over all rows, where they are known before the rows are drawn."""
        ...


class Groups(Protocol):
    """A distribution over groups: `GraphicalModel` or `Mixture`."""

    def draw(
        self, n: int, rng: np.random.Generator, *, rounding: bool, given: Mapping[str, int] | None, block: int
    ) -> Drawing:
        """Draws n rows.

        Raises:
            ValueError: no row can have what is given.
        """
        ...

    def marginal(self, clique: Clique) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Probabilities of the cells of a marginal."""
        ...

    def to_arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """Plain arrays for a model file."""
        ...


KINDS: Mapping[str, Any] = {"graphical": GraphicalModel, "mixture": Mixture}
"""What stands before the arrays of a distribution in a model file."""


@dataclass(frozen=True)
class CompressedModel:
    """Columns and the distribution of their groups.

    Attributes:
        columns: compression of each column, in the order of the domain.
        groups: distribution over groups.
    """

    columns: tuple[Column, ...]
    groups: Groups

    @property
    def graphical(self) -> GraphicalModel:
        """The distribution, where it lies on a junction tree.

        Raises:
            TypeError: it does not.
        """
        if not isinstance(self.groups, GraphicalModel):
            raise TypeError(f"Expected a distribution on a junction tree, got a {type(self.groups).__name__}.")
        return self.groups

    def column(self, name: str) -> Column:
        """How a column is merged."""
        return next(c for c in self.columns if c.name == name)

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
        drawing = self.groups.draw(n, rng, rounding=rounding, given=fixed, block=block)
        left = {}
        for c in self.columns:
            if rounding and c.merged and (counts := drawing.counts(c.name)) is not None:
                left[c.name] = c.level_counts(counts, rng)
        return (self._expand(groups, given, left, rng, rounding) for groups in drawing.blocks)

    def _expand(
        self,
        groups: Codes,
        given: Mapping[str, int],
        left: Mapping[str, Counts],
        rng: np.random.Generator,
        rounding: bool,
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
            if column.merged and not rounding:  # independent rows: any deal is as likely as any other
                counts = column.level_counts(np.bincount(groups[:, i], minlength=column.size), rng, rounding=False)
                codes[i] = column.expand(groups[:, i], rng, counts)
                continue
            codes[i] = column.expand(groups[:, i], rng, left.get(column.name), rows)
            rows = sorted_by(rows, codes[i])
        return codes.T

    def weighed(self, weights: Mapping[str, Floats]) -> CompressedModel:
        """The distribution proportional to this one times a weight for each level of some columns, exactly.

        A condition is a weight of 0 and 1. Within a group levels are independent of everything else, so the weights of
        its levels move their shares, and the group weighs what they weigh together.

        Args:
            weights: column -> weights of its levels, not negative.

        Raises:
            ValueError: a column is unknown, or nothing is left.
            TypeError: the model does not lie on a junction tree.
        """
        columns, of_groups = [], {}
        for column in self.columns:
            if column.name in weights:
                column, of_groups[column.name] = column.weighed(np.asarray(weights[column.name], np.float64))
            columns.append(column)
        if unknown := [name for name in weights if name not in of_groups]:
            raise ValueError(f"Expected columns of the domain, got {', '.join(map(repr, unknown))}.")
        return CompressedModel(tuple(columns), self.graphical.weighed(of_groups))

    def table(self, clique: Clique) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Probabilities of the cells of a marginal over groups."""
        return self.groups.marginal(clique)

    def marginal(self, clique: Clique) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Probabilities of the cells of a marginal over full levels."""
        table = self.table(clique)
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
        kind = next(name for name, cls in KINDS.items() if isinstance(self.groups, cls))
        return {"columns": text, **{f"{kind}.{k}": v for k, v in self.groups.to_arrays().items()}}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> CompressedModel:
        """The inverse of `to_arrays`."""
        columns = tuple(
            Column(c["name"], tuple(c["group"]), tuple(c["share"]), tuple(c["mass"]))
            for c in json.loads(arrays["columns"].tobytes().decode())
        )
        kind = next(name for name in KINDS if any(key.startswith(f"{name}.") for key in arrays))
        inner = {k.removeprefix(f"{kind}."): v for k, v in arrays.items() if k.startswith(f"{kind}.")}
        return cls(columns, KINDS[kind].from_arrays(inner))
