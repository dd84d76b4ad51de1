"""Who may come in: a one-time address, a session, and checks against pages of other origins.

Everything listens on the loopback address, which every user and every program of this machine can reach, and which any
page in the browser can aim at. So an address with a random token opens one session and is then spent; the session is a
cookie that no script can read and that is only sent from the page itself; the Host header must be ours, or a name of
somebody else's could be bound to this machine (DNS rebinding); and a form counts only with its session's own token and
our Origin.

Cookies do not know ports (RFC 6265, section 8.5): another server on this machine would get ours. Its path is therefore
random, so that the browser sends it to nobody else.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Literal

from dpsynth.serve.exchange import Request

COOKIE = "dpsynth"
FIELD = "csrf"
"""Name of the form field with the session's token."""
ADDRESS = "127.0.0.1"

Refusal = Literal["host", "session", "spent", "elsewhere", "form"]


@dataclass(frozen=True)
class Session:
    """Somebody who came in.

    Attributes:
        cookie: what the browser sends with every request.
        csrf: what every form must hold.
    """

    cookie: str
    csrf: str


class Door:
    """Lets in who has the address.

    Args:
        port: where the server listens.

    Attributes:
        room: the random first part of every path.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.room = secrets.token_urlsafe(9)
        self._token = secrets.token_urlsafe(32)
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    @property
    def origin(self) -> str:
        """What a browser calls this server; without the port where it is that of HTTP."""
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        """The only Host header that is answered."""
        return ADDRESS if self.port == 80 else f"{ADDRESS}:{self.port}"

    @property
    def base(self) -> str:
        """The first part of every path, with slashes."""
        return f"/{self.room}/"

    @property
    def address(self) -> str:
        """The address that opens one session."""
        return f"{self.origin}{self.base}?token={self._token}"

    def enter(self, token: str) -> Session | None:
        """A new session for whoever has the token, which is spent by it; None for everybody else."""
        with self._lock:
            if not _same(token, self._token):
                return None
            self._token = secrets.token_urlsafe(32)
            session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
            self._sessions[session.cookie] = session
            return session

    def cookie(self, session: Session) -> str:
        """The Set-Cookie header of a session; it ends with the browser or with this server."""
        return f"{COOKIE}={session.cookie}; Path={self.base}; HttpOnly; SameSite=Strict"

    def is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether a request was meant for this server."""
        return headers.get("host") == self.host

    def session(self, headers: Mapping[str, str]) -> Session | None:
        """The session of a request."""
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return None
        if morsel is None:
            return None
        with self._lock:
            return next((s for s in self._sessions.values() if _same(morsel.value, s.cookie)), None)

    def refuses(self, request: Request, session: Session) -> bool:
        """Whether a request of a session comes from another page than ours."""
        # Browsers say where a request comes from; `none` is somebody who typed or clicked outside of a page.
        if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return True
        if request.method != "POST":
            return False
        return request.headers.get("origin") != self.origin or not _same(request.form.get(FIELD, ""), session.csrf)


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode())
