"""What the model is fitted to: noisy tables of counts with a known noise level."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dpsynth.synth.graphical.factor import Table
from dpsynth.synth.graphical.junction_tree import Clique, check_clique


@dataclass(frozen=True)
class NoisyMarginal:
    """A table of counts with independent noise of one size in every cell.

    Attributes:
        clique: Attributes, one for each axis of `values`.
        values: Counts, shape = sizes of the clique; noise may make them negative.
        sigma: Standard deviation of the noise in one cell, in counts; above 0. A tiny sigma means (nearly) exact.
    """

    clique: Clique
    values: Table
    sigma: float

    def check(self, sizes: Mapping[str, int]) -> None:
        """Raises ValueError if the table does not fit `sizes`, holds NaN or infinity, or sigma is not above 0."""
        check_clique(sizes, self.clique)
        expected = tuple(sizes[name] for name in self.clique)
        if np.shape(self.values) != expected:
            raise ValueError(
                f"values of {self.clique} has shape {np.shape(self.values)}, but the sizes are {expected}."
            )
        if not np.isfinite(self.values).all():
            raise ValueError(f"values of {self.clique} must be finite in every cell.")
        if not (self.sigma > 0 and math.isfinite(self.sigma)):
            raise ValueError(f"sigma of {self.clique} is {self.sigma}, but must be finite and above 0.")
