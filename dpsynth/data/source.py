"""The plug-in point for data sources, and what opening one gives.

A source yields batches of the declared columns and knows nothing about privacy. `open.py` turns the batches into a
`BoundedSource`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import pyarrow as pa

from dpsynth.data.units import Units


class TableSource(Protocol):
    """Rows of one table, somewhere."""

    def schema(self) -> dict[str, pa.DataType]:
        """Column name -> physical type, from the structure alone (header line, declared types); reads no row.

        Raises:
            SourceError: the table is not there or cannot be read as what it claims to be.
        """
        ...

    def batches(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Batches of the named columns. The contents of rows never raise.

        Raises:
            SourceError: the table vanished or the disk failed.
        """
        ...


@runtime_checkable
class Paced(Protocol):
    """A source that knows how far it has been read."""

    def fraction(self) -> float:
        """The part of the table that the running `batches` has read, 0 to 1."""
        ...


@runtime_checkable
class Selective(Protocol):
    """A source that may leave rows out because they are not rows of the table at all."""

    left_out: int


@dataclass(frozen=True)
class BoundedSource:
    """Real rows, encoded, split by person and bounded: at most `rows_per_unit` rows of each person.

    Attributes:
        train: people whose rows are measured.
        reference: held out; what an attacker may know about the population.
        control: held out; people against whom members are compared.
        rows_per_unit: the enforced contribution bound.
        commitment: HMAC-SHA256 over everything read, as hex; its key never leaves the centre.
        notes: what the steward should know, exact and internal: rows_read, rows_left_out (not fields as the header line
            has them), rows_without_id, rows_cut (over the bound); of a panel rows_not_laid_out (of no wave, or second
            ones of a person and wave) instead.
    """

    train: Units
    reference: Units
    control: Units
    rows_per_unit: int
    commitment: str
    notes: Mapping[str, int] = field(default_factory=dict)


Opened = Callable[[], None]
"""Called once, immediately before the first byte of a row is read: the ledger writes `opened`."""
