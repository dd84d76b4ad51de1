"""One run of dpmm's MST, PrivBayes or AIM: python run_dpmm.py RUN. Needs dpmm; knows nothing of dpsynth.

Fair: codes and public sizes are passed and its preprocessing is off, so no budget goes to it; all settings are the
defaults (domain compression on). Its sampling is the one of an older private-pgm.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from dpmm.pipelines.aim import AIMPipeline
from dpmm.pipelines.mst import MSTPipeline
from dpmm.pipelines.priv_bayes import PrivBayesPipeline

PIPELINES = {"mst": MSTPipeline, "privbayes": PrivBayesPipeline, "aim": AIMPipeline}


def cpu_seconds() -> float:
    """Of this process and of the workers that it starts and waits for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    codes = np.load(job["train"])["codes"].astype(np.int64)
    names = [f"c{i}" for i in range(len(job["sizes"]))]
    rows, domain = pd.DataFrame(codes, columns=names), dict(zip(names, job["sizes"], strict=True))
    cpu, wall = cpu_seconds(), time.monotonic()
    pipeline = PIPELINES[job["mechanism"]](epsilon=job["epsilon"], delta=job["delta"], disable_processing=True)
    pipeline.fit(rows, domain=domain, random_state=job["seed"])
    fitted = cpu_seconds()
    drawn = pipeline.generate(n_records=len(codes), random_state=job["seed"])
    end = cpu_seconds()
    timing = {"cpu_s": end - cpu, "wall_s": time.monotonic() - wall, "sample_s": end - fitted}
    np.save(run / "codes.npy", drawn[names].to_numpy(np.int64))
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
