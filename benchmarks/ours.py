"""One run of one of our mechanisms: python benchmarks/ours.py RUN, with RUN/job.json (see `marginals.py`)."""

from __future__ import annotations

import json
import pickle
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dpsynth.data.units import Units
from dpsynth.privacy.accountant import calibrate, compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth import aim  # noqa: F401  registers itself
from dpsynth.synth.base import configure
from dpsynth.synth.graphical import GraphicalModel
from dpsynth.synth.graphical.sample import BLOCK
from dpsynth.synth.network.gan import GAN, Scale
from dpsynth.synth.task import Promise
from dpsynth.synth.tree_model import CompressedModel


def nearness(model: Any, codes: np.ndarray) -> dict[str, Any]:
    """How far the counts of all cells of a junction tree's cliques are from what the model expects, in rows."""
    if not (isinstance(model, CompressedModel) and isinstance(model.groups, GraphicalModel)):
        return {}
    tree, beliefs = model.graphical.tree, model.graphical.beliefs
    counts = [np.zeros(belief.size, np.int64) for belief in beliefs]
    for block in np.split(codes, range(BLOCK, len(codes), BLOCK)):
        groups = {c.name: np.asarray(c.group)[block[:, i]] for i, c in enumerate(model.columns)}
        for clique, belief, count in zip(tree.cliques, beliefs, counts, strict=True):
            cell = np.ravel_multi_index([groups[name] for name in clique], belief.shape)
            count += np.bincount(cell, minlength=belief.size)
    off = [np.abs(n - len(codes) * belief.ravel()) for n, belief in zip(counts, beliefs, strict=True)]
    worst = np.concatenate(off)
    return {"cells": len(worst), "cells_beyond_two": int((worst > 2).sum()), "furthest_cell": float(worst.max())}


QUICK = Scale(0, (64, 64), 1024, 200)
"""A look at a critic: a fifth of the usual steps."""


def main(run: Path) -> None:
    job = json.loads((run / "job.json").read_text())
    train = np.load(job["train"])
    task, synthesis = pickle.loads(Path(job["task"]).read_bytes())
    if synthesis.mechanism != job["mechanism"]:
        # Shares of the budget belong to the mechanism that the policy names.
        synthesis = synthesis.model_copy(update={"mechanism": job["mechanism"], "candidates": None, "split": None})
    units = Units(train["codes"], train["owner"], int(train["size"]))
    sampler = DiscreteGaussian()
    sampler.ready()
    task = replace(task, promise=Promise(Epsilon(job["epsilon"]), Delta(job["delta"]), units.size))
    config = configure(synthesis)
    guarded = isinstance(config, GAN)
    if guarded:
        config = replace(config, guard=False)  # the table is that of the trained generator, whatever came of it
        if job.get("quick"):
            config = replace(config, scale=QUICK)
    clock = [time.process_time()]
    wall = time.monotonic()
    mechanism = config.calibrate(calibrate(Epsilon(job["epsilon"]), Delta(job["delta"])), task)
    spent = compose(mechanism.event)
    asked = cells(mechanism.event)
    curator = Curator(units, task.domain, task.rows_per_unit, spent.mu_squared, asked, sampler, spent.sampled)
    measured = mechanism.measure(curator)
    clock.append(time.process_time())
    model = mechanism.fit(measured)
    clock.append(time.process_time())
    codes = model.sample(units.rows, np.random.default_rng(job["seed"]))
    clock.append(time.process_time())
    wall = time.monotonic() - wall
    if spent.delta(Epsilon(job["epsilon"])).value > job["delta"]:
        raise SystemExit(f"{job['mechanism']} costs more than epsilon {job['epsilon']} at delta {job['delta']}.")
    np.save(run / "codes.npy", codes)
    parts = dict(zip(("measure_s", "fit_s", "sample_s"), np.diff(clock).tolist(), strict=True))
    fallback = replace(mechanism, guard=True).fit(measured).facts["fell_back"] if guarded else None
    timing = {
        "fallback": fallback,
        "cpu_s": clock[-1] - clock[0],
        "wall_s": wall,
        **parts,
        "marginals": len(measured.marginals),
        **nearness(model, codes),
    }
    (run / "timing.json").write_text(json.dumps(timing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
