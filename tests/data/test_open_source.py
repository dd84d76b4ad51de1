"""From a table to bounded people: formats agree, order is forgotten, contents never speak."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from dpsynth.data.bounding import bounded
from dpsynth.data.files import FileSource
from dpsynth.data.holdout import people, sides
from dpsynth.data.memory import FrameSource
from dpsynth.data.packing import Packing
from dpsynth.data.source import BoundedSource
from dpsynth.errors import SourceError
from tests.data.study import CANARY, KEY, Row, Study, as_arrow, as_csv, everyone, same

Write = Callable[..., Path]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", "", " 2", None]),
        st.sampled_from(["f", "m", "x", None]),
        st.sampled_from(["0", "17", "200", "-3", "old", None]),
        st.just(CANARY),
    ),
    max_size=14,
)


def texts(rows: list[Row]) -> dict[str, pa.Array]:
    """The columns as text."""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    cells = [[None if cell is None else str(cell) for cell in column] for column in columns]
    return {n: pa.array(c, pa.string()) for n, c in zip(("id", "sex", "age", "note"), cells, strict=True)}


def text_frame(rows: list[Row]) -> FrameSource:
    return FrameSource(pa.table(texts(rows)))


def test_every_format_gives_the_same(study: Study, csv: Write, tmp_path: Path, visits: list[Row]) -> None:
    typed = as_arrow(visits)
    pq.write_table(typed, tmp_path / "a.parquet", row_group_size=50)
    pyarrow.feather.write_feather(typed, str(tmp_path / "a.feather"), chunksize=50)
    pyarrow.feather.write_feather(typed.replace_schema_metadata(), str(tmp_path / "a.arrow"), compression="zstd")
    sources = [
        FileSource(csv(as_csv(visits), "a.csv")),
        FileSource(csv(as_csv(visits, end="\r\n"), "b.csv")),
        FileSource(csv(gzip.compress(as_csv(visits)), "a.csv.gz")),
        FileSource(csv(as_csv(visits, "\t"), "a.tsv")),
        FileSource(csv(gzip.compress(as_csv(visits, "\t")), "a.tsv.gz")),
        FileSource(csv(as_csv(visits, ";"), "c.csv"), ";"),
        FileSource(csv(b"\xef\xbb\xbf" + as_csv(visits)[:-1], "d.csv")),
        FileSource(tmp_path / "a.parquet"),
        FileSource(tmp_path / "a.feather"),
        FileSource(tmp_path / "a.arrow"),
        FrameSource(typed),
        FrameSource(typed.to_pandas()),
        FrameSource(typed.to_pandas().astype(object)),
        FrameSource(typed.to_pandas().astype("category")),
        FrameSource(typed.to_pandas().astype({"id": "float64"})),
        FrameSource(typed.to_pydict()),
        text_frame(visits[::-1]),
    ]
    first = study.open(sources[0])
    assert (first.train.size, first.reference.size, first.control.size) == (36, 12, 12)
    for number, source in enumerate(sources):
        assert same(study.open(source), first), number


def slow(study: Study, rows: list[Row], limit: int) -> list[list[list[int]]]:
    """The obvious way: group in a dict, bound person by person."""
    import dpsynth.data.open as module

    frame = texts(rows)
    who = people(frame["id"], module.subkey(KEY, b"ids"), "strip", frozenset({""}))
    codes = study.domain.encode(frame)
    packing = Packing(tuple(study.domain.sizes.values()))
    mine: dict[tuple[int, int], list[int]] = {}
    for row, known in enumerate(who.known):
        if known:
            mine.setdefault((int(who.high[row]), int(who.low[row])), []).append(row)
    result = []
    for (high, low), numbers in mine.items():
        words, counts = np.unique(packing.pack(codes[numbers])[:, 0], return_counts=True)
        table = np.array([[high, low, w, c] for w, c in zip(words.tolist(), counts.tolist(), strict=True)], np.uint64)
        kept = bounded(table, limit, module.subkey(KEY, b"bounding"))
        result.append(packing.unpack(np.repeat(table[:, 2:3], kept.astype(int), axis=0)).tolist())
    return sorted(result)


def test_equal_to_the_obvious_way(study: Study, visits: list[Row]) -> None:
    assert everyone(study.open(text_frame(visits), limit=2)) == slow(study, visits, 2)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_order_has_no_influence(study: Study, rows: list[Row], order: Any) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)
    assert same(study.open(text_frame(shuffled)), study.open(text_frame(rows)))


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, gone=st.sampled_from(["1", "2", "3"]))
def test_removing_a_person_changes_nobody_else(study: Study, rows: list[Row], gone: str) -> None:
    mine = [row for row in rows if (row[0] or "").strip() == gone]
    others = [row for row in rows if (row[0] or "").strip() != gone]
    alone, rest, whole = (study.open(text_frame(part), limit=2) for part in (mine, others, rows))
    for side in ("train", "reference", "control"):
        parts = [everyone_on(bounded, side) for bounded in (alone, rest, whole)]
        assert sorted(parts[0] + parts[1]) == parts[2]
    assert (whole.commitment == rest.commitment) == (not mine)


def everyone_on(bounded: BoundedSource, side: str) -> list[list[list[int]]]:
    part = getattr(bounded, side)
    return sorted(part.codes[part.owner == person].tolist() for person in range(part.size))


CLEAN = [("1", "f", 30, "x"), ("2", "m", 40, "x"), ("3", "f", 50, "x"), ("2", "m", 41, "x")]


@pytest.mark.parametrize(
    "line",
    [
        b"5,f",
        b"5,f,30,x,y",
        b"",
        b"  ",
        b",f,30,x",
        b" ,f,30,x",
        b'5,"f,30,x',
        b'"5',
        b"\xff\xfe\x00",
        b"\x00",
        b'"',
    ],
)
def test_a_row_without_a_person_or_with_wrong_fields_is_not_there(study: Study, csv: Write, line: bytes) -> None:
    good = as_csv(CLEAN)
    head = good.index(b"\n") + 1
    clean = study.open(FileSource(csv(good)))
    for content in (good[:head] + line + b"\n" + good[head:], good + line, good + line + b"\r\n"):
        assert same(study.open(FileSource(csv(content))), clean)


@pytest.mark.parametrize(
    ("line", "like"),
    [
        (b"5,CANARY,30,x", b"5,,30,x"),
        (b"5,f,200,x", b"5,f,100,x"),
        (b"5,f,CANARY,x", b"5,f,,x"),
        (b'5,f,30,"never closed', b"5,f,30,x"),
        (b"5,f,30," + b"z" * 10_000_000, b"5,f,30,x"),
        (b"5,\xff\xfe,30,\xff", b"5,,30,x"),
        (b"5,f\x00,30,\x00", b"5,,30,x"),
        (b"5,f,30,\xef\xbb\xbf", b"5,f,30,x"),
        (b' 5 ,f,30,5" x', b"5,f,30,x"),
    ],
)
def test_an_odd_cell_changes_its_own_row_only(study: Study, csv: Write, line: bytes, like: bytes) -> None:
    study = study.with_columns(
        id={"role": "unit_key"},
        sex={"type": "category", "source": "doc", "domain": ("f", "m"), "other": False, "nullable": True},
        age={"type": "integer", "source": "doc", "min": 0, "max": 100, "bins": {"each": True}, "nullable": True},
    )
    good = as_csv(CLEAN)
    odd, plain = (study.open(FileSource(csv(good + x + b"\n" + b"6,m,7,x\n"))) for x in (line, like))
    assert same(odd, plain)


def test_tables_at_the_edge(study: Study, csv: Write) -> None:
    head = b"id,sex,age,note\n"
    for content in (head, head[:-1], head + b",f,30,x\n\n,m,4,x\n"):
        empty = study.open(FileSource(csv(content)))
        for part in (empty.train, empty.reference, empty.control):
            assert (part.size, part.codes.shape, part.codes.dtype, part.owner.shape) == (0, (0, 2), np.uint16, (0,))
    one = study.open(FileSource(csv(head + b"1,f,30,x\n")))
    assert sorted((one.train.size, one.reference.size, one.control.size)) == [0, 0, 1]
    column = study.with_columns(
        id={"role": "unit_key"}, sex={"type": "category", "source": "doc", "domain": ("f", "m")}
    )
    assert column.open(FileSource(csv(head + b"1,f,30,x\n2,m,3,x\n"))).rows_per_unit == 3
    nobody = FrameSource(pd.DataFrame({"id": [None, None], "sex": ["f", "m"], "age": [1, 2]}))
    assert study.open(nobody).train.size == 0


def test_one_person_with_ten_thousand_rows(study: Study) -> None:
    rows: list[Row] = [("1", "f", str(i % 100), "x") for i in range(10_000)]
    found = study.open(text_frame([*rows, ("2", "m", "4", "x")]))
    parts = (found.train, found.reference, found.control)
    assert sorted(n for part in parts for n in part.rows_per_unit.tolist()) == [1, 3]


def test_the_key_must_be_long(study: Study) -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        study.open(text_frame([]), key=b"short")


class Recorder:
    """A source that writes down who called it when."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[str] = []
        self.error = error

    def schema(self) -> dict[str, pa.DataType]:
        self.calls.append("schema")
        return {"id": pa.int64(), "sex": pa.string(), "age": pa.int64()}

    def batches(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        self.calls.append("batches")
        for number in range(2):
            self.calls.append("batch")
            yield pa.RecordBatch.from_pydict({c: pa.array([number]).cast(self.schema()[c]) for c in columns})
        if self.error is not None:
            raise self.error


def test_opened_comes_once_between_structure_and_rows(study: Study) -> None:
    source = Recorder()
    study.open(source, opened=lambda: source.calls.append("opened"))
    assert source.calls[:4] == ["schema", "opened", "batches", "batch"]
    assert source.calls.count("opened") == 1


def test_the_errors_of_a_source_are_not_passed_on(study: Study) -> None:
    with pytest.raises(SourceError, match=r"reading it failed \(RuntimeError\)") as caught:
        study.open(Recorder(RuntimeError(CANARY)))
    assert CANARY not in str(caught.value) and caught.value.__suppress_context__


def test_progress_tells_the_same_whatever_the_size(study: Study, visits: list[Row], csv: Write) -> None:
    told: list[list[float]] = []
    for rows in ([], visits[:1], visits * 200):
        steps: list[float] = []
        study.open(FileSource(csv(as_csv(rows))), progress=steps.append)
        told.append(steps)
    assert told == [[percent / 100 for percent in range(101)]] * 3


def test_the_canary_is_nowhere(study: Study, visits: list[Row], csv: Write, capfd: Any, recwarn: Any) -> None:
    found = study.open(FileSource(csv(as_csv(visits) + CANARY.encode() + b",\xff\n")))
    assert CANARY not in repr(found)
    assert capfd.readouterr() == ("", "") and not recwarn.list


def test_the_side_of_a_person_is_the_same_in_every_extract(study: Study, visits: list[Row]) -> None:
    import dpsynth.data.open as module

    ids = sorted({row[0] for row in visits})
    high = people(pa.array(ids), module.subkey(KEY, b"ids"), "strip", frozenset()).high
    in_control, in_reference = sides(high, study.source.holdout)
    for extract in (visits, visits[::2], visits[1::3]):
        present = np.isin(ids, [row[0] for row in extract])
        found = study.open(text_frame(extract))
        assert (found.control.size, found.reference.size) == (
            (in_control & present).sum(),
            (in_reference & present).sum(),
        )


@given(st.lists(st.integers(1, 65536), min_size=1, max_size=9), st.integers(0, 2**32))
def test_packing_goes_back_and_keeps_the_order(sizes: list[int], seed: int) -> None:
    codes = np.random.default_rng(seed).integers(0, sizes, (20, len(sizes))).astype(np.uint16)
    packing = Packing(tuple(sizes))
    words = packing.pack(codes)
    assert packing.unpack(words).tolist() == codes.tolist()
    assert sorted(words.tolist()) == words[np.lexsort(codes.T[::-1])].tolist()
