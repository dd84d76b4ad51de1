"""The strongest attack: what it adds up, from answers that are counted apart from the curator."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.audit.exact import Exact
from dpsynth.audit.transcript import Transcript
from dpsynth.policy.training import Synthesis
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.units import Mu
from dpsynth.synth.base import configure
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise

DOMAIN = tables.domain(2, 3, 4)
GROUPS = [{}, {"c": (0, 1, 1, 1), "b": (0, 0, 0)}]
CLIQUES = [("a",), ("b",), ("c",), ("a", "b"), ("c", "a"), ("a", "b", "c")]
rows = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)).map(list)
crowds = st.lists(st.lists(rows, max_size=4), min_size=1, max_size=6)


def curator(units, sampler=None) -> Curator:
    return Curator(units, DOMAIN, 4, Fraction(10**6), 10**9, sampler or NoNoise())


@given(crowds, st.sampled_from(GROUPS), st.sampled_from([None, 1.0, 1.7]))
def test_it_counts_what_the_curator_counts(crowd, groups, clip) -> None:
    """Two implementations, one answer; up to the lattice where contributions are clipped."""
    units = tables.people(DOMAIN, crowd)
    exact = Exact(units, DOMAIN)
    answers = curator(units).measure(CLIQUES, 8.0, "x", groups, clip)
    for clique, answer in zip(CLIQUES, answers, strict=True):
        assert answer.values == pytest.approx(exact.marginal(clique, groups, clip), abs=1e-6)
        assert exact.fits(clique, groups, answer.values.shape)
    targets = [np.full(a.values.shape, 0.75) for a in answers]
    distances = curator(units).distances(CLIQUES, targets, 8.0, "x", groups, clip)
    for clique, target, distance in zip(CLIQUES, targets, distances, strict=True):
        assert distance == pytest.approx(exact.distance(clique, target, groups, clip), abs=1e-5)
    assert (curator(units).unit_sizes((1, 2), 8.0, "x") == exact.unit_sizes((1, 2))).all()


class Add:
    """Adds the same number everywhere, so that the evidence is known."""

    name, private = "testing.add", False

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def add(self, values, sigma):
        return values + self.offset * 2**30


def test_the_evidence_of_one_table_is_that_of_a_gaussian() -> None:
    others, person = [[[0, 0, 0]], [[1, 1, 1]]], [[0, 2, 3]] * 3
    without, present = (tables.people(DOMAIN, c) for c in (others, [*others, person]))
    transcript = Transcript(curator(present, Add(1)), Exact(without, DOMAIN), Exact(present, DOMAIN))
    [answer] = transcript.measure([("b",)], 5.0, "x")
    y, e0, e1 = answer.values, np.array([1, 1, 0]), np.array([1, 1, 3])
    expected = (-((y - e1) ** 2) / (2 * answer.sigma**2) + (y - e0) ** 2 / (2 * answer.sigma**2)).sum()
    assert transcript.evidence == pytest.approx(expected)
    before = transcript.evidence
    [size] = transcript.unit_sizes((4,), 5.0, "x")[:1]
    assert transcript.evidence - before == pytest.approx(((size - 2) ** 2 - (size - 3) ** 2) / 50)
    before, target = transcript.evidence, np.array([2.0, 2.0, 2.0])
    [distance] = transcript.distances([("b",)], [target], 5.0, "x")
    assert transcript.evidence - before == pytest.approx(((distance - 4) ** 2 - (distance - 3) ** 2) / 50)


@pytest.mark.parametrize("side", [False, True])
def test_a_shape_of_one_world_is_a_proof(side: bool) -> None:
    small, large = tables.domain(2, 2), tables.domain(2, 3)
    units = tables.people(small, [[[0, 1]], [[1, 0]]])
    worlds = Exact(units, small), Exact(units, large)
    inner = Curator(units, (small, large)[side], 1, Fraction(100), 100, NoNoise())
    transcript = Transcript(inner, *worlds)
    transcript.measure([("a",), ("b",)], 3.0, "x")
    assert transcript.evidence == (math.inf if side else -math.inf)
    transcript.measure([("a",), ("b",)], 3.0, "x")
    assert not math.isnan(transcript.evidence)


def test_groups_of_another_domain_are_a_proof() -> None:
    small, large = tables.domain(2, 2), tables.domain(2, 3)
    units = tables.people(small, [[[0, 1]], [[1, 0]]])
    transcript = Transcript(
        Curator(units, large, 1, Fraction(100), 100, NoNoise()), Exact(units, small), Exact(units, large)
    )
    transcript.distances([("b",)], [np.zeros(2)], 3.0, "x", {"b": (0, 1, 1)})
    assert transcript.evidence == math.inf


@pytest.mark.parametrize("mechanism", ["clique_tree", "aim", "mst", "independent"])
@pytest.mark.parametrize("clip", [None, "auto"])
def test_it_changes_no_answer(mechanism: str, clip) -> None:
    """A mechanism behind the transcript measures what it would measure without."""
    units = tables.crowd(DOMAIN, 30, 3, np.random.default_rng(0))
    calibrated = configure(Synthesis(mechanism=mechanism)).calibrate(Mu(1.0), Task(DOMAIN, 3, clip))

    def fresh() -> Curator:
        whole = accountant.compose(calibrated.event).mu_squared
        return Curator(units, DOMAIN, 3, whole, events.cells(calibrated.event), NoNoise())

    plain = calibrated.measure(fresh())
    watched = calibrated.measure(Transcript(fresh(), Exact(units, DOMAIN), Exact(units, DOMAIN)))
    assert [m.clique for m in plain.marginals] == [m.clique for m in watched.marginals]
    assert all((a.values == b.values).all() for a, b in zip(plain.marginals, watched.marginals, strict=True))
