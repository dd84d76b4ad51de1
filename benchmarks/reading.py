"""CPU seconds and anonymous memory of reading a Parquet file of 15 columns: python benchmarks/reading.py [ROWS]."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dpsynth.data.files import FileSource
from dpsynth.data.open import open_source
from dpsynth.domain.domain import Domain
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.tables import Table

SIZES = np.random.default_rng(1).integers(4, 41, 15).tolist()


def write(path: Path, rows: int) -> None:
    """Three rows a person on average, in no order; texts and whole numbers."""
    rng, writer = np.random.default_rng(0), None
    for start in range(0, rows, 1_000_000):
        n = min(1_000_000, rows - start)
        columns = {"id": pa.array(rng.integers(0, max(1, rows // 3), n))}
        for i, size in enumerate(SIZES):
            codes = pa.array(np.minimum(rng.random(n) ** 1.5 * size, size - 1).astype(np.int32))
            texts = pa.array([f"level {code}" for code in range(size)])
            columns[f"c{i}"] = codes if i % 2 else pa.DictionaryArray.from_arrays(codes, texts).cast(pa.string())
        writer = writer or pq.ParquetWriter(path, pa.table(columns).schema)
        writer.write_table(pa.table(columns))
    if writer:
        writer.close()


def declared() -> Table:
    columns: dict[str, dict[str, object]] = {"id": {"role": "unit_key"}}
    for i, size in enumerate(SIZES):
        if i % 2:
            kind = {"type": "integer", "min": 0, "max": size - 1, "bins": {"each": True}}
        else:
            kind = {"type": "category", "domain": tuple(f"level {code}" for code in range(size))}
        columns[f"c{i}"] = {**kind, "source": "doc", "nullable": True}
    return Table.model_validate({"file": "rows.parquet", "columns": columns})


def anonymous() -> float:
    """MiB of memory that no file stands behind (Linux)."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")) / 1024


def main(rows: int) -> None:
    table = declared()
    source = Source.model_validate({"population": "p", "snapshot": "s", "max_patients": 10**8})
    done, peak = threading.Event(), [anonymous()]

    def watch() -> None:
        while not done.wait(0.02):
            peak.append(max(peak.pop(), anonymous()))

    with tempfile.TemporaryDirectory() as place:
        file, spill = Path(place) / "rows.parquet", Path(place) / "spill"
        spill.mkdir()
        write(file, rows)
        before = peak[0]
        threading.Thread(target=watch, daemon=True).start()
        start = time.process_time()
        found = open_source(
            table, source, Contribution(max_rows_per_unit=10), Domain.from_table(table, {}), FileSource(file),
            b"k" * 32, lambda: None, spill=spill,
        )  # fmt: skip
        seconds = time.process_time() - start
        done.set()
    kept = found.train.rows + found.reference.rows + found.control.rows
    print(f"{kept:,} rows kept: {seconds:.1f} CPU s; anonymous memory {before:.0f} MiB before, {peak[0]:.0f} at most")


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000)
