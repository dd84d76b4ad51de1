"""Rows of people laid out as one row, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import NO, NOT_YET, YES, Panel, panel_of
from dpsynth.domain.rules import structural_zeros, violations
from dpsynth.policy.load import load
from dpsynth.policy.waves import at
from tests.policy.panel import PANEL, RULES, write

Row = tuple[int, ...]

CELLS = st.tuples(*(st.integers(0, size - 1) for size in (3, 4, 4, 11, 3)))
"""sex, visit, site, score, drug: as the domain of the policy has them, `other` and `missing` too."""
PEOPLE = st.lists(st.lists(CELLS, max_size=6), max_size=5)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    text = PANEL.replace("privacy:\n", RULES + "privacy:\n", 1)
    return load(write(tmp_path_factory.mktemp("panel"), text))


@pytest.fixture(scope="module")
def panel(loaded) -> Panel:
    found = panel_of(loaded)
    assert found is not None
    return found


def coded(people: Sequence[Sequence[Row]]) -> tuple[np.ndarray, np.ndarray]:
    """Rows in the order of their contents, and whose they are."""
    rows = [row for mine in people for row in sorted(mine)]
    return np.array(rows, np.uint16).reshape(-1, 5), np.repeat(np.arange(len(people)), [len(m) for m in people])


def slow(panel: Panel, mine: Sequence[Row]) -> dict[str, int] | None:
    """The obvious way: one person, wave by wave."""
    names = panel.rows.names
    first = {}
    for row in sorted(mine):
        first.setdefault(row[names.index("visit")], dict(zip(names, row, strict=True)))
    there = [wave for wave in panel.waves if wave in first]
    if not there:
        return None
    found = {name: first[there[0]][name] for name in panel.constant}
    for wave, label in zip(panel.waves, panel.labels, strict=True):
        present = YES if wave in there else NO if wave > there[0] else NOT_YET
        found[at("present", label)] = present
        for name in panel.varying:
            found[at(name, label)] = first[wave][name] if wave in there else panel.rows.sizes[name]
    return found


def test_the_domain_is_as_the_rows_above_assume(panel: Panel) -> None:
    assert tuple(panel.rows.sizes.values()) == (3, 4, 4, 11, 3) and panel.labels == ("v0", "v1", "v2")
    assert list(panel.rows.names) == ["sex", "visit", "site", "score", "drug"]


@settings(max_examples=200, deadline=None)
@given(people=PEOPLE)
def test_every_person_is_what_own_rows_say(panel: Panel, people: list[list[Row]]) -> None:
    wide = panel.widen(*coded(people))
    expected = [(i, one) for i, mine in enumerate(people) if (one := slow(panel, mine)) is not None]
    assert wide.person.tolist() == [i for i, _ in expected]
    assert [dict(zip(panel.view.names, row, strict=True)) for row in wide.codes.tolist()] == [
        one for _, one in expected
    ]
    assert wide.rows == sum(one[at("present", w)] == YES for _, one in expected for w in panel.labels)
    assert wide.rows == panel.size(wide.codes)


@settings(max_examples=200, deadline=None)
@given(people=PEOPLE)
def test_taken_apart_and_laid_out_again_nothing_changes(panel: Panel, people: list[list[Row]]) -> None:
    wide = panel.widen(*coded(people)).codes
    long = panel.lengthen(wide)
    assert (panel.widen(long.codes, long.person).codes == wide).all()
    assert (np.diff(long.person) >= 0).all() and len(long.codes) == panel.size(wide)
    assert set(long.person.tolist()) == set(range(len(wide))), "everybody has a row"


@settings(max_examples=200, deadline=None)
@given(people=PEOPLE)
def test_rules_of_rows_hold_in_every_wave(loaded, panel: Panel, people: list[list[Row]]) -> None:
    rules = structural_zeros(loaded, panel.rows)
    wide = panel.widen(*coded(people)).codes
    assert not violations(wide, panel.view, panel.zeros(())).any(), "the layout is never broken"
    long = panel.lengthen(wide)
    broken = np.zeros(len(wide), bool)
    np.logical_or.at(broken, long.person, violations(long.codes, panel.rows, rules))
    assert (violations(wide, panel.view, panel.zeros(rules)) == broken).all()


def test_rules_about_numbered_waves_need_not_speak_of_others(tmp_path) -> None:
    years = "visit: {type: integer, min: -1, max: 1, bins: {each: true}, nullable: true, source: doc}"
    rules = """\
    rules:
      - determines: {from: visit, to: drug, map: {'-1': 'false', '0': ['false', 'true'], '1': 'true'}}
      - impossible: {visit: {max: 0}, score: {min: 5}}
"""
    text = PANEL.replace("visit: {type: category, domain: [v0, v1, v2], source: doc}", years)
    loaded = load(write(tmp_path, text.replace("privacy:\n", rules + "privacy:\n", 1)))
    panel = panel_of(loaded)
    assert panel is not None and panel.labels == ("-1", "0", "1")
    (determines, impossible) = (mask for _, mask in structural_zeros(loaded, panel.rows))
    if determines.shape[1] != panel.rows.sizes["drug"]:
        determines, impossible = impossible, determines
    waves = [determines[code].tolist() for code in panel.waves]
    assert [w[:2] for w in waves] == [[False, True], [False, False], [True, False]]
    assert np.flatnonzero(impossible.any(axis=1)).tolist() == list(panel.waves[:2])


def test_the_layout_leaves_exactly_what_people_can_be(panel: Panel) -> None:
    """All rows over presence and one column that the zeros leave are rows that somebody can have."""
    few = Domain(tuple(panel.rows[name] for name in ("visit", "drug")))
    small = Panel(few, "visit", (), panel.waves)
    every = np.stack(np.meshgrid(*(range(s) for s in small.view.sizes.values()), indexing="ij"), -1)
    every = every.reshape(-1, len(small.view.names)).astype(np.uint16)
    left = every[~violations(every, small.view, small.zeros(()))]
    assert len(left) == (1 + 3) ** 3 - 1, "in each wave a row with one of three levels or none, but somewhere one"
    long = small.lengthen(left)
    assert (small.widen(long.codes, long.person).codes == left).all()


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_invented_rows_are_made_such_as_people_can_be(panel: Panel, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, s, 20) for s in panel.view.sizes.values()], axis=1).astype(np.uint16)
    assert not violations(panel.consistent(rows), panel.view, panel.zeros(())).any()
