"""The side of a person: a keyed function of that person's id and of nothing else."""

from __future__ import annotations

import hashlib
import hmac
import math
from decimal import Decimal

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from dpsynth.data.holdout import Normalise, is_id, normalised, people, sides
from dpsynth.policy.people import Holdout

KEY = b"k" * 32
NOTHING: frozenset[str] = frozenset()


def digests(ids: pa.Array, normalise: Normalise = "strip") -> list[str | None]:
    found = people(ids, KEY, normalise, frozenset({"", "NA"}))
    return [
        f"{high:016x}{low:016x}" if known else None
        for high, low, known in zip(found.high.tolist(), found.low.tolist(), found.known, strict=True)
    ]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=5)), st.binary(min_size=16, max_size=80))
def test_the_digest_is_hmac_sha256(ids: list[str], key: bytes) -> None:
    found = people(pa.array(ids, pa.string()), key, "exact", NOTHING)
    for text, high, low, known in zip(ids, found.high.tolist(), found.low.tolist(), found.known, strict=True):
        digest = hmac.new(key, text.encode(), hashlib.sha256).digest()[:16] if known else bytes(16)
        assert high.to_bytes(8, "big") + low.to_bytes(8, "big") == digest


def test_one_id_in_every_type_is_one_person() -> None:
    kinds = (pa.int8(), pa.int64(), pa.uint32(), pa.float32(), pa.float64(), pa.decimal128(25, 2), pa.string())
    kinds += (pa.large_string(), pa.string_view())
    found = {digests(pa.array([7]).cast(kind))[0] for kind in kinds}
    assert found == {hmac.digest(KEY, b"7", "sha256")[:16].hex()}
    assert digests(pa.array(["7.0", " 7 "])) == digests(pa.array([7, 7]))


@pytest.mark.parametrize(
    ("normalise", "expected"),
    [
        ("exact", [" ab ", "AB", "7.0", "007", "7.00", None, None, None, None]),
        ("strip", ["ab", "AB", "7", "007", "7.00", None, None, None, None]),
        ("strip_upper", ["AB", "AB", "7", "007", "7.00", None, None, None, None]),
    ],
)
def test_normalisation(normalise: Normalise, expected: list[str | None]) -> None:
    ids = pa.array([" ab ", "AB", "7.0", "007", "7.00", "", "  ", None, " NA "])
    assert normalised(ids, normalise, frozenset({"NA"})).to_pylist() == expected


def test_numbers_as_ids() -> None:
    floats = pa.array([1.0, 1.5, -0.0, math.nan, math.inf, None, 1e17])
    assert normalised(floats, "exact", NOTHING).to_pylist() == ["1", "1.5", "0", None, None, None, "100000000000000000"]
    cents = pa.array([Decimal("1.50"), Decimal("20.00"), None], pa.decimal128(38, 2))
    assert normalised(cents, "exact", NOTHING).to_pylist() == ["1.5", "20", None]
    long = pa.array([Decimal("1234567890123456789012345678901234567.1")], pa.decimal128(38, 1))
    assert normalised(long, "exact", NOTHING).to_pylist() == ["1234567890123456789012345678901234567.1"]


def test_all_null_ids() -> None:
    for ids in (pa.nulls(3), pa.array([None, "", "NA"]), pa.array([math.nan])):
        assert not people(ids, KEY, "strip", frozenset({"NA"})).known.any()


def test_types_of_ids() -> None:
    assert all(is_id(kind) for kind in (pa.int64(), pa.string(), pa.float64(), pa.bool_(), pa.null()))
    assert not any(is_id(kind) for kind in (pa.binary(), pa.date32(), pa.list_(pa.int8())))


@given(st.sampled_from([0.1, 0.3, 0.5]), st.sampled_from([0.25, 0.5, 0.9]))
def test_shares_are_binomial(share: float, control: float) -> None:
    n = 20_000
    high = people(pa.array(np.arange(n)), KEY, "strip", NOTHING).high
    in_control, in_reference = sides(high, Holdout(share=share, control=control))
    assert not (in_control & in_reference).any()
    for found, expected in ((in_control, share * control), (in_reference, share * (1 - control))):
        assert abs(found.sum() - n * expected) < 4.5 * math.sqrt(n * expected * (1 - expected))


def test_the_borders_of_the_sides() -> None:
    half, quarter = 2**63, 2**62
    high = np.array([0, quarter - 1, quarter, half - 1, half, 2**64 - 1], np.uint64)
    in_control, in_reference = sides(high, Holdout(share=0.5, control=0.5))
    assert in_control.tolist() == [True, True, False, False, False, False]
    assert in_reference.tolist() == [False, False, True, True, False, False]


@given(st.lists(st.integers(0, 99)), st.integers(0, 99))
def test_nobody_depends_on_anybody_else(others: list[int], mine: int) -> None:
    alone = digests(pa.array([mine]))
    assert digests(pa.array([*others, mine]))[-1:] == alone


def test_another_key_gives_another_split() -> None:
    ids = pa.array(np.arange(1000))
    a, b = (sides(people(ids, key, "strip", NOTHING).high, Holdout(share=0.5))[0] for key in (KEY, b"j" * 32))
    assert 300 < (a != b).sum() < 450  # two independent coins of probability 1/4 differ in 375 of 1,000


@pytest.mark.parametrize("neighbour", ["x", "8", "", "7.0"])
def test_an_id_is_read_the_same_beside_any_other(neighbour: str) -> None:
    alone = people(pa.array(["007"]), KEY, "strip", NOTHING)
    beside = people(pa.array(["007", neighbour]), KEY, "strip", NOTHING)
    assert (alone.high[0], alone.low[0]) == (beside.high[0], beside.low[0])
    seven = people(pa.array(["7"]), KEY, "strip", NOTHING)
    assert seven.high[0] != alone.high[0]
