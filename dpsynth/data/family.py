"""Opens several tables: structure first, then `opened`, then rows, which leave as codes of bounded people.

`reading.py` says how a table is read, `joining.py` whose row each row is and which rows take no part.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dpsynth.data.holdout import Words, sides
from dpsynth.data.joining import Joined, joined
from dpsynth.data.open import Progress, Steps, check_structure, subkey
from dpsynth.data.reading import TableReading
from dpsynth.data.source import Opened, Selective, TableSource
from dpsynth.data.units import Units
from dpsynth.domain.deriving import view_of_people, view_of_rows
from dpsynth.domain.family import Family
from dpsynth.policy.load import LoadedPolicy


@dataclass(frozen=True)
class FamilyUnits:
    """A group of people with their rows in all tables.

    Attributes:
        people: the view of people; one row each.
        rows: table -> the view of its rows, owners being the rows of `people`.
    """

    people: Units
    rows: Mapping[str, Units]

    @property
    def size(self) -> int:
        """Number of people."""
        return self.people.size


@dataclass(frozen=True)
class BoundedFamily:
    """Real rows of several tables, encoded, split by person and bounded.

    Attributes:
        train: people whose rows are measured.
        reference: held out; what an attacker may know about the population.
        control: held out; people against whom members are compared.
        commitment: HMAC-SHA256 over everything read, as hex; its key never leaves the centre.
        notes: what the steward should know, exact and internal: TABLE.rows_read, TABLE.rows_left_out (not fields as
            the header line has them), TABLE.rows_without_person (without an id, a person or a parent, or a second row
            where one belongs), TABLE.rows_cut (over the bound).
    """

    train: FamilyUnits
    reference: FamilyUnits
    control: FamilyUnits
    commitment: str
    notes: Mapping[str, int] = field(default_factory=dict)


def open_family(
    loaded: LoadedPolicy,
    family: Family,
    sources: Mapping[str, TableSource],
    key: bytes,
    opened: Opened,
    progress: Progress | None = None,
    *,
    spill: Path | None = None,
    memory: str = "2GB",
) -> BoundedFamily:
    """Reads, joins, splits and bounds the tables of a policy.

    Args:
        loaded: the policy.
        family: its views.
        sources: where the rows of each table are.
        key: secret key of the population, at least 16 bytes.
        opened: called exactly once, after the structure of all tables was checked and before any row is read.
        progress: told how far it is.
        spill: folder inside the centre for what sorting does not fit into memory; None: none is written.
        memory: limit of the sorting, in DuckDB's notation.

    Raises:
        SourceError: a table is not as declared (before `opened`), or vanished or broke while being read.
        ResourceError: neither memory nor the spill folder has room.
        ValueError: the key is too short.
    """
    if len(key) < 16:
        raise ValueError(f"Expected a key of at least 16 bytes, got {len(key)}.")
    readings = _checked(loaded, family, sources)
    steps = Steps(progress)
    steps.reach(0.0)
    opened()
    seal = hmac.new(subkey(key, b"commitment"), digestmod="sha256")
    read: dict[str, Words] = {}
    notes: dict[str, int] = {}
    for i, reading in enumerate(readings):

        def tell(part: float, done: int = i) -> None:
            steps.reach(0.9 * (done + part) / len(readings))

        words, number = reading.read(sources[reading.name], key, tell, spill, memory)
        head = json.dumps([reading.name, list(reading.codec.names), [a.size for a in reading.codec.attributes]])
        seal.update(len(head.encode()).to_bytes(8, "big") + head.encode() + len(words).to_bytes(8, "big"))
        seal.update(words.astype(">u8").tobytes())
        read[reading.name] = words
        source = sources[reading.name]
        left_out = source.left_out if isinstance(source, Selective) else 0
        notes |= {f"{reading.name}.rows_read": number + left_out, f"{reading.name}.rows_left_out": left_out}
    people = joined({r.name: r for r in readings}, family, read, subkey(key, b"bounding"), notes)
    whole = _views(family, people)
    in_control, in_reference = sides(people.digests, loaded.policy.source.holdout)
    control, reference = int(in_control.sum()), int(in_reference.sum())
    steps.reach(1.0)
    # People stand in the order of their digests, whose first half decides the side.
    return BoundedFamily(
        train=_part(whole, control + reference, len(people.digests)),
        reference=_part(whole, control, control + reference),
        control=_part(whole, 0, control),
        commitment=seal.hexdigest(),
        notes=notes,
    )


def check_structures(loaded: LoadedPolicy, family: Family, sources: Mapping[str, TableSource]) -> None:
    """Compares the structure of all tables with the policy; reads no row.

    Raises:
        SourceError: a table is not as declared.
    """
    _checked(loaded, family, sources)


def _checked(loaded: LoadedPolicy, family: Family, sources: Mapping[str, TableSource]) -> list[TableReading]:
    readings = [TableReading(loaded, family, name) for name in _names(family)]
    for reading in readings:
        check_structure(reading.table, reading.stored, sources[reading.name].schema(), reading.keys)
    return readings


def _names(family: Family) -> list[str]:
    return [*([] if family.people is None else [family.people]), *(rows.name for rows in family.rows)]


def _views(family: Family, people: Joined) -> FamilyUnits:
    """The views of everybody; rows over the bound say what they say of others, and are left out."""
    coded = people.coded
    of_people = view_of_people(family, coded)
    rows = {}
    for table in family.rows:
        codes, stay = view_of_rows(family, table, coded, of_people), people.keep[table.name]
        rows[table.name] = Units(np.asfortranarray(codes[stay]), coded.rows[table.name].owner[stay], coded.size)
    return FamilyUnits(Units(of_people, np.arange(coded.size), coded.size), rows)


def _part(whole: FamilyUnits, start: int, stop: int) -> FamilyUnits:
    """The people with these numbers."""

    def cut(units: Units) -> Units:
        first, last = (int(i) for i in np.searchsorted(units.owner, [start, stop]))
        return Units(units.codes[first:last], units.owner[first:last] - start, stop - start)

    return FamilyUnits(cut(whole.people), {name: cut(units) for name, units in whole.rows.items()})
