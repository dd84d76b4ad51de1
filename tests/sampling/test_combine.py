"""The combining rule: its parts by hand, and its intervals where its model holds exactly."""

from __future__ import annotations

import numpy as np
import pytest

from dpsynth.errors import UsageError
from dpsynth.sampling.combine import combine


def test_parts_by_hand() -> None:
    found = combine([1.0, 2.0, 3.0], [0.5, 0.4, 0.6], rows=200, trained_on=100)
    # b = 1, u = 0.5, so V = 0.5.
    assert found.estimate == 2.0 and found.sampling == pytest.approx(1.0)
    assert found.privacy == pytest.approx(4 / 3 * 0.5) and found.copies == pytest.approx(0.5 / 3)
    assert found.variance == pytest.approx(1 + 2 / 3 + 1 / 6)
    assert found.degrees_of_freedom == pytest.approx(2 * (found.variance / (4 / 3)) ** 2)
    low, high = found.interval()
    assert low < 2 < high and (low + high) / 2 == pytest.approx(2.0)
    # Copies that agree: no privacy noise is seen.
    alike = combine([1.0, 1.0], [0.5, 0.5], rows=100, trained_on=100)
    assert alike.privacy == 0 and alike.variance == pytest.approx(0.75)


def covered(rule, runs: int = 4000, *, rows: float = 1000, trained_on: float = 1000, privacy: float = 2.0) -> float:
    """How often an interval holds the truth, 0, when everything is as `combine` supposes; in units of the data's variance."""
    rng, m, hits = np.random.default_rng(3), 5, 0
    within = trained_on / rows
    for _ in range(runs):
        released = rng.normal(0, 1) + rng.normal(0, privacy)
        q = released + rng.normal(0, privacy, m) + rng.normal(0, np.sqrt(within), m)
        low, high = rule(q, np.full(m, within), rows, trained_on)
        hits += low < 0 < high
    return hits / runs


def ours(q, u, rows, trained_on):
    return combine(q, u, rows=rows, trained_on=trained_on).interval()


@pytest.mark.parametrize("rows", [500, 1000, 5000])
@pytest.mark.parametrize("privacy", [0.3, 2.0])
def test_intervals_hold_the_truth(rows: float, privacy: float) -> None:
    # Of 4,000 intervals at 95 percent, 94 percent and more hold it: the deviation of that share is 0.3 percent.
    assert covered(ours, rows=rows, privacy=privacy) > 0.94


def test_a_rule_that_takes_copies_for_people_fails() -> None:
    def naive(q, u, rows, trained_on):
        return q[0] - 1.96 * u[0] ** 0.5, q[0] + 1.96 * u[0] ** 0.5

    def partially_synthetic(q, u, rows, trained_on):
        reach = 2.5 * (u.mean() + q.var(ddof=1) / len(q)) ** 0.5
        return q.mean() - reach, q.mean() + reach

    assert covered(naive) < 0.7 and covered(partially_synthetic) < 0.92


def test_arrays_are_combined_number_by_number() -> None:
    q, u = np.array([[1.0, 5.0], [2.0, 5.5], [4.0, 5.2]]), np.full((3, 2), 0.1)
    both = combine(q, u, rows=10, trained_on=20)
    for k in range(2):
        alone = combine(q[:, k], u[:, k], rows=10, trained_on=20)
        assert both.variance[k] == pytest.approx(float(alone.variance)) and both.interval()[0][k] == alone.interval()[0]


@pytest.mark.parametrize(
    ("q", "u"),
    [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([1.0, np.nan], [1.0, 1.0]), ([1.0, 2.0], [1.0, -1.0]), (1.0, 1.0)],
)
def test_what_cannot_be_combined_is_refused(q, u) -> None:
    with pytest.raises(UsageError):
        combine(q, u, rows=10, trained_on=10)
    with pytest.raises(UsageError):
        combine([1.0, 2.0], [1.0, 1.0], rows=10, trained_on=0)
