"""Bounds that must hold, and dependence that nobody measured."""

from __future__ import annotations

import math
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pytest

from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import Composed, cells
from dpsynth.privacy.queries import Measurement
from dpsynth.privacy.units import Mu
from dpsynth.synth.aim import AIM
from dpsynth.synth.base import Measurements
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.independent import Independent
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import RoundedGaussian
from dpsynth.utility.error_bars import dependence, error_bars
from dpsynth.utility.marginals import shares


def release(config, domain, units, seed: int, mu: float = 0.5, clip=None):
    mechanism = config.calibrate(Mu(mu), Task(domain, int(units.rows_per_unit.max(initial=1)), clip=clip))
    event = mechanism.event
    k = int(units.rows_per_unit.max(initial=1))
    sampler = RoundedGaussian(np.random.default_rng(seed))
    measured = mechanism.measure(Curator(units, domain, k, compose(event).mu_squared, cells(event), sampler))
    model = mechanism.fit(measured)
    return measured, model, model.sample(max(1, round(measured.total())), np.random.default_rng(seed))


def study(n: int = 1500):
    domain, rng = tables.domain(30, 4, 3, 2), np.random.default_rng(7)
    a = np.minimum(29, rng.exponential(6, n).astype(int))
    b = np.minimum(3, a // 5)
    c = rng.integers(0, 3, n)
    d = (rng.random(n) < 0.1 + 0.2 * c).astype(int)
    codes = np.stack([a, b, c, d], axis=1)
    return domain, tables.people(domain, [[row] for row in codes.tolist()])


@pytest.mark.parametrize("config", [CliqueTree(), AIM(), Independent()], ids=lambda c: type(c).__name__)
def test_all_bounds_hold_together(config) -> None:
    """Over many releases, against the true tables; and they are no empty words."""
    domain, units = study()
    broken, tight, runs = 0, [], 25
    for seed in range(runs):
        measured, model, codes = release(config, domain, units, seed)
        found = error_bars(measured, codes, domain, model.columns)
        groups = {c.name: c.group for c in model.columns if c.merged}
        for bar in found.bars:
            g = {} if bar.kind == "one_way" else {name: groups[name] for name in bar.clique if name in groups}
            pair = (shares(table, domain, bar.clique, g) for table in (units.codes, codes))
            truth = 0.5 * float(np.abs(next(pair) - next(pair)).sum())
            broken += truth > bar.bound
            tight.append(bar.bound)
        assert found.of("one_way")[0] == 4 and 0 < found.of("one_way")[1] <= found.of("one_way")[2]
    assert broken <= 0.05 * runs
    assert np.median(tight) < 0.6


def test_bounds_need_the_noise_that_they_allow_for() -> None:
    """Mutant: answers whose noise is four times what they say break them."""
    domain, units = study()
    broken = 0
    for seed in range(10):
        measured, _, codes = release(Independent(), domain, units, seed, 0.1)
        object.__setattr__(measured, "marginals", tuple(
            type(m)(m.clique, m.groups, m.values, m.sigma / 400, m.purpose) for m in measured.marginals
        ))  # fmt: skip
        measured.__dict__.pop("answers", None)
        for bar in error_bars(measured, codes, domain).bars:
            pair = [shares(table, domain, bar.clique) for table in (units.codes, codes)]
            broken += 0.5 * float(np.abs(pair[0] - pair[1]).sum()) > bar.bound
    assert broken > 5


def test_every_answer_has_a_bound_and_merged_pairs_are_compared_merged() -> None:
    domain, units = study()
    measured, model, codes = release(CliqueTree(), domain, units, 1)
    found = error_bars(measured, codes, domain, model.columns)
    pairs = {m.clique for m in measured.tables if len(m.clique) == 2}
    assert pairs and found.of("scored")[0] == 6 - len(pairs) and not found.clipped
    assert len(found.bars) == len(measured.tables) + found.of("scored")[0]
    assert all(0 < b.bound <= 1 for b in found.bars)
    without = error_bars(measured, codes, domain)
    assert without.of("scored") == (0, 0.0, 0.0)


def test_clipped_bounds_hold_for_the_shares_of_the_clipped_tables() -> None:
    """Against exact clipped tables; sums are noisy too, which a bound on cells alone would forget."""
    from dpsynth.privacy import counting

    domain = tables.domain(6, 4, 3)
    units = tables.crowd(domain, 300, 6, np.random.default_rng(1))
    plain = {name: units.codes[:, i] for i, name in enumerate(domain.names)}
    broken, runs = 0, 25
    for seed in range(runs):
        measured, model, codes = release(CliqueTree(), domain, units, seed, 0.4, clip="auto")
        groups = {c.name: c.group for c in model.columns if c.merged}
        for bar, m in zip(error_bars(measured, codes, domain, model.columns).bars, measured.tables, strict=True):
            g = {} if len(m.clique) == 1 else {name: groups[name] for name in m.clique if name in groups}
            [exact] = counting.clipped(plain, units.owner, domain.sizes, [m.clique], g, [m.clip])
            truth = 0.5 * float(np.abs(exact / exact.sum() - shares(codes, domain, m.clique, g)).sum())
            broken += truth > bar.bound
    assert broken <= 0.05 * runs


def test_the_bound_of_a_clipped_table_in_numbers() -> None:
    """Synthetic rows that equal the answer: what is left is the noise in the cells and the noise in their sum."""
    domain, n, sigma, confidence = tables.domain(4), 400, 5.0, 0.95
    table = Measurement(("a",), (None,), np.full(4, 50.0), sigma / 2, "one_way", 2.0)
    total = Measurement((), (), np.array(float(n)), 3.0, "total", 8.0)
    measured = Measurements("independent", (total, table), (), Composed(()), float(n), 2.0)
    codes = np.repeat(np.arange(4), 100)[:, None].astype(np.uint16)
    (bar,) = error_bars(measured, codes, domain, confidence=confidence).bars
    # Scaled from a sum of 200 to 400 rows, so its noise doubles. Three events may fail: cells, their sum, the total.
    beta = (1 - confidence) / 3
    cells_off = sigma * (4 * math.sqrt(2 / math.pi) + math.sqrt(8 * math.log(1 / beta)))
    sum_off = sigma * 2 * NormalDist().inv_cdf(1 - beta / 2)
    assert bar.bound == pytest.approx((cells_off + sum_off) / (2 * n))


def test_clipped_answers_say_so() -> None:
    domain = tables.domain(5, 4, 3)
    units = tables.crowd(domain, 400, 6, np.random.default_rng(1))
    measured, model, codes = release(CliqueTree(), domain, units, 1, clip="auto")
    found = error_bars(measured, codes, domain, model.columns)
    assert found.clipped and found.of("scored")[0] == 0
    assert dependence(measured, codes, domain, model.columns).checked == sum(
        len(m.clique) == 2 for m in measured.tables
    )


@pytest.mark.parametrize("config", [CliqueTree(), AIM()], ids=lambda c: type(c).__name__)
def test_an_honest_sample_invents_no_dependence(config) -> None:
    domain, units = study()
    for seed in range(10):
        measured, model, codes = release(config, domain, units, seed)
        found = dependence(measured, codes, domain, model.columns)
        assert found.checked == 6 and found.invented == ()


def test_columns_that_a_sampler_sorted_alike_are_found() -> None:
    """The defect of a widely used sampler: independent columns come out dependent."""
    domain, units = study()
    measured, model, codes = release(CliqueTree(), domain, units, 3, mu=1.0)
    spoiled = codes.copy()
    spoiled[:, 0], spoiled[:, 2] = np.sort(codes[:, 0]), np.sort(codes[:, 2])
    found = dependence(measured, spoiled, domain, model.columns)
    assert ("a", "c") in {i.clique for i in found.invented}
    assert all(i.synthetic > i.allowed for i in found.invented)


def test_without_answers_about_pairs_nothing_is_checked() -> None:
    domain, units = study(200)
    measured, _, codes = release(Independent(), domain, units, 1)
    assert dependence(measured, codes, domain).checked == 0
    assert len(list(combinations(domain.names, 2))) == 6
