"""Opens a table: structure first, then `opened`, then rows, which leave as codes of bounded people."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.data.bounding import bounded, is_first, whole_people
from dpsynth.data.cells import plain
from dpsynth.data.columns import room
from dpsynth.data.grouping import Grouping
from dpsynth.data.holdout import Words, is_id, people, sides
from dpsynth.data.packing import Packing
from dpsynth.data.source import BoundedSource, Opened, Paced, Selective, TableSource
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel
from dpsynth.errors import DpsynthError, SourceError
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.tables import Table

Progress = Callable[[float], None]
"""Told the fraction that is done: 0.00, 0.01, …, 1.00, each exactly once, so that the calls tell nothing about size."""

_READING = 0.9
"""The part of the work that reading is counted as."""

_BATCH_BYTES = 2**29


def open_source(
    table: Table,
    source: Source,
    contribution: Contribution,
    domain: Domain,
    tables_source: TableSource,
    key: bytes,
    opened: Opened,
    progress: Progress | None = None,
    *,
    panel: Panel | None = None,
    spill: Path | None = None,
    memory: str = "2GB",
) -> BoundedSource:
    """Reads, splits and bounds a table.

    People stand in the order of their digests and each person's rows in the order of their codes, so that neither the
    order of the file nor its format has any influence. The contents of rows never raise.

    Args:
        table: the table of the policy.
        source: whose data they are; the shares of the holdout.
        contribution: how many rows of one person are used.
        domain: the public domain of the columns, as the file has them.
        tables_source: where the rows are.
        key: secret key of the population, at least 16 bytes; the same key and id give the same side in every run.
        opened: called exactly once, after the structure was checked and before any row is read.
        progress: told how far it is.
        panel: lays the rows of each person out as one row; None: rows stay as they are.
        spill: folder inside the centre for rows that do not fit into memory; None: none are written.
        memory: limit of the sorting, in DuckDB's notation.

    Returns:
        The bounded source. Its commitment is the HMAC-SHA256 over the names and sizes of the columns and over all
        encoded rows with their people, before bounding, in sorted order.

    Raises:
        SourceError: the table is not as declared (before `opened`), or vanished or broke while being read.
        ResourceError: neither memory nor the spill folder has room.
        ValueError: the key is too short.
    """
    if len(key) < 16:
        raise ValueError(f"Expected a key of at least 16 bytes, got {len(key)}.")
    check_structure(table, domain, tables_source.schema())
    steps = Steps(progress)
    steps.reach(0.0)
    packing = Packing(tuple(attribute.size for attribute in domain.attributes))
    with Grouping(len(packing.groups), spill, memory) as grouping:
        opened()
        read = known = 0
        for batch in read_batches(table, (table.unit_key, *domain.names), tables_source):
            read += batch.num_rows
            known += _add(batch, table, domain, packing, key, grouping)
            if isinstance(tables_source, Paced):
                steps.reach(_READING * min(1.0, tables_source.fraction()))
        steps.reach(_READING)
        head = json.dumps([list(domain.names), [a.size for a in domain.attributes]]).encode()
        keeping = (
            _AsRows(packing, contribution.max_rows_per_unit, subkey(key, b"bounding"))
            if panel is None
            else _AsPeople(packing, panel)
        )
        result, kept = _collect(grouping, keeping, source, head, key, known, spill)
    steps.reach(1.0)
    left_out = tables_source.left_out if isinstance(tables_source, Selective) else 0
    notes = {
        "rows_read": read + left_out,
        "rows_left_out": left_out,
        "rows_without_id": read - known,
        "rows_cut" if panel is None else "rows_not_laid_out": known - kept,
    }
    return replace(result, notes=notes)


def check_structure(table: Table, domain: Domain, schema: dict[str, pa.DataType], keys: tuple[str, ...] = ()) -> None:
    """Checks that the declared columns are there, in types that can hold them.

    Args:
        table: the table of the policy.
        domain: the released columns.
        schema: what the file declares.
        keys: columns of ids beside the unit key.

    Raises:
        SourceError: a column is missing or stored as something else.
    """
    needed = (table.unit_key, *keys, *domain.names)
    absent = [name for name in needed if name not in schema]
    if len(absent) == len(needed):
        # What the file has is not shown: without a header line its first row stands there.
        raise SourceError(
            f"{table.file}: none of the declared columns is there ({', '.join(needed)}). Check that the first line "
            f"holds the column names and that the delimiter {table.delimiter!r} is right."
        )
    if absent:
        # Shown only when most declared names are there, so that it is a header line and not somebody's row.
        has = f" The file has: {', '.join(schema)}." if 2 * len(absent) < len(needed) else ""
        raise SourceError(
            f"{table.file}: no column {', '.join(absent)}.{has} Correct the name in the policy or the file, and check "
            "that the first line holds the column names."
        )
    for attribute in domain.attributes:
        if not attribute.accepts(schema[attribute.name]):
            declared = getattr(table.columns.get(attribute.name), "type", "modelled")
            raise SourceError(
                f"{table.file}: column {attribute.name} is stored as {schema[attribute.name]}, which cannot hold a "
                f"column of type {declared}. Correct the type in the policy or convert the column."
            )
    for column in (table.unit_key, *keys):
        if not is_id(schema[column]):
            raise SourceError(
                f"{table.file}: column {column} is stored as {schema[column]}, which cannot hold ids. Convert it to "
                "text or numbers."
            )


def read_batches(table: Table, columns: tuple[str, ...], tables_source: TableSource) -> Iterator[pa.RecordBatch]:
    """Batches without dictionaries, small enough for every later step. Foreign errors are never passed on."""
    try:
        for batch in tables_source.batches(columns):
            cells = [plain(column) for column in batch.columns]
            yield from _pieces(pa.RecordBatch.from_arrays(cells, list(batch.schema.names)))
    except (DpsynthError, MemoryError):
        raise
    except Exception as error:
        raise SourceError(f"{table.file}: reading it failed ({type(error).__name__}). Check the source.") from None


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    if batch.num_rows < 2 or batch.nbytes <= _BATCH_BYTES:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _pieces(batch.slice(0, half))
    yield from _pieces(batch.slice(half))


def _add(batch: pa.RecordBatch, table: Table, domain: Domain, packing: Packing, key: bytes, grouping: Grouping) -> int:
    """Encodes a batch; neither cells nor ids live longer than this call. Returns the number of rows with an id."""
    unit_key = table.columns[table.unit_key]
    assert isinstance(unit_key, UnitKey)
    missing = frozenset(text.strip() for text in table.missing_values)
    person = people(batch.column(table.unit_key), subkey(key, b"ids"), unit_key.normalise, missing)
    codes = domain.encode({name: batch.column(name) for name in domain.names})
    grouping.add(person.high[person.known], person.low[person.known], packing.pack(codes)[person.known])
    return int(person.known.sum())


@dataclass(frozen=True)
class _Kept:
    """What is used of some people.

    Attributes:
        codes: shape (kept, columns).
        person: number of each one's person among these people, ascending, shape (kept,).
        high: first half of the digest of that person, shape (kept,).
        rows: rows of the table that it was made from.
    """

    codes: Codes
    person: np.ndarray[Any, np.dtype[np.int64]]
    high: Words
    rows: int


class _AsRows:
    """At most so many rows of each person."""

    def __init__(self, packing: Packing, limit: int, key: bytes) -> None:
        self.columns, self.limit = len(packing.sizes), limit
        self._packing, self._key = packing, key

    def keep(self, chunk: Words) -> _Kept:
        stay = bounded(chunk, self.limit, self._key)
        person = np.cumsum(is_first(chunk, None)) - 1
        codes = self._packing.unpack(np.repeat(chunk[:, 2:-1], stay, axis=0))
        return _Kept(codes, np.repeat(person, stay), np.repeat(chunk[:, 0], stay), int(stay.sum()))


class _AsPeople:
    """One row of each person, with what the person's rows say laid out."""

    limit = 1

    def __init__(self, packing: Packing, panel: Panel) -> None:
        self.columns = len(panel.view.names)
        self._packing, self._panel = packing, panel

    def keep(self, chunk: Words) -> _Kept:
        first = is_first(chunk, None)
        wide = self._panel.widen(self._packing.unpack(chunk[:, 2:-1]), np.cumsum(first) - 1)
        return _Kept(wide.codes, np.arange(len(wide.person)), chunk[first, 0][wide.person], wide.rows)


def _collect(
    grouping: Grouping,
    keeping: _AsRows | _AsPeople,
    source: Source,
    head: bytes,
    key: bytes,
    known: int,
    spill: Path | None,
) -> tuple[BoundedSource, int]:
    """Bounds the sorted rows chunk by chunk, into one array of at most `known` rows; also how many were used.

    People stand in the order of their digests, whose first half decides the side: all of control come first, then all
    of reference, then all of train. So the three parts are three pieces of the array.
    """
    seal = hmac.new(subkey(key, b"commitment"), len(head).to_bytes(8, "big") + head, "sha256")
    codes = room((keeping.columns, known), np.uint16, spill)
    owner = room((known,), np.int32 if known < 2**31 else np.int64, spill)
    rows = persons = control = reference = used = 0
    for chunk in whole_people(grouping.sorted()):
        seal.update(chunk.astype(">u8").tobytes())
        kept = keeping.keep(chunk)
        stop = rows + len(kept.codes)
        codes[:, rows:stop] = kept.codes.T
        owner[rows:stop] = persons + kept.person
        in_control, in_reference = sides(kept.high, source.holdout)
        control, reference = control + int(in_control.sum()), reference + int(in_reference.sum())
        rows, used = stop, used + kept.rows
        persons += int(kept.person[-1]) + 1 if len(kept.person) else 0

    def part(start: int, stop: int) -> Units:
        own = owner[start:stop]
        if start == stop:
            return Units(codes[:, start:stop].T, own, 0)
        own -= own[0]
        return Units(codes[:, start:stop].T, own, int(own[-1]) + 1)

    return (
        BoundedSource(
            train=part(control + reference, rows),
            reference=part(control, control + reference),
            control=part(0, control),
            rows_per_unit=keeping.limit,
            commitment=seal.hexdigest(),
        ),
        used,
    )


def subkey(key: bytes, purpose: bytes) -> bytes:
    """A key for one purpose."""
    return hmac.digest(key, b"dpsynth/" + purpose, "sha256")


class Steps:
    """Percent steps, each told once and none left out."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._next = 0

    def reach(self, fraction: float) -> None:
        """Tells every step up to this fraction."""
        while self._progress is not None and self._next <= int(fraction * 100 + 1e-9):
            self._progress(self._next / 100)
            self._next += 1
