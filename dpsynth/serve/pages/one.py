"""One release: what it is, both editions side by side, and what may be done with it next."""

from __future__ import annotations

from typing import Any

from dpsynth.report import numerals as n
from dpsynth.serve.accounts import Accounts
from dpsynth.serve.exchange import Response
from dpsynth.serve.pages.home import READABLE, account, reason, state, verdicts
from dpsynth.serve.pages.shell import REPORT, WORDS, Links, editions, page, tag
from dpsynth.serve.release import Release
from dpsynth.serve.shelf import EDITIONS, Edition


def one(release: Release, releases: list[Release], accounts: Accounts, language: str, links: Links) -> Response:
    """The page of one release.

    Args:
        release: which one.
        releases: all of them, to compare with.
        accounts: what the ledger says.
        language: of the frames; where an edition does not have it, its first one is shown.
        links: addresses.
    """
    readable = release.condition in READABLE
    charges = {c.run_id: c.state for s in accounts.statements for c in s.charges}
    statement = accounts.of(release.population) if release.population else None
    before = _before(release, releases)
    return page(
        links,
        "release.html.j2",
        framed=readable,
        title=WORDS.pick(release.title) if release.title else "/".join(filter(None, release.key)),
        name="/".join(filter(None, release.key)),
        subtitle=_subtitle(release) if readable else "",
        readable=readable,
        state=state(release),
        why=reason(release, charges),
        rehearsal=release.rehearsal,
        verdict=_verdict(release) if readable else None,
        facts=_facts(release) if readable else [],
        editions=editions(release.place, links),
        frames=_frames(release, language, links) if readable else [],
        failures=release.place.failures,
        budget=account(statement, release.key[1], releases, links) if statement else None,
        trouble=accounts.trouble,
        compare=links.compare(before.key if before else None, release.key),
        before=before.key[1] if before else "",
        comparable=readable and sum(r.condition in READABLE for r in releases) > 1,
    )


def _before(release: Release, releases: list[Release]) -> Release | None:
    """The newest release of the same policy before this one."""
    older = [
        r
        for r in releases
        if r.key[0] == release.key[0]
        and r.condition in READABLE
        and (r.date, r.key[1]) < (release.date, release.key[1])
    ]
    return max(older, key=lambda r: (r.date, r.key[1]), default=None)


def _subtitle(release: Release) -> Any:
    purpose = release.best["purpose"]
    return REPORT("subtitle", controller=purpose["controller"], audience=REPORT.name("audience", purpose["audience"]))


def _verdict(release: Release) -> dict[str, Any]:
    """What the rules of the edition that says most found."""
    edition: Edition = "internal" if "internal" in release.verdicts else "public"
    verdict = release.verdicts[edition]
    kind = "verdict" if edition == "internal" else "verdict.public"
    match verdict.status:
        case "block":
            headline = REPORT.many("verdict.block", verdict.blocking)
        case "review":
            headline = REPORT.many(f"{kind}.review", verdict.to_judge)
        case _:
            headline = REPORT(f"{kind}.pass")
    return {
        **tag(verdict.status, REPORT(f"status.{verdict.status}")),
        "headline": headline,
        "meaning": REPORT(f"decision.meaning.{verdict.status}"),
        "both": verdicts(release),
    }


def _facts(release: Release) -> list[tuple[Any, Any]]:
    f, manifest = release.best, release.manifest
    identity, contents, purpose = f["identity"], f["contents"], f["purpose"]
    return [
        (WORDS("fact.date"), identity["run_date"]),
        (WORDS("fact.purpose"), WORDS.pick(purpose["purpose"])),
        (
            WORDS("fact.contents"),
            WORDS("fact.contents.text", rows=n.count(contents["synthetic_rows"]), columns=n.count(contents["columns"])),
        ),
        (WORDS("fact.mechanism"), contents["mechanism"]),
        (
            WORDS("fact.promise"),
            WORDS(
                "fact.promise.text",
                unit=REPORT.name("unit.promise", f["privacy"]["unit"]),
                epsilon=n.up(f["privacy"]["epsilon"]),
                delta=n.small(f["privacy"]["delta"]),
            ),
        ),
        (WORDS("fact.population"), identity["population"]),
        (WORDS("fact.snapshot"), identity["snapshot"]),
        (WORDS("fact.policy"), grouped(identity["policy_digest"], 4)),
        (WORDS("fact.manifest"), grouped(release.manifest_digest, 16)),
        (WORDS("fact.ledger"), WORDS("fact.ledger.text", sequence=n.count(manifest["ledger"]["sequence"]))),
    ]


def grouped(digest: str, groups: int) -> Any:
    """A digest in groups of four, to be compared with a printed one."""
    return WORDS("digest", digest=n.digest(digest, groups))


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
