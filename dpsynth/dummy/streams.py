"""Public randomness by name: the same seed, table and block of patients give the same rows, whatever else there is."""

from __future__ import annotations

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for each sequence of names.

    Args:
        seed: at least 0.
        names: what is drawn; numbers are at least 0.
    """
    words = [part for name in names for part in _words(name)]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))


def _words(name: str | int) -> list[int]:
    """The length stands in front, so that no two sequences of names are the same words."""
    return [0, name] if isinstance(name, int) else [1 + len(name), *map(ord, name)]
