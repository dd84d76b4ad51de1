"""What rows that were drawn after a release are: for people as text, for programs as JSON.

Everything here follows from the policy, the model and its noisy measurements, none of which is secret.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dpsynth
from dpsynth.release import naming
from dpsynth.run.opened import Opened
from dpsynth.sampling.balance import CERTAIN, Small
from dpsynth.sampling.trained import Draw

WIDTH = 78


@dataclass(frozen=True)
class Drawn:
    """What was written.

    Attributes:
        files: name of each file with rows -> its SHA-256, as hex.
        rows: table -> its rows, all copies together.
        extra: what a column says -> its name, of those that the policy does not have.
    """

    files: Mapping[str, str]
    rows: Mapping[str, int]
    extra: Mapping[str, str]


def about(opened: Opened, draw: Draw, drawn: Drawn) -> tuple[dict[str, Any], str]:
    """Facts and text."""
    wish, domain = draw.wish, draw.trained.domain
    facts = {
        "what": naming.NO_PERSON,
        "post_processing_of": opened.release_id,
        "manifest_sha256": opened.manifest_digest,
        "further_budget": 0,
        "releasable": opened.releasable,
        "files": dict(drawn.files),
        "rows": dict(drawn.rows),
        "copies": wish.copies,
        "given": {name: domain[name].levels[code] for name, code in wish.given.items()},
        "balance": wish.balance,
        "columns": dict(drawn.extra) | {"key": draw.trained.policy.table.unit_key},
        "hidden_by_noise": [_facts(small) for small in (*draw.small_whole, *draw.small)],
        "trained_on": round(draw.trained.rows),
        "seed": wish.seed,
        "dpsynth": dpsynth.__version__,
    }
    return facts, "\n".join(_lines(opened, draw, facts)) + "\n"


def warnings(draw: Draw, *, again: bool = True) -> Iterator[str]:
    """What whoever draws these rows must hear; `again`: perhaps they drew from the same model before."""
    for group in draw.small_whole:
        yield (
            f"{group.level}: the model has {group.rows:.0f} rows with this, fewer than {CERTAIN:g} standard deviations "
            f"of the noise ({group.least:.0f} rows). Rows drawn for it are mostly noise, and more of them say no more."
        )
    if draw.balance is None and draw.wish.balance is not None:
        yield f"{draw.wish.balance} has one level, which is given: there is nothing to balance, every row weighs 1."
    if draw.small:
        yield (
            f"Not given more rows, because fewer than {CERTAIN:g} standard deviations of the noise "
            f"({draw.small[0].least:.0f} rows) are there: {_names(draw.small)}. They keep their share."
        )
    if again and not draw.wish.copies:
        yield (
            "Tables drawn from one model share its privacy noise: what differs between them understates how uncertain "
            "a result is. For standard errors draw copies."
        )


def _facts(small: Small) -> dict[str, Any]:
    return {"level": small.level, "rows": round(small.rows, 1), "least": round(small.least, 1)}


def _names(small: tuple[Small, ...], most: int = 20) -> str:
    shown = ", ".join(f"{s.level} ({s.rows:.0f})" for s in small[:most])
    return shown + (f" and {len(small) - most} more" if len(small) > most else "")


def _lines(opened: Opened, draw: Draw, facts: dict[str, Any]) -> Iterator[str]:
    wish, columns = draw.wish, facts["columns"]
    if not opened.releasable:
        yield from _paragraph(
            "NOT A RELEASE: the run was a rehearsal with invented people, or its noise is not private, or its ledger "
            "was thrown away. Do not use these rows, do not pass them on."
        )
    yield from _paragraph(facts["what"])
    together, folder = opened.together, len(facts["rows"]) > 1
    one, many = ("person", "people") if together else ("row", "rows")
    rows = ", ".join(f"{n} rows of {table}" for table, n in facts["rows"].items())
    yield from _paragraph(
        f"Post-processing of the release {opened.release_id}: {rows}, drawn from its model without the data, so no "
        "further budget was spent and the promise of that release covers them. They are no part of its bundle and were "
        "not signed with it. Its README says what was protected, and how strongly; the digest of its manifest is "
        f"{opened.manifest_digest}."
    )
    yield from _paragraph("Files: " + "; ".join(f"{name}, SHA-256 {digest}" for name, digest in facts["files"].items()))
    stands = "Rows of one synthetic person belong together." if together else "Every row stands for itself."
    yield from _paragraph(
        f"{stands} Keys ({columns['key']}{' and others' if folder else ''}) begin with SYN, are new, and come again in "
        f"other tables drawn from this model: do not join by them beyond this {'folder' if folder else 'file'}"
        f"{', nor across copies' if together and wish.copies else ''}."
    )
    if facts["given"]:
        given = ", ".join(f"{name}={level}" for name, level in facts["given"].items())
        yield from _paragraph(
            f"Every {one} has {given}. The other columns follow the model's exact distribution given that."
        )
    if wish.balance is not None:
        yield from _paragraph(
            f"Levels of {wish.balance} are equally frequent, which they are not among people. Sums and shares of these "
            f"rows need the weights in {columns['weight']}: they give the model's own shares back."
        )
    if wish.copies:
        yield from _paragraph(
            f"{wish.copies} copies of {wish.rows} {many}; {columns['copy']} says which. Each comes from a model of its "
            "own, fitted to the release's measurements after noise of their own law was added once more. Analyse each "
            "copy by itself and combine the results by the rule in docs/sampling.md (dpsynth.combine); trained "
            f"on: {facts['trained_on']}. Never analyse all copies as one table."
        )
    for text in warnings(draw):
        yield from _paragraph(text)


def _paragraph(text: str) -> Iterator[str]:
    yield from textwrap.wrap(naming.one_line(text), WIDTH, break_long_words=False, break_on_hyphens=False)
    yield ""
