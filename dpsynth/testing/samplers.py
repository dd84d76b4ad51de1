"""Stand-ins for the privacy noise. All say that they are not private, which marks whatever they touch."""

from __future__ import annotations

import numpy as np

from dpsynth.privacy.noise import LATTICE, Lattice


class NoNoise:
    """Adds nothing: what a mechanism would see without privacy."""

    name = "testing.no_noise"
    private = False

    def add(self, values: Lattice, sigma: float) -> Lattice:
        """The values."""
        return values


class RoundedGaussian:
    """The continuous Gaussian rounded to the lattice: the law that the accountant assumes, and fast."""

    name = "testing.rounded_gaussian"
    private = False

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def add(self, values: Lattice, sigma: float) -> Lattice:
        """Values plus noise."""
        return values + np.rint(self.rng.normal(0.0, sigma * LATTICE, len(values))).astype(np.int64)
