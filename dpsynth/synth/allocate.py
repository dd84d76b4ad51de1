"""How a budget is divided among marginals, in closed form.

With noise multiplier z on a marginal of m cells the expected L1 noise is m z sqrt(2/pi), and the cost 1/z^2. Under a
fixed total cost the sum of w m z is least for a cost proportional to (w m)^(2/3) (Lagrange).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dpsynth.synth.denoise import Floats

SHRUNK = 0.5
"""Part of the raw noise that is left after the fit, which shrinks what it cannot tell from noise."""


def multipliers(mu_squared: float, loads: Sequence[float]) -> Floats:
    """Noise multipliers, shape (marginals,), that cost mu_squared together.

    Args:
        mu_squared: the budget.
        loads: for each marginal its number of cells, times its weight, times what a unit can do to it.
    """
    load = np.asarray(loads, np.float64) ** (2 / 3)
    # A hair more noise, so that rounding errors can never exceed the budget.
    return np.asarray(np.sqrt(load.sum() / (mu_squared * load)) * (1 + 1e-12))


def worthwhile(gains: Sequence[float], loads: Sequence[float], mu_squared: float) -> list[int]:
    """Which marginals to measure: the set of most gain less noise, positions in falling order of gain for cost.

    Measuring a set with the best division costs sqrt(2/pi) (sum load^(2/3))^(3/2) / sqrt(mu_squared) in L1 noise. So
    gains are taken in the order of gain / load^(2/3) as long as the difference grows; the best prefix is kept.
    """
    gain, load = np.asarray(gains, np.float64), np.asarray(loads, np.float64) ** (2 / 3)
    order = np.argsort(-gain / load, kind="stable")
    noise = SHRUNK * math.sqrt(2 / math.pi) * np.cumsum(load[order]) ** 1.5 / math.sqrt(mu_squared)
    value = np.cumsum(gain[order]) - noise
    best = int(value.argmax()) + 1 if len(value) and value.max() > 0 else 0
    return [int(i) for i in order[:best]]
