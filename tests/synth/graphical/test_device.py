"""The fit on torch tensors equals the fit on numpy arrays; torch is used only where it is asked for or pays."""

import collections
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from dpsynth.synth.graphical import Clique, GraphicalModel, NoisyMarginal, device, estimate, fit
from dpsynth.synth.graphical.factor import expand, project, quotient
from dpsynth.synth.graphical.junction_tree import JunctionTree

from .brute_force import CLIQUE_SETS, SIZES, measure, random_joint

N, SIGMA = 2000.0, 25.0
ZEROS = [(("b", "a"), np.array([[1, 0], [0, 0], [0, 1]], bool)), (("d", "c"), np.eye(2, 4, dtype=bool))]


def assert_same(ours: GraphicalModel, theirs: GraphicalModel) -> None:
    assert ours.tree == theirs.tree and ours.total == theirs.total
    assert list(ours.potentials) == list(theirs.potentials)
    for a, b in zip(
        [*ours.beliefs, *ours.potentials.values()], [*theirs.beliefs, *theirs.potentials.values()], strict=True
    ):
        assert type(a) is type(b) is np.ndarray and a.dtype == b.dtype == np.float64
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CLIQUE_SETS)
@pytest.mark.parametrize("zeros", [[], ZEROS], ids=["positive", "structural zeros"])
@pytest.mark.parametrize("sigma", [1e-9, SIGMA])
def test_named_clique_sets(
    name: str, zeros: list[tuple[Clique, np.ndarray]], sigma: float, rng: np.random.Generator
) -> None:
    tables = measure(random_joint(SIZES, rng), CLIQUE_SETS[name], SIZES, N, sigma, rng)
    ours, theirs = (fit(SIZES, tables, zeros=zeros, sweeps=50, device=name) for name in ("torch", "numpy"))
    assert_same(ours, theirs)


def test_warm_start(rng: np.random.Generator) -> None:
    joint = random_joint(SIZES, rng)
    tables = measure(joint, CLIQUE_SETS["cyclic"], SIZES, N, SIGMA, rng)
    more = [*tables, *measure(joint, [("b", "d")], SIZES, N, SIGMA, rng)]
    first = fit(SIZES, tables, device="torch")
    before = {clique: potential.copy() for clique, potential in first.potentials.items()}
    assert_same(fit(SIZES, more, start=first, device="torch"), fit(SIZES, more, start=first, device="numpy"))
    for clique, potential in first.potentials.items():
        np.testing.assert_array_equal(potential, before[clique])


@pytest.mark.parametrize("seed", range(3))
def test_random_trees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = {f"x{i}": int(rng.integers(1, 7)) for i in range(12)}
    cliques = [tuple(rng.choice(list(sizes), rng.integers(1, 4), replace=False).tolist()) for _ in range(12)]
    tables = [NoisyMarginal(c, 100 * rng.gamma(0.5, size=[sizes[name] for name in c]), 5.0) for c in cliques]
    # As many sweeps as it takes for cells to reach the smallest probability.
    assert_same(fit(sizes, tables, sweeps=50, device="torch"), fit(sizes, tables, sweeps=50, device="numpy"))


def test_extreme_tables(rng: np.random.Generator) -> None:
    tables = [
        NoisyMarginal(("a", "b"), rng.normal(0, 1e9, (2, 3)), 1e-3),
        NoisyMarginal(("b", "c"), np.full((3, 4), -1e12), 1e6),
    ]
    assert_same(fit(SIZES, tables, device="torch"), fit(SIZES, tables, device="numpy"))


def test_zeros_that_leave_no_record_are_refused() -> None:
    with pytest.raises(ValueError, match="no possible record"):
        fit(SIZES, [], zeros=[(("a", "b"), np.ones((2, 3), bool))], device="torch")


@pytest.mark.parametrize("target", [(), ("b",), ("c", "a"), ("c", "b", "a")])
def test_tables_stay_tensors(target: Clique, rng: np.random.Generator) -> None:
    clique = ("a", "b", "c")
    table = rng.random((2, 3, 4))
    ours = torch.tensor(table)
    summed = project(ours, clique, target)
    assert isinstance(summed, torch.Tensor) and summed.data_ptr() != ours.data_ptr()
    np.testing.assert_allclose(summed, project(table, clique, target))
    np.testing.assert_array_equal(
        ours * expand(summed, target, clique), table * expand(np.asarray(summed), target, clique)
    )
    tops, bottoms = torch.tensor([0.0, 1.0, 0.0]).double(), torch.tensor([0.0, 2.0, 1e-301]).double()
    assert quotient(tops, bottoms).tolist() == [0.0, 0.5, 0.0]


class Recorder(TorchDispatchMode):
    """Counts every operation that torch carries out."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: collections.Counter[str] = collections.Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.counts[func.overloadpacket.__name__] += 1
        return func(*args, **(kwargs or {}))


def test_a_sweep_brings_one_number_to_the_host(rng: np.random.Generator) -> None:
    tables = measure(random_joint(SIZES, rng), CLIQUE_SETS["triples"], SIZES, N, SIGMA, rng)
    counts = []
    for sweeps in (3, 4):
        with Recorder() as recorder:
            fit(SIZES, tables, sweeps=sweeps, tol=0.0, device="torch")
        counts.append(recorder.counts)
    one_sweep = counts[1] - counts[0]
    assert one_sweep["exp"] > 0
    assert one_sweep["_local_scalar_dense"] == 1
    assert not {"_to_copy", "lift_fresh", "copy_", "nonzero"} & set(one_sweep)


def test_large_trees_go_to_a_cuda_device(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(name: str, cells: int) -> object:
        return getattr(device.placement(name, cells), "keywords", {}).get("device", "numpy")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert chosen("auto", device.LARGE) == chosen("numpy", 10**9) == chosen("cpu", 10**9) == "numpy"
    assert chosen("auto", device.LARGE + 1) == chosen("cuda", 1) == "cuda"
    assert chosen("torch", 10**9) == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert chosen("auto", 10**9) == "numpy"


def test_fit_asks_for_the_device_by_the_cells_of_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(estimate, "placement", lambda *wish: asked.append(wish) or np.asarray)
    fit(SIZES, [NoisyMarginal(("a", "c"), np.ones((2, 4)), 1.0)])
    assert asked == [("auto", JunctionTree.build(SIZES, [("a", "c")]).cells)]


def test_a_device_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="'tpu', but must be"):
        fit(SIZES, [], device="tpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="no CUDA device"):
        fit(SIZES, [], device="cuda")


@pytest.mark.parametrize("name", ["torch", "cuda"])
def test_without_torch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(device, "LARGE", 0)
    fit(SIZES, [])
    with pytest.raises(ValueError, match="extra 'gpu'"):
        fit(SIZES, [], device=name)


def test_torch_is_imported_only_where_it_is_asked_for() -> None:
    code = (
        "import sys, contextlib, dpsynth.cli\n"
        "from dpsynth.synth.graphical import fit\n"
        "fit({'a': 2}, [])\n"
        "sys.argv = ['dpsynth', '--help']\n"
        "with contextlib.suppress(SystemExit): dpsynth.cli.main()\n"
        "assert 'torch' not in sys.modules\n"
        "fit({'a': 2}, [], device='torch')\n"
        "assert 'torch' in sys.modules\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
