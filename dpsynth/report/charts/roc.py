"""How many members an attack can find for how many wrong accusations: the curve that no attack can cross."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dpsynth.report.charts.svg import line, number, picture, tag, text

LEFT, TOP, SIDE = 40.0, 10.0, 230.0


def roc(
    curve: Sequence[Sequence[float]],
    points: Sequence[tuple[float, float]],
    ticks: Sequence[tuple[float, str]],
    words: tuple[str, str, str, str],
    name: str,
) -> Markup:
    """Draws the ceiling, the diagonal of a guesser and measured points.

    Args:
        curve: (share wrongly accused, largest share found), rising.
        points: measured (share wrongly accused, share found).
        ticks: shares with their labels, for both axes; the first and last are their ends.
        words: label of the x axis, of the y axis, of the ceiling, of the guesser.
        name: what the picture shows, in words.
    """

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + SIDE * x, TOP + SIDE * (1 - y)

    path = "".join(f"{'L' if i else 'M'}{number(at(x, y)[0])} {number(at(x, y)[1])}" for i, (x, y) in enumerate(curve))
    right, base = LEFT + SIDE, TOP + SIDE
    drawn = [
        tag("path", d=f"{path}L{number(right)} {number(base)}L{number(LEFT)} {number(base)}z", class_="f-tint"),
        line(LEFT, base, right, TOP, "s-guess"),
        tag("path", d=path, class_="f-none s-curve"),
        line(LEFT, base, right, base, "s-edge"),
        line(LEFT, base, LEFT, TOP, "s-edge"),
    ]
    for share, label in ticks:
        x, y = at(share, share)
        drawn.append(text(x, base + 16, label, "t-muted", "start" if share == 0 else "end" if share == 1 else "middle"))
        if share > 0:
            drawn.append(text(LEFT - 5, y + 4, label, "t-muted", "end"))
    drawn += [tag("circle", cx=at(x, y)[0], cy=at(x, y)[1], r=4, class_="f-ink") for x, y in points]
    drawn.append(text(right, base + 31, words[0], "t-muted", "end"))
    drawn.append(text(LEFT + 6, TOP + 11, words[1], "t-muted"))
    middle_x, middle_y = at(0.46, _height(curve, 0.46))
    drawn.append(text(middle_x - 8, middle_y - 4, words[2], "t-strong", "end"))
    drawn.append(text(at(0.62, 0)[0], at(0, 0.5)[1], words[3], "t-muted"))
    return picture(LEFT + SIDE + 6, base + 36, name, "plot", drawn)


def _height(curve: Sequence[Sequence[float]], x: float) -> float:
    return min(curve, key=lambda point: abs(point[0] - x))[1]
