"""The chordal graph against its definition, and the search for the densest one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.synth.graphical import JunctionTree
from dpsynth.synth.structure import ChordalGraph, densest, grow

NAMES = "abcdefg"
edges = st.lists(st.sampled_from(list(combinations(NAMES, 2))), max_size=25)
sizes = st.fixed_dictionaries({n: st.integers(2, 5) for n in NAMES})


def fill_in(sizes, edges) -> int:
    """Edges that triangulation adds: 0 for a chordal graph."""
    tree = JunctionTree.build(sizes, edges)
    complete = {frozenset(p) for c in tree.cliques for p in combinations(c, 2)}
    return len(complete - {frozenset(e) for e in edges})


@settings(max_examples=60)
@given(sizes, edges)
def test_the_graph_stays_chordal_and_knows_its_size(sizes, edges) -> None:
    graph, held = ChordalGraph(sizes, (), 10**9, 10**9), []
    for a, b in edges:
        already = graph.has((a, b))
        chordal = fill_in(sizes, [*held, (a, b)]) == 0
        added = graph.add(a, b)
        # Some edges that would keep the graph chordal close no new clique this way; none that would break it goes in.
        assert added <= (chordal or already)
        if added:
            held.append((a, b))
        assert graph.cells == JunctionTree.build(sizes, held).cells
    assert all(graph.has(clique) for clique in JunctionTree.build(sizes, held).cliques)


@settings(max_examples=40)
@given(sizes, edges)
def test_every_edge_that_keeps_the_graph_chordal_is_taken(sizes, edges) -> None:
    graph, held = ChordalGraph(sizes, (), 10**9, 10**9), []
    for a, b in edges:
        if fill_in(sizes, [*held, (a, b)]) == 0:
            assert graph.add(a, b)
            held.append((a, b))


@given(sizes, edges, st.integers(10, 400), st.integers(30, 2000))
def test_limits_hold(sizes, edges, clique, total) -> None:
    graph = ChordalGraph(sizes, (), clique, total)
    start = graph.cells
    grow(graph, edges)
    assert graph.cells <= max(total, start)
    tree = JunctionTree.build(sizes, [e for e in edges if graph.has(e)])
    largest = max(np.prod([sizes[n] for n in c]) for c in tree.cliques)
    assert largest <= max(clique, max(sizes.values()))


def test_forced_cliques_are_there_and_made_chordal() -> None:
    sizes = dict.fromkeys("abcd", 3)
    graph = ChordalGraph(sizes, [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")], 5, 5)
    assert all(graph.has(e) for e in [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")])
    assert graph.has(("a", "c")) or graph.has(("b", "d"))
    assert not graph.add("a", "c") or not graph.add("b", "d")


def test_an_edge_that_does_not_fit_yet_may_fit_later() -> None:
    sizes = dict.fromkeys("abcd", 2)
    graph = ChordalGraph(sizes, (), 100, 100)
    grow(graph, [("a", "b"), ("c", "d"), ("a", "c"), ("b", "d"), ("b", "c")])
    assert all(graph.has(p) for p in [("a", "b"), ("c", "d"), ("a", "c"), ("b", "d"), ("b", "c")])


def test_a_copy_is_independent() -> None:
    graph = ChordalGraph(dict.fromkeys("abc", 2), (), 100, 100)
    twin = graph.copy()
    assert twin.add("a", "b") and not graph.has(("a", "b"))


def test_the_densest_graph_leaves_a_large_table_for_several_small_ones() -> None:
    """One pair of 900 cells, with the most gain, or three small ones: the limit allows either."""
    sizes = {"x": 30, "y": 30, "a": 3, "b": 3}
    gains = {("x", "y"): 10.0, ("a", "x"): 6.0, ("b", "y"): 6.0, ("a", "b"): 6.0}
    graph = densest(ChordalGraph(sizes, (), 1000, 950), gains)
    assert sum(g for p, g in gains.items() if graph.has(p)) == pytest.approx(18.0)
    wide = densest(ChordalGraph(sizes, (), 10**4, 10**5), gains)
    # All four would be a cycle without a chord.
    assert sum(g for p, g in gains.items() if wide.has(p)) == pytest.approx(22.0)
