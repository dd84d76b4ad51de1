"""Delimited text, one row a line: no line can change how another line is read.

A row is one person's, so its meaning must not depend on the rows around it. The general format breaks that: a quote
that is never closed swallows the lines that follow, which are other people's. (DuckDB's reader does so, and with
mixed line ends it loses good rows; both were tested.) Hence the rule here is stricter than the format:

- LF, CRLF and CR end a row, always, also inside quotes. A quote still open there is closed by it.
- Blank lines are no rows.
- A field in quotes may hold the delimiter, and `""` for a quote. A quote inside a field that does not start with one
  is an ordinary character. What stands between a closing quote and the next delimiter is added to the field.
- A row with more or fewer fields than the header line is left out.
- A row of more than 64 MiB is left out.
- A cell that is not UTF-8 is read as ISO 8859-1. A NUL is an ordinary character.

Tables whose cells hold line breaks belong into Parquet or Arrow files.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from dpsynth.data.cells import text_from_bytes

LONGEST_ROW = 64 * 2**20
"""Bytes of the longest row that is read."""

LONGEST_HEADER = 2**20
"""Bytes of the longest header line that is read."""

BLOCK = 4 * 2**20
"""Bytes that are read at a time."""

_BOM = b"\xef\xbb\xbf"


def split_line(line: bytes, delimiter: bytes, most: int | None = None) -> list[bytes]:
    """The fields of one line, at most `most` + 1 of them. Total: every line has fields."""
    fields, at = [], 0
    while True:
        if line[at : at + 1] == b'"':
            field, stop = _quoted(line, at + 1, delimiter)
        else:
            stop = line.find(delimiter, at)
            stop = len(line) if stop < 0 else stop
            field = line[at:stop]
        fields.append(field)
        if stop >= len(line) or (most is not None and len(fields) > most):
            return fields
        at = stop + 1


def _quoted(line: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    """The field whose opening quote stands before `at`, and where it ends."""
    parts: list[bytes] = []
    while True:
        quote = line.find(b'"', at)
        if quote < 0:
            return b"".join([*parts, line[at:]]), len(line)
        parts.append(line[at:quote])
        if line[quote + 1 : quote + 2] != b'"':
            stop = line.find(delimiter, quote)
            stop = len(line) if stop < 0 else stop
            return b"".join([*parts, line[quote + 1 : stop]]), stop
        parts.append(b'"')
        at = quote + 2


class DelimitedLines:
    """The rows of a stream of delimited text.

    Attributes:
        names: the fields of the header line; None when there is none: the stream is empty, or its first line is
            longer than `LONGEST_HEADER`.
        left_out: rows left out so far. A number about real rows: it stays inside the centre.
    """

    def __init__(self, stream: BinaryIO, delimiter: str) -> None:
        """Reads the header line.

        Args:
            stream: the bytes, uncompressed.
            delimiter: one ASCII character, neither a quote nor a line end.
        """
        self._stream = stream
        self._delimiter = delimiter.encode("ascii")
        sign = f"\\x{{{ord(delimiter):x}}}"
        field = f'(?:"(?:[^"]|"")*"|[^"{sign}\\n]*)'
        self._well_formed = rf"\A{field}(?:{sign}{field})*\n\z"
        self.left_out = 0
        self._rest = b""
        self.names = self._header()

    def _header(self) -> tuple[str, ...] | None:
        start = b""
        while True:
            more = self._stream.read(min(BLOCK, 2**16))
            start = (start + more).removeprefix(_BOM) if len(start) < len(_BOM) else start + more
            start = start.lstrip(b"\r\n")
            end = re.search(rb"[\r\n]", start)
            if end or not more:
                line = start[: end.start()] if end else start
                self._rest = start[len(line) :]
                break
            if len(start) > LONGEST_HEADER:
                return None
        if not line or len(line) > LONGEST_HEADER:
            return None
        fields = pa.array(split_line(line, self._delimiter), pa.binary())
        return tuple(text_from_bytes(fields).to_pylist())

    def batches(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """The rows after the header line; the named columns as text."""
        for block in self._blocks():
            yield self._parse(block, columns)

    def _blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines that end with LF; an over-long line is left out."""
        rest, too_long = self._rest.replace(b"\r", b"\n"), False
        self._rest = b""
        while True:
            more = self._stream.read(BLOCK)
            # CR becomes LF on its own: of the two that CRLF leaves, the second makes a blank line, which is no row.
            block = rest + more.replace(b"\r", b"\n") if more else rest + b"\n"
            if too_long:
                end = block.find(b"\n")
                block, too_long = (b"", True) if end < 0 else (block[end:], False)
            cut = block.rfind(b"\n") + 1
            rest = block[cut:]
            if len(rest) > LONGEST_ROW:
                rest, too_long = b"", True
                self.left_out += 1
            if cut > 1:
                yield block[:cut]
            if not more:
                return

    def _parse(self, block: bytes, columns: tuple[str, ...]) -> pa.RecordBatch:
        """Fast for well-formed lines, field by field for the rest; both follow `split_line`."""
        assert self.names is not None
        lines = _line_array(block)
        size = pc.binary_length(lines)
        lines = lines.filter(pc.and_(pc.greater(size, 1), pc.less_equal(size, LONGEST_ROW + 1)))
        self.left_out += pc.sum(pc.greater(size, LONGEST_ROW + 1)).as_py() or 0
        well_formed, outside = pc.is_valid(lines), lines
        if quotes := b'"' in block:
            well_formed = pc.match_substring_regex(lines, self._well_formed)
            outside = pc.replace_substring_regex(lines, '"[^"]*"', "")  # of well-formed lines: all but quoted fields
        fits = pc.equal(pc.count_substring(outside, self._delimiter.decode()), len(self.names) - 1)
        fast = self._fast(lines.filter(pc.and_(well_formed, fits)), columns, quotes)
        self.left_out += pc.sum(pc.and_(well_formed, pc.invert(fits))).as_py() or 0
        broken = lines.filter(pc.invert(well_formed)).to_pylist()
        if not broken:
            return fast
        slow = self._slow([line.removesuffix(b"\n") for line in broken], columns)
        both = [pa.concat_arrays([a, b]) for a, b in zip(fast.columns, slow.columns, strict=True)]
        return pa.RecordBatch.from_arrays(both, list(columns))

    def _fast(self, lines: pa.Array, columns: tuple[str, ...], quotes: bool) -> pa.RecordBatch:
        """Well-formed lines with the right number of fields, so that the reader has nothing to complain about."""
        assert self.names is not None
        # The blank line in front keeps a byte order mark at the start of the block a part of its cell.
        block = b"\n" + _bytes_of(lines)
        names = [str(i) for i in range(len(self.names))]
        wanted = [str(self.names.index(column)) for column in columns]
        table = pa.csv.read_csv(
            io.BytesIO(block),
            read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
            parse_options=pa.csv.ParseOptions(
                delimiter=self._delimiter.decode(),
                quote_char='"' if quotes else False,
                double_quote=quotes,
                escape_char=False,
                newlines_in_values=False,
                ignore_empty_lines=True,
            ),
            convert_options=pa.csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.binary()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        cells = [pa.concat_arrays(table.column(name).chunks or [pa.array([], pa.binary())]) for name in wanted]
        return pa.RecordBatch.from_arrays([text_from_bytes(cell) for cell in cells], list(columns))

    def _slow(self, lines: list[bytes], columns: tuple[str, ...]) -> pa.RecordBatch:
        assert self.names is not None
        rows = [split_line(line, self._delimiter, len(self.names)) for line in lines]
        kept = [row for row in rows if len(row) == len(self.names)]
        self.left_out += len(rows) - len(kept)
        places = [self.names.index(column) for column in columns]
        cells = [pa.array([row[place] for row in kept], pa.binary()) for place in places]
        return pa.RecordBatch.from_arrays([text_from_bytes(cell) for cell in cells], list(columns))


def _line_array(block: bytes) -> pa.Array:
    """The lines of a block, each with its LF, without copying them."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    offsets = np.concatenate([[0], ends]).astype(np.int64)
    return pa.Array.from_buffers(pa.large_binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(block)])


def _bytes_of(lines: pa.Array) -> bytes:
    """The lines of an array, one after the other."""
    _, offsets, content = lines.buffers()
    if content is None or not len(lines):
        return b""
    first, last = (int(np.frombuffer(offsets, np.int64)[lines.offset + i]) for i in (0, len(lines)))
    return bytes(content.slice(first, last - first))
