"""A fixed panel as one row a person: the columns that stay the same, and every other column once for each wave.

`widen` lays the rows of people out, `lengthen` takes them apart again; both look at codes alone. Everything that
counts, fits, samples and attacks works on laid out rows like on those of any table, with one row a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Category, Codes, Grid
from dpsynth.domain.domain import Domain
from dpsynth.domain.rules import Mask, StructuralZeros
from dpsynth.policy import waves as declared
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.tables import Table

ABSENT = "absent"
"""The level of a column in a wave in which a person has no row."""

OUTSIDE = "outside"
"""The level of a number that is none of the waves."""

PRESENCE = ("not yet", "yes", "no")
"""The levels of `present`: without a row in this wave and all before, with one, and without one after an earlier one.

Which of them can follow each other is a rule about two waves, and from these rules it follows that nobody is in no wave
at all: the first is not "no", and the last is not "not yet".
"""

NOT_YET, YES, NO = range(3)

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Wide:
    """People as one row each.

    Attributes:
        codes: shape (people, columns of the view).
        person: number of each of these people among those that were given, ascending, shape (people,).
        rows: rows that they were made from.
    """

    codes: Codes
    person: Ints
    rows: int


@dataclass(frozen=True)
class Long:
    """Rows of people.

    Attributes:
        codes: shape (rows, columns of the file); by person, then by wave.
        person: number of each row's person, ascending, shape (rows,).
    """

    codes: Codes
    person: Ints


@dataclass(frozen=True)
class Panel:
    """The two layouts of a fixed panel; public.

    Attributes:
        rows: released columns as the file has them.
        column: tells the waves apart.
        constant: columns that are the same in all waves of a person.
        waves: codes of the levels of `column` that are waves.
    """

    rows: Domain
    column: str
    constant: tuple[str, ...]
    waves: tuple[int, ...]

    @classmethod
    def of(cls, table: Table, rows: Domain) -> Panel | None:
        """The panel that a table is; None for a table of any other layout.

        Args:
            table: of the policy.
            rows: its columns, all or some of them, the column of waves among them.
        """
        if table.waves is None:
            return None
        column = rows[table.waves.column]
        if isinstance(column, Grid) and column.outside is None:
            # A year after the last one is none of the waves, rather than the last one.
            column = replace(column, levels=(*column.levels, OUTSIDE), outside=column.size)
            rows = Domain(tuple(column if a.name == column.name else a for a in rows.attributes))
        levels = tuple(code for code in range(column.size) if code not in column.unranked)
        return cls(rows, column.name, tuple(n for n in rows.names if n in table.waves.constant), levels)

    @cached_property
    def varying(self) -> tuple[str, ...]:
        """Columns that may differ between waves."""
        return tuple(name for name in self.rows.names if name not in {*self.constant, self.column})

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The waves as people name them."""
        return tuple(self.rows[self.column].levels[code] for code in self.waves)

    @cached_property
    def view(self) -> Domain:
        """The columns of one row a person."""
        constant = [self.rows[name] for name in self.constant]
        each = [
            attribute
            for wave in self.labels
            for attribute in (_presence(wave), *(_of_wave(self.rows[name], wave) for name in self.varying))
        ]
        return Domain((*constant, *each))

    @cached_property
    def in_file(self) -> dict[str, str]:
        """Column of the view -> column of the file that it comes from."""
        each = {declared.PRESENT: self.column, **{name: name for name in self.varying}}
        return {name: name for name in self.constant} | {
            declared.at(name, wave): column for wave in self.labels for name, column in each.items()
        }

    @cached_property
    def presence(self) -> tuple[str, ...]:
        """The columns that say whether a person has a row, wave by wave."""
        return tuple(declared.at(declared.PRESENT, wave) for wave in self.labels)

    @cached_property
    def presence_of(self) -> dict[str, str]:
        """Column of one wave -> the column that says whether a person has a row there."""
        return {
            declared.at(name, w): p for w, p in zip(self.labels, self.presence, strict=True) for name in self.varying
        }

    @cached_property
    def held(self) -> tuple[tuple[str, ...], ...]:
        """Columns that a model has to hold together, so that those of a wave can be tied to those of the next one."""
        following = zip(pairwise(self.labels), pairwise(self.presence), strict=True)
        return tuple(
            tuple(sorted((*present, declared.at(name, wave)), key=self.view.index))
            for waves, present in following
            for wave in waves
            for name in self.varying
        )

    @cached_property
    def _present(self) -> list[int]:
        return [self.view.index(name) for name in self.presence]

    @cached_property
    def _cells(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Where the varying columns of each wave stand in the view, shape (waves, varying columns)."""
        return np.array([[self.view.index(declared.at(n, w)) for n in self.varying] for w in self.labels], np.int64)

    @cached_property
    def _absent(self) -> np.ndarray[Any, np.dtype[np.uint16]]:
        """Code of `absent` of each varying column, shape (varying columns,)."""
        return np.array([self.rows.sizes[name] for name in self.varying], np.uint16)

    def widen(self, codes: Codes, person: Ints) -> Wide:
        """One row of each person who has a row in any wave.

        Of two rows of one person and wave the first counts; constant columns are those of the first wave. What becomes
        of a person depends on that person's rows alone. Total: no code raises.

        Args:
            codes: shape (rows, columns of the file), each person's in the order of their contents.
            person: number of each row's person, shape (rows,).
        """
        place = np.full(self.rows.sizes[self.column], -1, np.int64)
        place[list(self.waves)] = np.arange(len(self.waves))
        wave = place[codes[:, self.rows.index(self.column)]]
        known = np.flatnonzero(wave >= 0)
        key, first = np.unique(person[known] * len(self.waves) + wave[known], return_index=True)  # the first of equals
        row, (who, when) = known[first], np.divmod(key, len(self.waves))
        people, entry, number = np.unique(who, return_index=True, return_inverse=True)
        wide = np.zeros((len(people), len(self.view.names)), np.uint16)
        seen = np.zeros(len(people), np.bool_)
        wide[:, : len(self.constant)] = codes[row[entry]][:, [self.rows.index(name) for name in self.constant]]
        varying = [self.rows.index(name) for name in self.varying]
        for w, cells in enumerate(self._cells):
            here = when == w
            wide[:, cells] = self._absent
            wide[np.ix_(number[here], cells)] = codes[np.ix_(row[here], varying)]
            wide[:, self._present[w]] = np.where(seen, NO, NOT_YET)
            wide[number[here], self._present[w]] = YES
            seen[number[here]] = True
        return Wide(wide, people, len(row))

    def lengthen(self, wide: Codes) -> Long:
        """The rows of people in the waves in which they have one; the inverse of `widen`.

        Args:
            wide: shape (people, columns of the view), as the rules of `zeros` have them.
        """
        person, wave = np.nonzero(wide[:, self._present] == YES)
        codes = np.zeros((len(person), len(self.rows.names)), np.uint16)
        codes[:, self.rows.index(self.column)] = np.array(self.waves, np.uint16)[wave]
        for i, name in enumerate(self.constant):
            codes[:, self.rows.index(name)] = wide[person, i]
        for i, name in enumerate(self.varying):
            codes[:, self.rows.index(name)] = wide[person, self._cells[wave, i]]
        return Long(codes, person.astype(np.int64))

    def size(self, wide: Codes) -> int:
        """Rows of all people in all waves."""
        return int((wide[:, self._present] == YES).sum())

    def consistent(self, wide: Codes) -> Codes:
        """Invented rows made such as people can be: absent exactly where there is no row, and somewhere present."""
        found = wide.copy()
        present = found[:, self._present] == YES
        present[~present.any(axis=1), 0] = True
        found[:, self._present] = np.where(present, YES, np.where(np.cumsum(present, axis=1) > 0, NO, NOT_YET))
        for w, cells in enumerate(self._cells):
            there = present[:, w]
            part = found[:, cells]
            part = np.where(part == self._absent, part // 2, part)
            found[:, cells] = np.where(there[:, None], part, self._absent)
        return found

    def zeros(self, rules: StructuralZeros) -> StructuralZeros:
        """What no laid out row can be: the layout itself, and the rules of single rows in every wave.

        Args:
            rules: over the columns of the file.
        """
        masks: dict[tuple[str, ...], Mask] = {
            pair: _following(i, len(self.waves) - 2) for i, pair in enumerate(pairwise(self.presence))
        }
        for wave, present in zip(self.labels, self.presence, strict=True):
            for name, absent in zip(self.varying, self._absent.tolist(), strict=True):
                mask = np.zeros((len(PRESENCE), absent + 1), np.bool_)
                mask[[NOT_YET, NO], :absent], mask[YES, absent] = True, True
                masks[present, declared.at(name, wave)] = mask
        for clique, mask in rules:
            for names, lifted in self._lifted(clique, mask).items():
                masks[names] = masks[names] | lifted if names in masks else lifted
        for mask in masks.values():
            mask.setflags(write=False)
        return tuple((c, masks[c]) for c in sorted(masks, key=lambda c: [self.view.index(n) for n in c]))

    def _lifted(self, clique: tuple[str, ...], mask: Mask) -> Mapping[tuple[str, ...], Mask]:
        """One rule of single rows, in every wave in which it can be broken."""
        if all(name in self.constant for name in clique):
            return {clique: mask.copy()}
        found: dict[tuple[str, ...], Mask] = {}
        for w, code in enumerate(self.waves):
            here = mask.take(code, clique.index(self.column)) if self.column in clique else mask
            names = [name for name in clique if name != self.column]
            if not here.any():
                continue
            # Whoever has no row breaks no rule: absent is possible beside everything.
            ends = [(0, 1 if name in self.varying else 0) for name in names]
            of = [name if name in self.constant else declared.at(name, self.labels[w]) for name in names]
            order = sorted(range(len(of) + 1), key=lambda i: self.view.index([self.presence[w], *of][i]))
            broken = np.pad(here, ends)
            whole = np.stack([broken if state == YES else np.zeros_like(broken) for state in range(len(PRESENCE))])
            found[tuple([self.presence[w], *of][i] for i in order)] = np.ascontiguousarray(whole.transpose(order))
        return found


def domain_of(loaded: LoadedPolicy) -> Domain:
    """The columns of the rows of a policy's only table, or of its people, as they are counted.

    Raises:
        PolicyError: a bin holds no value.
    """
    rows = Domain.from_table(loaded.policy.table, loaded.code_lists)
    panel = Panel.of(loaded.policy.table, rows)
    return rows if panel is None else panel.view


def panel_of(loaded: LoadedPolicy) -> Panel | None:
    """The panel that a policy is about, if it is about one.

    Raises:
        PolicyError: a bin holds no value.
    """
    if loaded.policy.table.waves is None:
        return None
    return Panel.of(loaded.policy.table, Domain.from_table(loaded.policy.table, loaded.code_lists))


def _presence(wave: str) -> Attribute:
    return Category(
        name=declared.at(declared.PRESENT, wave),
        levels=PRESENCE,
        other=None,
        missing=None,
        edges=(),
        absent_texts=frozenset(),
        spellings={level: code for code, level in enumerate(PRESENCE)},
        fallback=0,
    )


def _of_wave(a: Attribute, wave: str) -> Attribute:
    """A column in one wave: its levels, and one for those who have no row there."""
    label = ABSENT
    while label in a.code_of:
        label += "_"
    levels = (*a.levels, label)
    return Category(
        name=declared.at(a.name, wave),
        levels=levels,
        other=a.other,
        missing=a.missing,
        edges=a.edges,
        absent_texts=a.absent_texts,
        spellings={level: code for code, level in enumerate(levels)},
        fallback=a.size,
        is_ordered=a.ordered,
        absent=a.size,
    )


def _following(first: int, last: int) -> Mask:
    """What cannot follow each other in two waves, the first pair of which is 0."""
    mask = np.ones((len(PRESENCE), len(PRESENCE)), np.bool_)
    mask[NOT_YET, [NOT_YET, YES]] = False
    mask[[YES, YES, NO, NO], [YES, NO, YES, NO]] = False
    if first == 0:
        mask[NO] = True
    if first == last:
        mask[:, NOT_YET] = True
    return mask
