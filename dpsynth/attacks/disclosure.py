"""Disclosure in small cells: who is alone with his quasi-identifiers, and whom the release says something about.

A cell is a combination of levels of the key columns. With d rows of the original in a cell and s rows of the release,
all measures are shares of rows, in [0, 1]; of no rows the share is 0. Missing is a level like any other.

Source: Raab, Nowok and Dibben (2024), Practical privacy metrics for synthetic data, arXiv:2406.16826; Raab (2024),
arXiv:2409.04257. They compare with nobody else; for that see `small_cells`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes

Labels = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

SEVERAL = -1
"""The target of a cell where rows disagree, or where there are none."""


@dataclass(frozen=True)
class Identity:
    """Identity disclosure.

    Attributes:
        uio: original rows that are alone in their cell (d = 1): unique in the original.
        uis: synthetic rows that are alone in theirs (s = 1), as a share of synthetic rows.
        uiois: original rows that are alone, in a cell that the release has too (d = 1, s > 0).
        repu: original rows that are alone, in a cell with one synthetic row (d = 1, s = 1): replicated uniques.
    """

    uio: float
    uis: float
    uiois: float
    repu: float


@dataclass(frozen=True)
class Attribution:
    """Attribute disclosure. A cell is disclosive where all rows have the same target.

    Attributes:
        dorig: original rows in cells that are disclosive in the original.
        dsyn: synthetic rows in cells that are disclosive in the release, as a share of synthetic rows.
        in_synthetic: original rows in cells that the release has (iS).
        dis: original rows in cells that are disclosive in the release (DiS).
        disco: original rows in such cells whose target is the one disclosed (DiSCO).
        disdio: those of them whose cell is disclosive in the original as well (DiSDiO).
    """

    dorig: float
    dsyn: float
    in_synthetic: float
    dis: float
    disco: float
    disdio: float


def identity(original: Codes, synthetic: Codes) -> Identity:
    """Measures of identity disclosure.

    Args:
        original: keys of the original rows, shape (n, keys).
        synthetic: keys of the synthetic rows, shape (m, keys).
    """
    ours, theirs, number = cells(original, synthetic)
    d, s = np.bincount(ours, minlength=number), np.bincount(theirs, minlength=number)
    alone = d[ours] == 1
    return Identity(
        uio=share(alone),
        uis=share(s[theirs] == 1),
        uiois=share(alone & (s[ours] > 0)),
        repu=share(alone & (s[ours] == 1)),
    )


def attribution(original: Codes, target: Codes, synthetic: Codes, synthetic_target: Codes) -> Attribution:
    """Measures of attribute disclosure.

    Args:
        original: keys of the original rows, shape (n, keys).
        target: their target, shape (n,).
        synthetic: keys of the synthetic rows, shape (m, keys).
        synthetic_target: their target, shape (m,).
    """
    ours, theirs, number = cells(original, synthetic)
    in_original, in_release = only_target(ours, target, number), only_target(theirs, synthetic_target, number)
    right = in_release[ours] == target
    return Attribution(
        dorig=share(in_original[ours] != SEVERAL),
        dsyn=share(in_release[theirs] != SEVERAL),
        in_synthetic=share(np.bincount(theirs, minlength=number)[ours] > 0),
        dis=share(in_release[ours] != SEVERAL),
        disco=share(right),
        disdio=share(right & (in_original[ours] != SEVERAL)),
    )


def cells(first: Codes, second: Codes) -> tuple[Labels, Labels, int]:
    """Numbers the different rows of two tables of the same columns: a number per row of each, and how many there are.

    Without columns all rows are one cell.
    """
    both = np.concatenate([first, second])
    if both.shape[1] == 0:
        return np.zeros(len(first), np.int64), np.zeros(len(second), np.int64), 1
    order = np.lexsort(both.T)
    new = np.ones(len(both), np.int64)
    new[1:] = (both[order][1:] != both[order][:-1]).any(axis=1)
    label = np.empty(len(both), np.int64)
    label[order] = np.cumsum(new) - 1
    return label[: len(first)], label[len(first) :], int(new.sum())


def only_target(label: Labels, target: Codes, number: int) -> Labels:
    """The target that all rows of a cell have, `SEVERAL` where there is none, shape (number,)."""
    low, high = extremes(label, target, number)
    return np.where(low == high, low, SEVERAL)


def extremes(label: Labels, value: Any, number: int) -> tuple[Labels, Labels]:
    """The smallest and the largest value in each cell, shape (number,); two different ones in an empty cell."""
    low, high = np.full(number, np.iinfo(np.int64).max), np.full(number, -1, np.int64)
    np.minimum.at(low, label, value.astype(np.int64))
    np.maximum.at(high, label, value.astype(np.int64))
    return low, high


def share(flags: Flags) -> float:
    """Share of rows that are flagged; 0 of none."""
    return float(flags.mean()) if len(flags) else 0.0
