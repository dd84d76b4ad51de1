"""Rows with as many of each level of a column, and the weights that undo it.

**Exact.** A balanced distribution is the model's times a factor for each level of one column. A junction tree holds
that factor without any change of shape, so nothing is rejected and everything else keeps its exact law given the level.

**Weights.** Level g has the share p under the model and q among the rows. A row of it weighs p/q. So weighted shares
are the model's in expectation, of every column and of every combination of columns, and weights average 1.

**What cannot be balanced.** Where a level's number of rows does not stick out of its noise, its rows are mostly noise,
and more of them are more noise. A level with fewer than 3 standard deviations is not given more rows: it keeps its
share and weighs 1. Numbers of rows are the model's and standard deviations those of noisy answers, so which levels
these are is no secret.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np

from dpsynth.domain.domain import Domain
from dpsynth.privacy.queries import Measurement
from dpsynth.synth.base import Measurements
from dpsynth.synth.denoise import Floats
from dpsynth.synth.tree_model import CompressedModel

CERTAIN = 3.0
"""Standard deviations of its noise that a number of rows must reach."""


@dataclass(frozen=True)
class Small:
    """A level with too few rows to be given more.

    Attributes:
        level: its label.
        rows: its number of rows under the model.
        least: how many there must be.
    """

    level: str
    rows: float
    least: float


@dataclass(frozen=True)
class Balanced:
    """A distribution in which the levels of a column are equally likely, as far as they may.

    Attributes:
        model: what to draw from.
        weights: of a row, by its level of the column, shape (levels,).
    """

    model: CompressedModel
    weights: Floats


def conditioned(model: CompressedModel, given: Mapping[str, int]) -> tuple[CompressedModel, float]:
    """The exact conditional distribution, and how likely it is that a row has what is given.

    Args:
        model: a model on a junction tree.
        given: column -> code.

    Raises:
        ValueError: no row can have these levels together.
    """
    likely = 1.0
    for name, code in given.items():
        likely *= float(model.marginal((name,))[code])
        model = model.weighed({name: np.eye(1, len(model.column(name).group), code)[0]})
    return model, likely


def too_small(
    model: CompressedModel, measured: Measurements, domain: Domain, given: Mapping[str, int], column: str | None = None
) -> tuple[Small, ...]:
    """The groups of rows that do not stick out of their noise, of those that there are.

    Args:
        model: a model on a junction tree, without the conditions.
        measured: what it was fitted to.
        domain: the public domain.
        given: column -> code.
        column: the groups are its levels under the conditions; None: there is one group, of all rows with what is
            given.

    Raises:
        ValueError: no row can have what is given.
    """
    if column is None and not given:
        return ()
    inner, likely = conditioned(model, given)
    share = np.ones(1) if column is None else inner.marginal((column,))
    names = (
        (", ".join(f"{n}={domain[n].levels[c]}" for n, c in given.items()),)
        if column is None
        else domain[column].levels
    )
    rows = max(1.0, measured.total()) * likely * share
    least = CERTAIN * noise(measured, {*given} if column is None else {column, *given})
    return tuple(Small(names[i], float(rows[i]), least) for i in np.flatnonzero((share > 0) & (rows < least)))


def balanced(model: CompressedModel, column: str, given: Mapping[str, int], kept: Set[int] = frozenset()) -> Balanced:
    """Balances a column, under conditions.

    Args:
        model: a model on a junction tree, without the conditions.
        column: the column.
        given: column -> code.
        kept: codes of levels that keep their share.

    Raises:
        ValueError: no row can have what is given, or every level keeps its share.
    """
    inner, _ = conditioned(model, given)
    share = inner.marginal((column,))
    there = share > 0
    free = there & ~np.isin(np.arange(len(share)), list(kept))
    if not free.any():
        raise ValueError(f"every level of {column!r} keeps its share")
    wanted = np.where(there & ~free, share, 0.0)
    wanted[free] = (1.0 - wanted.sum()) / free.sum()
    factor = np.divide(wanted, share, out=np.zeros_like(share), where=there)
    weights = np.divide(share, wanted, out=np.zeros_like(share), where=there)
    return Balanced(inner.weighed({column: factor}), weights)


def noise(measured: Measurements, columns: Set[str]) -> float:
    """Standard deviation of the noise in the number of rows that have some levels of some columns, in rows.

    Of the tables that hold all these columns the most precise one tells; its other columns are summed. Where no table
    does, the model has that number from several, and the noisiest of these must do.
    """
    whole = [m for m in measured.tables if columns <= set(m.clique)]
    if whole:
        return min(m.sigma * math.sqrt(_others(m, columns)) for m in whole)
    return max((m.sigma for m in measured.tables if columns & set(m.clique)), default=math.inf)


def _others(m: Measurement, columns: Set[str]) -> int:
    """Cells of a table that are summed for one cell of some of its columns."""
    return math.prod(size for name, size in zip(m.clique, m.values.shape, strict=True) if name not in columns)
