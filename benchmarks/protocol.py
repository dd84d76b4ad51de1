"""The steps around a run, each in a process of its own so that `marginals.py` itself stays small.

python benchmarks/protocol.py read FOLDER         FOLDER/job.json -> table.pickle, about.json
python benchmarks/protocol.py split FOLDER SEED   table.pickle -> seed-SEED/{train.npz, test.npy, task.pickle}
python benchmarks/protocol.py judge FOLDER SEED RUN   train, test, RUN/codes.npy -> RUN/quality.json
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from pathlib import Path

# Before numpy and scikit-learn are loaded: on a busy machine their threads mostly wait for each other.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from quality import MOST_TRIPLES, accuracies, mean_total_variation
from tables import Coded, coded

TEST = 0.2
"""Share of people that no method sees; classifiers are tested on their rows."""
QUICK_TRIPLES = 100


def read(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text())
    table = coded(job)
    domain = table.task.domain
    about = {
        "table": table.name,
        "rows": table.units.rows,
        "people": table.units.size,
        "names": list(domain.names),
        "sizes": list(domain.sizes.values()),
        "ordered": [bool(a.ordered) for a in domain.attributes],
        "rows_per_unit": table.task.rows_per_unit,
        "target": table.target,
        "triples": QUICK_TRIPLES if job.get("quick") else MOST_TRIPLES,
    }
    (folder / "table.pickle").write_bytes(pickle.dumps(table))
    (folder / "about.json").write_text(json.dumps(about))


def split(folder: Path, seed: str) -> None:
    """People, not rows, are drawn: rows of one person on both sides would help the classifiers."""
    table: Coded = pickle.loads((folder / "table.pickle").read_bytes())
    units = table.units
    people = np.random.default_rng(int(seed)).permutation(units.size)
    seen = round((1 - TEST) * units.size)
    train, test = units.take(people[:seen]), units.take(people[seen:])
    place = folder / f"seed-{seed}"
    place.mkdir()
    np.savez(place / "train.npz", codes=train.codes, owner=train.owner, size=train.size)
    np.save(place / "test.npy", test.codes)
    (place / "task.pickle").write_bytes(pickle.dumps((table.task, table.synthesis)))


def judge(folder: Path, seed: str, run: str) -> None:
    about = json.loads((folder / "about.json").read_text())
    sizes, target = about["sizes"], about["target"]
    train, test = np.load(folder / f"seed-{seed}" / "train.npz")["codes"], np.load(folder / f"seed-{seed}" / "test.npy")
    synthetic = np.load(Path(run) / "codes.npy")
    if synthetic.shape != train.shape or synthetic.min() < 0 or (synthetic >= np.array(sizes)).any():
        raise SystemExit(f"Expected codes of shape {train.shape} inside the domain, got shape {synthetic.shape}.")
    found = {f"tv{k}": mean_total_variation(train, synthetic, sizes, k, about["triples"]) for k in (1, 2, 3)}
    if target is not None:
        where = about["names"].index(target)
        found |= accuracies(synthetic.astype(np.int64), test.astype(np.int64), sizes, about["ordered"], where)
    (Path(run) / "quality.json").write_text(json.dumps(found))


if __name__ == "__main__":
    step, place, *more = sys.argv[1:]
    {"read": read, "split": split, "judge": judge}[step](Path(place), *more)
