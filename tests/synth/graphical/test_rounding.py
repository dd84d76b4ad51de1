"""Controlled rounding keeps rows and two chains of groups, is unbiased, and invents nothing."""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dpsynth.synth.graphical import rounding
from dpsynth.synth.graphical.rounding import controlled_counts, draw_without_replacement, systematic_counts

SLACK = 2.0**-rounding.HALVINGS


def problem(rng: np.random.Generator, sparse: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights of a three-way table (rows, 6 x 5 columns) and row sums."""
    joint = rng.gamma(sparse, 1, (int(rng.integers(1, 30)), 30)) + 1e-9
    return joint, rng.integers(1, 200, len(joint))


def groups(joint: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Along rows: halves of a row. Across: columns, and the first of their two attributes."""
    cells = np.broadcast_to(np.arange(30), joint.shape)
    row = np.broadcast_to(np.arange(len(joint))[:, None], joint.shape)
    return [2 * row + cells % 2], [cells, cells // 5]


def worst(counts: np.ndarray, expected: np.ndarray, labels: np.ndarray) -> float:
    return float(np.abs(np.bincount(labels.ravel(), (counts - expected).ravel())).max())


@pytest.mark.parametrize("sparse", [1.0, 0.05])
def test_rows_cells_and_both_chains(sparse: float, rng: np.random.Generator) -> None:
    simple = []
    for _ in range(30):
        joint, sizes = problem(rng, sparse)
        expected = joint / joint.sum(axis=1, keepdims=True) * sizes[:, None]
        along, across = groups(joint)
        watched = [(np.broadcast_to(np.arange(30) % 5, joint.shape), np.eye(5))]
        for extra in ([], watched):
            counts = controlled_counts(joint, sizes, along, across, extra, rng)
            np.testing.assert_array_equal(counts.sum(axis=1), sizes)
            assert counts.min() >= 0 and np.abs(counts - expected).max() < 1 + SLACK
            assert max(worst(counts, expected, labels) for labels in (*along, *across)) < 1 + joint.size * SLACK
        simple.append(max(worst(systematic_counts(joint, sizes, rng), expected, labels) for labels in across))
    assert max(simple) > 2  # the obvious version does not keep them


@pytest.mark.parametrize("watch", [True, False])
def test_expectations_are_exact(watch: bool, rng: np.random.Generator) -> None:
    joint = np.array([[0.5, 0.0, 0.3, 0.2], [0.1, 0.1, 0.7, 0.1], [0.0, 0.9, 0.05, 0.05]])
    sizes = np.array([1, 3, 2])
    columns = np.broadcast_to(np.arange(4), joint.shape)
    watched = [(columns, rng.random((4, 2)))] if watch else []
    drawn = [controlled_counts(joint, sizes, [], [columns], watched, rng) for _ in range(500)]
    expected = joint * sizes[:, None]
    assert (np.abs(np.mean(drawn, axis=0) - expected) <= 5 * np.sqrt(expected / 500)).all()


def test_watched_sums_are_smaller(rng: np.random.Generator) -> None:
    joint = rng.gamma(1, 1, (12, 30))
    sizes = np.full(12, 40)
    expected = joint / joint.sum(axis=1, keepdims=True) * sizes[:, None]
    _, across = groups(joint)
    labels = np.broadcast_to(np.arange(30) % 5, joint.shape)
    found = {
        watch: np.mean(
            [
                worst(controlled_counts(joint, sizes, [], across, [(labels, np.eye(5))] * watch, rng), expected, labels)
                for _ in range(40)
            ]
        )
        for watch in (0, 1)
    }
    assert found[1] < 0.85 * found[0]


def partners(partitions: list[np.ndarray]) -> np.ndarray:
    n = len(partitions[0])
    return rounding._Chain.of(partitions, n).partners(np.ones(n, bool), np.arange(n), n)


@pytest.mark.parametrize("chains", [1, 2])
@pytest.mark.parametrize("cells", [1, 2, 5, 200, 3000])
def test_linked_cells_differ(cells: int, chains: int, rng: np.random.Generator) -> None:
    labels = [rng.integers(0, 1 + cells // 20, cells), rng.integers(0, 1 + cells // 20, cells)]
    if chains == 1:
        labels[1] = np.arange(cells)  # nobody has a partner
    links = [partners([one]) for one in labels]
    component, sign = rounding._components(*links)
    for chain, partner in zip(labels, links, strict=True):
        linked = partner != np.arange(cells)
        np.testing.assert_array_equal(partner[partner], np.arange(cells))
        assert (chain[partner] == chain).all()
        assert (sign[partner] == -sign)[linked].all() and (component[partner] == component).all()
        # At most one cell of a group has no partner inside.
        assert np.abs(np.bincount(chain, sign)).max() <= 1
    graph = coo_array((np.ones(2 * cells), (np.tile(np.arange(cells), 2), np.concatenate(links))), shape=(cells, cells))
    assert len(np.unique(component)) == connected_components(graph, directed=False)[0]


def test_partners_come_from_the_finest_partition() -> None:
    fine, coarse = np.array([0, 1, 0, 2, 1, 0]), np.zeros(6, int)
    assert partners([fine, coarse]).tolist() == [2, 4, 0, 5, 1, 3]


def test_cells_of_probability_zero_get_nothing(rng: np.random.Generator) -> None:
    joint = rng.random((50, 30)) * (rng.random((50, 30)) < 0.3)
    joint[:, 7] = 0.1
    joint[:, 20:] = 0
    sizes = rng.integers(1, 1 << 36, 50)
    columns = np.broadcast_to(np.arange(30), joint.shape)
    for counts in (systematic_counts(joint, sizes, rng), controlled_counts(joint, sizes, [], [columns], [], rng)):
        assert counts[joint == 0].sum() == 0 and (counts.sum(axis=1) == sizes).all()


def test_nothing_is_taken_twice(rng: np.random.Generator) -> None:
    counts = rng.integers(0, 4, 50)
    left = counts.copy()
    while left.sum():
        taken = draw_without_replacement(left, min(7, int(left.sum())), rng)
        assert (taken >= 0).all() and (taken <= left).all() and taken.sum() == min(7, left.sum())
        assert np.abs(taken - left * taken.sum() / left.sum()).max() < 1
        left -= taken


def test_rounding_errors_of_the_multinomial_never_reach_a_zero() -> None:
    class Leaky:
        """Gives a record to the last cell, as numpy may when the probabilities sum to a little less than one."""

        def multinomial(self, sizes: np.ndarray, p: np.ndarray) -> np.ndarray:
            return np.array([[2, 1, 1]])

    joint = np.array([[0.6, 0.4, 0.0]])
    np.testing.assert_array_equal(rounding.multinomial_counts(joint, np.array([4]), Leaky()), [[3, 1, 0]])


def test_rows_that_move_no_watched_sum_toss_coins_of_their_own() -> None:
    halves, ones = np.full((400, 2), 0.5), np.ones(400, np.int64)
    labels = np.ones((400, 2), np.int64)
    labels[0, 0] = 0
    for seed in range(5):
        # Only the first row moves a watched sum.
        counts = controlled_counts(halves, ones, [], [], [(labels, 2)], np.random.default_rng(seed))
        # 400 coins: 60 away from the mean is six standard deviations.
        assert abs(int(counts[:, 0].sum()) - 200) < 60
