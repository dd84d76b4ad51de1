"""A page that says one thing: why there is nothing else to see."""

from __future__ import annotations

from dpsynth.serve.exchange import Response
from dpsynth.serve.pages.shell import WORDS, Links, page

KNOWN = (400, 403, 404, 405, 408, 411, 413, 414, 415, 421, 431, 500)


def message(status: int, links: Links | None, kind: str = "") -> Response:
    """A page with one sentence.

    Args:
        status: HTTP status.
        links: addresses; None for somebody who has no session and must not learn them.
        kind: which sentence, where the status alone does not tell.
    """
    words = kind or (str(status) if status in KNOWN else "400")
    return page(
        links or Links("/"),
        "message.html.j2",
        status=status,
        title=WORDS(f"message.{words}"),
        text=WORDS(f"message.{words}.text"),
        inside=links is not None,
    )
