"""What to compare with, none of it private: python benchmarks/baselines.py RUN (see `marginals.py`).

bootstrap: training rows drawn with replacement, the error of a sample. independent_exact: every column permuted, all
that one-way marginals can give. real: the training rows themselves, the accuracies to reach.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np


def bootstrap(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return codes[rng.integers(0, len(codes), len(codes))]


def independent_exact(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.stack([rng.permutation(column) for column in codes.T], axis=1)


def real(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return codes


BASELINES = {"bootstrap": bootstrap, "independent_exact": independent_exact, "real": real}


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    train = np.load(job["train"])["codes"]
    cpu, wall = time.process_time(), time.monotonic()
    codes = BASELINES[job["mechanism"]](train, np.random.default_rng(job["seed"]))
    timing = {"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall}
    np.save(run / "codes.npy", codes)
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
