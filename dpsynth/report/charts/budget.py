"""The lifetime budget as one bar: spent before, spent now, left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from dpsynth.report.charts.svg import box, line, picture

Part = Literal["committed", "open", "imported", "release"]

HEIGHT = 30.0


def budget_bar(parts: Sequence[tuple[Part, float]], name: str, length: float = 600.0) -> Markup:
    """Draws shares of the lifetime budget from left to right; what is left stays empty.

    Args:
        parts: kind and share (0..1) of each charge, oldest first.
        name: what the picture shows, in words.
        length: length of the bar.
    """
    drawn, x = [box(0.5, 4.5, length - 1, HEIGHT - 9, "f-none s-edge")], 0.0
    for kind, share in parts:
        width = min(length - x, max(1.5, share * length)) if share > 0 else 0.0
        if kind == "release":
            drawn.append(box(x, 0, width, HEIGHT, "f-accent"))
        else:
            drawn.append(box(x, 4, width, HEIGHT - 8, "f-soft s-page"))
        if kind == "open":
            drawn.extend(line(x + k, HEIGHT - 4, x + k + 6, 4, "s-ink") for k in range(2, max(3, int(width) - 6), 8))
        if kind == "imported":
            drawn.extend(line(x + k, HEIGHT - 4, x + k, 4, "s-ink") for k in range(3, max(4, int(width)), 8))
        x += width
    return picture(length, HEIGHT, name, "wide", drawn)
