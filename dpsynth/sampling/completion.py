"""Levels for the cells of rows that have none, each row given all that it has: exact, row by row.

Rows with the same empty columns go together. Levels that must not come out are factors of 0, as conditions are
(`balance.py`); then `graphical/evidence.py` draws groups, and shares within a group give the levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.synth.graphical.evidence import Conditional
from dpsynth.synth.tree_model import CompressedModel

Known = np.ndarray[Any, np.dtype[np.bool_]]


def completed(
    model: CompressedModel, codes: Codes, known: Known, never: Mapping[str, int], rng: np.random.Generator
) -> Codes:
    """The same codes where they are known, drawn ones elsewhere. Total: no row raises.

    A row that the model holds for impossible gets any level that may come out.

    Args:
        model: a model on a junction tree.
        codes: shape (rows, columns), in the order of the model's columns; anything where not known.
        known: which cells are known, shape (rows, columns).
        never: column -> code that must not be drawn.
        rng: public randomness.
    """
    found = codes.copy()
    patterns, place = np.unique(known, axis=0, return_inverse=True)
    place = place.reshape(-1)
    for i, pattern in enumerate(patterns):
        if not pattern.all():
            rows = np.flatnonzero(place == i)
            found[np.ix_(rows, ~pattern)] = _drawn(model, codes[rows], pattern, never, rng)
    return found


def _drawn(
    model: CompressedModel, codes: Codes, pattern: Known, never: Mapping[str, int], rng: np.random.Generator
) -> Codes:
    """Levels of the columns that are empty in all of these rows, shape (rows, empty columns)."""
    empty = [c.name for c, there in zip(model.columns, pattern, strict=True) if not there]
    for name in empty:
        if name in never:
            weights = np.ones(len(model.column(name).group))
            weights[never[name]] = 0.0
            if float(model.marginal((name,)) @ weights) > 0:  # else the level is all there is, and stays
                model = model.weighed({name: weights})
    given = {
        c.name: np.asarray(c.group)[codes[:, k]]
        for k, (c, there) in enumerate(zip(model.columns, pattern, strict=True))
        if there
    }
    possible = {name: model.graphical.marginal((name,)) > 0 for name in empty}
    allowed = {name: np.broadcast_to(p, (len(codes), len(p))) for name, p in possible.items() if not p.all()}
    groups = Conditional(model.graphical, tuple(empty)).draw(given, len(codes), rng, allowed)
    levels = np.empty_like(groups)
    for k, name in enumerate(empty):
        column = model.column(name)
        by_group = np.bincount(groups[:, k], minlength=column.size)
        levels[:, k] = column.expand(groups[:, k], rng, column.level_counts(by_group, rng, rounding=False))
    return levels
