"""Dummy tables as files in the form of the delivery: endings, delimiters, header, quotes, types."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from dpsynth import _files
from dpsynth.errors import PolicyError

MARK = {"dpsynth": "DUMMY: no real data was read"}
LABEL = "DUMMY"
LONG = pa.large_string()
"""Text with 64-bit offsets, so that no block is too long."""

TYPED = (".parquet", ".arrow", ".feather")
TEXT = (".csv", ".tsv", ".csv.gz", ".tsv.gz")


def delivered_name(file: str) -> str:
    """The name of a table's file in the delivery."""
    return f"{file.removeprefix('example:')}.csv" if file.startswith("example:") else PurePosixPath(file).name


def labelled_name(file: str) -> str:
    """The same name, which says that the rows are invented: visits.csv.gz is visits_DUMMY.csv.gz."""
    stem, ending = _split(delivered_name(file))
    return f"{stem}_{LABEL}{ending}"


def is_typed(file: str) -> bool:
    """Whether the file declares the types of its columns."""
    return _split(delivered_name(file))[1].lower() in TYPED


def _split(name: str) -> tuple[str, str]:
    ending = next((e for e in (*TEXT, *TYPED) if name.lower().endswith(e)), None)
    if ending is None:
        raise PolicyError(f"{name}: its ending is none of {', '.join((*TEXT, *TYPED))}. Correct file in the policy.")
    return name[: -len(ending)], name[-len(ending) :]


class Writer:
    """Writes the blocks of one table to its file; counts rows and digests bytes.

    Attributes:
        rows: rows so far.
    """

    def __init__(self, file: BinaryIO, name: str, delimiter: str, stack: ExitStack) -> None:
        self.rows = 0
        self._file = _files.Digested(file)
        self._ending = _split(name)[1].lower()
        self._delimiter = "\t" if delimiter == "," and ".tsv" in self._ending else delimiter
        self._stack = stack
        self._out: Any = None

    @property
    def sha256(self) -> str:
        """Of what was written, as hex."""
        return self._file.sha256

    def append(self, block: pa.Table) -> None:
        """Appends rows; the first block says what the columns are."""
        if self._out is None:
            self._out = self._open(block.schema.with_metadata(MARK))
        if self._ending in TYPED:
            self._out.write_table(block.replace_schema_metadata(MARK))
        else:
            self._out.write(lines(block, self._delimiter))
        self.rows += block.num_rows

    def _open(self, schema: pa.Schema) -> Any:
        if self._ending == ".parquet":
            return self._stack.enter_context(pa.parquet.ParquetWriter(self._file, schema))
        if self._ending in TYPED:
            return self._stack.enter_context(pa.ipc.new_file(pa.PythonFile(self._file, "w"), schema))
        out: Any = self._file
        if self._ending.endswith(".gz"):
            # No time and no name in it: the same seed gives the same bytes.
            out = self._stack.enter_context(gzip.GzipFile("", "wb", 1, cast(Any, self._file), mtime=0))
        header = pa.table({name: pa.array([name]) for name in schema.names})
        out.write(lines(header, self._delimiter))
        return out


def lines(block: pa.Table, delimiter: str) -> bytes:
    """Rows as delimited text; null is empty, and cells are quoted where they must be."""
    special = "[" + re.escape(delimiter) + '"\r\n]'
    columns, empty = [], pa.scalar("", LONG)
    for column in block.columns:
        texts = column.combine_chunks().cast(LONG)
        quote = pc.match_substring_regex(texts, special)
        if pc.any(quote).as_py():
            doubled = pc.replace_substring(texts, '"', '""')
            texts = pc.if_else(quote, pc.binary_join_element_wise(empty, doubled, empty, pa.scalar('"', LONG)), texts)
        columns.append(texts)
    sign, end = pa.scalar(delimiter, LONG), pa.scalar("\n", LONG)
    joined = pc.binary_join_element_wise(*columns, sign, null_handling="replace", null_replacement="")
    ended = pc.binary_join_element_wise(joined, empty, end)
    _, offsets, content = ended.buffers()
    return b"" if content is None else content.slice(0, int(np.frombuffer(offsets, np.int64)[len(ended)])).to_pybytes()


@contextmanager
def writers(folder: Path, tables: dict[str, tuple[str, str]]) -> Iterator[dict[str, Writer]]:
    """One writer for each table; the files appear when all are complete, or none does.

    Args:
        folder: where the files go.
        tables: table -> (name of its file, delimiter).

    Raises:
        ResourceError: the disk refuses.
    """
    with ExitStack() as files:
        opened = {t: files.enter_context(_files.whole(folder / name, _files.PUBLIC)) for t, (name, _) in tables.items()}
        with ExitStack() as writing:
            yield {t: Writer(opened[t], name, delimiter, writing) for t, (name, delimiter) in tables.items()}
