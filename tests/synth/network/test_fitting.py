"""The distance of a generator from answers and its gradient, against loops and differences; and fits."""

from __future__ import annotations

import numpy as np
import pytest

from dpsynth.domain import rules
from dpsynth.synth.columns import Column
from dpsynth.synth.graphical import NoisyMarginal
from dpsynth.synth.network.fitting import fit
from dpsynth.synth.network.generator import softmax, start, through_softmax
from dpsynth.synth.network.marginal_loss import CERTAIN, targets

ROWS = 1000.0


def column(name: str, *mass: float) -> Column:
    return Column(name, tuple(range(len(mass))), (1.0,) * len(mass), mass)


COLUMNS = (column("a", 0.2, 0.3, 0.5), column("b", 0.6, 0.4), column("c", 0.1, 0.2, 0.3, 0.4))


def answers(rng: np.random.Generator) -> list[NoisyMarginal]:
    joint = rng.dirichlet(np.ones(24)).reshape(3, 2, 4) * ROWS
    tables = {
        ("a",): joint.sum(axis=(1, 2)), ("b",): joint.sum(axis=(0, 2)), ("c",): joint.sum(axis=(0, 1)),
        ("a", "b"): joint.sum(axis=2), ("c", "b"): joint.sum(axis=0).T, ("a", "b", "c"): joint,
    }  # fmt: skip
    return [NoisyMarginal(clique, t + rng.normal(0, 5, t.shape), 5.0) for clique, t in tables.items()]


def slow_loss(shares: np.ndarray, marginals: list[NoisyMarginal]) -> float:
    """Cell by cell."""
    parts = dict(zip("abc", np.split(shares.astype(np.float64), [3, 5], axis=1), strict=True))
    found, cells = 0.0, 0
    for m in marginals:
        for cell in np.ndindex(*m.values.shape):
            p = np.mean(np.prod([parts[name][:, i] for name, i in zip(m.clique, cell, strict=True)], axis=0))
            found += ((ROWS * p - m.values[cell]) / m.sigma) ** 2
            cells += 1
    return found / cells


def test_the_distance_is_in_units_of_noise() -> None:
    rng = np.random.default_rng(0)
    marginals = answers(rng)
    shares = start(COLUMNS, rng, points=7).shares
    loss, _ = targets(COLUMNS, marginals, ROWS, ()).loss(shares)
    assert loss == pytest.approx(slow_loss(shares, marginals), rel=1e-4)


def test_the_gradient_is_that_of_the_distance() -> None:
    rng = np.random.default_rng(1)
    wanted = targets(COLUMNS, answers(rng), ROWS, ())
    logits = start(COLUMNS, rng, points=7).logits
    sizes = wanted.sizes
    shares = softmax(logits, sizes)
    gradient = through_softmax(wanted.loss(shares)[1], shares, sizes)
    for _ in range(5):
        step = rng.normal(size=logits.shape).astype(np.float32) * 1e-2
        there, back = (wanted.loss(softmax(logits + s, sizes))[0] for s in (step, -step))
        assert (there - back) / 2 == pytest.approx(float(np.vdot(gradient, step)), rel=0.02)


def test_answers_about_one_table_are_averaged_by_precision() -> None:
    one = NoisyMarginal(("a", "b"), np.full((3, 2), 100.0), 1.0)
    two = NoisyMarginal(("b", "a"), np.full((2, 3), 200.0), 2.0)
    wanted = targets(COLUMNS, [one, two], ROWS, ())
    np.testing.assert_allclose(wanted.pairs[0][:3, 3:5], 120 / ROWS, rtol=1e-5)
    np.testing.assert_allclose(wanted.pairs[1][:3, 3:5] * 2, ROWS**2 * 1.25, rtol=1e-5)


def test_a_fit_ends_at_the_noise_and_rules_hold() -> None:
    rng = np.random.default_rng(2)
    mask = np.zeros((3, 2), bool)
    mask[1, 1] = True
    zeros: rules.StructuralZeros = ((("a", "b"), mask),)
    joint = rng.dirichlet(np.ones(24)).reshape(3, 2, 4)
    joint[1, 1] = 0
    joint *= ROWS / joint.sum()
    pairs = {("a", "b"): joint.sum(axis=2), ("a", "c"): joint.sum(axis=1), ("b", "c"): joint.sum(axis=0)}
    marginals = [NoisyMarginal(c, t + rng.normal(0, 2, t.shape), 2.0) for c, t in pairs.items()]
    wanted = targets(COLUMNS, marginals, ROWS, zeros)
    fitted = fit(start(COLUMNS, rng), wanted, 1000, enough=1.5)
    assert fitted.steps < 1000 and wanted.loss(fitted.shares)[0] < 1.5
    forbidden = np.mean(fitted.shares[:, 1] * fitted.shares[:, 4]) * ROWS
    assert forbidden < 5 * CERTAIN
    for clique, t in pairs.items():
        assert np.abs(fitted.mixture(COLUMNS, ()).marginal(clique) * ROWS - t).mean() < 4


def test_a_generator_starts_at_the_paid_one_ways() -> None:
    mixture = start(COLUMNS, np.random.default_rng(0), points=4000, spread=0.1).mixture(COLUMNS, ())
    for c in COLUMNS:
        np.testing.assert_allclose(mixture.marginal((c.name,)), c.mass, atol=0.01)
    np.testing.assert_allclose(mixture.marginal(("a", "b")), np.outer(COLUMNS[0].mass, COLUMNS[1].mass), atol=0.01)
