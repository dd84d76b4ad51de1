"""Several mechanisms were trained and one was chosen: what that cost, and what chose."""

from __future__ import annotations

from typing import Any

from dpsynth.report.pages.blocks import Cell, Table
from dpsynth.report.words import Words


def candidates(f: dict[str, Any], t: Words) -> dict[str, Any] | None:
    """The table of all of them; None where there was one mechanism only."""
    tried = f["candidates"]
    if not tried:
        return None
    rows: list[list[Cell]] = []
    for c in tried:
        mean, noise = t.n.with_noise(100 * c["distance"], 100 * c["distance_sd"])
        released = t("candidates.yes" if c["released"] else "candidates.no")
        rows.append([c["mechanism"], t.n.percent(c["share"]), mean, noise, released])
    return {
        "title": t("candidates.title"),
        "lead": t("candidates.lead", number=t.n.count(len(tried)), chosen=f["contents"]["mechanism"]),
        "table": Table(
            t("candidates.table"),
            [
                t("provenance.mechanism"),
                t("candidates.share"),
                t("use.mean"),
                t("noise.sd"),
                t("candidates.released"),
            ],
            rows,
            frozenset({1, 2, 3}),
        ),
        "note": t("candidates.note"),
    }
