"""A parametric bootstrap of noisy measurements: as if privacy noise had been drawn once more.

An answer is the true count plus noise whose law is public. Adding fresh noise of the same law to the answer makes
another answer, which scatters around the first one as the first one scatters around the truth. Models that are fitted
to such answers scatter around the released model as that one scatters around what it would be without noise: so far as
fitting is smooth, and with the choice of questions held fixed.

The noise is public randomness and may have a seed. It protects nobody, and need not: the answers are public already.

Source: Efron (1979), Bootstrap methods: another look at the jackknife; for measurements under differential privacy
Ferrando, Wang and Sheldon (2022), Parametric bootstrap for differentially private confidence intervals, AISTATS.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpsynth.synth.base import Measurements


def noisier(measured: Measurements, rng: np.random.Generator) -> Measurements:
    """The same questions with answers to which noise of their own law was added.

    Args:
        measured: the answers; the number of rows moves with the answer that it came from.
        rng: public randomness.

    Raises:
        ValueError: a part of what was learned is no answer with noise of a known law: sums of gradients.
    """
    if measured.generators:
        raise ValueError("noise in sums of gradients cannot be drawn again without the data")
    marginals = tuple(
        replace(m, values=m.values + rng.normal(0.0, m.sigma, m.values.shape)) for m in measured.marginals
    )
    moved = sum(
        float(new.values) - float(old.values)
        for new, old in zip(marginals, measured.marginals, strict=True)
        if not old.clique
    )
    rows = None if measured.rows is None else max(1.0, measured.rows + moved)
    return replace(measured, marginals=marginals, rows=rows)
