"""What no record can be: the rules of a policy as masks over codes.

A rule comes from a code book, never from the data, so the masks are public. A real row that breaks a rule is never an
error: it is counted like any other (nobody may learn that it exists), and the model simply gives it no place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Attribute, Category, Codes, Grid
from dpsynth.domain.domain import Domain
from dpsynth.errors import PolicyError
from dpsynth.policy.block import LevelName
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.map_file import Pairs
from dpsynth.policy.tables import Determination, Impossible, Levels, Range, Rule

Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""One axis a column, one place a level; True where no record can be."""

StructuralZeros = tuple[tuple[tuple[str, ...], Mask], ...]
"""Cliques, each once and in the order of the domain, with their masks, which are read-only."""

Place = tuple[str | int, ...]
"""Keys from the top of a policy."""

MAX_MASK_CELLS = 4_000_000
"""Largest mask of one rule."""

SHOWN = 8
"""Most levels that one error lists."""


class _FlawError(Exception):
    """What is wrong with a rule, and at which key below it."""

    def __init__(self, message: str, *below: str) -> None:
        super().__init__(message)
        self.below = below


def structural_zeros(loaded: LoadedPolicy, domain: Domain, name: str | None = None) -> StructuralZeros:
    """Compiles the rules of a table; rules over the same columns are merged.

    A rule may make a level impossible: then that level never occurs. Whether some record satisfies all rules together
    is checked by arc consistency, which finds most contradictions, not all.

    Args:
        loaded: the policy.
        domain: the table's domain.
        name: the table; of several tables that of people if not given.

    Raises:
        PolicyError: a rule names an unknown level, splits a bin, leaves a level unmapped, is too large, or the rules
            leave no possible record; with `file:line`, one line for each faulty rule.
    """
    table = loaded.policy.table_name if name is None else name
    masks: dict[tuple[str, ...], Mask] = {}
    sources: dict[tuple[str, ...], int] = {}
    faults = []

    def at(rule: int, *below: str) -> str:
        place: Place = ("tables", table, "rules", rule, *below)
        return f"{loaded.at(*place)}: tables.{table}.rules[{rule}]{''.join(f'.{k}' for k in below)}"

    for i, rule in enumerate(loaded.policy.tables[table].rules):
        try:
            clique, mask = _compiled(rule, domain, loaded.maps)
        except _FlawError as flaw:
            faults.append(f"{at(i, *flaw.below)}: {flaw}")
            continue
        masks[clique] = masks[clique] | mask if clique in masks else mask
        sources[clique] = i
    if not faults:
        faults = [
            f"{at(sources[clique])}: no record is possible: every combination of {' and '.join(clique)} is forbidden. "
            "Remove a level or a rule."
            for clique, mask in masks.items()
            if mask.all()
        ]
    if faults:
        raise PolicyError("\n".join(faults))
    zeros = tuple((c, _frozen(masks[c])) for c in sorted(masks, key=lambda c: [domain.index(n) for n in c]))
    if (empty := _empty_column(zeros, domain)) is not None:
        raise PolicyError(
            f"{loaded.at('tables', table, 'rules')}: tables.{table}.rules: no record is possible: the rules together "
            f"forbid every level of {empty}. Remove a level or a rule."
        )
    return zeros


def classes(zeros: StructuralZeros, domain: Domain) -> dict[str, tuple[int, ...]]:
    """Which levels the rules do not tell apart.

    Two levels are equivalent when they have identical slices in every mask. Levels that are merged for modelling must
    be equivalent: then a rule over merged levels forbids exactly what it forbids over levels.

    Returns:
        For each column that stands in a rule, in the order of the domain: the class of each level, numbered by first
        appearance.
    """
    slices: dict[str, list[list[bytes]]] = {}
    for clique, mask in zeros:
        for axis, name in enumerate(clique):
            rows = np.packbits(np.moveaxis(mask, axis, 0).reshape(mask.shape[axis], -1), axis=1)
            slices.setdefault(name, []).append([row.tobytes() for row in rows])
    found = {}
    for name in (name for name in domain.names if name in slices):
        numbers: dict[tuple[bytes, ...], int] = {}
        found[name] = tuple(numbers.setdefault(key, len(numbers)) for key in zip(*slices[name], strict=True))
    return found


def merge(zeros: StructuralZeros, groups: Mapping[str, Sequence[int]]) -> StructuralZeros:
    """The same rules over groups of levels.

    Args:
        zeros: rules over levels.
        groups: column -> number of the group of each level, 0 to the number of groups - 1, each used; a column that
            is left out keeps its levels.

    Raises:
        ValueError: a group number is left out, or a group mixes levels that a rule tells apart (`classes`).
    """
    return tuple((clique, _merged(clique, mask, groups)) for clique, mask in zeros)


def violations(codes: Codes, domain: Domain, zeros: StructuralZeros) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows break a rule, shape (rows,): each row looked up in each mask. The oracle of the tests.

    Args:
        codes: levels, shape (rows, columns), in the order of the domain; or groups, with merged rules.
        domain: the columns' places.
        zeros: rules.
    """
    broken = np.zeros(len(codes), np.bool_)
    for clique, mask in zeros:
        broken |= mask[tuple(codes[:, domain.index(name)] for name in clique)]
    return broken


def _merged(clique: tuple[str, ...], mask: Mask, groups: Mapping[str, Sequence[int]]) -> Mask:
    of = [np.asarray(groups.get(name, range(size))) for name, size in zip(clique, mask.shape, strict=True)]
    firsts = []
    for name, group in zip(clique, of, strict=True):
        numbers, first = np.unique(group, return_index=True)
        if not np.array_equal(numbers, np.arange(len(numbers))):
            raise ValueError(f"Expected the groups of {name!r} to be numbered from 0 without gaps.")
        firsts.append(first)
    merged = mask[np.ix_(*firsts)]
    if not np.array_equal(merged[np.ix_(*of)], mask):
        raise ValueError(f"Expected groups of levels that the rule over {clique} does not tell apart.")
    return _frozen(merged)


def _empty_column(zeros: StructuralZeros, domain: Domain) -> str | None:
    """A column none of whose levels can occur, if arc consistency finds one.

    A level stays while every rule has a combination for it in which all levels stay. Source: Mackworth (1977),
    Consistency in networks of relations, Artificial Intelligence 8, AC-3 for relations of any number of columns.
    """
    alive: dict[str, Mask] = {name: np.ones(size, np.bool_) for name, size in domain.sizes.items()}
    waiting = list(range(len(zeros)))
    while waiting:
        clique, mask = zeros[waiting.pop()]
        possible = ~mask & reduce(np.logical_and.outer, [alive[name] for name in clique])
        for axis, name in enumerate(clique):
            others = tuple(other for other in range(len(clique)) if other != axis)
            stays: Mask = np.asarray(possible.any(axis=others))
            if not stays.any():
                return name
            if (stays != alive[name]).any():
                alive[name] = stays
                waiting += [i for i, (c, _) in enumerate(zeros) if name in c and c != clique and i not in waiting]
    return None


# ----------------------------------------------------------------------------------------------- one rule to one mask


def _compiled(rule: Rule, domain: Domain, maps: Mapping[str, Pairs]) -> tuple[tuple[str, ...], Mask]:
    if isinstance(rule, Impossible):
        clique = tuple(sorted(rule.impossible, key=domain.index))
        _check_size(clique, domain, "impossible")
        chosen = [_codes(domain[name], rule.impossible[name], "impossible", name) for name in clique]
        mask = np.zeros([domain.sizes[name] for name in clique], np.bool_)
        mask[np.ix_(*chosen)] = True
        return clique, mask
    named = rule.determines
    clique = tuple(sorted((named.from_, named.to), key=domain.index))
    _check_size(clique, domain, "determines")
    mask = _determined(named, domain, maps)
    return clique, mask if clique[0] == named.from_ else mask.T


def _determined(named: Determination, domain: Domain, maps: Mapping[str, Pairs]) -> Mask:
    """Axis 0 decides: a mapped level leaves what it is mapped to."""
    decides, decided = domain[named.from_], domain[named.to]
    key = "map" if named.map_file is None else "map_file"
    mask = np.zeros((decides.size, decided.size), np.bool_)
    mapped = np.zeros(decides.size, np.bool_)
    for level, results in _pairs(named, maps):
        code = _code(decides, level, "determines", key)
        if not mapped[code]:
            mapped[code], mask[code] = True, True
        for result in results:
            mask[code, _code(decided, result, "determines", key)] = False
    free = decides.unranked
    unmapped = [decides.levels[code] for code in np.flatnonzero(~mapped) if int(code) not in free]
    if unmapped:
        raise _FlawError(
            f"{_listed(unmapped)} of {named.from_} {'is' if len(unmapped) == 1 else 'are'} not mapped. "
            f"Map every level of {named.from_} (other and missing may be left out).",
            "determines",
            key,
        )
    return mask


def _pairs(named: Determination, maps: Mapping[str, Pairs]) -> Iterator[tuple[str, tuple[LevelName, ...]]]:
    if named.map_file is not None:
        yield from ((level, (result,)) for level, result in maps[named.map_file])
    for level, results in (named.map or {}).items():
        yield level, results if isinstance(results, tuple) else (results,)


def _check_size(clique: tuple[str, ...], domain: Domain, key: str) -> None:
    if (cells := domain.cells(clique)) > MAX_MASK_CELLS:
        sizes = " x ".join(str(domain.sizes[name]) for name in clique)
        raise _FlawError(
            f"the rule is over {sizes} = {cells} combinations of {', '.join(clique)}; at most {MAX_MASK_CELLS} are "
            "allowed. Use fewer columns, or columns with fewer levels: a coarser code list, wider bins.",
            key,
        )


def _codes(of: Attribute, chosen: Levels | Range, *below: str) -> list[int]:
    if isinstance(chosen, dict):
        return _range(of, chosen, *below)
    return [_code(of, level, *below) for level in chosen]


def _code(of: Attribute, level: LevelName, *below: str) -> int:
    is_boolean = isinstance(of, Category) and of.boolean
    label = str(level).lower() if isinstance(level, bool) and is_boolean else str(level)
    if label not in of.code_of or (isinstance(level, bool) and not is_boolean):
        advice = " For a stretch of values write {min: x, max: y}." if isinstance(of, Grid) else ""
        raise _FlawError(
            f"{label!r} is not a level of {of.name}; its levels are {_listed(of.levels)}. Choose one of these.{advice}",
            *below,
        )
    return of.code_of[label]


def _listed(levels: Sequence[str]) -> str:
    more = f" and {len(levels) - SHOWN} more" if len(levels) > SHOWN else ""
    return ", ".join(repr(level) for level in levels[:SHOWN]) + more


def _range(of: Attribute, ends: Range, *below: str) -> list[int]:
    """The levels between two values, both included; no level may lie on both sides of an end."""
    if not isinstance(of, Grid):
        raise _FlawError(f"{of.name} has no values in order, so min and max mean nothing. List its levels.", *below)
    first, last = np.array([of.span(code) for code in range(of.size) if code not in of.unranked]).T
    # A bin with a point inside begins before the point and ends after it: no range may begin or end at the point.
    enclosed = ((first[:, None] < first) & (first < last[:, None])).any(axis=0)
    starts, stops = sorted(first[~enclosed].tolist()), sorted(last[~enclosed].tolist())
    low = _end(of, "min", ends["min"], starts, *below) if "min" in ends else starts[0]
    high = _end(of, "max", ends["max"], stops, *below) if "max" in ends else stops[-1]
    if low > high:
        raise _FlawError(f"min {of.show(low)} is above max {of.show(high)}. Exchange them.", *below)
    return [int(code) for code in np.flatnonzero((low <= first) & (last <= high))]


def _end(of: Grid, key: str, value: float | str, edges: Sequence[int], *below: str) -> int:
    tick = of.tick(value)
    if tick is None:
        kind = "a day such as '2020-01-31'" if of.form else f"a number with at most {of.decimals} decimals"
        raise _FlawError(f"{key} is {value!r}; {of.name} needs {kind}. Correct the value.", *below)
    if tick not in edges:
        near = [[e for e in edges if e < tick][-1:], [e for e in edges if e > tick][:1]]
        offered = " and ".join(of.show(edge) for part in near for edge in part)
        verb = "starts" if key == "min" else "ends"
        raise _FlawError(
            f"{key} is {of.show(tick)}, where no bin of {of.name} {verb}; the nearest: {offered}. Choose one of these, "
            "or change the column's bins.",
            *below,
        )
    return tick


def _frozen(mask: Mask) -> Mask:
    mask = np.ascontiguousarray(mask)
    mask.setflags(write=False)
    return mask
