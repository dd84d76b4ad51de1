"""Shares of bins: synthetic ones as filled bars, those of real people, where they are shown, as outlines with noise."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dpsynth.report.charts.svg import box, line, picture

WIDTH, HEIGHT = 240.0, 90.0
WHISKER = 1.96
"""Half length of an interval in standard deviations."""


def share_bars(
    synthetic: Sequence[float | None], real: Sequence[float | None], sds: Sequence[float | None], name: str
) -> Markup:
    """Draws bins from left to right.

    Args:
        synthetic: share of each bin.
        real: the same of real people; empty where they are not shown, None where too few stand behind a share.
        sds: standard deviations of `real`; None where they are not known.
        name: what the picture shows, in words.
    """
    real = real or [None] * len(synthetic)
    spread = [*(sds or []), *([None] * (len(synthetic) - len(sds or [])))]
    highest = [(x or 0.0) + WHISKER * (s or 0.0) for x, s in zip(real, spread, strict=True)]
    top = max([0.01, *(x or 0.0 for x in synthetic), *highest])
    step = WIDTH / max(1, len(synthetic))
    wide, narrow = min(30.0, step * 0.8), min(18.0, step * 0.48)

    def height(share: float) -> float:
        return (HEIGHT - 4) * min(1.0, max(0.0, share) / top)

    drawn = []
    for i, (made, true, sd) in enumerate(zip(synthetic, real, spread, strict=True)):
        middle = step * (i + 0.5)
        if made is not None:
            drawn.append(box(middle - narrow / 2, HEIGHT - height(made), narrow, height(made), "f-accent"))
        if true is None:
            continue
        drawn.append(box(middle - wide / 2, HEIGHT - height(true), wide, height(true), "f-none s-ink"))
        if sd is not None and height(true + WHISKER * sd) - height(true - WHISKER * sd) > 1.5:
            high, low = HEIGHT - height(true + WHISKER * sd), HEIGHT - height(true - WHISKER * sd)
            drawn.append(line(middle, high, middle, low, "s-noise"))
    drawn.append(line(0, HEIGHT, WIDTH, HEIGHT, "s-edge"))
    return picture(WIDTH, HEIGHT + 1, name, "bars", drawn)
