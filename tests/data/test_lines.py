"""Delimited text: the fast reader equals the obvious one, and no line changes another."""

from __future__ import annotations

import io
import re

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from dpsynth.data import lines as module
from dpsynth.data.lines import DelimitedLines, split_line

HEADER = b"a,b,c\n"
NASTY = st.lists(
    st.sampled_from([b'"', b",", b"x", b"\xff", b"\xc3\xa4", b"\0", b" ", b"1", b'""', b'","', b"\xef\xbb\xbf"]),
    max_size=9,
)


def read(content: bytes, columns: tuple[str, ...] = ("a", "b", "c")) -> list[tuple[str, ...]]:
    batches = list(DelimitedLines(io.BytesIO(content), ",").batches(columns))
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


def oracle(content: bytes) -> list[tuple[str, ...]]:
    """The slow reading, line by line."""

    def text(cell: bytes) -> str:
        try:
            return cell.decode()
        except UnicodeDecodeError:
            return cell.decode("iso-8859-1")

    rows = [split_line(line, b",") for line in re.split(rb"[\r\n]+", content)[1:] if line]
    return [tuple(text(cell) for cell in row) for row in rows if len(row) == 3]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b"", [b""]),
        (b"1,2", [b"1", b"2"]),
        (b",", [b"", b""]),
        (b'"1,2",3', [b"1,2", b"3"]),
        (b'"say ""x""",3', [b'say "x"', b"3"]),
        (b'5" tall,3', [b'5" tall', b"3"]),
        (b'"a"b,3', [b"ab", b"3"]),
        (b'1,"never closed,3', [b"1", b"never closed,3"]),
        (b'""', [b""]),
        (b'"', [b""]),
    ],
)
def test_fields_of_one_line(line: bytes, fields: list[bytes]) -> None:
    assert split_line(line, b",") == fields


@settings(max_examples=300, deadline=None)
@given(st.lists(NASTY.map(b"".join), max_size=8), st.sampled_from([b"\n", b"\r\n", b"\r"]), st.booleans())
def test_the_fast_reader_equals_the_slow_one(rows: list[bytes], end: bytes, closed: bool) -> None:
    content = HEADER + end.join(rows) + (end if closed else b"")
    assert sorted(read(content)) == sorted(oracle(content))


@settings(max_examples=200, deadline=None)
@given(st.lists(NASTY.map(b"".join), max_size=6), NASTY.map(b"".join))
def test_a_line_adds_its_own_rows_and_changes_no_other(rows: list[bytes], line: bytes) -> None:
    good = b'1,2,3\n4,"5,5",6\n'
    content = HEADER + good + b"\n".join(rows) + b"\n"
    without = read(content + good)
    assert sorted(read(content + line + b"\n" + good)) == sorted(without + read(HEADER + line + b"\n"))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_block_borders_do_not_matter(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = HEADER + b'1,"2,2",3\r\n\r\n4,\xc3\xa4,6\rshort\n7,"8,9\n10,11,12'
    whole = read(content)
    monkeypatch.setattr(module, "BLOCK", size)
    assert sorted(read(content)) == sorted(whole) == [("1", "2,2", "3"), ("10", "11", "12"), ("4", "ä", "6")]


def test_a_long_cell_is_read_and_an_endless_row_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    long = b"1," + b"z" * 10_000_000 + b",3\n"
    assert [len(row[1]) for row in read(HEADER + long + b"4,5,6\n")] == [10_000_000, 1]
    monkeypatch.setattr(module, "LONGEST_ROW", 100)
    for block in (64, 1 << 20):
        monkeypatch.setattr(module, "BLOCK", block)
        source = DelimitedLines(io.BytesIO(HEADER + b"1,2,3\n4," + b"z" * 300 + b",6\n7,8,9\n"), ",")
        rows = [row["a"] for batch in source.batches(("a",)) for row in batch.to_pylist()]
        assert (rows, source.left_out) == (["1", "7"], 1)


def test_rows_left_out_are_counted() -> None:
    source = DelimitedLines(io.BytesIO(HEADER + b'1,2\n1,2,3,4\n1,2,3\n\n"x\n'), ",")
    assert sum(batch.num_rows for batch in source.batches(("a",))) == 1
    assert source.left_out == 3


def test_a_cell_that_is_not_utf8_is_latin_1() -> None:
    assert read(HEADER + b"M\xfcnchen,\xc3\xbc,3\n") == [("München", "ü", "3")]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"\xef\xbb\xbfa,b\n1,2", ("a", "b")),
        (b'"a","b c"\r\n', ("a", "b c")),
        (b"\n\r\na,b", ("a", "b")),
        (b"a,b\r1,2\r", ("a", "b")),
        (b"\n\n", None),
        (b"", None),
        (b"x" * (module.LONGEST_HEADER + 1) + b"\n", None),
    ],
)
def test_header_line(content: bytes, names: tuple[str, ...] | None) -> None:
    assert DelimitedLines(io.BytesIO(content), ",").names == names


def test_the_order_of_the_columns_is_that_of_the_request() -> None:
    assert read(HEADER + b"1,2,3\n", ("c", "a")) == [("3", "1")]
