"""The first page: every release with its state, and what is left of every budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from dpsynth.privacy.account import Statement
from dpsynth.report.charts.budget import Part, budget_bar
from dpsynth.report.charts.icons import swatch
from dpsynth.report.pages.blocks import Figure, Table
from dpsynth.serve.accounts import Accounts
from dpsynth.serve.exchange import Response
from dpsynth.serve.pages.shell import REPORT, WORDS, Links, page, tag
from dpsynth.serve.release import Release
from dpsynth.serve.shelf import Key
from dpsynth.signoff.standing import Standing

Standings = Mapping[Key, Standing | str]
COLOURS = {
    "approved": "pass",
    "released": "pass",
    "awaiting_review": "review",
    "reviewed": "review",
    "returned": "review",
    "expired": "review",
    "rejected": "block",
    "withdrawn": "block",
    "blocked": "block",
}
"""Colours of the states of a sign-off; the others are grey."""


def home(releases: Sequence[Release], standings: Standings, accounts: Accounts, folder: str, links: Links) -> Response:
    """The list."""
    charges = {c.run_id: c.state for s in accounts.statements for c in s.charges}
    if accounts.trouble:  # said once, not for every run
        standings = {}
    groups = [
        _group(policy, list(members), standings, charges, links)
        for policy, members in groupby(releases, lambda r: r.key[0])
    ]
    groups.sort(key=lambda group: group["newest"], reverse=True)
    readable = [r for r in releases if r.told]
    return page(
        links,
        "home.html.j2",
        folder=folder,
        groups=groups,
        comparable=len(readable) > 1,
        budgets=[account(s, None, releases, links) for s in accounts.statements],
        trouble=accounts.trouble,
        nowhere=not releases,
    )


def _group(
    policy: str, members: list[Release], standings: Standings, charges: Mapping[str, str], links: Links
) -> dict[str, Any]:
    """A policy's releases, newest first."""
    members.sort(key=lambda r: r.order, reverse=True)
    told = next((r.told for r in members if r.told), None)
    return {
        "title": WORDS.pick(told.title) if told else policy,
        "policy": WORDS("home.policy" if members[0].key[1] else "home.bundle", policy=policy) if told else "",
        "population": told.population if told else "",
        "newest": members[0].date,
        "releases": [_line(r, standings.get(r.key), charges, links) for r in members],
    }


def _line(
    release: Release, standing: Standing | str | None, charges: Mapping[str, str], links: Links
) -> dict[str, Any]:
    return {
        "name": release.key[1] or release.key[0],
        "link": links.release(release.key),
        "date": release.date or WORDS("unknown"),
        "state": state(release, standing),
        "why": reason(release, charges) or (standing if isinstance(standing, str) else ""),
        "verdicts": verdicts(release) if release.told else [],
        "epsilon": WORDS.n.up(release.told.epsilon) if release.told else "",
    }


def state(release: Release, standing: Standing | str | None) -> Mapping[str, Any]:
    """The state of a release as a tag: that of its sign-off, where it can be looked at."""
    if release.told:
        if release.told.rehearsal:
            return tag("review", WORDS("state.rehearsal"))
        if standing is None or isinstance(standing, str):
            return tag("none", WORDS(f"state.{release.condition}"))
        return tag(COLOURS.get(standing.state, "none"), WORDS(f"state.{standing.state}"))
    return tag("block" if release.condition == "broken" else "review", WORDS(f"state.{release.condition}"))


def reason(release: Release, charges: Mapping[str, str] | None = None) -> Markup | str:
    """Why a release cannot be looked at, and what that means for the budget; empty where it can."""
    match release.condition:
        case "failed":
            code = WORDS("unknown") if release.exit_code is None else release.exit_code
            charged = WORDS("failed.charged" if release.charged else "failed.free")
            return WORDS("why.failed", code=code, charged=charged)
        case "unfinished":
            charge = (charges or {}).get(release.key[1], "none")
            return WORDS("why.unfinished", charge=WORDS.name("unfinished", charge))
        case "broken":
            return WORDS("why.broken", what=WORDS(release.why))
        case "foreign":
            return WORDS("why.foreign")
    return ""


def verdicts(release: Release) -> list[tuple[Markup, Mapping[str, Any]]]:
    """(edition, tag) of what the rules said."""
    found = []
    for edition in ("internal", "public"):
        verdict = release.verdicts.get(edition)
        word = WORDS("verdict.none") if verdict is None else REPORT(f"status.{verdict.status}")
        found.append((WORDS(f"verdict.{edition}"), tag("none" if verdict is None else verdict.status, word)))
    return found


def account(statement: Statement, this: str | None, releases: Iterable[Release], links: Links) -> dict[str, Any]:
    """The budget of a population as a bar and as a table.

    Args:
        statement: the ledger's account.
        this: id of the run that is looked at, drawn apart; None for none.
        releases: all that lie here, to link to.
        links: addresses.
    """
    whole, standing = max(1, statement.lifetime_nano), [c for c in statement.charges if c.stands]
    here: dict[str, Key] = {r.key[1]: r.key for r in releases if r.key[1]}
    kind: Mapping[str, Part] = {"committed": "committed", "reserved": "open", "open": "open", "imported": "imported"}
    parts: list[tuple[Part, float]] = [
        ("release" if c.run_id == this and c.policy_id else kind[c.state], c.nano_rho / whole) for c in standing
    ]
    used, left = statement.spent_nano / whole, max(0, statement.left_nano) / whole
    places = {
        "population": statement.population,
        "used": WORDS.n.percent_up(used),
        "left": WORDS.n.percent_down(left),
        "spent": WORDS.n.up(statement.spent_epsilon) if statement.spent_nano else "0",
        "epsilon": WORDS.n.plain(statement.lifetime.epsilon),
        "delta": WORDS.n.small(statement.lifetime.delta),
        "releases": WORDS.many("budget.releases", len(standing)),
    }
    rows: list[list[Markup | str]] = []
    unknown = WORDS("charge.unknown")
    for c in statement.charges:
        name = c.name
        key = here.get(c.run_id) if c.policy_id else None
        linked = Markup('<a href="{}">{}</a>').format(links.release(key), name) if key and c.run_id != this else name
        rows.append(
            [
                linked,
                c.at[:10],
                WORDS(f"charge.{c.state}") if c.private else WORDS("charge.test"),
                (WORDS.n.up(statement.epsilon(c.nano_rho, c.order)) if c.stands else "0") if c.known else unknown,
                (WORDS.n.percent_up(c.nano_rho / whole) if c.stands else "0%") if c.known else unknown,
            ]
        )
    rows.append([WORDS("budget.left"), "", "", "", places["left"]])
    kinds = [k for k in ("committed", "open", "imported", "release") if k in {part for part, _ in parts}]
    return {
        "population": statement.population,
        "lead": WORDS("budget.lead" if statement.total_known else "budget.lead.unknown", **places),
        "figure": Figure(
            budget_bar(parts, str(WORDS("budget.chart", **places)), 900.0),
            WORDS("budget.caption", **places),
            [(swatch(k), WORDS(f"legend.{k}")) for k in (*kinds, "left")],
            Table(
                WORDS("budget.table", **places),
                [WORDS(f"budget.head.{k}") for k in ("release", "date", "state", "epsilon", "share")],
                rows,
                frozenset({3, 4}),
            ),
        ),
    }
