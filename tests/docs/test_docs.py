"""Documents that are printed from the program are what the program prints, and links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import dpsynth
from dpsynth import errors

ROOT = Path(__file__).resolve().parents[2]


def _reference():
    spec = importlib.util.spec_from_file_location("cli_reference", ROOT / "docs/cli_reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cli_page_is_current() -> None:
    assert (ROOT / "docs/cli.md").read_text() == _reference().reference()


@pytest.mark.parametrize(("name", "command"), _reference().commands())
def test_every_command_and_option_has_help(name: str, command) -> None:
    assert (command.help or "").strip(), f"{name} has no help"
    for parameter in command.params:
        if parameter.name != "help":
            assert (parameter.help or "").strip(), f"{name} {parameter.name} has no help"


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs/exit-codes.md").read_text()
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.DpsynthError)]
    for kind in classes:
        assert re.search(rf"^\| {kind.exit_code} \| `{kind.__name__}`", page, re.M), kind.__name__
    codes = [kind.exit_code for kind in classes]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text()
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_rooms_in_the_architecture_page_are_the_folders() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    rooms = set(re.findall(r"^\| `(\w+)/` \|", page, re.M))
    folders = {p.name for p in (ROOT / "dpsynth").iterdir() if (p / "__init__.py").exists()}
    assert rooms == folders - {"testing"}


def test_public_names() -> None:
    assert dpsynth.__all__ == sorted(dpsynth.__all__)
    assert all(hasattr(dpsynth, name) for name in dpsynth.__all__)


def test_the_example_bundle_is_what_its_manifest_says() -> None:
    from dpsynth.release.manifest import verify

    verified = verify(ROOT / "reports/example")
    assert verified.manifest["policy_id"] == "rand-hie" and verified.manifest["releasable"] is True
