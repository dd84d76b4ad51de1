"""Columns that are counted again: when, which, at what cost, and what for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.queries import Measurement
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Measurements
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.denoise import denoise
from dpsynth.synth.second_look import cells_after_denoising
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import RoundedGaussian
from dpsynth.testing.synthesizers import Witness


def column(name: str, size: int, ordered: bool) -> Category:
    return Category(
        name=name, levels=tuple(map(str, range(size))), other=None, missing=None, edges=(),
        absent_texts=frozenset(), spellings={}, fallback=0, is_ordered=ordered,
    )  # fmt: skip


DOMAIN = Domain((column("a", 100, True), column("b", 60, True), column("c", 4, False), column("d", 2, False)))


def people(n: int, linked: bool):
    """a is spiky, b smooth, c and d short; linked: the others follow a."""
    rng = np.random.default_rng(3)
    a = np.where(rng.random(n) < 0.7, 10 * rng.integers(0, 10, n), rng.integers(0, 100, n))
    b = np.minimum(59, rng.exponential(12, n).astype(int) + (a // 3 if linked else 0))
    c = np.where(rng.random(n) < 0.9, a // 25, rng.integers(0, 4, n)) if linked else rng.integers(0, 4, n)
    d = np.where(rng.random(n) < 0.9, a // 50, rng.integers(0, 2, n)) if linked else rng.integers(0, 2, n)
    return tables.people(DOMAIN, [[row] for row in np.stack([a, b, c, d], axis=1).tolist()])


def measured_by(units, budget: float, seed: int, **wishes):
    mechanism = CliqueTree().calibrate(Mu(budget), Task(DOMAIN, **wishes))
    event = mechanism.event
    sampler = RoundedGaussian(np.random.default_rng(seed))
    witness = Witness(Curator(units, DOMAIN, 1, compose(event).mu_squared, cells(event), sampler))
    return mechanism, mechanism.measure(witness), witness


def again(measured: Measurements) -> list[Measurement]:
    return [m for m in measured.marginals if len(m.clique) == 1 and m.purpose == "pairs"]


def share(measured: Measurements) -> float:
    """What counting again cost, as a part of what all questions after the scores cost."""
    return sum(m.sigma**-2 for m in again(measured)) / sum(
        m.sigma**-2 for m in measured.marginals if m.purpose == "pairs"
    )


def test_dependence_that_stands_out_is_measured_first() -> None:
    """Strong pairs: columns get nothing more. No pairs: they get most of the budget, and all of it when none can be had."""
    for seed in range(3):
        strong = measured_by(people(3_000, linked=True), 0.3, seed)[1]
        hidden = measured_by(people(3_000, linked=False), 0.02, seed)[1]
        assert share(strong) == 0 and share(hidden) > 0.5
    nothing = measured_by(people(3_000, linked=False), 0.02, 0, max_cells=4)[1]
    assert nothing.scores == () and share(nothing) == 1


def test_it_costs_what_was_planned() -> None:
    for budget in (0.02, 0.1, 1.0):
        mechanism, measured, witness = measured_by(people(3_000, linked=True), budget, 1)
        planned = compose(mechanism.event).mu_squared
        assert float(planned) * (1 - 1e-6) <= witness.mu_squared <= planned
        assert witness.cells <= cells(mechanism.event)
        assert planned <= Mu(budget).value ** 2


def test_tables_that_a_policy_wants_are_never_crowded_out() -> None:
    for seed in range(3):
        measured = measured_by(people(2_000, linked=False), 0.02, seed, must_include=(("a", "c"),))[1]
        assert any(m.clique == ("a", "c") for m in measured.marginals)
        assert share(measured) <= 0.9 + 1e-6


def test_a_spiky_column_is_further_off_than_a_smooth_one() -> None:
    """The bootstrap against the error that denoising really has."""
    rng, n, sigma = np.random.default_rng(4), 20_000, 60.0
    units = people(n, linked=False)
    found, true = {}, {}
    for i, attribute in enumerate(DOMAIN.attributes):
        counts = np.bincount(units.codes[:, i], minlength=attribute.size).astype(float)
        place = np.arange(attribute.size) if attribute.ordered else None
        noisy = [counts + rng.normal(0, sigma, attribute.size) for _ in range(20)]
        off = np.mean([np.abs(denoise(x, sigma, place, n) - counts).sum() for x in noisy])
        true[attribute.name] = off / (sigma * math.sqrt(2 / math.pi))
        taken = [denoise(x, sigma, place, n) for x in noisy]
        found[attribute.name] = float(np.mean([cells_after_denoising(attribute, x, sigma) for x in taken]))
    assert found["c"] == 4.0 and found["d"] == 2.0
    for name in "ab":
        assert 0.4 * true[name] < found[name] < 1.3 * true[name] and found[name] < 60
    assert found["a"] > 1.5 * found["b"]


def test_answers_to_one_question_are_averaged_by_inverse_variance() -> None:
    first = Measurement(("a",), (None,), np.array([10.0, 20.0]), 3.0, "one_way")
    second = Measurement(("a",), (None,), np.array([16.0, 8.0]), 1.5, "pairs")
    merged = Measurement(("a",), ((0, 0),), np.array([30.0]), 1.0, "pairs")
    measured = Measurements("clique_tree", (first, second, merged), (), compose_nothing())
    assert measured.answers == (first, second, merged) and len(measured.tables) == 2
    mean = measured.one_way("a")
    assert mean.values == pytest.approx([(10 + 4 * 16) / 5, (20 + 4 * 8) / 5])
    assert mean.sigma == pytest.approx((1 / 9 + 1 / 2.25) ** -0.5) and mean.purpose == "one_way"


def compose_nothing():
    from dpsynth.privacy.events import Composed

    return Composed(())


def test_the_model_follows_both_counts() -> None:
    """Over many releases its columns are closer to the truth than without the second count; groups stay the same."""
    units, gained = people(3_000, linked=False), []
    truth = [np.bincount(units.codes[:, i], minlength=a.size) / units.rows for i, a in enumerate(DOMAIN.attributes)]
    for seed in range(12):
        mechanism, measured, _ = measured_by(units, 0.05, seed)
        assert again(measured)
        once = Measurements(
            measured.mechanism,
            tuple(m for m in measured.marginals if m.purpose == "one_way"),
            measured.scores,
            measured.event,
        )
        both, first = mechanism.fit(measured), mechanism.fit(once)
        assert [c.group for c in both.columns] == [c.group for c in first.columns]

        def off(model) -> float:
            pairs = zip(DOMAIN.names, truth, strict=True)
            return sum(0.5 * float(np.abs(model.marginal((name,)) - t).sum()) for name, t in pairs)

        gained.append(off(first) - off(both))
    assert np.mean(gained) > 2 * np.std(gained) / math.sqrt(len(gained)) > 0
