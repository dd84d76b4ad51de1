"""The benchmark of copies computes what it says: a law, its true values, and the analyses."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

PLACE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def copies(monkeypatch):
    monkeypatch.syspath_prepend(str(PLACE))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    import copies

    yield copies
    del sys.modules["copies"]


def test_analyses_are_those_of_statsmodels(copies) -> None:
    import statsmodels.api as sm

    joint, rng = copies.law(), np.random.default_rng(0)
    assert joint.sum() == pytest.approx(1) and (joint > 0).all()
    flat = rng.choice(joint.size, 3000, p=joint.ravel())
    codes = np.stack(np.unravel_index(flat, joint.shape), axis=1)
    q, u = copies.analysed(copies.counted(codes))
    age, sex, diagnosis, treatment, outcome = codes.T
    years = copies.AGES[age]
    assert q[0] == pytest.approx(years.mean()) and u[0] == pytest.approx(years.var() / 3000)
    assert q[2] == pytest.approx((diagnosis == 6).mean())
    here = (age >= 7) & (sex == 1)
    assert q[3] == pytest.approx(treatment[here].mean())
    design = sm.add_constant(np.stack([treatment, sex, (years - 48) / 10], axis=1).astype(float))
    fitted = sm.Logit(outcome, design).fit(disp=0)
    assert q[4] == pytest.approx(fitted.params[1], abs=1e-5) and u[4] == pytest.approx(fitted.bse[1] ** 2, rel=1e-4)


def test_true_values_are_the_laws(copies) -> None:
    truth = copies.analysed(copies.law() * 1e12)[0]
    assert truth[4] == pytest.approx(-0.7, abs=1e-4)  # the coefficient that is written down
    result = copies.judged(800, 3.0, 4, 3, "table", 1)
    assert set(result["ways"]) == set(copies.WAYS) and set(result["ways"]["copies"]) == set(copies.QUANTITIES)
    assert all(0 <= c["coverage"] <= 1 and c["width"] > 0.5 for w in result["ways"].values() for c in w.values())
    assert "800 people" in copies.shown(result)
