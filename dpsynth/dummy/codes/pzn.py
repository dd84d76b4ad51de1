"""PZN: packages of medicines in Germany, eight digits with a check digit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.dummy.codes.system import CodeSystem, Mask, letters_of, matches, spelled

FORM = "[0-9]{8}"
WEIGHTS = np.arange(1, 8)


def check_digit(digits: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The check digit of seven digits, shape (codes, 7): the i-th times i, modulo 11. 10 means that no PZN exists."""
    return np.asarray(digits @ WEIGHTS % 11)


def _draw(n: int, rng: np.random.Generator) -> pa.Array:
    digits = rng.integers(10, size=(n, 7))
    # After six digits one value of the seventh, or none, leads to a remainder of 10: it is left out of the draw. The
    # inverse of 7 modulo 11 is 8.
    forbidden = (10 - digits[:, :6] @ WEIGHTS[:6]) * 8 % 11
    free = rng.integers(np.where(forbidden < 10, 9, 10))
    digits[:, 6] = free + (free >= forbidden)
    return spelled((np.column_stack([digits, check_digit(digits)]) + ord("0")).astype(np.uint8))


def _valid(texts: pa.Array) -> Mask:
    good = matches(texts, FORM)
    digits = letters_of(texts.filter(pa.array(good)).cast(pa.string()), 8).astype(np.int64) - ord("0")
    good[good] = check_digit(digits[:, :7]) == digits[:, 7]
    return good


PZN = CodeSystem(
    "PZN",
    "IFA, Technische Hinweise zur PZN-Codierung, Prüfziffernberechnung PZN8: weights 1 to 7, modulo 11, never 10",
    _draw,
    _valid,
)
