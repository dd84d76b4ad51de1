"""From a request to a page: who asks, what is asked for, which release is meant.

The folder is listed anew for every request; a name in a request is looked up in that list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dpsynth.serve import shelf
from dpsynth.serve.accounts import accounts
from dpsynth.serve.door import Door, Session
from dpsynth.serve.exchange import Request, Response
from dpsynth.serve.pages import shell
from dpsynth.serve.pages.compare import compare
from dpsynth.serve.pages.home import home
from dpsynth.serve.pages.message import message
from dpsynth.serve.pages.one import one
from dpsynth.serve.pages.shell import Links
from dpsynth.serve.release import read
from dpsynth.serve.shelf import EDITIONS, Key, Place


@dataclass(frozen=True)
class Site:
    """The pages over one folder of reports.

    Attributes:
        root: the folder.
        ledger_url: the ledger of these releases.
        door: who may come in.
        entered: called when somebody used the address, which is spent now.
    """

    root: Path
    ledger_url: str
    door: Door
    entered: Callable[[], None]

    def answer(self, request: Request) -> Response:
        """The answer to any request."""
        if not self.door.is_ours(request.headers):
            return message(421, None)
        if request.path[:1] != (self.door.room,) or len(request.path) < 2:
            return message(404, None)
        session = self.door.session(request.headers)
        if "token" in request.query:
            return self._enter(request, session)
        if session is None:
            return message(403, None, "session")
        if self.door.refuses(request, session):
            return message(403, Links(self.door.base), "elsewhere")
        return self._page(request, session)

    def refuse(self, status: int) -> Response:
        """The answer to a request that could not even be read."""
        return message(status, None)

    def _enter(self, request: Request, session: Session | None) -> Response:
        """Exchanges the token for a cookie, and leads to an address without it."""
        if request.method != "GET":
            return message(405, None)
        fresh = self.door.enter(request.query["token"])
        if fresh is None and session is None:
            return message(403, None, "spent")
        headers = {"Location": self.door.base}
        if fresh is not None:
            headers["Set-Cookie"] = self.door.cookie(fresh)
            self.entered()
        return Response(303, headers=headers)

    def _page(self, request: Request, session: Session) -> Response:
        links = Links(self.door.base)
        try:
            places = shelf.places(self.root)
        except OSError:
            return message(500, links, "folder")
        path = request.path[1:]
        if request.method == "POST":
            return message(404, links)
        if path == ("",):
            found = [read(place) for place in places.values()]
            return home(found, accounts(self.ledger_url), str(self.root), links)
        if path == ("compare",):
            found = [read(place) for place in places.values()]
            return compare(found, request.query.get("before", ""), request.query.get("after", ""), links)
        key, rest = _key(path)
        place = places.get(key)
        if place is None:
            return message(404, links)
        if not rest:
            found = [read(p) for p in places.values()]
            release = next(r for r in found if r.key == key)
            return one(release, found, accounts(self.ledger_url), request.query.get("language", "en"), links)
        return _report(place, rest, links)


def _key(path: tuple[str, ...]) -> tuple[Key, tuple[str, ...]]:
    """The names in a path, and what follows them."""
    match path:
        case ("release", policy, run, *rest) if run:
            return (policy, run), tuple(rest)
        case ("bundle", name, *rest):
            return (name, ""), tuple(rest)
    return ("", ""), ()


def _report(place: Place, rest: tuple[str, ...], links: Links) -> Response:
    for edition in EDITIONS:
        for language in place.languages(edition):
            if rest == (edition, language):
                try:
                    return shell.report(place.read(f"{edition}/report.{language}.html"))
                except OSError:
                    return message(404, links, "report")
    return message(404, links)
