"""Whether disk and memory will do, from public numbers only, before anything is opened."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from dpsynth.errors import ResourceError
from dpsynth.report import pdf
from dpsynth.run.plan import SECONDS_PER_CELL, Plan
from dpsynth.synth.base import Mechanism
from dpsynth.synth.network.gan import GANMechanism

FIXED_MEMORY = 600 * 2**20
"""Interpreter, libraries and report."""
BYTES_PER_CELL = 6
"""Codes of real and synthetic rows and what is counted from them; rows are read, drawn and written in blocks."""
ATTACK_BYTES_PER_CELL = 34
"""What attacks add: they look at all rows at once."""


@dataclass(frozen=True)
class Needs:
    """Estimated bytes of memory and disk, and seconds of noise sampling on one core."""

    memory: int
    disk: int
    noise_seconds: float


def needs(plan: Plan) -> Needs:
    """An estimate from the public bounds of the policy."""
    cells = plan.most_cells
    ratio = plan.loaded.policy.synthesis.rows.ratio
    tables = max(1, len(plan.mechanisms))  # all synthetic tables are there until one is chosen
    noisy = sum(q.cells for q in plan.queries)
    per_cell = BYTES_PER_CELL + (ATTACK_BYTES_PER_CELL if plan.loaded.policy.attack_names else 0)
    return Needs(
        memory=int(FIXED_MEMORY + cells * (per_cell * (1 + ratio) + BYTES_PER_CELL * ratio * (tables - 1))),
        disk=int(50 * 2**20 + cells * 24 * ratio) + sum(map(_answers, plan.mechanisms)),
        noise_seconds=noisy * SECONDS_PER_CELL,
    )


def _answers(mechanism: Mechanism) -> int:
    """Bytes of a training's answers, one of 32 bits a parameter and step, which are kept until the run is complete."""
    return 4 * mechanism.parameters * mechanism.training.event.steps if isinstance(mechanism, GANMechanism) else 0


def check(plan: Plan, out: Path) -> Needs:
    """Compares the estimate with the machine.

    Raises:
        ResourceError: too little disk or memory, no permission to write, or what makes PDFs or trains is missing.
    """
    if plan.loaded.policy.release.pdf:
        pdf.demand()
    for mechanism in plan.mechanisms:
        if isinstance(mechanism, GANMechanism):
            _demand_torch(mechanism.device)
    estimate = needs(plan)
    place = out.absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise ResourceError(f"{place} is not a folder that can be written. Choose another place with --out.")
    free = shutil.disk_usage(place).free
    if free < estimate.disk:
        raise ResourceError(
            f"{place} has {free / 2**30:.1f} GiB free; this policy may need {estimate.disk / 2**30:.1f} GiB. "
            "Free space or choose another place with --out."
        )
    memory = available_memory()
    if memory is not None and memory < estimate.memory:
        raise ResourceError(
            f"{memory / 2**30:.1f} GiB of memory are available; this policy may need {estimate.memory / 2**30:.1f} GiB "
            "(source.max_rows x columns). Use a larger machine or fewer columns."
        )
    return estimate


def _demand_torch(device: str) -> None:
    """Now: what a critic lacks after its tables are paid for would cost the whole charge."""
    try:
        import torch
    except (ImportError, OSError) as error:
        raise ResourceError(
            f"torch, which gan needs, cannot be loaded: {error}. Install dpsynth-release[gpu]."
        ) from None
    if device == "cuda" and not torch.cuda.is_available():
        raise ResourceError(
            "synthesis.device is cuda, but torch finds no CUDA device here. Set it to auto or cpu, or run where there "
            "is one."
        )


def available_memory() -> int | None:
    """Bytes that can be used without swapping, or None where the system does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None
