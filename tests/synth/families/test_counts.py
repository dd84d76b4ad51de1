"""How many rows come out: as many as their noisy totals say, also where noise drowns everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dpsynth.data.family import open_family
from dpsynth.domain.family import Family, half_octaves
from dpsynth.synth.columns import Column
from dpsynth.synth.graphical import NoisyMarginal, fit
from dpsynth.synth.relational.counts import Law, leaning, leaning_numbers, meeting, weights
from dpsynth.synth.relational.model import FamilyModel
from dpsynth.synth.tree_model import CompressedModel
from dpsynth.testing.samplers import RoundedGaussian
from tests.synth.families import wide
from tests.synth.families.cohort import calibrated, measurers

PEOPLE, SEEDS, DRAWS = 60, 16, 6


def test_numbers_of_rows_lean_to_the_measured_total() -> None:
    bins = half_octaves(0, 320)
    size = len(bins.labels)
    group = [*range(8), *[8] * (size - 8)]  # the tail is one group
    share = [1.0 / group.count(g) for g in group]
    column = Column("rows", tuple(group), tuple(share), tuple(share))
    by_group = np.array([0.2, *[0.1] * 7, 0.1])
    rng = np.random.default_rng(0)
    for mean in (7.0, 10.0, 18.0):
        lean, leaned = leaning(bins, column, by_group, mean)
        groups = rng.choice(9, 200_000, p=by_group)
        codes = leaned.expand(groups.astype(np.uint16), rng)
        assert abs(leaning_numbers(bins, codes, lean, rng).mean() / mean - 1) < 0.02
    numbers, mass = weights(bins, size - 1, 0.0)
    assert numbers[-1] == 320 and mass.sum() == pytest.approx(1)


def model_of(shares: list[float]) -> CompressedModel:
    """One column of numbers of rows with these shares of bins, and a column that follows it."""
    joint = np.diag(np.asarray(shares)) * 1e4
    sizes = {"rows": len(shares), "twin": len(shares)}
    answers = [NoisyMarginal(("rows", "twin"), joint, 0.01)]
    columns = tuple(Column(n, tuple(range(len(shares))), (1.0,) * len(shares), tuple(shares)) for n in ("rows", "twin"))
    return CompressedModel(columns, fit(sizes, answers, 1e4))


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        ([0.2, 0.3, 0.1, 0.1, 0.1, 0.2], 0.4),  # below what any lean inside the bins reaches
        ([0.2, 0.3, 0.1, 0.1, 0.1, 0.2], 5.5),  # above
        ([0.0, 0.0, 0.0, 0.0, 0.5, 0.5], 0.1),  # noise left nobody without rows
        ([1.0, 0.0, 0.0, 0.0, 0.0, 0.0], 2.0),  # nobody with any
        ([0.2, 0.3, 0.1, 0.1, 0.1, 0.2], 0.0),
    ],
)
def test_every_mean_is_met_that_the_bins_allow(shares: list[float], wanted: float) -> None:
    bins = half_octaves(0, 7)
    assert len(bins.labels) == len(shares)
    met = meeting(bins, model_of(shares), "rows", wanted)
    rng = np.random.default_rng(0)
    codes = met.law.moved(met.model.sample(100_000, rng)[:, 0], rng)
    numbers = leaning_numbers(bins, codes, met.law.lean, rng)
    assert met.mean == pytest.approx(wanted, abs=0.002 * wanted + 1e-6)
    assert numbers.mean() == pytest.approx(wanted, abs=0.03 * wanted + 1e-6)
    assert numbers.max() <= 7


def test_a_mean_that_the_lean_reaches_moves_no_bin() -> None:
    bins, shares = half_octaves(0, 7), [0.2, 0.3, 0.1, 0.1, 0.1, 0.2]
    met = meeting(bins, model_of(shares), "rows", 2.5)
    assert met.law == Law(met.law.lean) and met.model.groups.marginal(("rows",)) == pytest.approx(shares, abs=0.01)


def test_tables_are_as_large_as_their_noisy_totals(tmp_path: Path) -> None:
    """Few people, seven tables, three levels: the oracle is nothing but the noisy totals and the policy's bounds."""
    loaded = wide.policy(tmp_path)
    family, policy_tables = Family.from_policy(loaded), loaded.policy.tables
    checked = dict.fromkeys((rows.name for rows in family.rows), 0)
    ratios: dict[str, list[tuple[float, float]]] = {name: [] for name in checked}
    for seed in range(SEEDS):
        real = open_family(loaded, family, wide.tables(PEOPLE, seed), b"0123456789abcdef", lambda: None)
        mechanism = calibrated(loaded, family, 1.0)
        measured = mechanism.measure(measurers(mechanism, real, RoundedGaussian(np.random.default_rng(seed))))
        fitted = mechanism.fit(measured)
        model = FamilyModel.from_arrays(fitted.to_arrays())
        assert model.laws == fitted.laws
        size = max(1, round(measured.people.total()))
        drawn = [model.sample(family, policy_tables, size, np.random.default_rng(i)).coded.rows for i in range(DRAWS)]
        made: dict[str | None, float] = {None: size}
        for rows in family.rows:
            total = max(0.0, measured.rows[rows.name].total())
            found = np.array([len(sample[rows.name].owner) for sample in drawn])
            made[rows.name] = float(found.mean())
            # A person has no more rows than the policy allows, however few people noise leaves.
            if total <= 0.2 * rows.at_most * min(size, made[rows.parent]):
                checked[rows.name] += 1
                error = 4 * found.std(ddof=1) / np.sqrt(DRAWS) + 2.0
                # What a parent row is, is drawn given its person: in the sample, parents of many rows may be more or
                # fewer than in the fitted view, where noise made persons and rows disagree.
                off = 0.15 if rows.parent is None else 0.5
                assert abs(found.mean() - total) < off * total + error, (seed, rows.name)
                ratios[rows.name].append((found.mean(), total))
            assert found.mean() < 2 * total + 4 * found.std(ddof=1) / np.sqrt(DRAWS) + 5, (seed, rows.name)
    assert min(checked.values()) >= SEEDS // 3
    for name, pairs in ratios.items():
        made_rows, totals = np.array(pairs).sum(axis=0)
        assert abs(made_rows / totals - 1) < 0.15, name


def test_rows_are_divided_among_the_parents_that_bounds_allow(tmp_path: Path) -> None:
    """Noise says a million visits of sixty people, who have at most 300 each.

    Divided among a million, two thousand acts would leave some thirty. Drawn parents are others than fitted ones where
    a total is as far from what rows say as here, so that there may be a few times as many.
    """
    loaded = wide.policy(tmp_path)
    family = Family.from_policy(loaded)
    real = open_family(loaded, family, wide.tables(PEOPLE, 0), b"0123456789abcdef", lambda: None)
    mechanism = calibrated(loaded, family, 1.0)
    measured = mechanism.measure(measurers(mechanism, real, RoundedGaussian(np.random.default_rng(0))))
    said = {"visits": 1e6, "acts": 2000.0}
    rows = {name: replace(own, rows=said.get(name, own.rows)) for name, own in measured.rows.items()}
    model = mechanism.fit(replace(measured, rows=rows), merged_by=measured)
    drawn = model.sample(family, loaded.policy.tables, PEOPLE, np.random.default_rng(0)).coded.rows
    assert 10_000 < len(drawn["visits"].owner) <= 300 * PEOPLE
    assert 1000 < len(drawn["acts"].owner) < 10_000
