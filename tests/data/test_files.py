"""Files: every failure of the structure is one clear line without a cell; no cell is a failure."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from dpsynth.data.files import FileSource
from dpsynth.errors import SourceError
from tests.data.study import CANARY, Study, as_arrow, as_csv


def refusal(make: Callable[[], object]) -> str:
    """The text of the one error, which never holds a cell and never shows another error behind it."""
    with pytest.raises(SourceError) as caught:
        make()
    text = str(caught.value)
    assert CANARY not in text and "\n" not in text
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return text


class Counter:
    """Counts how often `opened` was called."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


Write = Callable[..., Path]
BODY = f"1,f,30,{CANARY}\n".encode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("visits.csv", b"", ["visits.csv", "is empty"]),
        ("visits.csv", b"\n\n", ["no header line"]),
        ("visits.csv", b"id,sex,note\n" + BODY, ["no column age", "id, sex, note"]),
        ("visits.csv", BODY, ["none of the declared columns", "id, sex, age", "first line"]),
        ("visits.csv", b"id;sex;age;note\n" + BODY, ["none of the declared columns", "delimiter ','"]),
        ("visits.csv", b"id,sex,age,sex\n" + BODY, ["columns 2 and 4 have the same name"]),
        ("visits.parquet", b"id,sex,age,note\n" + BODY, ["not Parquet"]),
        ("visits.parquet", b"PAR1" + BODY * 9, ["damaged"]),
        ("visits.arrow", b"id,sex,age,note\n" + BODY, ["not Arrow"]),
        ("visits.feather", b"ARROW1" + BODY * 9, ["damaged"]),
        ("visits.csv.gz", b"id,sex,age,note\n" + BODY, ["damaged"]),
        ("visits.xlsx", BODY, ["ending", ".csv", ".parquet"]),
    ],
)
def test_broken_structure(study: Study, csv: Write, name: str, content: bytes, words: list[str]) -> None:
    opened = Counter()
    path = csv(content, name)
    text = refusal(lambda: study.open(FileSource(path), opened=opened))
    assert all(word in text for word in words), text
    assert opened.calls == 0


def test_missing_folder_and_pipe(study: Study, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    opened = Counter()
    for name, word in (("gone.csv", "no such file"), ("folder.csv", "is a folder"), ("pipe.csv", "not a regular file")):
        assert word in refusal(lambda name=name: study.open(FileSource(tmp_path / name), opened=opened))
    assert opened.calls == 0


def test_unreadable(study: Study, csv: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv(b"id,sex,age,note\n" + BODY)

    def refuse(*_: object) -> None:
        raise PermissionError(CANARY)

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read" in refusal(lambda: study.open(FileSource(path)))


@pytest.mark.parametrize("delimiter", ["", "::", '"', "\n", "§"])
def test_delimiters_that_cannot_be(delimiter: str) -> None:
    assert "delimiter" in refusal(lambda: FileSource(Path("visits.csv"), delimiter))


def test_a_type_that_cannot_hold_the_column(study: Study, tmp_path: Path) -> None:
    opened = Counter()
    for column, cells, word in (("age", pa.array([[1]]), "integer"), ("id", pa.array([b"x"]), "cannot hold ids")):
        table = as_arrow([("1", "f", 30, CANARY)])
        pq.write_table(table.set_column(table.column_names.index(column), column, cells), tmp_path / "t.parquet")
        text = refusal(lambda: study.open(FileSource(tmp_path / "t.parquet"), opened=opened))
        assert column in text and word in text
    assert opened.calls == 0


def test_the_file_vanishes_or_changes_after_the_check(study: Study, csv: Write) -> None:
    path = csv(b"id,sex,age,note\n" + BODY)
    assert "no such file" in refusal(lambda: study.open(FileSource(path), opened=path.unlink))
    csv(b"id,sex,age,note\n" + BODY)
    changed = lambda: path.write_bytes(b"id,note\n" + BODY)  # noqa: E731
    assert "changed" in refusal(lambda: study.open(FileSource(path), opened=changed))


def test_damage_inside_the_file(study: Study, tmp_path: Path, visits: list[Any]) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(as_arrow(visits), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[4:200] = b"\xaa" * 196
    path.write_bytes(bytes(content))
    opened = Counter()
    assert "damaged" in refusal(lambda: study.open(FileSource(path), opened=opened))
    assert opened.calls == 1

    zipped = tmp_path / "t.csv.gz"
    zipped.write_bytes(gzip.compress(os.urandom(0) + as_csv(visits * 300))[:-600])
    assert "damaged" in refusal(lambda: study.open(FileSource(zipped)))


def test_typed_schema_without_rows(tmp_path: Path, visits: list[Any]) -> None:
    table = as_arrow(visits)
    coded = table.set_column(1, "sex", table.column("sex").dictionary_encode())
    pq.write_table(coded, tmp_path / "t.parquet")
    pyarrow.feather.write_feather(coded, str(tmp_path / "t.feather"))
    for name in ("t.parquet", "t.feather"):
        kinds = FileSource(tmp_path / name).schema()
        assert list(kinds) == ["id", "sex", "age", "note"]
        assert (kinds["id"], kinds["sex"], kinds["age"]) == (pa.int64(), pa.string(), pa.int32())


def test_the_schema_of_text_reads_the_first_line_only(csv: Write) -> None:
    path = csv(b"id,sex\n" + b"\xff\xfe\0" * 10)
    assert FileSource(path).schema() == {"id": pa.string(), "sex": pa.string()}


def test_names_with_dots_are_not_paths(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "a.b": [2]}), tmp_path / "t.parquet")
    source = FileSource(tmp_path / "t.parquet")
    for columns in (("a",), ("a.b",), ("a.b", "a")):
        (batch,) = source.batches(columns)
        assert batch.schema.names == list(columns)


def test_text_that_is_not_utf8_in_typed_files(tmp_path: Path) -> None:
    cells = pa.array([b"ok", b"\xff", b"\xfe", b"x\0", None], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 5, cells.buffers())
    table = pa.table({"t": text})
    pq.write_table(table, tmp_path / "t.parquet")
    pyarrow.feather.write_feather(table, str(tmp_path / "t.arrow"), compression="uncompressed")
    for name in ("t.parquet", "t.arrow"):
        (batch,) = FileSource(tmp_path / name).batches(("t",))
        assert batch.column(0).to_pylist() == ["ok", "ÿ", "þ", "x\0", None]


def test_fraction_and_rows_left_out(csv: Write) -> None:
    source = FileSource(csv(b"id,sex\n1,f\n2\n"))
    assert source.fraction() == 0.0
    assert sum(batch.num_rows for batch in source.batches(("id",))) == 1
    assert (source.fraction(), source.left_out) == (1.0, 1)
