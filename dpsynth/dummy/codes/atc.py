"""ATC: substances by organ, therapeutic use and chemistry."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dpsynth.dummy.codes.system import CAPITALS, DIGITS, CodeSystem, Mask, matches, some, spelled

GROUPS = np.frombuffer(b"ABCDGHJLMNPRSV", np.uint8)
FORM = r"[ABCDGHJLMNPRSV]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?"
"""A code of any of the five levels: one of fourteen main groups, two digits, a letter, a letter, two digits."""


def _draw(n: int, rng: np.random.Generator) -> pa.Array:
    letters = np.empty((n, 7), np.uint8)
    letters[:, 0] = some(GROUPS, n, rng)
    letters[:, [1, 2, 5, 6]] = some(DIGITS, (n, 4), rng)
    letters[:, 3:5] = some(CAPITALS, (n, 2), rng)
    return spelled(letters)


def _valid(texts: pa.Array) -> Mask:
    return matches(texts, FORM)


ATC = CodeSystem(
    "ATC",
    "WHO Collaborating Centre for Drug Statistics Methodology, Guidelines for ATC classification: five levels, seven "
    "places; substances (fifth level) are drawn",
    _draw,
    _valid,
)
