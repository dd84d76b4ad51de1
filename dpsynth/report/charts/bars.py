"""One column: noisy shares as outlines with noise bars, synthetic shares as filled bars."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dpsynth.report.charts.svg import box, line, picture

WIDTH, HEIGHT = 240.0, 76.0
WHISKER = 2.0
"""Half length of a noise bar in standard deviations."""


def column_bars(noisy: Sequence[float], sds: Sequence[float], synthetic: Sequence[float], name: str) -> Markup:
    """Draws a column's levels from left to right."""
    top = max([0.01, *(v + WHISKER * s for v, s in zip(noisy, sds, strict=True)), *synthetic])
    step = WIDTH / max(1, len(noisy))
    wide, narrow = min(30.0, step * 0.8), min(18.0, step * 0.48)

    def height(share: float) -> float:
        return (HEIGHT - 4) * min(1.0, max(0.0, share) / top)

    drawn = []
    for i, (value, sd, made) in enumerate(zip(noisy, sds, synthetic, strict=True)):
        middle = step * (i + 0.5)
        drawn.append(box(middle - narrow / 2, HEIGHT - height(made), narrow, height(made), "f-accent"))
        drawn.append(box(middle - wide / 2, HEIGHT - height(value), wide, height(value), "f-none s-ink"))
        if height(value + WHISKER * sd) - height(value - WHISKER * sd) > 1.5:
            drawn.append(
                line(
                    middle,
                    HEIGHT - height(value + WHISKER * sd),
                    middle,
                    HEIGHT - height(value - WHISKER * sd),
                    "s-noise",
                )
            )
    drawn.append(line(0, HEIGHT, WIDTH, HEIGHT, "s-edge"))
    return picture(WIDTH, HEIGHT + 1, name, "bars", drawn)
