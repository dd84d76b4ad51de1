"""The synthetic table as files: deterministic and quoted."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from dpsynth.domain.domain import Domain
from dpsynth.errors import ResourceError
from dpsynth.policy.tables import Table
from dpsynth.release import tables

COLUMNS: dict[str, Any] = {
    "person": {"role": "unit_key"},
    'a "b", c': {
        "type": "category",
        "domain": ["=1+1", "-", '"', "x,y", "@SUM(A1)"],
        "nullable": True,
        "source": "doc",
    },
    "age": {"type": "integer", "min": 0, "max": 100, "bins": {"width": 20}, "nullable": True, "source": "doc"},
    "cost": {
        "type": "real",
        "min": -2.5,
        "max": 10.5,
        "decimals": 0,
        "bins": {"count": 2},
        "missing_as": 0.0,
        "source": "doc",
    },  # fmt: skip
    "dose": {"type": "real", "min": 0, "max": 1, "bins": {"count": 4}, "missing_as": 0.0, "source": "doc"},
    "died": {"type": "boolean", "nullable": True, "source": "doc", "title": {"en": "Death"}},
    "day": {"type": "date", "min": "2020-01-01", "max": "2021-12-31", "nullable": True, "source": "doc"},
}


def study() -> tuple[Any, Domain]:
    table = Table.model_validate({"file": "x.csv", "columns": COLUMNS}, strict=False)
    policy = SimpleNamespace(table=table, table_name="some_visits", id="pid", title={"en": "T"})
    return policy, Domain.from_table(table, {})


def made(n: int = 300, seed: int = 4) -> tuple[pa.Table, np.ndarray, Domain]:
    policy, domain = study()
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, size, n) for size in domain.sizes.values()], axis=1).astype(np.uint16)
    [table] = tables.synthetic_tables(policy, domain, tables.in_blocks(codes), rng)
    return table, codes, domain


def written(table: pa.Table, form: str) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "file"
        digest = tables.write({form: file}, [table])
        content = file.read_bytes()
    assert digest == {form: hashlib.sha256(content).hexdigest()}
    return content


def digests() -> str:
    both = written(made()[0], "csv") + written(made()[0], "parquet")
    return hashlib.sha256(both).hexdigest()


def test_equal_inputs_give_equal_bytes_in_another_process() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import test_tables; print(test_tables.digests())"
    here = Path(__file__).resolve()
    root = here.parent.parent.parent
    other = subprocess.run(
        [sys.executable, "-c", code, str(here.parent)],
        capture_output=True, text=True, check=True, cwd=root, env={"PYTHONPATH": str(root), "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert digests() == digests() == other.stdout.strip()


def test_keys_are_synthetic_and_new() -> None:
    table, codes, _ = made()
    keys = table.column("person").to_pylist()
    assert table.column_names[0] == "person"
    assert keys[0] == "SYN000000001" and len(set(keys)) == len(codes)


def test_both_files_hold_the_codes() -> None:
    table, codes, domain = made()
    parquet = pq.read_table(io.BytesIO(written(table, "parquet")))
    assert b"SYNTHETIC" in parquet.schema.metadata[b"dpsynth"]
    assert (domain.encode({name: parquet.column(name) for name in domain.names}) == codes).all()
    options = pacsv.ConvertOptions(
        column_types={name: pa.string() for name in table.column_names}, strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )  # fmt: skip
    text = pacsv.read_csv(io.BytesIO(written(table, "csv")), convert_options=options)
    assert (domain.encode({name: text.column(name) for name in domain.names}) == codes).all()


def test_no_level_ends_a_cell_or_a_line() -> None:
    """Levels that a spreadsheet would run stay as the code book spells them, inside quotes."""
    table, codes, _ = made()
    raw = written(table, "csv").decode()
    rows = list(csv.reader(io.StringIO(raw)))
    assert rows[0] == list(COLUMNS) and len(rows) == len(codes) + 1
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert '"=1+1"' in raw and {row[1] for row in rows[1:]} == {"=1+1", "-", '"', "x,y", "@SUM(A1)", "other", ""}


def test_missing_is_empty_and_text_is_quoted() -> None:
    lines = written(pa.table({"a": ["x", None], "n": pa.array([None, 2], pa.int64())}), "csv").decode().splitlines()
    assert lines == ['"a","n"', '"x",', ",2"]


@pytest.mark.parametrize("n", [0, 1])
def test_few_rows(n: int) -> None:
    table = made(n)[0]
    assert table.num_rows == n
    assert written(table, "csv").count(b"\n") == n + 1
    assert pq.read_table(io.BytesIO(written(table, "parquet"))).num_rows == n


def parts(n: int, rows: int, seed: int = 4):
    policy, domain = study()
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, size, n) for size in domain.sizes.values()], axis=1).astype(np.uint16)
    return tables.synthetic_tables(policy, domain, tables.in_blocks(codes, rows), rng), codes, domain


@pytest.mark.parametrize("n", [0, 1, 99, 100, 101, 257])
def test_blocks_make_one_table(tmp_path: Path, n: int) -> None:
    blocks, codes, domain = parts(n, 100)
    files = {"csv": tmp_path / "t.csv", "parquet": tmp_path / "t.parquet"}
    digests = tables.write(files, blocks)
    assert digests == {form: hashlib.sha256(file.read_bytes()).hexdigest() for form, file in files.items()}
    parquet = pq.read_table(files["parquet"])
    assert parquet.num_rows == n and pq.ParquetFile(files["parquet"]).num_row_groups == max(1, -(-n // 100))
    assert (domain.encode({name: parquet.column(name) for name in domain.names}) == codes).all()
    assert parquet.column("person").to_pylist() == [f"SYN{i:09d}" for i in range(1, n + 1)]
    assert files["csv"].read_bytes() == written(parquet.combine_chunks(), "csv")
    blocks, _, _ = parts(n, 100)
    again = {"csv": tmp_path / "u.csv", "parquet": tmp_path / "u.parquet"}
    assert tables.write(again, blocks) == digests


def test_keys_grow_beyond_nine_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(12)[0].column("person").to_pylist()[-1] == "SYN000000012"
    assert tables._keys(10**9 - 1, 3).to_pylist() == ["SYN999999999", "SYN1000000000", "SYN1000000001"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, OSError(28, "No space left on device")])
def test_a_crash_in_the_middle_leaves_no_file(tmp_path: Path, failure) -> None:
    def stopped():
        blocks, _, _ = parts(300, 100)
        yield next(blocks)
        yield next(blocks)
        raise failure

    files = {"csv": tmp_path / "t.csv", "parquet": tmp_path / "t.parquet"}
    files["csv"].write_text("old")
    with pytest.raises((KeyboardInterrupt, MemoryError, ResourceError)):
        tables.write(files, stopped())
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"] and files["csv"].read_text() == "old"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, form: str) -> None:
    policy, domain = study()
    rng = np.random.default_rng(0)
    block = np.zeros((2000, len(domain.names)), np.uint16)
    peaks = []
    for n in (2, 60):
        before = pa.total_allocated_bytes()
        held = []
        tables_of = tables.synthetic_tables(
            policy, domain, (held.append(pa.total_allocated_bytes()) or block for _ in range(n)), rng
        )
        tracemalloc.start()
        tables.write({form: tmp_path / "t"}, tables_of)
        peaks.append(tracemalloc.get_traced_memory()[1] + max(held) - before)
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 10**5
