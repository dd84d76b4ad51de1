"""What the mechanism is for: many columns that all depend on each other."""

from __future__ import annotations

import numpy as np

from dpsynth.data.units import Units
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import Synthesizer
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.network.marginal_network import MarginalNetwork
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import RoundedGaussian

COLUMNS, LEVELS, PEOPLE = 16, 4, 20_000


def factors() -> np.ndarray:
    """Codes of columns that share two hidden factors."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, np.pi, COLUMNS)
    hidden = rng.normal(size=(PEOPLE, 2)) @ np.stack([np.cos(angle), np.sin(angle)]) * 0.8
    values = hidden + 0.6 * rng.normal(size=hidden.shape)
    return (np.argsort(np.argsort(values, axis=0), axis=0) * LEVELS // PEOPLE).astype(np.uint16)


def pair_error(synthesizer: Synthesizer, codes: np.ndarray) -> float:
    """Mean total variation distance of all pairs."""
    domain = tables.domain(*[LEVELS] * COLUMNS)
    mechanism = synthesizer.calibrate(Mu(0.3), Task(domain))
    granted, most = compose(mechanism.event).mu_squared, cells(mechanism.event)
    units = Units(codes, np.arange(PEOPLE), PEOPLE)
    curator = Curator(units, domain, 1, granted, most, RoundedGaussian(np.random.default_rng(1)))
    rows = mechanism.fit(mechanism.measure(curator)).sample(PEOPLE, np.random.default_rng(2))

    def counts(table: np.ndarray) -> np.ndarray:
        hot = (table[:, :, None] == np.arange(LEVELS)).reshape(len(table), -1).astype(np.float32)
        return hot.T @ hot

    return float(np.abs(counts(rows) - counts(codes)).sum() / 2 / PEOPLE / COLUMNS**2)


def test_a_dense_table_is_nearer_than_any_junction_tree_brings_it() -> None:
    codes = factors()
    network, tree = (pair_error(one, codes) for one in (MarginalNetwork(), CliqueTree()))
    assert network < 0.8 * tree
