"""Values between bounds, numbers of rows, shares: against the distributions that they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.domain.attribute import Grid
from dpsynth.domain.domain import Domain
from dpsynth.dummy import counts
from dpsynth.dummy.along import Along
from dpsynth.dummy.shares import ShareError, missing_words, weights
from dpsynth.dummy.streams import stream
from dpsynth.policy.dummy import Likeness, RowLaw
from dpsynth.policy.tables import Table

COLUMNS = {
    "id": {"role": "unit_key"},
    "age": {
        "type": "integer",
        "min": 0,
        "max": 20,
        "bins": {"edges": (0.0, 3.0, 10.0, 20.0), "points": (5.0, 20.0)},
        "nullable": True,
        "source": "doc",
    },
    "sex": {"type": "category", "domain": ("f", "m"), "nullable": True, "source": "doc"},
    "kind": {"type": "category", "domain": ("a", "-9"), "source": "doc"},
    "sick": {"type": "boolean", "nullable": True, "source": "doc", "false_values": (0,), "true_values": (1,)},
}
DOMAIN = Domain.from_table(Table.model_validate({"file": "x.csv", "columns": COLUMNS}), {})


def age() -> Grid:
    grid = DOMAIN["age"]
    assert isinstance(grid, Grid)
    return grid


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(-3, 23), st.integers(0, 12))
def test_values_between_bounds_follow_the_conditioned_distribution(seed: int, low: int, width: int) -> None:
    rng, grid = np.random.default_rng(seed), age()
    share = rng.random(grid.size) * (rng.random(grid.size) < 0.8)
    along, ticks = Along.of(grid, share), np.arange(21)
    codes = grid.codes_at(ticks)
    chance = share[codes] / np.bincount(codes, minlength=grid.size)[codes]
    chance[(ticks < low) | (ticks > low + width)] = 0.0
    first, last = np.full(8_000, low), np.full(8_000, low + width)
    assert along.possible(first, last).all() == (chance.sum() > 0)
    if low > 20 or low + width < 0:
        return
    drawn = along.draw(first, last, rng)
    assert drawn.min() >= max(0, low) and drawn.max() <= min(20, low + width)
    if not chance.sum():  # nothing is declared there: all alike
        chance = np.where((ticks >= low) & (ticks <= low + width), 1.0, 0.0)
    counted = np.bincount(drawn, minlength=21) / 8_000
    assert not counted[chance == 0].any()
    assert np.abs(counted - chance / chance.sum()).sum() / 2 < 0.04


def test_bounds_differ_from_row_to_row() -> None:
    along, rng = Along.of(age(), np.ones(age().size)), np.random.default_rng(0)
    low = rng.integers(0, 20, 5_000)
    high = np.minimum(20, low + rng.integers(0, 5, 5_000))
    drawn = along.draw(low, high, rng)
    assert ((low <= drawn) & (drawn <= high)).all() and (drawn[low == high] == low[low == high]).all()


def test_every_tick_has_the_level_that_encoding_gives_it() -> None:
    import pyarrow as pa

    assert age().codes_at(np.arange(21)).tolist() == age().encode(pa.array(range(21))).tolist()


@pytest.mark.parametrize("spread", [0.3, 1.0, 20.0])
def test_numbers_of_rows_follow_the_declared_law(spread: float) -> None:
    law = RowLaw(none=0.25, mean=6, spread=spread)
    chance = counts.chances(law, 10_000, 0)
    assert chance.sum() == pytest.approx(1) and chance[0] == 0.25
    rows = np.arange(len(chance))
    assert chance[1:] @ rows[1:] / 0.75 == pytest.approx(6, rel=1e-6)
    drawn = counts.draw(chance, 200_000, np.random.default_rng(1))
    assert abs((drawn == 0).mean() - 0.25) < 0.005 and drawn.mean() == pytest.approx(4.5, rel=0.05)
    variance = chance[1:] @ (rows[1:] - 6.0) ** 2 / 0.75
    assert variance == pytest.approx(5 + 25 / spread, rel=1e-3)


def test_no_patient_has_more_rows_than_allowed_or_none_where_one_is_due() -> None:
    drawn = counts.draw(counts.chances(RowLaw(mean=3, none=0.5), 4, 1), 20_000, np.random.default_rng(2))
    assert set(drawn.tolist()) == {1, 2, 3, 4}
    assert counts.chances(counts.usual(1, 1), 1, 1).tolist() == [0.0, 1.0]


def test_shares() -> None:
    def rates(name: str, likeness: dict, **changes: bool) -> list[float]:
        given = {"can_miss": True, "declared": True} | changes
        return weights(DOMAIN[name], Likeness.model_validate(likeness), **given).tolist()

    assert rates("sex", {}) == pytest.approx([0.49 * 0.95, 0.49 * 0.95, 0.02 * 0.95, 0.05])
    assert rates("sex", {"shares": {"f": 0.6}, "missing": 0.0}) == pytest.approx([0.6, 0.4, 0.0, 0.0])
    assert rates("sex", {"shares": {"f": 0.6}}, declared=False) == rates("sex", {})
    assert rates("sex", {"shares": {"other": 1.0}}, can_miss=False) == [0.0, 0.0, 1.0, 0.0]
    assert rates("sick", {"shares": {"true": 0.25}, "missing": 0.2}) == pytest.approx([0.6, 0.2, 0.2])
    normal = rates("age", {"normal": {"mean": 10.0, "sd": 3.0}, "missing": 0.0})
    assert sum(normal) == pytest.approx(1) and np.argmax(normal) == age().code_of["10 to 19"]
    for likeness in ({"shares": {"x": 0.1}}, {"shares": {"missing": 0.1}}, {"normal": {"mean": 1.0, "sd": 1.0}}):
        with pytest.raises(ShareError):
            rates("sex", likeness)
    with pytest.raises(ShareError, match="nothing"):
        rates("age", {"normal": {"mean": 1e6, "sd": 1.0}})


def test_only_words_that_are_read_as_missing_are_written_for_missing() -> None:
    words = ("", "-9", "1", "NA")
    assert missing_words(DOMAIN["sex"], words) == words
    assert missing_words(DOMAIN["kind"], words) == ("", "1", "NA")  # -9 is a level there
    assert missing_words(DOMAIN["sick"], words) == ("", "-9", "NA")  # 1 means true
    assert missing_words(DOMAIN["age"], words) == words
    assert missing_words(DOMAIN["age"], ()) == ("",) and missing_words(DOMAIN["sex"], ()) == ()


def test_streams_differ_by_every_name_and_by_where_names_end() -> None:
    given = [(1, "a", "b"), (1, "ab"), (1, "a", "b", 0), (1, "b", "a"), (2, "a", "b"), (1, "a", 1), (1, "a", "\x01")]
    drawn = [stream(*names).integers(2**60) for names in given]
    assert len(set(drawn)) == len(drawn)
    assert stream(1, "a", "b").integers(2**60) == drawn[0]
