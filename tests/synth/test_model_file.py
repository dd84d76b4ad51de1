"""Measurements and models on disk: never pickle, never half, never an unprotected number."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dpsynth import _files
from dpsynth.errors import SourceError
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.queries import Measurement
from dpsynth.privacy.units import Mu
from dpsynth.synth import model_file
from dpsynth.synth.base import Measurements
from dpsynth.synth.mst import MST
from dpsynth.synth.task import Task
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise


@pytest.fixture
def measured() -> Measurements:
    domain = tables.domain(3, 4)
    units = tables.crowd(domain, 40, 2, np.random.default_rng(0))
    return MST().calibrate(Mu(1), Task(domain, 2)).measure(Curator(units, domain, 2, Fraction(2), 10**9, NoNoise()))


class Unprotected(Measurement):
    """A subclass, so that only the exact type passes."""


class Lookalike:
    """What answers to the names of a measurement and is none."""

    clique, groups, values, sigma, purpose = ("a",), (None,), np.zeros(3), 1.0, "one_way"


@pytest.mark.parametrize("kind", [Unprotected, Lookalike])
def test_an_unprotected_answer_never_reaches_a_file(measured: Measurements, tmp_path: Path, kind) -> None:
    stranger = kind(*vars(measured.marginals[0]).values()) if kind is Unprotected else kind()
    mixed = Measurements("mst", (*measured.marginals, stranger), (), measured.event)
    with pytest.raises(TypeError, match=kind.__name__):
        model_file.save_measurements(tmp_path, mixed)
    assert not list(tmp_path.iterdir())


def test_a_collection_of_another_type_is_refused(measured: Measurements, tmp_path: Path) -> None:
    class UnprotectedMeasurements(Measurements):
        pass

    with pytest.raises(TypeError, match="UnprotectedMeasurements"):
        model_file.save_measurements(tmp_path, UnprotectedMeasurements(**vars(measured)))


def test_the_description_comes_last(measured: Measurements, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between the two files leaves measurements that cannot be mistaken for whole ones."""

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_files, "write_json", crash)
    with pytest.raises(KeyboardInterrupt):
        model_file.save_measurements(tmp_path, measured)
    with pytest.raises(SourceError, match="missing or damaged"):
        model_file.load_measurements(tmp_path, "mst")


def test_clips_are_kept_and_older_files_had_none(measured: Measurements, tmp_path: Path) -> None:
    first, *rest = measured.marginals
    mixed = replace(measured, marginals=(replace(first, clip=2.5), *rest))
    model_file.save_measurements(tmp_path, mixed)
    assert [m.clip for m in model_file.load_measurements(tmp_path, "mst").marginals] == [2.5] + [None] * len(rest)
    saved = json.loads((tmp_path / "mst.json").read_text())
    assert saved["measurements"]["format"] == 2
    for marginal in saved["measurements"]["marginals"]:
        del marginal["clip"]
    for form, readable in ((1, True), (2, False), (3, False)):
        saved["measurements"]["format"] = form
        saved["sha256"] = model_file._digest(saved["measurements"])
        (tmp_path / "mst.json").write_text(json.dumps(saved))
        if readable:
            assert all(m.clip is None for m in model_file.load_measurements(tmp_path, "mst").marginals)
        else:
            with pytest.raises(SourceError):
                model_file.load_measurements(tmp_path, "mst")


def test_files_are_closed_to_others(measured: Measurements, tmp_path: Path) -> None:
    model_file.save_measurements(tmp_path, measured)
    assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o600}


def test_nothing_is_pickled(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="objects in x"):
        model_file.save_arrays(tmp_path / "x.npz", {"x": np.array([object()])})
    np.savez(tmp_path / "evil.npz", x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        model_file.load_arrays(tmp_path / "evil.npz")
    (tmp_path / "mst.npz").write_bytes((tmp_path / "evil.npz").read_bytes())
    with pytest.raises(SourceError):
        model_file.load_model(tmp_path / "mst.npz")


def test_saved_arrays_are_only_what_was_given(tmp_path: Path) -> None:
    model_file.save_arrays(tmp_path / "x.npz", {"x": np.arange(3)})
    assert list(model_file.load_arrays(tmp_path / "x.npz")) == ["x"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_damage_is_one_clear_error(measured: Measurements, tmp_path: Path, data) -> None:
    """Any byte cut off or changed: what was written comes back, or SourceError."""
    model_file.save_measurements(tmp_path, measured)
    whole = model_file.load_measurements(tmp_path, "mst")
    path = tmp_path / data.draw(st.sampled_from(["mst.npz", "mst.json"]))
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:place]
    else:
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        again = model_file.load_measurements(tmp_path, "mst")
    except SourceError:
        return
    assert repr(again) == repr(whole)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "null", '{"format": 2}', '{"format": 1, "marginals": 3}', "[" * 10**5]
)
def test_what_is_no_description_is_refused(measured: Measurements, tmp_path: Path, content: str) -> None:
    model_file.save_measurements(tmp_path, measured)
    (tmp_path / "mst.json").write_text(content)
    with pytest.raises(SourceError):
        model_file.load_measurements(tmp_path, "mst")


def test_arrays_of_another_run_are_refused(measured: Measurements, tmp_path: Path) -> None:
    model_file.save_measurements(tmp_path, measured)
    model_file.save_arrays(tmp_path / "mst.npz", {f"m{i}": m.values + 1 for i, m in enumerate(measured.marginals)})
    with pytest.raises(SourceError):
        model_file.load_measurements(tmp_path, "mst")


def test_an_event_of_a_newer_version_is_refused(measured: Measurements, tmp_path: Path) -> None:
    model_file.save_measurements(tmp_path, measured)
    description = json.loads((tmp_path / "mst.json").read_text())
    description["measurements"]["event"]["events"][0]["event"] = "Unheard"
    description["sha256"] = model_file._digest(description["measurements"])
    (tmp_path / "mst.json").write_text(json.dumps(description))
    with pytest.raises(SourceError):
        model_file.load_measurements(tmp_path, "mst")


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
@pytest.mark.parametrize("name", ["mst", "nobody-knows-it"])
def test_a_damaged_model_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / f"{name}.npz").write_bytes(content)
    with pytest.raises(SourceError, match="missing or damaged"):
        model_file.load_model(tmp_path / f"{name}.npz")
