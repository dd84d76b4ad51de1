"""Room for encoded rows, column by column: in memory, or in a file without a name where there are many."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dpsynth.errors import ResourceError

IN_MEMORY = 2**29
"""Bytes of the largest array that is kept in memory when there is a spill folder."""


def room(shape: tuple[int, ...], kind: type[np.generic], spill: Path | None) -> np.ndarray[Any, np.dtype[Any]]:
    """An array to be filled.

    The file of a large one is closed to others and has no name: it is gone with the array, also after a crash. Its
    space is taken at once, so that a full disk shows here and not while somebody writes into the array.

    Args:
        shape: of the array; where the last axis is long, each row of it lies in one piece.
        kind: type of the numbers.
        spill: folder inside the centre for rows that do not fit into memory; None: memory only.

    Raises:
        ResourceError: the spill folder cannot be written or has no room.
    """
    size = math.prod(shape) * np.dtype(kind).itemsize
    if spill is None or size <= IN_MEMORY:
        return np.empty(shape, kind)
    try:
        with tempfile.TemporaryFile(dir=spill) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                file.truncate(size)
            return np.asarray(np.memmap(file, kind, "r+", shape=shape))
    except OSError:
        raise ResourceError(
            f"{spill}: there is no room for the encoded rows. Free disk, or check the folder."
        ) from None
