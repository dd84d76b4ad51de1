"""A fixed panel read from a table: one row a person, whatever anybody's rows hold."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from dpsynth.data.memory import FrameSource
from dpsynth.data.open import open_source
from dpsynth.data.source import BoundedSource
from dpsynth.domain.panel import Panel, panel_of
from dpsynth.policy.load import LoadedPolicy, load
from tests.data.study import KEY
from tests.policy.panel import PANEL, write

Row = tuple[str | None, ...]
COLUMNS = ("person", "sex", "visit", "site", "score", "drug")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", "5", "", None]),
        st.sampled_from(["f", "m", "?", None]),
        st.sampled_from(["v0", "v1", "v2", "v9", "", None]),
        st.sampled_from(["a", "b", "?", None]),
        st.sampled_from(["0", "9", "99", "-1", "x", None]),
        st.sampled_from(["true", "false", "?", None]),
    ),
    max_size=25,
)
SAME: list[Row] = [("7", "f", "v1", "a", "3", "true")] * 10_000


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedPolicy:
    # Everybody is trained on, so that everybody is counted.
    text = PANEL.replace("holdout: {share: 0.2}", "holdout: {share: 0.0000001}")
    return load(write(tmp_path_factory.mktemp("panel"), text))


def opened(loaded: LoadedPolicy, rows: list[Row]) -> tuple[BoundedSource, Panel]:
    policy, panel = loaded.policy, panel_of(loaded)
    assert panel is not None
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    table = pa.table({n: pa.array(list(c), pa.string()) for n, c in zip(COLUMNS, columns, strict=True)})
    source = open_source(
        policy.table, policy.source, policy.privacy.contribution, panel.rows, FrameSource(table), KEY, lambda: None,
        panel=panel,
    )  # fmt: skip
    return source, panel


def counts(source: BoundedSource, panel: Panel) -> dict[tuple[str, ...], np.ndarray]:
    """Every table of one and of two columns."""
    view, codes = panel.view, source.train.codes.astype(np.int64)
    found = {}
    for ways in (1, 2):
        for clique in combinations(view.names, ways):
            at = [codes[:, view.index(name)] for name in clique]
            shape = [view.sizes[name] for name in clique]
            found[clique] = np.bincount(np.ravel_multi_index(at, shape), minlength=np.prod(shape))
    return found


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, person=st.sampled_from(["1", "2", "3", "4", "5", "6", "7"]))
def test_one_person_moves_every_count_by_at_most_one(loaded: LoadedPolicy, rows: list[Row], person: str) -> None:
    rows = rows + (SAME if person == "7" else [])
    with_person, panel = opened(loaded, rows)
    without, _ = opened(loaded, [row for row in rows if row[0] != person])
    assert with_person.rows_per_unit == 1 and with_person.train.rows == with_person.train.size
    assert with_person.train.size - without.train.size in (0, 1)
    before, after = counts(without, panel), counts(with_person, panel)
    for clique, table in after.items():
        assert (table - before[clique]).min() >= 0 and (table - before[clique]).sum() <= 1, clique


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 1000))
def test_neither_order_nor_repeated_rows_matter(loaded: LoadedPolicy, rows: list[Row], seed: int) -> None:
    first, _ = opened(loaded, rows)
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    second, _ = opened(loaded, shuffled + rows)
    assert (first.train.codes == second.train.codes).all()


def test_people_are_on_the_sides_on_which_their_ids_put_them(tmp_path: Path) -> None:
    """As in a table of single rows, and whoever has no row in any wave moves nobody else to another side."""
    loaded = load(write(tmp_path, PANEL.replace("share: 0.2", "share: 0.5")))
    rows: list[Row] = [(str(i), "fm"[i % 2], f"v{i % 3}", "a", str(i % 10), "true") for i in range(300)]
    none: list[Row] = [(f"none {i}", "f", "v9", "a", "1", "true") for i in range(300)]
    wide, panel = opened(loaded, rows + none)
    policy = loaded.policy
    table = pa.table({n: pa.array(list(c), pa.string()) for n, c in zip(COLUMNS, zip(*rows, strict=True), strict=True)})
    plain = open_source(
        policy.table, policy.source, policy.privacy.contribution, panel.rows, FrameSource(table), KEY, lambda: None
    )
    for side in ("train", "reference", "control"):
        found, wanted = panel.lengthen(getattr(wide, side).codes).codes, getattr(plain, side).codes
        assert len(wanted) > 30 and (found == wanted).all(), side


def test_what_was_not_laid_out_is_counted_inside(loaded: LoadedPolicy) -> None:
    rows: list[Row] = [
        ("1", "f", "v0", "a", "1", "true"),
        ("1", "m", "v0", "a", "1", "true"),  # a second row of this wave
        ("1", "m", "v2", "b", "2", None),
        ("2", "f", "v9", "a", "1", "true"),  # of no wave
        (None, "f", "v0", "a", "1", "true"),
    ]
    source, panel = opened(loaded, rows)
    assert source.notes == {"rows_read": 5, "rows_left_out": 0, "rows_without_id": 1, "rows_not_laid_out": 2}
    (person,) = source.train.codes
    said = {a.name: a.levels[code] for a, code in zip(panel.view.attributes, person, strict=True)}
    assert said == {
        "sex": "f", "site": "a",
        "present@v0": "yes", "score@v0": "1", "drug@v0": "true",
        "present@v1": "no", "score@v1": "absent", "drug@v1": "absent",
        "present@v2": "yes", "score@v2": "2", "drug@v2": "missing",
    }  # fmt: skip


@pytest.mark.parametrize("nullable", ["nullable: true", "missing_as: 4"])
def test_numbers_that_are_no_waves_take_no_part(tmp_path: Path, nullable: str) -> None:
    years = f"visit: {{type: integer, min: 3, max: 5, bins: {{each: true}}, {nullable}, source: doc}}"
    text = PANEL.replace("visit: {type: category, domain: [v0, v1, v2], source: doc}", years)
    policy = load(write(tmp_path, text.replace("share: 0.2", "share: 0.0000001")))
    waves = ["2", "3", "5", "6", "99", "-1e300", "1e300"]
    source, panel = opened(policy, [("1", "f", wave, "a", str(i), "true") for i, wave in enumerate(waves)])
    assert panel.labels == ("3", "4", "5") and source.notes["rows_not_laid_out"] == 5
    (person,) = source.train.codes
    said = {a.name: a.levels[code] for a, code in zip(panel.view.attributes, person, strict=True)}
    assert [said[f"score@{wave}"] for wave in panel.labels] == ["1", "absent", "2"]
    assert panel.rows.decode(panel.lengthen(source.train.codes).codes, np.random.default_rng(0))[
        "visit"
    ].to_pylist() == [3, 5]


def test_columns_that_are_not_there_are_named(loaded: LoadedPolicy, tmp_path: Path) -> None:
    from dpsynth.errors import SourceError

    policy, panel = loaded.policy, panel_of(loaded)
    assert panel is not None
    table = FrameSource(pa.table({name: pa.array([], pa.string()) for name in COLUMNS if name != "visit"}))
    with pytest.raises(SourceError, match="no column visit"):
        open_source(
            policy.table, policy.source, policy.privacy.contribution, panel.rows, table, KEY, lambda: None, panel=panel
        )
