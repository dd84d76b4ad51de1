"""Columns as the model sees them: levels merged into groups, and told apart again when sampling.

Noise in a table of two columns grows with its cells, and what fine levels of two columns say about each other is
mostly below the noise. So pairs are measured over groups of levels, and the levels inside a group follow the fine
one-way table, which was measured by itself. Everything here is post-processing of noisy one-way tables.

The number of groups balances two errors of a table of K x K groups: noise, which grows like K^2 sigma / n in all
cells together, and merging, which falls like 1/K. The sum is least at K proportional to (n / sigma)^(1/3). The same
holds for the part of the rows outside heavy levels: a column that is mostly zero keeps several groups for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.synth.denoise import Floats, Ints, denoise
from dpsynth.synth.graphical.rounding import Counts, draw_without_replacement, multinomial_counts, systematic_counts
from dpsynth.synth.scrambling import scrambled, sorted_by

FACTOR = 1.1
"""Groups for (n / sigma)^(1/3) = 1. Between 0.8 and 2 the error changes by a hundredth."""
FEWEST, MOST = 6, 40
"""Bounds on the number of groups of a column: below six, merging costs more than noise even where the rule asks for
fewer (Adult at epsilon 0.1). Only a column whose levels rules tell apart can get more."""
SMALL = 4.0
"""A level of an unordered column that holds less than 1/(4K) of the rows shares a group with others like it."""
FULL = 30
"""A column that must keep its levels (a target, say) keeps them if there are at most this many."""


@dataclass(frozen=True)
class Column:
    """How one column is merged.

    Attributes:
        name: the column.
        group: group number of each level.
        share: share of each level within its group.
        mass: share of each level in the column; sums to 1.
    """

    name: str
    group: tuple[int, ...]
    share: tuple[float, ...]
    mass: tuple[float, ...]

    @cached_property
    def size(self) -> int:
        """Number of groups."""
        return max(self.group) + 1

    @property
    def merged(self) -> bool:
        """Whether any group holds several levels."""
        return self.size < len(self.group)

    def counted_again(self, attribute: Attribute, counts: Floats, sigma: float, rows: float) -> Column:
        """The same groups, with shares from more precise counts; arguments as in `merge_levels`."""
        return _column(self.name, np.asarray(self.group), denoise(counts, sigma, order(attribute), rows) / rows)

    def weighed(self, weights: Floats) -> tuple[Column, Floats]:
        """The same groups with shares times weights, and what each group weighs.

        Args:
            weights: of each level, not negative, shape (levels,).
        """
        parts, mass = np.asarray(self.share) * weights, np.asarray(self.mass) * weights
        of_groups = np.bincount(self.group, weights=parts, minlength=self.size).astype(np.float64)
        held = of_groups[list(self.group)]
        share = np.where(held > 0, parts / np.where(held > 0, held, 1.0), self.share)
        total = float(mass.sum())
        kept = self.mass if total <= 0 else tuple((mass / total).tolist())
        return Column(self.name, self.group, tuple(share.tolist()), kept), of_groups

    def group_mass(self) -> Floats:
        """Share of each group in the column."""
        return np.bincount(self.group, weights=self.mass, minlength=self.size).astype(np.float64)

    def levels(self) -> Ints:
        """Number of levels in each group."""
        return np.bincount(self.group, minlength=self.size)

    def members(self) -> list[Ints]:
        """Codes of the levels in each group."""
        return np.split(np.argsort(self.group, kind="stable"), np.cumsum(self.levels())[:-1])

    def level_counts(self, by_group: Counts, rng: np.random.Generator, *, rounding: bool = True) -> Counts:
        """Counts of the levels, shape (levels,), each its share of its group rounded down or up.

        Args:
            by_group: rows in each group, shape (groups,).
            rng: public randomness.
            rounding: False: those of independent rows.
        """
        draw = systematic_counts if rounding else multinomial_counts
        counts = np.zeros(len(self.group), np.int64)
        for levels, n in zip(self.members(), by_group.tolist(), strict=True):
            share = np.array([[self.share[code] for code in levels]], np.float64)
            counts[levels] = n if len(levels) == 1 else draw(share, np.array([n], np.int64), rng)[0]
        return counts

    def expand(
        self, groups: Codes, rng: np.random.Generator, left: Counts | None = None, rows: Ints | None = None
    ) -> Codes:
        """A level for each group code, given to the rows of a group as `scrambling.py` says.

        Args:
            groups: group codes, shape (rows,).
            rng: public randomness.
            left: counts of the levels for these rows and rows to come, from `level_counts`; the rows get their share
                of each level, which is taken away. Default: for these rows only.
            rows: an order of the rows, ties in random order; neighbours get different levels. Default: any order is as
                likely, so that each deal is.
        """
        members = self.members()
        if not self.merged:
            return np.concatenate(members).astype(np.uint16)[groups]
        by_group = np.bincount(groups, minlength=self.size)
        if left is None:
            left = self.level_counts(by_group, rng)
        codes = np.empty(len(groups), np.uint16)
        rows = sorted_by(rng.permutation(len(groups)) if rows is None else rows, groups)
        for levels, part in zip(members, np.split(rows, np.cumsum(by_group)[:-1]), strict=True):
            taken = draw_without_replacement(left[levels], len(part), rng)
            left[levels] -= taken
            dealt = np.repeat(levels.astype(np.uint16), taken)
            codes[part] = dealt if len(levels) == 1 else dealt[scrambled(len(part), rng)]
        return codes


def number_of_groups(rows: float, sigma: float) -> int:
    """Groups of a column, from the noise expected in one cell of a pair (see the head of this file)."""
    return int(np.clip(round(FACTOR * (max(1.0, rows) / sigma) ** (1 / 3)), FEWEST, MOST))


def one_group_a_level(attribute: Attribute, counts: Floats, sigma: float, rows: float) -> Column:
    """A column that keeps its levels."""
    mass = denoise(counts, sigma, order(attribute), rows) / rows
    return _column(attribute.name, np.arange(attribute.size), mass)


def merge_levels(
    attribute: Attribute,
    counts: Floats,
    sigma: float,
    rows: float,
    groups: int,
    classes: Sequence[int] | None = None,
    *,
    keep: bool = False,
) -> Column:
    """Merges the levels of a column.

    Levels that hold more than 1/groups of the rows stay alone. Of an ordered column the others become intervals of
    about equal mass, and intervals that come out much lighter join a neighbour. Of an unordered column the
    small ones share a group. `missing` and `other` are no part of an order.

    Args:
        attribute: the column.
        counts: noisy counts, shape (levels,).
        sigma: standard deviation of the noise in each.
        rows: noisy number of rows, above 0.
        groups: about how many groups to make.
        classes: class of each level; levels of different classes are never merged, so that rules stay exact.
        keep: keep every level, if they are few.
    """
    ordering = order(attribute)
    mass = denoise(counts, sigma, ordering, rows) / rows
    if attribute.size <= 2 or (keep and attribute.size <= FULL):
        return _column(attribute.name, np.arange(attribute.size), mass)
    of = np.zeros(attribute.size, np.int64) if classes is None else np.asarray(classes)
    group = _merged(mass, of, ordering, groups)
    while classes is None and group.max() >= MOST:
        groups -= 1
        group = _merged(mass, of, ordering, groups)
    return _column(attribute.name, group, mass)


def _merged(mass: Floats, classes: Ints, ordering: Ints | None, groups: int) -> Ints:
    """Group numbers, class by class; where nothing is merged the levels themselves, as questions then name them."""
    group = np.empty(len(mass), np.int64)
    after = 0
    for c in np.unique(classes):
        inside = np.flatnonzero(classes == c)
        for run, ordered in _parts(inside, ordering):
            part = _intervals(mass[run], groups) if ordered else _by_mass(mass[run], groups)
            group[run] = after + part
            after += int(part.max()) + 1
    return group if after < len(mass) else np.arange(len(mass))


def order(attribute: Attribute) -> Ints | None:
    """Codes of the levels that have an order, in that order; None for an unordered column."""
    if not attribute.ordered:
        return None
    return np.array([code for code in range(attribute.size) if code not in attribute.unranked])


def _parts(inside: Ints, ordering: Ints | None) -> list[tuple[Ints, bool]]:
    """Splits levels into ordered ones and those without a place in the order, each of which stays alone."""
    if ordering is None:
        return [(inside, False)]
    placed = np.isin(inside, ordering)
    alone = [(np.array([level]), False) for level in inside[~placed]]
    return [*([(inside[placed], True)] if placed.any() else []), *alone]


def _intervals(mass: Floats, groups: int) -> Ints:
    """Group numbers for ordered levels."""
    heavy = mass >= 1 / groups
    light = float(mass[~heavy].sum())
    # A part of the rows is cut like a table of its own: n becomes light * n in (n / sigma)^(1/3).
    step = light / max(1, round(light ** (1 / 3) * groups))
    group, current, held, number = np.zeros(len(mass), np.int64), -1, 0.0, -1
    for level, (alone, m) in enumerate(zip(heavy.tolist(), mass.tolist(), strict=True)):
        if alone or current < 0 or held + m / 2 > step:
            number, held = number + 1, 0.0
            current = -1 if alone else number
        group[level] = number
        held += m
    return _join_empty(group, mass, step / 2)


def _join_empty(group: Ints, mass: Floats, least: float) -> Ints:
    """Joins intervals below a mass with their lighter neighbour, the lightest first."""
    while True:
        held = np.bincount(group, weights=mass)
        lightest = int(held.argmin())
        if len(held) <= 2 or held[lightest] >= least:
            return group
        beside = [i for i in (lightest - 1, lightest + 1) if 0 <= i < len(held)]
        partner = min(beside, key=lambda i: held[i])
        group = group - (group >= max(lightest, partner))


def _by_mass(mass: Floats, groups: int) -> Ints:
    """Group numbers for unordered levels: the heavy ones alone, the others together."""
    small = mass < 1 / (SMALL * groups)
    if small.sum() < 2:
        return np.arange(len(mass))
    group = np.cumsum(~small) - 1
    group[small] = int((~small).sum())
    return group


def _column(name: str, group: Ints, mass: Floats) -> Column:
    held, levels = np.bincount(group, weights=mass), np.bincount(group)
    share = np.where(held[group] > 0, mass / np.where(held > 0, held, 1.0)[group], 1 / levels[group])
    return Column(name, tuple(group.tolist()), tuple(share.tolist()), tuple(mass.tolist()))


def group_numbers(columns: Sequence[Column]) -> Mapping[str, tuple[int, ...]]:
    """Column -> group number of each level, for the columns that are merged."""
    return {c.name: c.group for c in columns if c.merged}
