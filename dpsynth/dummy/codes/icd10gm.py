"""ICD-10-GM: diagnoses, in the German modification."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dpsynth.dummy.codes.system import CAPITALS, DIGITS, CodeSystem, Mask, matches, some, spelled

FORM = r"[A-Z][0-9]{2}(\.[0-9]{1,2})?[*+!†]?"
"""Three to five places: a capital, then digits only; a point after the third; perhaps the mark of a second code."""


def _draw(n: int, rng: np.random.Generator) -> pa.Array:
    letters = np.empty((n, 6), np.uint8)
    letters[:, 0] = some(CAPITALS, n, rng)
    letters[:, [1, 2, 4, 5]] = some(DIGITS, (n, 4), rng)
    letters[:, 3] = ord(".")
    places = rng.integers(3, 6, n)
    letters[places == 3, 3:] = 0
    letters[places == 4, 5] = 0
    return spelled(letters)


def _valid(texts: pa.Array) -> Mask:
    return matches(texts, FORM)


ICD_10_GM = CodeSystem(
    "ICD-10-GM",
    "BfArM, Kategorie und Kode in der ICD-10-GM: at most five places, a capital letter followed by digits only",
    _draw,
    _valid,
)
