"""OPS: the German procedure classification."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dpsynth.dummy.codes.system import DIGITS, SMALL, CodeSystem, Mask, matches, some, spelled

CHAPTERS = np.frombuffer(b"135689", np.uint8)
FORM = r"[135689]-[0-9]{2}[0-9a-z](\.[0-9a-z]{1,2})?"
"""Four to six places: chapter, hyphen, three places of which the last may be a small letter; a point before the fifth.
Codes of three places are headings and cannot be used."""


def _draw(n: int, rng: np.random.Generator) -> pa.Array:
    letters = np.empty((n, 8), np.uint8)
    letters[:, 0] = some(CHAPTERS, n, rng)
    letters[:, 1] = ord("-")
    letters[:, 2:4] = some(DIGITS, (n, 2), rng)
    letters[:, [4, 6, 7]] = some(SMALL, (n, 3), rng)
    letters[:, 5] = ord(".")
    places = rng.integers(4, 7, n)
    letters[places == 4, 5:] = 0
    letters[places == 5, 7] = 0
    return spelled(letters)


def _valid(texts: pa.Array) -> Mask:
    return matches(texts, FORM)


OPS = CodeSystem(
    "OPS",
    "BfArM, Kategorie und Kode im OPS: four to six places, small letters from the fourth place on",
    _draw,
    _valid,
)
