"""Tables in files: delimited text, Parquet, Arrow. Read in batches, never as a whole.

Every failure of the file itself is a `SourceError` in our own words: the texts of the libraries may quote cells and
are never passed on. What stands in the rows never raises.

Parquet and Arrow go through pyarrow, which hands out text cells as the bytes they are. DuckDB's Parquet reader ends
the run at a cell that is not UTF-8 and quotes it, or replaces bytes, so that two ids could become one person.
"""

from __future__ import annotations

import gzip
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet

from dpsynth.data.cells import plain, plain_type
from dpsynth.data.lines import DelimitedLines
from dpsynth.errors import ResourceError, SourceError

TEXT_ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
PARQUET_ENDINGS = (".parquet",)
ARROW_ENDINGS = (".arrow", ".feather")

_BATCH_ROWS = 65536


class FileSource:
    """One file with one table. The ending of its name says what it is; nothing is guessed from its contents.

    Attributes:
        left_out: rows of delimited text that `batches` left out so far because their fields did not fit the header
            line (see `lines.py`). A number about real rows: it stays inside the centre.
    """

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        """Opens nothing yet.

        Args:
            path: .csv, .tsv (both also with .gz), .parquet, .arrow or .feather.
            delimiter: of delimited text, one ASCII character. In a .tsv file `,` means the tab.

        Raises:
            SourceError: the ending or the delimiter is not supported.
        """
        self.path = Path(path)
        self.left_out = 0
        self._fraction = 0.0
        name = self.path.name.lower()
        self._kind = next(
            (
                kind
                for kind, endings in (("text", TEXT_ENDINGS), ("parquet", PARQUET_ENDINGS), ("arrow", ARROW_ENDINGS))
                if name.endswith(endings)
            ),
            None,
        )
        if self._kind is None:
            known = ", ".join((*TEXT_ENDINGS, *PARQUET_ENDINGS, *ARROW_ENDINGS))
            raise self._error(f"its ending is none of {known}. Convert the file or rename it.")
        self._zipped = name.endswith(".gz")
        self._delimiter = "\t" if delimiter == "," and ".tsv" in name[-7:] else delimiter
        if len(self._delimiter) != 1 or not self._delimiter.isascii() or self._delimiter in '"\r\n\0':
            raise self._error(f"delimiter is {delimiter!r}. It must be one ASCII character, not a quote or a line end.")

    def schema(self) -> dict[str, pa.DataType]:
        """Column name -> physical type, from the header line (all text) or the declared types; reads no row.

        Raises:
            SourceError: the file is missing, unreadable, not what its ending says, empty, or names a column twice.
        """
        with self._file() as file:
            if self._kind == "text":
                names = self._lines(file).names or ()
                kinds: tuple[pa.DataType, ...] = (pa.string(),) * len(names)
            else:
                declared = self._parquet(file).schema_arrow if self._kind == "parquet" else self._arrow(file).schema
                names, kinds = tuple(declared.names), tuple(plain_type(kind) for kind in declared.types)
        again = next((i for i, name in enumerate(names) if name and name in names[:i]), None)
        if again is not None:
            # Places, not names: in a file without a header line these would be cells.
            first = names.index(names[again])
            raise self._error(f"columns {first + 1} and {again + 1} have the same name. Give each column its own.")
        return dict(zip(names, kinds, strict=True))

    def batches(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Batches of the named columns, without dictionary encoding. The contents of rows never raise.

        Raises:
            SourceError: the file vanished, changed its columns, or is damaged.
        """
        self._fraction = 0.0
        missing = [name for name in columns if name not in self.schema()]
        if missing:
            raise self._error("its columns changed after they were checked. Leave the file alone during a run.")
        with self._file() as file:
            match self._kind:
                case "text":
                    yield from self._text_batches(file, columns)
                case "parquet":
                    yield from self._parquet_batches(file, columns)
                case _:
                    yield from self._arrow_batches(file, columns)
        self._fraction = 1.0

    def fraction(self) -> float:
        """The part of the file that the running `batches` has read, 0 to 1."""
        return self._fraction

    # -------------------------------------------------------------------------------------------------- by format

    def _lines(self, file: BinaryIO) -> DelimitedLines:
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if self._zipped else file
        lines = DelimitedLines(stream, self._delimiter)
        if lines.names is None:
            raise self._error("it has no header line. The first line must name the columns (at most 1 MiB long).")
        return lines

    def _text_batches(self, file: BinaryIO, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        lines, size = self._lines(file), max(1, self._size())
        for batch in lines.batches(columns):
            self.left_out, self._fraction = lines.left_out, min(1.0, file.tell() / size)
            yield batch
        self.left_out = lines.left_out

    def _parquet(self, file: BinaryIO) -> pa.parquet.ParquetFile:
        self._must_start_with(file, b"PAR1", "Parquet")
        return pa.parquet.ParquetFile(file)

    def _parquet_batches(self, file: BinaryIO, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        table, done = self._parquet(file), 0
        for batch in table.iter_batches(_BATCH_ROWS, columns=list(columns)):
            done += batch.num_rows
            self._fraction = min(1.0, done / max(1, table.metadata.num_rows))
            yield _pick(batch, columns)

    def _arrow(self, file: BinaryIO) -> pa.ipc.RecordBatchFileReader:
        self._must_start_with(file, b"ARROW1", "Arrow")
        return pa.ipc.open_file(pa.PythonFile(file, "r"))

    def _arrow_batches(self, file: BinaryIO, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        table = self._arrow(file)
        for i in range(table.num_record_batches):
            batch = table.get_batch(i)
            for start in range(0, batch.num_rows, _BATCH_ROWS):
                yield _pick(batch.slice(start, _BATCH_ROWS), columns)
            self._fraction = (i + 1) / table.num_record_batches

    # ---------------------------------------------------------------------------------------------- what can go wrong

    def _must_start_with(self, file: BinaryIO, magic: bytes, name: str) -> None:
        if file.read(len(magic)) != magic:
            raise self._error(f"it is not {name} data, although its name says so. Convert the file or rename it.")
        file.seek(0)

    def _size(self) -> int:
        return self.path.stat().st_size

    @contextmanager
    def _file(self) -> Iterator[BinaryIO]:
        """The open file; failures in the body become errors in our words."""
        try:
            mode = self.path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise self._error("it is a folder. Name one file.")
            if not stat.S_ISREG(mode):
                raise self._error("it is not a regular file. Name a file on a disk.")
            if not self._size():
                raise self._error("it is empty, without even a header. Check how it was exported.")
            with self._open() as file:
                yield file
        except SourceError:
            raise
        except MemoryError:
            raise ResourceError(f"{self.path}: one batch of it does not fit into memory. Free memory.") from None
        except (FileNotFoundError, NotADirectoryError):
            raise self._error("there is no such file. Check the path, which counts from the policy.") from None
        except PermissionError:
            raise self._error("it may not be read by this user. Ask for the permission to read it.") from None
        except (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowException, OSError, ValueError, KeyError):
            raise self._error("it cannot be read: the file is damaged or incomplete, or its disk failed.") from None

    def _open(self) -> BinaryIO:
        return cast(BinaryIO, self.path.open("rb"))

    def _error(self, what: str) -> SourceError:
        return SourceError(f"{self.path}: {what}")


def _pick(batch: pa.RecordBatch, columns: tuple[str, ...]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([plain(batch.column(name)) for name in columns], list(columns))
