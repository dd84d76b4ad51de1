"""Attacks with their intervals, between what a guesser reaches and what the budget allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from dpsynth.report.charts.svg import line, number, picture, tag, text

WIDTH, LABELS, MARGIN, ROW = 620.0, 250.0, 8.0, 21.0
LETTER = {"attack": 5.8, "positive": 5.2, "negative": 5.2}
"""Width of a letter of a label in a wide font; attacks are printed bold."""


@dataclass(frozen=True)
class Row:
    """One line of the plot.

    Attributes:
        label: what it is.
        kind: attack (full dot), positive (diamond) or negative (ring) control.
        value, low, high: the statistic and its interval.
        ceiling: what the budget allows, if anything follows from it.
        shown: the value in words, for an arrow.
    """

    label: str
    kind: Literal["attack", "positive", "negative"]
    value: float
    low: float
    high: float
    ceiling: float | None = None
    shown: str = ""


def forest(rows: Sequence[Row], baseline: float, ticks: Sequence[tuple[float, str]], name: str) -> Markup:
    """Draws one statistic for several attacks and controls; labels stand in a column of their own.

    Args:
        rows: from top to bottom. What lies beyond the axis is an arrow with its value.
        baseline: what a guesser reaches.
        ticks: positions of the axis with their labels; the first and last are its ends.
        name: what the picture shows, in words.
    """
    low, high = ticks[0][0], ticks[-1][0]
    bottom = 8 + ROW * len(rows)
    left = max(LABELS, *(LETTER[row.kind] * len(row.label) + MARGIN for row in rows))

    def place(value: float) -> float:
        return left + (WIDTH - MARGIN - left) * (min(high, max(low, value)) - low) / (high - low)

    drawn = [line(place(baseline), 4, place(baseline), bottom, "s-guess")]
    for i, row in enumerate(rows):
        y = 8 + ROW * (i + 0.5)
        drawn.append(text(0, y + 4, row.label, "t-strong" if row.kind == "attack" else "t-muted"))
        if row.ceiling is not None:
            drawn.append(line(place(row.ceiling), y - 7, place(row.ceiling), y + 7, "s-ceiling"))
        if low <= row.value <= high:
            drawn.append(line(place(row.low), y, place(row.high), y, "s-interval" if row.kind == "attack" else "s-ink"))
            drawn.append(_mark(place(row.value), y, row.kind))
        else:
            drawn.extend(_beyond(place(row.value), y, 1 if row.value > high else -1, row.shown))
    drawn.append(line(left, bottom, WIDTH - MARGIN, bottom, "s-edge"))
    for i, (value, label) in enumerate(ticks):
        anchor = "start" if i == 0 else "end" if i == len(ticks) - 1 else "middle"
        drawn.append(line(place(value), bottom, place(value), bottom + 4, "s-edge"))
        drawn.append(text(place(value), bottom + 16, label, "t-muted", anchor))
    return picture(WIDTH, bottom + 20, name, "forest", drawn)


def _beyond(x: float, y: float, side: int, shown: str) -> list[Markup]:
    """An arrow at the end of the axis, with the value that lies beyond."""
    arrow = f"M{number(x)} {number(y)}l{-7 * side} -5v10z"
    words = text(x - 12 * side, y + 4, shown, "t-muted", "end" if side > 0 else "start")
    return [tag("path", d=arrow, class_="f-ink"), words]


def strip(value: float, low: float, high: float, baseline: float, ceiling: float | None, name: str) -> Markup:
    """One attack on one line from the guesser's half to certainty, for the first page."""
    ends = (min(0.4, low), 1.0)

    def place(x: float) -> float:
        return 4 + 232 * (min(ends[1], max(ends[0], x)) - ends[0]) / (ends[1] - ends[0])

    drawn = [line(4, 9, 236, 9, "s-edge"), line(place(baseline), 1, place(baseline), 17, "s-guess")]
    if ceiling is not None:
        drawn.append(line(place(ceiling), 1, place(ceiling), 17, "s-ceiling"))
    drawn += [line(place(low), 9, place(high), 9, "s-interval"), _mark(place(value), 9, "attack")]
    drawn += _scale({ends[0]: 4, baseline: place(baseline), ends[1]: 236})
    return picture(240, 30, name, "wide", drawn)


def limit(baseline: float, ceiling: float, name: str) -> Markup:
    """The range that the budget leaves open, without a measured value."""

    def place(x: float) -> float:
        return 4 + 232 * (x - 0.4) / 0.6

    width = place(ceiling) - place(baseline)
    drawn = [
        tag("rect", x=place(baseline), y=3, width=number(width), height=12, class_="f-soft"),
        line(4, 9, 236, 9, "s-edge"),
        line(place(baseline), 1, place(baseline), 17, "s-guess"),
        line(place(ceiling), 1, place(ceiling), 17, "s-ceiling"),
        *_scale({0.4: 4, baseline: place(baseline), 1.0: 236}),
    ]
    return picture(240, 30, name, "wide", drawn)


def _scale(places: dict[float, float]) -> list[Markup]:
    """Pairs of 100 under the ends of a line and under the guesser: share -> its place."""
    anchors = ("start", "middle", "end")
    return [
        text(place, 29, f"{100 * share:.0f}", "t-muted", anchor)
        for (share, place), anchor in zip(sorted(places.items()), anchors, strict=True)
    ]


def _mark(x: float, y: float, kind: str) -> Markup:
    if kind == "attack":
        return tag("circle", cx=x, cy=y, r=5, class_="f-accent")
    if kind == "positive":
        return tag("path", d=f"M{number(x)} {number(y - 6)}l6 6l-6 6l-6 -6z", class_="f-page s-ink")
    return tag("circle", cx=x, cy=y, r=4, class_="f-page s-ink")
