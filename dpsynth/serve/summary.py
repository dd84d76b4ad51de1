"""The summary page of a batch: a file beside the runs, made of the ledger and of what may leave.

The state of the sign-off is the one that a recipient of the bundle would see: neither the internal verdict nor anything
else that depends on unprotected numbers is on this page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dpsynth import _files
from dpsynth.errors import DpsynthError
from dpsynth.run.batch_file import Item
from dpsynth.serve import shelf
from dpsynth.serve.accounts import accounts
from dpsynth.serve.pages import home
from dpsynth.serve.pages.shell import WORDS, Links, page, tag
from dpsynth.serve.release import Release, read
from dpsynth.serve.shelf import EDITIONS, Key
from dpsynth.signoff import looks, verification
from dpsynth.signoff.book import open_book
from dpsynth.signoff.standing import Standing

INDEX = "index.html"
COLOURS = {"failed": "review", "broken": "review", "over_budget": "review"}
"""Colours of the states of an item; the others are grey."""


class FileLinks(Links):
    """Relative links to files: of a release to the report that may leave."""

    def __init__(self, releases: Sequence[Release]) -> None:
        super().__init__("")
        self._releases = {release.key: release for release in releases}

    @property
    def home(self) -> str:
        """This page."""
        return INDEX

    def release(self, key: Key) -> str:
        """The public report, or the folder where there is none."""
        release = self._releases.get(key)
        for edition in reversed(EDITIONS):
            if release is not None and (languages := release.place.languages(edition)):
                return self.report(key, edition, languages[0])
        return "/".join(quote(name, safe="", errors="surrogateescape") for name in filter(None, key)) + "/"

    def report(self, key: Key, edition: shelf.Edition, language: str) -> str:
        """One edition of a report."""
        names = (*key, edition) if key[1] else key[:1]
        folder = "/".join(quote(name, safe="", errors="surrogateescape") for name in names)
        return f"{folder}/report.{language}.html"


def write(out: Path, items: Sequence[Item], ledger_url: str) -> Path:
    """Writes the page.

    Args:
        out: folder of all runs.
        items: the newest batch.
        ledger_url: its ledger.

    Raises:
        ResourceError: the disk refuses.
    """
    releases = [read(place) for place in shelf.places(out).values()]
    by_key, links = {r.key: r for r in releases}, FileLinks(releases)
    standing = _standings(releases, ledger_url)
    lines = [_line(item, by_key.get(_key(item)), standing, links, ledger_url) for item in items]
    of_batch = {_key(item) for item in items}
    others = [_other(r, standing, links, ledger_url) for r in releases if r.key not in of_batch and r.told]
    account = accounts(ledger_url)
    made = sum(item.state == "complete" for item in items)
    response = page(
        links,
        "summary.html.j2",
        lead=WORDS("summary.lead", made=made, all=WORDS.many("summary.policies", len(items))),
        lines=lines,
        others=others,
        budgets=[home.account(s, None, releases, links) for s in account.statements],
        trouble=account.trouble,
    )
    _files.write_whole(out / INDEX, response.body)
    return out / INDEX


def _key(item: Item) -> Key:
    policy, _, run = item.run.partition("/")
    return policy, run


def _line(
    item: Item,
    release: Release | None,
    standings: Mapping[Key, Standing | str],
    links: FileLinks,
    ledger_url: str,
) -> dict[str, Any]:
    """A policy of the batch."""
    told = release.told if release is not None else None
    state = tag(COLOURS.get(item.state, "none"), WORDS(f"summary.{item.state}"))
    if release is not None and told is not None and item.state == "complete":
        state = home.state(release, standings.get(release.key))
    return {
        "title": WORDS.pick(told.title) if told else item.policy_id or Path(item.policy).name,
        "name": item.run or item.policy,
        "link": links.release(_key(item)) if told else "",
        "look": _look(release, ledger_url) if item.state == "complete" else "",
        "state": state,
        "date": told.date if told else "",
        "epsilon": WORDS.n.up(told.epsilon) if told else "",
        "code": item.exit_code or "",
        "why": item.message,
    }


def _other(
    release: Release, standings: Mapping[Key, Standing | str], links: FileLinks, ledger_url: str
) -> dict[str, Any]:
    """A release that lies here and is not of the batch."""
    assert release.told is not None
    return {
        "title": WORDS.pick(release.told.title),
        "name": "/".join(filter(None, release.key)),
        "link": links.release(release.key),
        "look": _look(release, ledger_url),
        "state": home.state(release, standings.get(release.key)),
        "date": release.told.date,
        "epsilon": WORDS.n.up(release.told.epsilon),
        "code": "",
        "why": "",
    }


def _look(release: Release | None, ledger_url: str) -> str:
    """The command that opens the internal report and notes that somebody did; a link would not be noted."""
    if release is None or not release.place.languages("internal"):
        return ""
    return looks.command(release.place.folder, ledger_url)


def _standings(releases: Sequence[Release], ledger_url: str) -> dict[Key, Standing | str]:
    """How the sign-off stands, from what may leave and the ledger."""
    found: dict[Key, Standing | str] = {}
    try:
        with closing(open_book(ledger_url, create=False)) as ledger:
            for release in releases:
                if release.told is None or release.told.rehearsal:
                    continue
                try:
                    standing = verification.verify(release.place.bundle, ledger).standing
                except DpsynthError as error:
                    found[release.key] = str(error)
                else:
                    if standing is not None:
                        found[release.key] = standing
    except DpsynthError:
        return {}
    return found
