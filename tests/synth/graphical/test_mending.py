"""Mending brings cells nearer, makes none worse than two, and keeps what counts of a tree must keep."""

import numpy as np
import pytest
from scipy.linalg import hadamard

from dpsynth.synth.graphical import GraphicalModel, JunctionTree, mending, sample
from dpsynth.synth.graphical.factor import project
from dpsynth.synth.graphical.message_passing import calibrate
from dpsynth.synth.graphical.rounding import systematic_counts


def random_model(rng: np.random.Generator, impossible: float) -> GraphicalModel:
    """A long tree of cliques of three and four, in which errors of separators add up; some cells are impossible."""
    names = [f"x{i}" for i in range(14)]
    sizes = {name: int(rng.integers(2, 9)) for name in names}
    cliques = [tuple(names[max(0, i - int(rng.integers(2, 4))) : i + 1]) for i in range(2, len(names))]
    tree = JunctionTree.build(sizes, cliques)
    tables = [rng.gamma(0.1, 1, tree.shape(c)) + 1e-9 for c in tree.cliques]
    for table in tables:
        table[rng.random(table.shape) < impossible] = 0
    return GraphicalModel(tree, 1.0, tuple(calibrate(tree, tables)))


def off(model: GraphicalModel, n: int, counts: list[np.ndarray]) -> np.ndarray:
    """By how much all cells are off, in one line."""
    return np.concatenate([(t - n * b).ravel() for t, b in zip(counts, model.beliefs, strict=True)])


def check_counts(model: GraphicalModel, n: int, counts: list[np.ndarray]) -> None:
    """Whole, possible, and the same on both sides of every separator."""
    tree = model.tree
    for i, (belief, table) in enumerate(zip(model.beliefs, counts, strict=True)):
        assert table.sum() == n and table.min() >= 0 and table[belief == 0].sum() == 0
        if tree.parents[i] >= 0:
            sides = [project(counts[k], tree.cliques[k], tree.separators[i]) for k in (i, tree.parents[i])]
            np.testing.assert_array_equal(*sides)


@pytest.mark.parametrize("impossible", [0.0, 0.3])
def test_no_cell_gets_worse_and_nearly_all_come_within_two(impossible: float, rng: np.random.Generator) -> None:
    """From counts of our own rounding, and from those of the obvious one, which are off in many more cells."""
    before, after = np.zeros(2), np.zeros(2)
    for n in (50, 3000, 200_000):
        for _ in range(8):
            model = random_model(rng, impossible)
            for k, counts in enumerate(
                (
                    sample.draw_counts(model.tree, model.beliefs, n, rng),
                    sample._plain_counts(model.tree, model.beliefs, n, systematic_counts, rng),
                )
            ):
                first, kept = off(model, n, counts), [table.copy() for table in counts]
                changed = mending.mend(model.tree, model.beliefs, counts)
                last = off(model, n, counts)
                check_counts(model, n, counts)
                assert (np.abs(last) <= np.maximum(2, np.abs(first)) + 1e-9).all()
                # A record that is changed leaves one cell of a clique and enters another.
                assert all(np.abs(a - b).sum() <= 2 * changed for a, b in zip(counts, kept, strict=True))
                assert changed or (first == last).all()
                before[k] += (np.abs(first) > 2).sum()
                after[k] += (np.abs(last) > 2).sum()
    assert (before > (10, 100)).all() and (after <= 0.2 * before).all()


def test_a_sample_is_mended(rng: np.random.Generator) -> None:
    """Counts that are known to be off without it, and the levels that records are given."""
    n, mended = 20_000, 0
    for seed in range(20):
        model = random_model(rng, 0.0)
        rounded = sample.draw_counts(model.tree, model.beliefs, n, np.random.default_rng(seed))
        drawing = model.draw(n, np.random.default_rng(seed))
        near = np.abs(off(model, n, list(drawing.tables))).max()
        mended += bool(np.abs(off(model, n, rounded)).max() > 2 >= near)
        assert near <= max(2, np.abs(off(model, n, rounded)).max())
        first = next(iter(model.sizes))
        assert (model.sample(200, rng, given={first: 1})[:, 0] == 1).all()
    assert mended >= 3


def test_where_no_counts_keep_within_two_it_gives_up(rng: np.random.Generator, monkeypatch) -> None:
    """The example of `sample.py`: 256 levels decide 256 halves, of which some are off by four, whatever is tried."""
    monkeypatch.setattr(mending, "MOST_TRIES", 300)
    levels = 256
    halves, twins = ([f"{kind}{i}" for i in range(levels)] for kind in ("half", "twin"))
    cliques = [*(("level", half) for half in halves), *zip(halves, twins, strict=True)]
    tree = JunctionTree.build({"level": levels} | dict.fromkeys((*halves, *twins), 2), cliques)
    signs = {half: (row > 0).astype(int) for half, row in zip(halves, hadamard(levels), strict=True)}
    potentials = []
    for clique in tree.cliques:
        table = np.eye(2)
        if "level" in clique:
            table = np.zeros((levels, 2))
            table[np.arange(levels), signs[next(name for name in clique if name in signs)]] = 1
        potentials.append(table if clique[0] == "level" or len(table) == 2 else table.T)
    model, n = GraphicalModel(tree, 1.0, tuple(calibrate(tree, potentials))), levels * 3 // 2
    counts = sample.draw_counts(tree, model.beliefs, n, rng)
    before = np.abs(off(model, n, counts)).max()
    mending.mend(tree, model.beliefs, counts)
    check_counts(model, n, counts)
    assert 4 <= np.abs(off(model, n, counts)).max() <= before
