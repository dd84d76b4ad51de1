"""The share of people without an event over time, as steps: synthetic people, and real ones with their interval."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dpsynth.report.charts.svg import line, number, picture, tag, text

LEFT, TOP, WIDTH, HEIGHT = 40.0, 8.0, 270.0, 140.0
WHISKER = 1.96
"""Half length of an interval in standard deviations."""

Curve = Sequence[float | None]


def survival(
    days: Sequence[float],
    synthetic: Curve,
    real: Curve,
    sds: Curve,
    ticks: Sequence[tuple[float, str]],
    shares: Sequence[tuple[float, str]],
    end: float,
    axis: str,
    name: str,
) -> Markup:
    """Draws curves that begin at 1 and step down after each of the days.

    Args:
        days: when the curves step, rising.
        synthetic: share without the event after each; ends where it is None.
        real: the same of real people; empty where they are not shown.
        sds: standard deviations of `real`.
        ticks: days on the horizontal axis with their labels.
        shares: shares on the vertical axis with their labels; the first is its end.
        end: last day that is drawn.
        axis: what the horizontal axis shows.
        name: what the picture shows, in words.
    """
    low = shares[0][0]

    def x(day: float) -> float:
        return LEFT + WIDTH * min(day, end) / end

    def y(share: float) -> float:
        return TOP + HEIGHT * (1 - (min(1.0, max(low, share)) - low) / (1 - low))

    def steps(curve: Curve) -> list[tuple[float, float]]:
        """Corners of the curve as far as it is known."""
        corners, last = [(x(0), y(1.0))], 1.0
        for day, share in zip(days, curve, strict=True):
            if share is None:
                return [*corners, (x(day), y(last))]
            corners += [(x(day), y(last)), (x(day), y(share))]
            last = share
        return [*corners, (x(end), y(last))]

    drawn: list[Markup] = []
    for share, label in shares:
        drawn.append(line(LEFT, y(share), LEFT + WIDTH, y(share), "s-edge" if share == low else "s-grid"))
        drawn.append(text(LEFT - 5, y(share) + 4, label, "t-muted", "end"))
    if real:
        band = [(v, s) if v is not None and s is not None else (None, 0.0) for v, s in zip(real, sds, strict=True)]
        upper = steps([None if v is None else min(1.0, v + WHISKER * s) for v, s in band])
        under = steps([None if v is None else max(0.0, v - WHISKER * s) for v, s in band])
        drawn.append(tag("path", d=_path([*upper, *reversed(under)]) + "z", class_="f-soft"))
    drawn.append(tag("path", d=_path(steps(synthetic)), class_="f-none s-interval"))
    if real:
        drawn.append(tag("path", d=_path(steps(real)), class_="f-none s-ink"))
    for i, (day, label) in enumerate(ticks):
        anchor = "start" if i == 0 else "end" if day == end else "middle"
        drawn.append(line(x(day), TOP + HEIGHT, x(day), TOP + HEIGHT + 4, "s-edge"))
        drawn.append(text(x(day), TOP + HEIGHT + 16, label, "t-muted", anchor))
    drawn.append(text(LEFT + WIDTH, TOP + HEIGHT + 30, axis, "t-muted", "end"))
    return picture(LEFT + WIDTH + 6, TOP + HEIGHT + 34, name, "curve", drawn)


def _path(corners: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if i else 'M'}{number(a)} {number(b)}" for i, (a, b) in enumerate(corners))
