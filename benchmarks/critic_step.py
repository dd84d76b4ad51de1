"""Time of one step of a critic: ours, without privacy, by Opacus. python benchmarks/critic_step.py FILE [ROUNDS]

The network of 200 inputs, one-hot codes of 20 columns, hidden layers of 256 and 256, one output; samples of 2,048
people on average. All are measured in turn, round by round, so that other work on the machine slows all of them alike;
CPU time where everything runs on the CPU, and time of the clock on a CUDA device, which is used where there is one.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import nn

from dpsynth.data.units import Units
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.synth.dpsgd.network import fresh
from dpsynth.synth.dpsgd.plan import PURPOSE, SPREAD, Training
from dpsynth.synth.dpsgd.step import Trained, adam, step
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

COLUMNS, LEVELS, HIDDEN = 20, 10, (256, 256)
PEOPLE, BATCH = 50_000, 2048
RATE, CLIP, SIGMA = 1e-3, 1.0, 1.0
HOOKS_EVERY = 5
"""Opacus' hooks take a second a step: they are measured in every fifth round only."""

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
Step = Callable[[], object]


def network() -> nn.Sequential:
    widths = (COLUMNS * LEVELS, *HIDDEN)
    layers = [part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.LeakyReLU(0.2))]
    return nn.Sequential(*layers, nn.Linear(widths[-1], 1)).to(DEVICE)


def one_hot(rows: torch.Tensor) -> torch.Tensor:
    return torch.zeros(len(rows), COLUMNS * LEVELS, device=DEVICE).scatter_(1, rows, 1.0)


def ours(codes: np.ndarray, fakes: torch.Tensor) -> dict[str, Step]:
    """The whole step, sample to clamp, with the gradient on fakes; and what Opacus is asked for below."""
    event = SampledGaussian(PURPOSE, 10**6, snap_rate(BATCH / PEOPLE), SIGMA)
    units = Units(codes, np.arange(PEOPLE), PEOPLE)
    curator = Curator(units, tables.domain(*[LEVELS] * COLUMNS), 1, Fraction(0), 0, NoNoise(), [event])
    training = Training(event, float(BATCH), round(BATCH + SPREAD * BATCH**0.5), CLIP)
    state = Trained.start(fresh((COLUMNS * LEVELS, *HIDDEN, 1), np.random.default_rng(0), device=DEVICE))

    def real_rows() -> object:
        noisy = curator.gradient(state.critic, CLIP, training.capacity, PURPOSE)
        return adam(state, noisy / training.batch, RATE, float("inf"))

    return {"ours": lambda: step(state, curator, fakes, training, RATE), "ours_real_rows": real_rows}


def nonprivate(rows: torch.Tensor, fakes: torch.Tensor) -> dict[str, Step]:
    """The same by torch: a batch at random, the gradient on it and on fakes, Adam."""
    net = network()
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE, betas=(0.5, 0.999))
    false = one_hot(fakes)

    def whole() -> None:
        real = one_hot(rows[torch.randint(0, PEOPLE, (BATCH,), device=DEVICE)])
        optimiser.zero_grad()
        (net(false).mean() - net(real).mean()).backward()
        optimiser.step()

    return {"nonprivate": whole}


def opacus(rows: torch.Tensor, kind: str) -> Step:
    """Sample, clip, sum, noise and Adam on real rows by Opacus; sampled as in its loaders, without their copying."""
    from opacus.grad_sample import GradSampleModule, GradSampleModuleFastGradientClipping
    from opacus.optimizers import DPOptimizer, DPOptimizerFastGradientClipping
    from opacus.utils.fast_gradient_clipping_utils import DPLossFastGradientClipping

    ghost, net = kind == "ghost", network()
    adam_of = torch.optim.Adam(net.parameters(), lr=RATE, betas=(0.5, 0.999))
    options = {"noise_multiplier": SIGMA, "max_grad_norm": CLIP, "expected_batch_size": BATCH}
    if ghost:
        module = GradSampleModuleFastGradientClipping(net, max_grad_norm=CLIP, use_ghost_clipping=True)
        optimiser = DPOptimizerFastGradientClipping(adam_of, **options)
        loss_of = DPLossFastGradientClipping(module, optimiser, _Linear(), "mean")
    else:
        module, optimiser = GradSampleModule(net), DPOptimizer(adam_of, **options)

    def one() -> None:
        real = one_hot(rows[(torch.rand(PEOPLE, device=DEVICE) < BATCH / PEOPLE).nonzero()[:, 0]])
        optimiser.zero_grad()
        if ghost:
            loss_of(module(real), real[:, :1]).backward()
        else:
            (-module(real).mean()).backward()
        optimiser.step()

    return one


class _Linear(nn.Module):
    """The linear loss of real rows, in the form that Opacus asks for."""

    reduction = "mean"

    def forward(self, scores: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        return -scores[:, 0] if self.reduction == "none" else -scores.mean()


def clock() -> float:
    if DEVICE == "cpu":
        return time.process_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def measured(rounds: int) -> dict[str, object]:
    rng = np.random.default_rng(0)
    first = np.arange(COLUMNS) * LEVELS
    codes = rng.integers(0, LEVELS, (PEOPLE, COLUMNS)).astype(np.uint16)
    rows = torch.from_numpy(codes.astype(np.int64) + first).to(DEVICE)
    fakes = torch.from_numpy(rng.integers(0, LEVELS, (BATCH, COLUMNS)) + first).to(DEVICE)
    steps = ours(codes, fakes) | nonprivate(rows, fakes)
    note = ""
    try:
        steps |= {"opacus_ghost": opacus(rows, "ghost"), "opacus_hooks": opacus(rows, "hooks")}
    except ImportError as error:
        note = f"Opacus is not installed: {error}"
    times: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(-1, rounds):  # the first round warms up
        for name, one in steps.items():
            if name == "opacus_hooks" and number % HOOKS_EVERY:
                continue
            start = clock()
            one()
            if number >= 0:
                times[name].append(1000 * (clock() - start))
    ms = {name: median(values) for name, values in times.items()}

    def ratio(name: str, to: str) -> float | None:
        return ms[name] / ms[to] if name in ms else None

    return {
        "ratio_to_nonprivate": ratio("ours", "nonprivate"),
        "opacus_hooks_ratio": ratio("opacus_hooks", "ours_real_rows"),
        "opacus_ghost_ratio": ratio("opacus_ghost", "ours_real_rows"),
        "ms": ms,
        "device": torch.cuda.get_device_name() if DEVICE == "cuda" else "cpu",
        "note": note,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(measured(int(sys.argv[2]) if len(sys.argv) > 2 else 25), indent=1))
