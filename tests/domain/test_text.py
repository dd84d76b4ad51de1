"""Reading numbers: the fast way equals the slow one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.domain import text

digits = st.text("0123456789", max_size=20)
numeric = st.one_of(
    st.from_regex(r"[-+]?[0-9]{0,20}\.?[0-9]{0,20}([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    st.floats().map(repr),
    st.from_regex(r"[-+]?(inf|nan|infinity|INF|NaN)(\([a-z]*\))?", fullmatch=True),
    st.text("0123456789.eE+-_ naifty", max_size=8),
)


@settings(max_examples=400, deadline=None)
@given(numeric)
def test_a_number_reads_the_same_beside_an_unreadable_cell(number: str) -> None:
    alone = text.to_number(pa.array([number]), frozenset())[0]
    beside = text.to_number(pa.array([number, "unreadable"]), frozenset())[0]
    np.testing.assert_equal(alone, beside)


@settings(max_examples=100, deadline=None)
@given(st.floats(allow_nan=False))
def test_numbers_keep_every_bit(number: float) -> None:
    assert text.to_number(pa.array([repr(number)]), frozenset())[0] == number


def test_to_text_spells_whole_numbers_without_a_point() -> None:
    cells = pa.array([1.0, -0.0, 0.0, 1.5, 1e20, float("inf"), float("nan"), None])
    assert text.to_text(cells).to_pylist() == ["1", "0", "0", "1.5", "100000000000000000000", "inf", None, None]


def test_broken_utf8_is_repaired() -> None:
    broken = pa.StringArray.from_buffers(
        2, pa.py_buffer(np.array([0, 1, 3], np.int32).tobytes()), pa.py_buffer(b"a\xffb")
    )
    assert text.to_text(broken).to_pylist() == ["a", "\ufffdb"]
