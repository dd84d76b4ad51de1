"""What all pages share: templates, the style sheet named by digest, links below the random room."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from dpsynth.report.charts.icons import icon
from dpsynth.report.words import speak
from dpsynth.serve.exchange import Response
from dpsynth.serve.shelf import Edition, Key, Place
from dpsynth.serve.words import SENTENCES

REPORT = speak("en")
WORDS = replace(REPORT, sentences=SENTENCES)


class Links:
    """Addresses of pages; every name is encoded.

    Args:
        base: the first part of every path, with slashes.
    """

    def __init__(self, base: str) -> None:
        self.base = base

    @property
    def home(self) -> str:
        """The list of releases."""
        return self.base

    def release(self, key: Key) -> str:
        """The page of a release."""
        policy, run = (quote(name, safe="", errors="surrogateescape") for name in key)
        return f"{self.base}release/{policy}/{run}" if run else f"{self.base}bundle/{policy}"

    def report(self, key: Key, edition: Edition, language: str) -> str:
        """One edition of a report, alone."""
        return f"{self.release(key)}/{edition}/{language}"

    def action(self, key: Key, name: str) -> str:
        """Where a form is sent."""
        return f"{self.release(key)}/{name}"

    def compare(self, before: Key | None = None, after: Key | None = None) -> str:
        """The page of differences."""
        chosen = {name: joined(key) for name, key in (("before", before), ("after", after)) if key}
        query = f"?{urlencode(chosen, errors='surrogateescape')}" if chosen else ""
        return f"{self.base}compare{query}"


def joined(key: Key) -> str:
    """A key as one text, in forms; names of folders hold no slash."""
    return "/".join(filter(None, key))


def page(links: Links, template: str, *, status: int = 200, framed: bool = False, **context: Any) -> Response:
    """A page of ours.

    Args:
        links: addresses.
        template: its name.
        status: HTTP status.
        framed: whether it may show our reports in frames.
        context: what the template prints.
    """
    sheet = _sheet()
    html = (
        _environment()
        .get_template(template)
        .render(
            t=WORDS,
            style=Markup(sheet),  # noqa: S704  our own sheet
            links=links,
            joined=joined,
            **context,
        )
    )
    frames = "; frame-src 'self'" if framed else ""
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(sheet)}'{frames}; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    # A name on disk need not be UTF-8: such bytes are shown as escapes.
    return Response(status, html.encode("utf-8", "backslashreplace"), policy)


def report(content: bytes) -> Response:
    """A report as it lies on the disk, shut in: it can load nothing, run nothing, and ask nothing of our origin."""
    start, end = content.find(b"<style>"), content.find(b"</style>")
    sheet = content[start + len(b"<style>") : end] if 0 <= start < end else b""
    digest = base64.b64encode(hashlib.sha256(sheet).digest()).decode()
    policy = (
        f"sandbox; default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    return Response(200, content, policy)


def tag(status: str, word: object) -> Mapping[str, Any]:
    """A status: colour, shape and word. Anything but pass, review and block is grey, without a shape."""
    known = status in ("pass", "review", "block")
    return {"status": status if known else "none", "icon": icon(status) if known else "", "word": word}


def editions(place: Place, links: Links) -> list[tuple[Markup, list[tuple[str, Markup, str]]]]:
    """(edition, [(language code, its name, address)]) for every report that is there."""
    order: tuple[Edition, ...] = ("internal", "public")
    return [
        (
            WORDS(f"edition.{edition}"),
            [(code, WORDS.name("language", code), links.report(place.key, edition, code)) for code in found],
        )
        for edition in order
        if (found := place.languages(edition))
    ]


@cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("dpsynth.serve", "templates"),
                PrefixLoader({"report": PackageLoader("dpsynth.report", "templates")}),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _sheet() -> str:
    """The report's style sheet, then what only these pages need."""
    return "".join(
        files(f"dpsynth.{room}").joinpath("templates", f"{room}.css").read_text(encoding="utf-8")
        for room in ("report", "serve")
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
