"""The report in a real browser: accessible, narrow, printable."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dpsynth.report.words import speak
from tests.report import sample
from tests.report.related import related
from tests.report.worst import LANGUAGES, in_all_languages, translated, unknown_total, worst_pages

REPOSITORY = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
EDITIONS = ("internal", "public")
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = [
    pytest.mark.needs_chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
]


def axe_source() -> str:
    """axe-core, from AXE_CORE or from a node_modules folder of the repository."""
    named = os.environ.get("AXE_CORE")
    places = [Path(named)] if named else sorted(REPOSITORY.glob(".ci/browser/node_modules/axe-core/axe.min.js"))
    for place in places:
        script = place / "axe.min.js" if place.is_dir() else place
        if script.is_file():
            return script.read_text(encoding="utf-8")
    pytest.skip("axe-core is not installed (npm ci in .ci/browser, or AXE_CORE=path)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def files(pages: dict[str, str]) -> Iterator[dict[str, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        written = {edition: Path(folder) / f"{edition}.html" for edition in pages}
        for edition, path in written.items():
            path.write_text(pages[edition], encoding="utf-8")
        yield written


def open_page(browser: Any, path: Path, width: int = 1000, scheme: str = "light") -> tuple[Any, list[str]]:
    """A page with everything that it asked for or complained about."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    noticed: list[str] = []
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda request: None if request.url == path.as_uri() else noticed.append(request.url))
    page.goto(path.as_uri())
    return page, noticed


def violations(page: Any, source: str) -> list[Any]:
    """What axe-core finds; it looked at the page if many rules passed."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(source)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(options)", options)
    assert len(result["passes"]) > 15
    return [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in result["violations"]]


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_axe_finds_nothing(browser: Any, tmp_path: Path, edition: str, language: str) -> None:
    """In every language, by day and by night, on a desk, a tablet and a phone; a few columns stand for all."""
    source, path = axe_source(), tmp_path / "report.html"
    path.write_text(few_columns()[edition, language], encoding="utf-8")
    page, noticed = open_page(browser, path)
    for width in (1000, 600, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) == 0, f"{width} pixels are wide enough"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, source) == [], (width, scheme)
    page.close()
    assert noticed == [], "no request, no refused style, no error"


def test_axe_finds_nothing_in_a_report_with_all_columns(browser: Any, files: dict[str, Path]) -> None:
    source = axe_source()
    page, noticed = open_page(browser, files["internal"])
    assert violations(page, source) == []
    page.close()
    assert noticed == []


def test_axe_sees_a_fault(browser: Any, files: dict[str, Path], tmp_path: Path) -> None:
    source = axe_source()
    broken = tmp_path / "broken.html"
    html = (
        files["public"]
        .read_text(encoding="utf-8")
        .replace('<html lang="en">', "<html>")
        .replace("--muted:#52606d", "--muted:#c2c6cc")
    )
    broken.write_text(html, encoding="utf-8")
    page = browser.new_page(bypass_csp=True)
    page.goto(broken.as_uri())
    found = violations(page, source)
    page.close()
    assert {"html-has-lang", "color-contrast"} <= {rule for rule, _ in found}


@pytest.mark.parametrize("width", [320, 380])
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_phone_scrolls_one_way_only(browser: Any, files: dict[str, Path], edition: str, width: int) -> None:
    page, _ = open_page(browser, files[edition], width=width)
    overflow = page.evaluate(OVERFLOW)
    page.close()
    assert overflow == 0


def test_dark_is_dark_and_print_is_light(browser: Any, files: dict[str, Path]) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light, _ = open_page(browser, files["public"])
    dark, _ = open_page(browser, files["public"], scheme="dark")
    assert light.evaluate(background) == "rgb(255, 255, 255)", "the style sheet was accepted"
    assert dark.evaluate(background) == "rgb(17, 23, 29)"
    dark.emulate_media(media="print", color_scheme="dark")
    assert dark.evaluate(background) == "rgb(255, 255, 255)"
    light.close()
    dark.close()


def test_the_keyboard_reaches_the_decision_first(browser: Any, files: dict[str, Path]) -> None:
    page, _ = open_page(browser, files["internal"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "and it is seen"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.close()
    assert outline == "solid"


@cache
def few_columns() -> dict[tuple[str, str], str]:
    """A report with columns of every kind, and with tables whose rows belong together."""
    columns = {name: sample.COLUMNS[name] for name in ("site", "coins", "time", "tookphys", "xage", "inpdol")}
    return translated(related(sample.inputs(policy=in_all_languages(sample.policy(columns)))))


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext is not installed (Debian package poppler-utils)"
)
@pytest.mark.parametrize(
    ("case", "language"), [("sample", "en"), *((c, x) for c in ("worst", "unknown") for x in LANGUAGES)]
)
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_decision_is_one_printed_page(
    browser: Any, files: dict[str, Path], tmp_path: Path, edition: str, case: str, language: str
) -> None:
    path = files[edition]
    if case == "worst":
        path = tmp_path / "worst.html"
        path.write_text(worst_pages()[edition, language], encoding="utf-8")
    if case == "unknown":
        path = tmp_path / "unknown.html"
        path.write_text(unknown_total()[edition, language], encoding="utf-8")
    page, _ = open_page(browser, path)
    page.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True, print_background=True)
    page.close()
    info = subprocess.run(["pdfinfo", tmp_path / "report.pdf"], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in info
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
    )
    sheets = [" ".join(sheet.split()) for sheet in text.stdout.split("\f")[:-1]]
    t = speak(language)
    keys = "sign.officer" if edition == "internal" else "decision.elsewhere", "section.claim"
    last, following = (" ".join(t(key).split()) for key in keys)
    assert last in sheets[0], "the end of the decision"
    assert following not in sheets[0]
    assert following in sheets[1]
    for number, sheet in enumerate(sheets, 1):
        assert "rand-hie/2026-11-22-a" in sheet, "every sheet names the release"
        assert "3f9a 77c1 8be2 d409" in sheet, "and the policy"
        assert f"{number} / {len(sheets)}" in sheet


COMPUTED = """[...document.querySelectorAll('svg *')].map(mark => {
    const style = getComputedStyle(mark);
    return [mark.tagName, style.fill, style.stroke, style.strokeWidth, style.strokeDasharray, style.fontSize];
})"""


def test_painted_pictures_look_as_in_the_browser(browser: Any, files: dict[str, Path], pages: dict[str, str]) -> None:
    """What `paint` writes onto marks for the PDF is what Chromium computes for print."""
    painting = pytest.importorskip("dpsynth.report.painting")
    page, _ = open_page(browser, files["internal"])
    page.emulate_media(media="print")
    computed = page.evaluate(COMPUTED)
    page.close()
    tree = painted_tree(painting, pages["internal"])
    marks = [mark for svg in tree.iter(f"{SVG}svg") for mark in painted_marks(svg, {})]
    assert len(marks) == len(computed) > 500
    for (name, attributes), (tag, fill, stroke, width, dashes, size) in zip(marks, computed, strict=True):
        assert name == tag
        if name == "text":
            assert attributes["font-size"] == size
        else:
            assert rgb(attributes.get("stroke", "none")) == stroke
            assert dash(attributes.get("stroke-dasharray", "none")) == dash(dashes)
            if stroke != "none":
                assert float(attributes.get("stroke-width", "1").removesuffix("px")) == float(width.removesuffix("px"))
        assert rgb(attributes.get("fill", "#000000")) == fill


def painted_tree(painting: Any, html: str) -> Any:
    import tinyhtml5

    tree = tinyhtml5.parse(html, namespace_html_elements=False)
    painting.paint(tree)
    return tree


def painted_marks(element: Any, above: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Every mark with what holds for it, its own or from above."""
    here = above | dict(element.attrib)
    for mark in element:
        yield mark.tag.removeprefix(SVG), here | dict(mark.attrib)
        yield from painted_marks(mark, here)


def rgb(colour: str) -> str:
    if colour == "none":
        return colour
    digits = colour.removeprefix("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    return f"rgb({', '.join(str(int(digits[i : i + 2], 16)) for i in (0, 2, 4))})"


def dash(pattern: str) -> list[str]:
    return pattern.replace("px", "").replace(",", " ").split()
