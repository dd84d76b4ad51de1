"""One run of synthcity's DPGAN: python run_synthcity.py RUN. Knows nothing of dpsynth.

Settings are the defaults. What it is spared: it learns levels and clusters of each column from the rows without noise,
chooses when to stop by a held-out part of them, and may draw levels that occur only; none of this is in its epsilon.
A level that is not declared, if it draws one, is moved to the nearest.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from synthcity.plugins import Plugins
from synthcity.plugins.core.dataloader import GenericDataLoader

torch.set_num_threads(1)
warnings.filterwarnings("ignore")


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    codes = np.load(job["train"])["codes"].astype(np.int64)
    sizes, names = np.array(job["sizes"]), [f"c{i}" for i in range(len(job["sizes"]))]
    rows = pd.DataFrame(codes, columns=names)
    cpu, wall = time.process_time(), time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    plugin = Plugins().get(
        job["mechanism"], epsilon=job["epsilon"], delta=job["delta"], random_state=job["seed"], device=device,
        workspace=run / "workspace",
    )  # fmt: skip
    plugin.fit(GenericDataLoader(rows))
    fitted = time.process_time()
    drawn = plugin.generate(count=len(codes)).dataframe()
    end = time.process_time()
    timing = {"cpu_s": end - cpu, "wall_s": time.monotonic() - wall, "sample_s": end - fitted, "device": device.type}
    found = np.rint(drawn[names].to_numpy(np.float64)).astype(np.int64)
    np.save(run / "codes.npy", np.clip(found, 0, sizes - 1))
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
