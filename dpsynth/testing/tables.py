"""Small domains and invented people for behaviour suites."""

from __future__ import annotations

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain


def domain(*sizes: int) -> Domain:
    """Category columns a, b, c, … with so many levels."""
    return Domain(tuple(_column("abcdefghijklmnopqrstuvwxyz"[i], size) for i, size in enumerate(sizes)))


def _column(name: str, size: int) -> Category:
    levels = tuple(f"{name}{code}" for code in range(size))
    return Category(
        name=name,
        levels=levels,
        other=None,
        missing=None,
        edges=(),
        absent_texts=frozenset(),
        spellings={level: code for code, level in enumerate(levels)},
        fallback=0,
    )


def people(domain: Domain, rows_of_each: list[list[list[int]]]) -> Units:
    """People from their rows, written out."""
    rows = [row for person in rows_of_each for row in person]
    owner = [i for i, person in enumerate(rows_of_each) for _ in person]
    codes = np.array(rows, np.uint16).reshape(len(rows), len(domain.names))
    return Units(codes, np.array(owner, np.int64), len(rows_of_each))


def crowd(domain: Domain, number: int, rows_per_unit: int, rng: np.random.Generator) -> Units:
    """People with 1 to `rows_per_unit` rows; neighbouring columns depend on each other, low codes are frequent."""
    rows = rng.integers(1, rows_per_unit + 1, number)
    owner = np.repeat(np.arange(number, dtype=np.int64), rows)
    quantile = rng.random(len(owner))
    codes = np.empty((len(owner), len(domain.names)), np.uint16)
    for i, size in enumerate(domain.sizes.values()):
        quantile = np.where(rng.random(len(owner)) < 0.6, quantile, rng.random(len(owner)))
        codes[:, i] = np.minimum(quantile**1.5 * size, size - 1)
    return Units(codes, owner, number)
