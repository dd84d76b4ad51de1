"""LOINC: observations and laboratory tests, with a check digit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.dummy.codes.system import CodeSystem, Mask, letters_of, matches

MOST = 8
"""Most digits before the hyphen."""

FORM = rf"[1-9][0-9]{{0,{MOST - 1}}}-[0-9]"


def check_digit(digits: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The Mod 10 check digit of numbers whose digits stand in the rows, padded with zeros in front.

    Every second digit from the right is doubled, starting with the last one; digits of all are added; the check digit
    completes the sum to a multiple of ten.
    """
    doubled = digits[:, ::-1].copy()
    doubled[:, ::2] = 2 * doubled[:, ::2] - 9 * (doubled[:, ::2] > 4)
    return np.asarray(-doubled.sum(axis=1) % 10)


def _draw(n: int, rng: np.random.Generator) -> pa.Array:
    number = rng.integers(100, 100_000, n)
    digits = number[:, None] // 10 ** np.arange(MOST - 1, -1, -1) % 10
    texts = (pa.array(number).cast(pa.string()), pa.array(check_digit(digits)).cast(pa.string()))
    return pc.binary_join_element_wise(*texts, "-")


def _valid(texts: pa.Array) -> Mask:
    good = matches(texts, FORM)
    padded = pc.utf8_lpad(texts.filter(pa.array(good)).cast(pa.string()), MOST + 2, "0")
    digits = letters_of(padded, MOST + 2).astype(np.int64) - ord("0")
    good[good] = check_digit(digits[:, :MOST]) == digits[:, -1]
    return good


LOINC = CodeSystem(
    "LOINC",
    "LOINC Users' Guide, Calculating Mod 10 Check Digits, https://loinc.org/kb/users-guide/calculating-mod-10-check-digits/",
    _draw,
    _valid,
)
