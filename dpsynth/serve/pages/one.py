"""One release: what it is, both editions side by side, and what may be done with it next."""

from __future__ import annotations

from typing import Any

from dpsynth.privacy.account import Statement
from dpsynth.report.numerals import digest
from dpsynth.serve.accounts import Accounts
from dpsynth.serve.exchange import Response
from dpsynth.serve.pages.home import account, reason, state, verdicts
from dpsynth.serve.pages.shell import REPORT, WORDS, Links, editions, page, tag
from dpsynth.serve.pages.signing import Visit, signing
from dpsynth.serve.release import Release, Told
from dpsynth.serve.shelf import EDITIONS, Edition
from dpsynth.signoff.standing import Standing


def one(
    release: Release,
    releases: list[Release],
    standing: Standing | str | None,
    accounts: Accounts,
    visit: Visit,
    links: Links,
) -> Response:
    """The page of one release.

    Args:
        release: which one.
        releases: all of them, to compare with.
        standing: how its sign-off stands, or why nobody can tell; None where there is none.
        accounts: what the ledger says.
        visit: what else the request says.
        links: addresses.
    """
    charges = {c.run_id: c.state for s in accounts.statements for c in s.charges}
    told, before = release.told, _before(release, releases)
    statement = accounts.of(told.population) if told else None
    name = "/".join(filter(None, release.key))
    return page(
        links,
        "release.html.j2",
        status=422 if visit.sent else 200,
        framed=told is not None,
        title=WORDS.pick(told.title) if told else name,
        name=name,
        subtitle=_subtitle(told) if told else "",
        state=state(release, standing),
        sign=None if standing is None else signing(release, standing, _others(release, releases), visit, links),
        why=reason(release, charges),
        rehearsal=told is not None and told.rehearsal,
        verdict=_verdict(release) if told else None,
        facts=[*_facts(told), *_looks(statement, release.key[1])] if told else [],
        editions=editions(release.place, links),
        frames=_frames(release, visit.language, links) if told else [],
        failures=release.place.failures,
        budget=account(statement, release.key[1], releases, links) if statement else None,
        compare=links.compare(before.key if before else None, release.key),
        before=before.key[1] if before else "",
        comparable=told is not None and sum(r.told is not None for r in releases) > 1,
    )


def _before(release: Release, releases: list[Release]) -> Release | None:
    """The newest release of the same policy before this one; a rehearsal is none."""
    older = [
        r
        for r in releases
        if r.key[0] == release.key[0] and r.told and not r.told.rehearsal and r.order < release.order
    ]
    return max(older, key=lambda r: r.order, default=None)


def _others(release: Release, releases: list[Release]) -> list[Release]:
    """Releases that could take the place of this one."""
    return [r for r in releases if r.condition == "complete" and r is not release]


def _subtitle(told: Told) -> Any:
    return REPORT("subtitle", controller=told.controller, audience=REPORT.name("audience", told.audience))


def _verdict(release: Release) -> dict[str, Any]:
    """What the rules of the edition that says most found."""
    edition: Edition = "internal" if "internal" in release.verdicts else "public"
    verdict = release.verdicts[edition]
    kind = "verdict" if edition == "internal" else "verdict.public"
    rules = REPORT.n.count(verdict.rules)
    match verdict.status:
        case "block":
            headline = REPORT.many("verdict.block", verdict.blocking)
        case "review":
            headline = REPORT.many(f"{kind}.review", verdict.to_judge, rules=rules)
        case _:
            headline = REPORT(f"{kind}.pass", rules=rules)
    return {
        **tag(verdict.status, REPORT(f"status.{verdict.status}")),
        "headline": headline,
        "meaning": REPORT(f"decision.meaning.{verdict.status}"),
        "both": verdicts(release),
    }


def _facts(told: Told) -> list[tuple[Any, Any]]:
    promise = WORDS(
        "fact.promise.text",
        unit=REPORT.name("unit.promise", told.unit),
        epsilon=WORDS.n.up(told.epsilon),
        delta=WORDS.n.small(told.delta),
    )
    count = WORDS.n.count
    contents = WORDS("fact.contents.text", rows=count(told.rows), columns=count(told.columns))
    return [
        (WORDS("fact.date"), told.date),
        (WORDS("fact.purpose"), WORDS.pick(told.purpose)),
        (WORDS("fact.contents"), contents),
        (WORDS("fact.mechanism"), told.mechanism),
        (WORDS("fact.promise"), promise),
        (WORDS("fact.population"), told.population),
        (WORDS("fact.snapshot"), told.snapshot),
        (WORDS("fact.policy"), grouped(told.policy_digest, 4)),
        (WORDS("fact.manifest"), grouped(told.manifest_digest, 16)),
        (WORDS("fact.ledger"), WORDS("fact.ledger.text", sequence=count(told.sequence))),
    ]


def _looks(statement: Statement | None, run_id: str) -> list[tuple[Any, Any]]:
    """How often the internal report was opened: a decision by it is not covered by any epsilon."""
    if statement is None or not run_id:
        return []
    found = [look for look in statement.looks if look.run_id == run_id]
    if not found:
        return [(WORDS("fact.looks"), WORDS("fact.looks.text.none"))]
    return [(WORDS("fact.looks"), WORDS.many("fact.looks.text", len(found), last=found[-1].at[:10]))]


def grouped(sha256: str, groups: int) -> Any:
    """A digest in groups of four, to be compared with a printed one."""
    return WORDS("digest", digest=digest(sha256, groups))


def _frames(release: Release, language: str, links: Links) -> list[dict[str, Any]]:
    frames = []
    for edition in EDITIONS:
        found = release.place.languages(edition)
        if found:
            shown = language if language in found else found[0]
            frames.append(
                {
                    "edition": edition,
                    "title": WORDS(f"edition.{edition}"),
                    "language": WORDS.name("language", shown),
                    "address": links.report(release.key, edition, shown),
                }
            )
    return frames
