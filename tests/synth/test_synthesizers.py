"""The behaviour suite on the built-in synthesizers, the registry, and a plug-in from an entry point."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.errors import BudgetError, PolicyError
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.units import Mu
from dpsynth.synth import base, model_file
from dpsynth.synth.aim import AIM
from dpsynth.synth.base import Synthesizer, available, configure, synthesizer
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.fixed import Fixed
from dpsynth.synth.independent import Independent, IndependentMechanism
from dpsynth.synth.mst import MST
from dpsynth.synth.network.gan import GAN, Scale
from dpsynth.synth.network.marginal_network import MarginalNetwork
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.synthesizers import SynthesizerSuite


class TestIndependent(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return Independent()


class TestMST(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return MST()


class TestCliqueTree(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return CliqueTree()


class TestAIM(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return AIM()


class TestMarginalNetwork(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return MarginalNetwork()


class TestMarginalNetworkWithClippedCounts(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return MarginalNetwork()

    def task(self, domain: Domain) -> Task:
        return replace(super().task(domain), clip="auto")

    def test_the_plan_is_the_event(self) -> None:
        """In shares, as for other mechanisms."""
        for domain, _ in self.cases():
            assert sum(q.share for q in self.mechanism(domain).plan) == pytest.approx(1.0)


class TestGAN(SynthesizerSuite):
    rows_per_unit = 1

    def synthesizer(self) -> Synthesizer:
        return GAN(scale=Scale(0, (4,), 1000, 40))

    def cases(self) -> list[tuple[Domain, Units]]:
        """Ordinary, nobody, one person, one column: each domain takes seconds to calibrate."""
        return super().cases()[:4]


class TestFixed(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return Fixed()

    def task(self, domain: Domain) -> Task:
        return replace(super().task(domain), marginals=tuple(combinations(domain.names, 2))[:2])


class TestCliqueTreeWithClippedCounts(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return CliqueTree()

    def task(self, domain: Domain) -> Task:
        return replace(super().task(domain), clip="auto")

    def test_the_plan_is_the_event(self) -> None:
        """In shares: what a multiplier is in rows is known only when it is known where clipping begins."""
        for domain, _ in self.cases():
            assert sum(q.share for q in self.mechanism(domain).plan) == pytest.approx(1.0)


class TestMSTWhereMostPairsAreTooLarge(SynthesizerSuite):
    """Fewer questions than the event allows: the cost stays an upper bound."""

    def synthesizer(self) -> Synthesizer:
        return MST()

    def task(self, domain: Domain) -> Task:
        return replace(super().task(domain), max_cells=6)

    def test_nothing_is_claimed_that_is_not_asked(self) -> None:
        domain, units = self.cases()[0]
        mechanism = self.mechanism(domain)
        assert self.measure(mechanism, domain, units)[1].mu_squared < compose(mechanism.event).mu_squared


def test_the_suite_can_fail() -> None:
    """A mechanism that asks for half the sigma it claims is caught."""

    class Half:
        def __init__(self, measurer):
            self.rows_per_unit, self.measurer = measurer.rows_per_unit, measurer

        def measure(self, cliques, sigma, purpose, *rest):
            return self.measurer.measure(cliques, np.asarray(sigma) / 2, purpose, *rest)

    class CheatMechanism(IndependentMechanism):
        def measure(self, measurer):
            return super().measure(Half(measurer))

    class Cheat(Independent):
        def calibrate(self, budget, task):
            return CheatMechanism(super().calibrate(budget, task).design)

    class Suite(SynthesizerSuite):
        def synthesizer(self):
            return Cheat()

    with pytest.raises(BudgetError, match="are left"):
        Suite().test_what_is_asked_costs_at_most_what_is_claimed()


def test_built_in_names() -> None:
    assert {"aim", "clique_tree", "fixed", "gan", "independent", "marginal_network", "mst"} <= available().keys()
    assert available()["mst"] is MST


def test_the_policy_chooses() -> None:
    chosen = configure(Synthesis(mechanism="mst", split={"one_way": 0.2, "selection": 0.3, "pairs": 0.5}))
    assert chosen == MST(0.2, 0.3, 0.5)
    assert configure(Synthesis(mechanism="independent")) == Independent()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mechanism": "magic"}, "available are aim, clique_tree, fixed, gan, independent, marginal_network, mst"),
        ({"split": {"pairs": 0.5, "one_way": 0.5}}, "selection"),
    ],
)
def test_wrong_settings_are_a_policy_error(given, said) -> None:
    with pytest.raises(PolicyError, match=said):
        configure(Synthesis(**given))


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (0.5, 0.0, 0.5), (1.5, -1.0, 0.5)])
def test_shares_must_add_up(shares) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        MST(*shares)


def test_a_taken_name_is_refused() -> None:
    class Impostor:
        name = "mst"

    available()
    with pytest.raises(ValueError, match="taken"):
        synthesizer("mst")(Impostor)
    assert available()["mst"] is MST


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed distribution with a synthesizer that it registers by entry point."""
    (tmp_path / "uniform_plug_in.py").write_text(
        textwrap.dedent("""
        from dataclasses import dataclass
        from typing import ClassVar
        import numpy as np
        from dpsynth.privacy.events import Composed, GaussianQueries
        from dpsynth.privacy.noise import LATTICE_BITS, snap_sigma
        from dpsynth.synth.base import Measurements, Planned

        @dataclass(frozen=True)
        class Shares:
            tables: tuple
            def sample(self, n, rng, *, rounding=True, given=None):
                return np.concatenate(list(self.blocks(n, rng, rounding=rounding, given=given)))
            def blocks(self, n, rng, *, rounding=True, given=None, block=1 << 20):
                fixed = {"abcdefgh".find(name): code for name, code in (given or {}).items()}
                for i, code in fixed.items():
                    if not (0 <= i < len(self.tables) and 0 <= code < len(self.tables[i])):
                        raise ValueError(i)
                return (self._draw(min(block, n - start), rng, fixed) for start in range(0, max(n, 1), block))
            def _draw(self, n, rng, fixed):
                codes = np.zeros((n, len(self.tables)), np.uint16)
                for i, p in enumerate(self.tables):
                    codes[:, i] = fixed[i] if i in fixed else rng.choice(len(p), n, p=p)
                return codes
            def marginal(self, clique):
                table = np.ones(())
                for name in clique:
                    table = np.multiply.outer(table, self.tables["abcdefgh".index(name)])
                return table
            def to_arrays(self):
                return {f"p{i}": p for i, p in enumerate(self.tables)}
            @classmethod
            def from_arrays(cls, arrays):
                return cls(tuple(arrays[f"p{i}"] for i in range(len(arrays))))

        @dataclass(frozen=True)
        class Mechanism:
            domain: object
            rows_per_unit: int
            sigma: float
            name: ClassVar[str] = "uniform"
            @property
            def event(self):
                columns, cells = len(self.domain.names), sum(self.domain.sizes.values())
                bound = float(self.rows_per_unit)
                return Composed((GaussianQueries("one_way", columns, cells, bound, self.sigma, LATTICE_BITS),))
            @property
            def plan(self):
                return (Planned("one_way", len(self.domain.names), sum(self.domain.sizes.values()), self.sigma, 1.0),)
            def measure(self, measurer):
                asked = measurer.measure([(n,) for n in self.domain.names], self.sigma, "one_way")
                return Measurements("uniform", asked, (), self.event)
            def fit(self, measured):
                kept = [np.maximum(m.values, 1.0) for m in measured.marginals]
                return Shares(tuple(k / k.sum() for k in kept))

        @dataclass(frozen=True)
        class Uniform:
            name: ClassVar[str] = "uniform"
            model: ClassVar[type] = Shares
            @classmethod
            def from_policy(cls, synthesis):
                return cls()
            def calibrate(self, budget, task):
                sigma = snap_sigma(task.rows_per_unit * len(task.names) ** 0.5 / budget.value)
                return Mechanism(task.domain, task.rows_per_unit, sigma)
        """)
    )
    info = tmp_path / "uniform_plug_in-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: uniform-plug-in\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[dpsynth.synthesizers]\nuniform = uniform_plug_in:Uniform\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(base, "_REGISTRY", dict(available()))
    yield
    sys.modules.pop("uniform_plug_in", None)


def test_a_plug_in_is_found_and_passes_the_suite(plug_in, tmp_path: Path) -> None:
    found = configure(Synthesis(mechanism="uniform"))

    class Suite(SynthesizerSuite):
        def synthesizer(self):
            return found

    for name in dir(Suite):
        if name.startswith("test_"):
            getattr(Suite(), name)()
    domain = tables.domain(2, 3)
    mechanism = found.calibrate(Mu(1.0), Task(domain, 1))
    assert mechanism.name == "uniform"
    model = found.model((np.array([0.5, 0.5]), np.array([0.2, 0.3, 0.5])))
    model_file.save_model(tmp_path / "uniform.npz", model)
    assert type(model_file.load_model(tmp_path / "uniform.npz")) is type(model)


def test_every_built_in_mechanism_is_found_without_being_imported_first() -> None:
    import subprocess

    code = "from dpsynth.synth.base import available; print(*available())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"aim", "clique_tree", "fixed", "independent", "mst"} <= set(said.split())
