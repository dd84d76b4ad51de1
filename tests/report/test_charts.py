"""Pictures show the numbers they are given."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dpsynth.report.charts.bars import column_bars
from dpsynth.report.charts.budget import budget_bar
from dpsynth.report.charts.forest import LABELS, MARGIN, WIDTH, Row, forest
from dpsynth.report.charts.people import STEP, people
from dpsynth.report.charts.svg import number


def marks(chart: str, kind: str) -> int:
    """How many people a path of dashes draws."""
    path = re.search(rf'd="([^"]*)" class="{kind}"', chart)
    if path is None:
        return 0
    return sum((int(h) // STEP) + 1 for h in re.findall(r"h(\d+)", path.group(1)))


@pytest.mark.parametrize("found", [0, 1, 5, 40, 41, 999, 1000])
def test_a_thousand_people(found: int) -> None:
    chart = people(found, 1000, 40, "x")
    assert marks(chart, "m-square") == found
    assert marks(chart, "m-dot") == 1000 - found
    assert len(chart) < 2048


def test_the_budget_bar_is_to_scale_and_never_overflows() -> None:
    rects = ElementTree.fromstring(budget_bar([("committed", 0.25), ("open", 0.5), ("release", 0.9)], "x")).findall(
        "rect"
    )
    widths = [float(r.get("width", "0")) for r in rects[1:]]
    assert widths == [150.0, 300.0, 150.0], "the rest of the bar is all that the last one gets"


def test_a_tiny_charge_is_still_seen() -> None:
    rects = ElementTree.fromstring(budget_bar([("release", 1e-6)], "x")).findall("rect")
    assert float(rects[1].get("width", "0")) >= 1.5


def test_bars_hold_negative_and_empty_shares() -> None:
    chart = ElementTree.fromstring(column_bars([-0.01, 0.5, 0.0], [0.01, 0.01, 0.01], [0.0, 0.4, 0.6], "x"))
    heights = [float(r.get("height", "0")) for r in chart.findall("rect")]
    assert all(h >= 0 for h in heights)
    assert max(heights) == heights[4], "the largest share is the highest bar"


def test_bars_of_an_empty_column() -> None:
    ElementTree.fromstring(column_bars([0.0], [0.0], [0.0], "x"))


def test_an_attack_is_drawn_where_its_value_is() -> None:
    rows = [Row("a<b", "attack", 0.5, 0.4, 0.6, 0.7), Row("c", "positive", 1.0, 0.9, 1.2)]
    chart = ElementTree.fromstring(forest(rows, 0.5, [(0.0, "0"), (1.0, "1")], "n"))
    (dot,) = chart.findall("circle")
    assert float(dot.get("cx", "0")) == pytest.approx((LABELS + WIDTH - MARGIN) / 2, abs=0.1)
    assert "a<b" in [t.text for t in chart.findall("text")]
    assert all(float(line.get("x2", "0")) <= WIDTH for line in chart.findall("line")), "an interval ends with the axis"


def test_a_control_beyond_the_axis_is_an_arrow_with_its_value() -> None:
    rows = [Row("a", "attack", 0.01, 0.0, 0.02), Row("b", "positive", 0.98, 0.97, 0.99, shown="98.0%")]
    chart = ElementTree.fromstring(forest(rows, 0.0, [(-0.05, "-5%"), (0.1, "10%")], "n"))
    assert "98.0%" in [t.text for t in chart.findall("text")]
    assert [p.get("class") for p in chart.findall("path")] == ["f-ink"]


def test_a_long_label_has_its_room() -> None:
    short, long = Row("a", "attack", 0.5, 0.4, 0.6), Row("x" * 60, "positive", 0.5, 0.4, 0.6)
    axis = [
        min(float(x.get("x1", "0")) for x in ElementTree.fromstring(chart).findall("line"))
        for chart in (forest(rows, 0.5, [(0.0, "0"), (1.0, "1")], "n") for rows in ([short], [short, long]))
    ]
    assert axis[0] == LABELS
    assert 310 < axis[1] < WIDTH / 2 + 40


def test_coordinates_have_no_negative_zero() -> None:
    assert number(-0.01) == "0"
    assert number(12.0) == "12"
    assert number(1.25) == "1.2"
