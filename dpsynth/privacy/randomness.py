"""Random samples of people and Gaussian noise from a cryptographic generator, for sums over samples.

What is exact: a sample. Every person is in it with exactly the declared rate, independently of all others, and its
places are a uniform random choice. What is not: the noise. Marginals get OpenDP's exact discrete Gaussian, but that
takes some 15 microseconds a number, and one step of training needs 10^4 to 10^5 numbers. Here a number of up to 128
random bits goes through the normal quantile function in double precision, tails included, and is rounded to multiples
of 2^-24 of the clip, to which the sum was rounded before (`gradients`). So everything that leaves is a whole number
plus a whole number that no row has touched: the low bits of floating numbers, on which the known attacks build (Mironov
(2012); Jin et al. (2022), arXiv:2112.05307), do not exist. That the law of the noise is the Gaussian's is proved for
real numbers and not for floating ones: the quantile function rounds to 53 binary digits, which moves some outcomes to
a neighbouring point of the grid.

None of this can be repeated: nothing here takes a seed or a state.
"""

from __future__ import annotations

import os
from typing import Any, Protocol

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from scipy.special import ndtri

from dpsynth.privacy.events import RATE_BITS

GRID_BITS = 24
"""The noisy sum is a whole number of 2^-24 clips. Rounding P coordinates to it moves a sum by at most sqrt(P) 2^-25."""

BEYOND = 2.0**-127
"""Mass of the Gaussian beyond the first of 2^128 equal parts of its tails."""

Words = np.ndarray[Any, np.dtype[np.uint64]]
Indices = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Grid = np.ndarray[Any, np.dtype[np.float64]]
"""Whole numbers, below 2^53 in size."""


class Bits(Protocol):
    """Where random bits come from."""

    name: str
    private: bool

    def words(self, number: int) -> Words:
        """Independent uniform numbers of 64 bits, shape (number,)."""
        ...


class SystemBits:
    """AES-256 in counter mode under a key of the operating system's generator, a fresh one for each draw.

    Ten times faster than asking the operating system for all bits, which is a stream cipher under a key, too. Blocks of
    AES do not repeat: 2^20 of them are told from uniform bits with an advantage of at most 2^-89, and otherwise only by
    somebody who breaks AES.
    """

    name = "aes-256-ctr(os.urandom)"
    private = True

    def words(self, number: int) -> Words:
        """See `Bits.words`."""
        stream = Cipher(AES256(os.urandom(32)), CTR(bytes(16))).encryptor()
        return np.frombuffer(stream.update(bytes(8 * number)), np.uint64)


SYSTEM_BITS = SystemBits()


def sample(bits: Bits, people: int, rate: float) -> Indices:
    """A Poisson sample: each of the people independently with probability `rate`, in their order.

    32 random bits a person, below rate 2^32 or not: exact, because the rate is a multiple of 2^-32.
    """
    halves = bits.words((people + 1) // 2).view(np.uint32)[:people]
    return np.flatnonzero(halves < np.uint64(round(rate * 2**RATE_BITS))).astype(np.int64)


def places(bits: Bits, chosen: Indices, capacity: int) -> tuple[Indices, Flags]:
    """Puts a sample into as many tables of `capacity` places as it needs, at least one, at uniform random places.

    Nobody is cut off, so there is no truncation to account for; a second table is as rare as the capacity makes it. All
    tables are full but the last one, whose places are random. So the places of a sample and of the same with a person
    more have laws that go together like this: the person takes an empty place, or that of somebody else, who goes to an
    empty or a new one; all others stay where they are. What is found for them does not change in the last bit.

    Returns:
        The people at each place, shape (tables, capacity), and which places are taken; an empty place names person 0.
    """
    tables = max(1, -(-len(chosen) // capacity))
    if tables > 1:
        chosen = chosen[_order(bits, len(chosen))]
    full = (tables - 1) * capacity
    taken = np.concatenate([np.arange(full), full + _order(bits, capacity)[: len(chosen) - full]])
    who, real = np.zeros(tables * capacity, np.int64), np.zeros(tables * capacity, np.bool_)
    who[taken], real[taken] = chosen, True
    return who.reshape(tables, capacity), real.reshape(tables, capacity)


def _order(bits: Bits, number: int) -> Indices:
    """A uniform random order of so many."""
    keys = bits.words(number)
    while len(np.unique(keys)) < len(keys):  # equal keys, once in 10^11 times, would be ordered by their place
        keys = bits.words(number)
    return np.argsort(keys)


def gaussian(bits: Bits, number: int, sigma: float) -> Grid:
    """Independent Gaussian noise of standard deviation `sigma` clips, on the grid.

    One bit is the sign; the others are the binary digits of the tail's probability, to 2^-128. A floating number holds
    53 of them from the first that is not 0, so digits beyond the 64th are drawn only where the first ten are 0. The
    noise ends at 13.1 sigma. What the Gaussian has beyond, `BEYOND` of its mass, is paid (`accountant.beyond`).
    """
    words = bits.words(number)
    digits = words >> np.uint64(1)
    tail: Grid = digits.astype(np.float64)
    tail += 0.5
    tail *= 2.0**-64
    small = np.flatnonzero(digits < np.uint64(1 << 53))
    more = (bits.words(len(small)).astype(np.float64) + 0.5) * 2.0**-64
    tail[small] = (digits[small].astype(np.float64) + more) * 2.0**-64
    noise: Grid = ndtri(tail, out=tail)
    noise *= sigma * 2.0**GRID_BITS
    np.rint(noise, out=noise)
    # Below 1/2 the quantile is negative; the first bit of a floating number is its sign.
    noise.view(np.uint64)[...] ^= ~words << np.uint64(63)
    return noise
