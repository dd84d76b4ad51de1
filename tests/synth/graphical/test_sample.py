"""Samples follow the model, keep counts where rounding promises it, and invent no dependence."""

import io
import itertools
import tracemalloc

import numpy as np
import pytest
from scipy.linalg import hadamard

from dpsynth.synth.graphical import GraphicalModel, JunctionTree, NoisyMarginal, fit, sample
from dpsynth.synth.graphical.message_passing import calibrate
from dpsynth.synth.graphical.rounding import systematic_counts

from .brute_force import CLIQUE_SETS, SIZES, joint_of, measure, random_joint


def counts(records: np.ndarray, clique: tuple[str, ...], sizes: dict[str, int]) -> np.ndarray:
    columns = [records[:, list(sizes).index(name)].astype(np.int64) for name in clique]
    shape = [sizes[name] for name in clique]
    return np.bincount(np.ravel_multi_index(columns, shape), minlength=int(np.prod(shape))).reshape(shape)


def fitted(name: str, rng: np.random.Generator) -> GraphicalModel:
    return fit(SIZES, measure(random_joint(SIZES, rng), CLIQUE_SETS[name], SIZES, 2000, 5.0, rng))


@pytest.mark.parametrize("rounding", [True, False])
@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_expected_counts_of_records(name: str, rounding: bool, rng: np.random.Generator) -> None:
    model, n, repeats = fitted(name, rng), 30, 250
    drawn = [counts(model.sample(n, rng, rounding=rounding), tuple(SIZES), SIZES) for _ in range(repeats)]
    expected = n * joint_of(model)
    # Rounding only lowers the variance of independent records, n p (1 - p).
    error = np.sqrt(expected / repeats) + 1 / repeats
    assert (np.abs(np.mean(drawn, axis=0) - expected) < 5 * error).all()


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_rounded_counts_of_tree_cliques(name: str, rng: np.random.Generator) -> None:
    model = fitted(name, rng)
    for n in (1, 17, 5000):
        records = model.sample(n, rng)
        for clique, separator in zip(model.tree.cliques, model.tree.separators, strict=True):
            drawn, belief = counts(records, clique, SIZES), model.marginal(clique)
            fresh = tuple(range(len(separator), belief.ndim))
            conditional = belief / belief.sum(axis=fresh, keepdims=True)
            # The promise: given how often its separator group was drawn, a cell is rounded down or up.
            assert np.abs(drawn - conditional * drawn.sum(axis=fresh, keepdims=True)).max() < 1 + 2**-16
            # What the separator groups miss comes on top, spread over their cells.
            assert np.abs(drawn - n * belief).max() < 2
            kept = counts(records, separator, SIZES) - n * model.marginal(separator) if separator else 0.0
            assert np.abs(kept).max() < 2
        root = model.tree.cliques[0]
        assert np.abs(counts(records, root, SIZES) - n * model.marginal(root)).max() < 1 + 2**-16


def random_tree(rng: np.random.Generator, ways: int, concentration: float) -> GraphicalModel:
    """A calibrated random model on a random tree of cliques of `ways` attributes."""
    sizes = {f"x{i}": int(rng.integers(2, 13)) for i in range(rng.integers(ways, 14))}
    names = list(sizes)
    cliques = [
        (*rng.choice(names[max(0, i - 5) : i], ways - 1, replace=False).tolist(), names[i])
        for i in range(ways - 1, len(names))
    ]
    tree = JunctionTree.build(sizes, cliques)
    tables = [rng.gamma(concentration, 1, tree.shape(clique)) + 1e-9 for clique in tree.cliques]
    return GraphicalModel(tree, 1.0, tuple(calibrate(tree, tables)))


def worst_deviation(model: GraphicalModel, n: int, tables: list[np.ndarray]) -> float:
    """Over all cells of all cliques and separators, in records."""
    found = 0.0
    for i, (clique, belief, table) in enumerate(zip(model.tree.cliques, model.beliefs, tables, strict=True)):
        below = [model.tree.separators[j] for j, parent in enumerate(model.tree.parents) if parent == i]
        for target in (clique, *below):
            summed = tuple(axis for axis, name in enumerate(clique) if name not in target)
            found = max(found, float(np.abs((table - n * belief).sum(axis=summed)).max()))
    return found


def test_counts_in_random_trees_of_pairs_are_within_two(rng: np.random.Generator) -> None:
    plain = []
    for n in (1, 10, 100, 1000, 12_345, 10**6, 10**8):
        for _ in range(3):
            model = random_tree(rng, 2, 1.0)
            assert worst_deviation(model, n, sample.draw_counts(model.tree, model.beliefs, n, rng)) < 2
            simple = sample._plain_counts(model.tree, model.beliefs, n, systematic_counts, rng)
            plain.append(worst_deviation(model, n, simple))
    assert max(plain) > 2.5  # the obvious version: what a separator misses adds up


@pytest.mark.parametrize("ways", [2, 3])
@pytest.mark.parametrize("concentration", [1.0, 0.1])
def test_what_the_module_promises_in_any_tree(ways: int, concentration: float, rng: np.random.Generator) -> None:
    for n in (7, 500, 54_321):
        model = random_tree(rng, ways, concentration)
        tree, tables = model.tree, sample.draw_counts(model.tree, model.beliefs, n, rng)
        slack = max(table.size for table in tables) / 2**16
        for i, (belief, table) in enumerate(zip(model.beliefs, tables, strict=True)):
            given = len(tree.separators[i])
            fresh = tuple(range(given, belief.ndim))
            share = table.sum(axis=fresh, keepdims=True) * belief / belief.sum(axis=fresh, keepdims=True)
            if tree.parents[i] >= 0:
                parent = tree.cliques[tree.parents[i]]
                handed = tables[tree.parents[i]].sum(
                    axis=tuple(a for a, name in enumerate(parent) if name not in tree.separators[i])
                )
                order = [tree.separators[i].index(name) for name in parent if name in tree.separators[i]]
                np.testing.assert_array_equal(table.sum(axis=fresh).transpose(order), handed)
            assert np.abs(table - share).max() < 1 + slack
            along, across, loose = sample._families(tree, i)
            assert not (loose and ways == 2)
            for kept in (*along, *across):
                summed = tuple(axis for axis, name in enumerate(tree.cliques[i]) if name not in kept)
                assert np.abs((table - share).sum(axis=summed)).max() < 1 + slack


def test_no_sampler_keeps_all_separators_close() -> None:
    """The example of the module's docstring: 64 halves, and one of the columns is off by two or more."""
    signs = hadamard(64)
    for errors in (np.repeat([0.5, -0.5], 32), np.random.default_rng(1).permutation(np.repeat([0.5, -0.5], 32))):
        assert np.abs((signs > 0).astype(int) @ errors).max() >= 2


def test_blocks_are_the_sample(rng: np.random.Generator) -> None:
    model = fitted("triples", rng)
    for n, rounding in itertools.product((0, 1, 999, 1000, 1001), (True, False)):
        blocks = list(model.draw(n, np.random.default_rng(2), rounding=rounding, block=250).blocks)
        assert [len(block) for block in blocks] == [250] * (max(n - 1, 0) // 250) + [n - max(n - 1, 0) // 250 * 250]
    whole = model.sample(500, np.random.default_rng(2))
    [only] = model.draw(500, np.random.default_rng(2)).blocks
    np.testing.assert_array_equal(whole, only)
    with pytest.raises(ValueError, match="at least 0"):
        model.draw(-1, rng)


def test_blocks_together_have_the_counts_of_all_and_each_has_its_share(rng: np.random.Generator) -> None:
    model, n, block = random_tree(rng, 2, 1.0), 5003, 100
    drawing = model.draw(n, rng, block=block)
    blocks = list(drawing.blocks)
    records = np.concatenate(blocks)
    for clique, table in zip(model.tree.cliques, drawing.tables, strict=True):
        np.testing.assert_array_equal(counts(records, clique, dict(model.sizes)), table)
    first = list(model.sizes).index(model.tree.cliques[0][0])
    left = drawing.counts(model.tree.cliques[0][0]).astype(float)
    for part in blocks[:-1]:
        drawn = np.bincount(part[:, first], minlength=len(left))
        assert np.abs(drawn - left * block / left.sum()).max() < model.tree.shape(model.tree.cliques[0])[1] + 1
        left -= drawn


@pytest.mark.parametrize("name", ["tree", "cyclic", "triples"])
def test_expected_counts_of_blocks(name: str, rng: np.random.Generator) -> None:
    model, n, repeats = fitted(name, rng), 30, 150
    drawn = [
        counts(np.concatenate(list(model.draw(n, rng, block=7).blocks)[1:3]), tuple(SIZES), SIZES)
        for _ in range(repeats)
    ]
    expected = 14 * joint_of(model)
    assert (np.abs(np.mean(drawn, axis=0) - expected) < 5 * np.sqrt(expected / repeats) + 1 / repeats).all()


@pytest.mark.parametrize("rounding", [True, False])
def test_memory_does_not_grow_with_the_records(rounding: bool, rng: np.random.Generator) -> None:
    model = fitted("tree", rng)
    peaks = []
    for n in (20_000, 400_000):
        tracemalloc.start()
        assert sum(len(part) for part in model.draw(n, rng, rounding=rounding, block=10_000).blocks) == n
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_independent_records_have_multinomial_variance(rng: np.random.Generator) -> None:
    model = fitted("tree", rng)
    drawn = [counts(model.sample(200, rng, rounding=False), ("b", "c"), SIZES) for _ in range(400)]
    p = model.marginal(("b", "c"))
    ratio = np.var(drawn, axis=0).sum() / (200 * p * (1 - p)).sum()
    assert 0.85 < ratio < 1.15


def invented_dependence(rng: np.random.Generator, block: int = 1 << 20) -> float:
    """Mean total variation distance of pairs of columns from the product that the model says, given a common parent."""
    sizes = {"parent": 3} | {f"child{i}": 8 for i in range(5)}
    tables = [NoisyMarginal(("parent", f"child{i}"), rng.gamma(1.0, 100, (3, 8)), 1e-3) for i in range(5)]
    model = fit(sizes, tables)
    records = np.concatenate(list(model.draw(4000, rng, block=block).blocks))
    pairs = itertools.combinations([name for name in sizes if name != "parent"], 2)
    return float(
        np.mean([np.abs(counts(records, pair, sizes) / 4000 - model.marginal(pair)).sum() / 2 for pair in pairs])
    )


def test_columns_independent_in_the_model_are_independent_in_the_sample(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 64 cells near p = 1/64: E|count/n - p| = sqrt(2 p / (pi n)) each, half the sum of it is the sampling error.
    sampling_error = 0.5 * 64 * np.sqrt(2 / (np.pi * 64 * 4000))
    assert invented_dependence(rng) < 1.1 * sampling_error
    assert invented_dependence(rng, block=150) < 1.1 * sampling_error

    def sorted_alike(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.argsort(groups, kind="stable")

    monkeypatch.setattr(sample, "_permuted_within", sorted_alike)
    assert invented_dependence(rng) > 3 * sampling_error


def test_disconnected_columns_are_independent_in_the_sample(rng: np.random.Generator) -> None:
    sizes = {f"x{i}": 10 for i in range(6)}
    records = fit(sizes, []).sample(5000, rng)
    errors = [np.abs(counts(records, pair, sizes) / 5000 - 0.01).sum() / 2 for pair in itertools.combinations(sizes, 2)]
    assert np.mean(errors) < 1.1 * 0.5 * 100 * np.sqrt(2 * 0.01 / (np.pi * 5000))


def test_rows_are_shuffled(rng: np.random.Generator) -> None:
    records = fitted("triples", rng).sample(4000, rng).astype(float)
    for column in records.T:
        if column.std() > 0:
            assert abs(np.corrcoef(column, np.arange(4000))[0, 1]) < 0.08
            assert abs(np.corrcoef(column[1:], column[:-1])[0, 1]) < 0.08


@pytest.mark.parametrize("rounding", [True, False])
def test_given(rounding: bool, rng: np.random.Generator) -> None:
    model = fitted("cyclic", rng)
    records = model.sample(20000, rng, rounding=rounding, given={"c": 2, "a": 1})
    assert (records[:, 2] == 2).all() and (records[:, 0] == 1).all()
    expected = joint_of(model)[1, :, 2, :, 0]
    np.testing.assert_allclose(counts(records, ("b", "d"), SIZES) / 20000, expected / expected.sum(), atol=0.02)


@pytest.mark.parametrize("name", CLIQUE_SETS)
def test_given_is_exact_with_zeros(name: str, rng: np.random.Generator) -> None:
    """Against the joint table: everything that contradicts the evidence struck out, the rest scaled to one."""
    zeros = [(("a", "b"), np.array([[0, 0, 1], [0, 1, 0]], bool))]
    model = fit(SIZES, measure(random_joint(SIZES, rng), CLIQUE_SETS[name], SIZES, 2000, 5.0, rng), zeros=zeros)
    for given in ({"b": 1}, {"a": 0}, {"a": 1, "b": 2}, {"c": 3, "d": 0, "b": 2}):
        expected = joint_of(model)
        for axis, attribute in enumerate(SIZES):
            if attribute in given:
                struck = np.arange(SIZES[attribute]) != given[attribute]
                expected[(slice(None),) * axis + (struck,)] = 0
        expected /= expected.sum()
        np.testing.assert_allclose(joint_of(model.condition(given)), expected, atol=1e-12)
        drawn = counts(model.sample(3000, rng, given=given), tuple(SIZES), SIZES)
        assert drawn[expected < 1e-300].sum() == 0
        assert (np.abs(drawn - 3000 * expected) < 5 * np.sqrt(3000 * expected) + 2).all()


@pytest.mark.parametrize("given", [{"a": 2}, {"a": -1}, {"z": 0}])
def test_given_refuses_unknown_evidence(given: dict[str, int], rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match=r"codes are|attributes are"):
        fitted("tree", rng).sample(1, rng, given=given)


def test_given_refuses_impossible_evidence(rng: np.random.Generator) -> None:
    model = fit(SIZES, [], zeros=[(("a", "b"), np.array([[0, 0, 1], [0, 0, 0]], bool))])
    with pytest.raises(ValueError, match="no possible record"):
        model.sample(1, rng, given={"a": 0, "b": 2})


@pytest.mark.parametrize("rounding", [True, False])
def test_structural_zeros_are_never_drawn(rounding: bool, rng: np.random.Generator) -> None:
    mask = rng.random((3, 4)) < 0.5
    mask[0, 0], mask[2, 3] = False, True
    model = fit(
        SIZES, measure(random_joint(SIZES, rng), [("b", "c")], SIZES, 100, 5.0, rng), zeros=[(("b", "c"), mask)]
    )
    assert counts(model.sample(100_000, rng, rounding=rounding), ("b", "c"), SIZES)[mask].sum() == 0


@pytest.mark.parametrize("rounding", [True, False])
def test_shape_type_and_reproducibility(rounding: bool, rng: np.random.Generator) -> None:
    model = fitted("triples", rng)
    for n in (0, 1, 2, 1000):
        records = model.sample(n, np.random.default_rng(5), rounding=rounding)
        assert records.shape == (n, 5) and records.dtype == np.uint16
        np.testing.assert_array_equal(records, model.sample(n, np.random.default_rng(5), rounding=rounding))
        assert all((records[:, k] < size).all() for k, size in enumerate(SIZES.values()))
    assert model.sample(0, rng, given={"a": 0}).shape == (0, 5)
    with pytest.raises(ValueError, match="at least 0"):
        model.sample(-1, rng)


def test_the_largest_attribute_and_separators_beyond_16_bits(rng: np.random.Generator) -> None:
    sizes = {"code": 1 << 16, "sex": 2, "x": 400, "y": 300, "z": 2}
    model = fit(sizes, [NoisyMarginal(("code", "sex"), rng.random((1 << 16, 2)), 1e-6)])
    records = model.sample(200_000, rng)
    assert records[:, 0].max() > 65_000
    tree = JunctionTree.build(sizes, [("x", "y", "z"), ("x", "y", "sex")])
    joint = [np.ones(tree.shape(clique)) for clique in tree.cliques]
    table = joint[1 if tree.separators[1] == ("x", "y") else 2]
    table[:, :, 1] = 0.0
    table[300, 200] = [0.0, 1.0]
    wide = GraphicalModel(tree, 1.0, tuple(calibrate(tree, joint)))
    drawn = wide.sample(240_000, rng)
    special = (drawn[:, 2] == 300) & (drawn[:, 3] == 200)
    last = list(sizes).index(tree.cliques[1 if tree.separators[1] == ("x", "y") else 2][-1])
    assert special.any()
    np.testing.assert_array_equal(drawn[:, last], special.astype(np.uint16))
    with pytest.raises(ValueError, match="65536"):
        fit({"code": (1 << 16) + 1}, []).sample(1, rng)


def test_arrays_round_trip_through_npz(rng: np.random.Generator) -> None:
    model = fitted("cyclic", rng)
    file = io.BytesIO()
    np.savez(file, **model.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        back = GraphicalModel.from_arrays(arrays)
    assert back.tree == model.tree and list(back.sizes) == list(model.sizes) and back.total == model.total
    for one, other in zip(back.beliefs, model.beliefs, strict=True):
        np.testing.assert_array_equal(one, other)
    ours, theirs = (m.sample(100, np.random.default_rng(1)) for m in (model, back))
    np.testing.assert_array_equal(ours, theirs)


def test_from_arrays_refuses_what_is_no_model(rng: np.random.Generator) -> None:
    arrays = fitted("tree", rng).to_arrays()
    with pytest.raises(ValueError, match="structure"):
        GraphicalModel.from_arrays({})
    with pytest.raises(ValueError, match="missing"):
        GraphicalModel.from_arrays({k: v for k, v in arrays.items() if k != "belief_1"})
    for bad in (arrays["belief_0"] * np.nan, -arrays["belief_0"], arrays["belief_0"] * 2, np.ones(3) / 3):
        with pytest.raises(ValueError, match="belief_0"):
            GraphicalModel.from_arrays(arrays | {"belief_0": bad})
    # Removing the shared attribute's clique leaves cliques that are a junction tree of another graph only.
    text = arrays["structure"].tobytes().replace(b'["c", "d"]', b'["a", "c"]')
    with pytest.raises(ValueError, match="junction tree"):
        GraphicalModel.from_arrays(arrays | {"structure": np.frombuffer(text, np.uint8)})


def test_tables_inside_a_large_clique_are_close_too(rng: np.random.Generator) -> None:
    """Margins of one and two attributes of a clique of many cells, most of them with less than one record."""
    sizes = {"a": 10, "b": 9, "c": 8, "d": 6}
    joint = rng.gamma(0.3, 1, tuple(sizes.values()))
    joint /= joint.sum()
    tree = JunctionTree.build(sizes, [tuple(sizes)])
    order = [list(sizes).index(name) for name in tree.cliques[0]]
    belief, n = joint.transpose(order), 2000

    def worst(drawn: np.ndarray) -> float:
        found = 0.0
        for k in (1, 2):
            for kept in itertools.combinations(range(4), k):
                away = tuple(axis for axis in range(4) if axis not in kept)
                found = max(found, np.abs(drawn.sum(axis=away) - n * belief.sum(axis=away)).max())
        return found

    watched = [worst(sample.draw_counts(tree, [belief], n, rng)[0]) for _ in range(5)]
    plain = [worst(sample._plain_counts(tree, [belief], n, systematic_counts, rng)[0]) for _ in range(5)]
    assert np.mean(watched) < 4 < 2 * np.mean(watched) < np.mean(plain)


def test_what_nobody_watches_is_rounded_by_independent_coins(rng: np.random.Generator, monkeypatch) -> None:
    """One sign for all cells that move no watched sum would move every other sum as far as it can go."""
    monkeypatch.setattr(sample, "_margins", lambda tree, i: iter([("a",)]))
    sizes = {"a": 2, "b": 2, "c": 2000}
    belief = np.full((2, 2, 2000), 1 / 8000)
    tree = JunctionTree.build(sizes, [tuple(sizes)])
    belief = belief.reshape([sizes[name] for name in tree.cliques[0]])
    axes = tuple(i for i, name in enumerate(tree.cliques[0]) if name != "b")
    off = [np.abs(sample.draw_counts(tree, [belief], 4000, rng)[0].sum(axis=axes) - 2000).max() for _ in range(20)]
    assert np.sqrt(np.mean(np.square(off))) < 3 * np.sqrt(8000 / 4 / 2)
