"""From a request to a page: who asks, what is asked for, which release is meant.

The folder is listed anew for every request; a name in a request is looked up in that list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dpsynth.errors import DpsynthError
from dpsynth.serve import desk, shelf
from dpsynth.serve.accounts import accounts
from dpsynth.serve.door import Door, Session
from dpsynth.serve.exchange import Request, Response
from dpsynth.serve.pages import shell
from dpsynth.serve.pages.compare import compare
from dpsynth.serve.pages.home import home
from dpsynth.serve.pages.message import message
from dpsynth.serve.pages.one import one
from dpsynth.serve.pages.shell import Links
from dpsynth.serve.pages.signing import Sent, Visit
from dpsynth.serve.release import Release, read
from dpsynth.serve.shelf import EDITIONS, Key, Place
from dpsynth.signoff.statement import KINDS


@dataclass(frozen=True)
class Site:
    """The pages over one folder of reports.

    Attributes:
        root: the folder.
        ledger_url: the ledger of these releases.
        door: who may come in.
        entered: called when somebody used the address, which is spent now.
        looked: which internal reports each session has opened: one entry of the ledger for each is enough.
    """

    root: Path
    ledger_url: str
    door: Door
    entered: Callable[[], None]
    looked: set[tuple[str, Key]] = field(default_factory=set)

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
        if path == ("",):
            releases = _read(places)
            standings = desk.standings(_standing(releases), self.ledger_url)
            return home(releases, standings, accounts(self.ledger_url), str(self.root), links)
        if path == ("compare",):
            return self._compare(request, session, _read(places), links)
        key, rest = _key(path)
        place = places.get(key)
        if place is None:
            return message(404, links)
        if request.method == "POST":
            return self._sign(request, session, places, key, rest)
        if rest:
            return self._report(request, session, place, rest, links)
        visit = Visit(session.csrf, request.query.get("language", "en"), request.query.get("done", ""))
        return self._release(places, key, visit)

    def _report(
        self, request: Request, session: Session, place: Place, rest: tuple[str, ...], links: Links
    ) -> Response:
        """One edition of a report; the internal one only when the ledger has taken note."""
        for edition in EDITIONS:
            for language in place.languages(edition):
                if rest == (edition, language):
                    if edition == "internal" and not self._noted(request, session, [place]):
                        return message(500, links, "look")
                    try:
                        return shell.report(place.read(f"{edition}/report.{language}.html"))
                    except OSError:
                        return message(404, links, "report")
        return message(404, links)

    def _compare(self, request: Request, session: Session, releases: list[Release], links: Links) -> Response:
        """What differs between two releases; by their internal facts only when the ledger has taken note."""
        before, after = (request.query.get(name, "") for name in ("before", "after"))
        inside = [r.place for r in releases if shell.joined(r.key) in (before, after) and "internal" in r.verdicts]
        if len(inside) == 2 and not self._noted(request, session, inside):
            return message(500, links, "look")
        return compare(releases, before, after, links)

    def _noted(self, request: Request, session: Session, places: Iterable[Place]) -> bool:
        """Whether it is in the ledger that somebody opens what is inside of these runs."""
        for place in places:
            mark = (session.cookie, place.key)
            if request.method == "GET" and mark not in self.looked:
                try:
                    desk.look(place, self.ledger_url)
                except DpsynthError:
                    return False
                self.looked.add(mark)
        return True

    def _release(self, places: dict[Key, Place], key: Key, visit: Visit) -> Response:
        releases = _read(places)
        release = next(r for r in releases if r.key == key)
        standing = desk.standings(_standing([release]), self.ledger_url).get(key)
        return one(release, releases, standing, accounts(self.ledger_url), visit, Links(self.door.base))

    def _sign(
        self, request: Request, session: Session, places: dict[Key, Place], key: Key, rest: tuple[str, ...]
    ) -> Response:
        """Carries out a form, then leads back to the release; what was refused is shown with the form."""
        links, place = Links(self.door.base), places[key]
        if len(rest) != 1 or rest[0] not in KINDS or not _signable([read(place)]):
            return message(404, links)
        others = {shell.joined(k): p for k, p in places.items() if k != key and k[1]}
        try:
            desk.carry_out(rest[0], request.form, place, self.ledger_url, others)
        except DpsynthError as error:
            typed = {name: text for name, text in request.form.items() if "passphrase" not in name}
            return self._release(places, key, Visit(session.csrf, sent=Sent(rest[0], typed, str(error))))
        return Response(303, headers={"Location": f"{links.release(key)}?done={rest[0]}#sign"})


def _read(places: dict[Key, Place]) -> list[Release]:
    return [read(place) for place in places.values()]


def _standing(releases: Iterable[Release]) -> list[Place]:
    """Runs and bundles whose sign-off can be looked at."""
    return [r.place for r in releases if r.told and not r.told.rehearsal]


def _signable(releases: Iterable[Release]) -> list[Place]:
    """Runs that can be signed: whole, of real people, and with what stays inside."""
    return [place for place in _standing(releases) if place.key[1]]


def _key(path: tuple[str, ...]) -> tuple[Key, tuple[str, ...]]:
    """The names in a path, and what follows them."""
    match path:
        case ("release", policy, run, *rest) if run:
            return (policy, run), tuple(rest)
        case ("bundle", name, *rest):
            return (name, ""), tuple(rest)
    return ("", ""), ()
