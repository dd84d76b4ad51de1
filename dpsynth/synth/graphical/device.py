"""Where the tables of a fit live: numpy arrays, or torch tensors on the host or on a CUDA device.

torch is an optional dependency, so it is imported only when a fit may run on it.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dpsynth.synth.graphical.factor import Table

LARGE = 1_000_000
"""Cells of a junction tree above which "auto" looks for a CUDA device."""


def placement(device: str, cells: int) -> Callable[[Table], Table]:
    """Returns the function that brings a numpy table to where a fit shall work.

    Args:
        device: "numpy" or "cpu": numpy; "torch": torch tensors on the host; "cuda": torch tensors on the CUDA device;
            "auto": the CUDA device if the tree is large and there is one, else numpy.
        cells: Number of cells of the junction tree.

    Raises:
        ValueError: If the device is unknown, torch is not installed or there is no CUDA device.
    """
    if device not in ("auto", "numpy", "cpu", "torch", "cuda"):
        raise ValueError(f"device is {device!r}, but must be auto, numpy, cpu, torch or cuda.")
    if device in ("numpy", "cpu") or (device == "auto" and cells <= LARGE):
        return np.asarray
    torch = _torch()
    has_cuda = torch is not None and torch.cuda.is_available()
    if device == "auto" and not has_cuda:
        return np.asarray
    if torch is None:
        raise ValueError(f"device is {device!r}, but torch is not installed: it comes with the extra 'gpu'.")
    if device == "cuda" and not has_cuda:
        raise ValueError("device is 'cuda', but torch finds no CUDA device.")
    return functools.partial(torch.tensor, dtype=torch.float64, device="cpu" if device == "torch" else "cuda")


def to_numpy(table: Table) -> Table:
    """Brings a table back to the host."""
    return table if isinstance(table, np.ndarray) else table.cpu().numpy()


def _torch() -> Any:
    try:
        import torch
    except (ImportError, OSError):  # OSError: a library that it links to is missing
        return None
    return torch
