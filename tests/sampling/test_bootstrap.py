"""Noise that is drawn once more has the law of the first, and models of it scatter as the released one does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.units import Mu
from dpsynth.synth.bootstrap import noisier
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.design import evidence_of
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import RoundedGaussian

DOMAIN = tables.domain(3, 40, 5, 2)


def released(seed: int = 3, rows_per_unit: int = 1, budget: float = 1.0, **task):
    units = tables.crowd(DOMAIN, 2000, rows_per_unit, np.random.default_rng(1))
    mechanism = CliqueTree().calibrate(Mu(budget), Task(DOMAIN, rows_per_unit, **task))
    sampler = RoundedGaussian(np.random.default_rng(seed))
    event = mechanism.event
    curator = Curator(units, DOMAIN, rows_per_unit, compose(event).mu_squared, cells(event), sampler)
    return mechanism, mechanism.measure(curator)


def test_every_answer_gets_noise_of_its_own_deviation() -> None:
    _, measured = released()
    rng = np.random.default_rng(5)
    many = [noisier(measured, rng) for _ in range(300)]
    for i, m in enumerate(measured.marginals):
        moved = np.stack([x.marginals[i].values - m.values for x in many]) / m.sigma
        assert abs(moved.mean()) < 5 / np.sqrt(moved.size) and moved.std() == pytest.approx(1, abs=0.1)
        assert many[0].marginals[i].sigma == m.sigma
    assert measured.rows is None and many[0].rows is None and many[0].scores == measured.scores


def test_the_number_of_rows_moves_with_the_answer_it_came_from() -> None:
    _, measured = released(rows_per_unit=8, clip="auto")
    (total,) = [m for m in measured.marginals if not m.clique]
    again = noisier(measured, np.random.default_rng(5))
    (moved,) = [m for m in again.marginals if not m.clique]
    assert (
        again.rows - measured.rows == pytest.approx(float(moved.values - total.values)) and again.rows != measured.rows
    )


def test_levels_stay_merged_as_the_questions_had_them() -> None:
    mechanism, measured = released()
    rng, design = np.random.default_rng(9), mechanism.design
    merged = [c.group for c in evidence_of(design, measured).columns]
    others = 0
    for _ in range(20):
        again = noisier(measured, rng)
        assert [c.group for c in evidence_of(design, again, measured).columns] == merged
        others += [c.group for c in evidence_of(design, again).columns] != merged
        assert np.isfinite(mechanism.fit(again, measured).marginal(("a", "b"))).all()
    assert others  # by themselves they would have been merged in another way


def test_the_same_answers_give_the_same_model() -> None:
    mechanism, measured = released()
    for clique in (("a", "b"), ("c", "d")):
        np.testing.assert_allclose(
            mechanism.fit(measured, measured).marginal(clique), mechanism.fit(measured).marginal(clique), atol=1e-4
        )


def test_copies_scatter_as_releases_do() -> None:
    """Deviation of a share over copies of one release, against that over releases of the same people."""
    releases = [released(seed, budget=0.5) for seed in range(40)]
    of_releases = np.std([m.fit(x).marginal(("c", "d")).ravel() for m, x in releases], axis=0)
    mechanism, measured = releases[0]
    rng = np.random.default_rng(1)
    of_copies = np.std(
        [mechanism.fit(noisier(measured, rng), measured).marginal(("c", "d")).ravel() for _ in range(40)], axis=0
    )
    assert 0.6 < np.mean(of_copies) / np.mean(of_releases) < 1.6


def test_sums_of_gradients_cannot_be_drawn_again() -> None:
    _, measured = released()
    with pytest.raises(ValueError, match="gradients"):
        noisier(replace(measured, generators={"mean": np.zeros(3, np.float32)}), np.random.default_rng(0))
