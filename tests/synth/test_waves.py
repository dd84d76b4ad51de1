"""What a panel's wishes mean for one row a person, and what presence alone explains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dpsynth.attacks.controls import UnprotectedCurator
from dpsynth.data.units import Units
from dpsynth.domain.panel import Panel, panel_of
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.privacy.units import Mu
from dpsynth.synth.association import score_pairs
from dpsynth.synth.calibrated import calibrated
from dpsynth.synth.design import first_look
from dpsynth.synth.task import Task
from dpsynth.synth.waves import wishes
from tests.policy.panel import PANEL, write

WISHES = "mechanism: clique_tree\n  target: score\n  must_include: [[score, sex], [score@v0, drug@v2]]\n"


def panel_and_policy(folder: Path, text: str = PANEL) -> tuple[Panel, LoadedPolicy]:
    loaded = load(write(folder, text))
    panel = panel_of(loaded)
    assert panel is not None
    return panel, loaded


def test_a_column_of_the_file_is_meant_in_every_wave(tmp_path: Path) -> None:
    panel, loaded = panel_and_policy(tmp_path, PANEL.replace("mechanism: clique_tree\n", WISHES))
    asked = wishes(loaded.policy.table, panel, loaded.policy.synthesis)
    assert asked.targets == ("score@v0", "score@v1", "score@v2")
    assert asked.must_include == (
        ("score@v0", "sex"), ("score@v1", "sex"), ("score@v2", "sex"), ("score@v0", "drug@v2"),
    )  # fmt: skip


def test_lagged_columns_are_counted_with_themselves_in_the_next_wave(tmp_path: Path) -> None:
    panel, loaded = panel_and_policy(tmp_path, PANEL.replace("[sex, site]}", "[sex, site], lagged: [drug]}"))
    (part,) = calibrated(loaded, panel.view, Mu(0.01))  # so little that nothing else would be worth asking
    mechanism = part.mechanism
    assert mechanism.design.task.always == (("drug@v0", "drug@v1"), ("drug@v1", "drug@v2"))  # type: ignore[attr-defined]
    measured = mechanism.measure(UnprotectedCurator(people(panel, follow=False), panel.view, 1))
    assert {("drug@v0", "drug@v1"), ("drug@v1", "drug@v2")} <= {m.clique for m in measured.tables}


def test_without_a_workload_it_is_what_panels_are_looked_at_for(tmp_path: Path) -> None:
    panel, loaded = panel_and_policy(tmp_path)
    pairs = {frozenset(need.columns) for need in wishes(loaded.policy.table, panel, loaded.policy.synthesis).workload}
    for wanted in ("sex site", "sex score@v2", "score@v1 drug@v1", "score@v0 score@v1", "present@v1 present@v2"):
        assert frozenset(wanted.split()) in pairs
    for unwanted in ("score@v0 score@v2", "score@v0 drug@v1", "present@v0 score@v1"):
        assert frozenset(unwanted.split()) not in pairs
    text = PANEL.replace("mechanism: clique_tree\n", "workload: [{columns: [score, drug], weight: 2}]\n")
    panel, loaded = panel_and_policy(tmp_path, text)
    own = wishes(loaded.policy.table, panel, loaded.policy.synthesis).workload
    assert [(n.columns, n.weight) for n in own] == [((f"score@{w}", f"drug@{w}"), 2.0) for w in panel.labels]


def people(panel: Panel, follow: bool) -> Units:
    """People who come late and leave early, whose score follows that of the wave before, or means nothing."""
    rng, n = np.random.default_rng(0), 20_000
    start, stop = rng.integers(0, 2, n), rng.integers(1, 4, n)
    rows, person, score = [], [], rng.integers(0, 10, n)
    for wave in range(3):
        there = np.flatnonzero((start <= wave) & (wave < np.maximum(stop, start + 1)))
        score = np.clip(score + rng.integers(-1, 2, n), 0, 9) if follow else rng.integers(0, 10, n)
        cells = [np.zeros(len(there), int), np.full(len(there), wave), np.zeros(len(there), int), score[there]]
        rows.append(np.stack([*cells, rng.integers(0, 2, len(there))], axis=1))
        person.append(there)
    codes, owner = np.concatenate(rows).astype(np.uint16), np.concatenate(person)
    order = np.argsort(owner, kind="stable")
    wide = panel.widen(codes[order], owner[order]).codes
    return Units(wide, np.arange(len(wide)), len(wide))


@pytest.mark.parametrize("follow", [False, True])
def test_presence_alone_is_no_reason_to_ask_for_a_pair(tmp_path: Path, follow: bool) -> None:
    panel, loaded = panel_and_policy(tmp_path)
    (part,) = calibrated(loaded, panel.view, Mu(2.0))
    design = part.mechanism.design  # type: ignore[attr-defined]
    curator = UnprotectedCurator(people(panel, follow), panel.view, 1)
    scored = score_pairs(curator, design, first_look(curator, design))
    gains = {s.clique: s.gain for s in scored}
    raw = {s.clique: s.noisy for s in scored}
    assert ("present@v1", "score@v1") not in gains, "rules say it"
    assert gains["present@v0", "present@v1"] > 1000
    within = [(f"score@{wave}", f"drug@{wave}") for wave in panel.labels]
    assert min(raw[p] for p in within) > 3000, "being absent together makes columns dependent"
    assert max(gains[p] for p in within) < 300
    following = {("score@v0", "score@v1"), ("score@v1", "score@v2")}
    assert min(raw[p] for p in following) > 1000
    assert all((gains[p] > 1000) is follow and (gains[p] < 300) is not follow for p in following)


def test_a_model_has_room_for_what_follows_in_the_next_wave(tmp_path: Path) -> None:
    panel, loaded = panel_and_policy(tmp_path)
    (part,) = calibrated(loaded, panel.view, Mu(2.0))
    task: Task = part.mechanism.design.task  # type: ignore[attr-defined]
    assert {("present@v0", "score@v0", "present@v1"), ("present@v0", "present@v1", "score@v1")} <= set(task.forced())
