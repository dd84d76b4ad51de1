"""The compiled counting against the plain one: the same whole numbers, whatever is asked."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.privacy import counting
from dpsynth.privacy.queries import marginal_counts
from dpsynth.testing import tables

SIZES = {"a": 2, "b": 40, "c": 17, "d": 1, "e": 300, "f": 5, "g": 9}
NAMES = tuple(SIZES)

CLIQUE_SETS = {
    "tree": [("a", "b"), ("b", "c"), ("b", "d"), ("d", "e"), ("e", "f")],
    "cyclic": [("a", "b"), ("b", "c"), ("c", "a"), ("e", "f", "g"), ("g", "a", "e")],
    "disconnected": [("a", "b"), ("f", "g"), ("c",)],
    "single": [("e",)],
    "permuted and twice": [("a", "f"), ("f", "a"), ("a", "f"), ("c", "b", "a"), ("a", "b", "c")],
    "a column twice": [("a", "a"), ("b", "a", "b")],
    "empty clique": [(), ("a",), ()],
    "all pairs": list(combinations(NAMES, 2)),
    "large": [("e", "b", "c"), ("g", "f", "e", "c"), ("a", "b", "c", "d", "f", "g"), ("e", "b", "c", "a", "f")],
    "none": [],
}
GROUPS = {"e": tuple(i // 70 for i in range(300)), "a": (0, 0), "f": (3, 0, 0, 1, 3)}


@pytest.fixture(autouse=True)
def compiled_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "FEW", 0)
    monkeypatch.setattr(counting, "FEW_CLIPPED", 0)
    monkeypatch.setattr(counting, "BLOCK", 64)


def table(rows: int, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {name: np.minimum(rng.random(rows) ** 3 * size, size - 1).astype(np.uint16) for name, size in SIZES.items()}


@pytest.mark.parametrize("rows", [0, 1, 63, 1000])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("groups", [{}, GROUPS], ids=["levels", "groups"])
@pytest.mark.parametrize("cliques", CLIQUE_SETS.values(), ids=CLIQUE_SETS)
def test_plain_counts_are_those_of_numpy(cliques, groups, threads, rows, monkeypatch) -> None:
    monkeypatch.setattr(counting, "_threads", lambda: threads)
    columns = table(rows)
    found = counting.plain(columns, SIZES, cliques, groups)
    assert len(found) == len(cliques)
    for clique, counts in zip(cliques, found, strict=True):
        expected = marginal_counts(columns, SIZES, clique, groups)
        assert counts.shape == expected.shape and counts.dtype == np.int64
        assert (counts == expected).all()


@pytest.mark.parametrize("people", [0, 1, 200])
@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("groups", [{}, GROUPS], ids=["levels", "groups"])
@pytest.mark.parametrize("cliques", CLIQUE_SETS.values(), ids=CLIQUE_SETS)
def test_clipped_counts_are_those_of_numpy(cliques, groups, threads, people, monkeypatch) -> None:
    """One person has more rows than a block, the others few; the plain way is tested against one person at a time."""
    monkeypatch.setattr(counting, "_threads", lambda: threads)
    rng = np.random.default_rng(1)
    owner = np.repeat(np.arange(people), rng.permutation([500, *rng.integers(0, 5, 199)])[:people])
    columns = table(len(owner), 2)
    clips = [(1.0, 2.5, 30.0)[i % 3] for i in range(len(cliques))]
    found = counting.clipped(columns, owner.astype(np.int32), SIZES, cliques, groups, clips)
    monkeypatch.setattr(counting, "FEW_CLIPPED", 10**18)
    expected = counting.clipped(columns, owner, SIZES, cliques, groups, clips)
    for ours, numpys in zip(found, expected, strict=True):
        assert ours.shape == numpys.shape and ours.dtype == np.int64
        assert (ours == numpys).all()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_cliques_of_any_table(data) -> None:
    sizes = data.draw(st.lists(st.integers(1, 250), min_size=1, max_size=8))
    domain = tables.domain(*sizes)
    clique = st.permutations(domain.names).flatmap(lambda p: st.integers(0, 3).map(lambda n: tuple(p[:n])))
    cliques = [q for q in data.draw(st.lists(clique, max_size=6)) if domain.cells(q) < 10**6]
    units = tables.crowd(domain, data.draw(st.integers(0, 60)), 3, np.random.default_rng(data.draw(st.integers(0, 99))))
    columns = {name: units.codes[:, i] for i, name in enumerate(domain.names)}  # rows lie side by side here
    for clique, counts in zip(cliques, counting.plain(columns, domain.sizes, cliques, {}), strict=True):
        assert (counts == marginal_counts(columns, domain.sizes, clique, {})).all()


def test_large_columns_and_large_group_numbers() -> None:
    """What does not fit into keys of 16 bits is counted the plain way."""
    sizes = {"x": 65536, "y": 3, "z": 70}
    rng = np.random.default_rng(0)
    columns = {name: rng.integers(0, size, 500).astype(np.uint16) for name, size in sizes.items()}
    cliques = [("x",), ("x", "y"), ("y", "z"), ("y", "x", "z")]
    for groups in ({}, {"y": (0, 70_000, 1)}):
        some = cliques if not groups else [("y",), ("y", "z")]
        for clique, counts in zip(some, counting.plain(columns, sizes, some, groups), strict=True):
            assert (counts == marginal_counts(columns, sizes, clique, groups)).all()


def test_codes_outside_the_domain_never_reach_the_compiled_loops() -> None:
    columns = table(50) | {"f": np.full(50, 5, np.uint16)}
    for ask in (
        lambda: counting.plain(columns, SIZES, [("a", "f")], {}),
        lambda: counting.clipped(columns, np.arange(50), SIZES, [("a", "f")], {}, [1.0]),
    ):
        with pytest.raises(ValueError, match="codes of 'f' below 5"):
            ask()


def test_read_only_columns_are_counted() -> None:
    columns = table(100)
    for column in columns.values():
        column.flags.writeable = False
    [counts] = counting.plain(columns, SIZES, [("a", "b")], {})
    assert counts.sum() == 100


def test_bundles_hold_every_column_once_and_stay_small() -> None:
    bundles = counting._bundles(SIZES)
    assert sorted(name for bundle in bundles for name in bundle) == sorted(NAMES)
    joint = {bundle: int(np.prod([SIZES[n] for n in bundle])) for bundle in bundles}
    assert all(size <= counting.JOINT or len(bundle) == 1 for bundle, size in joint.items())
    assert len(bundles) < len(NAMES)


def run(code: str, **environment: str) -> str:
    root = Path(counting.__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root,
        env={"PATH": "", "PYTHONPATH": str(root), **environment},
    ).stdout  # fmt: skip


def test_small_runs_do_not_load_the_compiler() -> None:
    assert run("import sys, dpsynth.cli, dpsynth.run.pipeline; print('numba' in sys.modules)").strip() == "False"


def test_an_installation_that_nobody_can_write_to_still_counts() -> None:
    """Without any place for its cache the compiler refuses to cache; then it compiles in memory."""
    code = """
import numba.core.caching as c
for locator in c.CacheImpl._locator_classes: locator.from_function = classmethod(lambda cls, f, path: None)
import numpy as np
from dpsynth.privacy import counting
counting.FEW = 0
[found] = counting.plain({'a': np.array([1, 0, 1], np.uint16)}, {'a': 2}, [('a',)], {})
print(found.tolist())
"""
    assert run(code).strip() == "[1, 2]"
