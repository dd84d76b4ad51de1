"""The software that made a release: all of it, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import dpsynth
from dpsynth.release.components import Component
from dpsynth.run import provenance
from dpsynth.run.environment import components


def found() -> dict[str, Component]:
    return {c.name: c for c in components.__wrapped__()}


def install(place: Path, name: str, metadata: str, entry_points: str = "") -> None:
    folder = place / f"{name}-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\n{metadata}")
    (folder / "entry_points.txt").write_text(entry_points)


def test_the_program_comes_first_and_its_needs_are_there() -> None:
    names = list(found())
    assert names[0] == "dpsynth-release" and names[1:] == sorted(names[1:])
    assert found()["dpsynth-release"].version == dpsynth.__version__
    assert {"numpy", "pydantic", "pydantic-core", "opendp", "ruamel-yaml"} <= set(names)


def test_tools_of_developers_are_left_out() -> None:
    assert not {"pytest", "ruff", "mypy", "hypothesis", "playwright"} & set(found())


def test_needs_are_components() -> None:
    for component in found().values():
        assert set(component.needs) <= set(found()) and component.name not in component.needs
        assert "/" not in component.name + component.version


def test_a_plug_in_is_a_component_and_its_extras_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(
        tmp_path,
        "Plug_In",
        "License-Expression: MIT\nRequires-Dist: beside.it>=1\nRequires-Dist: pytest; extra == 'test'\n",
        "[dpsynth.attacks]\nmine = plug:Attack\n",
    )
    install(tmp_path, "beside-it", "Requires-Dist: not-installed\n")
    install(tmp_path, "stranger", "Requires-Dist: numpy\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = found()
    assert made["plug-in"] == Component("plug-in", "1.2", "MIT", ("beside-it",))
    assert made["beside-it"] == Component("beside-it", "1.2", None, ())
    assert not {"stranger", "pytest", "not-installed"} & set(made)


def test_what_is_compiled_from_the_program_is_no_change_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was begun on a fresh machine goes on after its first compilation wrote its cache."""
    (tmp_path / "run").mkdir()
    for name in ("a.py", "run/b.html"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "run" / "provenance.py"))
    before = provenance.code_digest.__wrapped__()
    compiled = tmp_path / "run" / "__pycache__"
    compiled.mkdir()
    for name in ("b.cpython-311.pyc", "b.kernel-7.py311.nbi", "b.kernel-7.py311.1.nbc"):
        (compiled / name).write_bytes(b"compiled")
    assert provenance.code_digest.__wrapped__() == before
    (tmp_path / "run" / "b.html").write_text("edited")
    assert provenance.code_digest.__wrapped__() != before
