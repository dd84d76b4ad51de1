import csv
import json
import math
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

PLACE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    """The benchmarks are programs in a folder, not a package."""
    monkeypatch.syspath_prepend(str(PLACE))
    yield
    for name in [n for n, m in sys.modules.items() if Path(getattr(m, "__file__", None) or ".").parent == PLACE]:
        del sys.modules[name]


def table(folder: Path) -> Path:
    """Three columns of 600 rows: b copies a mostly."""
    rng = np.random.default_rng(0)
    a, c = rng.integers(0, 2, 600), rng.integers(0, 30, 600)
    b = np.where(rng.random(600) < 0.9, a, 1 - a)
    folder.mkdir()
    with (folder / "made.csv").open("w") as file:
        csv.writer(file).writerows([["a", "b", "c"], *np.stack([a, b, c], axis=1).tolist()])
    (folder / "made-domain.json").write_text(json.dumps({"a": 2, "b": 2, "c": 30}))
    return folder


def test_rows_of_a_whole_run(tmp_path) -> None:
    import marginals

    result = tmp_path / "result.json"
    words = ["--data", table(tmp_path / "made"), "--ordered", "c", "--target", "b", "--epsilon", 10, "--seeds", 1]
    words += ["--mechanisms", "clique_tree", "no_such", "--peers", "none", "--json", result]
    rows = marginals.main([str(word) for word in words])
    assert json.loads(result.read_text())["rows"] == rows
    found = {row["mechanism"]: row for row in rows}
    assert list(found) == ["bootstrap", "independent_exact", "real", "clique_tree", "no_such"]
    assert found["real"]["tv3"] == 0 and found["independent_exact"]["tv1"] == 0 < found["independent_exact"]["tv2"]
    ours = found["clique_tree"]
    assert ours["status"] == "ok" and ours["peer"] == "dpsynth" and ours["rows"] == 600 and ours["columns"] == 3
    assert 0 < ours["tv2"] < found["independent_exact"]["tv2"]
    assert 0 < ours["cpu_s"] < ours["process_cpu_s"] and ours["rss_mb"] > 20
    assert 0 < ours["furthest_cell"] <= 2 and ours["cells_beyond_two"] == 0 < ours["cells"]
    for name in ("gb_acc", "lr_acc"):
        assert ours[name] > 0.8 and found["real"][name] > 0.8
    assert found["no_such"]["status"] == "failed" and "no_such" in found["no_such"]["error"]
    assert found["no_such"]["tv1"] is None


def test_total_variation_is_that_of_the_plain_definition() -> None:
    import quality

    rng, sizes = np.random.default_rng(1), [2, 3, 4]
    real, drawn = rng.integers(0, sizes, (50, 3)), rng.integers(0, sizes, (40, 3))
    for clique in [(1,), (0, 2), (0, 1, 2)]:
        cells = product(*(range(sizes[i]) for i in clique))
        shares = [
            [np.mean([tuple(row[list(clique)]) == cell for row in rows]) for rows in (real, drawn)] for cell in cells
        ]
        expected = sum(abs(a - b) for a, b in shares) / 2
        assert quality.total_variation(real, drawn, sizes, clique) == pytest.approx(expected)
    # Counted over the cells that occur.
    assert quality.total_variation(real, drawn, [2, 3, 10**7], (0, 1, 2)) == pytest.approx(
        quality.total_variation(real, drawn, sizes, (0, 1, 2))
    )


def test_triples_are_sampled_the_same_way_every_time() -> None:
    import quality

    chosen = quality.cliques(20, 3, 100)
    assert len(set(chosen)) == 100 < math.comb(20, 3) and chosen == quality.cliques(20, 3, 100)
    assert len(quality.cliques(20, 2, 100)) == 190


def test_people_are_not_split_and_keep_few_rows(tmp_path) -> None:
    import tables

    rng = np.random.default_rng(2)
    keys = rng.integers(100, 120, 300)
    units = tables.by_owner(np.arange(300)[:, None], keys, 5, rng)
    assert units.size == len(set(keys.tolist())) and units.rows_per_unit.max() == 5
    assert (np.diff(units.owner) >= 0).all()
    for person in range(units.size):
        assert len(set(keys[units.codes[units.owner == person, 0]].tolist())) == 1


def test_a_process_that_takes_too_long_is_stopped() -> None:
    import marginals

    ended = marginals.run([sys.executable, "-c", "while True: pass"], timeout=0.3)
    assert ended.code is None and ended.wall_s < 5
    ended = marginals.run([sys.executable, "-c", "print('some words'); raise SystemExit(3)"])
    assert (ended.code, ended.last) == (3, "some words")


def test_codes_of_diagnoses() -> None:
    import tables

    assert [tables.three_characters(c) for c in ("428.01", "8", "V57.1", "E909", "?", None)] == [
        "428", "008", "V57", "E909", None, None,
    ]  # fmt: skip
    chapters = [["low", 1, 139], ["high", 140, 999]]
    assert [tables.chapter(c, chapters) for c in ("139.9", "140", "V57", None)] == ["low", "high", "V", None]
    assert {"008", "V57", "E909"} <= set(tables.ICD9) and len(tables.ICD9) == 999 + 91 + 200


def test_columns_of_a_code_book() -> None:
    import tables

    table = tables.policy_table(
        [
            {"name": "kind", "type": "categorical", "categories": [1, 2], "nullable": True},
            {"name": "age", "type": "integer", "min": 0, "max": 99},
            {"name": "pay", "type": "integer", "min": 0, "max": 9999, "special": ["0"]},
            {"name": "text", "type": "code"},
        ],
        ("", "?"),
    )
    from dpsynth.domain.domain import Domain

    assert Domain.from_table(table, {}).sizes == {"kind": 3, "age": 100, "pay": 33}


def test_figure_of_growth(tmp_path) -> None:
    import growth

    words = ["--data", table(tmp_path / "made"), "--rows", 1000, "--columns", 3, 6]
    words += ["--json", tmp_path / "g.json", "--figure", tmp_path / "g.svg"]
    growth.main([str(word) for word in words])
    rows = json.loads((tmp_path / "g.json").read_text())["rows"]
    assert [(row["rows"], row["columns"]) for row in rows] == [(1000, 3), (1000, 6)]
    assert all(row["status"] == "ok" and row["cpu_s"] > 0 for row in rows)
    assert (tmp_path / "g.svg").read_text().count("<polyline") == 8


def test_a_table_is_streamed_from_file_to_file(tmp_path, monkeypatch) -> None:
    import streamed

    monkeypatch.setattr(streamed, "BLOCK", 1000)
    found = streamed.streamed(table(tmp_path / "made"), [], 2500, tmp_path)
    # A tenth of the people are held out by default; the size of the others is known with noise.
    assert found["rows"] == 2500 and abs(found["synthetic_rows"] - 2250) < 200
    assert min(found[f"{step}_mb"] for step in ("read", "measure", "fit", "sample")) > 1
    assert found["cpu_s"] > 0
    assert streamed.pq.read_metadata(tmp_path / "rows.parquet").num_rows == 2500
