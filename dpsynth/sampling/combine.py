"""One estimate and one honest interval from several copies.

Let an analysis give q_j with the variance u_j on copy j of s rows, as if the copy were a sample of real people. A copy
comes from answers to which privacy noise was added once more (`synth/bootstrap.py`), so around the result without noise
the released answers scatter with the privacy variance V, and the copies scatter around these with V again and with the
variance of s independent rows, of which u_j is an estimate. Hence, with the mean u and the spread b = Var(q_j),

    b estimates V + u,   and the mean of m copies is off by   T = u s/n + (1 + 1/m) V + u/m

in the variance: what n people leave open, what privacy noise does (once in the release, once more by m copies), and
what s rows leave open. V = max(0, b - u). The interval is Student's with (m - 1) (T / ((1 + 1/m) b))^2 degrees of
freedom (Satterthwaite): only b is estimated from few numbers.

**How this compares with the known rules.** Raghunathan, Reiter and Rubin (2003), Multiple imputation for statistical
disclosure limitation, has T = (1 + 1/m) b - u: for copies whose parameters come from their posterior, so that b holds
the variance of sampling people too. Räisä, Jälkö, Kaski and Honkela (2023), Noise-aware statistical inference with
differentially private synthetic data, arXiv:2205.14485, draws such a posterior given noisy measurements and uses that
rule. A parametric bootstrap draws privacy noise only; the variance of sampling, u s/n, is added by hand. With s = n and
b > u this rule gives (1 + 1/m) b: theirs, plus u. Reiter's (2003) rule for partially synthetic data, u + b/m, takes the
real data as known and forgets the noise in what was released.

**What it does not cover.** An association that no measured table holds is not in any copy: intervals are then narrow
around a wrong value. Likewise what fitting does to small tables (merging, denoising), rows of one person that belong
together (u takes rows for independent), and the choice of questions. `benchmarks/copies.py` measures it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.errors import UsageError
from dpsynth.synth.denoise import Floats


@dataclass(frozen=True)
class Combined:
    """An estimate with its variance, in parts; numbers or arrays of one shape.

    Attributes:
        estimate: mean of the copies' estimates.
        variance: T, the sum of the following three.
        sampling: because the data are a sample of people.
        privacy: because of the privacy noise.
        copies: because the copies have few rows.
        degrees_of_freedom: of Student's distribution.
    """

    estimate: Floats
    variance: Floats
    sampling: Floats
    privacy: Floats
    copies: Floats
    degrees_of_freedom: Floats

    @property
    def standard_error(self) -> Floats:
        """Square root of the variance."""
        return np.sqrt(self.variance)

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper limits."""
        from scipy.stats import t

        reach = t.ppf((1 + confidence) / 2, self.degrees_of_freedom) * self.standard_error
        return self.estimate - reach, self.estimate + reach


def combine(estimates: Sequence[Any], variances: Sequence[Any], *, rows: float, trained_on: float) -> Combined:
    """Combines the results of an analysis that was done on each copy by itself.

    Args:
        estimates: of each copy: a number, or an array such as the coefficients of a regression.
        variances: of each copy, squared standard errors of the same shape.
        rows: rows of one copy, s.
        trained_on: rows that were trained on, n; the description of the copies says it.

    Raises:
        UsageError: there are fewer than two copies, or shapes or numbers do not fit.
    """
    q, u = np.asarray(estimates, np.float64), np.asarray(variances, np.float64)
    if q.shape != u.shape or q.ndim < 1 or len(q) < 2:
        raise UsageError(
            f"combine got estimates of shape {q.shape} and variances of shape {u.shape}. Give one of each for at least "
            "two copies."
        )
    if not (np.isfinite(q).all() and np.isfinite(u).all() and (u >= 0).all() and rows > 0 and trained_on > 0):
        raise UsageError(
            "combine needs finite estimates, variances that are not negative, and numbers of rows above 0."
        )
    m = len(q)
    spread, within = q.var(axis=0, ddof=1), u.mean(axis=0)
    sampling = within * (rows / trained_on)
    privacy = (1 + 1 / m) * np.maximum(0.0, spread - within)
    copies = within / m
    variance = sampling + privacy + copies
    # Without any spread nothing is uncertain about the variance.
    part = np.divide((1 + 1 / m) * spread, variance, out=np.zeros_like(variance), where=variance > 0)
    freedom = (m - 1) / np.maximum(part, 1e-6) ** 2
    return Combined(q.mean(axis=0), variance, sampling, privacy, copies, freedom)
