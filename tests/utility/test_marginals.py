"""Distances against brute force, and the noise of the paid one."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.queries import Measurement
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise, RoundedGaussian
from dpsynth.utility import marginals

DOMAIN = tables.domain(2, 3, 4)
REAL = tables.crowd(DOMAIN, 60, 3, np.random.default_rng(1))
SYNTHETIC = tables.crowd(DOMAIN, 45, 3, np.random.default_rng(2)).codes
NOBODY = tables.people(DOMAIN, [])


def slow_share(codes, columns, cell) -> float:
    rows = [tuple(int(row[c]) for c in columns) for row in codes]
    return rows.count(cell) / len(rows) if rows else 1 / np.prod([DOMAIN.attributes[c].size for c in columns])


def slow_distance(left, right, columns) -> float:
    cells = product(*(range(DOMAIN.attributes[c].size) for c in columns))
    return sum(abs(slow_share(left, columns, cell) - slow_share(right, columns, cell)) for cell in cells) / 2


@pytest.mark.parametrize("ways", [1, 2, 3])
@pytest.mark.parametrize("synthetic", [SYNTHETIC, NOBODY.codes], ids=["rows", "none"])
def test_internal_against_brute_force(ways: int, synthetic) -> None:
    found = marginals.internal(REAL, synthetic, DOMAIN, ways)
    slow = {c: slow_distance(REAL.codes, synthetic, c) for c in combinations(range(3), ways)}
    assert found.mean == pytest.approx(np.mean(list(slow.values())))
    assert found.marginals == len(slow) and found.ways == ways and found.noise_sd == 0 and found.floor is None
    assert [d for _, d in found.worst] == pytest.approx(sorted(slow.values(), reverse=True))
    assert all(d == pytest.approx(slow[tuple(DOMAIN.index(n) for n in clique)]) for clique, d in found.worst)


def test_equal_tables_are_at_distance_zero_and_disjoint_ones_at_one() -> None:
    assert marginals.internal(REAL, REAL.codes, DOMAIN, 2).mean == 0
    here, there = (tables.people(DOMAIN, [[[c, c, c]]]) for c in (0, 1))
    assert marginals.internal(here, there.codes, DOMAIN, 2).mean == 1


def test_free_against_brute_force() -> None:
    rng, total = np.random.default_rng(5), 87.0
    measured = []
    for clique, groups in [(("a",), (None,)), (("b", "c"), (None, (0, 1, 1, 0))), (("a", "b"), (None, None))]:
        shape = [max(g) + 1 if g else DOMAIN.sizes[n] for n, g in zip(clique, groups, strict=True)]
        measured.append(Measurement(clique, groups, rng.normal(20, 9, shape), 4.0, "x"))
    merged = SYNTHETIC.copy()
    merged[:, 2] = np.array([0, 1, 1, 0])[merged[:, 2]]
    distances = []
    for m, codes in zip(measured[1:], (merged, SYNTHETIC), strict=True):
        columns = [DOMAIN.index(n) for n in m.clique]
        cells = np.ndindex(m.values.shape)
        distances.append(sum(abs(m.values[c] / total - slow_share(codes, columns, c)) for c in cells) / 2)
    found = marginals.free(measured, SYNTHETIC, DOMAIN, total, 2)
    assert found.mean == pytest.approx(np.mean(distances)) and found.marginals == 2
    assert found.floor == pytest.approx(0.5 * (2 / np.pi) ** 0.5 * 4.0 / total * (6 + 6) / 2)
    assert marginals.free(measured, SYNTHETIC, DOMAIN, total, 1).marginals == 1
    assert marginals.free([], SYNTHETIC, DOMAIN, total, 1).mean == 0


def test_the_floor_is_what_a_perfect_release_shows() -> None:
    """Noise alone, against the exact shares."""
    rng, n = np.random.default_rng(6), 4000
    wide = tables.domain(50)
    codes = rng.integers(0, 50, (n, 1)).astype(np.uint16)
    exact = np.bincount(codes[:, 0], minlength=50)
    noisy = [Measurement(("a",), (None,), exact + rng.normal(0, 8, 50), 8.0, "x") for _ in range(100)]
    found = marginals.free(noisy, codes, wide, float(n), 1)
    assert found.mean == pytest.approx(found.floor, rel=0.03)


def curator(sampler, units=REAL, k: int = 3) -> Curator:
    return Curator(units, DOMAIN, k, Fraction(10**6), 10**9, sampler)


def test_paid_without_noise_against_brute_force() -> None:
    """With the exact number of rows it is the internal distance, to the resolution of the lattice."""
    found = marginals.paid(curator(NoNoise()), SYNTHETIC, DOMAIN, float(REAL.rows), 5.0)
    assert found.mean == pytest.approx(marginals.internal(REAL, SYNTHETIC, DOMAIN, 2).mean, abs=1e-6)
    assert found.marginals == 3 and found.floor is None and found.worst == ()


def test_paid_noise_has_the_claimed_size() -> None:
    sampler = RoundedGaussian(np.random.default_rng(3))
    found = [marginals.paid(curator(sampler), SYNTHETIC, DOMAIN, 1000.0, 40.0) for _ in range(600)]
    assert {f.noise_sd for f in found} == {40.0 / (2 * 1000.0 * 3**0.5)}
    spread = np.std([f.mean for f in found])
    assert spread == pytest.approx(found[0].noise_sd, rel=5 / (2 * 600) ** 0.5)


def test_paid_is_charged_once_for_all_pairs() -> None:
    asked = curator(NoNoise())
    marginals.paid(asked, SYNTHETIC, DOMAIN, 100.0, 6.0)
    assert compose(asked.event).mu_squared == 3 * Fraction(9, 36)
    assert asked.event.events[0].purpose == "utility"


@pytest.mark.parametrize("total", [-50.0, 0.0, 1e9])
def test_paid_survives_any_total(total: float) -> None:
    found = marginals.paid(curator(RoundedGaussian(np.random.default_rng(1)), NOBODY), NOBODY.codes, DOMAIN, total, 6.0)
    assert 0 <= found.mean <= 1


def test_one_column_has_no_pairs() -> None:
    narrow = tables.domain(3)
    units = tables.people(narrow, [[[1]]])
    found = marginals.paid(Curator(units, narrow, 1, Fraction(0), 0, NoNoise()), units.codes, narrow, 10.0, 1.0)
    assert found.mean == 0 and found.marginals == 0
    assert marginals.internal(units, units.codes, narrow, 2).mean == 0


def test_several_tables_are_one_mean_over_all_their_marginals() -> None:
    small = tables.domain(3, 2)
    other = tables.crowd(small, 40, 2, np.random.default_rng(3))
    parts = [(REAL, SYNTHETIC, DOMAIN), (other, tables.crowd(small, 30, 2, np.random.default_rng(4)).codes, small)]
    curators = [Curator(u, d, 3, Fraction(10), 10**6, RoundedGaussian(np.random.default_rng(5))) for u, _, d in parts]
    asked = [
        marginals.paid(curator, codes, d, float(units.rows), 40.0)
        for curator, (units, codes, d) in zip(curators, parts, strict=True)
    ]
    found = marginals.together(asked)
    assert found.marginals == 4 and found.floor is None
    assert found.mean == pytest.approx((3 * asked[0].mean + asked[1].mean) / 4)
    # The noise of every single distance, sigma / 2 rows, added up by squares.
    slow = [40 / (2 * REAL.rows)] * 3 + [40 / (2 * other.rows)]
    assert found.noise_sd == pytest.approx(np.sqrt(np.sum(np.square(slow))) / 4)
    within = marginals.together([marginals.internal(*part, 2) for part in parts])
    assert [d for _, d in within.worst] == sorted((d for _, d in within.worst), reverse=True)
    assert within.mean == pytest.approx(np.mean([d for _, d in within.worst])) and len(within.worst) == 4
