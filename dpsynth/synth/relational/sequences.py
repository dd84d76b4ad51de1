"""Draws the rows of a table one after the other: the first of everybody, the second of everybody, and so on.

A row is drawn from the fitted view of its table given the person, its parent, its place and the rows before it. Its
date follows from the days since the row before, which are drawn among those that the study window, birth and death
leave: dates rise and stay inside by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.domain.deriving import NO_DAY, Coded, CodedFamily, Ints, places, position_of
from dpsynth.domain.family import Family, Rows
from dpsynth.synth.columns import Column
from dpsynth.synth.graphical.evidence import Conditional, categorical
from dpsynth.synth.relational.counts import leaning_numbers
from dpsynth.synth.relational.ranks import RankTable, rank_names
from dpsynth.synth.tree_model import CompressedModel

Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Spans:
    """When rows of each person may lie: first and last day, shape (people,); nowhere where last is before first."""

    first: Ints
    last: Ints


@dataclass(frozen=True)
class Drawn:
    """Rows of a table.

    Attributes:
        coded: their codes, owners, days and parents.
        children: codes of the numbers of rows of each child table, shape (rows, child tables).
    """

    coded: Coded
    children: Codes


class Sequences:
    """Draws the rows of one table.

    Args:
        family: all views.
        rows: the table.
        model: distribution of its view.
        lean: how numbers of rows inside a bin lean.
        ranks: column of a rank before -> which value of which code has which rank.
    """

    def __init__(
        self, family: Family, rows: Rows, model: CompressedModel, lean: float, ranks: Mapping[str, RankTable]
    ) -> None:
        self.family, self.rows, self.lean = family, rows, lean
        self.columns: Mapping[str, Column] = {c.name: c for c in model.columns}
        policy = rows.table.rows
        assert policy is not None
        self.previous = {f"{rows.name}:{one.name}": one for one in policy.previous}
        # What was the last row with the same code is known once the code is drawn, so codes come first.
        by = {f"{rows.name}.{one.same}" for one in policy.previous if one.same is not None}
        gap = rows.drawn[:1] if rows.gaps is not None else ()
        early = tuple(n for n in rows.drawn if n in by or n in gap) if by else rows.drawn
        late = tuple(n for n in rows.drawn if n not in early)
        # The model knows some of the values before by their ranks, and the ranks of values, which are not drawn.
        self.ranked = {of.before: (rank_names(of), ranks[rank_names(of)[1]]) for of in rows.within}
        told = {before: names[1] for before, (names, _) in self.ranked.items()}
        hidden = tuple(names[0] for names, _ in self.ranked.values())
        unknown = (*(told.get(name, name) for name, one in self.previous.items() if one.same is not None), *hidden)
        # Noise may leave no place for a row after what came before. Then it is drawn as if nothing had: in the model as
        # a whole no row breaks a rule. What was drawn of the row stays, but for the days, which no rule is about.
        graphical, names = model.graphical, tuple(model.graphical.sizes)
        anything = tuple(n for n in names if n in gap or n not in early)
        self.phases = [
            (early, Conditional(graphical, (*rows.drawn, *unknown)), Conditional(graphical, names)),
            *([(late, Conditional(graphical, (*late, *hidden)), Conditional(graphical, anything))] if late else []),
        ]

    def run(
        self, coded: CodedFamily, people: Codes, children: Codes | None, spans: Spans | None, rng: np.random.Generator
    ) -> Drawn:
        """All rows of everybody.

        Args:
            coded: people, and the tables that were drawn before.
            people: codes of the view of people.
            children: codes of the numbers of this table's rows of each parent row, shape (parent rows,); None where
                the parent is the person.
            spans: when rows may lie, where they have an order.
            rng: public randomness.
        """
        owner, parent = self._frame(coded, people, children, spans, rng)
        place = places(owner)
        order = np.argsort(place, kind="stable")
        codes = np.zeros((len(self.rows.drawn), len(owner)), np.uint16)
        day = np.full(len(owner), NO_DAY, np.int64)
        latest = np.full(coded.size, NO_DAY, np.int64)
        before = {
            name: np.full(
                (coded.size, 1 if one.same is None else self.rows.codec[one.same].size),
                self.rows.codec[one.column].size,
                np.uint16,
            )
            for name, one in self.previous.items()
        }
        ends = np.searchsorted(place[order], np.arange(int(place.max(initial=-1)) + 2))
        for start, stop in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            at = order[start:stop]
            who = owner[at]
            allowed = None
            if spans is not None:
                if self.rows.parent is not None:
                    fresh = (place[at] == 0) | (parent[at] != parent[at - 1])
                    latest[who[fresh]] = coded.rows[self.rows.parent].day[parent[at[fresh]]]
                allowed = self._allowed(latest[who], spans.last[who], place[at])
            given = self._evidence(coded, people, who, parent[at] if len(parent) else parent, place[at])
            codes[:, at] = self._draw(given, before, who, allowed, rng)
            if spans is not None:
                day[at] = self._days(codes[0, at], latest[who], who, spans, coded, people, rng)
                dated = day[at] != NO_DAY
                latest[who[dated]] = day[at][dated]
            for name, one in self.previous.items():
                values = codes[self._index(one.column), at]
                before[name][who, 0 if one.same is None else codes[self._index(one.same), at]] = values
        own = codes[1:] if self.rows.gaps is not None else codes
        width, linked = len(self.rows.codec.names), len(self.rows.codec.names) + len(self.rows.links)
        return Drawn(Coded(own[:width].T, owner, day, parent, own[width:linked].T), own[linked:].T)

    def _index(self, column: str) -> int:
        return self.rows.drawn.index(f"{self.rows.name}.{column}")

    def _frame(
        self, coded: CodedFamily, people: Codes, children: Codes | None, spans: Spans | None, rng: np.random.Generator
    ) -> tuple[Ints, Ints]:
        """Person and parent of each row to be drawn; nobody gets more rows than the policy allows."""
        rows = self.rows
        if rows.parent is None or children is None:
            number = leaning_numbers(
                rows.counts, people[:, self.family.view.index(f"{rows.name}:rows")], self.lean, rng
            )
            if spans is not None:
                number[spans.last < spans.first] = 0
            return np.repeat(np.arange(coded.size), number), np.zeros(0, np.int64)
        above = coded.rows[rows.parent].owner
        number = leaning_numbers(rows.counts, children, self.lean, rng)
        if spans is not None:
            number[spans.last[above] < spans.first[above]] = 0
        parent = np.repeat(np.arange(len(above)), number)
        owner = above[parent]
        keep = places(owner) < rows.at_most
        return owner[keep], parent[keep]

    def _allowed(self, latest: Ints, last: Ints, place: Ints) -> Bools:
        """Which gaps each row may have, shape (rows, levels)."""
        gaps = self.rows.gaps
        assert gaps is not None
        level, undated = len(gaps.labels), latest == NO_DAY
        room = np.where(undated, -1, last - np.where(undated, 0, latest))
        allowed = np.zeros((len(latest), level + 1 + self.rows.dates_missing), bool)
        allowed[:, :level] = np.array(gaps.starts)[None, :] <= room[:, None]
        allowed[:, level] = undated
        # A row that comes after its person's last possible day shares that day.
        allowed[~undated & (room < 0), 0] = True
        if self.rows.dates_missing:
            allowed[:, level + 1] = True
        return allowed

    def _evidence(self, coded: CodedFamily, people: Codes, who: Ints, parent: Ints, place: Ints) -> dict[str, Codes]:
        """Levels of everything that is known before a row is drawn, but the rows before."""
        found: dict[str, Codes] = {}
        for name in self.rows.view.names[len(self.rows.drawn) :]:
            if name in self.previous:
                continue
            if name == f"{self.rows.name}:position":
                found[name] = position_of(place)
            elif name in self.family.view.names:
                found[name] = people[who, self.family.view.index(name)]
            else:
                table, column = name.split(".", 1)
                found[name] = coded.rows[table].codes[parent, self.family[table].codec.index(column)]
        return found

    def _draw(
        self,
        given: Mapping[str, Codes],
        before: Mapping[str, Codes],
        who: Ints,
        allowed: Bools | None,
        rng: np.random.Generator,
    ) -> Codes:
        """Codes of rows, shape (drawn columns, rows)."""
        known = dict(given)
        for name, one in self.previous.items():
            if one.same is None:
                known[name] = before[name][who, 0]
        limits = None if allowed is None else {self.rows.drawn[0]: self._merged(allowed)}
        codes = np.zeros((len(self.rows.drawn), len(who)), np.uint16)
        for names, conditional, instead in self.phases:
            if not names:  # a table that has keys alone: its rows say how many there are
                continue
            wanted = [n for n in conditional.model.sizes if n not in conditional.drawn]
            groups = {n: np.asarray(self.columns[n].group)[known[n]] for n in wanted}
            fitting = limits if limits and self.rows.drawn[0] in conditional.drawn else None
            drawn = conditional.draw(groups, len(who), rng, fitting, names, instead)
            for name, of in zip(names, drawn.T, strict=True):
                i = self.rows.drawn.index(name)
                column = self.columns[name]
                gap = allowed if i == 0 else None
                codes[i] = column.expand(of, rng) if gap is None else _levels(column, of, gap, rng)
                known[name] = codes[i]
            for name, one in self.previous.items():
                if one.same is not None and f"{self.rows.name}.{one.same}" in names:
                    of = codes[self._index(one.same)]
                    known[name] = before[name][who, of]
                    if name in self.ranked:
                        (_, rank), table = self.ranked[name]
                        known[rank] = table[of.astype(np.int64), known[name]].astype(np.uint16)
        return codes

    def _merged(self, allowed: Bools) -> Bools:
        """Which groups of gaps have a level that is allowed."""
        column = self.columns[self.rows.drawn[0]]
        merged = np.zeros((len(allowed), column.size), bool)
        for level, group in enumerate(column.group):
            merged[:, group] |= allowed[:, level]
        return merged

    def _days(
        self,
        gap: Codes,
        latest: Ints,
        who: Ints,
        spans: Spans,
        coded: CodedFamily,
        people: Codes,
        rng: np.random.Generator,
    ) -> Ints:
        """The day of each row, NO_DAY where it has none."""
        gaps = self.rows.gaps
        assert gaps is not None
        level, first, last = len(gaps.labels), spans.first[who], spans.last[who]
        since = (gap < level) & (latest != NO_DAY)
        at = np.minimum(gap, level - 1)
        base = np.where(since, latest, first)
        low, high = base + gaps.edges[at], base + gaps.edges[at + 1] - 1
        opening = ~since & ((gap <= level) | ~np.array(self.rows.dates_missing))
        if self.rows.first is not None:
            code = people[who, self.family.view.index(f"{self.rows.name}:first")].astype(np.int64)
            known = code < len(self.rows.first.labels)
            code = np.minimum(code, len(self.rows.first.labels) - 1)
            begin = np.where(known, coded.index[who] + self.rows.first.edges[code], first)
            end = np.where(known, coded.index[who] + self.rows.first.edges[code + 1] - 1, last)
        else:
            begin, end = first, last
        low, high = np.where(opening, begin, low), np.where(opening, end, high)
        low, high = np.clip(low, first, last), np.clip(high, first, last)
        low = np.where(since, np.maximum(low, np.minimum(latest, last)), low)
        day = low + np.floor(rng.random(len(low)) * (np.maximum(high, low) - low + 1)).astype(np.int64)
        return np.where(since | opening, day, NO_DAY)


def _levels(column: Column, groups: Codes, allowed: Bools, rng: np.random.Generator) -> Codes:
    """A level of each group among those that are allowed, in proportion to their shares."""
    share = np.asarray(column.share)[None, :] * (np.asarray(column.group)[None, :] == groups[:, None])
    return categorical(share * allowed, rng, allowed).astype(np.uint16)
