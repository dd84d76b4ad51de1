"""More rows from a finished run: in blocks, under conditions, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from dpsynth.errors import UsageError
from dpsynth.run.opened import Opened, opened
from dpsynth.run.resample import Files, resample
from dpsynth.sampling import conditions
from dpsynth.sampling.trained import Wish
from dpsynth.synth import model_file
from tests.run.study import Study, say


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Study(tmp_path_factory.mktemp("study")).run().folder.root


def sampled(run: Path, out: Path, *arguments: str) -> object:
    said = say("sample", str(run), "--out", str(out), *arguments)
    assert said.code == 0, said.err
    return pq.read_table(out)


def draw(run: Opened, out: Path, wish: Wish, block: int) -> None:
    resample(run, wish, Files.of(run, out, force=True), block=block)


def test_every_row_meets_the_conditions(release: Path, tmp_path: Path) -> None:
    table = sampled(
        release, tmp_path / "t.parquet", "--n", "500", "--given", "ward=c", "--given", "age=20 to 39",
        "--given", "died=true", "--seed", "1",
    )  # fmt: skip
    assert table.num_rows == 500
    assert pc.unique(table["ward"]).to_pylist() == ["c"] and pc.unique(table["died"]).to_pylist() == [True]
    assert pc.min(table["age"]).as_py() >= 20 and pc.max(table["age"]).as_py() <= 39
    # A value stands for the level that holds it.
    by_value = ["--n", "500", "--given", "ward=c", "--given", "age=25", "--given", "died=true", "--seed", "1"]
    assert sampled(release, tmp_path / "u.parquet", *by_value).equals(table)
    missing = sampled(release, tmp_path / "v.parquet", "--n", "50", "--given", "age=missing", "--given", "cost=0")
    assert missing["age"].null_count == 50 and pc.unique(missing["cost"]).to_pylist() == [0.0]


def test_conditional_shares_are_those_of_the_model(release: Path, tmp_path: Path) -> None:
    [file] = (release / "model").glob("*.npz")
    domain = opened(release).trained.domain
    joint = model_file.load_model(file).marginal(("ward", "sex", "died"))[2]
    table = sampled(release, tmp_path / "t.parquet", "--n", "20000", "--given", "ward=c")
    codes = domain.encode({name: table.column(name) for name in domain.names})
    sex, died = codes[:, domain.index("sex")], codes[:, domain.index("died")]
    drawn = np.bincount(sex * joint.shape[1] + died, minlength=joint.size).reshape(joint.shape) / 20000
    np.testing.assert_allclose(drawn, joint / joint.sum(), atol=0.01)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["word=c"], ["COLUMN=LEVEL", "'ward'", "'died'"]),
        (["ward"], ["COLUMN=LEVEL"]),
        (["person=1"], ["COLUMN=LEVEL"]),
        (["ward=z"], ["ward=z", "'a', 'b', 'c', 'd', 'other'"]),
        (["died=yes"], ["'false', 'true', 'missing'"]),
        (["age=101"], ["'0 to 19'", "a value from 0 to 100"]),
        (["age=nan"], ["'0 to 19'"]),
        (["age="], ["'0 to 19'"]),
        (["cost=much"], ["'0.0'", "a value from 0 to 1000"]),
        (["ward=a", "ward=b"], ["twice"]),
    ],
)
def test_what_cannot_be_given_is_refused(release: Path, tmp_path: Path, given: list[str], words: list[str]) -> None:
    arguments = [part for one in given for part in ("--given", one)]
    said = say("sample", str(release), "--n", "3", "--out", str(tmp_path / "x.csv"), *arguments)
    assert said.code == 64 and said.err.count("\n") == 1 and all(word in said.err for word in words), said.err
    assert not list(tmp_path.iterdir())


def test_impossible_evidence_is_one_clear_error(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = model_file.load_model

    def with_zero(path: Path) -> object:
        model = load(path)
        for clique, belief in zip(model.graphical.tree.cliques, model.graphical.beliefs, strict=True):
            if "ward" in clique:
                belief.swapaxes(0, clique.index("ward"))[1] = 0.0
        return model

    monkeypatch.setattr(model_file, "load_model", with_zero)
    said = say("sample", str(release), "--n", "3", "--out", str(tmp_path / "x.csv"), "--given", "ward=b")
    assert said.code == 64 and "no row can have these levels together" in said.err
    assert not list(tmp_path.iterdir())


def test_errors_name_twenty_levels_at_most(release: Path) -> None:
    domain = opened(release).trained.domain
    assert conditions._some(map(str, range(25))).endswith("'19' and 5 more")
    with pytest.raises(UsageError):
        conditions.evidence(domain, ["ward=a,b"])


def test_a_name_may_hold_an_equals_sign() -> None:
    from dpsynth.domain.domain import Domain
    from dpsynth.policy.tables import Table

    column = {"type": "category", "domain": ["x", "=x"], "source": "doc"}
    day = {"type": "date", "min": "2020-01-01", "max": "2021-12-31", "missing_as": "2020-01-01", "source": "doc"}
    names = {"id": {"role": "unit_key"}, "a": column, "a=b": column, "day": day}
    domain = Domain.from_table(Table.model_validate({"file": "x.csv", "columns": names}, strict=False), {})
    assert conditions.evidence(domain, ["a==x", "a=b=x"]) == {"a": 1, "a=b": 0}
    holding = conditions.evidence(domain, ["day=2021-03-05"])["day"]
    cell = domain["day"].decode(np.array([holding], np.uint16), np.random.default_rng(0))[0].as_py()
    assert (cell.year, cell.month) == (2021, 3)
    with pytest.raises(UsageError, match="a value from 2020-01-01 to 2021-12-31"):
        conditions.evidence(domain, ["day=2022-01-01"])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_blocks_make_one_file(release: Path, tmp_path: Path, suffix: str) -> None:
    for name, block in (("a", 97), ("b", 97)):
        draw(opened(release), tmp_path / f"{name}{suffix}", Wish(1000, seed=5), block)
    content = (tmp_path / f"a{suffix}").read_bytes()
    assert content == (tmp_path / f"b{suffix}").read_bytes()
    read = pq.read_table if suffix == ".parquet" else pacsv.read_csv
    table = read(tmp_path / f"a{suffix}")
    assert table["person"].to_pylist() == [f"SYN{i:09d}" for i in range(1, 1001)]


def test_a_crash_while_sampling_leaves_no_file(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dpsynth.synth.tree_model import CompressedModel

    whole = CompressedModel._expand
    calls = []

    def broken(self, *arguments):
        calls.append(1)
        if len(calls) == 3:
            raise MemoryError
        return whole(self, *arguments)

    monkeypatch.setattr(CompressedModel, "_expand", broken)
    (tmp_path / "x.csv").write_text("old")
    with pytest.raises(MemoryError):
        draw(opened(release), tmp_path / "x.csv", Wish(1000, seed=5), 100)
    assert (tmp_path / "x.csv").read_text() == "old" and len(list(tmp_path.iterdir())) == 1
