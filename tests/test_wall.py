"""The privacy wall and the one-way arrows between rooms, read from the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "dpsynth"
ROOMS = (
    "policy",
    "domain",
    "dummy",
    "data",
    "privacy",
    "synth",
    "sampling",
    "audit",
    "utility",
    "attacks",
    "report",
    "release",
    "signoff",
    "run",
    "serve",
)
BASE = {"errors", "_validate", "_files", "__init__"}
SEES_ROWS = {"data", "audit", "utility", "attacks", "run"}
"""Rooms whose modules may import `data`: it reads; the audit walks its way with invented people; the internal
evaluation looks; `run` opens and hands over."""
ROW_MODULES = {"privacy/curator.py"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Dotted dpsynth modules that a file imports, also inside functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{a.name}" for a in node.names}
    return {name for name in found if name.split(".")[0] == "dpsynth"}


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if "." in name}


@pytest.mark.parametrize("path", [p for p in modules() if room(p) in ROOMS], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_point_one_way(path: Path) -> None:
    allowed = set(ROOMS[: ROOMS.index(room(path)) + 1]) | BASE | {"__version__"}
    assert imported_rooms(path) <= allowed, f"{path} imports from a room to its right"


def test_every_folder_is_a_known_room() -> None:
    folders = {p.parent.relative_to(PACKAGE).parts[0] for p in modules() if p.parent != PACKAGE}
    assert folders <= {*ROOMS, "testing"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_named_modules_can_see_rows(path: Path) -> None:
    if "data" not in imported_rooms(path) or room(path) in {*SEES_ROWS, "testing"}:
        return
    # The command line asks for a file's header line, nothing else.
    only_schema = {n for n in imports(path) if n.startswith("dpsynth.data")} <= {"dpsynth.data.examples.open_table"}
    assert path.relative_to(PACKAGE).as_posix() in ROW_MODULES or (room(path) == "cli_policy" and only_schema)


def test_the_wall_test_sees_a_breach(tmp_path: Path) -> None:
    breach = tmp_path / "x.py"
    breach.write_text("def f():\n    from dpsynth.data.units import Units\n")
    assert imported_rooms(breach) == {"data"}


def test_post_processing_needs_no_row_module_at_run_time() -> None:
    """Fitting, sampling, the public report and the bundle work where `data` cannot even be imported."""
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['dpsynth.data'] = None\n"
        "import dpsynth.synth.mst, dpsynth.synth.model_file, dpsynth.synth.graphical\n"
        "import dpsynth.sampling.trained, dpsynth.run.resample, dpsynth.run.opened\n"
        "import dpsynth.report.render, dpsynth.release.manifest, dpsynth.release.tables\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent)
    assert result.returncode == 0, result.stderr


FORBIDDEN_CALLS = {"pickle", "joblib", "dill", "cloudpickle"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_pickle_and_no_unkeyed_randomness(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    assert not {n.split(".")[0] for n in names} & FORBIDDEN_CALLS
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            legacy = node.value.attr == "random" and getattr(node.value.value, "id", "") in ("np", "numpy")
            assert not legacy or node.attr in {"Generator", "SeedSequence", "default_rng"}, f"{path}:{node.lineno}"
