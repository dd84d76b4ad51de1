"""Attributes drawn given others follow the exact conditional distribution, record by record."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dpsynth.synth.graphical import JunctionTree, evidence_tree
from dpsynth.synth.graphical.evidence import Conditional
from dpsynth.synth.graphical.message_passing import calibrate
from dpsynth.synth.graphical.model import GraphicalModel

SIZES = {"a": 2, "b": 3, "c": 2, "d": 3, "e": 2, "f": 2}
SHAPES = {
    "tree": [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("c", "f")],
    "dense": [("a", "b", "c"), ("b", "c", "d"), ("c", "d", "e"), ("b", "f")],
    "cyclic": [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("e", "f")],
    "alone": [],
}


@pytest.fixture(params=["messages known in advance", "worked out for each record"], autouse=True)
def _messages(request, monkeypatch) -> None:
    if request.param != "messages known in advance":
        monkeypatch.setattr(evidence_tree, "KNOWN", 0)


def model_of(cliques, zero: bool = False) -> tuple[GraphicalModel, np.ndarray]:
    """A random model over a tree, and its joint distribution by brute force."""
    rng = np.random.default_rng(4)
    tree = JunctionTree.build(SIZES, cliques)
    potentials = [rng.random(tree.shape(clique)) ** 3 for clique in tree.cliques]
    if zero:
        potentials[0].reshape(-1)[:2] = 0.0
    joint = np.ones(tuple(SIZES.values()))
    for clique, table in zip(tree.cliques, potentials, strict=True):
        order = sorted(range(len(clique)), key=lambda i: list(SIZES).index(clique[i]))
        shape = [SIZES[n] if n in clique else 1 for n in SIZES]
        joint = joint * table.transpose(order).reshape(shape)
    return GraphicalModel(tree, 1.0, tuple(calibrate(tree, potentials))), joint / joint.sum()


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("drawn", [("d",), ("b", "e"), ("f", "c", "a"), tuple(SIZES)])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_conditional_distribution(shape: str, drawn: tuple[str, ...], zero: bool) -> None:
    model, joint = model_of(SHAPES[shape], zero)
    given = [n for n in SIZES if n not in drawn]
    n, rng = 3000, np.random.default_rng(1)
    settings = list(itertools.product(*(range(SIZES[x]) for x in given)))[:12]
    evidence = {x: np.repeat([s[i] for s in settings], n) for i, x in enumerate(given)}
    codes = Conditional(model, drawn).draw(evidence, n * len(settings), rng)
    for i, setting in enumerate(settings):
        index = tuple(setting[given.index(x)] if x in given else slice(None) for x in SIZES)
        left = [x for x in SIZES if x in drawn]
        expected = joint[index].transpose([left.index(x) for x in drawn])
        if expected.sum() == 0:
            continue
        expected = expected / expected.sum()
        seen = np.zeros_like(expected)
        np.add.at(seen, tuple(codes[i * n : (i + 1) * n].T), 1 / n)
        assert np.abs(seen - expected).sum() < 6 * np.sqrt(expected.size / n), (shape, setting)
        assert (seen[expected == 0] == 0).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_open_attributes_that_nobody_wants_are_summed_out(shape: str) -> None:
    model, joint = model_of(SHAPES[shape])
    n, rng = 40_000, np.random.default_rng(3)
    evidence = {"c": np.ones(n, int), "f": np.zeros(n, int)}
    codes = Conditional(model, ("a", "b", "d", "e")).draw(evidence, n, rng, wanted=("e", "b"))
    expected = joint[:, :, 1, :, :, 0].sum(axis=(0, 2)).T
    seen = np.zeros((2, 3))
    np.add.at(seen, tuple(codes.T), 1 / n)
    assert np.abs(seen - expected / expected.sum()).max() < 0.015


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_not_allowed_is_never_drawn_and_the_rest_keeps_its_ratios(shape: str) -> None:
    model, joint = model_of(SHAPES[shape])
    n, rng, drawn = 20_000, np.random.default_rng(2), ("d", "b")
    mask = np.zeros((n, 3), bool)
    mask[:, [0, 2]] = True
    evidence = {x: np.ones(n, int) for x in SIZES if x not in drawn}
    codes = Conditional(model, drawn).draw(evidence, n, rng, {"d": mask})
    expected = joint[1, :, 1, :, 1, 1].T * np.array([1, 0, 1])[:, None]
    seen = np.zeros((3, 3))
    np.add.at(seen, tuple(codes.T), 1 / n)
    assert np.abs(seen - expected / expected.sum()).max() < 0.02
    nothing = Conditional(model, drawn).draw(evidence, n, rng, {"d": np.zeros((n, 3), bool)})
    assert nothing.shape == (n, 2) and nothing.max() < 3  # total, even where nothing is allowed


def test_impossible_evidence_gives_way_to_less_of_it() -> None:
    """Where (a, b) = (0, 2) never occurs, somebody else draws as if b had not been said; others do not notice."""
    tree = JunctionTree.build(SIZES, SHAPES["tree"])
    rng = np.random.default_rng(5)
    potentials = [rng.random(tree.shape(clique)) + 0.1 for clique in tree.cliques]
    at = next(i for i, clique in enumerate(tree.cliques) if set(clique) == {"b", "c"})
    potentials[at][(2, slice(None)) if tree.cliques[at][0] == "b" else (slice(None), 2)] = 0.0
    model = GraphicalModel(tree, 1.0, tuple(calibrate(tree, potentials)))
    n = 30_000
    evidence = {"b": np.repeat([2, 0], n), "a": np.zeros(2 * n, int)}
    drawn = ("c", "d", "e", "f")
    mask = np.zeros((2 * n, 3), bool)
    mask[:, 1] = True
    conditional, other = Conditional(model, drawn), Conditional(model, tuple(SIZES))
    codes = conditional.draw(evidence, 2 * n, rng, wanted=("c", "e"), instead=other)
    c = tree.cliques[next(i for i, clique in enumerate(tree.cliques) if "c" in clique)]
    marginal = model.beliefs[tree.cliques.index(c)].sum(axis=tuple(k for k, x in enumerate(c) if x != "c"))
    assert np.abs(np.bincount(codes[:n, 0], minlength=2) / n - marginal / marginal.sum()).max() < 0.015
    plain = conditional.draw({x: v[n:] for x, v in evidence.items()}, n, rng, wanted=("c", "e"))
    assert np.abs(np.bincount(codes[n:, 0], minlength=2) - np.bincount(plain[:, 0], minlength=2)).max() < 0.03 * n
    limited = conditional.draw(evidence, 2 * n, rng, {"d": mask}, ("d", "e"), other)
    assert (limited[:, 0] == 1).all()
