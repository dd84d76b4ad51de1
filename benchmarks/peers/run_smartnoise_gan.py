"""One run of SmartNoise's DPCTGAN or PATECTGAN: python run_smartnoise_gan.py RUN. Knows nothing of dpsynth.

Fair: its table transformer is fitted to a made-up table that holds every public level, so no budget goes to it and no
level is learned from rows. All other settings are the defaults, or `options` of the job; a CUDA device is used where
there is one.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from snsynth import Synthesizer
from snsynth.transform import ChainTransformer, LabelTransformer, OneHotEncoder, TableTransformer

torch.set_num_threads(1)


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    codes = np.load(job["train"])["codes"].astype(np.int64)
    sizes, names = job["sizes"], [f"c{i}" for i in range(len(job["sizes"]))]
    np.random.seed(job["seed"])  # it draws with the global generator
    rows = pd.DataFrame(codes, columns=names)
    levels = pd.DataFrame({n: np.arange(max(sizes)) % size for n, size in zip(names, sizes, strict=True)})
    transformer = TableTransformer(
        [ChainTransformer([LabelTransformer(nullable=False), OneHotEncoder()]) for _ in names]
    )
    transformer.fit(levels)
    cpu, wall = time.process_time(), time.monotonic()
    settings = {"epsilon": job["epsilon"], "delta": job["delta"], "verbose": False, **job.get("options", {})}
    synthesizer = Synthesizer.create(job["mechanism"], **settings)
    synthesizer.fit(rows, transformer=transformer)
    fitted = time.process_time()
    drawn = synthesizer.sample(len(codes))
    end = time.process_time()
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    timing = {"cpu_s": end - cpu, "wall_s": time.monotonic() - wall, "sample_s": end - fitted, "device": device}
    np.save(run / "codes.npy", drawn[names].to_numpy(np.int64))
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
