"""How far a table of the release can be from the truth: upper bounds from noisy answers alone, at no cost.

M is the true table of the training rows, s the synthetic one scaled to the noisy number of rows, both as counts.

* A measured table y = M + Z of m cells with noise sigma: |M - s| <= |y - s| + |Z| in L1. |Z| has the mean
  m sigma sqrt(2/pi), and it is a sqrt(m)-Lipschitz function of Gaussians, so it exceeds its mean by more than
  sigma sqrt(2 m log(1/beta)) with probability at most beta.
* A scored pair: its noisy score is |M - t| + N(0, sigma^2) for a known table t, so
  |M - s| <= score + sigma z_(1-beta) + |t - s|.

All bounds hold together with the stated confidence: a union bound, over all scores, because which pairs are scored only
depends on them. Levels that were merged before counting are compared merged. Where counts were clipped, the bounds are
for the shares of the clipped tables, and the noise in the sum of a table counts as well. Source of the idea: McKenna,
Mullins, Sheldon and Miklau (2022), arXiv:2201.12677, Theorems 3 and 4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np
from scipy.special import ndtri

from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.queries import EVERY_LEVEL, Clique, Groups, Table
from dpsynth.synth.association import expected_distance
from dpsynth.synth.base import Measurements, Score
from dpsynth.synth.columns import Column
from dpsynth.utility.marginals import shares

CONFIDENCE = 0.95
"""That all bounds of a release hold."""
CLEAR = 3.0
"""Standard deviations of noise that a dependence must exceed to be called invented."""

Kind = Literal["one_way", "measured", "scored"]


@dataclass(frozen=True)
class ErrorBar:
    """An upper bound on the total variation distance of one table from the truth.

    Attributes:
        clique: the columns.
        kind: one_way or measured (a larger table), or scored (a pair of which only the distance from independence was
            asked).
        bound: 0 to 1.
    """

    clique: Clique
    kind: Kind
    bound: float


@dataclass(frozen=True)
class ErrorBars:
    """All bounds of a release.

    Attributes:
        bars: in the order of the answers.
        confidence: that all hold together.
        clipped: whether they are about clipped counts.
    """

    bars: tuple[ErrorBar, ...]
    confidence: float
    clipped: bool

    def of(self, kind: Kind) -> tuple[int, float, float]:
        """Number, median and largest bound of a kind; zeros if there is none."""
        found = [b.bound for b in self.bars if b.kind == kind]
        return (len(found), median(found), max(found)) if found else (0, 0.0, 0.0)


@dataclass(frozen=True)
class Invented:
    """A pair that is more dependent in the release than the answers allow.

    Attributes:
        clique: the pair.
        synthetic: share of rows that would have to move to make the columns independent, in the release.
        allowed: the same at most, from the noisy answers.
    """

    clique: Clique
    synthetic: float
    allowed: float


@dataclass(frozen=True)
class Dependence:
    """The check for invented dependence.

    Attributes:
        checked: number of pairs with an answer.
        invented: those that failed, worst first.
    """

    checked: int
    invented: tuple[Invented, ...]


def error_bars(
    measured: Measurements,
    codes: Codes,
    domain: Domain,
    columns: Sequence[Column] = (),
    confidence: float = CONFIDENCE,
) -> ErrorBars:
    """Bounds for every measured table and, where counts are plain, for every pair that was scored only.

    Args:
        measured: the noisy answers.
        codes: synthetic rows.
        domain: their columns.
        columns: how the model merged levels; without it scored pairs get no bound.
        confidence: that all bounds hold.
    """
    clipped = measured.reach is not None
    rows = max(1.0, measured.total())
    known = {frozenset(m.clique) for m in measured.answers}
    scores = [s for s in measured.scores if columns and not clipped and frozenset(s.clique) not in known]
    # Each answer has two events that may fail, its cells and its sum; each score and the total have one.
    beta = (1 - confidence) / (2 * len(measured.answers) + len(measured.scores) + 1)
    far = float(ndtri(1 - beta / 2))
    total = _total_sigma(measured)
    found: dict[tuple[Clique, object], ErrorBar] = {}
    # Not the mean of answers to one question: how precise the second is may depend on the first.
    for m in measured.answers:
        synthetic = _synthetic(codes, domain, m.clique, _groups(m.clique, m.groups)) * rows
        cells = m.values.size
        noise = m.sigma * (cells * math.sqrt(2 / math.pi) + math.sqrt(2 * cells * math.log(1 / beta)))
        distance = float(np.abs(m.values - synthetic).sum()) + noise
        kind: Kind = "one_way" if len(m.clique) == 1 else "measured"
        # |M/n - M/rows| in L1 is |n - rows|/rows for the true sum n: what the number of rows may be off.
        off = far * (m.sigma * math.sqrt(cells) if clipped else total)
        known_sum = not clipped or math.isclose(float(m.values.sum()), rows, rel_tol=1e-6)
        bar = ErrorBar(m.clique, kind, min(1.0, (distance + off) / (2 * rows)) if known_sum else 1.0)
        question = (m.clique, m.groups)
        found[question] = min(found.get(question, bar), bar, key=lambda b: b.bound)
    by_name = {c.name: c for c in columns}
    for score in scores:
        product, groups = _product(score, by_name)
        synthetic = _synthetic(codes, domain, score.clique, groups) * rows
        apart = float(np.abs(product * score.rows - synthetic).sum())
        distance = max(0.0, score.noisy + score.sigma * float(ndtri(1 - beta))) + apart
        bound = min(1.0, (distance + far * total) / (2 * rows))
        found[score.clique, None] = ErrorBar(score.clique, "scored", bound)
    return ErrorBars(tuple(found.values()), confidence, clipped)


def dependence(measured: Measurements, codes: Codes, domain: Domain, columns: Sequence[Column] = ()) -> Dependence:
    """Looks for pairs whose synthetic dependence exceeds what was measured or scored, noise and sampling allowed for.

    Pairs without any answer are not checked. Clipped scores are lengths in L2 and are not comparable; there only
    measured pairs are checked.
    """
    rows = max(1.0, measured.total())
    by_name = {c.name: c for c in columns}
    allowed: dict[Clique, tuple[float, Groups]] = {}
    if measured.reach is None and columns:
        for score in measured.scores:
            _, groups = _product(score, by_name)
            allowed[score.clique] = max(0.0, score.noisy) + CLEAR * score.sigma, groups
    for m in measured.tables:
        if len(m.clique) == 2:
            noise = m.sigma * (m.values.size * math.sqrt(2 / math.pi) + CLEAR * math.sqrt(m.values.size))
            limit = _departure(m.values) + noise
            # The most precise answer about a pair counts.
            before = allowed.get(m.clique)
            if before is None or limit < before[0]:
                allowed[m.clique] = limit, _groups(m.clique, m.groups)
    invented = []
    for clique, (limit, groups) in allowed.items():
        synthetic = _synthetic(codes, domain, clique, groups)
        margins = np.outer(synthetic.sum(axis=1), synthetic.sum(axis=0))
        sampling = expected_distance(margins * max(1, len(codes))) / max(1, len(codes))
        seen = float(np.abs(synthetic - margins).sum())
        if seen > limit / rows + sampling:
            invented.append(Invented(clique, seen / 2, min(1.0, (limit / rows + sampling) / 2)))
    return Dependence(len(allowed), tuple(sorted(invented, key=lambda i: i.allowed - i.synthetic)))


def _synthetic(codes: Codes, domain: Domain, clique: Clique, groups: Groups) -> Table:
    return shares(codes, domain, clique, groups)


def _groups(clique: Clique, groups: Sequence[tuple[int, ...] | None]) -> Groups:
    return {name: g for name, g in zip(clique, groups, strict=True) if g is not None}


def _product(score: Score, columns: Mapping[str, Column]) -> tuple[Table, Groups]:
    """The table of independent columns that a pair was compared with, as shares, and its merged levels."""
    a, b = (columns[name] for name in score.clique)
    groups = {c.name: c.group for c in (a, b) if c.merged} or EVERY_LEVEL
    # Older files do not hold the shares; then columns were never counted again.
    return np.outer(*(score.margins or (a.group_mass(), b.group_mass()))), groups


def _departure(values: Table) -> float:
    """L1 distance of a noisy table from the product of its own margins, in rows."""
    total = float(values.sum())
    if total <= 0:
        return float(np.abs(values).sum())
    return float(np.abs(values - np.outer(values.sum(axis=1), values.sum(axis=0)) / total).sum())


def _total_sigma(measured: Measurements) -> float:
    """Standard deviation of the noisy number of rows, where the marginals tell it."""
    return 1 / math.sqrt(sum(1 / (m.values.size * m.sigma**2) for m in measured.marginals))
