"""Frames at the door: types come from declarations, and no cell raises."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dpsynth.data.memory import FrameSource
from dpsynth.errors import SourceError


class Unwritable:
    """A cell that cannot be written as text."""

    def __str__(self) -> str:
        raise RuntimeError


MIXED = [
    "a",
    3,
    3.0,
    np.float32(2),
    2.5,
    True,
    np.bool_(False),
    b"\xff",
    None,
    np.nan,
    pd.NA,
    pd.NaT,
    Decimal(7),
    "\ud800",
]


def cells(frame: object, column: str) -> list[object]:
    source = FrameSource(frame)  # type: ignore[arg-type]
    return [cell for batch in source.batches((column,)) for cell in batch.column(0).to_pylist()]


def test_object_columns_are_text_whatever_they_hold() -> None:
    frame = pd.DataFrame({"x": pd.Series([*MIXED, dt.date(2020, 1, 2), Unwritable()], dtype=object)})
    assert FrameSource(frame).schema() == {"x": pa.string()}
    assert FrameSource(frame.iloc[:0]).schema() == {"x": pa.string()}
    assert cells(frame, "x") == [
        "a", "3", "3", "2", "2.5", "true", "false", "ÿ", None, None, None, None, "7", "?", "2020-01-02", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "kind", "expected"),
    [
        (pd.Series([1, None], dtype="Int64"), pa.int64(), [1, None]),
        (pd.Series([1.5, np.nan]), pa.float64(), [1.5, None]),
        (pd.Series([True, None], dtype="boolean"), pa.bool_(), [True, None]),
        (pd.Series(["a", None], dtype="category"), None, ["a", None]),
        (pd.Series([3, None, 3]).astype("category"), pa.float64(), [3.0, None, 3.0]),
        (pd.Series(["a", None], dtype="string"), None, ["a", None]),
        (pd.Series(["a", None], dtype=pd.ArrowDtype(pa.string())), None, ["a", None]),
    ],
)
def test_pandas_types(column: pd.Series, kind: pa.DataType | None, expected: list[object]) -> None:
    schema = FrameSource(pd.DataFrame({"x": column})).schema()
    assert schema["x"] == kind or (kind is None and str(schema["x"]) in ("string", "large_string"))
    assert cells(pd.DataFrame({"x": column}), "x") == expected


def test_dict_and_arrow_table() -> None:
    assert cells({"x": np.array([1, 2])}, "x") == [1, 2]
    assert cells({"x": np.array(["a", "b"])}, "x") == ["a", "b"]
    assert cells(pa.table({"x": pa.chunked_array([["a"], ["b"]]).dictionary_encode()}), "x") == ["a", "b"]
    assert cells(pa.table({"x": pa.array([], pa.int8())}), "x") == []


def test_batches_cover_large_frames_once() -> None:
    assert cells({"x": np.arange(200_000)}, "x") == list(range(200_000))


def test_what_is_no_table() -> None:
    for frame in ({"x": [1], "y": [1, 2]}, {"x": np.zeros((2, 2))}, {"x": 1}):
        with pytest.raises(SourceError, match="not a table") as caught:
            FrameSource(frame)
        assert caught.value.__suppress_context__
    twice = pd.DataFrame([[1, 2]], columns=["x", "x"])
    with pytest.raises(SourceError, match="more than one column is named x"):
        FrameSource(twice).schema()
    with pytest.raises(SourceError, match="column x has the type complex128"):
        FrameSource({"x": np.array([1j])}).schema()
