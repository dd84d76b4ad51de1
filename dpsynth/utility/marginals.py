"""How far a release is from the source, in total variation distance of marginals.

Three kinds, never mixed: *free* (against the noisy measurements, post-processing), *paid* (a noisy answer of the
curator, charged) and *internal* (against real rows, unprotected).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy import counting
from dpsynth.privacy.queries import EVERY_LEVEL, Clique, Groups, Measurement, Measurer


@dataclass(frozen=True)
class MarginalError:
    """A mean total variation distance over marginals, 0 (equal) to 1.

    Attributes:
        ways: number of columns in each marginal.
        marginals: number of marginals in the mean.
        mean: the distance.
        noise_sd: standard deviation of the privacy noise in `mean`; 0 for internal numbers.
        floor: free numbers only: what `mean` would be if the release were exactly right, because the measurements
            that it is compared with are themselves noisy.
        worst: (clique, distance) of the largest, at most ten.
    """

    ways: int
    marginals: int
    mean: float
    noise_sd: float
    floor: float | None
    worst: tuple[tuple[Clique, float], ...]


def pairs(domain: Domain) -> tuple[Clique, ...]:
    """All pairs of columns."""
    return tuple(combinations(domain.names, 2))


Shares = np.ndarray[Any, np.dtype[np.float64]]


def all_shares(
    codes: Codes, domain: Domain, cliques: Sequence[Clique], groups: Groups = EVERY_LEVEL
) -> tuple[Shares, ...]:
    """The share of rows in each cell of each marginal; uniform when there are no rows."""
    columns = {name: codes[:, i] for i, name in enumerate(domain.names)}
    counted = counting.plain(columns, domain.sizes, cliques, groups)
    return tuple(c / c.sum() if len(codes) else np.full(c.shape, 1 / c.size) for c in counted)


def shares(codes: Codes, domain: Domain, clique: Clique, groups: Groups = EVERY_LEVEL) -> Shares:
    """See `all_shares`."""
    return all_shares(codes, domain, [clique], groups)[0]


def free(measured: Sequence[Measurement], synthetic: Codes, domain: Domain, total: float, ways: int) -> MarginalError:
    """Against the noisy measurements: costs nothing, because it looks at nothing new."""
    chosen = [m for m in measured if len(m.clique) == ways]
    scale = max(1.0, total)
    groups = [{n: g for n, g in zip(m.clique, m.groups, strict=True) if g is not None} for m in chosen]
    distances = [
        0.5 * float(np.abs(m.values / scale - shares(synthetic, domain, m.clique, g)).sum())
        for m, g in zip(chosen, groups, strict=True)
    ]
    floors = [m.floor(scale) for m in chosen]
    return MarginalError(
        ways,
        len(chosen),
        float(np.mean(distances)) if chosen else 0.0,
        0.0,
        float(np.mean(floors)) if chosen else 0.0,
        _worst([m.clique for m in chosen], distances),
    )


def paid(measurer: Measurer, synthetic: Codes, domain: Domain, total: float, sigma: float) -> MarginalError:
    """Mean over all pairs of columns, asked from the curator with noise `sigma` on each distance (in rows).

    The denominator is the released noisy total, a constant. The mean over M pairs has noise sigma / (2 total sqrt(M)).
    """
    cliques = pairs(domain)
    scale = max(1.0, total)
    targets = [share * scale for share in all_shares(synthetic, domain, cliques)]
    answers = measurer.distances(cliques, targets, sigma, "utility") / (2 * scale)
    mean = float(np.clip(np.mean(answers), 0.0, 1.0)) if len(cliques) else 0.0
    return MarginalError(2, len(cliques), mean, sigma / (2 * scale * math.sqrt(max(1, len(cliques)))), None, ())


def internal(units: Units, synthetic: Codes, domain: Domain, ways: int) -> MarginalError:
    """Against real rows: an unprotected number that must not leave the centre."""
    cliques = tuple(combinations(domain.names, ways))
    real, drawn = (all_shares(codes, domain, cliques) for codes in (units.codes, synthetic))
    distances = [0.5 * float(np.abs(r - s).sum()) for r, s in zip(real, drawn, strict=True)]
    return MarginalError(
        ways, len(cliques), float(np.mean(distances)) if cliques else 0.0, 0.0, None, _worst(cliques, distances)
    )


def together(errors: Sequence[MarginalError]) -> MarginalError:
    """One mean over the marginals of several; their noise is independent."""
    number = sum(e.marginals for e in errors)
    weights = [e.marginals / max(1, number) for e in errors]

    def mean(values: Sequence[float]) -> float:
        return sum(w * v for w, v in zip(weights, values, strict=True))

    noise = math.sqrt(sum((w * e.noise_sd) ** 2 for w, e in zip(weights, errors, strict=True)))
    floors = [e.floor for e in errors if e.floor is not None]
    return MarginalError(
        errors[0].ways,
        number,
        mean([e.mean for e in errors]),
        noise,
        mean(floors) if len(floors) == len(errors) else None,
        tuple(sorted((w for e in errors for w in e.worst), key=lambda w: -w[1])[:10]),
    )


def _worst(cliques: Sequence[Clique], distances: Sequence[float]) -> tuple[tuple[Clique, float], ...]:
    order = np.argsort([-d for d in distances], kind="stable")[:10]
    return tuple((cliques[i], distances[i]) for i in order)
