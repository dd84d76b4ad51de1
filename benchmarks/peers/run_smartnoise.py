"""One run of SmartNoise's MST or AIM: python run_smartnoise.py RUN. Needs smartnoise-synth; knows nothing of dpsynth.

Fair: its table transformer is fitted to a made-up table that holds every public level, so no budget goes to it and no
level is learned from rows. Settings are the defaults but one: private-pgm is told to draw independent rows, because its
default makes columns that share a parent depend on each other (see README.md). What it is spared: it fits to
the exact number of rows. Its transformer works row by row in Python; that is part of its time.
"""

import json
import sys
import time
from functools import partialmethod
from pathlib import Path

import numpy as np
import pandas as pd
from mbi import MarkovRandomField
from snsynth import Synthesizer
from snsynth.transform import LabelTransformer, TableTransformer

# SmartNoise has no setting for it.
MarkovRandomField.synthetic_data = partialmethod(MarkovRandomField.synthetic_data, method="sample")


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    codes = np.load(job["train"])["codes"].astype(np.int64)
    sizes, names = job["sizes"], [f"c{i}" for i in range(len(job["sizes"]))]
    np.random.seed(job["seed"])  # it draws with the global generator
    rows = pd.DataFrame(codes, columns=names)
    levels = pd.DataFrame({n: np.arange(max(sizes)) % size for n, size in zip(names, sizes, strict=True)})
    transformer = TableTransformer([LabelTransformer(nullable=False) for _ in names])
    transformer.fit(levels)
    cpu, wall = time.process_time(), time.monotonic()
    synthesizer = Synthesizer.create(job["mechanism"], epsilon=job["epsilon"], delta=job["delta"])
    synthesizer.fit(rows, transformer=transformer)
    fitted = time.process_time()
    drawn = synthesizer.sample(len(codes))
    end = time.process_time()
    timing = {"cpu_s": end - cpu, "wall_s": time.monotonic() - wall, "sample_s": end - fitted}
    np.save(run / "codes.npy", drawn[names].to_numpy(np.int64))
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
