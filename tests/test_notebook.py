"""The Python front: rows, copies, exact shares, and cells of real rows, which are marked and left as they are."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import dpsynth
from dpsynth.errors import SourceError, UsageError
from tests.run.study import HEADER, Study, rows

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study(tmp_path_factory.mktemp("study"), table=rows(people=900))


@pytest.fixture(scope="module")
def run(study: Study) -> Path:
    return study.run().folder.root


@pytest.fixture
def model(run: Path) -> dpsynth.Model:
    return dpsynth.open_run(run)


@pytest.fixture(scope="module")
def frame(study: Study) -> pd.DataFrame:
    return pd.read_csv(study.data)


def test_rows_are_those_of_the_command_line(model: dpsynth.Model) -> None:
    found = model.sample(2000, given={"ward": "c", "age": 25, "died": False}, seed=1)
    assert list(found.columns) == HEADER.split(",") and len(found) == 2000
    assert set(found["ward"]) == {"c"} and found["age"].between(20, 39).all() and not found["died"].any()
    share = model.marginal("sex", given={"ward": "c", "age": 25, "died": False})
    assert found["sex"].value_counts(normalize=True)["f"] == pytest.approx(share["f"], abs=0.005)
    assert share.sum() == pytest.approx(1) and model.levels["sex"] == ("f", "m", "other")
    joint = model.marginal("sex", "ward")
    assert joint["f"].sum() == pytest.approx(model.marginal("sex")["f"])


def test_a_second_table_of_one_model_is_warned_about(model: dpsynth.Model) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.sample(10)
        model.copies(2, 10)
    with pytest.warns(UserWarning, match="share its privacy noise"):
        model.sample(10)
    with pytest.warns(UserWarning, match="keep their share: other|Not given more rows"):
        found = model.sample(1000, balance="ward")
    assert found["synthetic_weight"].mean() == pytest.approx(1, abs=0.01)


def test_a_table_that_nobody_could_read_is_refused(model: dpsynth.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpsynth.notebook.LARGEST", 10)
    with pytest.raises(UsageError, match="Name fewer columns"):
        model.marginal("sex", "ward")


def test_copies_combine(model: dpsynth.Model) -> None:
    copies = model.copies(6, 3000, seed=2)
    shares = [float((c["sex"] == "f").mean()) for c in copies]
    assert len(set(shares)) > 3 and {len(c) for c in copies} == {3000} and "synthetic_copy" not in copies[0]
    found = dpsynth.combine(shares, [s * (1 - s) / 3000 for s in shares], rows=3000, trained_on=model.trained_on)
    low, high = found.interval()
    assert low < model.marginal("sex")["f"] < high


def test_empty_cells_are_filled_and_nothing_else_changes(model: dpsynth.Model, frame: pd.DataFrame) -> None:
    given = frame.copy()
    rng = np.random.default_rng(3)
    holes = {name: rng.random(len(given)) < 0.3 for name in ("ward", "age", "cost")}
    for name, where in holes.items():
        given[name] = given[name].mask(where)
    given["extra"] = np.arange(len(given))
    before = given.copy()
    found = model.complete(given, seed=4)
    pd.testing.assert_frame_equal(given, before)
    for name in given.columns:
        kept = ~holes.get(name, np.zeros(len(given), bool))
        assert (found.loc[kept, name] == given.loc[kept, name]).all(), name
    assert found[["ward", "age", "cost"]].notna().all().all()  # an empty cell wants a value
    assert found["age"][holes["age"]].between(0, 100).all() and set(found["ward"]) <= set("abcd") | {"other"}
    assert list(found.columns) == ["contains_real_rows", *given.columns] and found["contains_real_rows"].all()
    assert "inside the centre only" in found.attrs["dpsynth"]
    first, second = model.impute(given, 2, seed=4)
    pd.testing.assert_frame_equal(first, found)
    assert not first.equals(second)


def test_filled_cells_follow_the_model(model: dpsynth.Model) -> None:
    given = pd.DataFrame({"ward": ["c"] * 8000, "sex": [None] * 8000})
    found = model.complete(given, seed=1)
    joint = model.marginal("sex", "died", given={"ward": "c"})
    for sex in "fm":
        for died in (False, True):
            seen = ((found["sex"] == sex) & (found["died"] == died)).mean()
            assert seen == pytest.approx(joint[sex, str(died).lower()], abs=0.02)
    assert "person" not in found  # keys are nobody's business


ODD = [
    pd.DataFrame({"ward": pd.Series(["zz", None, "a"]), "age": ["x", "", "17"], "cost": [1e300, -5, float("nan")]}),
    pd.DataFrame({"ward": pd.Categorical(["a", None, "b"]), "age": pd.array([1, None, 999], "Int64")}),
    pd.DataFrame(
        {"ward": pd.array(["a", None, "b"], "string"), "age": pd.array(["1", None, "?"], "string"), "died": None}
    ),
    pd.DataFrame({"sex": ["f"], "ward": [b"\xff"], "died": ["maybe"]}),
    pd.DataFrame({"sex": []}),
    pd.DataFrame({"sex": ["f", None]}, index=[7, 7]),
]


@pytest.mark.parametrize("given", ODD, ids=range(len(ODD)))
def test_contents_of_rows_never_raise(model: dpsynth.Model, given: pd.DataFrame) -> None:
    found = model.complete(given, seed=1)
    assert len(found) == len(given) and found.index.equals(given.index)
    for name in given.columns:
        there = given[name].notna().to_numpy() & (given[name].map(repr) != "''").to_numpy()
        assert found[name][there].tolist() == given[name][there].tolist()
        assert found[name].notna().all()


def test_structure_that_does_not_fit_is_one_clear_error(model: dpsynth.Model, run: Path) -> None:
    for given, kind, words in (
        ({"sex": ["f"]}, UsageError, "a dict; give a pandas frame"),
        (pd.DataFrame({"nothing": [1]}), UsageError, "none of the columns"),
        (pd.DataFrame({"age": pd.to_datetime(["2020-01-01"])}), SourceError, "column age is stored as"),
        (pd.DataFrame({"sex": ["f"], "contains_real_rows": [True]}), UsageError, "marks completed rows"),
        (pd.DataFrame([["f", "m"]], columns=["sex", "sex"]), SourceError, "more than one column"),
    ):
        with pytest.raises(kind, match=words):
            model.complete(given)
    for call in (
        lambda: model.sample(0), lambda: model.copies(1), lambda: model.impute(pd.DataFrame({"sex": ["f"]}), 0),
        lambda: model.sample(given={"sex": "x"}), lambda: model.marginal("nix"), lambda: model.sample(balance="nix"),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            call()
    with pytest.raises(SourceError):
        dpsynth.open_run(run.parent)


def test_a_frame_becomes_a_release(study: Study, frame: pd.DataFrame, tmp_path: Path) -> None:
    study.data.rename(tmp_path / "away.csv")  # the file that the policy names is not opened
    try:
        release = dpsynth.synthesize(study.policy, {"visits": frame}, ledger="throw-away", out=tmp_path / "out")
    finally:
        (tmp_path / "away.csv").rename(study.data)
    table = release.tables["visits"]
    assert list(table.columns) == list(frame.columns) and table["person"].str.startswith("SYN").all()
    assert release.model.rows == len(table)
    assert "throw" in (release.folder / "public/README.txt").read_text()
    with pytest.raises(SourceError, match="'visits'"):
        dpsynth.synthesize(study.policy, {"wards": frame}, ledger="throw-away", out=tmp_path / "out")


def test_the_front_needs_no_data_until_somebody_brings_some(run: Path) -> None:
    code = (
        "import sys; sys.modules['dpsynth.data'] = None\n"
        "import dpsynth\n"
        f"model = dpsynth.open_run({str(run)!r})\n"
        "assert len(model.sample(5)) == 5 and len(model.copies(2, 5)) == 2\n"
        "assert model.marginal('sex').sum() > 0.99\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(dpsynth.__file__).parents[1]
    )
    assert result.returncode == 0, result.stderr
