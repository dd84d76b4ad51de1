"""The pages in a real browser: accessible, narrow, light and dark; the frames are shut in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.report.test_browser import CHROMIUM, FLAGS, RULES, axe_source
from tests.run.study import Study
from tests.serve.conftest import complete, open_server

pytestmark = [
    pytest.mark.needs_chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)"),
]


@pytest.fixture(scope="module")
def inside(made: Study, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str, list[str]]]:
    """A browser with a session, the first part of every address, and the names of two releases."""
    from playwright.sync_api import sync_playwright

    ledger = shutil.copy(made.ledger.removeprefix("sqlite:///"), tmp_path_factory.mktemp("looked"))  # looks are entries
    server, door = open_server(made.out, f"sqlite:///{ledger}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context()
        page = context.new_page()
        page.goto(door.address)
        assert page.url == f"{door.origin}{door.base}", "the address of the token is left at once"
        page.close()
        yield context, f"{door.origin}{door.base}", complete(made)
        chromium.close()
    server.shutdown()
    server.server_close()


PAGES = ("", "release/small/{1}", "compare?before=small/{0}&after=small/{1}", "compare", "nothing")


def open_page(inside: tuple[Any, str, list[str]], path: str, width: int, scheme: str) -> tuple[Any, list[str]]:
    context, base, runs = inside
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    noticed: list[str] = []
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(base) else noticed.append(request.url))
    page.goto(base + path.format(*runs))
    return page, [text for text in noticed if "404" not in text]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 380), ("dark", 380)])
def test_axe_finds_nothing(inside: Any, path: str, scheme: str, width: int) -> None:
    source = axe_source()
    page, noticed = open_page(inside, path, width, scheme)
    assert noticed == [], "no request elsewhere, no refused style, no error"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(17, 23, 29)"), "the sheet was accepted"
    page.evaluate(source)
    # The reports in the frames have their own test; their sandbox lets no script in.
    result = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}, iframes: false})", RULES)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in result["violations"]] == []
    assert len(result["passes"]) > 8, "axe looked at the page"
    assert overflow == 0, "it scrolls one way only"


def test_frames_show_the_reports_and_run_nothing(inside: Any) -> None:
    page, noticed = open_page(inside, PAGES[1], 1440, "light")
    first, second = page.frames[1:]
    assert "internal edition" in first.title() and "public edition" in second.title()
    assert first.evaluate("getComputedStyle(document.body).margin") == "0px", "its style sheet was accepted"
    assert first.evaluate("self.origin") == "null", "a page of its own, that can ask nothing of ours"
    boxes = [frame.frame_element().bounding_box() for frame in (first, second)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["width"] > 500, "side by side"
    page.set_viewport_size({"width": 380, "height": 900})
    boxes = [frame.frame_element().bounding_box() for frame in (first, second)]
    assert boxes[0]["y"] < boxes[1]["y"] and boxes[0]["x"] == boxes[1]["x"], "one above the other"
    page.close()
    assert noticed == []


def test_another_site_cannot_frame_or_use_the_pages(inside: Any) -> None:
    context, base, _ = inside
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.route("http://evil.example/", lambda route: route.fulfill(body=f'<iframe src="{base}"></iframe>'))
    page.goto("http://evil.example/")
    page.wait_for_timeout(200)
    assert "small-people" not in "".join(frame.content() for frame in page.frames if frame != page.main_frame)
    assert (
        page.evaluate(f"fetch('{base}', {{credentials: 'include'}}).then(() => 'read', () => 'refused')") == "refused"
    )
    page.close()
    assert refused


def test_the_keyboard_reaches_the_content_first(inside: Any) -> None:
    page, _ = open_page(inside, "", 1000, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()
