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
    return best_set(gains, loads, mu_squared)[0]


def best_set(
    gains: Sequence[float], loads: Sequence[float], mu_squared: float, forced: Sequence[float] = ()
) -> tuple[list[int], float]:
    """`worthwhile`, and the gain less noise that the set has.

    Args:
        gains: L1 rows that each marginal explains.
        loads: as in `multipliers`.
        mu_squared: the budget; 0 measures nothing.
        forced: loads of marginals that are measured in any case, from the same budget.
    """
    if mu_squared <= 0:
        return [], -math.inf if len(forced) else 0.0
    gain, load = np.asarray(gains, np.float64), np.asarray(loads, np.float64) ** (2 / 3)
    order = np.argsort(-gain / load, kind="stable")
    held = np.cumsum([float((np.asarray(forced, np.float64) ** (2 / 3)).sum()), *load[order]])
    value = np.cumsum([0.0, *gain[order]]) - SHRUNK * math.sqrt(2 / math.pi) * held**1.5 / math.sqrt(mu_squared)
    best = int(value.argmax())
    return [int(i) for i in order[:best]], float(value[best])


def filled(known: Floats, loads: Floats, mu_squared: float) -> Floats:
    """Where more budget goes when something is known already, shape (marginals,), adding up to mu_squared.

    Of all b >= 0 with this sum, the one with least sum of load / sqrt(known + b): known + b is max(known, level
    load^(2/3)) for one level (water-filling; Lagrange with Karush, Kuhn and Tucker).

    Args:
        known: mu^2 that each marginal had.
        loads: above 0; the noise of each for a multiplier of 1, with its weight.
        mu_squared: what is to be divided, above 0.
    """
    need = loads ** (2 / 3)
    order = np.argsort(known / need, kind="stable")
    levels = (mu_squared + np.cumsum(known[order])) / np.cumsum(need[order])
    # The level is right when the next marginal is above it already.
    inside = int(np.flatnonzero(np.append((known / need)[order][1:], np.inf) >= levels)[0])
    more = np.maximum(levels[inside] * need - known, 0.0)
    return np.asarray(more * (mu_squared / more.sum()))
