"""Invented data: deterministic, mildly dependent, and readable like a real table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dpsynth.data.surrogate import surrogate, surrogate_table
from dpsynth.policy.people import Holdout
from tests.data.study import Study


def test_shapes_and_shares(study: Study) -> None:
    found = surrogate(study.domain, 1000, 4, np.random.default_rng(1), Holdout(share=0.2, control=0.25))
    assert (found.train.size, found.reference.size, found.control.size) == (800, 150, 50)
    assert found.train.codes.shape == (3200, 2)
    assert set(found.train.rows_per_unit.tolist()) == {4}
    sizes = list(study.domain.sizes.values())
    assert (found.train.codes.max(axis=0) == np.array(sizes) - 1).all()


def test_deterministic(study: Study) -> None:
    a, b, c = (surrogate(study.domain, 50, 2, np.random.default_rng(seed)).train.codes.tolist() for seed in (1, 1, 2))
    assert a == b != c


def test_neighbours_and_rows_of_a_person_depend_on_each_other(study: Study) -> None:
    codes = surrogate(study.domain, 20_000, 2, np.random.default_rng(1)).train.codes.astype(float)
    assert 0.2 < np.corrcoef(codes.T)[0, 1] < 0.6
    assert 0.02 < np.corrcoef(codes[0::2, 1], codes[1::2, 1])[0, 1] < 0.4


def test_raw_cells_walk_the_whole_path(study: Study) -> None:
    table = surrogate_table(study.domain, "id", 200, 5, np.random.default_rng(1))
    assert table.schema()["id"] == pa.int64()
    found = study.open(table)
    assert found.train.size + found.reference.size + found.control.size == 200
    assert max(found.train.rows_per_unit) == 3


def test_nobody(study: Study) -> None:
    found = surrogate(study.domain, 0, 3, np.random.default_rng(1))
    assert (found.train.size, found.train.codes.shape) == (0, (0, 2))
