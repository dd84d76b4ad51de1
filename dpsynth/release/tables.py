"""The synthetic table as files: CSV for people, Parquet for programs.

"SYN" stands in every file name and every key, so that nobody takes a synthetic row for a person. The files are a
function of the synthetic codes, how they come in blocks, the policy and public randomness, byte for byte. They are
written block by block, in memory that does not grow with the number of rows, and whole or not at all.

Text in cells and headers comes from the policy alone: its code lists, its labels, its column names. A level that a
spreadsheet would run as a formula (= + - @ in front) was written by the centre, and stays as the code book spells it:
changed, it would no longer be that code. Text is quoted, so that no level can end a cell or a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from dpsynth import _files
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel
from dpsynth.policy.schema import Policy

ROWS = 1 << 20
"""Rows of a block; a Parquet file has one row group for each."""


def in_blocks(codes: Codes, rows: int = ROWS) -> Iterator[Codes]:
    """Cuts a table of codes into blocks of `rows` rows, at least one."""
    return (codes[start : start + rows] for start in range(0, max(1, len(codes)), rows))


def cut(table: pa.Table, rows: int = ROWS) -> Iterator[pa.Table]:
    """Cuts a finished table into blocks of `rows` rows, at least one."""
    return (table.slice(start, rows) for start in range(0, max(1, table.num_rows), rows))


def synthetic_tables(
    policy: Policy,
    domain: Domain,
    blocks: Iterable[Codes],
    rng: np.random.Generator,
    start: int = 1,
    panel: Panel | None = None,
) -> Iterator[pa.Table]:
    """Cells for blocks of codes, with a fresh key in front; keys count from `start`.

    Args:
        policy: names the key.
        domain: of the codes.
        blocks: codes, shape (rows, columns) each.
        rng: public randomness.
        start: number of the first key.
        panel: the codes are people laid out like this, who get their rows back; None: every row has a key of its own.
    """
    for codes in blocks:
        keys = _keys(start, len(codes))
        if panel is None:
            table = domain.decode(codes, rng)
        else:
            long = panel.lengthen(codes)
            table, keys = panel.rows.decode(long.codes, rng), keys.take(pa.array(long.person))
        yield table.add_column(0, pa.field(policy.table.unit_key, pa.string()), keys)
        start += len(codes)


def _keys(start: int, n: int) -> pa.Array:
    numbers = pc.utf8_lpad(pa.array(np.arange(start, start + n)).cast(pa.string()), 9, "0")
    return pc.binary_join_element_wise(pa.scalar("SYN"), numbers, "")


def write(files: Mapping[str, Path], blocks: Iterable[pa.Table]) -> dict[str, str]:
    """Writes the same table in several forms, in one pass.

    CSV has a header, empty missing cells and quoted text. Parquet is marked as synthetic in its metadata.

    Args:
        files: form (csv, parquet) -> file.
        blocks: parts of the table, at least one.

    Returns:
        Form -> SHA-256 of the file, as hex.

    Raises:
        ResourceError: the disk refuses. Then, and whenever a block cannot be made, none of the files appears.
    """
    blocks = iter(blocks)
    first = next(blocks)
    with ExitStack() as complete, ExitStack() as writing:
        writers = {form: Writer(form, path, complete, writing) for form, path in files.items()}
        for block in chain([first], blocks):
            for writer in writers.values():
                writer.append(block)
    return {form: writer.sha256 for form, writer in writers.items()}


MARK = {"dpsynth": "SYNTHETIC: no row describes a person"}

_WRITERS: dict[str, Callable[[Any, pa.Schema], Any]] = {
    "csv": lambda file, schema: pacsv.CSVWriter(file, schema, write_options=pacsv.WriteOptions(include_header=True)),
    "parquet": pq.ParquetWriter,
}


class Writer:
    """Writes one table to one file, block by block.

    Attributes:
        path: the file, which gets its name when `files` is left.
    """

    def __init__(self, form: str, path: Path, files: ExitStack, writing: ExitStack) -> None:
        """Begins the file.

        Args:
            form: csv or parquet.
            path: the file.
            files: left when all files are complete.
            writing: left before, when all blocks are written.

        Raises:
            ResourceError: the disk refuses.
        """
        self.path, self._form, self._writing = path, form, writing
        self._sink = _files.Digested(files.enter_context(_files.whole(path, _files.PUBLIC)))
        self._writer: Any = None

    def append(self, block: pa.Table) -> None:
        """Appends rows; the first block says what the columns are."""
        block = block.replace_schema_metadata(MARK)
        if self._writer is None:
            self._writer = self._writing.enter_context(_WRITERS[self._form](self._sink, block.schema))
        self._writer.write_table(block)

    @property
    def sha256(self) -> str:
        """Of what was written, as hex."""
        return self._sink.sha256
