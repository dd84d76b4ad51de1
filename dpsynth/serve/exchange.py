"""A request and its answer, as values: what the pages see of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """What a browser asks for.

    Attributes:
        method: GET, HEAD or POST.
        path: the parts of the path, each decoded by itself: a slash inside a part does not split it.
        query: fields of the query; the first of each name.
        headers: what the doorkeeper looks at, by lower-case name.
        form: fields of a POST.
    """

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """What the browser gets.

    Attributes:
        status: HTTP status.
        body: the page.
        policy: its content security policy.
        headers: further headers.
    """

    status: int
    body: bytes = b""
    policy: str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    headers: Mapping[str, str] = field(default_factory=dict)

    def all_headers(self) -> dict[str, str]:
        """Everything that is sent, on every answer, whatever it says."""
        return {
            "Content-Type": HTML,
            "Content-Length": str(len(self.body)),
            "Content-Security-Policy": self.policy,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN" if "frame-ancestors 'self'" in self.policy else "DENY",
            # Not no-referrer: a browser would then send forms with the origin `null`.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Connection": "close",
            **self.headers,
        }
