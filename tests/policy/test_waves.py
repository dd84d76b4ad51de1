"""What a fixed panel may look like, and one clear error for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpsynth.errors import PolicyError
from dpsynth.policy.load import load
from dpsynth.policy.waves import MOST_COLUMNS
from tests.policy.panel import PANEL, write


def test_columns_of_a_person_follow_from_the_policy(tmp_path: Path) -> None:
    table = load(write(tmp_path)).policy.table
    assert list(table.counted) == [
        "sex", "site",
        *(f"{name}@{wave}" for wave in ("v0", "v1", "v2") for name in ("present", "score", "drug")),
    ]  # fmt: skip
    assert table.counted["score@v1"] is table.columns["score"]


def test_waves_may_be_whole_numbers(tmp_path: Path) -> None:
    years = "visit: {type: integer, min: 3, max: 5, bins: {each: true}, nullable: true, source: doc}"
    text = PANEL.replace("visit: {type: category, domain: [v0, v1, v2], source: doc}", years)
    assert "present@5" in load(write(tmp_path, text)).policy.table.counted


REFUSED = {
    "no waves": ("    waves: {column: visit, constant: [sex, site]}\n", "", "layout:", "no effect without waves"),
    "no layout": ("    layout: waves\n", "", "waves:", "no effect without layout"),
    "unknown wave": ("column: visit,", "column: vist,", "waves: {", "Did you mean visit?"),
    "no closed list": ("column: visit,", "column: drug,", "waves: {", "no closed list"),
    "one wave": ("[v0, v1, v2]", "[v0]", "waves: {", "has one of them"),
    "too many waves": ("[v0, v1, v2]", str([f"v{i}" for i in range(25)]), "waves: {", "more than 24"),
    "unknown constant": ("[sex, site]", "[sex, sight]", "waves: {", "Did you mean site?"),
    "the wave is constant": ("[sex, site]", "[sex, visit]", "waves: {", "names 'visit'"),
    "twice": ("[sex, site]", "[sex, sex]", "waves: {", "names 'sex' twice"),
    "nothing varies": ("[sex, site]", "[sex, site, score, drug]", "waves: {", "nothing differs between waves"),
    "names collide": ("      drug: {", "      present: {", "waves: {", "would have one name"),
    "constant and lagged": ("[sex, site]}", "[sex, site], lagged: [sex]}", "waves: {", "Constant columns"),
    "lagged twice": ("[sex, site]}", "[sex, site], lagged: [drug, drug]}", "waves: {", "names 'drug' twice"),
    "a name like that of a wave": ("sex", "score@v1", "waves: {", "or like a column of one wave"),
    "several rows a person": ("max_rows_per_unit: 1", "max_rows_per_unit: 3", "max_rows_per_unit:", "Set max_rows_per_unit: 1."),
    "rows too": ("    layout: waves\n", "    layout: waves\n    rows: {at_most: 3}\n", "    rows:", "Remove one."),
    "relational": ("mechanism: clique_tree", "mechanism: relational", "mechanism:", "Add rows"),
    "the wave is a target": ("mechanism: clique_tree", "target: visit", "target:", "such as present@v0 (whether there is a row) or score@v0."),
    "the wave is wanted": ("mechanism: clique_tree", "must_include: [[sex, visit]]", "must_include:", "tells the waves apart"),
    "another table": ("privacy:\n", "  more:\n    file: more.csv\n    parent: visits\n    rows: {at_most: 2}\n    columns:\n"
                      "      person: {role: unit_key}\nprivacy:\n", "layout:", "which is for one table"),
    "too many columns": ("      drug: {", "".join(
        f"      x{i}: {{type: boolean, nullable: true, source: doc}}\n" for i in range(MOST_COLUMNS // 3)
    ) + "      drug: {", "waves: {", "at most 300 are possible"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_each_mistake_is_one_error_that_says_where_and_what_to_do(tmp_path: Path, name: str) -> None:
    old, new, place, said = REFUSED[name]
    text = PANEL.replace(old, new)
    assert text != PANEL
    with pytest.raises(PolicyError) as error:
        load(write(tmp_path, text))
    line = next(i for i, row in enumerate(text.splitlines(), 1) if place in row)
    where, found = str(error.value).split(": ", 1)
    assert where.endswith(f"policy.yaml:{line}") and said in found and "\n" not in found
