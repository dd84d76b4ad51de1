"""The report is valid HTML, as html-validate sees it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dpsynth.report.document import build
from dpsynth.report.render import render
from tests.report import sample
from tests.report.related import related
from tests.report.worst import LANGUAGES, worst_pages

CHECKS = Path(__file__).resolve().parents[2] / ".ci/browser"
PROGRAM = CHECKS / "node_modules/html-validate/bin/html-validate.mjs"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not PROGRAM.is_file(), reason="html-validate is not installed (Node.js, npm ci in .ci/browser)"
)


def faults(html: str, folder: Path) -> list[str]:
    page = folder / "report.html"
    page.write_text(html, encoding="utf-8")
    config = CHECKS / "htmlvalidate.config.mjs"
    found = folder / "found.json"
    done = subprocess.run([str(NODE), PROGRAM, "--config", config, "--formatter", f"json={found}", page])
    assert done.returncode in (0, 1)
    messages = [m for file in json.loads(found.read_text(encoding="utf-8")) for m in file["messages"]]
    return [f"{m['line']}: {m['ruleId']}: {m['message']}" for m in messages]


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_html_validate_finds_nothing(pages: dict[str, str], tmp_path: Path, edition: str) -> None:
    assert faults(pages[edition], tmp_path) == []


@pytest.mark.parametrize("language", [x for x in LANGUAGES if x != "en"])
def test_html_validate_finds_nothing_in_a_translation(tmp_path: Path, language: str) -> None:
    assert faults(worst_pages()["internal", language], tmp_path) == []


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_html_validate_finds_nothing_in_several_tables(tmp_path: Path, edition: str) -> None:
    facts = dict(zip(("internal", "public"), build(related(sample.inputs())), strict=True))
    assert faults(render(facts[edition], edition), tmp_path) == []  # type: ignore[arg-type]


def test_it_sees_a_fault(pages: dict[str, str], tmp_path: Path) -> None:
    broken = pages["public"].replace("</main>", '<p style="color:red"><div id="decision">a</div></main>')
    found = " ".join(faults(broken, tmp_path))
    for rule in ("no-dup-id", "no-inline-style", "no-implicit-close"):
        assert rule in found


def test_every_rule_that_is_off_has_a_reason() -> None:
    lines = (CHECKS / "htmlvalidate.config.mjs").read_text().splitlines()
    off = [i for i, line in enumerate(lines) if '"off"' in line]
    assert all(lines[i - 1].strip().startswith("// ") for i in off)
    assert len(off) == 1
