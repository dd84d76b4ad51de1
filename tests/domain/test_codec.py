"""The codec: every code comes back from its cells, and no cell of any type can raise."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from dpsynth.domain.attribute import Attribute, Category, Grid
from dpsynth.domain.domain import Domain
from dpsynth.policy.columns import Column
from dpsynth.policy.tables import Table

COLUMN: TypeAdapter[Any] = TypeAdapter(Column)
MISSING_TEXTS = ("", "?", "NA")


def domain_of(missing_values: tuple[str, ...] = MISSING_TEXTS, **columns: dict[str, Any]) -> Domain:
    described = {name: {"source": "doc", **column} for name, column in columns.items()}
    text = json.dumps(
        {
            "file": "x.csv",
            "missing_values": missing_values,
            "columns": {"id": {"role": "unit_key"}, **described},
        }
    )
    return Domain.from_table(Table.model_validate_json(text), {})


def attribute(missing_values: tuple[str, ...] = MISSING_TEXTS, **column: Any) -> Any:
    return domain_of(missing_values, x=column)["x"]


def encode(of: Attribute, cells: list[Any], kind: pa.DataType | None = None) -> list[str]:
    return [of.levels[code] for code in of.encode(pa.array(cells, kind))]


# ------------------------------------------------------------------------------------------------- random columns

labels = st.one_of(
    st.integers(-50, 50),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(lambda s: s == s.strip()),
)


@st.composite
def categories(draw: st.DrawFn) -> dict[str, Any]:
    domain = draw(st.lists(labels, min_size=1, max_size=6, unique_by=str))
    other = draw(st.sampled_from(["other", "rest", False]))
    return {"type": "category", "domain": domain, "other": other, "nullable": other is False or draw(st.booleans())}


@st.composite
def booleans(draw: st.DrawFn) -> dict[str, Any]:
    true, false = draw(
        st.sampled_from([((1, "Ja"), (0, "NEIN")), (("true", "t", 1), ("false", 0)), (("İ", "x"), ("ß",))])
    )
    nullable = draw(st.booleans())
    fill = {} if nullable else {"missing_as": draw(st.booleans())}
    return {"type": "boolean", "true_values": true, "false_values": false, "nullable": nullable, **fill}


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    decimals = draw(st.integers(0, 9))
    integer = decimals == 0 and draw(st.booleans())
    reach = draw(st.sampled_from([20, 1000, 10**14 // 10**decimals]))
    unit = 10**decimals

    def value(low: int, high: int) -> float:
        tick = draw(st.integers(low * unit, high * unit))
        return tick if integer else tick / unit

    low = value(-reach, reach - 1)
    high = value(-reach, reach)
    assume(low < high)
    inner = sorted({v for v in (value(-reach, reach) for _ in range(draw(st.integers(0, 4)))) if low < v < high})
    ways: list[dict[str, Any]] = [
        {"count": draw(st.integers(1, 12))},
        {"width": (high - low) / draw(st.integers(1, 7))},
        {"edges": [low, *inner, high]},
    ]
    if integer and high - low < 50:
        ways.append({"each": True})
    bins = draw(st.sampled_from(ways))
    if draw(st.booleans()):
        bins = {**bins, "points": sorted({low, *inner[:1], high} if draw(st.booleans()) else {low})}
    nullable = draw(st.booleans())
    column: dict[str, Any] = {"type": "integer", "min": low, "max": high, "bins": bins, "nullable": nullable}
    if not integer:
        column |= {"type": "real", "decimals": decimals}
    return column if nullable else {**column, "missing_as": low}


@st.composite
def dates(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(st.dates())
    last = first + dt.timedelta(days=draw(st.integers(1, 2000)))
    nullable = draw(st.booleans())
    return {
        "type": "date",
        "min": first.isoformat(),
        "max": last.isoformat(),
        "bins": draw(st.sampled_from(["day", "week", "month", "quarter", "year"])),
        "format": draw(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d %H:%M"])),
        "nullable": nullable,
        **({} if nullable else {"missing_as": last.isoformat()}),
    }


@st.composite
def attributes(draw: st.DrawFn) -> tuple[Attribute, dict[str, Any]]:
    column = draw(st.one_of(categories(), booleans(), numbers(), dates()))
    try:
        return attribute(**column), column
    except (ValidationError, OverflowError):
        assume(False)
        raise


def as_text(cells: pa.Array, form: str | None) -> list[str | None]:
    def spell(cell: Any) -> str | None:
        if cell is None:
            return None
        if isinstance(cell, dt.date):
            # strftime pads the year differently from system to system.
            return cell.strftime(str(form).replace("%Y", f"{cell.year:04d}"))
        return str(cell).lower() if isinstance(cell, bool) else str(cell)

    return [spell(cell) for cell in cells.to_pylist()]


@settings(max_examples=250, deadline=None)
@given(attributes(), st.integers(0, 2**32 - 1))
def test_every_code_comes_back(pair: tuple[Attribute, dict[str, Any]], seed: int) -> None:
    of, column = pair
    codes = np.tile(np.arange(of.size, dtype=np.uint16), 4)
    cells = of.decode(codes, np.random.default_rng(seed))
    assert of.accepts(cells.type)
    texts = as_text(cells, column.get("format"))
    forms: dict[str, Any] = {
        "typed": cells,
        "text": pa.array(texts, pa.string()),
        "large text": pa.array(texts, pa.large_string()),
        "text view": pa.array(texts, pa.string_view()),
        "dictionary": pa.array(texts, pa.string()).dictionary_encode(),
        "typed dictionary": cells.dictionary_encode(),
        "chunked": pa.chunked_array([cells[:3], cells[3:]]),
        "spaces around": pa.array([None if t is None else f" {t} " for t in texts], pa.string()),
        "pandas text": pa.Array.from_pandas(pd.Series(texts, dtype="str")),
        "pandas objects": pa.Array.from_pandas(pd.Series(texts, dtype=object), type=pa.string()),
    }
    if isinstance(of, Grid) and of.form is None and of.decimals == 0:
        forms["floating"] = cells.cast(pa.float64(), safe=False)
    if isinstance(of, Grid) and of.form is not None:
        forms["moments"] = cells.cast(pa.timestamp("us"))
    for name, form in forms.items():
        assert of.accepts(form.type), name
        np.testing.assert_array_equal(of.encode(form), codes, err_msg=name)


@settings(max_examples=150, deadline=None)
@given(attributes())
def test_levels_are_distinct_and_special_codes_point_at_them(pair: tuple[Attribute, dict[str, Any]]) -> None:
    of, column = pair
    assert len(set(of.levels)) == of.size
    assert (of.missing is not None) == column["nullable"]
    assert of.missing is None or (of.levels[of.missing] == "missing" and of.missing == of.size - 1)
    assert of.other is None or of.levels[of.other] == column["other"]
    assert all(0 <= code < of.size for code in of.edges)
    if isinstance(of, Grid):
        middle = of.midpoints()
        rest = np.delete(middle, of.missing) if of.missing is not None else middle
        assert np.isfinite(rest).all() and (np.diff(rest) >= 0).sum() >= len(rest) - 1 - len(of.points)


# ------------------------------------------------------------------------------------------------------- totality

KINDS: dict[str, Any] = {
    "category": {"type": "category", "domain": ["a", "b", 3]},
    "strict category": {"type": "category", "domain": ["a"], "other": False, "nullable": True},
    "boolean": {"type": "boolean", "nullable": True},
    "filled boolean": {"type": "boolean", "missing_as": True},
    "integer": {"type": "integer", "min": 0, "max": 9, "bins": {"each": True}, "nullable": True},
    "real": {"type": "real", "min": -1, "max": 1, "bins": {"count": 4, "points": [0]}, "decimals": 3, "missing_as": 0},
    "date": {"type": "date", "min": "1900-01-01", "max": "2030-12-31", "bins": "year", "nullable": True},
    "week date": {
        "type": "date",
        "min": "2000-01-01",
        "max": "2001-01-01",
        "format": "%G-%V-%u",
        "missing_as": "2000-06-01",
    },
    "zoned date": {"type": "date", "min": "2000-01-01", "max": "2001-01-01", "format": "%Y-%m-%d%z", "nullable": True},
}

wild = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.floats().map(str),
    st.integers().map(str),
    st.dates().map(str),
    st.sampled_from(
        [
            "1e400",
            "-1e400",
            "1e-400",
            "inf",
            "-Infinity",
            "nan",
            "NaN",
            "nan(1)",
            "-0.0",
            "+5",
            "5.",
            ".5",
            "1_000",
            "1,5",
            "0x10",
            "١٢",
            "１",
            "1e5",
            "1e+5",
            "--",
            "9999-12-31",
            "0001-01-01",
            "0000-01-01",
            "2020-02-30",
            "1600-01-01",
            "9999-53-7",
            "0001-01-1",
            "0001-01-01+2359",
            "9999-12-31-2359",
            "2020-1-1",
            "😀",
            "TRUE",
        ]
    ),
    st.sampled_from(
        ["", " ", "\x00", "1\x00", "a\x00", "\ufeff1", "\u2003a\u2003", "9" * 400, "1" * 5000, "-" * 9, "1 2"]
    ),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(wild, max_size=8))
@example(texts=[])
@example(texts=[None])
def test_any_text_gets_a_code_that_depends_on_its_own_cell_alone(kind: str, texts: list[str | None]) -> None:
    of = attribute(**KINDS[kind])
    codes = of.encode(pa.array(texts, pa.string()))
    assert codes.dtype == np.uint16 and codes.shape == (len(texts),) and (codes < of.size).all()
    alone = [of.encode(pa.array([text], pa.string()))[0] for text in texts]
    assert alone == codes.tolist()


def typed_columns() -> list[pa.Array]:
    whole = [pa.array([0, 1, None], kind) for kind in (pa.int8(), pa.uint8(), pa.int16(), pa.uint32())]
    moments = [
        pa.array([-(2**62), -1, 0, 2**62, None], pa.timestamp(unit, zone))
        for unit in ("s", "ms", "us", "ns")
        for zone in (None, "UTC", "Europe/Berlin", "Nowhere/Land")
    ]
    big = decimal.Decimal(10) ** 37
    return [
        *whole,
        *moments,
        pa.array([2**63 - 1, -(2**63), None], pa.int64()),
        pa.array([2**64 - 1, 0, None], pa.uint64()),
        pa.array(np.array([np.inf, -np.inf, np.nan, -0.0], np.float16)),
        pa.array([1.5, 3e38, None, float("nan")], pa.float32()),
        pa.array([float("inf"), -float("inf"), float("nan"), -0.0, 1e308, 5e-324, None], pa.float64()),
        pa.array([decimal.Decimal("1.10"), None], pa.decimal32(5, 2)),
        pa.array([decimal.Decimal("1.10"), None], pa.decimal64(5, 2)),
        pa.array([big, -big, None], pa.decimal128(38, 0)),
        pa.array([decimal.Decimal("1E+2"), None], pa.decimal128(5, -2)),
        pa.array([big * big, None], pa.decimal256(76, 0)),
        pa.array([True, False, None]),
        pa.nulls(3),
        pa.array([-(2**31), 0, 2**31 - 1, None], pa.date32()),
        pa.array([-(2**62), 0, 2**62, None], pa.int64()).view(pa.date64()),
        pa.array(["a", None, "3", "\x00", "😀"]).dictionary_encode(),
        pa.array([3, None, 3]).dictionary_encode(),
        pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31)]).dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), pa.array(["a", None])),
        pa.StringArray.from_buffers(2, pa.py_buffer(np.array([0, 1, 3], np.int32).tobytes()), pa.py_buffer(b"a\xffb")),
        pa.array([b"a"]),
        pa.array([dt.timedelta(1)]),
        pa.array([dt.time(1)]),
        pa.array([[1]]),
        pa.array([{"a": 1}]),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_accepted_type_encodes_whatever_it_holds(kind: str) -> None:
    of = attribute(**KINDS[kind])
    accepted = 0
    for column in typed_columns():
        for part in (column, column[:0], column[1:]):
            if of.accepts(part.type):
                accepted += 1
                codes = of.encode(part)
                assert codes.shape == (len(part),) and (codes < of.size).all()
    assert accepted >= 40
    for refused in (pa.binary(), pa.duration("s"), pa.time64("us"), pa.list_(pa.int8()), pa.struct([("a", pa.int8())])):
        assert not of.accepts(refused)


def test_dates_are_for_date_columns_alone() -> None:
    number, date, code = (attribute(**KINDS[kind]) for kind in ("integer", "date", "category"))
    assert date.accepts(pa.date32()) and date.accepts(pa.timestamp("ns", "UTC"))
    assert not number.accepts(pa.date32()) and not code.accepts(pa.timestamp("s"))
    assert not date.accepts(pa.int64()) and not date.accepts(pa.bool_())


# ------------------------------------------------------------------------------------------------------ by hand


def test_category_other_missing_and_spelling() -> None:
    of = attribute(type="category", domain=["a", 3, "NA", "04"], nullable=True)
    assert of.levels == ("a", "3", "NA", "04", "other", "missing") and (of.other, of.missing) == (4, 5)
    # "NA" is declared as a level, so it is no longer missing; "4" is not "04", but 3 may be written 3.0.
    cells = ["a", " a ", "A", "3", "3.0", "NA", "?", "", None, "4", "04"]
    expected = ["a", "a", "other", "3", "3", "NA", "missing", "missing", "missing", "other", "04"]
    assert encode(of, cells) == expected
    assert encode(of, [3.0, 3.5, float("nan"), None, -0.0]) == ["3", "other", "missing", "missing", "other"]
    assert encode(of, [3, 4]) == ["3", "other"]
    assert encode(of, [decimal.Decimal("3.00"), decimal.Decimal("4.10")]) == ["3", "other"]


def test_category_without_a_missing_level_counts_missing_cells_as_other() -> None:
    of = attribute(type="category", domain=["a"])
    assert encode(of, ["a", "b", "", None]) == ["a", "other", "other", "other"]
    strict = attribute(type="category", domain=["a"], other=False, nullable=True)
    assert encode(strict, ["a", "b", "", None]) == ["a", "missing", "missing", "missing"]


def test_long_decimal_codes_keep_all_digits() -> None:
    code = "12345678901234567890"
    of = attribute(type="category", domain=[code])
    assert encode(of, [decimal.Decimal(code), decimal.Decimal(code) + 1], pa.decimal128(38, 0)) == [code, "other"]


def test_boolean_words_and_fallback() -> None:
    of = attribute(type="boolean", true_values=[1, "Ja"], false_values=[0, "Nein"], missing_as=False)
    assert encode(of, ["1", "1.0", "JA", "nein", "0", "maybe", "", None]) == [
        "true", "true", "true", "false", "false", "false", "false", "false",
    ]  # fmt: skip
    assert encode(of, [True, False, None]) == ["true", "false", "false"]
    assert encode(of, [1.0, 0.0, 2.0]) == ["true", "false", "false"]
    assert encode(attribute(type="boolean", nullable=True), ["yes", "F", "maybe", None]) == [
        "true", "false", "missing", "missing",
    ]  # fmt: skip


def test_numbers_are_clamped_rounded_and_binned() -> None:
    of = attribute(type="real", min=0, max=100, decimals=1, bins={"points": [0], "edges": [0, 10, 100]}, nullable=True)
    assert of.levels == ("0.0", "0.1 to 9.9", "10.0 to 100.0", "missing")
    cells = [-5.0, 0.0, 0.04, 0.06, 9.94, 9.96, 10.0, 100.0, 1e300, float("inf"), -float("inf"), None, float("nan")]
    expected = "0.0|0.0|0.0|0.1 to 9.9|0.1 to 9.9|10.0 to 100.0|10.0 to 100.0|10.0 to 100.0|10.0 to 100.0|"
    expected += "10.0 to 100.0|0.0|missing|missing"
    assert encode(of, cells) == expected.split("|")
    assert encode(of, ["1e400", "-1e400", "x", "1,5", "1_0", "?"]) == [
        "10.0 to 100.0", "0.0", "missing", "missing", "missing", "missing",
    ]  # fmt: skip
    assert of.edges == (0, 2)


def test_single_precision_noise_does_not_move_a_value_below_its_edge() -> None:
    of = attribute(type="real", min=0, max=1, decimals=1, bins={"width": 0.1}, missing_as=0)
    values = [i / 10 for i in range(10)]
    assert of.encode(pa.array(values, pa.float32())).tolist() == list(range(10))
    assert of.encode(pa.array([f"{v:.1f}" for v in values])).tolist() == list(range(10))


def test_natural_bounds_are_no_edges() -> None:
    column: dict[str, Any] = {"type": "integer", "min": 0, "max": 9, "bins": {"width": 5}, "missing_as": 0}
    assert attribute(**column).edges == (0, 1)
    assert attribute(**column, natural_bounds=["min"]).edges == (1,)
    assert attribute(**column, natural_bounds=["min", "max"]).edges == ()
    assert attribute(**{**column, "bins": {"count": 1}}).edges == (0,)


def test_declared_missing_numbers_are_missing_in_text_and_in_typed_files() -> None:
    of = attribute(("-9", "?"), type="integer", min=-10, max=10, bins={"each": True}, nullable=True)
    assert encode(of, ["-9", "-8"]) == ["missing", "-8"] == encode(of, [-9, -8]) == encode(of, [-9.0, -8.0])


def test_missing_as_puts_missing_cells_at_a_value() -> None:
    of = attribute(type="integer", min=0, max=3, bins={"each": True}, missing_as=2)
    assert encode(of, ["3", None, "x"]) == ["3", "2", "2"]
    day = attribute(type="date", min="2020-01-01", max="2020-12-31", missing_as="2020-03-05")
    assert encode(day, [None, "x"]) == ["2020-03-01 to 2020-03-31"] * 2


def test_date_bins_by_hand() -> None:
    of = attribute(type="date", min="2020-01-15", max="2020-03-01", nullable=True)
    assert of.levels == ("2020-01-15 to 2020-01-31", "2020-02-01 to 2020-02-29", "2020-03-01", "missing")
    days = attribute(type="date", min="2020-02-28", max="2020-03-01", bins="day", nullable=True)
    assert days.levels == ("2020-02-28", "2020-02-29", "2020-03-01", "missing")
    weeks = attribute(type="date", min="2020-01-01", max="2020-01-13", bins="week", nullable=True)
    assert weeks.levels == ("2020-01-01 to 2020-01-05", "2020-01-06 to 2020-01-12", "2020-01-13", "missing")
    quarters = attribute(type="date", min="2020-11-01", max="2021-04-01", bins="quarter", nullable=True)
    assert quarters.levels == ("2020-11-01 to 2020-12-31", "2021-01-01 to 2021-03-31", "2021-04-01", "missing")
    end = attribute(type="date", min="9998-06-01", max="9999-12-31", bins="year", nullable=True)
    assert end.levels == ("9998-06-01 to 9998-12-31", "9999-01-01 to 9999-12-31", "missing")
    assert encode(of, ["1066-10-14", "2020-02-29", "9999-12-31", "29.02.2020"]) == [
        of.levels[0], of.levels[1], of.levels[2], "missing",
    ]  # fmt: skip


def test_moments_before_1970_belong_to_their_own_day_and_zones_count_in_utc() -> None:
    of = attribute(type="date", min="1969-12-30", max="1970-01-02", bins="day", nullable=True)
    for unit, ticks in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        assert encode(of, [-1, 0, 86400 * ticks], pa.timestamp(unit)) == ["1969-12-31", "1970-01-01", "1970-01-02"]
    assert encode(of, [-1], pa.timestamp("ns", "Asia/Tokyo")) == ["1969-12-31"]
    zoned = attribute(
        type="date", min="1969-12-30", max="1970-01-02", bins="day", nullable=True, format="%Y-%m-%d %H:%M%z"
    )
    assert encode(zoned, ["1970-01-01 00:30+0100", "1970-01-01 00:30-0100"]) == ["1969-12-31", "1970-01-01"]


def test_a_bin_draws_all_its_values_alike_and_no_point() -> None:
    of = attribute(type="integer", min=0, max=9, bins={"edges": [0, 6, 9], "points": [0, 3, 5, 6]}, nullable=True)
    assert of.levels == ("0", "1 to 4", "3", "5", "6", "7 to 9", "missing")
    cells = of.decode(np.full(9000, 1, np.uint16), np.random.default_rng(0)).to_numpy()
    values, counts = np.unique(cells, return_counts=True)
    assert values.tolist() == [1, 2, 4]
    assert (abs(counts - 3000) < 5 * np.sqrt(9000 * 2 / 9)).all()
    by_value = of.encode(pa.array(range(10)))
    for code in range(of.size - 1):
        drawn = of.decode(np.full(500, code, np.uint16), np.random.default_rng(1)).to_numpy()
        assert np.unique(drawn).tolist() == np.flatnonzero(by_value == code).tolist()
    for code, middle in enumerate(of.midpoints()[:-1]):
        assert middle == pytest.approx(np.flatnonzero(by_value == code).mean())
    assert np.isnan(of.midpoints()[-1])


def test_decoded_types() -> None:
    rng = np.random.default_rng(0)
    kinds = {name: attribute(**column).decode(np.zeros(1, np.uint16), rng).type for name, column in KINDS.items()}
    assert (kinds["category"], kinds["boolean"], kinds["integer"]) == (pa.string(), pa.bool_(), pa.int64())
    assert (kinds["real"], kinds["date"]) == (pa.float64(), pa.date32())


def test_a_table_encodes_in_the_order_of_the_policy() -> None:
    domain = domain_of(b={"type": "boolean", "nullable": True}, a={"type": "category", "domain": ["x"]})
    table = pa.table({"a": ["x", "y"], "b": ["true", None], "unused": [1, 2]})
    codes = domain.encode({name: table[name] for name in table.column_names})
    assert codes.tolist() == [[1, 0], [2, 1]] and codes.dtype == np.uint16
    assert domain.names == ("b", "a") and domain.sizes == {"b": 3, "a": 2} and domain.cells(("a", "b")) == 6
    assert domain.index("a") == 1 and isinstance(domain["a"], Category) and domain["b"].missing == 2
    back = domain.decode(codes, np.random.default_rng(0))
    assert back.to_pydict() == {"b": [True, None], "a": ["x", "other"]}


def test_cells_of_a_wide_marginal_do_not_overflow() -> None:
    columns: dict[str, dict[str, Any]] = {f"c{i}": {"type": "category", "domain": list(range(999))} for i in range(8)}
    domain = domain_of((), **columns)
    assert domain.cells(domain.names) == 1000**8


def test_code_lists_stand_in_for_a_domain() -> None:
    column = {"type": "category", "domain_file": "x.csv", "source": "doc", "ordered": True}
    text = json.dumps({"file": "x.csv", "columns": {"id": {"role": "unit_key"}, "c": column}})
    of = Domain.from_table(Table.model_validate_json(text), {"c": ("E10", "E11")})["c"]
    assert of.levels == ("E10", "E11", "other") and of.ordered
