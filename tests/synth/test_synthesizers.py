"""The behaviour suite on the built-in synthesizers, the registry, and a plug-in from an entry point."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from dpsynth.errors import BudgetError, PolicyError
from dpsynth.policy.schema import Synthesis
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.units import Mu
from dpsynth.synth import base, model_file
from dpsynth.synth.base import Synthesizer, available, configure, synthesizer
from dpsynth.synth.independent import Independent, IndependentMechanism
from dpsynth.synth.mst import MST
from dpsynth.testing import tables
from dpsynth.testing.synthesizers import SynthesizerSuite


class TestIndependent(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return Independent()


class TestMST(SynthesizerSuite):
    def synthesizer(self) -> Synthesizer:
        return MST()


class TestMSTWhereMostPairsAreTooLarge(SynthesizerSuite):
    """Fewer questions than the event allows: the cost stays an upper bound."""

    def synthesizer(self) -> Synthesizer:
        return MST(max_cells=6)

    def test_nothing_is_claimed_that_is_not_asked(self) -> None:
        domain, units = self.cases()[0]
        mechanism = self.mechanism(domain)
        assert self.measure(mechanism, domain, units)[1].mu_squared < compose(mechanism.event).mu_squared


def test_the_suite_can_fail() -> None:
    """A mechanism that asks for half the sigma it claims is caught."""

    class Half:
        def __init__(self, measurer):
            self.rows_per_unit, self.measurer = measurer.rows_per_unit, measurer

        def measure(self, cliques, sigma, purpose):
            return self.measurer.measure(cliques, sigma / 2, purpose)

    class CheatMechanism(IndependentMechanism):
        def measure(self, measurer):
            return super().measure(Half(measurer))

    class Cheat(Independent):
        def calibrate(self, budget, domain, rows_per_unit):
            return CheatMechanism(**vars(super().calibrate(budget, domain, rows_per_unit)))

    class Suite(SynthesizerSuite):
        def synthesizer(self):
            return Cheat()

    with pytest.raises(BudgetError, match="is left"):
        Suite().test_what_is_asked_costs_at_most_what_is_claimed()


def test_built_in_names() -> None:
    assert {"independent", "mst"} <= available().keys()
    assert available()["mst"] is MST


def test_the_policy_chooses() -> None:
    chosen = configure(Synthesis(mechanism="mst", split={"one_way": 0.2, "selection": 0.3, "pairs": 0.5}, max_cells=50))
    assert chosen == MST(0.2, 0.3, 0.5, 50)
    assert configure(Synthesis(mechanism="independent")) == Independent()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mechanism": "magic"}, "available are independent, mst"),
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
        from dpsynth.privacy.events import Composed
        from dpsynth.synth.base import Measurements, Planned
        from dpsynth.synth.independent import one_way_event, query_sigma

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
                return Composed((one_way_event(self.domain, self.rows_per_unit, self.sigma),))
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
            def calibrate(self, budget, domain, rows_per_unit):
                sigma = query_sigma(budget, 1.0, len(domain.names), rows_per_unit)
                return Mechanism(domain, rows_per_unit, sigma)
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
    mechanism = found.calibrate(Mu(1.0), domain, 1)
    assert mechanism.name == "uniform"
    model = found.model((np.array([0.5, 0.5]), np.array([0.2, 0.3, 0.5])))
    model_file.save_model(tmp_path / "uniform.npz", model)
    assert type(model_file.load_model(tmp_path / "uniform.npz")) is type(model)
