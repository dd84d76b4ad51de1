"""Samples follow the model, keep counts where rounding promises it, and invent no dependence."""

import io
import itertools

import numpy as np
import pytest

from dpsynth.synth.graphical import GraphicalModel, JunctionTree, NoisyMarginal, fit, sample
from dpsynth.synth.graphical.message_passing import calibrate

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
    model, n, repeats = fitted(name, rng), 30, 400
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
            assert np.abs(drawn - conditional * drawn.sum(axis=fresh, keepdims=True)).max() < 1
            # What the separator groups miss comes on top, spread over their cells.
            assert np.abs(drawn - n * belief).max() <= 3
        root = model.tree.cliques[0]
        assert np.abs(counts(records, root, SIZES) - n * model.marginal(root)).max() < 1


def test_independent_records_have_multinomial_variance(rng: np.random.Generator) -> None:
    model = fitted("tree", rng)
    drawn = [counts(model.sample(200, rng, rounding=False), ("b", "c"), SIZES) for _ in range(400)]
    p = model.marginal(("b", "c"))
    ratio = np.var(drawn, axis=0).sum() / (200 * p * (1 - p)).sum()
    assert 0.85 < ratio < 1.15


def invented_dependence(rng: np.random.Generator) -> float:
    """Mean total variation distance of pairs of columns from the product that the model says, given a common parent."""
    sizes = {"parent": 3} | {f"child{i}": 8 for i in range(5)}
    tables = [NoisyMarginal(("parent", f"child{i}"), rng.gamma(1.0, 100, (3, 8)), 1e-3) for i in range(5)]
    model = fit(sizes, tables)
    records = model.sample(4000, rng)
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


def test_rounding_errors_of_the_multinomial_never_reach_a_zero() -> None:
    class Leaky:
        """Gives a record to the last cell, as numpy may when the probabilities sum to a little less than one."""

        def multinomial(self, sizes: np.ndarray, p: np.ndarray) -> np.ndarray:
            return np.array([[2, 1, 1]])

    joint = np.array([[0.6, 0.4, 0.0]])
    np.testing.assert_array_equal(sample._independent_counts(joint, np.array([4]), Leaky()), [[3, 1, 0]])


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
