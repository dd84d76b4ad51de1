"""The report as a tagged PDF with what PDF/UA-1 asks for. Experimental: no checker can say that a PDF is accessible.

Needs the extra `pdf` (WeasyPrint) and Pango. The same report gives the same bytes on the same machine; letters come
from the fonts that are installed there. Nothing is fetched.
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from dpsynth.errors import ResourceError

if TYPE_CHECKING:
    from weasyprint import HTML

SIZES = (7.6, 7.2, 6.8, 6.4, 6.0)
"""Sizes of letters on the first page, in points: the largest is taken with which it is one page."""

MAIN = "body/main"
DECISION = f"{MAIN}/section[@id='decision']"
SVG = "{http://www.w3.org/2000/svg}svg"


def demand() -> None:
    """Refuses where PDFs cannot be made.

    Raises:
        ResourceError: WeasyPrint or Pango is not installed.
    """
    try:
        with redirect_stdout(io.StringIO()):  # WeasyPrint prints advice of its own
            import weasyprint  # noqa: F401
    except ImportError:
        raise ResourceError(
            "PDFs need WeasyPrint, which is not installed. Install it: pip install 'dpsynth-release[pdf]'."
        ) from None
    except OSError:
        raise ResourceError(
            "PDFs need Pango, which is not installed. On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0."
        ) from None


def to_pdf(html: str) -> bytes:
    """Converts a report.

    Args:
        html: a page that `render` made.

    Returns:
        A tagged PDF that names itself PDF/UA-1.

    Raises:
        ValueError: the page is not a report.
        ResourceError: WeasyPrint or Pango is not installed.
    """
    demand()
    from dpsynth.report.tags import mend

    size = _largest(html)
    document = _prepared(html, size)
    titles = {part.get("id", ""): _text(part.find("h2")) for part in document.etree_element.iterfind(f"{MAIN}/section")}
    return document.write_pdf(pdf_variant="pdf/ua-1", finisher=lambda _, pdf: mend(pdf, titles))  # type: ignore[no-any-return]


def _prepared(html: str, size: float) -> HTML:
    """The page as WeasyPrint needs it, with letters of this size on the first sheet."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    from dpsynth.report.painting import paint

    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))  # a report asks for nothing
    page = document.etree_element
    style = page.find("head/style")
    if style is None or page.find(DECISION) is None:
        raise ValueError("not a report")
    paint(page)
    _name_pictures(page)
    style.text = f"{_without_rem((style.text or '') + _sheet())}.decision{{--rem:{size}pt}}"
    return document


def _largest(html: str) -> float:
    """The largest size of letters with which the decision is one sheet."""
    for size in SIZES:
        document = _prepared(html, size)
        main = document.etree_element.find(MAIN)
        for part in main.findall("nav") + main.findall("section[@class!='decision']"):
            main.remove(part)
        if len(document.render().pages) == 1:
            break
    return size


def _sheet() -> str:
    return files("dpsynth.report").joinpath("templates", "pdf.css").read_text(encoding="utf-8")


def _without_rem(sheet: str) -> str:
    """Makes the unit rem a variable: WeasyPrint has no zoom, and the first page has smaller letters than the others."""
    sheet = sheet.replace("font-weight:650", "font-weight:700")  # it knows hundreds only
    return re.sub(r"(?<![\w.])(-?[\d.]+)rem\b", r"calc(\1*var(--rem))", sheet)


def _name_pictures(page: ElementTree.Element) -> None:
    """Says the names of pictures where WeasyPrint looks for them."""
    for picture in page.iter(SVG):
        if name := picture.get("aria-label"):
            title = ElementTree.Element(SVG.replace("}svg", "}title"))
            title.text = name
            picture.insert(0, title)


def _text(element: ElementTree.Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
