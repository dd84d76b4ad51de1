"""What all code systems share, and texts from letters as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Letters = np.ndarray[Any, np.dtype[np.uint8]]
"""ASCII letters, shape (codes, places); 0 after the last letter of a shorter code."""

Mask = np.ndarray[Any, np.dtype[np.bool_]]

DIGITS = np.frombuffer(b"0123456789", np.uint8)
CAPITALS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
SMALL = np.frombuffer(b"0123456789abcdefghijklmnopqrstuvwxyz", np.uint8)


@dataclass(frozen=True)
class CodeSystem:
    """The form of the codes of one system.

    A code that has the form need not exist: catalogues are licensed, change every year, and are named by the centre.

    Attributes:
        name: as policies and the EU list of coding systems spell it.
        source: where the form is published.
        draw: n texts of the form (string array), all of them valid, with public randomness; never by rejection.
        valid: which texts have the form, shape (rows,). Total: no text raises, null is not valid.
    """

    name: str
    source: str
    draw: Callable[[int, np.random.Generator], pa.Array]
    valid: Callable[[pa.Array], Mask]


def spelled(letters: Letters) -> pa.Array:
    """Texts from their letters."""
    rows, width = letters.shape
    return pa.array(np.ascontiguousarray(letters).view(f"S{width}").reshape(rows)).cast(pa.string())


def letters_of(texts: pa.Array, width: int) -> Letters:
    """Letters of ASCII texts of exactly this width."""
    cells = texts.cast(pa.binary(width)) if len(texts) else pa.array([], pa.binary(width))
    return np.frombuffer(b"".join(cells.to_pylist()), np.uint8).reshape(-1, width)


def matches(texts: pa.Array, form: str) -> Mask:
    """Which texts are of a form (RE2) from the first letter to the last."""
    found = pc.fill_null(pc.match_substring_regex(texts.cast(pa.large_string()), rf"\A(?:{form})\z"), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)


def some(letters: Letters, shape: int | tuple[int, ...], rng: np.random.Generator) -> Letters:
    """Letters drawn from a list, all with the same chance."""
    return letters[rng.integers(len(letters), size=shape)]
