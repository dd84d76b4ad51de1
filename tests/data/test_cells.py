"""One cell never ends a run, whatever the type of its column."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

from dpsynth.data.cells import plain
from dpsynth.data.lines import split_line
from dpsynth.domain.attribute import grid
from dpsynth.domain.text import to_number


def test_a_day_with_a_time_of_day_is_that_day() -> None:
    day = 86_400_000
    cells = pa.Array.from_buffers(
        pa.date64(), 3, [None, pa.py_buffer(np.array([day, day + 1, -1], np.int64).tobytes())]
    )
    dates = grid("d", [-10.0, 0.0, 1.0, 2.0, 10.0], (), decimals=0, nullable=True, fill=None,
                 absent_texts=frozenset(), form="%Y-%m-%d")  # fmt: skip
    assert dates.encode(plain(cells)).tolist() == [2, 2, 0]


def test_a_decimal_beyond_its_precision_is_a_number_like_any_other() -> None:
    wide = pa.array([Decimal("12345"), Decimal("7")], pa.decimal128(10, 0))
    narrow = pa.Array.from_buffers(pa.decimal128(3, 0), 2, wide.buffers())
    assert to_number(plain(narrow), frozenset()).tolist() == [12345.0, 7.0]


def test_an_index_that_points_nowhere_is_a_missing_cell() -> None:
    indices = pa.array([0, 7, -3, 1, None], pa.int32())
    words = pa.DictionaryArray.from_arrays(indices, pa.array(["a", "b"]), safe=False)
    assert plain(words).to_pylist() == ["a", None, None, "b", None]


def test_a_line_of_delimiters_is_not_split_further_than_needed() -> None:
    assert len(split_line(b"," * 10_000_000, b",", 5)) == 6
