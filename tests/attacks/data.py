"""People with several rows, and toy synthesizers, for tests of attacks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from dpsynth.attacks.base import Evidence, Settings
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.privacy.accountant import Guarantee
from dpsynth.testing.attacks import plain_domain

SETTINGS = Settings(0.95, 0.01, 1)
GUARANTEE = Guarantee(Fraction(1, 2), 0.0)
COLUMNS = 14
DOMAIN = plain_domain(*([8] * COLUMNS))


def chain_people(people: int, rng: np.random.Generator, rows: int = 2) -> Units:
    """A Markov chain along 14 columns of 8 levels; half of the cells of a person's later rows repeat the first one."""
    owner = np.repeat(np.arange(people, dtype=np.int64), rows)
    n = len(owner)
    codes = np.zeros((n, COLUMNS), np.int64)
    codes[:, 0] = rng.integers(0, 8, n)
    for c in range(1, COLUMNS):
        step = np.minimum(rng.geometric(0.5, n) - 1, 7)
        codes[:, c] = (codes[:, c - 1] + step) % 8
    first = codes[::rows][owner]
    keep = rng.random(codes.shape) < 0.5
    return Units(np.where(keep, first, codes).astype(np.uint16), owner, people)


def chain_of_pairs(people: Units, rng: np.random.Generator) -> Codes:
    """The exact counts of neighbouring columns, sampled: a synthesizer without noise."""
    rows = people.rows
    codes = np.zeros((rows, people.codes.shape[1]), np.uint16)
    codes[:, 0] = people.codes[rng.integers(0, rows, rows), 0]
    for c in range(1, codes.shape[1]):
        order = np.argsort(people.codes[:, c - 1], kind="stable")
        sorted_codes = people.codes[order, c - 1]
        low = np.searchsorted(sorted_codes, codes[:, c - 1])
        high = np.searchsorted(sorted_codes, codes[:, c - 1], side="right")
        codes[:, c] = people.codes[order[low + (rng.random(rows) * (high - low)).astype(np.int64)], c]
    return codes


def shuffled_columns(people: Units, rng: np.random.Generator) -> Codes:
    """Exact one-way counts and nothing else."""
    return np.stack([rng.permutation(column) for column in people.codes.T], axis=1)


def evidence(members: int, held_out: int, rng: np.random.Generator, synthetic: Codes | None = None) -> Evidence:
    """A population cut in three; without a given release, one of fresh people."""
    groups = [chain_people(n, rng) for n in (members, held_out // 2, held_out - held_out // 2)]
    fresh = chain_people(members, rng).codes if synthetic is None else synthetic
    return Evidence(DOMAIN, *groups, fresh)
