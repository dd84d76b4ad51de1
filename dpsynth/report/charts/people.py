"""One thousand people as marks, some of them found."""

from __future__ import annotations

from markupsafe import Markup

from dpsynth.report.charts.svg import picture, tag

STEP = 10


def people(found: int, total: int, columns: int, name: str) -> Markup:
    """Draws `total` people; the first `found` as squares, the others as dots.

    One path of dashes draws all people of a kind, so a thousand marks cost a few hundred bytes.
    """
    rows = -(-total // columns)
    drawn = [
        _marks(found, total, columns, "m-dot"),
        _marks(0, found, columns, "m-square"),
    ]
    return picture(columns * STEP, rows * STEP, name, "people", [d for d in drawn if d])


def _marks(start: int, stop: int, columns: int, class_: str) -> Markup:
    half = STEP / 2 if class_ == "m-dot" else 1
    runs = []
    while start < stop:
        row, column = divmod(start, columns)
        length = min(stop - start, columns - column)
        runs.append(
            f"M{column * STEP + half:g} {row * STEP + 5}h{(length - 1) * STEP + (1 if class_ == 'm-dot' else 8)}"
        )
        start += length
    return tag("path", d="".join(runs), class_=class_) if runs else Markup("")
