"""The tree is a junction tree of a triangulation of the graph that was asked for."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.synth.graphical import Clique, JunctionTree

from .brute_force import CLIQUE_SETS, SIZES

SMALL = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 5), min_size=1)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, int], list[Clique]]:
    sizes = draw(SMALL)
    clique = st.lists(st.sampled_from(sorted(sizes)), unique=True, max_size=4).map(tuple)
    return sizes, draw(st.lists(clique, max_size=12))


def assert_junction_tree(tree: JunctionTree, cliques: list[Clique]) -> None:
    sets = [set(clique) for clique in tree.cliques]
    assert all(any(set(clique) <= members for members in sets) for clique in cliques)
    assert set().union(*sets) == set(tree.sizes)
    assert not any(one <= other for one, other in itertools.permutations(sets, 2))
    assert tree.parents[0] == -1 and tree.separators[0] == ()
    for i in range(1, len(sets)):
        assert 0 <= tree.parents[i] < i
        assert set(tree.separators[i]) == sets[i] & sets[tree.parents[i]]
        assert tree.cliques[i][: len(tree.separators[i])] == tree.separators[i]
        # Running intersection: what a clique shares with everything before it, it shares with its parent.
        assert sets[i] & set().union(*sets[:i]) == set(tree.separators[i])


@given(graphs())
@settings(max_examples=200, deadline=None)
def test_running_intersection(graph: tuple[dict[str, int], list[Clique]]) -> None:
    sizes, cliques = graph
    assert_junction_tree(JunctionTree.build(sizes, cliques), cliques)


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_duplicates_and_subsets_change_nothing(graph: tuple[dict[str, int], list[Clique]], random) -> None:
    sizes, cliques = graph
    changed = [tuple(random.sample(clique, len(clique))) for clique in cliques + cliques]
    changed += [clique[:1] for clique in cliques]
    random.shuffle(changed)
    assert JunctionTree.build(sizes, changed) == JunctionTree.build(sizes, cliques)


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_building_from_its_own_cliques_is_the_identity(graph: tuple[dict[str, int], list[Clique]]) -> None:
    tree = JunctionTree.build(*graph)
    assert JunctionTree.build(tree.sizes, tree.cliques) == tree


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_walk_crosses_every_edge_once_each_way(graph: tuple[dict[str, int], list[Clique]]) -> None:
    tree = JunctionTree.build(*graph)
    walk = tree.walk()
    assert len(walk) == len(set(walk)) == 2 * (len(tree.cliques) - 1)
    assert {(min(e), max(e)) for e in walk} == {(tree.parents[i], i) for i in range(1, len(tree.cliques))}
    position = 0
    for source, target in walk:
        assert source == position
        position = target
    assert position == 0


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_named_sets(name: str) -> None:
    assert_junction_tree(JunctionTree.build(SIZES, CLIQUE_SETS[name]), CLIQUE_SETS[name])


def test_a_checker_that_can_fail() -> None:
    broken = JunctionTree(SIZES, (("a", "b"), ("c", "d"), ("b", "e")), ((), (), ()), (-1, 0, 1))
    with pytest.raises(AssertionError):
        assert_junction_tree(broken, [])


def test_chordal_graphs_are_not_filled() -> None:
    tree = JunctionTree.build(SIZES, CLIQUE_SETS["tree"])
    assert {frozenset(clique) for clique in tree.cliques} == {frozenset(c) for c in ("ab", "bc", "cd", "e")}
    assert tree.cells == 2 * 3 + 3 * 4 + 4 * 2 + 1


def test_the_cheaper_chord_of_a_square_is_taken() -> None:
    tree = JunctionTree.build({"a": 2, "b": 50, "c": 2, "d": 50}, [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")])
    assert tree.cells == 2 * (2 * 2 * 50)


def test_a_long_chain_does_not_recurse() -> None:
    sizes = {f"x{i}": 2 for i in range(1500)}
    tree = JunctionTree.build(sizes, itertools.pairwise(sizes))
    assert len(tree.walk()) == 2 * 1498
    assert tree.cells == 4 * 1499


def test_separator_size_counts_attributes_not_cells() -> None:
    sizes = {"a": 9, "b": 2, "c": 2, "x": 2, "y": 2, "z": 2}
    cliques: list[Clique] = [("a", "b", "c", "x"), ("b", "c", "y"), ("a", "z")]
    assert_junction_tree(JunctionTree.build(sizes, cliques), cliques)


def test_home_is_the_smallest_clique() -> None:
    tree = JunctionTree.build({"a": 2, "b": 9, "c": 2}, [("a", "b"), ("a", "c")])
    assert set(tree.cliques[tree.home(("a",))]) == {"a", "c"}
    assert tree.covers(("b", "a")) and not tree.covers(("b", "c"))
    with pytest.raises(ValueError, match="no clique"):
        tree.home(("b", "c"))


@pytest.mark.parametrize(
    ("sizes", "cliques", "message"),
    [
        ({}, [], "at least one attribute"),
        ({"a": 0}, [], "at least 1 level"),
        ({"a": 2}, [("b",)], "names"),
        ({"a": 2}, [("a", "a")], "twice"),
    ],
)
def test_refuses(sizes: dict[str, int], cliques: list[Clique], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        JunctionTree.build(sizes, cliques)


def test_cells() -> None:
    sizes = {"a": 3, "b": 5}
    assert JunctionTree.build(sizes, []).cells == 8
    assert JunctionTree.build(sizes, [("b", "a")]).cells == math.prod(sizes.values())
