"""One run of synthcity's DPGAN: python run_synthcity.py RUN. Knows nothing of dpsynth.

Settings are the defaults, or `options` of the job. What it is spared: it learns levels and clusters of each column from
the rows without noise, chooses when to stop by a held-out part of them, and may draw levels that occur only; none of
this is in its epsilon. A level that is not declared, if it draws one, is moved to the nearest. What it imports only for
other models than DPGAN is not installed (see `environments.py`); empty modules stand in its place.
"""

import importlib.abc
import importlib.machinery
import json
import sys
import time
import types
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import torch

OTHERS = {
    "PIL", "arfpy", "be_great", "dgl", "fastai", "fflows", "geomloss", "lifelines", "monai", "nflows", "pgmpy",
    "pycox", "pykeops", "redis", "shap", "torchtuples", "torchvision", "tsai", "xgboost", "xgbse",
}  # fmt: skip


class Empty(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules in which every name is an empty class."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in OTHERS else None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)

        def found(name):
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {"__init__": lambda self, *args, **more: None})

        module.__getattr__ = found
        return module

    def exec_module(self, module):
        pass


sys.meta_path.append(Empty())

from synthcity.plugins import Plugins  # noqa: E402
from synthcity.plugins.core.dataloader import GenericDataLoader  # noqa: E402

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
    vars(plugin).update(job.get("options", {}))
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
