"""Seconds of a fit on a device: python benchmarks/fit_device.py --device numpy|torch|cuda --cells N [--cliques K]."""

from __future__ import annotations

import argparse
import resource
import time
from itertools import combinations

import numpy as np

from dpsynth.synth.graphical import JunctionTree, NoisyMarginal, fit

RECORDS, SIGMA = 100_000.0, 20.0


def chain(cells: int, cliques: int, rng: np.random.Generator) -> tuple[dict[str, int], list[NoisyMarginal]]:
    """Cliques of four attributes that share two with the next one; all pairs inside a clique are measured."""
    levels = max(2, round((cells / cliques) ** 0.25))
    names = [f"x{i}" for i in range(2 * cliques + 2)]
    pairs = {pair for k in range(cliques) for pair in combinations(names[2 * k : 2 * k + 4], 2)}
    tables = []
    for pair in sorted(pairs):
        exact = RECORDS * rng.dirichlet(np.ones(levels**2)).reshape(levels, levels)
        tables.append(NoisyMarginal(pair, exact + rng.normal(0, SIGMA, exact.shape), SIGMA))
    return dict.fromkeys(names, levels), tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="numpy", choices=["numpy", "torch", "cuda"])
    parser.add_argument("--cells", type=float, default=5e6)
    parser.add_argument("--cliques", type=int, default=5)
    parser.add_argument("--sweeps", type=int, default=10)
    chosen = parser.parse_args()
    sizes, tables = chain(int(chosen.cells), chosen.cliques, np.random.default_rng(1))
    tree = JunctionTree.build(sizes, [table.clique for table in tables])
    print(f"{tree.cells:,} cells in {len(tree.cliques)} cliques, {len(tables)} tables, {chosen.sweeps} sweeps")
    # The first fit loads the library and wakes the device.
    fit(sizes, tables, sweeps=1, device=chosen.device)
    cpu, wall = time.process_time(), time.monotonic()
    model = fit(sizes, tables, sweeps=chosen.sweeps, tol=0.0, device=chosen.device)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # The sum of squares shows that all devices come to the same model.
    check = sum(float((belief**2).sum()) for belief in model.beliefs)
    print(f"{chosen.device}: {cpu:.2f} CPU s, {wall:.2f} s, peak {peak:.0f} MB, check {check:.12f}")


if __name__ == "__main__":
    main()
