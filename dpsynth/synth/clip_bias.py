"""What clipping took of each marginal, estimated from answers that were charged already.

A unit's histogram h is scaled down to the length C where it is longer, so every cell of the sum is at most what it
would be without clipping. Let L be the share of all rows that is missing from the sum. Scaled to the number of rows,
the clipped marginal lies within L of the true one in total variation: where the true share of a cell exceeds the scaled
one, it does so by at most what is missing of that cell, and all of that adds up to L. So L bounds the error that
neither data nor budget remove.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dpsynth.privacy.queries import Clique
from dpsynth.synth.base import Measurements


@dataclass(frozen=True)
class ClipBias:
    """What one clipped marginal lacks.

    Attributes:
        clique: the columns.
        clip: C, in rows.
        lost: noisy share of rows that clipping took; below 0 where noise outweighs it.
        sigma: standard deviation of the noise in `lost`: of the marginal's sum and of the number of rows.
    """

    clique: Clique
    clip: float
    lost: float
    sigma: float


def clip_bias(measured: Measurements) -> tuple[ClipBias, ...]:
    """The bias of every clipped marginal, in the order in which they were asked; none for plain counts."""
    rows = max(1.0, measured.total())
    of_total = next((m.sigma for m in measured.marginals if not m.clique), 0.0)
    found = []
    for m in measured.marginals:
        if m.clip is not None and m.clique:
            kept = float(m.values.sum()) / rows
            sigma = math.hypot(m.sigma * math.sqrt(m.values.size), kept * of_total) / rows
            found.append(ClipBias(m.clique, m.clip, 1 - kept, sigma))
    return tuple(found)
