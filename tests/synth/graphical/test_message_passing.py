"""Message passing equals enumeration of all records."""

import numpy as np
import pytest

from dpsynth.synth.graphical import GraphicalModel, JunctionTree
from dpsynth.synth.graphical.factor import expand, product_sum, project, quotient
from dpsynth.synth.graphical.message_passing import calibrate, pass_message

from .brute_force import CLIQUE_SETS, SIZES, all_cliques, joint_of, marginal, product, spread


def random_model(name: str, rng: np.random.Generator, zeros: bool) -> tuple[GraphicalModel, np.ndarray]:
    tree = JunctionTree.build(SIZES, CLIQUE_SETS[name])
    potentials = [rng.gamma(0.5, size=tree.shape(clique)) + 1e-6 for clique in tree.cliques]
    if zeros:
        for table in potentials:
            table[rng.random(table.shape) < 0.2] = 0.0
            table.flat[0] = 1.0
    return GraphicalModel(tree, 1.0, tuple(calibrate(tree, potentials))), product(tree, potentials)


@pytest.fixture(params=[False, True], ids=["positive", "structural zeros"])
def zeros(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_marginals_of_every_attribute_set(name: str, zeros: bool, rng: np.random.Generator) -> None:
    model, joint = random_model(name, rng, zeros)
    for clique in all_cliques(SIZES, rng):
        np.testing.assert_allclose(model.marginal(clique), marginal(joint, clique, SIZES), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_beliefs_over_separators_give_the_joint(name: str, zeros: bool, rng: np.random.Generator) -> None:
    model, joint = random_model(name, rng, zeros)
    np.testing.assert_allclose(joint_of(model), joint, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_conditioning(name: str, zeros: bool, rng: np.random.Generator) -> None:
    model, joint = random_model(name, rng, zeros)
    for given in ({"a": 1}, {"c": 3, "e": 0}, {"d": 0, "b": 2, "a": 0}):
        keep = np.ones_like(joint)
        for attribute, code in given.items():
            keep *= spread(np.arange(SIZES[attribute]) == code, (attribute,), SIZES)
        if (joint * keep).sum() == 0:
            with pytest.raises(ValueError, match="no possible record"):
                model.condition(given)
            continue
        expected = joint * keep / (joint * keep).sum()
        conditional = model.condition(given)
        for clique in all_cliques(SIZES, rng):
            np.testing.assert_allclose(conditional.marginal(clique), marginal(expected, clique, SIZES), atol=1e-12)


def test_messages_are_normalised_at_each_edge() -> None:
    sizes = {f"x{i}": 3 for i in range(400)}
    tree = JunctionTree.build(sizes, [(f"x{i}", f"x{i + 1}") for i in range(399)])
    tiny = [np.full(tree.shape(clique), 1e-200) for clique in tree.cliques]
    for belief in calibrate(tree, tiny):
        np.testing.assert_allclose(belief, 1 / 9)


def test_pass_message_brings_news_to_the_neighbour(rng: np.random.Generator) -> None:
    tree = JunctionTree.build({"a": 2, "b": 3, "c": 2}, [("a", "b"), ("b", "c")])
    beliefs = calibrate(tree, [rng.random(tree.shape(clique)) for clique in tree.cliques])
    separators = [project(b, c, s) for b, c, s in zip(beliefs, tree.cliques, tree.separators, strict=True)]
    news = rng.random(beliefs[0].shape)
    changed = [beliefs[0] * news, beliefs[1].copy()]
    pass_message(tree, changed, separators, 0, 1)
    np.testing.assert_allclose(
        changed[1], calibrate(tree, [beliefs[0] * news, beliefs[1] / beliefs[1].sum(1)[:, None]])[1]
    )


def test_contradicting_zeros_are_refused() -> None:
    tree = JunctionTree.build({"a": 2, "b": 2, "c": 2}, [("a", "b"), ("b", "c")])
    first, second = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    b_first = [project(first, ("a", "b"), clique) if clique == ("a", "b") else None for clique in tree.cliques]
    assert tree.cliques[0] == ("a", "b") and b_first[0] is not None
    with pytest.raises(ValueError, match="no possible record"):
        calibrate(tree, [first, second])


@pytest.mark.parametrize("clique", [("a", "a"), ("z",)])
def test_marginal_refuses_bad_cliques(clique: tuple[str, ...], rng: np.random.Generator) -> None:
    model, _ = random_model("tree", rng, False)
    with pytest.raises(ValueError, match="clique"):
        model.marginal(clique)


def test_factor_algebra(rng: np.random.Generator) -> None:
    table = rng.random((2, 3, 4))
    np.testing.assert_allclose(project(table, ("a", "b", "c"), ("c", "a")), table.sum(1).T)
    np.testing.assert_allclose(project(table, ("a", "b", "c"), ()), table.sum())
    grown = expand(table[:, 0, :], ("a", "c"), ("c", "b", "a"))
    assert grown.shape == (4, 1, 2)
    np.testing.assert_allclose(grown[:, 0, :], table[:, 0, :].T)
    other = rng.random((4, 5))
    np.testing.assert_allclose(
        product_sum([(("a", "b", "c"), table), (("c", "d"), other)], ("d", "b")), np.einsum("abc,cd->db", table, other)
    )
    np.testing.assert_array_equal(quotient(np.array([0.0, 1.0]), np.array([0.0, 2.0])), [0.0, 0.5])
