"""What differs between two releases."""

from __future__ import annotations

from typing import Any

from dpsynth.report.pages.blocks import Table
from dpsynth.serve.difference import GROUPS, Difference, difference
from dpsynth.serve.exchange import Response
from dpsynth.serve.pages.shell import REPORT, WORDS, Links, joined, page
from dpsynth.serve.release import Release


def compare(releases: list[Release], before: str, after: str, links: Links) -> Response:
    """The form, and below it what differs where two releases are chosen.

    Args:
        releases: all of them.
        before: name of the first, as the form gives it; looked up, never opened.
        after: name of the second.
        links: addresses.
    """
    known = {joined(r.key): r for r in sorted(releases, key=lambda r: r.order, reverse=True)}
    choices = {name: r for name, r in known.items() if r.told}
    first, second = choices.get(before), choices.get(after)
    context: dict[str, Any] = {
        "choices": [(name, f"{r.date} · {name}") for name, r in choices.items()],
        "before": before,
        "after": after,
        "message": _message(before, after, first, second),
        "found": None,
    }
    if first and second and first is not second:
        try:
            context["found"] = _found(difference(first, second, WORDS, REPORT), first, second, links)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            context["message"] = WORDS("compare.unreadable")
    return page(links, "compare.html.j2", **context)


def _message(before: str, after: str, first: Release | None, second: Release | None) -> Any:
    if first and second:
        return WORDS("compare.same") if first is second else ""
    missing = [name for name, release in ((before, first), (after, second)) if name and release is None]
    return WORDS("compare.unknown", name=missing[0]) if missing else ""


def _found(d: Difference, first: Release, second: Release, links: Links) -> dict[str, Any]:
    names = [joined(first.key), joined(second.key)]
    heads = [WORDS("compare.what"), WORDS("compare.before"), WORDS("compare.after")]
    none = WORDS("compare.absent")
    tables = [
        (
            group,
            WORDS(f"group.{group}"),
            Table(
                WORDS(f"group.{group}.caption"),
                heads,
                [[row.name, row.before or none, row.after or none] for row in d.rows[group]],
            ),
        )
        for group in GROUPS
        if d.rows[group]
    ]
    alike = [str(WORDS(f"group.{group}")) for group in GROUPS if not d.rows[group]]
    if not d.policy and not d.too_long:
        alike.append(str(WORDS("group.policy")))
    return {
        "edition": WORDS(f"compare.edition.{d.edition}"),
        "names": list(zip(heads[1:], names, [links.release(first.key), links.release(second.key)], strict=True)),
        "tables": tables,
        "alike": WORDS("compare.alike", groups=", ".join(alike)) if alike else "",
        "policy": d.policy,
        "counts": WORDS(
            "compare.lines",
            gone=sum(line.kind == "gone" for line in d.policy),
            new=sum(line.kind == "new" for line in d.policy),
        ),
        "too_long": d.too_long,
    }
