"""Values as ranks among the values of their code, so that what follows what is the same question for every code.

Where a value's scale depends on its code (a potassium of 4, a pressure of 140), the value before says most about the
next one through the code, and little noise hides the rest: in a table of code, value and value before there are too
many cells. Ranks have few levels, and codes share one table of the rank and the rank before.

Which value has which rank follows from a noisy table of code and value that is paid like any other. So ranks are
post-processing, and counting rows by them is merging levels of columns in which the code is crossed with the value
(`Rows.counted`): it moves no two people apart. Rules tie code, value and rank together in the model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Category
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import NONE, Rows, WithinCode, listed
from dpsynth.domain.rules import StructuralZeros
from dpsynth.privacy.queries import EVERY_LEVEL, Clique, Each, Groups, Measurement, Measurer, Table
from dpsynth.synth.columns import order
from dpsynth.synth.denoise import Floats, discovered
from dpsynth.synth.graphical import fit
from dpsynth.synth.task import Task

FEWEST, RANKS = 5, 8
"""Fewest and most ranks of values."""
FACTOR = 0.6
"""Ranks for (n / sigma)^(1/3) = 1, with n rows and noise sigma in the table of code and value."""
MISSING = RANKS
"""Of a value that is missing or has no place in the order; none, where there is no row before, comes after it."""
Bools = np.ndarray[Any, np.dtype[np.bool_]]
RankTable = np.ndarray[Any, np.dtype[np.int64]]
"""The rank of each value of each code, and of none: shape (codes, values + 1)."""


@dataclass(frozen=True)
class Ranked:
    """A value as a rank within its code.

    Attributes:
        of: the value, its code and the value before.
        names: of the columns of the rank and of the rank before.
        table: which value has which rank.
        has: which values a code has, shape (codes, values + 1).
        many: how many ranks there are.
    """

    of: WithinCode
    names: tuple[str, str]
    table: RankTable
    has: Bools
    many: int

    def zeros(self, rows: Rows, *, whole: bool = False) -> tuple[Clique, Bools]:
        """No record has another rank than that of its code and value, nor a value that its code has not.

        Args:
            rows: the table.
            whole: every code has every value.
        """
        other = self.table[:, :-1, None] != np.arange(MISSING + 2)
        if not whole:
            other |= ~self.has[:, :-1, None]
        pair = self.of.pair(rows)
        code_first = pair[0] == f"{rows.name}.{self.of.code}"
        return (*pair, self.names[0]), other if code_first else np.swapaxes(other, 0, 1)

    def through(self, rows: Rows, task: Task) -> tuple[Clique, ...]:
        """Pairs that are not asked for: what hangs on the value hangs on its rank, but for its code.

        A clique of code, value and rank has as many cells as if the rank did not follow from both. With values beside
        ranks the limit leaves no room for what a row is given in one clique, and then each column of it counts in full
        what they say alike. Where noise leaves room for few ranks, it is other pairs that it leaves no room for, and
        values say more.
        """
        if self.many < RANKS:
            return ()
        value, without = f"{rows.name}.{self.of.value}", {*self.of.pair(rows), self.names[0]}
        others = (x for x in task.names if x not in without)
        return tuple(tuple(n for n in task.names if n in (value, x)) for x in others)


def rank_names(of: WithinCode) -> tuple[str, str]:
    """What the columns of ranks are called."""
    now, last = (one.name.replace(":", ":rank of ", 1) for one in of.crossed)
    return now, last


def rank_columns(of: WithinCode) -> tuple[Category, Category]:
    """The columns of ranks."""
    labels = (*(str(number + 1) for number in range(RANKS)), "missing", NONE)
    now, last = (listed(n, labels, ordered=True, other=MISSING, missing=MISSING + 1) for n in rank_names(of))
    return now, last


def ranked_view(rows: Rows) -> Domain:
    """The view as it is modelled: the rank stands behind what is drawn, the rank before in the place of the value."""
    columns: list[Attribute] = list(rows.view.attributes)
    drawn = len(rows.drawn)
    for of in rows.within:
        now, last = rank_columns(of)
        at = next(i for i, a in enumerate(columns) if a.name == of.before)
        columns[at] = last
        columns.insert(drawn, now)
    return Domain(tuple(columns))


def rank_table(value: Attribute, counts: Floats, sigma: float) -> tuple[RankTable, Bools]:
    """Ranks by halves of ties: the value in the middle of its code's rows has the rank in the middle.

    Args:
        value: the column.
        counts: noisy counts, shape (codes, values).
        sigma: standard deviation of the noise in each.

    Returns:
        The ranks, and which values a code has: those between the first and the last that stick out of the noise, and
        one more on each side; all, for a code of which nothing does. Shape (codes, values + 1) each, none last.
    """
    places = order(value)
    assert places is not None
    shape = len(counts), value.size + 1
    ranks, has = np.full(shape, MISSING, np.int64), np.ones(shape, bool)
    ranks[:, -1] = MISSING + 1
    ordered = counts[:, places]
    p = [math.erfc(x) / 2 for x in (ordered / (sigma * math.sqrt(2))).ravel().tolist()]
    number = number_of_ranks(value, counts, sigma)
    seen, pooled = discovered(p).reshape(ordered.shape), _ranks(ordered.sum(axis=0), number)
    for code, own in enumerate(ordered):
        at = np.flatnonzero(seen[code])
        if not len(at):
            ranks[code, places] = pooled
            continue
        near = (np.arange(len(places)) >= at[0] - 1) & (np.arange(len(places)) <= at[-1] + 1)
        ranks[code, places], has[code, places] = _ranks(np.where(near, own, 0.0), number), near
    return ranks, has


def number_of_ranks(value: Attribute, counts: Floats, sigma: float) -> int:
    """How many ranks a noisy table of code and value leaves room for."""
    places = order(value)
    return int(np.clip(FACTOR * (max(1.0, float(counts[:, places].sum())) / sigma) ** (1 / 3), FEWEST, RANKS))


def _ranks(counts: Floats, number: int) -> RankTable:
    """The rank of each value of a code, 0 to number - 1."""
    clean = np.maximum(counts, 0.0)
    whole = max(float(clean.sum()), 1.0)
    below = np.cumsum(clean) - clean / 2
    return np.minimum((number * below / whole).astype(np.int64), number - 1)


def ranked_by(rows: Rows, pairs: Sequence[Measurement]) -> tuple[Ranked, ...]:
    """Ranks from noisy tables of code and value, one for each value that follows the last one of the same code."""
    found = []
    for of, m in zip(rows.within, pairs, strict=True):
        counts = m.values if m.clique[0] == f"{rows.name}.{of.code}" else m.values.T
        value = rows.codec[of.value]
        table, has = rank_table(value, counts, m.sigma)
        found.append(Ranked(of, rank_names(of), table, has, number_of_ranks(value, counts, m.sigma)))
    return tuple(found)


class RankMeasurer:
    """Asks for tables with ranks as tables of crossed columns whose levels are merged. Implements `Measurer`.

    Args:
        inner: who answers.
        ranked: the ranks.
    """

    def __init__(self, inner: Measurer, ranked: Sequence[Ranked]) -> None:
        self._inner, self.rows_per_unit = inner, inner.rows_per_unit
        self._crossed = {
            name: (crossed.name, one.table.ravel())
            for one in ranked
            for name, crossed in zip(one.names, one.of.crossed, strict=True)
        }

    def measure(
        self,
        cliques: Sequence[Clique],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Measurement, ...]:
        """See `Measurer.measure`."""
        asked, merged = self._translated(cliques, groups)
        answers = self._inner.measure(asked, sigma, purpose, merged, clip)
        return tuple(
            replace(m, clique=clique, groups=tuple(groups.get(name) for name in clique))
            for m, clique in zip(answers, cliques, strict=True)
        )

    def distances(
        self,
        cliques: Sequence[Clique],
        targets: Sequence[Table],
        sigma: Each,
        purpose: str,
        groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> Table:
        """See `Measurer.distances`."""
        asked, merged = self._translated(cliques, groups)
        return self._inner.distances(asked, targets, sigma, purpose, merged, clip)

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """See `Measurer.unit_sizes`."""
        return self._inner.unit_sizes(upper, sigma, purpose)

    def _translated(self, cliques: Sequence[Clique], groups: Groups) -> tuple[list[Clique], Groups]:
        """The same questions in columns that rows have."""
        merged: dict[str, tuple[int, ...]] = {name: g for name, g in groups.items() if name not in self._crossed}
        for name, (crossed, rank) in self._crossed.items():
            of = np.asarray(groups[name]) if name in groups else np.arange(MISSING + 2)
            merged[crossed] = tuple(of[rank].tolist())
        return [tuple(self._crossed[n][0] if n in self._crossed else n for n in c) for c in cliques], merged


def rank_zeros(rows: Rows, ranked: Sequence[Ranked], rules: StructuralZeros) -> StructuralZeros:
    """What ties ranks to codes and values.

    Args:
        rows: the table.
        ranked: its ranks.
        rules: of the policy; where they leave no record with the values that codes seem to have, codes have any.
    """
    zeros = tuple(one.zeros(rows) for one in ranked)
    columns = {name for clique, _ in (*zeros, *rules) for name in clique}
    sizes = {a.name: a.size for a in ranked_view(rows).attributes if a.name in columns}
    try:
        fit(sizes, [], 1.0, (*rules, *zeros), sweeps=1)
    except ValueError:
        return tuple(one.zeros(rows, whole=True) for one in ranked)
    return zeros


def tables_of(ranked: Sequence[Ranked]) -> Mapping[str, RankTable]:
    """Column of the rank before -> its table."""
    return {one.names[1]: one.table for one in ranked}
