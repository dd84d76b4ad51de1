"""One run of OpenDP's MST or AIM: python run_opendp.py RUN. Needs opendp[mbi]; knows nothing of dpsynth.

Fair: the public levels are passed as keys, so no budget goes to finding them. OpenDP adds a level for null to every
list of keys; here the last level of each column is null, so that no level is added. rho is the largest that its own
conversion allows for (epsilon, delta). The noise is secure. Settings are the defaults but one: rows are drawn with
`method="sample"`, because the default of private-pgm 1.1.0 gives the rows of a group their values in order, which makes
two columns that share a parent depend on each other (see README.md).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import opendp.prelude as dp
import polars as pl
from opendp.extras.mbi import _mst

dp.enable_features("contrib")


def rho_of(epsilon: float, delta: float) -> float:
    """The largest rho-zCDP that OpenDP converts into (epsilon, delta)."""
    space = dp.atom_domain(T=float, nan=False), dp.absolute_distance(T=float)

    def approximate(scale: float):
        return dp.c.make_fix_delta(dp.c.make_zCDP_to_approxDP(dp.m.make_gaussian(*space, scale)), delta=delta)

    scale = dp.binary_search_param(approximate, d_in=1.0, d_out=(epsilon, delta))
    return dp.m.make_gaussian(*space, scale).map(1.0)


def below(x: float) -> float:
    """A hair less, for `prior` of OpenDP's MST, which takes the next smaller number.

    MST divides the budget of selection into equal parts and adds them again, each sum rounded up. One unit in the last
    place is mostly too little room, and then the release is refused. Spending less is always allowed.
    """
    return x * (1 - 1e-12)


_mst.prior = below


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    codes = np.load(job["train"])["codes"].astype(np.int64)
    # Names that no parser could mistake for anything.
    names, sizes = [f"c{i}" for i in range(len(job["sizes"]))], job["sizes"]
    np.random.seed(job["seed"])  # private-pgm samples with the global generator
    columns = {}
    for i, (name, size) in enumerate(zip(names, sizes, strict=True)):
        columns[name] = pl.Series(name, [None if code == size - 1 else code for code in codes[:, i].tolist()], pl.Int64)
    rows = pl.LazyFrame(columns)
    keys = {n: pl.Series(n, [*range(size - 1), None], pl.Int64) for n, size in zip(names, sizes, strict=True)}
    cpu, wall = time.process_time(), time.monotonic()
    rho = rho_of(job["epsilon"], job["delta"])
    context = dp.Context.compositor(
        data=rows,
        privacy_unit=dp.unit_of(contributions=job["rows_per_unit"]),
        privacy_loss=dp.loss_of(rho=rho),
        split_evenly_over=1,
    )
    algorithm = {"mst": dp.mbi.MST, "aim": dp.mbi.AIM}[job["mechanism"]]()
    table = context.query().select(*names).contingency_table(keys=keys, algorithm=algorithm).release()
    fitted = time.process_time()
    drawn = table.synthesize(len(codes), method="sample")
    end = time.process_time()
    found = np.stack([drawn[n].fill_null(s - 1).to_numpy() for n, s in zip(names, sizes, strict=True)], axis=1)
    np.save(run / "codes.npy", found.astype(np.int64))
    timing = {"cpu_s": end - cpu, "wall_s": time.monotonic() - wall, "sample_s": end - fitted, "rho": rho}
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
