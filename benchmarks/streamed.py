"""CPU seconds and memory of a table that need not fit into memory: python benchmarks/streamed.py --data DIR --rows N.

Rows of the table are drawn with replacement and written to Parquet block by block, one person a row. Then, as in a run:
read, measured, fitted, sampled, and written to Parquet, all of it block by block.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from growth import DELTA, EPSILON
from reading import anonymous
from tables import coded

from dpsynth.data.files import FileSource
from dpsynth.data.open import open_source
from dpsynth.domain.domain import Domain
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.tables import Table
from dpsynth.privacy.accountant import calibrate, compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.release import tables
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.task import Task

BLOCK = 1_000_000


def blocks(codes: np.ndarray, names: tuple[str, ...], rows: int) -> Iterator[pa.Table]:
    """Drawn rows: a key, and levels spelled as numbers."""
    rng = np.random.default_rng(0)
    spelled = [pa.array([str(level) for level in range(int(codes[:, i].max()) + 1)]) for i in range(len(names))]
    for start in range(0, rows, BLOCK):
        n = min(BLOCK, rows - start)
        drawn = codes[rng.integers(0, len(codes), n)]
        columns = [
            pa.DictionaryArray.from_arrays(pa.array(drawn[:, i].astype(np.int32)), levels).cast(pa.string())
            for i, levels in enumerate(spelled)
        ]
        yield pa.table([pa.array(np.arange(start, start + n)), *columns], ["key", *names])


def write(file: Path, parts: Iterator[pa.Table]) -> None:
    first = next(parts)
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part)


def declared(domain: Domain) -> Table:
    """The table as a policy declares it."""
    columns: dict[str, dict[str, Any]] = {"key": {"role": "unit_key"}}
    for a in domain.attributes:
        levels = tuple(str(level) for level in range(a.size))
        columns[a.name] = {"type": "category", "domain": levels, "ordered": a.ordered, "other": False}
        columns[a.name] |= {"nullable": True, "source": "doc"}
    return Table.model_validate({"file": "rows.parquet", "columns": columns})


@contextmanager
def watched(found: dict[str, float], name: str) -> Iterator[None]:
    """CPU seconds of a step, and the most memory during it that no file stands behind, in MiB."""
    done, peak, start = threading.Event(), [anonymous()], time.process_time()

    def watch() -> None:
        while not done.wait(0.05):
            peak.append(max(peak.pop(), anonymous()))

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    yield
    done.set()
    watching.join()
    found |= {f"{name}_s": time.process_time() - start, f"{name}_mb": peak[0]}
    print(f"{name}: {found[f'{name}_s']:.1f} CPU s, {peak[0]:.0f} MiB", flush=True)


def streamed(data: Path, ordered: list[str], rows: int, place: Path) -> dict[str, float]:
    """The steps of a run. The folder gets both tables."""
    small = coded({"data": str(data), "ordered": ordered})
    table = declared(small.task.domain)
    write(place / "rows.parquet", blocks(small.units.codes, small.task.names, rows))
    domain, spill = Domain.from_table(table, {}), place / "spill"
    spill.mkdir()
    source = Source.model_validate({"population": "p", "snapshot": "s", "max_patients": max(1, rows)})
    sampler, found = DiscreteGaussian(), {"rows": float(rows), "columns": float(len(domain.names))}
    sampler.ready()
    with watched(found, "read"):
        opened = open_source(
            table, source, Contribution(max_rows_per_unit=1), domain, FileSource(place / "rows.parquet"), b"k" * 32,
            lambda: None, spill=spill,
        )  # fmt: skip
    with watched(found, "measure"):
        mechanism = CliqueTree().calibrate(calibrate(Epsilon(EPSILON), Delta(DELTA)), Task(domain))
        spent = compose(mechanism.event).mu_squared
        measured = mechanism.measure(Curator(opened.train, domain, 1, spent, cells(mechanism.event), sampler))
    with watched(found, "fit"):
        model = mechanism.fit(measured)
    with watched(found, "sample"):
        rng = np.random.default_rng(1)
        drawn = model.blocks(round(measured.total()), rng, block=tables.ROWS)
        tables.write({"parquet": place / "synthetic.parquet"}, (domain.decode(codes, rng) for codes in drawn))
    found["synthetic_rows"] = float(pq.read_metadata(place / "synthetic.parquet").num_rows)
    found["cpu_s"] = sum(found[f"{step}_s"] for step in ("read", "measure", "fit", "sample"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="as of marginals.py")
    parser.add_argument("--ordered", type=lambda text: text.split(","), default=[])
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--folder", type=Path, help="where the tables are written; they are removed again")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dpsynth-streamed-", dir=chosen.folder) as name:
        found = streamed(chosen.data, chosen.ordered, chosen.rows, Path(name))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1))
    print(" ".join(f"{key} {value:.6g}" for key, value in found.items()))


if __name__ == "__main__":
    main()
