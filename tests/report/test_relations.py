"""The section on people, their rows and time: what each edition says, and what it must not."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, get_args
from xml.etree import ElementTree

import pytest

from dpsynth.policy.block import Language
from dpsynth.report.charts.curves import HEIGHT, TOP, survival
from dpsynth.report.charts.shares import share_bars
from dpsynth.report.document import build, public_facts
from dpsynth.report.inputs import Inputs
from dpsynth.report.render import render
from tests.report import sample
from tests.report.page import Node, parse
from tests.report.related import parts, related
from tests.report.test_html import unexplained

EDITIONS = ("internal", "public")


@pytest.fixture(scope="module")
def several() -> dict[str, Any]:
    return dict(zip(EDITIONS, build(related(sample.inputs())), strict=True))


def section(html: str) -> Node:
    (found,) = [n for n in parse(html).all("section") if n.attributes.get("id") == "relations"]
    return found


def origins(tree: Any) -> set[str]:
    if isinstance(tree, dict) and "origin" in tree:
        return {tree["origin"]}
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return set().union(*(origins(child) for child in children))


def test_a_report_of_one_table_has_no_such_section(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert 'id="relations"' not in page and 'href="#relations"' not in page


def test_public_facts_look_at_synthetic_rows_only(several: dict[str, Any]) -> None:
    assert origins(several["public"]["relations"]) == {"config", "synthetic"}
    assert origins(several["internal"]["inside"]["relations"]) == {"config", "real"}
    assert several["public"]["relations"] == several["internal"]["relations"]


def test_the_public_section_does_not_move_when_real_people_do(several: dict[str, Any]) -> None:
    published = related(sample.inputs()).published
    assert render(public_facts(published), "public") == render(several["public"], "public")
    words = section(render(several["public"], "public")).text()
    for told in ("Real, held out", "Can synthetic people be told", "As far as other", "Cramér"):
        assert told not in words
        assert told in section(render(several["internal"], "internal")).text()


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("edition", EDITIONS)
def test_it_reads_in_every_language(edition: Any, language: str, several: dict[str, Any]) -> None:
    text = section(render(json.loads(json.dumps(several[edition], allow_nan=False)), edition, language)).text()
    assert "nan" not in text.lower().split() and "None" not in text and "{" not in text


def test_every_number_of_the_public_section_is_in_the_public_facts(several: dict[str, Any]) -> None:
    # Years, and the shares at the ends of an axis, follow from facts by arithmetic.
    odd = unexplained(render(several["public"], "public"), several["public"])
    assert set(odd) <= {"2", "3", "4", "5", "25%", "75%", "90%", "95%"}, odd


def test_figures_have_names_and_tables(several: dict[str, Any]) -> None:
    node = section(render(several["internal"], "internal"))
    assert len(node.all("figure")) == 3 + 2, "rows of two tables, days between; death and the first row of one"
    for figure in node.all("figure"):
        assert all(picture.attributes["aria-label"] for picture in figure.all("svg") if "role" in picture.attributes)
    assert len(node.all("table")) == 5 + 5 + 2, (
        "checks, features, distances, numbers, ties; figures; both sides of a move"
    )


def test_few_people_are_not_shown(several: dict[str, Any]) -> None:
    minimum = sample.policy().small_groups.minimum_units
    assert minimum > 1
    measures = several["internal"]["inside"]["relations"]["measures"]
    rows = next(m for m in measures if m["kind"]["value"] == "rows" and m["table"]["value"] == "labs")
    seen = [x * 400 for x in rows["cells"]["value"] if x is not None]
    assert None in rows["cells"]["value"] and min(x for x in seen if x > 0.5) >= minimum - 1e-6
    death = next(m for m in measures if m["kind"]["value"] == "survival" and m["columns"]["value"])
    followed = parts()[1].measures[[b.subject.kind for b in parts()[1].measures].index("survival")].cases
    assert [x is None for x in death["cells"]["value"]] == [n < minimum for n in followed]


def test_too_few_people_give_a_section_without_distances() -> None:
    internal, _ = build(related(sample.inputs(), people=6))
    text = section(render(internal, "internal")).text()
    assert "Not computed: too few people." in text and "not computed, too few people" in text
    assert json.dumps(internal, allow_nan=False)


def test_an_evaluation_that_failed_leaves_the_synthetic_half() -> None:
    inputs = related(sample.inputs())
    internal, public = build(Inputs(inputs.published, dataclasses.replace(inputs.inside, relations=None)))
    assert "Real, held out" not in section(render(internal, "internal")).text()
    assert section(render(internal, "internal")).text() == section(render(public, "public")).text()


def test_a_broken_rule_is_said() -> None:
    inputs = related(sample.inputs())
    said = inputs.published.related
    assert said is not None
    first = dataclasses.replace(said.checks[-1], broken=1)
    changed = dataclasses.replace(said, checks=(*said.checks[:-1], first))
    public = public_facts(dataclasses.replace(inputs.published, related=changed))
    text = section(render(public, "public")).text()
    assert "Some synthetic rows break a rule" in text and "over 99.99%" not in text
    assert "100%" in text and "99." in text


def test_bars_and_curves_are_where_the_numbers_say() -> None:
    chart = ElementTree.fromstring(share_bars([0.5, 0.25], [0.25, None], [0.0, None], "n"))
    filled, outline, last = chart.findall("rect")
    assert float(filled.attrib["height"]) == pytest.approx(2 * float(outline.attrib["height"]))
    assert float(last.attrib["height"]) == pytest.approx(float(outline.attrib["height"])), "no outline for few"
    curve = survival([10.0, 20.0], [0.5, None], [], [], [(0.0, "0")], [(0.0, "0"), (1.0, "1")], 40.0, "x", "n")
    (path,) = ElementTree.fromstring(curve).findall("path")
    places = [tuple(map(float, corner.split())) for corner in path.attrib["d"][1:].split("L")]
    assert [y for _, y in places] == [TOP, TOP, TOP + HEIGHT / 2, TOP + HEIGHT / 2]
    assert places[-1][0] == pytest.approx((places[1][0] - places[0][0]) * 2 + places[0][0]), "ends where it is unknown"
